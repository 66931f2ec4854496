//! What stays after erasure, who reads what is hidden, and settings that are unsafe (numbers 20, 22 and 23).

use std::time::Duration;

use portal::config::{self, Invalid, Sources};
use portal::db::Target;
use serde_json::{Value, json};

use crate::privacy::traces;
use crate::support::{Application, Expect as _, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a20_after_erasure_no_file_of_the_database_names_the_person,
        a20_an_address_that_is_not_to_be_written_to_is_remembered_without_its_name,
        a20_a_suppressed_address_that_nobody_has_is_masked_with_time,
        a23_a_portal_for_the_world_shows_no_workbench: ["server.docs=false"],
        a23_what_is_unsafe_in_production_is_refused_with_a_sentence,
    ]
}

const DAY: Duration = Duration::from_hours(24);

fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        t.run(t.portal.keep_house_once()).unwrap();
        t.deliver();
    }
}

fn zenobia() -> Application {
    let mut application = Application::new("SN", "Zenobia Quartz");
    "Zenobia.Quartz@customs-sn.example".clone_into(&mut application.email);
    application
}

/// How often these words stand in the files of the database, in any case; nothing on PostgreSQL, whose files are its own.
fn times_in_files(t: &TestApp, words: &[&str]) -> usize {
    let Target::Sqlite(path) = t.portal.db.target() else { return 0 };
    let files = ["", "-wal", "-shm"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default());
    let times = |file: &[u8], word: &[u8]| file.windows(word.len()).filter(|at| at.eq_ignore_ascii_case(word)).count();
    files.iter().flat_map(|file| words.iter().map(|word| times(file, word.as_bytes()))).sum()
}

fn a20_after_erasure_no_file_of_the_database_names_the_person(t: TestApp) {
    let person = t.member(&zenobia());
    for number in 0..20 {
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
        t.run(t.portal.keep_house_once()).unwrap();
        t.deliver();
    }
    t.run(t.portal.keep_house_once()).unwrap();
    assert_eq!(traces(&t, &words), [], "no column");
    assert_eq!(times_in_files(&t, &words), 0, "no file");
    let refused = t.admin().post(&format!("/imports/{}/commit", plan["plan"].as_str().unwrap()), &json!({}));
    assert_eq!(refused.refused(404), "not_found", "the plan is gone");
}

fn addresses(t: &TestApp, query: &str) -> Vec<String> {
    let rows = t.admin().all(&format!("/suppressions{query}"));
    rows.iter().map(|row| row["address"].as_str().unwrap().to_owned()).collect()
}

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
    // Who writes the address down once more does not bring it back; a file that was taken out comes in again.
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
    // Who is taken off the list by the address is off it, named or masked.
    t.login(&back.email).delete("/me").expect(202);
    days_pass(&t, 15);
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("address", &person.email).finish();
    assert_eq!(t.admin().delete(&format!("/suppressions?{query}")).status, 204);
    assert_eq!(addresses(&t, ""), Vec::<String>::new());
}

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

fn a23_a_portal_for_the_world_shows_no_workbench(t: TestApp) {
    for path in ["/docs/", "/openapi.json", "/docs/index.html"] {
        assert_eq!(t.anonymous().send("GET", path, None).unwrap().status, 404, "{path}");
    }
}

/// What is wrong with these settings; nothing where all is well.
fn faults(settings: &[&str]) -> Vec<String> {
    let overrides = settings.iter().map(|&setting| setting.to_owned()).collect();
    let loaded = config::load(&Sources { overrides, ..Sources::default() });
    loaded.err().map(|Invalid(faults)| faults).unwrap_or_default()
}

fn a23_what_is_unsafe_in_production_is_refused_with_a_sentence(t: TestApp) {
    let key = format!("identity.master_key={}", "0123456789abcdef".repeat(4).replacen("0123", "9f3a", 1));
    let good = [
        "server.bind=0.0.0.0:8080",
        "server.public_url=https://portal.customs.int",
        "server.trusted_proxies=172.30.71.1",
        "server.docs=false",
        "mail.transport=smtp",
        "mail.smtp_url=smtps://robot:tiger@relay.customs.int",
        "mail.from=Community <portal@customs.int>",
        "database.url=postgres://portal:a-long-word@db.customs.int/portal?sslmode=verify-full",
        &key,
    ];
    assert_eq!(faults(&good), Vec::<String>::new());
    for (setting, named) in [
        ("server.public_url=https://portal.example", "server.public_url"),
        ("server.public_url=http://portal.customs.int", "server.public_url"),
        ("server.docs=true", "server.docs"),
        ("server.trusted_proxies=", "server.trusted_proxies"),
        ("server.trusted_proxies=127.0.0.1", "server.trusted_proxies"),
        ("server.trusted_proxies=0.0.0.0/0", "server.trusted_proxies"),
        ("server.trusted_proxies=172.16.0.0/12", "server.trusted_proxies"),
        ("server.metrics_token=change-me", "server.metrics_token"),
        ("webhooks.allow_http=true", "webhooks.allow_http"),
        ("webhooks.allow_networks=0.0.0.0/0", "webhooks.allow_networks"),
        ("mail.transport=file", "mail.transport"),
        ("mail.from=Community <portal@localhost.localdomain>", "mail.from"),
        ("mail.smtp_url=smtp://robot:tiger@relay.customs.int", "mail.smtp_url"),
        ("bounces.imap_url=imap://robot:tiger@mail.customs.int", "bounces.imap_url"),
        ("database.url=postgres://portal:change-me@db.customs.int/portal?sslmode=require", "database.url"),
        ("database.url=postgres://portal:a-long-word@db.customs.int/portal", "database.url"),
        ("database.url=postgres://portal:a-long-word@db.customs.int/portal?sslmode=prefer", "database.url"),
    ] {
        let all: Vec<&str> = good.iter().copied().chain([setting]).collect();
        let found = faults(&all);
        assert!(found.len() == 1 && found[0].starts_with(named), "{setting}: {found:?}");
        assert!(!found[0].contains("tiger") && !found[0].contains("a-long-word"), "{found:?}");
    }
    let weak = format!("identity.master_key={}", "5a".repeat(32));
    let all: Vec<&str> = good.iter().copied().chain([weak.as_str()]).collect();
    assert!(faults(&all).iter().any(|fault| fault.starts_with("identity.master_key")));
    // A laptop needs none of it.
    t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    let _: Value = t.anonymous().send("GET", "/openapi.json", None).unwrap().expect(200);
}
