//! Decisions about assignments: which are valid, and who is to be told of what is new.

use std::collections::{BTreeMap, BTreeSet};

use questionnaire::Questionnaire;

use super::due::rules as due;
use super::types::{AssignmentRow, GivenAssignment};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::text;
use crate::time::{Day, Timestamp, Zone};

/// Most assignments of a response.
pub const MAX_ASSIGNMENTS: usize = 500;

/// Validates the assignments of a response. What was assigned before keeps its author and its instant.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn assignments(
    given: &[GivenAssignment],
    questionnaire: &Questionnaire,
    candidates: &BTreeSet<Id>,
    before: &[AssignmentRow],
    (response, by, now): (Id, Id, Timestamp),
    zone: &Zone,
) -> Result<Vec<AssignmentRow>, Error> {
    let mut faults = FieldErrors::new();
    if given.len() > MAX_ASSIGNMENTS {
        return Err(Error::invalid(vec![FieldError::new("/data", FieldCode::TooMany).with("max", MAX_ASSIGNMENTS)]));
    }
    let (mut seen, mut rows) = (BTreeSet::new(), Vec::new());
    for (number, one) in given.iter().enumerate() {
        let at = |field: &str| format!("/data/{number}/{field}");
        if !questionnaire.sections.iter().any(|section| section.code == one.section) {
            let fault = FieldError::new(at("section"), FieldCode::UnknownSection);
            faults.add(fault.with("value", text::shown(&one.section)));
        }
        if !candidates.contains(&one.person) {
            faults.add(FieldError::new(at("person"), FieldCode::NoColleague));
        }
        if one.due_on.as_deref().is_some_and(|day| Day::parse(day).is_none()) {
            faults.add(FieldError::new(at("due_on"), FieldCode::BadDate));
        }
        if !seen.insert((&one.section, one.person)) {
            faults.add(FieldError::new(at("section"), FieldCode::Duplicate));
        }
        let known = before.iter().find(|row| row.section == one.section && row.user_id == one.person);
        let due_day = one.due_on.as_deref().and_then(Day::parse);
        // A day that was set before keeps its reminders.
        let same_day = known.filter(|known| known.due_on == one.due_on);
        rows.push(AssignmentRow {
            response_id: response,
            section: one.section.clone(),
            user_id: one.person,
            due_on: one.due_on.clone(),
            assigned_at: known.map_or(now, |known| known.assigned_at),
            assigned_by: known.map_or(by, |known| known.assigned_by),
            remind_at: same_day.map_or_else(|| due::next(due_day, zone, now), |known| known.remind_at),
        });
    }
    faults.finish()?;
    Ok(rows)
}

/// What is new for each person: the sections, and the first day on which one of them is due.
pub(super) fn news(before: &[AssignmentRow], after: &[AssignmentRow]) -> BTreeMap<Id, (Vec<String>, Option<Day>)> {
    let mut news: BTreeMap<Id, (Vec<String>, Option<Day>)> = BTreeMap::new();
    let is_known = |row: &AssignmentRow| {
        let same = |other: &AssignmentRow| (&other.section, other.user_id) == (&row.section, row.user_id);
        before.iter().any(|other| same(other) && other.due_on == row.due_on)
    };
    for row in after.iter().filter(|row| !is_known(row)) {
        let (sections, due) = news.entry(row.user_id).or_default();
        sections.push(row.section.clone());
        *due = (*due).into_iter().chain(row.due_day()).min();
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(number: u8) -> Id {
        Id::from_bytes([number; 16])
    }

    fn questionnaire() -> Questionnaire {
        let section = |code: &str| json!({"code": code, "title": {"en": code}, "items": []});
        let sections = [section("one"), section("two")];
        serde_json::from_value(json!({"languages": ["en"], "title": {"en": "t"}, "sections": sections})).unwrap()
    }

    fn given(section: &str, person: u8, due_on: Option<&str>) -> GivenAssignment {
        GivenAssignment { section: section.to_owned(), person: id(person), due_on: due_on.map(str::to_owned) }
    }

    #[test]
    fn sections_are_assigned_to_colleagues_and_only_what_is_new_is_told() {
        let (candidates, now) = (BTreeSet::from([id(1), id(2)]), Timestamp::from_micros(5));
        let judged = |given: &[GivenAssignment], before: &[AssignmentRow], now| {
            assignments(given, &questionnaire(), &candidates, before, (id(9), id(1), now), &Zone::default())
        };
        let first = judged(&[given("one", 2, Some("2026-12-24")), given("two", 2, None)], &[], now).unwrap();
        let told = news(&[], &first);
        assert_eq!(told[&id(2)], (vec!["one".to_owned(), "two".to_owned()], Day::parse("2026-12-24")));
        let later = Timestamp::from_micros(9);
        assert!(first[0].remind_at.is_some() && first[1].remind_at.is_none(), "a day is reminded of");
        let second = judged(&[given("one", 2, Some("2026-12-24")), given("one", 1, None)], &first, later).unwrap();
        assert_eq!((second[0].assigned_at, second[1].assigned_at), (now, later));
        assert_eq!(news(&first, &second).keys().collect::<Vec<_>>(), [&id(1)]);
    }

    #[test]
    fn each_wrong_assignment_is_named() {
        let wrong = [given("six", 3, Some("tomorrow")), given("one", 1, None), given("one", 1, None)];
        let place = (id(9), id(1), Timestamp::from_micros(0));
        let refused = assignments(&wrong, &questionnaire(), &BTreeSet::from([id(1)]), &[], place, &Zone::default());
        let Err(Error::Refused(refusal)) = refused else { panic!("accepted") };
        let places: Vec<_> = refusal.errors.into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(places, ["/data/0/section", "/data/0/person", "/data/0/due_on", "/data/2/section"]);
    }
}
