//! Responses: colleagues answer together, review, and submit. The names of stories begin with the number of the
//! requirement (`s01` to `s20`) where there is one.
//!
//! `answers` what is written and what becomes of it, `due` days by which sections are due, `together` several people at
//! once, `review` from the draft to the submission and back, `receipts` what was submitted and who may know of it,
//! `prefill` the answers of the last round, `files` files as answers, `rights` who sees and does what.

mod answers;
mod due;
mod files;
mod prefill;
mod receipts;
mod review;
mod rights;
mod together;

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp};

/// How long the rounds of these stories are open.
const OPEN: Duration = Duration::from_hours(4);

pub fn text(en: &str) -> Value {
    json!({"en": en, "fr": en})
}

fn options(codes: &[&str]) -> Value {
    codes.iter().map(|code| json!({"code": code, "label": text(code)})).collect()
}

pub fn question(code: &str, required: bool, answer: &Value) -> Value {
    json!({"question": {"code": code, "label": text(code), "required": required, "concept": code, "answer": answer}})
}

/// Three sections: `strategy` (a choice, and a number that is asked after a yes), `tools` (a matrix, several choices),
/// `papers` (a text, a file).
fn questionnaire() -> Value {
    let mut staff = question("staff", true, &json!({"type": "integer", "least": 0}));
    staff["question"]["show_if"] = json!("${it_strategy} = 'yes'");
    let rows =
        json!([{"code": "status_cloud", "label": text("cloud")}, {"code": "status_drones", "label": text("drones")}]);
    let cell = json!({"type": "single", "options": options(&["adopted", "planned", "none"])});
    let mut matrix = question("status", false, &json!({"type": "matrix", "rows": rows, "cell": cell}));
    matrix["question"]["concept"] = json!("technology_status");
    let section = |code: &str, items: Value| json!({"code": code, "title": text(code), "items": items});
    json!({
        "languages": ["en", "fr"],
        "title": text("Survey"),
        "sections": [
            section("strategy", json!([
                question("it_strategy", true, &json!({"type": "single", "options": options(&["yes", "no"])})),
                staff,
            ])),
            section("tools", json!([
                matrix,
                question("used", false, &json!({"type": "multiple", "options": options(&["ai", "cloud"])})),
            ])),
            section("papers", json!([
                question("plans", false, &json!({"type": "text", "most_characters": 200})),
                question("paper", false, &json!({"type": "file"})),
            ])),
        ],
    })
}

/// A survey for members with this questionnaire, published; returns its newest version.
pub fn publish(admin: &Person, code: &str, questionnaire: &Value) -> i64 {
    if admin.get(&format!("/surveys/{code}")).status == 404 {
        let titles = json!({"en": "Smart customs", "fr": "Douane intelligente"});
        admin.post("/surveys", &json!({"code": code, "audience": "member", "titles": titles})).expect(201);
    }
    let made = admin.post(&format!("/surveys/{code}/versions"), &json!({"questionnaire": questionnaire})).expect(201);
    let number = made["number"].as_i64().unwrap();
    admin.post(&format!("/surveys/{code}/versions/{number}/publish"), &json!({})).expect(200);
    number
}

/// Opens a round of a survey, which closes in four hours; returns its id.
pub fn open(t: &TestApp, code: &str, version: i64) -> String {
    let (admin, now) = (t.admin(), t.clock.now());
    let (opens_at, closes_at) = (now, now.plus(OPEN));
    let form = json!({
        "survey": code, "version": version, "opens_at": opens_at, "closes_at": closes_at, "zone": "Africa/Dakar",
    });
    let made = admin.post("/rounds", &form);
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/rounds/{id}/open"), &json!({})).expect(200);
    id
}

/// A round of the survey of these stories.
pub fn round(t: &TestApp) -> String {
    let version = publish(&t.admin(), "smart-customs", &questionnaire());
    open(t, "smart-customs", version)
}

/// Begins the response of a person's organisation; returns its path.
pub fn begin(person: &Person, round: &str) -> String {
    let own = person.post(&format!("/rounds/{round}/response"), &json!({})).expect(200);
    format!("/responses/{}", own["id"].as_str().unwrap())
}

pub fn coordinator(t: &TestApp, member: &str, name: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, name) })
}

/// A contact point that becomes a contributor.
pub fn contributor(t: &TestApp, member: &str, name: &str) -> Person {
    use diesel::prelude::*;
    use portal::appointments::Role;
    use portal::db::Wakeup;
    use portal::db::schema::{appointment, users};
    let person = t.member(&Application::new(member, name));
    let email = person.email.clone();
    t.run(t.portal.db.write(move |conn| {
        let user: portal::db::Id = users::table.filter(users::email_key.eq(email)).select(users::id).first(conn)?;
        let own = appointment::table.filter(appointment::user_id.eq(user));
        diesel::update(own).set(appointment::role.eq(Role::Contributor)).execute(conn)?;
        conn.wake(Wakeup::Principals);
        Ok(())
    }))
    .unwrap();
    person
}

pub fn account(person: &Person) -> String {
    person.get("/me").expect(200)["id"].as_str().unwrap().to_owned()
}

/// An answer that is given.
pub fn given(question: &str, value: Value, revision: i64) -> Value {
    json!({"question": question, "value": value, "revision": revision})
}

fn in_row(question: &str, row: &str, value: Value, revision: i64) -> Value {
    json!({"question": question, "row": row, "value": value, "revision": revision})
}

pub fn write(person: &Person, response: &str, answers: &Value) -> Answer {
    person.patch(&format!("{response}/answers"), answers)
}

/// All that is due, without a number of staff.
pub fn complete(person: &Person, response: &str) {
    write(person, response, &json!([given("it_strategy", json!("no"), 0)])).expect(200);
}

pub fn step(person: &Person, response: &str, step: &str) -> Answer {
    person.post(&format!("{response}/{step}"), &json!({}))
}

/// From a complete draft to the receipt, by the only coordinator.
pub fn submit(person: &Person, response: &str) -> Value {
    step(person, response, "request-review").expect(200);
    step(person, response, "approve").expect(200);
    step(person, response, "submit").expect(200)
}

/// The answer to a question on a sheet.
pub fn answer(sheet: &Value, question: &str) -> Value {
    let answers = sheet["answers"].as_array().unwrap();
    answers.iter().find(|answer| answer["question"] == question).cloned().unwrap_or_default()
}

fn history(person: &Person, response: &str) -> Vec<Value> {
    person.get(&format!("{response}/history")).expect(200)["data"].as_array().unwrap().clone()
}
