//! Several releases together: a concept over the rounds of a survey, and members beside partner agencies.
//!
//! Each figure is one that a release tells. A region stands in a series only if all of its figures of all rounds are
//! shown: a hidden one between its neighbours of other years would be easy to guess. Which releases belong together is
//! read for each request, since a later one may join them; what they tell never changes, so which questions of two of
//! them are about the same thing is found once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use survey_results::{ALL, QuestionResult, Release, Row};

use super::asked::{About, Asked};
use super::kept::{Alike, Shown};
use super::told::{ComparedConcept, Comparison, Trend, TrendPoint, TrendQuery, TrendSeries};
use super::types::ReleaseRow;
use super::view::Teller;
use super::{MAX_RELEASES, Releases, rules, store, teller};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::{Catalogue, Language};
use crate::policy::Principal;
use crate::rounds;
use crate::service::Service as _;
use crate::surveys::{self, SurveyFacts};

/// Most rounds of a series.
const MAX_ROUNDS: usize = 12;

impl Releases {
    /// A concept over the rounds of a survey: of each round the newest release that the reader may see and that has
    /// figures.
    ///
    /// # Errors
    /// 404 where there is no such survey.
    pub async fn trend(
        &self,
        reader: Option<Arc<Principal>>,
        code: String,
        query: TrendQuery,
        language: Language,
    ) -> Result<Asked, Error> {
        let (survey, rows) = self
            .read(move |conn| {
                let survey = surveys::by_code(conn, &code)?.ok_or_else(Error::not_found)?;
                let seen = seen_of_survey(conn, reader.as_deref(), &survey)?;
                Ok((survey.code, seen))
            })
            .await?;
        let releases = newest_of_each(rows).into_iter().map(|row| self.kept.keep(row)).collect();
        let language = query.lang.unwrap_or(language).catalogue();
        Asked::about(About::Trend { survey, concept: query.concept, releases, language })
    }

    /// A release beside the newest one of the paired round that has figures, by concept: where both have them. Rounds
    /// may be paired when releases are already read.
    ///
    /// # Errors
    /// 404, also where there is no such release.
    pub async fn comparison(&self, reader: Option<Arc<Principal>>, id: Id, language: Language) -> Result<Asked, Error> {
        let release = self.row(reader.as_deref(), id).await?;
        let (round, has_reader) = (release.round_id, reader.is_some());
        let find = move |conn: &mut Conn| {
            let paired = rounds::facts(conn, round)?.and_then(|facts| facts.paired_with);
            counterpart(conn, paired.ok_or_else(Error::not_found)?, has_reader)?.ok_or_else(Error::not_found)
        };
        let other = self.kept.keep(self.read(find).await?);
        Asked::about(About::Comparison { release, other, language: language.catalogue() })
    }

    /// The questions of two releases about the same concept, with figures of both. Once that is known, neither release
    /// is read for it.
    ///
    /// # Errors
    /// 503 where too many other releases are to be read or compared.
    pub(super) async fn alike(&self, release: &Arc<ReleaseRow>, other: &Arc<ReleaseRow>) -> Result<Arc<Alike>, Error> {
        let key = format!("{} {}", release.id, other.id);
        let (releases, own, others) = (self.clone(), Arc::clone(release), Arc::clone(other));
        let find = Box::pin(async move {
            releases.metrics.rendered("release_pair");
            let (own, others) = (releases.shown(&own).await?, releases.shown(&others).await?);
            releases.heavy_work.beside(move || Ok(Arc::new(alike(&own.release, &others.release)))).await
        });
        self.kept.alike.get(key.as_bytes(), find).await
    }
}

/// The releases of a survey that the reader may see, the newest first.
///
/// # Errors
/// 404 if there is none and the reader does not see the survey, so that its existence is not disclosed.
pub(super) fn seen_of_survey(
    conn: &mut Conn,
    reader: Option<&Principal>,
    survey: &SurveyFacts,
) -> Result<Vec<ReleaseRow>, Error> {
    let most = i64::try_from(MAX_ROUNDS * MAX_RELEASES).unwrap_or(i64::MAX);
    let rows = store::of_survey(conn, survey.id, most)?;
    let seen: Vec<ReleaseRow> = rows.into_iter().filter(|row| rules::is_read(row.audience, reader.is_some())).collect();
    let sees_survey = |conn: &mut Conn| reader.map_or(Ok(false), |reader| surveys::is_seen(conn, reader, survey));
    if seen.is_empty() && !sees_survey(conn)? { Err(Error::not_found()) } else { Ok(seen) }
}

/// The newest release of the paired round that has figures and that the reader may see.
pub(super) fn counterpart(conn: &mut Conn, paired: Id, has_reader: bool) -> Result<Option<ReleaseRow>, Error> {
    let mut newest = store::of_round(conn, paired)?.into_iter().rev().filter(rules::has_figures);
    Ok(newest.find(|row| rules::is_read(row.audience, has_reader)))
}

/// The newest release of each round that has figures, the oldest round first.
fn newest_of_each(rows: Vec<ReleaseRow>) -> Vec<ReleaseRow> {
    let mut found: Vec<ReleaseRow> = Vec::new();
    for row in rows.into_iter().filter(rules::has_figures) {
        if found.last().is_none_or(|known| known.round_id != row.round_id) {
            found.push(row);
        }
    }
    found.truncate(MAX_ROUNDS);
    found.reverse();
    found
}

/// A concept in these releases, the oldest first.
pub(super) fn trend(
    catalogue: &Catalogue,
    releases: &[Arc<Shown>],
    survey: String,
    concept: String,
    language: Language,
) -> Trend {
    let mut series: BTreeMap<(Option<String>, usize, String), TrendSeries> = BTreeMap::new();
    for shown in releases {
        let teller = teller(catalogue, shown, language);
        let about = |result: &&QuestionResult| result.concept.as_ref() == Some(&concept);
        for result in shown.release.questions.iter().filter(about) {
            add(&mut series, &teller, shown, result);
        }
    }
    let is_told = |series: &TrendSeries| series.key == ALL || is_whole(series, releases.len());
    let data = series.into_values().filter(is_told).collect();
    Trend { survey, concept, data }
}

/// A release beside another, by concept: all that is alike, or a part of it.
pub(super) fn compared(
    catalogue: &Catalogue,
    (shown, other): (&Shown, &Shown),
    alike: &[(usize, usize)],
    language: Language,
) -> Comparison {
    let (own, others) = (teller(catalogue, shown, language), teller(catalogue, other, language));
    let data = alike.iter().filter_map(|places| concept(&own, &others, *places)).collect();
    Comparison { release: shown.summary(), other: other.summary(), data }
}

/// Adds the figures of a release to the series of all, and of each region.
fn add(
    series: &mut BTreeMap<(Option<String>, usize, String), TrendSeries>,
    teller: &Teller<'_>,
    shown: &Shown,
    result: &QuestionResult,
) {
    let of_all = result.totals.table().into_iter().flat_map(|table| table.rows.iter().map(move |row| (row, table)));
    let of_regions = result
        .by_region
        .table()
        .into_iter()
        .flat_map(|table| table.rows.iter().filter(|row| row.key != ALL).map(move |row| (row, table)));
    for (row, table) in of_all.chain(of_regions) {
        let told: super::ResultRow = teller.row(result, row, false);
        let point = TrendPoint {
            round: shown.row.round_id,
            release: shown.row.id,
            as_of: table.as_of.clone(),
            n: row.n,
            base: row.base,
            cells: told.cells,
        };
        let place = (result.row.clone(), usize::from(row.key != ALL), row.key.clone());
        let new = || TrendSeries {
            row: result.row.clone(),
            key: row.key.clone(),
            label: teller.reading.group(&row.key),
            points: Vec::new(),
        };
        series.entry(place).or_insert_with(new).points.push(point);
    }
}

/// Whether a series has all rounds, with every figure shown.
fn is_whole(series: &TrendSeries, rounds: usize) -> bool {
    series.points.len() == rounds
        && series.points.iter().flat_map(|point| &point.cells).all(|cell| cell.count.is_some())
}

/// The questions of two releases about the same concept, where both have figures of all respondents. Both may have
/// thousands, so each question of the other is looked at once.
fn alike(own: &Release, others: &Release) -> Alike {
    let mut places = HashMap::new();
    for (place, result) in others.questions.iter().enumerate() {
        if let Some(concept) = &result.concept {
            places.entry((concept, &result.row)).or_insert((place, result));
        }
    }
    let pair = |(place, result): (usize, &QuestionResult)| {
        let (beside, other) = places.get(&(result.concept.as_ref()?, &result.row))?;
        (is_told(result) && is_told(other)).then_some((place, *beside))
    };
    own.questions.iter().enumerate().filter_map(pair).collect()
}

/// Whether a question has figures of all respondents.
fn is_told(result: &QuestionResult) -> bool {
    result.totals.table().is_some_and(|table| table.rows.iter().any(|row: &Row| row.is_whole()))
}

/// A question of a release, and that of the other about the same concept, by their places.
fn concept(own: &Teller<'_>, others: &Teller<'_>, (place, beside): (usize, usize)) -> Option<ComparedConcept> {
    let (result, other) = (own.release.questions.get(place)?, others.release.questions.get(beside)?);
    let (concept, row) = (result.concept.clone()?, result.row.clone());
    Some(ComparedConcept { concept, row, own: own.totals(result), other: others.totals(other) })
}
