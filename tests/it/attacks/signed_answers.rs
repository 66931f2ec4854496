//! Responses are approved, returned and submitted as they were read (number 8): what a colleague has changed meanwhile
//! is not decided on, and neither are assignments that somebody else has replaced. What is not possible, or not permitted,
//! is refused before anything is looked at.

use serde_json::{Value, json};

use crate::responses::{account, begin, complete, contributor, coordinator, given, round, step, write};
use crate::support::browser::Browser;
use crate::support::{Expect as _, Person, TestApp, story};

/// The tag of a response as its people read it.
fn tag(person: &Person, response: &str) -> String {
    format!("\"{}\"", person.get(response).expect(200)["response"]["tag"].as_str().unwrap())
}

fn state(person: &Person, response: &str) -> Value {
    person.get(response).expect(200)["response"]["state"].clone()
}

/// A step on what was read.
fn step_on(person: &Person, tag: &str, response: &str, name: &str) -> portal::demo::client::Answer {
    step(&person.with_header("if-match", tag), response, name)
}

fn plans(person: &Person, response: &str, text: &str, revision: i64) -> Value {
    write(person, response, &json!([given("plans", json!(text), revision)])).expect(200)
}

/// A coordinator, a contact point, and their response, which waits for an approval.
fn in_review(t: &TestApp) -> (Person, Person, String) {
    let (moussa, awa) = (coordinator(t, "SN", "Moussa Ba"), t.ncp("SN"));
    let response = begin(&awa, &round(t));
    complete(&awa, &response);
    step(&awa, &response, "request-review").expect(200);
    (moussa, awa, response)
}

#[story]
fn a08_a_coordinator_does_not_approve_answers_that_a_colleague_changed_meanwhile(t: TestApp) {
    let (moussa, awa, response) = in_review(&t);
    let read = tag(&moussa, &response);
    plans(&awa, &response, "one", 0);
    assert_eq!(step_on(&moussa, &read, &response, "approve").refused(412), "changed_meanwhile");
    assert_eq!(state(&moussa, &response), "in_review");
    let round = moussa.get(&response).expect(200)["response"]["round"].as_str().unwrap().to_owned();
    let own = moussa.get(&format!("/rounds/{round}/response"));
    let named = own.header("etag").unwrap().to_owned();
    assert_eq!(named, tag(&moussa, &response), "the same by both ways");
    let approved = step_on(&moussa, &named, &response, "approve");
    assert_eq!(approved.header("etag"), Some(tag(&moussa, &response).as_str()), "{}", approved.text);
    assert_eq!(approved.expect(200)["state"], "approved");
}

#[story]
fn a08_an_approval_and_a_change_at_once_approve_nothing_that_nobody_has_read(t: TestApp) {
    let (moussa, awa, response) = in_review(&t);
    for revision in 0..8 {
        let (signer, path) = (moussa.with_header("if-match", &tag(&moussa, &response)), response.clone());
        let approval = std::thread::spawn(move || step(&signer, &path, "approve"));
        let (writer, path) = (awa.clone(), response.clone());
        let change = std::thread::spawn(move || plans(&writer, &path, &format!("plan {revision}"), revision));
        let (approval, change) = (approval.join().unwrap(), change.join().unwrap());
        // Either the approval came first, and the change has ended it; or the change, and nothing was approved.
        let expected = if change["approval_cancelled"] == true { 200 } else { 412 };
        assert_eq!(approval.status, expected, "{} {change}", approval.text);
        assert_eq!(state(&moussa, &response), "in_review");
    }
}

#[story]
fn a08_every_step_of_a_review_is_about_the_response_that_was_read(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    let refused = |read: &str, name: &str| {
        let before = state(&moussa, &response);
        assert_eq!(step_on(&moussa, read, &response, name).refused(412), "changed_meanwhile", "{name}");
        assert_eq!(state(&moussa, &response), before, "{name}");
    };
    let done = |name: &str| step_on(&moussa, &tag(&moussa, &response), &response, name).expect(200);
    let draft = tag(&moussa, &response);
    complete(&moussa, &response);
    refused(&draft, "request-review");
    done("request-review");
    let waiting = tag(&moussa, &response);
    plans(&moussa, &response, "one", 0);
    refused(&waiting, "return");
    refused(&waiting, "approve");
    let waiting = tag(&moussa, &response);
    done("approve");
    refused(&waiting, "submit");
    done("submit");
    refused(&waiting, "withdraw");
    refused(&waiting, "reopen");
    let submitted = tag(&moussa, &response);
    done("reopen");
    refused(&submitted, "withdraw");
    done("withdraw");
    assert_eq!(step_on(&moussa, &submitted, &response, "withdraw").refused(409), "response_not_possible_now");
}

#[story]
fn a08_the_page_of_an_approval_is_about_the_review_from_which_one_comes(t: TestApp) {
    let (moussa, awa, response) = in_review(&t);
    let mut browser = Browser::of(&t, &moussa);
    let review = browser.open(&format!("{response}/review"));
    let approve = browser.click(&review, "Approve");
    assert!(!approve.has("has changed since you read it"), "{}", approve.text());
    plans(&awa, &response, "the first plan", 0);
    let told = browser.click(&review, "Approve");
    assert!(told.has("has changed since you read it") && told.has("the first plan"), "{}", told.text());
    let late = browser.submit(&approve, "Approve", &[]);
    assert_eq!((late.status, state(&moussa, &response)), (412, json!("in_review")), "{}", late.text());
    assert!(late.has("the first plan") && late.has("Awa Diop"), "what was changed: {}", late.text());
    plans(&awa, &response, "the second plan", 1);
    let late = browser.submit(&late, "Approve", &[]);
    assert_eq!(late.status, 412);
    assert!(late.has("the second plan") && !late.has("the first plan"), "only what is new: {}", late.text());
    let approved = browser.submit(&late, "Approve", &[]);
    assert_eq!((approved.status, state(&moussa, &response)), (200, json!("approved")), "{}", approved.text());
}

#[story]
fn a08_the_word_of_a_return_is_kept_where_the_response_has_changed(t: TestApp) {
    let (moussa, awa, response) = in_review(&t);
    let mut browser = Browser::of(&t, &moussa);
    let page = browser.open(&format!("{response}/return"));
    plans(&awa, &response, "one", 0);
    let late = browser.submit(&page, "Send back for changes", &[("reason", "The plans are missing.")]);
    assert_eq!((late.status, late.value("reason").trim()), (412, "The plans are missing."), "{}", late.text());
    assert_eq!(state(&moussa, &response), "in_review");
    assert_eq!(browser.submit(&late, "Send back for changes", &[]).status, 200);
    assert_eq!(state(&moussa, &response), "draft");
    assert!(t.mail_about(&awa.email, "was returned").text.contains("The plans are missing."));
    let forged = browser.post(&format!("{response}/request-review"), &[]);
    assert_eq!((forged.status, state(&moussa, &response)), (412, json!("draft")), "a form names what it showed");
}

#[story]
fn a08_assignments_are_replaced_as_they_were_read(t: TestApp) {
    let (moussa, fatou) = (coordinator(&t, "SN", "Moussa Ba"), coordinator(&t, "SN", "Fatou Sow"));
    let cora = contributor(&t, "SN", "Cora Sy");
    let response = begin(&moussa, &round(&t));
    let path = format!("{response}/assignments");
    let assigned = |section: &str| json!({"data": [{"section": section, "person": account(&cora)}]});
    assert_eq!(moussa.put(&path, &assigned("tools")).refused(428), "if_match_required");
    let read = fatou.get(&path).header("etag").unwrap().to_owned();
    let mut browser = Browser::of(&t, &fatou);
    let form = browser.open(&path);
    let put = |person: &Person, read: &str, given: &Value| person.with_header("if-match", read).put(&path, given);
    put(&moussa, &read, &assigned("tools")).expect(200);
    assert_eq!(put(&fatou, &read, &json!({"data": []})).refused(412), "changed_meanwhile");
    let id = account(&cora);
    let late = browser.submit(&form, "Save the assignments", &[("people-papers", id.as_str())]);
    assert_eq!(late.status, 412, "{}", late.text());
    assert!(late.has("Now: Cora Sy") && late.has("Now: nobody"), "what is stored: {}", late.text());
    assert!(late.shows("input[name='people-papers'][checked]") && !late.shows("input[name='people-tools'][checked]"));
    assert_eq!(moussa.get(&path).expect(200)["data"][0]["section"], "tools", "nothing is lost");
    let saved = browser.submit(&late, "Save the assignments", &[]);
    assert_eq!(saved.status, 200, "{}", saved.text());
    assert_eq!(moussa.get(&path).expect(200)["data"][0]["section"], "papers");
}

#[story]
fn a08_what_is_not_possible_is_said_before_anything_is_looked_at(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let (stranger, round) = (t.ncp("KE"), round(&t));
    assert_eq!(cora.post(&format!("/rounds/{round}/response"), &json!({})).refused(403), "response_not_led");
    let response = begin(&moussa, &round);
    // Something is missing, which a step that is not possible does not tell.
    assert_eq!(step(&moussa, &response, "submit").refused(409), "response_not_possible_now");
    let presence = stranger.post(&format!("{response}/presence"), &json!({"no": "sign"}));
    assert_eq!(presence.refused(404), "not_found", "no body of a stranger is parsed");
    t.admin().post(&format!("/rounds/{round}/close"), &json!({})).expect(200);
    assert_eq!(step(&moussa, &response, "request-review").refused(409), "round_not_open");
    assert_eq!(moussa.post(&format!("/rounds/{round}/response"), &json!({})).refused(409), "round_not_open");
}
