//! Reminders: who gets which, once (S14), and by the calendar of a round.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::{mail, round_reminder};
use serde_json::{Value, json};

use super::{DAY, coordinator, days_pass, extend, faults, given, has_attempt, note_attempt, opened, survey, ten_days};
use crate::support::{Expect as _, Person, TestApp, story};

fn remind(admin: &Person, id: &str, body: &Value) -> portal::demo::client::Answer {
    admin.post(&format!("/rounds/{id}/reminders"), body)
}

fn reminders(t: &TestApp, address: &str) -> usize {
    let mails = t.inbox(address);
    mails.iter().filter(|mail| mail.subject.starts_with("Reminder") || mail.subject.starts_with("Rappel")).count()
}

#[story]
fn s14_a_dry_run_equals_the_sending_and_each_person_gets_it_once(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let moussa = coordinator(&t, "SN", "Moussa Fall", "fr");
    let (awa, john) = (t.ncp("SN"), t.ncp("KE"));
    let id = opened(&admin, &ten_days(&t, "scs"));
    let mut body = json!({"states": ["not_started"], "text": "We count on you.", "dry_run": true});
    let dry = remind(&admin, &id, &body).expect(200);
    assert_eq!((&dry["reminder"], &dry["people"]), (&Value::Null, &json!(3)));
    let wanted = json!([
        {"organisation": "KE", "state": "not_started", "people": 1},
        {"organisation": "SN", "state": "not_started", "people": 2},
    ]);
    assert_eq!(dry["data"], wanted);
    assert!(dry["without_people"].as_array().unwrap().contains(&json!("FR")));
    assert_eq!(reminders(&t, &awa.email), 0, "a dry run");
    body["dry_run"] = json!(false);
    let keyed = admin.with_header("idempotency-key", "reminder");
    let sent = remind(&keyed, &id, &body).expect(201);
    assert_eq!((&sent["people"], &sent["data"]), (&dry["people"], &dry["data"]));
    assert_eq!(remind(&keyed, &id, &body).expect(201), sent, "once");
    assert_eq!([&moussa, &awa, &john].map(|person| reminders(&t, &person.email)), [1, 1, 1]);
    let mail = t.mail_about(&moussa.email, "Rappel");
    assert!(mail.subject.contains("Douane intelligente"), "{}", mail.subject);
    assert!(mail.text.contains("n’a pas été commencée") && mail.text.contains("We count on you."), "{}", mail.text);
    assert!(t.mail_about(&john.email, "Reminder").text.contains("has not been started"));
    let list = admin.get(&format!("/rounds/{id}/reminders")).expect(200);
    let rows = list["data"].as_array().unwrap();
    let one = rows.iter().find(|row| row["id"] == sent["reminder"]).unwrap();
    assert_eq!((rows.len(), &one["people"]), (2, &json!(3)), "beside the mail at the opening: {list}");
}

#[story]
fn who_may_answer_hears_of_the_opening_once_in_the_own_language(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let moussa = coordinator(&t, "SN", "Moussa Fall", "fr");
    let (awa, john) = (t.ncp("SN"), t.ncp("KE"));
    let told = |address: &str| {
        let mails = t.inbox(address);
        let opened = |subject: &str| subject.starts_with("Survey open: ") || subject.starts_with("Enquête ouverte");
        mails.iter().filter(|mail| opened(&mail.subject)).count()
    };
    let mut later = ten_days(&t, "scs");
    later["opens_at"] = json!(t.clock.now().plus(2 * DAY).to_string());
    let id = opened(&admin, &later);
    assert_eq!(told(&awa.email), 0, "it is scheduled");
    days_pass(&t, 2);
    assert_eq!([&moussa, &awa, &john].map(|person| told(&person.email)), [1, 1, 1]);
    let mail = t.mail_about(&moussa.email, "Enquête ouverte");
    assert!(mail.text.contains("Douane intelligente") && mail.text.contains("peut être transmise"), "{}", mail.text);
    days_pass(&t, 1);
    assert_eq!(told(&awa.email), 1, "once");
    let list = t.admin().get(&format!("/rounds/{id}/reminders")).expect(200);
    assert_eq!((&list["data"][0]["people"], &list["data"][0]["days"]), (&json!(3), &Value::Null));
    assert_eq!(list["data"][0]["deadline"], later["closes_at"]);
    // Nobody is called to a survey whose deadline has passed.
    let now = t.clock.now();
    let past = given("scs", &now.minus(9 * DAY).to_string(), &now.minus(DAY).to_string(), "UTC");
    opened(&t.admin(), &past);
    assert_eq!(told(&awa.email), 1);
}

/// How many people the newest reminder of a round has reached.
fn reached(admin: &Person, id: &str) -> i64 {
    admin.get(&format!("/rounds/{id}/reminders")).expect(200)["data"][0]["people"].as_i64().unwrap()
}

/// To whom mails of a kind were written.
fn addressed(t: &TestApp, kind: &'static str) -> Vec<Option<Id>> {
    let written = move |conn: &mut portal::db::Conn| {
        Ok(mail::table.filter(mail::kind.eq(kind)).select(mail::user_id).load::<Option<Id>>(conn)?)
    };
    t.run(t.portal.db.read(written)).unwrap()
}

#[story]
fn s14_a_large_community_is_told_in_steps_and_each_person_once(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    t.seed(1_200);
    let id = opened(&admin, &ten_days(&t, "scs"));
    let reminder = json!({"states": ["not_started"], "dry_run": true});
    let all = remind(&admin, &id, &reminder).expect(200)["people"].as_i64().unwrap();
    let first = reached(&admin, &id);
    assert!((1..=100).contains(&first) && all > 1_000, "one step: {first} of {all}");
    // As if the place were lost at which it goes on: the people of the first step are looked at again.
    let lost = t.portal.db.write(|conn| {
        let begin = round_reminder::told_after.eq(Id::nil());
        Ok(diesel::update(round_reminder::table).set(begin).execute(conn)?)
    });
    assert_eq!(t.run(lost).unwrap(), 1);
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(reached(&admin, &id), all);
    let mails = addressed(&t, "survey_opened");
    let people: BTreeSet<&Option<Id>> = mails.iter().collect();
    assert_eq!((mails.len(), people.len()), (usize::try_from(all).unwrap(), mails.len()), "each person once");

    t.pass(Duration::from_secs(1));
    let sent = remind(&admin, &id, &json!({"states": ["not_started"], "people": all})).expect(201);
    assert_eq!(sent["people"], json!(all), "the answer names everybody whom it will reach");
    assert!(reached(&admin, &id) < all);
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(reached(&admin, &id), all);
    // A round that is closed before the last step calls nobody any more.
    let closed = opened(&admin, &ten_days(&t, "scs"));
    admin.post(&format!("/rounds/{closed}/close"), &json!({})).expect(200);
    let before = reached(&admin, &closed);
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert!(before < all && reached(&admin, &closed) == before);
    let open = t.portal.db.read(|conn| {
        Ok(round_reminder::table.filter(round_reminder::told_after.is_not_null()).count().get_result::<i64>(conn)?)
    });
    assert_eq!(t.run(open).unwrap(), 0, "nothing is left to do");
}

#[story]
fn mails_about_a_round_outlast_an_outage_and_not_their_deadline(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let awa = t.ncp("SN");
    let id = opened(&admin, &ten_days(&t, "scs"));
    // No mail leaves for eight days.
    t.pass(8 * DAY);
    assert!(t.mail_about(&awa.email, "Survey open: ").text.contains("Smart customs"));
    remind(&t.admin(), &id, &json!({"states": ["not_started"]})).expect(201);
    t.pass(3 * DAY);
    assert_eq!(reminders(&t, &awa.email), 0, "it would call to what is over");
}

#[story]
fn s14_state_and_deadline_of_the_moment_decide(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let (awa, _) = (t.ncp("SN"), t.ncp("KE"));
    let id = opened(&admin, &ten_days(&t, "scs"));
    let none = remind(&admin, &id, &json!({"states": ["draft", "in_review"]})).expect(201);
    assert_eq!((&none["people"], &none["without_people"]), (&json!(0), &json!([])), "nobody has begun");
    let bad = remind(&admin, &id, &json!({"states": ["submitted"]}));
    assert_eq!(faults(&bad), [("/states/0".to_owned(), "already_submitted".to_owned())]);
    // Whose deadline has passed can submit nothing, and is not reminded.
    extend(&admin, &id, &json!({"organisation": "SN"}), &t.clock.now().plus(20 * DAY).to_string()).expect(201);
    t.pass(11 * DAY);
    let late = remind(&t.admin(), &id, &json!({"states": ["not_started"]})).expect(201);
    let organisations: Vec<&Value> = late["data"].as_array().unwrap().iter().map(|row| &row["organisation"]).collect();
    assert_eq!((organisations, reminders(&t, &awa.email)), (vec![&json!("SN")], 1));
}

#[story]
fn a_calendar_reminds_once_before_each_deadline(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let (awa, john) = (t.ncp("SN"), t.ncp("KE"));
    let mut round = ten_days(&t, "scs");
    round["calendar"] = json!([{"days": 3, "states": ["not_started"]}, {"days": 30, "states": ["not_started"]}]);
    let id = opened(&admin, &round);
    let count = || [&awa, &john].map(|person| reminders(&t, &person.email));
    days_pass(&t, 6);
    assert_eq!(count(), [0, 0], "thirty days before, it had not opened");
    let deadline = t.clock.now().plus(9 * DAY).to_string();
    extend(&t.admin(), &id, &json!({"organisation": "SN"}), &deadline).expect(201);
    days_pass(&t, 1);
    assert_eq!(count(), [0, 1], "three days before; another deadline lies further ahead");
    t.run(t.portal.run_maintenance_once()).unwrap();
    days_pass(&t, 4);
    assert_eq!(count(), [0, 1], "once");
    days_pass(&t, 1);
    assert_eq!(count(), [1, 1], "three days before its own deadline");
    let list = t.admin().get(&format!("/rounds/{id}/reminders")).expect(200);
    let days: BTreeSet<Option<i64>> = list["data"].as_array().unwrap().iter().map(|row| row["days"].as_i64()).collect();
    assert!(days.contains(&Some(3)), "{list}");
    let log = t.admin().get("/audit?action=round_reminded").expect(200);
    assert_eq!(log["data"][0]["actor_id"], Value::Null, "the portal itself");
}

#[story]
fn a_minute_in_which_nothing_is_due_for_a_round_writes_nothing(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    t.ncp("SN");
    let mut round = ten_days(&t, "scs");
    round["calendar"] = json!([{"days": 3, "states": ["not_started"]}]);
    let id = opened(&admin, &round);
    // A deadline that nobody has any more is in the ledger, and no reminder of it is due.
    extend(&admin, &id, &json!("all"), &t.clock.now().plus(12 * DAY).to_string()).expect(201);
    let subject = id.parse().unwrap();
    note_attempt(&t, "rounds", subject);
    for _ in 0..8 {
        days_pass(&t, 1);
        assert!(has_attempt(&t, "rounds", subject), "nobody touched it");
    }
    days_pass(&t, 1);
    assert!(!has_attempt(&t, "rounds", subject), "the reminder is sent, and a run ends what it began");
    days_pass(&t, 1);
    note_attempt(&t, "rounds", subject);
    days_pass(&t, 1);
    assert!(has_attempt(&t, "rounds", subject), "it is sent once");
    days_pass(&t, 1);
    assert!(!has_attempt(&t, "rounds", subject), "the round closes");
}
