//! Releases: what is published of the answers to a round, numbered, and never changed.
//!
//! A release counts the submissions of one instant (`as_of`). The crate `survey_results` counts them, hides small
//! counts, and audits the very JSON that is then stored, hashed and served; a release that does not pass is not
//! published. What was published once stays known, so that a later release shows new figures only where the difference
//! from every earlier one gives nobody away, and repeats the others as they were. A correction is a new release, too.
//!
//! Everybody reads public releases; those for members are read by whoever has an active appointment. All readers of a
//! release see the same figures, an administration that looks at its own region included.
//!
//! - `making` a release is made; `source` submissions page by page
//! - `view` a release in the words of its readers (`words`); `series` several releases together
//! - `previews` a release before it is published; `lists` the newest ones, for their readers
//! - `files` CSV, workbooks, SDMX-CSV and charts; the answers themselves for the Secretariat
//! - `own` the own administration; `named` answers by name, where the question permits them
//! - `pages` for readers, and the steps by which the Secretariat publishes a release

mod files;
mod lists;
mod making;
mod named;
mod own;
pub mod pages;
mod personal_data;
mod previews;
pub mod routes;
mod rules;
mod series;
mod source;
mod store;
mod told;
mod types;
mod view;
mod words;

use std::sync::Arc;

use questionnaire::Questionnaire;
use quick_cache::sync::Cache;
use serde_json::json;
use serde_json::value::RawValue;
use survey_results::Release;
use survey_results::writers::Reading;

pub use files::{ChartQuery, ReleaseFile, ResultsFileQuery, ResultsFormat, TableFormat};
pub use lists::{ReleaseEntry, newest};
pub use personal_data::PersonalRecords;
pub use told::{
    Bounds, BrokenTable, ComparedConcept, Comparison, ConsentCheck, Labelled, NamedAnswer, NamedAnswers, NamedQuery,
    OwnResult, OwnResults, ResultCell, ResultRow, ResultTable, Results, ResultsQuery, Trend, TrendPoint, TrendQuery,
    TrendSeries,
};
pub use types::{
    GivenBands, GivenRelease, HiddenBecause, HiddenFigure, ReleaseAudience, ReleaseContents, ReleaseList,
    ReleasePreview, ReleaseSummary,
};

use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldError, OrInternal as _};
use crate::events::Kind;
use crate::heavy_work::Lane;
use crate::http::IfMatch;
use crate::i18n::{Catalogue, Language};
use crate::idempotency::{Answer, Ticket};
use crate::policy::Principal;
use crate::rounds::{self, RoundFacts};
use crate::service::{Foundation, Service, UnitOfWork, by_right_of_guard};
use crate::text;
use types::ReleaseRow;
use view::{REGION, Teller, code_of};
use words::PortalWords;

/// Most releases of a round.
pub const MAX_RELEASES: usize = 20;
/// Releases that are kept in memory for their readers.
const KEPT: usize = 64;

/// Releases of results. Cloning is cheap.
#[derive(Clone)]
pub struct Releases {
    foundation: Foundation,
    catalogue: Arc<Catalogue>,
    heavy_work: Lane,
    kept: Arc<Cache<Id, Arc<Shown>>>,
}

impl Service for Releases {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

/// A release with what its readers need: none of it ever changes.
#[derive(Debug)]
pub struct Shown {
    row: ReleaseRow,
    /// The round.
    pub round: RoundFacts,
    /// What it tells.
    pub release: Release,
    /// The questionnaire, which has the texts.
    pub questionnaire: Questionnaire,
    /// The bytes that its hash names.
    pub artefact: String,
}

impl Shown {
    /// The release without its figures.
    #[must_use]
    pub fn summary(&self) -> ReleaseSummary {
        rules::summary(&self.row)
    }
}

impl Releases {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, catalogue: Arc<Catalogue>, heavy_work: Lane) -> Self {
        Self { foundation, catalogue, heavy_work, kept: Arc::new(Cache::new(KEPT)) }
    }

    /// The releases of a round that the reader may see, the newest first.
    ///
    /// # Errors
    /// 404 where there is no such round.
    pub async fn list(&self, reader: Option<Arc<Principal>>, round: Id) -> Result<Vec<ReleaseSummary>, Error> {
        self.read(move |conn| {
            let rows = store::of_round(conn, round)?;
            let seen = rows.iter().rev().filter(|row| rules::is_read(row.audience, reader.is_some()));
            let found: Vec<ReleaseSummary> = seen.map(rules::summary).collect();
            // Nobody learns from here which rounds there are.
            let is_hidden = found.is_empty() && reader.is_none();
            if is_hidden || rounds::facts(conn, round)?.is_none() { Err(Error::not_found()) } else { Ok(found) }
        })
        .await
    }

    /// The next release of a round as it would be published, with the reasons why figures are hidden.
    ///
    /// # Errors
    /// As [`Self::publish`].
    pub async fn preview(
        &self,
        officer: Arc<Principal>,
        round: Id,
        given: GivenRelease,
    ) -> Result<ReleasePreview, Error> {
        let made = self.make(officer.user_id, round, given).await?;
        Ok(ReleasePreview {
            release: RawValue::from_string(made.new.artefact).or_internal()?,
            hidden: made.hidden.into_iter().map(rules::hidden_figure).collect(),
            stamp: made.stamp,
        })
    }

    /// Publishes the next release of a round, if it tells what the preview `seen` told.
    ///
    /// # Errors
    /// 404; 409 where the round does not permit it, or the audit finds a fault; 412 where another release was published
    /// meanwhile, or it would tell something else than was seen; 422; 429 where the officer has heavy work under way,
    /// 503 where the lane is full.
    pub async fn publish(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        (round, seen): (Id, Option<IfMatch>),
        given: GivenRelease,
    ) -> Result<Answer, Error> {
        let made = self.make(officer.user_id, round, given).await?;
        let publish = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            // If two officers publish at once, one is refused: its figures do not know the other's.
            conn.exclude_others()?;
            let earlier = store::of_round(conn, round)?;
            let number = rules::next_number(&earlier);
            if u32::try_from(number).or_internal()? != made.new.release.number {
                return Err(Error::changed_meanwhile());
            }
            seen.map_or(Ok(()), |seen| seen.check(&made.stamp))?;
            let id = Id::new(unit.now, &unit.random);
            let (audience, sha256) = (made.new.audience, made.new.sha256.clone());
            store::insert(conn, id, round, made.new, officer.user_id, unit.now)?;
            let detail = json!({"round": round, "number": number, "audience": audience, "sha256": sha256});
            let entry = Entry::by(Event::ReleasePublished, officer.user_id, id).with(detail.clone());
            unit.audit.record(conn, &unit.trace, &entry)?;
            let told = json!({"release": id, "round": round, "number": number, "audience": audience});
            unit.events.emit(conn, Kind::ReleasePublished, told)?;
            let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
            Ok(Answer::json(201, &rules::summary(&row))?.at(format!("/api/v1/releases/{id}/results")))
        };
        self.write_once(trace, ticket, by_right_of_guard, publish).await
    }

    /// A release that the reader may see.
    ///
    /// # Errors
    /// 404.
    pub async fn shown(&self, reader: Option<&Principal>, id: Id) -> Result<Arc<Shown>, Error> {
        let shown = if let Some(shown) = self.kept.get(&id) {
            shown
        } else {
            let is_reader = reader.is_some();
            let (row, round, questionnaire, artefact) = self.read(move |conn| load(conn, id, is_reader)).await?;
            let read = move || Ok((making::read(&artefact)?, artefact));
            let (release, artefact) = self.heavy_work.beside(read).await?;
            let shown = Arc::new(Shown { row, round, release, questionnaire, artefact });
            self.kept.insert(id, Arc::clone(&shown));
            shown
        };
        let is_read = rules::is_read(shown.row.audience, reader.is_some());
        if is_read { Ok(shown) } else { Err(Error::not_found()) }
    }

    /// Results of a release: of a question or of all of them, of all respondents, by region, or by another question.
    ///
    /// # Errors
    /// 404; 400 where the release does not know the question or the table.
    pub async fn results(
        &self,
        reader: Option<&Principal>,
        id: Id,
        query: ResultsQuery,
        language: Language,
    ) -> Result<Results, Error> {
        let shown = self.shown(reader, id).await?;
        let language = query.lang.unwrap_or(language).catalogue();
        let teller = self.teller(&shown, language);
        let data = tables(&shown.release, &teller, &query)?;
        Ok(Results { release: shown.summary(), language: language.to_string(), data })
    }

    /// Tells a release in a language.
    fn teller<'a>(&'a self, shown: &'a Shown, language: Language) -> Teller<'a> {
        Teller { release: &shown.release, reading: reading(&self.catalogue, shown, language) }
    }
}

/// What the codes of a release are called in a language.
fn reading<'a>(catalogue: &'a Catalogue, shown: &'a Shown, language: Language) -> Reading<'a, PortalWords<'a>> {
    Reading::new(&shown.questionnaire, language.as_str(), PortalWords { catalogue, language })
}

/// The tables that a query asks for.
///
/// # Errors
/// 400 where there is no such question, or no such table is declared.
fn tables(release: &Release, teller: &Teller<'_>, query: &ResultsQuery) -> Result<Vec<ResultTable>, Error> {
    let unknown = |name: &str, value: &str, known: Vec<&str>| {
        let fault = text::unknown_value(value, known);
        Error::bad_query(vec![FieldError { pointer: name.to_owned(), ..fault }])
    };
    let asked = query.question.as_deref();
    let is_asked = |code: &str, question: &str| asked.is_none_or(|asked| asked == code || asked == question);
    let found = release.questions.iter().filter(|result| is_asked(code_of(result), &result.question));
    let found: Vec<_> = found.collect();
    if let (Some(asked), true) = (asked, found.is_empty()) {
        return Err(unknown("question", asked, release.questions.iter().map(code_of).collect()));
    }
    match query.by.as_deref() {
        None => Ok(found.into_iter().map(|result| teller.totals(result)).collect()),
        Some(REGION) => Ok(found.into_iter().map(|result| teller.by_region(result)).collect()),
        Some(concept) => {
            let pairs = release.pairs.iter().filter(|pair| pair.concept == concept);
            let pairs = pairs.filter(|pair| found.iter().any(|result| code_of(result) == pair.question));
            let tables: Vec<ResultTable> = pairs.filter_map(|pair| teller.pair(pair)).collect();
            let known = || std::iter::once(REGION).chain(release.pairs.iter().map(|pair| pair.concept.as_str()));
            if tables.is_empty() { Err(unknown("by", concept, known().collect())) } else { Ok(tables) }
        }
    }
}

/// A release that the reader may see, with what it is told by. A stranger's request for one of members parses nothing.
fn load(conn: &mut Conn, id: Id, is_reader: bool) -> Result<(ReleaseRow, RoundFacts, Questionnaire, String), Error> {
    let row = store::find(conn, id)?.filter(|row| rules::is_read(row.audience, is_reader));
    let row = row.ok_or_else(Error::not_found)?;
    let (round, questionnaire) = making::published(conn, row.round_id)?;
    Ok((row, round, questionnaire, store::artefact(conn, id)?))
}
