//! Answers of an administration: what is right, what is asked, what is missing.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use questionnaire::{Answers, Asked, Question, Questionnaire, check};
use serde_json::{Value, json};

fn text(text: &str) -> Value {
    json!({ "en": text })
}

fn options(codes: &[&str]) -> Value {
    let option = |code: &&str| json!({ "code": code, "label": text(code), "is_exclusive": *code == "none" });
    codes.iter().map(option).collect()
}

fn question(answer: &Value) -> Question {
    serde_json::from_value(json!({ "code": "q", "label": text("Q"), "answer": answer })).unwrap()
}

/// The one form of an answer, or why it is not right.
fn judged(answer: &Value, value: &Value) -> Result<Value, String> {
    let judged = question(answer).judge(None, value);
    judged.map_err(|fault| format!("{} {}", fault.code, fault.detail).trim_end().to_owned())
}

fn wrong(reason: &str) -> Result<Value, String> {
    Err(reason.to_owned())
}

#[test]
fn chosen_options_are_known_and_in_order() {
    let single = json!({ "type": "single", "options": options(&["yes", "no"]) });
    assert_eq!(judged(&single, &json!("no")), Ok(json!("no")));
    assert_eq!(judged(&single, &json!("maybe")), wrong("unknown_option maybe"));
    assert_eq!(judged(&single, &json!(["no"])), wrong("wrong_type code"));
    let multiple = json!({ "type": "multiple", "options": options(&["ai", "cloud", "none"]) });
    assert_eq!(judged(&multiple, &json!(["cloud", "ai", "cloud"])), Ok(json!(["ai", "cloud"])));
    assert_eq!(judged(&multiple, &json!(["none"])), Ok(json!(["none"])));
    assert_eq!(judged(&multiple, &json!(["none", "ai"])), wrong("not_alone none"));
    assert_eq!(judged(&multiple, &json!(["ai", "x"])), wrong("unknown_option x"));
    assert_eq!(judged(&multiple, &json!("ai")), wrong("wrong_type codes"));
    assert_eq!(judged(&multiple, &json!([])), wrong("empty"));
}

#[test]
fn numbers_keep_their_digits_and_their_bounds() {
    let integer = json!({ "type": "integer", "least": 1, "most": 10 });
    assert_eq!(judged(&integer, &json!(10)), Ok(json!(10)));
    assert_eq!(judged(&integer, &json!(0)), wrong("too_small 1"));
    assert_eq!(judged(&integer, &json!(11)), wrong("too_large 10"));
    assert_eq!(judged(&integer, &json!(1.5)), wrong("wrong_type integer"));
    assert_eq!(judged(&integer, &json!("5")), wrong("wrong_type integer"));
    let any = json!({ "type": "integer" });
    assert_eq!(judged(&any, &json!(9_007_199_254_740_991_i64)), Ok(json!(9_007_199_254_740_991_i64)));
    assert_eq!(judged(&any, &json!(9_007_199_254_740_992_i64)), wrong("too_large 9007199254740991"));
    assert_eq!(judged(&any, &json!(u64::MAX)), wrong("too_large 9007199254740991"));
    assert_eq!(judged(&any, &json!(i64::MIN)), wrong("too_small -9007199254740991"));
    let decimal = json!({ "type": "decimal", "least": "0", "most": "99.5" });
    assert_eq!(judged(&decimal, &json!("012.50")), Ok(json!("12.50")));
    assert_eq!(judged(&decimal, &json!("-0.01")), wrong("too_small 0"));
    assert_eq!(judged(&decimal, &json!("99.51")), wrong("too_large 99.5"));
    assert_eq!(judged(&decimal, &json!("1e3")), wrong("no_decimal"));
    assert_eq!(judged(&decimal, &json!(12.5)), wrong("wrong_type decimal"));
    let range = json!({ "type": "range", "start": "0.5", "end": "2", "step": "0.5" });
    assert_eq!(judged(&range, &json!("1.50")), Ok(json!("1.50")));
    assert_eq!(judged(&range, &json!("1.25")), wrong("off_step 0.5"));
    assert_eq!(judged(&range, &json!("2.5")), wrong("too_large 2"));
}

#[test]
fn texts_days_files_and_agreements_have_one_form() {
    let short = json!({ "type": "text", "most_characters": 4 });
    assert_eq!(judged(&short, &json!(" e\u{301}te\u{301} ")), Ok(json!("\u{e9}t\u{e9}")));
    assert_eq!(judged(&short, &json!("année")), wrong("too_long 4"));
    assert_eq!(judged(&short, &json!("a\nb")), wrong("control_character"));
    assert_eq!(judged(&short, &json!("  ")), wrong("empty"));
    let long = json!({ "type": "text", "is_long": true });
    assert_eq!(judged(&long, &json!("a\r\nb")), Ok(json!("a\nb")));
    assert_eq!(judged(&long, &json!("a\u{0}b")), wrong("control_character"));
    let date = json!({ "type": "date" });
    assert_eq!(judged(&date, &json!("2024-02-29")), Ok(json!("2024-02-29")));
    for no_day in [
        "2023-02-29",
        "1900-02-29",
        "2024-13-01",
        "2024-04-31",
        "2024-1-01",
        "0000-01-01",
        "2024-01-01T00:00",
        "+024-01-01",
    ] {
        assert_eq!(judged(&date, &json!(no_day)), wrong("no_date"), "{no_day}");
    }
    let file = json!({ "type": "file" });
    let right = json!({ "sha256": "0f".repeat(32), "name": "report.pdf", "size": 12 });
    assert_eq!(judged(&file, &right), Ok(right.clone()));
    for (field, value) in [
        ("sha256", json!("0F".repeat(32))),
        ("name", json!("../x")),
        ("name", json!("report\u{202e}fdp.exe")),
        ("size", json!(-1)),
        ("type", json!("x")),
    ] {
        let mut described = right.clone();
        described[field] = value;
        assert_eq!(judged(&file, &described), wrong("bad_file"), "{field}");
    }
    let agreement = json!({ "type": "acknowledgement" });
    assert_eq!(judged(&agreement, &json!(true)), Ok(json!(true)));
    assert_eq!(judged(&agreement, &json!(false)), wrong("empty"));
    assert_eq!(judged(&agreement, &json!("yes")), wrong("wrong_type boolean"));
}

#[test]
fn rows_of_a_matrix_are_answered_one_by_one() {
    let cell = json!({ "type": "single", "options": options(&["low", "high"]) });
    let matrix = question(&json!({ "type": "matrix", "rows": [{ "code": "ai", "label": text("AI") }], "cell": cell }));
    assert_eq!(matrix.judge(Some("ai"), &json!("low")), Ok(json!("low")));
    for (row, detail) in [(Some("iot"), "iot"), (None, "")] {
        let fault = matrix.judge(row, &json!("low")).unwrap_err();
        assert_eq!((fault.code.as_str(), fault.detail.as_str()), ("wrong_row", detail));
    }
    assert_eq!(question(&cell).judge(Some("ai"), &json!("low")).unwrap_err().code.as_str(), "wrong_row");
}

/// A survey with a follow-up, a group, a matrix and a section under rules.
fn survey() -> Questionnaire {
    let questionnaire: Questionnaire = serde_json::from_value(json!({
        "languages": ["en"],
        "title": text("Survey"),
        "sections": [
            { "code": "basics", "title": text("Basics"), "items": [
                { "question": { "code": "strategy", "label": text("Strategy?"), "required": true,
                    "answer": { "type": "single", "options": options(&["yes", "no"]) } } },
                { "question": { "code": "reason", "label": text("Why not?"), "required": true,
                    "show_if": "${strategy} = 'no'", "answer": { "type": "text" } } },
                { "question": { "code": "staff", "label": text("Staff"), "answer": { "type": "integer" } } },
                { "question": { "code": "experts", "label": text("Experts"), "answer": { "type": "integer" },
                    "constraint": { "rule": ". <= ${staff}", "message": text("Not more than the staff") } } },
            ] },
            { "code": "details", "title": text("Details"), "show_if": "${strategy} = 'yes' or ${reason} != ''",
                "items": [
                { "group": { "code": "levels", "title": text("Levels"), "items": [
                    { "question": { "code": "status", "label": text("Status"), "required": true,
                        "answer": { "type": "matrix",
                        "rows": [{ "code": "ai", "label": text("AI") }, { "code": "cloud", "label": text("Cloud") }],
                        "cell": { "type": "single", "options": options(&["low", "high"]) } } } },
                ] } },
                { "note": { "code": "thanks", "text": text("Well done"), "show_if": "${ai} = 'high'" } },
            ] },
        ],
    }))
    .unwrap();
    assert_eq!(check(&questionnaire), []);
    questionnaire
}

type Stored = Vec<(&'static str, Option<&'static str>, Value)>;

fn answers<'q>(questionnaire: &'q Questionnaire, stored: &Stored) -> Answers<'q> {
    Answers::new(questionnaire, stored.iter().map(|(question, row, value)| (*question, *row, value)))
}

fn names(asked: &[Asked<'_>]) -> Vec<String> {
    asked
        .iter()
        .map(|asked| asked.row.map_or(asked.question.to_owned(), |row| format!("{}/{row}", asked.question)))
        .collect()
}

#[test]
fn an_administration_sees_what_is_asked_and_what_is_missing() {
    let survey = survey();
    let mut stored: Stored = Vec::new();
    let empty = answers(&survey, &stored);
    assert_eq!(names(empty.asked()), ["strategy", "staff", "experts"]);
    assert_eq!(names(empty.missing()), ["strategy"]);
    assert!(!empty.is_shown("details") && empty.is_shown("basics") && !empty.are_complete());

    stored.push(("strategy", None, json!("no")));
    assert_eq!(names(answers(&survey, &stored).missing()), ["reason"]);

    stored.push(("reason", None, json!("No budget")));
    let open = answers(&survey, &stored);
    assert_eq!(names(open.missing()), ["status/ai", "status/cloud"]);
    assert!(open.is_shown("levels") && !open.is_shown("thanks"));

    stored.push(("status", Some("ai"), json!("high")));
    stored.push(("status", Some("cloud"), json!("low")));
    let whole = answers(&survey, &stored);
    assert!(whole.are_complete() && whole.is_shown("thanks"));
    assert_eq!(whole.right("status", Some("ai")), Some(&json!("high")));
    let snapshot = r#"{"reason":"No budget","status":{"ai":"high","cloud":"low"},"strategy":"no"}"#;
    assert_eq!(whole.snapshot().to_string(), snapshot);
}

#[test]
fn an_answer_under_a_rule_that_does_not_hold_counts_as_none_and_comes_back() {
    let survey = survey();
    let mut stored: Stored = vec![
        ("strategy", None, json!("no")),
        ("reason", None, json!("No budget")),
        ("status", Some("ai"), json!("high")),
        ("status", Some("cloud"), json!("low")),
    ];
    let before = answers(&survey, &stored).snapshot();
    // The strategy is taken back: neither the reason nor what depends on it is asked.
    stored[0].2 = json!(null);
    let without = answers(&survey, &stored);
    assert_eq!(without.snapshot(), json!({}));
    assert!(!without.is_shown("details") && without.unknown().is_empty());
    assert_eq!(names(without.missing()), ["strategy"]);
    stored[0].2 = json!("no");
    assert_eq!(answers(&survey, &stored).snapshot(), before);
}

#[test]
fn a_wrong_answer_stays_a_draft_and_hinders_the_submission() {
    let survey = survey();
    let stored: Stored = vec![
        ("strategy", None, json!("perhaps")),
        ("reason", None, json!(7)),
        ("staff", None, json!(20)),
        ("experts", None, json!(21)),
        ("status", Some("iot"), json!("low")),
        ("budget", None, json!(3)),
    ];
    let wrong = answers(&survey, &stored);
    let invalid: Vec<_> = wrong.invalid().iter().map(|(asked, fault)| (asked.question, fault.code.as_str())).collect();
    assert_eq!(invalid, [("strategy", "unknown_option")], "the reason is not asked, so nothing is said of it");
    assert_eq!(names(wrong.missing()), ["strategy"], "a wrong answer is due like none");
    assert_eq!(names(wrong.unmet()), ["experts"]);
    let unknown = [("budget".to_owned(), None), ("status".to_owned(), Some("iot".to_owned()))];
    assert_eq!(wrong.unknown(), unknown);
    assert!(!wrong.are_complete());
    assert_eq!(wrong.snapshot(), json!({ "staff": 20, "experts": 21 }));
}
