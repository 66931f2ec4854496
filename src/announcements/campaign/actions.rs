//! The actions of officers on an announcement, each done once for a request that is sent again.

use std::sync::Arc;

use serde::Deserialize;
use utoipa::ToSchema;

use super::{RETRIED_AT_ONCE, Seen};
use crate::announcements::Announcements;
use crate::announcements::rendering::Rendering;
use crate::announcements::state_machine::Event;
use crate::announcements::store;
use crate::announcements::types::{Announcement, Approve, Campaign, Draft, Schedule};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::idempotency::{Answer, Ticket};
use crate::mail::{Counts, batches};
use crate::policy::Principal;
use crate::service::{Service as _, UnitOfWork, by_right_of_guard};

/// Giving back: why, and exactly what was read.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveBack {
    /// For the author, and for the record.
    #[serde(default)]
    pub reason: Option<String>,
    /// The `content_hash` of what was read: something else is not given back.
    #[serde(default)]
    pub content_hash: Option<String>,
}

/// An action on an announcement.
pub enum Action {
    /// To ask for the approval of somebody else: with the hash of what an officer saw, unless it is another by now.
    Submit(Option<String>),
    /// To approve what somebody else submitted.
    Approve(Approve),
    /// To give it back to its author.
    Reject(GiveBack),
    /// To let it begin by itself at an instant: likewise.
    Schedule(Schedule, Option<String>),
    /// To take that instant away.
    Unschedule,
    /// To begin now: with what an officer saw, unless that is another by now.
    Send(Option<Seen>),
    /// To halt it, for a reason.
    Pause(Option<String>),
    /// To let it go on.
    Resume,
    /// To end it, for a reason.
    Cancel(Option<String>),
}

/// An action within a unit of work.
type Work = Box<dyn FnOnce(&UnitOfWork<Announcements>, &mut Conn) -> Result<Announcement, Error> + Send>;

impl Announcements {
    /// Performs an action on an announcement; `ticket` makes it idempotent.
    ///
    /// # Errors
    /// 403 where the officer may not approve it, 404, 409 where it is not possible now, 422.
    pub async fn act(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        id: Id,
        action: Action,
    ) -> Result<Answer, Error> {
        let by = officer.user_id;
        // Mails leave after the answer to `Send`.
        let status = if matches!(action, Action::Send(_)) { 202 } else { 200 };
        let work: Work = match action {
            Action::Submit(seen) => {
                let rendering = Rendering::of(self, id).await?;
                let sizes = rendering.sizes(self).await?;
                Box::new(move |unit, conn| {
                    if let Some(seen) = seen {
                        super::check_content(conn, id, Event::Submit, &seen)?;
                    }
                    let submitted = unit.submit(conn, id, by, &rendering)?;
                    let campaign = submitted.campaign.map(|campaign| Campaign { sizes: Some(sizes), ..campaign });
                    Ok(Announcement { campaign, ..submitted })
                })
            }
            Action::Approve(form) => Box::new(move |unit, conn| unit.approve(conn, id, &officer, &form)),
            Action::Reject(form) => Box::new(move |unit, conn| unit.reject(conn, id, by, &form)),
            Action::Schedule(form, seen) => Box::new(move |unit, conn| {
                if let Some(seen) = seen {
                    super::check_content(conn, id, Event::Schedule, &seen)?;
                }
                unit.schedule(conn, id, &officer, &form)
            }),
            Action::Unschedule => Box::new(move |unit, conn| unit.unschedule(conn, id, by)),
            Action::Send(seen) => {
                let rendering = Rendering::of(self, id).await?;
                Box::new(move |unit, conn| {
                    if let Some(seen) = seen {
                        super::check_seen(conn, id, &seen)?;
                    }
                    unit.begin(conn, id, Some(by), &rendering)
                })
            }
            Action::Pause(reason) => Box::new(move |unit, conn| unit.pause_for(conn, id, by, reason.as_deref())),
            Action::Resume => Box::new(move |unit, conn| unit.resume(conn, id, by)),
            Action::Cancel(reason) => Box::new(move |unit, conn| unit.cancel(conn, id, by, reason.as_deref())),
        };
        let act = move |unit: &UnitOfWork<Self>, conn: &mut Conn| Answer::json(status, &work(unit, conn)?);
        self.write_once(trace, ticket, by_right_of_guard, act).await
    }

    /// What was approved last of an announcement, whatever it says now; none where nothing was approved yet.
    pub(in crate::announcements) async fn last_approved(&self, id: Id) -> Result<Option<Draft>, Error> {
        self.read(move |conn| store::approved_draft(conn, id)).await
    }

    /// Puts the failed mails of an announcement back, a bounded number in each unit of work; returns how many mails
    /// stand where.
    ///
    /// # Errors
    /// 404, 409 where it is not possible now, 410 where the mails are deleted.
    pub async fn retry_failed(&self, officer: Id, trace: Trace, id: Id) -> Result<Counts, Error> {
        loop {
            let mails = self.write(trace.clone(), move |unit, conn| unit.retry_some(conn, id, officer)).await?;
            if i64::try_from(mails).unwrap_or_default() < RETRIED_AT_ONCE {
                break;
            }
        }
        self.read(move |conn| batches::counts(conn, id)).await
    }
}
