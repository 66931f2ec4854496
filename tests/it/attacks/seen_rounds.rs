//! Rounds are opened, closed, called off and given more time as they were read, and a reminder reaches no more people
//! than its sender was told (number 8); and how often an officer writes to all who are asked (number 16).

use std::time::Duration;

use serde_json::{Value, json};

use crate::rounds::{given, opened, survey};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

/// A round from now on for ten days.
fn ten_days(t: &TestApp) -> Value {
    let now = t.clock.now();
    given("scs", &now.to_string(), &now.plus(10 * DAY).to_string(), "UTC")
}

/// A round that is open for ten days; its path.
fn open_round(t: &TestApp, admin: &Person) -> String {
    survey(admin, "scs", "member");
    format!("/rounds/{}", opened(admin, &ten_days(t)))
}

fn tag(admin: &Person, path: &str) -> String {
    admin.get(path).header("etag").unwrap().to_owned()
}

fn state(admin: &Person, path: &str) -> Value {
    admin.get(path).expect(200)["state"].clone()
}

/// Gives all more time.
fn more_time(t: &TestApp, admin: &Person, path: &str, days: u32) -> portal::demo::client::Answer {
    let closes_at = t.clock.now().plus(days * DAY);
    let body = json!({"scope": "all", "closes_at": closes_at, "reason": "Many asked for it."});
    admin.post(&format!("{path}/deadlines"), &body)
}

#[story]
fn a08_a_round_is_opened_as_it_was_read(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let id = admin.post("/rounds", &ten_days(&t)).expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/rounds/{id}");
    let mut browser = Browser::of(&t, &admin);
    let (page, read) = (browser.open(&format!("{path}/open")), tag(&admin, &path));
    let shorter = json!({"closes_at": t.clock.now().plus(2 * DAY)});
    admin.with_header("if-match", &read).patch(&path, &shorter).expect(200);
    let refused = admin.with_header("if-match", &read).post(&format!("{path}/open"), &json!({}));
    assert_eq!(refused.refused(412), "changed_meanwhile");
    let late = browser.submit(&page, "Open the round", &[]);
    assert_eq!((late.status, state(&admin, &path)), (412, json!("draft")), "{}", late.text());
    assert!(late.has("has changed since you read it"), "{}", late.text());
    let done = browser.submit(&late, "Open the round", &[]);
    assert_eq!((done.status, state(&admin, &path)), (200, json!("open")), "{}", done.text());
}

#[story]
fn a08_a_round_with_a_new_deadline_is_not_closed_unread(t: TestApp) {
    let admin = t.admin();
    let path = open_round(&t, &admin);
    let mut browser = Browser::of(&t, &admin);
    let pages = ["close", "cancel"].map(|deed| browser.open(&format!("{path}/{deed}")));
    let read = tag(&admin, &path);
    more_time(&t, &admin, &path, 20).expect(201);
    for deed in ["close", "cancel"] {
        let refused = admin.with_header("if-match", &read).post(&format!("{path}/{deed}"), &json!({}));
        assert_eq!(refused.refused(412), "changed_meanwhile", "{deed}");
    }
    for (page, button) in pages.iter().zip(["Close the round", "Cancel the round"]) {
        let late = browser.submit(page, button, &[]);
        assert_eq!((late.status, state(&admin, &path)), (412, json!("open")), "{}", late.text());
    }
    let named = admin.with_header("if-match", &tag(&admin, &path));
    assert_eq!(named.post(&format!("{path}/close"), &json!({})).expect(200)["state"], "closed");
    let again = admin.with_header("if-match", &read).post(&format!("{path}/close"), &json!({}));
    assert_eq!(again.refused(409), "round_over", "that says more than that something has changed");
}

#[story]
fn a08_a_deadline_is_moved_from_the_one_that_was_read(t: TestApp) {
    let admin = t.admin();
    let path = open_round(&t, &admin);
    let mut browser = Browser::of(&t, &admin);
    let (form, read) = (browser.open(&format!("{path}/deadlines/new")), tag(&admin, &path));
    admin.post(&format!("{path}/close"), &json!({})).expect(200);
    let day = t.clock.now().plus(30 * DAY).day().to_string();
    let fields = [("closes_at", day.as_str()), ("reason", "More time for all.")];
    let late = browser.submit(&form, "Move the deadline", &fields);
    assert_eq!((late.status, state(&admin, &path)), (412, json!("closed")), "nothing opens again: {}", late.text());
    assert_eq!((late.value("closes_at").as_str(), late.value("reason").trim()), (day.as_str(), "More time for all."));
    assert_eq!(more_time(&t, &admin.with_header("if-match", &read), &path, 30).refused(412), "changed_meanwhile");
    let done = browser.submit(&late, "Move the deadline", &[]);
    assert_eq!((done.status, state(&admin, &path)), (200, json!("open")), "{}", done.text());
    let named = tag(&admin, &path);
    more_time(&t, &admin.with_header("if-match", &named), &path, 40).expect(201);
    let entries = admin.get(&format!("{path}/deadlines")).expect(200)["data"].as_array().unwrap().len();
    assert_eq!(entries, 3, "the opening, and one by each way");
}

#[story]
fn a08_a_reminder_reaches_no_more_people_than_were_told(t: TestApp) {
    let admin = t.admin();
    let awa = t.ncp("SN");
    let path = open_round(&t, &admin);
    let mut browser = Browser::of(&t, &admin);
    let form = browser.open(&format!("{path}/reminders"));
    let told = browser.submit(&form, "See whom it would reach", &[("text", "Please answer.")]);
    assert!(told.has("Remind 1 person"), "{}", told.text());
    let fatou = t.member(&Application::new("SN", "Fatou Sow"));
    let late = browser.submit(&told, "Send the reminder", &[]);
    assert_eq!(late.status, 412, "{}", late.text());
    assert!(late.has("Remind 2 people") && late.has("Please answer."), "{}", late.text());
    let body = |people: usize| json!({"states": ["not_started", "draft"], "people": people});
    assert_eq!(admin.post(&format!("{path}/reminders"), &body(1)).refused(412), "changed_meanwhile");
    t.deliver();
    let reminders =
        |person: &Person| t.inbox(&person.email).iter().filter(|mail| mail.text.contains("Please answer.")).count();
    assert_eq!([&awa, &fatou].map(reminders), [0, 0], "nothing was sent");
    let sent = browser.submit(&late, "Send the reminder", &[]);
    assert!(sent.has("2 people are reminded"), "{}", sent.text());
    t.deliver();
    assert_eq!([&awa, &fatou].map(reminders), [1, 1]);
    admin.post(&format!("{path}/reminders"), &body(3)).expect(201);
}

#[story]
fn a16_openings_and_reminders_do_not_mail_a_community_at_will(t: TestApp) {
    let admin = t.admin();
    let path = open_round(&t, &admin);
    let body = json!({"states": ["not_started"]});
    let remind = |path: &str| admin.post(&format!("{path}/reminders"), &body);
    for _ in 0..4 {
        remind(&path).expect(201);
    }
    assert_eq!(remind(&path).refused(429), "too_many_attempts");
    let dry = json!({"states": ["not_started"], "dry_run": true});
    admin.post(&format!("{path}/reminders"), &dry).expect(200);
    let draft = || format!("/rounds/{}", admin.post("/rounds", &ten_days(&t)).expect(201)["id"].as_str().unwrap());
    for _ in 0..25 {
        admin.post(&format!("{}/open", draft()), &json!({})).expect(200);
    }
    let last = draft();
    assert_eq!(admin.post(&format!("{last}/open"), &json!({})).refused(429), "too_many_attempts");
    assert_eq!(state(&admin, &last), "draft");
    t.pass(DAY);
    let admin = t.admin();
    admin.post(&format!("{last}/open"), &json!({})).expect(200);
    admin.post(&format!("{path}/reminders"), &body).expect(201);
}
