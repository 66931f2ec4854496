//! The way of a version: draft, changed, published, unchangeable; and files with JSON.

use std::time::Duration;

use portal::secrets::{fingerprint_of, hex};
use serde_json::{Value, json};

use super::{
    JSON, SHIPPED, begin, commit, contradiction, file, form, import, make, places, publish, questionnaire, replace,
};
use crate::support::{Expect as _, TestApp, story};

#[story]
fn a_survey_has_a_code_of_its_own_and_titles_in_both_languages(t: TestApp) {
    let admin = t.admin();
    let made = admin.post("/surveys", &form("SCS", "member"));
    assert_eq!(made.header("location"), Some("/api/v1/surveys/scs"));
    let made = made.expect(201);
    assert_eq!((&made["code"], &made["published"], &made["draft"]), (&json!("scs"), &Value::Null, &Value::Null));
    assert_eq!(admin.get("/surveys/scs").expect(200), made);
    let bad = json!({"code": "a code", "audience": "member", "titles": {"fr": "Voir https://x.example"}});
    let refused = admin.post("/surveys", &bad);
    let pointers: Vec<Value> =
        refused.json()["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].clone()).collect();
    assert_eq!(json!(pointers), json!(["/code", "/titles/en", "/titles/fr"]));
    assert_eq!(refused.refused(422), "invalid");
    let again = admin.post("/surveys", &form("scs", "partner"));
    assert_eq!(again.json()["errors"][0]["code"], "duplicate", "{}", again.text);
    let log = admin.get("/audit?action=survey_created").expect(200);
    assert_eq!(log["data"][0]["detail"]["survey"], "scs");
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
}

#[story]
fn two_surveys_are_paired_if_they_ask_different_audiences(t: TestApp) {
    let admin = t.admin();
    make(&admin, "members", "member");
    let mut twin = form("partners", "partner");
    for (code, audience, fault) in [("nobody", "partner", "unknown_survey"), ("members", "member", "same_audience")] {
        (twin["paired_with"], twin["audience"]) = (json!(code), json!(audience));
        let refused = admin.post("/surveys", &twin);
        let first = &refused.json()["errors"][0];
        assert_eq!((&first["pointer"], &first["code"]), (&json!("/paired_with"), &json!(fault)));
    }
    (twin["paired_with"], twin["audience"]) = (json!("members"), json!("partner"));
    assert_eq!(admin.post("/surveys", &twin).expect(201)["paired_with"], "members");
    assert_eq!(admin.get("/surveys/members").expect(200)["paired_with"], "partners", "seen from both sides");
    twin["code"] = json!("third");
    let refused = admin.post("/surveys", &twin);
    assert_eq!(refused.json()["errors"][0]["code"], "survey_paired");
}

#[story]
fn a_draft_is_changed_from_what_was_read_and_never_after_it_is_published(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    let first = begin(&admin, "scs", &questionnaire()).expect(201);
    assert_eq!((&first["number"], &first["state"], &first["faults"]), (&json!(1), &json!("draft"), &json!([])));
    assert_eq!(first["questionnaire"], questionnaire());
    assert_eq!(begin(&admin, "scs", &questionnaire()).refused(409), "draft_exists");

    let path = "/surveys/scs/versions/1";
    let tag = admin.get(path).header("etag").unwrap().to_owned();
    let mut changed = questionnaire();
    changed["title"]["en"] = json!("Survey of 2026");
    assert_eq!(admin.put(path, &json!({"questionnaire": changed})).refused(428), "if_match_required");
    let answer = replace(&admin, "scs", 1, &tag, &changed);
    let new_tag = answer.header("etag").unwrap().to_owned();
    assert_eq!(answer.expect(200)["questionnaire"], changed);
    assert_eq!(replace(&admin, "scs", 1, &tag, &questionnaire()).refused(412), "changed_meanwhile");
    assert_eq!(admin.get(path).expect(200)["questionnaire"], changed, "the other change is not lost");
    assert_eq!(replace(&admin, "scs", 1, &new_tag, &changed).header("etag"), Some(new_tag.as_str()), "the same again");

    let published = publish(&admin, "scs", 1).expect(200);
    let bytes = file(&admin, "scs", 1, "json");
    assert_eq!(published["state"], "published");
    assert_eq!(published["sha256"], hex(&fingerprint_of(&bytes)), "the hash names the bytes of the file");
    let tag = admin.get(path).header("etag").unwrap().to_owned();
    assert_eq!(replace(&admin, "scs", 1, &tag, &questionnaire()).refused(409), "version_published");
    assert_eq!(publish(&admin, "scs", 1).refused(409), "version_published");
    assert_eq!(file(&admin, "scs", 1, "json"), bytes);

    assert_eq!(begin(&admin, "scs", &questionnaire()).expect(201)["number"], 2);
    let list = admin.get("/surveys/scs/versions").expect(200);
    let states: Vec<(&Value, &Value)> =
        list["data"].as_array().unwrap().iter().map(|row| (&row["number"], &row["state"])).collect();
    assert_eq!(states, [(&json!(2), &json!("draft")), (&json!(1), &json!("published"))]);
    let survey = admin.get("/surveys/scs").expect(200);
    assert_eq!((&survey["published"], &survey["draft"]), (&json!(1), &json!(2)));
    let count = |event: &str| {
        let log = admin.get(&format!("/audit?action={event}")).expect(200);
        log["data"].as_array().unwrap().len()
    };
    assert_eq!((count("survey_version_changed"), count("survey_version_published")), (3, 1));
}

#[story]
fn two_who_change_a_draft_at_once_do_not_overwrite_each_other(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    begin(&admin, "scs", &questionnaire()).expect(201);
    let tag = admin.get("/surveys/scs/versions/1").header("etag").unwrap().to_owned();
    let start = std::sync::Barrier::new(2);
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let write = |title: &'static str| {
            let (admin, start, tag) = (&admin, &start, &tag);
            scope.spawn(move || {
                let mut changed = questionnaire();
                changed["title"]["en"] = json!(title);
                start.wait();
                replace(admin, "scs", 1, tag, &changed).status
            })
        };
        [write("One"), write("Other")].map(|writer| writer.join().unwrap()).into()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 412]);
}

#[story]
fn a_draft_keeps_its_faults_and_is_not_published_with_them(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    let draft = begin(&admin, "scs", &contradiction()).expect(201);
    assert_eq!(draft["questionnaire"], contradiction(), "no work is lost");
    let wanted = [
        ("/sections/0/items/0/question/show_if", "rule_on_later_question"),
        ("/sections/0/items/1/question/label", "missing_language"),
    ];
    assert_eq!(places(&draft), wanted);
    assert_eq!(draft["faults"][0]["detail"], "The rule refers to a question that comes later.");
    assert_eq!((&draft["faults"][0]["value"], &draft["faults"][1]["value"]), (&json!("it_strategy"), &json!("fr")));
    let french = admin.with_header("accept-language", "fr").get("/surveys/scs/versions/1").expect(200);
    assert_eq!(french["faults"][1]["detail"], "Le texte manque dans cette langue.");

    let refused = publish(&admin, "scs", 1);
    let errors = refused.json()["errors"].clone();
    assert_eq!(refused.refused(422), "invalid");
    for ((place, code), error) in wanted.iter().zip(errors.as_array().unwrap()) {
        assert_eq!(error["pointer"], format!("/questionnaire{place}"));
        assert_eq!((&error["code"], &error["codes"]["fault"]), (&json!("questionnaire_fault"), &json!(code)));
    }
    assert_eq!(errors[0]["detail"], "The rule refers to a question that comes later. (it_strategy)");
    assert_eq!(errors.as_array().unwrap().len(), wanted.len());
    assert_eq!(admin.get("/surveys/scs/versions/1").expect(200)["state"], "draft");
}

#[story]
fn json_of_another_shape_is_refused_with_its_place(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    let mut wrong = questionnaire();
    wrong["sections"][0]["colour"] = json!("blue");
    let refused = begin(&admin, "scs", &wrong);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/questionnaire/sections/0/colour");
    assert_eq!(refused.refused(422), "invalid");
    let refused = import(&admin, "scs", JSON, wrong.to_string().as_bytes());
    assert_eq!(refused.json()["errors"][0]["pointer"], "/sections/0/colour");
    assert_eq!(import(&admin, "scs", JSON, b"{").refused(400), "malformed_json");
    assert_eq!(import(&admin, "scs", "text/csv", b"a;b").refused(415), "media_type");
}

#[story]
fn a_request_with_a_key_makes_one_survey_and_one_draft(t: TestApp) {
    let admin = t.admin();
    let keyed = admin.with_header("idempotency-key", "once");
    let made = keyed.post("/surveys", &form("scs", "member")).expect(201);
    let again = keyed.post("/surveys", &form("scs", "member"));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), made);
    let keyed = admin.with_header("idempotency-key", "draft");
    let draft = begin(&keyed, "scs", &questionnaire()).expect(201);
    assert_eq!(begin(&keyed, "scs", &questionnaire()).expect(201), draft);
    assert_eq!(admin.get("/surveys/scs/versions").expect(200)["data"].as_array().unwrap().len(), 1);
}

#[story]
fn the_questionnaires_that_come_with_the_portal_go_in_and_come_out_the_same(t: TestApp) {
    let admin = t.admin();
    for (code, audience, shipped) in [("scs", "member", SHIPPED[0]), ("partners", "partner", SHIPPED[1])] {
        make(&admin, code, audience);
        let plan = import(&admin, code, JSON, shipped.as_bytes()).expect(201);
        assert_eq!((&plan["faults"], &plan["notes"]), (&json!([]), &json!([])));
        assert_eq!(admin.get(&format!("/surveys/{code}/versions")).expect(200)["data"], json!([]), "a dry run");
        let draft = commit(&admin, code, &plan, &json!({})).expect(201);
        let out: Value = serde_json::from_slice(&file(&admin, code, 1, "json")).unwrap();
        assert_eq!(out, draft["questionnaire"]);
        // What was left out is written with its default, and nothing else differs.
        let again = import(&admin, code, JSON, &file(&admin, code, 1, "json")).expect(201);
        assert_eq!(again["questionnaire"], out);
        publish(&admin, code, 1).expect(200);
    }
}

#[story]
fn a_plan_becomes_the_draft_once_and_only_beside_the_draft_that_it_saw(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    let send = |questionnaire: &Value| import(&admin, "scs", JSON, questionnaire.to_string().as_bytes()).expect(201);
    let broken = send(&contradiction());
    assert_eq!(places(&broken).len(), 2);
    let refused = commit(&admin, "scs", &broken, &json!({}));
    assert_eq!(refused.json()["errors"][0]["code"], "faults_not_accepted");
    assert_eq!(refused.refused(422), "invalid");
    let early = send(&questionnaire());
    let draft = commit(&admin, "scs", &broken, &json!({"with_faults": true})).expect(201);
    assert_eq!(places(&draft).len(), 2);
    assert_eq!(commit(&admin, "scs", &broken, &json!({"with_faults": true})).refused(410), "survey_plan_committed");
    assert_eq!(commit(&admin, "scs", &early, &json!({"replace": true})).refused(409), "survey_plan_outdated");
    let late = send(&questionnaire());
    assert_eq!(commit(&admin, "scs", &late, &json!({})).refused(409), "draft_exists");
    let replaced = commit(&admin, "scs", &late, &json!({"replace": true})).expect(201);
    assert_eq!((&replaced["number"], &replaced["questionnaire"]), (&json!(1), &questionnaire()));
    let forgotten = send(&questionnaire());
    t.pass(Duration::from_mins(61));
    assert_eq!(commit(&t.admin(), "scs", &forgotten, &json!({"replace": true})).refused(410), "plan_expired");
}
