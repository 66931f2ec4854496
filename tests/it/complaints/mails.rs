//! Behaviour of mail programs (number 6): they cut long mails, reply automatically, take a line for the beginning of a
//! mail.

use serde_json::{Value, json};

use crate::reading::{act, announce};
use crate::support::{Expect as _, Person, TestApp, story};

fn compose(admin: &Person, markdown: &str) -> String {
    let variants = json!({"variants": {"en": {"subject": "News", "body_markdown": markdown}}});
    let draft = crate::reading::draft("News", &variants);
    admin.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned()
}

fn preview(admin: &Person, id: &str) -> Value {
    act(admin, id, "preview").expect(200)["rendered"]["en"].clone()
}

#[story]
fn b06_a_long_table_is_not_cut(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let row =
        |number: usize| format!("| Port {number} | [x](https://x.eu/{number}) | `A{number}` | 12 | 3.4 % | open |\n");
    let rows: String = (0..188).map(row).collect();
    let table = format!("| Port | Link | Code | TEU | Share | State |\n|---|---|---|---:|---:|---|\n{rows}");
    let id = compose(&admin, &table);
    let size = preview(&admin, &id)["size"].clone();
    assert_eq!(size["warning"], Value::Null, "{size}");
    act(&admin, &id, "send").expect(202);
    t.deliver();
    let html = t.newest_mail(&awa.email).html;
    assert!(html.len() < 90_000, "{}", html.len());
    assert_eq!(html.matches("<tr>").count(), 189);
    let cell = html.split("<td").nth(1).unwrap().split('>').next().unwrap();
    assert!(!cell.contains("border") && !cell.contains("padding"), "a cell brings no style of its own: {cell}");
    assert!(html.contains("<table border=\"1\""), "lines where no style sheet is read");
    assert!(html.contains(".body td, .body th {"), "and how they look where one is");
}

#[story]
fn b06_an_author_is_warned_of_a_mail_that_is_too_large(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let id = compose(&admin, &"https://x.eu ".repeat(1_500));
    let size = preview(&admin, &id)["size"].clone();
    assert!(size["html_octets"].as_u64().unwrap() > 100_000, "{size}");
    assert!(size["octets"].as_u64() > size["html_octets"].as_u64(), "both bodies, as they leave: {size}");
    assert_eq!(size["warning"], "clipped");
    let submitted = act(&admin, &id, "submit").expect(200);
    assert_eq!(submitted["sizes"]["en"]["warning"], "clipped", "{submitted}");
    let small = compose(&admin, "Hello.");
    let size = preview(&admin, &small)["size"].clone();
    assert!(size["warning"] == Value::Null && size["octets"].as_u64().unwrap() > 1_000, "{size}");
    let submitted = act(&admin, &small, "submit").expect(200);
    assert_eq!(submitted["sizes"]["en"]["warning"], Value::Null);
}

#[story]
fn b06_no_mail_asks_for_automatic_answers(t: TestApp) {
    let awa = t.ncp("SN");
    announce(&t.admin(), "News", &json!({}));
    t.deliver();
    let mails = t.inbox(&awa.email);
    assert!(mails.len() > 2, "a link, a decision, an announcement");
    for mail in mails {
        assert_eq!(mail.header("X-Auto-Response-Suppress"), Some("OOF, AutoReply, RN, NRN"), "{}", mail.subject);
        assert_eq!(mail.header("Auto-Submitted"), Some("auto-generated"), "{}", mail.subject);
    }
}

#[story]
fn b06_a_line_that_begins_with_from_stays_what_it_is(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = compose(&admin, "Dear all,\n\nFrom Monday on the office is closed.\n\nFrom here on all is well.");
    act(&admin, &id, "send").expect(202);
    t.deliver();
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("\nFrom Monday on the office is closed."), "{}", mail.text);
    for mail in t.receiver.inbox() {
        let mail = String::from_utf8(mail.bytes).unwrap();
        assert!(!mail.lines().any(|line| line.starts_with("From ")), "{mail}");
    }
}
