//! Rows that many wait for: a unit of work that waits for one person holds up nobody else (number 19).
//!
//! On SQLite one unit writes at a time, so there is nothing to wait for but the end of it. But in the builds that
//! stories run in, each unit of work checks on either database that it locks in the order of the house (`db`).

use std::time::{Duration, Instant};

use diesel::prelude::*;
use portal::db::{Access, Target};
use serde_json::json;

use super::lines::{held, id};
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const HOME: &str = "198.51.100.7";
/// How long something may take that happens within moments.
const PATIENCE: Duration = Duration::from_secs(20);

fn log_in(t: &TestApp, email: &str) -> u16 {
    t.try_login(HOME, email, PASSWORD).status
}

fn ask_for_a_link(t: &TestApp, email: &str) -> u16 {
    t.from(HOME).post("/auth/password/forgot", &json!({"email": email})).unwrap().status
}

/// Waits until a unit of work waits for a lock.
#[track_caller]
pub fn until_one_waits(t: &TestApp) {
    #[derive(QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let waiting = "SELECT count(*) AS n FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let mut connection = portal::db::open(t.portal.db.target(), Access::Read).unwrap();
    let started = Instant::now();
    while diesel::sql_query(waiting).get_result::<Waiting>(&mut connection).unwrap().n == 0 {
        assert!(started.elapsed() < PATIENCE, "nobody waits");
        std::thread::yield_now();
    }
}

#[story("database.connections=4", "database.wait_milliseconds=8000")]
fn a19_whoever_waits_for_a_person_holds_no_count_of_a_network(t: TestApp) {
    if matches!(t.portal.db.target(), Target::Sqlite(_)) {
        return;
    }
    let (awa, mor) = (t.ncp("SN"), t.ncp("KE"));
    let asks: [fn(&TestApp, &str) -> u16; 2] = [log_in, ask_for_a_link];
    for ask in asks {
        held(&t, id(&awa), |release| {
            std::thread::scope(|scope| {
                let (t, awa) = (&t, &awa.email);
                let waits = scope.spawn(move || ask(t, awa));
                until_one_waits(t);
                let other = ask(t, &mor.email);
                drop(release);
                let waited = waits.join().unwrap();
                assert!([200, 202].contains(&other), "a colleague at the same address: {other}");
                assert!([200, 202].contains(&waited), "the person herself, in the end: {waited}");
            });
        });
    }
}

/// A thief who logs in and proves the password at once made the database end units of work of everybody at the address.
#[story(
    "database.connections=4",
    "database.wait_milliseconds=8000",
    "identity.hash_wait_milliseconds=8000",
    "identity.sessions_per_person=100",
    "throttle.logins_per_hour=100"
)]
fn a19_logins_and_proofs_at_once_wait_in_one_order(t: TestApp) {
    const TIMES: usize = 10;
    let awa = t.ncp("SN");
    let sessions = [t.login(&awa.email), t.login(&awa.email)];
    std::thread::scope(|scope| {
        let (t, email) = (&t, &awa.email);
        for session in &sessions {
            scope.spawn(move || {
                let mut proven = session.with_header("x-forwarded-for", HOME);
                for _ in 0..TIMES {
                    let tokens = proven.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
                    proven = t.person(email, &tokens).with_header("x-forwarded-for", HOME);
                }
            });
            scope.spawn(move || {
                for _ in 0..TIMES {
                    t.try_login(HOME, email, PASSWORD).expect(200);
                }
            });
        }
    });
}

/// The id of the first appointment of a person.
fn appointment_of(person: &Person) -> String {
    person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned()
}

/// An officer's work about a contact held the index of the directory, and the organisation, while it waited for the
/// contact.
#[story("database.connections=6", "database.wait_milliseconds=8000")]
fn a19_whoever_waits_for_a_holder_holds_neither_the_organisation_nor_the_index(t: TestApp) {
    let (admin, awa, mor) = (t.admin(), t.ncp("SN"), t.ncp("KE"));
    let (user, own) = (id(&awa), appointment_of(&awa));
    let further = json!({"organisation": "SN", "role": "contributor", "user_id": user});
    let (reason, nothing) = (json!({"reason": "Under inquiry."}), json!({}));
    let (suspend, reinstate) = (format!("/appointments/{own}/suspend"), format!("/appointments/{own}/reinstate"));
    let works = [
        ("/appointments".to_owned(), &further, 201),
        (suspend, &reason, 200),
        (reinstate, &nothing, 200),
        (format!("/users/{user}/suspend"), &reason, 200),
    ];
    for (number, (path, form, status)) in works.into_iter().enumerate() {
        let colleague = t.member(&Application::new("SN", ["Fatou Sow", "Binta Ba", "Moussa Fall", "Omar Sy"][number]));
        let leave = format!("/appointments/{}/resign", appointment_of(&colleague));
        if matches!(t.portal.db.target(), Target::Sqlite(_)) {
            admin.post(&path, form).expect(status);
            continue;
        }
        held(&t, user, |release| {
            std::thread::scope(|scope| {
                let (t, admin, path) = (&t, &admin, &path);
                let waits = scope.spawn(move || admin.post(path, form));
                until_one_waits(t);
                mor.patch("/me", &json!({"job_title": format!("Director {number}")})).expect(200);
                colleague.post(&leave, &json!({})).expect(200);
                drop(release);
                waits.join().unwrap().expect(status);
            });
        });
    }
}

/// Each held the own row and waited for the other's, until the database ended one of them.
#[story("database.connections=4", "database.wait_milliseconds=8000")]
fn a19_two_officers_who_act_on_each_other_wait_in_one_order(t: TestApp) {
    const TIMES: usize = 20;
    let first = t.admin();
    t.set_up("second@secretariat.example", "Second Officer");
    let second = t.with_app(&t.login("second@secretariat.example"));
    let (one, other) = (id(&first), id(&second));
    std::thread::scope(|scope| {
        for (officer, colleague) in [(&first, other), (&second, one)] {
            let path = format!("/users/{colleague}/reinstate");
            scope.spawn(move || {
                for _ in 0..TIMES {
                    assert_eq!(officer.post(&path, &json!({})).refused(409), "not_suspended");
                }
            });
        }
    });
}

/// A holder's own writes lock the holder first, and the index after that; an officer's work did it the other way round.
#[story("database.connections=4", "database.wait_milliseconds=8000")]
fn a19_an_officer_and_a_holder_work_at_once_and_neither_is_ended(t: TestApp) {
    const TIMES: usize = 10;
    let (admin, awa) = (t.admin(), t.ncp("SN"));
    let own = appointment_of(&awa);
    std::thread::scope(|scope| {
        let (admin, own, awa) = (&admin, &own, &awa);
        scope.spawn(move || {
            for number in 0..TIMES {
                let titled = awa.patch("/me", &json!({"job_title": format!("Director {number}")}));
                // The session ends with the appointment, and not because the database ended a unit of work.
                assert!([200, 401, 403, 409].contains(&titled.status), "{}", titled.text);
            }
        });
        scope.spawn(move || {
            for _ in 0..TIMES / 2 {
                admin.post(&format!("/appointments/{own}/suspend"), &json!({"reason": "Under inquiry."})).expect(200);
                admin.post(&format!("/appointments/{own}/reinstate"), &json!({})).expect(200);
            }
        });
    });
}
