//! What a restored portal holds, and what of its files stays: on a clock that the story moves.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use portal::background::{Done, Job as _};
use portal::backup;
use portal::bounces::mailbox::Mailbox;
use portal::config::{self, Sources};
use portal::db::Id;
use portal::db::schema::restore_hold;
use portal::restore_hold::Hold;
use portal::storage::{FileFaultKind, Scope, give_up, keep, release};
use serde_json::json;

use super::{folder, store};
use crate::bounces;
use crate::instances::Site;
use crate::reading;
use crate::support::backend::Backend;
use crate::support::endpoint::Endpoint;
use crate::support::{Expect as _, TestApp, story};
use crate::webhooks;

/// As if it had just been restored from a backup of this minute.
fn hold(t: &TestApp) {
    let now = t.clock.now();
    let begin =
        t.portal.db.write(move |conn| portal::restore_hold::begin(conn, Hold { taken_at: now, restored_at: now }));
    t.run(begin).unwrap();
}

fn held(t: &TestApp, what: &str) -> i64 {
    let held = t.run(backup::held(&t.portal.db)).unwrap().expect("it is held");
    held.waiting.iter().find(|waiting| waiting.what.contains(what)).unwrap().count
}

fn files(t: &TestApp) -> BTreeSet<String> {
    let entries = std::fs::read_dir(t.files()).unwrap().flatten();
    entries.filter(|it| it.path().is_file()).map(|it| it.file_name().into_string().unwrap()).collect()
}

/// Stores a file; its row is that of a letter, which this story does without.
fn put(t: &TestApp, content: &'static str) -> Id {
    let slot = t.run(t.portal.storage.slot()).unwrap();
    let id = t.run(t.portal.storage.put(slot, content)).unwrap();
    let now = t.clock.now();
    t.run(t.portal.db.write(move |conn| keep(conn, id, now))).unwrap();
    id
}

#[story]
fn no_mail_webhook_or_announcement_leaves_before_the_release(t: TestApp) {
    let (awa, admin, endpoint) = (t.ncp("SN"), t.admin(), Endpoint::start());
    let (webhook, _) = webhooks::add(&admin, &endpoint.url(), &["*"]);
    t.deliver();
    t.tell();
    let (mails, events) = (t.receiver.inbox().len(), endpoint.received().len());
    hold(&t);
    // A mail of the portal, an announcement, and a ping to the endpoint.
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let announcement = bounces::announce(&t, None);
    webhooks::ping(&admin, &webhook);
    for _ in 0..3 {
        t.deliver();
        t.tell();
        t.pass(Duration::from_secs(1));
    }
    assert_eq!((t.receiver.inbox().len(), endpoint.received().len()), (mails, events), "nothing has left");
    assert!(held(&t, "portal itself") > 0 && held(&t, "webhooks") > 0);
    assert_eq!(held(&t, "being sent"), 1);
    assert_eq!(t.admin().get(&format!("/announcements/{announcement}")).expect(200)["status"], "sending");

    t.run(backup::release(&t.portal.announcements, None)).unwrap();
    assert!(t.run(backup::held(&t.portal.db)).unwrap().is_none());
    t.mail_about(&awa.email, "News");
    t.mail_about(&awa.email, "Choose a new password");
    t.tell();
    assert!(endpoint.received().len() > events);
    let told = t.admin().get("/audit?action=restore_released").expect(200);
    assert_eq!(told["data"].as_array().unwrap().len(), 1);
}

#[story]
fn what_is_older_is_dropped_and_what_is_newer_leaves(t: TestApp) {
    let (awa, admin, endpoint) = (t.ncp("SN"), t.admin(), Endpoint::start());
    let (webhook, _) = webhooks::add(&admin, &endpoint.url(), &["*"]);
    t.deliver();
    t.tell();
    hold(&t);
    let old = bounces::announce(&t, None);
    webhooks::ping(&admin, &webhook);
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let arrived = || t.receiver.inbox().iter().filter(|mail| mail.to == awa.email).count();
    let before = arrived();
    t.pass(Duration::from_hours(2));
    let bound = t.clock.now().minus(Duration::from_hours(1));
    let told = t.run(backup::held(&t.portal.db)).unwrap().expect("it is held").waiting;
    let dropped = t.run(backup::release(&t.portal.announcements, Some(bound))).unwrap();
    // In the units in which it was told to wait.
    for what in ["announcements that are being sent", "mails of announcements and digests", "deliveries to webhooks"] {
        let waited = told.iter().find(|waiting| waiting.what == what).map(|waiting| waiting.count);
        let count = dropped.iter().find(|dropped| dropped.what == what).map_or(0, |dropped| dropped.count);
        assert_eq!(i64::try_from(count).ok(), waited, "{what}: {dropped:?}");
    }
    assert!(dropped.iter().any(|dropped| dropped.what == "mails of the portal itself"), "{dropped:?}");
    assert_eq!(t.admin().get(&format!("/announcements/{old}")).expect(200)["status"], "cancelled");
    t.tell();
    let pinged = endpoint.received().iter().filter(|event| event.json()["type"] == "webhook.ping").count();
    assert_eq!(pinged, 0, "the ping was dropped");
    t.deliver();
    assert_eq!(arrived(), before, "neither the link nor the announcement");
    bounces::announce(&t, None);
    t.mail_about(&awa.email, "News");
}

#[story]
fn what_is_due_by_the_calendar_while_it_is_held_is_counted_and_can_be_dropped(t: TestApp) {
    let awa = t.ncp("SN");
    reading::choose(&awa, "daily");
    reading::announce(&t.admin(), "News", &json!({"topic": "news"}));
    t.deliver();
    hold(&t);
    t.pass(reading::UNTIL_SEVEN);
    reading::keep_house(&t);
    t.deliver();
    let digests = || {
        let is_digest = |subject: &str| subject.contains("digest") || subject.contains("récapitulatif");
        t.inbox(&awa.email).iter().filter(|mail| is_digest(&mail.subject)).count()
    };
    assert!(held(&t, "since the restoration") > 0, "the original may have sent it too");
    t.pass(Duration::from_secs(1));
    t.run(backup::release(&t.portal.announcements, Some(t.clock.now()))).unwrap();
    reading::keep_house(&t);
    t.deliver();
    assert_eq!(digests(), 0, "it was dropped, and is not written again");
    reading::announce(&t.admin(), "More news", &json!({"topic": "news"}));
    t.deliver();
    t.pass(reading::DAY);
    reading::keep_house(&t);
    t.deliver();
    assert_eq!(digests(), 1);
}

#[story]
fn a_held_portal_leaves_the_reports_of_a_mailbox_to_the_original(t: TestApp) {
    // Nobody answers there: whoever reads it fails.
    let overrides = vec!["bounces.imap_url=imap://robot:tiger@127.0.0.1:1".to_owned()];
    let settings = config::load(&Sources { overrides, ..Sources::default() }).unwrap();
    let (bounces, troubles) = (t.portal.bounces.clone(), t.portal.troubles.clone());
    let mut mailbox = Mailbox::configured(&settings.bounces, bounces, troubles).unwrap().unwrap();
    hold(&t);
    assert_eq!(t.run(mailbox.step()).unwrap(), Done::Things(0));
    t.run(backup::release(&t.portal.announcements, None)).unwrap();
    assert!(t.run(mailbox.step()).is_err(), "it is read again");
}

#[story]
fn a_file_that_a_row_names_is_not_given_up(t: TestApp) {
    let give_up = |id: Id| t.run(t.portal.db.write(move |conn| give_up(conn, id))).unwrap();
    // As where the answer of the unit of work that kept it was lost.
    let kept = put(&t, "a letter");
    assert!(!give_up(kept));
    let slot = t.run(t.portal.storage.slot()).unwrap();
    let lost = t.run(t.portal.storage.put(slot, "another letter")).unwrap();
    assert!(give_up(lost));
    let now = t.clock.now();
    assert!(t.run(t.portal.db.write(move |conn| keep(conn, lost, now))).is_err(), "nobody keeps it any more");
    t.run(t.portal.storage.discard(vec![lost]));
    assert_eq!(files(&t), BTreeSet::from([kept.to_string()]));
}

#[story]
fn the_portal_says_that_it_holds_and_when_it_does_not_any_more(t: TestApp) {
    let part = || t.portal.troubles.all().first().map(|trouble| trouble.part.as_str());
    hold(&t);
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(part(), Some("restore_hold"));
    let ready = t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    assert_eq!(ready["status"], "degraded");
    t.run(backup::release(&t.portal.announcements, None)).unwrap();
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(part(), None);
    let rows = t.run(t.portal.db.read(|conn| Ok(restore_hold::table.count().get_result::<i64>(conn)?)));
    assert_eq!(rows.unwrap(), 0);
}

#[story("storage.rest_hours=24")]
fn a_released_file_rests_for_a_day_and_a_held_portal_deletes_none(t: TestApp) {
    let id = put(&t, "a letter");
    let now = t.clock.now();
    t.run(t.portal.db.write(move |conn| release(conn, id, now))).unwrap();
    t.run(t.portal.storage.discard_released(vec![id]));
    t.pass(Duration::from_hours(23));
    t.run(t.portal.storage.sweep()).unwrap();
    assert!(files(&t).contains(&id.to_string()), "a backup may still name it");
    hold(&t);
    t.pass(Duration::from_hours(2));
    t.run(t.portal.storage.sweep()).unwrap();
    assert!(files(&t).contains(&id.to_string()), "the folder may be that of the original");
    t.run(backup::release(&t.portal.announcements, None)).unwrap();
    t.run(t.portal.storage.sweep()).unwrap();
    assert!(files(&t).is_empty());
}

#[story]
fn a_missing_an_altered_and_a_foreign_file_are_found_and_counted(t: TestApp) {
    let [whole, lost, altered] = ["one", "two", "three"].map(|content| put(&t, content));
    let verify = |scope: Scope| t.run(t.portal.storage.verify(scope)).unwrap();
    let verdict = verify(Scope::All);
    assert!(verdict.listed && verdict.faults.is_empty() && verdict.verified == 3, "{verdict:?}");
    std::fs::remove_file(t.files().join(lost.to_string())).unwrap();
    // The content of another one: it opens with the key, but not under this name.
    std::fs::copy(t.files().join(whole.to_string()), t.files().join(altered.to_string())).unwrap();
    std::fs::write(t.files().join("stranger"), "of nobody").unwrap();
    let found: BTreeSet<(FileFaultKind, String)> =
        verify(Scope::All).faults.into_iter().map(|fault| (fault.kind, fault.name)).collect();
    let expected = [
        (FileFaultKind::Missing, lost.to_string()),
        (FileFaultKind::Altered, altered.to_string()),
        (FileFaultKind::Foreign, "stranger".to_owned()),
    ];
    assert_eq!(found, BTreeSet::from(expected));
    assert_eq!(t.portal.storage.faults().found(FileFaultKind::Missing), 1);
    // Each hour a sample is verified: here it has all three.
    let verified = t.portal.storage.faults().verified();
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(t.portal.storage.faults().verified(), verified, "not within the first hour");
    t.pass(Duration::from_mins(61));
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert!(t.portal.storage.faults().verified() >= verified + 3);
    assert_eq!(t.portal.storage.faults().found(FileFaultKind::Altered), 2);
}

#[story]
fn the_command_tells_by_its_exit_code_what_it_found(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let (code, said) = site.code(&["files", "verify"]);
    assert_eq!(code, 0, "{said}");
    std::fs::write(folder(&site, "files").join("stranger"), "of nobody").unwrap();
    let (code, said) = site.code(&["files", "verify"]);
    assert!(code == 11 && said.contains("FOREIGN stranger"), "{said}");
    let id = store(&site, "sealed with no key");
    let (code, said) = site.code(&["files", "verify", "--sample", "5"]);
    assert!(code == 10 && said.contains(&format!("ALTERED {id}")), "{said}");
}
