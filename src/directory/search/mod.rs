//! A page of the directory: what a search and its filters mean to a reader, in an order, from a place on.
//!
//! What one index has in order (everybody in any order; a region or an organisation by name) is read straight from it.
//! Anything else is a set of contacts first (`index`), whose first members in the order are then found (`order`).

mod order;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::order::Order;
use self::store::Part;
use super::index::{Counts, Facet, KnownSets, Selection, Sets};
use super::rules;
use super::store::{self as contacts, Found};
use super::types::{Contact, Filter, Sort};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::members::{self, Names};
use crate::policy::Sight;
use crate::time::Timestamp;

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
    /// The index as this process knows it.
    pub sets: KnownSets,
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

impl Place {
    /// The key of the name and the id, where the order goes by name.
    fn name(&self) -> (String, Id) {
        (self.key.clone(), self.id)
    }

    /// The instant of the last change and the id, where it goes by that.
    fn change(&self) -> (Timestamp, Id) {
        (Timestamp::from_micros(self.key.parse().unwrap_or(i64::MAX)), self.id)
    }
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
        let (along, asks_more) = (part.is_some() || self.is_everything(), total || !facets.is_empty());
        let selection = if along && !asks_more { None } else { Some(self.selection(conn)?) };
        let rows = match (part, &selection) {
            (Some(part), _) => self.along_names(conn, part, after, limit)?,
            (None, _) if along => self.along_order(conn, after, limit)?,
            (None, Some(selection)) => self.of_set(conn, selection, after, limit)?,
            (None, None) => Vec::new(),
        };
        let mut page = Page { rows, total: None, facets: BTreeMap::new() };
        if let Some(selection) = &selection {
            if total {
                page.total = Some(selection.total(conn)?);
            }
            for facet in facets {
                page.facets.insert(*facet, selection.count(conn, *facet)?);
            }
        }
        Ok(page)
    }

    /// How many contacts are meant.
    pub(super) fn total(&self, conn: &mut Conn) -> Result<u64, Error> {
        self.selection(conn)?.total(conn)
    }

    fn selection(&self, conn: &mut Conn) -> Result<Selection, Error> {
        let sets = self.sets.current(conn)?;
        Selection::of(conn, &self.filter, &self.sight, &self.names, sets)
    }

    fn is_everything(&self) -> bool {
        self.filter.terms.is_empty() && Facet::ALL.iter().all(|facet| self.filter.values(*facet).is_none())
    }

    /// The part of the order of names that is asked for, where it is one.
    fn part(&self, conn: &mut Conn) -> Result<Option<Part<'static>>, Error> {
        if self.sort != Sort::Name || !self.filter.terms.is_empty() {
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

    fn along_names(
        &self,
        conn: &mut Conn,
        part: Part<'_>,
        after: Option<&Place>,
        limit: i64,
    ) -> Result<Vec<(Contact, Place)>, Error> {
        let after = after.map(|place| (place.key.as_str(), place.id));
        let rows = store::page(conn, &self.sight, part, after, limit)?;
        Ok(rows.into_iter().map(|found| self.shown(found, &[])).collect())
    }

    /// Everybody, in an order that is not by name alone.
    fn along_order(&self, conn: &mut Conn, after: Option<&Place>, limit: i64) -> Result<Vec<(Contact, Place)>, Error> {
        if self.sort == Sort::Updated {
            let rows = store::page_of_changes(conn, &self.sight, after.map(Place::change), limit)?;
            return Ok(rows.into_iter().map(|found| self.shown(found, &[])).collect());
        }
        let order = Order::of(conn, self.sort, &self.sight, self.language, Sets::default())?;
        let (mut rows, mut after_name) = (Vec::new(), after);
        // Organisation by organisation: there are two hundred at most, and each is a part of one index.
        for (organisation, _) in order.members_after(after) {
            let missing = limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
            if missing <= 0 {
                break;
            }
            rows.extend(self.along_names(conn, Part::Organisation(*organisation), after_name.take(), missing)?);
        }
        Ok(rows)
    }

    fn shown(&self, (row, member): Found, meanings: &[super::index::Meaning]) -> (Contact, Place) {
        let key = match self.sort {
            Sort::Updated => row.changed_at(&self.sight).as_micros().to_string(),
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
        let order = Order::of(conn, self.sort, &self.sight, self.language, selection.sets().clone())?;
        let ids = order.first_of(conn, &set, after, wanted)?;
        let mut found: BTreeMap<Id, Found> =
            contacts::some(conn, &self.sight, &ids)?.into_iter().map(|row| (row.0.id, row)).collect();
        let rows = ids.iter().filter_map(|id| found.remove(id));
        Ok(rows.map(|row| self.shown(row, &selection.meanings)).collect())
    }
}
