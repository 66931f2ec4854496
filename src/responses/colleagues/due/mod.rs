//! Days by which sections are due: whoever was asked to fill one in gets a mail two days before that day and another the
//! day after it, in the morning of the round's zone, if the section is not called ready.
//!
//! An assignment has the instant at which it is looked at next. A reminder whose instant had passed when the day was
//! set is left out, since the mail about the assignment said the day. So each is sent once for an assignment and its
//! day. A step reads a bounded number of what is due, then each response is a unit of work of its own, which locks it;
//! one that fails is postponed ([`setbacks`]) and keeps no others from their reminders. It is judged by the state of that
//! moment: nobody is reminded of a response that is submitted, or that is not accepted any more. Sections of a person
//! that are due on the same day are one mail.
//!
//! Left out: sections that earlier answers rule out, which are reminded of like all others.

pub(super) mod rules;
mod store;

use std::collections::BTreeSet;

use super::super::access::is_writable;
use super::super::mails::SectionsDue;
use super::super::review::USE;
use super::super::{Responses, store as responses};
use super::tongue;
use crate::audit::Trace;
use crate::db::{Conn, Id, SWEPT_AT_ONCE};
use crate::error::Error;
use crate::identity;
use crate::jobs;
use crate::mail::Addressed;
use crate::rounds::{self, RoundFacts};
use crate::service::{Service as _, UnitOfWork};
use crate::setbacks;
use crate::surveys;
use crate::time::Zone;
use rules::Reminder;

impl Responses {
    /// Sends the reminders of due sections whose time has come; returns how many. Nothing is written where none is due.
    pub async fn remind_due(&self) -> Result<usize, Error> {
        let (unit, db) = (self.unit(Trace::default()), &self.foundation().db);
        let (now, questionnaires) = (unit.now, self.questionnaires.clone());
        let read = move |conn: &mut Conn| {
            let found = store::responses(conn, now, SWEPT_AT_ONCE)?;
            let asked: BTreeSet<(Id, i32)> = found.iter().map(|(_, survey, version)| (*survey, *version)).collect();
            // Parsed here, not under the lock of a response. One that cannot be read stops its own responses alone.
            for (survey, version) in asked {
                if let Err(error) = questionnaires.get(conn, survey, version) {
                    tracing::warn!(%error, %survey, version, "could not read a questionnaire");
                }
            }
            Ok(found.into_iter().map(|(response, ..)| response).collect::<BTreeSet<Id>>())
        };
        let mut sent = 0;
        for response in db.read(read).await? {
            let unit = unit.clone();
            let step = db.write(move |conn| unit.remind(conn, response));
            match Box::pin(jobs::guarded(db, now, "due_sections", Some(response), step)).await {
                Ok(Some(count)) => {
                    sent += count;
                    continue;
                }
                // It is set aside; `jobs` has logged that.
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, %response, "could not remind of sections that are due"),
            }
            // It moves back, behind others that are due.
            db.write(move |conn| setbacks::record(conn, response, now)).await?;
        }
        Ok(sent)
    }
}

impl UnitOfWork<Responses> {
    /// Sends the reminders of a response that are due; returns how many.
    fn remind(&self, conn: &mut Conn, response: Id) -> Result<usize, Error> {
        let row = responses::lock_for_update(conn, response)?.ok_or_else(Error::not_found)?;
        let facts = rounds::facts(conn, row.round_id)?.ok_or_else(Error::not_found)?;
        let zone = Zone::stored(Some(&facts.zone));
        let due = store::due(conn, response, self.now)?;
        let standing = rounds::standing(conn, row.round_id, row.organisation_id)?;
        let is_awaited = is_writable(row.state) && standing.is_some_and(|standing| standing.accepts(self.now));
        let done = responses::done_sections(conn, response)?;
        let people = responses::people(conn, row.organisation_id)?;
        let is_meant = |section: &str, person: Id| {
            is_awaited
                && !done.iter().any(|(code, ..)| code == section)
                && people.iter().any(|(colleague, _)| *colleague == person)
        };
        let reminders = rules::reminders(&due, is_meant, &zone, self.now);
        for (day, next) in rules::next_of(&due, &zone, self.now) {
            store::set_next(conn, response, day, next, self.now)?;
        }
        self.post_reminders(conn, &facts, response, &reminders)
    }

    fn post_reminders(
        &self,
        conn: &mut Conn,
        facts: &RoundFacts,
        response: Id,
        reminders: &[Reminder],
    ) -> Result<usize, Error> {
        if reminders.is_empty() {
            return Ok(0);
        }
        let people: BTreeSet<Id> = reminders.iter().map(|reminder| reminder.person).collect();
        let people: Vec<Id> = people.into_iter().collect();
        let mut readers = identity::users(conn, &people)?;
        readers.retain(|reader| !reader.is_closed());
        let survey = surveys::by_id(conn, facts.survey_id)?.ok_or_else(Error::not_found)?;
        let questionnaire = self.service.questionnaires.get(conn, facts.survey_id, facts.version)?;
        let names = self.service.questionnaires.sections(conn, facts.survey_id, facts.version)?;
        let mail = |reminder: &Reminder| -> Option<Addressed> {
            let reader = readers.iter().find(|reader| reader.id == reminder.person)?;
            let language = reader.preferred_language;
            let mail = SectionsDue {
                survey: survey.title_in(language),
                sections: names.listed(&reminder.sections, &tongue(&questionnaire, language)),
                is_overdue: reminder.is_overdue,
                due: reminder.due_on,
                page: match reminder.sections.as_slice() {
                    [section] => format!("responses/{response}/sections/{section}"),
                    _ => format!("rounds/{}/response", facts.id),
                },
            };
            Some((reader.recipient(), Box::new(mail), USE))
        };
        let mails: Vec<_> = reminders.iter().filter_map(mail).collect();
        self.outbox.post_each(conn, &mails)?;
        Ok(mails.len())
    }
}
