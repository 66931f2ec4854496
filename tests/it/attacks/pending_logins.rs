//! Logins of a thief that await the second factor when all sessions are ended (number 7).

use std::time::Duration;

use portal::demo::client::Answer;
use portal::identity;
use serde_json::{Value, json};

use crate::support::authenticator::Authenticator;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

/// Begins a login by the password; returns its challenge.
fn challenge(t: &TestApp, person: &Person) -> Value {
    let form = json!({"email": person.email, "password": PASSWORD});
    t.anonymous().post("/auth/login", &form).unwrap().expect(200)["challenge"].clone()
}

fn finish(t: &TestApp, person: &Person, challenge: &Value) -> Answer {
    let form = json!({"challenge": challenge, "method": "totp", "code": t.code(&person.email)});
    t.anonymous().post("/auth/login/mfa", &form).unwrap()
}

#[story]
fn a07_a_login_that_awaits_a_code_ends_with_all_sessions(t: TestApp) {
    type Way = fn(&TestApp, &Person);
    let ways: [(&str, Way); 4] = [
        ("Awa Diop", |_, owner| assert_eq!(owner.delete("/me/sessions").status, 204)),
        ("Fatou Sow", |_, owner| {
            let form = json!({"current_password": PASSWORD, "new_password": "velvet walnut drizzle lantern"});
            assert_eq!(owner.post("/me/password", &form).status, 204);
        }),
        ("Binta Ba", |t, owner| {
            let user = owner.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
            assert_eq!(t.admin().delete(&format!("/users/{user}/sessions")).status, 204);
        }),
        ("Moussa Fall", |t, _| {
            let ended = identity::end_everybodys(&t.portal.db, t.portal.audit.clone(), t.clock.now());
            assert!(t.run(ended).unwrap() >= 1);
        }),
    ];
    for (name, end) in ways {
        let owner = t.with_app(&t.member(&Application::new("SN", name)));
        t.pass(Duration::from_secs(30));
        let begun = challenge(&t, &owner);
        end(&t, &owner);
        assert_eq!(finish(&t, &owner, &begun).refused(401), "challenge_invalid", "{name}");
    }
    // A login that begins afterwards is not concerned.
    let moussa = t.member(&Application::new("SN", "Moussa Ba"));
    let moussa = t.with_app(&moussa);
    t.pass(Duration::from_secs(30));
    assert_eq!(moussa.delete("/me/sessions").status, 204);
    finish(&t, &moussa, &challenge(&t, &moussa)).expect(200);
}

#[story]
fn a07_a_login_that_awaits_a_passkey_ends_with_all_sessions(t: TestApp) {
    let awa = t.ncp("SN");
    let mut key = Authenticator::new("https://portal.example", b"a key that was stolen");
    let started = awa.post("/me/passkeys/start", &json!({})).expect(200);
    let made = key.create(&started["options"]);
    let form = json!({"state": started["state"], "name": "Office key", "credential": made});
    let added = awa.post("/me/passkeys/finish", &form).expect(201);
    let awa = t.person(&awa.email, &added["tokens"]);
    let begun = challenge(&t, &awa);
    let started = t.anonymous().post("/auth/passkey/start", &json!({"challenge": begun})).unwrap().expect(200);
    let signed = key.get(&started["options"]);
    assert_eq!(awa.delete("/me/sessions").status, 204);
    let form = json!({"state": started["state"], "credential": signed, "challenge": begun});
    let refused = t.anonymous().post("/auth/passkey/finish", &form).unwrap();
    assert_eq!(refused.refused(401), "challenge_invalid");
}

#[story]
fn a07_the_end_of_one_session_leaves_a_login_alone(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    t.pass(Duration::from_secs(30));
    let other = t.login(&awa.email);
    t.pass(Duration::from_secs(30));
    let begun = challenge(&t, &awa);
    // The end of one session is not the end of all.
    assert_eq!(other.post("/auth/logout", &json!({})).status, 204);
    finish(&t, &awa, &begun).expect(200);
}
