//! Delivery status notifications: the fields of RFC 3464, as they are and not only as they should be.

use std::collections::HashMap;

use super::fields::{self, Status};
use super::{Nothing, Reading, Report, bare, rules};
use crate::mail::BounceKind;

/// Reads the fields of a `message/delivery-status`. Of several recipients, as an address that stands for a group has,
/// the one that fared worst counts.
pub(super) fn read(text: &str) -> Reading {
    let about_one = ["final-recipient", "original-recipient", "action", "status"];
    let blocks = fields::blocks(text).filter(|block| about_one.iter().any(|name| block.contains_key(*name)));
    let readings = blocks.map(|block| recipient(&block));
    readings.max_by_key(weight).unwrap_or(Reading::Unknown)
}

fn weight(reading: &Reading) -> u8 {
    match reading {
        Reading::Report(Report { kind: BounceKind::Hard, .. }) => 3,
        Reading::Report(_) => 2,
        Reading::Nothing(_) => 1,
        Reading::Unknown => 0,
    }
}

/// What became of one recipient.
fn recipient(block: &HashMap<String, String>) -> Reading {
    let field = |name: &str| block.get(name).map(String::as_str);
    let action = field("action").unwrap_or_default().trim().to_ascii_lowercase();
    match action.as_str() {
        "delayed" => return Reading::Nothing(Nothing::Late),
        "delivered" | "relayed" | "expanded" => return Reading::Nothing(Nothing::Arrived),
        _ => {}
    }
    let diagnostic = field("diagnostic-code").map(|value| value.split_once(';').map_or(value, |(_, words)| words));
    let words = diagnostic.unwrap_or_default();
    let named = field("status").and_then(Status::find);
    // A status that says of anything no more than "refused" gives way to one in the words of whoever refused.
    let status = match named {
        Some(Status { subject: 1..=7, detail: 1.., .. }) => named,
        _ => Status::find(words).or(named),
    };
    let failed = action.starts_with("fail");
    let kind = rules::kind(status, fields::find_code(words), words);
    let otherwise = || failed.then(|| rules::of_words(words).unwrap_or(BounceKind::Hard));
    let Some(kind) = kind.or_else(otherwise) else { return Reading::Unknown };
    let to = field("original-recipient").filter(|to| to.contains('@')).or_else(|| field("final-recipient"));
    Reading::Report(Report {
        kind,
        status: status.map(|status| status.to_string()),
        diagnostic: diagnostic.map(|words| words.trim().to_owned()),
        recipient: to.map(|to| bare(to.split_once(';').map_or(to, |(_, address)| address))),
        message_id: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_recipients_the_worst_counts_and_a_late_one_does_not() {
        let text = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@x.example\nAction: delivered\nStatus: 2.0.0\n\n\
                    Final-Recipient: rfc822; <b@x.example>\nAction: failed\nStatus: 5.0.0\n\
                    Diagnostic-Code: smtp; 550 5.1.1 unknown\n";
        let Reading::Report(report) = read(text) else { panic!("a report") };
        assert_eq!((report.kind, report.status.as_deref()), (BounceKind::Hard, Some("5.1.1")));
        assert_eq!(report.recipient.as_deref(), Some("b@x.example"));
        assert_eq!(
            read("Final-Recipient: rfc822; a@x\nAction: delayed\nStatus: 4.4.1\n"),
            Reading::Nothing(Nothing::Late)
        );
        assert_eq!(read("Reporting-MTA: dns; mx\n"), Reading::Unknown);
    }
}
