//! What is counted, and by which rule: every budget of the portal with its limit, in one table.

use std::time::Duration;

use super::rules::Rule;
use crate::config;

/// Changes of address that one person may ask for in an hour: for as many slips of the pen as there may be.
const ADDRESS_CHANGES: u32 = 10;
/// Sensitive calls that one person may make in an hour.
const SENSITIVE: u32 = 120;
/// Mails of tests that one officer may send in an hour.
const TESTS: u32 = 120;
/// Tries of one webhook endpoint that officers may ask for in an hour.
const WEBHOOK_TRIES: u32 = 120;
/// The window of what is counted by the day.
const DAY: Duration = Duration::from_hours(24);
/// How long an officer has heard of an application.
const HEARD: Duration = Duration::from_hours(6);
const HOUR: Duration = Duration::from_hours(1);

crate::text_enum! {
    /// What is counted.
    pub enum Bucket {
        /// Failed logins of an address, from devices it has not logged in from.
        LoginAccount = "login_account",
        /// The same from a device that it has: a stranger can't lock the owner out.
        LoginDevice = "login_device",
        /// Failed logins from a network, over all accounts.
        LoginNetwork = "login_network",
        /// Passwords hashed for a network, right ones too.
        HashNetwork = "hash_network",
        /// Applications from a network.
        RegisterNetwork = "register_network",
        /// Links mailed to an address, those for a new password apart from the others.
        Link = "link",
        /// Changes of address that one person asks for.
        AddressChange = "address_change",
        /// Sensitive calls of one person, each of which is written down and most of which are mailed.
        Sensitive = "sensitive",
        /// Links asked for from a network.
        ForgotNetwork = "forgot_network",
        /// Wrong codes of a second factor, over all logins of a person.
        Code = "code",
        /// Passkey ceremonies begun from a network.
        PasskeyNetwork = "passkey_network",
        /// Contacts handed out to one person in bulk.
        Export = "export",
        /// Contacts that one person has seen, page by page and one by one.
        Seen = "seen",
        /// Links mailed to an address for one officer who invites: apart from what strangers ask for.
        Invite = "invite",
        /// Changes to one address that one person asks for.
        NewAddress = "new_address",
        /// Mails to others that a person causes.
        MailPerson = "mail_person",
        /// The same of an officer, who has more to do with others.
        MailOfficer = "mail_officer",
        /// Of these, those to one and the same person.
        MailPair = "mail_pair",
        /// Tests of announcements that one officer sends.
        MailTest = "mail_test",
        /// Notices of one application to one officer.
        NoticeOnce = "notice_once",
        /// Notices of applications to one officer, whoever applies.
        NoticeOfficer = "notice_officer",
        /// Applications of one person.
        Apply = "apply",
        /// Kilobytes that one person hands in.
        UploadPerson = "upload_person",
        /// Kilobytes that come from a network.
        UploadNetwork = "upload_network",
        /// Recipients of announcements of one person that nobody else approved.
        Unapproved = "unapproved",
        /// Events that officers send to one webhook endpoint by hand: pings, and deliveries once more.
        WebhookTry = "webhook_try",
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
        }
    }
}

/// The limits of all buckets.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    throttle: config::Throttle,
    directory: config::Directory,
    approval_above: u32,
}

impl Limits {
    pub(super) fn new(settings: &config::Settings) -> Self {
        Self {
            throttle: settings.throttle.clone(),
            directory: settings.directory.clone(),
            approval_above: u32::try_from(settings.announcements.approval_above).unwrap_or(u32::MAX),
        }
    }

    /// The rule of a bucket.
    pub(super) fn rule(&self, bucket: Bucket) -> Rule {
        let s = &self.throttle;
        let forget = Duration::from_secs(60 * s.login_forget_minutes);
        let slowest = Duration::from_secs(s.login_slowest_seconds);
        let hourly = |most: u32| Rule::meter(most, most, 3_600);
        match bucket {
            Bucket::LoginAccount => Rule::login(s.login_failures, slowest, forget),
            Bucket::LoginDevice => Rule::login(s.login_failures_known_device, slowest, forget),
            Bucket::LoginNetwork => Rule::meter(s.network_failures, s.network_failures_per_minute, 60),
            Bucket::RegisterNetwork => hourly(s.network_applications),
            Bucket::Link | Bucket::Invite | Bucket::NewAddress => Rule::meter(s.links_per_address, 1, 3_600),
            Bucket::Sensitive => hourly(SENSITIVE),
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
            Bucket::MailTest => hourly(TESTS),
            Bucket::WebhookTry => hourly(WEBHOOK_TRIES),
            Bucket::NoticeOnce => Rule::quota(1, HEARD),
            Bucket::NoticeOfficer => hourly(s.notices_per_officer),
            Bucket::Apply => Rule::quota(s.applications_per_day, DAY),
            Bucket::UploadPerson => Rule::quota(s.upload_kib_per_hour, HOUR),
            Bucket::UploadNetwork => Rule::quota(s.network_upload_kib_per_hour, HOUR),
            Bucket::Unapproved => Rule::quota(self.approval_above, DAY),
        }
    }

    /// How many applications may wait for a decision: of one person, and at one member.
    pub(super) const fn open_applications(&self) -> (u32, u32) {
        (self.throttle.open_applications, self.throttle.open_applications_per_member)
    }

    /// How much larger the budgets of wider networks are: of a site, and of a provider.
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
