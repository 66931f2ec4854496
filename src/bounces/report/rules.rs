//! What a refusal means: whether another mail to the address is in vain.
//!
//! The numbers say it (RFC 3463). 5 is for good and 4 for now; but a refusal for good of this text, of its size, of
//! who sends it, or because a mailbox is full, says nothing of the next mail. Where the numbers say no more than
//! "refused", the words do.

use super::fields::Status;
use crate::mail::BounceKind;

/// Words of refusals that another mail need not meet. They are looked for first: who has "no such user" in a refusal
/// of spam is rare, the other way about it is not.
const PASSING: [&str; 40] = [
    "quota",
    "mailbox full",
    "mailbox is full",
    "mailbox size",
    "out of storage",
    "insufficient system storage",
    "insufficient disk",
    "too large",
    "too big",
    "size limit",
    "message size",
    "maximum size",
    "spam",
    "virus",
    "blocked",
    "blacklist",
    "block list",
    "blocklist",
    "policy",
    "reputation",
    "dmarc",
    "dkim",
    "spf ",
    "reverse dns",
    "content rejected",
    "message rejected",
    "greylist",
    "rate limit",
    "too many",
    "try again",
    "temporar",
    "timed out",
    "timeout",
    "time out",
    "connection refused",
    "too long",
    "expired",
    "pleine",
    "voll",
    "llena",
];

/// Words that say that there is nobody.
const FOR_GOOD: [&str; 45] = [
    "user unknown",
    "unknown user",
    "unknown local part",
    "unknown recipient",
    "unknown address",
    "recipient unknown",
    "address unknown",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "no such person",
    "no mailbox here",
    "not a known user",
    "not our customer",
    "user not found",
    "recipient not found",
    "mailbox not found",
    "account not found",
    "address not found",
    "could not be found",
    "couldn't be found",
    "wasn't found",
    "was not found",
    "does not exist",
    "doesn't exist",
    "not exist",
    "mailbox unavailable",
    "not listed in",
    "invalid recipient",
    "invalid mailbox",
    "recipient address rejected",
    "address rejected",
    "unrouteable address",
    "unroutable address",
    "host unknown",
    "unknown host",
    "host or domain name not found",
    "domain not found",
    "no longer",
    "disabled",
    "inactive",
    "n'existe pas",
    "unbekannt",
    "no existe",
];

/// What a status, a code and words mean together; nothing where they say nothing, or that all is well.
pub(super) fn kind(status: Option<Status>, code: Option<u16>, words: &str) -> Option<BounceKind> {
    match status {
        Some(Status { class: 2, .. }) => None,
        Some(Status { class: 4, .. }) => Some(BounceKind::Soft),
        Some(status) => Some(of_status(status, code, words)),
        None => match code? {
            // RFC 5321, 4.2.3: exceeded storage allocation.
            ..=499 | 552 => Some(BounceKind::Soft),
            _ => Some(of_words(words).unwrap_or(BounceKind::Hard)),
        },
    }
}

fn of_status(status: Status, code: Option<u16>, words: &str) -> BounceKind {
    match (status.subject, status.detail) {
        // Who sends is not wanted; a mailbox is full, a mail too large; the system is full; it took too long or went
        // in a circle.
        (1, 7 | 8) | (2, 2 | 3) | (3, 1 | 2 | 4) | (4, 5..=7) | (6 | 7, _) => BounceKind::Soft,
        // What is said of anything.
        (0 | 5, _) | (1..=4, 0) => match of_words(words) {
            None if code == Some(552) => BounceKind::Soft,
            meant => meant.unwrap_or(BounceKind::Hard),
        },
        _ => BounceKind::Hard,
    }
}

/// What words mean where nothing else says it.
pub(super) fn of_words(words: &str) -> Option<BounceKind> {
    let words = words.to_lowercase();
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    if has(&PASSING) {
        Some(BounceKind::Soft)
    } else if has(&FOR_GOOD) {
        Some(BounceKind::Hard)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goal_45_what_is_for_good_of_the_address_is_hard_and_what_is_of_the_mail_is_soft() {
        use BounceKind::{Hard, Soft};
        for (status, kind) in [
            ("5.1.1", Some(Hard)),
            ("5.1.10", Some(Hard)),
            ("5.2.1", Some(Hard)),
            ("5.4.4", Some(Hard)),
            ("5.4.1", Some(Hard)),
            ("5.2.2", Some(Soft)),
            ("5.2.3", Some(Soft)),
            ("5.3.4", Some(Soft)),
            ("5.7.1", Some(Soft)),
            ("5.7.26", Some(Soft)),
            ("5.6.0", Some(Soft)),
            ("5.4.7", Some(Soft)),
            ("4.4.7", Some(Soft)),
            ("4.1.1", Some(Soft)),
            ("2.0.0", None),
        ] {
            assert_eq!(super::kind(Status::parse(status), None, ""), kind, "{status}");
        }
    }

    #[test]
    fn where_numbers_say_little_words_do() {
        use BounceKind::{Hard, Soft};
        for (status, code, words, kind) in [
            (Some("5.0.0"), None, "User unknown", Hard),
            (Some("5.0.0"), None, "mailbox is full", Soft),
            (Some("5.5.0"), Some(550), "Requested action not taken: mailbox unavailable", Hard),
            (Some("5.0.0"), Some(554), "Message rejected as spam", Soft),
            (Some("5.0.0"), Some(550), "", Hard),
            (Some("5.2.0"), Some(552), "Exceeded allocation", Soft),
            (None, Some(550), "Blocked by policy", Soft),
            (None, Some(550), "No such user", Hard),
            (None, Some(450), "No such user", Soft),
        ] {
            assert_eq!(super::kind(status.and_then(Status::parse), code, words), Some(kind), "{status:?} {words}");
        }
    }
}
