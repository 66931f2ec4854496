//! All SQL of endpoints, and of their deliveries as shown.

use std::collections::HashMap;

use diesel::prelude::*;

use super::types::{Delivery, Disabled, Endpoint, EventDeliveryState, Row, SearchedAnswer, WebhookView};
use crate::db::schema::{webhook, webhook_delivery, webhook_event, webhook_subscription};
use crate::db::{Conn, Id, Wakeup};
use crate::error::{Error, OrInternal as _};
use crate::on_each;
use crate::time::Timestamp;

pub(super) fn count(conn: &mut Conn) -> Result<usize, Error> {
    usize::try_from(webhook::table.count().get_result::<i64>(conn)?).or_internal()
}

pub(super) fn insert(conn: &mut Conn, id: Id, endpoint: &Endpoint, secret: &[u8], now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(webhook::table)
        .values((
            webhook::id.eq(id),
            webhook::url.eq(&endpoint.url),
            webhook::description.eq(&endpoint.description),
            webhook::secret.eq(secret),
            webhook::created_at.eq(now),
            webhook::updated_at.eq(now),
        ))
        .execute(conn)?;
    subscribe(conn, id, &endpoint.events)
}

/// Stores the new settings of an endpoint.
pub(super) fn update(conn: &mut Conn, id: Id, endpoint: &Endpoint, now: Timestamp) -> Result<(), Error> {
    diesel::update(webhook::table.find(id))
        .set((
            webhook::url.eq(&endpoint.url),
            webhook::description.eq(&endpoint.description),
            webhook::updated_at.eq(now),
        ))
        .execute(conn)?;
    diesel::delete(webhook_subscription::table.filter(webhook_subscription::webhook_id.eq(id))).execute(conn)?;
    subscribe(conn, id, &endpoint.events)
}

/// Begins afresh at a new address: of what failed at the former one nothing counts, and what waits is due now.
pub(super) fn begin_at_new_address(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(webhook::table.find(id)).set(webhook::failing_since.eq(None::<Timestamp>)).execute(conn)?;
    let waiting = webhook_delivery::state.eq(EventDeliveryState::Pending).and(webhook_delivery::lease_by.is_null());
    let these = webhook_delivery::table.filter(webhook_delivery::webhook_id.eq(id).and(waiting));
    if diesel::update(these).set(webhook_delivery::next_at.eq(now)).execute(conn)? > 0 {
        conn.wake(Wakeup::Event);
    }
    Ok(())
}

fn subscribe(conn: &mut Conn, id: Id, patterns: &[String]) -> Result<(), Error> {
    let rows: Vec<_> = patterns
        .iter()
        .map(|pattern| (webhook_subscription::webhook_id.eq(id), webhook_subscription::pattern.eq(pattern)))
        .collect();
    on_each!(conn, c => diesel::insert_into(webhook_subscription::table).values(&rows).execute(c))?;
    Ok(())
}

/// The endpoint, locked until this unit of work ends. On SQLite a writing unit runs alone anyway.
pub(super) fn lock_for_update(conn: &mut Conn, id: Id) -> Result<Option<Row>, Error> {
    let row = match conn {
        Conn::Postgres(c) => webhook::table.find(id).select(Row::as_select()).for_no_key_update().first(c),
        Conn::Sqlite(c) => webhook::table.find(id).select(Row::as_select()).first(c),
    };
    Ok(row.optional()?)
}

pub(super) fn enable(conn: &mut Conn, id: Id) -> Result<(), Error> {
    diesel::update(webhook::table.find(id)).set(webhook::disabled.eq(None::<Disabled>)).execute(conn)?;
    Ok(())
}

pub(super) fn set_secret(
    conn: &mut Conn,
    id: Id,
    secret: &[u8],
    old: &[u8],
    old_until: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(webhook::table.find(id))
        .set((
            webhook::secret.eq(secret),
            webhook::old_secret.eq(old),
            webhook::old_until.eq(old_until),
            webhook::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The sealed secrets of an endpoint: the present one, and the one before.
type SealedSecrets = (Id, Vec<u8>, Option<Vec<u8>>);

/// The sealed secrets of all endpoints.
pub(super) fn sealed(conn: &mut Conn) -> Result<Vec<SealedSecrets>, Error> {
    let ordered = webhook::table.order(webhook::id);
    Ok(ordered.select((webhook::id, webhook::secret, webhook::old_secret)).load(conn)?)
}

/// Replaces a sealed secret, if it is still this one.
pub(super) fn replace_secret(conn: &mut Conn, id: Id, sealed: &[u8], anew: &[u8]) -> Result<(), Error> {
    let same = webhook::id.eq(id).and(webhook::secret.eq(sealed));
    diesel::update(webhook::table.filter(same)).set(webhook::secret.eq(anew)).execute(conn)?;
    Ok(())
}

/// The same for the secret before.
pub(super) fn replace_old_secret(conn: &mut Conn, id: Id, sealed: &[u8], anew: &[u8]) -> Result<(), Error> {
    let same = webhook::id.eq(id).and(webhook::old_secret.eq(sealed));
    diesel::update(webhook::table.filter(same)).set(webhook::old_secret.eq(anew)).execute(conn)?;
    Ok(())
}

/// Deletes an endpoint with all of its deliveries.
pub(super) fn delete(conn: &mut Conn, id: Id) -> Result<(), Error> {
    diesel::delete(webhook::table.find(id)).execute(conn)?;
    Ok(())
}

/// One endpoint, or all of them, the oldest first.
pub(super) fn views(conn: &mut Conn, only: Option<Id>) -> Result<Vec<WebhookView>, Error> {
    let mut query = webhook::table.select(Row::as_select()).order(webhook::id).into_boxed();
    if let Some(id) = only {
        query = query.filter(webhook::id.eq(id));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let subscriptions: Vec<(Id, String)> = webhook_subscription::table
        .filter(webhook_subscription::webhook_id.eq_any(ids))
        .order(webhook_subscription::pattern)
        .select((webhook_subscription::webhook_id, webhook_subscription::pattern))
        .load(conn)?;
    let mut events: HashMap<Id, Vec<String>> = HashMap::new();
    for (id, pattern) in subscriptions {
        events.entry(id).or_default().push(pattern);
    }
    Ok(rows.into_iter().map(|row| view(&mut events, row)).collect())
}

fn view(events: &mut HashMap<Id, Vec<String>>, row: Row) -> WebhookView {
    WebhookView {
        id: row.id,
        url: row.url,
        description: row.description,
        events: events.remove(&row.id).unwrap_or_default(),
        enabled: row.disabled.is_none(),
        disabled: row.disabled,
        failing_since: row.failing_since,
        old_secret_until: row.old_until,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// One delivery.
pub(super) fn delivery(conn: &mut Conn, id: Id, event: Id) -> Result<Option<Delivery>, Error> {
    let one = webhook_delivery::table
        .inner_join(webhook_event::table)
        .filter(webhook_delivery::webhook_id.eq(id).and(webhook_delivery::event_id.eq(event)));
    Ok(one.select(Delivery::as_select()).first(conn).optional()?)
}

/// Deliveries of an endpoint, the newest first, before an event.
pub(super) fn deliveries(
    conn: &mut Conn,
    id: Id,
    state: Option<EventDeliveryState>,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    let mut query = webhook_delivery::table
        .inner_join(webhook_event::table)
        .filter(webhook_delivery::webhook_id.eq(id))
        .select(Delivery::as_select())
        .order(webhook_delivery::event_id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(webhook_delivery::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(webhook_delivery::event_id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// Makes a delivery due now, unless it is claimed; returns whether it did.
pub(super) fn put_up_again(conn: &mut Conn, id: Id, event: Id, now: Timestamp) -> Result<bool, Error> {
    let not_in_hand = webhook_delivery::table.find((id, event)).filter(webhook_delivery::lease_by.is_null());
    let changed = diesel::update(not_in_hand)
        .set((
            webhook_delivery::state.eq(EventDeliveryState::Pending),
            webhook_delivery::claims.eq(0),
            webhook_delivery::next_at.eq(now),
        ))
        .execute(conn)?;
    if changed == 1 {
        conn.wake(Wakeup::Event);
    }
    Ok(changed == 1)
}

/// Endpoint, event and time of an attempt.
pub(super) type AnswerKey = (Id, Id, Timestamp);

/// The deliveries with an answer.
pub(super) fn answered(conn: &mut Conn) -> Result<Vec<AnswerKey>, Error> {
    let key = (webhook_delivery::webhook_id, webhook_delivery::event_id, webhook_delivery::last_at.assume_not_null());
    let answered = webhook_delivery::last_answer.is_not_null().and(webhook_delivery::last_at.is_not_null());
    Ok(webhook_delivery::table.filter(answered).select(key).load(conn)?)
}

/// The answers of these deliveries that are still there.
pub(super) fn searched(conn: &mut Conn, keys: &[AnswerKey]) -> Result<Vec<(AnswerKey, SearchedAnswer)>, Error> {
    type Stored = (Id, Id, Option<Timestamp>, Option<String>);
    let events: Vec<Id> = keys.iter().map(|(_, event, _)| *event).collect();
    let columns = (
        webhook_delivery::webhook_id,
        webhook_delivery::event_id,
        webhook_delivery::last_at,
        webhook_delivery::last_answer,
    );
    let found: Vec<Stored> =
        webhook_delivery::table.filter(webhook_delivery::event_id.eq_any(events)).select(columns).load(conn)?;
    let answer = |(webhook, event, at, text): Stored| {
        let (at, text) = at.zip(text)?;
        let key = (webhook, event, at);
        keys.contains(&key).then_some((key, SearchedAnswer { at, text }))
    };
    Ok(found.into_iter().filter_map(answer).collect())
}

/// Deletes the answers of these deliveries; their outcomes stay.
pub(super) fn forget_answers(conn: &mut Conn, keys: &[AnswerKey]) -> Result<(), Error> {
    for (webhook, event, at) in keys {
        diesel::update(webhook_delivery::table.find((webhook, event)).filter(webhook_delivery::last_at.eq(at)))
            .set(webhook_delivery::last_answer.eq(None::<String>))
            .execute(conn)?;
    }
    Ok(())
}
