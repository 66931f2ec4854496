//! All SQL of adoption.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::types::{Adopter, AdoptionEntry, AdoptionStatus, Cell, GivenAdoption};
use crate::db::schema::{adoption, organisation, technology};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::MemberStatus;
use crate::on_each;
use crate::personal_data::{Lists, Subject};
use crate::personal_list;
use crate::time::Timestamp;

/// The entries of a member for active technologies, in the order of the list.
pub(super) fn of_member(conn: &mut Conn, organisation: Id) -> Result<Vec<AdoptionEntry>, Error> {
    Ok(adoption::table
        .inner_join(technology::table)
        .filter(adoption::organisation_id.eq(organisation).and(technology::active.eq(true)))
        .order(technology::position)
        .select(AdoptionEntry::as_select())
        .load(conn)?)
}

/// The entries of members for a technology, in the order of their names; with hidden members if `everything`.
pub(super) fn of_technology(conn: &mut Conn, technology: &str, everything: bool) -> Result<Vec<Adopter>, Error> {
    let mut query = adoption::table
        .inner_join(organisation::table)
        .filter(adoption::technology_code.eq(technology.to_owned()))
        .order((organisation::sort_name, organisation::code))
        .select(Adopter::as_select())
        .into_boxed();
    if !everything {
        query = query.filter(organisation::status.ne(MemberStatus::Hidden));
    }
    Ok(query.load(conn)?)
}

/// All cells of the matrix, in the order of the codes of members: some thousand at most.
pub(super) fn all(conn: &mut Conn, everything: bool) -> Result<Vec<Cell>, Error> {
    let mut query = adoption::table
        .inner_join(organisation::table)
        .order((organisation::code, adoption::technology_code))
        .select((adoption::technology_code, organisation::code, adoption::status, adoption::willing_to_share))
        .into_boxed();
    if !everything {
        query = query.filter(organisation::status.ne(MemberStatus::Hidden));
    }
    let rows: Vec<(String, String, AdoptionStatus, bool)> = query.load(conn)?;
    let cell = |(technology, member, status, willing)| Cell { technology, member, status, willing };
    Ok(rows.into_iter().map(cell).collect())
}

/// The entries of members that are not hidden, for all technologies.
pub(super) fn of_visible(conn: &mut Conn) -> Result<Vec<(Id, String, AdoptionStatus)>, Error> {
    Ok(adoption::table
        .inner_join(organisation::table)
        .filter(organisation::status.ne(MemberStatus::Hidden))
        .select((adoption::organisation_id, adoption::technology_code, adoption::status))
        .load(conn)?)
}

/// See [`super::organisations`].
pub(super) fn organisations(
    conn: &mut Conn,
    technologies: &[String],
    statuses: &[AdoptionStatus],
    willing: Option<bool>,
) -> Result<Vec<Id>, Error> {
    let mut query =
        adoption::table.select(adoption::organisation_id).distinct().order(adoption::organisation_id).into_boxed();
    if !technologies.is_empty() {
        query = query.filter(adoption::technology_code.eq_any(technologies.to_vec()));
    }
    if !statuses.is_empty() {
        query = query.filter(adoption::status.eq_any(statuses.to_vec()));
    }
    if let Some(willing) = willing {
        query = query.filter(adoption::willing_to_share.eq(willing));
    }
    Ok(query.load(conn)?)
}

/// Deletes the entries of a member for these technologies.
pub(super) fn remove(conn: &mut Conn, organisation: Id, technologies: &[String]) -> Result<(), Error> {
    let meant = adoption::organisation_id.eq(organisation).and(adoption::technology_code.eq_any(technologies));
    diesel::delete(adoption::table.filter(meant)).execute(conn)?;
    Ok(())
}

/// Inserts or updates entries of a member.
pub(super) fn put(
    conn: &mut Conn,
    organisation: Id,
    given: &[GivenAdoption],
    officer: Id,
    now: Timestamp,
) -> Result<(), Error> {
    let rows: Vec<_> = given
        .iter()
        .map(|entry| {
            (
                adoption::organisation_id.eq(organisation),
                adoption::technology_code.eq(entry.technology.clone()),
                adoption::status.eq(entry.status),
                adoption::since.eq(entry.since.clone()),
                adoption::willing_to_share.eq(entry.willing_to_share),
                adoption::updated_at.eq(now),
                adoption::updated_by.eq(officer),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    on_each!(conn, c => diesel::insert_into(adoption::table)
        .values(&rows)
        .on_conflict((adoption::organisation_id, adoption::technology_code))
        .do_update()
        .set((
            adoption::status.eq(excluded(adoption::status)),
            adoption::since.eq(excluded(adoption::since)),
            adoption::willing_to_share.eq(excluded(adoption::willing_to_share)),
            adoption::updated_at.eq(excluded(adoption::updated_at)),
            adoption::updated_by.eq(excluded(adoption::updated_by)),
        ))
        .execute(c))?;
    Ok(())
}

/// Adds the entries that a person made to an export.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    personal_list!(lists, "adoption", conn, adoption::table.filter(adoption::updated_by.eq(subject.user)),
        organisation: Id = adoption::organisation_id, technology: String = adoption::technology_code,
        status: String = adoption::status, updated_at: Timestamp = adoption::updated_at);
    Ok(())
}
