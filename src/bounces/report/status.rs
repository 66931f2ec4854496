//! Delivery status notifications: the fields of RFC 3464, also in the deviating forms that systems really write.
//!
//! The fields of a recipient come first. If they have only a number, or no diagnostic at all, as with `OpenSMTPD`, the
//! text for people is read as well.

use std::collections::HashMap;

use super::fields::{self, Status};
use super::prose::Told;
use super::rules::{self, Judgement};
use super::vocabulary::{Said, plain};
use super::{Reading, Report, Unusable, bare};
use crate::mail::BounceCause;

/// A block with one of these fields is about a recipient; any other is about the report, or irrelevant.
const NAMES: [&str; 3] = ["final-recipient", "original-recipient", "x-actual-recipient"];
/// Maximum recipients that are read: a mail of the portal has one, which may be a group.
const MOST_RECIPIENTS: usize = 100;

/// Reads the fields of a `message/delivery-status`, or of a text that has them. If there are several recipients, as for
/// the address of a group, the best result counts: if one of them got the mail, the address is not dead.
pub(super) fn read(text: &str, told: &Told) -> Reading {
    let blocks = fields::blocks(text).filter(|block| NAMES.iter().any(|name| block.contains_key(*name)));
    let readings = blocks.take(MOST_RECIPIENTS).map(|block| recipient(&block, told));
    readings.min_by_key(weight).unwrap_or(Reading::Unknown)
}

fn weight(reading: &Reading) -> u8 {
    match reading {
        Reading::Nothing(Unusable::Arrived) => 0,
        Reading::Report(Report { cause: Some(BounceCause::Route) | None, .. }) => 1,
        Reading::Report(Report { cause: Some(BounceCause::Message), .. }) => 2,
        Reading::Report(Report { cause: Some(BounceCause::Mailbox), .. }) => 3,
        Reading::Report(Report { cause: Some(BounceCause::Address), .. }) => 4,
        Reading::Nothing(_) => 5,
        Reading::Unknown => 6,
    }
}

/// The result for one recipient.
fn recipient(block: &HashMap<String, String>, told: &Told) -> Reading {
    let field = |name: &str| block.get(name).map(String::as_str);
    let action = field("action").unwrap_or_default().trim().to_ascii_lowercase();
    if action.starts_with("delayed") {
        return Reading::Nothing(Unusable::Late);
    }
    if ["delivered", "relayed", "expanded"].iter().any(|well| action.starts_with(well)) {
        return Reading::Nothing(Unusable::Arrived);
    }
    let written = field("diagnostic-code").unwrap_or_default();
    let (kind, words) = written.split_once(';').unwrap_or(("", written));
    let named = field("status").and_then(Status::find);
    // A program of the mailbox's owner does not speak for the server.
    let of_program = kind.trim().eq_ignore_ascii_case("x-unix");
    let diagnostic = if of_program { format!("{words} command output") } else { words.to_owned() };
    let comment =
        field("status").map(|value| value.trim_start_matches(|c: char| c.is_ascii_digit() || " .".contains(c)));
    let judged = judge(named, &diagnostic, comment.unwrap_or_default(), told);
    let judged = judged.or_else(|| {
        // The mail has certainly failed for an unknown cause: no address is to blame.
        let refused = Judgement::in_words((BounceCause::Message, "Action: failed"));
        action.starts_with("fail").then_some(refused)
    });
    let Some(Judgement { cause, by, .. }) = judged else {
        let well = named.is_some_and(|status| status.class == 2);
        return if well { Reading::Nothing(Unusable::Arrived) } else { Reading::Unknown };
    };
    // A status that only says "refused" is replaced by one in the words of the system that refused.
    let status = match named {
        Some(Status { subject: 1..=7, detail: 1.., .. }) => named,
        _ => Status::find(words).or(named),
    };
    let [original, last] = ["original-recipient", "final-recipient"].map(field);
    let is_address = |to: &&str| to.contains('@');
    let address = |to: &str| bare(to.split_once(';').map_or(to, |(_, address)| address));
    Reading::Report(Report {
        kind: cause.kind(),
        cause: Some(cause),
        by,
        status: status.map(|status| status.to_string()),
        diagnostic: Some(words.trim().to_owned()).filter(|words| !words.is_empty()).or_else(|| told.refusal.clone()),
        recipient: original.filter(is_address).or(last).map(address),
        // A server to which mail is forwarded names its own address, and the portal's recipient as the original one.
        about: last.filter(is_address).or(original.filter(is_address)).map(address).into_iter().collect(),
        message_id: None,
    })
}

/// The meaning of status and diagnostic, of the comment in brackets after the status, and of the text for people.
fn judge(named: Option<Status>, diagnostic: &str, comment: &str, told: &Told) -> Option<Judgement> {
    let mut judged = rules::judge(named, diagnostic);
    let is_silent = diagnostic.trim().is_empty();
    for (said, counts_more) in [(Said::of(plain(comment)).cause, false), (told.said, is_silent)] {
        if judged.as_ref().is_some_and(|judged| judged.in_words) {
            break;
        }
        let Some(said) = said else { continue };
        let is_milder = |judged: &Judgement| judged.cause == BounceCause::Address && said.0 < judged.cause;
        if counts_more || judged.as_ref().is_none_or(is_milder) {
            judged = Some(Judgement::in_words(said));
        }
    }
    judged.or_else(|| told.judged.clone()).map(|judged| told.soften(judged))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Told {
        Told::of(text)
    }

    #[test]
    fn of_several_recipients_the_one_that_fared_best_counts_and_a_late_one_does_not() {
        let dead = "Final-Recipient: rfc822; <b@x.example>\nAction: failed\nStatus: 5.0.0\n\
                    Diagnostic-Code: smtp; 550 5.1.1 unknown\n";
        let full = "Final-Recipient: rfc822; c@x.example\nAction: failed\nStatus: 5.2.2\n";
        let Reading::Report(report) = read(&format!("Reporting-MTA: dns; mx\n\n{dead}"), &told("")) else {
            panic!("a report")
        };
        assert_eq!((report.cause, report.status.as_deref()), (Some(BounceCause::Address), Some("5.1.1")));
        assert_eq!(report.recipient.as_deref(), Some("b@x.example"));
        let Reading::Report(report) = read(&format!("{dead}\n{full}"), &told("")) else { panic!("a report") };
        assert_eq!(report.cause, Some(BounceCause::Mailbox));
        let well = "Final-Recipient: rfc822; a@x.example\nAction: delivered\nStatus: 2.0.0\n";
        assert_eq!(read(&format!("{dead}\n{well}"), &told("")), Reading::Nothing(Unusable::Arrived), "one got it");
        let late = "Final-Recipient: rfc822; a@x\nAction: delayed\nStatus: 4.4.1\n";
        assert_eq!(read(late, &told("")), Reading::Nothing(Unusable::Late));
        for nobody in ["Reporting-MTA: dns; mx\n", "Action: failed\nStatus: 5.1.1\n"] {
            assert_eq!(read(nobody, &told("")), Reading::Unknown, "a block without a recipient is none");
        }
    }

    #[test]
    fn a_report_is_about_the_final_recipient() {
        let of = |recipients: &str| match read(&format!("{recipients}Action: failed\nStatus: 5.1.1\n"), &told("")) {
            Reading::Report(report) => (report.recipient.unwrap_or_default(), report.about),
            other => panic!("{other:?}"),
        };
        let (ours, theirs) = ("Original-Recipient: rfc822; a@x.example\n", "Final-Recipient: rfc822; <b@y.example>\n");
        assert_eq!(of(ours), ("a@x.example".to_owned(), vec!["a@x.example".to_owned()]));
        assert_eq!(of(&format!("{ours}{theirs}")), ("a@x.example".to_owned(), vec!["b@y.example".to_owned()]));
        assert_eq!(of("Final-Recipient: rfc822; unknown\n").1, Vec::<String>::new(), "no address");
    }

    #[test]
    fn where_fields_say_little_the_text_is_read() {
        let fields = "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: ";
        let cause = |rest: &str, text: &str| match read(&format!("{fields}{rest}"), &told(text)) {
            Reading::Report(report) => report.cause,
            other => panic!("{other:?}"),
        };
        assert_eq!(cause("5.0.0\n", "a@x.example: 550 No such user here"), Some(BounceCause::Address));
        assert_eq!(cause("5.0.0\n", "a@x.example: 552 Mailbox full"), Some(BounceCause::Mailbox));
        assert_eq!(cause("5.0.0\n", "Sorry."), Some(BounceCause::Message), "it failed, and nobody knows why");
        assert_eq!(cause("5.1.1\n", "550 Blocked by our policy"), Some(BounceCause::Message), "milder");
        assert_eq!(cause("4.2.2 (Over quota)\n", ""), Some(BounceCause::Mailbox));
        let unix = "5.1.1\nDiagnostic-Code: X-Unix; no such user\n";
        assert_eq!(cause(unix, ""), Some(BounceCause::Mailbox), "a program of the owner said it");
    }
}
