//! The index of the directory: which contacts a search and its filters mean, and how many each value of a filter would give.
//!
//! Every listed contact has a small number. For each value of each filter (`region:ESA`, `language:fr` …) and for each word of
//! a contact (`word:diop`) there is a set of such numbers, stored as compressed bitmaps in pieces of 65,536 (`keys`). A
//! question is answered by set algebra: values of one filter are united, filters intersected, and a facet counts its own
//! values within the sets of all others ("disjunctive" counts). So counts are exact in any combination, and a million contacts
//! are some megabytes to read, whatever is asked.
//!
//! A page in the order of names would have to look through all names where the set lies at their end (everybody called Zoran).
//! So the beginnings of names have their sets too, of one letter, of two, of three, of four ([`beginnings`]): where such a set
//! has nobody in common with what is asked, its names are passed over.
//!
//! Rights are part of the sets: a word, a language or a technology is stored under the level of its field's audience
//! (`policy::fields`), and a reader's set of a value is what is for the community, united with what is for the own regions and
//! organisations. What a reader may not see can therefore not be found, counted or inferred. The contacts of hidden members are
//! taken out of every set.
//!
//! Words are compared folded, from their beginning. A word that nobody has is looked up with one typing error: every known
//! word is stored under each spelling that lacks one of its letters, and two words that are one error apart share such a
//! spelling. The names of organisations are not among a contact's words: they are looked up by `members::Names`, in every
//! language, and stand for the set of their contacts.
//!
//! Writers take turns (`Conn::take_turn`), since a piece of a bitmap is read, changed and written. Readers keep the sets of
//! filters between requests (`known`).

mod keys;
mod known;
mod sets;
mod store;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roaring::RoaringBitmap;

pub(super) use keys::{DEPTHS, of_beginnings, of_value, of_word};
pub use known::{KnownSets, Sets};
pub(super) use sets::Counts;
pub(super) use words::Meaning;

use super::terms::Term;
use super::types::Filter;
use crate::db::Conn;
use crate::error::Error;
use crate::members::{Found, Names};
use crate::policy::Sight;

/// What the index holds of one contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// The words by which somebody may find it.
    pub(super) words: BTreeSet<String>,
    /// The sets it belongs to.
    pub(super) keys: BTreeSet<String>,
}

crate::text_enum! {
    /// What contacts can be filtered and counted by.
    pub enum Facet {
        /// The region of the organisation.
        Region = "region",
        /// The organisation.
        Member = "member",
        /// As what.
        Role = "role",
        /// Languages spoken.
        Language = "language",
        /// Technologies known.
        Technology = "technology",
        /// Whether somebody said lately that it is right.
        Confirmation = "confirmation",
    }
}

impl Facet {
    /// Whether contacts have it for some readers alone.
    const fn has_audience(self) -> bool {
        matches!(self, Self::Language | Self::Technology)
    }
}

/// Brings the index from what contacts were to what they are, by their numbers.
///
/// # Errors
/// Where the database says no.
pub(super) fn update(
    conn: &mut Conn,
    before: &BTreeMap<u32, Entry>,
    after: &BTreeMap<u32, Entry>,
) -> Result<(), Error> {
    store::update(conn, &sets::changes(before, after))?;
    let words = |entries: &BTreeMap<u32, Entry>| -> BTreeSet<String> {
        entries.values().flat_map(|entry| &entry.words).cloned().collect()
    };
    let (old, new) = (words(before), words(after));
    store::unlearn(conn, old.difference(&new))?;
    store::learn(conn, new.difference(&old))
}

/// The next number that no contact has.
///
/// # Errors
/// Where the database says no.
pub(super) fn next_number(conn: &mut Conn) -> Result<u32, Error> {
    store::next_number(conn)
}

/// The contacts of each beginning of names of this depth that goes on from `within`, in the order of names; those that lie
/// before `name` are left out.
///
/// # Errors
/// Where the database says no.
pub(super) fn beginnings(
    conn: &mut Conn,
    depth: usize,
    within: &str,
    name: &str,
) -> Result<BTreeMap<String, RoaringBitmap>, Error> {
    store::by_name(conn, &keys::Range::beginnings(depth, within, name))
}

/// The contacts of each of these organisations, in the order of the codes.
///
/// # Errors
/// Where the database says no.
pub(super) fn of_members(conn: &mut Conn, sets: &Sets, codes: &[&str]) -> Result<Vec<Arc<RoaringBitmap>>, Error> {
    let keys: Vec<String> = codes.iter().map(|code| of_value(Facet::Member, code, 0)).collect();
    sets.of_keys(conn, &keys)
}

/// What a search and its filters mean to one reader.
pub(super) struct Selection {
    view: View,
    /// The contacts that each filter in use means, and those of the words.
    filters: BTreeMap<Facet, Arc<RoaringBitmap>>,
    words: Option<Arc<RoaringBitmap>>,
    /// What each word of the search was taken for.
    pub(super) meanings: Vec<Meaning>,
}

impl Selection {
    /// Looks up what is asked.
    ///
    /// # Errors
    /// Where the database says no.
    pub(super) fn of(
        conn: &mut Conn,
        filter: &Filter,
        sight: &Sight,
        names: &Names,
        sets: Sets,
    ) -> Result<Self, Error> {
        let view = View::of(conn, sight, sets)?;
        let mut filters = BTreeMap::new();
        for facet in Facet::ALL.iter().copied() {
            if let Some(values) = filter.values(facet) {
                filters.insert(facet, view.any_of(conn, facet, &values)?);
            }
        }
        let (mut words, mut meanings) = (None::<Arc<RoaringBitmap>>, Vec::new());
        for term in &filter.terms {
            let (meaning, set) = view.meaning(conn, term, names)?;
            meanings.push(meaning);
            words = Some(Arc::new(words.map_or_else(|| set.clone(), |sets| &*sets & &set)));
        }
        Ok(Self { view, filters, words, meanings })
    }

    /// The index that all of this comes from.
    pub(super) fn sets(&self) -> &Sets {
        &self.view.sets
    }

    /// The contacts that meet every filter but `left_out`; none where nothing restricts them.
    fn within(&self, left_out: Option<Facet>) -> Option<Arc<RoaringBitmap>> {
        let filters = self.filters.iter().filter(|(facet, _)| Some(**facet) != left_out).map(|(_, set)| set);
        let mut sets = filters.chain(&self.words);
        let first = Arc::clone(sets.next()?);
        Some(sets.fold(first, |within, set| Arc::new(&*within & &**set)))
    }

    /// The contacts that are meant; all of them where nothing restricts.
    ///
    /// # Errors
    /// Where the database says no.
    pub(super) fn contacts(&self, conn: &mut Conn) -> Result<Arc<RoaringBitmap>, Error> {
        match self.within(None) {
            Some(set) => Ok(set),
            None => {
                let all = sets::union(self.view.sets.of_facet(conn, Facet::Role, 0)?.values());
                Ok(Arc::new(self.view.seen(0, &all).into_owned()))
            }
        }
    }

    /// How many contacts there are at all.
    ///
    /// # Errors
    /// Where the database says no.
    pub(super) fn listed(conn: &mut Conn) -> Result<u64, Error> {
        Ok(store::counts(conn, Facet::Role, 0)?.into_values().sum())
    }

    /// How many contacts are meant, without reading more than that takes.
    ///
    /// # Errors
    /// Where the database says no.
    pub(super) fn total(&self, conn: &mut Conn) -> Result<u64, Error> {
        match self.within(None) {
            Some(set) => Ok(set.len()),
            None => Ok(Self::listed(conn)?.saturating_sub(self.view.hidden.len())),
        }
    }

    /// How many contacts each value of a facet would give, all other filters as they are.
    ///
    /// # Errors
    /// Where the database says no.
    pub(super) fn count(&self, conn: &mut Conn, facet: Facet) -> Result<Counts, Error> {
        let within = self.within(Some(facet));
        let all_are_seen = within.is_none() && self.view.hidden.is_empty();
        if all_are_seen && (!facet.has_audience() || !store::has_narrow(conn, facet)?) {
            return store::counts(conn, facet, 0);
        }
        let count =
            |set: &RoaringBitmap| within.as_ref().map_or_else(|| set.len(), |within| set.intersection_len(within));
        let mut counts = Counts::new();
        // A contact has a value on one level, so what the levels give adds up.
        for &level in self.view.levels(facet) {
            for (value, set) in self.view.sets.of_facet(conn, facet, level)?.iter() {
                let count = count(&self.view.seen(level, set));
                if count > 0 {
                    *counts.entry(value.clone()).or_default() += count;
                }
            }
        }
        Ok(counts)
    }
}

/// What the levels mean to one reader: the contacts of the own regions and organisations; and those that are nobody's, since
/// their member is hidden. Whatever is looked up passes through [`View::seen`].
struct View {
    sets: Sets,
    everything: bool,
    hidden: Arc<RoaringBitmap>,
    region: RoaringBitmap,
    organisation: RoaringBitmap,
}

impl View {
    fn of(conn: &mut Conn, sight: &Sight, sets: Sets) -> Result<Self, Error> {
        let hidden = if sight.hidden { Arc::default() } else { sets.hidden(conn)? };
        if sight.everything {
            let (region, organisation) = (RoaringBitmap::new(), RoaringBitmap::new());
            return Ok(Self { sets, everything: true, hidden, region, organisation });
        }
        let regions: Vec<String> =
            sight.regions.iter().map(|region| of_value(Facet::Region, region.as_str(), 0)).collect();
        let codes = store::codes(conn, &sight.organisations)?;
        let organisations: Vec<String> = codes.iter().map(|code| of_value(Facet::Member, code, 0)).collect();
        let region = sets::union(sets.of_keys(conn, &regions)?);
        let organisation = sets::union(sets.of_keys(conn, &organisations)?);
        Ok(Self { sets, everything: false, hidden, region, organisation })
    }

    /// Of what is stored under a level, what the reader sees.
    fn seen<'a>(&self, level: i16, set: &'a RoaringBitmap) -> Cow<'a, RoaringBitmap> {
        let seen = match level {
            0 => Cow::Borrowed(set),
            _ if self.everything => Cow::Borrowed(set),
            1 => Cow::Owned(set & &self.region),
            2 => Cow::Owned(set & &self.organisation),
            _ => Cow::Owned(RoaringBitmap::new()),
        };
        if self.hidden.is_empty() { seen } else { Cow::Owned(&*seen - &*self.hidden) }
    }

    /// The levels of which the reader sees anything.
    fn levels(&self, facet: Facet) -> &'static [i16] {
        match (facet.has_audience(), self.everything) {
            (false, _) => &[0],
            (true, true) => &[0, 1, 2, 3],
            (true, false) => &[0, 1, 2],
        }
    }

    /// The contacts that have one of these values. One set alone is handed on without a copy: a large one is a hundred
    /// kilobytes.
    fn any_of(&self, conn: &mut Conn, facet: Facet, values: &[String]) -> Result<Arc<RoaringBitmap>, Error> {
        let mut found: Arc<RoaringBitmap> = Arc::default();
        for &level in self.levels(facet) {
            let keys: Vec<String> = values.iter().map(|value| of_value(facet, value, level)).collect();
            for set in self.sets.of_keys(conn, &keys)? {
                let seen = match self.seen(level, &set) {
                    Cow::Borrowed(_) => set,
                    Cow::Owned(seen) => Arc::new(seen),
                };
                found = match (found.is_empty(), seen.is_empty()) {
                    (_, true) => found,
                    (true, false) => seen,
                    (false, false) => Arc::new(&*found | &*seen),
                };
            }
        }
        Ok(found)
    }

    /// The contacts that a term of a search means, and how it was read.
    fn meaning(&self, conn: &mut Conn, term: &Term, names: &Names) -> Result<(Meaning, RoaringBitmap), Error> {
        match term {
            Term::Word { typed, folded } => self.meaning_of_word(conn, typed, folded, names),
            Term::Address(address) => {
                let by_level = store::by_address(conn, address)?;
                let found = sets::union(by_level.iter().map(|(level, set)| self.seen(*level, set)));
                Ok((Meaning::address(address), found))
            }
        }
    }

    fn meaning_of_word(
        &self,
        conn: &mut Conn,
        typed: &str,
        folded: &[String],
        names: &Names,
    ) -> Result<(Meaning, RoaringBitmap), Error> {
        let members = names.by_word(typed);
        let mut of_people = None::<RoaringBitmap>;
        for word in folded {
            let set = self.by_words(conn, &keys::Range::words(word))?;
            of_people = Some(of_people.map_or_else(|| set.clone(), |sets| sets & &set));
        }
        let found = of_people.unwrap_or_default() | &*self.of_members(conn, &members)?;
        let [word] = folded else { return Ok((Meaning::as_typed(folded, &members), found)) };
        if !found.is_empty() || !words::may_be_mistyped(word) {
            return Ok((Meaning::as_typed(folded, &members), found));
        }
        let near = store::near(conn, &words::spellings(word))?;
        let near: Vec<String> = near.into_iter().filter(|known| words::is_near(word, known)).collect();
        let members = names.by_word_with_typos(typed);
        let mut found = (*self.of_members(conn, &members)?).clone();
        for known in &near {
            found |= self.by_words(conn, &keys::Range::word(known))?;
        }
        Ok((Meaning::corrected(near, &members), found))
    }

    fn by_words(&self, conn: &mut Conn, range: &keys::Range) -> Result<RoaringBitmap, Error> {
        let by_level = store::by_level(conn, range)?;
        Ok(sets::union(by_level.iter().map(|(level, set)| self.seen(*level, set))))
    }

    fn of_members(&self, conn: &mut Conn, found: &[Found]) -> Result<Arc<RoaringBitmap>, Error> {
        let codes: Vec<String> = found.iter().map(|found| found.code.clone()).collect();
        if codes.is_empty() { Ok(Arc::default()) } else { self.any_of(conn, Facet::Member, &codes) }
    }
}
