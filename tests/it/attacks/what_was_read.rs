//! Decisions on what an officer has read (number 8): what was changed in between is not decided on.

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

fn coordinator(t: &TestApp) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") })
}

/// Somebody whose application waits; logged in.
fn applicant(t: &TestApp, name: &str) -> Person {
    let application = Application::new("SN", name);
    t.apply_and_verify(&application);
    t.login(&application.email)
}

fn appointment(person: &Person) -> serde_json::Value {
    person.get("/me").expect(200)["appointments"][0].clone()
}

fn address(person: &Person) -> String {
    format!("/appointments/{}", appointment(person)["id"].as_str().unwrap())
}

#[story]
fn a08_whom_a_coordinator_approves_is_whom_the_page_named(t: TestApp) {
    let (home, fatou) = (coordinator(&t), applicant(&t, "Fatou Sow"));
    let mut browser = Browser::of(&t, &home);
    let page = browser.open(&format!("{}/approve", address(&fatou)));
    assert!(page.has("Fatou Sow"), "{}", page.text());
    fatou.patch("/me", &json!({"name": "Ousmane Badji"})).expect(200);
    let again = browser.submit(&page, "Approve", &[]);
    assert_eq!((again.status, &appointment(&fatou)["status"]), (412, &json!("pending")), "{}", again.text());
    assert!(again.has("Ousmane Badji"), "who is to be approved now: {}", again.text());
    let done = browser.submit(&again, "Approve", &[]);
    assert_eq!((done.status, &appointment(&fatou)["status"]), (200, &json!("active")), "{}", done.text());
}

#[story]
fn a08_a_program_can_name_what_it_has_read(t: TestApp) {
    let (home, fatou) = (coordinator(&t), applicant(&t, "Fatou Sow"));
    let path = address(&fatou);
    let tag = home.get(&path).header("etag").unwrap().to_owned();
    fatou.patch("/me", &json!({"name": "Ousmane Badji"})).expect(200);
    let approve = |tag: &str| home.with_header("if-match", tag).post(&format!("{path}/approve"), &json!({}));
    assert_eq!(approve(&tag).refused(412), "changed_meanwhile");
    let tag = home.get(&path).header("etag").unwrap().to_owned();
    approve(&tag).expect(200);
}

/// The letter, the reference and the telephone may be others by the time of the decision.
#[story]
fn a08_an_approval_is_of_the_nomination_that_was_read(t: TestApp) {
    let (home, fatou) = (coordinator(&t), applicant(&t, "Fatou Sow"));
    let path = address(&fatou);
    let state = |official: &str| {
        let tag = fatou.get(&format!("{path}/nomination")).header("etag").unwrap().to_owned();
        let statement = json!({"official": official, "reference": "DG/1"});
        fatou.with_header("if-match", &tag).put(&format!("{path}/nomination"), &statement).expect(200);
    };
    state("The Director General");
    let mut browser = Browser::of(&t, &home);
    let page = browser.open(&format!("{path}/approve"));
    assert!(page.has("The Director General") && page.has("DG/1"), "{}", page.text());
    let tag = home.get(&path).header("etag").unwrap().to_owned();
    let own = fatou.get(&path).expect(200);
    assert!(own["evidence_version"].is_string(), "{own}");
    state("The Deputy Director");
    assert_ne!(fatou.get(&path).expect(200)["evidence_version"], own["evidence_version"]);
    let approve = |tag: &str| home.with_header("if-match", tag).post(&format!("{path}/approve"), &json!({}));
    assert_eq!(approve(&tag).refused(412), "changed_meanwhile");
    let again = browser.submit(&page, "Approve", &[]);
    assert_eq!((again.status, &appointment(&fatou)["status"]), (412, &json!("pending")), "{}", again.text());
    assert!(again.has("The Deputy Director"), "what is to be approved now: {}", again.text());
    // So is what else the officer reads of the person.
    fatou.patch("/me", &json!({"phone": "+221338200000"})).expect(200);
    let again = browser.submit(&again, "Approve", &[]);
    assert_eq!((again.status, &appointment(&fatou)["status"]), (412, &json!("pending")), "{}", again.text());
    let done = browser.submit(&again, "Approve", &[]);
    assert_eq!((done.status, &appointment(&fatou)["status"]), (200, &json!("active")), "{}", done.text());
    assert!(home.get(&path).expect(200)["evidence_version"].is_null(), "nothing is to be decided any more");
}

#[story]
fn a08_a_successor_who_waits_is_whom_the_page_named(t: TestApp) {
    let (home, awa, sokhna) = (coordinator(&t), t.ncp("SN"), applicant(&t, "Sokhna Sarr"));
    let mut browser = Browser::of(&t, &home);
    let page = browser.open(&format!("{}/replace", address(&awa)));
    assert!(page.has("Sokhna Sarr"), "{}", page.text());
    let value = page.option("successor", "Sokhna Sarr");
    sokhna.patch("/me", &json!({"name": "Bandiougou Diagne"})).expect(200);
    let again = browser.submit(&page, "Hand over the appointment", &[("successor", &value)]);
    assert_eq!((again.status, &appointment(&sokhna)["status"]), (412, &json!("pending")), "{}", again.text());
    let value = again.option("successor", "Bandiougou Diagne");
    let done = browser.submit(&again, "Hand over the appointment", &[("successor", &value)]);
    assert_eq!((done.status, &appointment(&sokhna)["status"]), (200, &json!("active")), "{}", done.text());
}

#[story]
fn a08_a_plan_and_a_submission_are_of_the_text_that_was_read(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let text = |body: &str| json!({"en": {"subject": "News", "body_markdown": body}});
    let draft = json!({"audience": {"members": ["SN"]}, "default_language": "en", "variants": text("Dear all.")});
    let id = admin.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned();
    let mut browser = Browser::of(&t, &admin);
    let plan = browser.open(&format!("/announcements/{id}/schedule"));
    let submission = browser.open(&format!("/announcements/{id}/submit"));
    let wider = json!({"audience": {}, "variants": text("Dear world.")});
    admin.patch(&format!("/announcements/{id}"), &wider).expect(200);
    let when = [("send_at", "2030-01-31"), ("time", "09:00")];
    let status = || admin.get(&format!("/announcements/{id}")).expect(200)["status"].clone();
    let refused = browser.submit(&plan, "Schedule for this time", &when);
    assert_eq!((refused.status, status()), (409, json!("draft")), "{}", refused.text());
    let refused_too = browser.submit(&submission, "Submit for approval", &[]);
    assert_eq!((refused_too.status, status()), (409, json!("draft")), "{}", refused_too.text());
    let planned = browser.submit(&refused, "Schedule for this time", &when);
    assert_eq!((planned.status, status()), (200, json!("scheduled")), "{}", planned.text());
}

#[story]
fn a08_an_entry_is_confirmed_as_it_was_read(t: TestApp) {
    let (home, awa) = (coordinator(&t), t.ncp("SN"));
    let mut browser = Browser::of(&t, &awa);
    let page = browser.open("/account/entry");
    let id = awa.all("/contacts?q=awa")[0]["id"].as_str().unwrap().to_owned();
    let tag = home.get(&format!("/contacts/{id}")).header("etag").unwrap().to_owned();
    let change = json!({"job_title": "Head of nothing"});
    home.with_header("if-match", &tag).patch(&format!("/contacts/{id}"), &change).expect(200);
    assert_eq!(browser.submit(&page, "Confirm that this entry is right", &[]).status, 412);
    let page = browser.open("/account/entry");
    assert_eq!(browser.submit(&page, "Confirm that this entry is right", &[]).status, 200);
}

#[story]
fn a21_what_becomes_of_a_draft_is_in_the_log(t: TestApp) {
    let admin = t.admin();
    let text = |body: &str| json!({"en": {"subject": "News", "body_markdown": body}});
    let draft = json!({"default_language": "en", "variants": text("Dear all.")});
    let id = admin.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/announcements/{id}");
    admin.patch(&path, &json!({"variants": text("Dear world.")})).expect(200);
    admin.delete(&path).expect(204);
    let log = |event: &str| admin.all(&format!("/audit?subject={id}&action={event}")).len();
    assert_eq!(["announcement_drafted", "announcement_changed", "announcement_deleted"].map(log), [1, 1, 1]);
    admin.get("/suppressions.csv").expect(200);
    assert_eq!(admin.all("/audit?action=suppressions_exported").len(), 1);
}
