//! Mail is sent once, late rather than never, whatever the relay does.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::mail;
use portal::demo::receiver::Verdict;
use portal::mail::MailState;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::announcements::counts;
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// Two readers of one announcement: (administrator, first, second, announcement).
fn announced(t: &TestApp) -> (Person, Person, Person, String) {
    let first = t.member(&Application::new("SN", "Awa Diop"));
    let second = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let admin = t.admin();
    t.deliver();
    let form = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.dispatch();
    (admin, first, second, id)
}

fn news(t: &TestApp, person: &Person) -> usize {
    t.inbox(&person.email).iter().filter(|mail| mail.subject == "News").count()
}

fn delivery(admin: &Person, id: &str, to: &Person) -> Value {
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    rows.into_iter().find(|row| row["to_address"] == to.email.as_str()).unwrap()
}

#[story]
fn goal_16_a_temporary_refusal_is_tried_again_and_told(t: TestApp) {
    let (admin, awa, wanjiru, id) = announced(&t);
    let busy = Verdict::Refuse("451 4.3.0 mailbox busy");
    t.mail_server_answers(&awa.email, [busy.clone(), Verdict::RefuseMessage("452 4.2.2 mailbox full")]);
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    let row = delivery(&admin, &id, &awa);
    assert_eq!((&row["state"], &row["attempts"], &row["last_code"]), (&json!("pending"), &json!(1), &json!(451)));
    assert!(row["last_reply"].as_str().unwrap().contains("mailbox busy"), "{row}");
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary, counts(&[("total", 2), ("deferred", 1), ("sent", 1)]));
    assert_eq!(admin.all(&format!("/announcements/{id}/deliveries?state=deferred")).len(), 1);

    t.pass(Duration::from_mins(7));
    assert_eq!(news(&t, &awa), 0);
    assert_eq!(delivery(&admin, &id, &awa)["last_code"], 452);
    t.pass(Duration::from_mins(19));
    let admin = t.admin();
    assert_eq!(news(&t, &awa), 1);
    assert_eq!(delivery(&admin, &id, &awa)["attempts"], 3);
}

#[story]
fn goal_17_a_refusal_for_good_fails_one_and_delays_nobody(t: TestApp) {
    let (admin, awa, wanjiru, id) = announced(&t);
    t.mail_server_answers(&awa.email, [Verdict::Refuse("550 5.1.1 no such person")]);
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    let row = delivery(&admin, &id, &awa);
    assert_eq!((&row["state"], &row["last_code"]), (&json!("failed"), &json!(550)));
    t.pass(Duration::from_hours(5));
    assert_eq!(news(&t, &awa), 0);
}

#[story]
fn goal_19_a_relay_that_is_down_charges_nobody_and_loses_nothing(t: TestApp) {
    let (admin, awa, wanjiru, id) = announced(&t);
    t.receiver.shut(true);
    for pause in [0, 1, 2, 4, 8] {
        t.pass(Duration::from_secs(pause));
        assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 0));
    }
    let row = delivery(&admin, &id, &awa);
    assert_eq!((&row["state"], &row["attempts"]), (&json!("pending"), &json!(0)));
    assert!(row["last_reply"].as_str().is_some_and(|words| !words.is_empty()), "{row}");
    t.receiver.shut(false);
    t.pass(Duration::from_mins(1));
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (1, 1));
}

#[story]
fn goal_20_a_relay_that_hangs_holds_up_nobody_else(t: TestApp) {
    let (admin, awa, wanjiru, id) = announced(&t);
    t.mail_server_answers(&awa.email, [Verdict::Hang]);
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    let row = delivery(&admin, &id, &awa);
    assert_eq!((&row["state"], &row["attempts"]), (&json!("pending"), &json!(1)));
    t.pass(Duration::from_mins(7));
    assert_eq!(news(&t, &awa), 1);
}

#[story]
fn goal_09_a_mail_whose_answer_was_lost_comes_twice_under_one_id(t: TestApp) {
    let (_, awa, wanjiru, _) = announced(&t);
    t.mail_server_answers(&awa.email, [Verdict::HangUpAfterMessage]);
    t.deliver();
    t.pass(Duration::from_mins(7));
    t.deliver();
    let mails = t.inbox(&awa.email);
    let ids: Vec<&str> = mails.iter().filter(|m| m.subject == "News").map(|m| m.message_id.as_str()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(news(&t, &wanjiru), 1);
}

#[story]
fn goal_19_a_relay_that_says_421_is_left_alone_for_a_while(t: TestApp) {
    let (admin, awa, _, id) = announced(&t);
    t.mail_server_answers(&awa.email, [Verdict::Refuse("421 4.7.0 too many connections")]);
    assert_eq!(news(&t, &awa), 0);
    assert_eq!(delivery(&admin, &id, &awa)["attempts"], 0);
    t.pass(Duration::from_secs(2));
    assert_eq!(news(&t, &awa), 1);
}

#[story]
fn goal_08_what_a_dead_process_held_is_taken_up(t: TestApp) {
    let (_, awa, _, _) = announced(&t);
    let (now, random) = (t.clock.now(), t.portal.random.clone());
    let held = t.portal.db.write(move |conn| {
        let dead = portal::db::Id::new(now, &random);
        let lease = (
            mail::state.eq(MailState::Leased),
            mail::lease_by.eq(dead),
            mail::lease_until.eq(now.plus(Duration::from_mins(5))),
        );
        Ok(diesel::update(mail::table.filter(mail::state.eq(MailState::Pending))).set(lease).execute(conn)?)
    });
    assert_eq!(t.run(held).unwrap(), 2);
    assert_eq!(news(&t, &awa), 0);
    t.pass(Duration::from_mins(6));
    serve_until(&t, |t| news_arrived(t) == 2);
    assert_eq!(news(&t, &awa), 1);
}

fn news_arrived(t: &TestApp) -> usize {
    let mails = t.receiver.inbox();
    mails.iter().filter(|mail| String::from_utf8_lossy(&mail.bytes).contains("Subject: News")).count()
}

/// Runs the sender as `serve` does until a condition is true, then stops it.
fn serve_until(t: &TestApp, holds: impl Fn(&TestApp) -> bool) {
    let (stop, sender) = (CancellationToken::new(), t.sender().clone());
    t.run(async {
        let serving = tokio::spawn({
            let stop = stop.clone();
            async move { sender.serve(stop).await }
        });
        let looking = async {
            while !holds(t) {
                // Gives way to the sender, which runs on this very runtime.
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), looking).await.expect("it comes to hold");
        stop.cancel();
        serving.await.unwrap();
    });
}

#[story]
fn goal_10_a_stop_puts_back_what_was_not_sent(t: TestApp) {
    t.seed(150);
    let (admin, _, _, id) = announced(&t);
    // One connection hangs on the first while the other works on; most are still waiting when the stop comes.
    let first = admin.get(&format!("/announcements/{id}/deliveries?limit=1")).expect(200);
    t.mail_server_answers(first["data"][0]["to_address"].as_str().unwrap(), [Verdict::Hang]);
    let before = t.receiver.count();
    serve_until(&t, |t| t.receiver.count() > before + 20);
    let states = t.run(
        t.portal
            .db
            .read(|conn| Ok(mail::table.select((mail::state, mail::attempts)).load::<(MailState, i32)>(conn)?)),
    );
    let states = states.unwrap();
    assert!(states.iter().all(|(state, _)| *state != MailState::Leased), "nothing stays leased");
    // The rest leaves later, each once.
    t.pass(Duration::from_mins(10));
    t.deliver();
    let mails = t.receiver.inbox();
    let news: Vec<&str> = mails
        .iter()
        .filter(|mail| String::from_utf8_lossy(&mail.bytes).contains("Subject: News"))
        .map(|mail| mail.to.as_str())
        .collect();
    assert_eq!(news.len(), 152);
    assert_eq!(news.iter().collect::<BTreeSet<_>>().len(), 152);
}

#[story]
fn goal_18_an_announcement_is_given_up_after_four_days(t: TestApp) {
    let (_, awa, _, id) = announced(&t);
    t.dispatch();
    t.pass(Duration::from_hours(97));
    assert_eq!(news(&t, &awa), 0);
    let summary = t.admin().get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!((&summary["total"], &summary["failed"]), (&json!(2), &json!(2)));
}

#[story]
fn goal_03_refusals_take_no_more_connections_than_there_may_be(t: TestApp) {
    t.seed(300);
    let (admin, _, _, id) = announced(&t);
    for number in 0..300 {
        t.mail_server_answers(&format!("contact-{number}@fr.example"), [Verdict::Refuse("550 5.1.1 unknown")]);
    }
    let before = t.receiver.connections();
    t.deliver();
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary["total"], 302);
    assert_eq!(summary["sent"].as_i64().unwrap() + summary["failed"].as_i64().unwrap(), 302);
    // Three are configured, and a refusal costs none.
    assert!(t.receiver.peak_connections() <= 3, "{}", t.receiver.peak_connections());
    assert!(t.receiver.connections() - before <= 3, "{} more", t.receiver.connections() - before);
}

#[story]
fn goal_36_a_mail_to_a_strange_name_harms_nothing(t: TestApp) {
    let (_, awa, wanjiru, _) = announced(&t);
    // No form accepts such a name; it could be written into the database by hand.
    let written = t.portal.db.write(|conn| {
        Ok(diesel::update(mail::table.filter(mail::state.eq(MailState::Pending)))
            .set(mail::to_name.eq("E\r\nBcc: thief@elsewhere.example\u{1}"))
            .execute(conn)?)
    });
    t.run(written).unwrap();
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (1, 1));
    assert!(t.receiver.inbox().iter().all(|mail| !mail.to.contains("thief")));
    let raw = t.receiver.inbox().pop().unwrap();
    assert!(!String::from_utf8_lossy(&raw.bytes).contains("\r\nBcc:"));
}

#[story]
fn goal_09_what_the_relay_had_taken_before_a_kill_is_not_sent_again(t: TestApp) {
    let (admin, awa, wanjiru, id) = announced(&t);
    // A process has leased both mails, sent the first, noted that in its journal, and was killed.
    let (now, random) = (t.clock.now(), t.portal.random.clone());
    let dead = portal::db::Id::new(now, &random);
    let held = t.portal.db.write(move |conn| {
        let lease = (
            mail::state.eq(MailState::Leased),
            mail::lease_by.eq(dead),
            mail::lease_until.eq(now.plus(Duration::from_mins(5))),
        );
        diesel::update(mail::table.filter(mail::state.eq(MailState::Pending))).set(lease).execute(conn)?;
        Ok(mail::table.filter(mail::lease_by.eq(dead)).select((mail::id, mail::to_address)).load(conn)?)
    });
    let held: Vec<(portal::db::Id, String)> = t.run(held).unwrap();
    let first = held.iter().find(|(_, to)| *to == awa.email).unwrap().0;
    std::fs::create_dir_all(t.journal()).unwrap();
    std::fs::write(t.journal().join(format!("{dead}.sent")), first.as_bytes()).unwrap();
    t.pass(Duration::from_mins(6));
    serve_until(&t, |t| news_arrived(t) == 1);
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    assert_eq!(delivery(&admin, &id, &awa)["state"], "sent");
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary, counts(&[("total", 2), ("sent", 2)]));
    assert_eq!(std::fs::read_dir(t.journal()).unwrap().count(), 0, "nothing is left to be taken over");
}

#[story]
fn goal_21_a_relay_that_closes_after_a_few_mails_costs_nobody_anything(t: TestApp) {
    t.seed(40);
    let (admin, _, _, id) = announced(&t);
    t.receiver.close_after(3);
    t.deliver();
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary, counts(&[("total", 42), ("sent", 42)]));
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    assert!(rows.iter().all(|row| row["attempts"] == 1), "nobody was charged with a try");
    assert_eq!(news_arrived(&t), 42);
}

fn set_pace(admin: &Person, pace: &Value) {
    let before = admin.get("/mail/pace");
    admin.with_header("If-Match", before.header("etag").unwrap()).put("/mail/pace", pace).expect(200);
}

#[story]
fn goal_22_the_pace_is_set_while_an_announcement_is_under_way(t: TestApp) {
    t.seed(30);
    let (admin, _, awa, _) = announced(&t);
    awa.get("/mail/pace").expect(403);
    set_pace(&admin, &json!({"per_minute": 60}));
    for second in 0..5 {
        t.deliver();
        assert_eq!(news_arrived(&t), second + 1, "one a second");
        t.pass(Duration::from_secs(1));
    }
    set_pace(&admin, &json!({"per_minute": null}));
    t.pass(Duration::from_mins(1));
    t.deliver();
    assert_eq!(news_arrived(&t), 32);
    let wrong = json!({"per_minute": 0, "domains": [{"domain": "a b"}]});
    let refused = admin.with_header("If-Match", "*").put("/mail/pace", &wrong).expect(422);
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2, "{refused}");
}

#[story]
fn goal_23_a_slow_domain_stands_in_nobodys_way(t: TestApp) {
    let (admin, awa, wanjiru, _) = announced(&t);
    let domain = awa.email.split('@').next_back().unwrap().to_owned();
    assert!(!wanjiru.email.ends_with(&domain), "they are of two domains");
    t.seed(20);
    set_pace(&admin, &json!({"per_minute": null, "domains": [{"domain": "sn.example", "per_minute": 1}]}));
    let form = json!({"default_language": "en", "variants": {"en": {"subject": "Slow", "body_markdown": "Slow."}}});
    let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.deliver();
    let of_senegal = |row: &Value| row["to_address"].as_str().unwrap().ends_with("@sn.example");
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    let (slow, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| of_senegal(row));
    assert!(others.iter().all(|row| row["state"] == "sent"), "all others have theirs");
    let sent = slow.iter().filter(|row| row["state"] == "sent").count();
    assert_eq!(sent, slow.len().min(1), "one of {} to the slow domain", slow.len());
    for _ in 0..slow.len() {
        t.pass(Duration::from_secs(61));
        t.deliver();
    }
    let admin = t.admin();
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    assert!(
        rows.iter().all(|row| row["state"] == "sent" && row["attempts"] == 1),
        "and nobody was charged for waiting"
    );
}

#[story]
fn goal_24_a_link_does_not_wait_for_an_announcement(t: TestApp) {
    t.seed(60);
    let (admin, awa, ..) = announced(&t);
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    // Every announcement hangs for a second; the link is sent in parallel.
    for row in admin.all("/contacts") {
        if let Some(email) = row["email"].as_str().filter(|email| email.starts_with("contact-")) {
            t.mail_server_answers(email, [Verdict::Hang]);
        }
    }
    serve_until(&t, |t| t.receiver.inbox().iter().any(|mail| mail.to == awa.email));
    assert!(news_arrived(&t) <= 3, "it did not wait for {} of them", news_arrived(&t));
}

#[story]
fn goal_25_a_link_comes_when_the_relay_does(t: TestApp) {
    t.receiver.shut(true);
    t.anonymous().post("/registrations", &Application::new("SN", "Awa Diop").form()).unwrap().expect(202);
    t.deliver();
    assert!(t.receiver.inbox().is_empty());
    t.receiver.shut(false);
    t.pass(Duration::from_mins(2));
    assert_eq!(t.inbox(&Application::new("SN", "Awa Diop").email).len(), 1);
}

#[story]
fn goal_27_whoever_leaves_by_the_mails_own_link_gets_no_more(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop"));
    let admin = t.admin();
    let form = json!({"default_language": "en", "topic": "news",
        "variants": {"en": {"subject": "News", "body_markdown": "Dear {{ name }} of {{administration}}"}}});
    let send = |subject: &str| {
        let mut form = form.clone();
        form["variants"]["en"]["subject"] = json!(subject);
        let id = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
        admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    };
    send("Some news");
    let mail = t.newest_mail(&awa.email);
    let own = &awa.get("/announcements").expect(200)["data"][0]["id"];
    let read = awa.get(&format!("/announcements/{}", own.as_str().unwrap())).expect(200);
    assert_eq!(read["variants"]["en"]["body_markdown"], "Dear Awa Diop of Senegal");
    assert!(mail.text.contains("Dear Awa Diop of Senegal"), "{}", mail.text);
    let link = mail.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    assert!(mail.text.contains(&link) && mail.html.contains(&link), "the link stands in both parts");
    let path = link.strip_prefix("https://portal.example").unwrap().to_owned();
    let form = ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click".as_bytes());
    assert_eq!(t.anonymous().send("POST", &path, Some(form)).unwrap().status, 200);
    send("More news");
    assert_eq!(t.newest_mail(&awa.email).subject, "Some news");
    let wrong = |subject: &str, body: &str, public: bool| {
        let variants = json!({"en": {"subject": subject, "body_markdown": body}});
        let form = json!({"default_language": "en", "public": public, "variants": variants});
        let refused = admin.post("/announcements", &form).expect(422);
        refused["errors"][0]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(wrong("Dear {{ name }}", "News", false), "place_in_subject");
    assert_eq!(wrong("News", "Dear {{ nmae }}", false), "unknown_place");
    assert_eq!(wrong("News", "Dear {{ name }}", true), "place_in_public");
}
