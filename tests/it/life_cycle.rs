//! The life of contacts as people live it: every state and deed, approvals, suspensions, and what the log keeps of
//! them. The other chapters are `invitations`, `deadlines` and `hand_overs`.

use std::time::Duration;

use portal::appointments::{AppointmentStatus, Event, state_machine};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

pub const DAY: Duration = Duration::from_hours(24);

pub fn coordinator(t: &TestApp, member: &str, name: &str) -> Person {
    let mut application = Application::new(member, name);
    application.role = "coordinator";
    t.member(&application)
}

/// The newest appointment of a person.
pub fn appointment_of(t: &TestApp, email: &str) -> Value {
    let rows = t.admin().all("/appointments");
    rows.into_iter().rev().find(|row| row["person"]["email"] == email).expect("an appointment")
}

pub fn id_of(t: &TestApp, email: &str) -> String {
    appointment_of(t, email)["id"].as_str().unwrap().to_owned()
}

pub fn status_of(t: &TestApp, email: &str) -> String {
    appointment_of(t, email)["status"].as_str().unwrap().to_owned()
}

pub fn invite(officer: &Person, email: &str, member: &str, role: &str) -> Value {
    let form = json!({"email": email, "name": "Fatou Sow", "organisation": member, "role": role});
    officer.post("/invitations", &form).expect(201)
}

pub fn accept(t: &TestApp, email: &str) -> Value {
    let token = t.mailed_token(email, "invitation");
    t.anonymous().post("/invitations/accept", &json!({"token": token, "password": PASSWORD})).unwrap().expect(200)
}

#[story]
fn every_pair_of_state_and_deed_is_allowed_or_refused_over_http(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::appointment;
    let admin = t.admin();
    let subject = t.ncp("SN");
    let id = id_of(&t, &subject.email);
    let key: portal::db::Id = id.parse().unwrap();
    let deeds = [
        ("approve", Event::Approve),
        ("reject", Event::Reject),
        ("request-info", Event::RequestInfo),
        ("submit", Event::Submit),
        ("withdraw", Event::Withdraw),
        ("confirm", Event::Confirm),
        ("suspend", Event::Suspend),
        ("reinstate", Event::Reinstate),
        ("resign", Event::Resign),
    ];
    for &status in AppointmentStatus::ALL {
        for (deed, event) in deeds {
            t.run(t.portal.db.write(move |conn| {
                let row = appointment::table.find(key);
                diesel::update(row).set(appointment::status.eq(status)).execute(conn)?;
                Ok(())
            }))
            .unwrap();
            let possible = admin.get(&format!("/appointments/{id}")).expect(200)["possible"].clone();
            let answer = admin.post(&format!("/appointments/{id}/{deed}"), &json!({"reason": "a reason"}));
            let rule = state_machine::rule_for(Some(status), event)
                .filter(|rule| rule.by.contains(&portal::appointments::Actor::Secretariat));
            let listed = possible.as_array().unwrap().contains(&json!(deed));
            assert_eq!(listed, rule.is_some(), "{status} {deed}");
            match rule {
                Some(rule) => assert_eq!(answer.expect(200)["status"], rule.to.as_str(), "{status} {deed}"),
                None => assert_eq!(answer.refused(409), "not_possible_now", "{status} {deed}"),
            }
        }
    }
}

#[story]
fn a_coordinator_approves_at_home_and_nowhere_else(t: TestApp) {
    let (home, abroad) = (coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "FR", "Marie Curie"));
    let application = Application::new("SN", "Awa Diop");
    t.apply_and_verify(&application);
    let mail = t.newest_mail(&home.email);
    assert!(mail.subject.contains("Awa Diop"), "the coordinator hears: {}", mail.subject);
    let id = id_of(&t, &application.email);
    assert_eq!(abroad.get(&format!("/appointments/{id}")).refused(404), "not_found");
    assert_eq!(abroad.post(&format!("/appointments/{id}/approve"), &json!({})).refused(404), "not_found");
    assert!(abroad.all("/appointments").iter().all(|row| row["organisation"] == "FR"));
    assert!(home.all("/appointments?status=pending").iter().any(|row| row["id"] == id.as_str()));
    let approved = home.post(&format!("/appointments/{id}/approve"), &json!({})).expect(200);
    assert_eq!(approved["status"], "active");
    assert_eq!(t.newest_mail(&application.email).subject, "Welcome to the Smart Customs Community portal");
    t.login(&application.email).get("/contacts").expect(200);
    // A coordinator is for the Secretariat to approve.
    let mut second = Application::new("SN", "Ibrahima Ba");
    second.role = "coordinator";
    t.apply_and_verify(&second);
    let id = id_of(&t, &second.email);
    assert_eq!(home.post(&format!("/appointments/{id}/approve"), &json!({})).refused(403), "secretariat_only");
    t.admin().post(&format!("/appointments/{id}/approve"), &json!({})).expect(200);
}

#[story]
fn nobody_acts_in_the_own_case(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let own = id_of(&t, &home.email);
    assert_eq!(home.post(&format!("/appointments/{own}/suspend"), &json!({"reason": "x y"})).refused(403), "own_case");
    let form = json!({"organisation": "SN", "role": "ncp"});
    let pending = home.post("/appointments", &form).expect(201);
    assert_eq!(pending["status"], "pending", "to apply is no appointment");
    let id = pending["id"].as_str().unwrap();
    assert_eq!(home.post(&format!("/appointments/{id}/approve"), &json!({})).refused(403), "own_case");
    assert_eq!(pending["possible"], json!(["withdraw"]));
    home.post(&format!("/appointments/{id}/withdraw"), &json!({})).expect(200);
}

#[story]
fn something_is_missing_from_a_nomination(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    let application = Application::new("SN", "Awa Diop").reading("fr");
    t.apply_and_verify(&application);
    let id = id_of(&t, &application.email);
    let path = |deed: &str| format!("/appointments/{id}/{deed}");
    assert_eq!(home.post(&path("request-info"), &json!({})).json()["errors"][0]["pointer"], "/reason");
    home.post(&path("request-info"), &json!({"reason": "La lettre du directeur manque."})).expect(200);
    let mail = t.newest_mail(&application.email);
    assert!(mail.text.contains("La lettre du directeur manque."), "{}", mail.text);
    assert!(mail.text.contains("elle deviendra caduque le 3 mai 2026"), "the day, not a number: {}", mail.text);
    let applicant = t.login(&application.email);
    assert_eq!(applicant.get("/contacts").refused(403), "no_active_appointment");
    assert_eq!(applicant.post(&path("submit"), &json!({})).expect(200)["status"], "pending");
    assert!(t.newest_mail(&home.email).subject.contains("Awa Diop"));
    home.post(&path("reject"), &json!({"reason": "Not nominated after all."})).expect(200);
    assert_eq!(home.post(&path("approve"), &json!({})).refused(409), "not_possible_now");
    // An ended appointment is never reopened: a new application is a new appointment.
    assert_eq!(
        applicant.post("/appointments", &json!({"organisation": "SN", "role": "ncp"})).expect(201)["status"],
        "pending"
    );
}

#[story]
fn a_suspension_ends_sessions_at_once_and_can_be_taken_back(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let id = id_of(&t, &awa.email);
    let path = |deed: &str| format!("/appointments/{id}/{deed}");
    assert_eq!(home.post(&path("suspend"), &json!({})).refused(422), "invalid", "it takes a reason");
    home.post(&path("suspend"), &json!({"reason": "On leave until spring."})).expect(200);
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    assert_eq!(t.admin().get("/contacts?q=awa").expect(200)["data"], json!([]));
    assert!(t.newest_mail(&awa.email).text.contains("On leave until spring."));
    assert_eq!(t.login(&awa.email).get("/contacts").refused(403), "no_active_appointment");
    home.post(&path("reinstate"), &json!({})).expect(200);
    t.login(&awa.email).get("/contacts").expect(200);
    // A coordinator cannot reinstate a contact that the Secretariat suspended.
    t.admin().post(&path("suspend"), &json!({"reason": "An incident."})).expect(200);
    assert_eq!(home.post(&path("reinstate"), &json!({})).refused(403), "secretariat_only");
    let others = id_of(&t, &coordinator(&t, "SN", "Ibrahima Ba").email);
    let refused = home.post(&format!("/appointments/{others}/suspend"), &json!({"reason": "x y"}));
    assert_eq!(refused.refused(403), "secretariat_only", "no coordinator suspends another");
}

#[story]
fn every_change_is_in_the_log(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "SN", "Moussa Fall"));
    let id = id_of(&t, &awa.email);
    home.post(&format!("/appointments/{id}/suspend"), &json!({"reason": "A secret reason."})).expect(200);
    home.post(&format!("/appointments/{id}/reinstate"), &json!({})).expect(200);
    let user = appointment_of(&t, &awa.email)["person"]["id"].as_str().unwrap().to_owned();
    let log = t.admin().all(&format!("/audit?subject={user}&action=appointment_changed"));
    let steps: Vec<(&str, &str)> = log
        .iter()
        .map(|entry| (entry["detail"]["event"].as_str().unwrap(), entry["detail"]["to"].as_str().unwrap()))
        .collect();
    for step in [("approve", "active"), ("suspend", "suspended"), ("reinstate", "active")] {
        assert!(steps.contains(&step), "{step:?} in {steps:?}");
    }
    assert!(!format!("{log:?}").contains("A secret reason"), "the person reads it, the log does not");
}
