//! Top-N selection: returns the first N contacts of a bitmap in an order, after a position.
//!
//! - A small bitmap is looked up in the database and sorted.
//! - For a large one the index of the order is scanned for a bounded number of rows. That fills the page if the
//!   contacts are scattered over the order.
//! - If they are not, the scan would read most of the directory. In the order of names, the bitmaps of name prefixes
//!   tell where the contacts are: a prefix that has no contact in common with the bitmap is skipped. In the order of
//!   organisations, the bitmaps of organisations do the same.
//! - A part that cannot be divided further is scanned up to as many rows as its bitmap has contacts, and then looked
//!   up.
//!
//! A page reads some hundred rows, and at worst twice the size of the smallest part that contains it.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::Position;
use super::store::{self, IndexEntry, Part, SortKeys};
use crate::db::{Conn, Id};
use crate::directory::index::{self, Bitmaps};
use crate::directory::store as contacts;
use crate::directory::types::Sort;
use crate::error::Error;
use crate::i18n::Language;
use crate::policy::Visibility;
use crate::text;
use crate::time::Timestamp;

/// The limits that decide between looking up, scanning and dividing.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Largest bitmap that is looked up without a scan.
    few: u64,
    /// Rows that are scanned before the bitmap is divided.
    stretch: u64,
    /// Rows of the first statement of a scan of a part, and of the largest.
    strides: (i64, i64),
}

const BOUNDS: Bounds = Bounds { few: 500, stretch: 1_500, strides: (250, 2_000) };
/// Organisations whose bitmaps are read at a time.
const MEMBERS: usize = 8;

/// An order of contacts for one reader.
pub(super) struct Order {
    bitmaps: Bitmaps,
    sort: Sort,
    /// Whether the last change is any change, or the last one that the whole community sees.
    everything: bool,
    bounds: Bounds,
    /// The rank of each organisation by its name in the reader's language; empty unless the order is by organisation.
    ranks: BTreeMap<Id, usize>,
    /// The organisations by rank: id and code.
    members: Vec<(Id, String)>,
}

impl Order {
    pub(super) fn of(
        conn: &mut Conn,
        sort: Sort,
        sight: &Visibility,
        language: Language,
        bitmaps: Bitmaps,
    ) -> Result<Self, Error> {
        let everything = sight.everything;
        if sort != Sort::Member {
            return Ok(Self { bitmaps, sort, everything, bounds: BOUNDS, ranks: BTreeMap::new(), members: Vec::new() });
        }
        let mut rows: Vec<_> = contacts::organisations(conn, true)?
            .into_iter()
            .map(|(id, code, en, fr)| (text::sort_key(if language == Language::Fr { &fr } else { &en }), code, id))
            .collect();
        rows.sort_unstable();
        let members: Vec<(Id, String)> = rows.into_iter().map(|(_, code, id)| (id, code)).collect();
        let ranks = members.iter().enumerate().map(|(rank, (id, _))| (*id, rank)).collect();
        Ok(Self { bitmaps, sort, everything, bounds: BOUNDS, ranks, members })
    }

    /// The first `wanted` contacts of a bitmap after a position.
    pub(super) fn first_of(
        &self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        after: Option<&Position>,
        wanted: usize,
    ) -> Result<Vec<Id>, Error> {
        if set.len() <= self.bounds.few {
            return self.looked_up(conn, set, after, wanted);
        }
        match self.sort {
            Sort::Name => {
                let mut page = Scan::after(after.map(Position::name), wanted, self.bounds);
                page.scan_all(conn, set)?;
                Ok(page.found)
            }
            Sort::Member => {
                let mut page = Scan::after(after.map(Position::name), wanted, self.bounds);
                self.by_member(conn, set, after, &mut page)?;
                Ok(page.found)
            }
            Sort::Updated => {
                let mut page = Scan::after(after.map(Position::change), wanted, self.bounds);
                let next = |conn: &mut Conn, last: Option<&(Timestamp, Id)>, limit| {
                    store::walk_changes(conn, self.everything, last.copied(), limit)
                };
                let is_done = page.scan(conn, set, page.stride(set), set.len(), next)?;
                if is_done { Ok(page.found) } else { self.looked_up(conn, set, after, wanted) }
            }
        }
    }

    fn looked_up(
        &self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        after: Option<&Position>,
        wanted: usize,
    ) -> Result<Vec<Id>, Error> {
        let numbers: Vec<u32> = set.iter().collect();
        Ok(self.sorted(store::sort_keys(conn, &numbers)?, after, wanted))
    }

    /// Selects organisation by organisation, each of which is a part of one index.
    fn by_member(
        &self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        after: Option<&Position>,
        page: &mut Scan<String>,
    ) -> Result<(), Error> {
        for members in self.members_after(after).chunks(MEMBERS) {
            let codes: Vec<&str> = members.iter().map(|(_, code)| code.as_str()).collect();
            let bitmaps = index::of_members(conn, &self.bitmaps, &codes)?;
            for ((organisation, _), here) in members.iter().zip(bitmaps) {
                let here = &*here & set;
                page.scan_part(conn, Part::Organisation(*organisation), &here)?;
                if page.is_full() {
                    return Ok(());
                }
                page.after = None;
            }
        }
        Ok(())
    }

    /// The organisations by rank, from the one of a position on.
    pub(super) fn members_after(&self, after: Option<&Position>) -> &[(Id, String)] {
        self.members.get(after.map_or(0, |position| self.rank_of(&position.member))..).unwrap_or_default()
    }

    /// The ids of the first `wanted` of these contacts after a position.
    fn sorted(&self, mut contacts: Vec<SortKeys>, after: Option<&Position>, wanted: usize) -> Vec<Id> {
        contacts.retain(|keys| after.is_none_or(|position| self.is_after(keys, position)));
        match self.sort {
            Sort::Updated => contacts.sort_by_key(|keys| std::cmp::Reverse((self.changed_at(keys), keys.id))),
            Sort::Name => contacts.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id))),
            Sort::Member => {
                contacts.sort_by(|a, b| (self.rank(a), &a.sort_name, a.id).cmp(&(self.rank(b), &b.sort_name, b.id)));
            }
        }
        contacts.into_iter().take(wanted).map(|keys| keys.id).collect()
    }

    const fn changed_at(&self, keys: &SortKeys) -> Timestamp {
        if self.everything { keys.updated_at } else { keys.shown_at }
    }

    fn rank(&self, keys: &SortKeys) -> usize {
        self.ranks.get(&keys.organisation_id).copied().unwrap_or(usize::MAX)
    }

    /// The rank of the organisation with this code.
    fn rank_of(&self, code: &str) -> usize {
        self.members.iter().position(|(_, known)| known == code).unwrap_or(usize::MAX)
    }

    fn is_after(&self, keys: &SortKeys, position: &Position) -> bool {
        let (name, after) = ((keys.sort_name.as_str(), keys.id), (position.key.as_str(), position.id));
        match self.sort {
            Sort::Name => name > after,
            Sort::Member => (self.rank(keys), name) > (self.rank_of(&position.member), after),
            // Newest first: a later contact is older, or as old with a smaller id.
            Sort::Updated => (self.changed_at(keys), keys.id) < position.change(),
        }
    }
}

/// A scan of the index of an order by `K`, and the part of the page that it has found.
struct Scan<K> {
    wanted: usize,
    /// The entry after which it continues.
    after: Option<(K, Id)>,
    found: Vec<Id>,
    bounds: Bounds,
}

impl<K> Scan<K> {
    fn after(after: Option<(K, Id)>, wanted: usize, bounds: Bounds) -> Self {
        Self { wanted, after, found: Vec::new(), bounds }
    }

    fn is_full(&self) -> bool {
        self.found.len() >= self.wanted
    }

    fn take(&mut self, ids: impl Iterator<Item = Id>) {
        self.found.extend(ids.take(self.wanted.saturating_sub(self.found.len())));
    }

    /// The rows of the first statement: enough to fill the page if the bitmap is scattered evenly over the order, plus
    /// a half. Contacts are numbered from zero, so the highest number in the bitmap is about the size of the directory.
    fn stride(&self, set: &RoaringBitmap) -> i64 {
        let missing = u64::try_from(self.wanted.saturating_sub(self.found.len())).unwrap_or(u64::MAX);
        let among = u64::from(set.max().unwrap_or_default()) + 1;
        let rows = missing.saturating_mul(among) / set.len().max(1);
        i64::try_from(rows.saturating_add(rows / 2)).unwrap_or(i64::MAX).clamp(1, self.bounds.strides.1)
    }

    /// Reads entries by `next`, each statement larger than the one before, and keeps those in the bitmap. Returns true
    /// once the page is full or the order ends, and false after about `most` rows.
    fn scan(
        &mut self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        mut stride: i64,
        most: u64,
        next: impl Fn(&mut Conn, Option<&(K, Id)>, i64) -> Result<Vec<IndexEntry<K>>, Error>,
    ) -> Result<bool, Error> {
        let (_, longest) = self.bounds.strides;
        let mut read = 0;
        loop {
            let rows = next(conn, self.after.as_ref(), stride)?;
            let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            read += count.unsigned_abs();
            self.take(rows.iter().filter(|(number, ..)| set.contains(*number)).map(|(_, id, _)| *id));
            if let Some((_, id, key)) = rows.into_iter().next_back() {
                self.after = Some((key, id));
            }
            if count < stride || self.is_full() {
                return Ok(true);
            }
            if read >= most {
                return Ok(false);
            }
            stride = longest.min(stride * 2);
        }
    }
}

impl Scan<String> {
    /// Selects from a bitmap of contacts anywhere in the directory.
    fn scan_all(&mut self, conn: &mut Conn, set: &RoaringBitmap) -> Result<(), Error> {
        let is_done = self.scan_names(conn, Part::Whole, set, self.bounds.stretch)?;
        if is_done { Ok(()) } else { self.scan_prefixes(conn, "", 0, set) }
    }

    /// Selects from a bitmap of contacts whose names have the prefix `within`, by the next longer prefixes.
    fn scan_prefixes(&mut self, conn: &mut Conn, within: &str, depth: usize, set: &RoaringBitmap) -> Result<(), Error> {
        let from = self.after.as_ref().map_or("", |(name, _)| name.as_str());
        for (prefix, here) in index::of_prefixes(conn, depth, within, from)? {
            let here = here & set;
            if here.len() > self.bounds.few && depth + 1 < index::DEPTHS {
                self.scan_prefixes(conn, &prefix, depth + 1, &here)?;
            } else {
                self.scan_part(conn, Part::Prefix(&prefix), &here)?;
            }
            if self.is_full() {
                break;
            }
        }
        Ok(())
    }

    /// Selects from a bitmap of contacts that all belong to a part.
    fn scan_part(&mut self, conn: &mut Conn, part: Part<'_>, set: &RoaringBitmap) -> Result<(), Error> {
        if set.is_empty() || (set.len() > self.bounds.few && self.scan_names(conn, part, set, set.len())?) {
            return Ok(());
        }
        let numbers: Vec<u32> = set.iter().collect();
        let mut contacts = store::sort_keys(conn, &numbers)?;
        contacts.retain(|keys| self.after.as_ref().is_none_or(|(name, id)| (&keys.sort_name, keys.id) > (name, *id)));
        contacts.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
        self.take(contacts.iter().map(|keys| keys.id));
        Ok(())
    }

    fn scan_names(&mut self, conn: &mut Conn, part: Part<'_>, set: &RoaringBitmap, most: u64) -> Result<bool, Error> {
        let stride = if part == Part::Whole { self.stride(set) } else { self.bounds.strides.0 };
        self.scan(conn, set, stride, most, |conn, after, limit| {
            store::walk_names(conn, part, after.map(|(name, id)| (name.as_str(), *id)), limit)
        })
    }
}

#[cfg(test)]
mod tests;
