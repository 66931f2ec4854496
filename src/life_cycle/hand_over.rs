//! Hand-over: a successor takes the place of a predecessor, in one unit of work.
//!
//! The successor has an appointment at the same organisation in the same role, active or pending; a pending one is
//! approved on the way, if the officer may approve it. With an overlap both are in force until its end, which is a task
//! of the timetable. The end takes effect if the officer who began the hand-over may still hand over, the credential
//! was not revoked, and the successor's appointment is not over (`grants`). Until then every officer who may begin one
//! may cancel it or begin another, except that a coordinator may not do so with one that the Secretariat began. Drafts
//! of announcements belong to the Secretariat as a whole: their author stays recorded, since authors do not approve
//! their own.

use std::time::Duration;

use super::{AppointmentView, LifeCycle, Transition, check_seen, rules, view};
use crate::appointments::{self, Appointment, AppointmentStatus, Event};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError};
use crate::http::IfMatch;
use crate::policy::Principal;
use crate::service::UnitOfWork;

/// A hand-over.
pub struct HandOver {
    /// The appointment that ends.
    pub predecessor: Id,
    /// The appointment that takes its place.
    pub successor: Id,
    /// How long both are in force.
    pub overlap: Duration,
    /// The reason.
    pub reason: Option<String>,
    /// The version of the first that was read.
    pub seen: Option<IfMatch>,
    /// That of the second.
    pub successor_seen: Option<IfMatch>,
}

impl HandOver {
    /// One that a person accepts, without an overlap.
    pub(super) fn at_once(predecessor: Id, successor: Id) -> Self {
        Self { predecessor, successor, overlap: Duration::ZERO, reason: None, seen: None, successor_seen: None }
    }
}

impl UnitOfWork<LifeCycle> {
    /// Hands an appointment over.
    ///
    /// # Errors
    /// 404, 403, 409; 422 where the successor can't take over.
    pub fn replace(&self, conn: &mut Conn, principal: &Principal, what: &HandOver) -> Result<AppointmentView, Error> {
        // Both at once (lock order, `db`); whether they fit is judged below.
        let known = appointments::find(conn, what.successor)?.map(|row| row.id);
        let ids: Vec<Id> = [Some(what.predecessor), known].into_iter().flatten().collect();
        let mut locked = self.lock_all(conn, &ids, &[])?.into_iter();
        let row = locked.next().ok_or_else(Error::not_found)?;
        let actor = self.admit(principal, Event::Replace, &row)?;
        Self::check_undoes(conn, principal, &row)?;
        rules::check_capacity(&row, Event::Replace, actor)?;
        check_seen(conn, principal, &row, what.seen.as_ref())?;
        let fault = |code| Error::invalid(vec![FieldError::new("/successor", code)]);
        let mut successor = locked.next().ok_or_else(|| fault(FieldCode::UnknownSuccessor))?;
        let fits = successor.organisation_id == row.organisation_id
            && successor.role == row.role
            && successor.user_id.is_some()
            && successor.user_id != row.user_id;
        if !fits {
            return Err(fault(FieldCode::UnknownSuccessor));
        }
        check_seen(conn, principal, &successor, what.successor_seen.as_ref())?;
        if successor.status == AppointmentStatus::Pending {
            self.admit(principal, Event::Approve, &successor)?;
            self.check_approved(conn, principal, &successor)?;
            successor = self.carry_out(conn, &successor, Transition::by(Event::Approve, principal.user_id, None))?;
        }
        if !Self::takes_over(conn, &successor)? {
            return Err(fault(FieldCode::SuccessorNotActive));
        }
        let next = self.give_place(conn, &row, &successor, what, principal)?;
        view(conn, principal, next)
    }

    /// Ends the predecessor's appointment, or begins the overlap; the successor's is active.
    pub(super) fn give_place(
        &self,
        conn: &mut Conn,
        row: &Appointment,
        successor: &Appointment,
        what: &HandOver,
        officer: &Principal,
    ) -> Result<Appointment, Error> {
        let doing = Transition::by(Event::Replace, officer.user_id, what.reason.as_deref());
        let named = Appointment { replaced_by: Some(successor.id), ..row.clone() };
        if what.overlap.is_zero() {
            return self.carry_out(conn, &named, doing);
        }
        let until = self.now.plus(what.overlap);
        let ends = named.valid_to.map_or(until, |end| end.min(until));
        let next = Appointment { valid_to: Some(ends), updated_at: self.now, ..named }.checked(self.now);
        appointments::record(conn, &next)?;
        self.begin_hand_over(conn, row, ends, officer)?;
        self.record(conn, Some(row), &next, doing)?;
        self.notify_of_overlap(conn, &next, successor, what.reason.as_deref(), doing.by)?;
        Ok(next)
    }
}
