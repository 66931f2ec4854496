//! Several people at once: nothing is lost, each sees who is there, contributors see what is assigned to them.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::{account, answer, begin, contributor, coordinator, given, history, in_row, round, step, write};
use crate::support::{Expect as _, Person, TestApp, story};

fn assign(person: &Person, response: &str, assignments: &[(&str, &Person, Option<&str>)]) -> Value {
    let data: Vec<Value> = assignments
        .iter()
        .map(|(section, whom, due)| json!({"section": section, "person": account(whom), "due_on": due}))
        .collect();
    let path = format!("{response}/assignments");
    let read = person.get(&path).header("etag").unwrap().to_owned();
    person.with_header("if-match", &read).put(&path, &json!({"data": data})).expect(200)
}

#[story]
fn s08_many_editors_at_once_lose_nothing_and_see_every_conflict(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    let rounds = 20;
    // Each editor adds a word to what it knows; a conflict is settled by taking both.
    let edit = |person: Person, name: &'static str| {
        let path = response.clone();
        std::thread::spawn(move || {
            let (mut conflicts, mut known, mut revision) = (0, String::new(), 0);
            for number in 0..rounds {
                let mut text = format!("{known} {name}{number}");
                loop {
                    let answer = write(&person, &path, &json!([given("plans", json!(text), revision)]));
                    if answer.status == 200 {
                        let stored = &answer.json()["stored"][0];
                        stored["value"].as_str().unwrap().clone_into(&mut known);
                        revision = stored["revision"].as_i64().unwrap();
                        break;
                    }
                    assert_eq!(answer.status, 409, "{}", answer.text);
                    conflicts += 1;
                    let conflict = &answer.json()["conflicts"][0];
                    revision = conflict["revision"].as_i64().unwrap();
                    text = format!("{} {name}{number}", conflict["theirs"].as_str().unwrap());
                }
            }
            conflicts
        })
    };
    let editors = [edit(awa.clone(), "a"), edit(moussa.clone(), "b"), edit(awa.clone(), "c"), edit(moussa, "d")];
    let conflicts: usize = editors.into_iter().map(|editor| editor.join().unwrap()).sum();
    let text = answer(&awa.get(&response).expect(200), "plans")["value"].as_str().unwrap().to_owned();
    let words: BTreeSet<&str> = text.split_whitespace().collect();
    for name in ["a", "b", "c", "d"] {
        for number in 0..rounds {
            assert!(words.contains(format!("{name}{number}").as_str()), "{name}{number} is lost after {conflicts}");
        }
    }
    let revisions: Vec<i64> =
        history(&awa, &response).iter().map(|entry| entry["revision"].as_i64().unwrap()).collect();
    assert_eq!(revisions, (1..=4 * rounds).rev().collect::<Vec<i64>>(), "one entry for each that was acknowledged");
}

#[story]
fn s08_editors_of_different_questions_do_not_hinder_each_other(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    let edit = |person: Person, place: (&'static str, &'static str)| {
        let path = response.clone();
        std::thread::spawn(move || {
            for revision in 0..15 {
                let value = if revision % 2 == 0 { "planned" } else { "none" };
                let batch = json!([in_row(place.0, place.1, json!(value), revision)]);
                write(&person, &path, &batch).expect(200);
            }
        })
    };
    let editors = [edit(awa.clone(), ("status", "status_cloud")), edit(moussa, ("status", "status_drones"))];
    for editor in editors {
        editor.join().unwrap();
    }
    assert_eq!(history(&awa, &response).len(), 30);
}

#[story]
fn s09_presence_says_who_is_in_which_section_for_a_minute_and_blocks_nobody(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    let sign = |person: &Person, section: Value| {
        person.post(&format!("{response}/presence"), &json!({"section": section})).expect(200)
    };
    assert_eq!(sign(&awa, json!("strategy"))["data"], json!([]));
    let seen = sign(&moussa, json!("tools"));
    assert_eq!(seen["data"][0]["person"]["name"], "Awa Diop");
    assert_eq!(seen["data"][0]["section"], "strategy");
    assert_eq!(awa.get(&response).expect(200)["present"][0]["section"], "tools");
    write(&moussa, &response, &json!([given("it_strategy", json!("no"), 0)])).expect(200);
    t.pass(Duration::from_secs(59));
    assert_eq!(sign(&moussa, json!("tools"))["data"].as_array().unwrap().len(), 1);
    t.pass(Duration::from_secs(2));
    assert_eq!(sign(&moussa, json!("tools"))["data"], json!([]), "a minute after the last sign");
    assert_eq!(awa.get(&response).expect(200)["present"].as_array().unwrap().len(), 1);
    sign(&moussa, Value::Null);
    assert_eq!(awa.get(&response).expect(200)["present"], json!([]), "who leaves is gone at once");
    let unknown = awa.post(&format!("{response}/presence"), &json!({"section": "nothing"}));
    assert_eq!(unknown.refused(404), "not_found");
}

#[story]
fn s16_a_contributor_sees_and_writes_the_assigned_sections_alone(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let round = round(&t);
    let response = begin(&moussa, &round);
    assert_eq!(cora.get(&response).refused(404), "not_found", "nothing is assigned");
    let batch = json!([given("it_strategy", json!("no"), 0), given("plans", json!("one"), 0)]);
    write(&moussa, &response, &batch).expect(200);
    let listed = assign(&moussa, &response, &[("papers", &cora, Some("2026-02-20"))]);
    assert_eq!(listed["data"][0]["person"]["name"], "Cora Sy");
    let mail = t.mail_about(&cora.email, "Smart customs");
    assert!(mail.text.contains("papers") && mail.text.contains("20 February 2026"), "{}", mail.text);

    let sheet = cora.get(&response).expect(200);
    let codes: Vec<&Value> = sheet["sections"].as_array().unwrap().iter().map(|section| &section["code"]).collect();
    assert_eq!(codes, ["papers"]);
    assert_eq!(answer(&sheet, "it_strategy"), Value::Null);
    let theirs = history(&cora, &response);
    assert_eq!(theirs.len(), 1, "the history of the assigned section");
    let written = write(&cora, &response, &json!([given("plans", json!("two"), 1), given("used", json!(["ai"]), 0)]));
    let written = written.expect(200);
    assert_eq!(
        (&written["stored"][0]["question"], &written["faults"][0]["code"]),
        (&json!("plans"), &json!("not_assigned"))
    );
    assert_eq!(step(&cora, &response, "request-review").status, 403);
    let other = cora.with_header("if-match", "*").put(&format!("{response}/assignments"), &json!({"data": []}));
    assert_eq!(other.refused(403), "response_not_led");

    // A section that is ready says nothing of the response.
    cora.put(&format!("{response}/sections/papers"), &json!({"is_done": true})).expect(204);
    let sheet = moussa.get(&response).expect(200);
    assert_eq!((&sheet["sections"][2]["state"], &sheet["response"]["state"]), (&json!("ready"), &json!("draft")));
    assert_eq!(sheet["sections"][2]["done"]["by"]["name"], "Cora Sy");
    let refused = cora.put(&format!("{response}/sections/tools"), &json!({"is_done": true}));
    assert_eq!(refused.refused(404), "not_found");

    t.admin().post(&format!("/rounds/{round}/close"), &json!({})).expect(200);
    assert_eq!(cora.get(&response).refused(404), "not_found", "the assignment ends with the round");
    moussa.get(&response).expect(200);
}

#[story]
fn assignments_are_replaced_as_a_whole_and_name_each_fault(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let response = begin(&moussa, &round(&t));
    let stranger = t.ncp("KE");
    let wrong = json!({"data": [
        {"section": "nothing", "person": account(&cora)},
        {"section": "tools", "person": account(&stranger), "due_on": "soon"},
    ]});
    let refused = moussa.with_header("if-match", "*").put(&format!("{response}/assignments"), &wrong);
    let pointers: Vec<Value> =
        refused.json()["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].clone()).collect();
    assert_eq!(refused.refused(422), "invalid");
    assert_eq!(pointers, ["/data/0/section", "/data/1/person", "/data/1/due_on"]);
    assign(&moussa, &response, &[("tools", &cora, None)]);
    let left = assign(&moussa, &response, &[]);
    assert_eq!(left["data"], json!([]));
    assert_eq!(cora.get(&response).refused(404), "not_found");
}

#[story]
fn colleagues_comment_on_questions(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    let comment = json!({"question": "plans", "text": "Which year?\nSince 2024?"});
    let keyed = moussa.with_header("idempotency-key", "comment-1");
    let made = keyed.post(&format!("{response}/comments"), &comment).expect(201);
    assert_eq!(keyed.post(&format!("{response}/comments"), &comment).expect(201), made);
    let sheet = awa.get(&response).expect(200);
    assert_eq!(sheet["comments"], json!([made]));
    assert_eq!(sheet["comments"][0]["by"]["name"], "Moussa Ba");
    let unknown = awa.post(&format!("{response}/comments"), &json!({"question": "x", "text": "y"}));
    assert_eq!(unknown.refused(422), "invalid");
}
