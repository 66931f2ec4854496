//! A page of the directory: what a search and its filters mean to a reader, in an order, from a place on.
//!
//! What one index has in order (everybody, a region, an organisation; by name) is read straight from it. Anything else is a
//! set of contacts first (`index`), and there are two ways to its page: a small set is looked up and sorted, of a large one
//! the order is walked along until the page is full. Which of them takes fewer rows is plain arithmetic ([`is_small`]), so
//! neither a rare search nor a common one is slow. Both give the same page.

mod store;

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use self::store::{Part, Step};
use super::index::{Counts, Facet, Selection};
use super::rules;
use super::store::{self as contacts, Found};
use super::types::{Contact, Filter, Sort};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::members::{self, Names};
use crate::policy::Sight;
use crate::text;
use crate::time::Timestamp;

/// Rows of an order that are walked along at a time.
const STRIDE: i64 = 1_000;

/// What is asked of the directory.
#[derive(Clone)]
pub struct Search {
    /// Which contacts.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// For whom.
    pub sight: Sight,
    /// The reader's language.
    pub language: Language,
    /// The names of the organisations.
    pub names: Arc<Names>,
}

/// The place after a contact: what the order compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The organisation's code, where the order asks for it.
    pub member: String,
    /// The name's key, or the instant of the last change.
    pub key: String,
    /// The contact.
    pub id: Id,
}

/// A page, and what there is beside it.
pub(super) struct Page {
    /// The contacts, each with the place after it.
    pub(super) rows: Vec<(Contact, Place)>,
    /// How many there are in all.
    pub(super) total: Option<u64>,
    /// How many each value of a facet would give.
    pub(super) facets: BTreeMap<Facet, Counts>,
}

impl Search {
    /// A page of at most `limit` contacts after a place, and what else is asked for.
    pub(super) fn page(
        &self,
        conn: &mut Conn,
        after: Option<&Place>,
        limit: i64,
        total: bool,
        facets: &[Facet],
    ) -> Result<Page, Error> {
        let part = self.part(conn)?;
        let asks_more = total || !facets.is_empty();
        let selection = if part.is_some() && !asks_more { None } else { Some(self.selection(conn)?) };
        let rows = match (part, &selection) {
            (Some(part), _) => self.along_one_index(conn, part, after, limit)?,
            (None, Some(selection)) => self.of_set(conn, selection, after, limit)?,
            (None, None) => Vec::new(),
        };
        let mut page = Page { rows, total: None, facets: BTreeMap::new() };
        if let Some(selection) = &selection {
            if total {
                page.total = Some(selection.total(conn)?);
            }
            for facet in facets {
                page.facets.insert(*facet, selection.count(conn, *facet, &self.sight)?);
            }
        }
        Ok(page)
    }

    /// How many contacts are meant.
    pub(super) fn total(&self, conn: &mut Conn) -> Result<u64, Error> {
        self.selection(conn)?.total(conn)
    }

    fn selection(&self, conn: &mut Conn) -> Result<Selection, Error> {
        Selection::of(conn, &self.filter, &self.sight, &self.names)
    }

    /// The one index that has what is asked in its order, where there is one.
    fn part(&self, conn: &mut Conn) -> Result<Option<Part>, Error> {
        if self.sort != Sort::Name || !self.filter.words.is_empty() {
            return Ok(None);
        }
        let asked: Vec<Facet> =
            Facet::ALL.iter().copied().filter(|facet| self.filter.values(*facet).is_some()).collect();
        Ok(match (asked.as_slice(), self.filter.regions.as_slice(), self.filter.members.as_deref()) {
            ([], ..) => Some(Part::Whole),
            ([Facet::Region], [region], _) => Some(Part::Region(*region)),
            ([Facet::Member], _, Some(codes @ [_])) => {
                members::ids(conn, codes)?.first().map(|id| Part::Organisation(*id))
            }
            _ => None,
        })
    }

    fn along_one_index(
        &self,
        conn: &mut Conn,
        part: Part,
        after: Option<&Place>,
        limit: i64,
    ) -> Result<Vec<(Contact, Place)>, Error> {
        let after = after.map(|place| (place.key.as_str(), place.id));
        let rows = store::page(conn, part, after, limit)?;
        Ok(rows.into_iter().map(|found| self.shown(found, &[])).collect())
    }

    fn shown(&self, (row, member): Found, meanings: &[super::index::Meaning]) -> (Contact, Place) {
        let key = match self.sort {
            Sort::Updated => row.updated_at.as_micros().to_string(),
            Sort::Name | Sort::Member => row.sort_name.clone(),
        };
        let code = if self.sort == Sort::Member { member.code.clone() } else { String::new() };
        let place = Place { member: code, key, id: row.id };
        (rules::shown_to(&self.sight, row, member, meanings), place)
    }

    fn of_set(
        &self,
        conn: &mut Conn,
        selection: &Selection,
        after: Option<&Place>,
        limit: i64,
    ) -> Result<Vec<(Contact, Place)>, Error> {
        let set = selection.contacts(conn)?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let order = Order::of(conn, self.sort, self.language)?;
        let steps = if set.is_empty() {
            Vec::new()
        } else if is_small(set.len(), Selection::listed(conn)?, limit) {
            let numbers: Vec<u32> = set.iter().collect();
            order.first(store::steps(conn, &numbers)?, after, wanted)
        } else {
            order.walk(conn, &set, after, wanted)?
        };
        let ids: Vec<Id> = steps.iter().map(|step| step.id).collect();
        let mut found: BTreeMap<Id, Found> =
            contacts::some(conn, &ids)?.into_iter().map(|row| (row.0.id, row)).collect();
        let rows = ids.iter().filter_map(|id| found.remove(id));
        Ok(rows.map(|row| self.shown(row, &selection.meanings)).collect())
    }
}

/// Whether it takes fewer rows to look up a set of `wanted` contacts than to walk along `all` until `page` of them are found.
fn is_small(wanted: u64, all: u64, page: i64) -> bool {
    // Walking meets one of the set every all ÷ wanted rows.
    let walked = u64::try_from(page).unwrap_or_default().saturating_mul(all) / wanted.max(1);
    wanted <= walked.max(500)
}

/// An order and what it needs to compare.
struct Order {
    sort: Sort,
    /// The organisations in the reader's order, where that counts: their place in it, by id.
    ranks: BTreeMap<Id, usize>,
    /// The same in their order: id and code.
    members: Vec<(Id, String)>,
}

impl Order {
    fn of(conn: &mut Conn, sort: Sort, language: Language) -> Result<Self, Error> {
        if sort != Sort::Member {
            return Ok(Self { sort, ranks: BTreeMap::new(), members: Vec::new() });
        }
        let mut rows: Vec<_> = contacts::organisations(conn)?
            .into_iter()
            .map(|(id, code, en, fr)| (text::sort_key(if language == Language::Fr { &fr } else { &en }), code, id))
            .collect();
        rows.sort_unstable();
        let members: Vec<(Id, String)> = rows.into_iter().map(|(_, code, id)| (id, code)).collect();
        let ranks = members.iter().enumerate().map(|(rank, (id, _))| (*id, rank)).collect();
        Ok(Self { sort, ranks, members })
    }

    /// What is compared, smallest first.
    fn key(&self, step: &Step) -> (usize, i64, String, Id) {
        match self.sort {
            Sort::Name => (0, 0, step.sort_name.clone(), step.id),
            Sort::Member => {
                let rank = self.ranks.get(&step.organisation_id).copied().unwrap_or(usize::MAX);
                (rank, 0, step.sort_name.clone(), step.id)
            }
            Sort::Updated => (0, step.updated_at.as_micros().saturating_neg(), String::new(), step.id),
        }
    }

    /// Where a page after this place begins.
    fn rank_of(&self, code: &str) -> usize {
        self.members.iter().position(|(_, known)| known == code).unwrap_or(usize::MAX)
    }

    fn is_after(&self, step: &Step, place: &Place) -> bool {
        match self.sort {
            Sort::Name => (step.sort_name.as_str(), step.id) > (place.key.as_str(), place.id),
            Sort::Member => {
                let (rank, _, name, id) = self.key(step);
                (rank, name.as_str(), id) > (self.rank_of(&place.member), place.key.as_str(), place.id)
            }
            // Newest first: what comes after is older, or as old with a smaller id.
            Sort::Updated => (step.updated_at, step.id) < (instant(place), place.id),
        }
    }

    /// The first of these after a place.
    fn first(&self, mut steps: Vec<Step>, after: Option<&Place>, wanted: usize) -> Vec<Step> {
        steps.retain(|step| after.is_none_or(|place| self.is_after(step, place)));
        match self.sort {
            Sort::Updated => steps.sort_by_key(|step| std::cmp::Reverse((step.updated_at, step.id))),
            Sort::Name | Sort::Member => steps.sort_by_cached_key(|step| self.key(step)),
        }
        steps.truncate(wanted);
        steps
    }

    /// Walks along the order and keeps what is in the set.
    fn walk(
        &self,
        conn: &mut Conn,
        set: &RoaringBitmap,
        after: Option<&Place>,
        wanted: usize,
    ) -> Result<Vec<Step>, Error> {
        let mut kept = Vec::new();
        match self.sort {
            Sort::Name => {
                let after = after.map(|place| (place.key.clone(), place.id));
                walk_part(conn, Part::Whole, set, after, wanted, &mut kept)?;
            }
            Sort::Member => {
                let from = after.map_or(0, |place| self.rank_of(&place.member));
                let mut after = after.map(|place| (place.key.clone(), place.id));
                // Organisation by organisation: a page has some dozens of them at most, and each is a part of one index.
                for (organisation, _) in self.members.iter().skip(from) {
                    walk_part(conn, Part::Organisation(*organisation), set, after.take(), wanted, &mut kept)?;
                    if kept.len() >= wanted {
                        break;
                    }
                }
            }
            Sort::Updated => {
                let mut last = after.map(|place| (instant(place), place.id));
                loop {
                    let steps = store::walk_changes(conn, last, STRIDE)?;
                    let is_last = steps.len() < usize::try_from(STRIDE).unwrap_or(usize::MAX);
                    last = steps.last().map(|step| (step.updated_at, step.id));
                    keep(&mut kept, steps, set, wanted);
                    if is_last || kept.len() >= wanted {
                        break;
                    }
                }
            }
        }
        Ok(kept)
    }
}

/// Walks along a part of the directory by name and keeps what is in the set.
fn walk_part(
    conn: &mut Conn,
    part: Part,
    set: &RoaringBitmap,
    mut after: Option<(String, Id)>,
    wanted: usize,
    kept: &mut Vec<Step>,
) -> Result<(), Error> {
    loop {
        let place = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let steps = store::walk_names(conn, part, place, STRIDE)?;
        let is_last = steps.len() < usize::try_from(STRIDE).unwrap_or(usize::MAX);
        after = steps.last().map(|step| (step.sort_name.clone(), step.id));
        keep(kept, steps, set, wanted);
        if is_last || kept.len() >= wanted {
            return Ok(());
        }
    }
}

fn keep(kept: &mut Vec<Step>, steps: Vec<Step>, set: &RoaringBitmap, wanted: usize) {
    let room = wanted.saturating_sub(kept.len());
    kept.extend(steps.into_iter().filter(|step| set.contains(step.number)).take(room));
}

fn instant(place: &Place) -> Timestamp {
    Timestamp::from_micros(place.key.parse().unwrap_or(i64::MAX))
}
