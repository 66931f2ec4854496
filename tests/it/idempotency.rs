//! A request with an idempotency key is carried out once, however often it is sent.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::idempotency;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

fn keyed(person: &Person, key: &str) -> Person {
    person.with_header("idempotency-key", key)
}

fn draft() -> Value {
    json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}})
}

fn invitation(email: &str) -> Value {
    json!({"email": email, "name": "Awa Diop", "organisation": "SN", "role": "ncp"})
}

/// Sends the same at once, as often as there are people; the statuses, and how often each came.
fn all_at_once(people: &[Person], path: &str, body: &Value) -> (BTreeMap<u16, usize>, Vec<Value>) {
    let answers: Vec<_> = std::thread::scope(|scope| {
        let sending: Vec<_> = people.iter().map(|person| scope.spawn(|| person.post(path, body))).collect();
        sending.into_iter().map(|sent| sent.join().unwrap()).collect()
    });
    let (mut statuses, mut done) = (BTreeMap::new(), Vec::new());
    for answer in answers {
        *statuses.entry(answer.status).or_default() += 1;
        if answer.status < 300 {
            done.push(answer.json());
        } else if answer.status == 429 {
            // One session has so many places in the queue of writes.
            assert_eq!(answer.refused(429), "too_many_attempts");
        } else {
            let code = answer.refused(409);
            assert!(["request_in_progress", "already_sent", "not_possible_now"].contains(&code.as_str()), "{code}");
        }
    }
    (statuses, done)
}

#[story]
fn goal_13_the_same_key_fifty_times_at_once_is_one_announcement(t: TestApp) {
    let admin = t.admin();
    let people: Vec<Person> = (0..50).map(|_| keyed(&admin, "8e03978e-40d5-43dd-bc93-6894a57f9324")).collect();
    let (statuses, done) = all_at_once(&people, "/announcements", &draft());
    assert_eq!(statuses.values().sum::<usize>(), 50);
    assert!(statuses[&201] >= 1 && statuses.keys().all(|status| [201, 409, 429].contains(status)), "{statuses:?}");
    assert!(done.iter().all(|answer| answer == &done[0]), "the same answer each time");
    assert_eq!(admin.all("/announcements").len(), 1);
    // A client that was told to retry gets it now.
    let again = people[0].post("/announcements", &draft());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), done[0]);
}

#[story]
fn goal_14_two_who_send_at_once_send_once(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let id = admin.post("/announcements", &draft()).expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/announcements/{id}/send");
    let people: Vec<Person> = (0..10).map(|n| keyed(&admin, &format!("key-{}", n % 2))).collect();
    let (statuses, _) = all_at_once(&people, &path, &json!({}));
    assert!(statuses[&202] >= 1 && statuses[&409] >= 1, "{statuses:?}");
    let news = t.inbox(&awa.email).iter().filter(|mail| mail.subject == "News").count();
    assert_eq!(news, 1);
    // One key has the answer, the other is too late: each hears the same however often it asks.
    let mut answers: Vec<u16> = (0..4).map(|n| people[n].post(&path, &json!({})).status).collect();
    answers.sort_unstable();
    assert_eq!(answers, [202, 202, 409, 409]);
}

#[story]
fn the_same_answer_comes_again(t: TestApp) {
    let admin = t.admin();
    let sent = keyed(&admin, "one");
    let first = sent.post("/announcements", &draft());
    assert_eq!(first.header("idempotency-replayed"), None);
    let second = keyed(&admin, "\"one\"").post("/announcements", &draft());
    assert_eq!((second.status, second.header("idempotency-replayed")), (201, Some("true")));
    for name in ["location", "content-type"] {
        assert!(first.header(name).is_some() && first.header(name) == second.header(name), "{name}");
    }
    assert_eq!(first.text, second.text);
    // The draft is another by now; the answer is the one of that time.
    let id = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(admin.delete(&format!("/announcements/{id}")).status, 204);
    assert_eq!(sent.post("/announcements", &draft()).text, first.text);
    assert_eq!(admin.all("/announcements").len(), 0);
    // Without a key each is a new one.
    admin.post("/announcements", &draft()).expect(201);
    admin.post("/announcements", &draft()).expect(201);
    assert_eq!(admin.all("/announcements").len(), 2);
}

#[story]
fn a_key_is_good_for_one_request(t: TestApp) {
    let admin = keyed(&t.admin(), "one");
    let id = admin.post("/announcements", &draft()).expect(201)["id"].as_str().unwrap().to_owned();
    let mut other = draft();
    other["variants"]["en"]["subject"] = json!("Other news");
    assert_eq!(admin.post("/announcements", &other).refused(422), "idempotency_key_reused");
    assert_eq!(
        admin.post("/invitations", &invitation("awa@customs-sn.example")).refused(422),
        "idempotency_key_reused"
    );
    assert_eq!(admin.post(&format!("/announcements/{id}/send"), &json!({})).refused(422), "idempotency_key_reused");
    assert_eq!(admin.all("/announcements").len(), 1);
}

#[story]
fn a_key_is_each_persons_own(t: TestApp) {
    let mut coordinator = Application::new("SN", "Moussa Fall");
    coordinator.role = "coordinator";
    let moussa = keyed(&t.member(&coordinator), "one");
    let admin = keyed(&t.admin(), "one");
    let (first, second) = (invitation("awa@customs-sn.example"), invitation("binta@customs-sn.example"));
    let made = moussa.post("/invitations", &first).expect(201);
    admin.post("/invitations", &second).expect(201);
    assert_eq!(moussa.post("/invitations", &first).expect(201)["id"], made["id"]);
    assert_eq!(t.inbox("awa@customs-sn.example").len(), 1);
}

#[story]
fn what_was_refused_is_judged_again(t: TestApp) {
    let admin = keyed(&t.admin(), "one");
    let form = invitation("awa@customs-sn.example");
    let taken = t.admin().post("/invitations", &form).expect(201)["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        assert_eq!(admin.post("/invitations", &form).refused(409), "already_invited");
    }
    t.admin().post(&format!("/appointments/{taken}/withdraw"), &json!({})).expect(200);
    admin.post("/invitations", &form).expect(201);
}

#[story]
fn a_key_is_free_again_after_a_day(t: TestApp) {
    let send = || keyed(&t.admin(), "one").post("/announcements", &draft()).expect(201)["id"].clone();
    let kept = || {
        let count = t.portal.db.read(|conn| Ok(idempotency::table.count().get_result::<i64>(conn)?));
        t.run(count).unwrap()
    };
    let first = send();
    t.pass(Duration::from_hours(23));
    assert_eq!(send(), first);
    t.pass(Duration::from_hours(1));
    let second = send();
    assert_ne!(second, first);
    assert_eq!((send(), kept()), (second, 1));
    t.pass(Duration::from_hours(25));
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(kept(), 0);
}

#[story]
fn a_key_that_cannot_be_read_is_refused(t: TestApp) {
    let admin = t.admin();
    for bad in ["two words", "\"open", &"k".repeat(256)] {
        let answer = keyed(&admin, bad).post("/announcements", &draft());
        assert_eq!(answer.refused(400), "idempotency_key_malformed", "{bad}");
    }
    assert_eq!(keyed(&t.ncp("SN"), "two words").post("/announcements", &draft()).refused(403), "secretariat_only");
    assert_eq!(admin.all("/announcements").len(), 0);
}
