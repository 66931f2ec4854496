//! What changed: a feed for whoever keeps a copy of the directory, be it a program or an address book.
//!
//! A row a subject, and no history: it holds the number of the last change and whether the subject is gone. A change takes
//! the next number and moves the row to the end, so whoever reads from the number last seen to the end knows the present
//! state, and a first reading, from zero, meets everything there is. Numbers come from one row that is held until the
//! unit of work ends; so they are given in the order of commits, and no reader passes by a number that is yet to appear.
//! What it costs: units of work that note something wait for one another. So note last.
//!
//! Of a change that not everybody may see, not everybody hears: it has a row of its own, with the level of the fields that
//! changed (`policy::fields`), and whoever sees less of the contact passes it by. A change for more people takes away the
//! rows of those for fewer, since those read it, too. The contacts of a hidden member are gone to everybody's copy.
//!
//! What is gone leaves its row for [`KEPT`]. Who stayed away longer may have missed that, and starts anew (410).
//!
//! A reader's place ([`Place`]) travels as a signed token. Where no more follows, it is that of the last change that the reader
//! hears of, so that it tells of no others. It is made for what that reader may see: when rights change, what
//! was seen may have to be forgotten, and no row tells so; then too the reader starts anew.
//!
//! Left out: what a subject was before, and who changed it. That stands in the audit log.

pub mod routes;
mod rules;
mod store;
mod types;

use std::time::Duration;

pub use rules::{Place, Token};
pub use types::{Change, ChangeList, ChangesQuery, EntryKind};

use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// How long it is remembered that something is gone.
pub const KEPT: Duration = Duration::from_hours(24 * 90);

/// Notes that these subjects changed, in the transaction of `conn`. Others that note something wait until it ends.
///
/// # Errors
/// Where the database says no.
pub fn note(conn: &mut Conn, kind: EntryKind, ids: &[Id], gone: bool, now: Timestamp) -> Result<(), Error> {
    for ids in ids.chunks(BATCH) {
        let first = store::take_numbers(conn, ids.len())?;
        store::replace(conn, kind, ids, first, (0, gone), now)?;
    }
    Ok(())
}

/// Notes that these subjects changed for those alone who see fields of this level (`policy::fields`).
///
/// # Errors
/// Where the database says no.
pub fn note_for(conn: &mut Conn, kind: EntryKind, ids: &[Id], level: i16, now: Timestamp) -> Result<(), Error> {
    for ids in ids.chunks(BATCH) {
        let first = store::take_numbers(conn, ids.len())?;
        store::replace(conn, kind, ids, first, (level, false), now)?;
    }
    Ok(())
}

/// Counts the revision up for a change that nobody is told of.
///
/// # Errors
/// Where the database says no.
pub fn count_up(conn: &mut Conn) -> Result<(), Error> {
    store::take_numbers(conn, 1).map(drop)
}

/// The number of the newest change.
///
/// # Errors
/// Where the database says no.
pub fn revision(conn: &mut Conn) -> Result<i64, Error> {
    store::counter(conn).map(|counter| counter.seq)
}

/// The place of whoever knows nothing yet.
///
/// # Errors
/// Where the database says no.
pub fn beginning(conn: &mut Conn) -> Result<Place, Error> {
    revision(conn).map(Place::beginning)
}

/// The place of whoever knows everything that the whole community knows at this moment.
///
/// # Errors
/// Where the database says no.
pub fn present(conn: &mut Conn) -> Result<Place, Error> {
    let newest = store::newest_for_all(conn)?;
    // What is gone may have been the newest, and be forgotten.
    Ok(Place::known(newest.max(store::counter(conn)?.horizon)))
}

/// At most `limit` changes after a place, in their order, and the place after them. Fewer than that: no more for now.
///
/// # Errors
/// 410 where what is gone may have been forgotten since.
pub fn since(conn: &mut Conn, place: Place, limit: i64) -> Result<(Vec<Change>, Place), Error> {
    let changes = store::since(conn, place, limit)?;
    // The horizon is looked at last: what a sweep took before the rows were read shows in it.
    place.check(store::counter(conn)?.horizon)?;
    let place = changes.last().map_or(place, |last| place.at(last.seq));
    Ok((changes, place))
}

/// Forgets what has been gone since before `bound`; returns how many rows.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound)
}
