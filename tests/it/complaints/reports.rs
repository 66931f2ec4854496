//! Numbers 1 and 2: the cause of a bounce, and reports that are not understood.

use std::time::Duration;

use portal::db::Id;
use portal::demo::receiver::Verdict;
use serde_json::{Value, json};

use crate::bounces::{announce, confirmation, delivery, mail, outcome, paths, report, suppressions};
use crate::support::{Application, Expect as _, TestApp, story};

const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);

/// The report of a server that gave a mail back with this status and these words.
fn back(mail: Id, address: &str, status: &str, words: &str) -> Vec<u8> {
    report(&paths().of(mail), address, "failed", status, words, "x@y")
}

/// The same about a delivery.
fn back_of(row: &Value, status: &str, words: &str) -> Vec<u8> {
    back(id_of(row), row["to_address"].as_str().unwrap(), status, words)
}

fn id_of(row: &Value) -> Id {
    row["id"].as_str().unwrap().parse().unwrap()
}

/// The mails that warned the Secretariat of bounces, each in one line.
fn warnings(t: &TestApp) -> Vec<String> {
    let mails =
        t.inbox("secretariat@portal.example").into_iter().filter(|mail| mail.subject == "E-mails returned: News");
    mails.map(|mail| mail.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn b01_what_is_refused_for_its_text_or_its_way_costs_nobody_a_right(t: TestApp) {
    let awa = t.ncp("SN");
    for (status, words, cause) in [
        ("5.7.26", "550 5.7.26 This mail does not pass DMARC", "message"),
        ("5.7.26", "550 5.7.26 This mail does not pass DMARC", "message"),
        ("5.7.1", "550 5.7.1 spam", "message"),
        ("5.1.1", "550 5.1.1 Blocked by policy", "message"),
        ("5.1.350", "550 5.1.350 Something that nobody knows", "message"),
        ("4.4.7", "connection timed out", "route"),
        ("5.4.6", "554 5.4.6 Too many hops", "route"),
    ] {
        let announcement = announce(&t, None);
        let sent = mail(&t, &announcement, &awa.email);
        assert_eq!(outcome(&t, &back(sent, &awa.email, status, words)), "counted", "{words}");
        let row = delivery(&t, &announcement, &awa.email);
        assert_eq!((&row["bounce_kind"], &row["bounce_cause"]), (&json!("soft"), &json!(cause)), "{words}");
        assert_eq!(row["bounce_diagnostic"], words, "shown at the delivery");
        t.pass(DAY);
    }
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")));
    let awa = t.login(&awa.email);
    assert_eq!(awa.get("/me").expect(200)["mail_problem"], Value::Null);
    awa.get("/contacts").expect(200);
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn b01_a_full_mailbox_is_spared_for_a_while_and_its_owner_keeps_every_right(t: TestApp) {
    let awa = t.ncp("SN");
    for words in ["552 5.2.2 Mailbox full", "550 5.2.1 The account is disabled"] {
        let announcement = announce(&t, None);
        let sent = mail(&t, &announcement, &awa.email);
        assert_eq!(outcome(&t, &back(sent, &awa.email, "5.0.0", words)), "counted", "{words}");
        assert_eq!(delivery(&t, &announcement, &awa.email)["bounce_cause"], "mailbox", "{words}");
        t.pass(DAY);
    }
    let listed = suppressions(&t);
    assert_eq!(listed[0]["reason"], "soft_bounces");
    assert!(listed[0]["until"].is_string(), "for a while: {listed}");
    assert_eq!(confirmation(&t), "confirmed");
    t.login(&awa.email).get("/contacts").expect(200);
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn b01_a_positive_word_that_the_address_is_dead_counts_whatever_its_number(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let sent = mail(&t, &announcement, &awa.email);
    assert_eq!(outcome(&t, &back(sent, &awa.email, "5.7.1", "550 5.7.1 No such user")), "counted");
    let row = delivery(&t, &announcement, &awa.email);
    assert_eq!((&row["bounce_kind"], &row["bounce_cause"]), (&json!("hard"), &json!("address")));
    assert_eq!(confirmation(&t), "unconfirmed");
    assert_eq!(suppressions(&t)[0]["reason"], "hard_bounce");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn b01_much_that_is_turned_back_halts_the_rest_and_is_told_at_once(t: TestApp) {
    t.seed(30);
    let admin = t.admin();
    let form = json!({
        "default_language": "en", "topic": null, "variants": {"en": {"subject": "News", "body_markdown": "News."}},
    });
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.dispatch();
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    let (waits, others) = rows.split_first().unwrap();
    t.mail_server_answers(waits["to_address"].as_str().unwrap(), [Verdict::Refuse("451 4.3.0 later")]);
    t.deliver();
    let (first, rest) = others.split_at(2);
    for row in first {
        assert_eq!(outcome(&t, &back_of(row, "5.7.1", "550 5.7.1 Blocked by policy")), "counted");
    }
    t.deliver();
    assert_eq!(admin.get(&format!("/announcements/{id}")).expect(200)["status"], "sending", "two are no share");
    for row in &rest[..8] {
        assert_eq!(outcome(&t, &back_of(row, "5.7.26", "550 5.7.26 DMARC")), "counted");
    }
    let told = warnings(&t);
    let halted = admin.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!((&halted["status"], &halted["cause"]), (&json!("paused"), &json!("many_turned_back")));
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("The remaining e-mails are on hold."), "{told:?}");
    assert_eq!(suppressions(&t), json!([]));

    // The person who resumed it has seen that.
    admin.post(&format!("/announcements/{id}/resume"), &json!({})).expect(200);
    assert_eq!(outcome(&t, &back_of(&rest[9], "5.7.26", "550 5.7.26 DMARC")), "counted");
    t.pass(HOUR);
    t.deliver();
    assert_eq!(t.admin().get(&format!("/announcements/{id}")).expect(200)["status"], "sent");
    assert_eq!(warnings(&t).len(), 1, "once for each announcement");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn b01_all_of_one_domain_that_is_turned_back_is_told_at_once(t: TestApp) {
    let people = [("SN", "Awa Diop"), ("KE", "Wanjiru Kamau"), ("GH", "Kofi Mensah")].map(|(member, name)| {
        let mut application = Application::new(member, name);
        application.email = application.email.replace(&format!("customs-{}", member.to_lowercase()), "regional");
        t.member(&application)
    });
    let elsewhere = t.member(&Application::new("TG", "Ama Lawson"));
    let announcement = announce(&t, None);
    let turn_back = |address: &str| {
        let sent = mail(&t, &announcement, address);
        assert_eq!(outcome(&t, &back(sent, address, "5.4.4", "554 5.4.4 Unable to resolve route")), "counted");
    };
    turn_back(&elsewhere.email);
    for person in &people[..2] {
        turn_back(&person.email);
    }
    assert_eq!(warnings(&t), Vec::<String>::new(), "two of three are not all");
    turn_back(&people[2].email);
    let told = warnings(&t);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("All e-mails to regional.example were returned."), "{told:?}");
    assert!(told[0].contains("All e-mails have been sent"), "nothing to halt: {told:?}");
    assert_eq!(t.admin().get(&format!("/announcements/{announcement}")).expect(200)["status"], "sent");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn b02_what_nobody_understands_is_kept_for_the_secretariat_to_see(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let sent = mail(&t, &announcement, &awa.email);
    let odd = |text: &str| {
        let to = paths().of(sent);
        format!("From: Robot <robot@mx.example>\r\nTo: {to}\r\nSubject: Message 42\r\n\r\n{text}\r\n").into_bytes()
    };
    assert_eq!(awa.get("/bounces/not-understood").refused(403), "secretariat_only");
    for _ in 0..2 {
        assert_eq!(outcome(&t, &odd("Je ne sais pas.")), "not_understood");
    }
    t.pass(HOUR);
    assert_eq!(outcome(&t, &odd(&format!("What of {}?", awa.email.to_uppercase()))), "not_understood");
    let list = |query: &str| t.admin().get(&format!("/bounces/not-understood{query}")).expect(200);
    let kept = list("");
    assert_eq!(kept["total"], 2, "one that comes again is the same");
    let newest = &kept["data"][0];
    assert_eq!(
        (&newest["sender"], &newest["subject"], &newest["mail_id"]),
        (&json!("Robot <robot@mx.example>"), &json!("Message 42"), &json!(sent))
    );
    let page = list("?limit=1");
    let cursor = page["page"]["next_cursor"].as_str().unwrap();
    let page = list(&format!("?limit=1&cursor={cursor}"));
    assert_eq!((&page["data"][0], &page["page"]["next_cursor"]), (&kept["data"][1], &Value::Null));
    let text = t.admin().get(&format!("/bounces/not-understood/{}", id_of(&kept["data"][1]))).expect(200);
    assert_eq!(text["text"].as_str().unwrap().trim(), "Je ne sais pas.");
    assert_eq!(t.admin().get(&format!("/bounces/not-understood/{sent}")).refused(404), "not_found");
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")), "nothing is counted");

    t.pass(DAY * 30);
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(list("")["total"], 0, "thirty days are over");
}
