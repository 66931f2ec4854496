//! The Secretariat writes to a part of the community.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

fn draft(audience: Value) -> Value {
    json!({
        "audience": audience, "default_language": "en",
        "variants": {
            "en": {"subject": "Plenary meeting", "body_markdown": "Dear *all*,\n\nsee [here](https://x.example/p)."},
            "fr": {"subject": "Réunion plénière", "body_markdown": "Bonjour à *tous*,\n\nvoir [ici](https://x.example/p)."},
        },
    })
}

fn compose(admin: &Person, audience: Value) -> String {
    admin.post("/announcements", &draft(audience)).expect(201)["id"].as_str().unwrap().to_owned()
}

/// The states of the mails of an announcement.
pub fn summary(admin: &Person, id: &str) -> Value {
    admin.get(&format!("/announcements/{id}/summary")).expect(200)
}

/// A summary with these counts, and zero for all others.
pub fn counts(these: &[(&str, i64)]) -> Value {
    let mut counts = json!({
        "total": 0, "pending": 0, "deferred": 0, "sent": 0, "failed": 0, "skipped": 0, "cancelled": 0,
        "bounced": 0, "complaints": 0,
    });
    for (name, count) in these {
        counts[*name] = json!(count);
    }
    counts
}

fn community(t: &TestApp) -> [Person; 5] {
    [
        t.member(&Application::new("SN", "Awa Diop").reading("fr")),
        t.member(&Application::new("CI", "Aya Koné").reading("fr")),
        t.member(&Application::new("KE", "Wanjiru Kamau")),
        t.member(&Application::new("MZ", "João Machava").reading("pt")),
        t.member(&Application::new("DE", "Jürgen Müller")),
    ]
}

#[story]
fn each_recipient_gets_it_once_in_the_own_language(t: TestApp) {
    let people = community(&t);
    let admin = t.admin();
    let id = compose(&admin, json!({"regions": ["WCA", "ESA"]}));
    let sent = admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    assert_eq!((&sent["status"], &sent["recipients"]), (&json!("sending"), &json!(4)));
    t.dispatch();
    assert_eq!(summary(&admin, &id), counts(&[("total", 4), ("pending", 4)]));

    let subjects: Vec<Vec<String>> = people
        .iter()
        .map(|person| t.inbox(&person.email).into_iter().map(|mail| mail.subject).collect::<Vec<_>>())
        .map(|subjects| subjects.into_iter().filter(|s| s.contains("lén") || s.contains("Plen")).collect())
        .collect();
    let (french, english) = (vec!["Réunion plénière".to_owned()], vec!["Plenary meeting".to_owned()]);
    assert_eq!(subjects, [french.clone(), french, english.clone(), english, Vec::new()]);
    assert_eq!(summary(&admin, &id), counts(&[("total", 4), ("sent", 4)]));
    assert_eq!(admin.get(&format!("/announcements/{id}")).expect(200)["status"], "sent");

    let mail = t.newest_mail(&people[0].email);
    assert!(mail.html.contains("<em>tous</em>") && mail.html.contains("lang=\"fr\""), "{}", mail.html);
    assert!(mail.text.contains("Bonjour à tous,") && mail.text.contains("https://x.example/p"), "{}", mail.text);
    let wire = t.receiver.inbox().into_iter().rev().find(|mail| mail.to == people[0].email).unwrap();
    let raw = String::from_utf8_lossy(&wire.bytes).into_owned();
    for header in ["Auto-Submitted: auto-generated", "List-Id: <notices.portal.example>", "To: \"Awa Diop\" <"] {
        assert!(raw.contains(header), "{header} in {raw}");
    }
    assert!(raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
}

#[story]
fn a_preview_counts_what_sending_will_do(t: TestApp) {
    community(&t);
    t.seed(200);
    let admin = t.admin();
    for audience in [
        json!({}),
        json!({"regions": ["WCA"], "roles": ["ncp"]}),
        json!({"languages": ["fr"]}),
        json!({"members": ["SN", "KE"]}),
    ] {
        let id = compose(&admin, audience.clone());
        let preview = admin.post(&format!("/announcements/{id}/preview"), &json!({})).expect(200);
        let by_language: BTreeMap<String, i64> = serde_json::from_value(preview["by_language"].clone()).unwrap();
        assert_eq!(json!(by_language.values().sum::<i64>()), preview["recipients"]);
        assert!(preview["rendered"]["fr"]["html"].as_str().unwrap().contains("Réunion plénière"));
        assert!(preview["sample"].as_array().unwrap().len() <= 20);
        let sent = admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
        assert_eq!(sent["recipients"], preview["recipients"], "{audience}");
        t.dispatch();
        let deliveries = admin.all(&format!("/announcements/{id}/deliveries"));
        assert_eq!(json!(deliveries.len()), preview["recipients"]);
        let french = deliveries.iter().filter(|row| row["language"] == "fr").count();
        assert_eq!(i64::try_from(french).unwrap(), by_language.get("fr").copied().unwrap_or_default());
    }
}

#[story]
fn a_draft_can_be_changed_and_deleted_a_sent_one_not(t: TestApp) {
    community(&t);
    let admin = t.admin();
    let id = compose(&admin, json!({}));
    let path = format!("/announcements/{id}");
    let changed = admin.patch(&path, &json!({"audience": {"members": ["sn"]}})).expect(200);
    assert_eq!(changed["audience"]["members"], json!(["SN"]));
    assert_eq!(changed["variants"]["fr"]["subject"], "Réunion plénière");
    assert_eq!(admin.patch(&path, &json!({"default_language": "ru"})).refused(422), "invalid");
    admin.post(&format!("{path}/send"), &json!({})).expect(202);
    assert_eq!(admin.patch(&path, &json!({"audience": {}})).refused(409), "already_sent");
    assert_eq!(admin.delete(&path).refused(409), "already_sent");

    let other = format!("/announcements/{}", compose(&admin, json!({})));
    assert_eq!(admin.delete(&other).status, 204);
    assert_eq!(admin.get(&other).refused(404), "not_found");
}

#[story]
fn of_two_who_send_at_once_one_does(t: TestApp) {
    community(&t);
    let admin = t.admin();
    let id = compose(&admin, json!({}));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = || admin.post(&format!("/announcements/{id}/send"), &json!({})).status;
        let tries: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        tries.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|&&status| status == 202).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|&&status| status == 409).count(), 7, "{statuses:?}");
    t.dispatch();
    assert_eq!(summary(&admin, &id)["total"], 5);
}

#[story]
fn members_read_what_was_sent_to_them_and_nothing_else(t: TestApp) {
    let [awa, _, wanjiru, ..] = community(&t);
    let admin = t.admin();
    let sent = compose(&admin, json!({"members": ["SN"]}));
    let unsent = compose(&admin, json!({"members": ["SN"]}));
    admin.post(&format!("/announcements/{sent}/send"), &json!({})).expect(202);
    t.dispatch();
    let list = awa.get("/announcements").expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(list["data"][0]["subjects"]["fr"], "Réunion plénière");
    let one = awa.get(&format!("/announcements/{sent}")).expect(200);
    assert!(one.get("audience").is_none() && one["variants"]["fr"]["body_markdown"].is_string());
    assert_eq!(awa.get(&format!("/announcements/{unsent}")).refused(404), "not_found");
    assert_eq!(wanjiru.get(&format!("/announcements/{sent}")).refused(404), "not_found");
    assert_eq!(wanjiru.get("/announcements").expect(200)["data"], json!([]));
    assert_eq!(awa.get("/announcements?status=draft").expect(200)["data"], json!([]));
    assert_eq!(admin.get("/announcements?status=draft").expect(200)["data"][0]["id"], json!(unsent));
    assert_eq!(admin.get("/announcements").expect(200)["data"].as_array().unwrap().len(), 2);
}

#[story]
fn an_audience_without_anybody_is_not_sent(t: TestApp) {
    let admin = t.admin();
    let id = compose(&admin, json!({"regions": ["MENA"]}));
    assert_eq!(admin.post(&format!("/announcements/{id}/send"), &json!({})).refused(409), "no_recipients");
    assert_eq!(admin.get(&format!("/announcements/{id}")).expect(200)["status"], "draft");
}

#[story]
fn a_draft_names_every_field_at_fault(t: TestApp) {
    let admin = t.admin();
    let form = json!({
        "default_language": "en",
        "variants": {"fr": {"subject": "S\r\nBcc: x@y.example", "body_markdown": ""}},
    });
    let answer = admin.post("/announcements", &form);
    let errors = answer.json()["errors"].clone();
    let pointers: Vec<&str> =
        errors.as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/default_language", "/variants/fr/subject", "/variants/fr/body_markdown"]);
    assert_eq!(answer.refused(422), "invalid");
    for (audience, pointer) in [
        (json!({"members": ["SN", "ZZ"]}), "/audience/members/1"),
        (json!({"technologies": ["abacus"]}), "/audience/technologies/0"),
        (json!({"languages": ["en", "zz"]}), "/audience/languages/1"),
        (json!({"regions": ["MOON"]}), "/audience/regions/0"),
        (json!({"colour": "blue"}), "/audience/colour"),
    ] {
        let answer = admin.post("/announcements", &draft(audience));
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.text);
        assert_eq!(answer.refused(422), "invalid");
    }
    let mut form = draft(json!({}));
    form["variants"]["en"]["body"] = json!("B");
    let answer = admin.post("/announcements", &form);
    assert_eq!(answer.json()["errors"][0]["pointer"], "/variants/en/body", "{}", answer.text);
}

#[story]
fn deliveries_are_listed_by_where_they_stand(t: TestApp) {
    community(&t);
    let admin = t.admin();
    let id = compose(&admin, json!({}));
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.dispatch();
    let path = format!("/announcements/{id}/deliveries");
    assert_eq!(admin.all(&format!("{path}?state=pending")).len(), 5);
    t.deliver();
    let sent = admin.all(&format!("{path}?state=sent"));
    assert_eq!(sent.len(), 5);
    assert_eq!((&sent[0]["attempts"], &sent[0]["last_code"]), (&json!(1), &json!(250)));
    assert_eq!(admin.all(&format!("{path}?state=failed")).len(), 0);
    assert_eq!(admin.get(&format!("{path}?state=lost")).refused(400), "bad_query");
    assert_eq!(admin.get("/announcements/01890a5d-ac96-774b-bcce-b302099a8057/summary").refused(404), "not_found");
}

#[story]
fn nobody_else_than_the_secretariat_writes(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let id = compose(&admin, json!({}));
    assert_eq!(awa.post("/announcements", &draft(json!({}))).refused(403), "secretariat_only");
    for action in ["send", "preview"] {
        assert_eq!(awa.post(&format!("/announcements/{id}/{action}"), &json!({})).refused(403), "secretariat_only");
    }
    for part in ["deliveries", "summary"] {
        assert_eq!(awa.get(&format!("/announcements/{id}/{part}")).refused(403), "secretariat_only");
    }
    assert_eq!(awa.delete(&format!("/announcements/{id}")).refused(403), "secretariat_only");
}

#[story]
fn what_an_author_writes_is_made_safe(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let mut form = draft(json!({}));
    form["variants"]["en"]["body_markdown"] =
        json!("Hello <script>alert(1)</script>\n\n.\n\n[x](javascript:alert(1)) ![p](https://tracker.example/p.gif)");
    form["variants"]["en"]["subject"] = json!("<b>Sale</b> & more");
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    let mail = t.newest_mail(&awa.email);
    assert_eq!(mail.subject, "<b>Sale</b> & more");
    assert!(mail.html.contains("&lt;b&gt;Sale"), "{}", mail.html);
    for gone in ["script", "javascript", "tracker"] {
        assert!(!mail.html.contains(gone), "{gone}: {}", mail.html);
    }
    // A line with a lone dot is a line, not the end of the mail.
    assert!(mail.text.contains("\n.\n") || mail.text.contains("\r\n.\r\n"), "{}", mail.text);
}

/// One about the news, in one language; its id.
fn announce(admin: &Person, language: &str, body: &str) -> String {
    let form = json!({"default_language": language, "topic": "news", "acknowledge": true,
        "variants": {language: {"subject": "Global webinar", "body_markdown": body}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    id
}

#[story]
fn a_mail_reads_well_in_both_parts(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let url = format!("https://teams.example/l/meetup-join/{}?tenant=1&by=--x_y_z", "19%3ameeting".repeat(14));
    let body = format!("## Agenda\n\nThe **Secretariat** invites. Join: {url}\n\nTo leave: {{{{ unsubscribe }}}}");
    announce(&admin, "en", &body);
    let mail = t.newest_mail(&awa.email);
    let text = mail.text.replace("\r\n", "\n");
    let leave = mail.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    let begins = format!(
        "Agenda\n------\n\nThe Secretariat invites. Join:\n{url}\n\nTo leave: {leave}\n\n\
         Please confirm that you have read this announcement.\n\nRead and confirm on the portal:\nhttps://portal.example/"
    );
    assert!(text.starts_with(&begins), "{text}");
    let href = format!("<a href=\"{}\"", url.replace('&', "&amp;"));
    assert!(mail.html.contains(&href), "{href} in {}", mail.html);
    assert_eq!(mail.html.matches(&format!("<a href=\"{leave}\"")).count(), 2, "in the text and at the foot");
    assert!(mail.html.contains("<a href=\"https://portal.example\""), "{}", mail.html);
}

#[story]
fn braces_that_begin_no_place_reach_nobody(t: TestApp) {
    let admin = t.admin();
    let code = |subject: &str, body: &str, topic: Option<&str>| {
        let variants = json!({"en": {"subject": subject, "body_markdown": body}});
        let answer =
            admin.post("/announcements", &json!({"default_language": "en", "topic": topic, "variants": variants}));
        if answer.status == 201 {
            "taken".to_owned()
        } else {
            answer.json()["errors"][0]["code"].as_str().unwrap().to_owned()
        }
    };
    for body in
        ["Dear {{ nme }}", "Dear {{ Name }}", "{{ user.name }}", "Dear {{ name", "{{ name | upper }}", "\\{{ name }}"]
    {
        assert_eq!(code("S", body, Some("news")), "unknown_place", "{body}");
    }
    for subject in ["x {{ name | upper }}", "x {{ name }}", "x {{"] {
        assert_eq!(code(subject, "News", Some("news")), "place_in_subject", "{subject}");
    }
    assert_eq!(code("S", "Leave: {{ unsubscribe }}", None), "place_without_topic");
    for body in ["{{ name }} of {{administration}}: {{ unsubscribe }}", "In Jinja: \\{\\{ name }}"] {
        assert_eq!(code("S", body, Some("news")), "taken", "{body}");
    }
    // Nor does one become a notice by losing its topic.
    let form = json!({"default_language": "en", "topic": "news",
        "variants": {"en": {"subject": "S", "body_markdown": "[Leave]({{ unsubscribe }})"}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    let answer = admin.patch(&format!("/announcements/{id}"), &json!({"topic": null}));
    assert_eq!(answer.json()["errors"][0]["code"], "place_without_topic", "{}", answer.text);
}

#[story]
fn in_the_portal_the_link_to_leave_leads_to_the_readers_choices(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop"));
    let admin = t.admin();
    let id = announce(&admin, "en", "Dear {{ name }}, [choose]({{ unsubscribe }}).");
    t.dispatch();
    let path = format!("/announcements/{id}");
    let read = awa.get(&path).expect(200)["variants"]["en"]["body_markdown"].as_str().unwrap().to_owned();
    let (before, rest) = read.split_once("(https://portal.example").unwrap();
    assert_eq!(before, "Dear Awa Diop, [choose]");
    let choices = rest.strip_suffix(").").unwrap();
    let page = t.anonymous().send("GET", choices, None).unwrap();
    assert!(page.status == 200 && page.text.contains("value=\"news\" checked"), "{}", page.text);
}

#[story]
fn what_we_say_around_an_arabic_text_is_marked_as_english(t: TestApp) {
    let layla = t.member(&Application::new("MA", "Layla Idrissi").reading("ar"));
    announce(&t.admin(), "ar", "مرحبا");
    let html = t.newest_mail(&layla.email).html;
    for said in [
        "<html lang=\"ar\" dir=\"rtl\">",
        "<p>مرحبا</p>",
        "<p lang=\"en\" dir=\"ltr\">Please confirm",
        "<p lang=\"en\" dir=\"ltr\">You receive this",
    ] {
        assert!(html.contains(said), "{said} in {html}");
    }
}
