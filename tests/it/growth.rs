//! Growth: writers who do not wait for each other and a feed that misses nothing of them, processes with wrong clocks,
//! rows that end, and a portal that is only read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use portal::audit::{self, ChainVerdict};
use portal::changes::{self, EntryKind};
use portal::db::schema::{change, contact, idempotency, users};
use portal::db::{self, Access, Conn, Id, Target};
use portal::directory::{self, ContactChange};
use portal::time::Clock;
use serde_json::{Value, json};

use crate::announcements::summary;
use crate::instances::{PATIENCE, Site, within};
use crate::support::backend::Backend;
use crate::support::endpoint::{Endpoint, Reply};
use crate::support::{Expect as _, Person, TestApp, story};
use crate::webhooks;

const HOUR: Duration = Duration::from_hours(1);
const WRITERS: usize = 4;
const TITLES: [&str; 3] = ["Zollinspektorin", "Inspecteur", "Director"];
const LANGUAGES: [&str; 3] = ["fr", "de", "en"];

fn open(t: &TestApp) -> Conn {
    db::open(t.portal.db.target(), Access::Write).unwrap()
}

/// The people with a listed contact.
fn people(conn: &mut Conn) -> Vec<Id> {
    contact::table.filter(contact::listed.eq(true)).order(contact::id).select(contact::user_id).load(conn).unwrap()
}

/// Counts a writer that ends, also by a failure: the reader would look for ever.
struct Writing<'a>(&'a AtomicUsize);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Changes the contacts of these people from several connections at once, each from another end and everybody twice.
fn change_at_once(t: &TestApp, people: &[Id], done: &AtomicUsize) {
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            scope.spawn(move || {
                let _writing = Writing(done);
                let mut conn = open(t);
                for round in 0..2 {
                    for step in 0..people.len() {
                        let person = people[(step + writer * people.len() / WRITERS) % people.len()];
                        let kind = (writer + round + step) % TITLES.len();
                        let change = ContactChange {
                            job_title: Some(Some(format!("{} {writer}", TITLES[kind]))),
                            languages: Some(vec![LANGUAGES[kind].to_owned()]),
                            ..ContactChange::default()
                        };
                        let now = t.clock.now();
                        conn.transaction_for_write(|conn| directory::change(conn, person, &change, now)).unwrap();
                    }
                }
            });
        }
    });
}

#[story]
fn o38_a_reader_of_changes_misses_nothing_of_writers_at_once(t: TestApp) {
    t.seed(24);
    let people = people(&mut open(&t));
    let done = AtomicUsize::new(0);
    let seen: BTreeSet<i64> = std::thread::scope(|scope| {
        let (t, done) = (&t, &done);
        let reader = scope.spawn(move || {
            let (mut conn, mut seen) = (open(t), BTreeSet::new());
            let mut place = changes::beginning(&mut conn).unwrap();
            loop {
                // Asked before the changes are read: what follows the last writer is read by the last look.
                let was_done = done.load(Ordering::SeqCst) == WRITERS;
                let (read, next) = changes::since(&mut conn, place, 5).unwrap();
                let numbers: Vec<i64> = read.iter().map(|change| change.seq).collect();
                assert!(numbers.is_sorted() && numbers.iter().all(|number| !seen.contains(number)), "{numbers:?}");
                seen.extend(&numbers);
                place = next;
                if was_done && read.is_empty() {
                    return seen;
                }
            }
        });
        change_at_once(t, &people, done);
        reader.join().unwrap()
    });
    let stored: Vec<i64> =
        change::table.filter(change::kind.eq(EntryKind::Contact)).select(change::seq).load(&mut open(&t)).unwrap();
    assert!(stored.len() >= people.len());
    let missed: Vec<&i64> = stored.iter().filter(|number| !seen.contains(number)).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

/// The ids of contacts, as far as they are so.
fn ids(contacts: &[Value], mut so: impl FnMut(&Value) -> bool) -> BTreeSet<&str> {
    contacts.iter().filter(|contact| so(contact)).map(|contact| contact["id"].as_str().unwrap()).collect()
}

#[story]
fn o38_the_index_is_right_after_writers_at_once(t: TestApp) {
    t.seed(24);
    let people = people(&mut open(&t));
    let before = changes::revision(&mut open(&t)).unwrap();
    change_at_once(&t, &people, &AtomicUsize::new(0));
    assert!(changes::revision(&mut open(&t)).unwrap() > before);
    let admin = t.admin();
    let all = admin.all("/contacts");
    for language in LANGUAGES {
        let found = admin.all(&format!("/contacts?language={language}"));
        let speaks = |contact: &Value| contact["languages"].as_array().unwrap().contains(&json!(language));
        assert_eq!(ids(&found, |_| true), ids(&all, speaks), "{language}");
    }
    for title in TITLES {
        let found = admin.all(&format!("/contacts?q={title}"));
        let has = |contact: &Value| contact["job_title"].as_str().is_some_and(|held| held.starts_with(title));
        assert_eq!(ids(&found, |_| true), ids(&all, has), "{title}");
    }
    // A word that the last of its contacts lost is not found by a typing error either.
    let change = ContactChange { job_title: Some(Some("Archivist".to_owned())), ..ContactChange::default() };
    for person in &people {
        let now = t.clock.now();
        open(&t).transaction_for_write(|conn| directory::change(conn, *person, &change, now)).unwrap();
    }
    assert!(admin.all("/contacts?q=zollinspektorim").is_empty());
    assert_eq!(admin.all("/contacts?q=archivisd").len(), people.len());
}

#[story]
fn o38_one_change_waits_for_no_other_contact(t: TestApp) {
    t.seed(8);
    let people = people(&mut open(&t));
    if matches!(t.portal.db.target(), Target::Sqlite(_)) {
        return;
    }
    let title = |text: &str| ContactChange { job_title: Some(Some(text.to_owned())), ..ContactChange::default() };
    let (mut first, now) = (open(&t), t.clock.now());
    // The second begins and commits while the first is under way: with a common lock it would wait for it in vain.
    first
        .transaction_for_write(|conn| {
            directory::change(conn, people[0], &title("Cartographer"), now)?;
            std::thread::scope(|scope| {
                let other = scope.spawn(|| {
                    let change = title("Cartographer");
                    open(&t).transaction_for_write(|conn| directory::change(conn, people[1], &change, now))
                });
                other.join().unwrap()
            })
        })
        .unwrap();
    let found = t.admin().all("/contacts?q=cartographer");
    assert_eq!(found.len(), 2);
}

#[story]
fn o7_processes_whose_clocks_are_wrong_have_one_time(t: TestApp) {
    let minutes = |minutes: i64| minutes * 60_000_000;
    let clocks = BTreeMap::from([-6, 0, 6].map(|wrong| (wrong, Clock::wrong_by(minutes(wrong)))));
    for clock in clocks.values() {
        t.run(t.portal.db.keep_time(clock)).unwrap();
    }
    for (wrong, clock) in &clocks {
        let apart = clock.now().as_micros() - clocks[&0].now().as_micros();
        if matches!(t.portal.db.target(), Target::Sqlite(_)) {
            assert_eq!(clock.offset(), 0, "one process has the file, and its own time");
            assert!((apart - minutes(*wrong)).abs() < minutes(1), "{wrong}: {apart}");
        } else {
            assert!(apart.abs() < minutes(1), "{wrong}: {apart}");
            assert!((clock.offset() + minutes(*wrong)).abs() < minutes(1), "{wrong}: {}", clock.offset());
        }
    }
    let now = t.clock.now();
    t.run(t.portal.db.keep_time(&t.clock)).unwrap();
    assert_eq!(t.clock.now(), now, "a story has the time that it set");
}

#[story]
fn o44_a_round_deletes_whatever_has_ended(t: TestApp) {
    let mut conn = open(&t);
    let actor: Id = {
        t.admin();
        users::table.select(users::id).first(&mut conn).unwrap()
    };
    let now = t.clock.now();
    let row = |number: i32, age: Duration| {
        (
            idempotency::actor_id.eq(actor),
            idempotency::key.eq(format!("key {number}")),
            idempotency::request_hash.eq(vec![0_u8; 32]),
            idempotency::status.eq(200),
            idempotency::body.eq("{}"),
            // Each of another time, so that no step takes more than it should.
            idempotency::created_at.eq(now.minus(age).minus(Duration::from_millis(number.unsigned_abs().into()))),
        )
    };
    let written = conn.transaction_for_write(|conn| {
        for number in 0..2_500 {
            diesel::insert_into(idempotency::table).values(row(number, 48 * HOUR)).execute(conn)?;
        }
        Ok(diesel::insert_into(idempotency::table).values(row(2_500, HOUR)).execute(conn)?)
    });
    written.unwrap();
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(idempotency::table.count().get_result::<i64>(&mut conn).unwrap(), 1, "the one that is still good");
}

/// The administrator with the version of the maintenance that was read.
pub fn seen(admin: &Person) -> Person {
    admin.with_header("If-Match", admin.get("/maintenance").header("etag").unwrap())
}

pub fn begin_maintenance(t: &TestApp) {
    let begin = json!({"until": t.clock.now().plus(2 * HOUR), "text": "The portal moves."});
    seen(&t.admin()).put("/maintenance", &begin).expect(200);
}

#[story]
fn o48_during_a_maintenance_people_read_and_nothing_changes(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    awa.get("/maintenance").expect(403);
    let title = json!({"job_title": "Cheffe"});
    let before = t.inbox(&awa.email).len();
    let forgot = || t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap();
    forgot().expect(202);
    let over = json!({"until": t.clock.now(), "text": "The portal moves."});
    assert_eq!(seen(&admin).put("/maintenance", &over).refused(422), "invalid");
    let begin = json!({"until": t.clock.now().plus(HOUR), "text": "The portal moves."});
    let stale = seen(&admin);
    assert_eq!(stale.put("/maintenance", &begin).expect(200)["on"], true);
    assert_eq!(stale.put("/maintenance", &begin).refused(412), "changed_meanwhile");
    // Reading, and the way in, go on; a change says why not, and until when.
    awa.get("/contacts").expect(200);
    let again = t.login(&awa.email);
    let refused = again.patch("/me", &title);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((3600..3610).contains(&wait), "until the end, each a little later than another: {wait}");
    assert!(refused.json()["detail"].as_str().unwrap().contains("The portal moves."));
    assert_eq!(refused.refused(503), "maintenance");
    // Links of mails are no way in: what they change would be lost with a database that is left behind.
    assert_eq!(forgot().refused(503), "maintenance");
    let form = json!({"token": "any", "password": "another long pass phrase"});
    assert_eq!(t.anonymous().post("/auth/password/reset", &form).unwrap().refused(503), "maintenance");
    // A mail that is due waits.
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(t.inbox(&awa.email).len(), before);
    let ended = seen(&admin).delete("/maintenance").expect(200);
    assert_eq!((&ended["on"], &ended["text"]), (&json!(false), &Value::Null));
    awa.patch("/me", &title).expect(200);
    assert!(t.inbox(&awa.email).len() > before);
    let entries = admin.all("/audit");
    let of = |action: &str| entries.iter().filter(|entry| entry["action"] == action).count();
    assert_eq!((of("maintenance_begun"), of("maintenance_ended")), (1, 1));
}

#[story]
fn o48_during_a_maintenance_a_thief_is_put_out(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let (thief, token) =
        (t.login(&awa.email), json!({"name": "A program", "scopes": ["profile:read"], "expires_in_days": 30}));
    let token = awa.post("/me/tokens", &token).expect(201)["id"].as_str().unwrap().to_owned();
    begin_maintenance(&t);
    thief.get("/contacts").expect(200);
    awa.delete(&format!("/me/tokens/{token}")).expect(204);
    awa.delete("/me/sessions").expect(204);
    assert_eq!(thief.get("/contacts").status, 401);
    let user = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let reason = json!({"reason": "An incident."});
    admin.post(&format!("/users/{user}/suspend"), &reason).expect(200);
    assert_eq!(admin.post(&format!("/users/{user}/reinstate"), &json!({})).refused(503), "maintenance");
    // Whoever begins it again and again uses up the budget for that, and not the one for its end.
    let begin = json!({"until": t.clock.now().plus(HOUR), "text": "Never again."});
    let refused = (0..200).map(|_| seen(&admin).put("/maintenance", &begin)).find(|answer| answer.status != 200);
    assert_eq!(refused.expect("a budget").refused(429), "too_many_attempts");
    assert_eq!(seen(&admin).delete("/maintenance").expect(200)["on"], false);
}

#[story]
fn o48_what_arrives_slowly_is_refused_once_a_maintenance_has_begun(t: TestApp) {
    const SHEET: &str = "email,name,member,role\nmor@x.example,Mor Fall,KE,ncp\n";
    let (admin, lane) = (t.admin(), &t.portal.heavy_work);
    let free = lane.free();
    let token = admin.tokens["access_token"].as_str().unwrap();
    let head = format!(
        "POST /api/v1/invitations/import HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: text/csv\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        SHEET.len()
    );
    let mut stream = TcpStream::connect(t.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (first, last) = SHEET.split_at(SHEET.len() - 1);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(first.as_bytes()).unwrap();
    within(PATIENCE, || lane.free() < free);
    begin_maintenance(&t);
    stream.write_all(last.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("The portal moves."), "{answer}");
}

#[story("announcements.approval=false")]
fn o48_during_a_maintenance_no_announcement_begins_and_the_audit_log_is_sealed(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let draft = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let id = admin.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned();
    let plan = json!({"send_at": t.clock.now().plus(Duration::from_mins(30)), "zone": "Africa/Dakar"});
    admin.post(&format!("/announcements/{id}/schedule"), &plan).expect(200);
    begin_maintenance(&t);
    // A login is an entry of the audit log.
    t.login(&awa.email);
    t.pass(Duration::from_mins(61));
    t.run(t.portal.run_maintenance_once()).unwrap();
    let verdict = audit::verify(&mut open(&t), &crate::audit::key(&t), t.clock.now()).unwrap();
    assert!(matches!(verdict, ChainVerdict::Whole { .. }), "{verdict:?}");
    t.deliver();
    let status = || t.admin().get(&format!("/announcements/{id}")).expect(200)["status"].clone();
    assert_eq!(status(), "scheduled");
    seen(&t.admin()).delete("/maintenance").expect(200);
    t.mail_about(&awa.email, "News");
    assert_eq!(status(), "sent");
}

#[story]
fn o48_a_maintenance_stops_events_also_where_their_endpoint_is_being_served(t: TestApp) {
    let (admin, endpoint) = (t.admin(), Endpoint::start());
    let (webhook, _) = webhooks::add(&admin, &endpoint.url(), &["appointment.*"]);
    // The first four are tried at once.
    endpoint.replies(vec![Reply::Hang; 4]);
    for _ in 0..6 {
        webhooks::ping(&admin, &webhook);
    }
    std::thread::scope(|scope| {
        let served = scope.spawn(|| t.tell());
        within(PATIENCE, || endpoint.received().len() == 4);
        begin_maintenance(&t);
        endpoint.let_go();
        served.join().unwrap();
    });
    t.tell();
    assert_eq!(endpoint.received().len(), 4, "no other has left");
    seen(&t.admin()).delete("/maintenance").expect(200);
    t.tell();
    assert_eq!(endpoint.received().len(), 6, "those that were not tried yet");
}

#[story]
fn o48_an_operator_switches_a_running_portal(backend: &'static Backend) {
    let site = Site::new(backend);
    site.administrator();
    let process = site.start();
    let answer = || process.client.post("/registrations", &json!({})).unwrap();
    assert_ne!(answer().status, 503);
    let (well, said) = site.run(&["maintenance", "status"], None);
    assert!(well && said.contains("no maintenance"), "{said}");
    for wrong in [["--until", "2020-01-01T00:00Z", "--text", "A move."], ["--until", "2099-01-01T00:00Z", "--text", ""]]
    {
        let (well, said) = site.run(&[&["maintenance", "on"][..], &wrong[..]].concat(), None);
        assert!(!well && said.contains("--until"), "{said}");
    }
    let on = ["maintenance", "on", "--until", "2099-01-01T00:00Z", "--text", "The portal moves."];
    let (well, said) = site.run(&on, None);
    assert!(well && said.contains("The portal moves."), "{said}");
    within(PATIENCE, || answer().status == 503);
    within(PATIENCE, || process.has_logged("under maintenance"));
    let (_, said) = site.run(&["--set", "server.public_url=http://localhost:1", "doctor"], None);
    assert!(said.lines().any(|line| line.starts_with("warning  maintenance")), "{said}");
    let (well, said) = site.run(&["maintenance", "off"], None);
    assert!(well && said.contains("no maintenance"), "{said}");
    within(PATIENCE, || answer().status != 503);
    within(PATIENCE, || process.has_logged("the maintenance has ended"));
    // A start under it says so too.
    let (well, said) = site.run(&on, None);
    assert!(well, "{said}");
    drop(process);
    let process = site.start();
    within(PATIENCE, || process.has_logged("under maintenance"));
}

#[story("announcements.approval=false", "storage.reserve_bytes=9000000000000000000")]
fn o49_below_the_reserve_what_takes_much_room_is_refused(t: TestApp) {
    let (_, admin) = (t.ncp("SN"), t.admin());
    let sheet = Some(("text/csv", "email,name\n".as_bytes()));
    let refused = admin.send("POST", "/api/v1/invitations/import", sheet).unwrap();
    assert_eq!(refused.refused(503), "space_low");
    let draft = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    let id = admin.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.deliver();
    assert_eq!(summary(&admin, &id)["total"], 0, "its mails wait for room");
    // Everything else goes on.
    admin.patch("/me", &json!({"job_title": "Head"})).expect(200);
}
