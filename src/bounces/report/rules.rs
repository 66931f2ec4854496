//! The cause of a bounce: the address, the mailbox, this text or its sender, or the route.
//!
//! A report states it up to three times: in the status of its fields, in the status and code within the words of the
//! system that refused, and in these words. Words come first: many servers use one code for all refusals, so `550 5.7.1
//! No such user` is a dead address, and `550 5.1.1 Blocked by policy` is not. If the words say nothing, the numbers
//! count (RFC 3463, the registry of RFC 5248; RFC 5321, 4.2.3). Of several statements the mildest counts, and an
//! unknown number means no more than "refused": only a positive statement that the address is dead has a consequence
//! for a person.

use super::fields::{self, Status};
use super::vocabulary::{Said, beginning, plain};
use crate::mail::BounceCause;

/// The text of Exchange Online about a recipient that its directory does not have, with the status 5.4.1. Others use
/// the same words about senders that they refuse.
const NOT_IN_DIRECTORY: (Status, &str) =
    (Status { class: 5, subject: 4, detail: 1 }, "recipient address rejected: access denied");

/// The cause, and its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) cause: BounceCause,
    /// The phrase, the status or the code that decided.
    pub(super) by: String,
    /// Whether words decided.
    pub(super) in_words: bool,
}

impl Judgement {
    /// The judgement of a phrase.
    pub(super) fn in_words((cause, phrase): (BounceCause, &str)) -> Self {
        Self { cause, by: phrase.to_owned(), in_words: true }
    }

    fn in_numbers(cause: BounceCause, by: &impl ToString) -> Self {
        Self { cause, by: by.to_string(), in_words: false }
    }
}

/// The joint meaning of the status of a field and the words of the system that refused; none if they mean nothing, or
/// success.
pub(super) fn judge(field: Option<Status>, words: &str) -> Option<Judgement> {
    let words = beginning(words);
    let statuses: Vec<Status> = field.into_iter().chain(Status::all(words)).collect();
    let codes: Vec<u16> = fields::codes(words).collect();
    let plain = plain(words);
    let (status, phrase) = NOT_IN_DIRECTORY;
    if statuses.contains(&status) && plain.contains(phrase) {
        return Some(Judgement::in_words((BounceCause::Address, phrase)));
    }
    let judged = weigh(&Said::of(plain), &statuses, &codes)?;
    // A temporary refusal may have any reason.
    let for_now = if codes.is_empty() {
        !statuses.is_empty() && statuses.iter().all(|status| status.class == 4)
    } else {
        codes.iter().all(|code| *code < 500)
    };
    let cause = if for_now { judged.cause.min(BounceCause::Mailbox) } else { judged.cause };
    Some(Judgement { cause, ..judged })
}

/// Specific words, then specific numbers, then vague words, then vague numbers.
fn weigh(said: &Said, statuses: &[Status], codes: &[u16]) -> Option<Judgement> {
    if let Some(cause) = said.cause {
        return Some(Judgement::in_words(cause));
    }
    let known = statuses.iter().filter_map(|status| Some((of_status(*status)?, status)));
    if let Some((cause, status)) = known.min_by_key(|(cause, _)| *cause) {
        return Some(Judgement::in_numbers(cause, status));
    }
    if let Some((cause, phrase)) = said.hint {
        return Some(Judgement { in_words: false, ..Judgement::in_words((cause, phrase)) });
    }
    // An address that was refused for an unknown reason.
    if let Some(status) = statuses.iter().find(|status| status.class != 2 && status.subject == 1) {
        return Some(Judgement::in_numbers(BounceCause::Message, status));
    }
    codes.first().map(|code| Judgement::in_numbers(of_code(*code), code))
}

/// The meaning of a status alone; none if it only says "refused".
fn of_status(status: Status) -> Option<BounceCause> {
    let cause = match (status.subject, status.detail) {
        _ if status.class == 2 => return None,
        // No such mailbox, no such system; moved without a trace; a domain that accepts no mail (RFC 7505).
        (1, 1 | 2 | 6 | 10) => BounceCause::Address,
        // Disabled, full, a list that can't be expanded.
        (2, 1 | 2 | 4) => BounceCause::Mailbox,
        // The sender's address; a mail that is too large, for the mailbox or the system; too many recipients; content and
        // its conversion; policy, authentication, reputation.
        (1, 7 | 8) | (2 | 5, 3) | (3, 4) | (6 | 7, _) => BounceCause::Message,
        // The address of a relay that is refused; the system; network and routing; the protocol.
        (1, 9) | (3 | 4, _) | (5, 1..) => BounceCause::Route,
        // Generic or unknown.
        _ => return None,
    };
    // A temporary state may end.
    Some(if status.class == 4 { cause.min(BounceCause::Mailbox) } else { cause })
}

/// The meaning of a code alone.
fn of_code(code: u16) -> BounceCause {
    match code {
        // Not now, a local error, no TLS, a parameter; the command, its order; a host that accepts no mail.
        421 | 451 | 454 | 455 | 500..=504 | 521 => BounceCause::Route,
        450 | 452 | 552 => BounceCause::Mailbox,
        // RFC 7504: the domain accepts no mail.
        556 => BounceCause::Address,
        _ => BounceCause::Message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BounceCause::{Address, Mailbox, Message, Route};

    #[test]
    fn goal_45_a_status_says_who_is_to_blame() {
        for (status, cause) in [
            ("5.1.1", Some(Address)),
            ("5.1.10", Some(Address)),
            ("5.2.1", Some(Mailbox)),
            ("5.2.2", Some(Mailbox)),
            ("4.1.1", Some(Mailbox)),
            ("4.2.2", Some(Mailbox)),
            ("5.2.3", Some(Message)),
            ("5.3.4", Some(Message)),
            ("5.5.3", Some(Message)),
            ("5.6.0", Some(Message)),
            ("5.7.1", Some(Message)),
            ("5.7.26", Some(Message)),
            ("4.7.0", Some(Message)),
            ("5.1.8", Some(Message)),
            // An unknown detail is no dead address.
            ("5.1.350", Some(Message)),
            ("5.1.0", Some(Message)),
            ("5.3.0", Some(Route)),
            ("5.4.1", Some(Route)),
            ("5.4.4", Some(Route)),
            ("4.4.7", Some(Route)),
            ("5.4.7", Some(Route)),
            ("5.5.1", Some(Route)),
            ("5.0.0", None),
            ("5.5.0", None),
            ("5.2.0", None),
            ("2.0.0", None),
        ] {
            assert_eq!(judge(Status::parse(status), "").map(|judged| judged.cause), cause, "{status}");
        }
    }

    #[test]
    fn the_words_of_real_servers_say_who_is_to_blame() {
        for (words, cause) in [
            ("550 5.7.26 This mail does not pass DMARC", Message),
            ("550 5.7.1 spam", Message),
            ("550 sender rejected", Message),
            ("550 Unauthenticated senders not allowed", Message),
            ("554 Host network not allowed", Message),
            ("550 domain mismatches client ip", Message),
            ("554 Mail rejete. Mail rejected. 506", Message),
            ("550 invalid RDNS", Message),
            ("550 Relaying denied", Message),
            ("450 too many recipients this hour", Message),
            ("552 5.3.4 Message size exceeds fixed limit", Message),
            ("550 5.1.1 Recipient refused, blocked by policy", Message),
            ("554 5.7.1 You have reached your daily quota", Message),
            ("550 5.1.99 Something", Message),
            ("554 Go away", Message),
            ("554 mx.example ESMTP not accepting connections", Route),
            ("421 service refused, please try later", Route),
            ("4.4.7 connection timed out", Route),
            ("Host not found, try again", Route),
            ("554 5.4.6 Too many hops", Route),
            ("451 4.3.0 Queue file write error", Route),
            ("552 5.2.2 Mailbox full", Mailbox),
            ("550 5.2.1 The account is disabled", Mailbox),
            ("450 4.1.1 User unknown", Mailbox),
            ("550 5.5.0 Requested action not taken: mailbox unavailable", Mailbox),
            ("552 Boîte pleine", Mailbox),
            ("550 Ящик переполнен", Mailbox),
            ("550 5.7.1 No such user", Address),
            ("550 5.1.1 User unknown", Address),
            ("550 5.4.1 Recipient address rejected: Access denied", Address),
            ("556 5.1.10 Null MX", Address),
            ("550 L'utilisateur n'existe pas", Address),
            ("550 Адрес не найден", Address),
            ("550 ユーザーが見つかりません", Address),
        ] {
            assert_eq!(judge(None, words).map(|judged| judged.cause), Some(cause), "{words}");
        }
        assert_eq!(judge(None, "Hello"), None);
        assert_eq!(judge(None, "550 5.7.1 Recipient address rejected: Access denied").unwrap().cause, Message);
    }

    #[test]
    fn field_words_and_numbers_are_weighed_together_and_the_mildest_counts() {
        let of = |field: &str, words: &str| judge(Status::parse(field), words).map(|judged| (judged.cause, judged.by));
        let is = |cause, by: &str| Some((cause, by.to_owned()));
        assert_eq!(of("5.1.1", "550 5.7.1 no"), is(Message, "5.7.1"));
        assert_eq!(of("5.7.1", "550 5.1.1 no"), is(Message, "5.7.1"));
        assert_eq!(of("5.7.1", "550 5.1.1 user unknown"), is(Address, "user unknown"));
        assert_eq!(of("5.0.0", "550 5.1.1 no"), is(Address, "5.1.1"));
        assert_eq!(of("5.0.0", "554 no"), is(Message, "554"));
        assert_eq!(of("5.1.1", "550 user unknown, spam"), is(Message, "spam"));
        assert_eq!(of("5.0.0", ""), None);
    }
}
