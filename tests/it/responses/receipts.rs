//! What was submitted, and what anybody may know of it.

use portal::secrets::{fingerprint, hex};
use serde_json::{Value, json};

use super::{begin, complete, coordinator, given, in_row, round, step, submit, write};
use crate::support::{Expect as _, TestApp, story};

#[story]
fn a_receipt_is_the_hash_of_what_was_submitted_and_tells_no_answers(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    let receipt = submit(&moussa, &response);
    let file = moussa.get(&format!("{response}/submissions/1"));
    let sha256 = receipt["sha256"].as_str().unwrap();
    assert_eq!(hex(&fingerprint(&file.text)), sha256, "the bytes of the download");
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"smart-customs-sn-1.json\""));
    let snapshot = file.json();
    assert_eq!(snapshot["salt"].as_str().unwrap().len(), 32);
    assert_eq!(portal::text::canonical_json(&snapshot), file.text, "canonical as it is");
    assert_eq!(
        (&snapshot["organisation"], &snapshot["survey"], &snapshot["submission"], &snapshot["v"]),
        (&json!("SN"), &json!("smart-customs"), &json!(1), &json!(1))
    );
    assert_eq!(snapshot["version_sha256"], receipt["version_sha256"]);
    let mail = t.mail_about(&moussa.email, "receipt");
    assert!(mail.text.contains(sha256), "{}", mail.text);

    let public = t.anonymous().get(&format!("/receipts/{sha256}")).unwrap().expect(200);
    let members: Vec<&String> = public.as_object().unwrap().keys().collect();
    let expected = [
        "is_late",
        "number",
        "round",
        "sha256",
        "state",
        "submitted_at",
        "survey",
        "version",
        "version_sha256",
        "zone",
    ];
    assert_eq!(members, expected, "no answers, no names, no organisation");
    assert_eq!(public["submitted_at"], snapshot["submitted_at"]);
    for unknown in ["0".repeat(64), "x".to_owned(), sha256.to_uppercase()] {
        let answer = t.anonymous().get(&format!("/receipts/{unknown}")).unwrap();
        assert_eq!(answer.status, if unknown.len() == 64 && unknown != "0".repeat(64) { 200 } else { 404 });
    }
}

#[story]
fn the_same_answers_have_another_receipt_each_time(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    let first = submit(&moussa, &response);
    step(&moussa, &response, "reopen").expect(200);
    let second = submit(&moussa, &response);
    assert_ne!(first["sha256"], second["sha256"]);
}

#[story]
fn answers_about_technologies_become_the_adoption_if_the_administration_agrees(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    let told = json!([
        in_row("status", "status_cloud", json!("adopted"), 0),
        in_row("status", "status_drones", json!("none"), 0),
    ]);
    write(&moussa, &response, &told).expect(200);
    submit(&moussa, &response);
    let adoption = || moussa.get("/members/SN/adoption").expect(200)["data"].clone();
    assert_eq!(adoption(), json!([]), "not without being asked to");
    step(&moussa, &response, "reopen").expect(200);
    write(&moussa, &response, &json!([given("plans", json!("x"), 0)])).expect(200);
    step(&moussa, &response, "request-review").expect(200);
    step(&moussa, &response, "approve").expect(200);
    moussa.post(&format!("{response}/submit"), &json!({"adopt": true, "share": true})).expect(200);
    let adopted = adoption();
    let told: Vec<(&Value, &Value)> =
        adopted.as_array().unwrap().iter().map(|entry| (&entry["technology"], &entry["status"])).collect();
    assert_eq!(told, [(&json!("cloud"), &json!("in_use")), (&json!("drones"), &json!("none"))]);
}

#[story]
fn results_read_what_counts_at_an_instant(t: TestApp) {
    let (moussa, wanjiru) = (coordinator(&t, "SN", "Moussa Ba"), coordinator(&t, "KE", "Wanjiru Kamau"));
    let round = round(&t);
    for person in [&moussa, &wanjiru] {
        let response = begin(person, &round);
        complete(person, &response);
        submit(person, &response);
    }
    let first = t.clock.now();
    t.pass(std::time::Duration::from_mins(1));
    let response = begin(&moussa, &round);
    step(&moussa, &response, "reopen").expect(200);
    write(&moussa, &response, &json!([given("plans", json!("two"), 0)])).expect(200);
    step(&moussa, &response, "request-review").expect(200);
    step(&moussa, &response, "approve").expect(200);
    moussa.post(&format!("{response}/submit"), &json!({"share": true})).expect(200);
    let id: portal::db::Id = round.parse().unwrap();
    let at = |as_of, after, most| {
        let read = t.portal.db.read(move |conn| portal::responses::submissions_at(conn, id, as_of, after, most));
        t.run(read).unwrap()
    };
    let numbers = |page: &portal::responses::SubmissionPage| {
        let mut numbers: Vec<i32> = page.data.iter().map(|one| one.number).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(numbers(&at(first, None, 10)), [1, 1]);
    assert_eq!(numbers(&at(t.clock.now(), None, 10)), [1, 2]);
    let page = at(t.clock.now(), None, 1);
    let rest = at(t.clock.now(), page.next, 10);
    assert_eq!((page.data.len(), rest.data.len(), rest.next), (1, 1, None));
    assert_eq!(page.data[0].answers["it_strategy"], "no");
    let now = t.clock.now();
    let sharing = t.portal.db.read(move |conn| portal::responses::consents(conn, id, now));
    assert_eq!(t.run(sharing).unwrap().len(), 1);
}
