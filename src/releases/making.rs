//! A release is made: counted page by page, protected in the lane of heavy work, and audited as it will be served.

use std::sync::Arc;

use questionnaire::Questionnaire;
use survey_results::{Count, Earlier, Facts, Hidden, Moves, Plan, Release, audit, hidden, lacking, release};

use super::source::{Counted, Ground};
use super::types::{ContentRow, GivenBands, GivenRelease, NewRelease, ReleaseContents, ToldRow};
use super::{Releases, rules, store};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::heavy_work::Wanted;
use crate::responses;
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
    /// How many previews had told something else of the round when it was made.
    pub(super) previews: i64,
    /// Whether it tells nothing that a preview of the same submissions has not told.
    pub(super) is_told: bool,
}

/// What a release is made from, beside the submissions.
struct Begun {
    facts: Facts,
    contents: ReleaseContents,
    as_of: Timestamp,
    ground: Ground,
    /// The submissions that it counts.
    counted: Counted,
    bands: GivenBands,
    /// The releases of the round so far, and after them what previews have told.
    earlier: Vec<Known>,
    previews: i64,
}

/// What readers know already.
struct Known {
    artefact: String,
    counted: Counted,
    is_preview: bool,
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
        let Begun { facts, contents, as_of, ground, counted, bands, earlier: known, previews } = begun;
        let ground = Arc::new(ground);
        let count = self.count(&ground, &counted).await?;
        let mut compared: Vec<(Known, Count, Moves)> = Vec::new();
        for known in known {
            // A preview and the release that follows it mostly count the same.
            let alike = compared.iter().find(|(other, ..)| other.counted == known.counted);
            let (count, moves) = match alike {
                Some((_, count, moves)) => (count.clone(), moves.clone()),
                None => self.compare(&ground, (&known.counted, &counted)).await?,
            };
            compared.push((known, count, moves));
        }
        let work = move |_: &Wanted| {
            let (mut earlier, mut told) = (Vec::new(), Vec::new());
            for (known, count, moves) in compared {
                let known_before = known_release(&known.artefact, count, moves)?;
                if known.is_preview && known.counted == counted {
                    told.push(rules::figures(&known_before.release)?);
                }
                earlier.push(known_before);
            }
            let made = release(&ground.plan, &facts, &count, &earlier);
            let artefact = canonical_json(&serde_json::to_value(&made).or_internal()?);
            // What is audited are the bytes that will be served, and nothing else.
            let Ok(audited) = audit(artefact.as_bytes(), &ground.plan, &count) else {
                return Err(Error::conflict(ProblemCode::ReleaseUnsafe));
            };
            let hidden = hidden(&audited);
            let sha256 = hex(&fingerprint(&artefact));
            let stamp = rules::stamp(&audited)?;
            let is_told = contents == ReleaseContents::Rates || told.contains(&rules::figures(&audited)?);
            let audience = given.audience;
            let counted = counted.to_vec();
            let new = NewRelease { release: audited, audience, contents, as_of, bands, counted, artefact, sha256 };
            Ok(Made { new, hidden, stamp, previews, is_told })
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
            let releases = store::contents(conn, round)?;
            // Tables that a preview has told first may stand in a release.
            let is_repeated = |told: &ToldRow| {
                let instant = told.as_of.to_string();
                releases.iter().any(|release| release.artefact.contains(&instant))
            };
            let previews: Vec<ContentRow> =
                store::previews(conn, round)?.into_iter().filter(is_repeated).map(ContentRow::from).collect();
            let mut stand = Vec::new();
            for row in releases.into_iter().chain(previews) {
                let counted = counted(conn, round, &row)?;
                stand.push((row, counted));
            }
            Ok((facts, questionnaire, ground, stand))
        };
        let (facts, questionnaire, mut ground, stand) = self.read(known).await?;
        ground.as_if_named = Some(organisation);
        let mut broken = Vec::new();
        for (ContentRow { artefact, bands, .. }, counted) in stand {
            let plan = plan(&facts, questionnaire.clone(), &bands.0);
            let ground = Arc::new(ground.clone().with_plan(plan));
            let count = self.count(&ground, &counted).await?;
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
    let released = store::contents(conn, round)?;
    let told: Vec<ContentRow> = store::previews(conn, round)?.into_iter().map(ContentRow::from).collect();
    let (released_before, previews) = (released.len(), i64::try_from(told.len()).or_internal()?);
    let known: Vec<ContentRow> = released.into_iter().chain(told).collect();
    let wanted = plan(&facts, questionnaire.clone(), &given.bands);
    rules::check(given, &rows, &wanted)?;
    let bands = rules::bands(&given.bands, &known)?;
    let plan = if bands == given.bands { wanted } else { plan(&facts, questionnaire, &bands) };
    let counted = Arc::new(responses::counting(conn, round, as_of)?);
    let as_of = rules::next_instant(as_of, &known);
    let number = rules::next_number(&rows);
    let ground = Ground::of(conn, &facts, plan)?;
    let facts = rules::facts(&facts, version_sha256, given, contents, (number, as_of), &ground.frame)?;
    let mut earlier = Vec::new();
    for (place, row) in known.into_iter().enumerate() {
        let counted = self::counted(conn, round, &row)?;
        earlier.push(Known { artefact: row.artefact, counted, is_preview: place >= released_before });
    }
    Ok(Begun { facts, contents, as_of, ground, counted, bands, earlier, previews })
}

/// The submissions that a release has counted.
fn counted(conn: &mut Conn, round: Id, row: &ContentRow) -> Result<Counted, Error> {
    match &row.counted {
        Some(counted) => Ok(Arc::new(counted.0.clone())),
        None => Ok(Arc::new(responses::counting(conn, round, row.as_of)?)),
    }
}

/// A release that is known already.
///
/// # Errors
/// 409 where it cannot be counted again: nobody knows what it would tell beside another one.
fn known_release(artefact: &str, count: Count, moves: Moves) -> Result<Earlier, Error> {
    let release = read(artefact)?;
    if release.n == count.n() {
        Ok(Earlier { release, count, moves })
    } else {
        Err(Error::conflict(ProblemCode::ReleaseUnsafe))
    }
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
