//! When responses were submitted.

use diesel::prelude::*;

use crate::db::schema::submission;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::time::Timestamp;

/// Most submissions that are read.
const MOST: i64 = 20_000;

/// The submissions of a round that were not withdrawn, the earliest first.
pub(super) fn submissions(conn: &mut Conn, round: Id) -> Result<Vec<(Id, Timestamp)>, Error> {
    Ok(submission::table
        .filter(submission::round_id.eq(round).and(submission::withdrawn_at.is_null()))
        .order((submission::submitted_at, submission::id))
        .limit(MOST)
        .select((submission::organisation_id, submission::submitted_at))
        .load(conn)?)
}
