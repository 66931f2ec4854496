//! Who fills the list of reports that nobody understood, and who is counted as whom behind a proxy (numbers 18, 19 and
//! 22).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use portal::db::Id;
use portal::mail::bounce_records::unread::{self, NewUnread};
use portal::time::Timestamp;
use serde_json::{Value, json};

use crate::bounce_sources::{Listening, Talk};
use crate::bounces::{announce, delivery, mail, outcome, paths, report};
use crate::support::{Application, Expect as _, TestApp, USUAL_ADDRESS, story};

/// A message that is not understood.
fn odd(to: &str, sender: &str, subject: &str) -> Vec<u8> {
    format!("From: <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nElle est partie.\r\n").into_bytes()
}

fn list(t: &TestApp) -> Value {
    t.admin().get("/bounces/not-understood").expect(200)
}

fn subjects(t: &TestApp) -> Vec<Value> {
    t.admin().all("/bounces/not-understood").iter().map(|row| row["subject"].clone()).collect()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a18_one_return_path_fills_no_list(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let announcement = announce(&t, None);
    let path_of = |address: &str| paths().of(mail(&t, &announcement, address));
    assert_eq!(outcome(&t, &odd(&path_of(&wanjiru.email), "mx@customs-ke.example", "Honest")), "not_understood");
    for number in 0..6 {
        let message = odd(&path_of(&awa.email), &format!("x{number}@x.example"), &format!("Noise {number}"));
        assert_eq!(outcome(&t, &message), "not_understood");
    }
    let kept = list(&t);
    assert_eq!((&kept["total"], &kept["left_out"]), (&json!(4), &json!(3)), "{kept}");
    // One that is kept is no other when it comes again.
    assert_eq!(outcome(&t, &odd(&path_of(&awa.email), "x0@x.example", "Noise 0")), "not_understood");
    assert_eq!(list(&t)["left_out"], 3);
    assert!(subjects(&t).contains(&json!("Honest")));
    t.pass(Duration::from_hours(24 * 31));
    t.run(t.portal.run_maintenance_once()).unwrap();
    let kept = list(&t);
    assert_eq!((&kept["total"], &kept["left_out"]), (&json!(0), &json!(0)), "forgotten with the reports");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a18_who_writes_without_a_return_path_fills_no_list(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let write = |number: usize| {
        let message = odd("portal@portal.example", &format!("x{number}@x.example"), &format!("Noise {number}"));
        assert_eq!(outcome(&t, &message), "not_understood");
    };
    (0..203).for_each(&write);
    let kept = list(&t);
    assert_eq!((&kept["total"], &kept["left_out"]), (&json!(200), &json!(3)), "{kept}");
    // Who has a return path is counted apart.
    let path = paths().of(mail(&t, &announcement, &awa.email));
    assert_eq!(outcome(&t, &odd(&path, "mx@customs-sn.example", "Honest")), "not_understood");
    assert_eq!(list(&t)["total"], 201);
    t.pass(Duration::from_hours(25));
    write(203);
    let kept = list(&t);
    assert_eq!((&kept["total"], &kept["left_out"]), (&json!(202), &json!(3)), "another day: {kept}");
}

#[story]
fn a18_of_too_many_reports_those_go_of_which_most_come_from_one(t: TestApp) {
    let now = t.clock.now();
    let new = move |number: u16, mail_id: Option<Id>, sender: &str| {
        let received_at = now.plus(Duration::from_millis(u64::from(number)));
        let mut fingerprint = vec![0; 30];
        fingerprint.extend(number.to_be_bytes());
        let (sender, subject, body) = (sender.to_owned(), format!("Report {number}"), String::new());
        NewUnread { id: Id::first_of(received_at), fingerprint, received_at, mail_id, sender, subject, body }
    };
    let mail_of = |number: u16| Id::first_of(Timestamp::from_micros(i64::from(number) * 1_000));
    let kept = t.portal.db.write(move |conn| {
        // The oldest came alone; the others are three each about three hundred and thirty-three mails.
        unread::keep(conn, &new(1, None, "mx@customs-sn.example"))?;
        for number in 2..=1_000 {
            unread::keep(conn, &new(number, Some(mail_of((number + 1) / 3)), "x@x.example"))?;
        }
        unread::keep(conn, &new(1_001, Some(mail_of(900)), "x@x.example"))
    });
    assert_eq!(t.run(kept).unwrap(), Some(1), "one was left out");
    let (kept, subjects) = (list(&t), subjects(&t));
    assert_eq!((&kept["total"], &kept["left_out"]), (&json!(1_000), &json!(1)));
    assert!(subjects.contains(&json!("Report 1")) && subjects.contains(&json!("Report 1001")));
    assert!(!subjects.contains(&json!("Report 2")), "the oldest of those about one mail");
}

#[story("mail.bounce_domain=bounces.portal.example")]
fn a19_a_recipient_that_is_named_twice_is_counted_once(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let path = paths().of(mail(&t, &announcement, &awa.email));
    let listening = Listening::start(&t);
    let mut talk = Talk::to(listening.port);
    assert!(talk.say("LHLO mx.example").starts_with("250 "));
    assert!(talk.say("MAIL FROM:<>").starts_with("250 "));
    for to in [&path, &path.to_uppercase(), &path] {
        assert!(talk.say(&format!("RCPT TO:<{to}>")).starts_with("250 "));
    }
    assert!(talk.say("DATA").starts_with("354 "));
    let message = report("postmaster@portal.example", &awa.email, "failed", "4.2.2", "450 Full", "x@y");
    let said = talk.say(&format!("{}.", String::from_utf8(message).unwrap()));
    // Each is answered; one message was received.
    assert_eq!([said, talk.hear(), talk.hear()], ["250 2.0.0 counted"; 3]);
    assert_eq!(delivery(&t, &announcement, &awa.email)["bounce_kind"], "soft");
    assert!(talk.say("QUIT").starts_with("221 "));
    listening.stop();
}

/// Requests a link for a new password, with this header unchanged; returns the status.
fn forgot(t: &TestApp, forwarded: &[u8]) -> u16 {
    let body = r#"{"email":"nobody@customs.example"}"#;
    let mut request = b"POST /api/v1/auth/password/forgot HTTP/1.1\r\nhost: x\r\nconnection: close\r\n".to_vec();
    request
        .extend_from_slice(format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()).as_bytes());
    request.extend_from_slice(&[forwarded, b"\r\n\r\n", body.as_bytes()].concat());
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.write_all(&request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).unwrap_or_else(|| panic!("{answer}")).parse().unwrap()
}

#[story("throttle.network_forgot=3")]
fn a19_what_is_no_text_in_a_header_hides_nobody(t: TestApp) {
    // The client's own entry is on the left, and a trusted proxy has written the last hop.
    let sent: [&[u8]; 4] = [
        b"x-forwarded-for: \xff, 203.0.113.9",
        "x-forwarded-for: é, 203.0.113.9".as_bytes(),
        b"x-forwarded-for: \xff\r\nx-forwarded-for: 203.0.113.9",
        b"x-forwarded-for: 203.0.113.9",
    ];
    let statuses = sent.map(|forwarded| forgot(&t, forwarded));
    assert_eq!(statuses, [202, 202, 202, 429], "they are one client");
    assert_eq!(forgot(&t, b"x-forwarded-for: \xff, 198.51.100.7"), 202, "and another is another");
    assert_eq!(forgot(&t, format!("x-forwarded-for: {USUAL_ADDRESS}").as_bytes()), 202);
}

#[story("throttle.network_forgot=3")]
fn a19_nobody_is_exempt_by_the_address_of_a_proxy(t: TestApp) {
    // Both networks are exempt; one of them is the proxy's own, which is all that is known without a header.
    for forwarded in [&b"x-a: b"[..], b"x-forwarded-for: unknown", b"x-forwarded-for: 127.0.0.1"] {
        assert_eq!(forgot(&t, forwarded), 202);
    }
    assert_eq!(forgot(&t, b"x-a: b"), 429);
    let told = format!("x-forwarded-for: {USUAL_ADDRESS}");
    assert_eq!([(); 6].map(|()| forgot(&t, told.as_bytes())), [202; 6]);
}

#[story]
fn a22_nobody_chooses_what_the_audit_log_says_of_a_request(t: TestApp) {
    let awa = t.ncp("SN");
    // A proxy that forwards the client's header, as most do.
    let chosen = "01890a5d-ac96-774b-bcce-b302099a8057";
    let forged = awa.with_header("x-request-id", chosen);
    let answer = forged.patch("/me", &json!({"name": "Awa Ndiaye"}));
    let id = answer.header("x-request-id").unwrap().to_owned();
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_ne!(id, chosen);
    let entries = awa.all("/me/audit?action=name_changed");
    assert!(!entries.is_empty() && entries.iter().all(|entry| entry["request_id"] == id.as_str()), "{entries:?}");
    let refused = t.anonymous().with_header("x-request-id", chosen).get("/me").unwrap();
    assert_ne!(refused.json()["request_id"], chosen);
}
