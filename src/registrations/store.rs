//! All SQL of applications.

use std::collections::HashMap;

use diesel::prelude::*;

use super::types::{Application, ApplicationRecord, CurrentValues, Outcome, RegistrationStatus, Row};
use crate::appointments::{self, AppointmentStatus};
use crate::db::schema::{appointment, contact, nomination, organisation, registration, users};
use crate::db::{Conn, Document, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::personal_data::{Address, Addresses, Lists, Subject};
use crate::personal_list;
use crate::secrets::hex;
use crate::time::Timestamp;

/// The value of the column of passwords, which earlier versions wrote and nothing reads.
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

/// Replaces an application whose address is not verified yet, except for the address.
pub(super) fn correct(
    conn: &mut Conn,
    id: Id,
    application: &Application,
    organisation: Id,
    language: Language,
) -> Result<(), Error> {
    let its = registration::id.eq(id).and(registration::status.eq(RegistrationStatus::Unverified));
    diesel::update(registration::table.filter(its))
        .set((
            registration::organisation_id.eq(organisation),
            registration::role.eq(application.role),
            registration::name.eq(&application.name),
            registration::job_title.eq(&application.details.job_title),
            registration::phone.eq(&application.details.phone),
            registration::languages.eq(Document(application.details.languages.clone())),
            registration::preferred_language.eq(language),
            registration::nominating_official.eq(&application.nominating_official),
            registration::nomination_reference.eq(&application.nomination_reference),
        ))
        .execute(conn)?;
    Ok(())
}

/// One application with the code of its member.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<ApplicationRecord>, Error> {
    let row = registration::table
        .inner_join(organisation::table)
        .left_join(appointment::table)
        .filter(registration::id.eq(id))
        .select((Row::as_select(), organisation::code, Option::<Outcome>::as_select()))
        .first(conn);
    Ok(row.optional()?)
}

/// The last application of an address that nobody has verified.
pub(super) fn newest_unverified(conn: &mut Conn, email_key: &str) -> Result<Option<Row>, Error> {
    let its = registration::email_key.eq(email_key).and(registration::status.eq(RegistrationStatus::Unverified));
    let row = registration::table.filter(its).order(registration::id.desc()).select(Row::as_select()).first(conn);
    Ok(row.optional()?)
}

/// The names of a member in English and French.
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
) -> Result<Vec<ApplicationRecord>, Error> {
    let appointed: Vec<AppointmentStatus> = AppointmentStatus::ALL
        .iter()
        .copied()
        .filter(|&status| statuses.contains(&RegistrationStatus::of(status)))
        .collect();
    // Without an appointment the state of the application counts.
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

/// What the approval of these appointments puts in force, by their ids: the person, the contact and the nomination as
/// they are now.
pub(super) fn current(conn: &mut Conn, appointments: &[Id]) -> Result<HashMap<Id, CurrentValues>, Error> {
    type Evidence = (Option<String>, Option<String>, Option<String>, Option<Vec<u8>>);
    type Entry = (Id, String, String, Option<String>, Option<String>, Document<Vec<String>>, Document<Vec<String>>);
    let evidence = on_each!(conn, c => nomination::table
        .filter(nomination::appointment_id.eq_any(appointments))
        .select((
            nomination::appointment_id,
            (nomination::official, nomination::reference, nomination::dated, nomination::letter_sha256),
        ))
        .load::<(Id, Evidence)>(c))?;
    let mut evidence: HashMap<Id, Evidence> = evidence.into_iter().collect();
    let entries = on_each!(conn, c => contact::table
        .inner_join(users::table)
        .filter(contact::appointment_id.eq_any(appointments))
        .select((
            contact::appointment_id,
            users::email,
            users::name,
            contact::job_title,
            contact::phone,
            contact::languages,
            contact::technologies,
        ))
        .load::<Entry>(c))?;
    let current = |(id, email, name, job_title, phone, Document(languages), Document(technologies)): Entry| {
        let (official, reference, dated, letter) = evidence.remove(&id).unwrap_or_default();
        let values = CurrentValues {
            email,
            name,
            job_title,
            phone,
            languages,
            technologies,
            nominating_official: official,
            nomination_reference: reference,
            nomination_date: dated,
            letter_sha256: letter.as_deref().map(hex),
        };
        (id, values)
    };
    Ok(entries.into_iter().map(current).collect())
}

/// Assigns an application to an account, under its name. Others with the same address are superseded.
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
    let stale = registration::table.filter(stale).limit(SWEPT_AT_ONCE).select(registration::id);
    let stale: Vec<Id> = stale.load(conn)?;
    Ok(diesel::delete(registration::table.filter(registration::id.eq_any(stale))).execute(conn)?)
}

/// Applications of somebody: those that name the account, whatever address they bear, and those that bear an address alone and were
/// made in the time in which it was the person's.
pub(super) fn of_person(conn: &mut Conn, user: Id, known: &Addresses) -> Result<Vec<Id>, Error> {
    let own = registration::table.filter(registration::user_id.eq(user));
    let mut applications: Vec<Id> = own.select(registration::id).load(conn)?;
    for Address { key, claim, .. } in &known.all {
        let (since, until) = claim.waiting();
        let unconfirmed = registration::table
            .filter(registration::user_id.is_null().and(registration::email_key.eq(key)))
            .filter(registration::created_at.ge(since).and(registration::created_at.lt(until)));
        applications.extend(unconfirmed.select(registration::id).load::<Id>(conn)?);
    }
    Ok(applications)
}

/// The application of an appointment.
pub(super) fn of_appointment(conn: &mut Conn, appointment: Id) -> Result<Option<Id>, Error> {
    Ok(appointment::table.find(appointment).select(appointment::registration_id).first(conn)?)
}

/// Deletes applications.
pub(super) fn delete(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    appointments::release_registrations(conn, ids)?;
    diesel::delete(registration::table.filter(registration::id.eq_any(ids.to_vec()))).execute(conn)?;
    Ok(())
}

/// Adds somebody's applications to an export, the newest first: those of the account, and those of its address from the time in which
/// it was the person's.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let of_address = registration::user_id
        .is_null()
        .and(registration::email_key.eq(&subject.email_key))
        .and(registration::created_at.ge(subject.since));
    let own = registration::table
        .inner_join(organisation::table)
        .filter(registration::user_id.eq(subject.user).or(of_address))
        .order(registration::id.desc());
    personal_list!(lists, "registrations", conn, own,
        id: Id = registration::id, organisation: String = organisation::code, role: String = registration::role,
        email: String = registration::email, name: String = registration::name,
        job_title: Option<String> = registration::job_title, phone: Option<String> = registration::phone,
        languages: Document<Vec<String>> = registration::languages,
        nominating_official: Option<String> = registration::nominating_official,
        nomination_reference: Option<String> = registration::nomination_reference,
        created_at: Timestamp = registration::created_at, verified_at: Option<Timestamp> = registration::verified_at,
        reason: Option<String> = registration::reason);
    Ok(())
}
