//! Reads contacts for answers of many, and writes these page by page while they are sent.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use futures_util::stream::{Stream, TryStreamExt as _, try_unfold};
use quick_xml::escape::escape;

use super::filter::Filter;
use super::request::Props;
use super::resource::{Place, known_of_card, property_of_card};
use super::{CARD, MOST, Name, answer};
use crate::changes::{self, Change, EntryKind};
use crate::db::{Db, Id};
use crate::directory::Contact;
use crate::directory::formats::{Card, Words, shown, shown_with_depth, vcard};
use crate::error::Error;
use crate::http::Download;
use crate::policy::Principal;

/// Cards that are read and written at once.
const CHUNK: usize = 500;
/// Changes that are looked through at once.
const FEED: i64 = 2_000;
/// Changes for some alone that are looked through for the last one that the reader hears of.
const NARROW: i64 = 500;

/// The address book as one reader sees it.
pub(super) struct Book {
    pub(super) db: Db,
    pub(super) viewer: Arc<Principal>,
    pub(super) words: Words,
}

/// An answer of many cards.
pub(super) struct Answers {
    /// What comes before the cards.
    pub(super) first: String,
    /// The cards, as they were asked for.
    pub(super) ids: Vec<Id>,
    /// What is asked of each.
    pub(super) props: Props,
    /// Whether a card that is not there is answered as such, or passed over.
    pub(super) missing: Missing,
    /// What comes after the cards.
    pub(super) last: String,
}

impl Answers {
    /// None yet.
    pub(super) const fn of(props: Props, missing: Missing) -> Self {
        Self { first: String::new(), ids: Vec::new(), props, missing, last: String::new() }
    }
}

/// What becomes of a card that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Told,
    PassedOver,
}

impl Book {
    /// The contacts of these ids as the reader sees them.
    pub(super) async fn contacts(&self, ids: Vec<Id>) -> Result<HashMap<Id, Contact>, Error> {
        let viewer = Arc::clone(&self.viewer);
        Ok(by_id(self.db.read(move |conn| shown(conn, &viewer, &ids)).await?))
    }

    /// The place of a reader who knows the book as it is: the same as long as nothing changed that it sees.
    pub(super) async fn present(&self) -> Result<changes::Place, Error> {
        let place = self.db.read(changes::present).await?;
        let (changes, _) = self.db.read(move |conn| changes::since(conn, place, NARROW)).await?;
        if i64::try_from(changes.len()).unwrap_or(NARROW) >= NARROW {
            return Ok(self.db.read(changes::beginning).await?.at_end(None));
        }
        let (_, newest) = self.changed(changes).await?;
        Ok(place.at_end(newest))
    }

    /// The cards of these changes, each once, but for those in which nothing changed that the reader sees; and the number of the
    /// last change that the reader hears of.
    pub(super) async fn changed(&self, mut changes: Vec<Change>) -> Result<(Vec<Id>, Option<i64>), Error> {
        let narrow: Vec<Id> = changes.iter().filter(|change| change.level > 0).map(|change| change.id).collect();
        let depths: HashMap<Id, i16> = if narrow.is_empty() {
            HashMap::new()
        } else {
            let viewer = Arc::clone(&self.viewer);
            let found = self.db.read(move |conn| shown_with_depth(conn, &viewer, &narrow)).await?;
            found.into_iter().map(|(contact, depth)| (contact.id, depth)).collect()
        };
        let sees = |change: &Change| change.level == 0 || depths.get(&change.id).is_some_and(|&d| d >= change.level);
        changes.retain(sees);
        let newest = changes.last().map(|change| change.seq);
        let contacts = changes.into_iter().filter(|change| change.kind == EntryKind::Contact);
        let mut told = HashSet::new();
        Ok((contacts.map(|change| change.id).filter(|id| told.insert(*id)).collect(), newest))
    }

    /// Every card of the book; none where they are more than are listed at once.
    pub(super) async fn all(&self) -> Result<Option<Vec<Id>>, Error> {
        let mut place = self.db.read(changes::beginning).await?;
        let mut ids = Vec::new();
        loop {
            let (changes, next) = self.db.read(move |conn| changes::since(conn, place, FEED)).await?;
            let is_last = i64::try_from(changes.len()).unwrap_or_default() < FEED;
            ids.extend(
                changes
                    .into_iter()
                    .filter(|c| c.kind == EntryKind::Contact && c.level == 0 && !c.gone)
                    .map(|change| change.id),
            );
            if ids.len() > MOST {
                return Ok(None);
            }
            if is_last {
                // Who changed while this was read was met twice.
                ids.sort_unstable();
                ids.dedup();
                return Ok(Some(ids));
            }
            place = next;
        }
    }

    /// Those of these cards that the filter means, at most `limit`, and whether there are more.
    pub(super) async fn matching(&self, ids: &[Id], filter: &Filter, limit: usize) -> Result<(Vec<Id>, bool), Error> {
        let mut found = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            let contacts = self.contacts(chunk.to_vec()).await?;
            for contact in chunk.iter().filter_map(|id| contacts.get(id)) {
                if filter.means(&Card::new(contact, &self.words)?) {
                    if found.len() == limit {
                        return Ok((found, true));
                    }
                    found.push(contact.id);
                }
            }
        }
        Ok((found, false))
    }

    /// The answer, as it is sent, as long as its reader may go on. An error ends it, and whoever sends it breaks the connection
    /// off.
    pub(super) fn stream(
        self,
        answers: Answers,
        download: Download,
    ) -> impl Stream<Item = Result<Vec<u8>, Error>> + use<> {
        let Answers { first, ids, props, missing, last } = answers;
        let sending = Sending {
            book: self,
            download,
            first: format!("{}{first}", answer::BEGIN),
            chunks: ids.chunks(CHUNK).map(<[Id]>::to_vec).collect(),
            props,
            missing,
            last: format!("{last}{}", answer::END),
        };
        let steps = try_unfold((sending, Step::Beginning), |(mut sending, step)| async move {
            let (text, next) = match step {
                Step::Beginning => (std::mem::take(&mut sending.first), Step::Cards),
                Step::Cards => match sending.chunks.pop_front() {
                    Some(chunk) => (sending.responses(chunk).await?, Step::Cards),
                    None => (std::mem::take(&mut sending.last), Step::Over),
                },
                Step::Over => return Ok(None),
            };
            sending.download.count(text.len());
            Ok(Some((text.into_bytes(), (sending, next))))
        });
        steps.inspect_err(|error: &Error| tracing::error!(%error, "an address book's answer was broken off"))
    }
}

fn by_id(contacts: Vec<Contact>) -> HashMap<Id, Contact> {
    contacts.into_iter().map(|contact| (contact.id, contact)).collect()
}

/// How far an answer is.
enum Step {
    Beginning,
    Cards,
    Over,
}

/// An answer under way.
struct Sending {
    book: Book,
    download: Download,
    first: String,
    chunks: VecDeque<Vec<Id>>,
    props: Props,
    missing: Missing,
    last: String,
}

impl Sending {
    async fn responses(&self, ids: Vec<Id>) -> Result<String, Error> {
        let (viewer, asked) = (Arc::clone(&self.book.viewer), ids.clone());
        let contacts = self.download.read(move |conn| shown(conn, &viewer, &asked)).await?;
        let contacts = by_id(contacts);
        let mut text = String::new();
        for id in ids {
            let href = Place::Card(id).href();
            match contacts.get(&id) {
                Some(contact) => text += &response(&href, &Card::new(contact, &self.book.words)?, &self.props),
                None if self.missing == Missing::Told => text += &answer::not_found(&href),
                None => {}
            }
        }
        Ok(text)
    }
}

/// What a card answers.
pub(super) fn response(href: &str, card: &Card<'_>, props: &Props) -> String {
    let known = || known_of_card().into_iter();
    let (mut found, missing): (Vec<(Name, String)>, _) = match props {
        Props::All => {
            (known().filter_map(|name| property_of_card(card, &name).map(|value| (name, value))).collect(), Vec::new())
        }
        Props::Names => (known().map(|name| (name, String::new())).collect(), Vec::new()),
        Props::These { names, .. } => split(names, |name| property_of_card(card, name)),
    };
    if let Some(version) = props.data() {
        let data = escape(vcard(card, version)).into_owned();
        found.push(((CARD.to_owned(), "address-data".to_owned()), data));
    }
    answer::response(href, &found, &missing)
}

/// Properties with their values, and the names of those that there are not.
pub(super) fn split(names: &[Name], value: impl Fn(&Name) -> Option<String>) -> (Vec<(Name, String)>, Vec<Name>) {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names {
        match value(name) {
            Some(value) => found.push((name.clone(), value)),
            None => missing.push(name.clone()),
        }
    }
    (found, missing)
}
