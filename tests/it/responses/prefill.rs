//! The answers of the last round: taken over, marked, and confirmed.

use serde_json::{Value, json};

use super::{answer, begin, coordinator, given, in_row, open, options, publish, questionnaire, step, submit, write};
use crate::support::{Expect as _, Person, TestApp, story};

/// A round in which an answer was submitted, and another one of a later version, in which `used` lacks an option.
fn two_rounds(t: &TestApp, moussa: &Person) -> (String, String) {
    let first = open(t, "smart-customs", publish(&t.admin(), "smart-customs", &questionnaire()));
    let response = begin(moussa, &first);
    let answers = json!([
        given("it_strategy", json!("no"), 0),
        given("used", json!(["ai", "cloud"]), 0),
        given("plans", json!("cloud"), 0),
        in_row("status", "status_cloud", json!("planned"), 0),
    ]);
    write(moussa, &response, &answers).expect(200);
    submit(moussa, &response);
    t.admin().post(&format!("/rounds/{first}/close"), &json!({})).expect(200);
    let mut later = questionnaire();
    later["sections"][1]["items"][1]["question"]["answer"]["options"] = options(&["cloud", "drones"]);
    let second = open(t, "smart-customs", publish(&t.admin(), "smart-customs", &later));
    (first, second)
}

#[story]
fn s17_answers_of_the_last_round_count_as_missing_until_they_are_confirmed(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let (first, second) = two_rounds(&t, &moussa);
    let response = begin(&moussa, &second);
    let sheet = moussa.get(&response).expect(200);
    let strategy = answer(&sheet, "it_strategy");
    assert_eq!(
        (&strategy["value"], &strategy["is_confirmed"], &strategy["means"]),
        (&json!("no"), &json!(false), &json!("prefill"))
    );
    assert_eq!(sheet["earlier"]["round"], first.as_str());
    assert!(sheet["earlier"]["submitted_at"].is_string());
    assert_eq!(answer(&sheet, "used"), Value::Null, "an option that no longer exists is not copied");
    let shown = sheet["earlier"]["answers"].as_array().unwrap();
    let used = shown.iter().find(|earlier| earlier["question"] == "used").unwrap();
    assert_eq!((&used["value"], &used["is_possible"]), (&json!(["ai", "cloud"]), &json!(false)), "and is shown");
    let check = moussa.get(&format!("{response}/check")).expect(200);
    assert_eq!(check["is_complete"], false);
    assert_eq!(check["unconfirmed"].as_array().unwrap().len(), 3);
    assert_eq!(step(&moussa, &response, "request-review").refused(409), "response_incomplete");

    let confirmed = moussa.post(&format!("{response}/sections/strategy/confirm"), &json!({})).expect(200);
    assert_eq!(confirmed["confirmed"], 1);
    let again = moussa.post(&format!("{response}/sections/strategy/confirm"), &json!({})).expect(200);
    assert_eq!(again["confirmed"], 0);
    // One by one: by a word, and by the same value.
    write(&moussa, &response, &json!([{"question": "plans", "revision": 1}])).expect(200);
    write(&moussa, &response, &json!([in_row("status", "status_cloud", json!("planned"), 1)])).expect(200);
    assert_eq!(moussa.get(&format!("{response}/check")).expect(200)["is_complete"], true);
    let entries = moussa.get(&format!("{response}/history?question=plans")).expect(200);
    let means: Vec<&Value> = entries["data"].as_array().unwrap().iter().map(|entry| &entry["means"]).collect();
    assert_eq!(means, ["form", "prefill"]);
    submit(&moussa, &response);
    let log = t.admin().get("/audit?action=response_section_confirmed").expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1, "a section is one act");
}

#[story]
fn s17_what_was_withdrawn_is_not_taken_over(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let version = publish(&t.admin(), "smart-customs", &questionnaire());
    let first = open(&t, "smart-customs", version);
    let response = begin(&moussa, &first);
    super::complete(&moussa, &response);
    submit(&moussa, &response);
    step(&moussa, &response, "withdraw").expect(200);
    t.admin().post(&format!("/rounds/{first}/close"), &json!({})).expect(200);
    let second = begin(&moussa, &open(&t, "smart-customs", version));
    let sheet = moussa.get(&second).expect(200);
    assert_eq!((&sheet["answers"], &sheet["earlier"]), (&json!([]), &Value::Null));
}
