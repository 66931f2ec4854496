//! Decisions of officers that something from before them undoes, or that a coordinator gets round (number 8): an
//! invitation that is older than a suspension, an appointment of somebody who was refused, and an end that the
//! Secretariat set once more.

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

const MINUTE: Duration = Duration::from_mins(1);

fn coordinator(t: &TestApp, name: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new("SN", name) })
}

/// The path of the first appointment of somebody.
fn own(person: &Person) -> String {
    format!("/appointments/{}", person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap())
}

/// Invites somebody who has an account; returns what the link holds.
fn invite(t: &TestApp, officer: &Person, person: &Person, role: &str) -> String {
    let form = json!({"email": person.email, "name": "Awa Diop", "organisation": "SN", "role": role});
    officer.post("/invitations", &form).expect(201);
    t.mailed_token(&person.email, "invitation")
}

fn accept(t: &TestApp, token: &str) -> Value {
    t.anonymous().post("/invitations/accept", &json!({"token": token})).unwrap().expect(200)
}

fn suspend(officer: &Person, path: &str) -> Value {
    officer.post(&format!("{path}/suspend"), &json!({"reason": "An incident."})).expect(200)
}

fn approve(officer: &Person, accepted: &Value) -> Answer {
    officer.post(&format!("/appointments/{}/approve", accepted["id"].as_str().unwrap()), &json!({}))
}

/// How many mails the Secretariat got that name this person.
fn asked(t: &TestApp, name: &str) -> usize {
    t.inbox("secretariat@portal.example").iter().filter(|mail| mail.subject.contains(name)).count()
}

#[story]
fn a08_an_invitation_of_before_a_suspension_only_proposes(t: TestApp) {
    let (home, awa) = (coordinator(&t, "Moussa Ba"), t.ncp("SN"));
    let path = own(&awa);
    let of_secretariat = invite(&t, &t.admin(), &awa, "coordinator");
    let of_home = invite(&t, &home, &awa, "contributor");
    t.pass(MINUTE);
    suspend(&t.admin(), &path);
    for token in [&of_secretariat, &of_home] {
        let before = asked(&t, "Awa Diop");
        let accepted = accept(&t, token);
        assert_eq!(accepted["status"], "pending", "{accepted}");
        assert_eq!(asked(&t, "Awa Diop"), before + 1, "the Secretariat is to decide, and is asked once");
        assert_eq!(approve(&home, &accepted).refused(403), "secretariat_only");
    }
    // An invitation that was made in the knowledge of the suspension is a decision of its own.
    let fatou = t.member(&Application::new("SN", "Fatou Sow"));
    suspend(&t.admin(), &own(&fatou));
    t.pass(MINUTE);
    let newer = invite(&t, &t.admin(), &fatou, "contributor");
    assert_eq!(accept(&t, &newer)["status"], "active");
}

#[story]
fn a08_an_invitation_of_before_a_suspension_of_ones_own_only_proposes(t: TestApp) {
    let (home, awa) = (coordinator(&t, "Moussa Ba"), t.ncp("SN"));
    let fatou = t.member(&Application::new("SN", "Fatou Sow"));
    let (of_awa, of_fatou) = (own(&awa), own(&fatou));
    let of_home = invite(&t, &home, &awa, "contributor");
    let of_secretariat = invite(&t, &t.admin(), &awa, "coordinator");
    let lifted = invite(&t, &t.admin(), &fatou, "coordinator");
    t.pass(MINUTE);
    suspend(&home, &of_awa);
    let accepted = accept(&t, &of_home);
    assert_eq!(accepted["status"], "pending", "{accepted}");
    assert_eq!(accept(&t, &of_secretariat)["status"], "pending");
    // Whoever suspended may decide otherwise.
    approve(&home, &accepted).expect(200);
    // A suspension that was lifted counts no longer.
    suspend(&home, &of_fatou);
    home.post(&format!("{of_fatou}/reinstate"), &json!({})).expect(200);
    assert_eq!(accept(&t, &lifted)["status"], "active");
}

#[story]
fn a08_no_coordinator_appoints_whom_the_administration_never_had(t: TestApp) {
    let (home, wanjiru) = (coordinator(&t, "Moussa Ba"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let user = wanjiru.get("/me").expect(200)["id"].clone();
    let appoint = |role: &str| {
        let form = json!({"user_id": user, "organisation": "SN", "role": role});
        home.post("/appointments", &form)
    };
    let check = |standing: &str| assert_eq!(appoint("contributor").refused(403), "invite_instead", "{standing}");
    let apply = || wanjiru.post("/appointments", &json!({"organisation": "SN", "role": "ncp"})).expect(201);
    let act = |officer: &Person, row: &Value, deed: &str| {
        let path = format!("/appointments/{}/{deed}", row["id"].as_str().unwrap());
        officer.post(&path, &json!({"reason": "Not in order."})).expect(200);
    };
    check("a stranger");
    let first = apply();
    check("an applicant");
    act(&home, &first, "request-info");
    check("an applicant who was asked for more");
    act(&home, &first, "reject");
    check("an applicant who was refused");
    let second = apply();
    act(&wanjiru, &second, "withdraw");
    check("an applicant who withdrew");
    let proposed = accept(&t, &invite(&t, &home, &wanjiru, "coordinator"));
    assert_eq!(proposed["status"], "pending", "{proposed}");
    check("somebody who was proposed");
    act(&t.admin(), &proposed, "reject");
    check("somebody who was proposed and refused");
    // Whom the administration had once, it may appoint again.
    let form = json!({"user_id": user, "organisation": "SN", "role": "contributor"});
    let made = t.admin().post("/appointments", &form).expect(201);
    act(&home, &made, "resign");
    assert_eq!(appoint("ncp").expect(201)["status"], "active");
}

#[story]
fn a08_the_secretariat_takes_over_an_end_that_a_coordinator_set(t: TestApp) {
    let (home, awa) = (coordinator(&t, "Moussa Ba"), t.ncp("SN"));
    let path = own(&awa);
    let set =
        |officer: &Person, end: &Value| officer.with_header("if-match", "*").patch(&path, &json!({"valid_to": end}));
    let end = json!(t.clock.now().plus(MINUTE * 60 * 24 * 90).to_string());
    let entries = || t.admin().all("/audit?action=appointment_changed").len();
    let told = || t.inbox(&awa.email).len();
    set(&home, &end).expect(200);
    let (before, mails) = (entries(), told());
    // Of the coordinator it changes nothing, and so it does of the Secretariat the second time.
    set(&home, &end).expect(200);
    assert_eq!(entries(), before);
    for _ in 0..2 {
        assert_eq!(set(&t.admin(), &end).expect(200)["valid_to"], end);
        assert_eq!(entries(), before + 1, "whose the end is, is recorded");
    }
    assert_eq!(told(), mails, "the day is the same");
    for other in [json!(null), json!(t.clock.now().plus(MINUTE * 60 * 24 * 120).to_string())] {
        assert_eq!(set(&home, &other).refused(403), "secretariat_only", "{other}");
    }
    assert_eq!(t.admin().get(&path).expect(200)["valid_to"], end);
}
