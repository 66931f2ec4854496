//! All SQL of nominations.

use diesel::prelude::*;

use super::types::{Case, Letter, LetterType, NewLetter, Row};
use crate::appointments::AppointmentStatus;
use crate::db::schema::{appointment, nomination};
use crate::db::{Conn, Id, Locked, note_lock};
use crate::error::Error;
use crate::on_each;
use crate::personal_data::{Lists, Subject};
use crate::personal_list;
use crate::time::Timestamp;

/// Columns of a case.
type CaseRow = (Option<Id>, Id, AppointmentStatus);

/// The appointment that a nomination is of; 404 where there is none.
pub(super) fn case(conn: &mut Conn, id: Id) -> Result<Case, Error> {
    let row: CaseRow = appointment::table
        .find(id)
        .select((appointment::user_id.nullable(), appointment::organisation_id, appointment::status))
        .first(conn)?;
    Ok(Case { subject: row.0, organisation: row.1, status: row.2 })
}

/// The same with a lock of the row. On SQLite a unit that writes is alone anyway.
pub(super) fn lock_for_update(conn: &mut Conn, id: Id) -> Result<Case, Error> {
    note_lock(Locked::Appointment(id))?;
    if let Conn::Postgres(c) = conn {
        let _held: Id = appointment::table.find(id).select(appointment::id).for_update().first(c)?;
    }
    case(conn, id)
}

pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<Row>, Error> {
    Ok(nomination::table.find(id).select(Row::as_select()).first(conn).optional()?)
}

/// Those of these appointments.
pub(super) fn find_each(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, Row)>, Error> {
    Ok(on_each!(conn, c => nomination::table
        .filter(nomination::appointment_id.eq_any(ids))
        .select((nomination::appointment_id, Row::as_select()))
        .load(c))?)
}

/// Replaces the statement of a nomination; a letter stays.
pub fn record(
    conn: &mut Conn,
    appointment: Id,
    official: Option<&str>,
    reference: Option<&str>,
    dated: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    let known = (
        nomination::official.eq(official),
        nomination::reference.eq(reference),
        nomination::dated.eq(dated),
        nomination::updated_at.eq(now),
    );
    on_each!(conn, c => diesel::insert_into(nomination::table)
        .values((nomination::appointment_id.eq(appointment), known))
        .on_conflict(nomination::appointment_id)
        .do_update()
        .set(known)
        .execute(c))?;
    Ok(())
}

pub(super) fn set_letter(
    conn: &mut Conn,
    appointment: Id,
    letter: &NewLetter,
    uploaded_by: Id,
    now: Timestamp,
) -> Result<(), Error> {
    let columns = (
        nomination::letter_id.eq(Some(letter.object)),
        nomination::letter_type.eq(Some(letter.kind)),
        nomination::letter_size.eq(Some(letter.size)),
        nomination::letter_sha256.eq(Some(&letter.sha256)),
        nomination::letter_name.eq(Some(&letter.name)),
        nomination::uploaded_by.eq(Some(uploaded_by)),
        nomination::uploaded_at.eq(Some(now)),
        nomination::updated_at.eq(now),
    );
    on_each!(conn, c => diesel::insert_into(nomination::table)
        .values((nomination::appointment_id.eq(appointment), columns))
        .on_conflict(nomination::appointment_id)
        .do_update()
        .set(columns)
        .execute(c))?;
    Ok(())
}

/// Replaces the stored copy of the same letter.
pub(super) fn swap_letter(conn: &mut Conn, appointment: Id, object: Id) -> Result<(), Error> {
    diesel::update(nomination::table.find(appointment)).set(nomination::letter_id.eq(Some(object))).execute(conn)?;
    Ok(())
}

pub(super) fn clear_letter(conn: &mut Conn, appointment: Id, now: Timestamp) -> Result<(), Error> {
    diesel::update(nomination::table.find(appointment))
        .set((
            nomination::letter_id.eq(None::<Id>),
            nomination::letter_type.eq(None::<LetterType>),
            nomination::letter_size.eq(None::<i32>),
            nomination::letter_sha256.eq(None::<Vec<u8>>),
            nomination::letter_name.eq(None::<String>),
            nomination::uploaded_by.eq(None::<Id>),
            nomination::uploaded_at.eq(None::<Timestamp>),
            nomination::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes a nomination; returns the letter that it named.
pub(super) fn delete(conn: &mut Conn, appointment: Id) -> Result<Option<Id>, Error> {
    let letter: Option<Option<Id>> =
        nomination::table.find(appointment).select(nomination::letter_id).first(conn).optional()?;
    diesel::delete(nomination::table.find(appointment)).execute(conn)?;
    Ok(letter.flatten())
}

/// The letters of all appointments of a person, the oldest appointment first.
pub fn letters_of_user(conn: &mut Conn, user: Id) -> Result<Vec<Letter>, Error> {
    let rows: Vec<(Id, Row)> = nomination::table
        .inner_join(appointment::table)
        .filter(appointment::user_id.eq(user).and(nomination::letter_id.is_not_null()))
        .order(nomination::appointment_id)
        .select((nomination::appointment_id, Row::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(appointment, row)| row.letter(appointment)).collect())
}

/// Adds somebody's nominations to an export.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let own = nomination::table.inner_join(appointment::table).filter(appointment::user_id.eq(subject.user));
    personal_list!(lists, "nominations", conn, own,
        appointment: Id = nomination::appointment_id, official: Option<String> = nomination::official,
        reference: Option<String> = nomination::reference, dated: Option<String> = nomination::dated,
        letter_name: Option<String> = nomination::letter_name, letter_type: Option<String> = nomination::letter_type,
        uploaded_at: Option<Timestamp> = nomination::uploaded_at, updated_at: Timestamp = nomination::updated_at);
    Ok(())
}
