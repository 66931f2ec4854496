//! Who sees and does what with surveys: by role, and by the scopes of API tokens.

use portal::demo::client::Client;
use serde_json::{Value, json};

use super::{begin, form, import, make, publish, questionnaire};
use crate::authorisation::cast;
use crate::support::{Expect as _, Person, TestApp, story};

/// A survey for members with a published version and a draft, one for partners with a published version, and one for
/// members with a draft alone.
fn stage(admin: &Person) {
    make(admin, "members", "member");
    let mut twin = form("partners", "partner");
    twin["paired_with"] = json!("members");
    admin.post("/surveys", &twin).expect(201);
    make(admin, "unready", "member");
    for code in ["members", "partners"] {
        begin(admin, code, &questionnaire()).expect(201);
        publish(admin, code, 1).expect(200);
    }
    for code in ["members", "unready"] {
        begin(admin, code, &questionnaire()).expect(201);
    }
}

fn codes(reader: &Client) -> Vec<String> {
    let list = reader.get("/surveys").unwrap().expect(200);
    list["data"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
}

#[story]
fn everybody_reads_what_is_published_for_the_own_audience(t: TestApp) {
    let people = cast(&t);
    stage(&t.admin());
    for (role, person) in &people {
        let seen: &[&str] = match *role {
            "secretariat" => &["members", "partners", "unready"],
            "partner" => &["partners"],
            "ncp" | "contributor" | "coordinator" | "auditor" => &["members"],
            _ => continue,
        };
        assert_eq!(codes(person), seen, "{role}");
        for code in ["members", "partners", "unready"] {
            let (is_seen, path) = (seen.contains(&code), format!("/surveys/{code}/versions"));
            assert_eq!(person.get(&path).status, if is_seen { 200 } else { 404 }, "{role} {code}");
            let files = ["", ".json", ".xlsx", "/codebook.json", "/codebook.csv", "/codebook.xlsx", "/codebook.xml"];
            for path in files.map(|file| format!("{path}/1{file}")) {
                assert_eq!(person.get(&path).status, if is_seen { 200 } else { 404 }, "{role} {path}");
            }
        }
    }
    let awa = &people.iter().find(|(role, _)| *role == "ncp").unwrap().1;
    let survey = awa.get("/surveys/members").expect(200);
    assert_eq!((&survey["published"], &survey["draft"]), (&json!(1), &Value::Null));
    assert_eq!(survey["paired_with"], Value::Null, "a survey that she may not see");
    assert_eq!(awa.get("/surveys/members/versions").expect(200)["data"].as_array().unwrap().len(), 1);
    for path in ["2", "2.json", "2.xlsx", "2/codebook.json", "2/codebook.xml", "3"] {
        assert_eq!(awa.get(&format!("/surveys/members/versions/{path}")).refused(404), "not_found", "{path}");
    }
}

#[story]
fn the_secretariat_alone_writes_surveys(t: TestApp) {
    let people = cast(&t);
    stage(&t.admin());
    for (role, person) in people.iter().filter(|(role, _)| ["ncp", "partner", "coordinator", "auditor"].contains(role))
    {
        assert_eq!(person.post("/surveys", &form("own", "member")).refused(403), "secretariat_only", "{role}");
        assert_eq!(begin(person, "partners", &questionnaire()).refused(403), "secretariat_only", "{role}");
        assert_eq!(publish(person, "members", 2).refused(403), "secretariat_only", "{role}");
        let answer = import(person, "members", super::JSON, questionnaire().to_string().as_bytes());
        assert_eq!(answer.refused(403), "secretariat_only", "{role}");
    }
}

#[story]
fn a_plan_belongs_to_whoever_made_it_and_to_its_survey(t: TestApp) {
    let admin = t.admin();
    stage(&admin);
    let plan = import(&admin, "unready", super::JSON, questionnaire().to_string().as_bytes()).expect(201);
    assert_eq!(super::commit(&admin, "members", &plan, &json!({"replace": true})).refused(404), "not_found");
    assert_eq!(import(&admin, "nobody", super::JSON, b"{}").refused(404), "not_found");
    super::commit(&admin, "unready", &plan, &json!({"replace": true})).expect(201);
}

#[story]
fn a_token_reads_or_manages_as_its_scopes_say(t: TestApp) {
    let admin = t.admin();
    stage(&admin);
    let token = |scopes: &[&str]| {
        let asked = json!({"name": "surveys", "scopes": scopes, "expires_in_days": 1});
        let made = admin.post("/me/tokens", &asked).expect(201);
        t.anonymous().with_token(made["token"].as_str().unwrap())
    };
    let reader = token(&["surveys:read"]);
    assert_eq!(codes(&reader), ["members", "partners"], "what is published, although its owner sees drafts");
    reader.get("/surveys/members/versions/1.json").unwrap().expect(200);
    assert_eq!(reader.get("/surveys/members/versions/2").unwrap().refused(404), "not_found");
    assert_eq!(reader.post("/surveys", &form("new", "member")).unwrap().refused(403), "scope_missing");
    let manager = token(&["surveys:manage"]);
    assert_eq!(manager.get("/surveys").unwrap().refused(403), "scope_missing");
    manager.post("/surveys", &form("new", "member")).unwrap().expect(201);
    let both = token(&["surveys:read", "surveys:manage"]);
    assert_eq!(codes(&both), ["members", "new", "partners", "unready"]);
    let other = token(&["community:read"]);
    assert_eq!(other.get("/surveys").unwrap().refused(403), "scope_missing");
    // Nobody gives more than they have.
    let asked = json!({"name": "x", "scopes": ["surveys:manage"], "expires_in_days": 1});
    let refused = t.ncp("SN").post("/me/tokens", &asked);
    assert_eq!(refused.json()["errors"][0]["code"], "scope_not_held", "{}", refused.text);
}
