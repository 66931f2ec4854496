//! Who had submitted at an instant.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::db::schema::submission;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Whether anybody has submitted to a round, whatever came of it since.
pub(super) fn has_submission(conn: &mut Conn, round: Id) -> Result<bool, Error> {
    let any = submission::table.filter(submission::round_id.eq(round));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn)?)
}

/// The organisations with a submission to a round that counted when this instant came: one at most of each.
pub(super) fn submitted_before(conn: &mut Conn, round: Id, end: Timestamp) -> Result<HashSet<Id>, Error> {
    let organisations: Vec<Id> = submission::table
        .filter(submission::round_id.eq(round).and(submission::submitted_at.lt(end)))
        .filter(submission::superseded_at.is_null().or(submission::superseded_at.ge(end)))
        .filter(submission::withdrawn_at.is_null().or(submission::withdrawn_at.ge(end)))
        .select(submission::organisation_id)
        .load(conn)?;
    Ok(organisations.into_iter().collect())
}
