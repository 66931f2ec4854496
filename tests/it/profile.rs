//! What people see and change of themselves.

use serde_json::json;

use crate::support::{Application, Expect as _, TestApp, story};

#[story]
fn a_changed_profile_shows_in_the_directory(t: TestApp) {
    let awa = t.ncp("SN");
    let kenyan = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let change = json!({
        "name": "Awa Diop-Sène", "languages": ["FR", "wo", "fr"], "technologies": ["drones", "ai_ml"],
        "phone_audience": "members", "preferred_language": "fr",
    });
    let me = awa.patch("/me", &change).expect(200);
    assert_eq!(me["contact"]["languages"], json!(["fr", "wo"]));
    assert_eq!(me["preferred_language"], "fr");
    for search in ["q=sene", "technology=drones", "language=wo", "q=diop&technology=ai_ml&language=fr"] {
        let found = kenyan.get(&format!("/contacts?{search}")).expect(200);
        assert_eq!(found["data"][0]["name"], "Awa Diop-Sène", "{search}");
        assert_eq!(found["data"][0]["phone"], "+221 33 800 00 00");
    }
    // What she is no longer, she is no longer found by.
    assert_eq!(kenyan.get("/contacts?language=en&member=SN").expect(200)["data"], json!([]));
}

#[story]
fn null_takes_away_and_absent_keeps(t: TestApp) {
    let awa = t.ncp("SN");
    let me = awa.patch("/me", &json!({"phone": null})).expect(200);
    assert_eq!(me["contact"]["phone"], json!(null));
    assert_eq!(me["contact"]["job_title"], "Head of Innovation");
}

#[story]
fn a_bad_profile_names_every_field_and_changes_nothing(t: TestApp) {
    let awa = t.ncp("SN");
    let change = json!({"name": "E\r\nBcc: x@y.example", "languages": ["zz"], "phone": "call me", "job_title": ""});
    let answer = awa.patch("/me", &change);
    let errors = answer.json()["errors"].clone();
    let codes: Vec<(&str, &str)> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        codes,
        [
            ("/name", "control_characters"),
            ("/job_title", "empty"),
            ("/phone", "bad_phone"),
            ("/languages/0", "unknown_language"),
        ]
    );
    assert_eq!(answer.refused(422), "invalid");
    let technology = awa.patch("/me", &json!({"name": "Other", "technologies": ["drones", "abacus"]}));
    assert_eq!(technology.json()["errors"][0]["pointer"], "/technologies/1");
    assert_eq!(awa.get("/me").expect(200)["name"], "Awa Diop");
}

#[story]
fn of_two_who_change_at_once_the_second_is_told(t: TestApp) {
    let awa = t.ncp("SN");
    let tag = awa.get("/me").header("etag").unwrap().to_owned();
    let careful = awa.with_header("if-match", &tag);
    careful.patch("/me", &json!({"job_title": "Director"})).expect(200);
    assert_eq!(careful.patch("/me", &json!({"job_title": "Deputy"})).refused(412), "changed_meanwhile");
    awa.patch("/me", &json!({"job_title": "Deputy"})).expect(200);
}
