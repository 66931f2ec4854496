//! Links that set up an administrator, found in a terminal's history after they should have ended (number 7).

use portal::demo::client::Answer;
use portal::identity;
use portal::mail::EmailAddress;
use serde_json::json;

use crate::support::{Expect as _, PASSWORD, TestApp, story};

const BOSS: &str = "boss@portal.example";

/// What a new set-up link for this address holds.
fn link(t: &TestApp, address: &str) -> String {
    let address = EmailAddress::parse(address).unwrap();
    let link = t.run(t.portal.identity.set_up_link(Some((address, "Boss Person".to_owned())))).unwrap();
    link.split_once("token=").unwrap().1.to_owned()
}

fn set_up(t: &TestApp, token: &str) -> Answer {
    t.anonymous().post("/setup", &json!({"token": token, "password": PASSWORD})).unwrap()
}

/// Whether the page of the link still offers to choose a password.
fn is_good(t: &TestApp, token: &str) -> bool {
    t.anonymous().send("GET", &format!("/setup?token={token}"), None).unwrap().status == 200
}

#[story]
fn a07_the_first_use_of_a_set_up_link_ends_the_others_for_its_address(t: TestApp) {
    let [first, second] = [BOSS, "Boss@Portal.example"].map(|address| link(&t, address));
    let other = link(&t, "other@portal.example");
    set_up(&t, &first).expect(201);
    assert_eq!(set_up(&t, &second).refused(410), "link_spent");
    // Nor is it good once the account has another address.
    let moved = "moved@portal.example";
    t.login(BOSS).post("/me/email", &json!({"email": moved})).expect(202);
    let confirm = json!({"token": t.mailed_token(moved, "confirm-address")});
    t.anonymous().post("/auth/email/confirm", &confirm).unwrap().expect(200);
    assert_eq!(set_up(&t, &second).refused(410), "link_spent");
    assert!(!is_good(&t, &second));
    assert!(is_good(&t, &other));
    set_up(&t, &other).expect(201);
}

#[story]
fn a07_an_administrator_made_by_a_command_ends_set_up_links(t: TestApp) {
    let (printed, other) = (link(&t, BOSS), link(&t, "other@portal.example"));
    let address = EmailAddress::parse(BOSS).unwrap();
    let password = PASSWORD.to_owned().into();
    let made = t.portal.identity.create_administrator(address, "Boss Person".to_owned(), &password, false);
    assert_eq!(t.run(made).unwrap(), None);
    assert_eq!(set_up(&t, &printed).refused(410), "link_spent");
    assert!(is_good(&t, &other));
}

#[story]
fn a07_the_end_of_all_sessions_ends_set_up_links(t: TestApp) {
    let named = link(&t, BOSS);
    let unnamed = t.run(t.portal.identity.set_up_link(None)).unwrap();
    let unnamed = unnamed.split_once("token=").unwrap().1;
    assert!(is_good(&t, &named) && is_good(&t, unnamed));
    t.run(identity::end_everybodys(&t.portal.db, t.portal.audit.clone(), t.clock.now())).unwrap();
    assert_eq!(set_up(&t, &named).refused(410), "link_spent");
    assert!(!is_good(&t, unnamed));
    set_up(&t, &link(&t, BOSS)).expect(201);
}
