//! Budgets of what is written (number 19): what changes nothing leaves no trace, and what changes something has a
//! price.

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::json;

use super::budgets::{HOUR, apply, coordinator, count, id};
use super::uploads::{applicant, files, hand_in, letter};
use crate::support::{self, Application, Expect as _, Person, TestApp, story};

/// How many entries the log has, and how many events wait for programs of others.
fn traces(t: &TestApp) -> (i64, i64) {
    let log = count(t, "SELECT count(*) AS n FROM audit_entry");
    (log, count(t, "SELECT count(*) AS n FROM webhook_event"))
}

#[story]
fn a19_what_changes_nothing_leaves_no_trace(t: TestApp) {
    let admin = t.admin();
    let listens = json!({"url": "http://127.0.0.1:9/hook", "description": "Receiver", "events": ["*"]});
    admin.post("/webhooks", &listens).expect(201);
    let (awa, grace) = (t.ncp("SN"), applicant(&t, "Grace Hopper"));
    let held = grace.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let nomination = format!("/appointments/{held}/nomination");
    let contact = awa.get("/contacts?q=awa").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let (content, before) = (letter(10), files(&t));
    let say = |title: &str| {
        let any = |person: &Person| person.with_header("if-match", "*");
        let statement = json!({"official": "Director General", "reference": title, "dated": "2026-01-15"});
        any(&grace).put(&nomination, &statement).expect(200);
        hand_in(&grace, &content).expect(200);
        any(&awa).patch(&format!("/contacts/{contact}"), &json!({"job_title": title, "languages": ["fr"]})).expect(200);
        let profile = json!({"name": "Awa Diop", "preferred_language": "en", "job_title": title, "languages": ["fr"]});
        awa.patch("/me", &profile).expect(200);
        awa.put("/me/subscriptions", &json!({"topics": {"news": false}, "digest": "daily"})).expect(200);
    };
    say("Head of Innovation II");
    let (known, shown) = (traces(&t), |person: &Person, path: &str| person.get(path).header("etag").map(str::to_owned));
    let tags = [shown(&grace, &nomination), shown(&awa, "/me"), shown(&awa, &format!("/contacts/{contact}"))];
    for _ in 0..3 {
        t.pass(Duration::from_secs(1));
        say("Head of Innovation II");
    }
    assert_eq!(traces(&t), known);
    let again = [shown(&grace, &nomination), shown(&awa, "/me"), shown(&awa, &format!("/contacts/{contact}"))];
    assert_eq!(again, tags);
    assert_eq!(files(&t) - before, 1, "of a letter that is handed in again the last copy is kept");
    assert_eq!(t.admin().get(&format!("{nomination}/letter")).bytes, content);
    // A search without a result exports nothing, and neither does such a file.
    let known = traces(&t);
    assert_eq!(awa.get("/contacts.csv?q=zzzzqqqq").status, 200);
    assert_eq!(traces(&t), known);
    say("Head of Innovation III");
    assert!(traces(&t).0 > known.0, "what changes is written down");
}

#[story]
fn a19_what_changes_nothing_leaves_no_trace_for_the_secretariat_either(t: TestApp) {
    let admin = t.admin();
    let listens = json!({"url": "http://127.0.0.1:9/hook", "description": "Receiver", "events": ["*"]});
    let webhook = format!("/webhooks/{}", id(&admin.post("/webhooks", &listens).expect(201)));
    let news = crate::reading::draft("News", &json!({}));
    let announcement = id(&admin.post("/announcements", &news).expect(201)).to_owned();
    let path = format!("/announcements/{announcement}");
    let say = |word: &str| {
        let endpoint = json!({"url": "http://127.0.0.1:9/hook", "description": word, "enabled": true,
            "events": ["mail.failed", "announcement.*"]});
        admin.with_header("if-match", "*").patch(&webhook, &endpoint).expect(200);
        admin.patch(&path, &crate::reading::draft(word, &json!({"audience": {"members": ["sn"]}}))).expect(200);
        admin.post("/suppressions", &json!({"address": format!("{word}@douanes.example")})).expect(201);
    };
    say("First");
    crate::reading::act(&admin, &announcement, "submit").expect(200);
    let shown = || (admin.get(&webhook).expect(200), admin.get(&path).expect(200)["status"].clone());
    let (known, before) = (traces(&t), shown());
    assert_eq!(before.1, "submitted");
    for _ in 0..3 {
        t.pass(Duration::from_secs(1));
        say("First");
        admin.with_header("if-match", "*").patch(&webhook, &json!({})).expect(200);
        admin.patch(&path, &json!({})).expect(200);
    }
    assert_eq!(traces(&t), known);
    assert_eq!(shown(), before, "what was submitted waits for its approval still");
    say("Second");
    assert_eq!(traces(&t).0, known.0 + 3, "what changes is written down");
    assert_eq!(shown().1, "draft");
}

#[story]
fn a19_a_contact_is_confirmed_once_a_day(t: TestApp) {
    let awa = t.ncp("SN");
    let held = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let confirm = |person: &Person| person.post(&format!("/appointments/{held}/confirm"), &json!({})).expect(200);
    let steps = |t: &TestApp| count(t, "SELECT count(*) AS n FROM audit_entry WHERE action = 'appointment_changed'");
    let known = steps(&t);
    for _ in 0..3 {
        assert_eq!(confirm(&awa)["status"], "active");
        assert_eq!(confirm(&t.admin())["status"], "active");
    }
    assert_eq!(steps(&t), known, "it was put in force today");
    t.pass(Duration::from_hours(24));
    let awa = t.login(&awa.email);
    let first = confirm(&awa);
    t.pass(Duration::from_mins(5));
    let second = confirm(&awa);
    assert_eq!((&second["confirmed_at"], &second["confirm_by"]), (&first["confirmed_at"], &first["confirm_by"]));
    assert_eq!(steps(&t), known + 1);
}

/// Expects the refusal of a person who made too many changes, with a time to wait.
fn has_changed_enough(answer: Answer) {
    let wait: u64 = answer.header("retry-after").expect("when to try again").parse().unwrap();
    assert!((1..=86_400).contains(&wait), "{wait}");
    assert_eq!(answer.refused(429), "too_many_changes");
}

fn title(person: &Person, number: usize) -> Answer {
    person.patch("/me", &json!({"job_title": format!("Title {number}")}))
}

#[story("throttle.writes_at_once=5", "throttle.writes_per_day=24")]
fn a19_a_person_writes_within_a_budget(t: TestApp) {
    let (awa, grace) = (t.ncp("SN"), t.member(&Application::new("KE", "Grace Hopper")));
    let grace = grace.with_header("accept-language", "fr");
    for number in 0..5 {
        title(&awa, number).expect(200);
    }
    let refused = title(&awa, 5);
    assert!(refused.json()["detail"].as_str().unwrap().contains("in 60 min"), "{}", refused.text);
    has_changed_enough(refused);
    has_changed_enough(awa.put("/me/subscriptions", &json!({"digest": "daily"})));
    has_changed_enough(apply(&awa, "KE"));
    assert_eq!(awa.get("/me").expect(200)["contact"]["job_title"], "Title 4", "reading goes on");
    // Refused input costs nothing, and others have budgets of their own.
    for _ in 0..10 {
        assert_eq!(grace.patch("/me", &json!({"technologies": ["no such thing"]})).status, 422);
    }
    for number in 0..5 {
        title(&grace, number).expect(200);
    }
    let refused = title(&grace, 5);
    assert!(refused.json()["detail"].as_str().unwrap().contains("dans 60\u{a0}min"), "{}", refused.text);
    has_changed_enough(refused);
    // A used-up budget does not prevent ending sessions: the owner can still end those of a thief.
    let thief = t.login(&awa.email);
    has_changed_enough(title(&thief, 6));
    assert_eq!(awa.delete("/me/sessions").status, 204);
    assert_eq!(thief.get("/me").refused(401), "session_ended");
    assert_eq!(awa.post("/auth/logout", &json!({})).status, 204);
    // The Secretariat continues to work, and slow changes are still possible.
    let admin = t.admin();
    for number in 0..20 {
        title(&admin, number).expect(200);
    }
    t.pass(HOUR);
    let awa = t.login(&awa.email);
    title(&awa, 7).expect(200);
    has_changed_enough(title(&awa, 8));
}

#[story("throttle.writes_at_once=3", "throttle.officer_writes_at_once=8", "throttle.officer_writes_per_day=24")]
fn a19_a_coordinator_writes_more_and_pays_for_letters(t: TestApp) {
    let (cora, grace) = (coordinator(&t, "SN"), applicant(&t, "Grace Hopper"));
    let held = grace.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    hand_in(&grace, &letter(10)).expect(200);
    let path = format!("/appointments/{held}/nomination/letter");
    for number in 0..4 {
        title(&cora, number).expect(200);
        assert_eq!(cora.get(&path).status, 200);
    }
    has_changed_enough(cora.get(&path));
    has_changed_enough(title(&cora, 4));
    assert_eq!(t.admin().get(&path).status, 200);
    t.pass(HOUR);
    assert_eq!(t.login(&cora.email).get(&path).status, 200);
}

#[story("throttle.link_writes_per_day=4")]
fn a19_a_link_changes_subscriptions_within_a_budget(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let variants = json!({"en": {"subject": "News", "body_markdown": "Hello."}});
    let draft = json!({
        "audience": {"members": ["SN"]}, "default_language": "en", "variants": variants, "topic": "news",
    });
    let news = admin.post("/announcements", &draft).expect(201);
    admin.post(&format!("/announcements/{}/send", id(&news)), &json!({})).expect(202);
    t.deliver();
    let rows = admin.all(&format!("/announcements/{}/deliveries", id(&news)));
    let token = t.portal.mail_tokens.of(id(&rows[0]).parse().unwrap());
    let post = |path: &str, form: &str| support::press(&t.anonymous(), path, form);
    let choose = |digest: &str| post(&format!("/subscriptions/{token}"), &format!("digest={digest}&topic=news"));
    let written =
        |t: &TestApp| count(t, "SELECT count(*) AS n FROM audit_entry WHERE action = 'subscriptions_changed'");
    for digest in ["daily", "weekly", "daily", "weekly"] {
        assert_eq!(choose(digest).status, 200);
    }
    // To say the same again is free, to change it is not: neither here nor by the other link of the mail.
    for _ in 0..10 {
        assert_eq!(choose("weekly").status, 200);
    }
    for refused in [choose("daily"), post(&format!("/unsubscribe/{token}"), "")] {
        assert_eq!(refused.status, 429, "{}", refused.text);
        assert!(refused.header("retry-after").is_some() && refused.text.contains("24 h"), "{}", refused.text);
    }
    assert_eq!(written(&t), 4);
    awa.put("/me/subscriptions", &json!({"digest": "at_once"})).expect(200);
    t.pass(Duration::from_hours(24));
    assert_eq!(post(&format!("/unsubscribe/{token}"), "").status, 200);
    assert_eq!(written(&t), 6);
}
