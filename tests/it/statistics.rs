//! Key figures: how correct the directory is, for the Secretariat.

use std::time::Duration;

use serde_json::json;

use crate::support::{Application, Expect as _, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

#[story]
fn the_figures_follow_what_happens(t: TestApp) {
    let before = t.admin().get("/statistics/directory").expect(200);
    let members = before["members"].as_u64().unwrap();
    let without = u64::try_from(before["without_contact"].as_array().unwrap().len()).unwrap();
    assert_eq!(without, members, "an empty portal");
    assert_eq!((&before["median_hours"], &before["pending_days"]), (&json!(null), &json!(null)));
    let mut coordinator = Application::new("SN", "Moussa Fall");
    coordinator.role = "coordinator";
    t.member(&coordinator);
    let waiting = t.apply_and_verify(&Application::new("FR", "Marie Curie"));
    t.apply_and_verify(&Application::new("KE", "Wanjiru Kamau"));
    t.pass(DAY * 2);
    t.admin().post(&format!("/registrations/{waiting}/approve"), &json!({})).expect(200);
    let form = json!({"email": "x@customs-jp.example", "name": "Yuki Mori", "organisation": "JP", "role": "ncp"});
    t.admin().post("/invitations", &form).expect(201);
    let figures = t.admin().get("/statistics/directory").expect(200);
    let has = |list: &str, code: &str| figures[list].as_array().unwrap().contains(&json!(code));
    assert!(has("with_single_contact", "SN") && has("with_single_contact", "FR"), "{figures}");
    assert!(!has("without_coordinator", "SN") && has("without_coordinator", "FR"));
    assert!(!has("without_contact", "FR") && has("without_contact", "KE"));
    assert_eq!((&figures["confirmed"], &figures["unconfirmed"]), (&json!(2), &json!(0)));
    assert_eq!((&figures["pending"], &figures["pending_days"]), (&json!(1), &json!(2)));
    assert_eq!(figures["invited"], 1);
    assert_eq!((&figures["decided"], &figures["median_hours"]), (&json!(2), &json!(0)));
    assert_eq!(figures["p90_hours"], 48);
    let regions = figures["regions"].as_array().unwrap();
    let counted: u64 = regions.iter().map(|region| region["members"].as_u64().unwrap()).sum();
    assert_eq!(counted, members);
    let africa = regions.iter().find(|region| region["region"] == "WCA").unwrap();
    assert_eq!((&africa["contacts"], &africa["with_single_contact"]), (&json!(1), &json!(1)));
}

#[story]
fn contacts_that_nobody_confirms_are_counted(t: TestApp) {
    t.ncp("SN");
    let mut seen = Vec::new();
    for _ in 0..70 {
        t.pass(DAY * 10);
        t.run(t.portal.run_maintenance_once()).unwrap();
        let figures = t.admin().get("/statistics/directory").expect(200);
        seen.push(["confirmed", "due", "unconfirmed", "unconfirmed_90_days"].map(|key| figures[key].as_i64().unwrap()));
    }
    seen.dedup();
    let expected = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1], [0, 0, 0, 0]];
    assert_eq!(seen, expected, "confirmed, due, unconfirmed, for long, expired");
}
