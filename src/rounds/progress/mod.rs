//! How the responses of a round stand, as states only: no answer is read.
//!
//! The Secretariat sees each organisation's state. Everybody else sees who has submitted, if the round makes its
//! participation public; otherwise nothing. For them participation stands still at the last deadline that they know:
//! whoever submits later was granted more time, which they are not told.

mod pace;
mod rules;
mod store;
mod types;

use std::sync::Arc;

pub use pace::{Pace, PaceLine};
pub use types::{Progress, ProgressRow, RegionProgress, StateCount};

use super::deadlines;
use super::deadlines::rules::has_ended;
use super::rules::Reach;
use super::types::{FrameEntry, RoundRow};
use super::{ResponseStates, Rounds, interface, store as round_store, views};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::policy::Principal;
use crate::service::Service as _;
use crate::time::Timestamp;
pub(super) use rules::Stand;

impl Rounds {
    /// How the responses of a round stand.
    ///
    /// # Errors
    /// 403 where the participation is not public, 404.
    pub async fn progress(&self, viewer: Arc<Principal>, round: Id) -> Result<Progress, Error> {
        let (responses, now) = (Arc::clone(&self.responses), self.foundation.clock.now());
        let read = move |conn: &mut Conn| {
            let reach = Reach::of(&viewer);
            let (row, _) = views::seen(conn, reach, round)?;
            if !reach.all && !row.is_participation_public {
                return Err(Error::forbidden(ProblemCode::SecretariatOnly));
            }
            let mut stands = stands(conn, responses.as_ref(), &row)?;
            if !reach.all {
                stands = as_known_to(conn, &viewer, &row, stands, now)?;
            }
            let unknown = interface::hidden_from(conn, &viewer, round)?;
            Ok(rules::progress(&stands, reach.all, &unknown))
        };
        self.foundation().db.read_snapshot(read).await
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
