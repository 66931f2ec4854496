//! What the directory shows of the adoption of technologies, and what that does to those who answered alike.

use serde_json::{Value, json};

use super::{Round, counts, form, opened, options, survey_of, text};
use crate::support::{Expect as _, TestApp, story};

/// How far four members of a region are with a technology, and three others. Readers who know six of them by name
/// would know the seventh from the counts.
const EUROPE: [&str; 7] = ["adopted", "adopted", "adopted", "adopted", "planned", "planned", "planned"];
const AFRICA: [&str; 6] = ["adopted", "adopted", "adopted", "planned", "planned", "planned"];

fn questionnaire() -> Value {
    let rows = ["status_ai_ml", "status_drones"].map(|code| json!({"code": code, "label": text(code, code)}));
    let cell = json!({"type": "single", "options": options(&["adopted", "planned"])});
    let question = json!({"code": "status", "label": text("How far?", "Où en êtes-vous ?"), "required": true,
        "concept": "technology_status", "sensitivity": "aggregate",
        "answer": {"type": "matrix", "rows": rows, "cell": cell}});
    json!({"languages": ["en", "fr"], "title": text("Survey", "Enquête"),
        "sections": [{"code": "all", "title": text("All", "Tout"), "items": [{"question": question}]}]})
}

/// Replaces what the directory shows of a member.
fn show(t: &TestApp, member: &str, entries: &[(&str, &str)]) {
    let entries: Vec<Value> =
        entries.iter().map(|(technology, status)| json!({"technology": technology, "status": status})).collect();
    let (admin, path) = (t.admin(), format!("/members/{member}/adoption"));
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).put(&path, &json!({"data": entries})).expect(200);
}

/// What a release tells of Europe, where the directory shows six of seven members as they answered, and this of the
/// one that answered that it has adopted the technology.
fn told(t: &TestApp, code: &str, of_fourth: impl FnOnce(&str)) -> String {
    let titles = json!({"en": "Technologies", "fr": "Technologies"});
    survey_of(t, &json!({"code": code, "audience": "member", "titles": titles}), &questionnaire());
    let mut wanted = form(t, code);
    wanted["min_cell"] = json!(3);
    wanted["pairs"] = json!([]);
    let round: Round = opened(t, &wanted);
    let europe: Vec<&String> = round.members["EUR"].iter().zip(EUROPE).map(|(member, _)| member).collect();
    for (number, (member, answer)) in europe.iter().zip(EUROPE).enumerate() {
        let status = if answer == "adopted" { "in_use" } else { "planned" };
        if number != 3 {
            show(t, member, &[("ai_ml", status)]);
        }
    }
    of_fourth(europe[3]);
    let africa = round.members["ESA"].iter().zip(AFRICA);
    for (number, (member, answer)) in europe.into_iter().zip(EUROPE).chain(africa).enumerate() {
        let other = if number % 2 == 0 { "adopted" } else { "planned" };
        let answers = json!({"status": {"status_ai_ml": answer, "status_drones": other}});
        super::submit(t, &round.id, member, &answers, false);
    }
    round.close(t);
    let release = round.published(t, &json!({"audience": "public"}));
    let told = t.admin().get(&format!("/releases/{release}/results?question=status&by=region")).expect(200);
    let of_row = |table: &&Value| table["row"] == "status_ai_ml";
    let table = told["data"].as_array().unwrap().iter().find(of_row).expect("a table of the row");
    table["rows"].as_array().unwrap().iter().find(|row| row["key"] == "EUR").map(counts).unwrap_or_default()
}

#[story]
fn whom_the_directory_shows_with_something_else_is_protected(t: TestApp) {
    let shown = told(&t, "same", |member| show(&t, member, &[("ai_ml", "in_use")]));
    assert!(shown.starts_with("4 3"), "everybody knows all of them: {shown}");
    for (code, entries) in
        [("nothing", &[][..]), ("another", &[("drones", "planned")][..]), ("differs", &[("ai_ml", "none")][..])]
    {
        let told = told(&t, code, |member| show(&t, member, entries));
        assert!(!told.contains('4'), "{code}: {told}");
    }
    let hidden = told(&t, "hidden", |member| {
        show(&t, member, &[("ai_ml", "in_use")]);
        let (admin, path) = (t.admin(), format!("/members/{member}"));
        let tag = admin.get(&path).header("etag").unwrap().to_owned();
        admin.with_header("if-match", &tag).patch(&path, &json!({"status": "hidden"})).expect(200);
    });
    assert!(!hidden.contains('4'), "no member reads its entry: {hidden}");
}
