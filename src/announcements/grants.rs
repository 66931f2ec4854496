//! What was planned or approved by somebody who may not any more: it is held, and the Secretariat is told.
//!
//! An announcement begins by itself by the rights that its planner has at that moment, and an approval counts by those of
//! whoever gave it. Both are asked for when it begins, in the unit of work that begins it; and in each round of what happens by
//! itself, so that the others of the Secretariat hear of it at once and not when its time has come.
//!
//! Left out: what is being sent already. Anybody of the Secretariat pauses or cancels it.

use super::Desk;
use super::rules::{APPROVER_LEFT, PLANNER_LEFT};
use super::store::{self, Approval};
use super::types::{AnnouncementStatus, Row};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::policy;

impl Row {
    /// By whose plan it begins; none where somebody is to begin it. Before planners were written down it was its author.
    fn planner(&self) -> Option<Id> {
        (self.status == AnnouncementStatus::Scheduled).then(|| self.scheduled_by.unwrap_or(self.author_id))
    }
}

/// Whether somebody may still send what was planned.
fn may(conn: &mut Conn, granter: Option<Id>) -> Result<bool, Error> {
    granter.map_or(Ok(true), |id| Ok(policy::still_announces(&identity::granter(conn, id)?)))
}

/// Whether it may begin by itself.
pub(super) fn is_planned(conn: &mut Conn, row: &Row) -> Result<bool, Error> {
    may(conn, row.planner())
}

/// Whether somebody approved it who may still do that.
pub(super) fn is_approved(conn: &mut Conn, row: &Row) -> Result<bool, Error> {
    Ok(row.approved_by.is_some() && may(conn, row.approved_by)?)
}

/// What waits by the plan or with the approval of somebody who may not any more, and why it is to be held: by three
/// questions for however many.
pub(super) fn void(conn: &mut Conn) -> Result<Vec<(Id, &'static str)>, Error> {
    let rows = store::granted(conn)?;
    let mut people: Vec<Id> = rows.iter().flat_map(|row| [row.planner(), row.approved_by]).flatten().collect();
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let granters = identity::granters(conn, &people)?;
    let left = |id: Id| granters.get(&id).is_none_or(|one| !policy::still_announces(one));
    let why = |row: &Row| {
        let planner = row.planner().filter(|&id| left(id)).map(|_| PLANNER_LEFT);
        planner.or_else(|| row.approved_by.filter(|&id| left(id)).map(|_| APPROVER_LEFT))
    };
    Ok(rows.iter().filter_map(|row| Some((row.id, why(row)?))).collect())
}

impl Desk {
    /// Holds one back that [`void`] found, where it is still so; an approval that counts no longer is taken away.
    pub(super) fn hold_void(&self, conn: &mut Conn, id: Id, why: &'static str) -> Result<bool, Error> {
        let Some(row) = store::find_for_update(conn, id)? else { return Ok(false) };
        let waits = matches!(row.status, AnnouncementStatus::Approved | AnnouncementStatus::Scheduled);
        let approver_left = row.approved_by.is_some() && !is_approved(conn, &row)?;
        if !waits || (!approver_left && is_planned(conn, &row)?) {
            return Ok(false);
        }
        if approver_left {
            store::set_approval(conn, id, &Approval::default())?;
        }
        self.put_on_hold(conn, id, why)?;
        Ok(true)
    }
}
