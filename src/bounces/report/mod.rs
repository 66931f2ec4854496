//! Reads reports about mails: from bytes to what happened, as pure functions.
//!
//! What is machine-readable counts: delivery status notifications (`status`, RFC 3464) and feedback reports of readers
//! who complain (`complaint`, RFC 5965). Some systems, old and large ones among them, write for people alone: `prose`
//! finds in their words what it can. What is no report (an answer of somebody on leave, a receipt, word that a mail is
//! late) is told from what nobody understands, so that an operator is shown the latter alone.
//!
//! Nothing here is believed: whom a report is about says the return path that it came to (`mail::ReturnPaths`), and
//! what it names itself (`recipient`, `message_id`) is only ever compared with what we know.

mod complaint;
mod fields;
mod prose;
mod rules;
mod status;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use crate::mail::BounceKind;

/// Most bytes of a report that are looked at. What says what happened stands at the beginning.
pub const MOST_BYTES: usize = 1_048_576;
/// Most bytes of it that are taken apart: a header of one line may hold a name every other byte, and each takes fifty.
const MOST_TAKEN_APART: usize = 262_144;
/// Most lines of it: each may be a header, a field or a part.
const MOST_LINES: usize = 20_000;
/// Most parts that are taken apart, and what each of them says.
const MOST_PARTS: usize = 200;
const TYPED: &[u8] = b"content-type";
/// Longest diagnostic that is kept, in characters.
const MOST_DIAGNOSTIC: usize = 500;

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A report that counts.
    Report(Report),
    /// A message that says nothing of the kind.
    Nothing(Nothing),
    /// Nobody here understands it.
    Unknown,
}

/// What came of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What happened.
    pub kind: BounceKind,
    /// The enhanced status (RFC 3463), where it says one.
    pub status: Option<String>,
    /// The words of whoever refused the mail.
    pub diagnostic: Option<String>,
    /// To whom it says the mail went.
    pub recipient: Option<String>,
    /// The Message-ID that it says the mail had, without angle brackets.
    pub message_id: Option<String>,
}

/// Why a message does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// The mail is late, and is tried still.
    Late,
    /// The mail arrived, or was passed on.
    Arrived,
    /// Somebody's program answers: a note of leave, a receipt.
    Automatic,
    /// Feedback that is no complaint.
    Feedback,
}

impl Nothing {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Arrived => "arrived",
            Self::Automatic => "automatic",
            Self::Feedback => "feedback",
        }
    }
}

/// Reads a message.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let Some(message) = parse(bytes) else { return Reading::Unknown };
    if let Some(part) = part_of(&message, "message", &["feedback-report"]) {
        return finish(&message, complaint::read(&text_of(part)));
    }
    if let Some(part) = part_of(&message, "message", &["delivery-status", "global-delivery-status"]) {
        let read = status::read(&text_of(part));
        // Some say in their words what they forgot to say in fields.
        return finish(&message, if read == Reading::Unknown { prose::read(&message) } else { read });
    }
    let receipt = ["disposition-notification", "global-disposition-notification"];
    if part_of(&message, "message", &receipt).is_some() {
        return Reading::Nothing(Nothing::Automatic);
    }
    let read = complaint::read_of_outlook(&message).unwrap_or_else(|| prose::read(&message));
    finish(&message, read)
}

/// The text of a message as it came and as it reads, to look for a return path in.
#[must_use]
pub fn texts(bytes: &[u8]) -> Vec<String> {
    let mut texts = vec![String::from_utf8_lossy(bytes.get(..MOST_BYTES).unwrap_or(bytes)).into_owned()];
    if let Some(message) = parse(bytes) {
        // What is a message itself stands in the first text already.
        let plain = |part: &&MessagePart<'_>| !matches!(part.body, PartType::Multipart(_) | PartType::Message(_));
        texts.extend(message.parts.iter().filter(plain).map(text_of));
    }
    texts
}

/// The beginning of a message, taken apart; nothing where it is none, or has more parts in parts than a report ever
/// has: each level of them costs stack.
fn parse(bytes: &[u8]) -> Option<Message<'_>> {
    let bytes = bytes.get(..MOST_TAKEN_APART).unwrap_or(bytes);
    let mut ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let bytes = bytes.get(..ends.nth(MOST_LINES - 1).unwrap_or(bytes.len())).unwrap_or(bytes);
    let typed = bytes.windows(TYPED.len()).filter(|window| window.eq_ignore_ascii_case(TYPED)).count();
    if typed <= MOST_PARTS { MessageParser::default().parse(bytes) } else { None }
}

/// Adds the Message-ID of the mail that a report brings back, and cuts what is too long.
fn finish(message: &Message<'_>, reading: Reading) -> Reading {
    let Reading::Report(mut report) = reading else { return reading };
    report.message_id = report.message_id.or_else(|| message_id_of(message));
    report.diagnostic = report.diagnostic.map(|words| {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().filter(|c| !c.is_control()).take(MOST_DIAGNOSTIC).collect()
    });
    Reading::Report(report)
}

/// The first part of one of these types.
fn part_of<'m>(message: &'m Message<'m>, kind: &str, subtypes: &[&str]) -> Option<&'m MessagePart<'m>> {
    message.parts.iter().find(|part| {
        part.content_type().is_some_and(|named| {
            let subtype = named.subtype().unwrap_or_default();
            named.ctype().eq_ignore_ascii_case(kind) && subtypes.iter().any(|one| subtype.eq_ignore_ascii_case(one))
        })
    })
}

/// What a part says, whatever bytes it is made of.
fn text_of(part: &MessagePart<'_>) -> String {
    String::from_utf8_lossy(part.contents()).into_owned()
}

/// The Message-ID of the mail that came back: as a message, as its headers, or quoted in the text.
fn message_id_of(message: &Message<'_>) -> Option<String> {
    let whole = message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(original) => original.message_id().map(str::to_owned),
        _ => None,
    });
    let headers = || {
        let part = part_of(message, "text", &["rfc822-headers"])?;
        fields::of(&text_of(part)).get("message-id").map(|id| bare(id))
    };
    let quoted = || {
        let text = message.body_text(0)?;
        let line = text.lines().find_map(|line| {
            let (name, id) = line.trim_start_matches(['>', ' ', '\t']).split_once(':')?;
            name.trim().eq_ignore_ascii_case("message-id").then(|| bare(id))
        });
        line.filter(|id| !id.is_empty())
    };
    whole.or_else(headers).or_else(quoted)
}

/// An address or id without what stands around it.
fn bare(text: &str) -> String {
    let inner = text.split_once('<').map_or(text, |(_, rest)| rest.split('>').next().unwrap_or_default());
    inner.trim().to_owned()
}

#[cfg(test)]
mod tests;
