//! What answers of passkeys leave: mails to the owner (number 16), and entries in the audit log (22).

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use super::logins::{count, told, waits};
use crate::support::authenticator::Authenticator;
use crate::support::{Expect as _, PASSWORD, Person, TestApp, story};

const HOUR: Duration = Duration::from_hours(1);
const HOME: &str = "198.51.100.7";
const ORIGIN: &str = "https://portal.example";
const ID: &[u8] = b"the passkey that changes, always";
const CHANGED: &str = "The backup state of one of your passkeys has changed";
const SUSPENDED: &str = "One of your passkeys was suspended";
const CHANGES: &str = "SELECT count(*) AS n FROM audit_entry WHERE action = 'passkey_changed'";
const SUSPENSIONS: &str = "SELECT count(*) AS n FROM audit_entry WHERE action = 'passkey_suspended'";
const FAILURES: &str = "SELECT count(*) AS n FROM audit_entry WHERE action = 'factor_failed'";

/// A contact point with a passkey.
fn owner(t: &TestApp) -> (Person, Authenticator) {
    let awa = t.ncp("SN");
    let mut key = Authenticator::new(ORIGIN, ID);
    let started = awa.post("/me/passkeys/start", &json!({})).expect(200);
    let made = key.create(&started["options"]);
    let form = json!({"state": started["state"], "name": "Office key", "credential": made});
    awa.post("/me/passkeys/finish", &form).expect(201);
    (awa, key)
}

fn begin(t: &TestApp, from: &str, challenge: Option<&str>) -> Value {
    t.from(from).post("/auth/passkey/start", &json!({"challenge": challenge})).unwrap().expect(200)
}

fn finish(t: &TestApp, from: &str, started: &Value, signed: &Value) -> Answer {
    t.from(from).post("/auth/passkey/finish", &json!({"state": started["state"], "credential": signed})).unwrap()
}

/// Signs and sends that, whatever the passkey says of itself.
fn sign(t: &TestApp, key: &mut Authenticator, challenge: Option<&str>) -> Answer {
    let started = begin(t, HOME, challenge);
    let signed = key.get(&started["options"]);
    finish(t, HOME, &started, &signed)
}

#[story("throttle.logins_per_hour=4")]
fn a16_a_passkey_that_changes_again_and_again_is_told_within_its_budget(t: TestApp) {
    let (awa, mut key) = owner(&t);
    key.backup_eligible = true;
    for number in 0..4 {
        key.backed_up = number % 2 == 0;
        sign(&t, &mut key, None).expect(200);
    }
    for number in 0..10 {
        key.backed_up = number % 2 == 0;
        waits(sign(&t, &mut key, None));
    }
    assert_eq!((count(&t, CHANGES), told(&t, &awa.email, CHANGED)), (4, 4));
    // A ceremony that was refused is spent all the same.
    let started = begin(&t, HOME, None);
    let signed = key.get(&started["options"]);
    waits(finish(&t, HOME, &started, &signed));
    assert_eq!(finish(&t, HOME, &started, &signed).refused(401), "challenge_invalid");
    t.pass(HOUR);
    sign(&t, &mut key, None).expect(200);
}

#[story("throttle.logins_per_hour=4")]
fn a16_a_passkey_that_is_suspended_again_and_again_is_told_within_its_budget(t: TestApp) {
    let (awa, mut key) = owner(&t);
    key.backed_up = true;
    for _ in 0..2 {
        key.backup_eligible = false;
        assert_eq!(sign(&t, &mut key, None).refused(401), "passkey_backup_impossible");
        key.backup_eligible = true;
        sign(&t, &mut key, None).expect(200);
    }
    for number in 0..10 {
        key.backup_eligible = number % 2 == 1;
        waits(sign(&t, &mut key, None));
    }
    assert_eq!((count(&t, SUSPENSIONS), told(&t, &awa.email, SUSPENDED)), (2, 2));
    assert_eq!(count(&t, FAILURES), 1, "the other one came shortly after");
}

#[story("throttle.logins_per_hour=4")]
fn a16_one_challenge_is_no_way_around_the_budget(t: TestApp) {
    let (awa, mut key) = owner(&t);
    let challenged = t.try_login(HOME, &awa.email, PASSWORD).expect(200);
    let challenge = challenged["challenge"].as_str();
    key.backup_eligible = true;
    // The answer is sent without the challenge, which so is not used up.
    for number in 0..4 {
        key.backed_up = number % 2 == 0;
        assert_eq!(sign(&t, &mut key, challenge).refused(401), "challenge_invalid");
    }
    for number in 0..10 {
        key.backed_up = number % 2 == 0;
        waits(sign(&t, &mut key, challenge));
    }
    assert_eq!((count(&t, CHANGES), told(&t, &awa.email, CHANGED)), (4, 4));
    // Alone, the passkey has a budget of its own.
    sign(&t, &mut key, None).expect(200);
}

#[story]
fn a22_nobody_fills_the_audit_log_with_wrong_signatures(t: TestApp) {
    let (_, mut key) = owner(&t);
    // An answer to another ceremony names the passkey and its owner, and its signature is wrong for this one.
    let stale = key.get(&begin(&t, HOME, None)["options"]);
    let fail =
        |from: &str| assert_eq!(finish(&t, from, &begin(&t, from, None), &stale).refused(401), "passkey_refused");
    for number in 0..40 {
        fail(&format!("203.0.{}.7", number % 8));
    }
    assert_eq!(count(&t, FAILURES), 1);
    t.pass(Duration::from_mins(5));
    fail("203.0.113.7");
    let entries = t.admin().all("/audit?action=factor_failed");
    let expected = json!({"method": "passkey", "left_out": {"of_person": 39, "of_network": 0}});
    assert_eq!((entries.len(), &entries[0]["detail"]), (2, &expected));
    // The owner is kept from nothing.
    sign(&t, &mut key, None).expect(200);
}
