//! Rounds of surveys: whom they ask, until when, who asks for more time, who is reminded.
//!
//! `rounds` the way of a round and its frame, `deadlines` the ledger and the calendar file (S10, S12), `extensions` requests
//! for more time (S11, S13), `reminders` (S14), `rights` who sees and does what, `replay` the survey of 2024 up to its
//! results.

mod deadlines;
mod extensions;
mod reminders;
mod replay;
mod rights;
#[expect(clippy::module_inception, reason = "the stories about rounds themselves")]
mod rounds;

use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::job_try;
use portal::time::Timestamp;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp};
use crate::surveys::{begin, form, make, publish, questionnaire};

const DAY: Duration = Duration::from_hours(24);

/// A survey with a published version.
pub fn survey(admin: &Person, code: &str, audience: &str) {
    make(admin, code, audience);
    begin(admin, code, &questionnaire()).expect(201);
    publish(admin, code, 1).expect(200);
}

/// A survey for members with a published version, and its twin for partner agencies.
fn twins(admin: &Person) {
    survey(admin, "scs", "member");
    let mut twin = form("partners", "partner");
    twin["paired_with"] = json!("scs");
    admin.post("/surveys", &twin).expect(201);
    begin(admin, "partners", &questionnaire()).expect(201);
    publish(admin, "partners", 1).expect(200);
}

/// A round of the first version of a survey.
pub fn given(survey: &str, opens_at: &str, closes_at: &str, zone: &str) -> Value {
    json!({"survey": survey, "version": 1, "opens_at": opens_at, "closes_at": closes_at, "zone": zone})
}

/// A round from now on for ten days.
fn ten_days(t: &TestApp, survey: &str) -> Value {
    let now = t.clock.now();
    given(survey, &now.to_string(), &now.plus(10 * DAY).to_string(), "UTC")
}

/// Makes a round and opens it; its id.
pub fn opened(admin: &Person, given: &Value) -> String {
    let id = id_of(&admin.post("/rounds", given).expect(201));
    admin.post(&format!("/rounds/{id}/open"), &json!({})).expect(200);
    id
}

fn id_of(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

/// The coordinator of a member, logged in with two factors.
fn coordinator(t: &TestApp, member: &str, name: &str, language: &'static str) -> Person {
    let mut application = Application::new(member, name).reading(language);
    application.role = "coordinator";
    t.member(&application)
}

/// Adds a deadline.
fn extend(admin: &Person, id: &str, scope: &Value, closes_at: &str) -> portal::demo::client::Answer {
    let body = json!({"scope": scope, "closes_at": closes_at, "reason": "Many asked for it."});
    admin.post(&format!("/rounds/{id}/deadlines"), &body)
}

/// How the organisation of a person stands in a round.
fn standing(person: &Person, id: &str) -> Value {
    person.get(&format!("/rounds/{id}")).expect(200)["standings"][0].clone()
}

/// Moves the clock to this instant.
fn until(t: &TestApp, instant: &str) {
    let at: Timestamp = instant.parse().unwrap();
    t.pass(at.since(t.clock.now()));
    assert_eq!(t.clock.now(), at, "it lies ahead");
}

/// Moves the clock, and lets the portal do what is due.
fn days_pass(t: &TestApp, days: u32) {
    t.pass(days * DAY);
    t.run(t.portal.run_maintenance_once()).unwrap();
}

/// The codes of the faults of an answer, each with its place.
fn faults(answer: &portal::demo::client::Answer) -> Vec<(String, String)> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    errors.iter().map(|fault| (text(&fault["pointer"]), text(&fault["code"]))).collect()
}

/// Records that a job has begun with something, as if its process had ended: the next run of the job overwrites it.
pub fn note_attempt(t: &TestApp, job: &'static str, subject: Id) {
    let row = (job_try::job.eq(job), job_try::subject.eq(subject), job_try::tries.eq(1));
    let begun = job_try::begun_at.eq(t.clock.now());
    let note = t.portal.db.write(move |conn| {
        diesel::insert_into(job_try::table).values((row, begun)).execute(conn)?;
        Ok(())
    });
    t.run(note).unwrap();
}

/// Whether that record is still there.
pub fn has_attempt(t: &TestApp, job: &'static str, subject: Id) -> bool {
    let count =
        t.portal.db.read(move |conn| Ok(job_try::table.find((job, subject)).count().get_result::<i64>(conn)?));
    t.run(count).unwrap() == 1
}
