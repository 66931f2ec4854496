//! A copy of a browser's cookie, after its owner proved more, or chose another password (number 7).

use portal::demo::client::{Answer, Client};
use serde_json::json;

use crate::support::authenticator::Authenticator;
use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

const NEW: &str = "a window over the harbour";

/// The program of a page in a browser with this session.
fn browser(t: &TestApp, session: &str) -> Client {
    let client = t.anonymous().with_header("sec-fetch-site", "same-origin");
    client.with_header("cookie", &format!("__Host-session={session}"))
}

/// The session that an answer gives the browser.
fn session_of(answer: &Answer) -> String {
    let mut cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str());
    let session = cookies.find_map(|cookie| cookie.split(';').next()?.strip_prefix("__Host-session="));
    session.expect("a session").to_owned()
}

fn log_in(client: &Client, email: &str) -> Answer {
    client.post("/auth/login", &json!({"email": email, "password": PASSWORD, "cookie": true})).unwrap()
}

fn is_open(t: &TestApp, session: &str) -> bool {
    browser(t, session).get("/me").unwrap().status == 200
}

/// The first code of a new authenticator app.
fn confirm_app(t: &TestApp, client: &Client) -> Answer {
    let app = client.post("/me/mfa/totp", &json!({})).unwrap().expect(200);
    let secret = totp_rs::Secret::try_from_base32(app["secret"].as_str().unwrap()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let code = totp.generate(u64::try_from(t.clock.now().as_seconds()).unwrap()).to_string();
    client.post("/me/mfa/totp/confirm", &json!({"code": code})).unwrap()
}

fn add_passkey(_: &TestApp, client: &Client) -> Answer {
    let mut key = Authenticator::new("https://portal.example", b"the first key of a person");
    let started = client.post("/me/passkeys/start", &json!({})).unwrap().expect(200);
    let form = json!({"state": started["state"], "name": "Key", "credential": key.create(&started["options"])});
    client.post("/me/passkeys/finish", &form).unwrap()
}

fn change_password(_: &TestApp, client: &Client) -> Answer {
    client.post("/me/password", &json!({"current_password": PASSWORD, "new_password": NEW})).unwrap()
}

fn end_others(_: &TestApp, client: &Client) -> Answer {
    client.send("DELETE", "/api/v1/me/sessions", None).unwrap()
}

#[story]
fn a07_a_copied_cookie_is_worth_nothing_once_its_owner_proved_more(t: TestApp) {
    type Way = fn(&TestApp, &Client) -> Answer;
    let ways: [(&str, Way); 4] = [
        ("Awa Diop", confirm_app),
        ("Fatou Sow", add_passkey),
        ("Binta Ba", change_password),
        ("Moussa Fall", end_others),
    ];
    for (name, way) in ways {
        let owner = t.member(&Application::new("SN", name));
        let copied = session_of(&log_in(&t.anonymous(), &owner.email));
        let answer = way(&t, &browser(&t, &copied));
        assert!(answer.status < 300, "{name}: {}", answer.text);
        let own = session_of(&answer);
        assert!(is_open(&t, &own) && !is_open(&t, &copied), "{name}");
        assert_eq!(browser(&t, &own).post("/auth/logout", &json!({})).unwrap().status, 204);
        assert!(!is_open(&t, &own) && !is_open(&t, &copied), "{name}: the owner's logout leaves nothing open");
    }
}

#[story]
fn a07_a_login_over_an_open_session_ends_it(t: TestApp) {
    let (awa, mor) = (t.ncp("SN"), t.ncp("KE"));
    let copied = session_of(&log_in(&t.anonymous(), &awa.email));
    let next = session_of(&log_in(&browser(&t, &copied), &awa.email));
    assert!(is_open(&t, &next) && !is_open(&t, &copied));
    // Also where another person logs in in the same browser.
    let others = session_of(&log_in(&browser(&t, &next), &mor.email));
    assert!(is_open(&t, &others) && !is_open(&t, &next));
    // A login that fails ends nothing, nor does that of a program.
    let wrong = json!({"email": mor.email, "password": "not the password of anybody", "cookie": true});
    assert_eq!(browser(&t, &others).post("/auth/login", &wrong).unwrap().refused(401), "wrong_credentials");
    t.login(&mor.email);
    assert!(is_open(&t, &others));
}

#[story]
fn a07_a_program_that_adds_a_factor_keeps_its_session_beside_the_new_one(t: TestApp) {
    let awa = t.ncp("SN");
    let proven = t.with_app(&awa);
    awa.get("/me").expect(200);
    proven.get("/me").expect(200);
}
