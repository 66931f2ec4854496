//! Imports of questionnaires: `XLSForm` as XLSX, or JSON.
//!
//! An import has two steps. [`Surveys::plan`] is the dry run: the file is read, each thing that is wrong or not supported
//! is named by sheet, row and column (by a JSON pointer in JSON), and the questionnaire that was read is stored as a
//! plan. [`Surveys::commit`] makes it the draft of the survey, once, within an hour; with faults only if they are
//! accepted, and in place of another draft only if that is asked for and nobody has changed it meanwhile.
//!
//! To read a file is one piece of heavy work ([`crate::heavy_work`]).

use std::time::Duration;

use questionnaire::Questionnaire;
use questionnaire::xlsform::import;
use serde_json::value::RawValue;

use super::drafts::made;
use super::faults::Teller;
use super::findings::Findings;
use super::types::{ImportKind, PlanRow, SurveyCommit, SurveyPlan, VersionRow};
use super::{Checked, Surveys, checks, rules, sheets, store};
use crate::audit::Trace;
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::heavy_work::Wanted;
use crate::http::RequestContext;
use crate::http::json;
use crate::i18n::Language;
use crate::idempotency::{Answer, Ticket};
use crate::identity;
use crate::service::{FileAdmission, Service as _, UnitOfWork, by_right_of_guard};

/// How long a plan can be committed.
const LIFE: Duration = Duration::from_hours(1);
/// Most plans of one person; a new one replaces the oldest.
const KEPT: i64 = 10;

/// A file as it was read.
struct Reading {
    /// The questionnaire as it is stored.
    text: Option<String>,
    findings: Findings,
}

impl Reading {
    fn of(file: &[u8], kind: ImportKind, is_wanted: &dyn Fn() -> bool) -> Result<Self, Error> {
        match kind {
            ImportKind::Workbook => {
                let workbook = sheets::read(file, is_wanted).map_err(|fault| Error::invalid(vec![fault]))?;
                let read = import(&workbook, is_wanted).ok_or_else(Error::busy)?;
                let linked = read.questionnaire.as_ref().map(checks::linked_titles).unwrap_or_default();
                // Its other faults are among those of the sheets, which name their cells.
                let checked = read.questionnaire.as_ref().map(Checked::of).transpose()?;
                let text = checked.map(|checked| checked.text);
                let mut findings = Findings::of_sheets(read.faults, read.notes);
                findings.faults.extend(Findings::of_json(linked).faults);
                Ok(Self { text, findings })
            }
            ImportKind::Json => {
                let Checked { text, faults } = Checked::of(&json::parse::<Questionnaire>(file)?)?;
                Ok(Self { text: Some(text), findings: Findings::of_json(faults) })
            }
        }
    }
}

impl Surveys {
    /// Admits a file for a survey before its body is read.
    ///
    /// # Errors
    /// 404; 429 and 503 as `Foundation::admit_file`.
    pub async fn admit_file(
        &self,
        officer: Id,
        caller: &RequestContext,
        code: String,
        expected: usize,
    ) -> Result<FileAdmission, Error> {
        self.read(move |conn| store::by_code(conn, &code)?.map(drop).ok_or_else(Error::not_found)).await?;
        self.foundation.admit_file(&self.heavy_work, officer, caller, expected).await
    }

    /// Reads a file, and stores what was read as a plan.
    ///
    /// # Errors
    /// 404, 400 and 422 for a file that cannot be read at all; what is wrong with its content is part of the plan.
    pub async fn plan(
        &self,
        admission: FileAdmission,
        code: String,
        file: impl AsRef<[u8]> + Send + 'static,
        kind: ImportKind,
        language: Language,
    ) -> Result<SurveyPlan, Error> {
        let (place, officer, trace) = self.foundation.settle_file(admission, file.as_ref().len()).await?;
        let read = move |wanted: &Wanted| Reading::of(file.as_ref(), kind, &|| wanted.is());
        let reading = place.run(read).await?;
        let plan = self.write(trace, move |unit, conn| unit.keep_plan(conn, officer, &code, reading)).await?;
        self.plan_view(plan, language)
    }

    /// What was read from a file, as whoever sent it can read it again until the plan is too old or was committed.
    ///
    /// # Errors
    /// 404, 410.
    pub async fn kept(&self, officer: Id, code: String, id: Id, language: Language) -> Result<SurveyPlan, Error> {
        let now = self.foundation.clock.now();
        let plan = self.read(move |conn| plan_of(conn, officer, &code, id)).await?;
        rules::check_open(&plan, now)?;
        self.plan_view(plan, language)
    }

    fn plan_view(&self, plan: PlanRow, language: Language) -> Result<SurveyPlan, Error> {
        let kept = plan.findings.as_deref().map(serde_json::from_str).transpose().or_internal()?;
        let Findings { faults, notes } = Teller::new(&self.catalogue, language).told(kept.unwrap_or_default());
        let questionnaire = plan.questionnaire.map(RawValue::from_string).transpose().or_internal()?;
        Ok(SurveyPlan { plan: plan.id, expires_at: plan.expires_at, questionnaire, faults, notes })
    }

    /// Checks that this officer made the plan, for this survey: before the body of a request about it is read.
    ///
    /// # Errors
    /// 404.
    pub async fn check_maker(&self, officer: Id, code: String, id: Id) -> Result<(), Error> {
        self.read(move |conn| plan_of(conn, officer, &code, id).map(drop)).await
    }

    /// Makes the questionnaire of a plan the draft of its survey.
    ///
    /// # Errors
    /// 404, 409 where there is a draft that is not to be replaced or was changed since, 410, 422.
    pub async fn commit(
        &self,
        officer: Id,
        trace: Trace,
        ticket: Option<Ticket>,
        (code, id): (String, Id),
        options: SurveyCommit,
        language: Language,
    ) -> Result<Answer, Error> {
        // A plan is kept for a shorter time than the answer to its key.
        if let Some(answer) = self.answered(trace.clone(), ticket.as_ref()).await? {
            return Ok(answer);
        }
        let of = code.clone();
        let plan = self.read(move |conn| plan_of(conn, officer, &of, id)).await?;
        let faults = match plan.questionnaire {
            Some(text) => self.told(self.check_stored(officer, text).await?, language),
            None => Vec::new(),
        };
        let commit = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let row = unit.commit(conn, officer, &code, id, options)?;
            made(code, row, faults)
        };
        self.write_once(trace, ticket, by_right_of_guard, commit).await
    }
}

impl UnitOfWork<Surveys> {
    fn keep_plan(&self, conn: &mut Conn, officer: Id, code: &str, reading: Reading) -> Result<PlanRow, Error> {
        // The lock lets two concurrent plans of one person see each other.
        identity::lock_user(conn, officer)?;
        let survey = store::by_code(conn, code)?.ok_or_else(Error::not_found)?;
        let draft = store::draft(conn, survey.id)?;
        let plan = PlanRow {
            id: Id::new(self.now, &self.random),
            survey_id: survey.id,
            made_by: officer,
            expires_at: self.now.plus(LIFE),
            committed_at: None,
            questionnaire: reading.text,
            faults: reading.findings.count(),
            findings: Some(serde_json::to_string(&reading.findings).or_internal()?),
            draft_seen: draft.as_ref().map(VersionRow::sha256),
        };
        store::make_room(conn, officer, KEPT)?;
        store::insert_plan(conn, plan.clone(), self.now)?;
        Ok(plan)
    }

    fn commit(
        &self,
        conn: &mut Conn,
        officer: Id,
        code: &str,
        id: Id,
        options: SurveyCommit,
    ) -> Result<VersionRow, Error> {
        let survey = store::lock_for_update(conn, code)?.ok_or_else(Error::not_found)?;
        let plan = plan_of(conn, officer, code, id)?;
        let draft = store::draft(conn, survey.id)?;
        rules::check_plan(&plan, draft.as_ref(), options, self.now)?;
        store::close_plan(conn, plan.id, self.now)?;
        let text = plan.questionnaire.unwrap_or_default();
        match draft {
            Some(draft) => self.change_draft(conn, officer, &survey, draft.summary.number, &text),
            None => self.add_draft(conn, officer, &survey, &text),
        }
    }
}

/// A plan that this officer made for this survey.
fn plan_of(conn: &mut Conn, officer: Id, code: &str, id: Id) -> Result<PlanRow, Error> {
    let survey = store::by_code(conn, code)?.ok_or_else(Error::not_found)?;
    let plan = store::plan(conn, id)?.filter(|plan| plan.made_by == officer && plan.survey_id == survey.id);
    plan.ok_or_else(Error::not_found)
}
