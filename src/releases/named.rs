//! Answers by name: for the Secretariat where the question permits it, and for members where the administration
//! agreed.
//!
//! Answers to questions that are only counted are read by nobody beside the administration, the Secretariat included.
//! Nor are those that tell them: of a question that is asked only after certain answers to such a question. Members read
//! answers of the rounds that they see, once a release of the round has its tables (`agreements`: whose). The
//! Secretariat decides that after the round has closed for everybody, so it does not tell that others had more time, and
//! nobody who still answers reads the answers of others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use questionnaire::{Questionnaire, Sensitivity};
use serde_json::json;
use survey_results::Conditions;

use super::making::read_questionnaire;
use super::told::{NamedAnswer, NamedAnswers, NamedQuery};
use super::{Releases, store};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::members::Region;
use crate::policy::{self, Action, Principal};
use crate::responses::{self, CountedSubmission};
use crate::rounds::{self, FrameEntry, RoundFacts};
use crate::service::{Service as _, UnitOfWork};
use crate::time::Timestamp;

/// Submissions of a page: each may have some 100 KB, of which one answer is kept.
pub(super) const PAGE: i64 = 50;

/// Whose answers to which question are read, as they are at an instant.
#[derive(Clone)]
struct Wanted {
    round: Id,
    question: String,
    now: Timestamp,
    /// The organisations whose agreement counts; none where those of every organisation are read.
    agreed: Option<Arc<HashSet<Id>>>,
}

/// The questions whose answers a reader may see by name.
pub(super) struct Nameable {
    pub(super) round: RoundFacts,
    pub(super) questionnaire: Questionnaire,
    /// Their codes, in the order of the questionnaire.
    pub(super) questions: Vec<String>,
    /// Whether members see none yet.
    pub(super) is_early: bool,
}

impl Releases {
    /// The questions of a round whose answers the reader may see by name.
    ///
    /// # Errors
    /// 404 where there is no such round; 403 where the reader may see no answers of it.
    pub(super) async fn nameable(&self, reader: Arc<Principal>, id: Id) -> Result<Nameable, Error> {
        let is_officer = policy::check(&reader, Action::ManageSurveys).is_ok();
        let now = self.foundation.clock.now();
        let find = move |conn: &mut Conn| {
            let round = rounds::facts_seen(conn, &reader, id)?.ok_or_else(Error::not_found)?;
            if !is_officer && !policy::reads_surveys_of_members(&reader) {
                return Err(Error::forbidden(ProblemCode::SecretariatOnly));
            }
            let text = rounds::questionnaire_text(conn, &round)?;
            let is_early = !is_officer && is_too_early(conn, &reader, id, now)?;
            Ok((round, text, is_early))
        };
        let (round, text, is_early) = self.read(find).await?;
        let find = move || {
            let questionnaire = read_questionnaire(&text)?;
            let conditions = Conditions::of(&questionnaire);
            let is_open = |code: &String| is_read_whole(conditions.sensitivity(code), is_officer).is_ok();
            let codes = questionnaire.questions().map(|(_, question)| question.code.clone());
            let questions: Vec<String> = codes.filter(is_open).collect();
            Ok((questionnaire, questions))
        };
        let (questionnaire, questions) = self.heavy_work.beside(find).await?;
        Ok(Nameable { round, questionnaire, questions, is_early })
    }

    /// The answers to a question of a round by organisation, as they are submitted at present, without those of members
    /// that are hidden from the reader. The audit log has who of the Secretariat read them.
    ///
    /// # Errors
    /// 404 where there is no such round or question; 403 where the reader may not see them by name; 429 where the
    /// reader reads several already.
    pub async fn named(
        &self,
        reader: Arc<Principal>,
        trace: Trace,
        round: Id,
        query: NamedQuery,
    ) -> Result<NamedAnswers, Error> {
        let _under_way = self.heavy_work.stream(reader.user_id)?;
        let now = self.foundation.clock.now();
        let is_officer = policy::check(&reader, Action::ManageSurveys).is_ok();
        let viewer = Arc::clone(&reader);
        let facts = move |conn: &mut Conn| {
            let facts = rounds::facts_seen(conn, &viewer, round)?.ok_or_else(Error::not_found)?;
            let is_early = !is_officer && is_too_early(conn, &viewer, round, now)?;
            Ok((is_early, rounds::questionnaire_text(conn, &facts)?))
        };
        let (is_early, text) = self.read(facts).await?;
        let question = query.question;
        let sensitivity = self.sensitivity(text, question.clone()).await?;
        let is_whole = is_read_whole(sensitivity, is_officer)?;
        if is_officer {
            let (officer, detail) = (reader.user_id, json!({"round": round, "question": question}));
            let note = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
                let entry = Entry::by(Event::AnswersRead, officer, round).with(detail);
                unit.audit.record(conn, &unit.trace, &entry)
            };
            self.write(trace, note).await?;
        } else {
            check_member(&reader, is_early)?;
        }
        let agreed = if is_whole { None } else { Some(self.agreed(round).await?) };
        self.answers_of(reader, Wanted { round, question, now, agreed }).await
    }

    /// Who may see the answers to a question of a questionnaire.
    ///
    /// # Errors
    /// 404 where there is no such question.
    async fn sensitivity(&self, text: String, code: String) -> Result<Sensitivity, Error> {
        let find = move || {
            let questionnaire = read_questionnaire(&text)?;
            let is_known = questionnaire.questions().any(|(_, question)| question.code == code);
            if is_known { Ok(Conditions::of(&questionnaire).sensitivity(&code)) } else { Err(Error::not_found()) }
        };
        self.heavy_work.beside(find).await
    }

    /// Reads the answers page by page, so that memory does not grow with the length of what else was submitted.
    async fn answers_of(&self, reader: Arc<Principal>, wanted: Wanted) -> Result<NamedAnswers, Error> {
        let round = wanted.round;
        let frame = self.read(move |conn| rounds::frame_known_to(conn, &reader, round)).await?;
        let frame: HashMap<Id, FrameEntry> = frame.into_iter().map(|entry| (entry.organisation, entry)).collect();
        let frame = Arc::new(frame);
        let (mut data, mut after) = (Vec::new(), None);
        loop {
            let (of_page, frame) = (wanted.clone(), Arc::clone(&frame));
            let (found, next) = self.read(move |conn| page(conn, &of_page, &frame, after)).await?;
            data.extend(found);
            after = next;
            if after.is_none() {
                break;
            }
        }
        data.sort_by(|one: &NamedAnswer, other| one.organisation.cmp(&other.organisation));
        Ok(NamedAnswers { question: wanted.question, data })
    }
}

/// The answers of a page of submissions, and the organisation after which the next page begins.
fn page(
    conn: &mut Conn,
    wanted: &Wanted,
    frame: &HashMap<Id, FrameEntry>,
    after: Option<Id>,
) -> Result<(Vec<NamedAnswer>, Option<Id>), Error> {
    let named = |mut submission: CountedSubmission| {
        let entry = frame.get(&submission.organisation)?;
        Some(NamedAnswer {
            organisation: entry.code.clone(),
            region: entry.region.map(|region: Region| region.as_str().to_owned()),
            answer: submission.answers.remove(&wanted.question)?,
        })
    };
    let page = responses::submissions_at(conn, wanted.round, wanted.now, after, PAGE)?;
    let is_open = |submission: &CountedSubmission| {
        let agreed = wanted.agreed.as_ref();
        agreed.is_none_or(|agreed| submission.shares_answers && agreed.contains(&submission.organisation))
    };
    let open = page.data.into_iter().filter(is_open);
    Ok((open.filter_map(named).collect(), page.next))
}

/// Whether a member reads no answers of others yet: the tables are not published, or the own organisation may have time
/// left, where it was granted some after that.
fn is_too_early(conn: &mut Conn, reader: &Principal, round: Id, now: Timestamp) -> Result<bool, Error> {
    let is_open = store::has_tables(conn, round)? && rounds::has_ended_for(conn, reader, round, now)?;
    Ok(!is_open)
}

/// Members read each other's answers once that is not too early; partner agencies do not.
///
/// # Errors
/// 403, 409.
fn check_member(reader: &Principal, is_early: bool) -> Result<(), Error> {
    if !policy::reads_surveys_of_members(reader) {
        return Err(Error::forbidden(ProblemCode::SecretariatOnly));
    }
    if is_early { Err(Error::conflict(ProblemCode::ReleaseTooEarly)) } else { Ok(()) }
}

/// Whether a reader sees the answers of every organisation; else those of the organisations that agreed.
///
/// # Errors
/// 403 where the answers are for nobody, or not for this reader.
fn is_read_whole(sensitivity: Sensitivity, is_officer: bool) -> Result<bool, Error> {
    match (sensitivity, is_officer) {
        (Sensitivity::Aggregate, _) => Err(Error::forbidden(ProblemCode::OnlyCounted)),
        (Sensitivity::Secretariat, false) => Err(Error::forbidden(ProblemCode::SecretariatOnly)),
        (Sensitivity::Secretariat | Sensitivity::Community, true) => Ok(true),
        (Sensitivity::Community, false) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_counted_is_named_to_nobody() {
        let told = |sensitivity, is_officer| is_read_whole(sensitivity, is_officer).map_err(|error| error.code());
        for is_officer in [false, true] {
            assert_eq!(told(Sensitivity::Aggregate, is_officer), Err(ProblemCode::OnlyCounted));
            assert_eq!(told(Sensitivity::Community, is_officer), Ok(is_officer));
        }
        assert_eq!(told(Sensitivity::Secretariat, true), Ok(true));
        assert_eq!(told(Sensitivity::Secretariat, false), Err(ProblemCode::SecretariatOnly));
    }
}
