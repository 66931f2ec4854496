//! The SQL of open grants: invitations by inviter, role and organisation, and open hand-overs.

use diesel::prelude::*;

use crate::appointments::{Appointment, AppointmentStatus, Role};
use crate::db::schema::{appointment, hand_over, invitation, organisation};
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::members::OrganisationKind;
use crate::on_each;
use crate::time::Timestamp;

/// Open invitations of the same worth: of one inviter, to one role at one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub(super) struct Group {
    pub(super) inviter: Id,
    pub(super) organisation: Id,
    pub(super) kind: OrganisationKind,
    pub(super) role: Role,
    pub(super) approved: bool,
}

/// A hand-over whose overlap is not over.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = hand_over)]
pub(super) struct OpenHandOver {
    pub(super) begun_by: Id,
    pub(super) valid_to_before: Option<Timestamp>,
    pub(super) until: Timestamp,
    pub(super) begun_with: Option<Id>,
}

/// The groups of open invitations: far fewer than invitations.
pub(super) fn groups(conn: &mut Conn) -> Result<Vec<Group>, Error> {
    Ok(invitation::table
        .inner_join(appointment::table.inner_join(organisation::table))
        .filter(appointment::status.eq(AppointmentStatus::Invited))
        .select((
            invitation::invited_by,
            appointment::organisation_id,
            organisation::kind,
            appointment::role,
            invitation::approved,
        ))
        .distinct()
        .load(conn)?)
}

/// Some open invitations of a group.
pub(super) fn of_group(conn: &mut Conn, group: &Group, limit: i64) -> Result<Vec<Id>, Error> {
    let place = appointment::organisation_id.eq(group.organisation).and(appointment::role.eq(group.role));
    let open = appointment::status.eq(AppointmentStatus::Invited).and(place);
    let theirs = invitation::invited_by.eq(group.inviter).and(invitation::approved.eq(group.approved));
    let rows = invitation::table.inner_join(appointment::table).filter(theirs.and(open));
    Ok(rows.order(appointment::id).limit(limit).select(appointment::id).load(conn)?)
}

/// All open hand-overs, each with the predecessor's appointment.
pub(super) fn all_under_way(conn: &mut Conn) -> Result<Vec<(Appointment, OpenHandOver)>, Error> {
    Ok(hand_over::table
        .inner_join(appointment::table)
        .filter(appointment::replaced_by.is_not_null())
        .select((Appointment::as_select(), OpenHandOver::as_select()))
        .load(conn)?)
}

/// Those of these appointments that are over.
pub(super) fn over(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Id>, Error> {
    let is_final = |status: &AppointmentStatus| status.is_final();
    let statuses: Vec<_> = AppointmentStatus::ALL.iter().copied().filter(is_final).collect();
    let mut found = Vec::new();
    for some in ids.chunks(BATCH) {
        let rows = on_each!(conn, c => appointment::table
            .filter(appointment::id.eq_any(some).and(appointment::status.eq_any(statuses.clone())))
            .select(appointment::id)
            .load::<Id>(c))?;
        found.extend(rows);
    }
    Ok(found)
}

/// The open hand-over of this predecessor.
pub(super) fn under_way(conn: &mut Conn, predecessor: Id) -> Result<Option<OpenHandOver>, Error> {
    Ok(hand_over::table.find(predecessor).select(OpenHandOver::as_select()).first(conn).optional()?)
}

/// Stores an open hand-over; it replaces an earlier one of the predecessor.
pub(super) fn begin(conn: &mut Conn, predecessor: Id, row: &OpenHandOver, now: Timestamp) -> Result<(), Error> {
    end(conn, predecessor)?;
    let values = (
        hand_over::appointment_id.eq(predecessor),
        hand_over::begun_by.eq(row.begun_by),
        hand_over::begun_with.eq(row.begun_with),
        hand_over::begun_at.eq(now),
        hand_over::valid_to_before.eq(row.valid_to_before),
        hand_over::until.eq(row.until),
    );
    on_each!(conn, c => diesel::insert_into(hand_over::table).values(values).execute(c))?;
    Ok(())
}

/// Deletes an open hand-over.
pub(super) fn end(conn: &mut Conn, predecessor: Id) -> Result<(), Error> {
    diesel::delete(hand_over::table.find(predecessor)).execute(conn)?;
    Ok(())
}
