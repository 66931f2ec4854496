//! Surveys: questionnaires are written, checked, published, exchanged as JSON and `XLSForm`.
//!
//! `versions` the way of a version, `xlsform` sheets (the ten forms `x1` to `x10`), `rights` who sees and does what,
//! `bounds` how much there can be, `codebooks` what the columns of the answers hold, `readers` what many readers cost.

mod bounds;
mod codebooks;
mod readers;
mod rights;
mod versions;
mod xlsform;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Expect as _, Person};

pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const JSON: &str = "application/json";

/// The questionnaires that come with the portal.
const SHIPPED: [&str; 2] = [
    include_str!("../../../crates/questionnaire/data/smart-customs-2024.json"),
    include_str!("../../../crates/questionnaire/data/smart-customs-2024-partners.json"),
];

/// A new survey.
pub fn form(code: &str, audience: &str) -> Value {
    let titles = json!({"en": "Smart customs", "fr": "Douane intelligente"});
    json!({"code": code, "audience": audience, "titles": titles})
}

pub fn make(admin: &Person, code: &str, audience: &str) {
    admin.post("/surveys", &form(code, audience)).expect(201);
}

/// A questionnaire with two questions, as it is stored: the second is asked after a yes to the first.
pub fn questionnaire() -> Value {
    let text = |en: &str, fr: &str| json!({"en": en, "fr": fr});
    let options = json!([{"code": "yes", "label": text("Yes", "Oui")}, {"code": "no", "label": text("No", "Non")}]);
    json!({
        "languages": ["en", "fr"],
        "title": text("Survey", "Enquête"),
        "sections": [{"code": "basics", "title": text("Basics", "Bases"), "items": [
            {"question": {"code": "it_strategy", "label": text("Strategy?", "Stratégie\u{a0}?"), "required": true,
                "concept": "it_strategy", "sensitivity": "community",
                "answer": {"type": "single", "options": options}}},
            {"question": {"code": "staff", "label": text("Staff", "Personnel"), "show_if": "${it_strategy} = 'yes'",
                "sensitivity": "aggregate", "answer": {"type": "integer", "least": 0}}},
        ]}],
    })
}

/// The same with a rule on a later question, and a text that lacks French.
fn contradiction() -> Value {
    let mut broken = questionnaire();
    let items = broken["sections"][0]["items"].as_array_mut().unwrap();
    items.swap(0, 1);
    items[1]["question"]["label"] = json!({"en": "Strategy?"});
    broken
}

pub fn begin(admin: &Person, code: &str, questionnaire: &Value) -> Answer {
    admin.post(&format!("/surveys/{code}/versions"), &json!({"questionnaire": questionnaire}))
}

pub fn publish(admin: &Person, code: &str, number: u32) -> Answer {
    admin.post(&format!("/surveys/{code}/versions/{number}/publish"), &json!({}))
}

/// Replaces a draft that was read.
fn replace(admin: &Person, code: &str, number: u32, tag: &str, questionnaire: &Value) -> Answer {
    let path = format!("/surveys/{code}/versions/{number}");
    admin.with_header("if-match", tag).put(&path, &json!({"questionnaire": questionnaire}))
}

fn import(admin: &Person, code: &str, media_type: &str, file: &[u8]) -> Answer {
    admin.send("POST", &format!("/api/v1/surveys/{code}/versions/import"), Some((media_type, file))).unwrap()
}

fn commit(admin: &Person, code: &str, plan: &Value, options: &Value) -> Answer {
    let plan = plan["plan"].as_str().unwrap();
    admin.post(&format!("/surveys/{code}/versions/import/{plan}/commit"), options)
}

/// The bytes of a version as a file.
fn file(reader: &Person, code: &str, number: u32, extension: &str) -> Vec<u8> {
    let answer = reader.get(&format!("/surveys/{code}/versions/{number}.{extension}"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let name = format!("attachment; filename=\"{code}-{number}.{extension}\"");
    assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
    answer.bytes
}

/// Where a draft contradicts itself, and how.
fn places(version: &Value) -> Vec<(&str, &str)> {
    let faults = version["faults"].as_array().unwrap().iter();
    faults.map(|fault| (fault["place"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect()
}
