//! Clients that hang up, repeatedly and at any moment: shared work is done once, and work that was begun is finished
//! (numbers 2, 4, 5 and 17).

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::job_try;
use serde_json::{Value, json};

use super::rendering::{compose, draft, renderings};
use crate::bounces::{announce, delivery, mail, outcome, paths, report};
use crate::support::{Expect as _, Person, TestApp, story};

/// How long something may take that happens at once.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until a condition is true.
#[track_caller]
fn until(holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "it never came to be");
        std::thread::yield_now();
    }
}

/// Sends a whole request over a new connection.
fn begin(t: &TestApp, head: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(t.address()).unwrap();
    let head = format!("{head}\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    stream
}

/// When this is answered, the one serving thread has handled every connection.
fn is_seen(t: &TestApp) {
    t.anonymous().send("GET", "/health/live", None).unwrap().expect(200);
}

fn bearer(person: &Person) -> String {
    format!("authorization: Bearer {}", person.tokens["access_token"].as_str().unwrap())
}

#[story("announcements.approval=false")]
fn a05_whoever_hangs_up_makes_nobody_render_again(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    // As long as an author may write, so that it takes a while.
    let text = "word *more* `code` [x](https://x.example/) ".repeat(400);
    let publish = |title: &str| {
        let mut draft = draft(&text);
        draft["public"] = json!(true);
        draft["variants"]["en"]["subject"] = json!(title);
        let id = compose(&admin, &draft);
        admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
        t.deliver();
        id
    };
    let ids = ["One", "Two", "Three"].map(publish);
    for (of, path) in [
        ("feed", "/api/v1/announcements/feed.atom?language=en".to_owned()),
        ("announcement", format!("/announcements/{}", ids[0])),
    ] {
        let before = renderings(&t, of);
        for _ in 0..20 {
            let gone = begin(&t, &format!("GET {path} HTTP/1.1"), b"");
            is_seen(&t);
            drop(gone);
            is_seen(&t);
        }
        let answer = t.anonymous().send("GET", &path, None).unwrap();
        assert!(answer.status == 200 && answer.text.contains("One"), "{path}: {}", answer.text);
        assert_eq!(renderings(&t, of), before + 1, "{path}");
    }
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a02_a_report_whose_sender_hangs_up_is_counted(t: TestApp) {
    let awa = t.ncp("SN");
    let announcement = announce(&t, None);
    let path = paths().of(mail(&t, &announcement, &awa.email));
    // A long one, which takes a while to read.
    let short = report(&path, "somebody@elsewhere.example", "failed", "5.1.1", "550 5.1.1 No", "x@y");
    let message = String::from_utf8(short).unwrap().replace("I'm sorry.", &"I'm sorry.\r\n".repeat(20_000));
    let head =
        "POST /api/v1/bounces HTTP/1.1\r\nauthorization: Bearer a token of sixteen\r\ncontent-type: message/rfc822";
    let is_counted = || delivery(&t, &announcement, &awa.email)["bounce_kind"] == "hard";
    let tries = || {
        let count = t
            .portal
            .db
            .read(|conn| Ok(job_try::table.filter(job_try::job.eq("report")).count().get_result::<i64>(conn)?));
        t.run(count).unwrap()
    };
    for _ in 0..6 {
        let gone = begin(&t, head, message.as_bytes());
        until(|| tries() > 0 || is_counted());
        drop(gone);
        is_seen(&t);
    }
    until(|| is_counted() && tries() == 0);
    assert_eq!(outcome(&t, message.as_bytes()), "of_nothing", "it was counted, and is not set aside");
}

#[story]
fn a04_an_import_whose_officer_hangs_up_is_carried_out_whole(t: TestApp) {
    const PEOPLE: usize = 130;
    let admin = t.admin();
    let row = |number: usize| format!("p{number}@x.example,Awa Diop,SN,ncp\n");
    let sheet = format!("email,name,member,role\n{}", (0..PEOPLE).map(row).collect::<Vec<_>>().concat());
    let sent = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    let plan = sent.expect(201)["plan"].as_str().unwrap().to_owned();
    let invited = || admin.all("/appointments?status=invited").len();
    let head =
        format!("POST /api/v1/imports/{plan}/commit HTTP/1.1\r\n{}\r\ncontent-type: application/json", bearer(&admin));
    let gone = begin(&t, &head, b"{}");
    // The first piece of several.
    until(|| invited() > 0);
    drop(gone);
    until(|| !admin.all("/audit?action=import_committed").is_empty());
    assert_eq!(invited(), PEOPLE);
}

#[story]
fn a17_a_letter_that_was_replaced_goes_where_its_sender_hangs_up(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let officer: Id = admin.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap();
    let appointment = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("/appointments/{appointment}/nomination");
    let letter = |number: usize| format!("%PDF-1.7\n% Letter {number}\n{}%%EOF\n", " ".repeat(20_000)).into_bytes();
    let nomination = || admin.get(&place);
    let of = |nomination: &Value| nomination["letter"]["sha256"].clone();
    let files = || std::fs::read_dir(t.files()).unwrap().filter(|it| it.as_ref().unwrap().path().is_file()).count();
    let tag = || format!("if-match: {}", nomination().header("etag").unwrap());
    let head = |tag: &str| {
        format!("PUT /api/v1{place}/letter HTTP/1.1\r\n{}\r\n{tag}\r\ncontent-type: application/pdf", bearer(&admin))
    };
    let before = files();
    for number in 0..8 {
        // The one before is done with.
        until(|| t.portal.heavy_work.upload(officer).is_ok());
        let former = of(&nomination().expect(200));
        let stored = files();
        let gone = begin(&t, &head(&tag()), &letter(number));
        // From here on the upload is in progress, and its sender disconnects.
        until(|| files() > stored || of(&nomination().expect(200)) != former);
        drop(gone);
        until(|| of(&nomination().expect(200)) != former && files() == before + 1);
    }
    // The same for a deletion.
    let head = format!("DELETE /api/v1{place}/letter HTTP/1.1\r\n{}\r\n{}", bearer(&admin), tag());
    let gone = begin(&t, &head, b"");
    until(|| files() == before || nomination().expect(200)["letter"].is_null());
    drop(gone);
    until(|| files() == before && nomination().expect(200)["letter"].is_null());
}
