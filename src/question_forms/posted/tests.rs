//! Forms of a small section as browsers send them.

use questionnaire::{AnswerType, Questionnaire};
use serde_json::{Value, json};

use crate::question_forms::{Known, PostedSection, SectionForm, ShownAnswer, Take, Tongue};

fn questionnaire() -> Questionnaire {
    let options = json!([{"code": "a", "label": {"en": "A"}}, {"code": "b", "label": {"en": "B"}}]);
    serde_json::from_value(json!({
        "languages": ["en"], "title": {"en": "T"},
        "sections": [{"code": "s", "title": {"en": "S"}, "items": [
            {"question": {"code": "n", "label": {"en": "N"}, "answer": {"type": "integer"}}},
            {"question": {"code": "many", "label": {"en": "Many"}, "answer": {"type": "multiple", "options": options}}},
            {"group": {"code": "g", "title": {"en": "G"}, "items": [
                {"question": {"code": "m", "label": {"en": "M"}, "answer": {"type": "matrix",
                    "rows": [{"code": "r1", "label": {"en": "1"}}, {"code": "r2", "label": {"en": "2"}}],
                    "cell": {"type": "single", "options": options}}}},
            ]}},
            {"question": {"code": "f", "label": {"en": "F"}, "answer": {"type": "file"}}},
        ]}],
    }))
    .unwrap()
}

fn stored() -> Vec<ShownAnswer> {
    let answer = |question: &str, row: Option<&str>, value: Value| ShownAnswer {
        question: question.to_owned(),
        row: row.map(str::to_owned),
        value: Some(value),
        revision: 2,
    };
    vec![answer("n", None, json!(12)), answer("many", None, json!(["a"])), answer("m", Some("r1"), json!("b"))]
}

/// What a browser sends of the form with the stored answers, if each of these fields has these values in place of its own.
fn sent(changed: &[(&str, &[&str])]) -> Vec<(String, String)> {
    let questionnaire = questionnaire();
    let tongue = Tongue::new(&questionnaire, "en", "en");
    let mut form = SectionForm::of(&questionnaire, "s", &tongue, &stored()).unwrap();
    let mut sent = vec![("language".to_owned(), "en".to_owned())];
    for field in form.fields_mut().filter(|field| !field.is_file()) {
        sent.push(("known".to_owned(), format!("{}={}", field.name, field.known)));
        let own = || {
            let chosen = field.options.iter().filter(|option| option.is_chosen).map(|option| option.code.clone());
            if field.options.is_empty() { vec![field.value.clone()] } else { chosen.collect() }
        };
        let new = changed.iter().find(|(name, _)| *name == field.name);
        let values = new.map_or_else(own, |(_, values)| values.iter().map(|value| (*value).to_owned()).collect());
        sent.extend(values.into_iter().map(|value| (field.name.clone(), value)));
    }
    sent.push(("whole".to_owned(), "1".to_owned()));
    sent
}

fn written(sent: &[(String, String)]) -> Vec<(String, Option<Value>, i64)> {
    let posted = PostedSection::read(&questionnaire().sections[0], sent).unwrap();
    posted.written().map(|answer| (answer.name.clone(), answer.value.clone(), answer.known.revision)).collect()
}

#[test]
fn what_was_left_alone_is_not_written() {
    assert_eq!(written(&sent(&[])), []);
    let changed = sent(&[("q:n", &["a dozen"]), ("q:many", &[]), ("q:m:r2", &["a"]), ("q:m:r1", &[""])]);
    assert_eq!(
        written(&changed),
        [
            ("q:n".to_owned(), Some(json!("a dozen")), 2),
            ("q:many".to_owned(), None, 2),
            ("q:m:r1".to_owned(), None, 2),
            ("q:m:r2".to_owned(), Some(json!("a")), 0),
        ]
    );
}

#[test]
fn a_form_of_which_a_part_is_lost_empties_nothing() {
    let mut sent = sent(&[]);
    sent.truncate(3);
    assert_eq!(PostedSection::read(&questionnaire().sections[0], &sent), None);
}

#[test]
fn a_conflict_is_settled_by_one_button() {
    let mut mine = sent(&[("q:n", &["7"])]);
    mine.push(("take".to_owned(), "mine 5 q:n".to_owned()));
    assert_eq!(written(&mine), [("q:n".to_owned(), Some(json!(7)), 5)]);
    let mut theirs = sent(&[("q:n", &["7"]), ("q:many", &["b"])]);
    theirs.push(("take".to_owned(), "theirs 5 q:n".to_owned()));
    assert_eq!(written(&theirs), [("q:many".to_owned(), Some(json!(["b"])), 2)], "other fields are saved too");
    let posted = PostedSection::read(&questionnaire().sections[0], &theirs).unwrap();
    assert_eq!(posted.take, Some(Take::Theirs { name: "q:n".to_owned() }));
}

#[test]
fn a_confirmed_value_is_written_unchanged_and_strange_fields_are_none() {
    let mut confirmed = sent(&[]);
    confirmed.push(("confirm".to_owned(), "q:many".to_owned()));
    let text = AnswerType::Text { most_characters: None, is_long: false };
    let known = Known::of(&text, None, 0, "en");
    for name in ["q:other", "q:m", "q:m:r9", "q:n:r1", "q:f", "x"] {
        confirmed.push(("known".to_owned(), format!("{name}={known}")));
        confirmed.push((name.to_owned(), "1".to_owned()));
    }
    assert_eq!(written(&confirmed), [("q:many".to_owned(), Some(json!(["a"])), 2)]);
}
