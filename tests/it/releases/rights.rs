//! Who reads which release, and who publishes.

use serde_json::{Value, json};

use super::closed;
use crate::authorisation::cast;
use crate::support::{Expect as _, TestApp, story};

#[story]
fn everybody_reads_what_is_public_and_members_the_rest(t: TestApp) {
    let people = cast(&t);
    let round = closed(&t);
    let members = round.published(&t, &json!({"audience": "members"}));
    let public = round.published(&t, &json!({"audience": "public"}));
    let list = format!("/rounds/{}/releases", round.id);
    let numbers = |answer: Value| {
        answer["data"].as_array().unwrap().iter().map(|row| row["number"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    for (role, person) in &people {
        let reads = ["ncp", "contributor", "partner", "coordinator", "auditor", "secretariat"].contains(role);
        let seen = numbers(person.get(&list).expect(200));
        assert_eq!(seen, if reads { vec![2, 1] } else { vec![2] }, "{role}");
        for path in ["results", "results.json", "results?by=region"] {
            let of_members = person.get(&format!("/releases/{members}/{path}"));
            assert_eq!(of_members.status, if reads { 200 } else { 404 }, "{role} {path}");
            person.get(&format!("/releases/{public}/{path}")).expect(200);
        }
        let publish = round.publish(person, &json!({"audience": "public"}));
        if *role != "secretariat" {
            assert_eq!(publish.status, 403, "{role}");
        }
    }
    let anonymous = t.anonymous();
    assert_eq!(numbers(anonymous.get(&list).unwrap().expect(200)).last(), Some(&2), "the one for members is not there");
    anonymous.get(&format!("/releases/{public}/results")).unwrap().expect(200);
    assert_eq!(anonymous.get(&format!("/releases/{members}/results")).unwrap().refused(404), "not_found");
    assert_eq!(anonymous.get(&format!("/rounds/{members}/releases")).unwrap().refused(404), "not_found");
}

#[story]
fn a_token_reads_or_publishes_as_its_scopes_say(t: TestApp) {
    let round = closed(&t);
    let admin = t.admin();
    let token = |scopes: &[&str]| {
        let asked = json!({"name": "results", "scopes": scopes, "expires_in_days": 1});
        let made = admin.post("/me/tokens", &asked).expect(201);
        t.anonymous().with_token(made["token"].as_str().unwrap())
    };
    let path = format!("/rounds/{}/releases", round.id);
    let reader = token(&["surveys:read"]);
    assert_eq!(reader.post(&path, &json!({"audience": "members"})).unwrap().refused(403), "scope_missing");
    let manager = token(&["surveys:manage"]);
    let made = manager.post(&path, &json!({"audience": "members"})).unwrap().expect(201);
    let results = format!("/releases/{}/results", made["id"].as_str().unwrap());
    reader.get(&results).unwrap().expect(200);
    assert_eq!(manager.get(&results).unwrap().refused(404), "not_found", "it may not read, and is a visitor");
}
