//! Sheets and drafts of somebody who wants them to cost much: what is multiplied is counted first, what is told is
//! short, and what is stored can be read.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[expect(dead_code, reason = "other tests need more of it")]
mod sheets;

use std::cell::Cell;
use std::fmt::Write as _;

use proptest::prelude::*;
use questionnaire::xlsform::{self, Sheet, Workbook};
use questionnaire::{Expression, Fault, Questionnaire, check, check_size};
use serde_json::{Value, json};
use sheets::{faults, import, read};

/// A form with these rows of `survey` and of `choices`, in English.
fn form(survey: &str, choices: &str) -> String {
    format!(
        "[survey]\ntype | name | label::en | appearance\n{survey}\n[choices]\nlist_name | name | label::en\n{choices}"
    )
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_list_is_not_copied_for_each_question_without_end() {
    let questions = |count| lines(count, |number| format!("select_one a | q{number} | Q"));
    let options = |count| lines(count, |number| format!("a | o{number} | O"));
    let one_list = read(&form(&questions(1_000), &options(1_000)));
    assert_eq!(faults(&one_list), ["survey 2 type: too_many_options 200"]);
    assert!(one_list.questionnaire.is_none(), "what was not read whole is no draft");
    // Each list and each number is right by itself.
    assert_eq!(faults(&read(&form(&questions(26), &options(200)))), ["survey 27 type: too_many_options 5000"]);
    assert_eq!(faults(&read(&form(&questions(25), &options(200)))), [""; 0]);
    // A list that no question has costs nothing.
    let unused = read(&form("text | q | Q |", &options(1_000)));
    assert_eq!((faults(&unused).len(), unused.notes.len()), (0, 1));
    let long = lines(100, |number| format!("a | o{number} | {}", "x".repeat(3_000)));
    assert_eq!(faults(&read(&form(&questions(25), &long))), ["survey 5 type: too_large 1000000"]);
}

#[test]
fn the_reading_stops_at_each_bound_and_tells_it_alone() {
    let rows = |count, line: &str| lines(count, |number| line.replace('#', &number.to_string()));
    let told = |survey: &str| faults(&read(&form(survey, "a | yes | Yes")));
    assert_eq!(told(&rows(501, "text | q# | Q |")), ["survey 502 type: too_many_questions 500"]);
    assert_eq!(told(&rows(501, "note | n# | N |")), ["survey 502 type: too_many_items 500"]);
    let sections = rows(41, "begin_group | g# | G |\n text | q# | Q |\n end_group | | |");
    assert_eq!(told(&sections), ["survey 122 type: too_many_sections 40"]);
    let matrix = format!("begin_group | m | M | table-list\n{}\nend_group | | |", rows(61, "select_one a | r# | R |"));
    assert_eq!(told(&matrix), ["survey 63 type: too_many_rows 60"]);
    // What was wrong before does not matter any more.
    let wrong = format!("geopoint | p | P |\n{}", rows(501, "text | q# | Q |"));
    assert_eq!(told(&wrong), ["survey 503 type: too_many_questions 500"]);
    let rule = format!(
        "[survey]\ntype | name | label::en | relevant\n{}",
        rows(300, &"text | q# | Q | RULE".replace("RULE", &["1 = 1"; 300].join(" or ")))
    );
    let told = faults(&read(&rule));
    assert_eq!(told.len(), 1);
    assert!(told.first().unwrap().ends_with("too_large 250000"), "{told:?}");
}

#[test]
fn languages_are_counted_before_the_title_is_there_in_each_of_them() {
    let tags = (0..190_u8)
        .map(|number| format!("label::a{}{}", char::from(b'a' + number / 26), char::from(b'a' + number % 26)));
    let headers = tags.collect::<Vec<_>>().join(" | ");
    let settings = format!("[settings]\nform_title\n{}", "x".repeat(100_000));
    let loose = lines(1_500, |number| format!("text | q{number}\nbegin_group | g{number}\nend_group"));
    let many = read(&format!("[survey]\ntype | name | {headers}\n{loose}\n{settings}"));
    assert_eq!(faults(&many), ["survey 1 : too_many_languages 12"]);
    // In few languages the title is counted for each section that has it.
    let few = read(&format!("[survey]\ntype | name | label::en | label::fr\n{loose}\n{settings}"));
    assert_eq!(faults(&few), ["survey 1 : too_large 1000000"]);
}

#[test]
fn headers_names_and_words_are_told_as_they_can_be_shown() {
    let long = "x".repeat(100_000);
    let survey = Sheet {
        name: format!("survey{}", " ".repeat(100_000)),
        rows: [vec!["type", "name", "label::en", &long, "default"], vec!["text", "q", "Q", "a", &long]]
            .into_iter()
            .chain((0..4_000).map(|_| vec![long.get(..2_000).unwrap(), "q", &long, "a", &long]))
            .map(|row| row.into_iter().map(|cell| cell.chars().take(3_000).collect()).collect())
            .collect(),
    };
    let ignored = (0..50).map(|number| Sheet { name: format!("{number}{long}"), rows: Vec::new() });
    let told = import(&Workbook { sheets: std::iter::once(survey).chain(ignored).collect() });
    let bytes = serde_json::to_string(&told.faults).unwrap().len() + serde_json::to_string(&told.notes).unwrap().len();
    assert!(bytes < 600_000, "{bytes}");
    assert!(told.faults.len() > 400 && told.notes.len() > 50, "{} {}", told.faults.len(), told.notes.len());
    let words = told.faults.iter().flat_map(|fault| [&fault.sheet, &fault.column, &fault.detail]);
    assert!(words.into_iter().all(|word| word.chars().count() <= 81));
}

#[test]
fn nobody_waits_for_what_nobody_wants() {
    let survey = lines(2_000, |number| format!("begin_group | g{number} | G |\nend_group | | |"));
    let workbook = sheets::workbook(&form(&survey, "a | yes | Yes"));
    let asked = Cell::new(0);
    let is_wanted = || {
        asked.set(asked.get() + 1);
        asked.get() < 3
    };
    assert!(xlsform::import(&workbook, &is_wanted).is_none());
    assert!(asked.get() <= 4, "it stops at once");
}

/// The faults of a draft with these languages and notes.
fn of_notes(languages: &[String], notes: usize, code: &str) -> Vec<Fault> {
    let notes = (0..notes).map(|number| json!({ "note": { "code": format!("{code}{number}"), "text": {} } }));
    let sections = json!([{ "code": "s", "title": {}, "items": notes.collect::<Value>() }]);
    let draft = json!({ "languages": languages, "title": {}, "sections": sections });
    check(&serde_json::from_value::<Questionnaire>(draft).unwrap())
}

#[test]
fn a_tag_that_is_too_long_is_told_once_and_not_in_each_text() {
    let told = of_notes(&["x".repeat(800_000)], 499, "n");
    assert_eq!(told.len(), 1);
    let fault = told.first().unwrap();
    assert_eq!((fault.place.as_str(), fault.code.as_str()), ("/languages/0", "bad_language"));
    assert_eq!(fault.detail, format!("{}…", "x".repeat(80)));
    let tags: Vec<String> = (0..10_000).map(|number| format!("a{number}")).collect();
    assert_eq!(of_notes(&tags, 1, "n").len(), 1, "too many languages");
    let told = of_notes(&["en".to_owned()], 400, &"é".repeat(2_000));
    assert!(serde_json::to_string(&told).unwrap().len() < 300_000);
}

#[test]
fn what_sheets_have_in_each_row_of_a_matrix_counts_as_often() {
    let sizes = |message: usize, rule: usize| {
        let rows = (0..60).map(|number| json!({ "code": format!("r{number}"), "label": { "en": "R" } }));
        let rows = rows.collect::<Value>();
        let rule = vec!["true()"; rule].join(" or ");
        let question = json!({ "code": "m", "label": { "en": "M" },
            "constraint": { "rule": rule, "message": { "en": "x".repeat(message) } },
            "answer": { "type": "matrix", "rows": rows, "cell": { "type": "date" } } });
        let sections = json!([{ "code": "s", "title": { "en": "S" }, "items": [{ "question": question }] }]);
        let draft = json!({ "languages": ["en"], "title": { "en": "T" }, "sections": sections });
        let told = check_size(&serde_json::from_value::<Questionnaire>(draft).unwrap()).into_iter();
        told.map(|fault| format!("{} {} {}", fault.place, fault.code, fault.detail)).collect::<Vec<_>>()
    };
    assert_eq!(sizes(16_000, 100), [""; 0]);
    assert_eq!(sizes(17_000, 100), [" too_large 1000000"]);
    // No rule is as long as to be too much in sixty rows.
    assert_eq!(sizes(100, 390), [""; 0]);
}

#[test]
fn a_check_does_not_grow_faster_than_the_draft() {
    // Many names that are nearly right, many words that look for them, and names as long as a body can be.
    let question = |number: usize, rule: &str, code: &str| {
        let (code, label) = (format!("{code}{number}"), json!({ "en": "Q" }));
        json!({ "question": { "code": code, "label": label, "show_if": rule, "answer": { "type": "date" } } })
    };
    let rule =
        |number: usize| lines(20, |word| format!("${{{}{number}{word}}} = ''", "w".repeat(58))).replace('\n', " or ");
    for (code, count) in [("v".repeat(58), 150), ("v".repeat(5_000), 150)] {
        let items: Value = (0..count).map(|number| question(number, &rule(number), &code)).collect();
        let sections = json!([{ "code": "s", "title": { "en": "S" }, "items": items }]);
        let draft = json!({ "languages": ["en"], "title": { "en": "T" }, "sections": sections });
        let told = check(&serde_json::from_value::<Questionnaire>(draft).unwrap());
        assert!(told.len() > 400, "{}", told.len());
    }
}

/// Pieces of rules, without the blanks and with the parentheses that nobody needs.
const PIECE: &str = concat!(
    r"(1=1|\(|\)|or |and |or|and|[+*-]| div | mod |=|!=|<=|>|not\(|selected\(|,|count-selected\(|string-length\(",
    r#"|true\(\)|\$\{ q \}|\.|'a'|"it's"|‘b’|0\.50|-|[ ])"#
);

/// A rule that is right as it is written, with as few blanks as there can be.
fn rules() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["1", "0.50", "-2", "${q}", ".", "'a'", "\"it's\"", "true()", "‘b’"])
        .prop_map(str::to_owned);
    leaf.prop_recursive(12, 400, 8, |inner| {
        let operators = vec!["or ", "and ", "+", "-", "*", " div ", " mod ", "=", "!=", "<="];
        let many = (prop::collection::vec(inner.clone(), 2..8), prop::sample::select(operators), any::<bool>());
        let chain = many.prop_map(|(parts, operator, has_parentheses)| {
            let part = |part: String| if has_parentheses { format!("({part})") } else { part };
            parts.into_iter().map(part).collect::<Vec<_>>().join(operator)
        });
        let negated = inner.clone().prop_map(|part| format!("not({part})"));
        prop_oneof![3 => chain, 1 => negated, 1 => inner.prop_map(|part| format!("string-length({part})"))]
    })
}

fn is_read_again(text: &str) -> Result<bool, TestCaseError> {
    let Ok(rule) = text.parse::<Expression>() else { return Ok(false) };
    let stored = serde_json::to_string(&rule).unwrap();
    let again: Expression =
        serde_json::from_str(&stored).map_err(|error| TestCaseError::fail(format!("{stored}: {error}")))?;
    prop_assert_eq!(serde_json::to_string(&again).unwrap(), stored);
    prop_assert_eq!(again, rule);
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_stored_of_a_rule_is_read_again(rule in rules(), times in 1..500_usize) {
        is_read_again(&rule)?;
        // As many of them as a rule can be long, or a few more.
        let mut long = rule.clone();
        for _ in 1..times {
            if long.len() + rule.len() > 4_100 { break; }
            write!(long, "or {rule}").unwrap();
        }
        is_read_again(&long)?;
    }

    #[test]
    fn what_is_stored_of_any_text_is_read_again(pieces in prop::collection::vec(PIECE, 0..30)) {
        is_read_again(&pieces.concat())?;
    }
}

#[test]
fn a_rule_that_is_short_as_it_comes_and_long_as_it_is_stored_is_refused() {
    for (pieces, is_rule) in [(400, true), (570, false)] {
        let text = vec!["1=1"; pieces].join("or ");
        assert!(text.len() < 4_000);
        assert_eq!(is_read_again(&text).unwrap(), is_rule, "{pieces}");
    }
}
