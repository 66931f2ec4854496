//! The way of a round: made, changed, opened with its frame, closed, called off.

use std::time::Duration;

use serde_json::{Value, json};

use super::{DAY, days_pass, extend, faults, given, id_of, opened, survey, ten_days, twins};
use crate::support::{Expect as _, Person, TestApp, story};

fn change(admin: &Person, id: &str, body: &Value) -> portal::demo::client::Answer {
    let path = format!("/rounds/{id}");
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch(&path, body)
}

fn state(admin: &Person, id: &str) -> Value {
    admin.get(&format!("/rounds/{id}")).expect(200)["state"].clone()
}

fn count(admin: &Person, event: &str) -> usize {
    admin.get(&format!("/audit?action={event}")).expect(200)["data"].as_array().unwrap().len()
}

#[story]
fn a_round_is_made_changed_opened_and_closed(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let made = admin.post("/rounds", &ten_days(&t, "scs"));
    let location = made.header("location").unwrap().to_owned();
    let made = made.expect(201);
    let id = id_of(&made);
    assert_eq!(location, format!("/api/v1/rounds/{id}"));
    assert_eq!((&made["state"], &made["min_cell"], &made["frame"]), (&json!("draft"), &json!(5), &Value::Null));
    let path = format!("/rounds/{id}");
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    assert_eq!(admin.patch(&path, &json!({"min_cell": 8})).refused(428), "if_match_required");
    assert_eq!(change(&admin, &id, &json!({"min_cell": 8})).expect(200)["min_cell"], 8);
    let outdated = admin.with_header("if-match", &tag).patch(&path, &json!({"min_cell": 4}));
    assert_eq!(outdated.refused(412), "changed_meanwhile");
    let deadline = extend(&admin, &id, &json!("all"), &t.clock.now().plus(20 * DAY).to_string());
    assert_eq!(deadline.refused(409), "round_not_opened");

    let open = admin.post(&format!("{path}/open"), &json!({})).expect(200);
    assert_eq!((&open["state"], &open["opened_at"]), (&json!("open"), &json!(t.clock.now())));
    assert_eq!(open["frame"], admin.get("/regions").expect(200)["total"]["members"]);
    assert_eq!(admin.post(&format!("{path}/open"), &json!({})).refused(409), "round_opened");
    assert_eq!(change(&admin, &id, &json!({"version": 1})).refused(409), "round_opened");
    let calendar = json!([{"days": 2, "states": ["draft"]}, {"days": 7, "states": ["not_started", "draft"]}]);
    let changed = change(&admin, &id, &json!({"calendar": calendar})).expect(200);
    assert_eq!((&changed["calendar"][0]["days"], &changed["calendar"][1]["days"]), (&json!(7), &json!(2)));

    assert_eq!(admin.post(&format!("{path}/close"), &json!({})).expect(200)["state"], "closed");
    assert_eq!(admin.post(&format!("{path}/close"), &json!({})).refused(409), "round_over");
    assert_eq!(change(&admin, &id, &json!({"calendar": []})).refused(409), "round_over");
    assert_eq!(admin.post(&format!("{path}/cancel"), &json!({})).refused(409), "round_over");
    let events = ["round_created", "round_changed", "round_opened", "round_closed"];
    assert_eq!(events.map(|event| count(&admin, event)), [1, 2, 1, 1]);
}

#[story]
fn what_is_wrong_with_a_round_is_named_at_its_place(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let bad = json!({
        "survey": "scs", "version": 2, "opens_at": "2026-03-01T00:00:00Z", "closes_at": "2026-03-01T00:00:00Z",
        "zone": "Mars/Olympus", "min_cell": 2,
        "calendar": [{"days": 7, "states": []}, {"days": 7, "states": ["submitted"]}, {"days": 91, "states": ["draft"]}],
    });
    let wanted = [
        ("/version", "unknown_version"),
        ("/closes_at", "before_opening"),
        ("/zone", "unknown_zone"),
        ("/min_cell", "out_of_range"),
        ("/calendar/0/states", "missing"),
        ("/calendar/1/days", "duplicate"),
        ("/calendar/1/states/0", "already_submitted"),
        ("/calendar/2/days", "out_of_range"),
    ];
    let refused = admin.post("/rounds", &bad);
    assert_eq!(faults(&refused), wanted.map(|(place, code)| (place.to_owned(), code.to_owned())));
    assert_eq!(refused.refused(422), "invalid");
    let mut good = ten_days(&t, "scs");
    good["pairs"] = json!([{"question": "staff", "concept": "it_strategy"}]);
    admin.post("/rounds", &good).expect(201);
    good["pairs"] = json!([{"question": "unheard", "concept": "staff"}]);
    let places: Vec<String> = faults(&admin.post("/rounds", &good)).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["/pairs/0/question", "/pairs/0/concept"]);
    let unknown = admin.post("/rounds", &ten_days(&t, "nobody"));
    assert_eq!(faults(&unknown), [("/survey".to_owned(), "unknown_survey".to_owned())]);
}

#[story]
fn a_frame_is_that_of_the_day_of_the_opening_and_never_changes(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let edit = |code: &str, body: &Value| {
        let path = format!("/members/{code}");
        let tag = admin.get(&path).header("etag").unwrap().to_owned();
        admin.with_header("if-match", &tag).patch(&path, body).expect(200);
    };
    edit("KE", &json!({"status": "suspended"}));
    t.pass(Duration::from_secs(1));
    let id = opened(&admin, &ten_days(&t, "scs"));
    edit("SN", &json!({"region": "ESA"}));
    edit("KE", &json!({"status": "active"}));
    let frame = admin.get(&format!("/rounds/{id}/frame")).expect(200);
    let rows = frame["data"].as_array().unwrap();
    let region = |code: &str| rows.iter().find(|row| row["organisation"] == code).map(|row| row["region"].clone());
    assert_eq!(region("SN"), Some(json!("WCA")), "its region of that day");
    assert_eq!((region("KE"), region("EU")), (None, None), "neither a suspended member nor a union");
    assert_eq!(frame["total"], rows.len());
    let codes: Vec<&str> = rows.iter().map(|row| row["organisation"].as_str().unwrap()).collect();
    assert!(codes.is_sorted());
    // A later round asks the members as they are then.
    t.pass(DAY);
    let later = opened(&t.admin(), &ten_days(&t, "scs"));
    let frame = t.admin().get(&format!("/rounds/{later}/frame")).expect(200);
    let rows = frame["data"].as_array().unwrap();
    let region = |code: &str| rows.iter().find(|row| row["organisation"] == code).map(|row| row["region"].clone());
    assert_eq!((region("SN"), region("KE").is_some()), (Some(json!("ESA")), true));
}

#[story]
fn the_round_of_2024_asks_the_186_members_of_its_day(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let past = given("scs", "2024-04-17T00:00:00+02:00", "2024-05-07T00:00:00+02:00", "Europe/Brussels");
    let id = opened(&admin, &past);
    let round = admin.get(&format!("/rounds/{id}")).expect(200);
    assert_eq!((&round["frame"], &round["state"]), (&json!(186), &json!("open")));
    assert_eq!((&round["deadline"]["day"], &round["deadline"]["time"]), (&json!("2024-05-06"), &json!("24:00")));
    extend(&admin, &id, &json!("all"), "2024-05-16T00:00:00+02:00").expect(201);
    extend(&admin, &id, &json!({"organisation": "SN"}), "2024-06-25T00:00:00+02:00").expect(201);
    let progress = admin.get(&format!("/rounds/{id}/progress")).expect(200);
    let row = |code: &str| progress["data"].as_array().unwrap().iter().find(|row| row["organisation"] == code).unwrap();
    assert_eq!((&row("SN")["deadline"], &row("SN")["is_extended"]), (&json!("2024-06-24T22:00:00Z"), &json!(true)));
    assert_eq!(row("KE")["deadline"], "2024-05-15T22:00:00Z");
    days_pass(&t, 1);
    assert_eq!(state(&t.admin(), &id), "closed", "every deadline has passed");
}

#[story]
fn a_draft_opens_by_itself_once_that_was_decided(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let (tomorrow, later) = (t.clock.now().plus(DAY).to_string(), t.clock.now().plus(9 * DAY).to_string());
    let make = || id_of(&admin.post("/rounds", &given("scs", &tomorrow, &later, "UTC")).expect(201));
    let (decided, undecided) = (make(), make());
    let waits = admin.post(&format!("/rounds/{decided}/open"), &json!({})).expect(200);
    assert_eq!((&waits["state"], &waits["opens_by_itself"]), (&json!("draft"), &json!(true)));
    days_pass(&t, 2);
    let admin = t.admin();
    assert_eq!((state(&admin, &decided), state(&admin, &undecided)), (json!("open"), json!("draft")));
    let log = admin.get("/audit?action=round_opened").expect(200);
    assert_eq!((&log["data"][0]["actor_id"], log["data"].as_array().unwrap().len()), (&Value::Null, 1));
    days_pass(&t, 9);
    assert_eq!(state(&t.admin(), &decided), "closed");
}

#[story]
fn a_round_that_is_called_off_takes_nothing_more(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let id = opened(&admin, &ten_days(&t, "scs"));
    assert_eq!(admin.post(&format!("/rounds/{id}/cancel"), &json!({})).expect(200)["state"], "cancelled");
    let later = t.clock.now().plus(20 * DAY).to_string();
    assert_eq!(extend(&admin, &id, &json!("all"), &later).refused(409), "round_over");
    let reminder = json!({"states": ["not_started"]});
    assert_eq!(admin.post(&format!("/rounds/{id}/reminders"), &reminder).refused(409), "round_over");
    let file = admin.get(&format!("/rounds/{id}/deadline.ics"));
    assert!(file.text.contains("METHOD:CANCEL") && file.text.contains("SEQUENCE:1"), "{}", file.text);
}

#[story]
fn a_request_with_a_key_makes_one_round_and_one_deadline(t: TestApp) {
    let admin = t.admin();
    survey(&admin, "scs", "member");
    let keyed = admin.with_header("idempotency-key", "round");
    let made = keyed.post("/rounds", &ten_days(&t, "scs")).expect(201);
    let again = keyed.post("/rounds", &ten_days(&t, "scs"));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), made);
    assert_eq!(admin.get("/rounds").expect(200)["data"].as_array().unwrap().len(), 1);
    let id = id_of(&made);
    admin.post(&format!("/rounds/{id}/open"), &json!({})).expect(200);
    let keyed = admin.with_header("idempotency-key", "deadline");
    let later = t.clock.now().plus(20 * DAY).to_string();
    let first = extend(&keyed, &id, &json!("all"), &later).expect(201);
    assert_eq!(extend(&keyed, &id, &json!("all"), &later).expect(201), first);
    let ledger = admin.get(&format!("/rounds/{id}/deadlines")).expect(200);
    assert_eq!(ledger["data"].as_array().unwrap().len(), 2, "that of the opening, and the new one");
}

#[story]
fn rounds_of_paired_surveys_are_paired_and_the_later_asks_the_agencies(t: TestApp) {
    let admin = t.admin();
    twins(&admin);
    let members = id_of(&admin.post("/rounds", &ten_days(&t, "scs")).expect(201));
    let mut second = ten_days(&t, "scs");
    second["paired_with"] = json!(members);
    let same = admin.post("/rounds", &second);
    assert_eq!(faults(&same), [("/paired_with".to_owned(), "surveys_not_paired".to_owned())]);
    second["survey"] = json!("partners");
    let partners = admin.post("/rounds", &second).expect(201);
    assert_eq!(partners["paired_with"], json!(members));
    let seen = admin.get(&format!("/rounds/{members}")).expect(200);
    assert_eq!(seen["paired_with"], partners["id"], "from both sides");
    let taken = admin.post("/rounds", &second);
    assert_eq!(faults(&taken), [("/paired_with".to_owned(), "round_paired".to_owned())]);

    let id = id_of(&partners);
    assert_eq!(admin.post(&format!("/rounds/{id}/open"), &json!({})).refused(409), "frame_empty");
    let agency = |code: &str, member: &str| json!({"code": code, "member": member, "name_en": "Port authority", "name_fr": "Autorité portuaire"});
    let made = admin.post("/partners", &agency("SN-PORT", "SN")).expect(201);
    assert_eq!((&made["kind"], &made["member"]), (&json!("partner"), &json!("SN")));
    assert_eq!(made["default_language"], "fr", "as its member");
    let bad = admin.post("/partners", &agency("sn-port", "SN-PORT"));
    let wanted = [("/code", "duplicate"), ("/member", "unknown_organisation")];
    assert_eq!(faults(&bad), wanted.map(|(place, code)| (place.to_owned(), code.to_owned())));
    assert_eq!(faults(&admin.post("/partners", &agency("SP", "SN"))), [("/code".to_owned(), "bad_code".to_owned())]);
    admin.post(&format!("/rounds/{id}/open"), &json!({})).expect(200);
    let frame = admin.get(&format!("/rounds/{id}/frame")).expect(200);
    assert_eq!(frame["data"][0]["organisation"], "SN-PORT");
    assert_eq!((&frame["total"], &frame["data"][0]["region"]), (&json!(1), &json!("WCA")), "the region of its member");
    assert_eq!(admin.get("/partners").expect(200)["data"].as_array().unwrap().len(), 1);
}
