//! All SQL of the pace.

use std::time::Duration;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::types::{DomainPace, PaceSettings};
use crate::db::schema::{mail_pace, mail_sender};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::on_each;
use crate::time::Timestamp;

/// What stands for all domains together.
const ALL: &str = "*";
/// How often a sender says that it lives, and after how long it does not.
const SEEN_EVERY: Duration = Duration::from_secs(5);
const GONE_AFTER: Duration = Duration::from_secs(15);

/// What a sender finds when it looks.
pub(in crate::mail) struct Looked {
    pub(in crate::mail) settings: PaceSettings,
    /// Senders that live.
    pub(in crate::mail) live: u32,
    /// Whether it is time to say that one lives oneself.
    pub(in crate::mail) is_to_be_seen: bool,
}

/// The settings, and who else sends.
pub(in crate::mail) fn look(conn: &mut Conn, me: Id, now: Timestamp) -> Result<Looked, Error> {
    let settings = settings(conn)?;
    // On SQLite there is one process.
    if matches!(conn, Conn::Sqlite(_)) {
        return Ok(Looked { settings, live: 1, is_to_be_seen: false });
    }
    let seen = mail_sender::table.filter(mail_sender::seen_at.gt(now.minus(GONE_AFTER)));
    let seen: Vec<(Id, Timestamp)> = seen.select((mail_sender::id, mail_sender::seen_at)).load(conn)?;
    let is_to_be_seen = !seen.iter().any(|(id, at)| *id == me && now.since(*at) < SEEN_EVERY);
    let others = seen.iter().filter(|(id, _)| *id != me).count();
    Ok(Looked { settings, live: u32::try_from(others + 1).or_internal()?, is_to_be_seen })
}

/// Says that one lives, and forgets who does not.
pub(in crate::mail) fn be_seen(conn: &mut Conn, me: Id, now: Timestamp) -> Result<(), Error> {
    diesel::delete(mail_sender::table.filter(mail_sender::seen_at.lt(now.minus(GONE_AFTER)))).execute(conn)?;
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
