//! Sessions and their tokens: the requirements T7 to T13, T16 and T17, each under its number. Those of cookies are in
//! `cookies`, those of API tokens in `api_tokens`.

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::cookies::cookie;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};
use crate::tokens::{access, parts};

/// Asks for the next pair of tokens.
pub fn refresh(t: &TestApp, token: &Value) -> Answer {
    t.anonymous().post("/auth/refresh", &json!({"refresh_token": token})).unwrap()
}

#[story]
fn t7_a_token_that_comes_after_its_successor_ends_the_session(t: TestApp) {
    let awa = t.ncp("SN");
    let second = refresh(&t, &awa.tokens["refresh_token"]).expect(200);
    let third = refresh(&t, &second["refresh_token"]).expect(200);
    let person = t.person(&awa.email, &third);
    person.get("/me").expect(200);
    assert_eq!(refresh(&t, &awa.tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    assert_eq!(refresh(&t, &third["refresh_token"]).refused(401), "refresh_token_invalid");
    assert_eq!(person.get("/me").refused(401), "session_ended");
    assert_eq!(t.newest_mail(&awa.email).subject, "One of your sessions was ended as a precaution");
    let log = t.login(&awa.email).get("/me/audit?action=refresh_reuse").expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
}

#[story]
fn t7_a_token_that_comes_late_ends_the_session(t: TestApp) {
    let awa = t.ncp("SN");
    let second = refresh(&t, &awa.tokens["refresh_token"]).expect(200);
    t.pass(Duration::from_secs(30));
    assert_eq!(refresh(&t, &awa.tokens["refresh_token"]).expect(200)["refresh_token"], second["refresh_token"]);
    t.pass(Duration::from_secs(1));
    assert_eq!(refresh(&t, &awa.tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    assert_eq!(refresh(&t, &second["refresh_token"]).refused(401), "refresh_token_invalid");
}

#[story]
fn t8_ten_refreshes_at_once_leave_one_chain(t: TestApp) {
    let awa = t.ncp("SN");
    let token = &awa.tokens["refresh_token"];
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let ask = |_| {
            let t = &t;
            scope.spawn(move || refresh(t, token).expect(200))
        };
        let asked: Vec<_> = (0..10).map(ask).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for answer in &answers {
        assert_eq!(answer["refresh_token"], answers[0]["refresh_token"], "one live branch");
        t.person(&awa.email, answer).get("/me").expect(200);
    }
    refresh(&t, &answers[9]["refresh_token"]).expect(200);
}

#[story]
fn t9_a_session_has_an_idle_and_an_absolute_end(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(Duration::from_mins(61));
    assert_eq!(refresh(&t, &awa.tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    let mut tokens = t.login(&awa.email).tokens;
    for _ in 0..24 {
        t.pass(Duration::from_mins(59));
        tokens = refresh(&t, &tokens["refresh_token"]).expect(200);
    }
    t.pass(Duration::from_mins(30));
    assert_eq!(refresh(&t, &tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    assert_eq!(t.person(&awa.email, &tokens).get("/me").refused(401), "token_expired");
}

#[story]
fn t9_the_secretariats_sessions_end_sooner(t: TestApp) {
    let admin = t.admin();
    let mut tokens = refresh(&t, &admin.tokens["refresh_token"]).expect(200);
    t.pass(Duration::from_mins(14));
    tokens = refresh(&t, &tokens["refresh_token"]).expect(200);
    t.pass(Duration::from_mins(15));
    assert_eq!(refresh(&t, &tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    let mut tokens = t.admin().tokens;
    for _ in 0..51 {
        t.pass(Duration::from_mins(14));
        tokens = refresh(&t, &tokens["refresh_token"]).expect(200);
    }
    t.pass(Duration::from_mins(14));
    assert_eq!(refresh(&t, &tokens["refresh_token"]).refused(401), "refresh_token_invalid", "twelve hours");
}

#[story]
fn t10_logging_out_ends_access_tokens_too(t: TestApp) {
    let awa = t.ncp("SN");
    let elsewhere = t.login(&awa.email);
    let out = awa.post("/auth/logout", &json!({}));
    assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"storage\""));
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    assert_eq!(refresh(&t, &awa.tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    elsewhere.get("/me").expect(200);
}

#[story]
fn t11_suspension_and_lost_roles_take_effect_within_two_seconds(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let made = json!({"name": "phone", "scopes": ["community:read"], "expires_in_days": 30});
    let made = awa.post("/me/tokens", &made).expect(201);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    program.get("/contacts").unwrap().expect(200);
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    assert_eq!(wanjiru.get("/contacts?q=awa").expect(200)["data"].as_array().unwrap().len(), 1);
    let admin = t.admin();
    t.deliver();
    let suspend = |body: Value| admin.post(&format!("/users/{id}/suspend"), &body);
    assert_eq!(suspend(json!({"reason": " "})).refused(422), "invalid");
    assert!(suspend(json!({"reason": "under inquiry"})).expect(200)["suspended_at"].is_string());
    assert_eq!(suspend(json!({"reason": "again"})).refused(409), "already_suspended");
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    assert_eq!(program.get("/contacts").unwrap().refused(401), "token_invalid");
    assert_eq!(refresh(&t, &awa.tokens["refresh_token"]).refused(401), "refresh_token_invalid");
    assert!(wanjiru.get("/contacts?q=awa").expect(200)["data"].as_array().unwrap().is_empty());
    assert!(t.newest_mail(&awa.email).text.contains("under inquiry"));
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    assert_eq!(t.newest_mail(&awa.email).subject, "Your account is suspended", "and no link");
    let found = admin.get(&format!("/users?email={}", awa.email)).expect(200);
    assert_eq!(found["data"][0]["id"], id.as_str());
    admin.post(&format!("/users/{id}/reinstate"), &json!({})).expect(200);
    assert_eq!(program.get("/contacts").unwrap().refused(401), "token_invalid", "ended for good");
    t.login(&awa.email).get("/contacts").expect(200);
    assert_eq!(wanjiru.get("/contacts?q=awa").expect(200)["data"].as_array().unwrap().len(), 1);

    // A role that was lost in another process counts as soon as the principal is read again.
    t.run(t.portal.db.write(|conn| {
        use diesel::prelude::*;
        use portal::appointments::AppointmentStatus;
        use portal::db::schema::appointment;
        diesel::update(appointment::table).set(appointment::status.eq(AppointmentStatus::Ended)).execute(conn)?;
        Ok(())
    }))
    .unwrap();
    t.pass(Duration::from_secs(2));
    assert_eq!(wanjiru.get("/contacts").refused(403), "no_active_appointment");
    assert_eq!(admin.get("/registrations").refused(403), "secretariat_only");
}

#[story]
fn t12_sessions_are_listed_named_and_ended(t: TestApp) {
    let awa = t.ncp("SN");
    let phone = t.from("203.0.113.66").with_header("user-agent", "Phone/1.0");
    let login = json!({"email": awa.email, "password": PASSWORD});
    let phone_tokens = phone.post("/auth/login", &login).unwrap().expect(200);
    let phone = phone.with_token(phone_tokens["access_token"].as_str().unwrap());
    let list = awa.get("/me/sessions").expect(200);
    let sessions = list["data"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let of_phone = sessions.iter().find(|session| session["user_agent"] == "Phone/1.0").unwrap();
    assert_eq!((&of_phone["network"], &of_phone["current"]), (&json!("203.0.113.0/24"), &json!(false)));
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    let path = format!("/me/sessions/{}", of_phone["id"].as_str().unwrap());
    assert_eq!(awa.patch(&path, &json!({"name": "My phone"})).status, 204);
    assert!(awa.get("/me/sessions").expect(200)["data"].to_string().contains("My phone"));
    let other = t.member(&Application::new("KE", "Wanjiru Kamau"));
    assert_eq!(other.delete(&path).refused(404), "not_found");
    assert_eq!(other.patch(&path, &json!({"name": "mine"})).refused(404), "not_found");
    phone.get("/me").unwrap().expect(200);
    assert_eq!(awa.delete(&path).status, 204);
    assert_eq!(phone.get("/me").unwrap().refused(401), "session_ended");
    let (second, third) = (t.login(&awa.email), t.login(&awa.email));
    assert_eq!(awa.delete("/me/sessions").status, 204);
    assert_eq!(second.get("/me").refused(401), "session_ended");
    assert_eq!(third.get("/me").refused(401), "session_ended");
    awa.get("/me").expect(200);
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    assert_eq!(other.delete(&format!("/users/{id}/sessions")).refused(403), "secretariat_only");
    assert_eq!(t.admin().delete(&format!("/users/{id}/sessions")).status, 204);
    assert_eq!(awa.get("/me").refused(401), "session_ended");
}

#[story]
fn t12_of_too_many_sessions_the_longest_unused_ends(t: TestApp) {
    let first = t.ncp("SN");
    for _ in 0..19 {
        t.pass(Duration::from_secs(1));
        t.login(&first.email);
    }
    first.get("/me").expect(200);
    t.pass(Duration::from_secs(1));
    let last = t.login(&first.email);
    t.pass(Duration::from_secs(2));
    assert_eq!(first.get("/me").refused(401), "session_ended");
    assert_eq!(last.get("/me/sessions").expect(200)["data"].as_array().unwrap().len(), 20);
}

#[story]
fn t13_each_login_has_an_id_of_its_own(t: TestApp) {
    let awa = t.ncp("SN");
    let again = t.login(&awa.email);
    let sid = |person: &Person| parts(access(person)).1["sid"].clone();
    assert_ne!(sid(&awa), sid(&again));
    // A browser gets a new session at login.
    let fixed = t.anonymous().with_header("cookie", "__Host-session=chosen-by-an-attacker");
    let fixed = fixed.with_header("sec-fetch-site", "same-origin");
    let login = json!({"email": awa.email, "password": PASSWORD, "cookie": true});
    let answer = fixed.post("/auth/login", &login).unwrap();
    assert!(!cookie(&answer).contains("chosen-by-an-attacker"));
    assert_eq!(fixed.get("/me").unwrap().refused(401), "session_ended");
    let proven = t.person(&awa.email, &again.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200));
    assert_ne!(sid(&again), sid(&proven));
}

#[story]
fn t16_no_token_stands_in_an_address(t: TestApp) {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                let in_query = parameter["in"] == "query";
                let secret = ["token", "code", "password", "secret", "access_token"].contains(&name);
                assert!(!(in_query && secret), "{path} {name}");
            }
        }
    }
    // A link in a mail opens a page that sends the token by POST; opening it does nothing.
    let application = Application::new("SN", "Awa Diop");
    let token = t.apply(&application);
    for _ in 0..2 {
        let page = t.anonymous().send("GET", &format!("/verify?token={token}"), None).unwrap();
        assert!(page.status == 200 && page.text.contains("method=\"post\""), "{}", page.text);
    }
    t.verify(&token).expect(200);
}

#[story]
fn t17_keys_rotate_and_no_token_is_lost(t: TestApp) {
    let keys = || {
        let answer = t.anonymous().send("GET", "/.well-known/jwks.json", None).unwrap();
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        let keys: Vec<String> = answer.json()["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect();
        keys
    };
    let awa = t.ncp("SN");
    let first = keys();
    assert_eq!(first.len(), 1);
    t.pass(Duration::from_hours(24 * 30) - Duration::from_mins(10));
    t.run(t.portal.run_maintenance_once()).unwrap();
    let both = keys();
    assert_eq!((both.len(), &both[0]), (2, &first[0]));
    let kid = |person: &Person| parts(access(person)).0["kid"].as_str().unwrap().to_owned();
    let before = t.login(&awa.email);
    assert_eq!(kid(&before), both[0], "the next key does not sign yet");
    t.pass(Duration::from_mins(10));
    let after = t.login(&awa.email);
    assert_eq!(kid(&after), both[1]);
    before.get("/me").expect(200);
    after.get("/me").expect(200);
    t.pass(Duration::from_mins(20));
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(keys(), both[1..]);
    t.login(&awa.email).get("/me").expect(200);
}
