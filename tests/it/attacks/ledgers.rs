//! What the number, the entity tag, the times or the calendar file of a round tell of time that was granted to others
//! (number 20).

use std::time::Duration;

use serde_json::{Value, json};

use crate::responses::coordinator;
use crate::rounds::{given, opened, survey};
use crate::support::{Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);
/// Short enough for a session to last.
const MOMENT: Duration = Duration::from_mins(2);

/// Gives more time.
fn extend(t: &TestApp, path: &str, scope: &Value, days: u32) {
    let closes_at = t.clock.now().plus(days * DAY);
    let body = json!({"scope": scope, "closes_at": closes_at, "reason": "An audit."});
    t.admin().post(&format!("{path}/deadlines"), &body).expect(201);
}

/// All that a reader can see move.
fn seen(reader: &Person, path: &str) -> (String, Value, String) {
    let round = reader.get(path);
    let tag = round.header("etag").unwrap().to_owned();
    (tag, round.expect(200)["updated_at"].clone(), reader.get(&format!("{path}/deadline.ics")).text)
}

fn numbers(reader: &Person, path: &str) -> Vec<i64> {
    let ledger = reader.get(&format!("{path}/deadlines")).expect(200);
    ledger["data"].as_array().unwrap().iter().map(|entry| entry["number"].as_i64().unwrap()).collect()
}

#[story]
fn a20_more_time_for_one_member_is_seen_by_no_other(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let (moussa, wanjiru) = (coordinator(&t, "SN", "Moussa Fall"), coordinator(&t, "KE", "Wanjiru Kamau"));
    let now = t.clock.now();
    let ten_days = given("scs", &now.to_string(), &now.plus(10 * DAY).to_string(), "UTC");
    let path = format!("/rounds/{}", opened(&admin, &ten_days));
    let (before, ours, officers) = (seen(&wanjiru, &path), seen(&moussa, &path), seen(&t.admin(), &path));

    t.pass(MOMENT);
    extend(&t, &path, &json!({"organisation": "SN"}), 20);
    assert_eq!(seen(&wanjiru, &path), before, "nothing tells of it");
    let granted = seen(&moussa, &path);
    assert!(granted.0 != ours.0 && granted.1 != ours.1 && granted.2 != ours.2, "whom it is for sees it");
    assert_ne!(seen(&t.admin(), &path).0, officers.0, "an officer decides on what was read");

    t.pass(MOMENT);
    extend(&t, &path, &json!("all"), 12);
    assert_eq!(numbers(&wanjiru, &path), [1, 2], "no gap");
    assert_eq!(numbers(&moussa, &path), [1, 2, 3]);
    assert_eq!(numbers(&t.admin(), &path), [1, 2, 3]);
    let after = seen(&wanjiru, &path);
    assert!(after.0 != before.0 && after.1 != before.1 && after.2 != before.2, "what is for all is seen by all");
}
