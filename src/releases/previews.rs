//! The next release of a round before it is published: what it would tell, and which figures it hides and why.
//!
//! A preview has a version, which names all that it tells, its instant left out. Whoever publishes names that version,
//! so that nobody publishes what was not seen: where answers came in meanwhile that change a figure, or another release
//! was published, the new preview is shown first.
//!
//! The figures of a preview are stored and treated as an earlier release. Two previews therefore cannot disclose an
//! answer that arrived between them, and bands cannot be varied over the same answers. Each preview is recorded in the
//! audit log.

use std::collections::HashSet;
use std::sync::Arc;

use questionnaire::Questionnaire;
use serde_json::json;
use survey_results::{Contents, Release};

use super::making::{Made, Wish, read_questionnaire};
use super::types::{GivenRelease, HiddenFigure, NewRelease};
use super::{Releases, rules, store};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::policy::Principal;
use crate::responses;
use crate::rounds::{self, RoundFacts};
use crate::service::{Service as _, UnitOfWork};

/// How often a preview is made again where another one came between.
const TRIES: usize = 3;
/// Most respondents of rounds that are compared with each other.
const MOST_COMPARED: usize = 1_000;

/// A release that was not published yet.
pub(super) struct PreviewedRelease {
    pub(super) round: RoundFacts,
    pub(super) questionnaire: Questionnaire,
    pub(super) release: Release,
    pub(super) hidden: Vec<HiddenFigure>,
    /// What names all that it tells.
    pub(super) stamp: String,
    /// How many took part in one of this round and the one before it, and not in both, where they are fewer than a cell
    /// of the results may have: who compares the two could tell what these answered. Zero where nothing is to be said.
    pub(super) moved: usize,
}

impl Releases {
    /// The next release of a round as it would be published at this moment.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub(super) async fn previewed_release(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        id: Id,
        given: GivenRelease,
    ) -> Result<PreviewedRelease, Error> {
        let Made { new, hidden, stamp, .. } = self.previewed(officer.user_id, trace, id, given).await?;
        let NewRelease { release, counted, .. } = new;
        let about = move |conn: &mut Conn| {
            let round = rounds::facts(conn, id)?.ok_or_else(Error::not_found)?;
            let text = rounds::questionnaire_text(conn, &round)?;
            let moved = moved(conn, &round, &counted)?;
            Ok((round, text, moved))
        };
        let (round, text, moved) = self.read(about).await?;
        let questionnaire = self.heavy_work.beside(move || read_questionnaire(&text)).await?;
        let hidden = hidden.into_iter().map(rules::hidden_figure).collect();
        let moved = if release.contents == Contents::Tables && moved < usize::try_from(release.k).or_internal()? {
            moved
        } else {
            0
        };
        Ok(PreviewedRelease { round, questionnaire, release, hidden, stamp, moved })
    }

    /// Makes the next release, and keeps what it tells before anybody reads it.
    ///
    /// # Errors
    /// As [`Self::publish`]; 409 where there were too many previews, 412 where others are made all the time.
    pub(super) async fn previewed(
        &self,
        officer: Id,
        trace: Trace,
        round: Id,
        given: GivenRelease,
    ) -> Result<Made, Error> {
        for _ in 0..TRIES {
            let made = self.make(officer, round, given.clone(), Wish::Preview).await?;
            let keep = move |unit: &UnitOfWork<Self>, conn: &mut Conn| keep(unit, conn, (officer, round), made);
            if let Some(made) = self.write(trace.clone(), keep).await? {
                return Ok(made);
            }
        }
        Err(Error::changed_meanwhile())
    }
}

/// How many took part in one of this round and the one of its survey before it, and not in both. Zero of large rounds,
/// where a few are many.
fn moved(conn: &mut Conn, round: &RoundFacts, counted: &[Id]) -> Result<usize, Error> {
    let before = store::counted_in_round_before(conn, round.survey_id, round.opens_at)?.unwrap_or_default();
    if before.is_empty() || before.len().max(counted.len()) > MOST_COMPARED {
        return Ok(0);
    }
    let before: HashSet<Id> = responses::organisations_of(conn, &before)?.into_iter().collect();
    let now: HashSet<Id> = responses::organisations_of(conn, counted)?.into_iter().collect();
    Ok(before.symmetric_difference(&now).count())
}

/// Keeps what a preview tells; none where another preview or release came between, which it does not know.
fn keep(
    unit: &UnitOfWork<Releases>,
    conn: &mut Conn,
    (officer, round): (Id, Id),
    made: Made,
) -> Result<Option<Made>, Error> {
    conn.exclude_others()?;
    let number = rules::next_number(&store::of_round(conn, round)?);
    let previews = store::previews_told(conn, round)?;
    if u32::try_from(number).or_internal()? != made.new.release.number || previews != made.previews {
        return Ok(None);
    }
    if !made.is_told {
        rules::check_number_of_previews(previews)?;
        store::insert_preview(conn, round, previews + 1, &made.new)?;
    }
    let (audience, contents) = (made.new.audience, made.new.contents);
    let detail = json!({"number": number, "audience": audience, "contents": contents, "sha256": made.new.sha256});
    unit.audit.record(conn, &unit.trace, &Entry::by(Event::ReleasePreviewed, officer, round).with(detail))?;
    Ok(Some(made))
}
