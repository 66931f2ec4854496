//! Units of work on a connection: a transaction whose locks are checked (`lock_order`) and whose last statements are
//! collected (`before_commit`), and locks that belong to the database as a whole and not to a row.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Array, Integer};
use diesel::{QueryableByName, RunQueryDsl as _};

use super::before_commit;
use super::connection::{Conn, LISTING, TURN};
use super::lock_order::{self, Locked};
use crate::error::Error;

/// So many different keys of a kind: more would fill the server's table of locks.
const KEYS: u32 = 1_024;

/// What [`Conn::lock_keys`] locks.
#[derive(Clone, Copy, Debug)]
pub enum Keyed {
    /// The list of a person's contacts.
    ContactsOfPerson,
    /// The spellings of a word of contacts.
    WordOfContacts,
}

impl Keyed {
    /// The first number of its advisory locks.
    fn number(self) -> i32 {
        match self {
            Self::ContactsOfPerson => 7_111,
            Self::WordOfContacts => 7_112,
        }
    }
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Integer)]
    #[expect(dead_code, reason = "the statement is run for its locks")]
    key: i32,
}

/// The number of a key, below [`KEYS`] (FNV-1a).
fn number_of(key: &[u8]) -> i32 {
    let hash = key.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    i32::try_from(hash % KEYS).unwrap_or_default()
}

impl Conn {
    /// One unit of work: it is committed as a whole, or rolled back.
    ///
    /// # Errors
    /// The error of `work` or the database; then nothing was written.
    pub fn transaction_for_write<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        lock_order::begin();
        before_commit::begin();
        let outcome = self.transaction_of(|conn| {
            let value = work(conn)?;
            before_commit::write(conn)?;
            Ok(value)
        });
        before_commit::end();
        lock_order::end();
        outcome
    }

    /// Waits for the lock of units of work that add, list or hide contacts, and holds it until this one ends. On SQLite
    /// a unit that writes is alone anyway.
    ///
    /// # Errors
    /// If the lock does not come in time.
    pub fn lock_index(&mut self) -> Result<(), Error> {
        self.share_index()?;
        if let Self::Postgres(c) = self {
            c.batch_execute(&format!("SELECT pg_advisory_xact_lock({LISTING})"))?;
        }
        Ok(())
    }

    /// For a unit of work that changes listed contacts: waits for none that does the same, since each locks its
    /// contacts and, before its commit, the sets that it changes. A portal of an earlier version on the same database
    /// takes this lock for itself alone.
    ///
    /// # Errors
    /// If the lock does not come in time.
    pub fn share_index(&mut self) -> Result<(), Error> {
        if lock_order::is_held(Locked::Index) {
            return Ok(());
        }
        lock_order::note_lock(Locked::Index)?;
        if let Self::Postgres(c) = self {
            c.batch_execute(&format!("SELECT pg_advisory_xact_lock_shared({TURN})"))?;
        }
        Ok(())
    }

    /// Locks these keys of a kind until the unit of work ends, in the same order as every other one. Different keys may
    /// share a lock.
    ///
    /// # Errors
    /// If a lock does not come in time.
    pub fn lock_keys<'a>(&mut self, kind: Keyed, keys: impl Iterator<Item = &'a [u8]>) -> Result<(), Error> {
        let Self::Postgres(c) = self else { return Ok(()) };
        let numbers: std::collections::BTreeSet<i32> = keys.map(number_of).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        // A lock for each row, in the order of the array.
        let statement = "SELECT key FROM (SELECT key, pg_advisory_xact_lock($1, key) FROM unnest($2) AS key) AS taken";
        diesel::sql_query(statement)
            .bind::<Integer, _>(kind.number())
            .bind::<Array<Integer>, _>(numbers.into_iter().collect::<Vec<i32>>())
            .load::<Taken>(c)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_few_numbers_and_each_its_own_one_for_good() {
        assert_eq!(number_of(b"diop"), number_of(b"diop"));
        let numbers: std::collections::BTreeSet<i32> = (0..10_000_u32).map(|n| number_of(&n.to_be_bytes())).collect();
        assert!(numbers.iter().all(|number| (0..1_024).contains(number)));
        assert!(numbers.len() > 1_000, "{} of them are used", numbers.len());
    }
}
