//! Handing over: the successor is in, the predecessor out, in one unit of work.
//!
//! The successor has an appointment at the same organisation in the same role already, in force or awaiting approval; a
//! pending one is approved on the way, by whoever may. With an overlap both are in force until its end, which the clock
//! then brings about, where whoever began it may still hand over (`grants`). Announcements are the Secretariat's: everybody there
//! goes on with a draft, whoever wrote it, and who wrote it stays written down, since that person does not approve it.

use std::time::Duration;

use super::{AppointmentView, Desk, Doing, rules, view};
use crate::appointments::{self, Appointment, AppointmentStatus, Event};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::policy::Principal;

/// What is handed over to whom.
pub struct HandOver {
    /// The appointment that ends.
    pub predecessor: Id,
    /// The appointment that takes its place.
    pub successor: Id,
    /// How long both are in force.
    pub overlap: Duration,
    /// What is said about it.
    pub reason: Option<String>,
}

impl Desk {
    /// Hands an appointment over.
    ///
    /// # Errors
    /// 404, 403, 409; 422 where the successor is none.
    pub fn replace(&self, conn: &mut Conn, principal: &Principal, what: &HandOver) -> Result<AppointmentView, Error> {
        let row = self.hold(conn, what.predecessor)?;
        let actor = self.admit(principal, Event::Replace, &row)?;
        rules::check_capacity(&row, Event::Replace, actor)?;
        let fault = |code| Error::invalid(vec![Fault::new("/successor", code)]);
        let successor = appointments::find(conn, what.successor)?.ok_or_else(|| fault("unknown_successor"))?;
        let fits = successor.organisation_id == row.organisation_id
            && successor.role == row.role
            && successor.user_id.is_some()
            && successor.user_id != row.user_id;
        if !fits {
            return Err(fault("unknown_successor"));
        }
        let mut successor = appointments::hold(conn, successor.id)?;
        if successor.status == AppointmentStatus::Pending {
            self.admit(principal, Event::Approve, &successor)?;
            self.check_approved(conn, principal, &successor)?;
            successor = self.carry_out(conn, &successor, Doing::by(Event::Approve, principal.user_id, None))?;
        }
        if successor.status != AppointmentStatus::Active {
            return Err(fault("successor_not_active"));
        }
        let next = self.give_place(conn, &row, &successor, what, Some(principal.user_id))?;
        view(conn, principal, next)
    }

    /// The predecessor gives place to a successor who is in force.
    pub(super) fn give_place(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        successor: &Appointment,
        what: &HandOver,
        by: Option<Id>,
    ) -> Result<Appointment, Error> {
        let doing = Doing { event: Event::Replace, by, reason: what.reason.as_deref() };
        let named = Appointment { replaced_by: Some(successor.id), ..row.clone() };
        if what.overlap.is_zero() {
            return self.carry_out(conn, &named, doing);
        }
        let until = self.now.plus(what.overlap);
        let ends = named.valid_to.map_or(until, |end| end.min(until));
        let next = Appointment { valid_to: Some(ends), updated_at: self.now, ..named }.checked(self.now);
        appointments::record(conn, &next)?;
        if let Some(by) = by {
            self.begin_hand_over(conn, row, ends, by)?;
        }
        self.note(conn, row.status.as_str(), &next, doing)?;
        self.announce_successor(conn, &next, successor, what.reason.as_deref(), by)?;
        Ok(next)
    }
}
