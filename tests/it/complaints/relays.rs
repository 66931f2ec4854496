//! Bad relays: their refusals have no consequence for readers, and the operator is notified.

use std::collections::BTreeSet;
use std::time::Duration;

use portal::demo::receiver::Verdict;
use serde_json::json;

use crate::announcements::counts;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const QUOTA: Verdict = Verdict::RefuseMessage("550 5.7.1 Daily sending quota exceeded");
const NOT_AS: Verdict =
    Verdict::RefuseMessage("550 5.7.60 SMTP; Client does not have permissions to send as this sender");

/// An announcement to everybody, fanned out.
fn announced(t: &TestApp) -> (Person, String) {
    let admin = t.admin();
    t.deliver();
    let form = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.dispatch();
    (admin, id)
}

/// Who got the news, as often as they did.
fn readers(t: &TestApp) -> Vec<String> {
    let mails = t.receiver.inbox();
    let is_news = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("Subject: News");
    mails.into_iter().filter(|mail| is_news(&mail.bytes)).map(|mail| mail.to).collect()
}

/// The parts that do not work, as `/health/ready` names them.
pub fn degraded(t: &TestApp) -> Vec<String> {
    let health = t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    let parts: Vec<String> = health["degraded"]
        .as_array()
        .map_or_else(Vec::new, |parts| parts.iter().map(|each| each["part"].as_str().unwrap().to_owned()).collect());
    assert_eq!(health["status"], if parts.is_empty() { "ready" } else { "degraded" });
    parts
}

pub fn metrics(t: &TestApp) -> String {
    t.portal.metrics.text(&t.portal.troubles.all(), &[], "").unwrap()
}

#[story]
fn b03_a_relay_that_takes_twenty_mails_a_connection_costs_nobody_anything(t: TestApp) {
    t.seed(100);
    let (admin, id) = announced(&t);
    let before = t.receiver.connections();
    t.receiver.refuse_after(Some((20, "452 4.3.2 Too many messages, come again\r\n")));
    t.deliver();
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary, counts(&[("total", 100), ("sent", 100)]));
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    assert!(rows.iter().all(|row| row["attempts"] == 1), "nobody was charged with a try");
    let readers = readers(&t);
    assert_eq!((readers.len(), readers.iter().collect::<BTreeSet<_>>().len()), (100, 100));
    let opened = t.receiver.connections() - before;
    assert!((5..=12).contains(&opened), "{opened} connections");
    assert_eq!(degraded(&t), Vec::<String>::new());
}

#[story]
fn b03_a_quota_that_is_used_up_fails_nobody_and_is_told(t: TestApp) {
    let people = [t.member(&Application::new("SN", "Awa Diop")), t.member(&Application::new("KE", "Wanjiru Kamau"))];
    let (admin, id) = announced(&t);
    for person in &people {
        t.mail_server_answers(&person.email, [QUOTA, QUOTA]);
    }
    t.deliver();
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    assert!(rows.iter().all(|row| row["state"] == "pending" && row["attempts"] == 0), "{rows:?}");
    assert!(rows.iter().any(|row| row["last_code"] == 550 && row["last_status"] == "5.7.1"), "{rows:?}");
    assert!(rows.iter().all(|row| row["last_reply"].as_str().is_some_and(|said| said.contains("quota"))), "{rows:?}");
    assert_eq!(degraded(&t), ["mail_announcements"]);
    assert!(metrics(&t).contains("words=\"550 5.7.1 Daily sending quota exceeded\""), "{}", metrics(&t));
    for _ in 0..6 {
        t.pass(Duration::from_mins(6));
        t.deliver();
    }
    let admin = t.admin();
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary, counts(&[("total", 2), ("sent", 2)]));
    assert_eq!(readers(&t).len(), 2);
    assert_eq!(degraded(&t), Vec::<String>::new());
    assert!(!metrics(&t).contains("quota"));
}

#[story]
fn b03_a_link_leaves_beside_announcements_whose_sender_is_refused(t: TestApp) {
    let [awa, wanjiru] =
        [t.member(&Application::new("SN", "Awa Diop")), t.member(&Application::new("KE", "Wanjiru Kamau"))];
    announced(&t);
    t.mail_server_answers(&wanjiru.email, [NOT_AS]);
    t.deliver();
    assert_eq!(degraded(&t), ["mail_announcements"]);
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    assert!(t.newest_mail(&awa.email).token("reset").is_some(), "no time has passed");
    assert_eq!(degraded(&t), ["mail_announcements"]);
    assert!(!readers(&t).contains(&wanjiru.email));
}

#[story]
fn b03_a_mail_that_alone_is_refused_as_ours_holds_up_nobody(t: TestApp) {
    t.seed(20);
    let awa = t.member(&Application::new("SN", "Awa Diop"));
    let (_, id) = announced(&t);
    t.mail_server_answers(&awa.email, vec![NOT_AS; 50]);
    for _ in 0..4 {
        t.deliver();
        // The others are due again then, and she is not yet.
        t.pass(Duration::from_secs(15));
    }
    let admin = t.admin();
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary, counts(&[("total", 21), ("sent", 20), ("deferred", 1)]));
    assert_eq!(degraded(&t), Vec::<String>::new(), "it is about that mail");
}

#[story]
fn b03_a_relay_that_is_down_is_told_and_a_link_leaves_two_seconds_after_it_is_back(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop"));
    t.deliver();
    t.receiver.shut(true);
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    for _ in 0..10 {
        t.deliver();
        t.pass(Duration::from_secs(30));
    }
    t.deliver();
    assert_eq!(degraded(&t), ["mail_relay"]);
    t.receiver.shut(false);
    t.pass(Duration::from_secs(2));
    assert!(t.newest_mail(&awa.email).token("reset").is_some());
    assert_eq!(degraded(&t), Vec::<String>::new());
}
