//! Answers of many resources (207, RFC 4918, 13), whose cards are read and written page by page while they are sent.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::stream::{Stream, TryStreamExt as _, try_unfold};

use super::book::{Book, CHUNK, by_id};
use super::request::Props;
use super::resource::{Resource, State, known, known_of_card, property, property_of_card};
use super::{CARD, Name, answer};
use crate::db::Id;
use crate::directory::formats::{Card, partial_vcard, vcard, visible_contacts};
use crate::error::Error;
use crate::heavy_work::{Lane, UnderWay};
use crate::http::Download;
use crate::text::xml::escaped;

/// An answer of many resources, before its cards are read.
pub(super) struct Multistatus {
    /// The XML before the cards: responses of other resources.
    pub(super) first: String,
    /// The cards, in the order of the request.
    pub(super) ids: Vec<Id>,
    /// The requested properties of each card.
    pub(super) props: Props,
    /// The answer for a card that does not exist.
    pub(super) missing: MissingCards,
    /// The XML after the cards.
    pub(super) last: String,
    /// One of the few large answers that a person may take at once; none for a small answer.
    pub(super) under_way: Option<UnderWay>,
}

/// The answer for cards that do not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingCards {
    /// A 404 for each.
    Reported,
    /// Nothing.
    Omitted,
}

impl Multistatus {
    /// An answer without resources yet.
    pub(super) const fn of(props: Props, missing: MissingCards) -> Self {
        Self { first: String::new(), ids: Vec::new(), props, missing, last: String::new(), under_way: None }
    }

    /// Admits a large answer, if the person may take one more. An answer of one page is small.
    ///
    /// # Errors
    /// 429 where several are under way.
    pub(super) fn admitted(mut self, lane: &Lane, person: Id) -> Result<Self, Error> {
        if self.under_way.is_none() && self.ids.len() > CHUNK {
            self.under_way = Some(lane.stream(person)?);
        }
        Ok(self)
    }

    /// The answer, ready to be sent to the reader of the book, as long as the reader keeps the right to read.
    ///
    /// # Errors
    /// 500 outside of a request.
    pub(super) fn for_reader(self, book: Book) -> Result<Transmission, Error> {
        let download = Download::begin(book.db.clone())?;
        let Self { first, ids, props, missing, last, under_way } = self;
        Ok(Transmission {
            book,
            download,
            first: format!("{}{first}", answer::BEGIN),
            chunks: ids.chunks(CHUNK).map(<[Id]>::to_vec).collect(),
            props,
            missing,
            last: format!("{last}{}", answer::END),
            _under_way: under_way,
        })
    }
}

/// An answer that is being sent.
pub(super) struct Transmission {
    book: Book,
    download: Download,
    first: String,
    chunks: VecDeque<Vec<Id>>,
    props: Props,
    missing: MissingCards,
    last: String,
    /// Held until all is sent, or the connection is closed.
    _under_way: Option<UnderWay>,
}

/// The next part of an answer.
enum Part {
    First,
    Cards,
    Nothing,
}

impl Transmission {
    /// The bytes of the answer. An error ends the stream, and the server closes the connection.
    pub(super) fn into_body(self) -> impl Stream<Item = Result<Vec<u8>, Error>> {
        let parts = try_unfold((self, Part::First), |(mut sending, part)| async move {
            let (text, next) = match part {
                Part::First => (std::mem::take(&mut sending.first), Part::Cards),
                Part::Cards => match sending.chunks.pop_front() {
                    Some(chunk) => (sending.responses(chunk).await?, Part::Cards),
                    None => (std::mem::take(&mut sending.last), Part::Nothing),
                },
                Part::Nothing => return Ok(None),
            };
            sending.download.count(text.len());
            Ok(Some((text.into_bytes(), (sending, next))))
        });
        parts.inspect_err(|error: &Error| tracing::error!(%error, "an address book's answer was broken off"))
    }

    async fn responses(&self, ids: Vec<Id>) -> Result<String, Error> {
        let (viewer, asked) = (Arc::clone(&self.book.viewer), ids.clone());
        let contacts = self.download.read(move |conn| visible_contacts(conn, &viewer, &asked)).await?;
        let contacts = by_id(contacts);
        let mut text = String::new();
        for id in ids {
            let href = Resource::Card(id).href();
            match contacts.get(&id) {
                Some(contact) => text += &card_response(&href, &Card::new(contact, &self.book.words)?, &self.props),
                None if self.missing == MissingCards::Reported => text += &answer::not_found(&href),
                None => {}
            }
        }
        Ok(text)
    }
}

fn card_response(href: &str, card: &Card<'_>, props: &Props) -> String {
    let known = || known_of_card().into_iter();
    let (mut found, missing): (Vec<(Name, String)>, _) = match props {
        Props::All => {
            (known().filter_map(|name| property_of_card(card, &name).map(|value| (name, value))).collect(), Vec::new())
        }
        Props::Names => (known().map(|name| (name, String::new())).collect(), Vec::new()),
        Props::These { names, .. } => split(names, |name| property_of_card(card, name)),
    };
    if let Some(data) = props.data() {
        let text = match &data.part {
            Some(part) => partial_vcard(card, data.version, part),
            None => vcard(card, data.version),
        };
        found.push(((CARD.to_owned(), "address-data".to_owned()), escaped(text)));
    }
    answer::response(href, &found, &missing)
}

/// The response of a resource that is no card.
pub(super) fn response(resource: Resource, state: &State, props: &Props) -> String {
    let known_names = || known(resource, state);
    let (found, missing) = match props {
        Props::All => split(&known_names(), |name| property(resource, state, name)),
        Props::Names => (known_names().into_iter().map(|name| (name, String::new())).collect(), Vec::new()),
        Props::These { names, .. } => split(names, |name| property(resource, state, name)),
    };
    answer::response(&resource.href(), &found, &missing)
}

/// The properties with their values, and the names of those that do not exist.
fn split(names: &[Name], value: impl Fn(&Name) -> Option<String>) -> (Vec<(Name, String)>, Vec<Name>) {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names {
        match value(name) {
            Some(value) => found.push((name.clone(), value)),
            None => missing.push(name.clone()),
        }
    }
    (found, missing)
}
