//! A page of contacts: those that match a search and its filters and that the reader may see, in an order, after a
//! position.
//!
//! There are two ways to a page. Contacts that one database index has in the wanted order are read from it: all
//! contacts in any order, those of one region or organisation by name. Everything else is a bitmap first (`index`),
//! from which `order` selects the first contacts. A search for words gives two bitmaps, one after the other: contacts
//! that have the words as typed, then contacts that have a variant.
//!
//! `query` reads the parameters of a request.

mod order;
pub(super) mod query;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::order::Order;
use self::store::Part;
use super::index::{BitmapCache, Bitmaps, Counts, Facet, Meaning, Selection};
use super::rules;
use super::store::{self as contacts, ContactRecord};
use super::types::{Contact, Filter, Sort};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::members::{self, Names};
use crate::policy::Visibility;
use crate::time::Timestamp;

/// A search for contacts by one reader.
#[derive(Clone)]
pub struct Search {
    /// The contacts that are searched for.
    pub filter: Filter,
    /// Their order.
    pub sort: Sort,
    /// What the reader may see.
    pub sight: Visibility,
    /// The reader's language.
    pub language: Language,
    /// The names of the organisations; empty where no word is searched for.
    pub names: Arc<Names>,
    /// The bitmaps that this process has cached.
    pub bitmaps: BitmapCache,
}

/// The position of a contact in the order of a list: its sort keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The organisation's code, where the order is by organisation; empty otherwise.
    pub member: String,
    /// The sort key of the name, or the time of the last change in microseconds.
    pub key: String,
    /// The contact.
    pub id: Id,
    /// Whether it has only variants of the words searched for. Such contacts come after all that have the words as
    /// typed.
    pub respelled: bool,
}

impl Position {
    /// The keys of an order by name.
    fn name(&self) -> (String, Id) {
        (self.key.clone(), self.id)
    }

    /// The keys of the order by last change.
    fn change(&self) -> (Timestamp, Id) {
        (Timestamp::from_micros(self.key.parse().unwrap_or(i64::MAX)), self.id)
    }
}

/// A page of a search.
pub(super) struct Page {
    /// The contacts, each with its position.
    pub(super) rows: Vec<(Contact, Position)>,
    /// How many contacts match, where the total is asked for.
    pub(super) total: Option<u64>,
    /// How many contacts each value of the facets asked for would give.
    pub(super) facets: BTreeMap<Facet, Counts>,
}

impl Search {
    /// The page of at most `limit` contacts after a position, with the total and the facets where they are asked for.
    pub(super) fn page(
        &self,
        conn: &mut Conn,
        after: Option<&Position>,
        limit: i64,
        total: bool,
        facets: &[Facet],
    ) -> Result<Page, Error> {
        let part = self.part(conn)?;
        let (along, asks_more) = (part.is_some() || self.is_unrestricted(), total || !facets.is_empty());
        let selection = if along && !asks_more { None } else { Some(self.selection(conn)?) };
        let rows = match (part, &selection) {
            (Some(part), _) => self.along_names(conn, part, after, limit)?,
            (None, _) if along => self.along_order(conn, after, limit)?,
            (None, Some(selection)) => self.of_selection(conn, selection, after, limit)?,
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

    /// How many contacts match.
    pub(super) fn total(&self, conn: &mut Conn) -> Result<u64, Error> {
        self.selection(conn)?.total(conn)
    }

    fn selection(&self, conn: &mut Conn) -> Result<Selection, Error> {
        let bitmaps = self.bitmaps.current(conn)?;
        Selection::of(conn, &self.filter, &self.sight, &self.names, bitmaps)
    }

    fn is_unrestricted(&self) -> bool {
        self.filter.terms.is_empty() && Facet::ALL.iter().all(|facet| self.filter.values(*facet).is_none())
    }

    /// The part of the directory that the search consists of, where one index has that part in the wanted order.
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
        after: Option<&Position>,
        limit: i64,
    ) -> Result<Vec<(Contact, Position)>, Error> {
        let after = after.map(|position| (position.key.as_str(), position.id));
        let rows = store::page(conn, &self.sight, part, after, limit)?;
        Ok(rows.into_iter().map(|found| self.shown(found, &[])).collect())
    }

    /// All contacts, in another order than by name.
    fn along_order(
        &self,
        conn: &mut Conn,
        after: Option<&Position>,
        limit: i64,
    ) -> Result<Vec<(Contact, Position)>, Error> {
        if self.sort == Sort::Updated {
            let rows = store::page_of_changes(conn, &self.sight, after.map(Position::change), limit)?;
            return Ok(rows.into_iter().map(|found| self.shown(found, &[])).collect());
        }
        let order = Order::of(conn, self.sort, &self.sight, self.language, Bitmaps::default())?;
        let (mut rows, mut after_name) = (Vec::new(), after);
        // There are at most two hundred organisations, and each is a part of one index.
        for (organisation, _) in order.members_after(after) {
            let missing = limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
            if missing <= 0 {
                break;
            }
            rows.extend(self.along_names(conn, Part::Organisation(*organisation), after_name.take(), missing)?);
        }
        Ok(rows)
    }

    fn shown(&self, (row, member): ContactRecord, meanings: &[Meaning]) -> (Contact, Position) {
        let key = match self.sort {
            Sort::Updated => row.changed_at(&self.sight).as_micros().to_string(),
            Sort::Name | Sort::Member => row.sort_name.clone(),
        };
        let code = if self.sort == Sort::Member { member.code.clone() } else { String::new() };
        let position = Position { member: code, key, id: row.id, respelled: false };
        (rules::shown_to(&self.sight, row, member, meanings), position)
    }

    fn of_selection(
        &self,
        conn: &mut Conn,
        selection: &Selection,
        after: Option<&Position>,
        limit: i64,
    ) -> Result<Vec<(Contact, Position)>, Error> {
        let [exact, respelled] = selection.ranked(conn)?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let order = Order::of(conn, self.sort, &self.sight, self.language, selection.bitmaps().clone())?;
        let after_respelled = after.filter(|position| position.respelled);
        let mut ids =
            if after_respelled.is_some() { Vec::new() } else { order.first_of(conn, &exact, after, wanted)? };
        let as_typed = ids.len();
        if as_typed < wanted && !respelled.is_empty() {
            ids.extend(order.first_of(conn, &respelled, after_respelled, wanted - as_typed)?);
        }
        let mut found: BTreeMap<Id, ContactRecord> =
            contacts::some(conn, &self.sight, &ids)?.into_iter().map(|row| (row.0.id, row)).collect();
        let rows = ids.iter().enumerate().filter_map(|(at, id)| Some((at, found.remove(id)?)));
        let shown = rows.map(|(at, row)| {
            let (contact, position) = self.shown(row, &selection.meanings);
            (contact, Position { respelled: at >= as_typed, ..position })
        });
        Ok(shown.collect())
    }
}
