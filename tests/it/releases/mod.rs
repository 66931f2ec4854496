//! Results: releases are tried, published and read; small counts stay hidden, also together with everything else that
//! readers know.
//!
//! `directory` what members know from the directory, `figures` what a release tells, `files` files and charts, `later` releases that follow, `pairs` two questions together, `partners` members beside
//! partner agencies, `rights` who reads what, `people` own and named answers, `previews` what is read before a publication, `readers` what many readers cost.
//!
//! The submissions are rows that the fixture writes: `tests/it/responses` has the way to them. Who answered what is
//! invented; the counts of the levels are those of 2024.

mod directory;
mod figures;
mod files;
mod later;
mod pairs;
mod partners;
mod people;
mod previews;
mod readers;
mod rights;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use portal::db::Id;
use portal::db::schema::{organisation, response, submission, users};
use portal::demo::client::Answer;
use portal::time::Timestamp;
use serde_json::{Value, json};

use crate::support::{Expect as _, Person, TestApp};

/// By region the levels 1 to 5 of 116 members, as in 2024.
const LEVELS: [(&str, [usize; 5]); 6] = [
    ("AMS", [2, 4, 6, 3, 1]),
    ("AP", [2, 5, 9, 9, 3]),
    ("ESA", [3, 6, 6, 4, 1]),
    ("EUR", [1, 4, 9, 13, 3]),
    ("MENA", [2, 3, 3, 1, 0]),
    ("WCA", [5, 5, 2, 1, 0]),
];

/// How many submissions were written: each has another hash.
static SUBMITTED: AtomicU64 = AtomicU64::new(1);

fn text(en: &str, fr: &str) -> Value {
    json!({"en": en, "fr": fr})
}

fn options(codes: &[&str]) -> Value {
    codes.iter().map(|code| json!({"code": code, "label": text(code, &format!("{code} (fr)"))})).collect()
}

fn question(code: &str, sensitivity: &str, answer: &Value) -> Value {
    json!({"question": {"code": code, "label": text(code, &format!("{code} (fr)")), "concept": code,
        "sensitivity": sensitivity, "answer": answer}})
}

/// Levels, a strategy, a willingness that members may know by name, and the unit for the Secretariat.
fn questionnaire() -> Value {
    let levels = options(&["level_1", "level_2", "level_3", "level_4", "level_5"]);
    let yes_no = json!({"type": "single", "options": options(&["yes", "no"])});
    json!({"languages": ["en", "fr"], "title": text("Survey", "Enquête"),
    "sections": [{"code": "all", "title": text("All", "Tout"), "items": [
        question("maturity", "aggregate", &json!({"type": "scale", "options": levels})),
        question("it_strategy", "aggregate", &yes_no),
        question("willing", "community", &yes_no),
        question("unit", "secretariat", &json!({"type": "text", "most_characters": 200})),
    ]}]})
}

/// A round that is open, and its members by region, each with its code.
pub struct Round {
    pub id: String,
    pub members: BTreeMap<String, Vec<String>>,
}

/// Makes a survey with the first version of its questionnaire.
fn survey(t: &TestApp, form: &Value) {
    survey_of(t, form, &questionnaire());
}

/// The same with another questionnaire.
fn survey_of(t: &TestApp, form: &Value, questionnaire: &Value) {
    let (admin, code) = (t.admin(), form["code"].as_str().unwrap());
    admin.post("/surveys", form).expect(201);
    admin.post(&format!("/surveys/{code}/versions"), &json!({"questionnaire": questionnaire})).expect(201);
    admin.post(&format!("/surveys/{code}/versions/1/publish"), &json!({})).expect(200);
}

/// Makes a survey with this code, and opens a round of it.
pub fn open(t: &TestApp, code: &str) -> Round {
    let titles = json!({"en": "Smart customs", "fr": "Douane intelligente"});
    survey(t, &json!({"code": code, "audience": "member", "titles": titles}));
    open_again(t, code)
}

/// A round of a survey from now on.
fn form(t: &TestApp, code: &str) -> Value {
    let now = t.clock.now();
    let closes = now.plus(std::time::Duration::from_hours(20 * 24)).to_string();
    json!({"survey": code, "version": 1, "opens_at": now.to_string(), "closes_at": closes,
        "zone": "Europe/Brussels", "pairs": [{"question": "maturity", "concept": "willing"}]})
}

/// Opens another round of a survey.
pub fn open_again(t: &TestApp, code: &str) -> Round {
    opened(t, &form(t, code))
}

/// Makes a round and opens it.
fn opened(t: &TestApp, form: &Value) -> Round {
    let admin = t.admin();
    let id = admin.post("/rounds", form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/rounds/{id}/open"), &json!({})).expect(200);
    let frame = admin.get(&format!("/rounds/{id}/frame")).expect(200);
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in frame["data"].as_array().unwrap() {
        let region = row["region"].as_str().unwrap_or_default().to_owned();
        members.entry(region).or_default().push(row["organisation"].as_str().unwrap().to_owned());
    }
    Round { id, members }
}

impl Round {
    /// The answers of 2024, all handed in now: nine without a strategy, all of level 1; 73 are willing.
    pub fn answers(&self) -> Vec<(String, Value)> {
        let willing = [8, 19, 15, 18, 5, 8];
        let (mut found, mut without) = (Vec::new(), 0);
        for ((region, levels), willing) in LEVELS.iter().zip(willing) {
            let of_level = levels.iter().enumerate().flat_map(|(level, count)| vec![level + 1; *count]);
            for (number, (level, member)) in of_level.zip(&self.members[*region]).enumerate() {
                let is_without = level == 1 && without < 9;
                without += usize::from(is_without);
                let answers = json!({"maturity": format!("level_{level}"), "unit": format!("Unit of {member}"),
                    "it_strategy": if is_without { "no" } else { "yes" },
                    "willing": if number < willing { "yes" } else { "no" }});
                found.push((member.clone(), answers));
            }
        }
        found
    }

    /// Hands these answers in.
    pub fn submit(&self, t: &TestApp, answers: &[(String, Value)], shares: bool) {
        for (member, answers) in answers {
            submit(t, &self.id, member, answers, shares);
        }
    }

    pub fn close(&self, t: &TestApp) {
        t.pass(std::time::Duration::from_mins(1));
        t.admin().post(&format!("/rounds/{}/close", self.id), &json!({})).expect(200);
    }

    pub fn publish(&self, officer: &Person, form: &Value) -> Answer {
        officer.post(&format!("/rounds/{}/releases", self.id), form)
    }

    /// Publishes, and returns the id of the release.
    pub fn published(&self, t: &TestApp, form: &Value) -> String {
        self.publish(&t.admin(), form).expect(201)["id"].as_str().unwrap().to_owned()
    }
}

/// A round as it was in 2024, closed, with everything handed in.
pub fn closed(t: &TestApp) -> Round {
    let round = open(t, "scs");
    round.submit(t, &round.answers(), false);
    round.close(t);
    round
}

/// Writes what a member has handed in; an earlier submission is superseded.
pub fn submit(t: &TestApp, round: &str, member: &str, answers: &Value, shares: bool) {
    submit_at(t, round, member, (answers, t.clock.now()), shares);
}

/// The same dated at another instant, as where the write has waited for others.
fn submit_at(t: &TestApp, round: &str, member: &str, (answers, now): (&Value, Timestamp), shares: bool) {
    use diesel::prelude::*;
    let (round, member): (Id, String) = (round.parse().unwrap(), member.to_owned());
    let serial = SUBMITTED.fetch_add(1, Ordering::Relaxed);
    let random = portal::random::Random::seeded(serial);
    let content = json!({"answers": answers}).to_string();
    let sha256 = format!("{serial:064x}");
    t.run(t.portal.db.write(move |conn| {
        let of: Id = organisation::table.filter(organisation::code.eq(member)).select(organisation::id).first(conn)?;
        let by: Id = users::table.order(users::id).select(users::id).first(conn)?;
        let own = response::table.filter(response::round_id.eq(round).and(response::organisation_id.eq(of)));
        let known: Option<Id> = own.select(response::id).first(conn).optional()?;
        let id = known.unwrap_or_else(|| Id::new(now, &random));
        if known.is_none() {
            diesel::insert_into(response::table)
                .values((
                    response::id.eq(id),
                    response::round_id.eq(round),
                    response::organisation_id.eq(of),
                    response::state.eq("submitted"),
                    response::created_at.eq(now),
                    response::created_by.eq(by),
                    response::edits.eq(0),
                ))
                .execute(conn)?;
        }
        let earlier = submission::table.filter(submission::response_id.eq(id).and(submission::superseded_at.is_null()));
        diesel::update(earlier).set(submission::superseded_at.eq(now)).execute(conn)?;
        let number: i64 = submission::table.filter(submission::response_id.eq(id)).count().get_result(conn)?;
        diesel::insert_into(submission::table)
            .values((
                submission::id.eq(Id::new(now, &random)),
                submission::response_id.eq(id),
                submission::number.eq(i32::try_from(number + 1).unwrap()),
                submission::round_id.eq(round),
                submission::organisation_id.eq(of),
                submission::submitted_at.eq(now),
                submission::submitted_by.eq(by),
                submission::is_late.eq(false),
                submission::shares_answers.eq(shares),
                submission::sha256.eq(sha256),
                submission::content.eq(content),
            ))
            .execute(conn)?;
        Ok(())
    }))
    .unwrap();
}

/// The one table of a question.
pub fn table(reader: &Person, release: &str, query: &str) -> Value {
    let results = reader.get(&format!("/releases/{release}/results?{query}")).expect(200);
    assert_eq!(results["data"].as_array().unwrap().len(), 1, "{query}");
    results["data"][0].clone()
}

/// A row of a table.
fn row<'v>(table: &'v Value, key: &str) -> &'v Value {
    table["rows"].as_array().unwrap().iter().find(|row| row["key"] == key).expect("a row")
}

/// The counts of a row; x is hidden.
fn counts(row: &Value) -> String {
    let cell = |cell: &Value| cell["count"].as_u64().map_or("x".to_owned(), |count| count.to_string());
    row["cells"].as_array().unwrap().iter().map(cell).collect::<Vec<_>>().join(" ")
}
