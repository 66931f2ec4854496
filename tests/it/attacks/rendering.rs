//! Texts that cost more to render than to write (numbers 2 and 5).

use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::{job_try, mail};
use portal::demo::receiver::Verdict;
use portal::jobs;
use portal::mail::MailState;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::announcements::{counts, summary};
use crate::support::{Application, Expect as _, Person, TestApp, story};

pub(super) fn draft(body: &str) -> Value {
    json!({
        "audience": {}, "default_language": "en",
        "variants": {"en": {"subject": "Plenary meeting", "body_markdown": body}},
    })
}

pub(super) fn compose(author: &Person, draft: &Value) -> String {
    author.post("/announcements", draft).expect(201)["id"].as_str().unwrap().to_owned()
}

/// A program of the Secretariat that may do nothing but write announcements.
pub(super) fn program(t: &TestApp) -> Person {
    let form = json!({"name": "Newsletter", "scopes": ["announcements:manage"], "expires_in_days": 30});
    let made = t.admin().post("/me/tokens", &form).expect(201);
    t.person("secretariat@portal.example", &json!({"access_token": made["token"]}))
}

#[story]
fn a02_a_text_that_is_nested_too_deeply_is_refused_and_the_portal_lives(t: TestApp) {
    let reader = t.ncp("SN");
    let program = program(&t);
    let (good, id) = (draft("- one\n  - two\n\n> *said*"), compose(&program, &draft("Dear *all*")));
    for (body, code) in [
        ("- ".repeat(9_900) + "x", "nested_too_deeply"),
        (">".repeat(19_000) + "x", "nested_too_deeply"),
        ("> - ".repeat(4_000) + "x", "nested_too_deeply"),
        ("<div>\n\n".repeat(2_000) + "x", "nested_too_deeply"),
        ("<b>".repeat(6_000) + "x", "nested_too_deeply"),
        (format!("{}x{}", "*a **b ".repeat(1_200), " b** a*".repeat(1_200)), "nested_too_deeply"),
        ("<p><b title=x>a</p>\n\n".repeat(900), "html_not_closed"),
        (format!("<p {}>x</p>", "a ".repeat(5_000)), "too_much_html"),
        ("{{ name }}".repeat(51), "too_many_places"),
        ("[a] ".repeat(51) + "\n\n[a]: https://x.example/?{{ name }}", "too_many_places"),
    ] {
        let shown: String = body.chars().take(12).collect();
        let variants = json!({
            "en": {"subject": "S", "body_markdown": "Dear *all*"},
            "fr": {"subject": "S", "body_markdown": body},
        });
        let composed =
            program.post("/announcements", &json!({"audience": {}, "default_language": "en", "variants": variants}));
        let revised = program.patch(&format!("/announcements/{id}"), &json!({"variants": variants}));
        for answer in [composed, revised] {
            let problem = answer.expect(422);
            let fault = &problem["errors"][0];
            assert_eq!(
                (&fault["pointer"], &fault["code"]),
                (&json!("/variants/fr/body_markdown"), &json!(code)),
                "{shown}"
            );
        }
    }
    // A text that is too long is refused as such, without further checks.
    assert_eq!(program.post("/announcements", &draft(&">".repeat(20_001))).expect(422)["errors"][0]["code"], "empty");
    // The portal serves, mails are sent, and ordinary nesting is accepted.
    let id = compose(&program, &good);
    let tested = program.post(&format!("/announcements/{id}/test"), &json!({})).expect(202);
    assert_eq!(tested["mails"], 1);
    let mails = t.inbox("secretariat@portal.example");
    assert!(mails.iter().any(|mail| mail.subject.starts_with("[TEST]")));
    program.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    assert!(t.newest_mail(&reader.email).html.contains("<em>said</em>"));
}

#[story]
fn a02_what_a_mail_says_is_rendered_before_its_unit_of_work(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let id = compose(&admin, &draft("Dear {{ name }}"));
    // Announcements begun by hand and in time, tests and previews have the same text.
    let preview = admin.post(&format!("/announcements/{id}/preview"), &json!({})).expect(200);
    assert!(preview["rendered"]["en"]["text"].as_str().unwrap().starts_with("Dear "), "{preview}");
    let at = t.clock.now().plus(Duration::from_mins(1));
    admin.post(&format!("/announcements/{id}/schedule"), &json!({"send_at": at})).expect(200);
    t.pass(Duration::from_secs(61));
    t.deliver();
    assert_eq!(admin.get(&format!("/announcements/{id}")).expect(200)["status"], "sent");
    let mail = t.newest_mail(&Application::new("SN", "Awa Diop").email);
    assert!(mail.text.starts_with("Dear Awa Diop"), "{}", mail.text);
}

/// A process that has claimed the mail to this address is killed.
fn kill_the_sender_of(t: &TestApp, address: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (sender, db) = (t.sender().clone(), t.portal.db.clone());
    let in_hand = async {
        loop {
            let its = mail::to_address.eq(address.to_owned()).and(mail::state.eq(MailState::Leased));
            let leased = db.read(move |conn| Ok(mail::table.filter(its).count().get_result::<i64>(conn)?));
            if leased.await.unwrap() > 0 {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    runtime.block_on(async {
        tokio::select! {
            () = sender.drain() => panic!("nobody had it in hand"),
            () = in_hand => {}
        }
    });
}

/// Another process starts, takes over the mails of ended ones, and stops again.
fn start_again(t: &TestApp) {
    t.pass(Duration::from_mins(10));
    let stop = CancellationToken::new();
    stop.cancel();
    t.run(t.sender().serve(stop));
}

#[story]
fn a02_a_mail_that_ends_its_process_is_set_aside_and_others_leave(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    t.deliver();
    let admin = t.admin();
    let mut draft = draft("Dear *all*");
    draft["audience"] = json!({"members": ["SN", "KE"]});
    let id = compose(&admin, &draft);
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.dispatch();
    t.mail_server_answers(&awa.email, vec![Verdict::Hang; 20]);
    let standing = || {
        let its = mail::to_address.eq(awa.email.clone()).and(mail::batch.is_not_null());
        let columns = (mail::state, mail::claims, mail::attempts, mail::last_reply);
        let row = t.portal.db.read(move |conn| {
            Ok(mail::table.filter(its).select(columns).first::<(MailState, i32, i32, Option<String>)>(conn)?)
        });
        t.run(row).unwrap()
    };
    for claims in 1..=3 {
        kill_the_sender_of(&t, &awa.email);
        // The attempt is counted though it has no result.
        assert_eq!(standing(), (MailState::Leased, claims, 0, None));
        start_again(&t);
    }
    let (state, _, _, reply) = standing();
    assert_eq!(state, MailState::Failed);
    assert!(reply.unwrap().starts_with("set aside"));
    t.deliver();
    assert!(!t.inbox(&wanjiru.email).iter().all(|mail| mail.subject != "Plenary meeting"));
    let admin = t.admin();
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("sent", 1), ("failed", 1)]));
    // What failed otherwise can be tried again; this can't.
    admin.post(&format!("/announcements/{id}/deliveries/retry-failed"), &json!({})).expect(202);
    t.deliver();
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("sent", 1), ("failed", 1)]));
    // The other mails in progress are no suspects any more, and mails are sent as before.
    t.mail_server_answers(&awa.email, []);
    assert_eq!(t.inbox(&awa.email).iter().filter(|mail| mail.subject == "Plenary meeting").count(), 0);
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    assert!(t.newest_mail(&awa.email).token("reset").is_some());
}

#[story]
fn a02_a_link_that_was_in_hand_at_a_crash_still_goes_to_whoever_is_no_reader(t: TestApp) {
    let applicant = Application::new("FR", "Marie Curie");
    t.apply_and_verify(&applicant);
    t.deliver();
    t.mail_server_answers(&applicant.email, vec![Verdict::Hang; 20]);
    t.anonymous().post("/auth/password/forgot", &json!({"email": applicant.email})).unwrap().expect(202);
    kill_the_sender_of(&t, &applicant.email);
    t.mail_server_answers(&applicant.email, []);
    start_again(&t);
    assert!(t.newest_mail(&applicant.email).token("reset").is_some());
}

/// A process begins a job, and is killed.
fn kill_the_worker_of(t: &TestApp, job: &'static str, id: Id) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = tokio::sync::Notify::new();
    let work = async {
        begun.notify_one();
        std::future::pending().await
    };
    runtime.block_on(async {
        tokio::select! {
            done = jobs::guarded::<bool>(&t.portal.db, t.clock.now(), job, Some(id), work) => panic!("{done:?}"),
            () = begun.notified() => {}
        }
    });
}

#[story]
fn a02_an_announcement_that_ends_its_process_is_halted_and_others_go_on(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let [bad, good] = ["One", "Another"].map(|subject| {
        let mut draft = draft("Dear *all*");
        draft["variants"]["en"]["subject"] = json!(subject);
        let id = compose(&admin, &draft);
        admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
        id
    });
    for _ in 0..5 {
        kill_the_worker_of(&t, "announcement_fan_out", bad.parse().unwrap());
    }
    t.deliver();
    let halted = admin.get(&format!("/announcements/{bad}")).expect(200);
    assert_eq!((&halted["status"], &halted["cause"]), (&json!("paused"), &json!("set_aside")));
    assert_eq!(admin.get(&format!("/announcements/{good}")).expect(200)["status"], "sent");
    // A day later, and after a check by a person, it is tried again.
    t.pass(Duration::from_hours(25));
    t.admin().post(&format!("/announcements/{bad}/resume"), &json!({})).expect(200);
    t.deliver();
    assert_eq!(t.admin().get(&format!("/announcements/{bad}")).expect(200)["status"], "sent");
    let subjects: Vec<String> = t.inbox(&awa.email).into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.contains(&"One".to_owned()) && subjects.contains(&"Another".to_owned()), "{subjects:?}");
}

#[story]
fn a02_what_was_begun_in_vain_is_forgotten_in_the_end(t: TestApp) {
    let id: Id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let tries = || {
        let count = t
            .portal
            .db
            .read(|conn| Ok(job_try::table.filter(job_try::job.eq("report")).count().get_result::<i64>(conn)?));
        t.run(count).unwrap()
    };
    let keep_house = || t.run(t.portal.run_maintenance_once()).unwrap();
    kill_the_worker_of(&t, "report", id);
    t.pass(Duration::from_hours(29 * 24));
    keep_house();
    assert_eq!(tries(), 1, "it may be begun again");
    t.pass(Duration::from_hours(2 * 24));
    keep_house();
    assert_eq!(tries(), 0);
}

/// How often texts of this kind were rendered for readers.
pub(super) fn renderings(t: &TestApp, of: &str) -> u64 {
    t.rendered(of)
}

/// Sends a public announcement; returns its id.
fn publish(t: &TestApp, title: &str) -> String {
    let admin = t.admin();
    let mut draft = draft("Dear *all*");
    draft["public"] = json!(true);
    draft["variants"]["en"]["subject"] = json!(title);
    let id = compose(&admin, &draft);
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.deliver();
    id
}

#[story("announcements.approval=false")]
fn a05_a_feed_is_rendered_once_however_often_it_is_asked_for(t: TestApp) {
    t.ncp("SN");
    publish(&t, "The first");
    let feed = |language: &str| t.anonymous().get(&format!("/announcements/feed.atom?language={language}")).unwrap();
    let first = feed("en");
    assert!(first.status == 200 && first.text.contains("The first"));
    let tag = first.header("etag").unwrap().to_owned();
    for _ in 0..5 {
        let again = feed("en");
        assert_eq!((again.status, again.header("etag"), &again.text), (200, Some(tag.as_str()), &first.text));
        let known =
            t.anonymous().with_header("if-none-match", &tag).get("/announcements/feed.atom?language=en").unwrap();
        assert_eq!((known.status, known.header("etag")), (304, Some(tag.as_str())));
    }
    assert_eq!(renderings(&t, "feed"), 1);
    // Another language is another feed.
    assert_ne!(feed("fr").header("etag"), Some(tag.as_str()));
    assert_eq!(renderings(&t, "feed"), 2);
    // A new announcement is in it at once, and a cancelled one is not.
    publish(&t, "The second");
    let newer = feed("en");
    assert!(newer.text.contains("The second") && newer.header("etag") != Some(tag.as_str()));
    let known = t.anonymous().with_header("if-none-match", &tag).get("/announcements/feed.atom?language=en").unwrap();
    assert_eq!((known.status, renderings(&t, "feed")), (200, 3));
}

#[story("announcements.approval=false")]
fn a05_a_public_page_and_the_description_are_made_once(t: TestApp) {
    t.ncp("SN");
    let id = publish(&t, "The first");
    let rendered = renderings(&t, "announcement");
    for _ in 0..3 {
        let page = t.anonymous().send("GET", &format!("/announcements/{id}"), None).unwrap();
        assert!(page.status == 200 && page.text.contains("<em>all</em>"), "{}", page.text);
    }
    assert_eq!(renderings(&t, "announcement"), rendered + 1);
    let description = t.anonymous().send("GET", "/openapi.json", None).unwrap();
    assert_eq!(description.status, 200);
    let tag = description.header("etag").expect("a tag").to_owned();
    let known = t.anonymous().with_header("if-none-match", &tag).send("GET", "/openapi.json", None).unwrap();
    assert_eq!((known.status, known.text.len()), (304, 0));
    for (path, status) in [("/docs/", 200), ("/docs/swagger-ui-bundle.js", 200), ("/docs/nothing.js", 404)] {
        assert_eq!(t.anonymous().send("GET", path, None).unwrap().status, status, "{path}");
    }
}

#[story]
fn a05_a_long_password_of_one_part_is_judged_as_any_other(t: TestApp) {
    let part = "kJ8#vQ2!zR5&mW9xT4@bN7^cL1*dF6%gH3(jP0)sY8-aE5=uI2+oK9;wX4:qV7,";
    let person = t.ncp("SN");
    let change = |current: &str, new: String| {
        let form = json!({"current_password": current, "new_password": new});
        person.post("/me/password", &form)
    };
    let current = crate::support::PASSWORD;
    for easy in ["harbour7".repeat(16), "motdepasse1".repeat(11), "0123456789abcdef".repeat(8)] {
        let problem = change(current, easy).expect(422);
        assert_eq!(problem["errors"][0]["code"], "password_common");
    }
    let changed = change(current, part.repeat(2));
    assert!(changed.status < 300, "{}", changed.text);
}
