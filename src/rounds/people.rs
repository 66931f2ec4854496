//! To whom mails about rounds go.

use crate::appointments::{self, AppointmentStatus, ListFilter, Role};
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
    let people = identity::users(conn, &ids)?;
    let found = |id: Id| people.binary_search_by_key(&id, |person| person.id).ok().and_then(|at| people.get(at));
    let person = |id: Id| found(id).filter(|person| !person.is_closed()).cloned();
    Ok(held.iter().filter_map(|row| Some((row.organisation_id, person(row.user_id?)?))).collect())
}
