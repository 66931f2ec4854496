//! What events of appointments lock, in the order of the house (`db`): the holders, the organisations, the
//! appointments.
//!
//! An event changes the contact, for which it takes the lock of the index, and may end the access of the holder. So the
//! holder is locked first: many wait for the index, and whoever holds it must not wait for a person. Events at one
//! organisation run one after the other.
//!
//! The sender of a request is locked before its work begins, together with the people whom [`concerned`] names.

use std::collections::{BTreeMap, BTreeSet};

use super::{LifeCycle, application_shares, rules, store};
use crate::appointments::{self, Appointment, AppointmentStatus};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::members;
use crate::service::UnitOfWork;

impl UnitOfWork<LifeCycle> {
    /// Locks the holder, the organisation and the appointment.
    ///
    /// # Errors
    /// As [`Self::lock_all`].
    pub fn lock_for_update(&self, conn: &mut Conn, id: Id) -> Result<Appointment, Error> {
        self.lock_all(conn, &[id], &[])?.pop().ok_or_else(Error::not_found)
    }

    /// Locks appointments, those that take their place in an open hand-over, all of their organisations, and before
    /// that the holders and these other people (lock order, `db`): an event changes the contact, which many wait for,
    /// and then may end the access of the holder. Work for a sender names the same people before it begins
    /// ([`concerned`]).
    ///
    /// # Errors
    /// 404; 503 if another person is concerned since.
    pub fn lock_all(&self, conn: &mut Conn, ids: &[Id], people: &[Id]) -> Result<Vec<Appointment>, Error> {
        let found = with_successors(conn, ids)?;
        if !ids.iter().all(|id| found.contains_key(id)) {
            return Err(Error::not_found());
        }
        let holders = found.values().filter_map(|row| row.user_id);
        identity::lock_people(conn, &holders.chain(people.iter().copied()).collect())?;
        let organisations: BTreeSet<Id> = found.values().map(|row| row.organisation_id).collect();
        for organisation in organisations {
            store::lock_organisation(conn, organisation)?;
        }
        let mut locked = BTreeMap::new();
        for (id, before) in &found {
            let row = appointments::lock_for_update(conn, *id)?;
            if row.user_id != before.user_id {
                return Err(Error::busy());
            }
            locked.insert(*id, row);
        }
        Ok(ids.iter().filter_map(|id| locked.get(id).cloned()).collect())
    }

    /// Locks an organisation for one more application of a person with this key of an address.
    ///
    /// # Errors
    /// 409 where the most that may wait there do so already, of all or of such addresses.
    pub fn make_room(&self, conn: &mut Conn, organisation: Id, email_key: &str) -> Result<(), Error> {
        store::lock_organisation(conn, organisation)?;
        let waiting = appointments::count_waiting(conn, organisation)?;
        rules::check_room(&[], waiting, self.throttle.open_applications())?;
        check_share(conn, organisation, email_key)
    }

    /// Locks a person, the active appointments of the person that are confirmed each year, and their organisations.
    /// Secretariat and auditors are not in the directory, and lose no right because of a bounced mail.
    pub fn hold_contacts_of(&self, conn: &mut Conn, user: Id) -> Result<Vec<Appointment>, Error> {
        let mut held = appointments::of_user(conn, user)?;
        held.retain(|one| one.status == AppointmentStatus::Active && one.role.is_confirmed_yearly());
        let ids: Vec<Id> = held.iter().map(|one| one.id).collect();
        let mut rows = self.lock_all(conn, &ids, &[user])?;
        rows.retain(|row| row.status == AppointmentStatus::Active);
        Ok(rows)
    }
}

/// Refuses one more application of a person with this key of an address where the mailbox or the domain has its share of
/// those that wait at an organisation, which is locked.
///
/// # Errors
/// 409.
pub(super) fn check_share(conn: &mut Conn, organisation: Id, email_key: &str) -> Result<(), Error> {
    let own = members::mail_domains(conn, organisation)?;
    application_shares::check(email_key, &store::waiting_addresses(conn, organisation)?, &own)
}

/// The people whom events of these appointments concern: the holders, and those of the appointments that take their
/// place in an open hand-over. A unit of work about these appointments is begun with them (lock order, `db`).
///
/// # Errors
/// If the database can't be read.
pub fn concerned(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Id>, Error> {
    Ok(with_successors(conn, ids)?.into_values().filter_map(|row| row.user_id).collect())
}

/// Those of these appointments that exist, and those that take their place in an open hand-over, by their ids.
fn with_successors(conn: &mut Conn, ids: &[Id]) -> Result<BTreeMap<Id, Appointment>, Error> {
    let mut found = BTreeMap::new();
    for id in ids {
        let Some(row) = appointments::find(conn, *id)? else { continue };
        let successor = row.replaced_by.filter(|_| rules::is_handed_over(&row));
        found.insert(*id, row);
        if let Some(successor) = successor.map(|id| appointments::find(conn, id)).transpose()?.flatten() {
            found.insert(successor.id, successor);
        }
    }
    Ok(found)
}
