//! A release is made: counted page by page, protected in the lane of heavy work, and audited as it will be served.
//!
//! A release may have megabytes, and takes several times as much once it is parsed. So those that the round has already
//! are read one after the other, and of each only what a next one is compared with is held (`earlier`); as many are made
//! at once as the lane has threads, and none is larger than [`rules::check_size`] permits.

use std::collections::HashSet;
use std::sync::Arc;

use questionnaire::Questionnaire;
use survey_results::{Count, Facts, Hidden, Plan, Release, audit, hidden, lacking, release};

use super::earlier::KnownReleases;
use super::source::{Counted, Ground};
use super::types::{Artefact, ContentRow, GivenBands, GivenRelease, NewRelease, ReleaseContents};
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

/// What a release is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To be published.
    Release,
    /// To be read before it is published.
    Preview,
}

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
    artefact: Artefact,
    counted: Counted,
    is_preview: bool,
}

impl Releases {
    /// Makes the next release of a round.
    ///
    /// # Errors
    /// 404; 409 where the round does not permit it, or the audit finds a fault; 422; 429 where the officer has heavy
    /// work under way, 503 where the lane is full.
    pub(super) async fn make(&self, officer: Id, round: Id, given: GivenRelease, wish: Wish) -> Result<Made, Error> {
        let turn = self.heavy_work.place(officer)?.turn().await?;
        let as_of = self.foundation.clock.now();
        let wanted = given.clone();
        let begun = self.read(move |conn| begin(conn, (round, wish), &wanted, as_of)).await?;
        let Begun { facts, contents, as_of, ground, counted, bands, earlier, previews } = begun;
        let ground = Arc::new(ground);
        let count = self.count(&ground, &counted).await?;
        let known = self.known(&ground, &counted, earlier).await?;
        let work = move |_: &Wanted| {
            let made = release(&ground.plan, &facts, &count, known.compared());
            let artefact = canonical_json(&serde_json::to_value(&made).or_internal()?);
            rules::check_bytes(&artefact)?;
            // What is audited are the bytes that will be served, and nothing else.
            let Ok(audited) = audit(artefact.as_bytes(), &ground.plan, &count) else {
                return Err(Error::conflict(ProblemCode::ReleaseUnsafe));
            };
            let hidden = hidden(&audited);
            let sha256 = hex(&fingerprint(&artefact));
            let stamp = rules::stamp(&audited)?;
            let is_told = contents == ReleaseContents::Rates || known.has_told(&rules::figures(&audited)?);
            let audience = given.audience;
            let counted = counted.to_vec();
            let new = NewRelease { release: audited, audience, contents, as_of, bands, counted, artefact, sha256 };
            Ok(Made { new, hidden, stamp, previews, is_told })
        };
        turn.run(work).await
    }

    /// Reads what readers know already, one after the other, and compares it with the submissions that count now.
    async fn known(
        &self,
        ground: &Arc<Ground>,
        counted: &Counted,
        earlier: Vec<Known>,
    ) -> Result<KnownReleases, Error> {
        let (mut known, mut compared) = (KnownReleases::default(), Vec::<Counted>::new());
        for one in earlier {
            // A preview and the release that follows it mostly count the same.
            let alike = compared.iter().position(|other| *other == one.counted);
            let (count, moves) = match alike.and_then(|place| known.compared().get(place)) {
                Some(alike) => (alike.count.clone(), alike.moves.clone()),
                None => self.compare(ground, (&one.counted, counted)).await?,
            };
            let (artefact, is_alike) = (one.artefact, one.is_preview && one.counted == *counted);
            let text = self.read(move |conn| store::told(conn, &artefact)).await?;
            let add = move || {
                let release = known_release(&text, &count)?;
                if is_alike {
                    known.tell(rules::figures(&release)?);
                }
                known.add(release, count, moves);
                Ok(known)
            };
            known = self.heavy_work.beside(add).await?;
            compared.push(one.counted);
        }
        Ok(known)
    }

    /// The tables of releases that stand and would not protect all others if these organisations agreed to be named:
    /// by the number of the release.
    ///
    /// # Errors
    /// 404; 503 where the lane is full.
    pub(super) async fn broken_by(&self, round: Id, named: HashSet<Id>) -> Result<Vec<(u32, String)>, Error> {
        let read = move |conn: &mut Conn| {
            let (facts, questionnaire) = published(conn, round)?;
            let ground = Ground::of(conn, &facts, plan(&facts, questionnaire.clone(), &GivenBands::new()))?;
            Ok((facts, questionnaire, ground, store::contents(conn, round)?, store::previews(conn, round)?))
        };
        let (facts, questionnaire, mut ground, releases, mut previews) = self.read(read).await?;
        ground.as_if_named = Arc::new(named);
        let stand = Standing { round, facts, questionnaire, ground };
        let mut broken = Vec::new();
        let mut repeated = Vec::new();
        for row in releases {
            let artefact = row.artefact;
            let text = self.read(move |conn| store::told(conn, &artefact)).await?;
            // Tables that a preview has told first may stand in a release.
            repeated.extend(previews.extract_if(.., |told| text.contains(&told.as_of.to_string())));
            broken.extend(self.lacking_in(&stand, row, text).await?);
        }
        for row in repeated {
            let artefact = row.artefact;
            let text = self.read(move |conn| store::told(conn, &artefact)).await?;
            broken.extend(self.lacking_in(&stand, row, text).await?);
        }
        broken.dedup();
        Ok(broken)
    }

    /// The tables of one release that would not stand.
    async fn lacking_in(
        &self,
        stand: &Standing,
        row: ContentRow,
        artefact: String,
    ) -> Result<Vec<(u32, String)>, Error> {
        let plan = plan(&stand.facts, stand.questionnaire.clone(), &row.bands.0);
        let (round, ground) = (stand.round, Arc::new(stand.ground.clone().with_plan(plan)));
        let counted = self.read(move |conn| counted(conn, round, &row)).await?;
        let count = self.count(&ground, &counted).await?;
        let work = move || {
            let release = read(&artefact)?;
            let lacking = lacking(&release, &ground.plan, &count).into_iter();
            Ok(lacking.map(|table| (release.number, table.question)).collect())
        };
        self.heavy_work.beside(work).await
    }
}

/// What the releases of a round are looked at with, one by one.
struct Standing {
    round: Id,
    facts: RoundFacts,
    questionnaire: Questionnaire,
    ground: Ground,
}

fn begin(conn: &mut Conn, (round, wish): (Id, Wish), given: &GivenRelease, as_of: Timestamp) -> Result<Begun, Error> {
    let (facts, questionnaire) = published(conn, round)?;
    let contents = rules::contents(given.contents, facts.state)?;
    let rows = store::of_round(conn, round)?;
    rules::check_room(&rows)?;
    let counted = Arc::new(responses::counting(conn, round, as_of)?);
    let (released, told) = (store::contents(conn, round)?, store::previews(conn, round)?);
    if wish == Wish::Preview {
        rules::check_room_of_previews(&told, contents, &counted)?;
    }
    let version_sha256 = hex(&fingerprint(&canonical_json(&serde_json::to_value(&questionnaire).or_internal()?)));
    let (released_before, previews) = (released.len(), i64::try_from(told.len()).or_internal()?);
    let known: Vec<ContentRow> = released.into_iter().chain(told).collect();
    let wanted = plan(&facts, questionnaire.clone(), &given.bands);
    rules::check(given, &rows, &wanted)?;
    let bands = rules::bands(&given.bands, &known)?;
    let ground = Ground::of(conn, &facts, wanted)?;
    rules::check_size(&questionnaire, contents, ground.frame.by_region.len(), &facts.pairs)?;
    let ground = if bands == given.bands { ground } else { ground.with_plan(plan(&facts, questionnaire, &bands)) };
    let as_of = rules::next_instant(as_of, &known);
    let number = rules::next_number(&rows);
    let facts = rules::facts(&facts, version_sha256, given, contents, (number, as_of), &ground.frame)?;
    let mut earlier: Vec<Known> = Vec::new();
    for (place, row) in known.into_iter().enumerate() {
        let counted = self::counted(conn, round, &row)?;
        let alike = earlier.iter().find(|other| other.counted == counted).map(|other| Arc::clone(&other.counted));
        let counted = alike.unwrap_or(counted);
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
fn known_release(artefact: &str, count: &Count) -> Result<Release, Error> {
    let release = read(artefact)?;
    if release.n == count.n() { Ok(release) } else { Err(Error::conflict(ProblemCode::ReleaseUnsafe)) }
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
