//! Whether the opening that was planned for a draft still counts: a draft opens by itself only where its planner may still
//! open rounds, and where the session or API token that it was planned with is trusted (`identity::granters`), since a
//! thief may have used it.
//!
//! Both are judged in the unit of work that would open the draft, and each minute before, so that the Secretariat hears
//! of it at once. Such a draft stays one, and opens when an officer decides again. What an earlier version planned names
//! no planner, and counts.
//!
//! Left out: rounds that have opened. Anybody of the Secretariat closes them or calls them off.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use super::mails::OpeningHeld;
use super::types::RoundRow;
use super::{Rounds, store};
use crate::audit::Event;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity;
use crate::policy::{self, Principal};
use crate::service::UnitOfWork;
use crate::surveys;
use crate::throttle::Causer;

/// How long the mail is tried.
const NOTICE_LIFE: Duration = Duration::from_hours(72);

/// Why a planned opening does not count any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    PlannerLeft,
    CredentialRevoked,
}

/// The planners of drafts with their rights of now, and the revoked ones among the credentials that they used.
pub(super) struct Planners {
    people: BTreeMap<Id, Principal>,
    revoked: BTreeSet<Id>,
}

impl Planners {
    /// Those of these drafts, by a fixed number of queries.
    pub(super) fn of(conn: &mut Conn, drafts: &[RoundRow]) -> Result<Self, Error> {
        let planned = || drafts.iter().filter(|row| row.scheduled_at.is_some());
        let people: BTreeSet<Id> = planned().filter_map(|row| row.scheduled_by).collect();
        if people.is_empty() {
            return Ok(Self { people: BTreeMap::new(), revoked: BTreeSet::new() });
        }
        let people: Vec<Id> = people.into_iter().collect();
        let credentials: BTreeSet<Id> = planned().filter_map(|row| row.scheduled_with).collect();
        let credentials: Vec<Id> = credentials.into_iter().collect();
        Ok(Self { people: identity::granters(conn, &people)?, revoked: identity::revoked(conn, &credentials)? })
    }

    /// Whether the opening of a draft was planned and does not count any more.
    pub(super) fn is_void(&self, row: &RoundRow) -> bool {
        self.end(row).is_some()
    }

    fn end(&self, row: &RoundRow) -> Option<End> {
        let planner = row.scheduled_at.and(row.scheduled_by)?;
        if self.people.get(&planner).is_none_or(|one| !policy::still_opens_rounds(one)) {
            return Some(End::PlannerLeft);
        }
        let is_revoked = row.scheduled_with.is_some_and(|credential| self.revoked.contains(&credential));
        is_revoked.then_some(End::CredentialRevoked)
    }
}

impl UnitOfWork<Rounds> {
    /// Holds a draft, which is locked, if its planned opening does not count any more; returns whether it did.
    pub(super) fn hold_void(&self, conn: &mut Conn, row: &RoundRow) -> Result<bool, Error> {
        let end = Planners::of(conn, std::slice::from_ref(row))?.end(row);
        let Some((end, planner)) = end.zip(row.scheduled_by) else { return Ok(false) };
        let has_left = end == End::PlannerLeft;
        store::unschedule(conn, row.id, self.now)?;
        let cause = if has_left { "planner_left" } else { "credential_revoked" };
        self.note(conn, None, Event::RoundChanged, row.id, json!({"opens_by_itself": false, "cause": cause}))?;
        let survey = surveys::by_id(conn, row.survey_id)?.ok_or_else(Error::not_found)?;
        for officer in identity::secretariat(conn)? {
            // Whoever plans may end the session, and plan again in another one.
            if has_left || self.throttle.admits_mail(conn, Causer::Officer(planner), officer.id)? {
                let survey = survey.title_in(officer.preferred_language);
                let mail = OpeningHeld { survey, has_left, round: row.id.to_string() };
                self.outbox.post(conn, &officer.recipient(), &mail, NOTICE_LIFE)?;
            }
        }
        Ok(true)
    }
}
