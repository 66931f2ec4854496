//! Files that are written page by page while they are sent.

use futures_util::stream::{Stream, TryStreamExt as _, try_unfold};

use super::card::{Card, Words};
use super::source::Source;
use super::{Format, Version, csv, jscontact, vcard};
use crate::directory::Contact;
use crate::error::{Error, OrInternal as _};
use crate::heavy_work::UnderWay;
use crate::http::csv::Separator;

/// A format that is written page by page.
#[derive(Clone, Copy)]
pub(super) enum StreamFormat {
    Csv(Separator),
    VCards(Version),
    JsContact,
}

impl StreamFormat {
    /// The format, unless it must be complete before it is sent. The separator is that of CSV.
    pub(super) const fn of(format: Format, separator: Separator) -> Option<Self> {
        match format {
            Format::Csv => Some(Self::Csv(separator)),
            Format::VCard(version) => Some(Self::VCards(version)),
            Format::JsContact => Some(Self::JsContact),
            Format::Xlsx => None,
        }
    }

    fn begin(self, words: &Words) -> Result<Vec<u8>, Error> {
        match self {
            Self::Csv(separator) => csv::begin(words, separator),
            Self::VCards(_) => Ok(Vec::new()),
            Self::JsContact => Ok(b"[".to_vec()),
        }
    }

    fn page(self, contacts: &[Contact], words: &Words, is_first: bool) -> Result<Vec<u8>, Error> {
        let cards = contacts.iter().map(|contact| Card::new(contact, words)).collect::<Result<Vec<_>, _>>()?;
        match self {
            Self::Csv(separator) => csv::page(&cards, separator),
            Self::VCards(version) => Ok(cards.iter().map(|card| vcard(card, version)).collect::<String>().into_bytes()),
            Self::JsContact => {
                let cards = cards.iter().map(|card| serde_json::to_string(&jscontact::jscontact(card)).or_internal());
                let cards = cards.collect::<Result<Vec<_>, _>>()?.join(",\n");
                Ok(if is_first { cards } else { format!(",\n{cards}") }.into_bytes())
            }
        }
    }

    fn end(self) -> Vec<u8> {
        match self {
            Self::Csv(_) | Self::VCards(_) => Vec::new(),
            Self::JsContact => b"]".to_vec(),
        }
    }
}

/// The next part of a file.
enum Part {
    Head,
    /// A page; whether it is the first.
    Page(bool),
    Nothing,
}

/// A file that is written while it is sent.
pub struct ExportStream {
    pub(super) source: Source,
    pub(super) words: Words,
    pub(super) format: StreamFormat,
    /// One of the few exports that a person may have under way.
    pub(super) under_way: UnderWay,
}

impl ExportStream {
    /// The bytes of the file, a part for each page. A page is read once the client has received the one before. An
    /// error ends the stream, and the server closes the connection.
    pub fn into_body(self) -> impl Stream<Item = Result<Vec<u8>, Error>> {
        let Self { source, words, format, under_way } = self;
        let parts = try_unfold((source, words, Part::Head), move |(mut source, words, part)| async move {
            let (bytes, next) = match part {
                Part::Head => (format.begin(&words)?, Part::Page(true)),
                Part::Page(is_first) => match source.next().await? {
                    Some(contacts) => (format.page(&contacts, &words, is_first)?, Part::Page(false)),
                    None => (format.end(), Part::Nothing),
                },
                Part::Nothing => return Ok(None),
            };
            source.count_bytes(bytes.len());
            Ok(Some((bytes, (source, words, next))))
        });
        parts.inspect_err(move |error: &Error| {
            // Held until the stream is dropped.
            let _ = &under_way;
            tracing::error!(%error, "an export was broken off");
        })
    }
}
