//! All SQL of the history of members.

use std::collections::HashMap;

use diesel::prelude::*;

use super::types::{HistoryEntry, PastState};
use crate::db::schema::organisation_history;
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::members::{MemberStatus, Particulars, Region};
use crate::time::Timestamp;

/// Stores the state of a member before a change.
pub(super) fn insert(
    conn: &mut Conn,
    id: Id,
    organisation: Id,
    officer: Id,
    fields: &[&'static str],
    before: &Particulars,
    now: Timestamp,
) -> Result<(), Error> {
    let fields: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
    diesel::insert_into(organisation_history::table)
        .values((
            organisation_history::id.eq(id),
            organisation_history::organisation_id.eq(organisation),
            organisation_history::changed_at.eq(now),
            organisation_history::changed_by.eq(officer),
            organisation_history::fields.eq(Document(fields)),
            organisation_history::before.eq(Document(before.clone())),
            organisation_history::region.eq(before.region),
            organisation_history::status.eq(before.status),
        ))
        .execute(conn)?;
    Ok(())
}

/// History entries of a member older than `before`, the newest first.
pub(super) fn list(
    conn: &mut Conn,
    organisation: Id,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<HistoryEntry>, Error> {
    let mut query = organisation_history::table
        .filter(organisation_history::organisation_id.eq(organisation))
        .order(organisation_history::id.desc())
        .limit(limit)
        .select(HistoryEntry::as_select())
        .into_boxed();
    if let Some(id) = before {
        query = query.filter(organisation_history::id.lt(id));
    }
    Ok(query.load(conn)?)
}

/// The states at `instant` of members that were changed later: each as the first later change found it.
pub(super) fn as_of(conn: &mut Conn, instant: Timestamp) -> Result<HashMap<Id, PastState>, Error> {
    let rows: Vec<(Id, Option<Region>, MemberStatus)> = organisation_history::table
        .filter(organisation_history::changed_at.ge(instant))
        .order((organisation_history::changed_at, organisation_history::id))
        .select((organisation_history::organisation_id, organisation_history::region, organisation_history::status))
        .load(conn)?;
    let mut past = HashMap::new();
    for (id, region, status) in rows {
        past.entry(id).or_insert(PastState { region, status });
    }
    Ok(past)
}
