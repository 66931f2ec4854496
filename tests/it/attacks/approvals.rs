//! Approvals of responses that outlive the rights of whoever gave them, or the session in which they were given, and
//! consent that nobody who signs has given (number 8); mails to people who have lost their rights (7), and reasons that lead
//! somewhere (15).

use diesel::prelude::*;
use portal::appointments::AppointmentStatus;
use portal::db::schema::appointment;
use portal::db::{Id, Wakeup};
use serde_json::{Value, json};

use crate::responses::{account, begin, complete, contributor, coordinator, given, round, step, write};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// The state of a response, and why its approval ended.
fn stands(person: &Person, response: &str) -> (Value, Value) {
    let own = person.get(response).expect(200)["response"].clone();
    (own["state"].clone(), own["approval_cancelled_cause"].clone())
}

/// A response that a contact point wrote and a coordinator approved.
fn approved(writer: &Person, signer: &Person, round: &str, covers: &Value) -> String {
    let response = begin(writer, round);
    complete(writer, &response);
    step(writer, &response, "request-review").expect(200);
    signer.post(&format!("{response}/approve"), covers).expect(200);
    response
}

fn own_appointment(person: &Person) -> String {
    let own = person.get("/me").expect(200)["appointments"][0]["id"].clone();
    format!("/appointments/{}", own.as_str().unwrap())
}

fn suspend(t: &TestApp, person: &Person) {
    let path = format!("{}/suspend", own_appointment(person));
    t.admin().post(&path, &json!({"reason": "The mailbox was taken over."})).expect(200);
}

/// The text of the mail to somebody that an approval no longer counts, in one line.
fn mail_of_end(t: &TestApp, person: &Person) -> String {
    let mail = t.mail_about(&person.email, "the approval no longer counts");
    mail.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The subjects of the mails to somebody about the response to the survey: all but that it has opened.
fn told(t: &TestApp, person: &Person) -> Vec<String> {
    let subjects = t.inbox(&person.email).into_iter().map(|mail| mail.subject);
    subjects.filter(|subject| subject.contains("Smart customs") && !subject.starts_with("Survey open")).collect()
}

#[story]
fn a08_an_approval_ends_with_the_sessions_of_whoever_gave_it(t: TestApp) {
    let (moussa, fatou) = (coordinator(&t, "SN", "Moussa Ba"), coordinator(&t, "SN", "Fatou Sow"));
    let awa = t.ncp("SN");
    let response = approved(&awa, &moussa, &round(&t), &json!({}));
    assert_eq!(t.admin().delete(&format!("/users/{}/sessions", account(&moussa))).status, 204);
    assert_eq!(step(&awa, &response, "submit").status, 409, "nobody else has looked at it");
    t.run(t.portal.settle_grants());
    assert_eq!(stands(&awa, &response), (json!("in_review"), json!("credential_revoked")));
    let own = awa.get(&response).expect(200)["response"].clone();
    assert_eq!((&own["approved"], &own["approval_cancelled"]["by"]["name"]), (&Value::Null, &json!("Moussa Ba")));
    let mail = mail_of_end(&t, &fatou);
    assert!(mail.contains("The session in which Moussa Ba approved"), "{mail}");
    let review = Browser::of(&t, &fatou).open(&format!("{response}/review"));
    assert!(review.has("The session in which Moussa Ba approved the response was ended"), "{}", review.text());
    step(&fatou, &response, "approve").expect(200);
    assert_eq!(stands(&awa, &response), (json!("approved"), Value::Null));
    step(&awa, &response, "submit").expect(200);
}

#[story]
fn a08_an_approval_ends_with_the_appointment_and_does_not_return_with_it(t: TestApp) {
    let (moussa, fatou) = (coordinator(&t, "SN", "Moussa Ba"), coordinator(&t, "SN", "Fatou Sow"));
    let awa = t.ncp("SN");
    let response = approved(&awa, &moussa, &round(&t), &json!({}));
    let appointment = own_appointment(&moussa);
    suspend(&t, &moussa);
    assert_eq!(stands(&awa, &response), (json!("in_review"), json!("approver_left")), "before the answer");
    assert!(mail_of_end(&t, &awa).contains("and no longer signs for your organisation"));
    t.admin().post(&format!("{appointment}/reinstate"), &json!({})).expect(200);
    assert_eq!(step(&awa, &response, "submit").refused(409), "response_not_possible_now");
    let log = t.admin().get("/audit?action=response_approval_ended").expect(200);
    assert_eq!(log["data"][0]["detail"]["cause"], "approver_left");
    step(&fatou, &response, "approve").expect(200);
    step(&awa, &response, "submit").expect(200);
}

#[story]
fn a08_an_approval_ends_with_the_account_of_whoever_gave_it(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    let response = approved(&awa, &moussa, &round(&t), &json!({}));
    let path = format!("/users/{}/suspend", account(&moussa));
    t.admin().post(&path, &json!({"reason": "An incident."})).expect(200);
    t.run(t.portal.settle_grants());
    assert_eq!(stands(&awa, &response), (json!("in_review"), json!("approver_left")));
    let own = awa.get(&response).expect(200)["response"].clone();
    assert_eq!(own["rights"]["sign"], true, "the organisation has no coordinator with an open account");
}

#[story]
fn a08_an_approval_is_judged_when_the_response_is_submitted(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    coordinator(&t, "SN", "Fatou Sow");
    let response = approved(&awa, &moussa, &round(&t), &json!({}));
    let id: Id = account(&moussa).parse().unwrap();
    // The right is gone, and no review of grants has run since.
    t.run(t.portal.db.write(move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(id));
        diesel::update(own).set(appointment::status.eq(AppointmentStatus::Ended)).execute(conn)?;
        conn.wake(Wakeup::Principals);
        Ok(())
    }))
    .unwrap();
    assert_eq!(step(&awa, &response, "submit").refused(409), "approval_void");
    assert_eq!(stands(&awa, &response).0, "approved", "what is refused changes nothing");
    t.run(t.portal.settle_grants());
    assert_eq!(stands(&awa, &response), (json!("in_review"), json!("approver_left")));
}

#[story]
fn a08_an_approval_whose_giver_only_logged_out_counts(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    let response = approved(&awa, &moussa, &round(&t), &json!({}));
    moussa.post("/auth/logout", &json!({}));
    t.run(t.portal.settle_grants());
    assert_eq!(stands(&awa, &response).0, "approved");
    step(&awa, &response, "submit").expect(200);
}

#[story]
fn a08_whoever_does_not_sign_agrees_to_nothing(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    let (wanjiru, grace) = (coordinator(&t, "KE", "Wanjiru Kamau"), t.member(&Application::new("KE", "Grace Hopper")));
    let round = round(&t);
    let shared =
        |person: &Person, response: &str| person.get(&format!("{response}/submissions/1")).json()["shared"].clone();
    let ours = approved(&awa, &moussa, &round, &json!({}));
    let page = Browser::of(&t, &awa).open(&format!("{ours}/submit"));
    assert!(!page.shows("input[name='agrees']"), "{}", page.text());
    let refused = awa.post(&format!("{ours}/submit"), &json!({"share": true}));
    assert_eq!(refused.refused(403), "sharing_not_approved");
    assert_eq!(stands(&awa, &ours).0, "approved");
    step(&awa, &ours, "submit").expect(200);
    assert_eq!(shared(&awa, &ours), false);

    let theirs = approved(&grace, &wanjiru, &round, &json!({"share": true}));
    assert_eq!(grace.get(&theirs).expect(200)["response"]["approval_shares"], true);
    let page = Browser::of(&t, &grace).open(&format!("{theirs}/submit"));
    assert!(page.has("With the approval it was decided"), "{}", page.text());
    step(&grace, &theirs, "submit").expect(200);
    assert_eq!(shared(&grace, &theirs), true, "the approval covers it, whoever submits");
}

#[story]
fn a08_an_approval_says_on_its_page_whether_members_see_answers(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    let response = begin(&awa, &round(&t));
    complete(&awa, &response);
    step(&awa, &response, "request-review").expect(200);
    let mut browser = Browser::of(&t, &moussa);
    let page = browser.open(&format!("{response}/approve"));
    let done = browser.submit(&page, "Approve", &[("agrees", "share")]);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(awa.get(&response).expect(200)["response"]["approval_shares"], true);
    // A change ends the approval with all that it covered.
    write(&awa, &response, &json!([given("plans", json!("one"), 0)])).expect(200);
    assert_eq!(stands(&awa, &response), (json!("in_review"), json!("edited")));
    assert_eq!(awa.get(&response).expect(200)["response"]["approval_shares"], false);
}

#[story]
fn a07_whoever_has_lost_the_appointment_is_mailed_no_reason(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    let grace = t.member(&Application::new("SN", "Grace Hopper"));
    let response = begin(&awa, &round(&t));
    complete(&awa, &response);
    step(&awa, &response, "request-review").expect(200);
    suspend(&t, &awa);
    let before = told(&t, &awa);
    moussa.post(&format!("{response}/return"), &json!({"reason": "Confidential: ask the minister."})).expect(200);
    step(&moussa, &response, "request-review").expect(200);
    step(&moussa, &response, "approve").expect(200);
    step(&moussa, &response, "submit").expect(200);
    assert_eq!(told(&t, &awa), before, "neither the reason nor the receipt");
    assert!(told(&t, &moussa).iter().any(|subject| subject.contains("receipt")));
    assert!(told(&t, &grace).is_empty(), "who had no part in it is told nothing");
}

#[story]
fn a07_a_contributor_without_a_section_is_mailed_no_reason(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let response = begin(&moussa, &round(&t));
    complete(&moussa, &response);
    let assign = |sections: &Value| {
        let path = format!("{response}/assignments");
        let read = moussa.get(&path).header("etag").unwrap().to_owned();
        moussa.with_header("if-match", &read).put(&path, &json!({"data": sections})).expect(200);
    };
    let papers = json!([{"section": "papers", "person": account(&cora)}]);
    let returned = |t: &TestApp| {
        step(&moussa, &response, "request-review").expect(200);
        moussa.post(&format!("{response}/return"), &json!({"reason": "The plans are too short."})).expect(200);
        told(t, &cora).iter().filter(|subject| subject.contains("was returned")).count()
    };
    assign(&papers);
    write(&cora, &response, &json!([given("plans", json!("one"), 0)])).expect(200);
    assert_eq!(returned(&t), 1, "the last answer is Cora's");
    assign(&json!([]));
    assert_eq!(returned(&t), 1, "nothing is assigned to her any more");
}

#[story]
fn a15_a_reason_about_a_response_leads_nowhere(t: TestApp) {
    let (moussa, awa) = (coordinator(&t, "SN", "Moussa Ba"), t.ncp("SN"));
    let round = round(&t);
    let response = begin(&awa, &round);
    complete(&awa, &response);
    step(&awa, &response, "request-review").expect(200);
    let until = t.clock.now().plus(std::time::Duration::from_hours(48));
    let asked = json!({"until": until, "reason": "Two ministries have to agree."});
    let request = moussa.post(&format!("/rounds/{round}/extension-requests"), &asked).expect(201);
    let request = format!("/extension-requests/{}", request["id"].as_str().unwrap());
    for said in ["See https://smart-customs-portal.example/login.", "Write to help@portal.example.", "evil.com/now"] {
        let reason = json!({"reason": said});
        let deadline = json!({"scope": "all", "closes_at": until, "reason": said});
        for (person, path, body) in [
            (&moussa, format!("{response}/return"), &reason),
            (&t.admin(), format!("{request}/grant"), &reason),
            (&t.admin(), format!("{request}/decline"), &reason),
            (&t.admin(), format!("/rounds/{round}/deadlines"), &deadline),
        ] {
            let fault = person.post(&path, body).expect(422)["errors"][0].clone();
            assert_eq!((&fault["pointer"], &fault["code"]), (&json!("/reason"), &json!("link_in_text")), "{path}");
        }
        let again = json!({"until": until, "reason": said});
        let fault =
            moussa.post(&format!("/rounds/{round}/extension-requests"), &again).expect(422)["errors"][0].clone();
        assert_eq!(fault["code"], "link_in_text");
    }
    assert_eq!(stands(&awa, &response).0, "in_review");
    let mut browser = Browser::of(&t, &moussa);
    let page = browser.open(&format!("{response}/return"));
    let again = browser.submit(&page, "Send back for changes", &[("reason", "See evil.com/now")]);
    assert_eq!((again.status, again.value("reason").trim()), (422, "See evil.com/now"), "{}", again.text());
}

#[story]
fn a09_a_token_that_answers_does_not_say_who_fills_in_what(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let response = begin(&moussa, &round(&t));
    let asked = json!({"name": "program", "scopes": ["surveys:answer"], "expires_in_days": 1});
    let token = moussa.post("/me/tokens", &asked).expect(201);
    let program = t.person(&moussa.email, &json!({"access_token": token["token"]}));
    let path = format!("{response}/assignments");
    let read = program.get(&path).header("etag").unwrap().to_owned();
    let assigned = json!({"data": [{"section": "papers", "person": account(&cora)}]});
    assert_eq!(program.with_header("if-match", &read).put(&path, &assigned).refused(403), "scope_missing");
    moussa.with_header("if-match", &read).put(&path, &assigned).expect(200);
}

#[story("throttle.mails_to_one=3")]
fn a16_approvals_whose_sessions_are_ended_flood_no_colleague(t: TestApp) {
    let (moussa, fatou) = (coordinator(&t, "SN", "Moussa Ba"), coordinator(&t, "SN", "Fatou Sow"));
    let awa = t.ncp("SN");
    let response = begin(&awa, &round(&t));
    complete(&awa, &response);
    step(&awa, &response, "request-review").expect(200);
    let of = account(&moussa);
    for _ in 0..5 {
        t.pass(std::time::Duration::from_secs(31));
        step(&t.login(&moussa.email), &response, "approve").expect(200);
        assert_eq!(t.admin().delete(&format!("/users/{of}/sessions")).status, 204);
        t.run(t.portal.settle_grants());
        assert_eq!(stands(&awa, &response), (json!("in_review"), json!("credential_revoked")), "mail or not");
    }
    let ends = told(&t, &fatou).into_iter().filter(|subject| subject.contains("no longer counts")).count();
    assert_eq!(ends, 3, "at the expense of whoever approved");
}
