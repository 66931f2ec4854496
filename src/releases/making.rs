//! A release is made: counted page by page, protected in the lane of heavy work, and audited as it will be served.

use std::sync::Arc;

use questionnaire::Questionnaire;
use survey_results::{Earlier, Facts, Hidden, Plan, Release, audit, hidden, lacking, release};

use super::source::Ground;
use super::types::{ContentRow, GivenBands, GivenRelease, NewRelease, ReleaseContents};
use super::{Releases, rules, store};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::heavy_work::Wanted;
use crate::rounds::{self, RoundFacts};
use crate::secrets::{fingerprint, hex};
use crate::service::Service as _;
use crate::text::canonical_json;
use crate::time::Timestamp;

/// A release that can be published, and why its hidden figures are hidden.
pub(super) struct Made {
    pub(super) new: NewRelease,
    pub(super) hidden: Vec<Hidden>,
    /// What names all that it tells.
    pub(super) stamp: String,
}

/// What a release is made from, beside the submissions.
struct Begun {
    facts: Facts,
    contents: ReleaseContents,
    as_of: Timestamp,
    ground: Ground,
    /// The releases of the round so far.
    earlier: Vec<ContentRow>,
}

impl Releases {
    /// Makes the next release of a round.
    ///
    /// # Errors
    /// 404; 409 where the round does not permit it, or the audit finds a fault; 422; 429 where the officer has heavy
    /// work under way, 503 where the lane is full.
    pub(super) async fn make(&self, officer: Id, round: Id, given: GivenRelease) -> Result<Made, Error> {
        let place = self.heavy_work.place(officer)?;
        let as_of = self.foundation.clock.now();
        let wanted = given.clone();
        let begun = self.read(move |conn| begin(conn, round, &wanted, as_of)).await?;
        let Begun { facts, contents, as_of, ground, earlier: known } = begun;
        let ground = Arc::new(ground);
        let count = self.count(&ground, round, as_of).await?;
        let mut compared = Vec::new();
        for ContentRow { as_of: before, artefact, .. } in known {
            let (count, moves) = self.compare(&ground, round, (before, as_of)).await?;
            compared.push((artefact, count, moves));
        }
        let work = move |_: &Wanted| {
            let earlier = compared
                .into_iter()
                .map(|(artefact, count, moves)| Ok(Earlier { release: read(&artefact)?, count, moves }));
            let earlier: Vec<Earlier> = earlier.collect::<Result<_, Error>>()?;
            let made = release(&ground.plan, &facts, &count, &earlier);
            let artefact = canonical_json(&serde_json::to_value(&made).or_internal()?);
            // What is audited are the bytes that will be served, and nothing else.
            let Ok(audited) = audit(artefact.as_bytes(), &ground.plan, &count) else {
                return Err(Error::conflict(ProblemCode::ReleaseUnsafe));
            };
            let hidden = hidden(&audited, &ground.plan, &count);
            let sha256 = hex(&fingerprint(&artefact));
            let stamp = rules::stamp(&audited)?;
            let GivenRelease { audience, bands, .. } = given;
            let new = NewRelease { release: audited, audience, contents, as_of, bands, artefact, sha256 };
            Ok(Made { new, hidden, stamp })
        };
        place.run(work).await
    }

    /// The tables of releases that stand and would not protect all others if an organisation agreed to be named: by
    /// the number of the release.
    pub(super) async fn broken_by(&self, person: Id, round: Id, organisation: Id) -> Result<Vec<(u32, String)>, Error> {
        let _place = self.heavy_work.place(person)?;
        let known = move |conn: &mut Conn| {
            let (facts, questionnaire) = published(conn, round)?;
            let ground = Ground::of(conn, &facts, plan(&facts, questionnaire.clone(), &GivenBands::new()))?;
            Ok((facts, questionnaire, ground, store::contents(conn, round)?))
        };
        let (facts, questionnaire, mut ground, contents) = self.read(known).await?;
        ground.as_if_named = Some(organisation);
        let mut broken = Vec::new();
        for ContentRow { as_of, artefact, bands } in contents {
            let plan = plan(&facts, questionnaire.clone(), &bands.0);
            let ground = Arc::new(ground.clone().with_plan(plan));
            let count = self.count(&ground, round, as_of).await?;
            let work = move || {
                let release = read(&artefact)?;
                Ok((release.number, lacking(&release, &ground.plan, &count)))
            };
            let (number, found) = self.heavy_work.beside(work).await?;
            broken.extend(found.into_iter().map(|table| (number, table.question)));
        }
        broken.dedup();
        Ok(broken)
    }
}

fn begin(conn: &mut Conn, round: Id, given: &GivenRelease, as_of: Timestamp) -> Result<Begun, Error> {
    let (facts, questionnaire) = published(conn, round)?;
    let contents = rules::contents(given.contents, facts.state)?;
    let rows = store::of_round(conn, round)?;
    let version_sha256 = hex(&fingerprint(&canonical_json(&serde_json::to_value(&questionnaire).or_internal()?)));
    let plan = plan(&facts, questionnaire, &given.bands);
    rules::check(given, &rows, &plan)?;
    let number = rules::next_number(&rows);
    let ground = Ground::of(conn, &facts, plan)?;
    let facts = rules::facts(&facts, version_sha256, given, contents, (number, as_of), &ground.frame)?;
    let earlier = store::contents(conn, round)?;
    Ok(Begun { facts, contents, as_of, ground, earlier })
}

/// A round that has opened, and its questionnaire.
///
/// # Errors
/// 404.
pub(super) fn published(conn: &mut Conn, round: Id) -> Result<(RoundFacts, Questionnaire), Error> {
    let facts = rounds::facts(conn, round)?.ok_or_else(Error::not_found)?;
    let questionnaire = rounds::questionnaire(conn, &facts)?;
    Ok((facts, questionnaire))
}

/// A questionnaire from its JSON.
///
/// # Errors
/// None in practice: what is published was read before.
pub(super) fn read_questionnaire(text: &str) -> Result<Questionnaire, Error> {
    serde_json::from_str(text).or_internal()
}

fn plan(round: &RoundFacts, questionnaire: Questionnaire, bands: &GivenBands) -> Plan {
    let pairs: Vec<(String, String)> =
        round.pairs.iter().map(|pair| (pair.question.clone(), pair.concept.clone())).collect();
    Plan::new(questionnaire, &pairs, bands)
}

/// A release from its JSON.
///
/// # Errors
/// None in practice: what is stored was read before.
pub(super) fn read(artefact: &str) -> Result<Release, Error> {
    serde_json::from_str(artefact).or_internal()
}
