//! Second factors: the requirements M1 to M9, each under its number.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::authenticator::Authenticator;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const HOME: &str = "198.51.100.7";
const ORIGIN: &str = "https://portal.example";

fn challenge(t: &TestApp, email: &str) -> String {
    let challenged = t.try_login(HOME, email, PASSWORD).expect(200);
    assert_eq!(challenged["mfa_required"], true);
    challenged["challenge"].as_str().unwrap().to_owned()
}

fn second(t: &TestApp, challenge: &str, method: &str, code: &str) -> Answer {
    let form = json!({"challenge": challenge, "method": method, "code": code});
    t.from(HOME).post("/auth/login/mfa", &form).unwrap()
}

/// An NCP with an authenticator app whose next code was not used yet.
fn with_app(t: &TestApp) -> Person {
    let awa = t.with_app(&t.ncp("SN"));
    t.pass(Duration::from_secs(30));
    awa
}

#[story]
fn m1_a_code_is_good_once_and_for_a_minute_around(t: TestApp) {
    let awa = with_app(&t);
    let code = t.code(&awa.email);
    second(&t, &challenge(&t, &awa.email), "totp", &code).expect(200);
    assert_eq!(second(&t, &challenge(&t, &awa.email), "totp", &code).refused(401), "wrong_code");
    // A clock that is half a minute wrong is accepted, one that is a minute and a half wrong is not.
    t.pass(Duration::from_secs(30));
    let code = t.code(&awa.email);
    t.pass(Duration::from_secs(30));
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    second(&t, &challenge(&t, &awa.email), "totp", &spaced).expect(200);
    t.pass(Duration::from_secs(30));
    let code = t.code(&awa.email);
    t.pass(Duration::from_secs(90));
    assert_eq!(second(&t, &challenge(&t, &awa.email), "totp", &code).refused(401), "wrong_code");
}

#[story]
fn m1_of_fifty_uses_of_one_code_one_counts(t: TestApp) {
    let awa = with_app(&t);
    let code = t.code(&awa.email);
    let challenges: Vec<String> = (0..10).map(|_| challenge(&t, &awa.email)).collect();
    let good = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for number in 0..50 {
            let (t, challenges, code, good) = (&t, &challenges, &code, &good);
            scope.spawn(move || match second(t, &challenges[number % 10], "totp", code).status {
                200 => drop(good.fetch_add(1, Ordering::SeqCst)),
                status => assert!([401, 429, 503].contains(&status), "{status}"),
            });
        }
    });
    assert_eq!(good.into_inner(), 1);
}

#[story]
fn m2_five_wrong_codes_rest_the_factor_over_all_logins(t: TestApp) {
    let awa = with_app(&t);
    let challenges: Vec<String> = (0..20).map(|_| challenge(&t, &awa.email)).collect();
    let right = t.code(&awa.email);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for challenge in challenges.iter().take(5) {
        assert_eq!(second(&t, challenge, "totp", wrong).refused(401), "wrong_code");
    }
    let sixth = second(&t, &challenges[6], "totp", &right);
    assert_eq!(sixth.header("retry-after"), Some("900"));
    assert_eq!(sixth.refused(429), "too_many_attempts");
    assert_eq!(second(&t, &challenges[7], "recovery_code", "aaaaa-bbbbb-ccccc").refused(429), "too_many_attempts");
    t.mail_about(&awa.email, "Your password may be known to somebody else");
    t.pass(Duration::from_mins(15));
    second(&t, &challenge(&t, &awa.email), "totp", &t.code(&awa.email)).expect(200);
}

#[story]
fn m3_a_challenge_gives_no_access_and_is_good_once_for_five_minutes(t: TestApp) {
    let awa = with_app(&t);
    let first = challenge(&t, &awa.email);
    let client = t.anonymous().with_token(&first);
    assert_eq!(client.get("/me").unwrap().refused(401), "token_invalid");
    let refresh = json!({"refresh_token": first});
    assert_eq!(t.anonymous().post("/auth/refresh", &refresh).unwrap().refused(401), "refresh_token_invalid");
    second(&t, &first, "totp", &t.code(&awa.email)).expect(200);
    t.pass(Duration::from_secs(30));
    assert_eq!(second(&t, &first, "totp", &t.code(&awa.email)).refused(401), "challenge_invalid");
    let late = challenge(&t, &awa.email);
    t.pass(Duration::from_mins(5));
    assert_eq!(second(&t, &late, "totp", &t.code(&awa.email)).refused(401), "challenge_invalid");
    assert_eq!(second(&t, "nothing", "totp", "123456").refused(401), "challenge_invalid");
}

#[story]
fn m4_an_app_is_added_by_a_fresh_login_and_a_right_code(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(Duration::from_mins(6));
    assert_eq!(awa.post("/me/mfa/totp", &json!({})).refused(401), "reauth_required");
    let awa = t.login(&awa.email);
    let first = awa.post("/me/mfa/totp", &json!({})).expect(200);
    let app = awa.post("/me/mfa/totp", &json!({})).expect(200);
    assert_ne!(first["secret"], app["secret"], "the first was never confirmed");
    let uri = app["otpauth_uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(app["secret"].as_str().unwrap()), "{uri}");
    let wrong = awa.post("/me/mfa/totp/confirm", &json!({"code": "000000"}));
    assert_eq!(wrong.json()["errors"][0]["code"], "wrong_code");
    // Not confirmed, it is no factor.
    assert!(t.try_login(HOME, &awa.email, PASSWORD).expect(200)["access_token"].is_string());
    let other = t.login(&awa.email);
    let awa = t.with_app(&awa);
    assert_eq!(other.get("/me").refused(401), "session_ended");
    assert_eq!(awa.post("/me/mfa/totp", &json!({})).refused(409), "factor_exists");
    let standing = awa.get("/me/mfa").expect(200);
    let wanted =
        json!({"totp": true, "passkeys": 0, "passkeys_suspended": 0, "recovery_codes_left": 10, "required": false});
    assert_eq!(standing, wanted);
    let stored: Vec<u8> = t
        .run(t.portal.db.read(|conn| {
            use diesel::prelude::*;
            Ok(portal::db::schema::totp::table.select(portal::db::schema::totp::sealed_secret).first(conn)?)
        }))
        .unwrap();
    assert!(stored.len() > 40, "sealed");
}

#[story]
fn m5_a_recovery_code_is_good_once_and_a_new_set_replaces_the_old(t: TestApp) {
    let awa = t.ncp("SN");
    let app = awa.post("/me/mfa/totp", &json!({})).expect(200);
    let secret = totp_rs::Secret::try_from_base32(app["secret"].as_str().unwrap()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let code = totp.generate(u64::try_from(t.clock.now().as_seconds()).unwrap()).to_string();
    let confirmed = awa.post("/me/mfa/totp/confirm", &json!({"code": code})).expect(200);
    let codes = |answer: &Value| -> Vec<String> {
        let codes = answer["recovery_codes"].as_array().unwrap().iter();
        codes.map(|code| code.as_str().unwrap().to_owned()).collect()
    };
    let old = codes(&confirmed);
    assert_eq!(old.len(), 10);
    assert!(old.iter().all(|code| code.len() == 17));
    let typed = old[0].to_uppercase().replace('-', " ");
    second(&t, &challenge(&t, &awa.email), "recovery_code", &typed).expect(200);
    assert!(t.inbox(&awa.email).iter().any(|mail| mail.text.contains("You have 9 recovery codes left")));
    assert_eq!(second(&t, &challenge(&t, &awa.email), "recovery_code", &old[0]).refused(401), "wrong_code");
    let again = second(&t, &challenge(&t, &awa.email), "recovery_code", &old[1]).expect(200);
    let awa = t.person(&awa.email, &again);
    t.deliver();
    let new = codes(&awa.post("/me/mfa/recovery-codes", &json!({})).expect(200));
    assert_eq!(t.newest_mail(&awa.email).subject, "New recovery codes were made");
    assert_eq!(second(&t, &challenge(&t, &awa.email), "recovery_code", &old[2]).refused(401), "wrong_code");
    for code in &new {
        second(&t, &challenge(&t, &awa.email), "recovery_code", code).expect(200);
    }
}

/// Adds a passkey; returns it, and the same person in a session with two factors.
fn with_passkey(t: &TestApp, person: &Person, name: &str) -> (Authenticator, Person) {
    let mut key = Authenticator::new(ORIGIN, format!("the passkey called {name}").as_bytes());
    let started = person.post("/me/passkeys/start", &json!({})).expect(200);
    let made = key.create(&started["options"]);
    let form = json!({"state": started["state"], "name": name, "credential": made});
    let added = person.post("/me/passkeys/finish", &form).expect(201);
    assert_eq!(added["name"], name);
    let proven = if added["tokens"].is_null() { person.clone() } else { t.person(&person.email, &added["tokens"]) };
    assert_eq!(proven.post("/me/passkeys/finish", &form).refused(410), "link_spent");
    assert_eq!(t.newest_mail(&person.email).subject, "A second factor was added to your account");
    (key, proven)
}

fn begin(t: &TestApp, challenge: Option<&str>) -> Value {
    t.from(HOME).post("/auth/passkey/start", &json!({"challenge": challenge})).unwrap().expect(200)
}

fn finish(t: &TestApp, started: &Value, signed: &Value, challenge: Option<&str>) -> Answer {
    let form = json!({"state": started["state"], "credential": signed, "challenge": challenge});
    t.from(HOME).post("/auth/passkey/finish", &form).unwrap()
}

#[story]
fn m6_a_passkey_logs_in_without_a_password(t: TestApp) {
    let awa = t.ncp("SN");
    let (mut key, _) = with_passkey(&t, &awa, "Office key");
    for _ in 0..2 {
        let started = begin(&t, None);
        let allowed = &started["options"]["publicKey"]["allowCredentials"];
        assert!(allowed.as_array().is_none_or(Vec::is_empty), "nobody is named: {started}");
        let tokens = finish(&t, &started, &key.get(&started["options"]), None).expect(200);
        let person = t.person(&awa.email, &tokens);
        assert_eq!(person.get("/me").expect(200)["email"], awa.email.as_str());
        let sessions = person.get("/me/sessions").expect(200);
        let own = sessions["data"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
        assert_eq!(own["level"], "two_factor");
    }
}

#[story]
fn m6_a_passkey_is_a_second_factor_too(t: TestApp) {
    let awa = t.ncp("SN");
    let (mut key, _) = with_passkey(&t, &awa, "Office key");
    let challenged = t.try_login(HOME, &awa.email, PASSWORD).expect(200);
    assert_eq!(challenged["methods"], json!(["passkey"]));
    let challenge = challenged["challenge"].as_str().unwrap();
    let typed = second(&t, challenge, "passkey", "123456");
    assert_eq!(typed.json()["errors"][0]["code"], "passkey_has_no_code");
    let started = begin(&t, Some(challenge));
    assert_eq!(started["options"]["publicKey"]["allowCredentials"].as_array().unwrap().len(), 1);
    let signed = key.get(&started["options"]);
    assert_eq!(finish(&t, &started, &signed, None).refused(401), "challenge_invalid");
    let started = begin(&t, Some(challenge));
    finish(&t, &started, &key.get(&started["options"]), Some(challenge)).expect(200);
    let other = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let (mut theirs, _) = with_passkey(&t, &other, "Her key");
    let challenged = t.try_login(HOME, &awa.email, PASSWORD).expect(200);
    let challenge = challenged["challenge"].as_str().unwrap();
    let started = begin(&t, Some(challenge));
    let signed = theirs.get(&started["options"]);
    assert_eq!(finish(&t, &started, &signed, Some(challenge)).refused(401), "passkey_refused");
}

#[story]
fn m6_what_was_replayed_forged_or_not_verified_is_refused(t: TestApp) {
    let awa = t.ncp("SN");
    let (mut key, _) = with_passkey(&t, &awa, "Office key");
    let started = begin(&t, None);
    let challenge = started["options"]["publicKey"]["challenge"].as_str().unwrap();
    assert!(challenge.len() >= 22, "128 bits: {challenge}");
    let signed = key.get(&started["options"]);
    finish(&t, &started, &signed, None).expect(200);
    assert_eq!(finish(&t, &started, &signed, None).refused(401), "challenge_invalid");
    let replayed = begin(&t, None);
    assert_eq!(finish(&t, &replayed, &signed, None).refused(401), "passkey_refused");

    let refused = |key: &mut Authenticator| {
        let started = begin(&t, None);
        let signed = key.get(&started["options"]);
        assert_eq!(finish(&t, &started, &signed, None).refused(401), "passkey_refused");
    };
    "https://portal.example.evil.example".clone_into(&mut key.origin);
    refused(&mut key);
    ORIGIN.clone_into(&mut key.origin);
    key.verifies_user = false;
    refused(&mut key);
    key.verifies_user = true;
    key.framed_by = Some("https://evil.example");
    refused(&mut key);
    key.framed_by = None;
    refused(&mut Authenticator::new(ORIGIN, b"never seen here before, at all"));
    let late = begin(&t, None);
    t.pass(Duration::from_mins(5));
    assert_eq!(finish(&t, &late, &key.get(&late["options"]), None).refused(401), "challenge_invalid");
    let good = begin(&t, None);
    finish(&t, &good, &key.get(&good["options"]), None).expect(200);

    let awa = t.login_by_passkey(&awa.email, &mut key);
    let elsewhere = Authenticator::new("https://evil.example", b"made for another site, not us");
    let mut framed = Authenticator::new(ORIGIN, b"made in a frame of another site");
    framed.framed_by = Some("https://evil.example");
    for mut second in [elsewhere, framed] {
        let started = awa.post("/me/passkeys/start", &json!({})).expect(200);
        let made = second.create(&started["options"]);
        let form = json!({"state": started["state"], "name": "Second", "credential": made});
        assert_eq!(awa.post("/me/passkeys/finish", &form).json()["errors"][0]["code"], "passkey_refused");
    }
}

#[story]
fn m6_passkeys_are_named_listed_and_removed(t: TestApp) {
    let awa = t.ncp("SN");
    let (mut first, awa) = with_passkey(&t, &awa, "Office key");
    with_passkey(&t, &awa, "In the safe");
    let list = awa.get("/me/passkeys").expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    let office = list["data"].as_array().unwrap().iter().find(|key| key["name"] == "Office key").unwrap();
    let id = office["id"].as_str().unwrap();
    let other = t.member(&Application::new("KE", "Wanjiru Kamau"));
    assert_eq!(other.delete(&format!("/me/passkeys/{id}")).refused(404), "not_found");
    assert_eq!(awa.delete(&format!("/me/passkeys/{id}")).status, 204);
    let started = begin(&t, None);
    let signed = first.get(&started["options"]);
    assert_eq!(finish(&t, &started, &signed, None).refused(401), "passkey_refused");
}

#[story]
fn m7_the_secretariat_does_nothing_without_a_second_factor(t: TestApp) {
    t.set_up("root@portal.example", "Root");
    let root = t.login("root@portal.example");
    for path in ["/registrations", "/contacts", "/announcements", "/audit", "/members"] {
        assert_eq!(root.get(path).refused(403), "mfa_required", "{path}");
    }
    root.get("/me").expect(200);
    let proven = t.with_app(&root);
    proven.get("/registrations").expect(200);
    // The requesting session stays the same: it is not raised to another level, and does nothing sensitive.
    assert_eq!(root.get("/registrations").refused(403), "mfa_required");
    assert_eq!(root.post("/me/mfa/recovery-codes", &json!({})).refused(403), "mfa_required");
    let mut application = Application::new("SN", "Fatou Sow");
    application.role = "coordinator";
    let admin = t.admin();
    let id = t.apply_and_verify(&application);
    admin.post(&format!("/registrations/{id}/approve"), &json!({})).expect(200);
    let fatou = t.login(&application.email);
    assert_eq!(fatou.get("/contacts").refused(403), "mfa_required");
    t.with_app(&fatou).get("/contacts").expect(200);
}

#[story]
fn m8_the_last_factor_of_an_officer_stays_and_a_lost_one_is_proofed_anew(t: TestApp) {
    let admin = t.admin();
    assert_eq!(admin.delete("/me/mfa/totp").refused(409), "factor_required");
    let awa = t.with_app(&t.ncp("SN"));
    t.deliver();
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let reset =
        |person: &Person, id: &str| person.post(&format!("/users/{id}/mfa/reset"), &json!({"reason": "lost phone"}));
    assert_eq!(reset(&awa, &id).refused(403), "secretariat_only");
    let own = admin.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    assert_eq!(reset(&admin, &own).refused(403), "own_account");
    assert_eq!(reset(&admin, &id).status, 204);
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    assert_eq!(t.try_login(HOME, &awa.email, PASSWORD).refused(401), "wrong_credentials");
    let entry = &admin.get(&format!("/audit?subject={id}&action=factors_reset")).expect(200)["data"][0];
    assert_eq!(entry["actor_id"].as_str(), Some(own.as_str()));
    // A link to the mailbox is the way in, and no other person ever chose a password.
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("lost phone"), "{}", mail.text);
    let token = mail.token("reset").unwrap();
    let form = json!({"token": token, "password": "velvet walnut drizzle"});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
    let in_again = t.try_login(HOME, &awa.email, "velvet walnut drizzle").expect(200);
    assert!(in_again["access_token"].is_string(), "{in_again}");
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert!(!paths.keys().any(|path| path.starts_with("/api/v1/users/") && path.contains("password")));
}

#[story]
fn m9_sensitive_calls_want_a_fresh_login(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(Duration::from_mins(5));
    awa.get("/me/mfa").expect(200);
    t.pass(Duration::from_secs(1));
    let calls: [(&str, &str, Value); 6] = [
        ("POST", "/me/mfa/totp", json!({})),
        ("POST", "/me/passkeys/start", json!({})),
        ("POST", "/me/tokens", json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 1})),
        ("POST", "/me/email", json!({"email": "a@b.example"})),
        ("POST", "/me/mfa/recovery-codes", json!({})),
        ("DELETE", "/me/mfa/totp", json!({})),
    ];
    for (method, path, body) in &calls {
        let answer = awa.json(method, path, body).unwrap();
        let hint = "Bearer error=\"insufficient_user_authentication\", max_age=\"300\"";
        assert_eq!(answer.header("www-authenticate"), Some(hint), "{path}");
        assert_eq!(answer.refused(401), "reauth_required", "{path}");
    }
    let wrong = awa.post("/me/reauthenticate", &json!({"password": "not her password at all"}));
    assert_eq!(wrong.json()["errors"][0]["code"], "wrong_password");
    let proven = t.person(&awa.email, &awa.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200));
    assert_eq!(awa.get("/me").refused(401), "session_ended", "a new id takes its place");
    let awa = t.with_app(&proven);
    t.pass(Duration::from_mins(6));
    let without = awa.post("/me/reauthenticate", &json!({"password": PASSWORD}));
    assert_eq!(without.json()["errors"][0]["pointer"], "/method");
    let form = json!({"password": PASSWORD, "method": "totp", "code": t.code(&awa.email)});
    let proven = t.person(&awa.email, &awa.post("/me/reauthenticate", &form).expect(200));
    assert_eq!(proven.delete("/me/mfa/totp").status, 204);
}
