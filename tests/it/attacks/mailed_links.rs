//! Links in mails that outlived their reason (number 10): another announcement, a mailbox that was left, an account
//! that is gone.

use std::time::Duration;

use diesel::prelude::*;
use portal::appointments::AppointmentStatus;
use portal::db::Id;
use portal::db::schema::{appointment, totp, users};
use portal::time::Timestamp;
use serde_json::{Value, json};

use super::sessions::{elsewhere, id, status};
use crate::reading::{DAY, announce, keep_house};
use crate::support::{Expect as _, PASSWORD, TestApp, story};

const MOVED: &str = "awa.diop@douanes.example";

/// The token of the link in the newest mail about an announcement.
pub(super) fn link_token(t: &TestApp, address: &str, announcement: &str) -> String {
    let beginning = format!("/announcements/{announcement}?mail=");
    let mails = t.inbox(address);
    let (_, rest) = mails.iter().rev().find_map(|mail| mail.text.split_once(&beginning)).expect("a link");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[story]
fn a10_a_link_speaks_for_its_own_announcement_alone(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let first = announce(&admin, "First", &json!({"acknowledge": true}));
    let token = link_token(&t, &awa.email, &first);
    let second = announce(&admin, "Second", &json!({"acknowledge": true}));
    t.deliver();
    for (method, done) in [("GET", 200), ("POST", 303)] {
        assert_eq!(status(&t, method, &format!("/announcements/{second}?mail={token}")), 404, "{method}");
        assert_eq!(status(&t, method, &format!("/announcements/{first}?mail={token}")), done, "{method}");
    }
    let acknowledged = |id: &str| awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"].clone();
    assert!(acknowledged(&first).is_string());
    assert_eq!(acknowledged(&second), Value::Null);
}

#[story]
fn a10_a_link_in_the_mailbox_that_was_left_opens_nothing(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "To be read", &json!({"acknowledge": true, "topic": "events"}));
    let token = link_token(&t, &awa.email, &id);
    let proven = awa.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
    let awa = t.person(&awa.email, &proven);
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    let confirm = t.mailed_token(MOVED, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": confirm})).unwrap().expect(200);
    for (method, path) in [
        ("GET", format!("/announcements/{id}?mail={token}")),
        ("POST", format!("/announcements/{id}?mail={token}")),
        ("GET", format!("/unsubscribe/{token}")),
        ("POST", format!("/unsubscribe/{token}")),
        ("GET", format!("/subscriptions/{token}")),
    ] {
        assert_eq!(status(&t, method, &path), 404, "{method} {path}");
    }
    assert_eq!(awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"], Value::Null);
    // Links in mail to the new mailbox still work.
    let next = announce(&admin, "To be read too", &json!({"acknowledge": true}));
    let token = link_token(&t, MOVED, &next);
    assert_eq!(status(&t, "GET", &format!("/announcements/{next}?mail={token}")), 200);
}

#[story]
fn a10_a_question_in_the_mailbox_that_was_left_is_answered_by_nobody(t: TestApp) {
    let awa = t.ncp("SN");
    // A month before the year is over, a mail asks whether the contact is still right.
    t.pass(340 * DAY);
    keep_house(&t);
    let question = |address: &str| t.inbox(address).iter().rev().find_map(|mail| mail.token("confirm-contact"));
    let token = question(&awa.email).expect("the question");
    let awa = t.login(&awa.email);
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    let confirm = t.mailed_token(MOVED, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": confirm})).unwrap().expect(200);
    let form = format!("token={token}");
    let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
    let page = t.anonymous().send("POST", "/confirm-contact", body).unwrap();
    assert_eq!(page.status, 410, "{}", page.text);
}

#[story]
fn a10_a_link_ends_with_its_mail(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "To be read", &json!({"acknowledge": true}));
    let token = link_token(&t, &awa.email, &id);
    let path = format!("/announcements/{id}?mail={token}");
    t.pass(29 * DAY);
    t.dispatch();
    assert_eq!(status(&t, "GET", &path), 200);
    t.pass(2 * DAY);
    keep_house(&t);
    assert_eq!(status(&t, "GET", &path), 404);
}

#[story]
fn a10_a_link_ends_with_the_account_and_with_the_appointment(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let announcement = announce(&admin, "To be read", &json!({"acknowledge": true, "topic": "events"}));
    let token = link_token(&t, &awa.email, &announcement);
    let owner = id(&awa);
    let statuses =
        || [format!("/unsubscribe/{token}"), format!("/subscriptions/{token}")].map(|path| status(&t, "GET", &path));
    assert_eq!(statuses(), [200, 200]);
    let suspended = |at: Option<Timestamp>| {
        elsewhere(&t, move |conn| {
            diesel::update(users::table.find(owner)).set(users::suspended_at.eq(at)).execute(conn)
        });
    };
    suspended(Some(t.clock.now()));
    assert_eq!(statuses(), [404, 404]);
    suspended(None);
    assert_eq!(statuses(), [200, 200]);
    elsewhere(&t, move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(owner));
        diesel::update(own).set(appointment::status.eq(AppointmentStatus::Suspended)).execute(conn)
    });
    assert_eq!(statuses(), [404, 404]);
}

#[story]
fn a10_the_way_back_keeps_a_factor_that_was_there_before(t: TestApp) {
    let awa = t.ncp("SN");
    let awa = t.with_app(&awa);
    t.pass(Duration::from_hours(24 * 3));
    let awa = t.login(&awa.email);
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    let undo = t.mailed_token(&awa.email, "undo-address");
    let confirm = t.mailed_token(MOVED, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": confirm})).unwrap().expect(200);
    t.pass(Duration::from_hours(1));
    t.anonymous().post("/auth/email/undo", &json!({"token": undo})).unwrap().expect(200);
    let reset = t.mailed_token(&awa.email, "reset");
    let form = json!({"token": reset, "password": "a window over the harbour"});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
    let asked = t.try_login("198.51.100.7", &awa.email, "a window over the harbour").expect(200);
    assert_eq!(asked["mfa_required"], true, "{asked}");
    let owner = awa.email.clone();
    let apps = elsewhere(&t, move |conn| {
        let owner: Id = users::table.filter(users::email.eq(owner)).select(users::id).first(conn)?;
        totp::table.filter(totp::user_id.eq(owner)).count().get_result::<i64>(conn)
    });
    assert_eq!(apps, 1);
}
