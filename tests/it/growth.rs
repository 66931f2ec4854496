//! Growth: writers who do not wait for each other and a feed that misses nothing of them, processes with wrong clocks,
//! rows that end, and a disk that is nearly full.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use portal::changes::{self, EntryKind};
use portal::db::schema::{change, contact, idempotency, users};
use portal::db::{self, Access, Conn, Id, Target};
use portal::directory::{self, ContactChange};
use portal::time::Clock;
use serde_json::{Value, json};

use crate::announcements::summary;
use crate::support::{Expect as _, TestApp, story};

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
