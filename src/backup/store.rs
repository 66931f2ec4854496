//! The SQL of backups: the record of the last one, the files that a database names, and what a restored portal holds.

use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use super::types::Waiting;
use crate::announcements::AnnouncementStatus;
use crate::db::schema::{announcement, backup_taken, mail, mail_batch, stored_object, webhook_delivery, webhook_event};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::mail::MailState;
use crate::mail::batches::BatchState;
use crate::time::Timestamp;

/// The number of the only row.
const ONLY: i16 = 1;

/// A backup that was written to its end.
pub(super) struct Record {
    pub(super) taken_at: Timestamp,
    pub(super) finished_at: Timestamp,
    pub(super) files: i64,
    pub(super) bytes: i64,
}

/// Records a backup, in place of the one before.
pub(super) fn record(conn: &mut Conn, backup: &Record) -> Result<(), Error> {
    diesel::delete(backup_taken::table.find(ONLY)).execute(conn)?;
    diesel::insert_into(backup_taken::table)
        .values((
            backup_taken::id.eq(ONLY),
            backup_taken::taken_at.eq(backup.taken_at),
            backup_taken::finished_at.eq(backup.finished_at),
            backup_taken::files.eq(backup.files),
            backup_taken::bytes.eq(backup.bytes),
        ))
        .execute(conn)?;
    Ok(())
}

/// When the last backup was finished.
pub(super) fn last_success(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    Ok(backup_taken::table.find(ONLY).select(backup_taken::finished_at).first(conn).optional()?)
}

/// Up to `limit` stored files after this id that rows name.
pub(super) fn named_files(conn: &mut Conn, after: Id, limit: i64) -> Result<Vec<Id>, Error> {
    let named = stored_object::delete_after.is_null().and(stored_object::id.gt(after));
    Ok(stored_object::table.filter(named).order(stored_object::id).select(stored_object::id).limit(limit).load(conn)?)
}

/// What is counted, in words for a person.
pub(super) const OWN_MAILS: &str = "mails of the portal itself";
pub(super) const MAILS_OF_BATCHES: &str = "mails of announcements and digests";
pub(super) const SENDING: &str = "announcements that are being sent";
pub(super) const DELIVERIES: &str = "deliveries to webhooks";

/// How many mails of announcements and digests wait.
pub(super) fn mails_of_batches(conn: &mut Conn) -> Result<i64, Error> {
    let running = mail_batch::table.filter(mail_batch::state.eq(BatchState::Running)).select(mail_batch::id.nullable());
    let unsent = mail::state.eq_any([MailState::Pending, MailState::Leased]);
    Ok(mail::table.filter(unsent.and(mail::batch.eq_any(running))).count().get_result(conn)?)
}

/// What waits to leave from a portal that was restored at that time, in the order in which a person is told.
pub(super) fn waiting(conn: &mut Conn, restored_at: Timestamp) -> Result<Vec<Waiting>, Error> {
    let unsent = || mail::state.eq_any([MailState::Pending, MailState::Leased]);
    let own = mail::table.filter(unsent().and(mail::batch.is_null()));
    let mails: (i64, Option<Timestamp>) = own.select((count_star(), min(mail::created_at))).first(conn)?;
    let running =
        || mail_batch::table.filter(mail_batch::state.eq(BatchState::Running)).select(mail_batch::id.nullable());
    let of_batches = mail::table.filter(unsent().and(mail::batch.eq_any(running())));
    let bulk: (i64, Option<Timestamp>) = of_batches.select((count_star(), min(mail::created_at))).first(conn)?;
    // What is due by the calendar is written while it is held, and the original may have sent it after the backup.
    let own_or_running = mail::batch.is_null().or(mail::batch.eq_any(running()));
    let new = mail::table.filter(unsent().and(mail::created_at.ge(restored_at)).and(own_or_running));
    let repeated: (i64, Option<Timestamp>) = new.select((count_star(), min(mail::created_at))).first(conn)?;
    let in_state = |status: AnnouncementStatus| announcement::table.filter(announcement::status.eq(status));
    let sending: (i64, Option<Timestamp>) =
        in_state(AnnouncementStatus::Sending).select((count_star(), min(announcement::sent_at))).first(conn)?;
    let scheduled: (i64, Option<Timestamp>) =
        in_state(AnnouncementStatus::Scheduled).select((count_star(), min(announcement::send_at))).first(conn)?;
    let pending =
        webhook_delivery::table
            .inner_join(webhook_event::table)
            .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("webhook_delivery.state = 'pending'"));
    let deliveries: (i64, Option<Timestamp>) =
        pending.select((count_star(), min(webhook_event::created_at))).first(conn)?;
    let all = [
        (OWN_MAILS, mails),
        (MAILS_OF_BATCHES, bulk),
        ("of these mails were written since the restoration; the original may have sent them too", repeated),
        (SENDING, sending),
        ("announcements that are scheduled", scheduled),
        (DELIVERIES, deliveries),
    ];
    Ok(all.into_iter().map(|(what, (count, oldest))| Waiting { what, count, oldest }).collect())
}
