//! The first contacts of a set in an order, however set and order have to do with each other.
//!
//! - A few contacts are looked up and sorted.
//! - Of many, the order is walked along for a stretch: that fills the page of a set that is scattered over it.
//! - A set that lies somewhere far along the order would make that a walk over everybody. By name, one looks where it lies: the
//!   beginnings of names have their sets, and where such a beginning has nobody in common with what is asked, its names are
//!   passed over. By organisation, the sets of organisations serve the same.
//! - Where nothing divides any further, the walk gives up after as many rows as the set has, and the set is looked up.
//!
//! So a page takes some hundred rows, and at the very worst twice as many as the smallest part that it lies in.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::Place;
use super::store::{self, Met, Part, Step};
use crate::db::{Conn, Id};
use crate::directory::index::{self, Sets};
use crate::directory::store as contacts;
use crate::directory::types::Sort;
use crate::error::Error;
use crate::i18n::Language;
use crate::policy::Sight;
use crate::text;
use crate::time::Timestamp;

/// What decides which way is taken.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Contacts that are rather looked up than met on a walk.
    few: u64,
    /// Rows that are walked before one looks where the set lies.
    stretch: u64,
    /// Rows of the first statement of a walk in a part, and most rows of one.
    strides: (i64, i64),
}

const BOUNDS: Bounds = Bounds { few: 500, stretch: 1_500, strides: (250, 2_000) };
/// Organisations whose sets are read at a time.
const MEMBERS: usize = 8;

/// An order and what it needs to compare.
pub(super) struct Order {
    sets: Sets,
    sort: Sort,
    /// Whether the last change is that of anything, or of what the community sees.
    everything: bool,
    bounds: Bounds,
    /// The organisations in the reader's order, where that counts: their place in it, by id.
    ranks: BTreeMap<Id, usize>,
    /// The same in their order: id and code.
    members: Vec<(Id, String)>,
}

impl Order {
    pub(super) fn of(
        conn: &mut Conn,
        sort: Sort,
        sight: &Sight,
        language: Language,
        sets: Sets,
    ) -> Result<Self, Error> {
        let everything = sight.everything;
        if sort != Sort::Member {
            return Ok(Self { sets, sort, everything, bounds: BOUNDS, ranks: BTreeMap::new(), members: Vec::new() });
        }
        let mut rows: Vec<_> = contacts::organisations(conn)?
            .into_iter()
            .map(|(id, code, en, fr)| (text::sort_key(if language == Language::Fr { &fr } else { &en }), code, id))
            .collect();
        rows.sort_unstable();
        let members: Vec<(Id, String)> = rows.into_iter().map(|(_, code, id)| (id, code)).collect();
        let ranks = members.iter().enumerate().map(|(rank, (id, _))| (*id, rank)).collect();
        Ok(Self { sets, sort, everything, bounds: BOUNDS, ranks, members })
    }

    /// The first `wanted` of a set of contacts after a place.
    pub(super) fn first_of(
        &self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        after: Option<&Place>,
        wanted: usize,
    ) -> Result<Vec<Id>, Error> {
        if set.len() <= self.bounds.few {
            return self.looked_up(conn, set, after, wanted);
        }
        match self.sort {
            Sort::Name => {
                let mut page = Walk::after(after.map(Place::name), wanted, self.bounds);
                page.whole(conn, set)?;
                Ok(page.found)
            }
            Sort::Member => {
                let mut page = Walk::after(after.map(Place::name), wanted, self.bounds);
                self.by_member(conn, set, after, &mut page)?;
                Ok(page.found)
            }
            Sort::Updated => {
                let mut page = Walk::after(after.map(Place::change), wanted, self.bounds);
                let next = |conn: &mut Conn, last: Option<&(Timestamp, Id)>, limit| {
                    store::walk_changes(conn, self.everything, last.copied(), limit)
                };
                let is_done = page.along(conn, set, page.stride(set), set.len(), next)?;
                if is_done { Ok(page.found) } else { self.looked_up(conn, set, after, wanted) }
            }
        }
    }

    fn looked_up(
        &self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        after: Option<&Place>,
        wanted: usize,
    ) -> Result<Vec<Id>, Error> {
        let numbers: Vec<u32> = set.iter().collect();
        Ok(self.sorted(store::steps(conn, &numbers)?, after, wanted))
    }

    /// Organisation by organisation, each of which is a part of one index.
    fn by_member(
        &self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        after: Option<&Place>,
        page: &mut Walk<String>,
    ) -> Result<(), Error> {
        for members in self.members_after(after).chunks(MEMBERS) {
            let codes: Vec<&str> = members.iter().map(|(_, code)| code.as_str()).collect();
            let sets = index::of_members(conn, &self.sets, &codes)?;
            for ((organisation, _), here) in members.iter().zip(sets) {
                let here = &*here & set;
                page.of_part(conn, Part::Organisation(*organisation), &here)?;
                if page.is_full() {
                    return Ok(());
                }
                page.after = None;
            }
        }
        Ok(())
    }

    /// The organisations in their order, from that of a place on.
    pub(super) fn members_after(&self, after: Option<&Place>) -> &[(Id, String)] {
        self.members.get(after.map_or(0, |place| self.rank_of(&place.member))..).unwrap_or_default()
    }

    /// The ids of the first of these after a place.
    fn sorted(&self, mut steps: Vec<Step>, after: Option<&Place>, wanted: usize) -> Vec<Id> {
        steps.retain(|step| after.is_none_or(|place| self.is_after(step, place)));
        match self.sort {
            Sort::Updated => steps.sort_by_key(|step| std::cmp::Reverse((self.changed_at(step), step.id))),
            Sort::Name => steps.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id))),
            Sort::Member => {
                steps.sort_by(|a, b| (self.rank(a), &a.sort_name, a.id).cmp(&(self.rank(b), &b.sort_name, b.id)));
            }
        }
        steps.into_iter().take(wanted).map(|step| step.id).collect()
    }

    const fn changed_at(&self, step: &Step) -> Timestamp {
        if self.everything { step.updated_at } else { step.shown_at }
    }

    fn rank(&self, step: &Step) -> usize {
        self.ranks.get(&step.organisation_id).copied().unwrap_or(usize::MAX)
    }

    /// Where a page after this place begins.
    fn rank_of(&self, code: &str) -> usize {
        self.members.iter().position(|(_, known)| known == code).unwrap_or(usize::MAX)
    }

    fn is_after(&self, step: &Step, place: &Place) -> bool {
        let name = (step.sort_name.as_str(), step.id);
        match self.sort {
            Sort::Name => name > (place.key.as_str(), place.id),
            Sort::Member => (self.rank(step), name) > (self.rank_of(&place.member), (place.key.as_str(), place.id)),
            // Newest first: what comes after is older, or as old with a smaller id.
            Sort::Updated => (self.changed_at(step), step.id) < place.change(),
        }
    }
}

/// A page, as far as it has come: on the way along an order by `K`.
struct Walk<K> {
    wanted: usize,
    /// What it goes on after.
    after: Option<(K, Id)>,
    found: Vec<Id>,
    bounds: Bounds,
}

impl<K> Walk<K> {
    fn after(after: Option<(K, Id)>, wanted: usize, bounds: Bounds) -> Self {
        Self { wanted, after, found: Vec::new(), bounds }
    }

    fn is_full(&self) -> bool {
        self.found.len() >= self.wanted
    }

    fn take(&mut self, ids: impl Iterator<Item = Id>) {
        self.found.extend(ids.take(self.wanted.saturating_sub(self.found.len())));
    }

    /// Rows of everybody among which the page is likely to be found, where the set is scattered evenly: half as many more as
    /// on average. Numbers are given from zero on, so the last one says among how many contacts the set lies.
    fn stride(&self, set: &RoaringBitmap) -> i64 {
        let missing = u64::try_from(self.wanted.saturating_sub(self.found.len())).unwrap_or(u64::MAX);
        let among = u64::from(set.max().unwrap_or_default()) + 1;
        let rows = missing.saturating_mul(among) / set.len().max(1);
        i64::try_from(rows.saturating_add(rows / 2)).unwrap_or(i64::MAX).clamp(1, self.bounds.strides.1)
    }

    /// Walks along an order, `next` after `next`, each a longer stride, and keeps who is in the set: until the page is full
    /// (true), nobody follows (true), or about `most` rows were met (false).
    fn along(
        &mut self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        mut stride: i64,
        most: u64,
        next: impl Fn(&mut Conn, Option<&(K, Id)>, i64) -> Result<Vec<Met<K>>, Error>,
    ) -> Result<bool, Error> {
        let (_, longest) = self.bounds.strides;
        let mut met = 0;
        loop {
            let rows = next(conn, self.after.as_ref(), stride)?;
            let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            met += count.unsigned_abs();
            self.take(rows.iter().filter(|(number, ..)| set.contains(*number)).map(|(_, id, _)| *id));
            if let Some((_, id, key)) = rows.into_iter().next_back() {
                self.after = Some((key, id));
            }
            if count < stride || self.is_full() {
                return Ok(true);
            }
            if met >= most {
                return Ok(false);
            }
            stride = longest.min(stride * 2);
        }
    }
}

impl Walk<String> {
    /// Goes on with a set, wherever in the directory it lies.
    fn whole(&mut self, conn: &mut Conn, set: &RoaringBitmap) -> Result<(), Error> {
        let is_done = self.along_names(conn, Part::Whole, set, self.bounds.stretch)?;
        if is_done { Ok(()) } else { self.beginnings(conn, "", 0, set) }
    }

    /// Goes on with a set of contacts whose names begin so, one letter further at a time.
    fn beginnings(&mut self, conn: &mut Conn, within: &str, depth: usize, set: &RoaringBitmap) -> Result<(), Error> {
        let from = self.after.as_ref().map_or("", |(name, _)| name.as_str());
        for (beginning, here) in index::beginnings(conn, depth, within, from)? {
            let here = here & set;
            if here.len() > self.bounds.few && depth + 1 < index::DEPTHS {
                self.beginnings(conn, &beginning, depth + 1, &here)?;
            } else {
                self.of_part(conn, Part::Beginning(&beginning), &here)?;
            }
            if self.is_full() {
                break;
            }
        }
        Ok(())
    }

    /// Goes on with a set of contacts that all belong to a part.
    fn of_part(&mut self, conn: &mut Conn, part: Part<'_>, set: &RoaringBitmap) -> Result<(), Error> {
        if set.is_empty() || (set.len() > self.bounds.few && self.along_names(conn, part, set, set.len())?) {
            return Ok(());
        }
        let numbers: Vec<u32> = set.iter().collect();
        let mut steps = store::steps(conn, &numbers)?;
        steps.retain(|step| self.after.as_ref().is_none_or(|(name, id)| (&step.sort_name, step.id) > (name, *id)));
        steps.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
        self.take(steps.iter().map(|step| step.id));
        Ok(())
    }

    fn along_names(&mut self, conn: &mut Conn, part: Part<'_>, set: &RoaringBitmap, most: u64) -> Result<bool, Error> {
        let stride = if part == Part::Whole { self.stride(set) } else { self.bounds.strides.0 };
        self.along(conn, set, stride, most, |conn, after, limit| {
            store::walk_names(conn, part, after.map(|(name, id)| (name.as_str(), *id)), limit)
        })
    }
}

#[cfg(test)]
mod tests;
