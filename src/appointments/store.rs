//! All SQL of appointments.

use diesel::prelude::*;

use super::types::{Appointment, AppointmentStatus, Held, ListFilter, NewAppointment, Role};
use crate::db::schema::{appointment, organisation};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::members::Region;
use crate::on_each;
use crate::time::Timestamp;

/// Makes an appointment.
///
/// # Errors
/// Where the database says no.
pub fn create(conn: &mut Conn, id: Id, new: &NewAppointment, now: Timestamp) -> Result<Appointment, Error> {
    let row = begun(id, new, now);
    insert(conn, &[(&row, new.registration_id)])?;
    Ok(row)
}

/// Makes many appointments.
///
/// # Errors
/// Where the database says no.
pub fn create_many(conn: &mut Conn, many: &[(Id, NewAppointment)], now: Timestamp) -> Result<(), Error> {
    for some in many.chunks(BATCH) {
        let rows: Vec<_> = some.iter().map(|(id, new)| (begun(*id, new, now), new.registration_id)).collect();
        let rows: Vec<_> = rows.iter().map(|(row, registration)| (row, *registration)).collect();
        insert(conn, &rows)?;
    }
    Ok(())
}

/// An appointment as it begins.
fn begun(id: Id, new: &NewAppointment, now: Timestamp) -> Appointment {
    let row = Appointment {
        id,
        user_id: new.user_id,
        organisation_id: new.organisation_id,
        role: new.role,
        status: new.status,
        status_since: now,
        valid_from: None,
        valid_to: new.valid_to,
        confirmed_at: None,
        confirm_by: None,
        decided_by: new.invited_by,
        decided_at: new.invited_by.map(|_| now),
        reason: None,
        replaced_by: None,
        checked_at: now,
        due_at: None,
        created_at: now,
        updated_at: now,
    };
    row.dated(now)
}

fn insert(conn: &mut Conn, rows: &[(&Appointment, Option<Id>)]) -> Result<(), Error> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(row, registration)| {
            (
                appointment::id.eq(row.id),
                appointment::user_id.eq(row.user_id),
                appointment::organisation_id.eq(row.organisation_id),
                appointment::role.eq(row.role),
                appointment::status.eq(row.status),
                appointment::registration_id.eq(*registration),
                appointment::status_since.eq(row.status_since),
                appointment::valid_from.eq(row.valid_from),
                appointment::valid_to.eq(row.valid_to),
                (appointment::decided_by.eq(row.decided_by), appointment::decided_at.eq(row.decided_at)),
                appointment::confirmed_at.eq(row.confirmed_at),
                appointment::confirm_by.eq(row.confirm_by),
                appointment::checked_at.eq(row.checked_at),
                appointment::due_at.eq(row.due_at),
                appointment::created_at.eq(row.created_at),
                appointment::updated_at.eq(row.updated_at),
            )
        })
        .collect();
    on_each!(conn, c => diesel::insert_into(appointment::table).values(&rows).execute(c))?;
    Ok(())
}

/// The appointment, whom nobody else changes until this unit of work ends.
///
/// # Errors
/// 404 where there is none.
pub fn hold(conn: &mut Conn, id: Id) -> Result<Appointment, Error> {
    let found = match conn {
        Conn::Postgres(c) => {
            appointment::table.find(id).select(Appointment::as_select()).for_no_key_update().first(c).optional()?
        }
        // A unit of work that writes is alone.
        Conn::Sqlite(_) => return find(conn, id)?.ok_or_else(Error::not_found),
    };
    found.ok_or_else(Error::not_found)
}

/// One appointment.
///
/// # Errors
/// Where the database says no.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<Appointment>, Error> {
    Ok(appointment::table.find(id).select(Appointment::as_select()).first(conn).optional()?)
}

/// The appointment that came of an application.
///
/// # Errors
/// Where the database says no.
pub fn find_of_registration(conn: &mut Conn, registration: Id) -> Result<Option<Appointment>, Error> {
    let of_it = appointment::table.filter(appointment::registration_id.eq(registration));
    Ok(of_it.select(Appointment::as_select()).first(conn).optional()?)
}

/// Writes everything that can change of an appointment. The caller holds it.
///
/// # Errors
/// Where the database says no.
pub fn record(conn: &mut Conn, row: &Appointment) -> Result<(), Error> {
    diesel::update(appointment::table.find(row.id))
        .set((
            appointment::status.eq(row.status),
            appointment::status_since.eq(row.status_since),
            appointment::valid_from.eq(row.valid_from),
            appointment::valid_to.eq(row.valid_to),
            appointment::confirmed_at.eq(row.confirmed_at),
            appointment::confirm_by.eq(row.confirm_by),
            appointment::decided_by.eq(row.decided_by),
            appointment::decided_at.eq(row.decided_at),
            appointment::reason.eq(&row.reason),
            appointment::replaced_by.eq(row.replaced_by),
            appointment::checked_at.eq(row.checked_at),
            appointment::due_at.eq(row.due_at),
            appointment::updated_at.eq(row.updated_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Says whose an appointment is that was an invitation.
///
/// # Errors
/// Where the database says no.
pub fn set_holder(conn: &mut Conn, id: Id, user: Id) -> Result<(), Error> {
    diesel::update(appointment::table.find(id)).set(appointment::user_id.eq(user)).execute(conn)?;
    Ok(())
}

/// The ids of appointments for which the clock has something to do, the most overdue first.
///
/// # Errors
/// Where the database says no.
pub fn due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<Id>, Error> {
    Ok(appointment::table
        .filter(appointment::due_at.le(now))
        .order((appointment::due_at, appointment::id))
        .limit(limit)
        .select(appointment::id)
        .load(conn)?)
}

/// Lets the clock come back to an appointment later: it failed now, and others wait behind it.
///
/// # Errors
/// Where the database says no.
pub fn postpone(conn: &mut Conn, id: Id, until: Timestamp) -> Result<(), Error> {
    diesel::update(appointment::table.find(id)).set(appointment::due_at.eq(until)).execute(conn)?;
    Ok(())
}

/// Appointments in the order in which they were made, after an id.
///
/// # Errors
/// Where the database says no.
pub fn list(conn: &mut Conn, filter: &ListFilter, after: Option<Id>, limit: i64) -> Result<Vec<Appointment>, Error> {
    let mut query =
        appointment::table.select(Appointment::as_select()).order(appointment::id).limit(limit).into_boxed();
    match (filter.holder, filter.organisations.as_deref()) {
        (Some(user), Some(own)) => {
            let within = appointment::organisation_id.eq_any(own.to_vec());
            query = query.filter(appointment::user_id.eq(user).or(within));
        }
        (Some(user), None) => query = query.filter(appointment::user_id.eq(user)),
        (None, Some(own)) => query = query.filter(appointment::organisation_id.eq_any(own.to_vec())),
        (None, None) => {}
    }
    if let Some(within) = &filter.within {
        query = query.filter(appointment::organisation_id.eq_any(within.clone()));
    }
    if !filter.statuses.is_empty() {
        query = query.filter(appointment::status.eq_any(filter.statuses.clone()));
    }
    if !filter.roles.is_empty() {
        query = query.filter(appointment::role.eq_any(filter.roles.clone()));
    }
    if let Some(after) = after {
        query = query.filter(appointment::id.gt(after));
    }
    Ok(query.load(conn)?)
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

/// The appointments of a person at an organisation that are suspended, or ended since then while they were.
///
/// # Errors
/// Where the database says no.
pub fn under_suspension(
    conn: &mut Conn,
    user: Id,
    organisation: Id,
    since: Timestamp,
) -> Result<Vec<Appointment>, Error> {
    let suspended = appointment::status.eq(AppointmentStatus::Suspended);
    let mut rows: Vec<Appointment> = appointment::table
        .filter(appointment::user_id.eq(user))
        .filter(appointment::organisation_id.eq(organisation))
        .filter(suspended.or(appointment::status_since.ge(since)))
        .select(Appointment::as_select())
        .load(conn)?;
    rows.retain(Appointment::is_under_suspension);
    Ok(rows)
}

/// How many wait for a decision at an organisation. Whoever bounds them holds it.
///
/// # Errors
/// Where the database says no.
pub fn count_waiting(conn: &mut Conn, organisation: Id) -> Result<i64, Error> {
    let waiting = appointment::status.eq_any([AppointmentStatus::Pending, AppointmentStatus::Incomplete]);
    let there = appointment::table.filter(appointment::organisation_id.eq(organisation).and(waiting));
    Ok(there.count().get_result(conn)?)
}

/// Every appointment of several people, with whose it is; of each person the oldest first.
///
/// # Errors
/// Where the database says no.
pub fn of_users(conn: &mut Conn, users: &[Id]) -> Result<Vec<(Id, Held)>, Error> {
    let mut found = Vec::new();
    for users in users.chunks(BATCH) {
        type Row = (Option<Id>, Id, Id, String, Option<Region>, Role, AppointmentStatus);
        let rows: Vec<Row> = on_each!(conn, c => appointment::table
            .inner_join(organisation::table)
            .filter(appointment::user_id.eq_any(users))
            .order(appointment::id)
            .select((
                appointment::user_id,
                appointment::id,
                organisation::id,
                organisation::code,
                organisation::region,
                appointment::role,
                appointment::status,
            ))
            .load(c))?;
        found.extend(rows.into_iter().filter_map(|(user, id, organisation_id, organisation, region, role, status)| {
            Some((user?, Held { id, organisation_id, organisation, region, role, status }))
        }));
    }
    Ok(found)
}

/// How many hold this role in force, everywhere or at one organisation.
///
/// # Errors
/// Where the database says no.
pub fn count_active(conn: &mut Conn, role: Role, organisation: Option<Id>) -> Result<i64, Error> {
    let active = appointment::role.eq(role).and(appointment::status.eq(AppointmentStatus::Active));
    let mut query = appointment::table.filter(active).count().into_boxed();
    if let Some(organisation) = organisation {
        query = query.filter(appointment::organisation_id.eq(organisation));
    }
    Ok(query.get_result(conn)?)
}
