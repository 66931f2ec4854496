//! An account in two hands: budgets that a thief uses up so that the owner stays outside (number 19), and what a thief
//! does without a trace or writes without end (22).

use std::time::Duration;

use serde_json::json;

use super::logins::{count, device, id, log_in, reset, told, waits, with_device};
use crate::support::{Expect as _, PASSWORD, Person, TestApp, story};

const HOME: &str = "198.51.100.7";
const THIEF: &str = "203.0.113.66";
const NEW: &str = "velvet walnut drizzle";
const WRONG: &str = "not her password at all";
const ENDED: &str = "Sessions of your account were ended";
const ENDINGS: &str = "SELECT count(*) AS n FROM audit_entry WHERE action = 'session_ended'";

#[story]
fn a19_a_session_that_was_stolen_forgets_no_device(t: TestApp) {
    let stolen = t.ncp("SN");
    let own = device(&log_in(&t.from(HOME), &stolen.email, PASSWORD)).expect("a cookie");
    // The proof of identity of the session is older than five minutes.
    t.pass(Duration::from_mins(6));
    for _ in 0..5 {
        assert_eq!(stolen.delete("/me/sessions").status, 204);
    }
    assert_eq!(count(&t, ENDINGS), 1, "the first has ended a session, the others nothing");
    let mail = t.mail_about(&stolen.email, ENDED);
    assert!(mail.text.contains("portal: one session. If more access"), "{}", mail.text);
    assert_eq!(told(&t, &stolen.email, ENDED), 1);
    // So a stranger who fails on purpose keeps the owner's device no more from a login than before.
    for _ in 0..5 {
        log_in(&t.from(THIEF), &stolen.email, WRONG).refused(401);
    }
    waits(log_in(&t.from(THIEF), &stolen.email, PASSWORD));
    log_in(&with_device(&t, HOME, &own), &stolen.email, PASSWORD).expect(200);
}

#[story("throttle.logins_per_hour=100")]
fn a19_after_a_reset_the_owner_has_a_device_again(t: TestApp) {
    let awa = t.ncp("SN");
    // A thief who knows the password uses up the new devices of the day.
    for host in 0..12 {
        log_in(&t.from(&format!("203.0.113.{host}")), &awa.email, PASSWORD).expect(200);
    }
    assert_eq!(device(&log_in(&t.from(HOME), &awa.email, PASSWORD)), None);
    reset(&t, &awa.email, NEW);
    let own = device(&log_in(&t.from(HOME), &awa.email, NEW)).expect("a cookie");
    // Without the password, the thief fails on purpose.
    for _ in 0..5 {
        log_in(&t.from(THIEF), &awa.email, WRONG).refused(401);
    }
    waits(log_in(&t.from(THIEF), &awa.email, NEW));
    log_in(&with_device(&t, HOME, &own), &awa.email, NEW).expect(200);
}

#[story]
fn a19_after_a_reset_the_owner_makes_sensitive_calls_again(t: TestApp) {
    let awa = t.ncp("SN");
    let thief = t.login(&awa.email);
    let begin = |person: &Person| person.post("/me/passkeys/start", &json!({}));
    for _ in 0..120 {
        begin(&thief).expect(200);
    }
    waits(begin(&awa));
    reset(&t, &awa.email, NEW);
    let tokens = log_in(&t.from(HOME), &awa.email, NEW).expect(200);
    begin(&t.person(&awa.email, &tokens)).expect(200);
}

#[story]
fn a22_devices_that_are_forgotten_are_recorded_and_mailed(t: TestApp) {
    let awa = t.ncp("SN");
    assert_eq!(awa.post("/auth/logout", &json!({})).status, 204);
    t.deliver();
    // Nothing else is open. The thief knows the password and has just proven the identity.
    let thief = t.login(&awa.email);
    let generation = "SELECT sum(device_generation) AS n FROM \"user\" WHERE name = 'Awa Diop'";
    let before = count(&t, generation);
    assert_eq!(thief.delete("/me/sessions").status, 204);
    assert_eq!((count(&t, generation) - before, count(&t, ENDINGS)), (1, 1));
    let mail = t.mail_about(&awa.email, ENDED);
    assert!(mail.text.contains("portal: no session. Devices with earlier logins are no longer known"), "{}", mail.text);
    // What is written down has the budget of sensitive calls; sessions are ended all the same.
    for _ in 0..125 {
        assert_eq!(thief.delete("/me/sessions").status, 204);
    }
    assert_eq!((count(&t, generation) - before, count(&t, ENDINGS)), (120, 120));
    let other = t.login(&awa.email);
    assert_eq!(thief.delete("/me/sessions").status, 204);
    assert_eq!(other.get("/me").refused(401), "session_ended");
    // The session that ended is one mail more, and the only one within ten minutes.
    assert_eq!((count(&t, ENDINGS), told(&t, &awa.email, ENDED)), (121, 2));
}

#[story]
fn a22_devices_that_the_secretariat_forgets_are_told(t: TestApp) {
    let awa = t.ncp("SN");
    let person = id(&awa);
    assert_eq!(awa.post("/auth/logout", &json!({})).status, 204);
    t.deliver();
    assert_eq!(t.admin().delete(&format!("/users/{person}/sessions")).status, 204);
    let mail = t.newest_mail(&awa.email);
    assert_eq!(mail.subject, ENDED);
    assert!(mail.text.contains("The Secretariat ended access to your account"), "{}", mail.text);
    assert!(mail.text.contains("portal: no session. Devices with earlier logins"), "{}", mail.text);
}
