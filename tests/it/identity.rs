//! Logging in and out, refreshing, changing and recovering a password, and the first administrator.

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::json;

use crate::support::{Application, Expect as _, PASSWORD, TestApp, has_form, story};

#[story]
fn wrong_password_and_unknown_address_are_answered_alike(t: TestApp) {
    let awa = t.ncp("SN");
    let login = |email: &str, password: &str| {
        t.anonymous().post("/auth/login", &json!({"email": email, "password": password})).unwrap()
    };
    let wrong = login(&awa.email, "not her password at all");
    let unknown = login("nobody@customs-sn.example", PASSWORD);
    let malformed = login("no address", PASSWORD);
    let unverified = Application::new("KE", "Wanjiru Kamau");
    t.anonymous().post("/registrations", &unverified.form()).unwrap().expect(202);
    for answer in [&wrong, &unknown, &malformed, &login(&unverified.email, PASSWORD)] {
        assert_eq!(answer.clone().refused(401), "wrong_credentials");
        let (mut one, mut other) = (answer.json(), wrong.json());
        one["request_id"] = json!("");
        other["request_id"] = json!("");
        assert_eq!(one, other);
    }
    // Case of the address and the way accents are typed don't matter.
    assert_eq!(login(&awa.email.to_uppercase(), PASSWORD).status, 200);
}

#[story]
fn an_access_token_ends_after_ten_minutes(t: TestApp) {
    let awa = t.ncp("SN");
    assert_eq!(awa.tokens["expires_in"], 600);
    t.pass(Duration::from_secs(599));
    awa.get("/me").expect(200);
    t.pass(Duration::from_secs(40));
    assert_eq!(awa.get("/me").refused(401), "token_expired");
}

#[story]
fn a_session_ends_when_it_is_idle_and_after_a_day_at_the_latest(t: TestApp) {
    let idle = t.ncp("SN");
    let refresh =
        |token: &serde_json::Value| t.anonymous().post("/auth/refresh", &json!({"refresh_token": token})).unwrap();
    t.pass(Duration::from_mins(61));
    assert_eq!(refresh(&idle.tokens["refresh_token"]).refused(401), "refresh_token_invalid");

    let mut tokens = t.login(&idle.email).tokens;
    for _ in 0..24 {
        t.pass(Duration::from_mins(59));
        tokens = refresh(&tokens["refresh_token"]).expect(200);
    }
    t.pass(Duration::from_mins(30));
    assert_eq!(refresh(&tokens["refresh_token"]).refused(401), "refresh_token_invalid");
}

#[story]
fn logging_out_ends_the_session_at_once(t: TestApp) {
    let awa = t.ncp("SN");
    let elsewhere = t.login(&awa.email);
    assert_eq!(awa.post("/auth/logout", &json!({})).status, 204);
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    let refresh = json!({"refresh_token": awa.tokens["refresh_token"]});
    assert_eq!(t.anonymous().post("/auth/refresh", &refresh).unwrap().refused(401), "refresh_token_invalid");
    elsewhere.get("/me").expect(200);
}

#[story]
fn a_forged_token_opens_nothing(t: TestApp) {
    let awa = t.ncp("SN");
    let good = awa.tokens["access_token"].as_str().unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let flipped = if parts[2].starts_with('A') { "B" } else { "A" };
    for forged in [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        format!("{none}.{}.", parts[1]),
        format!("{}.{}.{}", none, parts[1], parts[2]),
        format!("{}.{}.{flipped}{}", parts[0], parts[1], &parts[2][1..]),
        format!("{}.{}.{}", parts[0], parts[1], ""),
        awa.tokens["refresh_token"].as_str().unwrap().to_owned(),
    ] {
        let code = t.anonymous().with_token(&forged).get("/me").unwrap().refused(401);
        assert_eq!(code, "token_invalid", "{forged}");
    }
    awa.get("/me").expect(200);
}

#[story]
fn the_public_key_verifies_our_tokens(t: TestApp) {
    let awa = t.ncp("SN");
    let jwks = t.anonymous().send("GET", "/.well-known/jwks.json", None).unwrap();
    assert_eq!(jwks.header("cache-control"), Some("public, max-age=300"));
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&jwks.text).unwrap();
    let token = awa.tokens["access_token"].as_str().unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    let key = keys.find(header.kid.as_deref().unwrap()).expect("the key of the header");
    let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_audience(&["https://portal.example"]);
    let claims = jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).unwrap().claims;
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
}

#[story]
fn a_changed_password_ends_the_other_sessions(t: TestApp) {
    let awa = t.ncp("SN");
    let elsewhere = t.login(&awa.email);
    let next = "another long pass phrase";
    let change =
        |current: &str, new: &str| awa.post("/me/password", &json!({"current_password": current, "new_password": new}));
    let wrong = change("not her password at all", next);
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/current_password");
    assert_eq!(wrong.refused(422), "invalid");
    assert_eq!(change(PASSWORD, "short").refused(422), "invalid");
    assert_eq!(change(PASSWORD, next).status, 204);
    awa.get("/me").expect(200);
    assert_eq!(elsewhere.get("/me").refused(401), "session_ended");
    assert_eq!(t.newest_mail(&awa.email).subject, "Your password was changed");
    let old = t.anonymous().post("/auth/login", &json!({"email": awa.email, "password": PASSWORD})).unwrap();
    assert_eq!(old.refused(401), "wrong_credentials");
    t.anonymous().post("/auth/login", &json!({"email": awa.email, "password": next})).unwrap().expect(200);
}

#[story]
fn a_forgotten_password_is_replaced_by_a_mailed_link(t: TestApp) {
    let awa = t.ncp("SN");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    // Asking changes nothing.
    awa.get("/me").expect(200);
    let token = t.mailed_token(&awa.email, "reset");
    let reset = |password: &str| {
        t.anonymous().post("/auth/password/reset", &json!({"token": token, "password": password})).unwrap()
    };
    assert_eq!(reset("short").refused(422), "invalid");
    reset("another long pass phrase").expect(200);
    assert_eq!(reset("yet another pass phrase").refused(410), "link_spent");
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    assert_eq!(t.newest_mail(&awa.email).subject, "Your password was changed");
    let login = json!({"email": awa.email, "password": "another long pass phrase"});
    t.anonymous().post("/auth/login", &login).unwrap().expect(200);
}

#[story]
fn goal_26_of_two_reset_links_that_wait_the_newer_alone_leaves(t: TestApp) {
    let awa = t.ncp("SN");
    t.deliver();
    // The relay takes nothing for a while, and she asks twice.
    for _ in 0..2 {
        t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    }
    let links = t.inbox(&awa.email).iter().filter_map(|mail| mail.token("reset")).collect::<Vec<_>>();
    assert_eq!(links.len(), 1);
    let form = json!({"token": links[0], "password": "another long pass phrase"});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
}

#[story]
fn the_newest_reset_link_alone_is_good(t: TestApp) {
    let awa = t.ncp("SN");
    let ask = || {
        t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
        t.mailed_token(&awa.email, "reset")
    };
    let (older, newer) = (ask(), ask());
    let reset = |token: &str| {
        let form = json!({"token": token, "password": "another long pass phrase"});
        t.anonymous().post("/auth/password/reset", &form).unwrap()
    };
    assert_eq!(reset(&older).refused(410), "link_spent");
    t.pass(Duration::from_mins(30));
    assert_eq!(reset(&newer).refused(410), "link_spent");
    reset(&ask()).expect(200);
}

#[story]
fn forgetting_an_unknown_address_is_answered_alike_and_mails_nobody(t: TestApp) {
    let awa = t.ncp("SN");
    let forgot = |email: &str| t.anonymous().post("/auth/password/forgot", &json!({"email": email})).unwrap();
    let (known, unknown) = (forgot(&awa.email), forgot("nobody@customs-sn.example"));
    assert_eq!((known.status, known.text), (unknown.status, unknown.text));
    assert_eq!(forgot("no address").status, 202);
    assert!(t.inbox("nobody@customs-sn.example").is_empty());
}

#[story]
fn the_set_up_link_makes_one_administrator(t: TestApp) {
    assert!(!t.run(t.portal.identity.has_administrator()).unwrap());
    let link = |t: &TestApp| t.run(t.portal.identity.set_up_link(None)).unwrap();
    let (older, newer) = (link(&t), link(&t));
    let token = |link: &str| link.split_once("token=").unwrap().1.to_owned();
    let form = |token: &str, password: &str| json!({"token": token, "name": "Root", "email": "root@portal.example", "password": password});
    let set_up = |body| t.anonymous().post("/setup", &body).unwrap();
    let open = |link: &str| t.anonymous().send("GET", link, None).unwrap();
    for printed in [&older, &newer] {
        let page = open(printed);
        assert!(page.status == 200 && page.text.contains("Create the administrator’s account"), "{}", page.text);
        assert!(page.text.contains("At least 15 characters"), "{}", page.text);
    }
    let short = set_up(form(&token(&older), "kJ8#vQ2!kJ8#vQ"));
    assert!(short.text.contains("At least 15 characters"), "as the page says: {}", short.text);
    assert_eq!(short.refused(422), "invalid");
    set_up(form(&token(&older), PASSWORD)).expect(201);
    for spent in [&older, &newer] {
        assert_eq!(set_up(form(&token(spent), PASSWORD)).refused(410), "link_spent");
        let page = open(spent);
        assert!(page.status == 410 && !has_form(&page.text), "{}", page.text);
    }
    assert!(t.run(t.portal.identity.has_administrator()).unwrap());
    let root = t.login("root@portal.example");
    assert_eq!(root.get("/registrations").refused(403), "mfa_required");
    t.with_app(&root).get("/registrations").expect(200);

    let printed = link(&t);
    let second =
        json!({"token": token(&printed), "name": "Second", "email": "second@portal.example", "password": PASSWORD});
    assert_eq!(set_up(second).refused(410), "link_spent", "the first is the only one to come by such a link");
    t.pass(Duration::from_hours(24));
}

#[story]
fn the_page_of_a_set_up_link_says_what_comes_next(t: TestApp) {
    let link = t.run(t.portal.identity.set_up_link(None)).unwrap();
    let token = link.split_once("token=").unwrap().1;
    // A form that was accepted leads on.
    let follow = |answer: Answer| match answer.header("location") {
        Some(address) if answer.status == 303 => t.anonymous().send("GET", address, None).unwrap(),
        _ => answer,
    };
    let send = |token: &str| {
        let password = PASSWORD.replace(' ', "+");
        let form = format!("token={token}&name=Root&email=root%40portal.example&password={password}");
        let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
        follow(t.anonymous().send("POST", "/setup", body).unwrap())
    };
    let bad = send("bad");
    assert!(bad.status == 410 && !has_form(&bad.text), "a dead link has no form: {}", bad.text);
    let nobody = json!({"token": token, "password": PASSWORD});
    let missing = t.anonymous().post("/setup", &nobody).unwrap().json();
    let pointers = [&missing["errors"][0]["pointer"], &missing["errors"][1]["pointer"]];
    assert_eq!(pointers, [&json!("/email"), &json!("/name")], "{missing}");
    let done = send(token);
    for words in ["log in with the address", "root@portal.example", "authenticator app", "href=\"/docs/\""] {
        assert!(done.text.contains(words), "{words}: {}", done.text);
    }
}

#[story]
fn a_set_up_link_for_somebody_keeps_to_that_address(t: TestApp) {
    let email = portal::mail::EmailAddress::parse("second@portal.example").unwrap();
    let link = t.run(t.portal.identity.set_up_link(Some((email, "Second".to_owned())))).unwrap();
    let token = link.split_once("token=").unwrap().1;
    let page = t.anonymous().send("GET", &link, None).unwrap();
    assert!(page.text.contains("name=\"password\"") && !page.text.contains("name=\"email\""), "{}", page.text);
    assert!(page.text.contains("second@portal.example"), "{}", page.text);
    let form = json!({"token": token, "email": "thief@elsewhere.example", "password": PASSWORD});
    t.anonymous().post("/setup", &form).unwrap().expect(201);
    assert_eq!(t.login("second@portal.example").get("/me").expect(200)["name"], "Second");
    let thief = json!({"email": "thief@elsewhere.example", "password": PASSWORD});
    assert_eq!(t.anonymous().post("/auth/login", &thief).unwrap().refused(401), "wrong_credentials");
}

#[story]
fn a_password_must_be_long_enough(t: TestApp) {
    let application = Application::new("SN", "Awa Diop");
    let token = t.apply(&application);
    let choose = |password: &str| {
        t.anonymous().post("/registrations/verify", &json!({"token": token, "password": password})).unwrap()
    };
    for (password, code) in [
        ("14 characters.", "password_too_short"),
        (application.email.as_str(), "password_context"),
        (&"x".repeat(129), "password_too_long"),
        (&"é".repeat(600), "password_too_long"),
    ] {
        let answer = choose(password);
        assert_eq!(answer.json()["errors"][0]["code"], code, "{}", answer.text);
        assert_eq!(answer.refused(422), "invalid");
    }
    let long: String = "Дождь стучит по крыше вагона "
        .chars()
        .cycle()
        .zip("abcdefghijk".chars().cycle())
        .flat_map(|(a, b)| [a, b])
        .take(128)
        .collect();
    choose(&long).expect(200);
}

#[story]
fn the_secret_of_a_mail_is_gone_once_it_left(t: TestApp) {
    let awa = t.ncp("SN");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    t.deliver();
    let left = t.run(t.portal.db.read(|conn| {
        use diesel::prelude::*;
        Ok(portal::db::schema::mail_content::table.count().get_result::<i64>(conn)?)
    }));
    assert_eq!(left.unwrap(), 0);
}
