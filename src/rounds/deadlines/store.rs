//! All SQL of the ledger of deadlines. Rows are added and never changed.

use diesel::dsl::max;
use diesel::prelude::*;

use super::types::{DeadlineRow, DeadlineScope, NewDeadline};
use crate::db::schema::round_deadline;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::Region;
use crate::time::Timestamp;

/// The ledger of a round, in the order in which it was written.
pub(in crate::rounds) fn entries(conn: &mut Conn, round: Id) -> Result<Vec<DeadlineRow>, Error> {
    let rows = round_deadline::table.filter(round_deadline::round_id.eq(round)).order(round_deadline::number);
    Ok(rows.select(DeadlineRow::as_select()).load(conn)?)
}

/// The ledgers of several rounds, by round and in the order in which they were written.
pub(in crate::rounds) fn entries_of(conn: &mut Conn, rounds: &[Id]) -> Result<Vec<DeadlineRow>, Error> {
    let rows = round_deadline::table
        .filter(round_deadline::round_id.eq_any(rounds.to_vec()))
        .order((round_deadline::round_id, round_deadline::number));
    Ok(rows.select(DeadlineRow::as_select()).load(conn)?)
}

/// What the ledgers of several rounds have for all, for these regions and for these organisations, by round and in the
/// order in which it was written. What was granted to others is not read.
pub(in crate::rounds) fn entries_about(
    conn: &mut Conn,
    rounds: &[Id],
    regions: &[Region],
    organisations: &[Id],
) -> Result<Vec<DeadlineRow>, Error> {
    let regions: Vec<Option<Region>> = regions.iter().map(|&region| Some(region)).collect();
    let concerned = round_deadline::scope
        .eq(DeadlineScope::All)
        .or(round_deadline::region.eq_any(regions))
        .or(round_deadline::organisation_id.eq_any(organisations.to_vec()));
    let rows = round_deadline::table
        .filter(round_deadline::round_id.eq_any(rounds.to_vec()))
        .filter(concerned)
        .order((round_deadline::round_id, round_deadline::number));
    Ok(rows.select(DeadlineRow::as_select()).load(conn)?)
}

/// A round, the number of the newest entry of its ledger, and when the last one was made.
type Newest = (Id, Option<i32>, Option<Timestamp>);

/// The newest entry of each of these ledgers.
pub(in crate::rounds) fn newest(conn: &mut Conn, rounds: &[Id]) -> Result<Vec<Newest>, Error> {
    Ok(round_deadline::table
        .filter(round_deadline::round_id.eq_any(rounds.to_vec()))
        .group_by(round_deadline::round_id)
        .select((round_deadline::round_id, max(round_deadline::number), max(round_deadline::made_at)))
        .load(conn)?)
}

/// Adds an entry at the end of the ledger of a round, which is locked.
pub(in crate::rounds) fn insert(conn: &mut Conn, new: NewDeadline, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(round_deadline::table)
        .values((
            round_deadline::id.eq(new.id),
            round_deadline::round_id.eq(new.round),
            round_deadline::number.eq(new.number),
            round_deadline::scope.eq(new.scope),
            round_deadline::region.eq(new.region),
            round_deadline::organisation_id.eq(new.organisation),
            round_deadline::closes_at.eq(new.closes_at),
            round_deadline::reason.eq(new.reason),
            round_deadline::made_by.eq(new.by),
            round_deadline::made_at.eq(now),
            round_deadline::request_id.eq(new.request),
        ))
        .execute(conn)?;
    Ok(())
}
