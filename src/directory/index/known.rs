//! Sets that were read before, so that a page of a million contacts reads as little as one of a thousand.
//!
//! A set of a filter's value is up to a hundred kilobytes at a million contacts, and fetching it was most of what such a page
//! cost. So a process keeps the sets it has read, decoded, as of one number of the change feed ([`changes::revision`]), which
//! every change of a contact counts up: one row a request tells whether they are still right, whichever process changed what.
//! After a change they are read anew as they are asked for. What is kept is bounded ([`MOST`]) and belongs to no reader:
//! rights are applied to sets afterwards, as to those that come from the database.
//!
//! Left out: the sets of words and of beginnings of names, of which there are too many to be asked for twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use roaring::RoaringBitmap;

use super::{Facet, store};
use crate::changes;
use crate::db::Conn;
use crate::error::Error;

/// Bytes of sets that a process keeps. Those of a million contacts are some ten million in all.
const MOST: usize = 32 << 20;

/// The sets of every value of a facet.
pub(super) type ByValue = BTreeMap<String, RoaringBitmap>;

/// What this process knows of the index. Cloning is cheap.
#[derive(Clone, Default)]
pub struct KnownSets(Arc<RwLock<Held>>);

#[derive(Default)]
struct Held {
    /// The number of the change feed that stood when these were read, or a later one: they are as new as it says, or newer.
    revision: i64,
    bytes: usize,
    by_key: HashMap<String, Arc<RoaringBitmap>>,
    by_facet: HashMap<(Facet, i16), Arc<ByValue>>,
    hidden: Option<Arc<RoaringBitmap>>,
}

impl Held {
    /// Makes room for that many bytes more.
    fn make_room(&mut self, bytes: usize) {
        if self.bytes + bytes > MOST {
            *self = Self { revision: self.revision, ..Self::default() };
        }
        self.bytes += bytes;
    }
}

/// The index as one request reads it.
#[derive(Clone, Default)]
pub struct Sets {
    known: KnownSets,
    /// None: everything comes from the database, for units of work that change contacts.
    revision: Option<i64>,
}

impl KnownSets {
    /// The sets as they are now, whichever process changed a contact last. For reads: what a unit of work has not committed
    /// would stay here.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn current(&self, conn: &mut Conn) -> Result<Sets, Error> {
        Ok(Sets { known: self.clone(), revision: Some(changes::revision(conn)?) })
    }
}

impl Sets {
    /// The set of each of these keys, in their order; an empty one where there is none.
    pub(super) fn of_keys(&self, conn: &mut Conn, keys: &[String]) -> Result<Vec<Arc<RoaringBitmap>>, Error> {
        let known: Vec<Option<Arc<RoaringBitmap>>> = self
            .held(|held| keys.iter().map(|key| held.by_key.get(key).cloned()).collect())
            .unwrap_or_else(|| vec![None; keys.len()]);
        let missing: Vec<&String> =
            keys.iter().zip(&known).filter(|(_, set)| set.is_none()).map(|(key, _)| key).collect();
        let mut read = if missing.is_empty() { BTreeMap::new() } else { store::of_keys(conn, &missing)? };
        let read: HashMap<&String, Arc<RoaringBitmap>> =
            missing.into_iter().map(|key| (key, Arc::new(read.remove(key).unwrap_or_default()))).collect();
        self.keep(|held| {
            held.make_room(read.values().map(|set| set.serialized_size()).sum());
            held.by_key.extend(read.iter().map(|(key, set)| ((*key).clone(), Arc::clone(set))));
        });
        let sets = keys.iter().zip(known).map(|(key, set)| set.or_else(|| read.get(key).cloned()).unwrap_or_default());
        Ok(sets.collect())
    }

    /// The sets of every value of a facet on one level.
    pub(super) fn of_facet(&self, conn: &mut Conn, facet: Facet, level: i16) -> Result<Arc<ByValue>, Error> {
        if let Some(known) = self.held(|held| held.by_facet.get(&(facet, level)).cloned()).flatten() {
            return Ok(known);
        }
        let read = Arc::new(store::bitmaps(conn, facet, level)?);
        self.keep(|held| {
            held.make_room(read.values().map(RoaringBitmap::serialized_size).sum());
            held.by_facet.insert((facet, level), Arc::clone(&read));
        });
        Ok(read)
    }

    /// The contacts of hidden members. Hiding one counts the number of the change feed up, too.
    pub(super) fn hidden(&self, conn: &mut Conn) -> Result<Arc<RoaringBitmap>, Error> {
        if let Some(known) = self.held(|held| held.hidden.clone()).flatten() {
            return Ok(known);
        }
        let codes = store::hidden(conn)?;
        let keys: Vec<String> = codes.iter().map(|code| super::of_value(Facet::Member, code, 0)).collect();
        let hidden = Arc::new(super::sets::union(self.of_keys(conn, &keys)?));
        self.keep(|held| held.hidden = Some(Arc::clone(&hidden)));
        Ok(hidden)
    }

    /// What is held, where that is as of this request.
    fn held<T>(&self, look: impl FnOnce(&Held) -> T) -> Option<T> {
        let held = self.known.0.read().unwrap_or_else(PoisonError::into_inner);
        (Some(held.revision) == self.revision).then(|| look(&held))
    }

    /// Keeps what this request read, unless somebody knows something newer.
    fn keep(&self, put: impl FnOnce(&mut Held)) {
        let Some(revision) = self.revision else { return };
        let mut held = self.known.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.revision < revision {
            *held = Held { revision, ..Held::default() };
        }
        if held.revision == revision {
            put(&mut held);
        }
    }
}

#[cfg(test)]
mod tests;
