//! The feed of changes: a copy that follows it is correct, and has nothing that its reader may not see.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

/// A copy of the directory, kept by the feed.
#[derive(Default)]
struct Copy {
    contacts: BTreeMap<String, Value>,
    members: usize,
    since: Option<String>,
}

impl Copy {
    /// Follows the feed to its end; returns how many changes there were.
    fn follow(&mut self, reader: &Person) -> usize {
        let mut changes = 0;
        loop {
            let path = self
                .since
                .as_ref()
                .map_or_else(|| "/changes?limit=50".to_owned(), |since| format!("/changes?limit=50&since={since}"));
            let page = reader.get(&path).expect(200);
            for change in page["data"].as_array().unwrap() {
                changes += 1;
                let id = change["id"].as_str().unwrap().to_owned();
                match (change["kind"].as_str().unwrap(), change["gone"].as_bool().unwrap()) {
                    ("contact", true) => drop(self.contacts.remove(&id)),
                    ("contact", false) => drop(self.contacts.insert(id, change["contact"].clone())),
                    _ => self.members += 1,
                }
            }
            self.since = Some(page["since"].as_str().unwrap().to_owned());
            if page["page"]["next_cursor"].is_null() {
                return changes;
            }
        }
    }

    fn is_true_for(&self, reader: &Person) {
        let mut listed: Vec<Value> = reader.all("/contacts");
        listed.sort_by_key(|row| row["id"].as_str().unwrap().to_owned());
        assert_eq!(self.contacts.values().cloned().collect::<Vec<_>>(), listed);
    }
}

#[story]
fn a_copy_that_follows_the_feed_is_true(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    t.seed(120);
    let mut copy = Copy::default();
    copy.follow(&awa);
    copy.is_true_for(&awa);
    assert_eq!(copy.members, 188);
    assert_eq!(copy.follow(&awa), 0);
    // A person joins, one changes the profile, one hides a field, one is suspended.
    let marie = t.member(&Application::new("FR", "Marie Curie"));
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    marie.patch("/me", &json!({"job_title": "Cheffe", "languages": ["fr", "pl"]})).expect(200);
    marie.patch("/me", &json!({"email_audience": "secretariat"})).expect(200);
    assert_eq!(copy.follow(&awa), 2, "each once, as it is now");
    copy.is_true_for(&awa);
    let id = wanjiru.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/users/{id}/suspend"), &json!({"reason": "left"})).expect(200);
    assert_eq!(copy.follow(&awa), 1);
    copy.is_true_for(&awa);
    assert!(!copy.contacts.values().any(|contact| contact["name"] == "Wanjiru Kamau"));
    admin.post(&format!("/users/{id}/reinstate"), &json!({})).expect(200);
    assert_eq!(copy.follow(&awa), 1);
    copy.is_true_for(&awa);
}

#[story]
fn nothing_is_told_twice_and_nothing_is_left_out(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(30);
    // By pages of `cursor`, as any list is read.
    let all = awa.all("/changes");
    let mut ids: Vec<&str> = all.iter().map(|change| change["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 188 + 31);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 188 + 31);
    for (path, pointer) in [("since=abc", "since"), ("cursor=abc", "cursor"), ("limit=0", "limit")] {
        let answer = awa.get(&format!("/changes?{path}"));
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
        assert_eq!(answer.refused(400), "bad_query");
    }
}

#[story]
fn what_is_gone_is_told_and_after_a_while_forgotten(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let mut copy = Copy::default();
    copy.follow(&awa);
    let before = copy.since.clone().unwrap();
    let id = wanjiru.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/users/{id}/suspend"), &json!({"reason": "left"})).expect(200);
    let sweep = |bound: portal::time::Timestamp| {
        t.run(t.portal.db.write(move |conn| portal::changes::sweep(conn, bound))).unwrap()
    };
    assert_eq!(sweep(t.clock.now()), 0, "what is gone since then is kept");
    let told = awa.get(&format!("/changes?since={before}")).expect(200);
    assert_eq!((&told["data"][0]["gone"], &told["data"][0].get("contact")), (&json!(true), &None));
    assert_eq!(copy.follow(&awa), 1);
    assert_eq!(sweep(t.clock.now().plus(Duration::from_secs(1))), 1);
    assert_eq!(copy.follow(&awa), 0, "who has heard of it goes on");
    assert_eq!(awa.get(&format!("/changes?since={before}")).refused(410), "changes_forgotten");
    let mut anew = Copy::default();
    anew.follow(&awa);
    anew.is_true_for(&awa);
    copy.is_true_for(&awa);
}

#[story]
fn a_token_is_its_readers_own(t: TestApp) {
    let (awa, marie) = (t.ncp("SN"), t.member(&Application::new("FR", "Marie Curie")));
    let since = awa.get("/changes?limit=100").expect(200)["since"].as_str().unwrap().to_owned();
    awa.get(&format!("/changes?since={since}")).expect(200);
    assert_eq!(marie.get(&format!("/changes?since={since}")).refused(410), "changes_forgotten");
    // When rights change, a reader may have to delete rows of its copy.
    awa.patch("/me", &json!({"preferred_language": "fr"})).expect(200);
    assert_eq!(awa.get(&format!("/changes?since={since}")).refused(410), "changes_forgotten");
    let half = &since[..since.len() - 2];
    assert_eq!(awa.get(&format!("/changes?since={half}")).refused(400), "bad_query");
    let cursor = awa.get("/members?limit=5").expect(200)["page"]["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(awa.get(&format!("/changes?since={cursor}")).refused(400), "bad_query", "of another list");
}

#[story]
fn numbers_come_in_the_order_of_commits(t: TestApp) {
    use portal::changes::{self, EntryKind};
    use portal::db::{Access, Conn, Id, open};
    let target = t.portal.db.target().clone();
    let place = t.run(t.portal.db.read(changes::present)).unwrap();
    // Two at once on PostgreSQL: the second waits for the first, so that no reader passes by the first's number.
    let (go, may_end) = std::sync::mpsc::channel::<()>();
    let (held, is_held) = std::sync::mpsc::channel::<()>();
    let now = t.clock.now();
    let random = portal::random::Random::seeded(3);
    let (first, second) = (Id::new(now, &random), Id::new(now, &random));
    std::thread::scope(|scope| {
        let target = &target;
        let slow = scope.spawn(move || {
            open(target, Access::Write).unwrap().transaction_for_write(|conn: &mut Conn| {
                changes::record(conn, EntryKind::Contact, &[first], false, now)?;
                held.send(()).unwrap();
                may_end.recv().unwrap();
                Ok(())
            })
        });
        is_held.recv().unwrap();
        let quick = scope.spawn(move || {
            let mut conn = open(target, Access::Write).unwrap();
            conn.transaction_for_write(|conn| changes::record(conn, EntryKind::Contact, &[second], false, now))
        });
        let (seen, _) = t.run(t.portal.db.read(move |conn| changes::since(conn, place, 10))).unwrap();
        assert!(seen.is_empty(), "neither, as long as the first is open");
        go.send(()).unwrap();
        slow.join().unwrap().unwrap();
        quick.join().unwrap().unwrap();
    });
    let (seen, _) = t.run(t.portal.db.read(move |conn| changes::since(conn, place, 10))).unwrap();
    assert_eq!(seen.iter().map(|change| change.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!(seen[1].seq, seen[0].seq + 1);
}

#[story("directory.export_per_day=10")]
fn a_feed_counts_against_the_days_quota(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(15);
    let mut path = "/changes?limit=100".to_owned();
    let refused = loop {
        let answer = awa.get(&path);
        if answer.status != 200 {
            break answer;
        }
        path = format!("/changes?limit=100&since={}", answer.json()["since"].as_str().unwrap());
    };
    assert_eq!(refused.refused(429), "quota_used");
    assert_eq!(awa.get("/changes?limit=100").expect(200)["data"][0]["kind"], "member", "which are no secret");
}
