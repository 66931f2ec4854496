//! An applicant who changes what an application says between the moment when an officer reads it and the decision
//! (number 11).

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

const MOVED: &str = "moved@elsewhere.example";

/// Applies and verifies; returns the applicant, logged in, and the path of the application.
fn applicant(t: &TestApp, name: &str) -> (Person, String) {
    let application = Application::new("SN", name);
    let id = t.apply_and_verify(&application);
    (t.login(&application.email), format!("/registrations/{id}"))
}

/// The row of the application at this path, as the list shows it.
fn row(t: &TestApp, path: &str) -> Value {
    let rows = t.admin().all("/registrations?status=pending&status=approved&status=rejected");
    rows.into_iter().find(|row| path.ends_with(row["id"].as_str().unwrap())).expect("the application")
}

fn decide(t: &TestApp, path: &str, deed: &str, version: &Value) -> Answer {
    let mut form = json!({"version": version});
    if deed == "reject" {
        form["reason"] = json!("Not in order.");
    }
    t.admin().post(&format!("{path}/{deed}"), &form)
}

fn move_to(t: &TestApp, person: &Person, address: &str) {
    person.post("/me/email", &json!({"email": address})).expect(202);
    let token = t.mailed_token(address, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
}

fn nominate(person: &Person, statement: &Value) {
    let me = person.get("/me").expect(200);
    let path = format!("/appointments/{}/nomination", me["appointments"][0]["id"].as_str().unwrap());
    person.with_header("if-match", "*").put(&path, statement).expect(200);
}

#[story]
fn a11_an_application_shows_what_an_approval_puts_in_force(t: TestApp) {
    let (awa, path) = applicant(&t, "Awa Diop");
    let sent = row(&t, &path);
    for field in ["email", "name", "job_title", "phone", "languages", "nominating_official", "nomination_reference"] {
        assert_eq!(sent["current"][field], sent[field], "nothing has changed: {field}");
    }
    move_to(&t, &awa, MOVED);
    awa.patch("/me", &json!({"name": "Kofi Mensah", "job_title": "Director"})).expect(200);
    nominate(&awa, &json!({"official": "Minister", "reference": "M/1", "dated": "2026-01-05"}));
    let shown = row(&t, &path);
    for field in ["email", "name", "job_title", "nominating_official", "nomination_reference"] {
        assert_eq!(shown[field], sent[field], "what was sent stays: {field}");
    }
    let current = &shown["current"];
    for (field, value) in [
        ("email", MOVED),
        ("name", "Kofi Mensah"),
        ("job_title", "Director"),
        ("nominating_official", "Minister"),
        ("nomination_reference", "M/1"),
        ("nomination_date", "2026-01-05"),
    ] {
        assert_eq!(current[field], value, "{field}");
    }
    let decided = decide(&t, &path, "approve", &shown["version"]).expect(200);
    assert_eq!(
        (&decided["status"], &decided["current"], &decided["version"]),
        (&json!("approved"), &json!(null), &json!(null))
    );
    let listed = t.admin().all("/contacts?q=kofi");
    assert_eq!((&listed[0]["email"], &listed[0]["job_title"]), (&json!(MOVED), &json!("Director")));
}

#[story]
fn a11_nothing_is_decided_that_was_not_read(t: TestApp) {
    type Way = fn(&TestApp, &Person);
    let ways: [(&str, Way); 5] = [
        ("address", |t, awa| move_to(t, awa, MOVED)),
        ("name", |_, awa| drop(awa.patch("/me", &json!({"name": "Kofi Mensah"})).expect(200))),
        ("telephone", |_, awa| drop(awa.patch("/me", &json!({"phone": "+221 33 800 99 99"})).expect(200))),
        ("official", |_, awa| nominate(awa, &json!({"official": "Minister"}))),
        ("reference", |_, awa| nominate(awa, &json!({"official": "Minister", "reference": "M/1"}))),
    ];
    let (awa, path) = applicant(&t, "Awa Diop");
    for (way, change) in ways {
        let read = row(&t, &path)["version"].clone();
        change(&t, &awa);
        for deed in ["approve", "reject"] {
            assert_eq!(decide(&t, &path, deed, &read).refused(412), "changed_meanwhile", "{way} {deed}");
        }
        assert_ne!(row(&t, &path)["version"], read, "{way}");
    }
    assert_eq!(decide(&t, &path, "approve", &json!("")).refused(412), "changed_meanwhile");
    assert_eq!(row(&t, &path)["status"], "pending");
    let version = row(&t, &path)["version"].clone();
    assert_eq!(decide(&t, &path, "reject", &version).expect(200)["status"], "rejected");
    // Afterwards it is the state that counts.
    assert_eq!(decide(&t, &path, "approve", &version).refused(409), "not_pending");
}

#[story]
fn a11_a_decision_without_a_version_is_taken_as_before(t: TestApp) {
    let (_, first) = applicant(&t, "Awa Diop");
    let (_, second) = applicant(&t, "Fatou Sow");
    let (_, third) = applicant(&t, "Mariama Ba");
    let approved = t.admin().send("POST", &format!("/api/v1{first}/approve"), None).unwrap();
    assert_eq!(approved.expect(200)["status"], "approved");
    assert_eq!(decide(&t, &second, "approve", &json!(null)).expect(200)["status"], "approved");
    let form = json!({"reason": "Not in order."});
    assert_eq!(t.admin().post(&format!("{third}/reject"), &form).expect(200)["status"], "rejected");
}
