//! All SQL of appointments.

use diesel::prelude::*;

use super::types::{AppointmentStatus, Held, NewAppointment, Role};
use crate::db::schema::{appointment, organisation};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::Region;
use crate::time::Timestamp;

/// Makes an appointment.
///
/// # Errors
/// Where the database says no.
pub fn create(conn: &mut Conn, id: Id, new: &NewAppointment, now: Timestamp) -> Result<(), Error> {
    let valid_from = (new.status == AppointmentStatus::Active).then_some(now);
    diesel::insert_into(appointment::table)
        .values((
            appointment::id.eq(id),
            appointment::user_id.eq(new.user_id),
            appointment::organisation_id.eq(new.organisation_id),
            appointment::role.eq(new.role),
            appointment::status.eq(new.status),
            appointment::registration_id.eq(new.registration_id),
            appointment::valid_from.eq(valid_from),
            appointment::created_at.eq(now),
            appointment::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts the pending appointment of a registration in force; returns its id.
///
/// # Errors
/// 404 where it is not pending.
pub fn activate(conn: &mut Conn, registration: Id, now: Timestamp) -> Result<Id, Error> {
    decide(conn, registration, AppointmentStatus::Active, Some(now), now)
}

/// Refuses the pending appointment of a registration; returns its id.
///
/// # Errors
/// 404 where it is not pending.
pub fn reject(conn: &mut Conn, registration: Id, now: Timestamp) -> Result<Id, Error> {
    decide(conn, registration, AppointmentStatus::Rejected, None, now)
}

fn decide(
    conn: &mut Conn,
    registration: Id,
    status: AppointmentStatus,
    valid_from: Option<Timestamp>,
    now: Timestamp,
) -> Result<Id, Error> {
    let pending = appointment::registration_id.eq(registration).and(appointment::status.eq(AppointmentStatus::Pending));
    Ok(diesel::update(appointment::table.filter(pending))
        .set((appointment::status.eq(status), appointment::valid_from.eq(valid_from), appointment::updated_at.eq(now)))
        .returning(appointment::id)
        .get_result(conn)?)
}

/// Every appointment of a person, the oldest first.
///
/// # Errors
/// Where the database says no.
pub fn of_user(conn: &mut Conn, user: Id) -> Result<Vec<Held>, Error> {
    let rows: Vec<(Id, Id, String, Option<Region>, Role, AppointmentStatus)> = appointment::table
        .inner_join(organisation::table)
        .filter(appointment::user_id.eq(user))
        .order(appointment::id)
        .select((
            appointment::id,
            organisation::id,
            organisation::code,
            organisation::region,
            appointment::role,
            appointment::status,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, organisation_id, organisation, region, role, status)| Held {
            id,
            organisation_id,
            organisation,
            region,
            role,
            status,
        })
        .collect())
}

/// How many hold this role in force.
///
/// # Errors
/// Where the database says no.
pub fn count_active(conn: &mut Conn, role: Role) -> Result<i64, Error> {
    let active = appointment::role.eq(role).and(appointment::status.eq(AppointmentStatus::Active));
    Ok(appointment::table.filter(active).count().get_result(conn)?)
}
