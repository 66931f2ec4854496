//! A cache of bitmaps, so that a page of a directory of a million contacts reads as little as one of a thousand.
//!
//! The bitmap of a filter's value has up to a hundred kilobytes at a million contacts, and reading it was most of the
//! cost of a page. Each process therefore caches decoded bitmaps, as of one revision of the change feed
//! ([`changes::revision`]). Every change of a contact increases the revision, in whichever process: a request reads one
//! row to learn whether the cache is valid. A newer revision empties the cache. Its size is bounded ([`MOST`]). It has
//! nothing that depends on the reader: rights are applied to cached bitmaps as to those from the database.
//!
//! Left out: the bitmaps of words and of name prefixes. There are too many, and few are asked for twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use roaring::RoaringBitmap;

use super::{Facet, store};
use crate::changes;
use crate::db::Conn;
use crate::error::Error;

/// Most bytes of bitmaps that a process caches. At a million contacts all of them together have some ten million.
const MOST: usize = 32 << 20;

/// The bitmaps of every value of a facet.
pub(super) type ByValue = BTreeMap<String, RoaringBitmap>;

/// The bitmaps that this process has read. Cloning shares them.
#[derive(Clone, Default)]
pub struct BitmapCache(Arc<RwLock<Contents>>);

#[derive(Default)]
struct Contents {
    /// The revision that was read before the bitmaps: they are as new, or newer.
    revision: i64,
    bytes: usize,
    by_key: HashMap<String, Arc<RoaringBitmap>>,
    by_facet: HashMap<(Facet, i16), Arc<ByValue>>,
    hidden: Option<Arc<RoaringBitmap>>,
}

impl Contents {
    /// Makes room for that many more bytes; empties the cache if there is not enough.
    fn make_room(&mut self, bytes: usize) {
        if self.bytes + bytes > MOST {
            *self = Self { revision: self.revision, ..Self::default() };
        }
        self.bytes += bytes;
    }
}

/// The stored bitmaps as one request reads them: by the cache, or from the database alone (the default).
#[derive(Clone, Default)]
pub struct Bitmaps {
    cache: BitmapCache,
    /// The revision that the request has read. Without one the cache is not used: in units of work that change
    /// contacts.
    revision: Option<i64>,
}

impl BitmapCache {
    /// The bitmaps as of now. For reads only: a unit of work would leave uncommitted bitmaps in the cache.
    pub fn current(&self, conn: &mut Conn) -> Result<Bitmaps, Error> {
        Ok(Bitmaps { cache: self.clone(), revision: Some(changes::revision(conn)?) })
    }
}

impl Bitmaps {
    /// The bitmap of each of these keys, in their order; an empty one where there is none.
    pub(super) fn of_keys(&self, conn: &mut Conn, keys: &[String]) -> Result<Vec<Arc<RoaringBitmap>>, Error> {
        let cached: Vec<Option<Arc<RoaringBitmap>>> = self
            .look_up(|contents| keys.iter().map(|key| contents.by_key.get(key).cloned()).collect())
            .unwrap_or_else(|| vec![None; keys.len()]);
        let missing: Vec<&String> =
            keys.iter().zip(&cached).filter(|(_, set)| set.is_none()).map(|(key, _)| key).collect();
        let mut read = if missing.is_empty() { BTreeMap::new() } else { store::of_keys(conn, &missing)? };
        let read: HashMap<&String, Arc<RoaringBitmap>> =
            missing.into_iter().map(|key| (key, Arc::new(read.remove(key).unwrap_or_default()))).collect();
        self.insert(|contents| {
            contents.make_room(read.values().map(|set| set.serialized_size()).sum());
            contents.by_key.extend(read.iter().map(|(key, set)| ((*key).clone(), Arc::clone(set))));
        });
        let sets = keys.iter().zip(cached).map(|(key, set)| set.or_else(|| read.get(key).cloned()).unwrap_or_default());
        Ok(sets.collect())
    }

    /// The bitmaps of every value of a facet on one level.
    pub(super) fn of_facet(&self, conn: &mut Conn, facet: Facet, level: i16) -> Result<Arc<ByValue>, Error> {
        if let Some(cached) = self.look_up(|contents| contents.by_facet.get(&(facet, level)).cloned()).flatten() {
            return Ok(cached);
        }
        let read = Arc::new(store::of_facet(conn, facet, level)?);
        self.insert(|contents| {
            contents.make_room(read.values().map(RoaringBitmap::serialized_size).sum());
            contents.by_facet.insert((facet, level), Arc::clone(&read));
        });
        Ok(read)
    }

    /// The contacts of hidden members. Hiding a member increases the revision, too.
    pub(super) fn hidden(&self, conn: &mut Conn) -> Result<Arc<RoaringBitmap>, Error> {
        if let Some(cached) = self.look_up(|contents| contents.hidden.clone()).flatten() {
            return Ok(cached);
        }
        let codes = store::hidden(conn)?;
        let keys: Vec<String> = codes.iter().map(|code| super::of_value(Facet::Member, code, 0)).collect();
        let hidden = Arc::new(super::sets::union(self.of_keys(conn, &keys)?));
        self.insert(|contents| contents.hidden = Some(Arc::clone(&hidden)));
        Ok(hidden)
    }

    /// Looks into the cache, if it has the revision of this request.
    fn look_up<T>(&self, look: impl FnOnce(&Contents) -> T) -> Option<T> {
        let contents = self.cache.0.read().unwrap_or_else(PoisonError::into_inner);
        (Some(contents.revision) == self.revision).then(|| look(&contents))
    }

    /// Puts into the cache what this request read, unless the cache has a newer revision.
    fn insert(&self, put: impl FnOnce(&mut Contents)) {
        let Some(revision) = self.revision else { return };
        let mut contents = self.cache.0.write().unwrap_or_else(PoisonError::into_inner);
        if contents.revision < revision {
            *contents = Contents { revision, ..Contents::default() };
        }
        if contents.revision == revision {
            put(&mut contents);
        }
    }
}

#[cfg(test)]
mod tests;
