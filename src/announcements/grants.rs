//! Validity of plans and approvals. An announcement whose planner or approver lost the right, or used a credential that
//! was revoked since, is held, and the Secretariat is notified.
//!
//! An announcement begins by itself only where its planner may still send, and an approval counts only where its giver
//! may still approve. Neither counts where the session or API token that it was given with was revoked
//! (`identity::granters`), since a thief may have used it. Both are checked in the unit of work that begins the
//! announcement, and in each round of `scheduler`, so that the Secretariat hears of it at once and not at the scheduled
//! time.
//!
//! Left out: announcements that are being sent already. Anybody of the Secretariat pauses or cancels them.

use std::collections::{BTreeMap, BTreeSet};

use super::Announcements;
use super::cause::Cause;
use super::store::{self, Approval, Asked};
use super::types::{AnnouncementStatus, Row};
use crate::appointments;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::policy::{self, Principal};
use crate::service::UnitOfWork;
use crate::time::Timestamp;

/// A plan or an approval.
#[derive(Clone, Copy)]
struct Grant {
    by: Id,
    /// The session or API token.
    with: Option<Id>,
}

/// The people behind grants with their rights of now, and the revoked ones among the credentials of these grants.
struct Granters {
    people: BTreeMap<Id, Principal>,
    revoked: BTreeSet<Id>,
}

impl Granters {
    /// Those of these grants, by a fixed number of queries.
    fn of(conn: &mut Conn, grants: &[Grant]) -> Result<Self, Error> {
        let people = distinct(grants.iter().map(|grant| grant.by));
        let credentials = distinct(grants.iter().filter_map(|grant| grant.with));
        Ok(Self { people: identity::granters(conn, &people)?, revoked: identity::revoked(conn, &credentials)? })
    }

    /// The reason why a grant is void: `left` where its giver lost the right, `revoked` where its credential was
    /// revoked.
    fn void(&self, grant: Grant, left: Cause, revoked: Cause) -> Option<Cause> {
        if self.people.get(&grant.by).is_none_or(|one| !policy::still_announces(one)) {
            return Some(left);
        }
        grant.with.filter(|credential| self.revoked.contains(credential)).map(|_| revoked)
    }
}

fn distinct(ids: impl Iterator<Item = Id>) -> Vec<Id> {
    let mut ids: Vec<Id> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

impl Row {
    /// The plan by which it begins; none where it is not scheduled. Rows of earlier versions name no planner: it was
    /// the author.
    fn plan(&self) -> Option<Grant> {
        let plan = Grant { by: self.scheduled_by.unwrap_or(self.author_id), with: self.scheduled_with };
        (self.status == AnnouncementStatus::Scheduled).then_some(plan)
    }

    fn approval(&self) -> Option<Grant> {
        self.approved_by.map(|by| Grant { by, with: self.approved_with })
    }

    fn plan_void(&self, granters: &Granters) -> Option<Cause> {
        self.plan().and_then(|plan| granters.void(plan, Cause::PlannerLeft, Cause::PlanRevoked))
    }

    fn approval_void(&self, granters: &Granters) -> Option<Cause> {
        self.approval().and_then(|approval| granters.void(approval, Cause::ApproverLeft, Cause::ApprovalRevoked))
    }
}

/// The reason why its plan is void; none where it is valid.
pub(super) fn plan_void(conn: &mut Conn, row: &Row) -> Result<Option<Cause>, Error> {
    let Some(plan) = row.plan() else { return Ok(None) };
    Ok(row.plan_void(&Granters::of(conn, &[plan])?))
}

/// Whether it has a valid approval.
pub(super) fn is_approved(conn: &mut Conn, row: &Row) -> Result<bool, Error> {
    let Some(approval) = row.approval() else { return Ok(false) };
    if row.approval_void(&Granters::of(conn, &[approval])?).is_some() {
        return Ok(false);
    }
    // A portal of an earlier version took approvals without this question.
    let Some(given) = row.approved_at else { return Ok(true) };
    match check_independent(conn, approval.by, row, given) {
        Err(error) if error.refusal().is_some() => Ok(false),
        checked => checked.map(|()| true),
    }
}

/// Refuses approval at an instant by an officer whom somebody with a part in it brought to the Secretariat lately.
///
/// # Errors
/// 403.
pub(super) fn check_independent(conn: &mut Conn, officer: Id, row: &Row, at: Timestamp) -> Result<(), Error> {
    let mut involved = store::writers(conn, row)?;
    involved.extend(row.submitted_by);
    policy::check_independent(officer, &involved, &appointments::newcomers(conn, at.minus(policy::NEWCOMER))?)
}

/// Announcements whose plan or approval is void, each with the reason, by a fixed number of queries.
pub(super) fn void(conn: &mut Conn) -> Result<Vec<(Id, Cause)>, Error> {
    let rows = store::granted(conn)?;
    let grants: Vec<Grant> = rows.iter().flat_map(|row| [row.plan(), row.approval()]).flatten().collect();
    if grants.is_empty() {
        return Ok(Vec::new());
    }
    let granters = Granters::of(conn, &grants)?;
    let why = |row: &Row| row.plan_void(&granters).or_else(|| row.approval_void(&granters));
    Ok(rows.iter().filter_map(|row| Some((row.id, why(row)?))).collect())
}

impl UnitOfWork<Announcements> {
    /// Holds an announcement that [`void`] found, where that is still so, and removes a void approval.
    pub(super) fn hold_void(&self, conn: &mut Conn, id: Id, why: Cause) -> Result<bool, Error> {
        let Asked::Mine(row) = store::ask_for(conn, id)? else { return Ok(false) };
        let waits = matches!(row.status, AnnouncementStatus::Approved | AnnouncementStatus::Scheduled);
        let approval_gone = row.approved_by.is_some() && !is_approved(conn, &row)?;
        if !waits || (!approval_gone && plan_void(conn, &row)?.is_none()) {
            return Ok(false);
        }
        if approval_gone {
            store::set_approval(conn, id, &Approval::default())?;
        }
        self.put_on_hold(conn, id, why)?;
        Ok(true)
    }
}
