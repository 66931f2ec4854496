//! Logging in by pages: password, code, recovery code, where it leads to, and the proof of identity later.

use std::time::Duration;

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::{Expect, PASSWORD, Person, TestApp, story};

/// Addresses that lead to other sites, or that some browser takes for such, or that no header can have.
const EVIL: [&str; 30] = [
    "",
    "evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/a",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    " /privacy",
    "/ /evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:/evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "mailto:a@evil.example",
    "@evil.example",
    ".evil.example",
    "?next=//evil.example",
    "#/evil.example",
    "/privacy\r\nset-cookie: a=b",
    "/privacy\u{2028}",
    "/d\u{e9}j\u{e0}-vu",
];

fn query(next: &str) -> String {
    url::form_urlencoded::byte_serialize(next.as_bytes()).collect()
}

/// The codes of a person that stand on paper.
fn recovery_codes(person: &Person) -> Vec<String> {
    let answer = person.post("/me/mfa/recovery-codes", &json!({})).expect(200);
    answer["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

#[story]
fn w23_a_wrong_password_is_told_at_the_form(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::anonymous(&t);
    let page = browser.open("/login?next=%2Fprivacy");
    let page = browser.submit(&page, "Log in", &[("email", &awa.email), ("password", "not this one")]);
    assert_eq!((page.status, page.path.as_str()), (401, "/login"));
    assert!(page.title().starts_with("Error: Log in"), "{}", page.title());
    assert!(
        page.shows("[role=alert][autofocus]") && page.has("Address or password is wrong. Please check both."),
        "{}",
        page.text()
    );
    assert_eq!((page.value("email").as_str(), page.value("password").as_str()), (awa.email.as_str(), ""));
    assert!(page.shows("script[src^='/assets/password.']") && page.shows("input[data-show]"), "{}", page.html);
    let page = browser.submit(&page, "Log in", &[("password", PASSWORD)]);
    assert_eq!((page.status, page.path.as_str()), (200, "/privacy"), "the way on is kept");
}

#[story]
fn w7_who_tries_too_often_is_told_how_long_to_wait(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::anonymous(&t).with_header("x-forwarded-for", "203.0.113.9");
    let mut page = browser.open("/login");
    for _ in 0..10 {
        page = browser.submit(&page, "Log in", &[("email", &awa.email), ("password", "not this one")]);
        if page.status == 429 {
            break;
        }
    }
    assert_eq!(page.status, 429);
    assert_eq!(page.header("retry-after"), Some("1"));
    assert!(page.has("Please wait 1") && page.has("the wait ends automatically"), "{}", page.text());
    assert!(page.shows("form[action='/login']"), "the form is still there");
}

#[story]
fn w7_a_person_with_an_app_logs_in_by_a_code(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    t.pass(Duration::from_secs(30));
    let mut browser = Browser::anonymous(&t).reading("fr");
    let page = browser.open("/login?next=%2Fprivacy");
    let page = browser.submit(&page, "Se connecter", &[("email", &awa.email), ("password", PASSWORD)]);
    assert!(page.asks_for_code() && page.shows("input[name=code][autocomplete=one-time-code]"), "{}", page.text());
    assert_eq!(browser.cookie("__Host-session"), None, "half a login is none");
    let page = browser.submit(&page, "Se connecter", &[("code", "000 000")]);
    assert_eq!((page.status, page.has("Veuillez saisir le code")), (401, true), "{}", page.text());
    assert_eq!(page.value("code"), "");
    let code = t.code(&awa.email);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let page = browser.submit(&page, "Se connecter", &[("code", &spaced)]);
    assert_eq!((page.status, page.path.as_str()), (200, "/privacy"), "{}", page.text());
}

#[story]
fn w7_a_login_that_nobody_began_begins_nothing(t: TestApp) {
    let invented = [("challenge", "made-up"), ("code", "000000"), ("methods", "passkey")];
    let mut browser = Browser::anonymous(&t);
    for _ in 0..3 {
        let page = browser.post("/login/code", &invented);
        assert_eq!(page.status, 401);
        assert!(!page.shows("form[data-passkey]") && page.shows("form[action='/login']"), "{}", page.html);
    }
}

#[story]
fn w7_a_recovery_code_replaces_the_app_once(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let codes = recovery_codes(&awa);
    let mut browser = Browser::anonymous(&t);
    let mut statuses = Vec::new();
    for _ in 0..2 {
        browser.forget_cookie("__Host-session");
        let page = browser.open("/login");
        let page = browser.submit(&page, "Log in", &[("email", &awa.email), ("password", PASSWORD)]);
        assert!(page.has("or one of your recovery codes") && !page.shows("input[type=radio]"), "{}", page.text());
        let page = browser.submit(&page, "Log in", &[("code", &codes[0])]);
        statuses.push((page.status, page.has("has been used already")));
    }
    assert_eq!(statuses, [(200, false), (401, true)]);
}

#[story]
fn w7_what_is_no_code_is_told_and_counts_as_no_try(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let mut browser = Browser::anonymous(&t);
    let page = browser.open("/login");
    let mut page = browser.submit(&page, "Log in", &[("email", &awa.email), ("password", PASSWORD)]);
    for _ in 0..12 {
        page = browser.submit(&page, "Log in", &[("code", "12345")]);
        assert_eq!((page.status, page.has("fifteen letters and digits. Please check")), (401, true), "{}", page.text());
    }
    page = browser.submit(&page, "Log in", &[("code", " ")]);
    assert_eq!((page.status, page.error("code").as_str()), (422, "This field is required."));
    t.pass(Duration::from_secs(30));
    page = browser.submit(&page, "Log in", &[("code", &t.code(&awa.email))]);
    assert_eq!((page.status, page.path.as_str()), (200, "/"), "{}", page.text());
}

#[story]
fn w23_empty_fields_of_a_login_are_told_each_in_the_order_of_the_form(t: TestApp) {
    let mut browser = Browser::anonymous(&t);
    for _ in 0..12 {
        let page = browser.open("/login");
        let page = browser.submit(&page, "Log in", &[]);
        assert_eq!(page.status, 422, "no try that is counted: {}", page.text());
        for field in ["email", "password"] {
            assert_eq!(page.error(field), "This field is required.");
        }
        let html = &page.html;
        let [email, password] = ["href=\"#email\"", "href=\"#password\""].map(|link| html.find(link).unwrap());
        assert!(email < password, "{html}");
    }
}

#[story]
fn w50_a_login_leads_to_own_pages_alone(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::anonymous(&t);
    let page = browser.open("/prove?next=%2Fprivacy");
    let page = browser.log_in_on(&t, &page, &awa.email);
    assert_eq!(page.path, "/prove?next=%2Fprivacy", "where the login was missing");
    for next in EVIL {
        let answer = browser.send("GET", &format!("/login?next={}", query(next)), None);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{next:?}");
        let page = Browser::anonymous(&t).open(&format!("/login?next={}", query(next)));
        assert_eq!(page.value("next"), "/", "{next:?}");
    }
    // Also where somebody changes the field of the form.
    for next in ["//evil.example", "/\\evil.example", "https://evil.example"] {
        let form = format!("email={}&password={}&next={}", query(&awa.email), query(PASSWORD), query(next));
        let answer = Browser::anonymous(&t).send("POST", "/login", Some(&form));
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{next:?}");
    }
}

#[story]
fn w27_a_proof_asks_for_the_password_and_leads_back(t: TestApp) {
    let mut browser = Browser::of(&t, &t.ncp("SN"));
    let before = browser.cookie("__Host-session").unwrap().to_owned();
    let page = browser.open("/prove?next=%2Fprivacy");
    assert!(!page.shows("input[name=code]"), "there is no second factor");
    let page = browser.submit(&page, "Confirm", &[("password", "not this one")]);
    assert_eq!((page.status, page.error("password").as_str()), (422, "This is not your current password."));
    let page = browser.submit(&page, "Confirm", &[("password", PASSWORD)]);
    assert_eq!((page.status, page.path.as_str()), (200, "/privacy"), "{}", page.text());
    assert_ne!(browser.cookie("__Host-session"), Some(before.as_str()), "another session in place of the first");
    assert_eq!(browser.open("/prove").status, 200);
    let evil = browser.open("/prove?next=%2F%2Fevil.example");
    assert_eq!(evil.value("next"), "/");
}

#[story]
fn w27_a_proof_asks_for_a_code_where_there_is_a_second_factor(t: TestApp) {
    let admin = t.admin();
    let mut browser = Browser::of(&t, &admin);
    let page = browser.open("/prove?next=%2Fprivacy");
    let page = browser.submit(&page, "Confirm", &[("password", PASSWORD)]);
    assert_eq!((page.status, page.error("code").is_empty()), (422, false), "{}", page.text());
    t.pass(Duration::from_secs(30));
    let page = browser.submit(&page, "Confirm", &[("password", PASSWORD), ("code", &t.code(&admin.email))]);
    assert_eq!((page.status, page.path.as_str()), (200, "/privacy"), "{}", page.text());
}

#[story]
fn w23_the_login_says_why_it_is_asked_for_and_the_logout_is_confirmed(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::anonymous(&t);
    assert!(!browser.open("/login").has("The page that you asked for"), "nobody asked for one");
    let page = browser.open("/account");
    assert_eq!(page.path, "/login?next=%2Faccount");
    assert!(page.has("The page that you asked for is open only to people who are logged in."), "{}", page.text());
    assert_eq!(page.link("Apply to join"), "/apply");
    let page = browser.log_in_on(&t, &page, &awa.email);
    let page = browser.submit(&page, "Log out", &[]);
    assert!(page.path == "/login" && page.has("You are logged out."), "{}", page.text());
    assert!(!browser.open("/login").has("You are logged out."), "it is said once");
}

#[story]
fn w23_a_link_for_a_new_password_needs_an_address_and_says_what_comes_next(t: TestApp) {
    let mut browser = Browser::anonymous(&t);
    let told = "This is not an e-mail address. Write the address as name@office.example.";
    for (typed, told) in [(" ", "This field is required."), ("nope", told)] {
        let page = browser.open("/forgot");
        let page = browser.submit(&page, "Send me a link", &[("email", typed)]);
        assert_eq!((page.status, page.error("email").as_str()), (422, told));
    }
    let page = browser.open("/forgot");
    let page = browser.submit(&page, "Send me a link", &[("email", "nobody@customs-sn.example")]);
    assert!(page.path.starts_with("/done?") && page.has("The link is valid for"), "{}", page.text());
    assert!(page.has("folder for unwanted mail"), "{}", page.text());
    assert_eq!((page.link("Ask for another link").as_str(), page.link("Log in").as_str()), ("/forgot", "/login"));
}
