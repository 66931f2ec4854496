//! The SQL of the life cycle, in addition to that of appointments: locks, names, and the views of appointments.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::types::{AppointmentView, Deed, PersonView, StoredDetails};
use super::{evidence, rules};
use crate::appointments::{Appointment, AppointmentStatus, Role};
use crate::db::schema::{appointment, contact, hand_over, invitation, organisation, users};
use crate::db::{Conn, Id, Locked, note_lock};
use crate::error::Error;
use crate::i18n::Language;
use crate::identity::{self, Credentials};
use crate::members::{MemberStatus, Region};
use crate::nominations;
use crate::on_each;
use crate::policy::{self, Action, FieldAudience, Owned, Principal};

/// The names in mails about an appointment.
pub(super) struct Names {
    /// The person, or the recipient of the invitation.
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

/// Locks an organisation, and by that the appointments at it.
pub(super) fn lock_organisation(conn: &mut Conn, id: Id) -> Result<(), Error> {
    note_lock(Locked::Organisation(id))?;
    if let Conn::Postgres(c) = conn {
        organisation::table.find(id).select(organisation::id).for_no_key_update().first::<Id>(c)?;
    }
    Ok(())
}

/// Locks several organisations, by their codes; always in the same order, against deadlocks.
pub(super) fn lock_organisations(conn: &mut Conn, codes: &[String]) -> Result<(), Error> {
    let named = organisation::table.filter(organisation::code.eq_any(codes)).order(organisation::id);
    let locked: Vec<Id> = match conn {
        Conn::Postgres(c) => named.select(organisation::id).for_no_key_update().load(c)?,
        Conn::Sqlite(c) => named.select(organisation::id).load(c)?,
    };
    locked.into_iter().try_for_each(|id| note_lock(Locked::Organisation(id)))
}

/// The keys of the addresses of the people whose applications wait for a decision at an organisation. Whoever bounds them
/// holds it.
pub(super) fn waiting_addresses(conn: &mut Conn, organisation: Id) -> Result<Vec<String>, Error> {
    let waiting = appointment::status.eq_any([AppointmentStatus::Pending, AppointmentStatus::Incomplete]);
    Ok(appointment::table
        .inner_join(users::table.on(appointment::user_id.eq(users::id.nullable())))
        .filter(appointment::organisation_id.eq(organisation).and(waiting))
        .select(users::email_key)
        .load(conn)?)
}

/// The names of the person and the organisation of an appointment.
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

/// The names of those of these people whom a reader knows by name: the Secretariat knows everybody with an account,
/// others know themselves, whom the directory lists for them, and who has an appointment where they coordinate. An API
/// token knows by each of these as much as its scopes let it read.
pub(super) fn known_names(conn: &mut Conn, reader: &Principal, people: &[Id]) -> Result<HashMap<Id, String>, Error> {
    let may = |action| policy::check(reader, action).is_ok();
    let (reads_community, manages) = (may(Action::ReadCommunity), may(Action::ManageAppointments));
    let mut known: Vec<Id> = people.to_vec();
    if !(manages && reader.is_secretariat()) {
        known.retain(|person| *person == reader.user_id && may(Action::ReadProfile));
        if reads_community {
            known.extend(listed(conn, reader, people)?);
        }
        if manages {
            known.extend(coordinated(conn, reader, people)?);
        }
    }
    let named = users::table.filter(users::id.eq_any(known)).select((users::id, users::name));
    Ok(named.load::<(Id, String)>(conn)?.into_iter().collect())
}

/// Those of these people whom the directory lists for a reader: those of a hidden member for the Secretariat only.
fn listed(conn: &mut Conn, reader: &Principal, people: &[Id]) -> Result<Vec<Id>, Error> {
    let mut listed = contact::table
        .inner_join(organisation::table)
        .filter(contact::user_id.eq_any(people.to_vec()).and(contact::listed.eq(true)))
        .select(contact::user_id)
        .into_boxed();
    if !reader.is_secretariat() {
        listed = listed.filter(organisation::status.ne(MemberStatus::Hidden));
    }
    Ok(listed.load(conn)?)
}

/// Those of these people who have an appointment where a reader coordinates.
fn coordinated(conn: &mut Conn, reader: &Principal, people: &[Id]) -> Result<Vec<Id>, Error> {
    let coordinated = reader.active().filter(|held| held.role == Role::Coordinator);
    let within: Vec<Id> = coordinated.map(|held| held.organisation_id).collect();
    let holders: Vec<Option<Id>> = people.iter().copied().map(Some).collect();
    let appointed = appointment::organisation_id.eq_any(within).and(appointment::user_id.eq_any(holders));
    let appointed = appointment::table.filter(appointed).select(appointment::user_id);
    Ok(appointed.load::<Option<Id>>(conn)?.into_iter().flatten().collect())
}

/// What is stored of the person of an appointment: the entry in the directory, or else the invitation.
pub(super) fn details(conn: &mut Conn, row: &Appointment) -> Result<Option<StoredDetails>, Error> {
    if let Some(entry) = entries(conn, &[row.id])?.remove(&row.id) {
        return Ok(Some(entry));
    }
    let invited = invitation::table
        .find(row.id)
        .select((invitation::job_title, invitation::phone, invitation::invited_by))
        .first::<(Option<String>, Option<String>, Id)>(conn)
        .optional()?;
    let Some((job_title, phone, by)) = invited else { return Ok(None) };
    let there = appointment::organisation_id.eq(row.organisation_id).and(appointment::role.eq(Role::Coordinator));
    let coordinated = appointment::table.filter(appointment::user_id.eq(by).and(there));
    let is_own: bool = diesel::select(exists(coordinated)).get_result(conn)?;
    Ok(Some(StoredDetails::Invitation { is_own, job_title, phone }))
}

/// The entries in the directory of these appointments, by their ids.
fn entries(conn: &mut Conn, appointments: &[Id]) -> Result<HashMap<Id, StoredDetails>, Error> {
    type Field = (Option<String>, FieldAudience);
    type Entry = (Id, (Id, bool, Id, Id, Option<Region>), Field, Field);
    let rows = on_each!(conn, c => contact::table
        .filter(contact::appointment_id.eq_any(appointments))
        .select((
            contact::appointment_id,
            (contact::id, contact::listed, contact::user_id, contact::organisation_id, contact::region),
            (contact::job_title, contact::job_title_audience),
            (contact::phone, contact::phone_audience),
        ))
        .load::<Entry>(c))?;
    let entry = |(appointment, (contact, is_listed, owner, organisation, region), job_title, phone): Entry| {
        let owned = Owned { owner, organisation, region };
        let listed = is_listed.then_some(contact);
        (appointment, StoredDetails::Entry { listed, owned, job_title, phone })
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// The versions of what this reader sees of the evidence of those of these appointments on which a decision is due, by
/// their ids.
fn evidence_versions(conn: &mut Conn, reader: &Principal, rows: &[Appointment]) -> Result<HashMap<Id, String>, Error> {
    let due: Vec<&Appointment> = rows.iter().filter(|row| evidence::is_versioned(reader, row)).collect();
    if due.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Id> = due.iter().map(|row| row.id).collect();
    let (mut entries, mut nominations) = (entries(conn, &ids)?, nominations::of_each(conn, &ids)?);
    let version = |row: &Appointment| {
        let shown = entries.remove(&row.id).map(|stored| evidence::shown_details(reader, row.status, stored));
        let nomination = nominations.remove(&row.id).unwrap_or_default();
        Ok((row.id, evidence::version(&nomination, &shown.unwrap_or_default())?))
    };
    due.into_iter().map(version).collect()
}

/// Appointments as this reader sees them.
pub(super) fn views(
    conn: &mut Conn,
    reader: &Principal,
    rows: Vec<Appointment>,
) -> Result<Vec<AppointmentView>, Error> {
    let (related, begun_by) = (related_data(conn, &rows)?, hand_overs_begun_by(conn, &rows)?);
    let mut versions = evidence_versions(conn, reader, &rows)?;
    let view = |row: Appointment| {
        let evidence_version = versions.remove(&row.id);
        let possible = rules::possible(reader, &row, begun_by.get(&row.id));
        let shown = policy::may_see_address(reader, &row, related.audience(&row));
        Ok(AppointmentView { evidence_version, ..related.assemble(row, shown, possible)? })
    };
    rows.into_iter().map(view).collect()
}

/// An appointment as its holder sees it without a login.
pub(super) fn own_view(conn: &mut Conn, row: Appointment) -> Result<AppointmentView, Error> {
    related_data(conn, std::slice::from_ref(&row))?.assemble(row, true, Vec::new())
}

/// Who began the open hand-overs of these appointments, by the ids of the appointments.
fn hand_overs_begun_by(conn: &mut Conn, rows: &[Appointment]) -> Result<HashMap<Id, Principal>, Error> {
    let handed_over: Vec<Id> = rows.iter().filter(|row| rules::is_handed_over(row)).map(|row| row.id).collect();
    if handed_over.is_empty() {
        return Ok(HashMap::new());
    }
    let begun = on_each!(conn, c => hand_over::table
        .filter(hand_over::appointment_id.eq_any(&handed_over))
        .select((hand_over::appointment_id, hand_over::begun_by))
        .load::<(Id, Id)>(c))?;
    let people: Vec<Id> = begun.iter().map(|(_, by)| *by).collect();
    let granters = identity::granters(conn, &people)?;
    Ok(begun.into_iter().filter_map(|(row, by)| Some((row, granters.get(&by)?.clone()))).collect())
}

/// Data of other tables about appointments.
struct RelatedData {
    /// The codes of the organisations.
    codes: HashMap<Id, String>,
    /// The person of each appointment, by its id.
    people: HashMap<Id, PersonView>,
    /// Who may see the address of each contact, by the id of its appointment.
    audiences: HashMap<Id, (FieldAudience, Option<Region>)>,
}

fn related_data(conn: &mut Conn, rows: &[Appointment]) -> Result<RelatedData, Error> {
    let organisations: Vec<Id> = rows.iter().map(|row| row.organisation_id).collect();
    let codes = on_each!(conn, c => organisation::table
        .filter(organisation::id.eq_any(&organisations))
        .select((organisation::id, organisation::code))
        .load::<(Id, String)>(c))?;
    let holders: Vec<Id> = rows.iter().filter_map(|row| row.user_id).collect();
    let known = identity::users(conn, &holders)?;
    let known: HashMap<Id, PersonView> = known.into_iter().map(|person| (person.id, person_view(person))).collect();
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
            let (name_changed_at, previous_name, name_flagged_at, email) = (None, None, None, Some(email));
            (appointment, PersonView { id: None, name, name_changed_at, previous_name, name_flagged_at, email })
        })
        .collect();
    for row in rows {
        if let Some(person) = row.user_id.and_then(|user| known.get(&user)) {
            people.insert(row.id, person.clone());
        }
    }
    let audiences = shown.into_iter().map(|(appointment, audience, region)| (appointment, (audience, region)));
    Ok(RelatedData { codes: codes.into_iter().collect(), people, audiences: audiences.collect() })
}

fn person_view(person: Credentials) -> PersonView {
    PersonView {
        id: Some(person.id),
        name: person.name,
        name_changed_at: person.name_changed_at,
        previous_name: person.previous_name,
        name_flagged_at: person.name_flagged_at,
        email: Some(person.email),
    }
}

impl RelatedData {
    /// Who may see the address of the contact, and relative to what; none if there is no contact.
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
            last_day: row.valid_to.map(|at| at.last_day().to_string()),
            confirmed_at: row.confirmed_at,
            confirm_by: row.confirm_by,
            decided_at: row.decided_at,
            reason: row.reason,
            replaced_by: row.replaced_by,
            evidence_version: None,
            created_at: row.created_at,
            updated_at: row.updated_at,
            possible,
        })
    }
}
