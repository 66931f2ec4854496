//! How the responses of a round came in over time, beside those of the round before of the same survey.

mod store;

use std::collections::HashSet;
use std::sync::Arc;

use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::policy::Principal;
use crate::rounds::rules::Reach;
use crate::rounds::types::{RoundRow, RoundState};
use crate::rounds::{MAX_ROUNDS, Rounds, store as rounds, views};
use crate::service::Service as _;
use crate::time::Timestamp;

/// How the responses of a round came in.
#[derive(Clone, Debug)]
pub struct PaceLine {
    /// When it opened.
    pub opened_at: Timestamp,
    /// When it closed.
    pub closed_at: Option<Timestamp>,
    /// How many organisations are asked.
    pub frame: usize,
    /// When each first submitted what still counts, the earliest first.
    pub arrivals: Vec<Timestamp>,
}

/// How the responses of a round came in, and those of the round before.
#[derive(Clone, Debug)]
pub struct Pace {
    /// The round.
    pub own: PaceLine,
    /// The round before.
    pub last: Option<PaceLine>,
}

impl Rounds {
    /// How the responses of a round came in; for the Secretariat.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn pace(&self, viewer: Arc<Principal>, round: Id) -> Result<Pace, Error> {
        let read = move |conn: &mut Conn| {
            let reach = Reach::of(&viewer);
            let (row, _) = views::seen(conn, reach, round)?;
            if !reach.all {
                return Err(Error::forbidden(ProblemCode::SecretariatOnly));
            }
            let known = rounds::newest(conn, i64::try_from(MAX_ROUNDS).unwrap_or(i64::MAX))?;
            let last = before(&row, &known).map(|last| line(conn, last)).transpose()?;
            Ok(Pace { own: line(conn, &row)?, last })
        };
        self.foundation().db.read_snapshot(read).await
    }
}

/// The round before: of the same survey, opened, not called off, the latest that opened earlier.
fn before<'r>(row: &RoundRow, known: &'r [RoundRow]) -> Option<&'r RoundRow> {
    let has_run = |other: &&RoundRow| matches!(other.state, RoundState::Open | RoundState::Closed);
    let same = known.iter().filter(|other| other.survey_id == row.survey_id && other.id != row.id);
    same.filter(has_run).filter(|other| other.opens_at < row.opens_at).max_by_key(|other| other.opens_at)
}

fn line(conn: &mut Conn, row: &RoundRow) -> Result<PaceLine, Error> {
    let frame = rounds::sizes(conn, &[row.id])?.first().map_or(0, |(_, size)| *size);
    let mut seen = HashSet::new();
    let mut submissions = store::submissions(conn, row.id)?;
    submissions.retain(|(organisation, _)| seen.insert(*organisation));
    Ok(PaceLine {
        opened_at: row.opens_at,
        closed_at: row.closed_at,
        frame: usize::try_from(frame).unwrap_or_default(),
        arrivals: submissions.into_iter().map(|(_, at)| at).collect(),
    })
}
