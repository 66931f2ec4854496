//! Versions are begun, changed and published: checked in the lane of heavy work first, and their faults put into words,
//! then written under the lock of their survey.

use std::sync::Arc;

use super::types::{GivenVersion, QuestionnaireFault, SurveyRow, SurveyVersion, VersionRow};
use super::{Checked, MAX_VERSIONS, Surveys, rules, store, view};
use crate::audit::{Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::http::IfMatch;
use crate::i18n::Language;
use crate::idempotency::{Answer, Ticket};
use crate::policy::Principal;
use crate::service::{Service as _, UnitOfWork, by_right_of_guard};

impl Surveys {
    /// Stores a questionnaire as the draft of a survey that has none.
    ///
    /// # Errors
    /// 404, 409 where there is a draft or there are too many versions, 422.
    pub async fn make_draft(
        &self,
        officer: Id,
        trace: Trace,
        ticket: Option<Ticket>,
        code: String,
        given: GivenVersion,
        language: Language,
    ) -> Result<Answer, Error> {
        let Checked { text, faults } = self.check(given.questionnaire).await?;
        let faults = self.told(faults, language);
        let make = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let survey = store::lock_for_update(conn, &code)?.ok_or_else(Error::not_found)?;
            if let Some(draft) = store::draft(conn, survey.id)? {
                return Err(rules::draft_exists(draft.summary.number));
            }
            let row = unit.add_draft(conn, officer, &survey, &text)?;
            made(survey.code, row, faults)
        };
        self.write_once(trace, ticket, by_right_of_guard, make).await
    }

    /// Replaces the questionnaire of a draft if its state is `seen`.
    ///
    /// # Errors
    /// 404, 409 where it is published, 412, 422.
    pub async fn replace_draft(
        &self,
        officer: Id,
        trace: Trace,
        (code, number): (String, i32),
        given: GivenVersion,
        seen: IfMatch,
        language: Language,
    ) -> Result<SurveyVersion, Error> {
        let Checked { text, faults } = self.check(given.questionnaire).await?;
        let replace = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let survey = store::lock_for_update(conn, &code)?.ok_or_else(Error::not_found)?;
            let before = draft(conn, &survey, number)?;
            seen.check(&before.stamp())?;
            if before.questionnaire == text {
                return Ok((survey.code, before));
            }
            let row = unit.change_draft(conn, officer, &survey, number, &text)?;
            Ok((survey.code, row))
        };
        let (code, row) = self.write(trace, replace).await?;
        view(code, row, self.told(faults, language))
    }

    /// Publishes a draft without faults, if its state is `seen`.
    ///
    /// # Errors
    /// 404, 409 where it is published, 412 where it was changed meanwhile, 422 that names each fault.
    pub async fn publish(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        (code, number): (String, i32),
        seen: Option<IfMatch>,
        language: Language,
    ) -> Result<SurveyVersion, Error> {
        let (_, row) = self.find(Arc::clone(&officer), code.clone(), number).await?;
        if let Some(seen) = seen {
            seen.check(&row.stamp())?;
        }
        if row.is_draft() {
            let faults = self.check_stored(officer.user_id, row.questionnaire.clone()).await?;
            rules::check_publishable(&faults)?;
        }
        let checked = row.stamp();
        let publish = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let survey = store::lock_for_update(conn, &code)?.ok_or_else(Error::not_found)?;
            let before = draft(conn, &survey, number)?;
            if before.stamp() != checked {
                return Err(Error::changed_meanwhile());
            }
            store::publish(conn, survey.id, number, &before.sha256(), officer.user_id, unit.now)?;
            unit.note(conn, officer.user_id, Event::SurveyVersionPublished, &survey, Some(number))?;
            let row = store::version(conn, survey.id, number)?.ok_or_else(Error::not_found)?;
            Ok((survey.code, row))
        };
        let (code, row) = self.write(trace, publish).await?;
        view(code, row, self.told(Vec::new(), language))
    }
}

/// The answer to a request that made or replaced a draft.
pub(super) fn made(survey: String, row: VersionRow, faults: Vec<QuestionnaireFault>) -> Result<Answer, Error> {
    let location = format!("/api/v1/surveys/{survey}/versions/{}", row.summary.number);
    Ok(Answer::json(201, &view(survey, row, faults)?)?.at(location))
}

impl UnitOfWork<Surveys> {
    /// Adds a draft to a survey, which is locked and has none.
    pub(super) fn add_draft(
        &self,
        conn: &mut Conn,
        officer: Id,
        survey: &SurveyRow,
        text: &str,
    ) -> Result<VersionRow, Error> {
        let newest = store::versions(conn, survey.id)?.first().map_or(0, |version| version.number);
        if newest >= MAX_VERSIONS {
            return Err(Error::conflict(ProblemCode::TooManyVersions).with("max", MAX_VERSIONS));
        }
        store::insert_draft(conn, survey.id, newest + 1, text, officer, self.now)?;
        self.changed(conn, officer, survey, newest + 1)
    }

    /// Replaces the draft of a survey, which is locked.
    pub(super) fn change_draft(
        &self,
        conn: &mut Conn,
        officer: Id,
        survey: &SurveyRow,
        number: i32,
        text: &str,
    ) -> Result<VersionRow, Error> {
        store::replace_draft(conn, survey.id, number, text, officer, self.now)?;
        self.changed(conn, officer, survey, number)
    }

    fn changed(&self, conn: &mut Conn, officer: Id, survey: &SurveyRow, number: i32) -> Result<VersionRow, Error> {
        self.note(conn, officer, Event::SurveyVersionChanged, survey, Some(number))?;
        store::version(conn, survey.id, number)?.ok_or_else(Error::not_found)
    }
}

/// The draft with this number.
///
/// # Errors
/// 404, 409 where it is published.
fn draft(conn: &mut Conn, survey: &SurveyRow, number: i32) -> Result<VersionRow, Error> {
    let row = store::version(conn, survey.id, number)?.ok_or_else(Error::not_found)?;
    if row.is_draft() { Ok(row) } else { Err(Error::conflict(ProblemCode::VersionPublished).with("number", number)) }
}
