//! The log of changes, for copies of the directory: in programs (`change_feed`) and in address books (`carddav`).
//!
//! One row per subject, no history: the number of its last change, and whether it is gone. A change takes the next
//! number and so moves the row to the end. A reader that reads from the last number it knows to the end knows the
//! present state; a first reading, from zero, gets every subject.
//!
//! No reader may skip a number that becomes visible later. On SQLite, with its one writer, a unit of work takes the
//! next numbers itself. On PostgreSQL units of work run beside each other, and a counter that each of them held until
//! its commit would make them wait for one another. There a unit of work notes its changes without a number, in rows of
//! their own, and a step gives one number to each noted row ([`number`], `numbering`): after the commit, and under the
//! lock of the counter, so numbers become visible in their order. Each reader of changes runs the step first, so it sees
//! every change that is committed; the background jobs run it each two seconds for changes that nobody reads.
//!
//! The [`revision`] counts numbers and noted rows together: it increases with each commit of a change, and a step
//! leaves it as it is.
//!
//! A change that not everybody may see has a row of its own, with the level of the changed fields (`policy::fields`);
//! readers who do not see that level skip it. A change for more readers deletes the rows for fewer, who read it as
//! well. If a member is hidden, its contacts are gone for everybody.
//!
//! Rows of subjects that are gone are kept for [`KEPT`]. A reader that stayed away longer may have missed some and must
//! read everything again (410).
//!
//! The position of a reader ([`FeedPosition`]) is sent as an encrypted token, so nobody can read its number. It is the
//! number of the last change that the reader may see: two tokens differ only if there is a visible change between them.
//! Invisible changes take no room on a page either ([`heard`]). A position is bound to the rights of its reader: after
//! a change of rights the reader must read everything again, since no row says what to delete.
//!
//! A restored database does not know which numbers the original gave after the backup. There the numbers go on at the
//! time of the restoration, in microseconds, with the horizon at the same number: so each reader begins anew
//! ([`start_all_anew`]).
//!
//! Whoever keeps something of the directory in memory learns of a change in this process after its commit
//! ([`Wakeup::Contacts`]), and of others by the [`revision`].
//!
//! Left out: previous states, and who changed what. The audit log has both.

mod numbering;
mod rules;
mod store;
mod types;

use std::time::Duration;

pub use rules::{FeedPosition, Token, start_anew};
use types::Noted;
pub use types::{Change, EntryKind, Heard};

use crate::db::{BATCH, Conn, Id, Wakeup};
use crate::error::{Error, OrInternal as _};
use crate::time::Timestamp;

/// Least number of rows that one query of [`heard`] reads.
const MIN_BATCH: i64 = 50;
/// Most rows that one query of [`heard`] reads.
const MAX_BATCH: i64 = 1_000;

/// How long rows of subjects that are gone are kept.
pub const KEPT: Duration = Duration::from_hours(24 * 90);

/// Records that these subjects changed or are gone.
pub fn record(conn: &mut Conn, kind: EntryKind, ids: &[Id], gone: bool, now: Timestamp) -> Result<(), Error> {
    note(conn, kind, ids, (0, gone), now)
}

/// Records a change of fields of this level (`policy::fields`), which only readers who see that level see.
pub fn note_for(conn: &mut Conn, kind: EntryKind, ids: &[Id], level: i16, now: Timestamp) -> Result<(), Error> {
    note(conn, kind, ids, (level, false), now)
}

/// Increments the revision for a change that no reader sees.
pub fn count_up(conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
    conn.wake(Wakeup::Contacts);
    if store::has_one_writer(conn) {
        store::take_numbers(conn, 1).map(drop)
    } else {
        store::note(conn, &[Noted::unseen(now)])
    }
}

/// Numbers a change at once where there is one writer, and notes it otherwise.
fn note(conn: &mut Conn, kind: EntryKind, ids: &[Id], (level, gone): (i16, bool), now: Timestamp) -> Result<(), Error> {
    conn.wake(Wakeup::Contacts);
    for ids in ids.chunks(BATCH) {
        let noted: Vec<Noted> = ids.iter().map(|id| Noted::of(kind, *id, (level, gone), now)).collect();
        if store::has_one_writer(conn) {
            let first = store::take_numbers(conn, ids.len())?;
            store::replace(conn, &numbering::numbered(&noted, first))?;
        } else {
            store::note(conn, &noted)?;
        }
    }
    Ok(())
}

/// Gives numbers to some of the changes that were noted without one; returns how many. In a unit of work of its own.
pub fn number(conn: &mut Conn) -> Result<usize, Error> {
    // The counter is locked first: what is read after it was committed before it, and has no number from anybody else.
    store::lock_counter(conn)?;
    let noted = store::noted(conn)?;
    if noted.is_empty() {
        return Ok(0);
    }
    let first = store::take_numbers(conn, noted.len())?;
    store::replace(conn, &numbering::numbered(&noted, first))?;
    store::forget_noted(conn, &noted)?;
    Ok(noted.len())
}

/// Gives numbers to all changes that were committed before now. Not within a unit of work.
fn settle(conn: &mut Conn) -> Result<(), Error> {
    while store::is_any_noted(conn)? {
        conn.transaction_for_write(number)?;
    }
    Ok(())
}

/// Continues at numbers that nobody has read, and lets each reader begin anew: in a database that was restored from a
/// backup, numbers after it would come a second time, for other changes.
pub fn start_all_anew(conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
    store::lock_counter(conn)?;
    let seq = rules::after_restore(store::newest_number(conn)?, now);
    store::set_counter(conn, seq)
}

/// A number that is higher after each commit of a change.
pub fn revision(conn: &mut Conn) -> Result<i64, Error> {
    store::revision(conn)
}

/// The position of a reader that has no copy yet.
pub fn beginning(conn: &mut Conn) -> Result<FeedPosition, Error> {
    newest_for_all(conn).map(FeedPosition::beginning)
}

/// The position of a reader that knows all changes that everybody sees.
pub fn present(conn: &mut Conn) -> Result<FeedPosition, Error> {
    newest_for_all(conn).map(FeedPosition::known)
}

/// The number of the newest change that everybody sees. Everybody sees that a subject is gone, so no such change has a
/// later number.
fn newest_for_all(conn: &mut Conn) -> Result<i64, Error> {
    settle(conn)?;
    let newest = store::newest_for_all(conn)?;
    // The newest may have been a subject that is gone, whose row is deleted.
    Ok(newest.max(store::horizon(conn)?))
}

/// At most `limit` changes after a position, in their order, and the position after them. Fewer than `limit` are all
/// there are.
///
/// # Errors
/// 410 where rows of subjects that are gone may have been deleted since.
pub fn since(conn: &mut Conn, place: FeedPosition, limit: i64) -> Result<(Vec<Change>, FeedPosition), Error> {
    settle(conn)?;
    let changes = store::since(conn, place, limit)?;
    // The horizon is read last, so that it shows what a sweep deleted before the rows were read.
    place.check(store::horizon(conn)?)?;
    let place = changes.last().map_or(place, |last| place.at(last.seq));
    Ok((changes, place))
}

/// At most `limit` changes after a position that the reader may see, in their order. `visible` filters changes. Nothing
/// reveals the others: neither the length of a page, nor whether another follows, nor the position after it.
///
/// # Errors
///
/// As [`since`] and `visible`.
pub fn heard(
    conn: &mut Conn,
    place: FeedPosition,
    limit: i64,
    visible: impl Fn(&mut Conn, Vec<Change>) -> Result<Vec<Change>, Error>,
) -> Result<Heard, Error> {
    let (most, at_once) = (usize::try_from(limit).or_internal()?, limit.clamp(MIN_BATCH, MAX_BATCH));
    let (mut changes, mut at): (Vec<Change>, FeedPosition) = (Vec::new(), place);
    loop {
        let (read, after) = since(conn, at, at_once)?;
        let is_last = i64::try_from(read.len()).or_internal()? < at_once;
        changes.extend(visible(conn, read)?);
        let is_full = changes.len() >= most;
        if is_full || is_last {
            changes.truncate(most);
            let newest = changes.last().map(|last| last.seq);
            let next = if is_full { newest.map_or(place, |seq| place.at(seq)) } else { place.at_end(newest) };
            return Ok(Heard { changes, next, is_full });
        }
        at = after;
    }
}

/// Deletes rows of subjects that have been gone since before `bound`; returns their number.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound)
}
