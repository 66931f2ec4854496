//! Submissions: what an approved response is at that instant, its receipt, and what results read.
//!
//! The check of the answers is made before the unit of work, which refuses if an answer was changed since. The instant
//! at which that unit runs decides whether the deadline is kept.

mod comparisons;
pub(super) mod routes;
mod rules;
pub(super) mod store;
mod types;

use std::sync::Arc;

use questionnaire::Questionnaire;
use serde_json::{Map, Value, json};

pub use comparisons::ComparisonPlace;
pub(super) use comparisons::Comparisons;
pub(super) use rules::answers_in;
pub use rules::{adoption_status, names_technology};
pub use types::{
    CountedSubmission, GivenSubmission, Receipt, ReceiptList, ReceiptState, SubmissionFile, SubmissionPage,
};

use super::access::Seat;
use super::mails::ResponseReceived;
use super::review::{Beyond, News};
use super::state_machine::ReviewEvent;
use super::types::ResponseRow;
use super::{Responses, approvals, rules as review_rules};
use crate::audit::{Event, Trace};
use crate::db::{self, Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::events::Kind;
use crate::http::{IfMatch, RequestContext};
use crate::members::{self, MemberStatus, Organisation};
use crate::policy::{self, Principal};
use crate::rounds::{self, Standing};
use crate::secrets::{fingerprint, hex};
use crate::service::{Service, UnitOfWork};
use crate::surveys::{self, Titles};
use crate::throttle::Causer;
use crate::time::Timestamp;
use rules::Snapshot;
use types::SubmissionRow;

/// Most submissions of a response.
const MOST: i32 = 100;
/// Bytes that a comparison is charged at least: whoever sends little holds a place all the same.
const LEAST_CHARGED: usize = 65_536;
/// Digits of a SHA-256.
const DIGITS: usize = 64;

/// A response that was found complete, and what of it is submitted.
struct Complete {
    row: ResponseRow,
    /// The response that was read.
    seen: Option<IfMatch>,
    questionnaire: Arc<Questionnaire>,
    answers: Value,
}

impl Responses {
    /// Submits an approved response in which nothing is missing, if it is the one that was `seen`; returns the receipt.
    ///
    /// # Errors
    /// 403, also where it is to share answers and neither the approval nor the sender may say so; 404; 409 where it is
    /// not approved, the approval does not count any more, something is missing, or the deadline has passed; 412 where
    /// it was changed meanwhile.
    pub async fn submit(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        given: GivenSubmission,
        seen: Option<IfMatch>,
    ) -> Result<Receipt, Error> {
        let checked = self.check_complete(&person, response, ReviewEvent::Submit, seen.clone()).await?;
        let (row, questionnaire, answers) = checked;
        let complete = Complete { row, seen, questionnaire, answers };
        db::name_object(response);
        let submit = move |unit: &UnitOfWork<Self>, conn: &mut Conn| unit.submit(conn, &person, complete, given);
        Service::write(self, trace, submit).await
    }

    /// The receipts of a response, the newest first.
    ///
    /// # Errors
    /// 404, also for contributors.
    pub async fn receipts(&self, viewer: Arc<Principal>, response: Id) -> Result<ReceiptList, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| {
            leading(conn, &viewer, response, now)?;
            let rows = store::of_response(conn, response, MOST.into())?;
            let Some(newest) = rows.first() else { return Ok(ReceiptList { data: Vec::new() }) };
            let about = About::of(conn, newest, true)?;
            let newest = newest.number;
            Ok(ReceiptList { data: rows.into_iter().map(|row| about.receipt(row, newest)).collect() })
        })
        .await
    }

    /// What was submitted: the bytes that the receipt names.
    ///
    /// # Errors
    /// 404, also for contributors.
    pub async fn submission(&self, viewer: Arc<Principal>, response: Id, number: i32) -> Result<SubmissionFile, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| {
            leading(conn, &viewer, response, now)?;
            let rows = store::of_response(conn, response, MOST.into())?;
            let row = rows.into_iter().find(|row| row.number == number).ok_or_else(Error::not_found)?;
            let about = About::of(conn, &row, true)?;
            let organisation = about.organisation.unwrap_or_default().to_lowercase();
            let name = format!("{}-{organisation}-{number}", about.facts.survey);
            Ok(SubmissionFile { name, content: store::content(conn, row.id)? })
        })
        .await
    }

    /// Admits a file of so many bytes that a visitor wants to compare with a receipt, before a byte of it is received.
    /// The place is to be kept until it was read.
    ///
    /// # Errors
    /// 429 where the visitor's network has sent enough for now, 503 where many are compared already, or many of that
    /// network.
    pub async fn begin_comparison(&self, caller: &RequestContext, expected: usize) -> Result<ComparisonPlace, Error> {
        let place = self.comparisons.place(caller)?;
        self.foundation.throttle.admit_compared(&self.foundation.db, caller, expected.max(LEAST_CHARGED)).await?;
        Ok(place)
    }

    /// What anybody may know of the submission with this SHA-256.
    ///
    /// # Errors
    /// 404 where there is none.
    pub async fn receipt(&self, sha256: String) -> Result<Receipt, Error> {
        self.read(move |conn| {
            let sha256 = sha256.to_lowercase();
            let is_hash = sha256.len() == DIGITS && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
            let row = if is_hash { store::by_sha256(conn, &sha256)? } else { None };
            let row = row.ok_or_else(Error::not_found)?;
            let newest = store::newest(conn, row.response_id)?.map_or(row.number, |newest| newest.number);
            Ok(About::of(conn, &row, false)?.receipt(row, newest))
        })
        .await
    }
}

/// Whether a questionnaire itself asks whether the members may see the answers.
pub(super) fn asks_consent(questionnaire: &Questionnaire) -> bool {
    rules::consent_question(questionnaire).is_some()
}

/// Refuses whoever does not reach all of a response.
fn leading(conn: &mut Conn, viewer: &Principal, response: Id, now: Timestamp) -> Result<Seat, Error> {
    let seat = Seat::of(conn, viewer, response, now)?;
    if seat.sections.is_none() { Ok(seat) } else { Err(Error::not_found()) }
}

impl UnitOfWork<Responses> {
    fn submit(
        &self,
        conn: &mut Conn,
        person: &Principal,
        complete: Complete,
        given: GivenSubmission,
    ) -> Result<Receipt, Error> {
        let Complete { row, seen, questionnaire, answers } = complete;
        let seat = Seat::held(conn, person, row.id, self.now)?;
        seat.check_leads()?;
        let state = review_rules::next(seat.row.state, ReviewEvent::Submit, true)?;
        seat.check_seen(seen.as_ref())?;
        if seat.row.edits != row.edits {
            return Err(Error::changed_meanwhile());
        }
        let signers = seat.signers(conn)?;
        approvals::check_counts(conn, &seat, &signers)?;
        let standing = seat.check_accepted(conn, self.now)?;
        let is_signer = signers.contains(&person.user_id);
        let said = || rules::agreed(seat.row.approved_shares, given.share, is_signer);
        let shares_answers = rules::shares(&questionnaire, &answers, said)?;
        let submitted = self.add_submission(conn, person, &seat, &standing, shares_answers, &answers)?;
        let changed = review_rules::stepped(&seat.row, ReviewEvent::Submit, state, person.user_id, self.now);
        super::store::set_review(conn, seat.row.id, changed)?;
        if given.adopt {
            self.adopt(conn, person, &seat.row, &questionnaire, &answers)?;
        }
        self.tell_of_submission(conn, person, &seat, (signers, &submitted))?;
        let newest = submitted.number;
        Ok(About::of(conn, &submitted, true)?.receipt(submitted, newest))
    }

    fn add_submission(
        &self,
        conn: &mut Conn,
        person: &Principal,
        seat: &Seat,
        standing: &Standing,
        shares_answers: bool,
        answers: &Value,
    ) -> Result<SubmissionRow, Error> {
        let row = &seat.row;
        let number = store::newest(conn, row.id)?.map_or(1, |newest| newest.number + 1);
        if number > MOST {
            return Err(Error::conflict(ProblemCode::TooManySubmissions).with("max", MOST));
        }
        let facts = rounds::facts(conn, row.round_id)?.ok_or_else(Error::not_found)?;
        let organisation = members::some(conn, &[row.organisation_id])?.pop().ok_or_else(Error::not_found)?;
        let (grant, version_sha256) =
            (standing.late_under(self.now), super::store::version_sha256(conn, seat.survey, seat.version)?);
        let snapshot = Snapshot {
            round: row.round_id,
            survey: &facts.survey,
            version: seat.version,
            version_sha256: &version_sha256,
            organisation: &organisation.code,
            number,
            submitted_at: self.now,
            grant,
            shares_answers,
            answers: answers.clone(),
            salt: self.random.bytes(),
        };
        let content = snapshot.content();
        let submitted = SubmissionRow {
            id: Id::new(self.now, &self.random),
            response_id: row.id,
            number,
            round_id: row.round_id,
            organisation_id: row.organisation_id,
            submitted_at: self.now,
            submitted_by: person.user_id,
            is_late: grant.is_some(),
            grant_id: grant,
            shares_answers,
            superseded_at: None,
            withdrawn_at: None,
            sha256: hex(&fingerprint(&content)),
        };
        store::insert(conn, &submitted, &content)?;
        Ok(submitted)
    }

    /// The answers about technologies become the adoption that the directory shows.
    fn adopt(
        &self,
        conn: &mut Conn,
        person: &Principal,
        row: &ResponseRow,
        questionnaire: &Questionnaire,
        answers: &Value,
    ) -> Result<(), Error> {
        policy::check_at(person, row.organisation_id)?;
        let known: Vec<String> = members::technologies(conn)?.into_iter().map(|known| known.code).collect();
        let told = rules::adoption(questionnaire, answers, &known);
        self.of(&self.service.adoptions).take_over(conn, person, row.organisation_id, told)
    }

    fn tell_of_submission(
        &self,
        conn: &mut Conn,
        person: &Principal,
        seat: &Seat,
        (mut people, submitted): (Vec<Id>, &SubmissionRow),
    ) -> Result<(), Error> {
        let SubmissionRow { number, is_late, sha256, .. } = submitted;
        let detail = json!({"submission": number, "sha256": sha256, "late": is_late, "grant": submitted.grant_id});
        self.note(conn, Event::ResponseSubmitted, person, &seat.row, detail)?;
        let told = json!({
            "round": seat.row.round_id, "organisation": seat.row.organisation_id, "submission": number,
            "sha256": sha256, "late": is_late,
        });
        self.events.emit(conn, Kind::ResponseSubmitted, told)?;
        // Also whoever submitted: the mail is the receipt.
        people.extend(seat.row.requested_by.into_iter().chain([person.user_id]));
        let number = usize::try_from(*number).unwrap_or_default();
        let by = Causer::Officer(person.user_id);
        let news = News { row: &seat.row, survey: seat.survey, people: &people, by, beyond: Beyond::LeftOut };
        self.tell_all(conn, &news, |survey, _| {
            let (colleague, sha256) = (person.name.clone(), sha256.clone());
            Box::new(ResponseReceived { survey, colleague, number, is_late: *is_late, sha256 })
        })
    }
}

/// What receipts say beside their submission.
struct About {
    facts: rounds::RoundFacts,
    titles: Titles,
    version_sha256: String,
    organisation: Option<String>,
}

impl About {
    /// That of a submission. Others than its own people are told the organisation if the round says in public who takes
    /// part, and it is no hidden member: a receipt is read by anybody.
    fn of(conn: &mut Conn, row: &SubmissionRow, is_own: bool) -> Result<Self, Error> {
        let facts = rounds::facts(conn, row.round_id)?.ok_or_else(Error::not_found)?;
        let titles = surveys::by_id(conn, facts.survey_id)?.map(|survey| survey.titles).unwrap_or_default();
        let version_sha256 = super::store::version_sha256(conn, facts.survey_id, facts.version)?;
        let is_told = |organisation: &Organisation| {
            is_own || (facts.is_participation_public && organisation.status != MemberStatus::Hidden)
        };
        let organisation = members::some(conn, &[row.organisation_id])?.pop().filter(is_told);
        let organisation = organisation.map(|organisation| organisation.code);
        Ok(Self { facts, titles, version_sha256, organisation })
    }

    fn receipt(&self, row: SubmissionRow, newest: i32) -> Receipt {
        let state = match (row.withdrawn_at, row.superseded_at) {
            (Some(_), _) => ReceiptState::Withdrawn,
            (None, Some(_)) => ReceiptState::Superseded,
            (None, None) => ReceiptState::Valid,
        };
        Receipt {
            state,
            round: row.round_id,
            survey: self.facts.survey.clone(),
            titles: self.titles.clone(),
            version: self.facts.version,
            version_sha256: self.version_sha256.clone(),
            organisation: self.organisation.clone(),
            submitted_at: rules::to_the_second(row.submitted_at),
            zone: self.facts.zone.clone(),
            number: row.number,
            is_late: row.is_late,
            superseded_by: (state == ReceiptState::Superseded && newest > row.number).then_some(newest),
            withdrawn_at: row.withdrawn_at,
            sha256: row.sha256,
        }
    }
}

/// The submissions of a round that count at an instant, a page at a time: at most `most` of those whose organisation
/// comes after this one.
pub fn submissions_at(
    conn: &mut Conn,
    round: Id,
    as_of: Timestamp,
    after: Option<Id>,
    most: i64,
) -> Result<SubmissionPage, Error> {
    let rows = store::counting(conn, round, as_of, after, most)?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= most);
    let next = rows.last().map(|(row, ..)| row.organisation_id).filter(|_| is_full);
    Ok(SubmissionPage { data: rows.into_iter().map(counted).collect(), next })
}

/// The submissions of a round that count at an instant, in the order of the ids of their organisations. An instant alone
/// does not name them for ever: one that is dated before it may be written after it.
pub fn counting(conn: &mut Conn, round: Id, as_of: Timestamp) -> Result<Vec<Id>, Error> {
    store::counting_ids(conn, round, as_of)
}

/// These submissions in the order of the ids of their organisations, whether they count at present or not.
pub fn some_submissions(conn: &mut Conn, ids: &[Id]) -> Result<Vec<CountedSubmission>, Error> {
    Ok(store::some(conn, ids)?.into_iter().map(counted).collect())
}

/// The organisations of these submissions, of which there are some hundred at most.
pub fn organisations_of(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Id>, Error> {
    store::organisations(conn, ids)
}

fn counted((row, region, content): store::CountingRow) -> CountedSubmission {
    CountedSubmission {
        organisation: row.organisation_id,
        region,
        number: row.number,
        shares_answers: row.shares_answers,
        answers: answers_in(&content),
        sha256: row.sha256,
    }
}

/// The answers of an organisation that count at an instant; none where it has not submitted.
pub fn answers_at(
    conn: &mut Conn,
    round: Id,
    organisation: Id,
    as_of: Timestamp,
) -> Result<Option<Map<String, Value>>, Error> {
    let content = store::counting_of(conn, round, organisation, as_of)?;
    Ok(content.map(|content| answers_in(&content)))
}

/// The organisations whose submission counts at an instant and whose answers to questions for the community the members
/// may see.
pub fn consents(conn: &mut Conn, round: Id, as_of: Timestamp) -> Result<Vec<Id>, Error> {
    store::sharing(conn, round, as_of)
}
