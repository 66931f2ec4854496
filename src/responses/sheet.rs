//! A response as its people see it: how it stands, its sheet, and what hinders its submission.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use questionnaire::{Answers, Asked, Questionnaire, ValueFault};

use super::access::{self, Names, Seat, last_edit};
use super::answers::earlier::Earlier;
use super::answers::rules::{self as answer_rules, Stored};
use super::answers::{self, EarlierAnswer, EntryRow, ResponseCheck, SheetAnswer, TakenFrom, Teller};
use super::prefill::Before;
use super::state_machine::ReviewEvent;
use super::types::{OwnResponse, ResponseRow, ResponseSheet, SectionStanding};
use super::{Responses, colleagues, rules, store, submissions};
use crate::db::{Conn, Id};
use crate::error::{Error, ProblemCode};
use crate::http::{IfMatch, etag};
use crate::i18n::Language;
use crate::policy::{self, Principal};
use crate::rounds::{self, ResponseState, RoundState};
use crate::service::Service as _;
use crate::time::{Day, Timestamp, Zone};

/// All that a sheet is made of.
struct Read {
    own: OwnResponse,
    questionnaire: Arc<Questionnaire>,
    seat: Seat,
    entries: Vec<EntryRow>,
    done: Vec<(String, Id, Timestamp)>,
    names: Names,
    colleagues: colleagues::Around,
    before: Option<Before>,
    /// The day in the zone of the round.
    today: Day,
}

impl Responses {
    /// All of a response that the viewer may see.
    ///
    /// # Errors
    /// 404.
    pub async fn sheet(
        &self,
        viewer: Arc<Principal>,
        response: Id,
        language: Language,
    ) -> Result<ResponseSheet, Error> {
        let (service, now) = (self.clone(), self.foundation.clock.now());
        let read = self.read(move |conn| service.read_sheet(conn, &viewer, response, now)).await?;
        Ok(laid_out(read, Teller::new(&self.catalogue, language)))
    }

    fn read_sheet(&self, conn: &mut Conn, viewer: &Principal, response: Id, now: Timestamp) -> Result<Read, Error> {
        let seat = Seat::of(conn, viewer, response, now)?;
        let questionnaire = self.questionnaires.get(conn, seat.survey, seat.version)?;
        let own = own(conn, viewer, seat.row.round_id, seat.row.organisation_id, now)?;
        let entries = answers::store::present(conn, response, None)?;
        let done = store::done_sections(conn, response)?;
        let colleagues = colleagues::Around::of(conn, response, viewer.user_id, now)?;
        let before = match seat.row.prefilled_from {
            Some(submission) => {
                self.before(conn, seat.row.organisation_id, seat.survey, seat.version, Some(submission))?
            }
            None => None,
        };
        let people = entries.iter().map(|entry| entry.given_by).chain(done.iter().map(|(_, by, _)| *by));
        let names = Names::of(conn, people.chain(colleagues.people()))?;
        let today = Zone::stored(Some(&own.zone)).day(now);
        Ok(Read { own, questionnaire, seat, entries, done, names, colleagues, before, today })
    }

    /// All that hinders the submission of a response, of the sections that the viewer sees.
    ///
    /// # Errors
    /// 404.
    pub async fn check(
        &self,
        viewer: Arc<Principal>,
        response: Id,
        language: Language,
    ) -> Result<ResponseCheck, Error> {
        let (seat, questionnaire, entries) = self.read_answers(&viewer, response, |_, _| Ok(())).await?;
        let answers = Stored::of(&entries).through(&questionnaire);
        let mut check = checked(&answers, &entries, Teller::new(&self.catalogue, language));
        if seat.sections.is_some() {
            for points in [&mut check.missing, &mut check.invalid, &mut check.unmet, &mut check.unconfirmed] {
                points.retain(|point| seat.reaches(&point.section));
            }
        }
        check.is_complete = is_empty(&check);
        Ok(check)
    }

    /// Refuses a step for which nothing may be missing, where it is not possible or something is missing; returns the
    /// row whose answers were looked at, and what is submitted of them. Rights and state are judged before any answer is
    /// read.
    ///
    /// # Errors
    /// 403, 404, 409; 412 where the response is another than the one that was seen.
    pub(super) async fn check_complete(
        &self,
        person: &Arc<Principal>,
        response: Id,
        event: ReviewEvent,
        seen: Option<IfMatch>,
    ) -> Result<(ResponseRow, Arc<Questionnaire>, serde_json::Value), Error> {
        let now = self.foundation.clock.now();
        let admit = move |conn: &mut Conn, seat: &Seat| {
            // A contributor learns nothing of sections that are not assigned, not even how much is missing.
            seat.check_leads()?;
            if event == ReviewEvent::Submit {
                seat.check_accepted(conn, now)?;
            } else {
                seat.check_open()?;
            }
            rules::next(seat.row.state, event, true)?;
            seat.check_seen(seen.as_ref())
        };
        let (seat, questionnaire, entries) = self.read_answers(person, response, admit).await?;
        let answers = Stored::of(&entries).through(&questionnaire);
        let check = checked(&answers, &entries, Teller::new(&self.catalogue, Language::En));
        if !is_empty(&check) {
            let refusal = Error::conflict(ProblemCode::ResponseIncomplete)
                .with("missing", check.missing.len() + check.unconfirmed.len())
                .with("faults", check.invalid.len() + check.unmet.len());
            return Err(refusal);
        }
        let snapshot = answers.snapshot();
        Ok((seat.row, questionnaire, snapshot))
    }

    /// Has the questionnaire of a response parsed before the unit of work that asks for it.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn parse_questionnaire(&self, person: &Arc<Principal>, response: Id) -> Result<(), Error> {
        let (questionnaires, person) = (self.questionnaires.clone(), Arc::clone(person));
        let now = self.foundation.clock.now();
        let parse = move |conn: &mut Conn| {
            let seat = Seat::of(conn, &person, response, now)?;
            questionnaires.get(conn, seat.survey, seat.version).map(drop)
        };
        self.read(parse).await
    }

    async fn read_answers(
        &self,
        person: &Arc<Principal>,
        response: Id,
        admit: impl FnOnce(&mut Conn, &Seat) -> Result<(), Error> + Send + 'static,
    ) -> Result<(Seat, Arc<Questionnaire>, Vec<EntryRow>), Error> {
        let (service, person, now) = (self.clone(), Arc::clone(person), self.foundation.clock.now());
        let read = move |conn: &mut Conn| {
            let seat = Seat::of(conn, &person, response, now)?;
            admit(conn, &seat)?;
            let questionnaire = service.questionnaires.get(conn, seat.survey, seat.version)?;
            Ok((seat, questionnaire, answers::store::present(conn, response, None)?))
        };
        // The row and its answers are of one moment.
        self.foundation.db.read_snapshot(read).await
    }
}

fn is_empty(check: &ResponseCheck) -> bool {
    [&check.missing, &check.invalid, &check.unmet, &check.unconfirmed].iter().all(|points| points.is_empty())
}

fn checked(answers: &Answers<'_>, entries: &[EntryRow], teller: Teller<'_>) -> ResponseCheck {
    // A questionnaire may have thousands of rows, all of them wrong.
    let wrong: HashSet<Asked<'_>> = answers.invalid().iter().map(|(asked, _)| *asked).collect();
    let mut check = ResponseCheck {
        is_complete: false,
        missing: answers.missing().iter().filter(|m| !wrong.contains(*m)).map(|m| teller.point(m, None)).collect(),
        invalid: answers.invalid().iter().map(|(asked, fault)| teller.point(asked, Some(fault))).collect(),
        unmet: answers.unmet().iter().map(|asked| teller.point(asked, None)).collect(),
        unconfirmed: answer_rules::asked_of(answers, &answer_rules::unconfirmed(entries))
            .into_iter()
            .map(|asked| teller.point(asked, None))
            .collect(),
    };
    check.is_complete = is_empty(&check);
    check
}

/// The response of an organisation in a round, begun or not.
///
/// # Errors
/// 404 where the round does not ask it.
pub(super) fn own(
    conn: &mut Conn,
    viewer: &Principal,
    round: Id,
    organisation: Id,
    now: Timestamp,
) -> Result<OwnResponse, Error> {
    let facts = rounds::facts(conn, round)?.ok_or_else(Error::not_found)?;
    let standing = rounds::standing(conn, round, organisation)?.ok_or_else(Error::not_found)?;
    let (_, code) = store::asked(conn, round, &[organisation])?.ok_or_else(Error::not_found)?;
    let people = store::people(conn, organisation)?;
    let row = store::of_organisation(conn, round, organisation)?;
    let rights = access::rights(viewer, organisation, &people);
    // Who works on the whole of it, and when, tells a contributor of the sections of others.
    let whole = row.as_ref().filter(|_| rights.write_all);
    let last = whole.map(|row| last_edit(conn, row)).transpose()?.flatten();
    let (signers, editor) = (policy::signers_of_response(&people), last.as_ref().map(|last| last.given_by));
    let submitted = row.as_ref().map(|row| submissions::store::newest(conn, row.id)).transpose()?.flatten();
    let by = |row: &ResponseRow| [row.requested_by, row.approved_by, row.cancelled_by];
    let known = whole.into_iter().flat_map(by).flatten().chain(last.iter().map(|last| last.given_by));
    let names = Names::of(conn, known)?;
    let state = row.as_ref().map_or(ResponseState::NotStarted, |row| row.state);
    let is_open = standing.round_at(now) == RoundState::Open;
    Ok(OwnResponse {
        id: row.as_ref().map(|row| row.id),
        round,
        survey: facts.survey,
        version: facts.version,
        organisation: code,
        state,
        deadline: standing.deadline,
        zone: facts.zone,
        is_writable: is_open && access::is_writable(state),
        is_accepted: standing.accepts(now),
        is_late: standing.late_under(now).is_some(),
        rights,
        tag: whole.map(etag::version_of).transpose()?,
        edits: whole.map_or(0, |row| row.edits),
        another_approves: rules::check_approver(&signers, viewer.user_id, editor).is_err(),
        review_requested: whole.and_then(|row| names.done(row.requested_by, row.requested_at)),
        approved: whole.and_then(|row| names.done(row.approved_by, row.approved_at)),
        approval_shares: row.as_ref().is_some_and(|row| row.approved_shares),
        approval_cancelled_cause: whole.and_then(rules::cause_of_end),
        approval_cancelled: whole.and_then(|row| names.done(row.cancelled_by, row.cancelled_at)),
        last_edited: last.and_then(|last| names.done(Some(last.given_by), Some(last.given_at))),
        submissions: submitted.map_or(0, |newest| newest.number),
    })
}

/// A response of which the id is known.
pub(super) fn own_of(conn: &mut Conn, viewer: &Principal, response: Id, now: Timestamp) -> Result<OwnResponse, Error> {
    let row = store::find(conn, response)?.ok_or_else(Error::not_found)?;
    own(conn, viewer, row.round_id, row.organisation_id, now)
}

/// The sheet of what was read.
fn laid_out(read: Read, teller: Teller<'_>) -> ResponseSheet {
    let Read { own, questionnaire, seat, entries, done, names, colleagues, before, today } = read;
    let stored = Stored::of(&entries);
    let answers = stored.through(&questionnaire);
    let questions = answer_rules::Questions::of(&questionnaire);
    let seen = |question: &str| questions.section(question).is_some_and(|section| seat.reaches(section));
    let is_done = |section: &str| done.iter().any(|(code, ..)| code == section);
    let sections = standings(&questionnaire, &answers, &entries, &seat, &done, &names);
    // What a rule shows in a section of others would tell their answers.
    let reached = questionnaire.sections.iter().filter(|section| seat.reaches(&section.code));
    let shown = reached.flat_map(codes).filter(|code| answers.is_shown(code)).map(str::to_owned).collect();
    let wrong = answers.invalid().iter();
    let faults: HashMap<(&str, &str), &ValueFault> =
        wrong.map(|(asked, fault)| ((asked.question, asked.row.unwrap_or_default()), fault)).collect();
    let fault_of =
        |entry: &EntryRow| faults.get(&(entry.question.as_str(), entry.row.as_str())).map(|fault| teller.hint(fault));
    ResponseSheet {
        response: own,
        shown,
        answers: stored
            .into_values()
            .filter(|(entry, _)| seen(&entry.question))
            .map(|(entry, value)| SheetAnswer {
                question: entry.question.clone(),
                row: Some(entry.row.clone()).filter(|row| !row.is_empty()),
                value,
                revision: entry.revision,
                by: names.colleague(entry.given_by),
                at: entry.given_at,
                means: entry.origin,
                is_confirmed: entry.is_confirmed,
                hint: fault_of(entry),
            })
            .collect(),
        sections,
        assignments: colleagues.assignments(&names, |section| seat.reaches(section), (is_done, today)),
        comments: colleagues.comments(&names, seen),
        present: colleagues.present(&names, |section| seat.reaches(section)),
        earlier: before.map(|before| taken_from(before, seen)),
        questionnaire: Arc::clone(&questionnaire),
    }
}

/// What the organisation answered in the last round, of the questions that are seen.
fn taken_from(before: Before, seen: impl Fn(&str) -> bool) -> TakenFrom {
    let answers = before.answers.into_iter().filter(|earlier| seen(&earlier.place.0));
    let answer = |earlier: Earlier| EarlierAnswer {
        question: earlier.place.0,
        row: Some(earlier.place.1).filter(|row| !row.is_empty()),
        value: earlier.value,
        is_possible: earlier.today.is_some(),
    };
    TakenFrom { round: before.round, submitted_at: before.submitted_at, answers: answers.map(answer).collect() }
}

/// How far the sections are that the viewer reaches.
fn standings(
    questionnaire: &Questionnaire,
    answers: &Answers<'_>,
    entries: &[EntryRow],
    seat: &Seat,
    done: &[(String, Id, Timestamp)],
    names: &Names,
) -> Vec<SectionStanding> {
    let counts = rules::counts(questionnaire, answers, entries);
    let sections = questionnaire.sections.iter().zip(counts).filter(|(section, _)| seat.reaches(&section.code));
    let standing = |(section, counts): (&questionnaire::Section, rules::SectionCounts)| {
        let done = done.iter().find(|(code, ..)| *code == section.code);
        SectionStanding {
            code: section.code.clone(),
            state: rules::section_state(counts, answers.is_shown(&section.code), done.is_some()),
            may_write: seat.check_writable().is_ok(),
            asked: counts.asked,
            answered: counts.answered,
            missing: counts.missing,
            faults: counts.faults,
            unconfirmed: counts.unconfirmed,
            done: done.and_then(|(_, by, at)| names.done(Some(*by), Some(*at))),
        }
    };
    sections.map(standing).collect()
}

/// The codes of a section and of its groups, notes and questions.
fn codes(section: &questionnaire::Section) -> BTreeSet<&str> {
    let mut found = BTreeSet::from([section.code.as_str()]);
    collect(&section.items, &mut found);
    found
}

/// Groups have no groups, so this ends after two levels.
fn collect<'q>(items: &'q [questionnaire::Item], found: &mut BTreeSet<&'q str>) {
    for item in items {
        match item {
            questionnaire::Item::Note(note) => {
                found.insert(note.code.as_str());
            }
            questionnaire::Item::Question(question) => {
                found.insert(question.code.as_str());
            }
            questionnaire::Item::Group(group) => {
                found.insert(group.code.as_str());
                collect(&group.items, found);
            }
        }
    }
}
