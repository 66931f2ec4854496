//! The tasks of the timetable, each run once with any number of processes.
//!
//! Each appointment that is due is a unit of work of its own: it locks the row, checks again, and runs the one task
//! that is due, with its mail and its audit entry. A second process that found the same row waits for the lock and
//! finds nothing to do. A task that fails is logged, a task that ends the process is set aside (`jobs`); both are
//! postponed by an hour, so that they do not block the others.
//!
//! The mandate of the last administrator does not end (`policy::clock_may`); it is checked again a day later.

use std::time::Duration;

use super::mails::{
    About, ApplicationEscalated, ApplicationStillWaits, ConfirmContact, ContactNotConfirmed, ContactUnconfirmed, Due,
    InfoRequested, MandateEndsSoon, MandateHeld, Unconfirmed, closing_day, last_day,
};
use super::notifications::{self, Posting};
use super::{LifeCycle, Transition};
use crate::appointments::{self, Appointment, AppointmentStatus, Event, Role, timetable};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity::{self, Credentials};
use crate::jobs;
use crate::mail::SystemMail;
use crate::policy;
use crate::service::{Service as _, UnitOfWork};
use crate::time::Timestamp;
use timetable::Task;

/// Appointments of one query.
const BATCH: i64 = 100;
/// When a mandate that may not end is checked again.
const HELD: Duration = Duration::from_hours(24);
/// When a failed task is tried again.
const AGAIN: Duration = Duration::from_hours(1);

impl LifeCycle {
    /// Runs every task that is due; returns how many were done.
    pub async fn run_due(&self) -> Result<usize, Error> {
        let (unit, db) = (self.unit(Trace::default()), &self.foundation().db);
        let (now, mut done) = (unit.now, 0);
        loop {
            let due = db.read(move |conn| appointments::due(conn, now, BATCH)).await?;
            let found = due.len();
            for id in due {
                let unit = unit.clone();
                let step = db.write(move |conn| unit.step(conn, id));
                match Box::pin(jobs::guarded(db, now, "timetable", Some(id), step)).await {
                    Ok(Some(has_done)) => {
                        done += usize::from(has_done);
                        continue;
                    }
                    // It is set aside; `jobs` has logged that.
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(%error, appointment = %id, "could not do what the timetable asks for");
                    }
                }
                db.write(move |conn| appointments::postpone(conn, id, now.plus(AGAIN))).await?;
            }
            if i64::try_from(found).unwrap_or(i64::MAX) < BATCH {
                return Ok(done);
            }
        }
    }
}

impl UnitOfWork<LifeCycle> {
    /// Runs the task that is due for an appointment; whether there was one.
    fn step(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        let row = self.lock_for_update(conn, id)?;
        let Some(task) = timetable::due(&row, self.now) else { return Ok(false) };
        if let (Task::Event(event), Role::Secretariat) = (task, row.role) {
            let has_others = !super::other_administrators(conn, &row)?.is_empty();
            if !policy::clock_may(event, &row, has_others) {
                return self.postpone_end(conn, &row).map(|()| true);
            }
        }
        match task {
            Task::Event(Event::MandateEnds) if row.replaced_by.is_some() => {
                self.end_hand_over(conn, &row)?;
            }
            Task::Event(event) => {
                self.carry_out(conn, &row, Transition::timed(event))?;
            }
            reminder => self.remind(conn, &row, reminder)?,
        }
        Ok(true)
    }

    /// Postpones the end of the last administrator's mandate by a day. The administrator gets one mail; each time is
    /// logged for the operator.
    fn postpone_end(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        tracing::error!(appointment = %row.id, "the last administrator's mandate is over and is held: appoint another one");
        appointments::record(conn, &row.checked(self.now))?;
        appointments::postpone(conn, row.id, self.now.plus(HELD))?;
        let is_first = row.valid_to.is_some_and(|end| row.checked_at < end);
        let holder = row.user_id.filter(|_| is_first).map(|user| identity::get_user(conn, user)).transpose()?;
        let mail = |_| -> Box<dyn SystemMail> { Box::new(MandateHeld { day: last_day(row) }) };
        self.write_to(conn, row, holder.iter(), Posting::reminder(), mail)
    }

    fn remind(&self, conn: &mut Conn, row: &Appointment, task: Task) -> Result<(), Error> {
        let next = row.checked(self.now);
        appointments::record(conn, &next)?;
        let holder = row.user_id.map(|user| identity::get_user(conn, user)).transpose()?;
        let (since, day) = (row.status_since.day(), closing_day(row));
        match task {
            Task::RemindInvited => self.remind_invited(conn, row),
            Task::RemindApplicant => {
                let reason = notifications::quoted(conn, row.reason.as_deref(), row.decided_by)?;
                self.write_to(conn, row, holder.as_ref(), Posting::reminder(), |about| {
                    let (organisation, reason, id) = (about.organisation, reason.clone(), row.id.to_string());
                    Box::new(InfoRequested { organisation, reason, day, id })
                })
            }
            Task::RemindApprovers => {
                let officers = notifications::approvers(conn, row)?;
                self.ask_to_decide(conn, row, &officers, Posting::reminder(), |about, page| {
                    let (applicant, organisation) = (about.applicant, about.organisation);
                    Box::new(ApplicationStillWaits { applicant, organisation, since, day, page })
                })
            }
            Task::Escalate => {
                let officers = identity::secretariat(conn)?;
                self.ask_to_decide(conn, row, &officers, Posting::reminder(), |about, page| {
                    let (applicant, organisation) = (about.applicant, about.organisation);
                    Box::new(ApplicationEscalated { applicant, organisation, since, day, page })
                })
            }
            Task::AnnounceEnd => {
                let officers = notifications::other_coordinators(conn, row)?;
                self.write_to(conn, row, officers.iter().chain(&holder), Posting::reminder(), |about| {
                    let About { applicant, organisation, office, reader, .. } = about;
                    let (day, id) = (last_day(row), row.id.to_string());
                    Box::new(MandateEndsSoon { reader, applicant, organisation, office, day, id })
                })
            }
            Task::AskToConfirm | Task::ConfirmationDue | Task::AskCoordinators | Task::Event(_) => {
                self.update_directory(conn, &next)?;
                if task == Task::AskCoordinators {
                    self.ask_coordinators(conn, row)?;
                }
                holder.map_or(Ok(()), |holder| self.ask_to_confirm(conn, row, &holder))
            }
        }
    }

    fn ask_coordinators(&self, conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
        let officers = notifications::other_coordinators(conn, row)?;
        self.write_to(conn, row, &officers, Posting::reminder(), |about| {
            let About { applicant, organisation, role, .. } = about;
            let (cause, id) = (Unconfirmed::of(row), row.id.to_string());
            Box::new(ContactNotConfirmed { applicant, organisation, role, cause, id })
        })
    }

    /// The reminder to confirm the contact, with the link that does it.
    fn ask_to_confirm(&self, conn: &mut Conn, row: &Appointment, holder: &Credentials) -> Result<(), Error> {
        let is_over = row.confirm_by.is_some_and(|at| at <= self.now);
        self.write_to(conn, row, [holder], Posting::reminder(), |about| -> Box<dyn SystemMail> {
            let (organisation, role) = (about.organisation, about.role);
            let token = self.service.links.token(row, &holder.email);
            if row.status == AppointmentStatus::Unconfirmed {
                let (cause, day) = (Unconfirmed::of(row), closing_day(row));
                return Box::new(ContactUnconfirmed { organisation, role, cause, day, token });
            }
            let day = row.confirm_by.map(Timestamp::last_day);
            Box::new(ConfirmContact {
                organisation,
                role,
                day,
                due: if is_over { Due::Over } else { Due::Ahead },
                token,
            })
        })
    }
}
