//! Reports that were not understood: kept for thirty days, so that the Secretariat sees what the portal misses.
//!
//! Anything that is sent to the intakes may be stored here, so the number of reports and the size of each are bounded:
//! three about one mail, two hundred a day without a return path, a thousand in all. Beyond a thousand, those of the
//! most frequent source are deleted first (`rules`). The number of reports that were not kept is counted per day and
//! shown with the list. A repeated report is stored once. Links of the portal that a report quotes are masked when it
//! is read, and again when it is shown ([`UnreadReport::shown`], [`UnreadText::shown`]). The erasure of a person
//! deletes the reports about that person's mails, and those that mention the address in any spelling: they are searched
//! before its unit of work ([`UnreadCopies`]).

mod rules;
mod store;
mod types;

pub use types::{NewUnread, UnreadReport, UnreadText};

use std::time::Duration;

use crate::db::{Conn, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::personal_data::{Copies, Sought};
use crate::time::Timestamp;
use types::SearchedReport;

/// The retention period.
pub const KEPT: Duration = Duration::from_hours(24 * 30);
/// Most reports that are kept.
const MOST: i64 = 1_000;
/// Most reports about one mail.
const MOST_OF_A_MAIL: i64 = 3;
/// Most reports a day without a return path: anybody may write such.
const MOST_WITHOUT_PATH: i64 = 200;
const DAY: Duration = Duration::from_hours(24);

/// Stores a report, unless it is stored already or there are too many like it. Beyond the total, others are deleted. If
/// any report was left out, returns how many were on this day.
pub fn keep(conn: &mut Conn, unread: &NewUnread) -> Result<Option<i64>, Error> {
    if store::is_kept(conn, &unread.fingerprint)? {
        return Ok(None);
    }
    let is_one_too_many = match unread.mail_id {
        Some(mail) => store::count_about(conn, mail)? >= MOST_OF_A_MAIL,
        None => store::count_without_path(conn, unread.received_at.minus(DAY))? >= MOST_WITHOUT_PATH,
    };
    let today = rules::day_of(unread.received_at);
    if is_one_too_many {
        return store::leave_out(conn, today, 1).map(Some);
    }
    if store::insert(conn, unread)? { cut(conn, today) } else { Ok(None) }
}

/// Deletes reports beyond the total; if there were any, returns how many were left out on this day.
fn cut(conn: &mut Conn, today: Timestamp) -> Result<Option<i64>, Error> {
    let beyond = store::count(conn)?.saturating_sub(MOST);
    let Some(most) = usize::try_from(beyond).ok().filter(|most| *most > 0) else { return Ok(None) };
    let gone = rules::first_to_go(store::sources(conn)?, most);
    store::delete(conn, gone)?;
    store::leave_out(conn, today, beyond).map(Some)
}

/// Reports before the one of `after`, the newest first, `limit` at most, as stored: they are masked once the connection
/// is returned.
pub fn page(conn: &mut Conn, after: Option<Id>, limit: i64) -> Result<Vec<UnreadReport>, Error> {
    store::page(conn, after, limit)
}

/// The number of reports.
pub fn count(conn: &mut Conn) -> Result<u64, Error> {
    Ok(u64::try_from(store::count(conn)?).unwrap_or_default())
}

/// The number of reports left out within the retention period.
pub fn left_out(conn: &mut Conn, now: Timestamp) -> Result<u64, Error> {
    Ok(u64::try_from(store::left_out(conn, now.minus(KEPT))?).unwrap_or_default())
}

/// The text of a report, as stored.
///
/// # Errors
/// 404.
pub fn text(conn: &mut Conn, id: Id) -> Result<UnreadText, Error> {
    store::text(conn, id)?.ok_or_else(Error::not_found)
}

/// The reports, as an erasure searches them: those about mails to the person, and those that mention the person.
pub struct UnreadCopies;

impl Copies for UnreadCopies {
    type Key = Id;
    type Text = SearchedReport;

    fn keys(conn: &mut Conn) -> Result<Vec<Id>, Error> {
        store::ids(conn)
    }

    fn texts(conn: &mut Conn, keys: &[Id]) -> Result<Vec<(Id, SearchedReport)>, Error> {
        store::searched(conn, keys)
    }

    fn names(report: &SearchedReport, sought: &Sought) -> bool {
        let at = report.received_at;
        let mailed = report.mailed_to.as_deref().map(str::to_lowercase);
        mailed.is_some_and(|mailed| sought.addresses_at(at).any(|address| address == mailed))
            || [&report.sender, &report.subject, &report.body].iter().any(|text| sought.is_mentioned(text, at))
    }

    fn delete(conn: &mut Conn, keys: &[Id]) -> Result<(), Error> {
        store::delete(conn, keys.to_vec())
    }
}

/// Deletes the reports about these mails.
pub(in crate::mail) fn forget_about(conn: &mut Conn, mails: &[Id]) -> Result<(), Error> {
    store::forget_about(conn, mails)
}

/// Deletes reports after the retention period; returns how many.
pub(super) fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now.minus(KEPT), SWEPT_AT_ONCE)
}
