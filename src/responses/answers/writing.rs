//! Answers are written: batches, and the confirmation of a section.

use std::collections::HashMap;
use std::sync::Arc;

use questionnaire::Questionnaire;
use serde_json::json;

use super::bounds::Growth;
use super::rules::{self, Batch, Outcome, Prepared};
use super::store;
use super::told::Teller;
use super::types::{
    AnswerConflict, AnswerFaultCode, EntryRow, GivenAnswer, Means, NewEntry, StoredAnswer, WrittenAnswers,
};
use crate::audit::{Event, Trace};
use crate::db::{self, Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::idempotency::{self, Answer, Ticket};
use crate::policy::Principal;
use crate::responses::access::{Names, Seat};
use crate::responses::types::ResponseRow;
use crate::responses::{Responses, files, review};
use crate::service::{Service, UnitOfWork};

/// By which means a batch was given, and the language of the answer.
type Manner = (Means, Language);

/// A batch that may be received.
pub struct AdmittedWrite {
    response: Id,
    questionnaire: Arc<Questionnaire>,
}

impl Responses {
    /// Writes a batch of answers. Each is stored, or told with both values where somebody else has changed it, or with
    /// the reason why it cannot be stored; none hinders another.
    ///
    /// # Errors
    /// 404; 409 where the response is submitted or the round is not open; 422 for more than 200 answers.
    pub async fn write(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        given: Vec<GivenAnswer>,
        means: Means,
        language: Language,
    ) -> Result<WrittenAnswers, Error> {
        let admitted = self.admit_write(&person, response).await?;
        let batch = admitted.prepare(given)?;
        let store = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            unit.store_batch(conn, &person, response, batch, (means, language))
        };
        Service::write(self, trace, store).await
    }

    /// The same after [`Self::admit_write`], once for a ticket.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_admitted(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        admitted: AdmittedWrite,
        given: Vec<GivenAnswer>,
        manner: Manner,
    ) -> Result<Answer, Error> {
        let (response, batch) = (admitted.response, admitted.prepare(given)?);
        let store = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            if ticket.is_some() {
                // A key is looked up for whoever still reaches the response.
                Seat::of(conn, &person, response, unit.now)?;
            }
            // The same write again changes nothing, so its answer is made anew: the key keeps no copy of the values.
            let first = idempotency::once(conn, ticket.as_ref(), unit.now, |_| Answer::json(200, &json!({})))?;
            let written = unit.store_batch(conn, &person, response, batch, manner)?;
            // The rest is stored all the same.
            let answer = Answer::json(if written.conflicts.is_empty() { 200 } else { 409 }, &written)?;
            Ok(Answer { replayed: first.replayed, ..answer })
        };
        Service::write(self, trace, store).await
    }

    /// Admits a batch before its body is received.
    ///
    /// # Errors
    /// 404; 409 where the response is submitted or the round is not open.
    pub async fn admit_write(&self, person: &Arc<Principal>, response: Id) -> Result<AdmittedWrite, Error> {
        let (questionnaires, person) = (self.questionnaires.clone(), Arc::clone(person));
        let now = self.foundation.clock.now();
        let read = move |conn: &mut Conn| {
            let seat = Seat::of(conn, &person, response, now)?;
            seat.check_writable()?;
            questionnaires.get(conn, seat.survey, seat.version)
        };
        let questionnaire = self.read(read).await?;
        // Colleagues who write at once take turns, so that others are not kept from the database.
        db::name_object(response);
        Ok(AdmittedWrite { response, questionnaire })
    }

    /// Confirms all answers of a section that were taken over from the last round; returns how many.
    ///
    /// # Errors
    /// 404, also where the person does not reach the section; 409.
    pub async fn confirm_section(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        response: Id,
        section: String,
    ) -> Result<usize, Error> {
        self.parse_questionnaire(&person, response).await?;
        db::name_object(response);
        let confirm = move |unit: &UnitOfWork<Self>, conn: &mut Conn| unit.confirm(conn, &person, response, &section);
        Service::write(self, trace, confirm).await
    }
}

impl AdmittedWrite {
    /// What of a batch can be stored, without a connection.
    pub(in crate::responses) fn prepare(&self, given: Vec<GivenAnswer>) -> Result<Batch, Error> {
        rules::check_size(given.len())?;
        Ok(rules::prepare(&self.questionnaire, given))
    }
}

impl UnitOfWork<Responses> {
    pub(in crate::responses) fn store_batch(
        &self,
        conn: &mut Conn,
        person: &Principal,
        response: Id,
        mut batch: Batch,
        (means, language): Manner,
    ) -> Result<WrittenAnswers, Error> {
        let seat = Seat::locked(conn, person, response, self.now)?;
        seat.check_writable()?;
        batch.keep_sections(|section| seat.reaches(section));
        if batch.has_files() {
            batch.keep_files(&files::store::known(conn, response)?);
        }
        let present = store::present(conn, response, Some(&batch.questions()))?;
        let teller = Teller::new(&self.service.catalogue, language);
        let mut merge = Merge::new(teller, &seat.row, person.user_id, means);
        let (mut written, mut theirs) = (WrittenAnswers::default(), Vec::new());
        let by_place: HashMap<(&str, &str), &EntryRow> =
            present.iter().map(|entry| ((entry.question.as_str(), entry.row.as_str()), entry)).collect();
        for given in &batch.answers {
            let present = by_place.get(&(given.place.0.as_str(), given.place.1.as_str())).copied();
            match (rules::outcome(present, given), present) {
                (Outcome::Stored { value, revision }, present) => {
                    if let Err(code) = merge.admit(present, value.as_deref()) {
                        batch.faults.push((given.place.clone(), code));
                        continue;
                    }
                    written.stored.push(merge.stored(given, value.as_deref(), revision));
                    merge.add(given, value, revision, self.now);
                }
                (Outcome::Same { value, revision }, _) => {
                    written.stored.push(merge.stored(given, value.as_deref(), revision));
                }
                (Outcome::Conflict, Some(present)) => theirs.push((given, present)),
                (Outcome::Conflict | Outcome::Nothing, _) => batch.faults.push(rules::nothing(given)),
            }
        }
        let (entries, growth) = (merge.entries, merge.growth);
        written.conflicts = conflicts(conn, theirs)?;
        written.faults = batch.faults.into_iter().map(|(place, code)| teller.fault(place, code)).collect();
        if !entries.is_empty() {
            store::add(conn, &entries)?;
            self.throttle.charge_bytes(conn, person.user_id, growth.charged())?;
            written.approval_cancelled = review::edited(self, conn, person, &seat.row, growth)?;
        }
        Ok(written)
    }

    fn confirm(&self, conn: &mut Conn, person: &Principal, response: Id, section: &str) -> Result<usize, Error> {
        let seat = Seat::locked(conn, person, response, self.now)?;
        seat.check_writable()?;
        let questionnaire = self.service.questionnaires.get(conn, seat.survey, seat.version)?;
        let in_section = |found: &questionnaire::Section| found.code == section && seat.reaches(section);
        let questions: Vec<String> = questionnaire
            .questions()
            .filter(|(found, _)| in_section(found))
            .map(|(_, question)| question.code.clone())
            .collect();
        if questions.is_empty() {
            return Err(Error::not_found());
        }
        let mut open = store::present(conn, response, Some(&questions))?;
        open.retain(|entry| !entry.is_confirmed && entry.value.is_some());
        if open.is_empty() {
            return Ok(0);
        }
        let means = Means::of(person);
        let confirmed = |(number, entry): (i32, EntryRow)| NewEntry {
            response_id: response,
            number,
            question: entry.question,
            row: entry.row,
            revision: entry.revision + 1,
            value: entry.value,
            given_by: person.user_id,
            given_at: self.now,
            origin: means,
            is_confirmed: true,
        };
        let entries: Vec<NewEntry> = (seat.row.edits + 1..).zip(open).map(confirmed).collect();
        store::add(conn, &entries)?;
        // Each answer is taken over and confirmed once, so this needs no bound of its own.
        let growth = Growth { answers: 0, ..Growth::of(&entries) };
        review::edited(self, conn, person, &seat.row, growth)?;
        let detail = json!({"section": section, "answers": entries.len()});
        self.note(conn, Event::ResponseSectionConfirmed, person, &seat.row, detail)?;
        Ok(entries.len())
    }
}

/// The rows that a batch adds.
struct Merge<'m> {
    teller: Teller<'m>,
    row: &'m ResponseRow,
    person: Id,
    means: Means,
    entries: Vec<NewEntry>,
    growth: Growth,
}

impl<'m> Merge<'m> {
    fn new(teller: Teller<'m>, row: &'m ResponseRow, person: Id, means: Means) -> Self {
        Self { teller, row, person, means, entries: Vec::new(), growth: Growth::default() }
    }

    /// Refuses a value for which the response has no room.
    fn admit(&mut self, present: Option<&EntryRow>, value: Option<&str>) -> Result<(), AnswerFaultCode> {
        self.growth = self.growth.admit(self.row, present.and_then(|present| present.value.as_deref()), value)?;
        Ok(())
    }

    fn add(&mut self, given: &Prepared, value: Option<String>, revision: i32, now: crate::time::Timestamp) {
        let added = i32::try_from(self.entries.len()).unwrap_or(i32::MAX);
        self.entries.push(NewEntry {
            response_id: self.row.id,
            number: self.row.edits.saturating_add(added).saturating_add(1),
            question: given.place.0.clone(),
            row: given.place.1.clone(),
            revision,
            value,
            given_by: self.person,
            given_at: now,
            origin: self.means,
            is_confirmed: true,
        });
    }

    fn stored(&self, given: &Prepared, value: Option<&str>, revision: i32) -> StoredAnswer {
        StoredAnswer {
            question: given.place.0.clone(),
            row: Some(given.place.1.clone()).filter(|row| !row.is_empty()),
            value: rules::parsed(value),
            revision,
            hint: given.fault.as_ref().map(|fault| self.teller.hint(fault)),
        }
    }
}

/// What others have changed meanwhile, with both values.
fn conflicts(conn: &mut Conn, theirs: Vec<(&Prepared, &EntryRow)>) -> Result<Vec<AnswerConflict>, Error> {
    let names = Names::of(conn, theirs.iter().map(|(_, present)| present.given_by))?;
    let told = |(given, present): (&Prepared, &EntryRow)| AnswerConflict {
        question: given.place.0.clone(),
        row: Some(given.place.1.clone()).filter(|row| !row.is_empty()),
        yours: rules::parsed(given.value.as_deref()),
        theirs: rules::parsed(present.value.as_deref()),
        revision: present.revision,
        by: names.colleague(present.given_by),
        at: present.given_at,
    };
    Ok(theirs.into_iter().map(told).collect())
}
