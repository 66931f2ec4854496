//! What is written: drafts that are not right, conflicts, repetitions, the history, and what is asked.

use std::time::Duration;

use serde_json::{Value, json};

use super::{answer, begin, coordinator, given, history, in_row, round, submit, write};
use crate::support::{Expect as _, Person, TestApp, story};

#[story]
fn s01_an_answer_that_is_not_right_is_stored_and_told_by_the_check(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    let batch = json!([given("it_strategy", json!("yes"), 0), given("staff", json!(-3), 0)]);
    let written = write(&awa, &response, &batch).expect(200);
    assert_eq!(written["stored"].as_array().unwrap().len(), 2);
    assert_eq!(written["stored"][0].get("hint"), None);
    assert_eq!(written["stored"][1]["hint"]["code"], "too_small");
    assert_eq!(written["stored"][1]["hint"]["value"], "0");
    let check = awa.get(&format!("{response}/check")).expect(200);
    assert_eq!((&check["is_complete"], &check["invalid"][0]["question"]), (&json!(false), &json!("staff")));
    let sheet = awa.get(&response).expect(200);
    assert_eq!(answer(&sheet, "staff")["value"], -3, "a draft is kept as it was entered");
    assert_eq!(sheet["sections"][0]["state"], "fault");
    let mended = write(&awa, &response, &json!([given("staff", json!(3), 1)])).expect(200);
    assert_eq!(mended["stored"][0].get("hint"), None);
    assert_eq!(awa.get(&format!("{response}/check")).expect(200)["is_complete"], true);
}

#[story(
    "throttle.writes_at_once=3",
    "throttle.writes_per_day=24",
    "throttle.answer_writes_at_once=5",
    "throttle.answer_writes_per_day=24"
)]
fn answers_have_a_budget_of_writes_of_their_own(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    let save = |person: &Person, revision: i64| {
        write(person, &response, &json!([given("plans", json!(format!("Plan {revision}")), revision)]))
    };
    for revision in 0..5 {
        save(&awa, revision).expect(200);
    }
    let refused = save(&awa, 5);
    assert!(refused.header("retry-after").is_some(), "{}", refused.text);
    assert_eq!(refused.refused(429), "too_many_changes");
    assert_eq!(answer(&awa.get(&response).expect(200), "plans")["value"], "Plan 4", "reading goes on");
    awa.patch("/me", &json!({"job_title": "Inspector"})).expect(200);
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    write(&moussa, &response, &json!([given("it_strategy", json!("yes"), 0)])).expect(200);
    t.pass(Duration::from_hours(1));
    let awa = t.login(&awa.email);
    save(&awa, 5).expect(200);
    assert_eq!(save(&awa, 6).status, 429);
}

#[story]
fn s02_a_batch_with_a_conflict_stores_the_rest(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    write(&awa, &response, &json!([given("it_strategy", json!("yes"), 0)])).expect(200);
    let batch = json!([
        given("it_strategy", json!("no"), 0),
        given("used", json!(["cloud", "ai"]), 0),
        given("nothing", json!("x"), 0),
        in_row("status", "status_cloud", json!("adopted"), 0),
    ]);
    let refused = write(&moussa, &response, &batch);
    let body = refused.json();
    assert_eq!(refused.refused(409), "answers_changed");
    let conflict = &body["conflicts"][0];
    assert_eq!(
        (&conflict["question"], &conflict["yours"], &conflict["theirs"], &conflict["revision"]),
        (&json!("it_strategy"), &json!("no"), &json!("yes"), &json!(1))
    );
    assert_eq!(conflict["by"]["name"], "Awa Diop");
    assert!(conflict["at"].is_string());
    let stored: Vec<&Value> = body["stored"].as_array().unwrap().iter().map(|one| &one["question"]).collect();
    assert_eq!(stored, ["used", "status"]);
    assert_eq!(body["stored"][0]["value"], json!(["ai", "cloud"]), "in the order of the options");
    assert_eq!(body["faults"][0]["code"], "unknown_question");
    assert_eq!(answer(&moussa.get(&response).expect(200), "it_strategy")["value"], "yes");
}

#[story]
fn s03_the_same_write_twice_is_one_entry_of_the_history(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    let batch = json!([given("it_strategy", json!("no"), 0)]);
    let first = write(&awa, &response, &batch).expect(200);
    assert_eq!(write(&awa, &response, &batch).expect(200), first, "the same value, the same revision");
    let keyed = awa.with_header("idempotency-key", "one-write");
    let change = json!([given("it_strategy", json!("yes"), 1)]);
    let second = write(&keyed, &response, &change).expect(200);
    let again = write(&keyed, &response, &change);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(200), second);
    assert_eq!(history(&awa, &response).len(), 2);
}

#[story]
fn s04_two_tabs_collide_and_either_value_or_a_third_settles_it(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    write(&awa, &response, &json!([given("plans", json!("one"), 0)])).expect(200);
    // Both tabs have read revision 1.
    write(&awa, &response, &json!([given("plans", json!("two"), 1)])).expect(200);
    let refused = write(&awa, &response, &json!([given("plans", json!("three"), 1)]));
    assert_eq!(refused.status, 409);
    let revision = refused.json()["conflicts"][0]["revision"].as_i64().unwrap();
    let settled = write(&awa, &response, &json!([given("plans", json!("four"), revision)])).expect(200);
    assert_eq!(settled["stored"][0]["revision"], 3);
    let values: Vec<Value> = history(&awa, &response).into_iter().map(|entry| entry["value"].clone()).collect();
    assert_eq!(values, ["four", "two", "one"]);
    // To take the other value is no change.
    write(&awa, &response, &json!([given("plans", json!("four"), 2)])).expect(200);
    assert_eq!(history(&awa, &response).len(), 3);
}

#[story]
fn s05_what_was_acknowledged_is_there_for_another_login_and_after_reopening(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    let batch = json!([given("it_strategy", json!("no"), 0), given("plans", json!("cloud"), 0)]);
    write(&moussa, &response, &batch).expect(200);
    // Each code of the authenticator app is good once.
    t.pass(Duration::from_secs(30));
    let again = t.login(&moussa.email);
    assert_eq!(answer(&again.get(&response).expect(200), "plans")["value"], "cloud");
    submit(&again, &response);
    super::step(&again, &response, "reopen").expect(200);
    assert_eq!(answer(&again.get(&response).expect(200), "plans")["value"], "cloud");
}

#[story]
fn s19_an_answer_comes_back_with_its_rule_and_only_asked_questions_are_submitted(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    let first = json!([given("it_strategy", json!("yes"), 0), given("staff", json!(12), 0)]);
    write(&moussa, &response, &first).expect(200);
    write(&moussa, &response, &json!([given("it_strategy", json!("no"), 1)])).expect(200);
    let shown = |sheet: &Value| sheet["shown"].as_array().unwrap().contains(&json!("staff"));
    assert!(!shown(&moussa.get(&response).expect(200)));
    let receipt = submit(&moussa, &response);
    let snapshot = moussa.get(&format!("{response}/submissions/{}", receipt["number"])).json();
    assert_eq!(snapshot["answers"], json!({"it_strategy": "no"}));
    super::step(&moussa, &response, "reopen").expect(200);
    write(&moussa, &response, &json!([given("it_strategy", json!("yes"), 2)])).expect(200);
    let sheet = moussa.get(&response).expect(200);
    assert!(shown(&sheet) && answer(&sheet, "staff")["value"] == 12);
}

#[story]
fn s20_the_history_has_every_value_with_who_when_and_by_which_means(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    write(&awa, &response, &json!([given("plans", json!("one"), 0), given("used", json!(["ai"]), 0)])).expect(200);
    let asked = json!({"name": "program", "scopes": ["surveys:answer"], "expires_in_days": 1});
    let token = moussa.post("/me/tokens", &asked).expect(201);
    let program = t.anonymous().with_token(token["token"].as_str().unwrap());
    let path = format!("{response}/answers");
    program.json("PATCH", &path, &json!([given("plans", json!("two"), 1)])).unwrap().expect(200);
    let file = format!("{path}?import=true");
    awa.patch(&file, &json!([given("plans", Value::Null, 2)])).expect(200);
    let entries = awa.get(&format!("{response}/history?question=plans")).expect(200);
    let told = entries["data"].as_array().unwrap().iter().map(|entry| {
        (entry["value"].clone(), entry["by"]["name"].clone(), entry["means"].clone(), entry["revision"].clone())
    });
    let expected = [
        (Value::Null, json!("Awa Diop"), json!("import"), json!(3)),
        (json!("two"), json!("Moussa Ba"), json!("api"), json!(2)),
        (json!("one"), json!("Awa Diop"), json!("form"), json!(1)),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(history(&awa, &response).len(), 4);
    let refused = program.post(&format!("{response}/request-review"), &json!({})).unwrap();
    assert_eq!(refused.refused(403), "scope_missing", "no program signs");
}

#[story]
fn a_batch_is_a_list_with_a_bound(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    assert_eq!(write(&awa, &response, &json!({"answers": []})).refused(422), "invalid");
    assert_eq!(write(&awa, &response, &json!([])).refused(422), "invalid");
    let many: Vec<Value> = (0..201).map(|number| given(&format!("q{number}"), json!(1), 0)).collect();
    assert_eq!(write(&awa, &response, &json!(many)).refused(422), "invalid");
    let large = write(&awa, &response, &json!([given("plans", json!("x".repeat(70_000)), 0)])).expect(200);
    assert_eq!(large["faults"][0]["code"], "too_large");
}
