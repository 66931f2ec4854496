//! How events reach the programs of others in spite of failures: tries again, endpoints that are gone, processes that
//! die or stop.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::webhook_delivery;
use portal::events::Kind;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::endpoint::{Endpoint, Reply};
use crate::support::{Application, Expect as _, TestApp, story};
use crate::webhooks::{add, change, deliveries, is_signed, one, ping};

#[story("webhooks.timeout_seconds=1")]
fn a_try_that_failed_is_made_again_under_the_same_id(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, secret) = add(&admin, &endpoint.url(), &["*"]);
    endpoint.replies([Reply::Status(500, "oh dear".to_owned()), Reply::Hang, Reply::HangUp, Reply::Rubbish]);
    ping(&admin, &id);
    let waits = [5, 300, 1_800, 7_200];
    let (mut faults, mut statuses) = (Vec::new(), Vec::new());
    for wait in waits {
        t.tell();
        let delivery = deliveries(&t.admin(), &id).remove(0);
        assert_eq!(delivery["state"], "pending");
        faults.push(delivery["last_fault"].as_str().unwrap().to_owned());
        statuses.push(delivery["last_status"].clone());
        // Not before its time, give or take a fifth.
        t.pass(Duration::from_secs(wait * 8 / 10 - 1));
        let before = endpoint.received().len();
        t.tell();
        assert_eq!(endpoint.received().len(), before);
        t.pass(Duration::from_secs(wait * 4 / 10 + 2));
    }
    t.tell();
    assert_eq!(faults, ["refused", "timed_out", "no_connection", "bad_answer"]);
    assert_eq!(statuses, [json!(500), Value::Null, Value::Null, Value::Null]);
    let received = endpoint.received();
    assert_eq!(received.len(), 5);
    assert!(received.iter().all(|r| r.id() == received[0].id() && r.body == received[0].body && is_signed(r, &secret)));
    let times: BTreeSet<&String> = received.iter().map(|r| &r.headers["webhook-timestamp"]).collect();
    assert_eq!(times.len(), 5, "each try has a time of its own");
    let admin = t.admin();
    let delivery = deliveries(&admin, &id).remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(5)));
    assert_eq!(one(&admin, &id)["failing_since"], Value::Null);
    endpoint.let_go();
}

#[story]
fn after_ten_tries_it_is_given_up_and_sent_again_by_hand(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["*"]);
    endpoint.replies(std::iter::repeat_n(Reply::Status(503, "later".to_owned()), 11));
    let event = ping(&admin, &id);
    let path = format!("/webhooks/{id}/deliveries/{event}/redeliver");
    for wait in [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400] {
        t.tell();
        t.pass(Duration::from_secs(wait * 12 / 10));
    }
    t.tell();
    assert_eq!(endpoint.received().len(), 10);
    let admin = t.admin();
    let delivery = deliveries(&admin, &id).remove(0);
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("failed"), &json!(10)));
    assert_eq!((&delivery["last_status"], &delivery["last_answer"]), (&json!(503), &json!("later")));
    assert_eq!(admin.all(&format!("/webhooks/{id}/deliveries?state=failed")).len(), 1);
    for (state, attempts) in [("failed", 11), ("delivered", 12)] {
        admin.post(&path, &json!({})).expect(202);
        t.tell();
        let delivery = deliveries(&admin, &id).remove(0);
        assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!(state), &json!(attempts)));
    }
    let ids: BTreeSet<String> = endpoint.received().iter().map(|r| r.id().to_owned()).collect();
    let log = admin.get("/audit?action=webhook_tried").expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 3, "the test, and twice by hand");
    assert_eq!(ids, BTreeSet::from([event]));
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(
        admin.post(&format!("/webhooks/{id}/deliveries/{nobody}/redeliver"), &json!({})).refused(404),
        "not_found"
    );
}

#[story]
fn whoever_mended_an_endpoint_need_not_wait_for_the_next_try(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["*"]);
    endpoint.replies([Reply::Status(503, "later".to_owned())]);
    let event = ping(&admin, &id);
    t.tell();
    t.tell();
    assert_eq!((endpoint.received().len(), &deliveries(&admin, &id)[0]["state"]), (1, &json!("pending")));
    admin.post(&format!("/webhooks/{id}/deliveries/{event}/redeliver"), &json!({})).expect(202);
    t.tell();
    assert_eq!((endpoint.received().len(), &deliveries(&admin, &id)[0]["state"]), (2, &json!("delivered")));
}

#[story]
fn an_endpoint_that_is_gone_is_switched_off(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["*"]);
    endpoint.replies([Reply::Status(410, String::new())]);
    ping(&admin, &id);
    t.tell();
    let view = one(&admin, &id);
    assert_eq!((&view["enabled"], &view["disabled"]), (&json!(false), &json!("gone")));
    assert_eq!(deliveries(&admin, &id)[0]["state"], "failed");
    let mail = t.mail_about("secretariat@portal.example", "no longer exists");
    assert!(mail.subject.contains("Receiver"), "{}", mail.subject);
    assert!(mail.text.contains("127.0.0.1") && !mail.text.contains("key=1"), "its path may be a secret");
    assert!(mail.text.contains("your duties on the portal"), "not one's own account: {}", mail.text);
    assert_eq!(admin.post(&format!("/webhooks/{id}/ping"), &json!({})).refused(409), "webhook_disabled");
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    t.tell();
    assert_eq!((endpoint.received().len(), deliveries(&admin, &id).len()), (1, 1), "nothing is kept for it");
    let log = admin.get("/audit?action=webhook_disabled").expect(200);
    assert_eq!(log["data"][0]["detail"], json!({"reason": "gone"}));
    change(&admin, &id, &json!({"enabled": true}));
    ping(&admin, &id);
    t.tell();
    assert_eq!(endpoint.received().len(), 2);
}

#[story]
fn an_endpoint_that_fails_for_five_days_is_switched_off(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["*"]);
    endpoint.replies(std::iter::repeat_n(Reply::Status(500, String::new()), 100));
    for hours in [0, 60, 59] {
        t.pass(Duration::from_hours(hours));
        let admin = t.admin();
        ping(&admin, &id);
        t.tell();
        assert_eq!(one(&admin, &id)["enabled"], true);
    }
    t.pass(Duration::from_hours(1));
    let admin = t.admin();
    ping(&admin, &id);
    t.tell();
    assert_eq!(one(&admin, &id)["disabled"], "failing");
    assert!(deliveries(&admin, &id).iter().all(|delivery| delivery["state"] == "failed"), "what waited is given up");
    t.mail_about("secretariat@portal.example", "five days");
}

#[story("webhooks.timeout_seconds=30")]
fn an_endpoint_that_hangs_holds_up_nobody_else(t: TestApp) {
    let (admin, slow, quick) = (t.admin(), Endpoint::start(), Endpoint::start());
    let (held, _) = add(&admin, &slow.url(), &["mail.*"]);
    add(&admin, &quick.url(), &["mail.*"]);
    slow.replies(std::iter::repeat_n(Reply::Hang, 4));
    let events = t.portal.events.clone();
    let each: Vec<Value> = (0..30).map(|n| json!({"n": n})).collect();
    t.run(t.portal.db.write(move |conn| events.tell_each(conn, Kind::MailFailed, each))).unwrap();
    let (stop, dispatcher) = (CancellationToken::new(), t.dispatcher().clone());
    t.run(async {
        let serving = tokio::spawn({
            let stop = stop.clone();
            async move { dispatcher.serve(stop).await }
        });
        // The quick one has everything while the first requests to the other still wait.
        let everything = async {
            while quick.received().len() < 30 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), everything).await.expect("it gets everything");
        stop.cancel();
        slow.let_go();
        serving.await.unwrap();
    });
    assert!(slow.received().len() <= 4, "{}", slow.received().len());
    assert!(quick.peak() <= 4, "{}", quick.peak());
    t.pass(Duration::from_secs(7));
    t.tell();
    assert_eq!(admin.all(&format!("/webhooks/{held}/deliveries?state=delivered")).len(), 30);
}

#[story]
fn two_processes_send_everything_once(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["mail.*"]);
    let events = t.portal.events.clone();
    let each: Vec<Value> = (0..200).map(|n| json!({"n": n})).collect();
    t.run(t.portal.db.write(move |conn| events.tell_each(conn, Kind::MailFailed, each))).unwrap();
    let (first, second) = (t.dispatcher().clone(), t.another_dispatcher());
    t.run(async { tokio::join!(first.drain(), second.drain()) });
    let ids: BTreeSet<String> = endpoint.received().iter().map(|r| r.id().to_owned()).collect();
    assert_eq!((endpoint.received().len(), ids.len()), (200, 200));
    assert_eq!(admin.all(&format!("/webhooks/{id}/deliveries?state=delivered")).len(), 200);
}

#[story]
fn what_a_dead_process_had_in_hand_is_sent(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["*"]);
    ping(&admin, &id);
    let (now, random) = (t.clock.now(), t.portal.random.clone());
    let held = t.portal.db.write(move |conn| {
        let lease = (
            webhook_delivery::lease_by.eq(Id::new(now, &random)),
            webhook_delivery::next_at.eq(now.plus(Duration::from_mins(5))),
        );
        Ok(diesel::update(webhook_delivery::table).set(lease).execute(conn)?)
    });
    assert_eq!(t.run(held).unwrap(), 1);
    t.tell();
    assert!(endpoint.received().is_empty());
    t.pass(Duration::from_mins(5));
    t.tell();
    assert_eq!(endpoint.received().len(), 1);
}

#[story]
fn a_stop_lets_what_is_under_way_end(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["mail.*"]);
    endpoint.replies(std::iter::repeat_n(Reply::Hang, 4));
    let events = t.portal.events.clone();
    let each: Vec<Value> = (0..10).map(|n| json!({"n": n})).collect();
    t.run(t.portal.db.write(move |conn| events.tell_each(conn, Kind::MailFailed, each))).unwrap();
    let (stop, dispatcher) = (CancellationToken::new(), t.dispatcher().clone());
    t.run(async {
        let serving = tokio::spawn({
            let stop = stop.clone();
            async move { dispatcher.serve(stop).await }
        });
        let begun = async {
            while endpoint.received().len() < 4 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), begun).await.expect("it begins");
        stop.cancel();
        endpoint.let_go();
        serving.await.unwrap();
    });
    // Four were in progress and are recorded; no others began.
    assert_eq!(endpoint.received().len(), 4);
    let tried: Vec<Value> = deliveries(&admin, &id).iter().map(|delivery| delivery["attempts"].clone()).collect();
    assert_eq!(tried.iter().filter(|tries| **tries == json!(1)).count(), 4);
    t.pass(Duration::from_secs(7));
    t.tell();
    assert_eq!(admin.all(&format!("/webhooks/{id}/deliveries?state=delivered")).len(), 10);
}

/// Tells these endpoints of `count` events, and does something while the first request to `held` waits for its answer.
fn while_waiting(t: &TestApp, held: &Endpoint, count: i32, doing: impl FnOnce()) {
    let events = t.portal.events.clone();
    let each: Vec<Value> = (0..count).map(|n| json!({"n": n})).collect();
    t.run(t.portal.db.write(move |conn| events.tell_each(conn, Kind::MailFailed, each))).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| t.run(t.dispatcher().drain()));
        let begun = Instant::now();
        while held.received().is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(20), "no request came");
            std::thread::yield_now();
        }
        doing();
        held.let_go();
    });
}

#[story("webhooks.connections=1", "webhooks.timeout_seconds=30")]
fn what_a_former_address_answers_says_nothing_of_the_new_one(t: TestApp) {
    let (admin, former, new) = (t.admin(), Endpoint::start(), Endpoint::start());
    let (id, _) = add(&admin, &former.url(), &["mail.*"]);
    former.replies([Reply::Late(410)]);
    while_waiting(&t, &former, 4, || {
        change(&admin, &id, &json!({"url": new.url()}));
    });
    assert_eq!(one(&admin, &id)["enabled"], true, "the former address is gone, not the endpoint");
    let ids: BTreeSet<String> = new.received().iter().map(|r| r.id().to_owned()).collect();
    assert_eq!((former.received().len(), ids.len()), (1, 4), "what waited for its turn goes to the new address");
    assert_eq!(admin.all(&format!("/webhooks/{id}/deliveries?state=delivered")).len(), 4);
}

#[story("webhooks.connections=1", "webhooks.timeout_seconds=30")]
fn nothing_that_waits_for_its_turn_goes_to_an_endpoint_that_was_switched_off(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, _) = add(&admin, &endpoint.url(), &["mail.*"]);
    endpoint.replies([Reply::Late(204)]);
    while_waiting(&t, &endpoint, 4, || {
        change(&admin, &id, &json!({"enabled": false}));
    });
    assert_eq!(endpoint.received().len(), 1);
    assert_eq!(admin.all(&format!("/webhooks/{id}/deliveries?state=failed")).len(), 4);
}

#[story("webhooks.connections=1", "webhooks.timeout_seconds=30")]
fn what_waits_for_its_turn_is_signed_by_the_secret_of_that_moment(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (id, former) = add(&admin, &endpoint.url(), &["mail.*"]);
    endpoint.replies([Reply::Late(204)]);
    while_waiting(&t, &endpoint, 2, || {
        for _ in 0..2 {
            admin.post(&format!("/webhooks/{id}/rotate"), &json!({})).expect(200);
        }
    });
    let signed: Vec<bool> = endpoint.received().iter().map(|received| is_signed(received, &former)).collect();
    assert_eq!(signed, [true, false]);
}

#[story]
fn an_endpoint_begins_afresh_at_a_new_address(t: TestApp) {
    let (admin, former, new) = (t.admin(), Endpoint::start(), Endpoint::start());
    let (id, _) = add(&admin, &former.url(), &["*"]);
    former.replies([Reply::Status(500, String::new())]);
    ping(&admin, &id);
    t.tell();
    assert!(one(&admin, &id)["failing_since"].is_string());
    assert_eq!(change(&admin, &id, &json!({"url": new.url()}))["failing_since"], Value::Null);
    t.tell();
    assert_eq!((former.received().len(), new.received().len()), (1, 1), "what waited is due at once");
    assert_eq!(deliveries(&admin, &id)[0]["state"], "delivered");
}
