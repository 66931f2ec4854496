//! Buckets: what is counted, and the table of every budget with its limit.

use std::time::Duration;

use super::rules::Rule;
use crate::config;

/// Changes of address that a person may request in an hour: enough for several typing errors.
const ADDRESS_CHANGES: u32 = 10;
/// Sensitive calls that one person may make in an hour.
const SENSITIVE: u32 = 120;
/// Proofs of identity and changes of password that may be made in an hour after one login. A proof counts as recent for
/// some minutes, so a person needs a dozen.
const PROVEN: u32 = 30;
/// New devices of a person in a day.
const NEW_DEVICES: u32 = 10;
/// Consecutive failures after which the delay is the whole time until failures are forgotten (NIST SP 800-63B-4, 3.2.2
/// limits them to 100). A known device and a reset link bypass it.
const MOST_IN_A_ROW: i32 = 100;
/// The period that one mail about ended sessions covers.
const ENDED: Duration = Duration::from_mins(10);
/// Test mails that an officer may send in an hour.
const TESTS: u32 = 120;
/// Kilobytes of files that a network has compared with receipts in an hour.
const COMPARED_KIB: u32 = 65_536;
/// Signs of presence of a person that are stored at once, and in an hour. A page gives one each half a minute, and two
/// when its reader goes on to the next.
const SIGNS: u32 = 30;
const SIGNS_PER_HOUR: u32 = 720;
/// Openings of rounds and reminders by hand of an officer in a day. A person gets one mail of each at most, so no more
/// survey mails in a day by the same officer.
const SURVEY_CALLS: u32 = 30;
/// Reminders by hand of a round in an hour.
const ROUND_REMINDERS: u32 = 4;
/// Tests of a webhook endpoint that officers may request in an hour.
const WEBHOOK_TRIES: u32 = 120;
/// The window of daily budgets.
const DAY: Duration = Duration::from_hours(24);
/// The interval between two notifications of an officer about the same application.
const HEARD: Duration = Duration::from_hours(6);
const HOUR: Duration = Duration::from_hours(1);

crate::text_enum! {
    /// A bucket.
    pub enum Bucket {
        /// Failed logins of an address, from unknown devices: the first ones of each network.
        LoginAccount = "login_account",
        /// The others, of networks that have used up their first ones.
        LoginRepeated = "login_repeated",
        /// Failed logins of one network at one address: it says which of the two counts is charged, and refuses nothing.
        LoginOrigin = "login_origin",
        /// The same from a known device, so that a stranger cannot lock the owner out.
        LoginDevice = "login_device",
        /// Wrong passwords of a session, at step-up and at a change of password.
        StepUp = "step_up",
        /// Failed logins from a network, over all accounts, from unknown devices.
        LoginNetwork = "login_network",
        /// Failed calls of programs with HTTP Basic from a network: they cost no hash, so they use up no login.
        ProgramNetwork = "program_network",
        /// Passwords hashed for a network, right ones included.
        HashNetwork = "hash_network",
        /// Applications from a network.
        RegisterNetwork = "register_network",
        /// Links mailed to a mailbox for applications, whatever the sub-address; those for a new password are counted
        /// separately, and so are reminders ([`Self::Remind`]).
        Link = "link",
        /// Links for a new password mailed to an address with an account, from unknown devices.
        Reset = "reset",
        /// The same from a known device, so that a stranger cannot use up the owner's.
        ResetDevice = "reset_device",
        /// Links of applications that are mailed again to a mailbox of which nobody has verified that it is the
        /// applicant's.
        Remind = "remind",
        /// Changes of address that a person requests.
        AddressChange = "address_change",
        /// Sensitive calls of a person, most of which cause an audit entry and a mail, and requests to forget devices.
        Sensitive = "sensitive",
        /// Links requested from a network.
        ForgotNetwork = "forgot_network",
        /// Wrong codes of a second factor, over all logins of a person.
        Code = "code",
        /// Passkey ceremonies begun from a network.
        PasskeyNetwork = "passkey_network",
        /// Contacts that a person exports in bulk.
        Export = "export",
        /// Contacts that a person sees, page by page and one by one.
        Seen = "seen",
        /// Links mailed to an address for one inviting officer, apart from requests of strangers. Of an address and not
        /// of a mailbox: the colleagues of one office may have sub-addresses of its mailbox, and the officer has a limit.
        Invite = "invite",
        /// Changes to the addresses of one mailbox that a person requests.
        NewAddress = "new_address",
        /// The same of all people without an appointment in force together.
        NewMailbox = "new_mailbox",
        /// Mails to others that a person causes.
        MailPerson = "mail_person",
        /// The same for an officer, whose work is with others.
        MailOfficer = "mail_officer",
        /// Of these, mails to the same person.
        MailPair = "mail_pair",
        /// Openings of rounds of surveys, also planned ones, and reminders by hand of an officer: each writes to a whole
        /// community, so it costs nothing of the budgets of mails.
        SurveyCall = "survey_call",
        /// Of these, reminders of the same round, by whomever.
        RoundReminder = "round_reminder",
        /// Test mails of announcements that an officer sends.
        MailTest = "mail_test",
        /// Notifications of one application to an officer.
        NoticeOnce = "notice_once",
        /// Notifications of all applications to an officer.
        NoticeOfficer = "notice_officer",
        /// Applications of one person.
        Apply = "apply",
        /// Kilobytes that a person uploads.
        UploadPerson = "upload_person",
        /// Kilobytes uploaded from a network.
        UploadNetwork = "upload_network",
        /// Kilobytes that a network sends to have them compared with a receipt, without a login.
        CompareNetwork = "compare_network",
        /// Recipients of a person's announcements without approval.
        Unapproved = "unapproved",
        /// Events that officers send to a webhook endpoint by hand: pings, and repeated deliveries.
        WebhookTry = "webhook_try",
        /// Writes of a person on the own behalf.
        WritePerson = "write_person",
        /// The same for a coordinator.
        WriteOfficer = "write_officer",
        /// Answers to surveys, of whomever: each request counts once.
        WriteAnswers = "write_answers",
        /// Signs of presence of a person that are stored.
        Presence = "presence",
        /// Changes by the link of a mail.
        WriteLink = "write_link",
        /// Changes by the links of mails from a network.
        LinkNetwork = "link_network",
        /// Refreshes of a session.
        Refresh = "refresh",
        /// Right passwords at step-up and at a change of password, each of which is recorded: of one login, so that a
        /// thief who knows the password and logs in uses up nothing of the owner's.
        Proven = "proven",
        /// Successful logins of a person: by password, separately for each known device, and what each passkey signs,
        /// alone and after the password.
        Logins = "logins",
        /// New devices of a person.
        NewDevice = "new_device",
        /// Mails about ended sessions of a person, separately for the person and the Secretariat, and for access
        /// and devices.
        NoticeEnded = "notice_ended",
    }
}

impl Bucket {
    /// The number in the database.
    pub(super) const fn number(self) -> i16 {
        match self {
            Self::LoginAccount => 1,
            Self::LoginDevice => 2,
            Self::LoginNetwork => 3,
            Self::HashNetwork => 4,
            Self::RegisterNetwork => 5,
            Self::Link => 6,
            Self::ForgotNetwork => 7,
            Self::Code => 8,
            Self::PasskeyNetwork => 9,
            Self::AddressChange => 10,
            Self::Sensitive => 11,
            Self::Export => 12,
            Self::Seen => 13,
            Self::Invite => 14,
            Self::NewAddress => 15,
            Self::MailPerson => 16,
            Self::MailOfficer => 17,
            Self::MailPair => 18,
            Self::MailTest => 19,
            Self::NoticeOnce => 20,
            Self::NoticeOfficer => 21,
            Self::Apply => 22,
            Self::UploadPerson => 23,
            Self::UploadNetwork => 24,
            Self::Unapproved => 25,
            Self::WebhookTry => 26,
            Self::WritePerson => 27,
            Self::WriteOfficer => 28,
            Self::WriteLink => 29,
            Self::Refresh => 30,
            Self::Proven => 31,
            Self::Logins => 32,
            Self::NewDevice => 33,
            Self::NoticeEnded => 34,
            Self::StepUp => 35,
            Self::ProgramNetwork => 36,
            Self::LinkNetwork => 37,
            Self::Remind => 38,
            Self::WriteAnswers => 39,
            Self::Presence => 40,
            Self::CompareNetwork => 41,
            Self::SurveyCall => 42,
            Self::RoundReminder => 43,
            Self::NewMailbox => 44,
            Self::Reset => 45,
            Self::ResetDevice => 46,
            Self::LoginRepeated => 47,
            Self::LoginOrigin => 48,
        }
    }
}

/// The limits of all buckets.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    throttle: config::Throttle,
    directory: config::Directory,
    approval_above: u32,
    reset_link_seconds: u64,
}

impl Limits {
    pub(super) fn new(settings: &config::Settings) -> Self {
        Self {
            throttle: settings.throttle.clone(),
            directory: settings.directory.clone(),
            approval_above: u32::try_from(settings.announcements.approval_above).unwrap_or(u32::MAX),
            reset_link_seconds: 60 * settings.identity.reset_link_minutes,
        }
    }

    /// The rule of a bucket.
    pub(super) fn rule(&self, bucket: Bucket) -> Rule {
        let s = &self.throttle;
        let forget = Duration::from_secs(60 * s.login_forget_minutes);
        let slowest = Duration::from_secs(s.login_slowest_seconds);
        let hourly = |most: u32| Rule::meter(most, most, 3_600);
        match bucket {
            Bucket::StepUp => Rule::login(s.login_failures, slowest, forget, MOST_IN_A_ROW),
            Bucket::LoginDevice => Rule::login(s.login_failures_known_device, slowest, forget, MOST_IN_A_ROW),
            // The two counts of an address. The second one begins where its networks left the first.
            Bucket::LoginAccount => Rule::login(s.login_failures, slowest, forget, MOST_IN_A_ROW / 2),
            Bucket::LoginRepeated => Rule::login(0, slowest, forget, MOST_IN_A_ROW / 2),
            Bucket::LoginOrigin => Rule::quota(s.login_failures, DAY),
            Bucket::LoginNetwork | Bucket::ProgramNetwork => {
                Rule::meter(s.network_failures, s.network_failures_per_minute, 60)
            }
            Bucket::RegisterNetwork => hourly(s.network_applications),
            Bucket::Link | Bucket::Invite | Bucket::NewAddress | Bucket::NewMailbox => {
                Rule::meter(s.links_per_address, 1, 3_600)
            }
            // No later than the last link ends, so that there is always a good one, whoever asks.
            Bucket::Reset | Bucket::ResetDevice => {
                Rule::meter(s.links_per_address, 1, self.reset_link_seconds.min(HOUR.as_secs()))
            }
            Bucket::Remind => hourly(1),
            Bucket::Sensitive => hourly(SENSITIVE),
            Bucket::Proven => hourly(PROVEN),
            Bucket::Logins => hourly(s.logins_per_hour),
            Bucket::NewDevice => Rule::quota(NEW_DEVICES, DAY),
            Bucket::NoticeEnded => Rule::quota(1, ENDED),
            Bucket::AddressChange => hourly(ADDRESS_CHANGES),
            Bucket::ForgotNetwork => hourly(s.network_forgot),
            Bucket::Export => Rule::quota(self.directory.export_per_day, DAY),
            Bucket::Seen => Rule::quota(self.directory.seen_per_day, DAY),
            Bucket::Code => Rule::lock(s.code_failures, Duration::from_secs(60 * s.code_lock_minutes)),
            Bucket::HashNetwork | Bucket::PasskeyNetwork => {
                Rule::meter(s.network_passwords, s.network_passwords_per_minute, 60)
            }
            Bucket::MailPerson => hourly(s.mails_per_person),
            Bucket::MailOfficer => hourly(s.mails_per_officer),
            Bucket::MailPair => hourly(s.mails_to_one),
            Bucket::SurveyCall => Rule::quota(SURVEY_CALLS, DAY),
            Bucket::RoundReminder => hourly(ROUND_REMINDERS),
            Bucket::MailTest => hourly(TESTS),
            Bucket::WebhookTry => hourly(WEBHOOK_TRIES),
            Bucket::WritePerson => Rule::meter(s.writes_at_once, s.writes_per_day, DAY.as_secs()),
            Bucket::WriteOfficer => Rule::meter(s.officer_writes_at_once, s.officer_writes_per_day, DAY.as_secs()),
            Bucket::WriteAnswers => Rule::meter(s.answer_writes_at_once, s.answer_writes_per_day, DAY.as_secs()),
            Bucket::Presence => Rule::meter(SIGNS, SIGNS_PER_HOUR, HOUR.as_secs()),
            Bucket::WriteLink => Rule::quota(s.link_writes_per_day, DAY),
            Bucket::LinkNetwork => hourly(s.network_link_writes),
            Bucket::Refresh => hourly(s.refreshes_per_hour),
            Bucket::NoticeOnce => Rule::quota(1, HEARD),
            Bucket::NoticeOfficer => hourly(s.notices_per_officer),
            Bucket::Apply => Rule::quota(s.applications_per_day, DAY),
            Bucket::UploadPerson => Rule::quota(s.upload_kib_per_hour, HOUR),
            Bucket::UploadNetwork => Rule::quota(s.network_upload_kib_per_hour, HOUR),
            Bucket::CompareNetwork => Rule::quota(COMPARED_KIB, HOUR),
            Bucket::Unapproved => Rule::quota(self.approval_above, DAY),
        }
    }

    /// The most applications that may wait for a decision: of a person, and at a member.
    pub(super) const fn open_applications(&self) -> (u32, u32) {
        (self.throttle.open_applications, self.throttle.open_applications_per_member)
    }

    /// The factors of the budgets of wider networks: of a site, and of a provider.
    pub(super) const fn wider(&self) -> (u32, u32) {
        (self.throttle.network_site_times, self.throttle.network_provider_times)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_bucket_has_a_number_of_its_own() {
        let numbers: BTreeSet<i16> = Bucket::ALL.iter().map(|bucket| bucket.number()).collect();
        assert_eq!(numbers.len(), Bucket::ALL.len());
    }
}
