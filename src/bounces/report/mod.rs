//! Reads reports about mails: from bytes to what happened, as pure functions.
//!
//! Machine-readable parts come first: delivery status notifications (`status`, RFC 3464) and feedback reports of
//! readers who complain (`complaint`, RFC 5965). Some systems, old and large ones among them, write for people only:
//! `prose` interprets their words (`signs`: how such messages are recognised; `vocabulary`: what the words mean). If
//! MIME is broken, or a report was wrapped into another message, the fields are searched as text, and in the inner
//! message. `rules` decides who is to blame. Messages that are no reports (an automatic reply, a receipt, a notice that
//! a mail is delayed) are distinguished from those that are not understood, so that the Secretariat sees only the
//! latter.
//!
//! Nothing here is trusted: the return path decides which mail a report is about (`mail::ReturnPaths`), and what the
//! report itself names (`recipient`, `message_id`) is only compared with what the portal knows.

mod complaint;
mod fields;
mod gist;
mod prose;
mod rules;
mod signs;
mod status;
mod vocabulary;

pub use gist::{Gist, gist};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use crate::mail::{BounceCause, BounceKind};
use crate::text::foreign;
use prose::Told;

/// Maximum bytes of a report that are read. The relevant part is at the beginning.
pub const MOST_BYTES: usize = 1_048_576;
/// Maximum bytes of it that are parsed: a header of one line may have a name in every other byte, and each takes fifty.
const MOST_TAKEN_APART: usize = 262_144;
/// Maximum lines of it: each may be a header, a field or a part.
const MOST_LINES: usize = 20_000;
/// Maximum parts that are parsed, and whose text is read.
const MOST_PARTS: usize = 200;
const TYPED: &[u8] = b"content-type";
/// Fields by which a text is recognised as the fields of a recipient, though it is no part of its own.
const RECIPIENT: [&[u8]; 2] = [b"final-recipient:", b"original-recipient:"];
/// Maximum nesting of a report in other messages.
const MOST_LEVELS: usize = 3;
/// Maximum length of a stored diagnostic, in characters.
const MOST_DIAGNOSTIC: usize = 500;

/// The meaning of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A report that counts.
    Report(Report),
    /// A message that is no such report.
    Nothing(Unusable),
    /// It is not understood.
    Unknown,
}

/// A report about a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Bounce or complaint.
    pub kind: BounceKind,
    /// The cause; none for a complaint.
    pub cause: Option<BounceCause>,
    /// The phrase, the status or the code that decided.
    pub by: String,
    /// The enhanced status (RFC 3463), if it has one.
    pub status: Option<String>,
    /// The words of the system that refused the mail.
    pub diagnostic: Option<String>,
    /// The recipient that it names.
    pub recipient: Option<String>,
    /// The addresses that it may be about: the final recipient of its fields, or all addresses in words for people.
    /// Empty if it names no address.
    pub about: Vec<String>,
    /// The Message-ID of the mail that it names, without angle brackets.
    pub message_id: Option<String>,
}

/// Why a message does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// The mail is delayed, and is still tried.
    Late,
    /// The mail arrived, or was forwarded.
    Arrived,
    /// An automatic reply: absence, a receipt.
    Automatic,
    /// Feedback that is no complaint.
    Feedback,
}

impl Unusable {
    /// Its code.
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

/// Parses a message.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let Some(message) = parse(bytes) else { return Reading::Unknown };
    look(&message, Some(bytes.get(..MOST_TAKEN_APART).unwrap_or(bytes)), 0)
}

/// Reads a parsed message; `raw` if it is the outer one.
fn look(message: &Message<'_>, raw: Option<&[u8]>, level: usize) -> Reading {
    if let Some(part) = part_of(message, "message", &["feedback-report"]) {
        return finish(message, complaint::read(&text_of(part)));
    }
    let body = body_of(message, raw);
    let told = Told::of(&body);
    if let Some(part) = part_of(message, "message", &["delivery-status", "global-delivery-status"]) {
        let read = status::read(&text_of(part), &told);
        if read != Reading::Unknown {
            return finish(message, read);
        }
    }
    let receipt = ["disposition-notification", "global-disposition-notification"];
    if part_of(message, "message", &receipt).is_some() {
        return Reading::Nothing(Unusable::Automatic);
    }
    let read = complaint::read_of_service(&body).or_else(|| complaint::read_of_outlook(message));
    let read = read.or_else(|| read_as_text(&body, raw, &told)).unwrap_or_else(|| prose::read(message, &told));
    if read == Reading::Unknown && level < MOST_LEVELS { look_within(message, level) } else { finish(message, read) }
}

/// Reads a report within a message, as after forwarding by hand or by a list.
fn look_within(message: &Message<'_>, level: usize) -> Reading {
    let reports = message.parts.iter().filter_map(|part| match &part.body {
        PartType::Message(inner) => part_of(inner, "multipart", &["report"]).map(|_| inner),
        _ => None,
    });
    let mut readings = reports.map(|inner| look(inner, None, level + 1));
    readings.find(|reading| *reading != Reading::Unknown).unwrap_or(Reading::Unknown)
}

/// Reads the fields of a recipient as text: MIME is broken, or absent.
fn read_as_text(body: &str, raw: Option<&[u8]>, told: &Told) -> Option<Reading> {
    let has =
        |bytes: &[u8]| RECIPIENT.iter().any(|name| bytes.windows(name.len()).any(|w| w.eq_ignore_ascii_case(name)));
    let of_body = has(body.as_bytes()).then(|| status::read(body, told)).filter(|read| *read != Reading::Unknown);
    of_body.or_else(|| {
        let raw = raw.filter(|raw| has(raw))?;
        Some(status::read(&String::from_utf8_lossy(raw), told)).filter(|read| *read != Reading::Unknown)
    })
}

/// The text of a message for people: its first text that is not empty, or all of it if it has none.
fn body_of(message: &Message<'_>, raw: Option<&[u8]>) -> String {
    let mut texts = (0..message.text_body.len()).filter_map(|at| message.body_text(at));
    if let Some(text) = texts.find(|text| !text.trim().is_empty()) {
        return text.into_owned();
    }
    let whole = String::from_utf8_lossy(raw.unwrap_or_default());
    let ends = [whole.find("\n\n"), whole.find("\r\n\r\n")];
    ends.into_iter().flatten().min().and_then(|end| whole.get(end..)).unwrap_or_default().to_owned()
}

/// The texts of a message, raw and decoded, to search for a return path.
#[must_use]
pub fn texts(bytes: &[u8]) -> Vec<String> {
    let mut texts = vec![String::from_utf8_lossy(bytes.get(..MOST_BYTES).unwrap_or(bytes)).into_owned()];
    if let Some(message) = parse(bytes) {
        // A nested message is contained in the first text already.
        let plain = |part: &&MessagePart<'_>| !matches!(part.body, PartType::Multipart(_) | PartType::Message(_));
        texts.extend(message.parts.iter().filter(plain).map(text_of));
    }
    texts
}

/// Parses the beginning of a message; none if it is no message, or has more nested parts than a report ever has: each
/// level costs stack.
fn parse(bytes: &[u8]) -> Option<Message<'_>> {
    let bytes = bytes.get(..MOST_TAKEN_APART).unwrap_or(bytes);
    let mut ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let bytes = bytes.get(..ends.nth(MOST_LINES - 1).unwrap_or(bytes.len())).unwrap_or(bytes);
    let typed = bytes.windows(TYPED.len()).filter(|window| window.eq_ignore_ascii_case(TYPED)).count();
    if typed <= MOST_PARTS { MessageParser::default().parse(bytes) } else { None }
}

/// Adds the Message-ID of the returned mail, and cuts long values.
fn finish(message: &Message<'_>, reading: Reading) -> Reading {
    let Reading::Report(mut report) = reading else { return reading };
    report.message_id = report.message_id.or_else(|| message_id_of(message));
    report.diagnostic = report.diagnostic.map(|words| {
        // The words may continue into a mail of the portal that the report quotes.
        let words = foreign::without_secrets(foreign::head(&words));
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

/// The text of a part, whatever its bytes.
fn text_of(part: &MessagePart<'_>) -> String {
    String::from_utf8_lossy(part.contents()).into_owned()
}

/// The Message-ID of the returned mail: as a message, as its headers, or quoted in the text.
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

/// An address or id without brackets and other surrounding characters.
fn bare(text: &str) -> String {
    let inner = text.split_once('<').map_or(text, |(_, rest)| rest.split('>').next().unwrap_or_default());
    inner.trim().to_owned()
}

#[cfg(test)]
mod tests;
