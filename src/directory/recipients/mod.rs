//! Sets of contacts as recipients of announcements: they can be united, intersected and stored, and the people behind
//! them read and counted.
//!
//! The audience of an announcement is evaluated to a [`ContactSet`] once and stored with it, so its recipients are
//! fixed. They are then read a bounded number at a time ([`readers`]). A person with two appointments is two contacts
//! and one recipient: [`population`] counts people.

mod store;

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::index::{Bitmaps, Selection};
use super::types::Filter;
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::members::Names;
use crate::policy::Visibility;
pub use store::Reader;

/// A set of contacts, by their numbers in the index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactSet(RoaringBitmap);

impl ContactSet {
    /// The union.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self(self.0 | &other.0)
    }

    /// The intersection.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self(self.0 & &other.0)
    }

    /// The difference.
    #[must_use]
    pub fn but(self, other: &Self) -> Self {
        Self(self.0 - &other.0)
    }

    /// The number of contacts.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first `most` numbers that are not smaller than `from`.
    #[must_use]
    pub fn some(&self, from: u32, most: usize) -> Vec<u32> {
        self.0.range(from..).take(most).collect()
    }

    /// Serialises the set.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::with_capacity(self.0.serialized_size());
        self.0.serialize_into(&mut bytes).or_internal()?;
        Ok(bytes)
    }

    /// Deserialises a set.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        RoaringBitmap::deserialize_from(bytes).map(Self).or_internal()
    }
}

/// The contacts that match a filter, in the view of a reader who sees all fields; all contacts if there is no
/// restriction. Contacts of hidden members are left out.
pub fn matching(conn: &mut Conn, filter: &Filter) -> Result<ContactSet, Error> {
    Selection::of(conn, filter, &Visibility::everything(), &Names::default(), Bitmaps::default())?
        .contacts(conn)
        .map(|set| ContactSet((*set).clone()))
}

/// The listed contacts of these people.
pub fn of_people(conn: &mut Conn, people: &[Id]) -> Result<ContactSet, Error> {
    store::numbers_of(conn, people).map(|numbers| ContactSet(numbers.into_iter().collect()))
}

/// The people behind contacts with these numbers, in the order of the numbers. A person may come twice; a contact that
/// was deleted has no row.
pub fn readers(conn: &mut Conn, numbers: &[u32]) -> Result<Vec<Reader>, Error> {
    store::readers(conn, numbers)
}

/// The number of people behind a set of contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecipientCount {
    /// All people.
    pub people: usize,
    /// The number of people by the language in which they are written to.
    pub by_language: BTreeMap<Language, usize>,
}

/// Counts the people behind a set of contacts. `choose` returns the language in which a person is written to, given the
/// preferred language and a function that parses the spoken languages, which costs more.
pub fn population(
    conn: &mut Conn,
    set: &ContactSet,
    choose: impl Fn(Language, &dyn Fn() -> Vec<String>) -> Language,
) -> Result<RecipientCount, Error> {
    let mut population = RecipientCount::default();
    let mut last = None;
    let all = Selection::listed(conn)?;
    store::each_person(conn, &set.0, all, &mut |person, preferred, speaks| {
        // Rows are ordered by person, so the rows of one person follow each other.
        if last.replace(person) != Some(person) {
            let speaks = || serde_json::from_str(speaks.get()).unwrap_or_default();
            population.people += 1;
            *population.by_language.entry(choose(preferred, &speaks)).or_default() += 1;
        }
    })?;
    Ok(population)
}
