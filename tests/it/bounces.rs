//! Bounces and complaints: received by three ways, counted once, against the address of the mail.

use std::time::Duration;

use portal::db::Id;
use portal::demo::client::Answer;
use portal::mail::{MailTokens, ReturnPaths};
use portal::secrets::MasterKey;
use serde_json::{Value, json};

use crate::announcements::{counts, summary};
use crate::support::endpoint::Endpoint;
use crate::support::{self, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

const TOKEN: &str = "a token of sixteen";

pub fn paths() -> ReturnPaths {
    let master = MasterKey::existing(&support::identity_settings()).unwrap();
    ReturnPaths::new(MailTokens::new(master.mac("return path").unwrap()), "bounces.portal.example")
}

/// A report as Postfix writes it.
pub fn report(to: &str, recipient: &str, action: &str, status: &str, words: &str, message_id: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\r\nTo: {to}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; {words}\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{message_id}>\r\nSubject: News\r\n\r\nNews.\r\n\r\n--b--\r\n"
    )
    .into_bytes()
}

pub fn failed(mail: Id, address: &str, status: &str) -> Vec<u8> {
    report(&paths().of(mail), address, "failed", status, &format!("550 {status} No"), "x@y")
}

fn hand_in(t: &TestApp, token: &str, report: &[u8]) -> Answer {
    let service = t.anonymous().with_token(token);
    service.send("POST", "/api/v1/bounces", Some(("message/rfc822", report))).unwrap()
}

pub fn outcome(t: &TestApp, report: &[u8]) -> String {
    hand_in(t, TOKEN, report).expect(202)["outcome"].as_str().unwrap().to_owned()
}

/// Sends an announcement, and has it delivered; returns its id.
pub fn announce(t: &TestApp, topic: Option<&str>) -> String {
    let admin = t.admin();
    let form = json!({
        "default_language": "en", "topic": topic, "variants": {"en": {"subject": "News", "body_markdown": "News."}},
    });
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.deliver();
    id
}

/// The delivery of an announcement to an address.
pub fn delivery(t: &TestApp, announcement: &str, address: &str) -> Value {
    let rows = t.admin().get(&format!("/announcements/{announcement}/deliveries")).expect(200);
    let row = rows["data"].as_array().unwrap().iter().find(|row| row["to_address"] == address);
    row.unwrap_or_else(|| panic!("{address} in {rows}")).clone()
}

pub fn mail(t: &TestApp, announcement: &str, address: &str) -> Id {
    delivery(t, announcement, address)["id"].as_str().unwrap().parse().unwrap()
}

/// An announcement, and its mail to a person.
fn announced(t: &TestApp, person: &Person) -> Id {
    let id = announce(t, None);
    mail(t, &id, &person.email)
}

pub fn news(t: &TestApp, address: &str) -> usize {
    t.inbox(address).iter().filter(|mail| mail.subject == "News").count()
}

pub fn suppressions(t: &TestApp) -> Value {
    t.admin().get("/suppressions").expect(200)["data"].clone()
}

pub fn confirmation(t: &TestApp) -> Value {
    t.admin().get("/contacts?q=awa").expect(200)["data"][0]["confirmation"].clone()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn goal_45_mail_that_comes_back_for_good_ends_announcements_until_the_address_is_confirmed(t: TestApp) {
    let (awa, endpoint) = (t.ncp("SN"), Endpoint::start());
    let hook =
        json!({"url": endpoint.url(), "description": "Receiver", "events": ["mail.bounced", "appointment.bounce"]});
    t.admin().post("/webhooks", &hook).expect(201);
    let first = announce(&t, None);
    let bounced = mail(&t, &first, &awa.email);
    assert_eq!(outcome(&t, &failed(bounced, &awa.email, "5.1.1")), "counted");
    let row = delivery(&t, &first, &awa.email);
    assert_eq!(
        (&row["state"], &row["bounce_kind"], &row["bounce_status"]),
        (&json!("sent"), &json!("hard"), &json!("5.1.1"))
    );
    assert_eq!(row["bounce_diagnostic"], "550 5.1.1 No");
    let came_back = t.admin().all(&format!("/announcements/{first}/deliveries?state=bounced"));
    assert_eq!(came_back, std::slice::from_ref(&row));
    assert!(t.admin().all(&format!("/announcements/{first}/deliveries?state=complaints")).is_empty());
    assert!(row["bounced_at"].is_string());
    assert_eq!(
        summary(&t.admin(), &first),
        counts(&[("total", 1), ("sent", 1), ("bounced", 1)]),
        "what was sent was sent"
    );
    let listed = suppressions(&t);
    assert_eq!((&listed[0]["address"], &listed[0]["reason"]), (&json!(awa.email), &json!("hard_bounce")));
    assert_eq!(t.admin().get("/statistics/directory").expect(200)["bounced"], 1);

    t.tell();
    let mut told: Vec<Value> = endpoint.received().iter().map(support::endpoint::Received::json).collect();
    told.sort_by_key(|event| event["type"].to_string());
    assert_eq!(told.iter().map(|event| &event["type"]).collect::<Vec<_>>(), ["appointment.bounce", "mail.bounced"]);
    let data = json!({"mail": bounced, "announcement": first, "kind": "hard", "cause": "address", "status": "5.1.1"});
    assert_eq!(told[1]["data"], data, "ids, and nothing personal");

    // The contact must be confirmed, and gets only mail about that.
    assert_eq!(confirmation(&t), "unconfirmed");
    let second = announce(&t, None);
    assert_eq!(summary(&t.admin(), &second), counts(&[("total", 1), ("skipped", 1)]));
    assert_eq!(delivery(&t, &second, &awa.email)["last_reply"], "suppressed");
    let awa = t.login(&awa.email);
    let problem = awa.get("/me").expect(200)["mail_problem"].clone();
    assert_eq!(problem["reason"], "hard_bounce", "a client can warn");
    assert!(problem["since"].is_string());

    // A person who follows the link in a mail has read it.
    let token = t.inbox(&awa.email).iter().rev().find_map(|mail| mail.token("confirm-contact")).expect("the link");
    t.anonymous().post("/appointments/confirm", &json!({"token": token})).unwrap().expect(200);
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")));
    assert_eq!(awa.get("/me").expect(200)["mail_problem"], Value::Null);
    announce(&t, None);
    assert_eq!(news(&t, &awa.email), 2);
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn goal_45_forged_doubled_late_and_strange_reports_change_nothing(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let sent = mail(&t, &announcement, &awa.email);
    let path = paths().of(sent);
    let at = |to: &str, action: &str, status: &str| {
        let id = format!("{sent}@portal.example");
        report(to, "somebody@elsewhere.example", action, status, "550 No", &id)
    };
    let mut forged = path.clone();
    forged.replace_range(20..21, if path.get(20..21) == Some("a") { "b" } else { "a" });
    for (message, expected) in [
        (at(&forged, "failed", "5.1.1"), "of_nothing"),
        (at("portal@portal.example", "failed", "5.1.1"), "of_nothing"),
        (at(&path.replace("bounces.", "other."), "failed", "5.1.1"), "of_nothing"),
        (at(&path, "delayed", "4.4.1"), "late"),
        (at(&path, "delivered", "2.0.0"), "arrived"),
        (
            format!("From: Awa <awa@x.example>\r\nTo: {path}\r\nSubject: Out of office\r\n\r\nBack on Monday.\r\n")
                .into(),
            "automatic",
        ),
        (
            format!("From: Awa <awa@x.example>\r\nTo: {path}\r\nSubject: Question\r\n\r\nWhy 550?\r\n").into(),
            "not_understood",
        ),
    ] {
        assert_eq!(outcome(&t, &message), expected, "{}", String::from_utf8_lossy(&message));
    }
    assert_eq!(delivery(&t, &announcement, &awa.email)["bounced_at"], Value::Null);
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")));

    // Of several reports about one mail the first counts.
    assert_eq!(outcome(&t, &at(&path.to_uppercase(), "failed", "4.2.2")), "counted");
    for status in ["4.2.2", "5.1.1"] {
        assert_eq!(outcome(&t, &at(&path, "failed", status)), "of_nothing");
    }
    assert_eq!(delivery(&t, &announcement, &awa.email)["bounce_kind"], "soft");
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")));

    let good = at(&path, "failed", "5.1.1");
    let refused = hand_in(&t, "another token of sixteen", &good);
    assert!(refused.json()["hint"].as_str().unwrap().contains("configuration"), "{}", refused.text);
    assert_eq!(refused.refused(401), "token_invalid");
    let anonymous = t.anonymous().send("POST", "/api/v1/bounces", Some(("message/rfc822", &good))).unwrap();
    assert_eq!(anonymous.refused(401), "login_required");
    let as_json = t.anonymous().with_token(TOKEN).post("/bounces", &json!({})).unwrap();
    assert_eq!(as_json.refused(415), "media_type");
    assert_eq!(hand_in(&t, TOKEN, &vec![b'x'; 1_048_577]).refused(413), "too_large");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn goal_45_soft_bounces_add_up_and_are_forgotten(t: TestApp) {
    let awa = t.ncp("SN");
    let bounce = || {
        let mail = announced(&t, &awa);
        assert_eq!(outcome(&t, &failed(mail, &awa.email, "5.2.2")), "counted");
    };
    bounce();
    bounce();
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")), "two on one day are one");
    t.pass(DAY * 31);
    bounce();
    assert_eq!(suppressions(&t), json!([]), "what was a month ago is forgotten");
    t.pass(DAY);
    bounce();
    assert_eq!(suppressions(&t)[0]["reason"], "soft_bounces");
    assert_eq!(confirmation(&t), "confirmed", "the address is there");
    t.pass(DAY * 30);
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(suppressions(&t), json!([]), "it is tried again after thirty days");
    let before = news(&t, &awa.email);
    announced(&t, &awa);
    assert_eq!(news(&t, &awa.email), before + 1);
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn goal_45_a_bounce_of_an_address_that_was_left_counts_at_the_mail_alone(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let sent = mail(&t, &announcement, &awa.email);
    t.pass(DAY);
    let awa = t.login(&awa.email);
    awa.post("/me/email", &json!({"email": "awa.diop@elsewhere.example"})).expect(202);
    let token = t.mailed_token("awa.diop@elsewhere.example", "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(outcome(&t, &failed(sent, &awa.email, "5.1.1")), "counted");
    assert_eq!(delivery(&t, &announcement, &awa.email)["bounce_kind"], "hard");
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")), "nobody has it any more");
    let awa = t.login("awa.diop@elsewhere.example");
    assert_eq!(awa.get("/me").expect(200)["mail_problem"], Value::Null);
    announce(&t, None);
    assert_eq!(news(&t, "awa.diop@elsewhere.example"), 1);
    // Back at the old address, which has proven by that that it is read: mails of before say nothing of it, later ones do.
    let before = mail(&t, &announce(&t, None), "awa.diop@elsewhere.example");
    awa.post("/me/email", &json!({"email": "awa.diop@customs-sn.example"})).expect(202);
    let token = t.mailed_token("awa.diop@customs-sn.example", "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(outcome(&t, &failed(before, "awa.diop@elsewhere.example", "5.1.1")), "counted");
    assert_eq!(suppressions(&t), json!([]));
    let after = mail(&t, &announce(&t, None), "awa.diop@customs-sn.example");
    assert_eq!(outcome(&t, &failed(after, "awa.diop@customs-sn.example", "5.1.1")), "counted");
    assert_eq!(suppressions(&t)[0]["address"], "awa.diop@customs-sn.example");
}

/// The report of a mail provider about a reader who marked a mail as unwanted.
fn complaint(t: &TestApp, announcement: &str, reader: &Person) -> Vec<u8> {
    let path = paths().of(mail(t, announcement, &reader.email));
    let text = format!(
        "From: feedback@provider.example\r\nTo: portal@portal.example\r\nSubject: FW: News\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n\
         --b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nReturn-Path: <{path}>\r\nSubject: News\r\n\r\nNews.\r\n\r\n--b--\r\n"
    );
    text.into_bytes()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn goal_45_who_complains_leaves_the_topic(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, Some("news"));
    assert_eq!(outcome(&t, &complaint(&t, &announcement, &awa)), "counted");
    assert_eq!(delivery(&t, &announcement, &awa.email)["bounce_kind"], "complaint");
    assert_eq!(summary(&t.admin(), &announcement), counts(&[("total", 1), ("sent", 1), ("complaints", 1)]));
    assert_eq!(suppressions(&t), json!([]));
    let chosen = awa.get("/me/subscriptions").expect(200);
    let left: Vec<&Value> = chosen["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["subscribed"] == false)
        .map(|row| &row["topic"])
        .collect();
    assert_eq!(left, [&json!("news")]);
    assert_eq!(confirmation(&t), "confirmed", "the address works");
    assert_eq!(awa.get("/me").expect(200)["mail_problem"], Value::Null);
    announce(&t, Some("news"));
    assert_eq!(news(&t, &awa.email), 1, "no more of that");
    announce(&t, None);
    assert_eq!(news(&t, &awa.email), 2, "what is official comes all the same");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn goal_45_who_complains_of_what_can_not_be_left_is_left_alone(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    assert_eq!(outcome(&t, &complaint(&t, &announcement, &awa)), "counted");
    assert_eq!(suppressions(&t)[0]["reason"], "complaint");
    assert_eq!(awa.get("/me").expect(200)["mail_problem"]["reason"], "complaint");
    // Confirming the contact does not mean that mail is wanted.
    let own = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    awa.post(&format!("/appointments/{own}/confirm"), &json!({})).expect(200);
    assert_eq!(suppressions(&t)[0]["reason"], "complaint");
    announce(&t, None);
    assert_eq!(news(&t, &awa.email), 1);
}

#[story("bounces.token=a token of sixteen")]
fn goal_45_without_return_paths_the_message_id_counts_where_the_address_is_right(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let sent = mail(&t, &announcement, &awa.email);
    let to = "portal@portal.example";
    for (recipient, id, expected) in [
        ("somebody@elsewhere.example", format!("{sent}@portal.example"), "of_nothing"),
        (awa.email.as_str(), format!("{sent}@elsewhere.example"), "of_nothing"),
        (awa.email.as_str(), "0199f1b2-7a3c-7def-8abc-112233445566@portal.example".to_owned(), "of_nothing"),
        (awa.email.as_str(), "rubbish".to_owned(), "of_nothing"),
        (awa.email.as_str(), format!("{sent}@portal.example"), "counted"),
    ] {
        let report = report(to, recipient, "failed", "5.1.1", "550 No", &id);
        assert_eq!(outcome(&t, &report), expected, "{recipient} {id}");
    }
    assert_eq!(confirmation(&t), "unconfirmed");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn goal_45_a_message_id_counts_for_nothing_where_there_are_return_paths(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let id = format!("{}@portal.example", mail(&t, &announcement, &awa.email));
    let report = report("portal@portal.example", &awa.email, "failed", "5.1.1", "550 No", &id);
    assert_eq!(outcome(&t, &report), "of_nothing");
    assert_eq!(confirmation(&t), "confirmed");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn nobody_who_runs_the_portal_loses_a_right_over_a_bounce(t: TestApp) {
    let admin = t.admin();
    let message_id = t.newest_mail(&admin.email).message_id;
    let sent: Id = message_id.split('@').next().unwrap().parse().unwrap();
    assert_eq!(outcome(&t, &failed(sent, &admin.email, "5.1.1")), "counted");
    assert_eq!(suppressions(&t)[0]["address"], admin.email.as_str());
    let me = admin.get("/me").expect(200);
    assert_eq!(
        (&me["appointments"][0]["status"], &me["mail_problem"]["reason"]),
        (&json!("active"), &json!("hard_bounce"))
    );
}
