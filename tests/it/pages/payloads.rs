//! What people write is text on every page that shows it: forty payloads through the fields of forms, read back by their
//! writers and by others. Each page that is opened is parsed and checked (`page_checks`); here nothing of a payload may
//! have become markup, and what a form took is there letter by letter.
//!
//! The search of the directory has a story of its own (`directory`).

use serde_json::{Value, json};

use crate::reading::{act, draft};
use crate::support::browser::{Browser, Page, selector};
use crate::support::{Application, Expect as _, TestApp, story};
use crate::webhooks;

/// Markup and attributes, pictures, links and Markdown, templates and texts, formulas, and invisible characters.
const PAYLOADS: [&str; 40] = [
    "<script>alert(1)</script>",
    "x<x-planted>y",
    "</title><x-planted>x",
    "</textarea><x-planted>x",
    "</option></select><x-planted>x",
    "<img src=x onerror=alert(1)>",
    "<iframe srcdoc=\"<x-planted>\">",
    "<!--><x-planted>-->",
    "<![CDATA[<x-planted>]]>",
    "<base href=\"//evil.example/\">",
    "<form action=/x><button>Send",
    "<style>*{display:none}</style>",
    "\" data-planted=\"x",
    "' data-planted='x",
    "\" autofocus onfocus=\"alert(1)",
    "` onclick=`alert(1)",
    "\"><x-planted>x",
    "'><x-planted>x",
    "&quot;&gt;&lt;x-planted&gt;",
    "&#x3C;x-planted&#x3E;",
    "<svg onload=alert(1)>",
    "<svg><a href=\"javascript:alert(1)\">x</a></svg>",
    "<math><mtext><x-planted>x</mtext></math>",
    "[x](javascript:alert(1))",
    "![x](/x.png \"onerror=\")",
    "<javascript:alert(1)>",
    "[x](data:text/html,<x-planted>)",
    "**bold** _it_ # head",
    "```<x-planted>```",
    "{ -brand } { NUMBER(5) }",
    "{\"{\"} $name { name }",
    "{{ 1234*9 }} {% raw %}",
    "${1234*9} #{1234*9} <%= 1234*9 %>",
    "=1234*9",
    "+1234*9",
    "@SUM(A1)",
    "-1234*9;\"x\",y",
    "a\u{202e}b\u{2066}c",
    "a\u{200b}b\u{200d}c",
    "«a» “b” ‘c’ „d“ & <d",
];

/// What only a payload would bring into a page.
const PLANTED: &str = "x-planted, [data-planted], [onerror], [onload], [onfocus], [onclick], main script, main iframe, \
                       main base, main style, main math, main meta, main link, \
                       a[href^='javascript'], a[href^='data']";

/// Checks that nothing of a payload has become markup, and that nothing in it was computed.
#[track_caller]
fn is_text(page: &Page, payload: &str) {
    assert!(!page.shows(PLANTED), "{payload} on {}: {}", page.path, page.html);
    // What 1234*9 is.
    assert!(!page.has("11106"), "{payload} on {}: {}", page.path, page.text());
}

/// The same, and that it stands on the page.
#[track_caller]
fn is_shown(page: &Page, payload: &str) {
    is_text(page, payload);
    assert!(page.has(payload), "{payload} is not on {}: {}", page.path, page.text());
}

/// A form: where it is, where it is sent to, and what its other fields are filled in with.
struct Form<'a> {
    address: &'a str,
    action: &'a str,
    rest: &'a [(&'a str, &'a str)],
}

impl<'a> Form<'a> {
    /// A form that is sent to its own address.
    fn at(address: &'a str) -> Self {
        Self { address, action: address, rest: &[] }
    }

    /// Writes a payload into these fields, and if some of them refuse it, into the others; returns those that took it, and
    /// the page after that.
    #[track_caller]
    fn write<'f>(&self, browser: &mut Browser, fields: &[&'f str], payload: &str) -> (Vec<&'f str>, Page) {
        let refused = self.send(browser, fields, payload);
        if refused.status < 400 {
            return (fields.to_vec(), refused);
        }
        for field in fields {
            assert_eq!(refused.value(field), payload, "{field} comes back on {}", self.address);
        }
        let taken: Vec<&'f str> = fields.iter().copied().filter(|field| refused.error(field).is_empty()).collect();
        if taken.is_empty() {
            return (taken, refused);
        }
        let page = self.send(browser, &taken, payload);
        if page.status < 400 { (taken, page) } else { (Vec::new(), page) }
    }

    #[track_caller]
    fn send(&self, browser: &mut Browser, fields: &[&str], payload: &str) -> Page {
        let form = browser.open(self.address);
        is_text(&form, payload);
        let rest = self.rest.iter().copied().filter(|(name, _)| !fields.contains(name));
        let values: Vec<(&str, &str)> = rest.chain(fields.iter().map(|field| (*field, payload))).collect();
        let page = browser.submit_to(&form, self.action, &values);
        is_text(&page, payload);
        page
    }
}

/// The first link of a page that ends so.
fn link_to(page: &Page, end: &str) -> String {
    let document = page.document();
    let such = selector(&format!("main a[href$={end:?}]"));
    let link = document.select(&such).next().unwrap_or_else(|| panic!("no link to …{end} on {}", page.path));
    link.attr("href").unwrap_or_default().to_owned()
}

#[story]
fn w58_what_one_says_of_oneself_is_text(t: TestApp) {
    let (awa, aya) = (t.ncp("SN"), t.member(&Application::new("CI", "Aya Koné")));
    let (mut writer, mut reader) = (Browser::of(&t, &awa), Browser::of(&t, &aya));
    let contact = aya.get("/contacts?member=SN").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let list = writer.open("/account/sessions");
    let session = link_to(&list, "/name");
    let choices = [("scopes", "profile:read"), ("expires_in_days", "7")];
    let new_token = Form { address: "/account/tokens/new", action: "/account/tokens/new", rest: &choices };
    let mut read = 0;
    for payload in PAYLOADS {
        let (taken, _) = Form::at("/account/profile").write(&mut writer, &["name", "job_title", "phone"], payload);
        for address in ["/account", "/account/profile", "/account/entry", "/account/history", "/"] {
            is_text(&writer.open(address), payload);
        }
        let shown = [format!("/contacts/{contact}"), "/directory?member=SN".to_owned(), "/members/SN".to_owned()];
        for address in shown {
            let page = reader.open(&address);
            if taken.contains(&"job_title") || taken.contains(&"name") {
                is_shown(&page, payload);
                read += 1;
            }
            is_text(&page, payload);
        }
        if taken.contains(&"job_title") {
            // No cell begins a formula.
            let file = aya.get("/contacts.csv").text;
            let mut cells = file.split(['\n', ',', ';']).map(|cell| cell.trim_start_matches('"'));
            assert!(!cells.any(|cell| cell.starts_with(['=', '@'])), "{payload}: {file}");
        }
        if Form::at(&session).write(&mut writer, &["name"], payload).0 == ["name"] {
            is_shown(&writer.open("/account/sessions"), payload);
        }
        if new_token.write(&mut reader, &["name"], payload).0 == ["name"] {
            is_shown(&reader.open("/account/tokens"), payload);
            for made in aya.get("/me/tokens").expect(200)["data"].as_array().unwrap() {
                aya.delete(&format!("/me/tokens/{}", made["id"].as_str().unwrap()));
            }
        }
    }
    assert!(read > 30, "most of them can be written: {read}");
}

#[story]
fn w58_what_officers_write_is_text(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let omar = t.member(&Application::new("SN", "Omar Sy"));
    let appointment = omar.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let (webhook, _) = webhooks::add(&admin, "https://receiver.example/hooks", &["*"]);
    let mut office = Browser::of(&t, &admin);
    let mut reader = Browser::of(&t, &awa);
    let (suspend, change) = (format!("/appointments/{appointment}/suspend"), format!("/webhooks/{webhook}/change"));
    let mut read = 0;
    for (number, payload) in PAYLOADS.into_iter().enumerate() {
        let email = format!("guest{number}@customs-sn.example");
        let rest = [("name", "Yuki Mori"), ("email", email.as_str()), ("organisation", "SN")];
        let invite = Form { address: "/people/invite", action: "/people/invite", rest: &rest };
        let fields = ["name", "job_title", "nominating_official", "nomination_reference"];
        let (taken, page) = invite.write(&mut office, &fields, payload);
        if taken.contains(&"name") {
            is_shown(&page, payload);
        }
        // A person gets a limited number of mails about the own appointment.
        if number.is_multiple_of(4) {
            let (taken, page) = Form::at(&suspend).write(&mut office, &["reason"], payload);
            if taken == ["reason"] {
                is_shown(&page, payload);
                admin.post(&format!("/appointments/{appointment}/reinstate"), &json!({})).expect(200);
            }
        }
        if Form::at(&change).write(&mut office, &["description"], payload).0 == ["description"] {
            for address in ["/webhooks".to_owned(), format!("/webhooks/{webhook}")] {
                is_shown(&office.open(&address), payload);
            }
            read += 1;
        }
        if !Form::at("/topics/news/edit").write(&mut office, &["names-en", "names-fr"], payload).0.is_empty() {
            is_shown(&office.open("/topics"), payload);
            is_shown(&reader.open("/account/subscriptions"), payload);
            is_text(&office.open("/announcements/new"), payload);
        }
        let (taken, _) = Form::at("/members/SN/edit").write(&mut office, &["name_en", "name_fr"], payload);
        if taken.contains(&"name_en") {
            is_shown(&reader.open("/members/SN"), payload);
            is_text(&office.open("/members/SN/history"), payload);
        }
        for address in ["/people", "/tasks", "/members", "/audit", "/people/invite", "/statistics", "/administration"] {
            is_text(&office.open(address), payload);
        }
    }
    assert!(read > 10, "most of them can be written: {read}");
}

#[story]
fn w58_what_is_announced_is_text_or_sanitised(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let mut author = Browser::of(&t, &admin);
    let mut sent = Vec::new();
    for payload in PAYLOADS {
        let rest = [("variants-en-subject", "Seminar"), ("variants-en-body_markdown", "In Dakar.")];
        let compose = Form { address: "/announcements/new", action: "/announcements/new", rest: &rest };
        let fields = ["variants-en-subject", "variants-en-body_markdown"];
        let (taken, page) = compose.write(&mut author, &fields, payload);
        if taken.contains(&fields[0]) {
            is_shown(&page, payload);
        }
        if !taken.is_empty() {
            let id = page.path.split('/').nth(2).unwrap_or_default().to_owned();
            for step in ["edit", "recipients", "test", "send"] {
                is_text(&author.open(&format!("/announcements/{id}/{step}")), payload);
            }
            act(&admin, &id, "send").expect(202);
            sent.push((id, payload, taken.contains(&fields[0])));
        }
    }
    t.deliver();
    let mut reader = Browser::of(&t, &awa);
    for (id, payload, is_subject) in &sent {
        let page = reader.open(&format!("/announcements/{id}"));
        if *is_subject {
            is_shown(&page, payload);
        }
        is_text(&page, payload);
        is_text(&author.open(&format!("/announcements/{id}/deliveries")), payload);
    }
    for address in ["/", "/announcements"] {
        is_text(&reader.open(address), "");
    }
    is_text(&author.open("/announcements/manage"), "");
    assert!(sent.len() > 20, "most of them can be written: {}", sent.len());

    let made: Value = admin.post("/announcements", &draft("Under way", &json!({}))).expect(201);
    let id = made["id"].as_str().unwrap();
    act(&admin, id, "send").expect(202);
    let (progress, pause) = (format!("/announcements/{id}/progress"), format!("/announcements/{id}/pause"));
    for payload in PAYLOADS {
        let form = Form { address: &progress, action: &pause, rest: &[] };
        let (taken, page) = form.write(&mut author, &["reason"], payload);
        if taken == ["reason"] {
            is_shown(&page, payload);
            act(&admin, id, "resume").expect(200);
        }
    }
}

#[story]
fn w58_what_an_address_or_a_stranger_says_is_text(t: TestApp) {
    let mut office = Browser::of(&t, &t.admin());
    let mut stranger = Browser::anonymous(&t);
    for payload in PAYLOADS {
        let word: String = url::form_urlencoded::byte_serialize(payload.as_bytes()).collect();
        for address in [
            format!("/members?q={word}"),
            format!("/people?member={word}&status={word}"),
            format!("/audit?person={word}&action={word}&from={word}&to={word}"),
            format!("/users?email={word}"),
            format!("/applications?status={word}"),
            format!("/announcements/manage?status={word}"),
            format!("/suppressions/remove?address={word}"),
            format!("/account/entry?as={word}"),
            format!("/announcements?topic={word}"),
        ] {
            is_text(&office.open(&address), payload);
        }
        for address in [
            format!("/{word}"),
            format!("/login?next=%2F{word}"),
            format!("/verify?token={word}"),
            format!("/unsubscribe/{word}"),
            format!("/apply?name={word}"),
        ] {
            is_text(&stranger.open(&address), payload);
        }
        let application = ["name", "email", "job_title", "phone", "nominating_official", "nomination_reference"];
        let (taken, page) = Form::at("/apply").write(&mut stranger, &application, payload);
        assert!(page.status >= 400 && taken.is_empty(), "an address is missing: {}", page.text());
        let login = stranger.open("/login");
        let refused = stranger.submit_to(&login, "/login", &[("email", payload), ("password", payload)]);
        is_text(&refused, payload);
        assert_eq!(refused.value("email"), payload);
    }
}
