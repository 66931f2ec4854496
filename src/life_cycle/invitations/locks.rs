//! What the acceptance of an invitation locks.

use super::known;
use super::types::Invitation;
use crate::appointments::{self, Appointment, AppointmentStatus};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::life_cycle::LifeCycle;
use crate::service::UnitOfWork;

impl UnitOfWork<LifeCycle> {
    /// Locks all that an acceptance changes: the invited person, if there is an account, and the appointment that it
    /// replaces, with its holder.
    pub(super) fn lock_for_acceptance(
        &self,
        conn: &mut Conn,
        id: Id,
        invitation: &Invitation,
    ) -> Result<Appointment, Error> {
        let replaced = invitation.replaces.map(|id| appointments::find(conn, id)).transpose()?.flatten();
        let ids: Vec<Id> = [id].into_iter().chain(replaced.map(|row| row.id)).collect();
        let people: Vec<Id> = known(conn, invitation)?.into_iter().map(|person| person.id).collect();
        let locked = self.lock_all(conn, &ids, &people);
        // Who waited for another acceptance finds the link spent.
        let is_open = |row: Appointment| row.status == AppointmentStatus::Invited;
        if locked.is_err() && appointments::find(conn, id).is_ok_and(|found| !found.is_some_and(is_open)) {
            return Err(Error::link_spent());
        }
        locked?.into_iter().next().ok_or_else(Error::not_found)
    }
}
