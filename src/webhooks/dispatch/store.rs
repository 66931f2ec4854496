//! The SQL of the dispatcher: due deliveries, claims, results.
//!
//! A claim moves the time of a delivery to the end of its lease, and stores the claimant. So deliveries of a process
//! that ended become due by themselves, and a process that was given up can't overwrite the result of its successor. A
//! claim is counted before the attempt, and any result resets the count: a delivery without a result is tried alone,
//! and given up after the third time, since it may have ended the process.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer};
use serde_json::Value;

use crate::db::id::SqlId;
use crate::db::schema::{webhook, webhook_delivery, webhook_event};
use crate::db::timestamp::SqlTimestamp;
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::events::Kind;
use crate::on_each;
use crate::time::Timestamp;
use crate::webhooks::types::{Attempt, Disabled, EventDeliveryState, Row};

/// The enabled endpoints with due deliveries.
pub(super) fn endpoints_due(conn: &mut Conn, now: Timestamp) -> Result<Vec<Id>, Error> {
    // Written out, not bound: this is the condition of the partial index.
    let pending = diesel::dsl::sql::<Bool>("webhook_delivery.state = 'pending'");
    let due = webhook_delivery::webhook_id.eq(webhook::id).and(webhook_delivery::next_at.le(now)).and(pending);
    let some = diesel::dsl::exists(webhook_delivery::table.filter(due));
    Ok(webhook::table
        .filter(webhook::disabled.is_null().and(some))
        .select(webhook::id)
        .order(webhook::id)
        .load(conn)?)
}

/// A claimed delivery.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) event: Id,
    pub(super) attempts: i32,
    pub(super) kind: Kind,
    pub(super) data: Value,
    pub(super) at: Timestamp,
}

#[derive(QueryableByName)]
struct DeliveryClaim {
    #[diesel(sql_type = SqlId)]
    event_id: Id,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

// A second process that found the same rows waits for the first, checks `next_at` again, and skips them.
const CLAIM: &str = "\
UPDATE webhook_delivery SET lease_by = $1, next_at = $2, claims = claims + 1 \
WHERE webhook_id = $3 AND state = 'pending' AND next_at <= $4 AND event_id IN (\
    SELECT due.event_id FROM webhook_delivery due \
    WHERE due.webhook_id = $3 AND due.state = 'pending' AND due.next_at <= $4 AND due.claims {claims} \
    ORDER BY due.next_at, due.event_id LIMIT $5) \
RETURNING event_id, attempts";

/// Consecutive claims without a result, after which a delivery is given up.
const MOST_CLAIMS: i32 = 3;

/// Gives up deliveries that ended each process that claimed them; returns their events.
pub(super) fn set_aside(conn: &mut Conn, endpoint: Id, now: Timestamp) -> Result<Vec<Id>, Error> {
    // One statement: another process may have claimed the same deliveries a moment ago, as this one was about to.
    let due = webhook_delivery::webhook_id.eq(endpoint).and(webhook_delivery::next_at.le(now));
    let over =
        due.and(webhook_delivery::state.eq(EventDeliveryState::Pending)).and(webhook_delivery::claims.ge(MOST_CLAIMS));
    let given_up = (
        webhook_delivery::state.eq(EventDeliveryState::Failed),
        webhook_delivery::lease_by.eq(None::<Id>),
        webhook_delivery::last_at.eq(now),
    );
    let update = diesel::update(webhook_delivery::table.filter(over)).set(given_up);
    Ok(on_each!(conn, c => update.returning(webhook_delivery::event_id).load(c))?)
}

/// Resets the counts of this process's claims of these events, which were not tried for a reason unrelated to them.
pub(super) fn excuse(conn: &mut Conn, endpoint: Id, lease_by: Id, events: &[Id]) -> Result<(), Error> {
    let these = webhook_delivery::webhook_id.eq(endpoint).and(webhook_delivery::event_id.eq_any(events));
    let mine = these.and(webhook_delivery::lease_by.eq(lease_by));
    diesel::update(webhook_delivery::table.filter(mine)).set(webhook_delivery::claims.eq(0)).execute(conn)?;
    Ok(())
}

/// Claims up to `limit` due deliveries of an endpoint, the longest due first; if only those without a result of an
/// earlier claim are left, one of these.
pub(super) fn claim(
    conn: &mut Conn,
    endpoint: Id,
    limit: i64,
    lease_by: Id,
    lease_until: Timestamp,
    now: Timestamp,
) -> Result<Vec<Claim>, Error> {
    let mut claimed: Vec<DeliveryClaim> = Vec::new();
    for (claims, limit) in [("= 0", limit), ("> 0", 1)] {
        if claimed.is_empty() {
            claimed = diesel::sql_query(CLAIM.replace("{claims}", claims))
                .bind::<SqlId, _>(lease_by)
                .bind::<SqlTimestamp, _>(lease_until)
                .bind::<SqlId, _>(endpoint)
                .bind::<SqlTimestamp, _>(now)
                .bind::<BigInt, _>(limit)
                .load(conn)?;
        }
    }
    let ids: Vec<Id> = claimed.iter().map(|row| row.event_id).collect();
    let events: Vec<(Id, Kind, Document<Value>, Timestamp)> = webhook_event::table
        .filter(webhook_event::id.eq_any(ids))
        .order(webhook_event::id)
        .select((webhook_event::id, webhook_event::kind, webhook_event::data, webhook_event::created_at))
        .load(conn)?;
    let attempts = |event: Id| claimed.iter().find(|row| row.event_id == event).map_or(0, |row| row.attempts);
    let claim = |(event, kind, data, at): (Id, Kind, Document<Value>, Timestamp)| Claim {
        event,
        attempts: attempts(event),
        kind,
        data: data.0,
        at,
    };
    Ok(events.into_iter().map(claim).collect())
}

/// The endpoint, if it is enabled.
pub(super) fn endpoint(conn: &mut Conn, id: Id) -> Result<Option<Row>, Error> {
    let on = webhook::table.find(id).filter(webhook::disabled.is_null());
    Ok(on.select(Row::as_select()).first(conn).optional()?)
}

/// The endpoint of a delivery, if it is enabled, and if this process still claims the delivery.
pub(super) fn endpoint_of_claim(conn: &mut Conn, id: Id, event: Id, lease_by: Id) -> Result<Option<Row>, Error> {
    let claimed = webhook_delivery::table.find((id, event)).filter(webhook_delivery::lease_by.eq(lease_by));
    let on = webhook::table.find(id).filter(webhook::disabled.is_null().and(diesel::dsl::exists(claimed)));
    Ok(on.select(Row::as_select()).first(conn).optional()?)
}

/// The endpoint, locked until this unit of work ends.
pub(super) fn lock_endpoint(conn: &mut Conn, id: Id) -> Result<Option<Row>, Error> {
    match conn {
        Conn::Postgres(c) => {
            let on = webhook::table.filter(webhook::id.eq(id).and(webhook::disabled.is_null()));
            Ok(on.select(Row::as_select()).for_no_key_update().first(c).optional()?)
        }
        // On SQLite a writing unit of work has no concurrent one.
        Conn::Sqlite(_) => endpoint(conn, id),
    }
}

/// An attempt, and the next state of its delivery.
#[derive(Clone, Debug)]
pub(super) struct DeliveryAttempt {
    pub(super) event: Id,
    /// Where it was sent.
    pub(super) url: String,
    pub(super) attempt: Attempt,
    pub(super) state: EventDeliveryState,
    pub(super) next_at: Timestamp,
}

impl DeliveryAttempt {
    /// The same, if the endpoint has moved since: what failed at the former address is due now.
    #[must_use]
    pub(super) fn after_move(self, now: Timestamp) -> Self {
        match self.attempt.fault {
            Some(_) => Self { state: EventDeliveryState::Pending, next_at: now, ..self },
            None => self,
        }
    }
}

/// Writes the results of attempts. Deliveries that this process no longer claims stay unchanged.
pub(super) fn settle(
    conn: &mut Conn,
    endpoint: Id,
    lease_by: Id,
    tries: impl IntoIterator<Item = DeliveryAttempt>,
    now: Timestamp,
) -> Result<(), Error> {
    for tried in tries {
        let mine =
            webhook_delivery::table.find((endpoint, tried.event)).filter(webhook_delivery::lease_by.eq(lease_by));
        let attempt = &tried.attempt;
        diesel::update(mine)
            .set((
                webhook_delivery::state.eq(tried.state),
                webhook_delivery::attempts.eq(webhook_delivery::attempts + 1),
                webhook_delivery::claims.eq(0),
                webhook_delivery::next_at.eq(tried.next_at),
                webhook_delivery::lease_by.eq(None::<Id>),
                webhook_delivery::last_at.eq(now),
                webhook_delivery::last_millis.eq(attempt.millis),
                webhook_delivery::last_status.eq(attempt.status.map(i32::from)),
                webhook_delivery::last_fault.eq(attempt.fault),
                webhook_delivery::last_answer.eq(attempt.answer.as_deref()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Stores since when no attempt has succeeded.
pub(super) fn set_failing(conn: &mut Conn, endpoint: Id, since: Option<Timestamp>) -> Result<(), Error> {
    diesel::update(webhook::table.find(endpoint)).set(webhook::failing_since.eq(since)).execute(conn)?;
    Ok(())
}

/// Gives up up to `most` waiting deliveries of events from before `bound`; returns how many.
pub(in crate::webhooks) fn give_up_before(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    let waiting = webhook_delivery::state.eq(EventDeliveryState::Pending);
    let old: Vec<(Id, Id)> = webhook_delivery::table
        .filter(waiting.and(webhook_delivery::event_id.lt(Id::first_of(bound))))
        .order((webhook_delivery::webhook_id, webhook_delivery::event_id))
        .limit(most)
        .select((webhook_delivery::webhook_id, webhook_delivery::event_id))
        .load(conn)?;
    let mut by_endpoint: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (endpoint, event) in old {
        by_endpoint.entry(endpoint).or_default().push(event);
    }
    let mut given_up = 0;
    for (endpoint, events) in by_endpoint {
        let these = webhook_delivery::webhook_id.eq(endpoint).and(webhook_delivery::event_id.eq_any(events));
        given_up += diesel::update(webhook_delivery::table.filter(these))
            .set((webhook_delivery::state.eq(EventDeliveryState::Failed), webhook_delivery::lease_by.eq(None::<Id>)))
            .execute(conn)?;
    }
    Ok(given_up)
}

/// Switches an endpoint off, and gives up its waiting deliveries.
pub(in crate::webhooks) fn disable(conn: &mut Conn, endpoint: Id, why: Disabled, now: Timestamp) -> Result<(), Error> {
    diesel::update(webhook::table.find(endpoint))
        .set((webhook::disabled.eq(why), webhook::failing_since.eq(None::<Timestamp>), webhook::updated_at.eq(now)))
        .execute(conn)?;
    let waiting =
        webhook_delivery::webhook_id.eq(endpoint).and(webhook_delivery::state.eq(EventDeliveryState::Pending));
    diesel::update(webhook_delivery::table.filter(waiting))
        .set((webhook_delivery::state.eq(EventDeliveryState::Failed), webhook_delivery::lease_by.eq(None::<Id>)))
        .execute(conn)?;
    Ok(())
}
