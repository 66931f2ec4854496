//! Complaints: feedback reports of RFC 5965, and the older format of Outlook's programme.

use mail_parser::{Message, PartType};

use super::{Reading, Report, Unusable, bare, fields};
use crate::mail::BounceKind;

/// Kinds of feedback that mean that the reader does not want the mail.
const COMPLAINTS: [&str; 4] = ["abuse", "fraud", "opt-out", "other"];

/// Bytes of a notice within which its type is searched.
const MOST_OF_NOTICE: usize = 16_384;

/// Parses the fields of a `message/feedback-report`.
pub(super) fn read(text: &str) -> Reading {
    let fields = fields::of(text);
    let kind = fields.get("feedback-type").map(|kind| kind.to_ascii_lowercase()).unwrap_or_default();
    if !COMPLAINTS.contains(&kind.as_str()) {
        return Reading::Nothing(Unusable::Feedback);
    }
    let recipient = ["original-rcpt-to", "removal-recipient"].iter().find_map(|name| fields.get(*name));
    let recipient = recipient.map(|to| bare(to.split_once(';').map_or(to.as_str(), |(_, address)| address)));
    complaint(recipient, &kind)
}

/// Parses a notice of Amazon's mail service, which is written for programs (JSON) and says that a reader complained, or
/// that the mail arrived; none for anything else. A notice of a bounce contains the words of a refusal, which are read
/// as such.
pub(super) fn read_of_service(body: &str) -> Option<Reading> {
    let body = body.get(..body.floor_char_boundary(MOST_OF_NOTICE)).unwrap_or(body);
    // The notice may be a string within another, with a backslash before each quotation mark.
    let notice: String = body.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect();
    if notice.contains(r#""notificationType":"Complaint""#) {
        return Some(complaint(None, "Complaint"));
    }
    notice.contains(r#""notificationType":"Delivery""#).then_some(Reading::Nothing(Unusable::Arrived))
}

/// Parses a message that has the mail as an attachment, in which Outlook notes who complained; none if it is no such
/// message.
pub(super) fn read_of_outlook(message: &Message<'_>) -> Option<Reading> {
    message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(original) => {
            let recipient = original.header_raw("X-HmXmrOriginalRecipient")?;
            Some(complaint(Some(bare(recipient)), "X-HmXmrOriginalRecipient"))
        }
        _ => None,
    })
}

fn complaint(recipient: Option<String>, by: &str) -> Reading {
    Reading::Report(Report {
        kind: BounceKind::Complaint,
        cause: None,
        by: by.to_owned(),
        status: None,
        diagnostic: None,
        recipient: recipient.filter(|address| address.contains('@')),
        about: Vec::new(),
        message_id: None,
    })
}
