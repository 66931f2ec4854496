//! Classifies a refusal: it is about the mail, about the connection, or about the portal.
//!
//! A relay refuses for three unrelated reasons. It may refuse *this mail*: the recipient is unknown, the text is too
//! large or unwanted; the mail is then tried again or fails. It may end *this connection* after a number of mails; the
//! same mail is then accepted on another. Or it refuses *the portal*: a quota is used up, it does not accept the
//! sender, the network is on a blocklist; then every mail would be refused, and none must fail
//! (`mail::circuit_breaker`).
//!
//! The step of the refusal says much: before the relay knows the recipient (MAIL FROM), the refusal is not about the
//! recipient. The enhanced status says more (RFC 3463, RFC 7372, and Microsoft's 5.7.500 and up), and the words say the
//! rest, since many relays use status 5.7.1 for everything that is policy. Addresses, URLs and host names are removed
//! from the words first: otherwise the owner of an address could choose words that make everybody's mail wait. In doubt
//! a refusal is about the mail. The circuit breaker tolerates the opposite error, since a mail that alone is refused so
//! delays no others.

use super::Fault;
use super::reply::Reply;
use crate::text::foreign;

/// The command that a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// MAIL FROM: the sender's address and the size.
    From,
    /// RCPT TO: the recipient.
    To,
    /// DATA: whether the text may follow.
    Data,
    /// The text.
    Text,
}

/// Words by which a relay refuses the portal because of the number of its mails.
const TOO_MUCH: [&str; 26] = [
    "sending quota",
    "send quota",
    "message quota",
    "daily quota",
    "hourly quota",
    "monthly quota",
    "sender quota",
    "quota for sender",
    "sending limit",
    "daily limit",
    "hourly limit",
    "monthly limit",
    "limit for message recipients",
    "this hour",
    "per hour",
    "per day",
    "rate limit",
    "ratelimit",
    "sending rate",
    "too much mail",
    "too many mails from",
    "credits exceeded",
    "throttl",
    "outbound spam",
    "outboundspam",
    "exceeded threshold",
];

/// Words by which it refuses the sender's address.
const SENDER: [&str; 25] = [
    "not permitted to send",
    "not allowed to send",
    "not authorized to send",
    "not authorised to send",
    "not authorized as sender",
    "permissions to send",
    "permission to send",
    "send as this sender",
    "sender not verified",
    "sender is not verified",
    "sender verify failed",
    "sender verification failed",
    "verification failed for",
    "address is not verified",
    "not verified. the following identities",
    "verified sender identity",
    "sender address rejected",
    "sender rejected",
    "sender denied",
    "sender not allowed",
    "bad outbound sender",
    "not owned by user",
    "unauthenticated sender",
    "unregistered domain",
    "not pass dmarc",
];

/// Words by which it refuses the client, whatever the recipient.
const CLIENT: [&str; 27] = [
    "relay access denied",
    "relaying denied",
    "relay denied",
    "relay not permitted",
    "relaying not permitted",
    "relay not allowed",
    "relaying not allowed",
    "not permitted to relay",
    "not allowed to relay",
    "unable to relay",
    "credentials for relay",
    "authentication required",
    "authentication failed",
    "auth required",
    "must be authenticated",
    "must authenticate",
    "client host",
    "host network not allowed",
    "host not allowed",
    "mismatches client ip",
    "invalid rdns",
    "reverse dns",
    "ptr record",
    "your ip",
    "this ip",
    "ip address blocked",
    "sending ip",
];

/// Words by which it says that a connection has reached its limit.
const CONNECTION: [&str; 8] = [
    "per connection",
    "per session",
    "this connection",
    "this session",
    "in one connection",
    "on one connection",
    "same connection",
    "too many",
];

/// Words about the recipient's mailbox.
const READER: [&str; 7] =
    ["mailbox", "greylist", "graylist", "grey-list", "no such user", "user unknown", "unknown user"];

/// The fault of a reply; none if the conversation continues. `sent` mails had been sent over the connection before.
pub(super) fn fault(step: Step, sent: usize, reply: &Reply) -> Option<Fault> {
    (!reply.is_positive()).then(|| refusal(step, sent, reply))
}

/// The fault of a reply that is known to be a refusal.
pub(super) fn refusal(step: Step, sent: usize, reply: &Reply) -> Fault {
    let words = words_of(reply);
    let says = |some: &[&str]| some.iter().any(|each| words.contains(each));
    let of_reader = is_of_reader(reply) || says(&READER);
    if !of_reader && (is_of_us(reply) || says(&TOO_MUCH) || says(&SENDER) || says(&CLIENT)) {
        return Fault::Us(reply.clone());
    }
    if reply.code == 421 {
        // The relay is about to close. If the connection has carried mail, another one may work, unless there are too
        // many connections.
        let too_many = words.contains("connections") || words.contains("concurrent");
        return if sent > 0 && !too_many {
            Fault::Connection(reply.clone())
        } else {
            Fault::Relay(format!("{} {}", reply.code, reply.words))
        };
    }
    let for_now = !reply.is_permanent();
    let used_up = for_now && sent > 0;
    match step {
        Step::From if is_of_size(reply, &words) => Fault::Refused(reply.clone()),
        Step::From | Step::Data | Step::Text if used_up && !of_reader => Fault::Connection(reply.clone()),
        Step::From => Fault::Us(reply.clone()),
        Step::To if used_up && !of_reader && (says(&CONNECTION) || detail(reply) == Some(("5", "3"))) => {
            Fault::Connection(reply.clone())
        }
        Step::To | Step::Data | Step::Text => Fault::Refused(reply.clone()),
    }
}

/// The words of a reply as they are classified: in lower case, without parts that a third party chose.
fn words_of(reply: &Reply) -> String {
    let words = foreign::words_alone(&reply.words).to_ascii_lowercase();
    words.split(' ').filter(|word| !is_host(word)).collect::<Vec<_>>().join(" ")
}

/// Whether a word is the name of a host, with or without punctuation.
fn is_host(word: &str) -> bool {
    let name = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let last = name.rsplit_once('.').map(|(_, last)| last).unwrap_or_default();
    last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic()) && name.split('.').all(is_label)
}

/// Subject and detail of the enhanced status.
fn detail(reply: &Reply) -> Option<(&str, &str)> {
    reply.status.as_deref()?.split_once('.')?.1.split_once('.')
}

/// Whether the status names the recipient's address or mailbox.
fn is_of_reader(reply: &Reply) -> bool {
    match detail(reply) {
        Some(("1", which)) => matches!(which, "1" | "2" | "3" | "4" | "5" | "6" | "10"),
        Some(("2", _)) => true,
        _ => false,
    }
}

/// Whether the code or the status names the portal: its address, login, signatures or network.
fn is_of_us(reply: &Reply) -> bool {
    if matches!(reply.code, 530 | 534 | 535 | 538) {
        return true;
    }
    match detail(reply) {
        // Address of the sender: syntax, domain; Microsoft's daily limit.
        Some(("1", which)) => matches!(which, "7" | "8" | "90"),
        Some(("7", which)) => {
            // RFC 7372 and what was registered after it; 60, 5xx and 7xx are Microsoft's.
            which.parse::<u16>().is_ok_and(|which| matches!(which, 20..=29 | 60 | 500..=599 | 700..=799))
        }
        _ => false,
    }
}

/// Whether a refusal at MAIL FROM is about this mail: too large (RFC 1870), or with an address that needs SMTPUTF8 (RFC
/// 6531).
fn is_of_size(reply: &Reply, words: &str) -> bool {
    let named = matches!(detail(reply), Some(("3", "4") | ("2", "3") | ("6", "7")));
    named
        || (words.contains("size") && words.contains("exceed"))
        || words.contains("too large")
        || words.contains("too big")
}

#[cfg(test)]
mod tests {
    use super::super::reply::Reader;
    use super::*;

    fn judged(step: Step, sent: usize, text: &str) -> &'static str {
        let reply = Reader::default().take(text).unwrap().unwrap();
        match fault(step, sent, &reply) {
            None => "taken",
            Some(Fault::Us(_)) => "us",
            Some(Fault::Connection(_)) => "connection",
            Some(Fault::Refused(_)) => "mail",
            Some(Fault::Relay(_)) => "relay",
            Some(Fault::Stale(_) | Fault::Broken(_)) => "broken",
        }
    }

    #[test]
    fn b03_a_relay_that_refuses_us_is_told_from_one_that_refuses_a_mail() {
        for refused in [
            "550 5.7.1 daily sending quota exceeded",
            "452 4.7.1 Daily sending quota exceeded, try tomorrow",
            "550 5.4.5 Daily user sending limit exceeded",
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
            "553 5.7.1 <portal@x.example>: Sender address rejected: not owned by user robot",
            "554 Message rejected: Email address is not verified. The following identities failed the check",
            "550 The from address does not match a verified Sender Identity",
            "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
            "454 Throttling failure: Maximum sending rate exceeded",
            "550 5.7.26 This mail has been blocked because the sender is unauthenticated",
            "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using list.example",
            "450 4.7.1 too many recipients this hour",
            "530 5.7.0 Authentication required",
        ] {
            for step in [Step::To, Step::Data, Step::Text] {
                assert_eq!(judged(step, 3, refused), "us", "{refused}");
            }
        }
        for refused in ["554 5.7.1 <awa@x.example>: Relay access denied", "550 relay not permitted"] {
            assert_eq!(judged(Step::To, 0, refused), "us", "{refused}");
        }
        for refused in [
            "550 5.7.1 This message looks like spam",
            "552 5.3.4 Message too big",
            "554 5.6.0 Message contains a virus",
            "550 5.1.1 No such user",
            "550 No such user here",
            "552 5.2.2 Mailbox full, quota exceeded",
            "451 4.2.1 mailbox receives too much mail this hour",
        ] {
            assert_eq!(judged(Step::Text, 0, refused), "mail", "{refused}");
        }
    }

    #[test]
    fn b03_what_is_refused_before_its_reader_is_known_is_not_about_the_reader() {
        assert_eq!(judged(Step::From, 0, "550 5.7.1 no"), "us");
        assert_eq!(judged(Step::From, 0, "451 4.3.2 not now"), "us");
        assert_eq!(judged(Step::From, 0, "552 5.3.4 Message size exceeds fixed maximum message size"), "mail");
        assert_eq!(judged(Step::From, 4, "552 5.3.4 too much"), "mail");
        assert_eq!(judged(Step::From, 0, "553 5.6.7 needs SMTPUTF8"), "mail");
    }

    #[test]
    fn a16_an_address_of_somebodys_choice_is_not_a_word_of_the_relay() {
        for refused in [
            "451 4.3.0 <throttl.ratelimit@x.example>: try again later",
            "450 4.1.2 <awa@throttl.example>: Recipient address rejected: Domain not found",
            "450 4.4.1 host mx.throttl.example did not answer",
            "451 4.3.0 try later, see https://x.example/rate%20ratelimit",
            "550 5.1.1 <outboundspam@x.example>: rejected",
        ] {
            assert_eq!(judged(Step::To, 0, refused), "mail", "{refused}");
        }
        assert_eq!(judged(Step::To, 3, "421 4.7.0 <connections@x.example> closing"), "connection");
        assert_eq!(judged(Step::From, 0, "552 5.0.0 <size.exceed@x.example> no"), "us");
        assert_eq!(judged(Step::To, 0, "451 <awa@x.example> throttled by mx.relay.example. Slow down."), "us");
    }

    #[test]
    fn b03_a_connection_that_is_used_up_is_not_the_fault_of_the_mail_after() {
        for (step, refused) in [
            (Step::From, "452 4.3.2 Too many messages this session"),
            (Step::From, "450 4.7.0 later"),
            (Step::To, "452 4.5.3 Too many recipients"),
            (Step::To, "450 4.7.0 too many messages in this connection"),
            (Step::Data, "451 4.3.0 later"),
            (Step::Text, "451 4.3.0 later"),
            (Step::Text, "421 4.7.0 closing"),
        ] {
            assert_eq!(judged(step, 20, refused), "connection", "{refused}");
            assert_ne!(judged(step, 0, refused), "connection", "the first mail on it: {refused}");
        }
        // These name the recipient, whatever preceded.
        assert_eq!(judged(Step::To, 20, "451 4.7.1 Greylisted, try again"), "mail");
        assert_eq!(judged(Step::To, 20, "451 4.3.0 mailbox busy"), "mail");
        assert_eq!(judged(Step::Text, 20, "452 4.2.2 mailbox full"), "mail");
        assert_eq!(judged(Step::To, 20, "421 4.7.0 too many connections"), "relay");
        assert_eq!(judged(Step::To, 0, "421 4.3.2 closing"), "relay");
        assert_eq!(judged(Step::Text, 5, "250 2.0.0 ok"), "taken");
    }
}
