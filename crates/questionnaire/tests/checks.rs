//! Faults of drafts: an author makes a mistake, and is told where.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use questionnaire::{MOST_FAULTS, Questionnaire, check};
use serde_json::{Value, json};

/// A draft without faults.
fn draft() -> Value {
    let text = |text: &str| json!({ "en": text, "fr": format!("{text} (fr)") });
    let options =
        |codes: &[&str]| codes.iter().map(|code| json!({ "code": code, "label": text(code) })).collect::<Value>();
    json!({
        "languages": ["en", "fr"],
        "title": text("Technologies"),
        "sections": [
            { "code": "basics", "title": text("Basics"), "items": [
                { "note": { "code": "welcome", "text": text("Welcome") } },
                { "question": { "code": "strategy", "label": text("Strategy?"), "concept": "it_strategy",
                    "answer": { "type": "single", "options": options(&["yes", "no"]) } } },
                { "question": { "code": "staff", "label": text("Staff"), "concept": "staff_number",
                    "answer": { "type": "integer", "least": 0, "most": 100_000 } } },
            ] },
            { "code": "details", "title": text("Details"), "items": [
                { "question": { "code": "used", "label": text("Used"), "answer": { "type": "multiple",
                    "options": options(&["ai_ml", "cloud", "none"]) },
                    "constraint": { "rule": "count-selected(.) <= 2", "message": text("Two at most") } } },
                { "group": { "code": "levels", "title": text("Levels"), "items": [
                    { "question": { "code": "status", "label": text("Status"), "answer": { "type": "matrix",
                        "rows": [
                            { "code": "status_ai", "label": text("AI") },
                            { "code": "status_cloud", "label": text("Cloud") },
                        ],
                        "cell": { "type": "scale", "options": options(&["low", "high"]) } } } },
                ] } },
                { "question": { "code": "since", "label": text("Since"), "show_if": "${status_ai} = 'high'",
                    "answer": { "type": "date" } } },
            ] },
        ],
    })
}

/// The faults after a change: place, code, detail, and what was perhaps meant.
fn faults(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut draft = draft();
    change(&mut draft);
    let questionnaire: Questionnaire = serde_json::from_value(draft).unwrap();
    let told = check(&questionnaire).into_iter().map(|fault| {
        let nearest = fault.nearest.map_or(String::new(), |nearest| format!(" → {nearest}"));
        format!("{} {} {}{nearest}", fault.place, fault.code, fault.detail).trim_end().to_owned()
    });
    told.collect()
}

fn set(pointer: &'static str, value: Value) -> Vec<String> {
    faults(|draft| {
        let (above, name) = pointer.rsplit_once('/').unwrap();
        match draft.pointer_mut(above).unwrap() {
            Value::Object(object) => drop(object.insert(name.to_owned(), value)),
            Value::Array(values) => *values.get_mut(name.parse::<usize>().unwrap()).unwrap() = value,
            _ => unreachable!(),
        }
    })
}

const STRATEGY: &str = "/sections/0/items/1/question";

#[test]
fn a_draft_that_is_right_has_no_faults() {
    assert_eq!(faults(|_| {}), Vec::<String>::new());
}

#[test]
fn an_author_is_told_which_rule_cannot_be_followed() {
    let rule = |rule: &str| {
        let found = set("/sections/0/items/2/question/show_if", json!(rule));
        found.into_iter().map(|fault| fault.replace("/sections/0/items/2/question/show_if ", "")).collect::<Vec<_>>()
    };
    for (text, fault) in [
        ("${used} = 'cloud'", "rule_on_later_question used"),
        ("${status_ai} = 'low'", "rule_on_later_question status_ai"),
        ("${staff} > 3", "rule_on_itself staff"),
        ("${stratgy} = 'yes'", "unknown_question stratgy → strategy"),
        ("${weather} = 'yes'", "unknown_question weather"),
        ("${welcome} = 'yes'", "not_a_question welcome"),
        ("${strategy} = 'yess'", "unknown_option yess → yes"),
        ("selected(${strategy}, 'maybe')", "unknown_option maybe"),
        ("'maybe' != ${strategy}", "unknown_option maybe"),
        ("${strategy} = 1", "unknown_option 1"),
        ("${strategy} > 1", "code_ordered strategy"),
        ("${strategy} + 1 = 2", "code_ordered strategy"),
        (". = 'yes'", "own_outside_constraint ."),
    ] {
        assert_eq!(rule(text), [fault], "{text}");
    }
    for right in [
        "${strategy} = ''",
        "${strategy} != 'no' and not(selected(${strategy}, 'yes'))",
        "count-selected(${strategy}) = 1",
    ] {
        assert_eq!(rule(right), Vec::<String>::new(), "{right}");
    }
}

#[test]
fn rules_on_matrices_days_numbers_and_constraints_are_looked_at_too() {
    let last = "/sections/1/items/2/question";
    let shown = |rule: &str| set("/sections/1/items/2/question/show_if", json!(rule));
    assert_eq!(shown("${status} = 'high'"), [format!("{last}/show_if matrix_as_whole status")]);
    assert_eq!(shown("${status_cloud} = 'hihg'"), [format!("{last}/show_if unknown_option hihg → high")]);
    assert_eq!(shown("${staff} = 'many'"), [format!("{last}/show_if no_number many")]);
    assert_eq!(shown("${staff} > 'many'"), [format!("{last}/show_if no_number many")]);
    let constraint = |rule: &str| {
        let text = json!({ "en": "No", "fr": "Non" });
        set("/sections/1/items/2/question/constraint", json!({ "rule": rule, "message": text }))
    };
    assert_eq!(constraint(". > 3"), [format!("{last}/constraint/rule date_ordered .")]);
    assert_eq!(constraint("${since} != ''"), [format!("{last}/constraint/rule rule_on_itself since")]);
    assert_eq!(constraint(". != '' and ${staff} > 3"), Vec::<String>::new());
    let section = set("/sections/1/show_if", json!("${used} = 'cloud'"));
    assert_eq!(section, ["/sections/1/show_if rule_on_later_question used"]);
}

#[test]
fn every_text_has_every_language_and_no_other() {
    let label = |texts: Value| set("/sections/0/items/1/question/label", texts);
    assert_eq!(label(json!({ "en": "Strategy?" })), [format!("{STRATEGY}/label missing_language fr")]);
    assert_eq!(label(json!({ "en": "Strategy?", "fr": " " })), [format!("{STRATEGY}/label missing_language fr")]);
    let three = json!({ "en": "Strategy?", "fr": "Stratégie ?", "es": "¿Estrategia?" });
    assert_eq!(label(three), [format!("{STRATEGY}/label unknown_language es")]);
    assert_eq!(label(json!({ "en": "a ", "fr": "a" })), [format!("{STRATEGY}/label/en outer_blanks")]);
    assert_eq!(label(json!({ "en": "a\u{7}b", "fr": "a" })), [format!("{STRATEGY}/label/en control_character")]);
    assert_eq!(label(json!({ "en": "${staff}?", "fr": "a" })), [format!("{STRATEGY}/label/en reference_in_text")]);
    assert_eq!(
        label(json!({ "en": "a".repeat(4_001), "fr": "a" })),
        [format!("{STRATEGY}/label/en text_too_long 4000")]
    );
    assert_eq!(set("/languages", json!(["en", "fr", "en"])), ["/languages/2 duplicate_language en"]);
    assert_eq!(faults(|draft| draft["languages"] = json!([])).first().unwrap(), "/languages no_language");
    assert!(set("/languages", json!(["en", "FR"])).contains(&"/languages/1 bad_language FR".to_owned()));
    let hint = set("/sections/0/items/1/question/hint", json!({ "fr": "Une seule" }));
    assert_eq!(hint, [format!("{STRATEGY}/hint missing_language en")]);
}

#[test]
fn codes_are_unique_and_well_written() {
    let code = |code: &str| set("/sections/0/items/1/question/code", json!(code));
    for wrong in ["", "1st", "_a", "é", "a/b"] {
        assert_eq!(code(wrong), [format!("{STRATEGY}/code bad_code {wrong}").trim_end()], "{wrong}");
    }
    assert_eq!(code("meta"), [format!("{STRATEGY}/code reserved_code meta")]);
    assert_eq!(code("big data"), [format!("{STRATEGY}/code code_with_space big data")]);
    assert_eq!(code(&"a".repeat(65)).len(), 1);
    let places = |other: &str, code: &str| {
        [format!("{STRATEGY}/code duplicate_code {code}"), format!("{other}/code duplicate_code {code}")]
    };
    let row = "/sections/1/items/1/group/items/0/question/answer/rows/1";
    assert_eq!(code("status_cloud"), places(row, "status_cloud"));
    assert_eq!(code("levels"), places("/sections/1/items/1/group", "levels"));
    assert_eq!(
        code("Staff"),
        [
            format!("{STRATEGY}/code code_differs_in_case Staff → staff"),
            "/sections/0/items/2/question/code code_differs_in_case staff → Staff".to_owned(),
        ]
    );
    let option = |code: &str| set("/sections/0/items/1/question/answer/options/1/code", json!(code));
    assert_eq!(option("yes").len(), 2, "both options are named");
    assert_eq!(option("YES").len(), 2);
    assert_eq!(option("big data"), [format!("{STRATEGY}/answer/options/1/code code_with_space big data")]);
    assert_eq!(option("3d"), Vec::<String>::new(), "an option can begin with a digit");
    let concept = set("/sections/0/items/1/question/concept", json!("staff_number"));
    assert_eq!(
        concept,
        [
            format!("{STRATEGY}/concept duplicate_concept staff_number"),
            "/sections/0/items/2/question/concept duplicate_concept staff_number".to_owned(),
        ]
    );
}

#[test]
fn what_is_asked_can_be_answered() {
    let place = format!("{STRATEGY}/answer");
    let answer = |answer: Value| set("/sections/0/items/1/question/answer", answer);
    let yes = json!({ "code": "yes", "label": { "en": "Yes", "fr": "Oui" } });
    let none = json!({ "code": "none", "label": { "en": "None", "fr": "Aucun" }, "is_exclusive": true });
    for (wrong, fault) in [
        (json!({ "type": "single", "options": [] }), "/options no_options"),
        (json!({ "type": "scale", "options": [yes] }), "/options too_few_options 2"),
        (json!({ "type": "single", "options": [yes, none] }), "/options/1/is_exclusive exclusive_in_single none"),
        (json!({ "type": "matrix", "rows": [], "cell": { "type": "date" } }), "/rows no_rows"),
        (json!({ "type": "integer", "least": 5, "most": 4 }), "/least least_above_most 5 4"),
        (json!({ "type": "integer", "most": 9_007_199_254_740_992_i64 }), "/most number_too_large 9007199254740991"),
        (json!({ "type": "decimal", "least": "0.50", "most": "0.4" }), "/least least_above_most 0.50 0.4"),
        (json!({ "type": "range", "start": "0", "end": "1", "step": "0.3" }), "/step steps_miss_end 0.3"),
        (json!({ "type": "range", "start": "0", "end": "1", "step": "0" }), "/step steps_miss_end 0"),
        (json!({ "type": "range", "start": "2", "end": "1", "step": "1" }), "/start least_above_most 2 1"),
        (json!({ "type": "range", "start": "2", "end": "2.0", "step": "1" }), "/start least_above_most 2 2.0"),
        (json!({ "type": "text", "most_characters": 0 }), "/most_characters bad_length 10000"),
        (json!({ "type": "integer", "unit": { "en": "people" } }), "/unit missing_language fr"),
    ] {
        assert_eq!(answer(wrong.clone()), [format!("{place}{fault}")], "{wrong}");
    }
    assert_eq!(answer(json!({ "type": "multiple", "options": [yes, none] })), Vec::<String>::new());
    assert_eq!(answer(json!({ "type": "range", "start": "0", "end": "1.5", "step": "0.5" })), Vec::<String>::new());
}

#[test]
fn sections_and_groups_have_something_in_them_and_are_not_nested() {
    assert_eq!(
        set("/sections/1/items/1/group/items", json!([])),
        [
            "/sections/1/items/1/group empty_group levels",
            "/sections/1/items/2/question/show_if unknown_question status_ai",
        ]
    );
    assert_eq!(faults(|draft| draft["sections"] = json!([])), ["/sections no_sections"]);
    let nested = faults(|draft| {
        let group = draft["sections"][1]["items"][1].clone();
        let mut inner = group.clone();
        inner["group"]["code"] = json!("inner");
        draft["sections"][1]["items"][1]["group"]["items"] = json!([inner]);
    });
    assert_eq!(nested, ["/sections/1/items/1/group/items/0/group nested_group inner"]);
    let matrix = faults(|draft| {
        let answer = &mut draft["sections"][1]["items"][1]["group"]["items"][0]["question"]["answer"];
        let cell = json!({ "type": "matrix", "rows": answer["rows"], "cell": { "type": "date" } });
        answer["cell"] = cell;
    });
    assert!(
        matrix.contains(&"/sections/1/items/1/group/items/0/question/answer/cell nested_matrix".to_owned()),
        "{matrix:?}"
    );
}

#[test]
fn what_is_too_large_is_told_by_its_bound_alone() {
    let sections = faults(|draft| {
        let section = draft["sections"][0].clone();
        draft["sections"] = Value::Array(vec![section; 300]);
    });
    assert_eq!(sections, ["/sections too_many_sections 40", "/sections too_many_questions 500"]);
    let options = faults(|draft| {
        let option = draft["sections"][0]["items"][1]["question"]["answer"]["options"][0].clone();
        draft["sections"][0]["items"][1]["question"]["answer"]["options"] = Value::Array(vec![option; 201]);
    });
    assert_eq!(options, [format!("{STRATEGY}/answer/options too_many_options 200")]);
    let rows = faults(|draft| {
        let rows = &mut draft["sections"][1]["items"][1]["group"]["items"][0]["question"]["answer"]["rows"];
        *rows = Value::Array(vec![rows[0].clone(); 61]);
    });
    assert_eq!(rows, ["/sections/1/items/1/group/items/0/question/answer/rows too_many_rows 60"]);
    let texts = faults(|draft| {
        let long = json!({ "en": "a".repeat(600_000), "fr": "b".repeat(600_000) });
        draft["title"] = long;
    });
    assert_eq!(texts, [" too_large 1000000"]);
    let many = faults(|draft| {
        let options = (0..200).map(|number| json!({ "code": format!("o {number}"), "label": {} }));
        draft["sections"][0]["items"][1]["question"]["answer"]["options"] = options.collect();
    });
    assert_eq!(many.len(), MOST_FAULTS);
}

#[test]
fn a_field_that_is_not_known_is_refused() {
    for (pointer, field) in
        [("", "colour"), (STRATEGY, "show-if"), ("/sections/0/items/1/question/answer/options/0", "value")]
    {
        let mut draft = draft();
        draft.pointer_mut(pointer).unwrap()[field] = json!("x");
        assert!(serde_json::from_value::<Questionnaire>(draft).is_err(), "{field}");
    }
}
