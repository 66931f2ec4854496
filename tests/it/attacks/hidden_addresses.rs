//! Addresses that their owners hid, or asked for, and that no answer gives away (numbers 11 and 12).

use serde_json::{Value, json};

use crate::life_cycle::coordinator;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const NOBODY: &str = "nobody.yet@douanes.example";

fn form(email: &str) -> Value {
    json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"})
}

fn plan(officer: &Person, emails: &[&str]) -> Vec<(Value, Value)> {
    let rows: Vec<String> = emails.iter().map(|email| format!("{email},Fatou Sow,SN,ncp\n")).collect();
    let sheet = format!("email,name,member,role\n{}", rows.concat());
    let sent = officer.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes())));
    let made = sent.unwrap().expect(201);
    made["rows"].as_array().unwrap().iter().map(|row| (row["action"].clone(), row["reason"].clone())).collect()
}

#[story]
fn a12_an_invitation_does_not_tell_whose_a_hidden_address_is(t: TestApp) {
    let (home, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let shown = t.member(&Application::new("SN", "Binta Ba"));
    awa.patch("/me", &json!({"email_audience": "secretariat"})).expect(200);
    shown.patch("/me", &json!({"email_audience": "organisation"})).expect(200);
    let fates = plan(&home, &[&awa.email, NOBODY, &shown.email]);
    assert_eq!(fates[0], fates[1], "as an address that nobody has");
    assert_eq!((&fates[0].0, &fates[2].0), (&json!("invite"), &json!("skip")));
    assert_eq!(fates[2].1, "already_appointed");
    assert_eq!(home.post("/invitations", &form(&shown.email)).refused(409), "already_appointed");
    assert_eq!(t.admin().post("/invitations", &form(&awa.email)).refused(409), "already_appointed");
    for email in [awa.email.as_str(), NOBODY] {
        let invited = home.post("/invitations", &form(email)).expect(201);
        assert_eq!((&invited["status"], &invited["person"]["id"]), (&json!("invited"), &Value::Null), "{email}");
    }
    // Whoever follows the link has the appointment already, and gets no second one.
    let token = json!({"token": t.mailed_token(&awa.email, "invitation")});
    assert_eq!(t.anonymous().post("/invitations/accept", &token).unwrap().refused(410), "link_spent");
    assert_eq!(awa.get("/me").expect(200)["appointments"].as_array().unwrap().len(), 1);
}

/// The addresses of changes that a person asked for, as the own export has them.
fn asked(person: &Person) -> Vec<Value> {
    let export = person.get("/me/export").expect(200);
    let links = export["address_changes"].as_array().unwrap().iter();
    links.filter(|link| link["purpose"] == "confirm_address").map(|link| link["email"].clone()).collect()
}

#[story]
fn a11_an_address_that_was_asked_for_is_exported_whether_or_not_it_has_an_account(t: TestApp) {
    let (awa, mor) = (t.ncp("SN"), t.ncp("KE"));
    for email in [NOBODY, mor.email.as_str()] {
        awa.post("/me/email", &json!({"email": email})).expect(202);
        assert!(asked(&awa).contains(&json!(email)), "{email}");
    }
    assert!(asked(&mor).is_empty(), "it is in the export of whoever asked, and not of whom it belongs to");
}

/// An appointment that is suspended may be reinstated: it required the factor, and will again.
#[story]
fn a08_whoever_is_suspended_keeps_the_last_factor(t: TestApp) {
    let (home, admin) = (coordinator(&t, "SN", "Moussa Fall"), t.admin());
    coordinator(&t, "SN", "Binta Ba");
    let own = home.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/appointments/{own}/suspend"), &json!({"reason": "Under inquiry."})).expect(200);
    t.pass(std::time::Duration::from_secs(30));
    let again = t.login(&home.email);
    assert_eq!(again.delete("/me/mfa/totp").refused(409), "factor_required");
}
