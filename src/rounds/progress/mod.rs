//! How the responses of a round stand, as states only: no answer is read.
//!
//! The Secretariat sees each organisation's state. Everybody else sees who has submitted, if the round makes its
//! participation public; otherwise nothing. For them participation stands still at the last deadline that they know:
//! whoever submits later was granted more time, which they are not told. People of agencies read nothing by region, as in
//! a release: agencies are few.

mod pace;
mod rules;
mod store;
mod types;

use std::collections::HashMap;
use std::sync::Arc;

pub use pace::{Pace, PaceLine};
pub use types::{Progress, ProgressRow, RegionProgress, StateCount};

use super::deadlines;
use super::deadlines::rules::has_ended;
use super::rules::Reach;
use super::types::{FrameEntry, GivenRound, ResponseState, RoundRow};
use super::{ResponseStates, Rounds, interface, store as round_store, views};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::policy::{self, Principal, ResponseReach};
use crate::service::Service as _;
use crate::surveys::SurveyAudience;
use crate::time::Timestamp;
pub(super) use rules::Stand;

/// Refuses that participation becomes public once somebody has submitted, who was told that nobody would see it.
///
/// # Errors
/// 409.
pub(super) fn check_settled(conn: &mut Conn, row: &RoundRow, given: &GivenRound) -> Result<(), Error> {
    let is_published = given.is_participation_public && !row.is_participation_public;
    if is_published && store::has_submission(conn, row.id)? {
        return Err(Error::conflict(ProblemCode::ParticipationSettled));
    }
    Ok(())
}

impl Rounds {
    /// How the responses of a round stand.
    ///
    /// # Errors
    /// 403 where the participation is not public, 404.
    pub async fn progress(&self, viewer: Arc<Principal>, round: Id) -> Result<Progress, Error> {
        let (responses, now) = (Arc::clone(&self.responses), self.foundation.clock.now());
        let read = move |conn: &mut Conn| {
            let reach = Reach::of(&viewer);
            let (row, survey) = views::seen(conn, reach, round)?;
            if !reach.all && !row.is_participation_public {
                return Err(Error::forbidden(ProblemCode::SecretariatOnly));
            }
            let mut stands = stands(conn, responses.as_ref(), &row)?;
            if !reach.all {
                stands = as_known_to(conn, &viewer, &row, stands, now)?;
            }
            let unknown = interface::hidden_from(conn, &viewer, round)?;
            let mut told = rules::progress(&stands, reach.all, &unknown);
            if !reach.all && survey.audience == SurveyAudience::Partner {
                told.regions.clear();
            }
            Ok(told)
        };
        self.foundation().db.read_snapshot(read).await
    }

    /// How the responses stand that the viewer reaches as a whole, by the codes of the organisations.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn own_states(&self, viewer: Arc<Principal>, round: Id) -> Result<Vec<(String, ResponseState)>, Error> {
        let responses = Arc::clone(&self.responses);
        let read = move |conn: &mut Conn| {
            let own: Vec<Id> = viewer.active().map(|held| held.organisation_id).collect();
            let mut places = round_store::places(conn, &[round], &own)?;
            places.retain(|(_, place)| {
                policy::reach_of_response(&viewer, place.organisation) == Some(ResponseReach::Whole)
            });
            if places.is_empty() {
                return Ok(Vec::new());
            }
            let states: HashMap<Id, ResponseState> = responses.states(conn, round)?.into_iter().collect();
            let of = |place: &FrameEntry| states.get(&place.organisation).copied().unwrap_or(ResponseState::NotStarted);
            Ok(places.into_iter().map(|(_, place)| (place.code.clone(), of(&place))).collect())
        };
        self.read(read).await
    }
}

/// How each organisation of a frame stands, in the order of the codes.
pub(super) fn stands(conn: &mut Conn, responses: &dyn ResponseStates, row: &RoundRow) -> Result<Vec<Stand>, Error> {
    let (frame, ledger) = (round_store::frame(conn, row.id)?, deadlines::ledgers::ledger(conn, row)?);
    let states = responses.states(conn, row.id)?.into_iter().collect();
    Ok(rules::stands(frame, &ledger, &states))
}

/// The same as far as a reader is told of it who does not see everything.
fn as_known_to(
    conn: &mut Conn,
    viewer: &Principal,
    row: &RoundRow,
    stands: Vec<Stand>,
    now: Timestamp,
) -> Result<Vec<Stand>, Error> {
    let organisations: Vec<Id> = viewer.active().map(|held| held.organisation_id).collect();
    let own: Vec<FrameEntry> =
        round_store::places(conn, &[row.id], &organisations)?.into_iter().map(|(_, place)| place).collect();
    let ledger = deadlines::ledgers::ledger(conn, row)?;
    let last = ledger.last_of(&own);
    let submitted =
        if has_ended(row.state, last, now) { Some(store::submitted_before(conn, row.id, last)?) } else { None };
    Ok(rules::as_known(stands, &own, ledger.for_all(), submitted.as_ref()))
}
