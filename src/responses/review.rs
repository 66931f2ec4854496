//! The steps of a response, beside its submission: a review is asked for, the response is approved or returned; it is
//! reopened, or withdrawn. An answer that is changed after the approval ends it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::access::{Seat, last_edit};
use super::answers::bounds::Growth;
use super::mails::{ApprovalEnded, ResponseReturned, ReviewRequested};
use super::state_machine::ReviewEvent;
use super::types::{GivenApproval, OwnResponse, ResponseReason, ResponseRow};
use super::{Responses, colleagues, rules, sheet, store, submissions};
use crate::audit::{Event, Trace};
use crate::db::{self, Conn, Id};
use crate::error::{Error, FieldErrors};
use crate::http::IfMatch;
use crate::identity::{self, Credentials};
use crate::mail::{Author, Quote, SystemMail};
use crate::policy::Principal;
use crate::service::{Service, UnitOfWork};
use crate::surveys;
use crate::text;
use crate::throttle::Causer;

/// Longest reason for a decision.
pub const MAX_REASON: usize = 1_000;
/// How long a mail about a response is of use.
pub(super) const USE: Duration = Duration::from_hours(72);

/// What becomes of a mail that the budget of its sender does not allow.
#[derive(Clone, Copy)]
pub(super) enum Beyond {
    /// The whole request is refused.
    Refused,
    /// The mail is not written, and the rest is done: an answer is stored and a response submitted all the same.
    LeftOut,
}

/// Who is told something about a response, of those who reach it.
#[derive(Clone, Copy)]
pub(super) struct News<'a> {
    pub(super) row: &'a ResponseRow,
    pub(super) survey: Id,
    pub(super) people: &'a [Id],
    /// Whose budget the mails are charged to.
    pub(super) by: Causer,
    pub(super) beyond: Beyond,
}

/// A step that somebody takes.
struct Step {
    event: ReviewEvent,
    reason: Option<String>,
    /// What an approval covers.
    approval: GivenApproval,
    /// The response that was read.
    seen: Option<IfMatch>,
    /// The number of changes of answers after which nothing was missing.
    complete_at: Option<i32>,
}

impl Step {
    fn of(event: ReviewEvent, seen: Option<IfMatch>) -> Self {
        Self { event, reason: None, approval: GivenApproval::default(), seen, complete_at: None }
    }
}

impl Responses {
    /// Asks those who sign to look at a response in which nothing is missing, if it is the one that was `seen`.
    ///
    /// # Errors
    /// 403, 404; 409 where something is missing, or it is in review already; 412.
    pub async fn request_review(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        seen: Option<IfMatch>,
    ) -> Result<OwnResponse, Error> {
        let event = ReviewEvent::RequestReview;
        let (checked, ..) = self.check_complete(&person, response, event, seen.clone()).await?;
        let step = Step { complete_at: Some(checked.edits), ..Step::of(event, seen) };
        self.step(person, trace, response, step).await
    }

    /// Approves a response in review, if it is the one that was `seen`.
    ///
    /// # Errors
    /// 403, 404; 409 where it is not in review, or the person changed it last and another one can approve; 412.
    pub async fn approve(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        given: GivenApproval,
        seen: Option<IfMatch>,
    ) -> Result<OwnResponse, Error> {
        let step = Step { approval: given, ..Step::of(ReviewEvent::Approve, seen) };
        self.step(person, trace, response, step).await
    }

    /// Returns a response for more work, if it is the one that was `seen`.
    ///
    /// # Errors
    /// 403, 404, 409, 412, 422.
    pub async fn return_(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        given: ResponseReason,
        seen: Option<IfMatch>,
    ) -> Result<OwnResponse, Error> {
        let reason = given.reason.filter(|reason| !reason.trim().is_empty());
        let mut faults = FieldErrors::new();
        let said = |reason: &str| text::name::remark(reason, MAX_REASON);
        let reason = faults.take_optional("/reason", reason.as_deref(), said);
        faults.finish()?;
        let step = Step { reason, ..Step::of(ReviewEvent::Return, seen) };
        self.step(person, trace, response, step).await
    }

    /// Opens a response again that was submitted or withdrawn, if it is the one that was `seen`. What was submitted
    /// counts until the next submission.
    ///
    /// # Errors
    /// 403, 404; 409 after the deadline; 412.
    pub async fn reopen(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        seen: Option<IfMatch>,
    ) -> Result<OwnResponse, Error> {
        self.step(person, trace, response, Step::of(ReviewEvent::Reopen, seen)).await
    }

    /// Takes back what was submitted, if the response is the one that was `seen`: it counts no longer. Its receipt
    /// stays, and says so.
    ///
    /// # Errors
    /// 403, 404; 409 where the round is not open; 412.
    pub async fn withdraw(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        seen: Option<IfMatch>,
    ) -> Result<OwnResponse, Error> {
        self.step(person, trace, response, Step::of(ReviewEvent::Withdraw, seen)).await
    }

    async fn step(&self, person: Arc<Principal>, trace: Trace, response: Id, step: Step) -> Result<OwnResponse, Error> {
        db::name_object(response);
        let take = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            unit.step(conn, &person, response, &step)?;
            sheet::own_of(conn, &person, response, unit.now)
        };
        Service::write(self, trace, take).await
    }
}

impl UnitOfWork<Responses> {
    fn step(&self, conn: &mut Conn, person: &Principal, response: Id, step: &Step) -> Result<(), Error> {
        let event = step.event;
        let seat = Seat::held(conn, person, response, self.now)?;
        seat.check_leads()?;
        if event == ReviewEvent::Reopen {
            seat.check_accepted(conn, self.now)?;
        } else {
            seat.check_open()?;
        }
        let signers = seat.signers(conn)?;
        if event != ReviewEvent::RequestReview {
            rules::check_signer(&signers, person.user_id)?;
        }
        let last = last_edit(conn, &seat.row)?.map(|last| last.given_by);
        if event == ReviewEvent::Approve {
            rules::check_approver(&signers, person.user_id, last)?;
        }
        let was_submitted = submissions::store::newest(conn, response)?.is_some();
        let state = rules::next(seat.row.state, event, was_submitted)?;
        // Where it is not possible any more, that says more than that something has changed.
        seat.check_seen(step.seen.as_ref())?;
        if step.complete_at.is_some_and(|edits| edits != seat.row.edits) {
            return Err(Error::changed_meanwhile());
        }
        if event == ReviewEvent::Withdraw {
            submissions::store::withdraw(conn, response, self.now)?;
        }
        let mut changed = rules::stepped(&seat.row, event, state, person.user_id, self.now);
        let edits = seat.row.edits;
        let detail = if event == ReviewEvent::Approve {
            changed = self.granted(conn, person, step.approval, &changed)?;
            json!({"edits": edits, "shares": step.approval.share})
        } else {
            json!({"edits": edits})
        };
        store::set_review(conn, response, changed)?;
        self.note(conn, audited(event), person, &seat.row, detail)?;
        let told: Vec<Id> = match event {
            ReviewEvent::Return => seat.row.requested_by.into_iter().chain(last).collect(),
            _ => signers,
        };
        self.tell_of_step(conn, person, &seat, event, step.reason.as_deref(), &told)
    }

    fn tell_of_step(
        &self,
        conn: &mut Conn,
        person: &Principal,
        seat: &Seat,
        event: ReviewEvent,
        reason: Option<&str>,
        told: &[Id],
    ) -> Result<(), Error> {
        let (id, colleague) = (seat.row.round_id.to_string(), person.name.clone());
        let by = Causer::Officer(person.user_id);
        let news = News { row: &seat.row, survey: seat.survey, people: told, by, beyond: Beyond::Refused };
        match event {
            ReviewEvent::RequestReview => self.tell(conn, &news, |survey, _| {
                Box::new(ReviewRequested { survey, colleague: colleague.clone(), id: id.clone() })
            }),
            ReviewEvent::Return => {
                let quote = reason.map(|reason| Quote::new(reason, Author::Person(person.name.clone())));
                self.tell(conn, &news, |survey, _| {
                    let (colleague, id, reason) = (colleague.clone(), id.clone(), quote.clone());
                    Box::new(ResponseReturned { survey, colleague, reason, id })
                })
            }
            _ => Ok(()),
        }
    }

    /// Mails these people, except whoever caused it.
    pub(super) fn tell(
        &self,
        conn: &mut Conn,
        news: &News<'_>,
        mail: impl Fn(String, &Credentials) -> Box<dyn SystemMail>,
    ) -> Result<(), Error> {
        let others: Vec<Id> = news.people.iter().copied().filter(|person| *person != news.by.id()).collect();
        self.tell_all(conn, &News { people: &others, ..*news }, mail)
    }

    /// Mails each of these people once who reaches the response now, with few statements whatever their number. The
    /// mail is told the title of the survey in the reader's language.
    pub(super) fn tell_all(
        &self,
        conn: &mut Conn,
        news: &News<'_>,
        mail: impl Fn(String, &Credentials) -> Box<dyn SystemMail>,
    ) -> Result<(), Error> {
        let mut readers = readers(conn, news.row, news.people)?;
        if readers.is_empty() {
            return Ok(());
        }
        match news.beyond {
            Beyond::Refused => {
                let readers: Vec<Id> = readers.iter().map(|reader| reader.id).collect();
                self.throttle.charge_mails(conn, news.by, &readers)?;
            }
            Beyond::LeftOut => readers = self.admitted(conn, news.by, readers)?,
        }
        self.post(conn, news.survey, &readers, mail)
    }

    /// Mails each of these readers, at nobody's expense.
    pub(super) fn post(
        &self,
        conn: &mut Conn,
        survey: Id,
        readers: &[Credentials],
        mail: impl Fn(String, &Credentials) -> Box<dyn SystemMail>,
    ) -> Result<(), Error> {
        if readers.is_empty() {
            return Ok(());
        }
        let survey = surveys::by_id(conn, survey)?.ok_or_else(Error::not_found)?;
        let title = |reader: &Credentials| survey.title_in(reader.preferred_language);
        let of = |reader: &Credentials| (reader.recipient(), mail(title(reader), reader), USE);
        let mails: Vec<_> = readers.iter().map(of).collect();
        self.outbox.post_each(conn, &mails)
    }

    /// Those to whom the budget of the sender allows a mail.
    fn admitted(&self, conn: &mut Conn, by: Causer, readers: Vec<Credentials>) -> Result<Vec<Credentials>, Error> {
        let mut admitted = Vec::with_capacity(readers.len());
        for reader in readers {
            if self.throttle.admits_mail(conn, by, reader.id)? {
                admitted.push(reader);
            }
        }
        Ok(admitted)
    }
}

/// Those of these people who reach a response now: who has lost the appointment, the assigned sections or the account
/// since is told nothing.
pub(super) fn readers(conn: &mut Conn, row: &ResponseRow, people: &[Id]) -> Result<Vec<Credentials>, Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let assigned = colleagues::store::assigned_people(conn, row.id)?;
    let mut reaching = rules::reaching(&store::people(conn, row.organisation_id)?, &assigned);
    reaching.retain(|person| people.contains(person));
    let mut readers = identity::users(conn, &reaching.into_iter().collect::<Vec<_>>())?;
    readers.retain(|reader| !reader.is_closed());
    Ok(readers)
}

/// Records that answers of a response were changed, which ends an approval; returns whether it did.
pub(super) fn edited(
    unit: &UnitOfWork<Responses>,
    conn: &mut Conn,
    person: &Principal,
    row: &ResponseRow,
    growth: Growth,
) -> Result<bool, Error> {
    let edits = row.edits.saturating_add(growth.changes);
    store::set_edits(conn, row, growth)?;
    let state = rules::next(row.state, ReviewEvent::Edit, false)?;
    if state == row.state {
        return Ok(false);
    }
    store::set_review(conn, row.id, rules::stepped(row, ReviewEvent::Edit, state, person.user_id, unit.now))?;
    unit.note(conn, Event::ResponseApprovalEnded, person, row, json!({"edits": edits}))?;
    let (_, survey, _) = store::round(conn, row.round_id)?;
    let (id, colleague) = (row.round_id.to_string(), person.name.clone());
    let approver: Vec<Id> = row.approved_by.into_iter().collect();
    let by = Causer::Person(person.user_id);
    let news = News { row, survey, people: &approver, by, beyond: Beyond::LeftOut };
    unit.tell(conn, &news, |survey, _| {
        Box::new(ApprovalEnded { survey, colleague: colleague.clone(), id: id.clone() })
    })?;
    Ok(true)
}

/// The event of a step in the audit log.
const fn audited(event: ReviewEvent) -> Event {
    match event {
        ReviewEvent::Edit | ReviewEvent::Lapse => Event::ResponseApprovalEnded,
        ReviewEvent::RequestReview => Event::ResponseReviewRequested,
        ReviewEvent::Approve => Event::ResponseApproved,
        ReviewEvent::Return => Event::ResponseReturned,
        ReviewEvent::Submit => Event::ResponseSubmitted,
        ReviewEvent::Reopen => Event::ResponseReopened,
        ReviewEvent::Withdraw => Event::ResponseWithdrawn,
    }
}
