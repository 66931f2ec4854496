//! Links that undo a change of address, in the hands of a reader of a mailbox that its owner left, or of a thief (number
//! 10).

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::authenticator::Authenticator;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const MINUTE: Duration = Duration::from_mins(1);
const MOVED: &str = "moved@elsewhere.example";

/// Asks for another address; returns what the link back holds.
fn ask(t: &TestApp, person: &Person, from: &str, new: &str) -> String {
    person.post("/me/email", &json!({"email": new})).expect(202);
    t.mailed_token(from, "undo-address")
}

fn confirm(t: &TestApp, address: &str) -> Answer {
    let token = t.mailed_token(address, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap()
}

fn undo(t: &TestApp, token: &str) -> Answer {
    t.anonymous().post("/auth/email/undo", &json!({"token": token})).unwrap()
}

/// Chooses a password by the link that the mailbox got, and logs in with it.
fn begin_again(t: &TestApp, address: &str) -> Value {
    let form = json!({"token": t.mailed_token(address, "reset"), "password": PASSWORD});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
    t.try_login("198.51.100.7", address, PASSWORD).expect(200)
}

fn mailbox_beside(person: &Person) -> String {
    format!("{}@elsewhere.example", person.email.split('@').next().unwrap())
}

fn add_passkey(person: &Person) {
    let mut key = Authenticator::new("https://portal.example", person.email.as_bytes());
    let started = person.post("/me/passkeys/start", &json!({})).expect(200);
    let made = key.create(&started["options"]);
    let form = json!({"state": started["state"], "name": "Office key", "credential": made});
    person.post("/me/passkeys/finish", &form).expect(201);
}

#[story]
fn a10_a_way_back_from_a_change_that_was_not_made_removes_no_factor(t: TestApp) {
    let awa = t.ncp("SN");
    let way_back = ask(&t, &awa, &awa.email, MOVED);
    t.pass(MINUTE);
    let awa = t.with_app(&awa);
    let new = "velvet walnut drizzle lantern";
    assert_eq!(awa.post("/me/password", &json!({"current_password": PASSWORD, "new_password": new})).status, 204);
    assert_eq!(awa.delete("/me/sessions").status, 204);
    undo(&t, &way_back).expect(200);
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    let entered = begin_again(&t, &awa.email);
    assert_eq!(entered["mfa_required"], true, "{entered}");
}

#[story]
fn a10_a_way_back_removes_no_factor_of_before_the_address_was_left(t: TestApp) {
    let awa = t.ncp("SN");
    let first = ask(&t, &awa, &awa.email, "tpyo@elsewhere.example");
    let second = ask(&t, &awa, &awa.email, MOVED);
    t.pass(MINUTE);
    // The change waits while the factor is added.
    t.with_app(&awa);
    t.pass(MINUTE);
    confirm(&t, MOVED).expect(200);
    t.pass(MINUTE);
    undo(&t, &first).expect(200);
    assert_eq!(undo(&t, &second).refused(410), "link_spent", "it was made later");
    let entered = begin_again(&t, &awa.email);
    assert_eq!(entered["mfa_required"], true, "{entered}");
}

#[story]
fn a10_a_way_back_to_the_present_address_removes_no_factor(t: TestApp) {
    let awa = t.ncp("SN");
    let way_back = ask(&t, &awa, &awa.email, MOVED);
    confirm(&t, MOVED).expect(200);
    t.pass(MINUTE);
    ask(&t, &awa, MOVED, &awa.email);
    confirm(&t, &awa.email).expect(200);
    t.pass(MINUTE);
    t.with_app(&awa);
    t.pass(MINUTE);
    undo(&t, &way_back).expect(200);
    let entered = begin_again(&t, &awa.email);
    assert_eq!(entered["mfa_required"], true, "{entered}");
}

#[story]
fn a10_an_appointment_that_needs_a_factor_ends_ways_back(t: TestApp) {
    for (name, role, ends) in [
        ("Awa Diop", "contributor", false),
        ("Fatou Sow", "coordinator", true),
        ("Binta Ba", "auditor", true),
        ("Moussa Fall", "secretariat", true),
    ] {
        let person = t.member(&Application::new("SN", name));
        let new = mailbox_beside(&person);
        let way_back = ask(&t, &person, &person.email, &new);
        confirm(&t, &new).expect(200);
        t.pass(MINUTE);
        let user = person.get("/me").expect(200)["id"].clone();
        t.admin().post("/appointments", &json!({"organisation": "KE", "role": role, "user_id": user})).expect(201);
        if ends {
            assert_eq!(undo(&t, &way_back).refused(410), "link_spent", "{role}");
            t.login(&new);
        } else {
            undo(&t, &way_back).expect(200);
        }
    }
}

#[story]
fn a10_an_appointment_that_needs_a_factor_ends_a_change_that_waits(t: TestApp) {
    let awa = t.ncp("SN");
    let way_back = ask(&t, &awa, &awa.email, MOVED);
    let user = awa.get("/me").expect(200)["id"].clone();
    let form = json!({"organisation": "SN", "role": "coordinator", "user_id": user});
    t.admin().post("/appointments", &form).expect(201);
    // Otherwise the account could be moved without a way back.
    assert_eq!(confirm(&t, MOVED).refused(410), "link_spent");
    assert_eq!(undo(&t, &way_back).refused(410), "link_spent");
    assert_eq!(awa.get("/me").expect(200)["email"], awa.email.as_str());
}

#[story]
fn a10_a_way_back_takes_no_last_factor_that_a_role_needs(t: TestApp) {
    // The app is older than the change; of two people, one replaces it by a passkey.
    for (name, is_replaced) in [("Moussa Ba", false), ("Ousmane Sarr", true)] {
        let home = t.member(&Application { role: "coordinator", ..Application::new("SN", name) });
        t.pass(MINUTE);
        let new = mailbox_beside(&home);
        let way_back = ask(&t, &home, &home.email, &new);
        confirm(&t, &new).expect(200);
        t.pass(MINUTE);
        add_passkey(&home);
        if is_replaced {
            assert_eq!(home.delete("/me/mfa/totp").status, 204);
        }
        undo(&t, &way_back).expect(200);
        let entered = begin_again(&t, &home.email);
        let left = if is_replaced { "passkey" } else { "totp" };
        assert_eq!(entered["methods"], json!([left, "recovery_code"]), "{name}");
    }
}

#[story]
fn a10_a_way_back_ends_earlier_ones_to_the_same_mailbox(t: TestApp) {
    let awa = t.ncp("SN");
    let first = ask(&t, &awa, &awa.email, "first@elsewhere.example");
    t.pass(MINUTE);
    let second = ask(&t, &awa, &awa.email, MOVED);
    undo(&t, &second).expect(200);
    assert_eq!(undo(&t, &first).refused(410), "link_spent");
}

#[story]
fn a10_the_owner_gets_a_stolen_account_back_without_the_thiefs_factor(t: TestApp) {
    let awa = t.ncp("SN");
    let way_back = ask(&t, &awa, &awa.email, MOVED);
    confirm(&t, MOVED).expect(200);
    t.pass(MINUTE);
    let thief = t.with_app(&awa);
    let new = "velvet walnut drizzle lantern";
    assert_eq!(thief.post("/me/password", &json!({"current_password": PASSWORD, "new_password": new})).status, 204);
    // The thief moves on, and uses a way back of his own.
    let his = ask(&t, &thief, MOVED, "thief@elsewhere.example");
    t.pass(MINUTE);
    undo(&t, &his).expect(200);
    t.pass(Duration::from_hours(24 * 6));
    undo(&t, &way_back).expect(200);
    let entered = begin_again(&t, &awa.email);
    assert!(entered["access_token"].is_string(), "{entered}");
    assert_eq!(t.login(&awa.email).get("/me").expect(200)["email"], awa.email.as_str());
}
