//! Types of the audit log: events, entries, filters.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::db::schema::audit_entry;
use crate::db::{self, Document, Id};
use crate::http::RequestContext;
use crate::time::{Day, Timestamp};

crate::text_enum! {
    /// An event.
    pub enum Event {
        /// The portal was restored from a backup, whose time the details name.
        BackupRestored = "backup_restored",
        /// What a restored portal held was released.
        RestoreReleased = "restore_released",
        /// A person logged in.
        Login = "login",
        /// The password was right, and a second factor is asked for.
        LoginChallenged = "login_challenged",
        /// Address and password did not match, or the account is suspended. One of many in a row is recorded in some
        /// minutes, with the number left out before it.
        LoginFailed = "login_failed",
        /// A code or passkey was wrong.
        FactorFailed = "factor_failed",
        /// A person proved the identity again.
        Reauthenticated = "reauthenticated",
        /// A person logged out.
        Logout = "logout",
        /// A session was ended from another.
        SessionEnded = "session_ended",
        /// An officer ended all sessions of a person.
        SessionsEnded = "sessions_ended",
        /// A refresh token was used twice: the sessions of its login were ended.
        RefreshReuse = "refresh_reuse",
        /// A link for a new password was requested.
        PasswordResetAsked = "password_reset_asked",
        /// A new password was chosen by a link.
        PasswordReset = "password_reset",
        /// A password was changed by its owner.
        PasswordChanged = "password_changed",
        /// A change of address was requested.
        AddressChangeAsked = "address_change_asked",
        /// The address was changed.
        AddressChanged = "address_changed",
        /// The change was undone from the old address.
        AddressChangeUndone = "address_change_undone",
        /// The name was changed by its owner, or the previous name was restored when its owner left the Secretariat.
        NameChanged = "name_changed",
        /// A person who left the Secretariat has a name that is reserved for it, and no other name is known.
        NameFlagged = "name_flagged",
        /// An authenticator app was added as a second factor.
        TotpAdded = "totp_added",
        /// An authenticator app was removed.
        TotpRemoved = "totp_removed",
        /// New recovery codes were made.
        RecoveryCodesMade = "recovery_codes_made",
        /// A recovery code was used.
        RecoveryCodeUsed = "recovery_code_used",
        /// A passkey was added.
        PasskeyAdded = "passkey_added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey_removed",
        /// A passkey reported a changed state: whether it can be and is backed up, or a counter that went back without
        /// meaning.
        PasskeyChanged = "passkey_changed",
        /// A passkey was suspended: its counter went back, or it reported an impossible state.
        PasskeySuspended = "passkey_suspended",
        /// A suspended passkey was accepted again by its owner.
        PasskeyAccepted = "passkey_accepted",
        /// The Secretariat removed a person's second factors.
        FactorsReset = "factors_reset",
        /// An API token was made.
        TokenMade = "token_made",
        /// An API token was revoked.
        TokenRevoked = "token_revoked",
        /// An account was suspended.
        UserSuspended = "user_suspended",
        /// An account was reinstated.
        UserReinstated = "user_reinstated",
        /// An administrator was set up.
        AdministratorCreated = "administrator_created",
        /// An applicant's address was verified.
        RegistrationVerified = "registration_verified",
        /// An application was approved.
        RegistrationApproved = "registration_approved",
        /// An application was rejected.
        RegistrationRejected = "registration_rejected",
        /// An appointment changed its state.
        AppointmentChanged = "appointment_changed",
        /// An import began: its invitations are made in batches.
        ImportBegun = "import_begun",
        /// An import invited people.
        ImportCommitted = "import_committed",
        /// A contact was changed by an officer or its owner.
        ContactChanged = "contact_changed",
        /// An announcement was begun, as a draft.
        AnnouncementDrafted = "announcement_drafted",
        /// A draft of an announcement was deleted.
        AnnouncementDeleted = "announcement_deleted",
        /// The sending of an announcement began.
        AnnouncementSent = "announcement_sent",
        /// Test mails of an announcement were sent.
        AnnouncementTested = "announcement_tested",
        /// Another change of an announcement, which the details name.
        AnnouncementChanged = "announcement_changed",
        /// A topic of announcements was created, renamed, retired or reinstated.
        TopicChanged = "topic_changed",
        /// The sending rate of announcements was changed.
        PaceChanged = "pace_changed",
        /// A maintenance began, or its text or end was changed.
        MaintenanceBegun = "maintenance_begun",
        /// A maintenance ended.
        MaintenanceEnded = "maintenance_ended",
        /// A reader acknowledged an announcement.
        AnnouncementAcknowledged = "announcement_acknowledged",
        /// The recipients or acknowledgements of an announcement were exported.
        AnnouncementExported = "announcement_exported",
        /// The suppressed addresses were exported.
        SuppressionsExported = "suppressions_exported",
        /// A person chose topics.
        SubscriptionsChanged = "subscriptions_changed",
        /// The answers of a round were exported.
        AnswersExported = "answers_exported",
        /// Answers to a question of a round were read by name.
        AnswersRead = "answers_read",
        /// Contacts were exported.
        DirectoryExported = "directory_exported",
        /// A member was changed.
        MemberChanged = "member_changed",
        /// A partner agency was added.
        PartnerAdded = "partner_added",
        /// The technologies of a member were changed.
        AdoptionChanged = "adoption_changed",
        /// Official, reference or date of a nomination were entered.
        NominationChanged = "nomination_changed",
        /// A letter of nomination was uploaded.
        LetterUploaded = "letter_uploaded",
        /// A letter of nomination was read.
        LetterRead = "letter_read",
        /// A letter of nomination was removed.
        LetterDeleted = "letter_deleted",
        /// A person exported the own data.
        DataExported = "data_exported",
        /// A person requested erasure.
        ErasureAsked = "erasure_asked",
        /// The request for erasure was taken back.
        ErasureTakenBack = "erasure_taken_back",
        /// The personal data of a person was erased.
        PersonErased = "person_erased",
        /// A webhook was created.
        WebhookAdded = "webhook_added",
        /// The address or events of a webhook were changed.
        WebhookChanged = "webhook_changed",
        /// The secret of a webhook was replaced.
        WebhookSecretChanged = "webhook_secret_changed",
        /// A test event or a delivery was sent to a webhook by hand.
        WebhookTried = "webhook_tried",
        /// A webhook was switched off, because its endpoint is gone or fails.
        WebhookDisabled = "webhook_disabled",
        /// A webhook was deleted.
        WebhookRemoved = "webhook_removed",
        /// A survey was made.
        SurveyCreated = "survey_created",
        /// The draft of a questionnaire was begun or changed.
        SurveyVersionChanged = "survey_version_changed",
        /// A questionnaire was published.
        SurveyVersionPublished = "survey_version_published",
        /// Results of a round were previewed.
        ReleasePreviewed = "release_previewed",
        /// Results of a round were published.
        ReleasePublished = "release_published",
        /// A response to a survey was begun.
        ResponseBegun = "response_begun",
        /// Sections of a response were assigned.
        ResponseAssigned = "response_assigned",
        /// What was taken over in a section from the last round was confirmed.
        ResponseSectionConfirmed = "response_section_confirmed",
        /// A file was handed in as an answer.
        ResponseFileUploaded = "response_file_uploaded",
        /// A file that is an answer was read.
        ResponseFileRead = "response_file_read",
        /// A review of a response was asked for.
        ResponseReviewRequested = "response_review_requested",
        /// A response was approved.
        ResponseApproved = "response_approved",
        /// An answer was changed after the approval, which ended it.
        ResponseApprovalEnded = "response_approval_ended",
        /// A response was returned for more work.
        ResponseReturned = "response_returned",
        /// A response was submitted.
        ResponseSubmitted = "response_submitted",
        /// A response was opened again.
        ResponseReopened = "response_reopened",
        /// What was submitted was taken back.
        ResponseWithdrawn = "response_withdrawn",
        /// A round of a survey was made.
        RoundCreated = "round_created",
        /// A round was changed.
        RoundChanged = "round_changed",
        /// A round opened.
        RoundOpened = "round_opened",
        /// A round closed.
        RoundClosed = "round_closed",
        /// A round was called off.
        RoundCancelled = "round_cancelled",
        /// A deadline was added to the ledger of a round.
        DeadlineAdded = "deadline_added",
        /// An organisation asked for more time.
        ExtensionAsked = "extension_asked",
        /// More time was granted.
        ExtensionGranted = "extension_granted",
        /// More time was declined.
        ExtensionDeclined = "extension_declined",
        /// People were reminded of a response that is missing.
        RoundReminded = "round_reminded",
        /// An address was suppressed.
        AddressSuppressed = "address_suppressed",
        /// The suppression of an address was lifted.
        AddressReleased = "address_released",
        /// The policy refused a request.
        AccessRefused = "access_refused",
    }
}

/// The request that caused an entry; the default stands for the portal itself. A trace is built on the task of the request:
/// a thread of the database does not know the credential.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The id of the request.
    pub request_id: Option<String>,
    /// The network of the request.
    pub network: Option<String>,
    /// The person whom a guard let in, and the session or API token.
    pub credential: Option<(Id, Id)>,
}

impl From<&RequestContext> for Trace {
    fn from(caller: &RequestContext) -> Self {
        Self {
            request_id: Some(caller.request_id.clone()),
            network: Some(caller.network()),
            credential: db::credential(),
        }
    }
}

/// A new entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The event.
    pub action: Event,
    /// The person who acted; none without a login.
    pub actor: Option<Id>,
    /// The person or thing acted on.
    pub subject: Option<Id>,
    /// The organisation concerned.
    pub organisation: Option<Id>,
    /// More facts; never a secret, a name or an address.
    pub detail: Option<Value>,
}

impl Entry {
    /// An act of a person on the own account.
    #[must_use]
    pub fn own(event: Event, person: Id) -> Self {
        Self { action: event, actor: Some(person), subject: Some(person), organisation: None, detail: None }
    }

    /// An act of `actor` on `subject`.
    #[must_use]
    pub fn by(event: Event, actor: Id, subject: Id) -> Self {
        Self { actor: Some(actor), ..Self::own(event, subject) }
    }

    /// An event without an authenticated person; `subject` if it is known.
    #[must_use]
    pub fn anonymous(event: Event, subject: Option<Id>) -> Self {
        Self { action: event, actor: None, subject, organisation: None, detail: None }
    }

    /// The same entry with `detail`.
    #[must_use]
    pub fn with(self, detail: Value) -> Self {
        Self { detail: Some(detail), ..self }
    }

    /// The same entry about `organisation`.
    #[must_use]
    pub fn of(self, organisation: Id) -> Self {
        Self { organisation: Some(organisation), ..self }
    }
}

/// An entry as it is stored and shown.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = audit_entry)]
#[schema(as = Stored)]
pub struct StoredEntry {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What happened.
    pub action: Event,
    /// Who did it.
    #[schema(value_type = Option<String>)]
    pub actor_id: Option<Id>,
    /// Whom or what it was done to.
    #[schema(value_type = Option<String>)]
    pub subject_id: Option<Id>,
    /// The organisation that it concerns.
    #[schema(value_type = Option<String>)]
    pub organisation_id: Option<Id>,
    /// The request, as its answer named it.
    pub request_id: Option<String>,
    /// The network the request came from; that of somebody else for the Secretariat and auditors alone.
    pub network: Option<String>,
    /// What else is known.
    #[schema(value_type = Option<Object>)]
    pub detail: Option<Document<Value>>,
}

/// What to look for. The newest come first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Who did it.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub actor: Option<Id>,
    /// Whom or what it was done to.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub subject: Option<Id>,
    /// What happened.
    #[serde(default)]
    pub action: Vec<Event>,
    /// Rows of the page, 1 to 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Where the last page ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Which entries are wanted. The default restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Entries of this actor.
    pub actor: Option<Id>,
    /// Entries about this subject.
    pub subject: Option<Id>,
    /// Entries about one of these subjects; about any if empty.
    pub about: Vec<Id>,
    /// Entries of one of these events; all events if empty.
    pub events: Vec<Event>,
    /// Entries whose details name this appointment. No index has them: `about` says where to look.
    pub appointment: Option<Id>,
    /// Entries by or about one of these people; by and about all if empty.
    pub people: Vec<Id>,
    /// Entries of this day and later ones, in UTC.
    pub from: Option<Day>,
    /// Entries of this day and earlier ones, in UTC.
    pub to: Option<Day>,
    /// This entry.
    pub entry: Option<Id>,
}

impl From<AuditQuery> for AuditFilter {
    fn from(query: AuditQuery) -> Self {
        Self { actor: query.actor, subject: query.subject, events: query.action, ..Self::default() }
    }
}

/// The part of the log that a reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All entries.
    All,
    /// Entries about these organisations.
    Organisations(Vec<Id>),
    /// Entries by or about this person.
    Person(Id),
}
