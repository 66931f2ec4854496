//! Mail leaves once, late rather than never, whatever the relay does.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::mail;
use portal::demo::receiver::Verdict;
use portal::mail::MailState;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::announcements::counts;
use crate::support::{Application, Expect as _, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a_temporary_refusal_is_tried_again_and_told,
        a_refusal_for_good_fails_one_and_delays_nobody,
        a_relay_that_is_down_charges_nobody_and_loses_nothing,
        a_relay_that_hangs_holds_up_nobody_else,
        a_mail_whose_answer_was_lost_comes_twice_under_one_id,
        a_relay_that_says_421_is_left_alone_for_a_while,
        what_a_dead_process_held_is_taken_up,
        a_stop_puts_back_what_was_not_sent,
        an_announcement_is_given_up_after_four_days,
        three_hundred_mails_take_two_connections,
        a_mail_to_a_strange_name_harms_nothing,
    ]
}

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

fn a_temporary_refusal_is_tried_again_and_told(t: TestApp) {
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

fn a_refusal_for_good_fails_one_and_delays_nobody(t: TestApp) {
    let (admin, awa, wanjiru, id) = announced(&t);
    t.mail_server_answers(&awa.email, [Verdict::Refuse("550 5.1.1 no such person")]);
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    let row = delivery(&admin, &id, &awa);
    assert_eq!((&row["state"], &row["last_code"]), (&json!("failed"), &json!(550)));
    t.pass(Duration::from_hours(5));
    assert_eq!(news(&t, &awa), 0);
}

fn a_relay_that_is_down_charges_nobody_and_loses_nothing(t: TestApp) {
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

fn a_relay_that_hangs_holds_up_nobody_else(t: TestApp) {
    let (admin, awa, wanjiru, id) = announced(&t);
    t.mail_server_answers(&awa.email, [Verdict::Hang]);
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    let row = delivery(&admin, &id, &awa);
    assert_eq!((&row["state"], &row["attempts"]), (&json!("pending"), &json!(1)));
    t.pass(Duration::from_mins(7));
    assert_eq!(news(&t, &awa), 1);
}

fn a_mail_whose_answer_was_lost_comes_twice_under_one_id(t: TestApp) {
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

fn a_relay_that_says_421_is_left_alone_for_a_while(t: TestApp) {
    let (admin, awa, _, id) = announced(&t);
    t.mail_server_answers(&awa.email, [Verdict::Refuse("421 4.7.0 too many connections")]);
    assert_eq!(news(&t, &awa), 0);
    assert_eq!(delivery(&admin, &id, &awa)["attempts"], 0);
    t.pass(Duration::from_secs(2));
    assert_eq!(news(&t, &awa), 1);
}

fn what_a_dead_process_held_is_taken_up(t: TestApp) {
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

/// Runs the sender as `serve` does until something holds, then stops it.
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

fn a_stop_puts_back_what_was_not_sent(t: TestApp) {
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

fn an_announcement_is_given_up_after_four_days(t: TestApp) {
    let (_, awa, _, id) = announced(&t);
    t.dispatch();
    t.pass(Duration::from_hours(97));
    assert_eq!(news(&t, &awa), 0);
    let summary = t.admin().get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!((&summary["total"], &summary["failed"]), (&json!(2), &json!(2)));
}

fn three_hundred_mails_take_two_connections(t: TestApp) {
    t.seed(300);
    let (admin, _, _, id) = announced(&t);
    for number in 0..300 {
        t.mail_server_answers(&format!("contact-{number}@fr.example"), [Verdict::Refuse("550 5.1.1 unknown")]);
    }
    t.deliver();
    let summary = admin.get(&format!("/announcements/{id}/summary")).expect(200);
    assert_eq!(summary["total"], 302);
    assert_eq!(summary["sent"].as_i64().unwrap() + summary["failed"].as_i64().unwrap(), 302);
    assert!(t.receiver.peak_connections() <= 2, "{}", t.receiver.peak_connections());
}

fn a_mail_to_a_strange_name_harms_nothing(t: TestApp) {
    let (_, awa, wanjiru, _) = announced(&t);
    // Nobody can enter such a name; somebody could write it into the database by hand.
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
