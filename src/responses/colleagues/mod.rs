//! Colleagues around a response: sections are assigned, with a day and a mail; questions are commented on; and each
//! sees who has which section open.
//!
//! Presence is a row of the database, so that it holds over several processes. A row says nothing a minute after its
//! last sign, and is swept later. It never blocks a write.
//!
//! - `due` reminders of the days by which sections are due
//! - `around` what stands around the answers of a response

mod around;
mod due;
mod rules;
pub(super) mod store;
mod types;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use questionnaire::Questionnaire;
use serde_json::json;

pub(super) use around::Around;
pub use rules::MAX_ASSIGNMENTS;
pub use types::{
    Assignment, AssignmentList, Comment, GivenAssignment, GivenAssignments, GivenComment, GivenPresence, Present,
    PresentList,
};

use super::access::{Names, Seat};
use super::mails::SectionsAssigned;
use super::review::{Beyond, News};
use super::{Responses, answers};
use crate::audit::{Event, Trace};
use crate::db::{self, Conn, Id};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::IfMatch;
use crate::i18n::Language;
use crate::idempotency::{Answer, Ticket};
use crate::policy::Principal;
use crate::question_forms::Tongue;
use crate::service::{Service, UnitOfWork};
use crate::text;
use crate::throttle::{Bucket, Causer};
use crate::time::Timestamp;
use types::CommentRow;

/// Longest comment.
pub const MAX_COMMENT: usize = 2_000;
/// Most comments of a response.
const MOST_COMMENTS: i64 = 500;
/// Of these, most of one person: one person cannot use up the room of all.
const MOST_COMMENTS_OF_ONE: i64 = MOST_COMMENTS / 2;
/// Most colleagues who are shown as present.
const MOST_PRESENT: i64 = 100;
/// How long a sign of presence holds.
const PRESENT: Duration = Duration::from_mins(1);
/// How long a sign is not repeated.
const AGAIN: Duration = Duration::from_secs(15);

impl Responses {
    /// Who is asked to fill in what.
    ///
    /// # Errors
    /// 404.
    pub async fn assignments(&self, viewer: Arc<Principal>, response: Id) -> Result<AssignmentList, Error> {
        let now = self.foundation.clock.now();
        self.read(move |conn| {
            let seat = Seat::of(conn, &viewer, response, now)?;
            list(conn, &seat, now)
        })
        .await
    }

    /// Replaces the assignments of a response, if they are those that were `seen`. Whoever is asked for something new
    /// gets a mail.
    ///
    /// # Errors
    /// 403, 404, 409 where the round is not open, 412, 422.
    pub async fn assign(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        given: GivenAssignments,
        seen: IfMatch,
    ) -> Result<AssignmentList, Error> {
        self.parse_questionnaire(&person, response).await?;
        db::name_object(response);
        let assign =
            move |unit: &UnitOfWork<Self>, conn: &mut Conn| unit.assign(conn, &person, response, &given, &seen);
        Service::write(self, trace, assign).await
    }

    /// Comments on a question, once for a ticket.
    ///
    /// # Errors
    /// 404, 409 where there are too many, 422.
    pub async fn comment_keyed(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        response: Id,
        given: GivenComment,
    ) -> Result<Answer, Error> {
        self.parse_questionnaire(&person, response).await?;
        db::name_object(response);
        let admitted = Arc::clone(&person);
        let admit =
            move |unit: &UnitOfWork<Self>, conn: &mut Conn| Seat::of(conn, &admitted, response, unit.now).map(drop);
        let comment = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            Answer::json(201, &unit.comment(conn, &person, response, &given)?)
        };
        self.write_once(trace, ticket, admit, comment).await
    }

    /// Gives a sign that the person has a section open, or has left; returns who else is there. A sign that would say
    /// what the last one says is not stored again for a while, and neither are signs that say something else again and
    /// again.
    ///
    /// # Errors
    /// 404, also where the person does not reach the section.
    pub async fn be_present(
        &self,
        person: Arc<Principal>,
        response: Id,
        section: Option<String>,
    ) -> Result<PresentList, Error> {
        let (service, now) = (self.clone(), self.foundation.clock.now());
        let (reader, sign) = (Arc::clone(&person), section.clone());
        let read = move |conn: &mut Conn| {
            let seat = Seat::of(conn, &reader, response, now)?;
            if let Some(section) = &sign {
                service.check_section(conn, &seat, section)?;
            }
            let there = store::present(conn, response, now.minus(PRESENT), MOST_PRESENT)?;
            let own =
                store::last_sign(conn, response, reader.user_id)?.filter(|(_, seen_at)| *seen_at > now.minus(PRESENT));
            let is_known = match (own, &sign) {
                (Some((open, seen_at)), Some(section)) => open == *section && now.since(seen_at) < AGAIN,
                (own, sign) => own.is_none() && sign.is_none(),
            };
            let around = Around::of_present(there, reader.user_id);
            let names = Names::of(conn, around.people())?;
            let data = around.present(&names, |section| seat.reaches(section));
            Ok((PresentList { data }, is_known))
        };
        let (list, is_known) = self.read(read).await?;
        // Whoever goes back and forth too often is shown where the last sign says; nothing is refused.
        let key = person.user_id.to_string();
        if is_known || self.foundation.throttle.check(Bucket::Presence, &key).is_err() {
            return Ok(list);
        }
        let sign = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            if !unit.throttle.admits(conn, Bucket::Presence, &key)? {
                return Ok(());
            }
            match &section {
                Some(section) => {
                    // Once more: it may have been assigned to somebody else meanwhile.
                    let seat = Seat::of(conn, &person, response, unit.now)?;
                    unit.service.check_section(conn, &seat, section)?;
                    store::set_present(conn, response, person.user_id, section, unit.now)
                }
                None => store::leave(conn, response, person.user_id),
            }
        };
        Service::write(self, Trace::default(), sign).await?;
        Ok(list)
    }

    /// Calls a section ready, or no longer.
    ///
    /// # Errors
    /// 404, also where the person does not reach the section; 409.
    pub async fn mark_section(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        section: String,
        is_done: bool,
    ) -> Result<(), Error> {
        self.parse_questionnaire(&person, response).await?;
        db::name_object(response);
        let mark = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let seat = Seat::locked(conn, &person, response, unit.now)?;
            seat.check_writable()?;
            unit.service.check_section(conn, &seat, &section)?;
            if is_done {
                super::store::set_done(conn, response, &section, person.user_id, unit.now)
            } else {
                super::store::clear_done(conn, response, &section)
            }
        };
        Service::write(self, trace, mark).await
    }

    /// Refuses a section that there is not, or that the person does not reach.
    fn check_section(&self, conn: &mut Conn, seat: &Seat, section: &str) -> Result<(), Error> {
        let questionnaire = self.questionnaires.get(conn, seat.survey, seat.version)?;
        let is_known = questionnaire.sections.iter().any(|known| known.code == section);
        if is_known && seat.reaches(section) { Ok(()) } else { Err(Error::not_found()) }
    }
}

impl UnitOfWork<Responses> {
    fn assign(
        &self,
        conn: &mut Conn,
        person: &Principal,
        response: Id,
        given: &GivenAssignments,
        seen: &IfMatch,
    ) -> Result<AssignmentList, Error> {
        let seat = Seat::locked(conn, person, response, self.now)?;
        seat.check_leads()?;
        seat.check_open()?;
        seen.check(&list(conn, &seat, self.now)?)?;
        let questionnaire = self.service.questionnaires.get(conn, seat.survey, seat.version)?;
        let names = self.service.questionnaires.sections(conn, seat.survey, seat.version)?;
        let people = super::store::people(conn, seat.row.organisation_id)?;
        let candidates: BTreeSet<Id> = people.iter().map(|(person, _)| *person).collect();
        let before = store::assignments(conn, response)?;
        let place = (response, person.user_id, self.now);
        let zone = super::store::zone(conn, seat.row.round_id)?;
        let after = rules::assignments(&given.data, &questionnaire, &candidates, &before, place, &zone)?;
        if after != before {
            store::clear(conn, response)?;
            store::add(conn, &after)?;
            let detail = json!({"assignments": after.len()});
            self.note(conn, Event::ResponseAssigned, person, &seat.row, detail)?;
            let news = rules::news(&before, &after);
            let told: Vec<Id> = news.keys().copied().collect();
            let by = Causer::Officer(person.user_id);
            let news_of = News { row: &seat.row, survey: seat.survey, people: &told, by, beyond: Beyond::Refused };
            self.tell(conn, &news_of, |survey, reader| {
                let (codes, due) = news.get(&reader.id).cloned().unwrap_or_default();
                let sections = names.listed(&codes, &tongue(&questionnaire, reader.preferred_language));
                let (colleague, id) = (person.name.clone(), seat.row.round_id.to_string());
                Box::new(SectionsAssigned { survey, colleague, sections, is_due: due.is_some(), due, id })
            })?;
        }
        list(conn, &seat, self.now)
    }

    fn comment(
        &self,
        conn: &mut Conn,
        person: &Principal,
        response: Id,
        given: &GivenComment,
    ) -> Result<Comment, Error> {
        let seat = Seat::locked(conn, person, response, self.now)?;
        seat.check_open()?;
        let questionnaire = self.service.questionnaires.get(conn, seat.survey, seat.version)?;
        let questions = answers::rules::Questions::of(&questionnaire);
        if !questions.section(&given.question).is_some_and(|section| seat.reaches(section)) {
            let fault = FieldError::new("/question", FieldCode::UnknownQuestion);
            return Err(Error::invalid(vec![fault.with("value", text::shown(&given.question))]));
        }
        let text = text::block(&given.text, MAX_COMMENT);
        let text = text.map_err(|fault| Error::invalid(vec![FieldError { pointer: "/text".to_owned(), ..fault }]))?;
        if store::count_comments(conn, response)? >= MOST_COMMENTS {
            return Err(Error::conflict(ProblemCode::TooManyComments).with("max", MOST_COMMENTS));
        }
        if store::count_comments_of(conn, response, person.user_id)? >= MOST_COMMENTS_OF_ONE {
            return Err(Error::conflict(ProblemCode::TooManyOwnComments).with("max", MOST_COMMENTS_OF_ONE));
        }
        let row = CommentRow {
            id: Id::new(self.now, &self.random),
            response_id: response,
            question: given.question.clone(),
            written_by: person.user_id,
            written_at: self.now,
            text,
        };
        store::add_comment(conn, &row)?;
        let names = Names::of(conn, [person.user_id])?;
        Ok(around::comment(row, &names))
    }
}

/// The languages in which a reader of this one is told of a questionnaire.
fn tongue(questionnaire: &Questionnaire, language: Language) -> Tongue {
    Tongue::new(questionnaire, language.as_str(), language.catalogue().as_str())
}

/// The assignments of a response that its reader sees, and who can be asked.
fn list(conn: &mut Conn, seat: &Seat, now: Timestamp) -> Result<AssignmentList, Error> {
    let around = Around::assigned_only(conn, seat.row.id)?;
    let people = super::store::people(conn, seat.row.organisation_id)?;
    let candidates: BTreeSet<Id> = people.iter().map(|(person, _)| *person).collect();
    let names = Names::of(conn, around.people().chain(candidates.iter().copied()))?;
    let done = super::store::done_sections(conn, seat.row.id)?;
    let today = super::store::zone(conn, seat.row.round_id)?.day(now);
    let is_done = |section: &str| done.iter().any(|(code, ..)| code == section);
    Ok(AssignmentList {
        data: around.assignments(&names, |section| seat.reaches(section), (is_done, today)),
        candidates: candidates.into_iter().map(|person| names.colleague(person)).collect(),
    })
}

/// Deletes signs of presence that hold no longer, of a minute before this and earlier.
pub(super) fn sweep(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, now.minus(PRESENT))
}
