//! Contacts as those whom something is sent to: sets that can be united, intersected and kept, and the people behind them.
//!
//! An announcement's audience is evaluated to a [`ContactSet`] once and kept with it, so that whom it goes to is fixed; then it
//! is read a bounded number of contacts at a time ([`readers`]). Somebody with two appointments is two contacts and one person:
//! [`population`] counts people.

mod store;

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::index::{Selection, Sets};
use super::types::Filter;
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::members::Names;
use crate::policy::Sight;
pub use store::Reader;

/// A set of contacts, by their numbers in the index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactSet(RoaringBitmap);

impl ContactSet {
    /// Those of either.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self(self.0 | &other.0)
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self(self.0 & &other.0)
    }

    /// Those of this one that are not of the other.
    #[must_use]
    pub fn but(self, other: &Self) -> Self {
        Self(self.0 - &other.0)
    }

    /// How many contacts these are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first `most` numbers from `from` on.
    #[must_use]
    pub fn some(&self, from: u32, most: usize) -> Vec<u32> {
        self.0.range(from..).take(most).collect()
    }

    /// The set as bytes, to be kept.
    ///
    /// # Errors
    /// None that is expected.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::with_capacity(self.0.serialized_size());
        self.0.serialize_into(&mut bytes).or_internal()?;
        Ok(bytes)
    }

    /// The set that was kept.
    ///
    /// # Errors
    /// Where these are no such bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        RoaringBitmap::deserialize_from(bytes).map(Self).or_internal()
    }
}

/// The contacts that a filter means, for somebody who sees everything; all of them where nothing restricts.
///
/// # Errors
/// Where the database says no.
pub fn matching(conn: &mut Conn, filter: &Filter) -> Result<ContactSet, Error> {
    Selection::of(conn, filter, &Sight::everything(), &Names::default(), Sets::default())?
        .contacts(conn)
        .map(|set| ContactSet((*set).clone()))
}

/// The contacts of these people.
///
/// # Errors
/// Where the database says no.
pub fn of_people(conn: &mut Conn, people: &[Id]) -> Result<ContactSet, Error> {
    store::numbers_of(conn, people).map(|numbers| ContactSet(numbers.into_iter().collect()))
}

/// The people behind contacts with these numbers, in the order of the numbers; some may come twice, and some not at all,
/// since their contact is gone.
///
/// # Errors
/// Where the database says no.
pub fn readers(conn: &mut Conn, numbers: &[u32]) -> Result<Vec<Reader>, Error> {
    store::readers(conn, numbers)
}

/// How many people a set of contacts means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// All of them.
    pub people: usize,
    /// How many are written to in each language.
    pub by_language: BTreeMap<Language, usize>,
}

/// Counts the people behind a set of contacts. `choose` says in which language somebody is written to, from the one that is
/// preferred and a way to learn those that are spoken, which costs more.
///
/// # Errors
/// Where the database says no.
pub fn population(
    conn: &mut Conn,
    set: &ContactSet,
    choose: impl Fn(Language, &dyn Fn() -> Vec<String>) -> Language,
) -> Result<Population, Error> {
    let mut population = Population::default();
    let mut last = None;
    let all = Selection::listed(conn)?;
    store::each_person(conn, &set.0, all, &mut |person, preferred, speaks| {
        // People come in the order of their ids, so one who comes again comes at once.
        if last.replace(person) != Some(person) {
            let speaks = || serde_json::from_str(speaks.get()).unwrap_or_default();
            population.people += 1;
            *population.by_language.entry(choose(preferred, &speaks)).or_default() += 1;
        }
    })?;
    Ok(population)
}
