//! All SQL of applications.

use diesel::prelude::*;

use super::types::{Application, Found, Outcome, RegistrationStatus, Row};
use crate::appointments::AppointmentStatus;
use crate::db::schema::{appointment, organisation, registration};
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::time::Timestamp;

/// What stands in the column of the password, which portals of before wrote and nobody reads any more.
const NO_PASSWORD: &str = "";

/// Stores an application whose address is not verified yet.
pub(super) fn insert(
    conn: &mut Conn,
    id: Id,
    application: &Application,
    organisation: Id,
    language: Language,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(registration::table)
        .values((
            registration::id.eq(id),
            registration::status.eq(RegistrationStatus::Unverified),
            registration::organisation_id.eq(organisation),
            registration::role.eq(application.role),
            registration::email.eq(application.email.as_str()),
            registration::email_key.eq(application.email.key()),
            registration::password_hash.eq(NO_PASSWORD),
            registration::name.eq(&application.name),
            registration::job_title.eq(&application.details.job_title),
            registration::phone.eq(&application.details.phone),
            registration::languages.eq(Document(application.details.languages.clone())),
            registration::preferred_language.eq(language),
            registration::nominating_official.eq(&application.nominating_official),
            registration::nomination_reference.eq(&application.nomination_reference),
            registration::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// One application with the code of its member.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<Found>, Error> {
    let row = registration::table
        .inner_join(organisation::table)
        .left_join(appointment::table)
        .filter(registration::id.eq(id))
        .select((Row::as_select(), organisation::code, Option::<Outcome>::as_select()))
        .first(conn);
    Ok(row.optional()?)
}

/// What the member of an application is called, in English and French.
pub(super) fn organisation_names(conn: &mut Conn, organisation: Id) -> Result<(String, String), Error> {
    let names = organisation::table.find(organisation).select((organisation::name_en, organisation::name_fr));
    Ok(names.first(conn)?)
}

/// Applications in the order of their arrival, after an id.
pub(super) fn list(
    conn: &mut Conn,
    statuses: &[RegistrationStatus],
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Found>, Error> {
    let appointed: Vec<AppointmentStatus> = AppointmentStatus::ALL
        .iter()
        .copied()
        .filter(|&status| statuses.contains(&RegistrationStatus::of(status)))
        .collect();
    // Without an appointment the application's own word counts.
    let alone = registration::status.eq_any(statuses.to_vec()).and(appointment::id.is_null());
    let mut query = registration::table
        .inner_join(organisation::table)
        .left_join(appointment::table)
        .filter(alone.or(appointment::status.nullable().eq_any(appointed)))
        .order(registration::id)
        .limit(limit)
        .select((Row::as_select(), organisation::code, Option::<Outcome>::as_select()))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(registration::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// An application becomes a person's, under the name of the account. Others for the same address end.
pub(super) fn set_verified(conn: &mut Conn, row: &Row, user: Id, name: &str, now: Timestamp) -> Result<(), Error> {
    diesel::update(registration::table.find(row.id))
        .set((
            registration::status.eq(RegistrationStatus::Pending),
            registration::user_id.eq(user),
            registration::name.eq(name),
            registration::password_hash.eq(NO_PASSWORD),
            registration::verified_at.eq(now),
        ))
        .execute(conn)?;
    let email_key = registration::table.find(row.id).select(registration::email_key).first::<String>(conn)?;
    let others = registration::email_key.eq(email_key).and(registration::status.eq(RegistrationStatus::Unverified));
    diesel::update(registration::table.filter(others))
        .set((registration::status.eq(RegistrationStatus::Superseded), registration::password_hash.eq(NO_PASSWORD)))
        .execute(conn)?;
    Ok(())
}

/// Deletes applications that nobody verified since `bound`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    let stale = registration::status
        .eq_any([RegistrationStatus::Unverified, RegistrationStatus::Superseded])
        .and(registration::created_at.lt(bound))
        .and(registration::user_id.is_null());
    Ok(diesel::delete(registration::table.filter(stale)).execute(conn)?)
}
