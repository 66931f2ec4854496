//! Reminders of due sections (number 18): responses whose reminders fail keep no other from its own.

use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::response_assignment;
use portal::time::Zone;
use serde_json::json;

use super::budgets::{count, execute};
use crate::responses::{account, begin, coordinator, publish, question, text};
use crate::support::{Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

/// A round of thirty days.
fn round(t: &TestApp) -> String {
    let (admin, now) = (t.admin(), t.clock.now());
    let items = json!([question("one", false, &json!({"type": "text"}))]);
    let section = json!({"code": "tools", "title": text("tools"), "items": items});
    let questionnaire = json!({"languages": ["en", "fr"], "title": text("Survey"), "sections": [section]});
    let version = publish(&admin, "smart-customs", &questionnaire);
    let form = json!({
        "survey": "smart-customs", "version": version, "opens_at": now, "closes_at": now.plus(30 * DAY), "zone": "UTC",
    });
    let id = admin.post("/rounds", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/rounds/{id}/open"), &json!({})).expect(200);
    id
}

/// As many assignments as half of those that are looked at at once, due before all others.
fn crowd(t: &TestApp, person: &Person, response: &str) {
    let (now, day) = (t.clock.now(), t.clock.now().day().to_string());
    let user: Id = account(person).parse().unwrap();
    let id: Id = response.trim_start_matches("/responses/").parse().unwrap();
    t.run(t.portal.db.write(move |conn| {
        for number in 0..500 {
            diesel::insert_into(response_assignment::table)
                .values((
                    response_assignment::response_id.eq(id),
                    response_assignment::section.eq(format!("broken{number}")),
                    response_assignment::user_id.eq(user),
                    response_assignment::due_on.eq(Some(day.clone())),
                    response_assignment::assigned_at.eq(now),
                    response_assignment::assigned_by.eq(user),
                    response_assignment::remind_at.eq(Some(now)),
                ))
                .execute(conn)?;
        }
        Ok(())
    }))
    .unwrap();
}

#[story]
fn a18_a_response_that_cannot_be_reminded_of_stalls_no_other(t: TestApp) {
    let people = [("SN", "Moussa Ba"), ("KE", "Wanjiru Kamau"), ("JP", "Yuki Mori")];
    let [moussa, wanjiru, yuki] = people.map(|(member, name)| coordinator(&t, member, name));
    let aiko = t.ncp("JP");
    let round = round(&t);
    for person in [&moussa, &wanjiru] {
        crowd(&t, person, &begin(person, &round));
    }
    let response = begin(&yuki, &round);
    let due = t.clock.now().day().moved(6).unwrap();
    let assigned = json!({"data": [{"section": "tools", "person": account(&aiko), "due_on": due.to_string()}]});
    yuki.with_header("if-match", "*").put(&format!("{response}/assignments"), &assigned).expect(200);
    execute(
        &t,
        (
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END'; \
             CREATE TRIGGER broken BEFORE UPDATE OF remind_at ON response_assignment FOR EACH ROW \
             WHEN (OLD.section LIKE 'broken%') EXECUTE FUNCTION broken();",
            "CREATE TRIGGER broken BEFORE UPDATE OF remind_at ON response_assignment \
             WHEN OLD.section LIKE 'broken%' BEGIN SELECT RAISE(ABORT, 'broken'); END;",
        ),
    );
    let morning = Zone::named("UTC").unwrap().at_hour(due.moved(-2).unwrap(), 9).unwrap();
    t.pass(morning.since(t.clock.now()));
    for _ in 0..2 {
        t.run(t.portal.run_maintenance_once()).unwrap();
    }
    assert_eq!(count(&t, "SELECT count(*) AS n FROM setback"), 2);
    let reminded = t.inbox(&aiko.email).into_iter().filter(|mail| mail.subject.starts_with("Due on")).count();
    assert_eq!(reminded, 1, "behind a thousand that fail");
}
