//! Approval by a second person, its announcement in the preview, and announcements that fail while others are sent
//! (number 19).

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use portal::db::schema::mail_batch;
use portal::db::{Access, Conn};
use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::reading::{act, announce, keep_house};
use crate::support::{Application, Expect as _, Person, TestApp, story};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn compose(admin: &Person, more: &Value) -> String {
    admin.post("/announcements", &crate::reading::draft("News", more)).expect(201)["id"].as_str().unwrap().to_owned()
}

fn revise(person: &Person, id: &str, change: &Value) {
    person.patch(&format!("/announcements/{id}"), change).expect(200);
}

fn officer(t: &TestApp, email: &str) -> Person {
    t.set_up(email, "Colleague");
    t.with_app(&t.login(email))
}

fn user(person: &Person) -> Value {
    person.get("/me").expect(200)["id"].clone()
}

fn status(admin: &Person, id: &str) -> Value {
    admin.get(&format!("/announcements/{id}")).expect(200)["status"].clone()
}

#[story("announcements.approval_above=1")]
fn a19_nobody_who_wrote_a_version_approves_it(t: TestApp) {
    t.ncp("SN");
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let (first, second) = (t.admin(), officer(&t, "second@portal.example"));
    let third = officer(&t, "third@portal.example");
    let id = compose(&first, &json!({}));
    // She changes another author's draft in an unimportant detail, and submits it.
    revise(&second, &id, &json!({"acknowledge": true}));
    let submitted = act(&second, &id, "submit").expect(200);
    assert_eq!(submitted["author_id"], user(&second));
    let writers = submitted["writer_ids"].as_array().unwrap();
    assert!(writers.len() == 2 && writers.contains(&user(&first)) && writers.contains(&user(&second)), "{submitted}");
    let asked = |person: &Person| t.inbox(&person.email).iter().any(|mail| mail.subject == "To be approved: News");
    assert_eq!([&first, &second, &third].map(asked), [false, false, true], "whoever may approve is asked to");
    for writer in [&first, &second] {
        assert_eq!(act(writer, &id, "approve").refused(403), "second_person_needed");
    }
    act(&third, &id, "approve").expect(200);

    // Nor does it help to give it back and change it once more.
    let id = compose(&first, &json!({}));
    act(&first, &id, "submit").expect(200);
    act(&second, &id, "reject").expect(200);
    revise(&third, &id, &json!({"public": true}));
    act(&third, &id, "submit").expect(200);
    for writer in [&first, &third] {
        assert_eq!(act(writer, &id, "approve").refused(403), "second_person_needed");
    }
    act(&second, &id, "approve").expect(200);
}

#[story("announcements.approval_above=2")]
fn a19_the_preview_says_what_sending_will_say(t: TestApp) {
    for member in ["SN", "KE", "FR"] {
        t.ncp(member);
    }
    let admin = t.admin();
    let to = |members: &[&str]| compose(&admin, &json!({"audience": {"members": members}}));
    let needs = |person: &Person, id: &str| act(person, id, "preview").expect(200)["needs_approval"].clone();
    let send = |person: &Person, id: &str| -> Answer { act(person, id, "send") };
    let (all, two, one) = (to(&["SN", "KE", "FR"]), to(&["SN", "KE"]), to(&["FR"]));
    assert_eq!([&all, &two, &one].map(|id| needs(&admin, id)), [true, false, false].map(Value::from));
    assert_eq!(send(&admin, &all).refused(409), "approval_needed");
    send(&admin, &two).expect(202);
    // Two recipients were reached today; one more is above the limit of this author, whoever sends it.
    let other = officer(&t, "second@portal.example");
    for person in [&admin, &other] {
        assert_eq!(needs(person, &one), json!(true));
        assert_eq!(send(person, &one).refused(409), "approval_needed");
    }
    act(&admin, &one, "submit").expect(200);
    assert_eq!(needs(&admin, &one), json!(true), "it waits for somebody");
    act(&other, &one, "approve").expect(200);
    assert_eq!(needs(&admin, &one), json!(false), "somebody has approved it");
    send(&admin, &one).expect(202);
    // Looking costs nothing.
    t.pass(DAY);
    let admin = t.admin();
    let next = compose(&admin, &json!({"audience": {"members": ["SN", "KE"]}}));
    for _ in 0..3 {
        assert_eq!(needs(&admin, &next), json!(false));
    }
    send(&admin, &next).expect(202);
}

/// An approval by a person who lost the right is void, and does not exempt recipients from the daily limit.
#[story("announcements.approval_above=1")]
fn a19_an_approval_that_counts_no_more_frees_no_recipients(t: TestApp) {
    for member in ["SN", "KE"] {
        t.ncp(member);
    }
    let (admin, other) = (t.admin(), officer(&t, "second@portal.example"));
    let to = |member: &str| compose(&admin, &json!({"audience": {"members": [member]}}));
    let (first, second) = (to("SN"), to("KE"));
    act(&admin, &second, "submit").expect(200);
    act(&other, &second, "approve").expect(200);
    act(&admin, &first, "send").expect(202);
    let reason = json!({"reason": "An incident."});
    let colleague = user(&other);
    admin.post(&format!("/users/{}/suspend", colleague.as_str().unwrap()), &reason).expect(200);
    assert_eq!(act(&admin, &second, "preview").expect(200)["needs_approval"], json!(true));
    assert_eq!(act(&admin, &second, "send").refused(409), "approval_needed");
}

#[story("announcements.approval_above=1")]
fn a19_who_plans_what_another_wrote_is_counted(t: TestApp) {
    for member in ["SN", "KE"] {
        t.ncp(member);
    }
    let (admin, other) = (t.admin(), officer(&t, "second@portal.example"));
    let to = |person: &Person, member: &str| compose(person, &json!({"audience": {"members": [member]}}));
    let (own, others) = (to(&admin, "SN"), to(&other, "KE"));
    act(&admin, &own, "send").expect(202);
    assert_eq!(act(&admin, &others, "send").refused(409), "approval_needed", "her day is used up");
    let at = |time: Duration| json!({"send_at": t.clock.now().plus(time)});
    admin.post(&format!("/announcements/{others}/schedule"), &at(HOUR)).expect(200);
    t.pass(HOUR);
    t.dispatch();
    let held = t.admin().get(&format!("/announcements/{others}")).expect(200);
    assert_eq!((&held["status"], &held["cause"]), (&json!("held"), &json!("approval_needed")));
    // A person who has sent nothing that day may plan it.
    let other = t.login("second@portal.example");
    other.post(&format!("/announcements/{others}/schedule"), &at(HOUR)).expect(200);
    t.pass(HOUR);
    t.deliver();
    t.deliver();
    assert_eq!(status(&t.admin(), &others), "sent");
}

/// The feed of public announcements has no login, so no number of recipients says how many read it.
#[story]
fn a19_what_anybody_may_read_needs_a_second_person(t: TestApp) {
    t.ncp("SN");
    let (admin, other) = (t.admin(), officer(&t, "second@portal.example"));
    let id = compose(&admin, &json!({"public": true}));
    assert_eq!(act(&admin, &id, "preview").expect(200)["needs_approval"], json!(true));
    assert_eq!(act(&admin, &id, "send").refused(409), "public_approval_needed");
    let soon = json!({"send_at": t.clock.now().plus(HOUR)});
    let planned = admin.post(&format!("/announcements/{id}/schedule"), &soon);
    assert_eq!(planned.refused(409), "public_approval_needed", "no way around");
    act(&admin, &id, "submit").expect(200);
    act(&other, &id, "approve").expect(200);
    act(&admin, &id, "send").expect(202);
    // An announcement approved for the community only becomes a draft again when it is made public.
    let id = compose(&admin, &json!({}));
    act(&admin, &id, "submit").expect(200);
    act(&other, &id, "approve").expect(200);
    revise(&admin, &id, &json!({"public": true}));
    assert_eq!(act(&admin, &id, "send").refused(409), "public_approval_needed");
    revise(&admin, &id, &json!({"public": false}));
    act(&admin, &id, "send").expect(202);
}

/// Makes the database refuse to set a column of a table for rows with a condition; returns a function that repairs it.
fn break_column(t: &TestApp, table: &str, column: &str, condition: &str) -> impl Fn(&TestApp) + use<> {
    execute(
        t,
        &format!(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END'; \
             CREATE TRIGGER broken BEFORE UPDATE OF {column} ON {table} FOR EACH ROW WHEN ({condition}) \
             EXECUTE FUNCTION broken();"
        ),
        &format!(
            "CREATE TRIGGER broken BEFORE UPDATE OF {column} ON {table} WHEN {condition} \
             BEGIN SELECT RAISE(ABORT, 'broken'); END;"
        ),
    );
    let mend = format!("DROP TRIGGER broken ON {table}");
    move |t: &TestApp| execute(t, &mend, "DROP TRIGGER broken")
}

fn execute(t: &TestApp, postgres: &str, sqlite: &str) {
    match portal::db::open(t.portal.db.target(), Access::Write).unwrap() {
        Conn::Postgres(mut c) => c.batch_execute(postgres).unwrap(),
        Conn::Sqlite(mut c) => c.batch_execute(sqlite).unwrap(),
    }
}

#[story]
fn a19_an_announcement_that_fails_to_end_holds_up_no_other(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let mend = break_column(&t, "announcement", "finished_at", "OLD.acknowledge");
    let broken = announce(&admin, "Broken", &json!({"acknowledge": true}));
    t.pass(Duration::from_secs(1));
    let whole = announce(&admin, "Whole", &json!({}));
    t.deliver();
    t.deliver();
    assert_eq!([&broken, &whole].map(|id| status(&admin, id)), ["sending", "sent"].map(Value::from));
    mend(&t);
    t.deliver();
    assert_eq!(status(&admin, &broken), "sending", "it moved back");
    t.pass(2 * HOUR);
    t.deliver();
    assert_eq!(status(&t.admin(), &broken), "sent");
}

#[story]
fn a19_mails_that_cannot_be_deleted_hold_up_no_others(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let broken = announce(&admin, "Broken", &json!({"topic": "news"}));
    t.deliver();
    t.pass(Duration::from_secs(1));
    let whole = announce(&admin, "Whole", &json!({}));
    t.deliver();
    let mend = break_column(&t, "mail_batch", "collapsed_at", "OLD.topic = 'news'");
    t.pass(30 * DAY + HOUR);
    keep_house(&t);
    let read = |id: &str| t.admin().get(&format!("/announcements/{id}/deliveries")).expect(200);
    let whole = read(&whole);
    assert_eq!((&whole["collapsed"], &whole["data"]), (&json!(true), &json!([])));
    let collapsed = |t: &TestApp| -> i64 {
        let done = t.portal.db.read(|conn| {
            Ok(mail_batch::table.filter(mail_batch::collapsed_at.is_not_null()).count().get_result(conn)?)
        });
        t.run(done).unwrap()
    };
    assert_eq!(collapsed(&t), 1, "the one behind the one that fails");
    mend(&t);
    t.pass(2 * HOUR);
    keep_house(&t);
    assert_eq!(collapsed(&t), 2);
    assert_eq!(read(&broken)["collapsed"], json!(true));
}
