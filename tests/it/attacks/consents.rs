//! What two people, or two windows of one, write about a consent at the same time: neither undoes the other (number 19).
//!
//! On SQLite one unit of work writes at a time, so only PostgreSQL can tell.

use std::sync::mpsc::{Receiver, Sender, channel};

use diesel::prelude::*;
use portal::db::{Access, Conn, Target};
use serde_json::{Value, json};

use super::lock_order::until_one_waits;
use crate::support::{Expect as _, Person, TestApp, story};

/// Runs this statement in a transaction of its own, which ends when `meanwhile` drops the sender.
fn with_open_statement<T>(t: &TestApp, statement: &str, meanwhile: impl FnOnce(Sender<()>) -> T) -> T {
    let (begun, begins) = channel();
    let (release, released): (Sender<()>, Receiver<()>) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut connection = portal::db::open(t.portal.db.target(), Access::Write).unwrap();
            let held = connection.transaction_for_write(|connection: &mut Conn| {
                diesel::sql_query(statement).execute(connection)?;
                begun.send(()).unwrap();
                let _ = released.recv();
                Ok(())
            });
            held.unwrap();
        });
        begins.recv().unwrap();
        meanwhile(release)
    })
}

fn is_subscribed(person: &Person, topic: &str) -> Value {
    let own = person.get("/me/subscriptions").expect(200);
    own["data"].as_array().unwrap().iter().find(|one| one["topic"] == topic).unwrap()["subscribed"].clone()
}

#[story("database.connections=4", "database.wait_milliseconds=8000")]
fn a19_a_choice_of_topics_changes_only_what_its_person_changed(t: TestApp) {
    if matches!(t.portal.db.target(), Target::Sqlite(_)) {
        return;
    }
    let awa = t.ncp("SN");
    awa.put("/me/subscriptions", &json!({"topics": {"events": false, "news": false}})).expect(200);
    // What another of her windows does, whose unit of work is not over.
    let other = "DELETE FROM mail_opt_out WHERE topic = 'news'";
    with_open_statement(&t, other, |_release| {
        awa.put("/me/subscriptions", &json!({"topics": {"events": true}})).expect(200);
    });
    assert_eq!([is_subscribed(&awa, "events"), is_subscribed(&awa, "news")], [true, true]);
}

#[story("database.connections=4", "database.wait_milliseconds=8000")]
fn a19_what_the_secretariat_suppresses_is_not_weakened_by_a_report_that_comes_beside_it(t: TestApp) {
    if matches!(t.portal.db.target(), Target::Sqlite(_)) {
        return;
    }
    let admin = t.admin();
    let by_hand = "INSERT INTO mail_suppression (address_key, reason, source, created_at) \
                   VALUES ('awa@x.example', 'manual', 'secretariat', now())";
    with_open_statement(&t, by_hand, |release| {
        std::thread::scope(|scope| {
            let file = "address,reason\nawa@x.example,hard_bounce\n";
            let import = scope.spawn(|| {
                admin.send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap()
            });
            until_one_waits(&t);
            drop(release);
            assert_eq!(import.join().unwrap().expect(200), json!({"read": 1, "suppressed": 0}));
        });
    });
    assert_eq!(admin.all("/suppressions")[0]["reason"], "manual");
}
