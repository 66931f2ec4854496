//! What the forms of a round send, and how a round fills them.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::super::{CalendarEntry, ChangeRound, GivenRound, Pair, ResponseState, Round, RoundState};
use super::moments::{self, Edge};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::http::IfMatch;
use crate::text;
use crate::time::Zone;
use crate::web::FormState;

/// A round as its form sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RoundForm {
    /// The survey and the version: `<code>/<number>`.
    asked: String,
    opens_at: String,
    opens_at_time: String,
    closes_at: String,
    closes_at_time: String,
    zone: String,
    min_cell: String,
    /// One on each line: a question, and the concept by which it is divided.
    pairs: String,
    paired_with: String,
    is_participation_public: bool,
    /// Days before the deadline, with commas.
    reminder_days: String,
    reminder_states: Vec<String>,
    version: String,
}

impl RoundForm {
    /// The round.
    ///
    /// # Errors
    /// 422 for each field that is not as it should be.
    pub(super) fn into_given(self) -> Result<GivenRound, Error> {
        let mut faults = FieldErrors::new();
        let asked = self.asked.rsplit_once('/').and_then(|(code, number)| Some((code, number.parse::<i32>().ok()?)));
        if asked.is_none() {
            faults.add(FieldError::new("/asked", FieldCode::Missing));
        }
        let zone = Zone::named(&self.zone);
        if zone.is_none() {
            faults.add(FieldError::new("/zone", FieldCode::UnknownZone).with("value", text::shown(&self.zone)));
        }
        let zoned = zone.unwrap_or_default();
        let opens = (self.opens_at.as_str(), self.opens_at_time.as_str());
        let opens_at = moments::read(&mut faults, "opens_at", opens, &zoned, Edge::Start);
        let closes = (self.closes_at.as_str(), self.closes_at_time.as_str());
        let closes_at = moments::read(&mut faults, "closes_at", closes, &zoned, Edge::End);
        let min_cell = cell(&mut faults, &self.min_cell);
        let pairs = pairs(&mut faults, &self.pairs);
        let calendar = calendar(&mut faults, &self.reminder_days, &self.reminder_states);
        let read = asked.zip(opens_at).zip(closes_at);
        let (((survey, version), opens_at), closes_at) = faults.finish_with(read)?;
        Ok(GivenRound {
            survey: survey.to_owned(),
            version,
            opens_at,
            closes_at,
            zone: self.zone.clone(),
            min_cell,
            pairs,
            paired_with: self.paired_with.parse::<Id>().ok(),
            is_participation_public: self.is_participation_public,
            calendar,
        })
    }

    /// The change of a round, and the version that it is made from. Once it has opened, the form has the reminders and
    /// the publicity of the participation alone.
    ///
    /// # Errors
    /// As [`Self::into_given`].
    pub(super) fn into_change(self, round: &Round) -> Result<(ChangeRound, IfMatch), Error> {
        let seen = IfMatch::of_version(&self.version);
        let stored = round.calendar.clone().unwrap_or_default();
        // Reminders that a program has set are not flattened by a form that left them alone.
        let keep = |calendar: Vec<CalendarEntry>| (flat(&calendar) != flat(&stored)).then_some(calendar);
        if round.state != RoundState::Draft {
            let mut faults = FieldErrors::new();
            let calendar = calendar(&mut faults, &self.reminder_days, &self.reminder_states);
            faults.finish()?;
            let is_participation_public = Some(self.is_participation_public);
            return Ok((
                ChangeRound { is_participation_public, calendar: keep(calendar), ..ChangeRound::default() },
                seen,
            ));
        }
        let given = self.into_given()?;
        let change = ChangeRound {
            version: Some(given.version),
            opens_at: Some(given.opens_at),
            closes_at: Some(given.closes_at),
            zone: Some(given.zone),
            min_cell: given.min_cell,
            pairs: Some(given.pairs),
            paired_with: Some(given.paired_with),
            is_participation_public: Some(given.is_participation_public),
            calendar: keep(given.calendar),
        };
        Ok((change, seen))
    }
}

fn cell(faults: &mut FieldErrors, text: &str) -> Option<i32> {
    if text.trim().is_empty() {
        return None;
    }
    let number = text.trim().parse::<i32>();
    faults.take("/min_cell", number.map_err(|_| FieldError::new("", FieldCode::WrongType)))
}

/// A pair on each line that is not empty.
fn pairs(faults: &mut FieldErrors, text: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split_whitespace().collect();
        if let [question, concept] = parts.as_slice() {
            pairs.push(Pair { question: (*question).to_owned(), concept: (*concept).to_owned() });
        } else {
            faults.add(FieldError::new("/pairs", FieldCode::WrongType));
        }
    }
    pairs
}

/// The reminders of a calendar, all about the same states.
fn calendar(faults: &mut FieldErrors, days: &str, states: &[String]) -> Vec<CalendarEntry> {
    let states: Vec<ResponseState> = states.iter().filter_map(|state| ResponseState::parse(state)).collect();
    let mut calendar = Vec::new();
    for part in days.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.parse::<i32>() {
            Ok(days) => calendar.push(CalendarEntry { days, states: states.clone() }),
            Err(_) => faults.add(FieldError::new("/reminder_days", FieldCode::WrongType)),
        }
    }
    if states.is_empty() && !calendar.is_empty() {
        faults.add(FieldError::new("/reminder_states", FieldCode::Missing));
        calendar.clear();
    }
    calendar
}

/// Days and states as the form shows them.
fn flat(calendar: &[CalendarEntry]) -> (BTreeSet<i32>, BTreeSet<&'static str>) {
    let days = calendar.iter().map(|entry| entry.days).collect();
    (days, calendar.iter().flat_map(|entry| &entry.states).map(|state| state.as_str()).collect())
}

/// The form of a stored round.
pub(super) fn stored(round: &Round) -> FormState {
    let calendar = round.calendar.clone().unwrap_or_default();
    let (days, states) = flat(&calendar);
    let days: Vec<String> = days.iter().rev().map(ToString::to_string).collect();
    let pairs: Vec<String> = round.pairs.iter().map(|pair| format!("{} {}", pair.question, pair.concept)).collect();
    let form = FormState::default().with("asked", format!("{}/{}", round.survey, round.version));
    let form = moments::filled(form, "opens_at", round.opens_at, &round.zone, Edge::Start);
    let form = moments::filled(form, "closes_at", round.closes_at, &round.zone, Edge::End)
        .with("zone", &round.zone)
        .with("min_cell", round.min_cell)
        .with("pairs", pairs.join("\n"))
        .with("paired_with", round.paired_with.map(|other| other.to_string()).unwrap_or_default())
        .with("reminder_days", days.join(", "));
    let form = if round.is_participation_public { form.with("is_participation_public", "true") } else { form };
    states.into_iter().fold(form, |form, state| form.with("reminder_states", state))
}

/// The form after a refusal, with what the service says of members at the fields that stand for them.
pub(super) fn at_fields(mut form: FormState) -> FormState {
    for fault in &mut form.errors {
        let of = fault.field.split('-').next().unwrap_or_default();
        let field = match of {
            "survey" | "version" => "asked",
            "calendar" => "reminder_days",
            "pairs" => "pairs",
            _ => continue,
        };
        field.clone_into(&mut fault.field);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> RoundForm {
        RoundForm {
            asked: "smart-customs/2".to_owned(),
            opens_at: "2024-04-17".to_owned(),
            closes_at: "2024-05-06".to_owned(),
            zone: "Europe/Brussels".to_owned(),
            ..RoundForm::default()
        }
    }

    fn faults(form: RoundForm) -> Vec<String> {
        match form.into_given() {
            Err(Error::Refused(refusal)) => refusal.errors.into_iter().map(|fault| fault.pointer).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_form_is_a_round_from_the_beginning_of_a_day_to_the_end_of_another() {
        let given = RoundForm {
            pairs: " maturity it_strategy \n\nwilling  maturity".to_owned(),
            reminder_days: "7, 1".to_owned(),
            reminder_states: vec!["draft".to_owned(), "nothing".to_owned()],
            ..form()
        };
        let given = given.into_given().unwrap();
        assert_eq!((given.survey.as_str(), given.version, given.min_cell), ("smart-customs", 2, None));
        assert_eq!(given.opens_at.to_string(), "2024-04-16T22:00:00Z");
        assert_eq!(given.closes_at.to_string(), "2024-05-06T22:00:00Z");
        assert_eq!(given.pairs[1], Pair { question: "willing".to_owned(), concept: "maturity".to_owned() });
        let days: Vec<(i32, usize)> = given.calendar.iter().map(|entry| (entry.days, entry.states.len())).collect();
        assert_eq!(days, [(7, 1), (1, 1)]);
    }

    #[test]
    fn all_fields_at_fault_are_told_at_once() {
        let wrong = RoundForm {
            asked: "smart-customs".to_owned(),
            zone: "Mars".to_owned(),
            closes_at: String::new(),
            min_cell: "five".to_owned(),
            pairs: "maturity".to_owned(),
            reminder_days: "7".to_owned(),
            ..form()
        };
        let told = ["/asked", "/zone", "/closes_at", "/min_cell", "/pairs", "/reminder_states"];
        assert_eq!(faults(wrong), told);
    }
}
