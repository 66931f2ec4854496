//! Before an announcement is sent: a test for the Secretariat, and the approval by a second person.

use std::time::Duration;

use serde_json::json;

use super::{HOUR, act, colleague, compose, news, status};
use crate::announcements::{counts, summary};
use crate::support::{Application, Expect as _, Person, TestApp, story};

#[story]
fn goal_41_a_test_goes_to_the_secretariat_and_counts_nowhere(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    let tested = act(&admin, &id, "test").expect(202);
    assert_eq!(tested["mails"], 1);
    assert!(t.inbox(&admin.email).iter().any(|mail| mail.subject == "[TEST] News"));
    assert_eq!(summary(&admin, &id), counts(&[]));
    assert_eq!(status(&admin, &id), "draft");
    let to = json!({"to": [awa.email]});
    assert_eq!(admin.post(&format!("/announcements/{id}/test"), &to).refused(422), "invalid");
    assert_eq!(news(&t, &awa), 0);
}

#[story("announcements.approval_above=1")]
fn goal_42_a_second_person_approves_exactly_what_was_submitted(t: TestApp) {
    let (awa, _) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let (admin, other) = (t.admin(), colleague(&t));
    let id = compose(&admin, &json!({}));
    assert_eq!(act(&admin, &id, "send").refused(409), "approval_needed");
    let soon = json!({"send_at": t.clock.now().plus(HOUR)});
    let scheduled = admin.post(&format!("/announcements/{id}/schedule"), &soon);
    assert_eq!(scheduled.refused(409), "approval_needed", "no way around");
    act(&admin, &id, "submit").expect(200);
    let hears = |person: &Person| t.inbox(&person.email).iter().any(|mail| mail.subject == "To be approved: News");
    assert_eq!((hears(&admin), hears(&other)), (false, true));
    assert_eq!(act(&admin, &id, "approve").refused(403), "second_person_needed");
    assert_eq!(act(&other, &id, "send").refused(409), "announcement_not_possible_now");
    // A changed announcement is a draft again.
    admin.patch(&format!("/announcements/{id}"), &json!({"acknowledge": true})).expect(200);
    assert_eq!(act(&other, &id, "approve").refused(409), "announcement_not_possible_now");
    let hash = act(&admin, &id, "submit").expect(200)["content_hash"].clone();
    let another = json!({"content_hash": "00"});
    assert_eq!(other.post(&format!("/announcements/{id}/approve"), &another).refused(409), "content_changed");
    let approved = other.post(&format!("/announcements/{id}/approve"), &json!({"content_hash": hash})).expect(200);
    assert_eq!(approved["status"], "approved");
    act(&admin, &id, "send").expect(202);
    assert_eq!(news(&t, &awa), 1);
    let entries = admin.all(&format!("/audit?subject={id}&action=announcement_changed"));
    assert!(entries.iter().any(|entry| entry["detail"]["event"] == "approve"), "{entries:?}");

    // A person who changes another author's text does not approve it.
    let second = compose(&admin, &json!({}));
    other.patch(&format!("/announcements/{second}"), &json!({"public": true})).expect(200);
    act(&admin, &second, "submit").expect(200);
    assert_eq!(act(&other, &second, "approve").refused(403), "second_person_needed");
    let rejected = admin.post(&format!("/announcements/{second}/reject"), &json!({"reason": "Not yet."})).expect(200);
    assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("draft"), &json!("Not yet.")));
    let told = t.newest_mail(&other.email);
    assert!(
        told.subject == "Announcement not approved: News" && told.text.contains(":\n\n> Not yet.\n"),
        "{}",
        told.text
    );
}

#[story("announcements.approval_above=1")]
fn one_whose_audience_has_grown_is_held_and_may_be_submitted(t: TestApp) {
    let awa = t.ncp("SN");
    let (admin, other) = (t.admin(), colleague(&t));
    let id = compose(&admin, &json!({}));
    let soon = json!({"send_at": t.clock.now().plus(Duration::from_mins(1))});
    admin.post(&format!("/announcements/{id}/schedule"), &soon).expect(200);
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    t.pass(Duration::from_mins(1));
    assert_eq!(news(&t, &awa), 0);
    let held = admin.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!((&held["status"], &held["cause"]), (&json!("held"), &json!("approval_needed")));
    let submitted = act(&admin, &id, "submit").expect(200);
    assert_eq!((&submitted["status"], &submitted["send_at"]), (&json!("submitted"), &json!(null)));
    act(&other, &id, "approve").expect(200);
    act(&admin, &id, "send").expect(202);
    assert_eq!(news(&t, &awa), 1);
}

#[story("announcements.approval_above=1")]
fn a19_nobody_makes_the_second_person(t: TestApp) {
    let _ = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    let join = |name: &str| {
        let person = t.with_app(&t.member(&Application::new("KE", name)));
        let user = person.get("/me").expect(200)["id"].clone();
        let form = json!({"user_id": user, "organisation": "KE", "role": "secretariat"});
        t.admin().post("/appointments", &form).expect(201);
        t.pass(Duration::from_mins(1));
        t.login(&person.email)
    };
    let made = join("Wanjiru Kamau");
    let id = compose(&t.admin(), &json!({}));
    act(&t.admin(), &id, "submit").expect(200);
    assert_eq!(act(&made, &id, "approve").refused(403), "approver_not_independent");
    assert_eq!(status(&t.admin(), &id), "submitted");
    // Nor the first person's approval for what the second one writes, nor that of another one made.
    let own = compose(&made, &json!({}));
    act(&made, &own, "submit").expect(200);
    let sibling = join("Njeri Mwangi");
    for officer in [&t.admin(), &sibling] {
        assert_eq!(act(officer, &own, "approve").refused(403), "approver_not_independent");
    }
    // Somebody whom the operator set up approves at once, and the newcomer after thirty days.
    act(&colleague(&t), &id, "approve").expect(200);
    t.pass(HOUR * 24 * 30);
    let second = compose(&t.admin(), &json!({}));
    act(&t.admin(), &second, "submit").expect(200);
    act(&t.login(&made.email), &second, "approve").expect(200);
}
