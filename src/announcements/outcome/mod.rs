//! What came of an announcement. The outbox knows; here it is told, and forgotten in time.
//!
//! So many days after an announcement has come to its end its mails are deleted, a bounded number at a time, and with them to
//! whom each went and what became of it. Their counts stay. What was addressed to somebody stays too, but for those whom word
//! of a cancelled announcement had never reached: that goes with the mail that says so.

pub mod routes;
mod store;
mod types;

pub use types::Deliveries;

use super::Desk;
use super::types::{AnnouncementStatus, Row};
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::mail::batches;

/// Mails that are deleted in one unit of work, and units of work of one go. What is more waits a minute.
const DELETED_AT_ONCE: i64 = 2_000;
const STEPS: usize = 20;

/// An announcement that there is.
///
/// # Errors
/// 404.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Row, Error> {
    super::store::find(conn, id)?.ok_or_else(Error::not_found)
}

/// Deletes mails that are long over, a bounded number at a time; returns how many steps that took.
///
/// # Errors
/// Where the database says no.
pub async fn work_off(db: &Db, desk: &Desk) -> Result<usize, Error> {
    let mut done = 0;
    while done < STEPS {
        let desk = desk.clone();
        if !db.write(move |conn| desk.collapse_some(conn)).await? {
            break;
        }
        done += 1;
    }
    Ok(done)
}

impl Desk {
    /// Whether it is not kept any more to whom each mail of an announcement went.
    fn is_collapsed(&self, conn: &mut Conn, row: &Row) -> Result<bool, Error> {
        let end = batches::end_of(conn, row.id)?;
        let over = end.finished_at.is_some_and(|at| at.plus(self.settings.keep_deliveries) < self.now);
        Ok(over || end.collapsed_at.is_some())
    }

    /// Refuses what needs the mails.
    ///
    /// # Errors
    /// 410 where they are deleted, or about to be.
    pub(super) fn check_kept(&self, conn: &mut Conn, row: &Row) -> Result<(), Error> {
        if self.is_collapsed(conn, row)? { Err(Error::gone("deliveries_gone")) } else { Ok(()) }
    }

    /// Does the next step; whether there was one to do. Whoever holds the announcement looks again: somebody may have tried its
    /// failed mails anew meanwhile.
    fn collapse_some(&self, conn: &mut Conn) -> Result<bool, Error> {
        let bound = self.now.minus(self.settings.keep_deliveries);
        let Some(batch) = batches::to_collapse(conn, bound)? else { return Ok(false) };
        let announcement = super::store::find_for_update(conn, batch)?;
        if batches::to_collapse(conn, bound)? != Some(batch) {
            return Ok(true);
        }
        let mails = batches::some_mails(conn, batch, DELETED_AT_ONCE)?;
        if mails.is_empty() {
            match announcement {
                Some(_) => {
                    let contents = store::take_contents(conn, batch)?;
                    batches::set_collapsed(conn, batch, &contents, self.now)?;
                }
                None => batches::delete(conn, batch)?,
            }
        } else {
            if announcement.is_some_and(|row| row.status == AnnouncementStatus::Cancelled) {
                let unsent: Vec<Id> = mails.iter().filter(|(_, left)| !left).map(|(id, _)| *id).collect();
                store::forget_unreached(conn, &unsent)?;
            }
            let mails: Vec<Id> = mails.into_iter().map(|(id, _)| id).collect();
            batches::delete_mails(conn, &mails)?;
        }
        Ok(true)
    }
}
