//! All SQL of the figures of mail: counts that stop, and first rows of partial indexes.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SmallInt};

use crate::db::Conn;
use crate::db::timestamp::SqlTimestamp;
use crate::error::Error;
use crate::mail::priority::Priority;
use crate::time::Timestamp;

/// Most rows that are counted.
const MOST: i64 = 100_000;

/// What waits of one lane.
#[derive(Clone, Copy, Default)]
pub(super) struct Waiting {
    pub(super) pending: i64,
    pub(super) leased: i64,
    /// When its oldest mail was due.
    pub(super) oldest: Option<Timestamp>,
}

/// What waits of both.
#[derive(Default)]
pub(super) struct Both([Waiting; 2]);

impl Both {
    pub(super) fn of(&self, lane: Priority) -> Waiting {
        let [transactional, bulk] = self.0;
        match lane {
            Priority::Transactional => transactional,
            Priority::Bulk => bulk,
        }
    }

    fn lane(&mut self, number: i16) -> &mut Waiting {
        let [transactional, bulk] = &mut self.0;
        if number == Priority::Transactional.number() { transactional } else { bulk }
    }
}

#[derive(QueryableByName)]
struct OfLane {
    #[diesel(sql_type = SmallInt)]
    lane: i16,
    #[diesel(sql_type = BigInt)]
    mails: i64,
    #[diesel(sql_type = Nullable<SqlTimestamp>)]
    oldest: Option<Timestamp>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    mails: i64,
}

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = Nullable<SqlTimestamp>)]
    oldest: Option<Timestamp>,
}

pub(super) fn waiting(conn: &mut Conn) -> Result<Both, Error> {
    let mut both = Both::default();
    // By the index `mail_due`.
    let singles = "SELECT lane, count(*) AS mails, min(next_at) AS oldest FROM (SELECT lane, next_at FROM mail \
                   WHERE state = 'pending' AND batch IS NULL ORDER BY next_at, id LIMIT $1) AS few GROUP BY lane";
    let rows: Vec<OfLane> = diesel::sql_query(singles).bind::<BigInt, _>(MOST).load(conn)?;
    for row in rows {
        let lane = both.lane(row.lane);
        (lane.pending, lane.oldest) = (row.mails, row.oldest);
    }
    // By the index `mail_lease`.
    let leased = "SELECT lane, count(*) AS mails, min(next_at) AS oldest FROM (SELECT lane, next_at FROM mail \
                  WHERE state = 'leased' ORDER BY lease_until LIMIT $1) AS few GROUP BY lane";
    let rows: Vec<OfLane> = diesel::sql_query(leased).bind::<BigInt, _>(MOST).load(conn)?;
    for row in rows {
        both.lane(row.lane).leased = row.mails;
    }
    // Those of announcements, by the index `mail_due_batch`.
    let batched = "SELECT count(*) AS mails FROM (SELECT 1 FROM mail \
                   WHERE state = 'pending' AND batch IS NOT NULL LIMIT $1) AS few";
    let Count { mails } = diesel::sql_query(batched).bind::<BigInt, _>(MOST).get_result(conn)?;
    let oldest = "SELECT min((SELECT min(mail.next_at) FROM mail WHERE mail.batch = mail_batch.id \
                  AND mail.state = 'pending')) AS oldest FROM mail_batch WHERE mail_batch.state = 'running'";
    let Oldest { oldest } = diesel::sql_query(oldest).get_result(conn)?;
    let bulk = both.lane(Priority::Bulk.number());
    bulk.pending += mails;
    bulk.oldest = bulk.oldest.into_iter().chain(oldest).min();
    Ok(both)
}

/// Recipients of running announcements whose mail has no outcome.
pub(super) fn recipients_left(conn: &mut Conn) -> Result<i64, Error> {
    let statement = "SELECT CAST(coalesce(sum(total - sent - failed - skipped - cancelled), 0) AS bigint) AS mails \
                     FROM mail_batch WHERE state = 'running'";
    let Count { mails } = diesel::sql_query(statement).get_result(conn)?;
    Ok(mails)
}
