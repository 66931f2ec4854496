//! All SQL of reports that were not understood.

use std::collections::HashMap;

use diesel::prelude::*;

use super::rules::Source;
use super::types::{NewUnread, SearchedReport, UnreadReport, UnreadText};
use crate::db::schema::{mail, unread_left_out, unread_report};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// Returns whether it was new.
pub(super) fn insert(conn: &mut Conn, unread: &NewUnread) -> Result<bool, Error> {
    let inserted = on_each!(conn, c => diesel::insert_into(unread_report::table)
        .values(unread)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Whether a message is stored already.
pub(super) fn is_kept(conn: &mut Conn, fingerprint: &[u8]) -> Result<bool, Error> {
    let same = unread_report::table.filter(unread_report::fingerprint.eq(fingerprint));
    Ok(same.select(unread_report::id).first::<Id>(conn).optional()?.is_some())
}

/// The number of reports about a mail.
pub(super) fn count_about(conn: &mut Conn, mail: Id) -> Result<i64, Error> {
    Ok(unread_report::table.filter(unread_report::mail_id.eq(mail)).count().get_result(conn)?)
}

/// The number of reports without a return path after an instant.
pub(super) fn count_without_path(conn: &mut Conn, after: Timestamp) -> Result<i64, Error> {
    let such = unread_report::mail_id.is_null().and(unread_report::received_at.gt(after));
    Ok(unread_report::table.filter(such).count().get_result(conn)?)
}

/// All reports, the oldest first, with their sources.
pub(super) fn sources(conn: &mut Conn) -> Result<Vec<(Id, Source)>, Error> {
    let columns = (unread_report::id, unread_report::mail_id, unread_report::sender);
    let reports: Vec<(Id, Option<Id>, String)> =
        unread_report::table.order(unread_report::id).select(columns).load(conn)?;
    let mails: Vec<Id> = reports.iter().filter_map(|(_, mail, _)| *mail).collect();
    let known = mail::id.eq_any(mails).and(mail::to_address.ne(""));
    let readers: Vec<(Id, String)> = mail::table.filter(known).select((mail::id, mail::to_address)).load(conn)?;
    let readers: HashMap<Id, String> = readers.into_iter().collect();
    let source = |(id, mail, sender): (Id, Option<Id>, String)| {
        let reader = mail.and_then(|mail| readers.get(&mail)).map(String::as_str);
        (id, Source::of(mail, reader, &sender))
    };
    Ok(reports.into_iter().map(source).collect())
}

pub(super) fn delete(conn: &mut Conn, ids: Vec<Id>) -> Result<(), Error> {
    diesel::delete(unread_report::table.filter(unread_report::id.eq_any(ids))).execute(conn)?;
    Ok(())
}

/// Counts reports that were left out on a day; returns their number so far.
pub(super) fn leave_out(conn: &mut Conn, day: Timestamp, reports: i64) -> Result<i64, Error> {
    let row = (unread_left_out::day.eq(day), unread_left_out::reports.eq(reports));
    on_each!(conn, c => diesel::insert_into(unread_left_out::table)
        .values(row)
        .on_conflict(unread_left_out::day)
        .do_update()
        .set(unread_left_out::reports.eq(unread_left_out::reports + reports))
        .execute(c))?;
    Ok(unread_left_out::table.find(day).select(unread_left_out::reports).first(conn)?)
}

/// The number of reports left out on days after an instant.
pub(super) fn left_out(conn: &mut Conn, after: Timestamp) -> Result<i64, Error> {
    let days = unread_left_out::table.filter(unread_left_out::day.gt(after)).select(unread_left_out::reports);
    Ok(days.load::<i64>(conn)?.into_iter().fold(0, i64::saturating_add))
}

pub(super) fn page(conn: &mut Conn, after: Option<Id>, limit: i64) -> Result<Vec<UnreadReport>, Error> {
    let mut query = unread_report::table
        .order(unread_report::id.desc())
        .limit(limit)
        .select(UnreadReport::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(unread_report::id.lt(after));
    }
    Ok(query.load(conn)?)
}

pub(super) fn count(conn: &mut Conn) -> Result<i64, Error> {
    Ok(unread_report::table.count().get_result(conn)?)
}

pub(super) fn text(conn: &mut Conn, id: Id) -> Result<Option<UnreadText>, Error> {
    Ok(unread_report::table.find(id).select(UnreadText::as_select()).first(conn).optional()?)
}

/// The ids of all reports: a thousand at most.
pub(super) fn ids(conn: &mut Conn) -> Result<Vec<Id>, Error> {
    Ok(unread_report::table.order(unread_report::id).select(unread_report::id).load(conn)?)
}

/// Reports with the addresses of the mails that they are about.
pub(super) fn searched(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, SearchedReport)>, Error> {
    type Row = ((Id, Timestamp, Option<Id>), (String, String, String));
    let columns = (
        (unread_report::id, unread_report::received_at, unread_report::mail_id),
        (unread_report::sender, unread_report::subject, unread_report::body),
    );
    let wanted = unread_report::table.filter(unread_report::id.eq_any(ids.to_vec()));
    let rows: Vec<Row> = wanted.select(columns).load(conn)?;
    let mails: Vec<Id> = rows.iter().filter_map(|((_, _, mail), _)| *mail).collect();
    let mailed = mail::table.filter(mail::id.eq_any(mails)).select((mail::id, mail::to_address));
    let mailed: HashMap<Id, String> = mailed.load::<(Id, String)>(conn)?.into_iter().collect();
    let report = |((id, received_at, about), (sender, subject, body)): Row| {
        let mailed_to = about.and_then(|mail| mailed.get(&mail).cloned());
        (id, SearchedReport { received_at, mailed_to, sender, subject, body })
    };
    Ok(rows.into_iter().map(report).collect())
}

/// Deletes the reports about these mails.
pub(super) fn forget_about(conn: &mut Conn, mails: &[Id]) -> Result<(), Error> {
    for mails in mails.chunks(BATCH) {
        let about = unread_report::mail_id.eq_any(mails.to_vec());
        diesel::delete(unread_report::table.filter(about)).execute(conn)?;
    }
    Ok(())
}

pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    diesel::delete(unread_left_out::table.filter(unread_left_out::day.le(bound))).execute(conn)?;
    let old: Vec<Id> = unread_report::table
        .filter(unread_report::received_at.le(bound))
        .limit(most)
        .select(unread_report::id)
        .load(conn)?;
    Ok(diesel::delete(unread_report::table.filter(unread_report::id.eq_any(old))).execute(conn)?)
}
