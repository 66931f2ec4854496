//! From the draft to the submission and back: who approves, what an edit does, and what the deadline allows.

use std::time::Duration;

use serde_json::{Value, json};

use super::{OPEN, begin, complete, coordinator, given, history, round, step, submit, write};
use crate::support::{Expect as _, TestApp, story};

#[story]
fn s15_another_coordinator_than_the_last_editor_approves_where_there_are_two(t: TestApp) {
    let (moussa, fatou) = (coordinator(&t, "SN", "Moussa Ba"), coordinator(&t, "SN", "Fatou Sow"));
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    assert_eq!(step(&awa, &response, "request-review").refused(409), "response_incomplete");
    complete(&moussa, &response);
    let asked = step(&awa, &response, "request-review").expect(200);
    assert_eq!((&asked["state"], &asked["review_requested"]["by"]["name"]), (&json!("in_review"), &json!("Awa Diop")));
    for coordinator in [&moussa, &fatou] {
        assert!(t.mail_about(&coordinator.email, "ready for review").text.contains("Awa Diop"));
    }
    assert_eq!(step(&awa, &response, "approve").refused(403), "response_not_signed");
    assert_eq!(step(&moussa, &response, "approve").refused(409), "approver_edited_last");
    let approved = step(&fatou, &response, "approve").expect(200);
    assert_eq!((&approved["state"], &approved["approved"]["by"]["name"]), (&json!("approved"), &json!("Fatou Sow")));

    // An edit ends the approval, and says whose it was.
    let written = write(&awa, &response, &json!([given("plans", json!("one"), 0)])).expect(200);
    assert_eq!(written["approval_cancelled"], true);
    let own = awa.get(&response).expect(200)["response"].clone();
    assert_eq!((&own["state"], &own["approved"]), (&json!("in_review"), &Value::Null));
    assert_eq!(own["approval_cancelled"]["by"]["name"], "Awa Diop");
    assert!(t.mail_about(&fatou.email, "approval has ended").text.contains("Awa Diop"));
    assert_eq!(step(&awa, &response, "submit").refused(409), "response_not_possible_now");
    step(&moussa, &response, "approve").expect(200);
    step(&awa, &response, "submit").expect(200);
}

#[story]
fn s15_the_only_coordinator_approves_what_the_same_person_edited(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    submit(&moussa, &response);
}

#[story]
fn without_a_coordinator_the_contact_point_signs(t: TestApp) {
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    complete(&awa, &response);
    submit(&awa, &response);
}

#[story]
fn a_response_is_returned_with_a_reason(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    complete(&awa, &response);
    step(&awa, &response, "request-review").expect(200);
    let returned = moussa.post(&format!("{response}/return"), &json!({"reason": "The staff is missing."})).expect(200);
    assert_eq!((&returned["state"], &returned["review_requested"]), (&json!("draft"), &Value::Null));
    assert!(t.mail_about(&awa.email, "was returned").text.contains("The staff is missing."));
    assert_eq!(step(&moussa, &response, "approve").refused(409), "response_not_possible_now");
}

#[story]
fn s18_a_response_is_reopened_and_submitted_again(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    let first = submit(&moussa, &response);
    assert_eq!((&first["number"], &first["state"], &first["is_late"]), (&json!(1), &json!("valid"), &json!(false)));
    let refused = write(&moussa, &response, &json!([given("plans", json!("one"), 0)]));
    assert_eq!(refused.refused(409), "response_submitted");
    step(&moussa, &response, "reopen").expect(200);
    let path = format!("/receipts/{}", first["sha256"].as_str().unwrap());
    assert_eq!(t.anonymous().get(&path).unwrap().expect(200)["state"], "valid", "it counts until the next one");
    write(&moussa, &response, &json!([given("plans", json!("one"), 0)])).expect(200);
    let second = submit(&moussa, &response);
    assert_eq!(second["number"], 2);
    let first = t.anonymous().get(&path).unwrap().expect(200);
    assert_eq!((&first["state"], &first["superseded_by"]), (&json!("superseded"), &json!(2)));
    let receipts = moussa.get(&format!("{response}/receipts")).expect(200);
    assert_eq!(receipts["data"].as_array().unwrap().len(), 2);
    assert_eq!(moussa.get(&format!("{response}/receipt")).expect(200), second);
    assert_eq!(moussa.get(&format!("{response}/submissions/1")).json()["answers"], json!({"it_strategy": "no"}));
}

#[story]
fn s18_what_is_withdrawn_counts_no_longer_and_keeps_its_receipt(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let round = round(&t);
    let response = begin(&moussa, &round);
    complete(&moussa, &response);
    let receipt = submit(&moussa, &response);
    let withdrawn = step(&moussa, &response, "withdraw").expect(200);
    assert_eq!(withdrawn["state"], "withdrawn");
    let path = format!("/receipts/{}", receipt["sha256"].as_str().unwrap());
    let known = t.anonymous().get(&path).unwrap().expect(200);
    assert_eq!(known["state"], "withdrawn");
    assert!(known["withdrawn_at"].is_string());
    let round: portal::db::Id = round.parse().unwrap();
    let now = t.clock.now();
    let counting = t.portal.db.read(move |conn| portal::responses::submissions_at(conn, round, now, None, 10));
    assert!(t.run(counting).unwrap().data.is_empty());
    step(&moussa, &response, "reopen").expect(200);
    assert_eq!(submit(&moussa, &response)["number"], 2);
}

#[story]
fn s10_and_s11_the_last_second_is_accepted_and_the_deadline_keeps_the_draft(t: TestApp) {
    let mut moussa = coordinator(&t, "SN", "Moussa Ba");
    let mut wanjiru = coordinator(&t, "KE", "Wanjiru Kamau");
    let round = round(&t);
    let (ours, theirs) = (begin(&moussa, &round), begin(&wanjiru, &round));
    complete(&moussa, &ours);
    complete(&wanjiru, &theirs);
    t.pass(OPEN.checked_sub(Duration::from_secs(1)).unwrap());
    (moussa, wanjiru) = (t.login(&moussa.email), t.login(&wanjiru.email));
    submit(&moussa, &ours);
    step(&wanjiru, &theirs, "request-review").expect(200);
    step(&wanjiru, &theirs, "approve").expect(200);
    t.pass(Duration::from_secs(1));
    assert_eq!(step(&wanjiru, &theirs, "submit").refused(409), "deadline_passed");
    assert_eq!(step(&moussa, &ours, "reopen").refused(409), "deadline_passed");
    let own = wanjiru.get(&format!("/rounds/{round}/response")).expect(200);
    assert_eq!((&own["state"], &own["is_accepted"]), (&json!("approved"), &json!(false)));
    assert_eq!(history(&wanjiru, &theirs).len(), 1, "nothing is lost");
}

#[story]
fn s13_a_late_response_is_accepted_under_a_grant_and_marked(t: TestApp) {
    let moussa = coordinator(&t, "SN", "Moussa Ba");
    let round = round(&t);
    let response = begin(&moussa, &round);
    complete(&moussa, &response);
    let until = t.clock.now().plus(OPEN + Duration::from_hours(24));
    let more = json!({"scope": {"organisation": "SN"}, "closes_at": until, "reason": "An audit."});
    let grant = t.admin().post(&format!("/rounds/{round}/deadlines"), &more).expect(201);
    t.pass(OPEN + Duration::from_hours(1));
    let moussa = t.login(&moussa.email);
    let own = moussa.get(&format!("/rounds/{round}/response")).expect(200);
    assert_eq!((&own["is_accepted"], &own["is_late"]), (&json!(true), &json!(true)));
    let receipt = submit(&moussa, &response);
    assert_eq!(receipt["is_late"], true);
    let snapshot = moussa.get(&format!("{response}/submissions/1")).json();
    assert_eq!((&snapshot["late"], &snapshot["grant"]), (&json!(true), &grant["id"]));
    step(&moussa, &response, "reopen").expect(200);
    assert_eq!(submit(&moussa, &response)["is_late"], true, "also after reopening");
}

#[story("throttle.mails_to_one=5")]
fn a_review_that_is_asked_for_and_returned_in_a_loop_fills_no_mailbox(t: TestApp) {
    let (moussa, fatou) = (coordinator(&t, "SN", "Moussa Ba"), coordinator(&t, "SN", "Fatou Sow"));
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    let asked = |t: &TestApp| {
        let mails = t.inbox(&fatou.email);
        mails.iter().filter(|mail| mail.subject.contains("ready for review")).count()
    };
    let mut count = 0;
    let refused = loop {
        let answer = step(&moussa, &response, "request-review");
        if answer.status != 200 {
            break answer;
        }
        count += 1;
        step(&moussa, &response, "return").expect(200);
    };
    assert_eq!((count, asked(&t)), (5, 5), "{}", refused.text);
    assert!(refused.json()["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{}", refused.text);
    assert_eq!(refused.refused(429), "too_many_attempts");
    assert_eq!(moussa.get(&response).expect(200)["response"]["state"], "draft", "what is refused changes nothing");
    t.pass(Duration::from_hours(1));
    step(&t.login(&moussa.email), &response, "request-review").expect(200);
    assert_eq!(asked(&t), 6);
}

#[story("throttle.mails_to_one=3")]
fn an_answer_and_a_submission_wait_for_no_budget_of_mails(t: TestApp) {
    let (awa, moussa) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Ba"));
    let response = begin(&awa, &round(&t));
    complete(&awa, &response);
    step(&awa, &response, "request-review").expect(200);
    for revision in 0..4 {
        step(&moussa, &response, "approve").expect(200);
        let text = format!("plan {revision}");
        let written = write(&awa, &response, &json!([given("plans", json!(text), revision)])).expect(200);
        assert_eq!(written["approval_cancelled"], true, "it is stored, whether a mail tells of it or not");
    }
    step(&moussa, &response, "approve").expect(200);
    step(&awa, &response, "submit").expect(200);
    let subjects: Vec<String> = t.inbox(&moussa.email).into_iter().map(|mail| mail.subject).collect();
    let is_of_response = |subject: &&String| subject.contains("Smart customs") && !subject.starts_with("Survey open");
    let of_survey = subjects.iter().filter(is_of_response).count();
    assert_eq!(of_survey, 3, "{subjects:?}");
    assert!(t.mail_about(&awa.email, "receipt").subject.contains("Smart customs"), "the own receipt costs nothing");
}
