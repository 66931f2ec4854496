//! Counts that a stranger or a stolen session shared with the owner: each has a key of its own (numbers 19 and 20).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portal::demo::client::Answer;
use serde_json::json;

use super::lines::id;
use crate::support::{Expect as _, PASSWORD, Person, TestApp, story};

const STRANGER: &str = "203.0.113.66";
/// Where several people work.
const OFFICE: &str = "198.51.100.7";
const WRONG: &str = "not her password at all";
const NEW: &str = "a window over the harbour";

fn prove(person: &Person, password: &str) -> Answer {
    person.post("/me/reauthenticate", &json!({"password": password}))
}

#[story]
fn a19_a_stranger_who_types_an_id_keeps_nobody_from_proving_the_identity(t: TestApp) {
    let awa = t.ncp("SN");
    let user = id(&awa).to_string();
    for typed in [user.clone(), format!("step-up {user}"), format!("text {user}"), format!(" {user} ")] {
        for _ in 0..5 {
            assert_eq!(t.try_login(STRANGER, &typed, WRONG).refused(401), "wrong_credentials");
        }
        assert_eq!(t.try_login(STRANGER, &typed, WRONG).refused(429), "too_many_attempts", "{typed}");
    }
    let proven = prove(&awa, PASSWORD).expect(200);
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    assert_eq!(t.person(&awa.email, &proven).post("/me/password", &change).status, 204);
}

#[story]
fn a19_a_stolen_session_that_guesses_keeps_no_other_session_from_it(t: TestApp) {
    let awa = t.ncp("SN");
    let thief = t.login(&awa.email);
    for _ in 0..5 {
        assert_eq!(prove(&thief, WRONG).refused(422), "invalid");
    }
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    for refused in [prove(&thief, PASSWORD), thief.post("/me/password", &change)] {
        assert_eq!(refused.refused(429), "too_many_attempts", "both ask for the password");
    }
    prove(&awa, PASSWORD).expect(200);
}

#[story]
fn a20_failed_logins_of_strangers_hide_no_guess_of_a_session(t: TestApp) {
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let recorded = || admin.all("/audit?action=login_failed").len();
    let before = recorded();
    for _ in 0..3 {
        t.try_login(STRANGER, &awa.email, WRONG).refused(401);
    }
    assert_eq!(recorded(), before + 1, "of one address, the others are counted");
    for _ in 0..2 {
        prove(&awa, WRONG).refused(422);
    }
    assert_eq!(recorded(), before + 2);
}

/// Calls of programs with what is no token cost no hash, so there are many of them in a moment.
#[story]
fn a19_programs_that_fail_use_up_no_login_of_their_network(t: TestApp) {
    let awa = t.ncp("SN");
    let guess = format!("Basic {}", STANDARD.encode("nobody@customs.example:portal_pat_guess"));
    let program = |from: &str| {
        let client = t.from(from).with_header("authorization", &guess);
        client.send("GET", "/carddav/", None).unwrap()
    };
    for _ in 0..30 {
        assert_eq!(program(OFFICE).refused(401), "program_refused");
    }
    assert_eq!(program(OFFICE).refused(429), "too_many_attempts");
    t.try_login(OFFICE, &awa.email, PASSWORD).expect(200);
    prove(&awa.with_header("x-forwarded-for", OFFICE), PASSWORD).expect(200);
}

#[story]
fn a19_failed_logins_of_a_network_keep_no_known_device_out(t: TestApp) {
    let awa = t.ncp("SN");
    let session = t.login(&awa.email).with_header("x-forwarded-for", OFFICE);
    let known = t.try_login(OFFICE, &awa.email, PASSWORD);
    let cookies = known.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value);
    let device = cookies.filter_map(|value| value.split(';').next()).find(|pair| pair.starts_with("__Host-device="));
    let device = t.from(OFFICE).with_header("cookie", device.expect("the cookie of a device"));
    for number in 0..30 {
        t.try_login(OFFICE, &format!("somebody{number}@customs.example"), WRONG).refused(401);
    }
    assert_eq!(t.try_login(OFFICE, &awa.email, PASSWORD).refused(429), "too_many_attempts");
    let log_in =
        |password: &str| device.post("/auth/login", &json!({"email": awa.email, "password": password})).unwrap();
    log_in(PASSWORD).expect(200);
    prove(&session, PASSWORD).expect(200);
    // The device guesses within its own count.
    for _ in 0..10 {
        assert_eq!(log_in(WRONG).refused(401), "wrong_credentials");
    }
    assert_eq!(log_in(PASSWORD).refused(429), "too_many_attempts");
}
