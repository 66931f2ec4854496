//! The codebook of the questionnaires that come with the portal, and of small ones.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeSet;

use questionnaire::codebook::{Codebook, Form, Measure, SetKind, TooManyVariables};
use questionnaire::{Questionnaire, Sensitivity};
use serde_json::{Value, json};

const SHIPPED: [&str; 2] =
    [include_str!("../data/smart-customs-2024.json"), include_str!("../data/smart-customs-2024-partners.json")];

fn read(questionnaire: Value) -> Questionnaire {
    serde_json::from_value(questionnaire).unwrap()
}

fn text(text: &str) -> Value {
    json!({"en": text})
}

fn options(codes: &[&str]) -> Value {
    codes.iter().map(|code| json!({"code": code, "label": text(code)})).collect()
}

#[test]
fn every_column_has_an_id_and_a_name_of_its_own() {
    for shipped in SHIPPED {
        let questionnaire = serde_json::from_str(shipped).unwrap();
        let book = Codebook::of(&questionnaire).unwrap();
        let names: BTreeSet<&str> = book.variables.iter().map(|variable| variable.name.as_str()).collect();
        let ids: BTreeSet<&str> = book.variables.iter().map(|variable| variable.id.as_str()).collect();
        assert_eq!((names.len(), ids.len()), (book.variables.len(), book.variables.len()));
        let told = book.sets.iter().flat_map(|set| &set.variables);
        assert!(told.into_iter().all(|id| ids.contains(id.as_str())));
    }
}

#[test]
fn a_multiple_choice_has_a_column_for_each_option_and_a_matrix_for_each_row() {
    let questionnaire = serde_json::from_str(SHIPPED[0]).unwrap();
    let book = Codebook::of(&questionnaire).unwrap();
    let find = |name: &str| book.variables.iter().find(|variable| variable.name == name).unwrap();

    let maturity = find("maturity");
    assert_eq!((maturity.form, maturity.measure, maturity.values.len()), (Form::Code, Measure::Ordinal, 5));
    let year = find("strategy_year");
    assert_eq!(year.asked_if.as_ref().map(ToString::to_string).as_deref(), Some("${it_strategy} = 'yes'"));
    assert_eq!((year.form, year.measure), (Form::Integer, Measure::Ratio));

    let security = find("areas/security");
    assert_eq!((security.question, security.option, security.form), ("areas", Some("security"), Form::Flag));
    assert_eq!((security.option_label.unwrap()["en"].is_empty(), security.values.len()), (false, 0));
    let status = find("status_cloud");
    assert_eq!(
        (status.question, status.row, status.sensitivity),
        ("status", Some("status_cloud"), Sensitivity::Community)
    );

    let set = |question: &str| book.sets.iter().find(|set| set.question == question).unwrap();
    assert_eq!((set("areas").kind, set("areas").variables.len()), (SetKind::Multiple, 6));
    assert_eq!((set("status").kind, set("status").variables.len()), (SetKind::Matrix, 11));
}

#[test]
fn a_matrix_of_multiple_choices_has_both() {
    let matrix = json!({"type": "matrix", "rows": options(&["r1", "r2"]),
        "cell": {"type": "multiple", "options": options(&["a", "b"])}});
    let questionnaire = read(json!({"languages": ["en"], "title": text("T"), "sections": [
        {"code": "s", "title": text("S"), "show_if": "true()", "items": [{"group": {
            "code": "g", "title": text("G"), "show_if": "true() and false()", "items": [
                {"question": {"code": "m", "label": text("M"), "show_if": "false() or true()", "answer": matrix}}]}}]}]}));
    let book = Codebook::of(&questionnaire).unwrap();
    let names: Vec<&str> = book.variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["r1/a", "r1/b", "r2/a", "r2/b"]);
    let rule = book.variables[0].asked_if.as_ref().unwrap().to_string();
    assert_eq!(rule, "true() and true() and false() and (false() or true())");
    let sets: Vec<(SetKind, Option<&str>, usize)> =
        book.sets.iter().map(|set| (set.kind, set.row, set.variables.len())).collect();
    let multiple = SetKind::Multiple;
    assert_eq!(sets, [(multiple, Some("r1"), 2), (multiple, Some("r2"), 2), (SetKind::Matrix, None, 4)]);
}

#[test]
fn bounds_of_numbers_are_told() {
    let question = |code: &str, answer: Value| json!({"question": {"code": code, "label": text(code), "concept": "c", "answer": answer}});
    let questionnaire = read(json!({"languages": ["en"], "title": text("T"), "sections": [
    {"code": "s", "title": text("S"), "items": [
        question("i", json!({"type": "integer", "least": -1, "most": 9, "unit": text("people")})),
        question("r", json!({"type": "range", "start": "0", "end": "10.0", "step": "2.50"})),
        question("t", json!({"type": "text", "most_characters": 20})),
    ]}]}));
    let book = serde_json::to_value(Codebook::of(&questionnaire).unwrap()).unwrap();
    let variables = &book["variables"];
    assert_eq!((&variables[0]["least"], &variables[0]["most"]), (&json!("-1"), &json!("9")));
    assert_eq!(variables[0]["unit"], text("people"));
    assert_eq!((&variables[1]["step"], &variables[1]["most"]), (&json!("2.50"), &json!("10.0")));
    assert_eq!((&variables[2]["most_characters"], &variables[2]["concept"]), (&json!(20), &json!("c")));
}

#[test]
fn there_are_so_many_columns_and_no_more() {
    let codes: Vec<String> = (0..101).map(|number| format!("c{number}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let matrix = json!({"type": "matrix", "rows": options(&codes[..50]),
        "cell": {"type": "multiple", "options": options(&codes)}});
    let questionnaire = read(json!({"languages": ["en"], "title": text("T"), "sections": [
        {"code": "s", "title": text("S"), "items": [{"question": {"code": "m", "label": text("M"), "answer": matrix}}]}]}));
    assert_eq!(Codebook::of(&questionnaire), Err(TooManyVariables));
}
