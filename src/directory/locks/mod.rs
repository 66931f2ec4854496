//! The locks of units of work that change contacts, on PostgreSQL; on SQLite a unit that writes is alone anyway.
//!
//! A unit locks the contacts that it changes, and nothing that another contact's change needs: the sets of the index
//! follow just before its commit (`index`). Whoever changes all contacts of a person, or adds one that inherits from
//! the others, locks the person's list, so that each sees what the other has done. What adds contacts, lists or hides
//! them has its turn first (`Conn::lock_index`).

mod store;

use crate::db::{Conn, Id, Keyed};
use crate::error::Error;

/// Locks contacts until the unit of work ends, in the order of their ids.
pub(super) fn contacts(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    conn.share_index()?;
    store::lock(conn, ids)
}

/// Locks the lists of contacts of these people until the unit of work ends.
pub(super) fn lists(conn: &mut Conn, people: &[Id]) -> Result<(), Error> {
    conn.share_index()?;
    conn.lock_keys(Keyed::ContactsOfPerson, people.iter().map(|person| person.as_bytes().as_slice()))
}
