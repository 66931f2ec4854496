//! All SQL of the pace: its settings, and the senders that are alive.

use std::time::Duration;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::types::{DomainPace, PaceSettings};
use crate::db::schema::{mail_pace, mail_sender};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::on_each;
use crate::time::Timestamp;

/// The scope of the setting for all domains together.
const ALL: &str = "*";
/// How often a sender renews its heartbeat.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// A sender without a heartbeat for so long is dead.
const DEAD_AFTER: Duration = Duration::from_secs(15);

/// The pace as one sender reads it.
pub(in crate::mail) struct PaceSnapshot {
    pub(in crate::mail) settings: PaceSettings,
    /// The number of senders that are alive, this one included.
    pub(in crate::mail) live: u32,
    /// Whether this sender must renew its heartbeat.
    pub(in crate::mail) is_heartbeat_due: bool,
}

/// The pace for the sender `me`.
pub(in crate::mail) fn load(conn: &mut Conn, me: Id, now: Timestamp) -> Result<PaceSnapshot, Error> {
    let settings = settings(conn)?;
    // On SQLite there is one process.
    if matches!(conn, Conn::Sqlite(_)) {
        return Ok(PaceSnapshot { settings, live: 1, is_heartbeat_due: false });
    }
    let alive = mail_sender::table.filter(mail_sender::seen_at.gt(now.minus(DEAD_AFTER)));
    let alive: Vec<(Id, Timestamp)> = alive.select((mail_sender::id, mail_sender::seen_at)).load(conn)?;
    let is_heartbeat_due = !alive.iter().any(|(id, at)| *id == me && now.since(*at) < HEARTBEAT);
    let others = alive.iter().filter(|(id, _)| *id != me).count();
    Ok(PaceSnapshot { settings, live: u32::try_from(others + 1).or_internal()?, is_heartbeat_due })
}

/// Renews the heartbeat of the sender `me`, and deletes dead senders.
pub(in crate::mail) fn record_heartbeat(conn: &mut Conn, me: Id, now: Timestamp) -> Result<(), Error> {
    diesel::delete(mail_sender::table.filter(mail_sender::seen_at.lt(now.minus(DEAD_AFTER)))).execute(conn)?;
    let row = (mail_sender::id.eq(me), mail_sender::seen_at.eq(now));
    on_each!(conn, c => diesel::insert_into(mail_sender::table)
        .values(row)
        .on_conflict(mail_sender::id)
        .do_update()
        .set(mail_sender::seen_at.eq(excluded(mail_sender::seen_at)))
        .execute(c))?;
    Ok(())
}

pub(super) fn settings(conn: &mut Conn) -> Result<PaceSettings, Error> {
    let rows: Vec<(String, Option<i32>, Option<i32>)> = mail_pace::table
        .order(mail_pace::scope)
        .select((mail_pace::scope, mail_pace::per_minute, mail_pace::connections))
        .load(conn)?;
    let mut settings = PaceSettings::default();
    for (scope, per_minute, connections) in rows {
        let number = |stored: Option<i32>| stored.map(u32::try_from).transpose().or_internal();
        let (per_minute, connections) = (number(per_minute)?, number(connections)?);
        if scope == ALL {
            settings.per_minute = per_minute;
        } else {
            settings.domains.push(DomainPace { domain: scope, per_minute, connections });
        }
    }
    Ok(settings)
}

pub(super) fn replace(conn: &mut Conn, settings: &PaceSettings, now: Timestamp) -> Result<(), Error> {
    diesel::delete(mail_pace::table).execute(conn)?;
    let all = settings.per_minute.map(|_| (ALL, settings.per_minute, None));
    let domains = settings.domains.iter().map(|each| (each.domain.as_str(), each.per_minute, each.connections));
    for (scope, per_minute, connections) in all.into_iter().chain(domains) {
        let number = |given: Option<u32>| given.map(i32::try_from).transpose().or_internal();
        diesel::insert_into(mail_pace::table)
            .values((
                mail_pace::scope.eq(scope),
                mail_pace::per_minute.eq(number(per_minute)?),
                mail_pace::connections.eq(number(connections)?),
                mail_pace::changed_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}
