//! Logins: whose password check waits (number 4), from where they are known (9), what is mailed about them (16), and
//! their number (19).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::users;
use portal::demo::client::{Answer, Client};
use portal::time::Timestamp;
use serde_json::json;

use crate::reading::{DAY, keep_house};
use crate::support::{Expect as _, PASSWORD, Person, TestApp, story};

const HOME: &str = "198.51.100.7";
const THIEF: &str = "203.0.113.66";
const NEW: &str = "velvet walnut drizzle";
const WRONG: &str = "not her password at all";
const NEW_LOGIN: &str = "Login to your account from a new program or network";
const ENDED: &str = "Sessions of your account were ended";

pub(super) fn log_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/auth/login", &json!({"email": email, "password": password})).unwrap()
}

/// A client at this address that brings the cookie of a device.
pub(super) fn with_device(t: &TestApp, from: &str, cookie: &str) -> Client {
    t.from(from).with_header("cookie", cookie)
}

/// The cookie of the device, where an answer has one.
pub(super) fn device(answer: &Answer) -> Option<String> {
    let mut cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value);
    let device = cookies.find(|value| value.starts_with("__Host-device="))?;
    device.split(';').next().map(str::to_owned)
}

/// The number of mails with this subject to an address.
pub(super) fn told(t: &TestApp, email: &str, subject: &str) -> usize {
    t.inbox(email).iter().filter(|mail| mail.subject == subject).count()
}

pub(super) fn reset(t: &TestApp, email: &str, password: &str) {
    t.anonymous().post("/auth/password/forgot", &json!({"email": email})).unwrap().expect(202);
    let token = t.mailed_token(email, "reset");
    t.anonymous().post("/auth/password/reset", &json!({"token": token, "password": password})).unwrap().expect(200);
}

pub(super) fn id(person: &Person) -> String {
    person.get("/me").expect(200)["id"].as_str().unwrap().to_owned()
}

/// Expects a refusal with a time to wait.
pub(super) fn waits(answer: Answer) {
    assert!(answer.header("retry-after").is_some(), "{}", answer.text);
    assert_eq!(answer.refused(429), "too_many_attempts");
}

pub(super) fn count(t: &TestApp, statement: &'static str) -> i64 {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let counted = t.portal.db.read(move |conn| Ok(diesel::sql_query(statement).get_result::<Counted>(conn)?.n));
    t.run(counted).unwrap()
}

/// Each client of the flood has a /64 of its own, a few of them a /48, and all of them the /32.
#[story("identity.hash_queue=4", "identity.hash_wait_milliseconds=8000", "database.wait_milliseconds=8000")]
fn a04_a_flood_from_a_whole_provider_keeps_nobody_elses_login_out(t: TestApp) {
    let shed = AtomicUsize::new(0);
    // Where machines are fast it takes more than one wave to fill a queue of four.
    for wave in 0..20 {
        std::thread::scope(|scope| {
            for number in 0..40 {
                let (t, shed) = (&t, &shed);
                scope.spawn(move || {
                    let from = format!("2001:db8:{:x}:{wave:x}{number:02x}::1", number % 10);
                    let answer = t.try_login(&from, &format!("somebody{wave}x{number}@customs.example"), WRONG);
                    if answer.status == 503 {
                        shed.fetch_add(1, Ordering::SeqCst);
                    } else {
                        assert_eq!(answer.refused(401), "wrong_credentials");
                    }
                });
            }
            for number in 0..10 {
                let from = format!("198.51.{wave}.7");
                let alone = t.try_login(&from, &format!("alone{wave}x{number}@customs.example"), WRONG);
                assert_eq!(alone.refused(401), "wrong_credentials");
            }
        });
        if shed.load(Ordering::SeqCst) > 0 {
            return;
        }
    }
    panic!("a queue of four was never full");
}

#[story]
fn a09_a_reset_forgets_devices_and_places(t: TestApp) {
    let awa = t.ncp("SN");
    let thief = device(&log_in(&t.from(THIEF), &awa.email, PASSWORD)).expect("a cookie");
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), 1);
    log_in(&with_device(&t, "192.0.2.1", &thief), &awa.email, PASSWORD).expect(200);
    log_in(&t.from(THIEF), &awa.email, PASSWORD).expect(200);
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), 1, "the device is known, and so is the place");
    reset(&t, &awa.email, NEW);
    log_in(&with_device(&t, "192.0.2.1", &thief), &awa.email, NEW).expect(200);
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), 2);
    log_in(&t.from(THIEF), &awa.email, NEW).expect(200);
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), 3);
    let own = device(&log_in(&t.from(HOME), &awa.email, NEW)).expect("a cookie");
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), 4, "nobody is known any more");
    // The old device has no count of failures of its own either.
    for _ in 0..5 {
        log_in(&t.from(THIEF), &awa.email, WRONG).refused(401);
    }
    waits(log_in(&with_device(&t, HOME, &thief), &awa.email, NEW));
    log_in(&with_device(&t, HOME, &own), &awa.email, NEW).expect(200);
}

#[story]
fn a09_whoever_ends_all_other_access_keeps_the_own_device_alone(t: TestApp) {
    let awa = t.ncp("SN");
    let answer = log_in(&t.from(HOME), &awa.email, PASSWORD);
    let own = device(&answer).expect("a cookie");
    let session = t.person(&awa.email, &answer.json()).with_header("x-forwarded-for", HOME);
    let owner = session.with_header("cookie", &own);
    let other = device(&log_in(&t.from(THIEF), &awa.email, PASSWORD)).expect("a cookie");
    let known = told(&t, &awa.email, NEW_LOGIN);
    let changed = owner.post("/me/password", &json!({"current_password": PASSWORD, "new_password": NEW}));
    assert_eq!(changed.status, 204, "{}", changed.text);
    let next = device(&changed).expect("this device goes on");
    log_in(&t.from(HOME), &awa.email, NEW).expect(200);
    log_in(&with_device(&t, "198.18.1.1", &next), &awa.email, NEW).expect(200);
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), known);
    for (number, old) in [&own, &other].into_iter().enumerate() {
        log_in(&with_device(&t, &format!("198.18.{}.1", 10 + number), old), &awa.email, NEW).expect(200);
        assert_eq!(told(&t, &awa.email, NEW_LOGIN), known + 1 + number);
    }
    let ended = owner.with_header("cookie", &next).delete("/me/sessions");
    assert_eq!(ended.status, 204, "{}", ended.text);
    let last = device(&ended).expect("this device goes on");
    log_in(&with_device(&t, "198.18.2.1", &last), &awa.email, NEW).expect(200);
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), known + 2);
    log_in(&with_device(&t, "198.18.1.1", &next), &awa.email, NEW).expect(200);
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), known + 3, "of the place of before nothing is known either");
    // A thief of the session alone gets no known device by it.
    let stolen = session.with_header("cookie", &other).delete("/me/sessions");
    assert_eq!((stolen.status, device(&stolen)), (204, None));
}

#[story]
fn a09_the_secretariat_and_the_operator_forget_devices_too(t: TestApp) {
    let awa = t.ncp("SN");
    let person = id(&awa);
    let admin = t.admin();
    let ways: [&dyn Fn(); 3] = [
        &|| assert_eq!(admin.delete(&format!("/users/{person}/sessions")).status, 204),
        &|| {
            admin.post(&format!("/users/{person}/suspend"), &json!({"reason": "An incident."})).expect(200);
            admin.post(&format!("/users/{person}/reinstate"), &json!({})).expect(200);
        },
        &|| {
            let audit = portal::audit::Audit::new(t.clock.clone(), portal::random::Random::seeded(9));
            t.run(portal::identity::end_everybodys(&t.portal.db, audit, t.clock.now())).unwrap();
        },
    ];
    for (number, forget) in ways.into_iter().enumerate() {
        let cookie = device(&log_in(&t.from(HOME), &awa.email, PASSWORD)).expect("a cookie");
        let known = told(&t, &awa.email, NEW_LOGIN);
        forget();
        log_in(&with_device(&t, HOME, &cookie), &awa.email, PASSWORD).expect(200);
        assert_eq!(told(&t, &awa.email, NEW_LOGIN), known + 1, "{number}");
    }
}

#[story]
fn a09_a_login_after_half_a_year_is_told(t: TestApp) {
    let awa = t.ncp("SN");
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), 0, "the first login ever is nothing to tell");
    t.pass(DAY * 181);
    keep_house(&t);
    let places = "SELECT count(*) AS n FROM device WHERE user_id IN (SELECT id FROM \"user\" WHERE name = 'Awa Diop')";
    assert_eq!(count(&t, places), 0);
    log_in(&t.from(THIEF), &awa.email, PASSWORD).expect(200);
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), 1);
    // A process of an earlier version records only the place.
    let forgotten = t.portal.db.write(|conn| {
        Ok(diesel::update(users::table).set(users::first_login_at.eq(None::<Timestamp>)).execute(conn)?)
    });
    t.run(forgotten).unwrap();
    log_in(&t.from(HOME), &awa.email, PASSWORD).expect(200);
    assert_eq!(told(&t, &awa.email, NEW_LOGIN), 2);
}

#[story]
fn a16_sessions_that_are_ended_again_and_again_are_told_once(t: TestApp) {
    let awa = t.ncp("SN");
    let end = || {
        t.login(&awa.email);
        assert_eq!(awa.delete("/me/sessions").status, 204);
    };
    for _ in 0..5 {
        end();
    }
    assert_eq!(told(&t, &awa.email, ENDED), 1);
    let mail = t.mail_about(&awa.email, ENDED);
    assert!(mail.text.contains("within the next ten minutes"), "{}", mail.text);
    assert!(mail.text.contains("portal: one session. Devices with earlier logins"), "{}", mail.text);
    assert!(!mail.text.contains("API token"), "there was none: {}", mail.text);
    assert_eq!(awa.get("/me/sessions").expect(200)["data"].as_array().unwrap().len(), 1, "each was ended all the same");
    t.pass(Duration::from_mins(10));
    end();
    assert_eq!(told(&t, &awa.email, ENDED), 2);
    // A session that the Secretariat ends is reported all the same.
    let person = id(&awa);
    assert_eq!(t.admin().delete(&format!("/users/{person}/sessions")).status, 204);
    assert_eq!(told(&t, &awa.email, ENDED), 3);
}

#[story("throttle.logins_per_hour=4")]
fn a19_a_person_logs_in_within_a_budget(t: TestApp) {
    let awa = t.ncp("SN");
    let known = device(&log_in(&t.from(HOME), &awa.email, PASSWORD)).expect("a cookie");
    let known = with_device(&t, HOME, &known);
    let from = |host: u8| t.from(&format!("203.0.113.{host}"));
    for host in 0..2 {
        log_in(&from(host), &awa.email, PASSWORD).expect(200);
    }
    let traces = || {
        [
            "SELECT count(*) AS n FROM audit_entry WHERE action = 'login'",
            "SELECT count(*) AS n FROM session",
            "SELECT count(*) AS n FROM refresh_token",
        ]
        .map(|statement| count(&t, statement))
    };
    let before = traces();
    for host in 2..9 {
        waits(log_in(&from(host), &awa.email, PASSWORD));
    }
    assert_eq!(traces(), before, "what is refused leaves nothing");
    // It was no failure either, and a wrong password is still reported as such.
    log_in(&from(9), &awa.email, WRONG).refused(401);
    // A known device has a share of its own, and so has everybody else.
    for _ in 0..4 {
        log_in(&known, &awa.email, PASSWORD).expect(200);
    }
    waits(log_in(&known, &awa.email, PASSWORD));
    t.set_up("second@portal.example", "Second Person");
    log_in(&from(10), "second@portal.example", PASSWORD).expect(200);
    // Nor does it matter after a reset what others did by the password of before.
    waits(log_in(&from(11), &awa.email, PASSWORD));
    reset(&t, &awa.email, NEW);
    for host in 12..16 {
        log_in(&from(host), &awa.email, NEW).expect(200);
    }
    waits(log_in(&from(16), &awa.email, NEW));
    t.pass(Duration::from_mins(15));
    log_in(&from(17), &awa.email, NEW).expect(200);
}

#[story("throttle.logins_per_hour=100")]
fn a19_a_device_stays_the_same_and_few_are_new(t: TestApp) {
    let awa = t.ncp("SN");
    let from = |host: u8| t.from(&format!("203.0.113.{host}"));
    let left = |host: u8| device(&log_in(&from(host), &awa.email, PASSWORD));
    // With that of her first login there are ten.
    let devices: Vec<Option<String>> = (0..12).map(left).collect();
    assert!(devices[..9].iter().all(Option::is_some) && devices[9..].iter().all(Option::is_none), "{devices:?}");
    let first = devices[0].clone().unwrap();
    let again = device(&log_in(&with_device(&t, HOME, &first), &awa.email, PASSWORD)).expect("a cookie");
    let name = |cookie: &str| cookie.split('.').next().unwrap().to_owned();
    assert_eq!(name(&again), name(&first));
    t.pass(DAY);
    assert!(left(20).is_some());
}
