//! What the timetable asks for, done once with any number of processes.
//!
//! Each appointment that is due is a unit of work of its own: it is held, looked at again, and the one task that is due is
//! done together with its mail and its entry in the log. A second process that found the same row waits, looks again, and
//! finds nothing to do. One that fails is logged, one that ends the process is set aside (`jobs`), and both move back: they are
//! tried again an hour later, and keep nobody who is due after them.

use std::time::Duration;

use super::letters::{self, Message};
use super::{Desk, Doing};
use crate::appointments::{self, Appointment, AppointmentStatus, Event, timetable};
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::identity::{self, Credentials};
use crate::jobs;
use timetable::Task;

/// Appointments that are looked up at a time.
const BATCH: i64 = 100;
/// When one that failed is tried again.
const AGAIN: Duration = Duration::from_hours(1);

/// Works the timetable off; returns how many things were done.
///
/// # Errors
/// Where the database says no.
pub async fn work_off(db: &Db, desk: &Desk) -> Result<usize, Error> {
    let mut done = 0;
    loop {
        let now = desk.now;
        let due = db.read(move |conn| appointments::due(conn, now, BATCH)).await?;
        let found = due.len();
        for id in due {
            let desk = desk.clone();
            let step = db.write(move |conn| desk.step(conn, id));
            match jobs::guarded(db, now, "timetable", Some(id), step).await {
                Ok(Some(has_done)) => {
                    done += usize::from(has_done);
                    continue;
                }
                // It is set aside, which was told already.
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

impl Desk {
    /// Does what is due for an appointment; whether there was anything.
    fn step(&self, conn: &mut Conn, id: Id) -> Result<bool, Error> {
        let row = self.hold(conn, id)?;
        let Some(task) = timetable::due(&row, self.now) else { return Ok(false) };
        match task {
            Task::Event(Event::MandateEnds) if row.replaced_by.is_some() => {
                self.end_hand_over(conn, &row)?;
            }
            Task::Event(event) => {
                self.carry_out(conn, &row, Doing::timed(event))?;
            }
            reminder => self.remind(conn, &row, reminder)?,
        }
        Ok(true)
    }

    fn remind(&self, conn: &mut Conn, row: &Appointment, task: Task) -> Result<(), Error> {
        let next = row.checked(self.now);
        appointments::record(conn, &next)?;
        let holder = row.user_id.map(|user| identity::get_user(conn, user)).transpose()?;
        let mut officers = Vec::new();
        let message = match task {
            Task::RemindInvited => return self.remind_invited(conn, row),
            Task::RemindApplicant => Message::reminder("info_requested").because(row.reason.as_deref()),
            Task::RemindApprovers => {
                officers = letters::approvers(conn, row)?;
                Message::reminder("application_still_waits")
            }
            Task::Escalate => {
                officers = identity::secretariat(conn)?;
                Message::reminder("application_escalated")
            }
            Task::AnnounceEnd => {
                officers = letters::other_coordinators(conn, row)?;
                Message::reminder("mandate_ends_soon")
                    .with("day", row.valid_to.map(|at| at.day().to_string()).unwrap_or_default())
            }
            Task::AskToConfirm | Task::ConfirmationDue | Task::AskCoordinators | Task::Event(_) => {
                self.show_standing(conn, &next)?;
                if task == Task::AskCoordinators {
                    let officers = letters::other_coordinators(conn, row)?;
                    self.write_to(conn, row, &officers, &Message::reminder("contact_not_confirmed"))?;
                }
                self.ask_to_confirm(row, holder.as_ref())
            }
        };
        let to_officers_alone = matches!(task, Task::RemindApprovers | Task::Escalate);
        let holder = holder.iter().filter(|_| !to_officers_alone);
        self.write_to(conn, row, officers.iter().chain(holder), &message)
    }

    /// The question whether the contact is still right, with the link that says yes.
    fn ask_to_confirm(&self, row: &Appointment, holder: Option<&Credentials>) -> Message {
        let kind = if row.status == AppointmentStatus::Unconfirmed { "contact_unconfirmed" } else { "confirm_contact" };
        let day = row.confirm_by.map(|at| at.day().to_string()).unwrap_or_default();
        let link = holder.map(|holder| self.links.path(row, &holder.email));
        Message::reminder(kind).with("day", day).leading_to(link)
    }
}
