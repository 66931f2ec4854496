//! A thief of a refresh token who leaves before its owner uses it again: what the session asked for (number 7) and
//! granted (8).

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::sessions::refresh;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const TOLD: &str = "One of your sessions was ended as a precaution";

/// Somebody who has refreshed twice with the refresh token of another.
fn thief_of(t: &TestApp, owner: &Person) -> Person {
    let second = refresh(t, &owner.tokens["refresh_token"]).expect(200);
    let third = refresh(t, &second["refresh_token"]).expect(200);
    t.person(&owner.email, &third)
}

/// Asks for another address; returns what the link holds that was mailed there.
fn ask(t: &TestApp, person: &Person) -> String {
    let new = format!("{}@elsewhere.example", person.email.split('@').next().unwrap());
    person.post("/me/email", &json!({"email": new})).expect(202);
    t.mailed_token(&new, "confirm-address")
}

fn confirm(t: &TestApp, token: &str) -> Answer {
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap()
}

/// How often the owner was told of a theft.
fn told(t: &TestApp, owner: &Person) -> usize {
    t.inbox(&owner.email).iter().filter(|mail| mail.subject == TOLD).count()
}

#[story("identity.verify_link_hours=72")]
fn a07_a_thief_who_leaves_keeps_no_change_of_address(t: TestApp) {
    /// How the thief leaves; returns a session that took the place of the first, if one did.
    type Way = fn(&TestApp, &Person) -> Option<Person>;
    let ways: [(&str, Way); 4] = [
        ("Awa Diop", |_, thief| {
            assert_eq!(thief.post("/auth/logout", &json!({})).status, 204);
            None
        }),
        ("Fatou Sow", |_, thief| {
            let sessions = thief.get("/me/sessions").expect(200)["data"].as_array().unwrap().clone();
            let own = sessions.iter().find(|session| session["current"] == true).unwrap();
            assert_eq!(thief.delete(&format!("/me/sessions/{}", own["id"].as_str().unwrap())).status, 204);
            None
        }),
        ("Binta Ba", |t, thief| {
            let proven = thief.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
            Some(t.person(&thief.email, &proven))
        }),
        ("Moussa Fall", |t, _| {
            t.pass(Duration::from_hours(30));
            None
        }),
    ];
    for (name, leave) in ways {
        let owner = t.member(&Application::new("SN", name));
        let thief = thief_of(&t, &owner);
        let token = ask(&t, &thief);
        let next = leave(&t, &thief);
        t.pass(Duration::from_mins(1));
        for _ in 0..2 {
            assert_eq!(refresh(&t, &owner.tokens["refresh_token"]).refused(401), "refresh_token_invalid", "{name}");
        }
        assert_eq!(told(&t, &owner), 1, "{name}");
        if let Some(next) = next {
            assert_eq!(next.get("/me").refused(401), "session_ended", "{name}");
        }
        assert_eq!(confirm(&t, &token).refused(410), "link_spent", "{name}");
        let again = t.login(&owner.email);
        assert_eq!(again.get("/me").expect(200)["email"], owner.email.as_str(), "{name}");
    }
}

#[story]
fn a08_a_thief_who_leaves_keeps_no_invitation(t: TestApp) {
    let home = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") });
    let thief = thief_of(&t, &home);
    let invite = |email: &str| {
        let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
        thief.post("/invitations", &form).expect(201);
        t.mailed_token(email, "invitation")
    };
    let [before, after] = ["fatou@douanes.example", "sow@douanes.example"].map(invite);
    let accept = |token: &str| -> Value {
        let form = json!({"token": token, "password": PASSWORD});
        t.anonymous().post("/invitations/accept", &form).unwrap().expect(200)["status"].clone()
    };
    assert_eq!(thief.post("/auth/logout", &json!({})).status, 204);
    assert_eq!(accept(&before), "active", "nothing is known yet");
    assert_eq!(refresh(&t, &home.tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    assert_eq!(told(&t, &home), 1);
    assert_eq!(accept(&after), "pending");
}

#[story]
fn a07_a_lost_answer_before_a_logout_is_no_theft(t: TestApp) {
    let awa = t.ncp("SN");
    let token = ask(&t, &awa);
    let next = refresh(&t, &awa.tokens["refresh_token"]).expect(200);
    assert_eq!(awa.post("/auth/logout", &json!({})).status, 204);
    t.pass(Duration::from_secs(20));
    for used in [&awa.tokens, &next] {
        assert_eq!(refresh(&t, &used["refresh_token"]).refused(401), "refresh_token_invalid");
    }
    assert_eq!(told(&t, &awa), 0);
    confirm(&t, &token).expect(200);
}

#[story]
fn a07_a_token_that_was_never_used_is_no_theft(t: TestApp) {
    let awa = t.ncp("SN");
    let token = ask(&t, &awa);
    assert_eq!(awa.post("/auth/logout", &json!({})).status, 204);
    t.pass(Duration::from_mins(5));
    for _ in 0..2 {
        assert_eq!(refresh(&t, &awa.tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    }
    assert_eq!(told(&t, &awa), 0);
    confirm(&t, &token).expect(200);
}
