//! The requirements of guards: which action the policy must allow, and how the person must have authenticated.

use super::{Action, Requirement, WriteCharge};

/// A login.
pub enum Nothing {}
/// [`Action::ReadProfile`].
pub enum Profile {}
/// [`Action::ManageOwnAccount`].
pub enum OwnAccount {}
/// [`Action::ManageOwnAccount`], with the password in the request.
pub enum Proof {}
/// The same after a fresh login.
pub enum OwnAccountAnew {}
/// The same, to open the page of a form.
pub enum OwnAccountForm {}
/// [`Action::ManageOwnAccount`], to end access.
pub enum EndOfAccess {}
/// A login, to end access.
pub enum EndOfToken {}
/// [`Action::ReadCommunity`].
pub enum Community {}
/// The same with HTTP Basic.
pub enum CommunityByProgram {}
/// [`Action::AnswerAnnouncements`].
pub enum Answers {}
/// [`Action::DecideRegistrations`].
pub enum Registrations {}
/// [`Action::ManageAnnouncements`].
pub enum Announcements {}
/// [`Action::ManageAccounts`].
pub enum Accounts {}
/// The same after a fresh login.
pub enum AccountsAnew {}
/// The same, to open the page of an account.
pub enum AccountForm {}
/// The same, to end a maintenance. It is not charged to the budget of sensitive calls, which a thief could use up.
pub enum MaintenanceEnd {}
/// [`Action::ManageAppointments`].
pub enum Appointments {}
/// The same, to read letters.
pub enum Letters {}
/// [`Action::EditAdoption`].
pub enum Adoption {}
/// [`Action::EditMembers`].
pub enum Members {}
/// [`Action::ReadAudit`].
pub enum Audit {}
/// [`Action::ReadStatistics`].
pub enum Statistics {}
/// [`Action::ManageWebhooks`].
pub enum Webhooks {}
/// The same after a fresh login.
pub enum WebhooksAnew {}
/// The same, to open the page of a form.
pub enum WebhookForm {}
/// [`Action::ManageSuppressions`].
pub enum Suppressions {}
/// [`Action::ReadSurveys`].
pub enum Surveyed {}
/// [`Action::ManageSurveys`].
pub enum Surveys {}
/// [`Action::AnswerSurveys`].
pub enum Respondents {}
/// The same, to save answers.
pub enum AnswerWriters {}
/// The same, to read files.
pub enum ResponseFiles {}
/// The same, to give a sign of presence.
pub enum Presence {}
/// [`Action::SignSurveys`].
pub enum Signers {}

impl Requirement for Nothing {
    const NAME: &'static str = "Nothing";
    const ACTION: Option<Action> = None;
}
impl Requirement for Profile {
    const NAME: &'static str = "Profile";
    const ACTION: Option<Action> = Some(Action::ReadProfile);
}
impl Requirement for OwnAccount {
    const NAME: &'static str = "OwnAccount";
    const ACTION: Option<Action> = Some(Action::ManageOwnAccount);
}
impl Requirement for Proof {
    const NAME: &'static str = "Proof";
    const ACTION: Option<Action> = Some(Action::ManageOwnAccount);
    const COUNTED: WriteCharge = WriteCharge::Never;
}
impl Requirement for EndOfAccess {
    const NAME: &'static str = "EndOfAccess";
    const ACTION: Option<Action> = Some(Action::ManageOwnAccount);
    const COUNTED: WriteCharge = WriteCharge::Never;
}
impl Requirement for EndOfToken {
    const NAME: &'static str = "EndOfToken";
    const ACTION: Option<Action> = None;
    const COUNTED: WriteCharge = WriteCharge::Never;
}
impl Requirement for OwnAccountAnew {
    const NAME: &'static str = "OwnAccountAnew";
    const ACTION: Option<Action> = Some(Action::ManageOwnAccount);
    const FRESH: bool = true;
}
impl Requirement for OwnAccountForm {
    const NAME: &'static str = "OwnAccountForm";
    const ACTION: Option<Action> = Some(Action::ManageOwnAccount);
    const FRESH: bool = true;
    const SENSITIVE: bool = false;
}
impl Requirement for Community {
    const NAME: &'static str = "Community";
    const ACTION: Option<Action> = Some(Action::ReadCommunity);
}
impl Requirement for CommunityByProgram {
    const NAME: &'static str = "CommunityByProgram";
    const ACTION: Option<Action> = Some(Action::ReadCommunity);
    const BASIC: bool = true;
}
impl Requirement for Answers {
    const NAME: &'static str = "Answers";
    const ACTION: Option<Action> = Some(Action::AnswerAnnouncements);
}
impl Requirement for Registrations {
    const NAME: &'static str = "Registrations";
    const ACTION: Option<Action> = Some(Action::DecideRegistrations);
}
impl Requirement for Announcements {
    const NAME: &'static str = "Announcements";
    const ACTION: Option<Action> = Some(Action::ManageAnnouncements);
}
impl Requirement for Accounts {
    const NAME: &'static str = "Accounts";
    const ACTION: Option<Action> = Some(Action::ManageAccounts);
}
impl Requirement for AccountsAnew {
    const NAME: &'static str = "AccountsAnew";
    const ACTION: Option<Action> = Some(Action::ManageAccounts);
    const FRESH: bool = true;
}
impl Requirement for AccountForm {
    const NAME: &'static str = "AccountForm";
    const ACTION: Option<Action> = Some(Action::ManageAccounts);
    const FRESH: bool = true;
    const SENSITIVE: bool = false;
}
impl Requirement for MaintenanceEnd {
    const NAME: &'static str = "MaintenanceEnd";
    const ACTION: Option<Action> = Some(Action::ManageAccounts);
    const FRESH: bool = true;
    const SENSITIVE: bool = false;
}
impl Requirement for Appointments {
    const NAME: &'static str = "Appointments";
    const ACTION: Option<Action> = Some(Action::ManageAppointments);
}
impl Requirement for Letters {
    const NAME: &'static str = "Letters";
    const ACTION: Option<Action> = Some(Action::ManageAppointments);
    const COUNTED: WriteCharge = WriteCharge::All;
}
impl Requirement for Adoption {
    const NAME: &'static str = "Adoption";
    const ACTION: Option<Action> = Some(Action::EditAdoption);
}
impl Requirement for Members {
    const NAME: &'static str = "Members";
    const ACTION: Option<Action> = Some(Action::EditMembers);
}
impl Requirement for Statistics {
    const NAME: &'static str = "Statistics";
    const ACTION: Option<Action> = Some(Action::ReadStatistics);
}
impl Requirement for Audit {
    const NAME: &'static str = "Audit";
    const ACTION: Option<Action> = Some(Action::ReadAudit);
}
impl Requirement for Webhooks {
    const NAME: &'static str = "Webhooks";
    const ACTION: Option<Action> = Some(Action::ManageWebhooks);
}
impl Requirement for Suppressions {
    const NAME: &'static str = "Suppressions";
    const ACTION: Option<Action> = Some(Action::ManageSuppressions);
}
impl Requirement for Surveyed {
    const NAME: &'static str = "Surveyed";
    const ACTION: Option<Action> = Some(Action::ReadSurveys);
}
impl Requirement for Surveys {
    const NAME: &'static str = "Surveys";
    const ACTION: Option<Action> = Some(Action::ManageSurveys);
}
impl Requirement for Respondents {
    const NAME: &'static str = "Respondents";
    const ACTION: Option<Action> = Some(Action::AnswerSurveys);
}
impl Requirement for AnswerWriters {
    const NAME: &'static str = "AnswerWriters";
    const ACTION: Option<Action> = Some(Action::AnswerSurveys);
    const COUNTED: WriteCharge = WriteCharge::Answers;
}
impl Requirement for ResponseFiles {
    const NAME: &'static str = "ResponseFiles";
    const ACTION: Option<Action> = Some(Action::AnswerSurveys);
    const COUNTED: WriteCharge = WriteCharge::All;
}
impl Requirement for Presence {
    const NAME: &'static str = "Presence";
    const ACTION: Option<Action> = Some(Action::AnswerSurveys);
    const COUNTED: WriteCharge = WriteCharge::Free;
}
impl Requirement for Signers {
    const NAME: &'static str = "Signers";
    const ACTION: Option<Action> = Some(Action::SignSurveys);
}
impl Requirement for WebhooksAnew {
    const NAME: &'static str = "WebhooksAnew";
    const ACTION: Option<Action> = Some(Action::ManageWebhooks);
    const FRESH: bool = true;
}
impl Requirement for WebhookForm {
    const NAME: &'static str = "WebhookForm";
    const ACTION: Option<Action> = Some(Action::ManageWebhooks);
    const FRESH: bool = true;
    const SENSITIVE: bool = false;
}
