//! Decisions about rounds: what a new one must have, who sees which, and what can be done in which state.

use std::collections::BTreeSet;

use questionnaire::{Question, Questionnaire};

use super::types::{CalendarEntry, ChangeRound, GivenRound, NewRound, Pair, ResponseState, RoundRow, RoundState};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::policy::{self, Principal};
use crate::surveys::SurveyAudience;
use crate::text;
use crate::time::Zone;

/// Longest reason, and longest word of the Secretariat in a mail.
pub const MAX_REASON: usize = 2_000;
/// Most tables of a question by a concept.
pub const MAX_PAIRS: usize = 20;
/// Most automatic reminders of a round.
pub const MAX_CALENDAR: usize = 10;
/// Most states of a reminder: each once.
pub const MAX_STATES: usize = ResponseState::ALL.len();
/// Most days before a deadline.
const MAX_DAYS: i32 = 90;
/// The bounds of the least number of respondents in a cell, and the usual number.
const CELLS: [i32; 2] = [3, 10];
pub(super) const USUAL_CELL: i32 = 5;

/// What a reader may see.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Everything: drafts, and what concerns others.
    pub(super) all: bool,
    drafts: bool,
    audiences: [Option<SurveyAudience>; 2],
}

impl Reach {
    /// That of a person.
    pub(super) fn of(reader: &Principal) -> Self {
        Self {
            all: reader.is_secretariat(),
            drafts: policy::reads_drafts_of_surveys(reader),
            audiences: [
                policy::reads_surveys_of_members(reader).then_some(SurveyAudience::Member),
                policy::reads_surveys_of_partners(reader).then_some(SurveyAudience::Partner),
            ],
        }
    }

    /// Whether a round is seen.
    pub(super) fn sees(self, audience: SurveyAudience, state: RoundState) -> bool {
        self.audiences.contains(&Some(audience)) && (self.drafts || state != RoundState::Draft)
    }
}

/// The round as a change wants it.
pub(super) fn changed(row: &RoundRow, survey: String, change: ChangeRound) -> GivenRound {
    GivenRound {
        survey,
        version: change.version.unwrap_or(row.version),
        opens_at: change.opens_at.unwrap_or(row.opens_at),
        closes_at: change.closes_at.unwrap_or(row.closes_at),
        zone: change.zone.unwrap_or_else(|| row.zone.clone()),
        min_cell: Some(change.min_cell.unwrap_or(row.min_cell)),
        pairs: change.pairs.unwrap_or_else(|| row.pairs.0.clone()),
        paired_with: change.paired_with.unwrap_or(row.paired_with),
        is_participation_public: change.is_participation_public.unwrap_or(row.is_participation_public),
        calendar: change.calendar.unwrap_or_else(|| row.calendar.0.clone()),
    }
}

/// The fields in which a round differs from what is wanted.
pub(super) fn changed_fields(row: &RoundRow, given: &GivenRound) -> Vec<&'static str> {
    let fields = [
        ("version", row.version != given.version),
        ("opens_at", row.opens_at != given.opens_at),
        ("closes_at", row.closes_at != given.closes_at),
        ("zone", row.zone != given.zone),
        ("min_cell", Some(row.min_cell) != given.min_cell),
        ("pairs", row.pairs.0 != given.pairs),
        ("paired_with", row.paired_with != given.paired_with),
        ("is_participation_public", row.is_participation_public != given.is_participation_public),
        ("calendar", row.calendar.0 != given.calendar),
    ];
    fields.into_iter().filter_map(|(field, is_changed)| is_changed.then_some(field)).collect()
}

/// Refuses a change that the state of a round does not allow: once it has opened, only the calendar and the publicity of
/// the participation change.
///
/// # Errors
/// 409.
pub(super) fn check_change(state: RoundState, change: &ChangeRound) -> Result<(), Error> {
    let ChangeRound { version, opens_at, closes_at, zone, min_cell, pairs, paired_with, .. } = change;
    let is_fixed = version.is_some()
        || opens_at.is_some()
        || closes_at.is_some()
        || zone.is_some()
        || min_cell.is_some()
        || pairs.is_some()
        || paired_with.is_some();
    match state {
        RoundState::Open if is_fixed => Err(Error::conflict(ProblemCode::RoundOpened)),
        RoundState::Draft | RoundState::Open => Ok(()),
        RoundState::Closed | RoundState::Cancelled => Err(Error::conflict(ProblemCode::RoundOver)),
    }
}

/// Refuses what only a draft takes.
///
/// # Errors
/// 409.
pub(super) fn check_draft(state: RoundState) -> Result<(), Error> {
    match state {
        RoundState::Draft => Ok(()),
        RoundState::Open => Err(Error::conflict(ProblemCode::RoundOpened)),
        RoundState::Closed | RoundState::Cancelled => Err(Error::conflict(ProblemCode::RoundOver)),
    }
}

/// Refuses what only an open round takes.
///
/// # Errors
/// 409.
pub(super) fn check_open(state: RoundState) -> Result<(), Error> {
    match state {
        RoundState::Open => Ok(()),
        RoundState::Draft => Err(Error::conflict(ProblemCode::RoundNotOpened)),
        RoundState::Closed | RoundState::Cancelled => Err(Error::conflict(ProblemCode::RoundOver)),
    }
}

/// Refuses what a round takes once it has opened: also after it closed, since a later deadline opens it again.
///
/// # Errors
/// 409.
pub(super) fn check_has_opened(state: RoundState) -> Result<(), Error> {
    match state {
        RoundState::Open | RoundState::Closed => Ok(()),
        RoundState::Draft => Err(Error::conflict(ProblemCode::RoundNotOpened)),
        RoundState::Cancelled => Err(Error::conflict(ProblemCode::RoundOver)),
    }
}

/// Validates a round against its survey and the questionnaire of its version; either may be unknown.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn round(
    given: &GivenRound,
    survey: Option<Id>,
    questionnaire: Option<&Questionnaire>,
) -> Result<NewRound, Error> {
    let mut faults = FieldErrors::new();
    if survey.is_none() {
        let fault = FieldError::new("/survey", FieldCode::UnknownSurvey);
        faults.add(fault.with("value", text::shown(&given.survey)));
    } else if questionnaire.is_none() {
        faults.add(FieldError::new("/version", FieldCode::UnknownVersion).with("number", given.version));
    }
    if given.closes_at <= given.opens_at {
        faults.add(FieldError::new("/closes_at", FieldCode::BeforeOpening).with("time", given.opens_at));
    }
    let zone = faults.take("/zone", zone(&given.zone));
    let min_cell = given.min_cell.unwrap_or(USUAL_CELL);
    let [least, most] = CELLS;
    if !(least..=most).contains(&min_cell) {
        faults.add(FieldError::new("/min_cell", FieldCode::OutOfRange).with("min", least).with("max", most));
    }
    pairs(&given.pairs, questionnaire, &mut faults);
    let calendar = calendar(&given.calendar, &mut faults);
    let new = survey.zip(zone).map(|(survey, zone)| NewRound {
        survey,
        version: given.version,
        opens_at: given.opens_at,
        closes_at: given.closes_at,
        zone,
        min_cell,
        pairs: given.pairs.clone(),
        paired_with: given.paired_with,
        is_participation_public: given.is_participation_public,
        calendar,
    });
    faults.finish_with(new)
}

fn zone(name: &str) -> Result<Zone, FieldError> {
    Zone::named(name).ok_or_else(|| FieldError::new("", FieldCode::UnknownZone).with("value", text::shown(name)))
}

/// The pairs name questions and concepts of the questionnaire.
fn pairs(given: &[Pair], questionnaire: Option<&Questionnaire>, faults: &mut FieldErrors) {
    if given.len() > MAX_PAIRS {
        faults.add(FieldError::new("/pairs", FieldCode::TooMany).with("max", MAX_PAIRS));
        return;
    }
    let Some(questionnaire) = questionnaire else { return };
    for (index, pair) in given.iter().enumerate() {
        let mut questions = questionnaire.questions().map(|(_, question)| question);
        if !questions.any(|question| question.code == pair.question) {
            let fault = FieldError::new(format!("/pairs/{index}/question"), FieldCode::UnknownQuestion);
            faults.add(fault.with("value", text::shown(&pair.question)));
        }
        let mut questions = questionnaire.questions().map(|(_, question)| question);
        if !questions.any(|question| question.concept.as_deref() == Some(pair.concept.as_str())) {
            let fault = FieldError::new(format!("/pairs/{index}/concept"), FieldCode::UnknownConcept);
            faults.add(fault.with("value", text::shown(&pair.concept)));
        }
        let questions = named(questionnaire, pair);
        if given.iter().take(index).any(|other| other == pair || named(questionnaire, other) == questions) {
            faults.add(FieldError::new(format!("/pairs/{index}"), FieldCode::Duplicate));
        }
    }
}

/// The two questions that a pair names, in either order: a table is told once.
fn named<'q>(questionnaire: &'q Questionnaire, pair: &'q Pair) -> BTreeSet<&'q str> {
    let is_other = |question: &&Question| {
        question.code != pair.question
            && (question.concept.as_ref() == Some(&pair.concept) || question.code == pair.concept)
    };
    let other = questionnaire.questions().map(|(_, question)| question).find(is_other);
    other.map(|question| question.code.as_str()).into_iter().chain([pair.question.as_str()]).collect()
}

/// The automatic reminders, the earliest first.
fn calendar(given: &[CalendarEntry], faults: &mut FieldErrors) -> Vec<CalendarEntry> {
    if given.len() > MAX_CALENDAR {
        faults.add(FieldError::new("/calendar", FieldCode::TooMany).with("max", MAX_CALENDAR));
        return Vec::new();
    }
    let mut known = BTreeSet::new();
    let mut entries = Vec::new();
    for (index, entry) in given.iter().enumerate() {
        let place = |field: &str| format!("/calendar/{index}/{field}");
        if !(1..=MAX_DAYS).contains(&entry.days) {
            let fault = FieldError::new(place("days"), FieldCode::OutOfRange);
            faults.add(fault.with("min", 1).with("max", MAX_DAYS));
        } else if !known.insert(entry.days) {
            faults.add(FieldError::new(place("days"), FieldCode::Duplicate));
        }
        let states = states(&entry.states, &place("states"), faults);
        entries.push(CalendarEntry { days: entry.days, states });
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.days));
    entries
}

/// The states whose people are reminded, each once: there is at least one, and none is that of a response which was
/// submitted.
pub(super) fn states(given: &[ResponseState], pointer: &str, faults: &mut FieldErrors) -> Vec<ResponseState> {
    if given.is_empty() {
        faults.add(FieldError::new(pointer, FieldCode::Missing));
    }
    if given.len() > MAX_STATES {
        faults.add(FieldError::new(pointer, FieldCode::TooMany).with("max", MAX_STATES));
    }
    for (index, _) in given.iter().enumerate().filter(|(_, state)| **state == ResponseState::Submitted) {
        faults.add(FieldError::new(format!("{pointer}/{index}"), FieldCode::AlreadySubmitted));
    }
    given.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
}

/// A reason or a word that people read in mails.
///
/// # Errors
/// A field error.
pub(super) fn words(given: &str) -> Result<String, FieldError> {
    text::name::remark(given, MAX_REASON)
}
