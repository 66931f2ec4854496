//! The SQL that stores events, and a delivery for each endpoint.

use diesel::prelude::*;
use serde_json::Value;

use super::types::Kind;
use crate::db::schema::{webhook, webhook_delivery, webhook_event, webhook_subscription};
use crate::db::{BATCH, Conn, Document, Id, Wakeup};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// The enabled endpoints with one of these patterns. None of them can be removed until this unit of work ends.
pub(super) fn listening(conn: &mut Conn, patterns: &[String]) -> Result<Vec<Id>, Error> {
    let subscribed = webhook_subscription::table
        .filter(webhook_subscription::pattern.eq_any(patterns))
        .select(webhook_subscription::webhook_id);
    let on = webhook::table
        .filter(webhook::disabled.is_null().and(webhook::id.eq_any(subscribed)))
        .select(webhook::id)
        .order(webhook::id);
    match conn {
        Conn::Postgres(c) => Ok(on.for_key_share().load(c)?),
        // On SQLite a writing unit of work has no concurrent one.
        Conn::Sqlite(c) => Ok(on.load(c)?),
    }
}

/// Stores events of a kind.
pub(super) fn insert(conn: &mut Conn, kind: Kind, events: Vec<(Id, Value)>, now: Timestamp) -> Result<(), Error> {
    let rows: Vec<_> = events
        .into_iter()
        .map(|(id, data)| {
            (
                webhook_event::id.eq(id),
                webhook_event::kind.eq(kind),
                webhook_event::data.eq(Document(data)),
                webhook_event::created_at.eq(now),
            )
        })
        .collect();
    for chunk in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(webhook_event::table).values(chunk).execute(c))?;
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = webhook_delivery)]
struct Row {
    webhook_id: Id,
    event_id: Id,
    state: &'static str,
    attempts: i32,
    next_at: Timestamp,
}

/// Makes a delivery of each event for each endpoint, due now.
pub(super) fn address(conn: &mut Conn, events: &[Id], endpoints: &[Id], now: Timestamp) -> Result<(), Error> {
    let row = |(&webhook_id, &event_id)| Row { webhook_id, event_id, state: "pending", attempts: 0, next_at: now };
    let rows: Vec<Row> = endpoints.iter().flat_map(|e| std::iter::repeat(e).zip(events)).map(row).collect();
    for chunk in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(webhook_delivery::table).values(chunk).execute(c))?;
        conn.wake(Wakeup::Event);
    }
    Ok(())
}

/// Deletes up to `most` events from before `bound`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    // Ids begin with their time, so old ones are adjacent.
    let old: Vec<Id> = webhook_event::table
        .filter(webhook_event::id.lt(Id::first_of(bound)))
        .order(webhook_event::id)
        .limit(most)
        .select(webhook_event::id)
        .load(conn)?;
    Ok(diesel::delete(webhook_event::table.filter(webhook_event::id.eq_any(old))).execute(conn)?)
}
