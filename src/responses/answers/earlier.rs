//! Which answers of the last round fit the questions of today: those of the same concepts, if they are right today.

use std::collections::BTreeMap;

use questionnaire::{AnswerType, Question, Questionnaire};
use serde_json::{Map, Value};

use super::rules::{Place, is_file};

/// An answer of the last round, by a question of today.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::responses) struct Earlier {
    pub(in crate::responses) place: Place,
    pub(in crate::responses) value: Value,
    /// Its one form today; none where it is not right any more.
    pub(in crate::responses) today: Option<Value>,
}

/// The answers of the last round by the questions of today with the same concepts. Files stay where they are.
pub(in crate::responses) fn earlier(
    before: &Questionnaire,
    answers: &Map<String, Value>,
    today: &Questionnaire,
) -> Vec<Earlier> {
    let by_concept: BTreeMap<&str, &Value> = before
        .questions()
        .filter_map(|(_, question)| Some((question.concept.as_deref()?, answers.get(&question.code)?)))
        .collect();
    let mut found = Vec::new();
    for (_, question) in today.questions().filter(|(_, question)| !is_file(question)) {
        let Some(value) = question.concept.as_deref().and_then(|concept| by_concept.get(concept)) else { continue };
        match (&question.answer, value) {
            (AnswerType::Matrix { rows, .. }, Value::Object(values)) => {
                let known = rows.iter().filter_map(|row| Some((row.code.as_str(), values.get(&row.code)?)));
                found.extend(known.map(|(row, value)| compared(question, Some(row), value)));
            }
            (AnswerType::Matrix { .. }, _) => {}
            (_, value) => found.push(compared(question, None, value)),
        }
    }
    found
}

fn compared(question: &Question, row: Option<&str>, value: &Value) -> Earlier {
    let today = question.judge(row, value).ok();
    Earlier { place: (question.code.clone(), row.unwrap_or_default().to_owned()), value: value.clone(), today }
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::questionnaire;
    use super::*;
    use serde_json::json;

    #[test]
    fn s17_an_option_that_no_longer_exists_is_shown_and_not_taken_over() {
        let before = questionnaire(&["yes", "no", "perhaps"]);
        let answers = json!({"q": "perhaps", "staff": 12, "m": {"r1": "no", "r9": "yes"}});
        let Value::Object(answers) = answers else { panic!() };
        let found = earlier(&before, &answers, &questionnaire(&["yes", "no"]));
        let shown: Vec<_> = found.iter().map(|one| (one.place.0.as_str(), one.place.1.as_str(), &one.today)).collect();
        let (twelve, no) = (Some(json!(12)), Some(json!("no")));
        assert_eq!(shown, [("q", "", &None), ("staff", "", &twelve), ("m", "r1", &no)]);
        assert_eq!(found[0].value, json!("perhaps"));
    }
}
