//! Answers by name: for the Secretariat where the question permits it, and for members where the administration
//! agreed.
//!
//! Answers to questions that are only counted are read by nobody beside the administration, the Secretariat included.

use std::collections::HashMap;
use std::sync::Arc;

use questionnaire::{Questionnaire, Sensitivity};

use super::Releases;
use super::making::published;
use super::told::{NamedAnswer, NamedAnswers, NamedQuery};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::members::Region;
use crate::policy::{self, Action, Principal};
use crate::responses::{self, CountedSubmission};
use crate::rounds::{self, FrameEntry, RoundFacts, RoundState};
use crate::service::Service as _;
use crate::time::Timestamp;

/// Most submissions: more than there are organisations.
pub(super) const MOST: i64 = 1_000;

/// The questions whose answers a reader may see by name.
pub(super) struct Nameable {
    pub(super) round: RoundFacts,
    pub(super) questionnaire: Questionnaire,
    /// Their codes, in the order of the questionnaire.
    pub(super) questions: Vec<String>,
    /// Whether the round is not closed yet, until which members see none.
    pub(super) is_early: bool,
}

impl Releases {
    /// The questions of a round whose answers the reader may see by name.
    ///
    /// # Errors
    /// 404 where there is no such round; 403 where the reader may see no answers of it.
    pub(super) async fn nameable(&self, reader: Arc<Principal>, id: Id) -> Result<Nameable, Error> {
        self.read(move |conn| {
            let (round, questionnaire) = published(conn, id)?;
            let is_officer = policy::check(&reader, Action::ManageSurveys).is_ok();
            if !is_officer && !policy::reads_surveys_of_members(&reader) {
                return Err(Error::forbidden(ProblemCode::SecretariatOnly));
            }
            if !is_officer && round.state == RoundState::Draft {
                return Err(Error::not_found());
            }
            let is_open = |sensitivity| is_read_whole(sensitivity, is_officer).is_ok();
            let found = questionnaire.questions().filter(|(_, question)| is_open(question.sensitivity));
            let questions = found.map(|(_, question)| question.code.clone()).collect();
            let is_early = !is_officer && round.state != RoundState::Closed;
            Ok(Nameable { round, questionnaire, questions, is_early })
        })
        .await
    }

    /// The answers to a question of a round by organisation, as they are submitted at present.
    ///
    /// # Errors
    /// 404 where there is no such round or question; 403 where the reader may not see them by name.
    pub async fn named(&self, reader: Arc<Principal>, round: Id, query: NamedQuery) -> Result<NamedAnswers, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| named(conn, &reader, round, query.question, now)).await
    }
}

fn named(conn: &mut Conn, reader: &Principal, round: Id, code: String, now: Timestamp) -> Result<NamedAnswers, Error> {
    let (facts, questionnaire) = published(conn, round)?;
    let found = questionnaire.questions().find(|(_, question)| question.code == code);
    let (_, question) = found.ok_or_else(Error::not_found)?;
    let is_officer = policy::check(reader, Action::ManageSurveys).is_ok();
    let is_whole = is_read_whole(question.sensitivity, is_officer)?;
    if !is_officer {
        check_member(reader, facts.state)?;
    }
    let frame: HashMap<Id, FrameEntry> =
        rounds::frame(conn, round)?.into_iter().map(|entry| (entry.organisation, entry)).collect();
    let named = |submission: CountedSubmission| {
        let entry = frame.get(&submission.organisation)?;
        Some(NamedAnswer {
            organisation: entry.code.clone(),
            region: entry.region.map(|region: Region| region.as_str().to_owned()),
            answer: submission.answers.get(&code)?.clone(),
        })
    };
    let submissions = responses::submissions_at(conn, round, now, None, MOST)?.data.into_iter();
    let open = submissions.filter(|submission| is_whole || submission.shares_answers);
    let mut data: Vec<NamedAnswer> = open.filter_map(named).collect();
    data.sort_by(|one, other| one.organisation.cmp(&other.organisation));
    Ok(NamedAnswers { question: code, data })
}

/// Members read each other's answers once the round has closed; partner agencies do not.
///
/// # Errors
/// 403, 409.
fn check_member(reader: &Principal, state: RoundState) -> Result<(), Error> {
    if !policy::reads_surveys_of_members(reader) {
        return Err(Error::forbidden(ProblemCode::SecretariatOnly));
    }
    if state == RoundState::Closed { Ok(()) } else { Err(Error::conflict(ProblemCode::ReleaseTooEarly)) }
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
