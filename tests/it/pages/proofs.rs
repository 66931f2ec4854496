//! What protects the pages of the own account: budgets that a link does not use up, proofs by a passkey, secrets that
//! open in their session alone, and notices that belong to a person.

use std::time::Duration;

use super::security::{add_passkey, asked_on, codes_on};
use crate::support::browser::Browser;
use crate::support::{TestApp, story};

#[story]
fn w6_a_link_to_the_page_of_a_passkey_begins_nothing_and_costs_nothing(t: TestApp) {
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    // More often than a person may make sensitive calls in an hour.
    for _ in 0..130 {
        assert_eq!(awa.send("GET", "/account/security/passkeys/new", None).status, 200);
    }
    let page = awa.open("/account/security/passkeys/new");
    assert!(!page.shows("form[data-passkey]"), "it begins with the button: {}", page.html);
    let (_, page) = add_passkey(&mut awa, "Office laptop");
    assert!(page.has("The passkey “Office laptop” was added."), "{}", page.text());
    // A form is charged.
    let statuses: Vec<u16> =
        (0..130).map(|_| awa.send("POST", "/account/security/recovery-codes/new", Some("")).status).collect();
    assert!(statuses[0] == 303 && statuses.last() == Some(&429), "{statuses:?}");
}

#[story]
fn w27_a_passkey_proves_the_identity_and_a_form_is_carried_on(t: TestApp) {
    let (mut awa, mut ben) = (Browser::of(&t, &t.ncp("SN")), Browser::of(&t, &t.ncp("FR")));
    let (mut key, _) = add_passkey(&mut awa, "Office laptop");
    let (mut other, _) = add_passkey(&mut ben, "Tablet");
    t.pass(Duration::from_mins(6));
    let page = awa.open("/account/tokens/new");
    assert!(page.path.starts_with("/prove?next="), "{}", page.path);
    assert!(!page.shows("input[name=password]"), "a password would need a code, and there is none");
    let page = awa.submit(&page, "Confirm with a passkey", &[]);
    let signed = other.get(&asked_on(&page)).to_string();
    let page = awa.submit(&page, "Use my passkey", &[("credential", &signed)]);
    assert_eq!(page.status, 401, "it is the passkey of somebody else");
    let signed = key.get(&asked_on(&page)).to_string();
    let page = awa.submit(&page, "Use my passkey", &[("credential", &signed)]);
    assert_eq!((page.status, page.path.as_str()), (200, "/account/tokens/new"), "{}", page.text());

    t.pass(Duration::from_mins(6));
    let fields = [("name", "Address book"), ("scopes", "community:read"), ("expires_in_days", "30")];
    let page = awa.submit(&page, "Make the token", &fields);
    assert_eq!(page.status, 401);
    let page = awa.submit(&page, "Confirm with a passkey", &[]);
    assert!(page.has("Your entries are kept"), "{}", page.text());
    let signed = key.get(&asked_on(&page)).to_string();
    let page = awa.submit(&page, "Use my passkey", &[("credential", &signed)]);
    assert!(page.has("Nothing has been saved yet") && page.html.contains("Address book"), "{}", page.text());
    let page = awa.submit(&page, "Send again", &[]);
    assert!(page.shows("#token"), "{}", page.text());
    assert_eq!(awa.open("/prove/passkey").path, "/prove", "an address that was loaded again leads to the page");
}

#[story]
fn w5_a_secret_opens_in_the_session_that_made_it_alone(t: TestApp) {
    let person = t.with_app(&t.ncp("SN"));
    let (mut awa, mut elsewhere) = (Browser::of(&t, &person), Browser::of(&t, &person));
    let page = awa.open("/account/security/recovery-codes/new");
    let codes = awa.submit(&page, "Make new codes", &[]);
    assert_eq!(codes_on(&codes).len(), 10);
    assert_eq!(codes_on(&awa.open(&codes.path)), codes_on(&codes), "the page is loaded again");
    assert_eq!(elsewhere.open(&codes.path).path, "/account/security", "another session of the same person");
    let page = awa.open("/account/tokens/new");
    let fields = [("name", "Address book"), ("scopes", "community:read"), ("expires_in_days", "30")];
    let made = awa.submit(&page, "Make the token", &fields);
    assert!(made.shows("#token"), "{}", made.text());
    assert_eq!(elsewhere.open(&made.path).path, "/account/tokens");
}

#[story]
fn w65_a_notice_is_told_to_the_person_whom_it_is_about(t: TestApp) {
    let (awa, ben) = (t.ncp("SN"), t.ncp("FR"));
    let mut browser = Browser::of(&t, &awa);
    let fields = "email=awa.diop%40elsewhere.example";
    assert_eq!(browser.send("POST", "/account/security/address", Some(fields)).status, 303);
    assert!(browser.cookie("__Host-notice").is_some());
    // Somebody else logs in at this browser before the page after the form is opened.
    browser.forget_cookie("__Host-session");
    browser.log_in(&t, &ben.email);
    let page = browser.open("/account/security");
    assert!(!page.has("an e-mail with a link has been sent"), "{}", page.text());
    assert!(!page.has("elsewhere.example") && browser.cookie("__Host-notice").is_none());
}
