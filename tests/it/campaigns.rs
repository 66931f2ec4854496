//! The way of an announcement: begun in time, sent in steps, paused, tried again. Named after the goals.
//!
//! `approval` has what a second person approves and who tests it, `readers` whom an announcement reaches, in which
//! language, and who leaves.

mod approval;
mod readers;

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::announcements::{counts, summary};
use crate::support::{Application, Expect as _, Person, TestApp, story};

const HOUR: Duration = Duration::from_hours(1);

fn draft(more: &Value) -> Value {
    let mut draft =
        json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    for (key, value) in more.as_object().unwrap() {
        draft[key] = value.clone();
    }
    draft
}

fn compose(admin: &Person, more: &Value) -> String {
    admin.post("/announcements", &draft(more)).expect(201)["id"].as_str().unwrap().to_owned()
}

fn act(admin: &Person, id: &str, deed: &str) -> Answer {
    admin.post(&format!("/announcements/{id}/{deed}"), &json!({}))
}

fn status(admin: &Person, id: &str) -> Value {
    admin.get(&format!("/announcements/{id}")).expect(200)["status"].clone()
}

fn news(t: &TestApp, person: &Person) -> usize {
    t.inbox(&person.email).iter().filter(|mail| mail.subject == "News").count()
}

/// A second administrator, logged in with two factors.
fn colleague(t: &TestApp) -> Person {
    t.set_up("colleague@portal.example", "Colleague");
    t.with_app(&t.login("colleague@portal.example"))
}

#[story("announcements.approval=false")]
fn goal_6_people_are_addressed_step_by_step_and_each_once(t: TestApp) {
    t.seed(4_500);
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    // Three steps of up to two thousand; no mail is written before the first.
    act(&admin, &id, "send").expect(202);
    assert_eq!(summary(&admin, &id), counts(&[]));
    t.dispatch();
    assert_eq!(summary(&admin, &id), counts(&[("total", 4_500), ("pending", 4_500)]));
    assert_eq!(admin.get(&format!("/announcements/{id}")).expect(200)["recipients"], 4_500);
    t.dispatch();
    assert_eq!(summary(&admin, &id)["total"], 4_500, "what is done is done");
}

#[story]
fn goal_11_a_pause_holds_mails_back_and_cancelling_ends_them(t: TestApp) {
    let (awa, _) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    act(&admin, &id, "send").expect(202);
    act(&admin, &id, "pause").expect(200);
    assert_eq!(news(&t, &awa), 0);
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("pending", 2)]), "addressed, and held back");
    assert_eq!(status(&admin, &id), "paused");
    assert_eq!(act(&admin, &id, "pause").refused(409), "announcement_not_possible_now");
    act(&admin, &id, "resume").expect(200);
    assert_eq!(news(&t, &awa), 1);
    assert_eq!(status(&admin, &id), "sent");

    let other = compose(&admin, &json!({}));
    act(&admin, &other, "send").expect(202);
    let why = json!({"reason": "Wrong date."});
    let cancelled = admin.post(&format!("/announcements/{other}/cancel"), &why).expect(200);
    assert_eq!((&cancelled["status"], &cancelled["reason"]), (&json!("cancelled"), &json!("Wrong date.")));
    assert_eq!(news(&t, &awa), 1, "the first alone");
    assert_eq!(summary(&admin, &other), counts(&[("total", 2), ("cancelled", 2)]));
    assert_eq!(act(&admin, &other, "resume").refused(409), "announcement_not_possible_now");
}

#[story]
fn goal_14_of_two_who_begin_at_once_one_does_and_later_sending_is_refused(t: TestApp) {
    t.ncp("SN");
    let (admin, other) = (t.admin(), colleague(&t));
    let id = compose(&admin, &json!({}));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = [&admin, &other, &admin, &other]
            .map(|person| scope.spawn(|| act(person, &id, "send").status))
            .into_iter()
            .collect();
        tries.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|&&status| status == 202).count(), 1, "{statuses:?}");
    t.deliver();
    assert_eq!(act(&admin, &id, "send").refused(409), "already_sent");
    assert_eq!(summary(&admin, &id), counts(&[("total", 1), ("sent", 1)]));
}

#[story]
fn goal_43_it_begins_in_time_or_is_held(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    let path = format!("/announcements/{id}");
    let schedule = |at| json!({"send_at": at, "zone": "Africa/Dakar"});
    assert_eq!(admin.post(&format!("{path}/schedule"), &schedule(t.clock.now())).refused(422), "invalid");
    let scheduled = admin.post(&format!("{path}/schedule"), &schedule(t.clock.now().plus(HOUR))).expect(200);
    assert_eq!(scheduled["status"], "scheduled");
    assert!(scheduled["send_at_local"].as_str().unwrap().ends_with("+00:00[Africa/Dakar]"), "{scheduled}");
    assert_eq!(news(&t, &awa), 0);
    t.pass(HOUR);
    assert_eq!(news(&t, &awa), 1);
    assert_eq!(status(&t.admin(), &id), "sent");

    // The portal was down for more than an hour: the announcement is outdated.
    let admin = t.admin();
    let late = compose(&admin, &json!({}));
    admin.post(&format!("/announcements/{late}/schedule"), &schedule(t.clock.now().plus(HOUR))).expect(200);
    t.pass(2 * HOUR + Duration::from_secs(1));
    assert_eq!(news(&t, &awa), 1);
    let admin = t.admin();
    let held = admin.get(&format!("/announcements/{late}")).expect(200);
    assert_eq!((&held["status"], &held["cause"]), (&json!("held"), &json!("overdue")));
    assert_eq!(t.newest_mail(&admin.email).subject, "Not sent: News");
    act(&admin, &late, "send").expect(202);
    assert_eq!(news(&t, &awa), 2);

    let never = compose(&admin, &json!({}));
    admin.post(&format!("/announcements/{never}/schedule"), &schedule(t.clock.now().plus(HOUR))).expect(200);
    assert_eq!(act(&admin, &never, "unschedule").expect(200)["status"], "approved");
    t.pass(HOUR);
    assert_eq!(news(&t, &awa), 2);
}

#[story]
fn goal_44_only_what_failed_is_tried_again(t: TestApp) {
    use portal::demo::receiver::Verdict;
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    t.mail_server_answers(&awa.email, [Verdict::Refuse("550 5.1.1 unknown")]);
    let id = compose(&admin, &json!({}));
    act(&admin, &id, "send").expect(202);
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("sent", 1), ("failed", 1)]));
    assert_eq!(status(&admin, &id), "sent");
    let retried = act(&admin, &id, "deliveries/retry-failed").expect(202);
    assert_eq!((&retried["pending"], &retried["sent"]), (&json!(1), &json!(1)));
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (1, 1));
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("sent", 2)]));
}

#[story]
fn much_that_fails_halts_it_until_somebody_says_so(t: TestApp) {
    use portal::demo::receiver::Verdict;
    t.seed(60);
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    act(&admin, &id, "send").expect(202);
    t.dispatch();
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    let (first, others) = rows.split_first().unwrap();
    t.mail_server_answers(first["to_address"].as_str().unwrap(), [Verdict::Refuse("451 4.3.0 later")]);
    for row in others {
        t.mail_server_answers(row["to_address"].as_str().unwrap(), [Verdict::Refuse("550 5.7.1 no")]);
    }
    t.deliver();
    let halted = admin.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!((&halted["status"], &halted["cause"]), (&json!("paused"), &json!("many_failures")));
    assert_eq!(t.newest_mail(&admin.email).subject, "Sending paused: News");
    act(&admin, &id, "resume").expect(200);
    t.pass(HOUR);
    t.deliver();
    assert_eq!(summary(&t.admin(), &id), counts(&[("total", 60), ("sent", 1), ("failed", 59)]));
}
