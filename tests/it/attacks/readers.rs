//! Announcements that were addressed to people who are readers no longer when their mails leave (number 10): after a
//! pause, a failure that is tried again, or the days until a digest.

use portal::demo::receiver::Verdict;
use serde_json::{Value, json};

use crate::announcements::{counts, summary};
use crate::reading::{UNTIL_SEVEN, act, announce, choose, keep_house, titles};
use crate::support::{Application, Expect as _, Person, TestApp, story};

const MOVED: &str = "moved@elsewhere.example";

/// A way in which somebody stops being a reader, at least at the address of before.
type Way = fn(&TestApp, &Person);

const WAYS: [(&str, &str, Way); 5] = [
    ("account suspended", "Moussa Fall", suspend_account),
    ("appointment suspended", "Ibrahima Ba", |t, person| decide(t, person, "suspend")),
    ("appointment ended", "Cheikh Gueye", |t, person| decide(t, person, "resign")),
    ("moved", "Mariama Ba", |t, person| {
        person.post("/me/email", &json!({"email": MOVED})).expect(202);
        let token = t.mailed_token(MOVED, "confirm-address");
        t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    }),
    ("left the portal", "Ousmane Sarr", |_, person| drop(person.delete("/me").expect(202))),
];

fn suspend_account(t: &TestApp, person: &Person) {
    let user = person.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    t.admin().post(&format!("/users/{user}/suspend"), &json!({"reason": "An incident."})).expect(200);
}

fn decide(t: &TestApp, person: &Person, deed: &str) {
    let rows = t.admin().all("/appointments");
    let row = rows.iter().rev().find(|row| row["person"]["email"] == person.email.as_str()).expect("an appointment");
    let path = format!("/appointments/{}/{deed}", row["id"].as_str().unwrap());
    t.admin().post(&path, &json!({"reason": "An incident."})).expect(200);
}

/// One person for each of the ways, and one who stays.
fn readers(t: &TestApp) -> (Vec<Person>, Person) {
    let going = WAYS.iter().map(|(_, name, _)| t.member(&Application::new("SN", name))).collect();
    (going, t.member(&Application::new("SN", "Awa Diop")))
}

fn go(t: &TestApp, going: &[Person]) {
    for ((_, _, way), person) in WAYS.iter().zip(going) {
        way(t, person);
    }
}

fn got(t: &TestApp, address: &str, subject: &str) -> usize {
    t.inbox(address).iter().filter(|mail| mail.subject.contains(subject)).count()
}

/// Nobody of those who went got a mail with this in its subject, at any address; who stays got one.
fn check_mails(t: &TestApp, going: &[Person], stays: &Person, subject: &str) {
    for ((way, ..), person) in WAYS.iter().zip(going) {
        assert_eq!(got(t, &person.email, subject), 0, "{way}");
    }
    assert_eq!((got(t, MOVED, subject), got(t, &stays.email, subject)), (0, 1));
}

fn reasons(admin: &Person, id: &str) -> Vec<Value> {
    let skipped = admin.all(&format!("/announcements/{id}/deliveries?state=skipped"));
    skipped.iter().map(|row| row["last_reply"].clone()).collect()
}

#[story]
fn a10_an_announcement_that_was_held_back_goes_to_readers_of_now(t: TestApp) {
    let (going, stays) = readers(&t);
    let admin = t.admin();
    let id = announce(&admin, "Held back", &json!({}));
    act(&admin, &id, "pause").expect(200);
    t.deliver();
    assert_eq!(summary(&admin, &id), counts(&[("total", 6), ("pending", 6)]), "all of them are addressed");
    go(&t, &going);
    act(&t.admin(), &id, "resume").expect(200);
    check_mails(&t, &going, &stays, "Held back");
    assert_eq!(summary(&t.admin(), &id), counts(&[("total", 6), ("sent", 1), ("skipped", 5)]));
    assert_eq!(reasons(&t.admin(), &id), ["left"; 5]);
    // Whoever is back stays without the mail, and reads it in the portal.
    decide(&t, &going[1], "reinstate");
    assert_eq!(titles(&t.login(&going[1].email), ""), ["Held back"]);
}

#[story]
fn a10_what_failed_is_tried_again_for_readers_of_now(t: TestApp) {
    let (going, stays) = readers(&t);
    let admin = t.admin();
    t.deliver();
    for person in going.iter().chain([&stays]) {
        t.mail_server_answers(&person.email, [Verdict::Refuse("550 5.7.1 no")]);
    }
    let id = announce(&admin, "Refused", &json!({}));
    t.deliver();
    assert_eq!(summary(&admin, &id), counts(&[("total", 6), ("failed", 6)]));
    go(&t, &going);
    act(&t.admin(), &id, "deliveries/retry-failed").expect(202);
    check_mails(&t, &going, &stays, "Refused");
    assert_eq!(summary(&t.admin(), &id), counts(&[("total", 6), ("sent", 1), ("skipped", 5)]));
}

#[story]
fn a10_a_digest_goes_to_readers_of_now(t: TestApp) {
    let (going, stays) = readers(&t);
    for person in going.iter().chain([&stays]) {
        choose(person, "daily");
    }
    let admin = t.admin();
    let id = announce(&admin, "For the digest", &json!({"topic": "news"}));
    t.deliver();
    assert_eq!(reasons(&admin, &id), ["digest"; 6]);
    go(&t, &going);
    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    let digests = |address: &str| got(&t, address, "digest");
    for ((way, ..), person) in WAYS.iter().zip(&going) {
        assert_eq!(digests(&person.email), 0, "{way}");
    }
    assert_eq!((digests(&stays.email), digests(MOVED)), (1, 1), "a digest is written to the address of now");
    // What waited for somebody who was no reader is in no later digest either.
    decide(&t, &going[1], "reinstate");
    t.pass(crate::reading::DAY);
    keep_house(&t);
    assert_eq!(digests(&going[1].email), 0);
    assert_eq!(titles(&t.login(&going[1].email), ""), ["For the digest"]);
}

#[story]
fn a10_whoever_reads_for_another_organisation_is_a_reader_still(t: TestApp) {
    let awa = t.ncp("SN");
    let user = awa.get("/me").expect(200)["id"].clone();
    let admin = t.admin();
    let id = announce(&admin, "Held back", &json!({}));
    act(&admin, &id, "pause").expect(200);
    t.deliver();
    decide(&t, &awa, "suspend");
    t.admin().post("/appointments", &json!({"user_id": user, "organisation": "CI", "role": "ncp"})).expect(201);
    act(&t.admin(), &id, "resume").expect(200);
    assert_eq!(got(&t, &awa.email, "Held back"), 1);
}
