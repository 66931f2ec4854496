//! The SQL of what is open of somebody's grants: invitations by who granted what, and hand-overs under way.

use diesel::prelude::*;

use crate::appointments::{Appointment, AppointmentStatus, Role};
use crate::db::schema::{appointment, hand_over, invitation};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::on_each;
use crate::time::Timestamp;

/// Open invitations that are all worth the same: of one inviter, to one role at one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub(super) struct Group {
    pub(super) inviter: Id,
    pub(super) organisation: Id,
    pub(super) role: Role,
    pub(super) approved: bool,
}

/// A hand-over under way.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = hand_over)]
pub(super) struct UnderWay {
    pub(super) begun_by: Id,
    pub(super) valid_to_before: Option<Timestamp>,
    pub(super) until: Timestamp,
}

/// The groups that have open invitations: far fewer than these.
pub(super) fn groups(conn: &mut Conn) -> Result<Vec<Group>, Error> {
    Ok(invitation::table
        .inner_join(appointment::table)
        .filter(appointment::status.eq(AppointmentStatus::Invited))
        .select((invitation::invited_by, appointment::organisation_id, appointment::role, invitation::approved))
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

/// The predecessors of all hand-overs under way, and who began each.
pub(super) fn all_under_way(conn: &mut Conn) -> Result<Vec<(Appointment, Id)>, Error> {
    Ok(hand_over::table
        .inner_join(appointment::table)
        .filter(appointment::replaced_by.is_not_null())
        .select((Appointment::as_select(), hand_over::begun_by))
        .load(conn)?)
}

/// The hand-over of this predecessor, where one is under way.
pub(super) fn under_way(conn: &mut Conn, predecessor: Id) -> Result<Option<UnderWay>, Error> {
    Ok(hand_over::table.find(predecessor).select(UnderWay::as_select()).first(conn).optional()?)
}

/// Writes down that a hand-over is under way; one that was before is over.
pub(super) fn begin(conn: &mut Conn, predecessor: Id, row: &UnderWay, now: Timestamp) -> Result<(), Error> {
    end(conn, predecessor)?;
    let values = (
        hand_over::appointment_id.eq(predecessor),
        hand_over::begun_by.eq(row.begun_by),
        hand_over::begun_at.eq(now),
        hand_over::valid_to_before.eq(row.valid_to_before),
        hand_over::until.eq(row.until),
    );
    on_each!(conn, c => diesel::insert_into(hand_over::table).values(values).execute(c))?;
    Ok(())
}

/// Forgets a hand-over that has come to its end.
pub(super) fn end(conn: &mut Conn, predecessor: Id) -> Result<(), Error> {
    diesel::delete(hand_over::table.find(predecessor)).execute(conn)?;
    Ok(())
}
