//! What an operator drops of announcements when a restored portal is released: those that were being sent are
//! cancelled, so that nobody gets them a second time. Scheduled ones stay; the scheduler holds those that are overdue.

use super::cause::Why;
use super::state_machine::Event;
use super::types::AnnouncementStatus;
use super::{Announcements, lock_for, store};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::mail::batches;
use crate::service::{Service as _, UnitOfWork};
use crate::time::Timestamp;

/// Cancels announcements that are being sent and began before `bound`; returns how many.
pub async fn cancel_begun_before(service: &Announcements, bound: Timestamp) -> Result<usize, Error> {
    let (unit, db) = (service.unit(Trace::default()), &service.foundation.db);
    let mut cancelled = 0;
    for id in db.read(|conn| store::in_state(conn, AnnouncementStatus::Sending)).await? {
        let unit = unit.clone();
        let done = db.write(move |conn| unit.cancel_begun_before(conn, id, bound));
        cancelled += usize::from(Box::pin(done).await?);
    }
    Ok(cancelled)
}

impl UnitOfWork<Announcements> {
    fn cancel_begun_before(&self, conn: &mut Conn, id: Id, bound: Timestamp) -> Result<bool, Error> {
        // It may have ended since the list was read.
        let row = store::find_for_update(conn, id)?.filter(|row| row.status == AnnouncementStatus::Sending);
        if row.is_none_or(|row| row.sent_at.is_some_and(|began| began >= bound)) {
            return Ok(false);
        }
        let (_, next) = lock_for(conn, id, Event::Cancel)?;
        batches::cancel(conn, id)?;
        self.change(conn, id, None, Event::Cancel, next, Why::Unsaid)?;
        Ok(true)
    }
}
