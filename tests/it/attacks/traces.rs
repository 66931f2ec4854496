//! What stays of a person after erasure (number 20), and what an export tells of whoever had an address before (22).

use std::time::Duration;

use portal::db::Target;
use serde_json::json;

use crate::privacy::traces;
use crate::support::{Application, Expect as _, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        t.run(t.portal.run_maintenance_once()).unwrap();
        t.deliver();
    }
}

fn zenobia() -> Application {
    let mut application = Application::new("SN", "Zenobia Quartz");
    "Zenobia.Quartz@customs-sn.example".clone_into(&mut application.email);
    application
}

/// How often these words occur in the files of the database, in any case; zero on PostgreSQL, which has its own files.
fn times_in_files(t: &TestApp, words: &[&str]) -> usize {
    let Target::Sqlite(path) = t.portal.db.target() else { return 0 };
    let files = ["", "-wal", "-shm"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default());
    let times = |file: &[u8], word: &[u8]| file.windows(word.len()).filter(|at| at.eq_ignore_ascii_case(word)).count();
    files.iter().flat_map(|file| words.iter().map(|word| times(file, word.as_bytes()))).sum()
}

#[story]
fn a20_after_erasure_no_file_of_the_database_names_the_person(t: TestApp) {
    let person = t.member(&zenobia());
    for number in ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"] {
        let change =
            json!({"name": format!("Zenobia Quartz{number}"), "job_title": format!("Keeper {number} of Quartz")});
        person.patch("/me", &change).expect(200);
    }
    let admin = t.admin();
    let form = json!({"audience": {"members": ["SN"]}, "default_language": "en",
        "variants": {"en": {"subject": "For Senegal", "body_markdown": "Hello"}}});
    let announcement = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{announcement}/send"), &json!({})).expect(202);
    t.deliver();
    admin.post("/suppressions", &json!({"address": person.email})).expect(201);
    let words = ["zenobia", "quartz"];
    assert!(traces(&t, &words).len() > 10);
    t.login(&person.email).delete("/me").expect(202);
    days_pass(&t, 13);
    // What others do within the last day is kept for a day: an invitation's answer, and a plan.
    t.pass(Duration::from_hours(23));
    let admin = t.admin();
    let invited = json!({"email": person.email, "name": "Zenobia Quartz", "organisation": "FR", "role": "ncp"});
    admin.with_header("idempotency-key", "zenobia-1").post("/invitations", &invited).expect(201);
    let sheet = format!("email,name,member,role\n{},Zenobia Quartz,KE,ncp\n", person.email.to_uppercase());
    let plan = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    let plan = plan.expect(201);
    assert_eq!(plan["counts"]["invite"], 1, "{plan}");
    t.deliver();
    t.pass(Duration::from_hours(2));
    for _ in 0..2 {
        t.run(t.portal.run_maintenance_once()).unwrap();
        t.deliver();
    }
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(traces(&t, &words), [], "no column");
    assert_eq!(times_in_files(&t, &words), 0, "no file");
    let refused = t.admin().post(&format!("/imports/{}/commit", plan["plan"].as_str().unwrap()), &json!({}));
    assert_eq!(refused.refused(404), "not_found", "the plan is gone");
}

#[story]
fn a20_a_plan_keeps_no_value_of_a_cell_that_may_name_a_person(t: TestApp) {
    let words = ["zenobia", "quartz", "33 123"];
    // The columns are shifted.
    let sheet = "email,name,member,role,langue,fin de mandat\n\
        ncp,SN,zenobia.quartz@customs-sn.example,Zenobia Quartz +221 33 123,Zenobia Quartz,+221 33 123 45 67\n\
        ana@douanes.example,Ana Silva,Atlantis,ncp,,\n";
    let made = t.admin().send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    assert!(made.text.contains("Zenobia Quartz"), "the answer says what is wrong: {}", made.text);
    assert_eq!(made.expect(201)["counts"]["error"], 2);
    assert_eq!(traces(&t, &words), [], "no column");
    assert_ne!(traces(&t, &["atlantis"]), [], "a word that should have been a code");
}

fn addresses(t: &TestApp, query: &str) -> Vec<String> {
    let rows = t.admin().all(&format!("/suppressions{query}"));
    rows.iter().map(|row| row["address"].as_str().unwrap().to_owned()).collect()
}

#[story]
fn a20_an_address_that_is_not_to_be_written_to_is_remembered_without_its_name(t: TestApp) {
    let person = t.member(&zenobia());
    let key = person.email.to_lowercase();
    t.admin().post("/suppressions", &json!({"address": person.email})).expect(201);
    assert_eq!(addresses(&t, ""), [key.as_str()]);
    t.login(&person.email).delete("/me").expect(202);
    days_pass(&t, 15);
    assert_eq!(traces(&t, &["zenobia", "quartz"]), []);
    let [masked] = &addresses(&t, "")[..] else { panic!("one") };
    assert!(masked.starts_with('#') && masked.ends_with("@customs-sn.example"), "{masked}");
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &person.email).finish();
    assert_eq!(addresses(&t, &format!("?{query}")), [masked.as_str()], "found by whoever has the address");
    let file = t.admin().get("/suppressions.csv").text;
    assert!(file.contains(masked.as_str()) && !file.to_lowercase().contains("zenobia"), "{file}");
    // Adding the address again does not restore it in plain text; an exported file can be imported again.
    let again = t.admin().post("/suppressions", &json!({"address": person.email})).expect(201);
    assert_eq!(again["address"], masked.as_str());
    let read = t.admin().send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap();
    assert_eq!(read.expect(200), json!({"read": 1, "suppressed": 1}));
    assert_eq!(traces(&t, &["zenobia", "quartz"]), []);
    // The owner comes back, and is not written to any more than before.
    let back = t.member(&zenobia());
    assert_eq!(addresses(&t, ""), [key.as_str()]);
    back.get("/me").expect(200);
    let admin = t.admin();
    let form = json!({"audience": {"members": ["SN"]}, "default_language": "en",
        "variants": {"en": {"subject": "For Senegal", "body_markdown": "Hello"}}});
    let announcement = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{announcement}/send"), &json!({})).expect(202);
    t.deliver();
    let summary = admin.get(&format!("/announcements/{announcement}/summary")).expect(200);
    assert_eq!((&summary["sent"], &summary["skipped"]), (&json!(0), &json!(1)), "{summary}");
    // An address that is removed from the list is off it, plain or masked.
    t.login(&back.email).delete("/me").expect(202);
    days_pass(&t, 15);
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("address", &person.email).finish();
    assert_eq!(t.admin().delete(&format!("/suppressions?{query}")).status, 204);
    assert_eq!(addresses(&t, ""), Vec::<String>::new());
}

#[story]
fn a20_a_suppressed_address_that_nobody_has_is_masked_with_time(t: TestApp) {
    let awa = t.ncp("SN");
    let file = format!("address,reason\n{},complaint\nzenobia@elsewhere.example,hard_bounce\n", awa.email);
    t.admin().send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap().expect(200);
    days_pass(&t, 1);
    assert!(addresses(&t, "").contains(&"zenobia@elsewhere.example".to_owned()), "not yet");
    t.pass(DAY * 90);
    days_pass(&t, 1);
    let kept = addresses(&t, "");
    assert!(kept.contains(&awa.email), "an account has it: {kept:?}");
    assert!(kept.iter().any(|address| address.starts_with('#') && address.ends_with("@elsewhere.example")), "{kept:?}");
    assert_eq!(traces(&t, &["zenobia"]), []);
}

/// The ids of the mails in a person's export.
fn exported_mails(person: &Person) -> Vec<String> {
    let export = person.get("/me/export").expect(200);
    export["mails"].as_array().unwrap().iter().map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
}

#[story]
fn a22_an_export_is_silent_about_who_had_the_address_before(t: TestApp) {
    let (office, moved) = ("office@customs-sn.example", "zenobia@elsewhere.example");
    let at_the_office = |name: &str| Application { email: office.to_owned(), ..Application::new("SN", name) };
    let before = t.member(&at_the_office("Zenobia Quartz"));
    let mails = exported_mails(&before);
    assert!(!mails.is_empty());
    before.post("/me/email", &json!({"email": moved})).expect(202);
    let token = t.mailed_token(moved, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    assert!(!exported_mails(&t.login(moved)).is_empty(), "that the address was changed");
    t.pass(DAY);
    let after = t.member(&at_the_office("Wanjiru Kamau"));
    let export = after.get("/me/export");
    assert!(!export.text.contains("Zenobia") && !export.text.contains(moved), "{}", export.text);
    let own = exported_mails(&after);
    assert!(!own.is_empty() && own.iter().all(|mail| !mails.contains(mail)), "{own:?}");
}
