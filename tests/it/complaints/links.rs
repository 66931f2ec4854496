//! Addresses as they are pasted and typed, and links that are opened again (number 8).

use std::time::Duration;

use portal::config::{self, Invalid, Sources};
use portal::demo::client::Answer;
use serde_json::json;

use crate::reading::keep_house;
use crate::support::{self, Application, Expect as _, PASSWORD, TestApp, has_form, story};

const SECOND: Duration = Duration::from_secs(1);

/// Presses the button of a page; with a password if the page asks for one.
fn press(t: &TestApp, page: &str, token: &str, chooses: bool) -> Answer {
    let password = if chooses { format!("&password={}", PASSWORD.replace(' ', "+")) } else { String::new() };
    let form = format!("token={token}{password}");
    support::press(&t.anonymous(), page, &form)
}

fn open(t: &TestApp, page: &str, token: &str) -> Answer {
    t.anonymous().send("GET", &format!("{page}?token={token}"), None).unwrap()
}

/// Checks that a page says this, offers nothing more, and mentions no failure.
fn says(answer: &Answer, words: &str) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains(words) && !has_form(&answer.text), "{words}: {}", answer.text);
    assert!(!answer.text.contains("role=\"alert\""), "{}", answer.text);
}

fn fails(answer: &Answer) {
    assert!(answer.status == 410 && answer.text.contains("<h1>This link is no longer valid</h1>"), "{}", answer.text);
}

#[story]
fn b08_an_application_that_is_confirmed_twice_says_that_it_is_done(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop");
    let (older, token) = (t.apply(&awa), t.apply(&awa));
    says(&press(&t, "/verify", &token, true), "Thank you, your address is confirmed");
    for _ in 0..2 {
        says(&press(&t, "/verify", &token, true), "Your address is already confirmed");
        says(&open(&t, "/verify", &token), "Your address is already confirmed");
    }
    // A link that was never followed reveals nothing about another.
    fails(&open(&t, "/verify", &older));
    fails(&open(&t, "/verify", "forged"));
    // One that ran out was not followed.
    let late = t.apply(&Application::new("KE", "Wanjiru Kamau"));
    t.pass(Duration::from_hours(24 * 8));
    fails(&open(&t, "/verify", &late));
}

#[story]
fn b08_a_change_of_address_says_that_it_is_done(t: TestApp) {
    let awa = t.ncp("SN");
    let moved = "awa.diop@douanes.example";
    awa.post("/me/email", &json!({"email": moved})).expect(202);
    let undo = t.mailed_token(&awa.email, "undo-address");
    let confirm = t.mailed_token(moved, "confirm-address");
    says(&press(&t, "/confirm-address", &confirm, false), "Your address has been changed");
    says(&press(&t, "/confirm-address", &confirm, false), "Your address has already been changed");
    t.pass(SECOND);
    says(&press(&t, "/undo-address", &undo, false), "Your previous address has been restored");
    says(&press(&t, "/undo-address", &undo, false), "Your previous address has already been restored");
    // An undone change is not reported as done.
    fails(&press(&t, "/confirm-address", &confirm, false));
    fails(&press(&t, "/confirm-address", "forged", false));
}

#[story]
fn b08_an_invitation_and_an_account_that_is_kept_say_that_it_is_done(t: TestApp) {
    let form = json!({"email": "mor@douanes.example", "name": "Mor Ba", "organisation": "SN", "role": "ncp"});
    t.admin().post("/invitations", &form).expect(201);
    let token = t.mailed_token("mor@douanes.example", "invitation");
    says(&press(&t, "/invitation", &token, true), "Welcome");
    says(&press(&t, "/invitation", &token, true), "You have already accepted this invitation");
    says(&open(&t, "/invitation", &token), "You have already accepted this invitation");
    fails(&open(&t, "/invitation", "forged"));
    assert_eq!(t.anonymous().post("/invitations/look", &json!({"token": token})).unwrap().refused(410), "link_spent");

    let mor = t.login("mor@douanes.example");
    mor.delete("/me").expect(202);
    let token = t.inbox(&mor.email).iter().rev().find_map(|mail| mail.token("keep-account")).expect("a link");
    says(&press(&t, "/keep-account", &token, false), "Your account will not be erased");
    says(&press(&t, "/keep-account", &token, false), "Your account is already kept");
    t.login(&mor.email).delete("/me").expect(202);
    fails(&press(&t, "/keep-account", &token, false));
}

#[story]
fn b08_a_question_that_is_answered_twice_says_that_it_is_done(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(Duration::from_hours(24 * 336));
    keep_house(&t);
    let token = t.inbox(&awa.email).iter().rev().find_map(|mail| mail.token("confirm-contact")).expect("the question");
    says(&press(&t, "/confirm-contact", &token, false), "Your entry is confirmed for one year");
    says(&press(&t, "/confirm-contact", &token, false), "Your entry is already confirmed");
    let again = t.anonymous().post("/appointments/confirm", &json!({"token": token})).unwrap();
    assert_eq!(again.refused(410), "link_spent", "a program is told what it was told before");
    fails(&press(&t, "/confirm-contact", "AYkKXayWd0u8zrMCCZqAVwAAAA", false));
}

/// Confirmation links are not stored: the page shows the state of the directory.
#[story]
fn b08_a_question_that_was_answered_in_the_portal_says_that_it_is_done(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(Duration::from_hours(24 * 336));
    keep_house(&t);
    let token = t.inbox(&awa.email).iter().rev().find_map(|mail| mail.token("confirm-contact")).expect("the question");
    let awa = t.login(&awa.email);
    let own = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    awa.post(&format!("/appointments/{own}/confirm"), &json!({})).expect(200);
    says(&press(&t, "/confirm-contact", &token, false), "Your entry is already confirmed");
    assert_eq!(awa.get("/contacts?member=SN").expect(200)["data"][0]["confirmation"], "confirmed");
    // Only to a person who has the mail.
    fails(&press(&t, "/confirm-contact", &format!("{}AAAA", &token[..token.len() - 4]), false));
}

#[story]
fn b08_a_new_password_says_that_it_is_done_and_an_old_link_does_not(t: TestApp) {
    let awa = t.ncp("SN");
    let forgot = || {
        t.pass(SECOND);
        t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
        t.mailed_token(&awa.email, "reset")
    };
    let (older, token) = (forgot(), forgot());
    t.pass(SECOND);
    fails(&open(&t, "/reset", &older));
    says(&press(&t, "/reset", &token, true), "Your password has been changed");
    says(&press(&t, "/reset", &token, true), "Your password has already been changed");
    says(&open(&t, "/reset", &token), "Your password has already been changed");
    fails(&open(&t, "/reset", &older));
}

#[story]
fn b08_what_is_not_seen_around_an_address_is_no_part_of_it(t: TestApp) {
    let address = "awa.diop@customs-sn.example";
    let [pasted, copied, typed] =
        [format!("\u{202A}{address}\u{202C}"), format!("\u{FEFF}{address}"), format!(" {address}\u{200E}\u{A0}")];
    let mut form = Application::new("SN", "Awa Diop").form();
    form["email"] = json!(pasted);
    t.anonymous().post("/registrations", &form).unwrap().expect(202);
    t.verify(&t.mailed_token(address, "verify")).expect(200);
    for login in [&pasted, &copied, &typed] {
        t.try_login("127.0.0.1", login, PASSWORD).expect(200);
    }
    t.anonymous().post("/auth/password/forgot", &json!({"email": copied})).unwrap().expect(202);
    assert!(t.newest_mail(address).token("reset").is_some());

    let admin = t.admin();
    let invited =
        json!({"email": "\u{200B}mor@douanes.example\u{200F}", "name": "Mor Ba", "organisation": "SN", "role": "ncp"});
    admin.post("/invitations", &invited).expect(201);
    assert!(t.newest_mail("mor@douanes.example").token("invitation").is_some());
    let sheet = "email,name,member,role\n\u{2067}ada@douanes.example\u{2069},Ada Sow,SN,ncp\n";
    let plan = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    let plan = plan.expect(201)["plan"].as_str().unwrap().to_owned();
    assert_eq!(admin.post(&format!("/imports/{plan}/commit"), &json!({})).expect(200)["invited"], 1);
    assert!(t.newest_mail("ada@douanes.example").token("invitation").is_some());

    let awa = t.login(address);
    awa.post("/me/email", &json!({"email": "awa@douanes.example\u{202C}"})).expect(202);
    assert!(t.newest_mail("awa@douanes.example").token("confirm-address").is_some());
}

#[story]
fn b08_other_capitals_of_the_own_address_can_be_set(t: TestApp) {
    let awa = t.ncp("SN");
    let code = |answer: Answer| answer.json()["errors"][0]["code"].clone();
    assert_eq!(code(awa.post("/me/email", &json!({"email": awa.email}))), "same_address");
    let capitals = "Awa.Diop@customs-sn.example";
    awa.post("/me/email", &json!({"email": capitals})).expect(202);
    let token = t.mailed_token(capitals, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(awa.get("/me").expect(200)["email"], capitals);
    for typed in [capitals, &awa.email] {
        t.try_login("127.0.0.1", typed, PASSWORD).expect(200);
    }
    assert_eq!(code(awa.post("/me/email", &json!({"email": capitals}))), "same_address");
}

#[story]
fn b08_who_forgot_before_the_address_was_verified_gets_that_link_again(t: TestApp) {
    let awa = Application::new("SN", "Awa Diop").reading("fr");
    let first = t.apply(&awa);
    let forgot = |email: &str| {
        t.anonymous().post("/auth/password/forgot", &json!({"email": email})).unwrap().expect(202);
        t.inbox(email).len()
    };
    assert_eq!(forgot("nobody@customs-sn.example"), 0);
    assert_eq!(forgot(&awa.email), 2);
    let mail = t.newest_mail(&awa.email);
    let again = mail.token("verify").expect("the link of the application");
    assert!(again != first && mail.language == "fr", "{}", mail.text);
    // Within the budget of reminders to an address.
    assert_eq!([forgot(&awa.email), forgot(&awa.email), forgot(&awa.email)], [2, 2, 2]);
    t.verify(&again).expect(200);
    t.pass(Duration::from_hours(4));
    // From then on there is an account.
    forgot(&awa.email);
    assert!(t.newest_mail(&awa.email).token("reset").is_some());
}

#[story]
fn b08_a_public_url_below_a_path_is_refused(t: TestApp) {
    drop(t);
    for (url, is_good) in [
        ("https://customs.int/portal", false),
        ("https://portal.customs.int/", false),
        ("https://robot:tiger@portal.customs.int", false),
        ("https://portal.customs.int", true),
        ("http://127.0.0.1:8080", true),
    ] {
        let overrides = vec![format!("server.public_url={url}")];
        let loaded = config::load(&Sources { overrides, ..Sources::default() });
        let faults = loaded.err().map(|Invalid(faults)| faults).unwrap_or_default();
        let named = faults.iter().any(|fault| fault.contains("server.public_url"));
        assert_eq!(!named, is_good, "{url}: {faults:?}");
    }
}
