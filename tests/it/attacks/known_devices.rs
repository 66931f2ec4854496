//! The known device of an owner, while a stranger guesses the password (number 19).

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

const HOME: &str = "192.0.2.7";
/// A stranger in the owner's own network, whose failures count for both.
const NEIGHBOUR: &str = "192.0.2.66";
const STRANGER: &str = "203.0.113.66";
/// More logins than a person gets new devices in a day.
const LOGINS: usize = 12;

fn browser_at(t: &TestApp, address: &str) -> Browser {
    Browser::anonymous(t).with_header("x-forwarded-for", address)
}

fn guess(t: &TestApp, email: &str) {
    for _ in 0..20 {
        t.try_login(NEIGHBOUR, email, "not the password of anybody");
    }
    assert_eq!(t.try_login(HOME, email, PASSWORD).refused(429), "too_many_attempts", "from a device that is not known");
}

/// The device that a browser is to the portal; its cookie is renewed at each login.
fn device(browser: &Browser) -> String {
    let cookie = browser.cookie("__Host-device").expect("a known device");
    cookie.split('.').next().expect("its name").to_owned()
}

fn log_out(browser: &mut Browser) {
    let page = browser.open("/privacy");
    let page = browser.submit(&page, "Log out", &[]);
    assert_eq!((page.path.as_str(), browser.cookie("__Host-session")), ("/login", None));
}

#[story]
fn a19_a_logout_leaves_the_device_known_so_that_a_stranger_keeps_nobody_out(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = browser_at(&t, HOME);
    browser.log_in(&t, &awa.email);
    let known = device(&browser);
    for _ in 0..LOGINS {
        log_out(&mut browser);
        assert_eq!(device(&browser), known);
        browser.log_in(&t, &awa.email);
        assert_eq!(device(&browser), known, "the same device each time, so no new one is counted");
    }
    // A program of the browser logs out by the API.
    assert_eq!(browser.send("POST", "/api/v1/auth/logout", Some("")).status, 204);
    assert_eq!((browser.cookie("__Host-session"), device(&browser)), (None, known));
    guess(&t, &awa.email);
    browser.log_in(&t, &awa.email);
}

#[story]
fn a19_a_change_of_address_leaves_the_device_known(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = browser_at(&t, HOME);
    browser.log_in(&t, &awa.email);
    let known = device(&browser);
    let moved = "awa.diop@elsewhere.example";
    awa.post("/me/email", &json!({"email": moved})).expect(202);
    let token = t.mailed_token(moved, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    log_out(&mut browser);
    guess(&t, moved);
    browser.log_in(&t, moved);
    assert_eq!(device(&browser), known);
    // A cookie of one account is none of another.
    let grace = t.member(&Application::new("KE", "Grace Hopper"));
    log_out(&mut browser);
    guess(&t, &grace.email);
    let page = browser.open("/login");
    let refused = browser.submit_to(&page, "/login", &[("email", &grace.email), ("password", PASSWORD)]);
    assert_eq!(refused.status, 429, "{}", refused.text());
}

#[story]
fn a19_a_thief_who_knows_the_password_pushes_no_known_device_out_by_logins(t: TestApp) {
    let awa = t.ncp("SN");
    let mut owner = browser_at(&t, HOME);
    owner.log_in(&t, &awa.email);
    log_out(&mut owner);
    for _ in 0..LOGINS {
        let mut thief = browser_at(&t, STRANGER);
        thief.log_in(&t, &awa.email);
        log_out(&mut thief);
    }
    guess(&t, &awa.email);
    owner.log_in(&t, &awa.email);
}
