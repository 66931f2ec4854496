//! How the responses of a round stand, as states only: no answer is read.
//!
//! The Secretariat sees each organisation's state. Everybody else sees who has submitted, if the round makes its
//! participation public; otherwise nothing.

mod pace;
mod rules;
mod types;

use std::sync::Arc;

pub use pace::{Pace, PaceLine};
pub use types::{Progress, ProgressRow, RegionProgress, StateCount};

use super::deadlines;
use super::rules::Reach;
use super::types::RoundRow;
use super::{ResponseStates, Rounds, interface, store, views};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::policy::Principal;
use crate::service::Service as _;
pub(super) use rules::Stand;

impl Rounds {
    /// How the responses of a round stand.
    ///
    /// # Errors
    /// 403 where the participation is not public, 404.
    pub async fn progress(&self, viewer: Arc<Principal>, round: Id) -> Result<Progress, Error> {
        let responses = Arc::clone(&self.responses);
        let read = move |conn: &mut Conn| {
            let reach = Reach::of(&viewer);
            let (row, _) = views::seen(conn, reach, round)?;
            if !reach.all && !row.is_participation_public {
                return Err(Error::forbidden(ProblemCode::SecretariatOnly));
            }
            let stands = stands(conn, responses.as_ref(), &row)?;
            let unknown = interface::hidden_from(conn, &viewer, round)?;
            Ok(rules::progress(&stands, reach.all, &unknown))
        };
        self.foundation().db.read_snapshot(read).await
    }
}

/// How each organisation of a frame stands, in the order of the codes.
pub(super) fn stands(conn: &mut Conn, responses: &dyn ResponseStates, row: &RoundRow) -> Result<Vec<Stand>, Error> {
    let (frame, ledger) = (store::frame(conn, row.id)?, deadlines::ledgers::ledger(conn, row)?);
    let states = responses.states(conn, row.id)?.into_iter().collect();
    Ok(rules::stands(frame, &ledger, &states))
}
