//! Mail that comes back, and readers who complain: heard of by three ways, counted once, against the address it went
//! to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use portal::bounces::{Intakes, mailbox::Mailbox};
use portal::config::{self, Sources};
use portal::db::Id;
use portal::demo::client::Answer;
use portal::mail::{MailTokens, ReturnPaths};
use portal::secrets::MasterKey;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::announcements::{counts, summary};
use crate::support::endpoint::Endpoint;
use crate::support::{self, Application, Expect as _, PASSWORD, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        goal_45_mail_that_comes_back_for_good_ends_announcements_until_the_address_is_confirmed:
            ["mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen"],
        goal_45_forged_doubled_late_and_strange_reports_change_nothing:
            ["mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen"],
        goal_45_soft_bounces_add_up_and_are_forgotten:
            ["mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen"],
        goal_45_a_bounce_counts_against_the_address_the_mail_went_to:
            ["mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen"],
        goal_45_who_complains_leaves_the_topic:
            ["mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen"],
        goal_45_a_message_id_counts_for_nothing_where_there_are_return_paths:
            ["mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen"],
        goal_45_who_complains_of_what_can_not_be_left_is_left_alone:
            ["mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen"],
        goal_45_a_mail_server_hands_reports_over: ["mail.bounce_domain=bounces.portal.example"],
        goal_45_a_mailbox_is_looked_into,
        goal_45_without_return_paths_the_message_id_counts_where_the_address_is_right: ["bounces.token=a token of sixteen"],
        nobody_who_runs_the_portal_loses_a_right_over_a_bounce:
            ["mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen"],
        goal_46_the_list_is_searched_edited_taken_out_and_brought_in,
        goal_46_what_somebody_asks_for_is_sent_all_the_same,
    ]
}

const DAY: Duration = Duration::from_hours(24);
const TOKEN: &str = "a token of sixteen";

fn paths() -> ReturnPaths {
    let master = MasterKey::existing(&support::identity_settings()).unwrap();
    ReturnPaths::new(MailTokens::new(master.mac("return path").unwrap()), "bounces.portal.example")
}

/// A report as Postfix writes it.
fn report(to: &str, recipient: &str, action: &str, status: &str, words: &str, message_id: &str) -> Vec<u8> {
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

fn failed(mail: Id, status: &str) -> Vec<u8> {
    report(&paths().of(mail), "somebody@elsewhere.example", "failed", status, &format!("550 {status} No"), "x@y")
}

fn hand_in(t: &TestApp, token: &str, report: &[u8]) -> Answer {
    let service = t.anonymous().with_token(token);
    service.send("POST", "/api/v1/bounces", Some(("message/rfc822", report))).unwrap()
}

fn outcome(t: &TestApp, report: &[u8]) -> String {
    let outcome = hand_in(t, TOKEN, report).expect(202)["outcome"].as_str().unwrap().to_owned();
    t.portal.identity.forget_seen();
    outcome
}

/// Sends an announcement, and has it delivered; returns its id.
fn announce(t: &TestApp, topic: Option<&str>) -> String {
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
fn delivery(t: &TestApp, announcement: &str, address: &str) -> Value {
    let rows = t.admin().get(&format!("/announcements/{announcement}/deliveries")).expect(200);
    let row = rows["data"].as_array().unwrap().iter().find(|row| row["to_address"] == address);
    row.unwrap_or_else(|| panic!("{address} in {rows}")).clone()
}

fn mail(t: &TestApp, announcement: &str, address: &str) -> Id {
    delivery(t, announcement, address)["id"].as_str().unwrap().parse().unwrap()
}

/// An announcement, and the mail of it that went to somebody.
fn announced(t: &TestApp, person: &Person) -> Id {
    let id = announce(t, None);
    mail(t, &id, &person.email)
}

fn news(t: &TestApp, address: &str) -> usize {
    t.inbox(address).iter().filter(|mail| mail.subject == "News").count()
}

fn suppressions(t: &TestApp) -> Value {
    t.admin().get("/suppressions").expect(200)["data"].clone()
}

fn confirmation(t: &TestApp) -> Value {
    t.admin().get("/contacts?q=awa").expect(200)["data"][0]["confirmation"].clone()
}

fn goal_45_mail_that_comes_back_for_good_ends_announcements_until_the_address_is_confirmed(t: TestApp) {
    let (awa, endpoint) = (t.ncp("SN"), Endpoint::start());
    let hook =
        json!({"url": endpoint.url(), "description": "Receiver", "events": ["mail.bounced", "appointment.bounce"]});
    t.admin().post("/webhooks", &hook).expect(201);
    let first = announce(&t, None);
    let bounced = mail(&t, &first, &awa.email);
    assert_eq!(outcome(&t, &failed(bounced, "5.1.1")), "counted");
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
    let data = json!({"mail": bounced, "announcement": first, "kind": "hard", "status": "5.1.1"});
    assert_eq!(told[1]["data"], data, "ids, and nothing personal");

    // The directory says that the contact is to be confirmed, and nothing more goes to it but what is about that.
    assert_eq!(confirmation(&t), "unconfirmed");
    let second = announce(&t, None);
    assert_eq!(summary(&t.admin(), &second), counts(&[("total", 1), ("skipped", 1)]));
    assert_eq!(delivery(&t, &second, &awa.email)["last_reply"], "suppressed");
    let awa = t.login(&awa.email);
    let problem = awa.get("/me").expect(200)["mail_problem"].clone();
    assert_eq!(problem["reason"], "hard_bounce", "a client can warn");
    assert!(problem["since"].is_string());

    // Whoever follows the link in a mail has read it.
    let token = t.inbox(&awa.email).iter().rev().find_map(|mail| mail.token("confirm-contact")).expect("the link");
    t.anonymous().post("/appointments/confirm", &json!({"token": token})).unwrap().expect(200);
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")));
    assert_eq!(awa.get("/me").expect(200)["mail_problem"], Value::Null);
    announce(&t, None);
    assert_eq!(news(&t, &awa.email), 2);
}

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
    assert_eq!(hand_in(&t, "another token of sixteen", &good).refused(401), "token_invalid");
    let anonymous = t.anonymous().send("POST", "/api/v1/bounces", Some(("message/rfc822", &good))).unwrap();
    assert_eq!(anonymous.refused(401), "login_required");
    let as_json = t.anonymous().with_token(TOKEN).post("/bounces", &json!({})).unwrap();
    assert_eq!(as_json.refused(415), "media_type");
    assert_eq!(hand_in(&t, TOKEN, &vec![b'x'; 1_048_577]).refused(413), "too_large");
}

fn goal_45_soft_bounces_add_up_and_are_forgotten(t: TestApp) {
    let awa = t.ncp("SN");
    let bounce = || {
        let mail = announced(&t, &awa);
        assert_eq!(outcome(&t, &failed(mail, "5.2.2")), "counted");
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
    assert_eq!(confirmation(&t), "unconfirmed");
    t.pass(DAY * 30);
    t.run(t.portal.keep_house_once()).unwrap();
    assert_eq!(suppressions(&t), json!([]), "it is tried again after thirty days");
    let before = news(&t, &awa.email);
    announced(&t, &awa);
    assert_eq!(news(&t, &awa.email), before + 1);
}

fn goal_45_a_bounce_counts_against_the_address_the_mail_went_to(t: TestApp) {
    let awa = t.ncp("SN");
    let sent = announced(&t, &awa);
    awa.post("/me/email", &json!({"email": "awa.diop@elsewhere.example"})).expect(202);
    let token = t.newest_mail("awa.diop@elsewhere.example").token("confirm-address").unwrap();
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(outcome(&t, &failed(sent, "5.1.1")), "counted");
    assert_eq!(suppressions(&t)[0]["address"], awa.email.as_str(), "the old one");
    assert_eq!(confirmation(&t), "confirmed");
    let awa = t.login("awa.diop@elsewhere.example");
    assert_eq!(awa.get("/me").expect(200)["mail_problem"], Value::Null);
    announce(&t, None);
    assert_eq!(news(&t, "awa.diop@elsewhere.example"), 1);
    // Back at the old address, which has proven by that that it is read.
    awa.post("/me/email", &json!({"email": "awa.diop@customs-sn.example"})).expect(202);
    let token = t.newest_mail("awa.diop@customs-sn.example").token("confirm-address").unwrap();
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(suppressions(&t), json!([]));
}

/// What a mail provider writes of a reader who said that a mail was unwanted.
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

fn goal_45_who_complains_of_what_can_not_be_left_is_left_alone(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    assert_eq!(outcome(&t, &complaint(&t, &announcement, &awa)), "counted");
    assert_eq!(suppressions(&t)[0]["reason"], "complaint");
    assert_eq!(awa.get("/me").expect(200)["mail_problem"]["reason"], "complaint");
    // To say that the contact is right is not to want mail.
    let own = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    awa.post(&format!("/appointments/{own}/confirm"), &json!({})).expect(200);
    assert_eq!(suppressions(&t)[0]["reason"], "complaint");
    announce(&t, None);
    assert_eq!(news(&t, &awa.email), 1);
}

/// Takes reports at a port until it is stopped.
pub struct Listening {
    pub port: std::net::SocketAddr,
    stop: CancellationToken,
    server: thread::JoinHandle<()>,
}

impl Listening {
    pub fn start(t: &TestApp) -> Self {
        // Another port for each story: a settings file of its own would name one.
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let settings = settings(&[&format!("bounces.listen={port}"), "mail.bounce_domain=bounces.portal.example"]);
        let (stop, bounces) = (CancellationToken::new(), t.portal.bounces.clone());
        let stopping = stop.clone();
        let (up, is_up) = std::sync::mpsc::channel();
        let server = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let intakes = Intakes::open(&settings.bounces, bounces).await.unwrap();
                up.send(()).unwrap();
                intakes.serve(stopping).await;
            });
        });
        is_up.recv().unwrap();
        Self { port, stop, server }
    }

    pub fn stop(self) {
        self.stop.cancel();
        self.server.join().unwrap();
    }
}

/// Speaks to a server of lines.
pub struct Talk {
    from: BufReader<TcpStream>,
    to: TcpStream,
}

impl Talk {
    pub fn to(address: std::net::SocketAddr) -> Self {
        let to = TcpStream::connect(address).unwrap();
        to.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut talk = Self { from: BufReader::new(to.try_clone().unwrap()), to };
        assert!(talk.hear().starts_with("220 "));
        talk
    }

    /// The last line of an answer.
    pub fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).unwrap();
            if line.get(3..4) != Some("-") {
                return line.trim_end().to_owned();
            }
        }
    }

    pub fn say(&mut self, line: &str) -> String {
        write!(self.to, "{line}\r\n").unwrap();
        self.hear()
    }
}

fn goal_45_a_mail_server_hands_reports_over(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let announcement = announce(&t, None);
    let mails = [&awa, &wanjiru].map(|person| mail(&t, &announcement, &person.email));
    let listening = Listening::start(&t);
    let mut talk = Talk::to(listening.port);
    assert!(talk.say("LHLO mx.example").starts_with("250 "));
    assert!(talk.say("MAIL FROM:<>").starts_with("250 "));
    assert!(talk.say("RCPT TO:<portal@portal.example>").starts_with("550 5.1.1"), "this is no relay");
    let forged = paths().of(mails[0]).replace("b+", "b+a");
    assert!(talk.say(&format!("RCPT TO:<{forged}>")).starts_with("550 5.1.1"));
    for mail in mails {
        assert!(talk.say(&format!("RCPT TO:<{}>", paths().of(mail).to_uppercase())).starts_with("250 "));
    }
    assert!(talk.say("DATA").starts_with("354 "));
    // The envelope alone says which mails it is about.
    let message = report("postmaster@portal.example", &awa.email, "failed", "5.1.1", "550 No", "x@y");
    talk.to.write_all(&message).unwrap();
    assert_eq!(talk.say("."), "250 2.0.0 counted");
    assert_eq!(talk.hear(), "250 2.0.0 counted", "LMTP answers for each");
    assert_eq!(suppressions(&t).as_array().unwrap().len(), 2);

    // The same over SMTP, once more: taken, and of no effect.
    assert!(talk.say("EHLO mx.example").starts_with("250 "));
    assert!(talk.say("MAIL FROM:<MAILER-DAEMON@mx.example> BODY=8BITMIME").starts_with("250 "));
    assert!(talk.say(&format!("RCPT TO:<{}>", paths().of(mails[0]))).starts_with("250 "));
    assert!(talk.say("DATA").starts_with("354 "));
    talk.to.write_all(&message).unwrap();
    assert_eq!(talk.say("."), "250 2.0.0 of_nothing");
    // What is too large is refused, and the conversation goes on.
    assert!(talk.say("MAIL FROM:<>").starts_with("250 "));
    assert!(talk.say(&format!("RCPT TO:<{}>", paths().of(mails[0]))).starts_with("250 "));
    assert!(talk.say("DATA").starts_with("354 "));
    talk.to.write_all(&[b"x".repeat(1_100_000), b"\r\n".to_vec()].concat()).unwrap();
    assert!(talk.say(".").starts_with("552 5.3.4"));
    assert!(talk.say("QUIT").starts_with("221 "));
    listening.stop();
}

fn settings(configured: &[&str]) -> config::Settings {
    let overrides = configured.iter().map(|&setting| setting.to_owned()).collect();
    config::load(&Sources { overrides, ..Sources::default() }).unwrap()
}

/// A mailbox with these messages; serves one conversation after the other, and returns which are read in the end.
fn imap_server(messages: Vec<Vec<u8>>, conversations: usize) -> (u16, thread::JoinHandle<Vec<bool>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        let mut read = vec![false; messages.len()];
        for _ in 0..conversations {
            let (mut to, _) = listener.accept().unwrap();
            let mut from = BufReader::new(to.try_clone().unwrap());
            to.write_all(b"* OK ready\r\n").unwrap();
            let mut line = String::new();
            while from.read_line(&mut line).unwrap() > 0 {
                let words: Vec<&str> = line.split_whitespace().collect();
                let uid = || words[3].parse::<usize>().unwrap();
                match (words[1], words.get(2).copied()) {
                    ("LOGIN", user) => assert_eq!((user, words[3]), (Some("\"robot\""), "\"p\\\"ss\"")),
                    ("SELECT", folder) => {
                        assert_eq!(folder, Some("\"Reports\""));
                        write!(to, "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n").unwrap();
                    }
                    ("UID", Some("SEARCH")) => {
                        let from: usize = words[5].trim_end_matches(":*").parse().unwrap();
                        let found = (1..=messages.len()).filter(|&uid| !read[uid - 1]);
                        // As servers do: the last message is always in `n:*`.
                        let found: Vec<String> = found
                            .filter(|&uid| uid >= from || uid == messages.len())
                            .map(|uid| uid.to_string())
                            .collect();
                        write!(to, "* SEARCH {}\r\n", found.join(" ")).unwrap();
                    }
                    ("UID", Some("FETCH")) => {
                        let message = &messages[uid() - 1];
                        write!(to, "* 2 EXPUNGE\r\n* {0} FETCH (UID {0} BODY[]<0> {{{1}}}\r\n", uid(), message.len())
                            .unwrap();
                        to.write_all(message).unwrap();
                        to.write_all(b")\r\n").unwrap();
                    }
                    ("UID", Some("STORE")) => read[uid() - 1] = true,
                    _ => {}
                }
                write!(to, "{} OK done\r\n", words[0]).unwrap();
                line.clear();
            }
        }
        read
    });
    (port, serving)
}

fn goal_45_a_mailbox_is_looked_into(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let id = format!("{}@portal.example", mail(&t, &announcement, &awa.email));
    let messages = vec![
        b"From: a@b.example\r\nSubject: Question\r\n\r\nHello?\r\n".to_vec(),
        report("portal@portal.example", &awa.email, "failed", "5.1.1", "550 No", &id),
        report("portal@portal.example", &awa.email, "delayed", "4.4.1", "Later", &id),
    ];
    let (port, serving) = imap_server(messages, 2);
    let settings = settings(&[&format!("bounces.imap_url=imap://robot:p%22ss@127.0.0.1:{port}/Reports")]);
    let mut mailbox = Mailbox::configured(&settings.bounces, t.portal.bounces.clone()).unwrap().unwrap();
    assert_eq!(t.run(mailbox.look()), Ok(2));
    assert_eq!(suppressions(&t)[0]["address"], awa.email.as_str());
    assert_eq!(t.run(mailbox.look()), Ok(0), "what nobody understood is not looked at again");
    assert_eq!(serving.join().unwrap(), [false, true, true], "and stays unread, for a person to see");
}

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

fn goal_45_a_message_id_counts_for_nothing_where_there_are_return_paths(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let id = format!("{}@portal.example", mail(&t, &announcement, &awa.email));
    let report = report("portal@portal.example", &awa.email, "failed", "5.1.1", "550 No", &id);
    assert_eq!(outcome(&t, &report), "of_nothing");
    assert_eq!(confirmation(&t), "confirmed");
}

fn nobody_who_runs_the_portal_loses_a_right_over_a_bounce(t: TestApp) {
    let admin = t.admin();
    let message_id = t.newest_mail(&admin.email).message_id;
    let sent: Id = message_id.split('@').next().unwrap().parse().unwrap();
    assert_eq!(outcome(&t, &failed(sent, "5.1.1")), "counted");
    assert_eq!(suppressions(&t)[0]["address"], admin.email.as_str());
    let me = admin.get("/me").expect(200);
    assert_eq!(
        (&me["appointments"][0]["status"], &me["mail_problem"]["reason"]),
        (&json!("active"), &json!("hard_bounce"))
    );
}

fn goal_46_the_list_is_searched_edited_taken_out_and_brought_in(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let made = admin.post("/suppressions", &json!({"address": awa.email.to_uppercase()})).expect(201);
    assert_eq!(
        (&made["address"], &made["reason"], &made["source"]),
        (&json!(awa.email), &json!("manual"), &json!("secretariat"))
    );
    assert_eq!(admin.post("/suppressions", &json!({"address": "nobody"})).refused(422), "invalid");
    let announcement = announce(&t, None);
    assert_eq!(summary(&admin, &announcement), counts(&[("total", 1), ("skipped", 1)]));
    assert_eq!(awa.get("/me").expect(200)["mail_problem"], Value::Null, "mail did not come back");

    let import =
        |file: &str| admin.send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap();
    let file = format!(
        "Address,Reason\n{},hard_bounce\nzoe@x.example,complaint\n+kofi@x.example,\nZoe@x.example,hard_bounce\n",
        awa.email
    );
    assert_eq!(import(&file).expect(200), json!({"read": 3, "suppressed": 2}), "what weighs more stays");
    assert_eq!(import("address\nnobody\n").refused(422), "invalid");
    assert_eq!(import("name\nAwa\n").refused(422), "invalid");

    let all = |query: &str| -> Vec<String> {
        let rows = admin.get(&format!("/suppressions?{query}")).expect(200);
        rows["data"].as_array().unwrap().iter().map(|row| row["address"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(all(""), ["+kofi@x.example", &awa.email, "zoe@x.example"]);
    assert_eq!(all("q=AWA.D"), [awa.email.as_str()]);
    assert_eq!(all("q=%25"), Vec::<String>::new(), "a beginning, no pattern");
    assert_eq!(all("reason=manual&reason=hard_bounce"), ["+kofi@x.example", &awa.email]);
    let first = admin.get("/suppressions?limit=2").expect(200);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    assert_eq!(all(&format!("limit=2&cursor={cursor}")), ["zoe@x.example"]);

    let taken = admin.get("/suppressions.csv");
    assert_eq!(taken.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let begins = "\u{feff}\"address\",\"reason\",\"source\",\"since\",\"until\"\r\n\
                  \"'+kofi@x.example\",\"manual\",\"import\",";
    assert!(taken.text.starts_with(begins), "{}", taken.text);
    admin.delete("/suppressions?address=%2Bkofi%40x.example");
    assert_eq!(all(""), [awa.email.as_str(), "zoe@x.example"]);
    assert_eq!(import(&taken.text).expect(200), json!({"read": 3, "suppressed": 3}), "what was taken out comes back");
    assert_eq!(admin.delete(&format!("/suppressions?address={}", awa.email)).status, 204);
    assert_eq!(admin.delete(&format!("/suppressions?address={}", awa.email)).refused(404), "not_found");
    announce(&t, None);
    assert_eq!(news(&t, &awa.email), 1);
    let log = admin.get("/audit?action=address_suppressed&action=address_released").expect(200);
    assert!(log["data"].as_array().unwrap().len() >= 4);
    assert!(!log.to_string().contains('@'), "the log names no address");
    assert_eq!(awa.get("/suppressions").refused(403), "secretariat_only");
}

fn goal_46_what_somebody_asks_for_is_sent_all_the_same(t: TestApp) {
    let awa = t.ncp("SN");
    let file = format!("address,reason\n{},hard_bounce\n", awa.email);
    t.admin().send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap().expect(200);
    assert_eq!(awa.get("/me").expect(200)["mail_problem"]["reason"], "hard_bounce");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let token = t.newest_mail(&awa.email).token("reset").expect("a link, suppressed or not");
    let form = json!({"token": token, "password": format!("{PASSWORD} again")});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
    assert_eq!(suppressions(&t), json!([]), "whoever follows the link reads the mail");
}
