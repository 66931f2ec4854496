//! The next release of a round before it is published: what it would tell, and which figures it hides and why.
//!
//! A preview has a version, which names all that it tells, its instant left out. Whoever publishes names that version,
//! so that nobody publishes what was not seen: where answers came in meanwhile that change a figure, or another release
//! was published, the new preview is shown first.

use std::sync::Arc;

use questionnaire::Questionnaire;
use survey_results::Release;

use super::making::{Made, published};
use super::types::{GivenRelease, HiddenFigure};
use super::{Releases, rules};
use crate::db::Id;
use crate::error::Error;
use crate::policy::Principal;
use crate::rounds::{self, RoundFacts, RoundState};
use crate::service::Service as _;

/// A release that was not published yet.
pub(super) struct TriedRelease {
    pub(super) round: RoundFacts,
    pub(super) questionnaire: Questionnaire,
    pub(super) release: Release,
    pub(super) hidden: Vec<HiddenFigure>,
    /// What names all that it tells.
    pub(super) stamp: String,
}

impl Releases {
    /// The next release of a round as it would be published at this moment.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub(super) async fn tried(
        &self,
        officer: Arc<Principal>,
        id: Id,
        given: GivenRelease,
    ) -> Result<TriedRelease, Error> {
        let Made { new, hidden, stamp } = self.make(officer.user_id, id, given).await?;
        let (round, questionnaire) = self.read(move |conn| published(conn, id)).await?;
        let hidden = hidden.into_iter().map(rules::hidden_figure).collect();
        Ok(TriedRelease { round, questionnaire, release: new.release, hidden, stamp })
    }

    /// How the round stands of which a release is wanted.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn round_state(&self, id: Id) -> Result<RoundState, Error> {
        self.read(move |conn| Ok(rounds::facts(conn, id)?.ok_or_else(Error::not_found)?.state)).await
    }
}
