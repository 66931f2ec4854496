//! The SQL of the life cycle beyond appointments themselves: names beside them, and who goes first.

use std::collections::HashMap;

use diesel::prelude::*;

use super::rules;
use super::types::{AppointmentView, Deed, PersonView};
use crate::appointments::Appointment;
use crate::db::schema::{contact, invitation, organisation, users};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::members::Region;
use crate::on_each;
use crate::policy::{self, FieldAudience, Owned, Principal};
use crate::time::Timestamp;

/// What an appointment's letters name.
pub(super) struct Names {
    /// The person, or whom the invitation is for.
    pub(super) person: String,
    name_en: String,
    name_fr: String,
}

impl Names {
    /// The organisation in the reader's language.
    pub(super) fn organisation(&self, language: Language) -> &str {
        if language == Language::Fr { &self.name_fr } else { &self.name_en }
    }
}

/// Waits until nobody else is about to change an appointment at this organisation.
pub(super) fn hold_organisation(conn: &mut Conn, id: Id) -> Result<(), Error> {
    if let Conn::Postgres(c) = conn {
        organisation::table.find(id).select(organisation::id).for_no_key_update().first::<Id>(c)?;
    }
    Ok(())
}

/// The same at several, named by their codes: always in the same order, so that no two wait for each other.
pub(super) fn hold_organisations(conn: &mut Conn, codes: &[String]) -> Result<(), Error> {
    if let Conn::Postgres(c) = conn {
        let named = organisation::table.filter(organisation::code.eq_any(codes)).order(organisation::id);
        named.select(organisation::id).for_no_key_update().load::<Id>(c)?;
    }
    Ok(())
}

/// The names beside an appointment.
pub(super) fn names(conn: &mut Conn, row: &Appointment) -> Result<Names, Error> {
    let (name_en, name_fr) = organisation::table
        .find(row.organisation_id)
        .select((organisation::name_en, organisation::name_fr))
        .first::<(String, String)>(conn)?;
    let person = match row.user_id {
        Some(user) => users::table.find(user).select(users::name).first(conn)?,
        None => invitation::table.find(row.id).select(invitation::name).first(conn)?,
    };
    Ok(Names { person, name_en, name_fr })
}

/// Appointments as this reader sees them.
pub(super) fn views(
    conn: &mut Conn,
    reader: &Principal,
    rows: Vec<Appointment>,
) -> Result<Vec<AppointmentView>, Error> {
    let beside = beside(conn, &rows)?;
    let view = |row: Appointment| {
        let possible = rules::possible(reader, &row);
        let shown = policy::may_see_address(reader, &row, beside.audience(&row));
        beside.assemble(row, shown, possible)
    };
    rows.into_iter().map(view).collect()
}

/// An appointment as its holder sees it who did not log in.
pub(super) fn own_view(conn: &mut Conn, row: Appointment) -> Result<AppointmentView, Error> {
    beside(conn, std::slice::from_ref(&row))?.assemble(row, true, Vec::new())
}

/// What stands beside appointments.
struct Beside {
    /// The codes of the organisations.
    codes: HashMap<Id, String>,
    /// Whom each appointment is for, by the appointments' ids.
    people: HashMap<Id, PersonView>,
    /// Who may see the address of each contact, by the appointments' ids.
    audiences: HashMap<Id, (FieldAudience, Option<Region>)>,
}

fn beside(conn: &mut Conn, rows: &[Appointment]) -> Result<Beside, Error> {
    let organisations: Vec<Id> = rows.iter().map(|row| row.organisation_id).collect();
    let codes = on_each!(conn, c => organisation::table
        .filter(organisation::id.eq_any(&organisations))
        .select((organisation::id, organisation::code))
        .load::<(Id, String)>(c))?;
    let holders: Vec<Id> = rows.iter().filter_map(|row| row.user_id).collect();
    let known = on_each!(conn, c => users::table
        .filter(users::id.eq_any(&holders))
        .select((users::id, users::name, users::name_changed_at, users::previous_name, users::email))
        .load::<(Id, String, Option<Timestamp>, Option<String>, String)>(c))?;
    let known: HashMap<Id, PersonView> = known
        .into_iter()
        .map(|(id, name, name_changed_at, previous_name, email)| {
            (id, PersonView { id: Some(id), name, name_changed_at, previous_name, email: Some(email) })
        })
        .collect();
    let (held, asked): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.user_id.is_some());
    let held: Vec<Id> = held.into_iter().map(|row| row.id).collect();
    let shown = on_each!(conn, c => contact::table
        .filter(contact::appointment_id.eq_any(&held))
        .select((contact::appointment_id, contact::email_audience, contact::region))
        .load::<(Id, FieldAudience, Option<Region>)>(c))?;
    let asked: Vec<Id> = asked.into_iter().map(|row| row.id).collect();
    let invited = on_each!(conn, c => invitation::table
        .filter(invitation::appointment_id.eq_any(&asked))
        .select((invitation::appointment_id, invitation::name, invitation::email))
        .load::<(Id, String, String)>(c))?;
    let mut people: HashMap<Id, PersonView> = invited
        .into_iter()
        .map(|(appointment, name, email)| {
            let email = Some(email);
            (appointment, PersonView { id: None, name, name_changed_at: None, previous_name: None, email })
        })
        .collect();
    for row in rows {
        if let Some(person) = row.user_id.and_then(|user| known.get(&user)) {
            people.insert(row.id, person.clone());
        }
    }
    let audiences = shown.into_iter().map(|(appointment, audience, region)| (appointment, (audience, region)));
    Ok(Beside { codes: codes.into_iter().collect(), people, audiences: audiences.collect() })
}

impl Beside {
    /// Who may see the address of the contact, and relative to what; none where there is no contact.
    fn audience(&self, row: &Appointment) -> Option<(FieldAudience, Owned)> {
        let (audience, region) = *self.audiences.get(&row.id)?;
        Some((audience, Owned { owner: row.user_id?, organisation: row.organisation_id, region }))
    }

    fn assemble(&self, row: Appointment, with_address: bool, possible: Vec<Deed>) -> Result<AppointmentView, Error> {
        let missing = || Error::internal("an appointment without its organisation or its person");
        let person = self.people.get(&row.id).cloned().ok_or_else(missing)?;
        Ok(AppointmentView {
            organisation: self.codes.get(&row.organisation_id).cloned().ok_or_else(missing)?,
            person: PersonView { email: person.email.filter(|_| with_address), ..person },
            id: row.id,
            role: row.role,
            status: row.status,
            status_since: row.status_since,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            confirmed_at: row.confirmed_at,
            confirm_by: row.confirm_by,
            decided_at: row.decided_at,
            reason: row.reason,
            replaced_by: row.replaced_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            possible,
        })
    }
}
