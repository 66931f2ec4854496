//! Forms behind mailed links lead to a page that tells the outcome: it can be loaded again, and it has no token.

use std::time::Duration;

use serde_json::json;

use crate::reading::announce;
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

/// Sends a form, and returns the address to which it leads.
fn led(browser: &mut Browser, address: &str, form: &str) -> String {
    let answer = browser.send("POST", address, Some(form));
    assert_eq!(answer.status, 303, "{address}: {}", answer.text);
    answer.header("location").unwrap().to_owned()
}

#[story]
fn an_application_is_shown_as_facts_and_its_outcome_can_be_loaded_again(t: TestApp) {
    let token = t.apply(&Application::new("SN", "Awa Diop"));
    let mut browser = Browser::anonymous(&t);
    let page = browser.open(&format!("/verify?token={token}"));
    assert!(page.shows("dl.pairs") && page.has("Name Awa Diop") && page.has("Senegal"), "{}", page.text());
    let form = format!("token={token}&password={}", PASSWORD.replace(' ', "+"));
    let way = led(&mut browser, "/verify", &form);
    assert!(way.starts_with("/done?outcome=") && !way.contains(&token), "{way}");
    for _ in 0..2 {
        let done = browser.open(&way);
        assert!(done.has("Thank you, your address is confirmed") && !done.html.contains(&token), "{}", done.text());
        assert_eq!(done.link("Log in"), "/login");
    }
    // Sent again, it says that it is done.
    let again = led(&mut browser, "/verify", &form);
    assert!(browser.open(&again).has("Your address is already confirmed"));
    // What an address says was sealed here, and some time ago at most.
    assert_eq!(browser.open(&format!("{way}x")).path, "/");
    t.pass(Duration::from_hours(2));
    assert_eq!(browser.open(&way).path, "/");
}

#[story]
fn what_is_wrong_with_a_form_is_told_at_the_form(t: TestApp) {
    let token = t.apply(&Application::new("SN", "Awa Diop"));
    let mut browser = Browser::anonymous(&t);
    let page = browser.open(&format!("/verify?token={token}"));
    let refused = browser.submit(&page, "Confirm my address", &[("password", "short")]);
    assert!(refused.status == 422 && !refused.error("password").is_empty(), "{}", refused.text());
    let forgot = browser.open("/forgot");
    let done = browser.submit_to(&forgot, "/forgot", &[("email", "nobody@nowhere.example")]);
    assert_eq!((done.status, done.path.split('?').next()), (200, Some("/done")), "{}", done.text());
}

#[story]
fn who_unsubscribes_on_the_page_is_led_on_and_a_mail_program_is_not(t: TestApp) {
    let awa = t.ncp("SN");
    let id = announce(&t.admin(), "News", &json!({"acknowledge": true, "topic": "news"}));
    let mail = t.newest_mail(&awa.email).text;
    let (_, rest) = mail.split_once(&format!("/announcements/{id}?mail=")).unwrap();
    let token: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let mut browser = Browser::anonymous(&t);
    let by_itself = browser.send("POST", &format!("/unsubscribe/{token}"), Some("List-Unsubscribe=One-Click"));
    assert_eq!(by_itself.status, 200, "{}", by_itself.text);
    awa.put("/me/subscriptions", &json!({"topics": {"news": true}})).expect(200);
    let page = browser.open(&format!("/unsubscribe/{token}"));
    let left = browser.submit_to(&page, &format!("/unsubscribe/{token}?page=true"), &[]);
    assert!(left.path.starts_with("/done?") && left.has("You have unsubscribed from"), "{}", left.text());
    let choices = browser.open(&format!("/subscriptions/{token}"));
    let chosen = browser.submit_to(&choices, &format!("/subscriptions/{token}"), &[("digest", "weekly")]);
    assert!(chosen.path.starts_with("/done?"), "{}", chosen.text());
}

#[story]
fn the_privacy_notice_has_its_periods_as_a_list(t: TestApp) {
    let notice = Browser::anonymous(&t).open("/privacy");
    assert!(notice.shows("main ul li:nth-child(7):last-child") && !notice.has("– "), "{}", notice.text());
}
