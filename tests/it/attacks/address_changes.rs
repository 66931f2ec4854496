//! Changes of address that were requested in a session which was ended since (number 7), and links to an address that
//! was left (number 10).

use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::{one_time_token, session, users};
use portal::db::{Access, Id, open};
use portal::demo::client::Answer;
use portal::identity;
use serde_json::{Value, json};

use crate::reading::keep_house;
use crate::support::authenticator::Authenticator;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const HOUR: Duration = Duration::from_hours(1);
const MOVED: &str = "moved@elsewhere.example";

/// Requests another address; returns the token of the mailed link.
fn ask(t: &TestApp, person: &Person, new: &str) -> String {
    person.post("/me/email", &json!({"email": new})).expect(202);
    t.mailed_token(new, "confirm-address")
}

fn confirm(t: &TestApp, token: &str) -> Answer {
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap()
}

fn address(person: &Person) -> Value {
    person.get("/me").expect(200)["email"].clone()
}

/// A second mailbox for each of these people.
fn mailbox_beside(person: &Person) -> String {
    format!("{}@elsewhere.example", person.email.split('@').next().unwrap())
}

fn sessions(person: &Person) -> Vec<Value> {
    person.get("/me/sessions").expect(200)["data"].as_array().unwrap().clone()
}

/// Where the session is ended that is not this one; there is one.
fn path_of_other(person: &Person) -> String {
    let others: Vec<Value> = sessions(person).into_iter().filter(|session| session["current"] == false).collect();
    assert_eq!(others.len(), 1, "{others:?}");
    format!("/me/sessions/{}", others[0]["id"].as_str().unwrap())
}

fn refresh(t: &TestApp, token: &Value) -> Answer {
    t.anonymous().post("/auth/refresh", &json!({"refresh_token": token})).unwrap()
}

/// The same person in the session that replaced this one.
fn prove(t: &TestApp, person: &Person) -> Person {
    let proven = person.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
    t.person(&person.email, &proven)
}

#[story]
fn a07_whoever_ends_a_session_ends_the_change_of_address_that_it_asked_for(t: TestApp) {
    /// Of the owner's session and the thief's, the second is ended.
    type Way = fn(&TestApp, &Person, &Person);
    let ways: [(&str, Way); 5] = [
        ("Awa Diop", |_, owner, _| assert_eq!(owner.delete("/me/sessions").status, 204)),
        ("Fatou Sow", |_, owner, _| assert_eq!(owner.delete(&path_of_other(owner)).status, 204)),
        // The first factor ends the other sessions.
        ("Binta Ba", |t, owner, _| drop(t.with_app(owner))),
        // A refresh token that comes again after its successor was used.
        ("Moussa Fall", |t, _, thief| {
            let first = &thief.tokens["refresh_token"];
            let second = refresh(t, first).expect(200);
            refresh(t, &second["refresh_token"]).expect(200);
            assert_eq!(refresh(t, first).refused(401), "refresh_token_invalid");
        }),
        // The end of all sessions also covers the one that made the request and has ended.
        ("Cheikh Gueye", |_, owner, thief| {
            assert_eq!(thief.post("/auth/logout", &json!({})).status, 204);
            assert_eq!(owner.delete("/me/sessions").status, 204);
        }),
    ];
    for (name, end) in ways {
        let owner = t.member(&Application::new("SN", name));
        let thief = t.login(&owner.email);
        let token = ask(&t, &thief, &mailbox_beside(&owner));
        end(&t, &owner, &thief);
        assert_eq!(thief.get("/me").refused(401), "session_ended", "{name}");
        assert_eq!(confirm(&t, &token).refused(410), "link_spent", "{name}");
        assert_eq!(address(&owner), owner.email.as_str(), "{name}");
        let page = t.anonymous().send(
            "POST",
            "/confirm-address",
            Some(("application/x-www-form-urlencoded", format!("token={token}").as_bytes())),
        );
        assert_eq!(page.unwrap().status, 410, "{name}");
    }
}

#[story]
fn a07_what_a_session_asked_for_ends_with_the_one_that_took_its_place(t: TestApp) {
    let owner = t.ncp("SN");
    let thief = t.login(&owner.email);
    let token = ask(&t, &thief, MOVED);
    // Each proof of identity replaces the session.
    let thief = prove(&t, &prove(&t, &thief));
    assert_eq!(owner.delete(&path_of_other(&owner)).status, 204);
    assert_eq!(thief.get("/me").refused(401), "session_ended");
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
    // A thief has a copy of the session itself: its owner proves the identity, and ends all others.
    let owner = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let token = ask(&t, &owner, &mailbox_beside(&owner));
    let owner = prove(&t, &owner);
    assert_eq!(owner.delete("/me/sessions").status, 204);
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
    assert_eq!(address(&owner), owner.email.as_str());
}

#[story("identity.verify_link_hours=72")]
fn a07_whoever_ends_all_others_ends_what_those_of_before_asked_for(t: TestApp) {
    let owner = t.ncp("SN");
    let token = ask(&t, &t.login(&owner.email), MOVED);
    // The session has run out, and would have been deleted a day ago.
    t.pass(60 * HOUR);
    keep_house(&t);
    let owner = t.login(&owner.email);
    assert_eq!(owner.delete("/me/sessions").status, 204);
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
    assert_eq!(address(&owner), owner.email.as_str());
}

#[story]
fn a07_an_operator_who_ends_all_sessions_ends_what_they_asked_for(t: TestApp) {
    let awa = t.ncp("SN");
    let token = ask(&t, &awa, MOVED);
    let ended = identity::end_everybodys(&t.portal.db, t.portal.audit.clone(), t.clock.now());
    assert!(t.run(ended).unwrap() >= 1);
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
    assert_eq!(address(&t.login(&awa.email)), awa.email.as_str());
}

#[story]
fn a07_what_a_copy_of_a_passkey_asked_for_is_not_done(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let mut key = Authenticator::new("https://portal.example", b"a key of one device, and its copy");
    let started = awa.post("/me/passkeys/start", &json!({})).expect(200);
    let made = key.create(&started["options"]);
    let form = json!({"state": started["state"], "name": "Office key", "credential": made});
    awa.post("/me/passkeys/finish", &form).expect(201);
    key.counter = 40;
    let copy = t.login_by_passkey(&awa.email, &mut key);
    let token = ask(&t, &copy, MOVED);
    // The original counts from where it was.
    key.counter = 7;
    let started = t.anonymous().post("/auth/passkey/start", &json!({})).unwrap().expect(200);
    let form = json!({"state": started["state"], "credential": key.get(&started["options"])});
    let refused = t.anonymous().post("/auth/passkey/finish", &form).unwrap();
    assert_eq!(refused.refused(401), "passkey_counter_went_back");
    copy.get("/me").expect(200);
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
    // Nor when the owner has removed the passkey, or has accepted it.
    t.pass(Duration::from_secs(30));
    let awa = t.login(&awa.email);
    let id = awa.get("/me/passkeys").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(awa.post(&format!("/me/passkeys/{id}/accept"), &json!({})).status, 204);
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
    assert_eq!(awa.delete(&format!("/me/passkeys/{id}")).status, 204);
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
    assert_eq!(address(&awa), awa.email.as_str());
}

#[story]
fn a07_with_the_last_factor_ends_what_was_asked_for_by_it(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let token = ask(&t, &awa, MOVED);
    assert_eq!(awa.delete("/me/mfa/totp").status, 204);
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
}

#[story]
fn a07_a_change_of_address_that_no_session_asked_for_is_not_done(t: TestApp) {
    let awa = t.ncp("SN");
    let token = ask(&t, &awa, MOVED);
    let forgotten = t.portal.db.write(|conn| {
        let none = one_time_token::session_id.eq(None::<Id>);
        Ok(diesel::update(one_time_token::table).set(none).execute(conn)?)
    });
    assert!(t.run(forgotten).unwrap() > 0);
    assert_eq!(confirm(&t, &token).refused(410), "link_spent");
}

#[story]
fn a07_a_change_of_address_outlives_the_session_that_its_person_leaves(t: TestApp) {
    type Way = fn(&TestApp, &Person);
    let ways: [(&str, Way); 6] = [
        ("Awa Diop", |_, person| assert_eq!(person.post("/auth/logout", &json!({})).status, 204)),
        ("Fatou Sow", |_, person| {
            let own = sessions(person).into_iter().find(|session| session["current"] == true).unwrap();
            assert_eq!(person.delete(&format!("/me/sessions/{}", own["id"].as_str().unwrap())).status, 204);
        }),
        ("Binta Ba", |t, person| {
            let next = refresh(t, &person.tokens["refresh_token"]).expect(200);
            t.person(&person.email, &next).get("/me").expect(200);
        }),
        ("Moussa Fall", |t, person| drop(prove(t, person))),
        ("Ousmane Sarr", |t, person| {
            assert_eq!(prove(t, person).post("/auth/logout", &json!({})).status, 204);
        }),
        // Ending all other sessions does not affect this one.
        ("Cheikh Gueye", |t, person| {
            let other = t.login(&person.email);
            assert_eq!(person.delete("/me/sessions").status, 204);
            assert_eq!(other.get("/me").refused(401), "session_ended");
        }),
    ];
    for (name, leave) in ways {
        let person = t.member(&Application::new("SN", name));
        let new = mailbox_beside(&person);
        let token = ask(&t, &person, &new);
        leave(&t, &person);
        confirm(&t, &token).expect(200);
        assert_eq!(address(&t.login(&new)), new.as_str(), "{name}");
    }
}

#[story("identity.verify_link_hours=72")]
fn a07_a_change_of_address_outlives_a_session_that_ran_out(t: TestApp) {
    let awa = t.ncp("SN");
    let token = ask(&t, &awa, MOVED);
    t.pass(60 * HOUR);
    keep_house(&t);
    // Of the ended sessions, that one is kept while its change is open, but without its network and device.
    let left = t.portal.db.read(|conn| {
        let what = (session::network, session::user_agent, session::label);
        Ok(session::table.select(what).load::<(Option<String>, Option<String>, Option<String>)>(conn)?)
    });
    assert_eq!(t.run(left).unwrap(), [(None, None, None)]);
    confirm(&t, &token).expect(200);
    assert_eq!(address(&t.login(MOVED)), MOVED);
}

#[story]
fn a10_a_link_for_a_new_password_does_not_follow_an_address_that_was_left(t: TestApp) {
    let awa = t.ncp("SN");
    let (left, before) = (awa.email.clone(), t.inbox(&awa.email).len());
    let mut conn = open(t.portal.db.target(), Access::Write).unwrap();
    std::thread::scope(|scope| {
        let change = conn.transaction_for_write(|conn| {
            let moved = (users::email.eq(MOVED), users::email_key.eq(MOVED));
            diesel::update(users::table.filter(users::email_key.eq(&left))).set(moved).execute(conn)?;
            let ask =
                || drop(t.anonymous().post("/auth/password/forgot", &json!({"email": left})).unwrap().expect(202));
            let asked = scope.spawn(ask);
            // The request has found the account by its old address, and waits for its row.
            std::thread::sleep(Duration::from_millis(500));
            assert!(!asked.is_finished());
            Ok(())
        });
        change.unwrap();
    });
    assert_eq!(t.inbox(&left).len(), before);
}
