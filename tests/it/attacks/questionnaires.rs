//! Questionnaires that cost much, or that cannot be read any more (number 28): sheets and drafts that are multiplied,
//! words that are repeated, rules that grow as they are stored, and codes that no survey has.

use portal::demo::client::Answer;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use super::imports::XLSX;
use super::lines::id;
use crate::support::{Expect as _, Person, TestApp, story};

const VERSIONS: &str = "/surveys/scs/versions";

/// A survey without a version.
fn survey(t: &TestApp) -> Person {
    let admin = t.admin();
    let titles = json!({"en": "Smart customs", "fr": "Douane intelligente"});
    admin.post("/surveys", &json!({"code": "scs", "audience": "member", "titles": titles})).expect(201);
    admin
}

/// A draft in English with these items.
fn draft(items: &[Value]) -> Value {
    let title = json!({"en": "Survey"});
    json!({"languages": ["en"], "title": title, "sections": [{"code": "s", "title": title, "items": items}]})
}

fn question(code: &str, rule: &str) -> Value {
    json!({"question": {"code": code, "label": {"en": "Q"}, "show_if": rule, "answer": {"type": "date"}}})
}

fn begin(admin: &Person, questionnaire: &Value) -> Answer {
    admin.post(VERSIONS, &json!({"questionnaire": questionnaire}))
}

fn import(admin: &Person, media_type: &str, file: &[u8]) -> Answer {
    admin.send("POST", &format!("/api/v1{VERSIONS}/import"), Some((media_type, file))).unwrap()
}

/// A workbook with these rows of `survey`, and with so many options of the list `a`.
fn form(rows: &[Vec<String>], options: u32) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("survey").unwrap();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    let sheet = workbook.add_worksheet().set_name("choices").unwrap();
    for (column, header) in (0_u16..).zip(["list_name", "name", "label::en"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    for number in 1..=options {
        sheet.write_string(number, 0, "a").unwrap();
        sheet.write_string(number, 1, format!("o{number}")).unwrap();
        sheet.write_string(number, 2, "O").unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|&cell| cell.to_owned()).collect()
}

#[story]
fn a04_a_list_is_not_copied_for_each_question_without_end(t: TestApp) {
    let admin = survey(&t);
    let rows = |count| {
        let questions = (0..count).map(|number| row(&["select_one a", &format!("q{number}"), "Q"]));
        std::iter::once(row(&["type", "name", "label::en"])).chain(questions).collect::<Vec<_>>()
    };
    for (questions, options, bound) in [(300, 300, "200"), (60, 100, "5000")] {
        let answer = import(&admin, XLSX, &form(&rows(questions), options));
        assert!(answer.text.len() < 2_000, "{}", answer.text.len());
        let plan = answer.expect(201);
        assert_eq!(plan["questionnaire"], Value::Null, "what was not read whole is no draft");
        assert_eq!(plan["faults"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&plan["faults"][0]["code"], &plan["faults"][0]["value"]),
            (&json!("too_many_options"), &json!(bound))
        );
        let path = format!("{VERSIONS}/import/{}/commit", plan["plan"].as_str().unwrap());
        assert_eq!(admin.post(&path, &json!({"with_faults": true})).refused(422), "invalid");
    }
}

#[story]
fn a04_a_long_word_is_not_repeated_by_each_fault(t: TestApp) {
    let admin = survey(&t);
    let notes = (0..500).map(|number| json!({"note": {"code": format!("n{number}"), "text": {}}}));
    let mut long = draft(&notes.collect::<Vec<_>>());
    long["languages"] = json!(["x".repeat(200_000)]);
    let keyed = admin.with_header("idempotency-key", "long-words");
    let first = begin(&keyed, &long);
    assert!(first.text.len() < 300_000, "the questionnaire, and little more: {}", first.text.len());
    let again = begin(&keyed, &long);
    assert_eq!((again.header("idempotency-replayed"), again.text.len()), (Some("true"), first.text.len()));
    assert_eq!(first.expect(201)["faults"].as_array().unwrap().len(), 1);
    // In sheets: the header of a column, and the name of a language.
    let header = "x".repeat(30_000);
    let rows = (0..400).map(|number| row(&["note", &format!("n{number}"), "N", "a"]));
    let rows: Vec<_> = std::iter::once(row(&["type", "name", "label::en", &header])).chain(rows).collect();
    let answer = import(&admin, XLSX, &form(&rows, 1));
    assert!(answer.text.len() < 300_000, "{}", answer.text.len());
    assert!(answer.expect(201)["notes"].as_array().unwrap().len() > 400);
}

#[story]
fn a04_what_was_perhaps_meant_is_looked_for_so_often_and_no_more(t: TestApp) {
    let admin = survey(&t);
    let rule =
        |number: usize| (0..10).map(|word| format!("${{q{number}_{word}}} = ''")).collect::<Vec<_>>().join(" or ");
    let questions: Vec<_> = (0..60).map(|number| question(&format!("q{number}_"), &rule(number))).collect();
    let draft = begin(&admin, &draft(&questions)).expect(201);
    let faults = draft["faults"].as_array().unwrap();
    let guessed = faults.iter().filter(|fault| fault["nearest"].is_string()).count();
    assert_eq!((faults.len(), guessed), (500, 5_000 / 60), "each word is compared with all sixty names");
    assert!(faults.iter().take(guessed).all(|fault| fault["nearest"].is_string()), "the first ones");
}

#[story]
fn a04_what_is_stored_can_be_read(t: TestApp) {
    let admin = survey(&t);
    // As it comes it is short enough; with the blanks of its canonical form it is not.
    let rule = vec!["1=1"; 570].join("or ");
    let long = draft(&[question("q", &rule)]);
    let refused = begin(&admin, &long);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/questionnaire/sections/0/items/0/question/show_if");
    refused.refused(422);
    import(&admin, "application/json", long.to_string().as_bytes()).refused(422);
    let rows = [row(&["type", "name", "label::en", "relevant"]), row(&["date", "q", "Q", &rule])];
    let plan = import(&admin, XLSX, &form(&rows, 1)).expect(201);
    assert_eq!(plan["faults"][0]["code"], "rule_too_long");
    assert_eq!(admin.get("/surveys/scs").expect(200)["draft"], Value::Null, "nothing was stored");

    let rule = vec!["1=1"; 400].join("or ");
    let stored = begin(&admin, &draft(&[question("q", &rule)])).expect(201);
    assert_eq!(admin.get(&format!("{VERSIONS}/1")).expect(200), stored);
    assert_eq!(admin.get(&format!("{VERSIONS}/1.xlsx")).status, 200);
}

#[story]
fn a04_a_code_that_no_survey_can_have_is_not_found(t: TestApp) {
    let admin = survey(&t);
    let workbook = form(&[row(&["type", "name", "label::en"]), row(&["date", "q", "Q"])], 1);
    let plan = import(&admin, XLSX, &workbook).expect(201)["plan"].as_str().unwrap().to_owned();
    let (given, long) = (json!({"questionnaire": draft(&[])}), "a".repeat(33));
    for code in ["%00", "scs%00", "%C3%A9", "a%20b", long.as_str()] {
        let (path, versions) = (format!("/surveys/{code}"), format!("/surveys/{code}/versions"));
        for path in ["1", "1.json", "1.xlsx"].map(|version| format!("{versions}/{version}")) {
            admin.get(&path).refused(404);
        }
        admin.get(&path).refused(404);
        admin.get(&versions).refused(404);
        admin.post(&versions, &given).refused(404);
        admin.with_header("if-match", "\"a\"").put(&format!("{versions}/1"), &given).refused(404);
        admin.post(&format!("{versions}/1/publish"), &json!({})).refused(404);
        admin.post(&format!("{versions}/import/{plan}/commit"), &json!({})).refused(404);
        let import = admin.send("POST", &format!("/api/v1{versions}/import"), Some((XLSX, &workbook))).unwrap();
        import.refused(404);
    }
}

#[story]
fn a04_whoever_reads_a_draft_has_one_check_of_it_at_a_time(t: TestApp) {
    let admin = survey(&t);
    begin(&admin, &draft(&[question("q", "true()")])).expect(201);
    let (first, place) = (format!("{VERSIONS}/1"), t.portal.heavy_work.place(id(&admin)).unwrap());
    assert_eq!(admin.get(&first).refused(429), "work_under_way");
    drop(place);
    admin.get(&first).expect(200);
    admin.post(&format!("{first}/publish"), &json!({})).expect(200);
    let place = t.portal.heavy_work.place(id(&admin)).unwrap();
    admin.get(&first).expect(200);
    drop(place);
}

#[story]
fn a04_a_draft_beyond_the_bounds_is_no_workbook(t: TestApp) {
    let admin = survey(&t);
    let notes = (0..600).map(|number| json!({"note": {"code": format!("n{number}"), "text": {"en": "N"}}}));
    let mut large = draft(&notes.collect::<Vec<_>>());
    large["languages"] = (0..600).map(|number| json!(format!("a{number}"))).collect();
    let stored = begin(&admin, &large).expect(201);
    let codes: Vec<&Value> = stored["faults"].as_array().unwrap().iter().map(|fault| &fault["code"]).collect();
    assert_eq!(codes, [&json!("too_many_languages"), &json!("too_many_items")]);
    let refused = admin.get(&format!("{VERSIONS}/1.xlsx"));
    assert_eq!(refused.json()["errors"][0]["codes"]["fault"], "too_many_languages");
    assert_eq!(refused.refused(422), "invalid");
    assert_eq!(admin.get(&format!("{VERSIONS}/1.json")).status, 200, "no work is lost");
}
