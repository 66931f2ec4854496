//! All SQL of requests for more time.

use diesel::prelude::*;

use super::types::{NewRequest, RequestRow, RequestState};
use crate::db::schema::extension_request;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// The request with this id.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<RequestRow>, Error> {
    Ok(extension_request::table.find(id).select(RequestRow::as_select()).first(conn).optional()?)
}

/// The newest requests of a round, the newest first; only those of these organisations, where given.
pub(super) fn newest(conn: &mut Conn, round: Id, of: Option<&[Id]>, most: i64) -> Result<Vec<RequestRow>, Error> {
    let mut query = extension_request::table
        .filter(extension_request::round_id.eq(round))
        .order(extension_request::id.desc())
        .limit(most)
        .select(RequestRow::as_select())
        .into_boxed();
    if let Some(organisations) = of {
        query = query.filter(extension_request::organisation_id.eq_any(organisations.to_vec()));
    }
    Ok(query.load(conn)?)
}

/// The states of the requests of an organisation in a round.
pub(super) fn states(conn: &mut Conn, round: Id, organisation: Id) -> Result<Vec<RequestState>, Error> {
    let of_it = extension_request::round_id.eq(round).and(extension_request::organisation_id.eq(organisation));
    Ok(extension_request::table.filter(of_it).select(extension_request::state).load(conn)?)
}

pub(super) fn insert(conn: &mut Conn, id: Id, new: &NewRequest, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(extension_request::table)
        .values((
            extension_request::id.eq(id),
            extension_request::round_id.eq(new.round),
            extension_request::organisation_id.eq(new.organisation),
            extension_request::until.eq(new.until),
            extension_request::reason.eq(new.reason.clone()),
            extension_request::asked_by.eq(new.by),
            extension_request::asked_at.eq(now),
            extension_request::state.eq(RequestState::Open),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores the decision on a request.
pub(super) fn decide(
    conn: &mut Conn,
    id: Id,
    granted_until: Option<Timestamp>,
    answer: Option<&str>,
    by: Id,
    now: Timestamp,
) -> Result<(), Error> {
    let state = if granted_until.is_some() { RequestState::Granted } else { RequestState::Declined };
    diesel::update(extension_request::table.find(id))
        .set((
            extension_request::state.eq(state),
            extension_request::granted_until.eq(granted_until),
            extension_request::answer.eq(answer.map(str::to_owned)),
            extension_request::decided_by.eq(by),
            extension_request::decided_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
