//! The fields of a small questionnaire.

use questionnaire::Questionnaire;
use serde_json::json;

use crate::question_forms::{FieldView, SectionForm, ShownAnswer, Tongue};

fn questionnaire() -> Questionnaire {
    let options = json!([
        {"code": "yes", "label": {"en": "Yes", "fr": "Oui"}},
        {"code": "no", "label": {"en": "No", "fr": "Non"}},
    ]);
    let rows: Vec<_> = (0..9).map(|n| json!({"code": format!("r{n}"), "label": {"en": format!("Row {n}")}})).collect();
    serde_json::from_value(json!({
        "languages": ["en", "fr"], "title": {"en": "T"},
        "sections": [{"code": "s", "title": {"en": "Staff", "fr": "Personnel"}, "items": [
            {"note": {"code": "n", "text": {"en": "Please read."}}},
            {"question": {"code": "has", "label": {"en": "Any?", "fr": "Des agents ?"}, "required": true,
                "answer": {"type": "single", "options": options}}},
            {"question": {"code": "count", "label": {"en": "How many?"}, "show_if": "${has} = 'yes'",
                "constraint": {"rule": ". != 13", "message": {"en": "Not thirteen", "fr": "Pas treize"}},
                "answer": {"type": "integer", "least": 1, "unit": {"en": "people"}}}},
            {"group": {"code": "g", "title": {"en": "More"}, "items": [
                {"question": {"code": "share", "label": {"en": "Share"},
                    "answer": {"type": "decimal", "least": "0.5", "most": "99.5"}}},
                {"question": {"code": "m", "label": {"en": "Each"},
                    "answer": {"type": "matrix", "rows": rows, "cell": {"type": "scale", "options": options}}}},
            ]}},
            {"question": {"code": "day", "label": {"en": "When?"}, "answer": {"type": "date"}}},
        ]}],
    }))
    .unwrap()
}

fn answer(question: &str, row: Option<&str>, value: serde_json::Value) -> ShownAnswer {
    ShownAnswer { question: question.to_owned(), row: row.map(str::to_owned), value: Some(value), revision: 3 }
}

fn form(page: &str, given: &[ShownAnswer]) -> SectionForm {
    let questionnaire = questionnaire();
    let tongue = Tongue::new(&questionnaire, page, page);
    SectionForm::of(&questionnaire, "s", &tongue, given).unwrap()
}

fn field(form: &mut SectionForm, name: &str) -> FieldView {
    form.fields_mut().find(|field| field.name == name).unwrap().clone()
}

#[test]
fn a_section_has_blocks_in_its_order_and_hides_what_a_rule_hides() {
    let mut form = form("fr", &[]);
    assert_eq!((form.title.text.as_str(), form.is_shown), ("Personnel", true));
    let codes = |form: &SectionForm| {
        let of = |block: &super::super::Block| {
            (block.heading.text.clone(), block.parts.iter().map(|part| part.code.clone()).collect::<Vec<_>>().join(" "))
        };
        form.blocks.iter().map(of).collect::<Vec<_>>()
    };
    let told = |heading: &str, parts: &str| (heading.to_owned(), parts.to_owned());
    assert_eq!(codes(&form), [told("", "n has count"), told("More", "share m"), told("", "day")]);
    assert_eq!(form.blocks[1].heading.lang, "en", "not translated");
    let count = &form.blocks[0].parts[2];
    assert!(count.is_ruled && !count.is_shown);
    let has = field(&mut form, "q:has");
    assert!(has.is_radios() && has.is_required && has.has_no_choice() && has.known.starts_with("0."));

    let again = super::tests::form("fr", &[answer("has", None, json!("yes"))]);
    assert!(again.blocks[0].parts[2].is_shown);
}

#[test]
fn a_wrong_answer_is_shown_as_it_was_typed_with_what_is_wrong() {
    let given = [answer("has", None, json!("yes")), answer("count", None, json!("a dozen"))];
    let mut shown = form("en", &given);
    let count = field(&mut shown, "q:count");
    assert_eq!((count.value.as_str(), count.unit.text.as_str()), ("a dozen", "people"));
    assert!(count.known.starts_with("3."));
    assert_eq!(count.fault.unwrap().told().unwrap().key, "answer-wrong-no_integer");

    let given = [answer("has", None, json!("perhaps")), answer("day", None, json!("31 June"))];
    let mut shown = form("en", &given);
    let has = field(&mut shown, "q:has");
    assert_eq!((has.stray, has.options.iter().any(|option| option.is_chosen)), (vec!["perhaps".to_owned()], false));
    let day = field(&mut shown, "q:day");
    assert!(day.is_line() && day.value == "31 June", "a control for days could not show it");

    let given = [answer("has", None, json!("yes")), answer("count", None, json!(13))];
    let count = field(&mut form("fr", &given), "q:count");
    assert_eq!(count.fault.unwrap().said().unwrap().text, "Pas treize");
}

#[test]
fn numbers_and_their_bounds_are_written_as_the_language_does() {
    let given = [answer("share", None, json!("120.25"))];
    let share = field(&mut form("fr", &given), "q:share");
    assert_eq!((share.value.as_str(), share.input_mode), ("120,25", "decimal"));
    let limits = share.limits.unwrap();
    assert_eq!(limits.args, [("least", "0,5".to_owned()), ("most", "99,5".to_owned())]);
    assert_eq!(share.fault.unwrap().told().unwrap().args, [("detail", "99,5".to_owned())]);
}

#[test]
fn a_matrix_repeats_its_heads_every_seven_rows() {
    let mut shown = form("en", &[answer("m", Some("r8"), json!("no"))]);
    let matrix = shown.blocks[1].parts[1].matrix().unwrap();
    assert_eq!(matrix.bands.iter().map(Vec::len).collect::<Vec<_>>(), [7, 2]);
    assert_eq!((matrix.columns.len(), matrix.grid().as_str()), (2, "grid of-3"), "no answer has a column too");
    let row = field(&mut shown, "q:m:r8");
    let chosen: Vec<_> =
        row.options.iter().filter(|option| option.is_chosen).map(|option| option.code.as_str()).collect();
    assert_eq!((row.label.text.as_str(), chosen), ("Row 8", vec!["no"]));
}
