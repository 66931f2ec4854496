//! Deliveries of an announcement: lists and counts from the outbox, and their deletion.
//!
//! `keep_deliveries` after the end of an announcement its mails are deleted, a bounded number at a time; their counts
//! stay. An announcement that fails moves back ([`setbacks`]) and delays no other. The rows of `delivery`, by which
//! recipients read the announcement, stay too, except those of a cancelled announcement whose mail had not left and
//! that no digest had named.

pub mod routes;
mod store;
mod types;

pub use types::Deliveries;

use super::Announcements;
use super::export::Export;
use super::types::{AnnouncementStatus, Row};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::http::{Download, csv};
use crate::mail::{self, Counts, DeliveryState, MailStatus, batches};
use crate::service::{Service as _, UnitOfWork};
use crate::setbacks;
use crate::time::Timestamp;

/// Mails that one unit of work deletes, and units of work of one run. The rest waits for the next run.
const DELETED_AT_ONCE: i64 = 2_000;
const STEPS: usize = 20;

/// An announcement.
///
/// # Errors
/// 404.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Row, Error> {
    super::store::find(conn, id)?.ok_or_else(Error::not_found)
}

/// Deletes mails of announcements that ended long ago, a bounded number at a time; returns the number of steps.
pub async fn run_due(service: &Announcements) -> Result<usize, Error> {
    let (unit, db) = (service.unit(Trace::default()), &service.foundation.db);
    let (mut done, now) = (0, unit.now);
    let bound = now.minus(service.settings.keep_deliveries);
    for _ in 0..STEPS {
        let Some(batch) = db.read(move |conn| batches::to_collapse(conn, bound, now)).await? else { break };
        let unit = unit.clone();
        match db.write(move |conn| unit.collapse_some(conn, batch, bound)).await {
            Ok(()) => done += 1,
            Err(error) => {
                tracing::warn!(%error, %batch, "could not delete the mails of an announcement");
                // It moves back, behind others.
                db.write(move |conn| setbacks::record(conn, batch, now)).await?;
            }
        }
    }
    Ok(done)
}

/// A page of the deliveries of an announcement.
pub(super) struct DeliveryPage {
    pub(super) mails: Vec<MailStatus>,
    /// Until when they are kept, once the last of them has come to its end.
    pub(super) kept_until: Option<Timestamp>,
    /// Whether they are deleted.
    pub(super) collapsed: bool,
}

impl Announcements {
    /// Deliveries of an announcement after `after`, `limit` at most; none where they are deleted.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn deliveries(
        &self,
        id: Id,
        state: Option<DeliveryState>,
        after: Option<Id>,
        limit: i64,
    ) -> Result<DeliveryPage, Error> {
        let unit = self.unit(Trace::default());
        self.read(move |conn| {
            let row = find(conn, id)?;
            let collapsed = unit.is_collapsed(conn, &row)?;
            let mails = if collapsed { Vec::new() } else { mail::page(conn, id, state, after, limit)? };
            let kept_until = row.finished_at.map(|at| at.plus(unit.service.settings.keep_deliveries));
            Ok(DeliveryPage { mails, kept_until, collapsed })
        })
        .await
    }

    /// Begins a download of all deliveries.
    ///
    /// # Errors
    /// 404, 410 where they are deleted, 429.
    async fn export_deliveries(&self, officer: Id, trace: Trace, id: Id) -> Result<Export, Error> {
        let check = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let row = find(conn, id)?;
            unit.check_kept(conn, &row)
        };
        self.begin_export(officer, trace, id, "deliveries", check).await
    }

    /// The counts of mails by state.
    ///
    /// # Errors
    /// 404.
    pub async fn summary(&self, id: Id) -> Result<Counts, Error> {
        self.read(move |conn| {
            find(conn, id)?;
            batches::counts(conn, id)
        })
        .await
    }
}

/// A page of a download of deliveries.
async fn export_page(
    download: &Download,
    id: Id,
    state: Option<DeliveryState>,
    after: Option<Id>,
) -> Result<Vec<MailStatus>, Error> {
    download.read(move |conn| mail::page(conn, id, state, after, csv::PAGE)).await
}

impl UnitOfWork<Announcements> {
    /// Whether the mails of an announcement are deleted, or about to be.
    fn is_collapsed(&self, conn: &mut Conn, row: &Row) -> Result<bool, Error> {
        let end = batches::end_of(conn, row.id)?;
        let over = end.finished_at.is_some_and(|at| at.plus(self.service.settings.keep_deliveries) < self.now);
        Ok(over || end.collapsed_at.is_some())
    }

    /// Checks that the mails are kept.
    ///
    /// # Errors
    /// 410 where they are deleted, or about to be.
    pub(super) fn check_kept(&self, conn: &mut Conn, row: &Row) -> Result<(), Error> {
        if self.is_collapsed(conn, row)? { Err(Error::gone(ProblemCode::DeliveriesGone)) } else { Ok(()) }
    }

    /// Runs the next step of a batch. It locks the announcement and checks again, since its failed mails may have been
    /// put back meanwhile.
    fn collapse_some(&self, conn: &mut Conn, batch: Id, bound: Timestamp) -> Result<(), Error> {
        let announcement = super::store::find_for_update(conn, batch)?;
        if !batches::is_to_collapse(conn, batch, bound)? {
            return Ok(());
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
        Ok(())
    }
}
