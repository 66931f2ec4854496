//! Reads the cards of the address book for one reader.
//!
//! A search reads the book a page at a time and keeps the ids of matching cards, [`MOST`] at most; its memory does not
//! grow with the directory. The ids are collected before anything is sent, since the cards are counted first. After
//! [`LOOKED_AT`] cards a search ends, and the answer says that there may be more.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::MOST;
use super::filter::Filter;
use crate::changes::{self, Change, EntryKind, Heard, heard};
use crate::db::{Conn, Db, Id};
use crate::directory::Contact;
use crate::directory::formats::{Card, Words, visible_changes, visible_contacts};
use crate::error::Error;
use crate::heavy_work::Lane;
use crate::policy::Principal;

/// Cards that are read at once.
pub(super) const CHUNK: usize = 500;
/// Changes that are read at once.
const FEED: i64 = 2_000;
/// Most cards that one search compares: some seconds of reading.
const LOOKED_AT: usize = 100_000;

/// The address book as one reader sees it.
pub(super) struct Book {
    pub(super) db: Db,
    pub(super) viewer: Arc<Principal>,
    pub(super) words: Arc<Words>,
    pub(super) lane: Lane,
}

/// A page of the feed for a reader.
pub(super) struct ChangedCards {
    /// The cards, each once.
    pub(super) ids: Vec<Id>,
    /// The place after them.
    pub(super) next: changes::FeedPosition,
    /// Whether more may follow.
    pub(super) is_full: bool,
}

impl Book {
    /// One contact as the reader sees it.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn contact(&self, id: Id) -> Result<Contact, Error> {
        self.contacts(vec![id]).await?.remove(&id).ok_or_else(Error::not_found)
    }

    /// The contacts of these ids as the reader sees them.
    async fn contacts(&self, ids: Vec<Id>) -> Result<HashMap<Id, Contact>, Error> {
        let viewer = Arc::clone(&self.viewer);
        self.db.read(move |conn| visible_contacts(conn, &viewer, &ids)).await.map(by_id)
    }

    /// The place in the feed of a reader who has the present state of the book. It stays the same as long as nothing
    /// changes that the reader sees.
    pub(super) async fn present(&self) -> Result<changes::FeedPosition, Error> {
        let viewer = Arc::clone(&self.viewer);
        let read = move |conn: &mut Conn| -> Result<changes::FeedPosition, Error> {
            let mut place = changes::present(conn)?;
            loop {
                let Heard { next, is_full, .. } =
                    heard(conn, place, FEED, |conn, changes| visible_changes(conn, &viewer, changes))?;
                if !is_full {
                    return Ok(next);
                }
                place = next;
            }
        };
        self.db.read(read).await
    }

    /// The cards that changed after a place, as far as the reader sees the changes.
    ///
    /// # Errors
    /// 410 where deletions since then may have been forgotten.
    pub(super) async fn changed(&self, place: changes::FeedPosition, limit: i64) -> Result<ChangedCards, Error> {
        let viewer = Arc::clone(&self.viewer);
        let read =
            move |conn: &mut Conn| heard(conn, place, limit, |conn, changes| visible_changes(conn, &viewer, changes));
        let Heard { changes, next, is_full } = self.db.read(read).await?;
        let contacts = changes.into_iter().filter(|change| change.kind == EntryKind::Contact);
        let mut known = HashSet::new();
        let ids = contacts.map(|change| change.id).filter(|id| known.insert(*id)).collect();
        Ok(ChangedCards { ids, next, is_full })
    }

    /// All cards of the book; none where there are more than are listed at once.
    pub(super) async fn all(&self) -> Result<Option<Vec<Id>>, Error> {
        let mut place = self.db.read(changes::beginning).await?;
        let mut ids = Vec::new();
        loop {
            let (changes, next) = self.db.read(move |conn| changes::since(conn, place, FEED)).await?;
            let is_last = i64::try_from(changes.len()).unwrap_or_default() < FEED;
            ids.extend(existing(changes));
            if ids.len() > MOST {
                return Ok(None);
            }
            if is_last {
                // A card that changed during the reading was read twice.
                ids.sort_unstable();
                ids.dedup();
                return Ok(Some(ids));
            }
            place = next;
        }
    }

    /// At most `limit` cards that match a filter, and whether there may be more.
    pub(super) async fn matching(&self, filter: Filter, limit: usize) -> Result<(Vec<Id>, bool), Error> {
        let mut place = self.db.read(changes::beginning).await?;
        let (filter, mut found, mut looked_at) = (Arc::new(filter), BTreeSet::new(), 0);
        loop {
            let (changes, next) = self.db.read(move |conn| changes::since(conn, place, FEED)).await?;
            let is_last = i64::try_from(changes.len()).unwrap_or_default() < FEED;
            let ids: Vec<Id> = existing(changes).collect();
            for chunk in ids.chunks(CHUNK) {
                let contacts = self.contacts(chunk.to_vec()).await?;
                // A card that changes during the reading is found twice.
                for id in self.filtered(contacts, &filter).await? {
                    if found.len() == limit && !found.contains(&id) {
                        return Ok((found.into_iter().collect(), true));
                    }
                    found.insert(id);
                }
            }
            looked_at += ids.len();
            if is_last || looked_at >= LOOKED_AT {
                return Ok((found.into_iter().collect(), !is_last));
            }
            place = next;
        }
    }

    /// The contacts that match a filter. Comparing folds texts, which takes as long as many requests: it does not run
    /// on the threads that serve requests.
    async fn filtered(&self, contacts: HashMap<Id, Contact>, filter: &Arc<Filter>) -> Result<Vec<Id>, Error> {
        let (words, filter) = (Arc::clone(&self.words), Arc::clone(filter));
        let compare = move || {
            let mut matching = Vec::new();
            for contact in contacts.values() {
                if filter.matches(&Card::new(contact, &words)?) {
                    matching.push(contact.id);
                }
            }
            Ok(matching)
        };
        self.lane.beside(compare).await
    }
}

/// The cards of changes that the whole community sees, without deleted ones.
fn existing(changes: Vec<Change>) -> impl Iterator<Item = Id> {
    let is_there = |change: &Change| change.kind == EntryKind::Contact && change.level == 0 && !change.gone;
    changes.into_iter().filter(is_there).map(|change| change.id)
}

pub(super) fn by_id(contacts: Vec<Contact>) -> HashMap<Id, Contact> {
    contacts.into_iter().map(|contact| (contact.id, contact)).collect()
}
