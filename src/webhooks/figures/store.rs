//! All SQL of the figures of webhooks. There are few endpoints; of each, the first row of a partial index.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::db::Conn;
use crate::db::timestamp::SqlTimestamp;
use crate::error::Error;
use crate::time::Timestamp;

/// How many endpoints there are.
#[derive(QueryableByName)]
pub(super) struct Endpoints {
    #[diesel(sql_type = BigInt)]
    pub(super) total: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) failing: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) disabled: i64,
}

#[derive(QueryableByName)]
struct Oldest {
    #[diesel(sql_type = Nullable<SqlTimestamp>)]
    oldest: Option<Timestamp>,
}

pub(super) fn endpoints(conn: &mut Conn) -> Result<Endpoints, Error> {
    let statement = "SELECT count(*) AS total, \
                     count(CASE WHEN disabled IS NULL AND failing_since IS NOT NULL THEN 1 END) AS failing, \
                     count(disabled) AS disabled FROM webhook";
    Ok(diesel::sql_query(statement).get_result(conn)?)
}

pub(super) fn oldest_due(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let statement = "SELECT min((SELECT min(webhook_delivery.next_at) FROM webhook_delivery \
                     WHERE webhook_delivery.webhook_id = webhook.id AND webhook_delivery.state = 'pending')) AS oldest \
                     FROM webhook WHERE webhook.disabled IS NULL";
    let Oldest { oldest } = diesel::sql_query(statement).get_result(conn)?;
    Ok(oldest)
}
