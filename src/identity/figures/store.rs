//! All SQL of the figures of identity.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::Conn;
use crate::db::schema::signing_key;
use crate::db::timestamp::SqlTimestamp;
use crate::error::Error;
use crate::time::Timestamp;

/// Most rows that are counted.
const MOST: i64 = 100_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// Sessions that have not ended, by the index of their ends.
pub(super) fn sessions(conn: &mut Conn, now: Timestamp) -> Result<i64, Error> {
    let statement = "SELECT count(*) AS found FROM (SELECT 1 FROM session \
                     WHERE expires_at > $1 AND revoked_at IS NULL LIMIT $2) AS few";
    let Count { found } =
        diesel::sql_query(statement).bind::<SqlTimestamp, _>(now).bind::<BigInt, _>(MOST).get_result(conn)?;
    Ok(found)
}

/// Since when the present key signs. There are a handful of keys.
pub(super) fn key_since(conn: &mut Conn, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    let active = signing_key::table.filter(signing_key::activates_at.le(now));
    let latest = active.order(signing_key::activates_at.desc()).select(signing_key::activates_at);
    Ok(latest.first(conn).optional()?)
}
