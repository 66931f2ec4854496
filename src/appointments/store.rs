//! All SQL of appointments.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::types::{Appointment, AppointmentStatus, HeldAppointment, NewAppointment, Role};
use crate::db::schema::{appointment, invitation, organisation};
use crate::db::{BATCH, Conn, Id, Locked, Wakeup, note_lock};
use crate::error::Error;
use crate::members::{self, Region};
use crate::on_each;
use crate::personal_data::{Lists, Subject};
use crate::personal_list;
use crate::time::Timestamp;

/// Makes an appointment.
pub fn create(conn: &mut Conn, id: Id, new: &NewAppointment, now: Timestamp) -> Result<Appointment, Error> {
    let row = begun(id, new, now);
    insert(conn, &[(&row, new.registration_id)])?;
    Ok(row)
}

/// Makes many appointments.
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
        decided_by: new.decided_by,
        decided_at: new.decided_by.map(|_| now),
        reason: None,
        replaced_by: None,
        end_set_by: new.end_set_by,
        checked_at: now,
        due_at: None,
        created_at: now,
        updated_at: now,
    };
    row.dated(now)
}

/// Refuses a role that its organisation does not have. Whoever asks for one was refused before; this covers every other
/// way to make an appointment, also later ones.
fn check_places(conn: &mut Conn, rows: &[(&Appointment, Option<Id>)]) -> Result<(), Error> {
    let mut ids: Vec<Id> = rows.iter().map(|(row, _)| row.organisation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let places = members::some(conn, &ids)?;
    for (row, _) in rows {
        if let Some(place) = places.iter().find(|place| place.id == row.organisation_id) {
            row.role.check_fits(place, Role::ALL)?;
        }
    }
    Ok(())
}

fn insert(conn: &mut Conn, rows: &[(&Appointment, Option<Id>)]) -> Result<(), Error> {
    check_places(conn, rows)?;
    // An invitation is nobody's yet.
    if rows.iter().any(|(row, _)| row.user_id.is_some()) {
        conn.wake(Wakeup::Principals);
    }
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
                (appointment::valid_to.eq(row.valid_to), appointment::end_set_by.eq(row.end_set_by)),
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
pub fn lock_for_update(conn: &mut Conn, id: Id) -> Result<Appointment, Error> {
    note_lock(Locked::Appointment(id))?;
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
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<Appointment>, Error> {
    Ok(appointment::table.find(id).select(Appointment::as_select()).first(conn).optional()?)
}

/// The appointment that came of an application.
pub fn find_of_registration(conn: &mut Conn, registration: Id) -> Result<Option<Appointment>, Error> {
    let of_it = appointment::table.filter(appointment::registration_id.eq(registration));
    Ok(of_it.select(Appointment::as_select()).first(conn).optional()?)
}

/// The application of the public form that an appointment came of.
pub fn application_of(conn: &mut Conn, id: Id) -> Result<Option<Id>, Error> {
    let row = appointment::table.find(id).select(appointment::registration_id).first::<Option<Id>>(conn);
    Ok(row.optional()?.flatten())
}

/// Writes everything that can change of an appointment. The caller holds it.
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
            appointment::end_set_by.eq(row.end_set_by),
            appointment::checked_at.eq(row.checked_at),
            appointment::due_at.eq(row.due_at),
            appointment::updated_at.eq(row.updated_at),
        ))
        .execute(conn)?;
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// Says whose an appointment is that was an invitation.
pub fn set_holder(conn: &mut Conn, id: Id, user: Id) -> Result<(), Error> {
    diesel::update(appointment::table.find(id)).set(appointment::user_id.eq(user)).execute(conn)?;
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// The ids of appointments for which the clock has something to do, the most overdue first.
pub fn due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<Id>, Error> {
    Ok(appointment::table
        .filter(appointment::due_at.le(now))
        .order((appointment::due_at, appointment::id))
        .limit(limit)
        .select(appointment::id)
        .load(conn)?)
}

/// Lets the clock come back to an appointment later: it failed now, and others wait behind it.
pub fn postpone(conn: &mut Conn, id: Id, until: Timestamp) -> Result<(), Error> {
    diesel::update(appointment::table.find(id)).set(appointment::due_at.eq(until)).execute(conn)?;
    Ok(())
}

/// Those of these appointments that there are, unordered. They are those of one page.
pub fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Appointment>, Error> {
    let these = appointment::table.filter(appointment::id.eq_any(ids.to_vec()));
    Ok(these.select(Appointment::as_select()).load(conn)?)
}

/// Every appointment of a person, the oldest first.
pub fn of_user(conn: &mut Conn, user: Id) -> Result<Vec<HeldAppointment>, Error> {
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
        .map(|(id, organisation_id, organisation, region, role, status)| HeldAppointment {
            id,
            organisation_id,
            organisation,
            region,
            role,
            status,
        })
        .collect())
}

/// Whether a person has an appointment at an organisation that is in force, or was.
pub fn was_ever_in_force(conn: &mut Conn, user: Id, organisation: Id) -> Result<bool, Error> {
    let there = appointment::user_id.eq(user).and(appointment::organisation_id.eq(organisation));
    let begun = appointment::table.filter(there.and(appointment::valid_from.is_not_null()));
    Ok(diesel::select(exists(begun)).get_result(conn)?)
}

/// The appointments of a person at an organisation that are suspended, or ended since then while they were.
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

/// Who joined the Secretariat since an instant, each with everybody who appointed, approved or invited the person.
pub fn newcomers(conn: &mut Conn, since: Timestamp) -> Result<Vec<(Id, Id)>, Error> {
    let rows: Vec<(Option<Id>, Option<Id>, Option<Id>)> = appointment::table
        .left_join(invitation::table.on(invitation::appointment_id.eq(appointment::id)))
        .filter(appointment::role.eq(Role::Secretariat))
        .filter(appointment::valid_from.ge(since))
        .select((appointment::user_id, appointment::decided_by, invitation::invited_by.nullable()))
        .load(conn)?;
    let pairs = |(person, decider, inviter): (Option<Id>, Option<Id>, Option<Id>)| {
        [decider, inviter].map(|maker| person.zip(maker)).into_iter().flatten()
    };
    Ok(rows.into_iter().flat_map(pairs).collect())
}

/// How many wait for a decision at an organisation. Whoever bounds them holds it.
pub fn count_waiting(conn: &mut Conn, organisation: Id) -> Result<i64, Error> {
    let waiting = appointment::status.eq_any([AppointmentStatus::Pending, AppointmentStatus::Incomplete]);
    let there = appointment::table.filter(appointment::organisation_id.eq(organisation).and(waiting));
    Ok(there.count().get_result(conn)?)
}

/// Every appointment of several people, with whose it is; of each person the oldest first.
pub fn of_users(conn: &mut Conn, users: &[Id]) -> Result<Vec<(Id, HeldAppointment)>, Error> {
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
            Some((user?, HeldAppointment { id, organisation_id, organisation, region, role, status }))
        }));
    }
    Ok(found)
}

/// How many hold this role in force, everywhere or at one organisation.
pub fn count_active(conn: &mut Conn, role: Role, organisation: Option<Id>) -> Result<i64, Error> {
    let active = appointment::role.eq(role).and(appointment::status.eq(AppointmentStatus::Active));
    let mut query = appointment::table.filter(active).count().into_boxed();
    if let Some(organisation) = organisation {
        query = query.filter(appointment::organisation_id.eq(organisation));
    }
    Ok(query.get_result(conn)?)
}

/// Takes applications that are about to be deleted from the appointments that came of them.
pub fn release_registrations(conn: &mut Conn, registrations: &[Id]) -> Result<(), Error> {
    diesel::update(appointment::table.filter(appointment::registration_id.eq_any(registrations.to_vec())))
        .set(appointment::registration_id.eq(None::<Id>))
        .execute(conn)?;
    Ok(())
}

/// Forgets what is personal about an appointment.
pub fn forget(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(appointment::table.find(id))
        .set((appointment::reason.eq(None::<String>), appointment::forgotten_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// The same of every appointment of somebody.
pub(super) fn forget_of(conn: &mut Conn, user: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(appointment::table.filter(appointment::user_id.eq(user)))
        .set((appointment::reason.eq(None::<String>), appointment::forgotten_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Adds somebody's appointments to an export, the newest first.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let own = appointment::table
        .inner_join(organisation::table)
        .filter(appointment::user_id.eq(subject.user))
        .order(appointment::id.desc());
    personal_list!(lists, "appointments", conn, own,
        id: Id = appointment::id, organisation: String = organisation::code,
        organisation_name: String = organisation::name_en, role: String = appointment::role,
        status: AppointmentStatus = appointment::status, status_since: Timestamp = appointment::status_since,
        valid_from: Option<Timestamp> = appointment::valid_from, valid_to: Option<Timestamp> = appointment::valid_to,
        confirmed_at: Option<Timestamp> = appointment::confirmed_at,
        confirm_by: Option<Timestamp> = appointment::confirm_by,
        decided_at: Option<Timestamp> = appointment::decided_at, reason: Option<String> = appointment::reason,
        created_at: Timestamp = appointment::created_at);
    Ok(())
}
