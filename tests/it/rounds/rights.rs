//! Who sees and does what with rounds: by role, by audience, and by the scopes of API tokens.

use portal::demo::client::Client;
use serde_json::{Value, json};

use super::{DAY, coordinator, extend, id_of, opened, ten_days, twins};
use crate::authorisation::cast;
use crate::life_cycle::{accept, invite};
use crate::support::{Expect as _, Person, TestApp, story};

fn surveys(reader: &Client) -> Vec<String> {
    let list = reader.get("/rounds").unwrap().expect(200);
    let rows = list["data"].as_array().unwrap();
    let mut codes: Vec<String> = rows.iter().map(|row| row["survey"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes
}

/// A round of each audience that is open, and one for members that is a draft.
fn stage(t: &TestApp) -> [String; 3] {
    let admin = t.admin();
    twins(&admin);
    let agency = json!({"code": "SN-PORT", "member": "SN", "name_en": "Port", "name_fr": "Port"});
    admin.post("/partners", &agency).expect(201);
    let draft = id_of(&admin.post("/rounds", &ten_days(t, "scs")).expect(201));
    [opened(&admin, &ten_days(t, "scs")), opened(&admin, &ten_days(t, "partners")), draft]
}

#[story]
fn everybody_sees_the_rounds_of_the_own_audience_that_have_opened(t: TestApp) {
    let people = cast(&t);
    let [members, partners, draft] = stage(&t);
    for (role, person) in &people {
        let seen: &[&str] = match *role {
            "secretariat" => &["partners", "scs", "scs"],
            "partner" => &["partners"],
            "ncp" | "contributor" | "coordinator" | "auditor" => &["scs"],
            _ => continue,
        };
        assert_eq!(surveys(person), seen, "{role}");
        for (id, is_seen) in [
            (&members, seen.contains(&"scs")),
            (&partners, seen.contains(&"partners")),
            (&draft, *role == "secretariat"),
        ] {
            for below in ["", "/frame", "/deadlines", "/extension-requests"] {
                let answer = person.get(&format!("/rounds/{id}{below}"));
                assert_eq!(answer.status, if is_seen { 200 } else { 404 }, "{role} {below}");
            }
        }
    }
}

#[story]
fn the_secretariat_alone_holds_rounds_and_coordinators_ask_for_their_own(t: TestApp) {
    let people = cast(&t);
    let [members, _, draft] = stage(&t);
    let later = t.clock.now().plus(20 * DAY).to_string();
    let wish = json!({"until": later, "reason": "Two ministries have to agree."});
    for (role, person) in people.iter().filter(|(role, _)| ["ncp", "coordinator", "auditor"].contains(role)) {
        assert_eq!(person.post("/rounds", &ten_days(&t, "scs")).refused(403), "secretariat_only", "{role}");
        assert_eq!(person.post(&format!("/rounds/{draft}/open"), &json!({})).refused(403), "secretariat_only");
        assert_eq!(extend(person, &members, &json!("all"), &later).refused(403), "secretariat_only", "{role}");
        assert_eq!(person.get(&format!("/rounds/{members}/progress")).refused(403), "secretariat_only", "{role}");
        assert_eq!(person.get(&format!("/rounds/{members}/reminders")).refused(403), "secretariat_only", "{role}");
        let asked = person.post(&format!("/rounds/{members}/extension-requests"), &wish);
        match *role {
            "coordinator" => assert_eq!(asked.expect(201)["organisation"], "KE"),
            _ => assert_eq!(asked.refused(403), "coordinators_only", "{role}"),
        }
    }
}

#[story]
fn an_agency_answers_its_own_round_by_invited_people(t: TestApp) {
    let [_, partners, _] = stage(&t);
    let admin = t.admin();
    let email = "port@agency.example";
    invite(&admin, email, "SN-PORT", "partner");
    accept(&t, email);
    let fatou = t.login(email);
    let round = fatou.get(&format!("/rounds/{partners}")).expect(200);
    assert_eq!((&round["standings"][0]["organisation"], &round["frame"]), (&json!("SN-PORT"), &json!(1)));
    assert_eq!(round["standings"][0]["is_open"], true);
    let later = t.clock.now().plus(20 * DAY).to_string();
    let wish = json!({"until": later, "reason": "Our board meets later."});
    fatou.post(&format!("/rounds/{partners}/extension-requests"), &wish).expect(201);
    let sent = admin.post(&format!("/rounds/{partners}/reminders"), &json!({"states": ["not_started"]})).expect(201);
    assert_eq!((&sent["people"], &sent["data"][0]["organisation"]), (&json!(1), &json!("SN-PORT")));
}

#[story]
fn participation_is_public_where_the_round_says_so(t: TestApp) {
    let [members, ..] = stage(&t);
    let (admin, awa) = (t.admin(), coordinator(&t, "SN", "Awa Diop", "en"));
    let path = format!("/rounds/{members}");
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    let public = json!({"is_participation_public": true});
    admin.with_header("if-match", &tag).patch(&path, &public).expect(200);
    let progress = awa.get(&format!("{path}/progress")).expect(200);
    assert_eq!((&progress["submitted"], &progress["states"]), (&json!(0), &json!([])));
    assert_eq!(progress["data"][0]["state"], Value::Null, "who has not submitted is not told further");
    let all = admin.get(&format!("{path}/progress")).expect(200);
    assert_eq!((&all["data"][0]["state"], &all["frame"]), (&json!("not_started"), &progress["frame"]));
}

#[story]
fn whoever_submits_where_nobody_sees_it_stays_unseen(t: TestApp) {
    let [members, ..] = stage(&t);
    let (admin, path) = (t.admin(), format!("/rounds/{members}"));
    let set = |is_public: bool| {
        let tag = admin.get(&path).header("etag").unwrap().to_owned();
        admin.with_header("if-match", &tag).patch(&path, &json!({"is_participation_public": is_public}))
    };
    for is_public in [true, false] {
        set(is_public).expect(200);
    }
    crate::releases::submit(&t, &members, "SN", &json!({}), false);
    assert_eq!(set(true).refused(409), "participation_settled");
    set(false).expect(200);
    let log = admin.get("/audit?action=round_changed").expect(200);
    let fields: Vec<&Value> = log["data"].as_array().unwrap().iter().map(|entry| &entry["detail"]["fields"]).collect();
    assert_eq!(fields, [&json!(["is_participation_public"]); 2], "what changes nothing is not recorded");
}

#[story]
fn people_of_agencies_read_no_participation_by_region(t: TestApp) {
    let [_, partners, _] = stage(&t);
    let (admin, email) = (t.admin(), "port@agency.example");
    invite(&admin, email, "SN-PORT", "partner");
    accept(&t, email);
    let path = format!("/rounds/{partners}");
    let tag = admin.get(&path).header("etag").unwrap().to_owned();
    let public = json!({"is_participation_public": true});
    admin.with_header("if-match", &tag).patch(&path, &public).expect(200);
    let told = t.login(email).get(&format!("{path}/progress")).expect(200);
    assert_eq!((&told["frame"], &told["regions"]), (&json!(1), &json!([])));
    let all = admin.get(&format!("{path}/progress")).expect(200);
    assert_eq!(all["regions"].as_array().unwrap().len(), 1, "the Secretariat does: {all}");
}

#[story]
fn a_token_reads_or_manages_rounds_as_its_scopes_say(t: TestApp) {
    let [members, ..] = stage(&t);
    let (admin, moussa) = (t.admin(), coordinator(&t, "SN", "Moussa Fall", "fr"));
    let token = |owner: &Person, scopes: &[&str]| {
        let asked = json!({"name": "rounds", "scopes": scopes, "expires_in_days": 1});
        let made = owner.post("/me/tokens", &asked).expect(201);
        t.anonymous().with_token(made["token"].as_str().unwrap())
    };
    let reader = token(&admin, &["surveys:read"]);
    assert_eq!(surveys(&reader), ["partners", "scs"], "what has opened");
    reader.get(&format!("/rounds/{members}/progress")).unwrap().expect(200);
    assert_eq!(reader.post("/rounds", &ten_days(&t, "scs")).unwrap().refused(403), "scope_missing");
    let manager = token(&admin, &["surveys:manage"]);
    manager.post("/rounds", &ten_days(&t, "scs")).unwrap().expect(201);
    assert_eq!(manager.get("/rounds").unwrap().refused(403), "scope_missing");
    let own = token(&moussa, &["surveys:read"]);
    let wish = json!({"until": t.clock.now().plus(20 * DAY), "reason": "Two ministries have to agree."});
    let asked = own.post(&format!("/rounds/{members}/extension-requests"), &wish).unwrap();
    assert_eq!(asked.refused(403), "scope_missing", "to ask is an act of a person");
}
