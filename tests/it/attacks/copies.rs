//! Erasures while there is much to search (numbers 2 and 20): reports, stored answers and plans that name the person are
//! found before the erasure, page by page, and nothing of them is left when it is done.

use serde_json::{Value, json};

use super::budgets::{HOUR, count};
use super::erasures::{at, change_address, days_pass, has_erased, keep_house};
use super::imports::import;
use crate::bounces::outcome;
use crate::support::endpoint::{Endpoint, Reply};
use crate::support::{Expect as _, TestApp, story};
use crate::webhooks::{add, deliveries, ping};

/// More than is read at once.
const MANY: usize = 50;

/// Hands in a message that nobody understands, from a sender of its own.
fn report(t: &TestApp, number: usize, body: &str) {
    let report = format!(
        "From: Robot <robot{number}@mx.example>\r\nTo: portal@portal.example\r\nSubject: Changement\r\n\
         Message-ID: <{number}@mx.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Elle est partie. {body}\r\n"
    );
    assert_eq!(outcome(t, report.as_bytes()), "not_understood", "{body}");
}

fn reports(t: &TestApp) -> Value {
    t.admin().get("/bounces/not-understood").expect(200)["total"].clone()
}

/// Stores an answer that has this text in it, under this key; returns whether it was stored before.
fn answered_before(t: &TestApp, key: &str, text: &str) -> bool {
    let text = json!({"subject": "News", "body_markdown": text});
    let draft = json!({"default_language": "en", "variants": {"en": text}});
    let answer = t.admin().with_header("idempotency-key", key).post("/announcements", &draft);
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.header("idempotency-replayed").is_some()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen", "privacy.erasure_days=1")]
fn a20_many_copies_go_with_every_address_of_a_person(t: TestApp) {
    let (first, between, last) = ("zenobia@customs-gh.example", "quartz@between.example", "zq@elsewhere.example");
    let zenobia = t.member(&at(first, "GH", "Zenobia Quartz"));
    for number in 0..MANY {
        report(&t, number, "Au revoir a tous.");
    }
    for (number, spelling) in ["zenobia=40customs-gh.example", "zenobia%40customs-gh.example"].into_iter().enumerate() {
        report(&t, 100 + number, spelling);
    }
    change_address(&t, &zenobia, between);
    report(&t, 110, "quartz(at)between.example");
    t.pass(HOUR);
    change_address(&t, &t.login(between), last);
    report(&t, 120, "SRS0=ab=cd=elsewhere.example=zq@lists.x.example");
    report(&t, 130, "someone@between.example");
    assert_eq!(reports(&t), MANY + 5);
    t.login(last).delete("/me").expect(202);
    t.pass(HOUR * 23);
    for number in 0..MANY {
        assert!(!answered_before(&t, &format!("other{number}"), "Write to somebody@customs-gh.example."));
    }
    for (key, address) in [("first", first), ("last", last)] {
        assert!(!answered_before(&t, key, &format!("Write to {address}.")));
    }
    for address in [last, "kofi@x.example"] {
        let sheet = format!("email,name,member,role\n{address},Kofi Owusu,SN,ncp\n");
        let plan = import(&t.admin(), "text/csv", sheet.as_bytes()).expect(201);
        assert_eq!(plan["rows"][0]["action"], "invite", "{plan}");
    }
    t.pass(HOUR * 2);
    keep_house(&t);
    assert!(has_erased(&t, "Former contact (Ghana)"));
    assert_eq!(reports(&t), MANY + 1, "those that name nobody, and somebody else");
    assert!(answered_before(&t, "other7", "Write to somebody@customs-gh.example."));
    assert!(!answered_before(&t, "last", &format!("Write to {last}.")), "the answer that names the person is gone");
    assert!(answered_before(&t, "first", &format!("Write to {first}.")), "from after the person had left the address");
    assert_eq!(count(&t, "SELECT count(*) AS n FROM import_plan"), 1, "the plan of somebody else");
}

#[story("privacy.erasure_days=1")]
fn a20_what_a_receiver_of_events_answered_goes_with_the_person(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let zenobia = t.member(&at("zenobia@customs-gh.example", "GH", "Zenobia Quartz"));
    let (id, _) = add(&admin, &endpoint.url(), &["*"]);
    let answers = ["no such person: Zenobia@customs-gh.example", "no such person: kofi@customs-gh.example"];
    endpoint.replies(answers.map(|text| Reply::Status(200, text.to_owned())));
    for _ in answers {
        ping(&admin, &id);
        t.tell();
    }
    let kept = || -> Vec<Value> {
        let answers = deliveries(&t.admin(), &id).into_iter().map(|delivery| delivery["last_answer"].clone());
        answers.filter(|answer| answer.as_str().is_some_and(|text| text.contains("person"))).collect()
    };
    assert_eq!(kept().len(), 2);
    zenobia.delete("/me").expect(202);
    days_pass(&t, 2);
    assert!(has_erased(&t, "Former contact (Ghana)"));
    assert_eq!(kept(), [json!(answers[1])]);
}
