//! Complaints: feedback reports of RFC 5965, and those of Outlook's programme that are older than it.

use mail_parser::{Message, PartType};

use super::{Nothing, Reading, Report, bare, fields};
use crate::mail::BounceKind;

/// Kinds of feedback that mean that the reader does not want the mail.
const COMPLAINTS: [&str; 4] = ["abuse", "fraud", "opt-out", "other"];

/// Reads the fields of a `message/feedback-report`.
pub(super) fn read(text: &str) -> Reading {
    let fields = fields::of(text);
    let kind = fields.get("feedback-type").map(|kind| kind.to_ascii_lowercase()).unwrap_or_default();
    if !COMPLAINTS.contains(&kind.as_str()) {
        return Reading::Nothing(Nothing::Feedback);
    }
    let recipient = ["original-rcpt-to", "removal-recipient"].iter().find_map(|name| fields.get(*name));
    complaint(recipient.map(|to| bare(to.split_once(';').map_or(to.as_str(), |(_, address)| address))))
}

/// Reads a message that has the mail as an attachment, in which Outlook notes who complained; nothing where it is none.
pub(super) fn read_of_outlook(message: &Message<'_>) -> Option<Reading> {
    message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(original) => {
            let recipient = original.header_raw("X-HmXmrOriginalRecipient")?;
            Some(complaint(Some(bare(recipient))))
        }
        _ => None,
    })
}

fn complaint(recipient: Option<String>) -> Reading {
    Reading::Report(Report {
        kind: BounceKind::Complaint,
        status: None,
        diagnostic: None,
        recipient: recipient.filter(|address| address.contains('@')),
        message_id: None,
    })
}
