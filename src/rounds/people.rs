//! To whom mails about rounds go.

use crate::appointments::{self, Appointment, AppointmentStatus, HeldAppointment, ListFilter, Role};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity::{self, Credentials};

/// Most appointments at the organisations of a frame that are looked at: dozens at each.
const MOST: i64 = 20_000;

/// The people with an open account who hold one of these roles at these organisations, each with the organisation.
pub(super) fn holders(
    conn: &mut Conn,
    organisations: Vec<Id>,
    roles: Vec<Role>,
) -> Result<Vec<(Id, Credentials)>, Error> {
    let (statuses, within) = (vec![AppointmentStatus::Active], Some(organisations));
    let held = appointments::list(conn, &ListFilter { within, statuses, roles, ..ListFilter::default() }, None, MOST)?;
    let mut ids: Vec<Id> = held.iter().filter_map(|row| row.user_id).collect();
    ids.sort_unstable();
    ids.dedup();
    with_people(conn, &ids, held.iter().filter_map(|row| Some((row.user_id?, row.organisation_id))))
}

/// The appointments in force after this one, in the order of their ids, `most` at most. They are read by the index of
/// states alone, whatever their roles and organisations, so that each of them is read once in all steps together.
pub(super) fn some_active(conn: &mut Conn, after: Id, most: i64) -> Result<Vec<Appointment>, Error> {
    let statuses = vec![AppointmentStatus::Active];
    appointments::list(conn, &ListFilter { statuses, ..ListFilter::default() }, Some(after), most)
}

/// Those of these people, in the order of their ids, who have an open account, each with every organisation at which
/// the person holds one of these roles.
pub(super) fn places_of(conn: &mut Conn, people: &[Id], roles: &[Role]) -> Result<Vec<(Id, Credentials)>, Error> {
    let held = appointments::of_users(conn, people)?;
    let is_meant = |one: &HeldAppointment| one.status == AppointmentStatus::Active && roles.contains(&one.role);
    let held = held.into_iter().filter(|(_, one)| is_meant(one));
    with_people(conn, people, held.map(|(person, one)| (person, one.organisation_id)))
}

/// The organisations of those of these people, in the order of their ids, who have an open account, each with the person.
fn with_people(
    conn: &mut Conn,
    ids: &[Id],
    places: impl Iterator<Item = (Id, Id)>,
) -> Result<Vec<(Id, Credentials)>, Error> {
    let people = identity::users(conn, ids)?;
    let found = |id: Id| people.binary_search_by_key(&id, |person| person.id).ok().and_then(|at| people.get(at));
    let person = |id: Id| found(id).filter(|person| !person.is_closed()).cloned();
    Ok(places.filter_map(|(holder, organisation)| Some((organisation, person(holder)?))).collect())
}
