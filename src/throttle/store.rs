//! All SQL of the throttle: two statements a try, on a row that the first one locks. `db` has the lock order.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Nullable, SmallInt};

use super::rules::Count;
use crate::db::schema::throttle;
use crate::db::timestamp::SqlTimestamp;
use crate::db::{Conn, Prepared};
use crate::error::Error;
use crate::time::{Clock, Timestamp};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    failures: i32,
    #[diesel(sql_type = SqlTimestamp)]
    blocked_until: Timestamp,
    #[diesel(sql_type = SqlTimestamp)]
    expires_at: Timestamp,
    #[diesel(sql_type = SqlTimestamp)]
    now: Timestamp,
}

/// The count of a bucket, and the instant by the clock that all processes share. Creates the row if it is missing and
/// locks it until the unit of work ends: an upsert that changes nothing does both in one statement.
pub(super) fn look(conn: &mut Conn, bucket: i16, key: &[u8], clock: &Clock) -> Result<(Count, Timestamp), Error> {
    let (statement, now) = match conn {
        Conn::Postgres(_) => (
            "INSERT INTO throttle (bucket, key, failures, blocked_until, expires_at) \
             VALUES ($1, $2, 0, 'epoch', 'epoch') \
             ON CONFLICT (bucket, key) DO UPDATE SET failures = throttle.failures \
             RETURNING failures, blocked_until, expires_at, COALESCE($3, clock_timestamp()) AS now",
            clock.fixed(),
        ),
        Conn::Sqlite(_) => (
            "INSERT INTO throttle (bucket, key, failures, blocked_until, expires_at) VALUES (?, ?, 0, 0, 0) \
             ON CONFLICT (bucket, key) DO UPDATE SET failures = throttle.failures \
             RETURNING failures, blocked_until, expires_at, ? AS now",
            Some(clock.now()),
        ),
    };
    let query = diesel::sql_query(statement)
        .bind::<SmallInt, _>(bucket)
        .bind::<Binary, _>(key)
        .bind::<Nullable<SqlTimestamp>, _>(now);
    let row: Row = Prepared(query).get_result(conn)?;
    let count = Count { failures: row.failures, blocked_until: row.blocked_until, expires_at: row.expires_at };
    Ok((count, row.now))
}

pub(super) fn set(conn: &mut Conn, bucket: i16, key: &[u8], count: Count) -> Result<(), Error> {
    diesel::update(throttle::table.find((bucket, key)))
        .set((
            throttle::failures.eq(count.failures),
            throttle::blocked_until.eq(count.blocked_until),
            throttle::expires_at.eq(count.expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn forget(conn: &mut Conn, bucket: i16, key: &[u8]) -> Result<(), Error> {
    diesel::delete(throttle::table.find((bucket, key))).execute(conn)?;
    Ok(())
}

/// A full scan: an index on the time would cost a write at every attempt, and the table only has recent attempts.
/// Locked rows are left for the next time.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let statement = match conn {
        Conn::Postgres(_) => {
            "DELETE FROM throttle WHERE ctid IN (SELECT ctid FROM throttle WHERE expires_at < $1 \
             LIMIT 10000 FOR UPDATE SKIP LOCKED)"
        }
        Conn::Sqlite(_) => {
            "DELETE FROM throttle WHERE (bucket, key) IN \
             (SELECT bucket, key FROM throttle WHERE expires_at < ? LIMIT 10000)"
        }
    };
    Ok(diesel::sql_query(statement).bind::<SqlTimestamp, _>(bound).execute(conn)?)
}
