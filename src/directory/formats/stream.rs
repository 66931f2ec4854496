//! A body that is made page by page while it is sent.

use futures_util::stream::{Stream, TryStreamExt as _, try_unfold};

use super::card::{Card, Words};
use super::source::Source;
use super::{Format, Version, csv, jscontact, vcard};
use crate::directory::Contact;
use crate::error::{Error, OrInternal as _};

/// What is written as it is read.
#[derive(Clone, Copy)]
pub(super) enum Streamed {
    Csv,
    VCards(Version),
    JsContact,
}

impl Streamed {
    /// The stream of a format, where it is one.
    pub(super) const fn of(format: Format) -> Option<Self> {
        match format {
            Format::Csv => Some(Self::Csv),
            Format::VCard(version) => Some(Self::VCards(version)),
            Format::JsContact => Some(Self::JsContact),
            Format::Xlsx => None,
        }
    }

    fn begin(self, words: &Words) -> Result<Vec<u8>, Error> {
        match self {
            Self::Csv => csv::begin(words),
            Self::VCards(_) => Ok(Vec::new()),
            Self::JsContact => Ok(b"[".to_vec()),
        }
    }

    fn page(self, contacts: &[Contact], words: &Words, is_first: bool) -> Result<Vec<u8>, Error> {
        let cards = contacts.iter().map(|contact| Card::new(contact, words)).collect::<Result<Vec<_>, _>>()?;
        match self {
            Self::Csv => csv::page(&cards),
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
            Self::Csv | Self::VCards(_) => Vec::new(),
            Self::JsContact => b"]".to_vec(),
        }
    }
}

/// How far a body is.
enum Step {
    Beginning,
    /// Whether the next page is the first.
    Pages(bool),
    Over,
}

/// The body. Nothing is read before the client has taken what came before. An error ends it, and whoever sends it breaks
/// the connection off.
pub(super) fn body(
    source: Source,
    words: Words,
    format: Streamed,
) -> impl Stream<Item = Result<Vec<u8>, Error>> + use<> {
    let steps = try_unfold((source, words, Step::Beginning), move |(mut source, words, step)| async move {
        let (bytes, next) = match step {
            Step::Beginning => (format.begin(&words)?, Step::Pages(true)),
            Step::Pages(is_first) => match source.next().await? {
                Some(contacts) => (format.page(&contacts, &words, is_first)?, Step::Pages(false)),
                None => (format.end(), Step::Over),
            },
            Step::Over => return Ok(None),
        };
        source.count_bytes(bytes.len());
        Ok(Some((bytes, (source, words, next))))
    });
    steps.inspect_err(|error| tracing::error!(%error, "an export was broken off"))
}
