//! The index of the directory: the contacts that match a search and its filters, and the counts of facets.
//!
//! Every listed contact has a small number. For each value of each filter (`region:ESA`, `language:fr` …) and for each
//! word of a contact (`word:diop`) there is a set of such numbers, stored as compressed bitmaps in pieces of 65,536
//! (`keys`). A query is answered by set algebra: values of one filter are united, filters are intersected, and a facet
//! counts its own values within the sets of all other filters (disjunctive facets). Counts are therefore exact in any
//! combination, and at a million contacts any query reads some megabytes at most.
//!
//! A page in the order of names would have to scan all names if its contacts are at the end (everybody called Zoran).
//! Prefixes of names therefore have bitmaps, too, of one to four letters ([`of_prefixes`]): a prefix that has no
//! contact in common with the query is skipped.
//!
//! Rights are part of the sets: a word, a language or a technology is stored under the level of its field's audience
//! (`policy::fields`), and a reader's set of a value is that of the community, united with those of the own regions and
//! organisations. What a reader may not see can therefore be neither found, counted nor inferred. The contacts of
//! hidden members are taken out of every set.
//!
//! Words are compared folded, by prefix: as written, and by their variants (`text::variants`). The two have keys of
//! their own, so that contacts with the word as typed come first. A word that no contact has is looked up with one
//! typing error: every known word is stored under each spelling that lacks one of its letters, and two words that are
//! one error apart share such a spelling. The names of organisations are not words of their contacts: `members::Names`
//! finds organisations by name, and their contacts are added. Telephone numbers and addresses are looked up in their
//! own columns, under the level of their audience.
//!
//! A piece of a bitmap is read, changed and written back under its lock. Many contacts are in one set, so a unit of
//! work collects its changes of sets and writes them together just before its commit, in the order of the keys
//! (`pending`). Readers cache the bitmaps of filters (`bitmap_cache`).

mod bitmap_cache;
mod keys;
mod pending;
mod sets;
mod store;
mod view;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roaring::RoaringBitmap;

pub use bitmap_cache::{BitmapCache, Bitmaps};
pub(super) use keys::{DEPTHS, of_name, of_value, of_variant, of_word};
pub(super) use sets::Counts;
pub(super) use words::Meaning;

use self::view::View;
pub(super) use super::types::Facet;
use super::types::Filter;
use crate::db::Conn;
use crate::error::Error;
use crate::members::Names;
use crate::policy::Visibility;

/// The index entry of one contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its words, and their variants.
    pub(super) words: BTreeSet<String>,
    /// The keys of the sets it belongs to.
    pub(super) keys: BTreeSet<String>,
}

/// The version of the rules by which words become keys; stored with each indexed contact. Rules that give a word more
/// keys need a migration that sets the version of all contacts to null. Rules that give fewer keys need the stored keys
/// to be removed before.
pub(super) const WORD_FORM: i16 = 1;

impl Facet {
    /// Whether its values have audiences.
    const fn has_audience(self) -> bool {
        matches!(self, Self::Language | Self::Technology)
    }
}

/// Updates the index from the entries that contacts had to those that they have, by their numbers: before the commit of
/// the unit of work.
pub(super) fn update(
    conn: &mut Conn,
    before: &BTreeMap<u32, Entry>,
    after: &BTreeMap<u32, Entry>,
) -> Result<(), Error> {
    pending::update(conn, before, after)
}

/// The next number that no contact has.
pub(super) fn next_number(conn: &mut Conn) -> Result<u32, Error> {
    store::next_number(conn)
}

/// Adds the keys of words to contacts that were indexed by earlier rules. Keys that exist stay.
pub(super) fn add_words(conn: &mut Conn, mut entries: BTreeMap<u32, Entry>) -> Result<(), Error> {
    for entry in entries.values_mut() {
        entry.keys.retain(|key| keys::is_of_words(key));
    }
    update(conn, &BTreeMap::new(), &entries)
}

/// Stores the keys of some telephone numbers that have none yet; returns how many.
pub(super) fn key_phones(conn: &mut Conn, limit: i64) -> Result<usize, Error> {
    store::key_phones(conn, limit)
}

/// The contacts of each name prefix of this depth that begins with `within`, in the order of names; prefixes before
/// that of `name` are left out.
pub(super) fn of_prefixes(
    conn: &mut Conn,
    depth: usize,
    within: &str,
    name: &str,
) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    store::of_prefixes(conn, &keys::Range::prefixes(depth, within, name))
}

/// The contacts of each of these organisations, in the order of the codes.
pub(super) fn of_members(conn: &mut Conn, bitmaps: &Bitmaps, codes: &[&str]) -> Result<Vec<Arc<RoaringBitmap>>, Error> {
    let keys: Vec<String> = codes.iter().map(|code| of_value(Facet::Member, code, 0)).collect();
    bitmaps.of_keys(conn, &keys)
}

/// The contacts that match a search and its filters, as far as one reader may see.
pub(super) struct Selection {
    view: View,
    /// The contacts that match each filter in use, and those that match the words.
    filters: BTreeMap<Facet, Arc<RoaringBitmap>>,
    words: Option<Arc<RoaringBitmap>>,
    /// Those that have every word as typed; none where no word is searched for.
    exact: Option<RoaringBitmap>,
    /// How each term of the search was interpreted.
    pub(super) meanings: Vec<Meaning>,
}

impl Selection {
    pub(super) fn of(
        conn: &mut Conn,
        filter: &Filter,
        sight: &Visibility,
        names: &Names,
        bitmaps: Bitmaps,
    ) -> Result<Self, Error> {
        let view = View::of(conn, sight, bitmaps)?;
        let mut filters = BTreeMap::new();
        for facet in Facet::ALL.iter().copied() {
            if let Some(values) = filter.values(facet) {
                filters.insert(facet, view.any_of(conn, facet, &values)?);
            }
        }
        let (mut words, mut exact, mut meanings) = (None::<RoaringBitmap>, None::<RoaringBitmap>, Vec::new());
        for term in &filter.terms {
            let (meaning, hits) = view.meaning(conn, term, names)?;
            meanings.push(meaning);
            exact = Some(exact.map_or_else(|| hits.exact.clone(), |sets| sets & &hits.exact));
            words = Some(words.map_or_else(|| hits.all.clone(), |sets| sets & &hits.all));
        }
        Ok(Self { view, filters, words: words.map(Arc::new), exact, meanings })
    }

    /// The stored bitmaps that it was made from.
    pub(super) fn bitmaps(&self) -> &Bitmaps {
        &self.view.bitmaps
    }

    /// The contacts that match every filter but `left_out`, and the words; none where nothing restricts.
    fn within(&self, left_out: Option<Facet>) -> Option<Arc<RoaringBitmap>> {
        let filters = self.filters.iter().filter(|(facet, _)| Some(**facet) != left_out).map(|(_, set)| set);
        let mut sets = filters.chain(&self.words);
        let first = Arc::clone(sets.next()?);
        Some(sets.fold(first, |within, set| Arc::new(&*within & &**set)))
    }

    /// The contacts that match; all of them where nothing restricts.
    pub(super) fn contacts(&self, conn: &mut Conn) -> Result<Arc<RoaringBitmap>, Error> {
        if let Some(set) = self.within(None) {
            return Ok(set);
        }
        let all = sets::union(self.view.bitmaps.of_facet(conn, Facet::Role, 0)?.values());
        Ok(Arc::new(self.view.visible(0, &all).into_owned()))
    }

    /// The same in two parts: contacts with the words as typed, then contacts with variants.
    pub(super) fn ranked(&self, conn: &mut Conn) -> Result<[Arc<RoaringBitmap>; 2], Error> {
        let all = self.contacts(conn)?;
        let Some(exact) = &self.exact else { return Ok([all, Arc::default()]) };
        let first = &*all & exact;
        let rest = &*all - &first;
        Ok([Arc::new(first), Arc::new(rest)])
    }

    /// How many contacts are listed, those of hidden members included.
    pub(super) fn listed(conn: &mut Conn) -> Result<u64, Error> {
        Ok(store::counts(conn, Facet::Role, 0)?.into_values().sum())
    }

    /// How many contacts match. Reads no bitmap where nothing restricts.
    pub(super) fn total(&self, conn: &mut Conn) -> Result<u64, Error> {
        match self.within(None) {
            Some(set) => Ok(set.len()),
            None => Ok(Self::listed(conn)?.saturating_sub(self.view.hidden.len())),
        }
    }

    /// How many contacts each value of a facet would give, with all other filters as they are.
    pub(super) fn count(&self, conn: &mut Conn, facet: Facet) -> Result<Counts, Error> {
        let within = self.within(Some(facet));
        let all_are_seen = within.is_none() && self.view.hidden.is_empty();
        if all_are_seen && (!facet.has_audience() || !store::has_narrow(conn, facet)?) {
            return store::counts(conn, facet, 0);
        }
        let count =
            |set: &RoaringBitmap| within.as_ref().map_or_else(|| set.len(), |within| set.intersection_len(within));
        let mut counts = Counts::new();
        // A contact has a value on one level only, so the counts of the levels add up.
        for &level in self.view.levels(facet) {
            for (value, set) in self.view.bitmaps.of_facet(conn, facet, level)?.iter() {
                let count = count(&self.view.visible(level, set));
                if count > 0 {
                    *counts.entry(value.clone()).or_default() += count;
                }
            }
        }
        Ok(counts)
    }
}
