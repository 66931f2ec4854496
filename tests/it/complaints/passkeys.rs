//! Passkeys that change through no fault of their owners, and those that must be refused (number 9).

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::authenticator::Authenticator;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const HOME: &str = "198.51.100.7";
const ORIGIN: &str = "https://portal.example";
const ID: &[u8] = b"the passkey that changes, always";
const CHANGED: &str = "The backup state of one of your passkeys has changed";
const SUSPENDED: &str = "One of your passkeys was suspended";

/// Adds this passkey; returns the same person in a session with two factors.
fn add(t: &TestApp, person: &Person, key: &mut Authenticator) -> Person {
    let started = person.post("/me/passkeys/start", &json!({})).expect(200);
    let made = key.create(&started["options"]);
    let form = json!({"state": started["state"], "name": "Office key", "credential": made});
    let added = person.post("/me/passkeys/finish", &form).expect(201);
    assert_eq!(added["backup_eligible"], key.backup_eligible);
    assert_eq!(added["suspended_reason"], Value::Null);
    if added["tokens"].is_null() { person.clone() } else { t.person(&person.email, &added["tokens"]) }
}

/// Logs in with a passkey, after the password if there is a challenge.
fn log_in(t: &TestApp, key: &mut Authenticator, challenge: Option<&str>) -> Answer {
    let client = t.from(HOME);
    let started = client.post("/auth/passkey/start", &json!({"challenge": challenge})).unwrap().expect(200);
    let signed = key.get(&started["options"]);
    let form = json!({"state": started["state"], "credential": signed, "challenge": challenge});
    client.post("/auth/passkey/finish", &form).unwrap()
}

/// Logs in with the password, and then with a passkey.
fn log_in_by_both(t: &TestApp, email: &str, key: &mut Authenticator) -> Answer {
    let challenged = t.try_login(HOME, email, PASSWORD).expect(200);
    log_in(t, key, challenged["challenge"].as_str())
}

/// The one passkey of a person.
fn passkey(person: &Person) -> Value {
    let list = person.get("/me/passkeys").expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list}");
    list["data"][0].clone()
}

/// The mails with this subject.
fn mails(t: &TestApp, person: &Person, subject: &str) -> Vec<String> {
    let mails = t.inbox(&person.email).into_iter();
    mails.filter(|mail| mail.subject == subject).map(|mail| mail.text).collect()
}

/// New recovery codes, on paper.
fn recovery_codes(person: &Person) -> Vec<String> {
    let made = person.post("/me/mfa/recovery-codes", &json!({})).expect(200);
    made["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

/// Proves the identity again, by the password and this code.
fn prove(t: &TestApp, person: &Person, method: &str, code: &str) -> Person {
    let form = json!({"password": PASSWORD, "method": method, "code": code});
    t.person(&person.email, &person.post("/me/reauthenticate", &form).expect(200))
}

/// The same by the next code of an authenticator app.
fn prove_by_app(t: &TestApp, person: &Person) -> Person {
    t.pass(Duration::from_secs(30));
    prove(t, person, "totp", &t.code(&person.email))
}

/// Whether a session counts as a recent login, which sensitive actions need.
fn is_recent(person: &Person) -> bool {
    let answer = person.post("/me/passkeys/start", &json!({}));
    if answer.status == 200 {
        return true;
    }
    assert_eq!(answer.refused(401), "reauth_required");
    person.get("/me").expect(200);
    false
}

/// Lets a copy of a passkey log in, and then the passkey itself, whose counter is behind; returns the session of the copy.
fn suspend_by_a_copy(t: &TestApp, owner: &Person, key: &mut Authenticator) -> Person {
    key.counter = 40;
    let copy = t.login_by_passkey(&owner.email, key);
    assert!(is_recent(&copy));
    key.counter = 7;
    assert_eq!(log_in(t, key, None).refused(401), "passkey_counter_went_back");
    assert!(!is_recent(&copy));
    copy
}

/// How many entries of the own audit log are of this kind.
fn entries(person: &Person, action: &str) -> usize {
    person.all(&format!("/me/audit?action={action}")).len()
}

#[story]
fn b09_a_passkey_that_begins_and_ends_to_be_backed_up_goes_on_and_its_owner_is_told(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let awa = add(&t, &t.ncp("SN"), &mut key);
    log_in(&t, &mut key, None).expect(200);
    assert_eq!(entries(&awa, "passkey_changed"), 0, "it only counted");
    // Its vault was updated: it reports backups correctly now, and has no counter any more.
    (key.backup_eligible, key.backed_up, key.step, key.counter) = (true, true, 0, 0);
    for _ in 0..2 {
        log_in(&t, &mut key, None).expect(200);
    }
    let shown = passkey(&awa);
    assert_eq!((&shown["backup_eligible"], &shown["backed_up"]), (&json!(true), &json!(true)), "{shown}");
    let told = mails(&t, &awa, CHANGED);
    assert_eq!(told.len(), 1, "once: {told:?}");
    assert!(told[0].contains("“Office key”") && told[0].contains("is backed up or shared"), "{}", told[0]);
    // Only the backup changes.
    key.backed_up = false;
    log_in(&t, &mut key, None).expect(200);
    assert!(mails(&t, &awa, CHANGED)[1].contains("but is not yet"));
    // A program that does not report backups uses the same vault.
    key.backup_eligible = false;
    log_in(&t, &mut key, None).expect(200);
    assert!(mails(&t, &awa, CHANGED)[2].contains("stays on one device"));
    let shown = passkey(&awa);
    assert_eq!((&shown["backup_eligible"], &shown["backed_up"]), (&json!(false), &json!(false)), "{shown}");
    assert_eq!(shown["suspended_at"], Value::Null);
    assert_eq!(entries(&awa, "passkey_changed"), 3);
    let entry = &awa.get("/me/audit?action=passkey_changed&limit=1").expect(200)["data"][0];
    assert_eq!(entry["detail"]["before"]["backup_eligible"], true, "{entry}");
    assert_eq!(entry["detail"]["after"]["backup_eligible"], false, "{entry}");
}

#[story]
fn b09_the_same_after_the_password_and_in_french(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let application = Application::new("SN", "Awa Diop").reading("fr");
    let awa = add(&t, &t.member(&application), &mut key);
    log_in_by_both(&t, &awa.email, &mut key).expect(200);
    (key.backup_eligible, key.backed_up, key.counter) = (true, true, 0);
    log_in_by_both(&t, &awa.email, &mut key).expect(200);
    let told = mails(&t, &awa, "L’état de sauvegarde d’une de vos clés d’accès a changé");
    assert!(told.len() == 1 && told[0].contains("sauvegardée ou partagée"), "{told:?}");
    (key.backup_eligible, key.backed_up) = (false, false);
    log_in_by_both(&t, &awa.email, &mut key).expect(200);
    assert_eq!(passkey(&awa)["backup_eligible"], false);
    assert_eq!(entries(&awa, "passkey_changed"), 2);
}

#[story]
fn b09_a_passkey_of_several_devices_need_not_count(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    (key.backup_eligible, key.backed_up) = (true, true);
    let awa = add(&t, &t.ncp("SN"), &mut key);
    for counter in [8, 2, 2, 5, 0] {
        key.counter = counter;
        log_in(&t, &mut key, None).expect(200);
    }
    key.step = 0;
    log_in(&t, &mut key, None).expect(200);
    log_in_by_both(&t, &awa.email, &mut key).expect(200);
    assert!(mails(&t, &awa, CHANGED).is_empty(), "nothing of it is news");
    assert!(passkey(&awa)["last_used_at"].is_string());
}

#[story]
fn b09_a_passkey_without_a_counter_stays_good(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    key.step = 0;
    let awa = add(&t, &t.ncp("SN"), &mut key);
    for _ in 0..2 {
        log_in(&t, &mut key, None).expect(200);
    }
    // It begins to count.
    key.step = 1;
    for _ in 0..2 {
        log_in(&t, &mut key, None).expect(200);
    }
    assert!(mails(&t, &awa, CHANGED).is_empty() && mails(&t, &awa, SUSPENDED).is_empty());
}

#[story]
fn b09_a_counter_that_goes_back_suspends_the_passkey_and_says_why(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let awa = add(&t, &t.ncp("SN"), &mut key);
    let codes = recovery_codes(&awa);
    key.counter = 40;
    log_in(&t, &mut key, None).expect(200);
    key.counter = 7;
    let refused = log_in(&t, &mut key, None);
    let problem = refused.json();
    let detail = problem["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("there may be a copy") && detail.contains("accept this passkey again"), "{problem}");
    assert_eq!(refused.refused(401), "passkey_counter_went_back");
    // It is suspended, whatever its counter, with the password and without.
    key.counter = 90;
    assert_eq!(log_in(&t, &mut key, None).refused(401), "passkey_counter_went_back");
    assert_eq!(log_in_by_both(&t, &awa.email, &mut key).refused(401), "passkey_counter_went_back");
    (key.backup_eligible, key.backed_up) = (true, true);
    assert_eq!(log_in(&t, &mut key, None).refused(401), "passkey_counter_went_back");
    (key.backup_eligible, key.backed_up) = (false, false);
    let told = mails(&t, &awa, SUSPENDED);
    assert!(told.len() == 1 && told[0].contains("its signature counter"), "once: {told:?}");
    assert_eq!(entries(&awa, "passkey_suspended"), 1);
    let shown = passkey(&awa);
    assert_eq!(shown["suspended_reason"], "counter_went_back");
    assert_eq!(shown["suspended_detail"], detail.as_str());
    assert!(shown["suspended_at"].is_string());
    let french = awa.with_header("Accept-Language", "fr").get("/me/passkeys").expect(200);
    assert!(french["data"][0]["suspended_detail"].as_str().unwrap().contains("compteur de signatures"), "{french}");
    assert_eq!(awa.get("/me/mfa").expect(200)["passkeys_suspended"], 1);
    // Another person can't accept it.
    let id = shown["id"].as_str().unwrap();
    let other = t.member(&Application::new("KE", "Wanjiru Kamau"));
    assert_eq!(other.post(&format!("/me/passkeys/{id}/accept"), &json!({})).refused(404), "not_found");
    t.pass(Duration::from_secs(1));
    let awa = prove(&t, &awa, "recovery_code", &codes[0]);
    for _ in 0..2 {
        assert_eq!(awa.post(&format!("/me/passkeys/{id}/accept"), &json!({})).status, 204);
    }
    assert_eq!(mails(&t, &awa, "A suspended passkey was accepted again").len(), 1);
    assert_eq!(entries(&awa, "passkey_accepted"), 1, "what changes nothing leaves no entry");
    assert_eq!(passkey(&awa)["suspended_reason"], Value::Null);
    // The counter starts again, and counts.
    key.counter = 3;
    log_in(&t, &mut key, None).expect(200);
    key.counter = 3;
    assert_eq!(log_in(&t, &mut key, None).refused(401), "passkey_counter_went_back");
    assert_eq!(mails(&t, &awa, SUSPENDED).len(), 2);
}

#[story]
fn b09_the_copy_of_a_passkey_settles_nothing_by_the_session_that_it_opened_before(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let awa = t.with_app(&add(&t, &t.ncp("SN"), &mut key));
    // The copy logs in first; then the passkey that it was made of is behind, and is suspended.
    key.counter = 40;
    let copy = t.login_by_passkey(&awa.email, &mut key);
    copy.get("/me").expect(200);
    t.pass(Duration::from_secs(30));
    key.counter = 7;
    assert_eq!(log_in(&t, &mut key, None).refused(401), "passkey_counter_went_back");
    let id = passkey(&awa)["id"].as_str().unwrap().to_owned();
    let settle = |person: &Person| {
        [
            person.post(&format!("/me/passkeys/{id}/accept"), &json!({})),
            person.delete(&format!("/me/passkeys/{id}")),
            person.delete("/me/mfa/totp"),
            person.post("/me/mfa/recovery-codes", &json!({})),
            person.post("/me/passkeys/start", &json!({})),
        ]
    };
    // Minutes are left of what both sessions proved, and it counts no more; they go on otherwise.
    for person in [&copy, &awa] {
        for refused in settle(person) {
            assert_eq!(refused.refused(401), "reauth_required");
        }
        person.get("/me").expect(200);
    }
    assert_eq!(passkey(&awa)["suspended_reason"], "counter_went_back");
    assert_eq!(entries(&awa, "passkey_accepted"), 0);
    // Another factor settles it.
    let awa = prove_by_app(&t, &awa);
    assert_eq!(awa.post(&format!("/me/passkeys/{id}/accept"), &json!({})).status, 204);
    key.counter = 3;
    log_in(&t, &mut key, None).expect(200);
}

#[story]
fn b09_no_session_of_the_copy_is_recent_again_once_the_suspension_is_settled(t: TestApp) {
    for (member, deed) in [("SN", "accept"), ("KE", "remove")] {
        let mut key = Authenticator::new(ORIGIN, deed.repeat(8).as_bytes());
        let owner = t.with_app(&add(&t, &t.ncp(member), &mut key));
        let copy = suspend_by_a_copy(&t, &owner, &mut key);
        let path = format!("/me/passkeys/{}", passkey(&owner)["id"].as_str().unwrap());
        let owner = prove_by_app(&t, &owner);
        let settled = match deed {
            "accept" => owner.post(&format!("{path}/accept"), &json!({})),
            _ => owner.delete(&path),
        };
        assert_eq!(settled.status, 204, "{}", settled.text);
        assert!(is_recent(&owner) && !is_recent(&copy), "{deed}");
        // Nor does it become one with time, or by a refresh.
        t.pass(Duration::from_secs(3));
        let refresh = json!({"refresh_token": copy.tokens["refresh_token"]});
        let next = t.anonymous().post("/auth/refresh", &refresh).unwrap().expect(200);
        assert!(!is_recent(&t.person(&copy.email, &next)), "{deed}");
    }
}

#[story]
fn b09_no_session_of_the_copy_is_recent_either_when_it_was_the_last_factor(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let owner = add(&t, &t.ncp("SN"), &mut key);
    let codes = recovery_codes(&owner);
    let copy = suspend_by_a_copy(&t, &owner, &mut key);
    t.pass(Duration::from_secs(1));
    let owner = prove(&t, &owner, "recovery_code", &codes[0]);
    let remove = |owner: &Person| {
        let path = format!("/me/passkeys/{}", passkey(owner)["id"].as_str().unwrap());
        assert_eq!(owner.delete(&path).status, 204);
    };
    remove(&owner);
    assert!(is_recent(&owner) && !is_recent(&copy));
    // So it is where the copy was not noticed, and the passkey is removed to be safe.
    let mut key = Authenticator::new(ORIGIN, b"another one that somebody copied");
    let owner = add(&t, &owner, &mut key);
    let copy = t.login_by_passkey(&owner.email, &mut key);
    assert!(is_recent(&copy));
    remove(&owner);
    assert!(is_recent(&owner) && !is_recent(&copy));
}

#[story]
fn b09_no_session_is_recent_again_when_a_passkey_is_right_again(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let owner = add(&t, &t.ncp("SN"), &mut key);
    let before = t.login_by_passkey(&owner.email, &mut key);
    assert!(is_recent(&before));
    key.backed_up = true;
    assert_eq!(log_in(&t, &mut key, None).refused(401), "passkey_backup_impossible");
    assert!(!is_recent(&before) && !is_recent(&owner));
    key.backup_eligible = true;
    let after = t.login_by_passkey(&owner.email, &mut key);
    assert_eq!(passkey(&after)["suspended_reason"], Value::Null);
    assert!(is_recent(&after) && !is_recent(&before) && !is_recent(&owner));
}

#[story("throttle.logins_per_hour=3")]
fn b09_a_passkey_logs_in_within_a_budget_of_its_own(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let awa = add(&t, &t.ncp("SN"), &mut key);
    for _ in 0..3 {
        log_in(&t, &mut key, None).expect(200);
    }
    let refused = log_in(&t, &mut key, None);
    assert!(refused.header("retry-after").is_some(), "{}", refused.text);
    assert_eq!(refused.refused(429), "too_many_attempts");
    // With a password it accepts the other one, and is still valid.
    log_in_by_both(&t, &awa.email, &mut key).expect(200);
}

#[story]
fn b09_whoever_lacks_the_key_suspends_nothing(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let awa = add(&t, &t.ncp("SN"), &mut key);
    key.counter = 40;
    log_in(&t, &mut key, None).expect(200);
    // The id of the passkey and its owner are known; the key is not.
    let mut forged = Authenticator::new(ORIGIN, ID);
    forged.create(&awa.post("/me/passkeys/start", &json!({})).expect(200)["options"]);
    for (backup_eligible, backed_up) in [(false, false), (true, true), (false, true)] {
        (forged.backup_eligible, forged.backed_up) = (backup_eligible, backed_up);
        assert_eq!(log_in(&t, &mut forged, None).refused(401), "passkey_refused");
    }
    let shown = passkey(&awa);
    assert_eq!((&shown["suspended_reason"], &shown["backup_eligible"]), (&Value::Null, &json!(false)), "{shown}");
    assert!(mails(&t, &awa, SUSPENDED).is_empty() && mails(&t, &awa, CHANGED).is_empty());
    log_in(&t, &mut key, None).expect(200);
}

#[story]
fn b09_what_a_passkey_can_not_be_is_refused_until_it_is_right_again(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let awa = t.ncp("SN");
    key.backed_up = true;
    let started = awa.post("/me/passkeys/start", &json!({})).expect(200);
    let form = json!({"state": started["state"], "name": "Office key", "credential": key.create(&started["options"])});
    let fault = awa.post("/me/passkeys/finish", &form).json();
    assert_eq!(fault["errors"][0]["code"], "passkey_backup_impossible", "{fault}");
    key.backed_up = false;
    let awa = add(&t, &awa, &mut key);
    key.backed_up = true;
    for _ in 0..2 {
        assert_eq!(log_in(&t, &mut key, None).refused(401), "passkey_backup_impossible");
    }
    assert_eq!(log_in_by_both(&t, &awa.email, &mut key).refused(401), "passkey_backup_impossible");
    let told = mails(&t, &awa, SUSPENDED);
    assert!(told.len() == 1 && told[0].contains("cannot be backed up"), "{told:?}");
    assert_eq!(passkey(&awa)["suspended_reason"], "backup_impossible");
    key.backup_eligible = true;
    log_in(&t, &mut key, None).expect(200);
    let shown = passkey(&awa);
    assert_eq!((&shown["suspended_reason"], &shown["backed_up"]), (&Value::Null, &json!(true)), "{shown}");
}

#[story]
fn b09_who_has_a_suspended_passkey_left_keeps_the_other_factor(t: TestApp) {
    let mut key = Authenticator::new(ORIGIN, ID);
    let awa = t.with_app(&add(&t, &t.ncp("SN"), &mut key));
    key.counter = 40;
    log_in(&t, &mut key, None).expect(200);
    key.counter = 7;
    assert_eq!(log_in(&t, &mut key, None).refused(401), "passkey_counter_went_back");
    let awa = prove_by_app(&t, &awa);
    assert_eq!(awa.delete("/me/mfa/totp").refused(409), "suspended_factor_left");
    let id = passkey(&awa)["id"].as_str().unwrap().to_owned();
    assert_eq!(awa.delete(&format!("/me/passkeys/{id}")).status, 204);
    assert_eq!(awa.delete("/me/mfa/totp").status, 204, "who need not have one may be without");
}
