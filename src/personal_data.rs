//! Personal data: each feature exports and erases what it stores of a person.
//!
//! Each such feature has a type `PersonalRecords` (in its `personal_data.rs`, or in a folder of that name) that
//! implements [`PersonalData`] over the tables of that feature. `privacy::features` lists all of them once; `privacy`
//! decides when a person is exported or erased, and whose an address is, and passes that to them as [`Subject`] or
//! [`Erasure`]. Neither method has a default: a feature that has nothing to export, or that keeps its rows, says so and
//! why. `tests/it/architecture.rs` finds tables that name people and whose feature is not on that list.
//!
//! Texts that may name anybody, such as reports of strangers, have to be searched for a person. That takes time with
//! their number and size, so it is not done in the unit of work of an erasure: a feature lists them as [`Copies`], and
//! `privacy` searches them before, page by page.
//!
//! Left out: retention periods of data while the person stays. Features offer functions for that, and
//! `privacy::retention` calls them.

use std::collections::BTreeMap;
use std::hash::Hash;

use serde_json::{Map, Value};

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::text::foreign::AddressSearch;
use crate::time::Timestamp;

/// The domain of addresses that replace erased ones: it does not exist (RFC 2606).
pub const NOWHERE: &str = "erased.invalid";

/// The export and erasure of the personal data of a feature.
pub trait PersonalData {
    /// Adds the lists of the feature's data about a person. Secrets and their hashes are left out.
    fn export(&self, conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error>;

    /// Deletes or blanks the feature's data about a person, in the unit of work of all features. The id of the account
    /// may stay: from then on it is a pseudonym.
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error>;
}

/// A text and its key.
pub type Copied<C> = (<C as Copies>::Key, <C as Copies>::Text);

/// Stored texts of a feature that are not a person's and may name the person: they are searched before an erasure.
pub trait Copies: Sized + 'static {
    /// What identifies a text. A text that changes by more than parts that are removed has another key.
    type Key: Clone + Eq + Hash + Send + Sync + 'static;
    /// A text, with what is known of it.
    type Text: Send + 'static;

    /// The keys of all texts.
    fn keys(conn: &mut Conn) -> Result<Vec<Self::Key>, Error>;

    /// The texts with these keys, as far as they are still stored.
    fn texts(conn: &mut Conn, keys: &[Self::Key]) -> Result<Vec<Copied<Self>>, Error>;

    /// Whether a text names the person.
    fn names(text: &Self::Text, sought: &Sought) -> bool;

    /// Deletes texts.
    fn delete(conn: &mut Conn, keys: &[Self::Key]) -> Result<(), Error>;
}

/// The person whom copies are searched for.
#[derive(Clone, Debug)]
pub struct Sought {
    ids: Vec<String>,
    /// The addresses as they are compared, each with the end of the person's time there.
    addresses: Vec<(String, Timestamp)>,
    search: AddressSearch,
}

impl Sought {
    /// A person with this account, these appointments and these addresses.
    pub fn new(user: Id, appointments: &[Id], addresses: &Addresses) -> Self {
        let ids = std::iter::once(&user).chain(appointments).map(ToString::to_string).collect();
        let addresses: Vec<(String, Timestamp)> =
            addresses.theirs().map(|address| (address.key.clone(), address.claim.until)).collect();
        let search = AddressSearch::of(addresses.iter().map(|(key, _)| key.as_str()));
        Self { ids, addresses, search }
    }

    /// Whether whatever is found for this is found for the other, too.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let covers = |key: &str, until: Timestamp| other.addresses.iter().any(|(one, end)| one == key && *end >= until);
        self.ids.iter().all(|id| other.ids.contains(id))
            && self.addresses.iter().all(|(key, until)| covers(key, *until))
    }

    /// The ids of the account and its appointments, as they are written.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The addresses that were the person's at an instant, as they are compared.
    pub fn addresses_at(&self, at: Timestamp) -> impl Iterator<Item = &str> {
        self.addresses.iter().filter(move |(_, until)| at < *until).map(|(key, _)| key.as_str())
    }

    /// Whether a text of an instant mentions an address that was the person's then, in any spelling.
    #[must_use]
    pub fn is_mentioned(&self, text: &str, at: Timestamp) -> bool {
        let was_theirs = |number: usize| self.addresses.get(number).is_some_and(|(_, until)| at < *until);
        self.search.found_in(text).into_iter().any(was_theirs)
    }
}

/// The person of an export.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The account.
    pub user: Id,
    /// Its address, as it was written.
    pub email: String,
    /// The address as it is compared.
    pub email_key: String,
    /// Since when it belongs to this account: earlier rows that have the address and no account are another person's.
    pub since: Timestamp,
}

/// The person of an erasure, and what is known about that person. It was read before the first row was erased.
#[derive(Clone, Debug)]
pub struct Erasure {
    /// The account.
    pub user: Id,
    /// All appointments of the person. None is open any more.
    pub appointments: Vec<Id>,
    /// The addresses of the person.
    pub addresses: Addresses,
    /// What takes the place of the name.
    pub pseudonym: String,
    /// When.
    pub now: Timestamp,
}

/// The addresses of a person.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The address of the account, as written and as compared.
    pub held: Vec<String>,
    /// All, those that are others' by now among them.
    pub all: Vec<Address>,
    /// The names of the person, past ones included.
    pub names: Vec<Name>,
}

impl Addresses {
    /// The addresses whose stored data is about the person, as far as it is from before the end of the claim.
    pub fn theirs(&self) -> impl Iterator<Item = &Address> {
        self.all.iter().filter(|address| address.claim.is_theirs)
    }

    /// The names of the person while an address was the person's. After leaving a mailbox, a person may take any name,
    /// the successor's too.
    pub fn names_at(&self, address: &Address) -> Vec<String> {
        let borne = self.names.iter().filter(|name| name.since < address.claim.until);
        borne.map(|name| name.text.clone()).collect()
    }
}

/// A name of a person, present or past.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name.
    pub text: String,
    /// When it was chosen, at the latest.
    pub since: Timestamp,
}

/// An address of a person, present or past.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address as it is compared.
    pub key: String,
    /// As it was written; the key is among them.
    pub written: Vec<String>,
    /// Which mail to this address is the person's.
    pub claim: Claim,
    /// What others are, and were, called who are known there.
    pub names_of_others: Vec<String>,
}

/// Which mail to one address is a person's. `privacy::claims` decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// From this instant on …
    pub since: Timestamp,
    /// … and before this one.
    pub until: Timestamp,
    /// Whether the person's account has the address, or no one else ever had it: then the data about the address itself
    /// is about the person, except what is from `until` on, when the person had left it.
    pub is_theirs: bool,
    /// Whether others are known under it: then what names one of them is not the person's.
    pub is_shared: bool,
    /// Whether the person's account has it today: then future mail to it is the person's, too.
    pub is_held: bool,
}

impl Claim {
    /// From when (included) until when (excluded) something without an account, which was asked for at the address, is the person's.
    pub fn waiting(&self) -> (Timestamp, Timestamp) {
        let (first, last) = (Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX));
        if self.is_held { (first, last) } else { (self.since, self.until) }
    }
}

/// The lists of an export, by their names.
#[derive(Debug)]
pub struct Lists {
    most: usize,
    lists: BTreeMap<&'static str, List>,
}

/// A list of an export.
#[derive(Debug)]
pub struct List {
    /// Its rows, as JSON objects.
    pub rows: Vec<Value>,
    /// Whether there are more than an export has.
    pub is_cut: bool,
}

impl Lists {
    /// No lists yet, each of which is to have `most` rows at most.
    pub fn bounded(most: usize) -> Self {
        Self { most, lists: BTreeMap::new() }
    }

    /// The limit of a query: one more row than a list has, which shows whether there are more.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.most).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// Adds a list of rows, of which it keeps as many as the bound says.
    pub fn add(&mut self, name: &'static str, mut rows: Vec<Value>) {
        let is_cut = rows.len() > self.most;
        rows.truncate(self.most);
        self.lists.insert(name, List { rows, is_cut });
    }

    /// Adds a list of rows that may have been cut short by another bound.
    pub fn add_some(&mut self, name: &'static str, rows: Vec<Value>, is_cut: bool) {
        self.add(name, rows);
        if let Some(list) = self.lists.get_mut(name) {
            list.is_cut |= is_cut;
        }
    }

    /// Takes a list out.
    pub fn take(&mut self, name: &str) -> Option<List> {
        self.lists.remove(name)
    }

    /// A list that was not taken out.
    pub fn rest(&self) -> Option<&'static str> {
        self.lists.keys().next().copied()
    }
}

/// A row of a list, as a JSON object.
pub fn row<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// Adds a list to an export: the rows of a query, with the named fields. A list that is cut short has the first rows.
#[macro_export]
macro_rules! personal_list {
    ($lists:ident, $name:literal, $conn:expr, $query:expr, $($field:ident: $kind:ty = $column:expr),+ $(,)?) => {
        let rows = $crate::personal_rows!($conn, $lists.limit(), $query, $($field: $kind = $column),+);
        $lists.add($name, rows);
    };
}

/// Runs a query for a list of an export: `limit` rows at most, with the named fields, as JSON objects.
#[macro_export]
macro_rules! personal_rows {
    ($conn:expr, $limit:expr, $query:expr, $($field:ident: $kind:ty = $column:expr),+ $(,)?) => {
        $query
            .select(($($column,)+))
            .limit($limit)
            .load::<($($kind,)+)>($conn)?
            .into_iter()
            .map(|($($field,)+)| {
                $crate::personal_data::row([$((stringify!($field), serde_json::json!($field)),)+])
            })
            .collect::<Vec<_>>()
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a20_a_name_that_was_taken_after_an_address_was_left_finds_nothing_there() {
        let at = Timestamp::from_micros;
        let (since, until) = (at(1), at(5));
        let claim = Claim { since, until, is_theirs: false, is_shared: true, is_held: false };
        let address = Address { key: String::new(), written: Vec::new(), claim, names_of_others: Vec::new() };
        let name = |text: &str, since| Name { text: text.to_owned(), since: at(since) };
        let names = vec![name("Kwame Mensah", 5), name("Awa Diop", 0), name("Awa Ndiaye", 4)];
        let known = Addresses { held: Vec::new(), all: Vec::new(), names };
        assert_eq!(known.names_at(&address), ["Awa Diop", "Awa Ndiaye"]);
    }

    #[test]
    fn a20_a_search_covers_another_if_it_finds_all_that_the_other_does() {
        let at = Timestamp::from_micros;
        let sought = |appointments: u8, addresses: &[(&str, i64)]| {
            let address = |(key, until): &(&str, i64)| Address {
                key: (*key).to_owned(),
                written: Vec::new(),
                claim: Claim { since: at(0), until: at(*until), is_theirs: true, is_shared: false, is_held: false },
                names_of_others: Vec::new(),
            };
            let all = addresses.iter().map(address).collect();
            let appointments: Vec<Id> = (1..=appointments).map(|number| Id::from_bytes([number; 16])).collect();
            Sought::new(Id::nil(), &appointments, &Addresses { held: Vec::new(), all, names: Vec::new() })
        };
        let before = sought(1, &[("a@x.example", 5), ("b@x.example", 9)]);
        for covered in [sought(0, &[]), sought(1, &[("b@x.example", 9)]), sought(1, &[("a@x.example", 4)])] {
            assert!(covered.is_within(&before), "{covered:?}");
        }
        for more in [sought(2, &[]), sought(1, &[("c@x.example", 1)]), sought(1, &[("a@x.example", 6)])] {
            assert!(!more.is_within(&before), "{more:?}");
        }
        assert!(before.is_mentioned("To: A=40x.example", at(4)) && !before.is_mentioned("To: A=40x.example", at(5)));
        assert_eq!(before.addresses_at(at(6)).collect::<Vec<_>>(), ["b@x.example"]);
    }

    #[test]
    fn a_list_keeps_as_many_rows_as_the_bound_says() {
        let mut lists = Lists::bounded(2);
        let rows = |count: u8| (0..count).map(|number| row([("number", number.into())])).collect::<Vec<_>>();
        lists.add("short", rows(2));
        lists.add("long", rows(3));
        assert_eq!(lists.limit(), 3, "the row that says that there are more");
        let long = lists.take("long").unwrap();
        assert_eq!((long.rows, long.is_cut), (rows(2), true));
        assert_eq!(lists.rest(), Some("short"));
        let short = lists.take("short").unwrap();
        assert_eq!((short.rows, short.is_cut), (rows(2), false));
        assert!(lists.take("short").is_none() && lists.rest().is_none());
    }
}
