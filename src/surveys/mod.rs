//! Surveys: what members or partner agencies are asked, as questionnaires in numbered versions.
//!
//! The Secretariat makes a survey and writes its versions. A version is a draft first, which may contradict itself: its
//! faults are told beside it, so that no work is lost. A write of a draft names the state that was read (`If-Match`).
//! To publish wants a questionnaire without faults; from then on it never changes, and is named by the SHA-256 of its
//! canonical JSON. A survey has one draft at most. What is published is read by everybody of its audience.
//!
//! The crate `questionnaire` has the model, its checks, and `XLSForm`. Checks and files are work of the lane of heavy
//! work, never of a unit of work: a write stores what was checked before, if nobody has changed the version meanwhile.
//!
//! - `drafts` versions are begun, changed and published
//! - `plans` imports: a file is read (dry run), and the plan of it becomes the draft
//! - `readers` versions and their files, once for all readers of what is published
//! - `codebooks` what each column of the answers holds; `comparable` whether two versions ask the same
//! - `sheets` XLSX files; `findings` what was found in a file; `faults` faults in the reader's language
//! - `interface` what other features read of surveys
//!
//! Left out: answers and results; rounds are in `rounds`.

mod checks;
pub mod codebooks;
mod comparable;
mod drafts;
mod faults;
mod findings;
mod interface;
pub mod pages;
mod personal_data;
mod plans;
mod readers;
pub mod routes;
mod rules;
mod sheets;
mod store;
mod types;

use std::sync::Arc;

use questionnaire::{Fault, Questionnaire};
use serde_json::json;
use serde_json::value::RawValue;

pub use checks::quoted_title;
pub use codebooks::{CodebookDocument, CodebookFileQuery, CodebookFormat, too_many_columns};
pub use findings::{SurveyImportFault, SurveyImportNote};
pub use interface::{by_code, by_id, is_seen, published, published_sha256, published_text, some};
pub use personal_data::PersonalRecords;
pub use readers::{AskedVersion, OpenedVersion, VersionForm};
pub use rules::{MAX_CODE, MAX_TITLE};
pub use types::{
    GivenSurvey, GivenVersion, ImportKind, QuestionnaireFault, Survey, SurveyAudience, SurveyCommit, SurveyFacts,
    SurveyList, SurveyPlan, SurveyVersion, Titles, VersionList, VersionState, VersionSummary, title_in,
};

use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, OrInternal as _, ProblemCode};
use crate::heavy_work::Lane;
use crate::http::{Metrics, file_limits};
use crate::i18n::{Catalogue, Language};
use crate::idempotency::{Answer, Ticket};
use crate::policy::Principal;
use crate::service::{Foundation, Service, UnitOfWork, by_right_of_guard};
use crate::text::canonical_json;
use crate::time::Timestamp;
use checks::check;
use faults::Teller;
use readers::Kept;
use rules::Reach;
use types::{SurveyRow, VersionRow};

/// Most surveys.
pub const MAX_SURVEYS: usize = 200;
/// Most versions of a survey.
pub const MAX_VERSIONS: i32 = 100;

/// Surveys and their versions. Cloning is cheap.
#[derive(Clone)]
pub struct Surveys {
    foundation: Foundation,
    catalogue: Arc<Catalogue>,
    heavy_work: Lane,
    metrics: Metrics,
    kept: Kept,
}

impl Service for Surveys {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

/// A questionnaire that was checked: as it is stored, and what is wrong with it.
struct Checked {
    text: String,
    faults: Vec<Fault>,
}

impl Checked {
    /// # Errors
    /// 422 where it is too large.
    fn of(questionnaire: &Questionnaire) -> Result<Self, Error> {
        let text = canonical_json(&serde_json::to_value(questionnaire).or_internal()?);
        if text.len() > file_limits::QUESTIONNAIRE {
            let fault = FieldError::new("/questionnaire", FieldCode::TooLong).with("max", file_limits::QUESTIONNAIRE);
            return Err(Error::invalid(vec![fault]));
        }
        Ok(Self { text, faults: check(questionnaire) })
    }
}

/// A stored questionnaire.
fn stored(text: &str) -> Result<Questionnaire, Error> {
    serde_json::from_str(text).or_internal()
}

impl Surveys {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, catalogue: Arc<Catalogue>, heavy_work: Lane, metrics: Metrics) -> Self {
        Self { foundation, catalogue, heavy_work, metrics, kept: Kept::default() }
    }

    /// The surveys that a person may see, in the order of their codes.
    pub async fn list(&self, viewer: Arc<Principal>) -> Result<Vec<Survey>, Error> {
        self.read(move |conn| surveys(conn, Reach::of(&viewer))).await
    }

    /// A survey.
    ///
    /// # Errors
    /// 404, also where the viewer may not see it.
    pub async fn get(&self, viewer: Arc<Principal>, code: String) -> Result<Survey, Error> {
        self.read(move |conn| survey(conn, Reach::of(&viewer), &code)).await
    }

    /// Makes a survey.
    ///
    /// # Errors
    /// 409 where there are too many, 422.
    pub async fn create(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        given: GivenSurvey,
    ) -> Result<Answer, Error> {
        let create = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let code = unit.create(conn, officer.user_id, &given)?;
            let made = survey(conn, Reach::of(&officer), &code)?;
            Ok(Answer::json(201, &made)?.at(format!("/api/v1/surveys/{code}")))
        };
        self.write_once(trace, ticket, by_right_of_guard, create).await
    }

    /// The versions of a survey that a person may see, the newest first.
    ///
    /// # Errors
    /// 404.
    pub async fn versions(&self, viewer: Arc<Principal>, code: String) -> Result<Vec<VersionSummary>, Error> {
        self.read(move |conn| {
            let reach = Reach::of(&viewer);
            let row = seen(conn, reach, &code)?;
            let versions = store::versions(conn, row.id)?.into_iter();
            Ok(versions.filter(|version| reach.sees_version(row.audience, version.state)).collect())
        })
        .await
    }

    /// A version with its questionnaire, and with the faults of a draft.
    ///
    /// # Errors
    /// 404; of a draft 429 where the person has heavy work under way, 503 where the lane is full.
    pub async fn version(
        &self,
        viewer: Arc<Principal>,
        code: String,
        number: i32,
        language: Language,
    ) -> Result<SurveyVersion, Error> {
        let person = viewer.user_id;
        let (code, row) = self.find(viewer, code, number).await?;
        let faults =
            if row.is_draft() { self.check_stored(person, row.questionnaire.clone()).await? } else { Vec::new() };
        view(code, row, self.told(faults, language))
    }

    /// A version that the viewer may see, and the code of its survey.
    async fn find(&self, viewer: Arc<Principal>, code: String, number: i32) -> Result<(String, VersionRow), Error> {
        self.read(move |conn| {
            let reach = Reach::of(&viewer);
            let survey = seen(conn, reach, &code)?;
            let row = store::version(conn, survey.id, number)?;
            let row = row.filter(|row| reach.sees_version(survey.audience, row.summary.state));
            Ok((survey.code, row.ok_or_else(Error::not_found)?))
        })
        .await
    }

    /// Checks a questionnaire.
    async fn check(&self, questionnaire: Questionnaire) -> Result<Checked, Error> {
        self.heavy_work.beside(move || Checked::of(&questionnaire)).await
    }

    /// The faults of a stored questionnaire. Whoever reads a draft again and again has one check at a time.
    async fn check_stored(&self, person: Id, text: String) -> Result<Vec<Fault>, Error> {
        self.heavy_work.place(person)?.run(move |_| Ok(check(&stored(&text)?))).await
    }

    /// The faults of a draft in words.
    fn told(&self, faults: Vec<Fault>, language: Language) -> Vec<QuestionnaireFault> {
        Teller::new(&self.catalogue, language).of_draft(faults)
    }
}

/// A version as it is answered.
fn view(survey: String, row: VersionRow, faults: Vec<QuestionnaireFault>) -> Result<SurveyVersion, Error> {
    Ok(SurveyVersion {
        survey,
        stamp: row.stamp(),
        summary: row.summary,
        questionnaire: RawValue::from_string(row.questionnaire).or_internal()?,
        faults,
    })
}

impl UnitOfWork<Surveys> {
    /// Makes a survey; returns its code.
    fn create(&self, conn: &mut Conn, officer: Id, given: &GivenSurvey) -> Result<String, Error> {
        let made = rules::survey(given)?;
        // If two officers make the last permitted survey at once, one is refused.
        conn.exclude_others()?;
        let known = store::surveys(conn)?;
        let twin = rules::twin(&made, &known)?;
        if known.len() >= MAX_SURVEYS {
            return Err(Error::conflict(ProblemCode::TooManySurveys).with("max", MAX_SURVEYS));
        }
        let id = Id::new(self.now, &self.random);
        store::insert(conn, id, &made, twin, officer, self.now)?;
        let row = store::by_code(conn, &made.code)?.ok_or_else(Error::not_found)?;
        self.note(conn, officer, Event::SurveyCreated, &row, None)?;
        Ok(made.code)
    }

    /// Writes into the audit log.
    fn note(
        &self,
        conn: &mut Conn,
        officer: Id,
        event: Event,
        survey: &SurveyRow,
        version: Option<i32>,
    ) -> Result<(), Error> {
        let detail = json!({"survey": survey.code, "version": version});
        self.audit.record(conn, &self.trace, &Entry::by(event, officer, survey.id).with(detail))
    }
}

fn surveys(conn: &mut Conn, reach: Reach) -> Result<Vec<Survey>, Error> {
    let rows = store::surveys(conn)?;
    Ok(rules::views(&rows, &store::numbers(conn)?, reach))
}

fn survey(conn: &mut Conn, reach: Reach, code: &str) -> Result<Survey, Error> {
    let row = seen(conn, reach, code)?;
    let twin = store::twin(conn, &row)?;
    let rows: Vec<SurveyRow> = std::iter::once(row.clone()).chain(twin).collect();
    let numbers = store::numbers_of(conn, &rows)?;
    rules::views(&rows, &numbers, reach).into_iter().find(|shown| shown.code == row.code).ok_or_else(Error::not_found)
}

/// A survey that is seen, as it is stored.
fn seen(conn: &mut Conn, reach: Reach, code: &str) -> Result<SurveyRow, Error> {
    let row = store::by_code(conn, &code.to_lowercase())?.filter(|row| reach.sees(row.audience));
    let row = row.ok_or_else(Error::not_found)?;
    if reach.drafts || store::is_published(conn, row.id)? { Ok(row) } else { Err(Error::not_found()) }
}

/// Deletes plans of imports that expired before this; returns how many.
pub fn sweep(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, before)
}
