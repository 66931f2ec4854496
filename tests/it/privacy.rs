//! Personal data: exported, erased after a period of grace, and deleted after retention periods.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const DAY: Duration = Duration::from_hours(24);

fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        t.run(t.portal.run_maintenance_once()).unwrap();
        t.deliver();
    }
}

#[story("privacy.contact_days=41", "privacy.mail_days=42", "identity.unverified_days=43")]
fn the_page_and_the_invitation_tell_the_periods_in_force(t: TestApp) {
    for (language, days) in [("en", " days"), ("fr", "\u{a0}jours")] {
        let mut reader = t.anonymous();
        reader.language = language;
        let page = reader.send("GET", "/privacy", None).unwrap().text;
        for period in [14, 41, 42, 43, 90, 180, 365] {
            assert!(page.contains(&format!("{period}{days}")), "{period}: {page}");
        }
    }
    let form = json!({"email": "yao@douanes.example", "name": "Yao", "organisation": "CI", "role": "ncp"});
    t.admin().post("/invitations", &form).expect(201);
    let mail = t.newest_mail("yao@douanes.example").text;
    assert!(mail.contains("for 41 days after that") && mail.contains("puis 41\u{a0}jours"), "{mail}");
}

/// A person with a unique name.
fn zenobia(t: &TestApp) -> Person {
    t.member(&Application::new("SN", "Zenobia Quartz"))
}

fn keep(t: &TestApp, email: &str) -> u16 {
    let mails = t.inbox(email);
    let token = mails.iter().rev().find_map(|mail| mail.token("keep-account")).expect("a link");
    t.anonymous().post("/auth/keep-account", &json!({"token": token})).unwrap().status
}

/// Every value of every column of every table as text, with its column.
fn every_column(t: &TestApp) -> Vec<(String, String)> {
    use diesel::prelude::*;
    use diesel::sql_types::{Bool, Nullable, Text};
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        table_name: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Bool)]
        bytes: bool,
    }
    #[derive(QueryableByName)]
    struct Cell {
        #[diesel(sql_type = Nullable<Text>)]
        value: Option<String>,
    }
    t.run(t.portal.db.read(|conn| {
        let statement = match conn {
            portal::db::Conn::Postgres(_) => {
                "SELECT table_name::text, column_name::text AS name, data_type = 'bytea' AS bytes \
                 FROM information_schema.columns \
                 WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'character varying', 'bytea')"
            }
            portal::db::Conn::Sqlite(_) => {
                "SELECT m.name AS table_name, c.name AS name, 0 AS bytes \
                 FROM sqlite_master m, pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND c.type = 'TEXT'"
            }
        };
        let columns: Vec<Column> = diesel::sql_query(statement).load(conn)?;
        let mut cells = Vec::new();
        for Column { table_name, name, bytes } in columns {
            // Bytes that are text are shown as text.
            let value =
                if bytes { format!("encode(\"{name}\", 'escape')") } else { format!("CAST(\"{name}\" AS TEXT)") };
            let statement = format!("SELECT {value} AS value FROM \"{table_name}\"");
            let rows: Vec<Cell> = diesel::sql_query(statement).load(conn)?;
            let place = format!("{table_name}.{name}");
            cells.extend(rows.into_iter().filter_map(|row| Some((place.clone(), row.value?))));
        }
        Ok(cells)
    }))
    .unwrap()
}

/// The columns that contain one of these words, in any case.
pub fn traces(t: &TestApp, words: &[&str]) -> Vec<(String, String)> {
    let mut found = every_column(t);
    found.retain(|(_, value)| words.iter().any(|word| value.to_lowercase().contains(word)));
    found
}

#[story]
fn everything_held_about_me_is_in_the_export(t: TestApp) {
    let person = zenobia(&t);
    let token = json!({"name": "phone", "scopes": ["profile:read"], "expires_in_days": 1});
    let secret = person.post("/me/tokens", &token).expect(201)["token"].as_str().unwrap().to_owned();
    let answer = person.get("/me/export");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(!answer.text.contains(&secret) && !answer.text.contains("argon2"), "no secret");
    let export = answer.expect(200);
    assert_eq!(export["account"][0]["name"], "Zenobia Quartz");
    assert_eq!(export["appointments"][0]["organisation"], "SN");
    assert_eq!(export["contacts"][0]["phone_audience"], "organisation");
    assert_eq!(export["registrations"][0]["nominating_official"], "Director General");
    assert_eq!(export["tokens"][0]["name"], "phone");
    assert!(!export["sessions"].as_array().unwrap().is_empty());
    assert!(!export["mails"].as_array().unwrap().is_empty());
    let actions: Vec<&Value> = export["audit"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert!(actions.contains(&&json!("data_exported")) && actions.contains(&&json!("login")), "{actions:?}");
    assert_eq!(export["cut"], json!([]));
    let other = t.member(&Application::new("FR", "Marie Curie"));
    assert!(!other.get("/me/export").text.to_lowercase().contains("zenobia"), "of others nothing");
}

#[story]
fn the_archive_has_the_letters_that_its_reader_may_read(t: TestApp) {
    let admin = t.admin();
    let letter = b"%PDF-1.4\nletter\n%%EOF\n";
    let hand_in = |person: &Person| {
        let id = person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
        let place = format!("/appointments/{id}/nomination");
        let tag = admin.get(&place).header("etag").unwrap().to_owned();
        let path = format!("/api/v1{place}/letter");
        let answer = admin.with_header("if-match", &tag).send("PUT", &path, Some(("application/pdf", letter)));
        answer.unwrap().expect(200);
        id
    };
    let opened = |person: &Person| zip::ZipArchive::new(Cursor::new(archive(&t, person))).unwrap();
    let person = t.member(&Application::new("SN", "Zenobia Quartz").reading("fr"));
    let id = hand_in(&person);
    let mut own = opened(&person);
    assert!(own.by_name(&format!("letters/{id}.pdf")).is_err(), "it is kept for officers");
    let mut read = |name: &str| {
        let mut content = Vec::new();
        own.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    };
    assert!(String::from_utf8(read("README.txt")).unwrap().contains("Vos données"), "in the reader's language");
    let data: Value = serde_json::from_slice(&read("data.json")).unwrap();
    assert_eq!(data["account"][0]["name"], "Zenobia Quartz");
    assert_eq!(person.get("/me/export?format=pdf").refused(400), "bad_query");
    let mut application = Application::new("SN", "Moussa Fall");
    application.role = "coordinator";
    let coordinator = t.member(&application);
    let id = hand_in(&coordinator);
    let mut content = Vec::new();
    opened(&coordinator).by_name(&format!("letters/{id}.pdf")).unwrap().read_to_end(&mut content).unwrap();
    assert_eq!(content, letter);
    let me = coordinator.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    assert_eq!(t.admin().all(&format!("/audit?actor={me}&action=letter_read")).len(), 1, "written down");
}

/// The archive itself: the client of the stories reads texts.
pub fn archive(t: &TestApp, person: &Person) -> Vec<u8> {
    let url = format!("http://{}/api/v1/me/export", t.address());
    let token = person.tokens["access_token"].as_str().unwrap();
    let request =
        ureq::get(&url).header("accept", "application/zip").header("authorization", format!("Bearer {token}"));
    request.call().unwrap().body_mut().read_to_vec().unwrap()
}

#[story("identity.step_up_minutes=1")]
fn an_export_wants_a_fresh_login(t: TestApp) {
    let person = zenobia(&t);
    t.pass(Duration::from_mins(2));
    assert_eq!(person.get("/me/export").refused(401), "reauth_required");
    assert_eq!(person.delete("/me").refused(401), "reauth_required");
}

#[story]
fn whoever_leaves_is_gone_at_once_and_can_come_back(t: TestApp) {
    let (person, other) = (zenobia(&t), t.ncp("FR"));
    assert_eq!(other.all("/contacts?q=zenobia").len(), 1);
    let leaving = person.delete("/me").expect(202);
    assert_eq!(leaving["status"], "leaving");
    assert_eq!(person.get("/me").status, 401, "the session has ended");
    assert_eq!(other.all("/contacts?q=zenobia").len(), 0, "no longer listed");
    let form = json!({"email": person.email, "password": PASSWORD});
    assert_eq!(t.anonymous().post("/auth/login", &form).unwrap().refused(403), "account_leaving");
    let form = json!({"email": person.email, "password": "not the password"});
    assert_eq!(t.anonymous().post("/auth/login", &form).unwrap().refused(401), "wrong_credentials");
    days_pass(&t, 13);
    assert_eq!(keep(&t, &person.email), 200);
    assert_eq!(keep(&t, &person.email), 410, "good once");
    assert_eq!(told_that_it_stays(&t, &person.email), (1, 1));
    days_pass(&t, 2);
    let back = t.login(&person.email).get("/me").expect(200);
    assert_eq!(back["name"], "Zenobia Quartz");
    assert_eq!(back["appointments"][0]["status"], "ended", "what was resigned stays so");
}

/// How many mails, and how many entries of the audit log, say that the account stays.
fn told_that_it_stays(t: &TestApp, email: &str) -> (usize, usize) {
    let says_so = |subject: &str| subject.contains("will not be erased");
    let mails = t.inbox(email).iter().filter(|mail| says_so(&mail.subject)).count();
    (mails, t.admin().all("/audit?action=erasure_taken_back").len())
}

/// An application of its owner keeps the account as well, and its owner is told: it may be somebody else with the mailbox.
#[story]
fn whoever_applies_again_while_leaving_stays(t: TestApp) {
    let person = zenobia(&t);
    person.delete("/me").expect(202);
    t.apply_and_verify(&Application::new("SN", "Zenobia Quartz"));
    t.deliver();
    assert_eq!(told_that_it_stays(&t, &person.email), (1, 1));
    days_pass(&t, 15);
    assert_eq!(t.login(&person.email).get("/me").expect(200)["name"], "Zenobia Quartz");
}

#[story]
fn after_the_days_of_grace_nothing_is_left_in_any_column(t: TestApp) {
    let mut application = Application::new("SN", "Zenobia Quartz");
    "Zenobia.Quartz@customs-sn.example".clone_into(&mut application.email);
    let person = t.member(&application);
    person.patch("/me", &json!({"phone": "+221 77 123 98 76", "job_title": "Keeper of the Quartz"})).expect(200);
    person.patch("/me", &json!({"name": "Zenobia Quartzberg"})).expect(200);
    let id = person.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let admin = t.admin();
    let invited = json!({"email": person.email, "name": "Zenobia Quartz", "organisation": "FR", "role": "ncp"});
    admin.post("/invitations", &invited).expect(201);
    let form = json!({"audience": {"members": ["SN"]}, "default_language": "en",
        "variants": {"en": {"subject": "For Senegal", "body_markdown": "Hello"}}});
    let announcement = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{announcement}/send"), &json!({})).expect(202);
    t.deliver();
    let words = ["zenobia", "quartz", "1239876", "123 98 76"];
    assert!(traces(&t, &words).len() > 10);
    t.login(&person.email).delete("/me").expect(202);
    days_pass(&t, 15);
    assert_eq!(traces(&t, &words), [], "nothing is left");
    assert_eq!(keep(&t, &person.email), 410, "too late");
    let admin = t.admin();
    let account = admin.get(&format!("/users/{id}")).expect(200);
    assert_eq!(account["name"], "Former contact (Senegal)");
    assert_eq!(account["appointments"][0]["status"], "ended", "role, organisation and dates stay");
    assert_eq!(admin.all(&format!("/audit?subject={id}&action=person_erased")).len(), 1);
    let summary = admin.get(&format!("/announcements/{announcement}/summary")).expect(200);
    assert_eq!(summary["sent"], 1, "counts stay: {summary}");
    // The address is free again.
    t.member(&application);
}

#[story]
fn a_last_coordinator_and_a_last_administrator_stay(t: TestApp) {
    let mut application = Application::new("SN", "Zenobia Quartz");
    application.role = "coordinator";
    let coordinator = t.member(&application);
    assert_eq!(coordinator.delete("/me").refused(409), "last_coordinator");
    coordinator.get("/contacts").expect(200);
    assert_eq!(t.admin().delete("/me").refused(409), "last_administrator");
    let mut second = Application::new("SN", "Moussa Fall");
    second.role = "coordinator";
    t.member(&second);
    // A code of an authenticator app is good once.
    t.pass(Duration::from_mins(1));
    t.login(&coordinator.email).delete("/me").expect(202);
}

#[story]
fn a_thief_who_moved_the_mail_erases_nobody(t: TestApp) {
    let person = zenobia(&t);
    let thief = "thief@elsewhere.example";
    person.post("/me/email", &json!({"email": thief})).expect(202);
    let token = t.mailed_token(thief, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    t.login(thief).delete("/me").expect(202);
    let mails = t.inbox(&person.email);
    let token = mails.iter().rev().find_map(|mail| mail.token("undo-address")).expect("a way back");
    t.anonymous().post("/auth/email/undo", &json!({"token": token})).unwrap().expect(200);
    days_pass(&t, 15);
    let account = t.admin().get(&format!("/users?email={}", person.email)).expect(200);
    assert_eq!(account["data"][0]["name"], "Zenobia Quartz");
}

#[story]
fn who_comes_back_with_a_backup_is_erased_again(t: TestApp) {
    use diesel::prelude::*;
    use portal::db::schema::{erasure, users};
    let person = zenobia(&t);
    let user: portal::db::Id = person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap();
    let now = t.clock.now();
    // The state of a restored backup: the person exists, and is listed.
    t.run(t.portal.db.write(move |conn| {
        let row = (erasure::user_id.eq(user), erasure::erased_at.eq(now));
        diesel::insert_into(erasure::table).values(row).execute(conn)?;
        Ok(())
    }))
    .unwrap();
    days_pass(&t, 1);
    t.deliver();
    t.run(t.portal.run_maintenance_once()).unwrap();
    let erased = t.run(t.portal.db.read(move |conn| {
        Ok(users::table
            .find(user)
            .select((users::name, users::erased_at.is_not_null()))
            .first::<(String, bool)>(conn)?)
    }));
    assert_eq!(erased.unwrap(), ("Former contact (Senegal)".to_owned(), true));
    assert_eq!(t.admin().all("/contacts?q=zenobia").len(), 0);
}

#[story]
fn what_came_to_nothing_is_forgotten_with_time(t: TestApp) {
    let application = Application::new("SN", "Zenobia Quartz");
    let id = t.apply_and_verify(&application);
    t.admin()
        .post(&format!("/registrations/{id}/reject"), &json!({"reason": "Zenobia is not known there."}))
        .expect(200);
    let invited =
        json!({"email": "xerxes@customs-fr.example", "name": "Xerxes Opal", "organisation": "FR", "role": "ncp"});
    t.admin().post("/invitations", &invited).expect(201);
    days_pass(&t, 91);
    assert!(!traces(&t, &["xerxes", "opal"]).is_empty(), "not yet");
    assert!(!traces(&t, &["zenobia"]).is_empty(), "not yet");
    days_pass(&t, 92);
    assert_eq!(traces(&t, &["xerxes", "opal", "zenobia", "quartz"]), []);
    t.admin().all("/appointments");
}

#[story]
fn a_contact_that_ended_is_forgotten_after_a_year(t: TestApp) {
    let person = zenobia(&t);
    let id = person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    person.post(&format!("/appointments/{id}/resign"), &json!({"reason": "Zenobia moves on."})).expect(200);
    t.pass(DAY * 364);
    days_pass(&t, 1);
    assert!(!traces(&t, &["zenobia"]).is_empty(), "not yet");
    days_pass(&t, 3);
    assert_eq!(traces(&t, &["zenobia", "quartz"]), []);
    let rows = t.admin().all("/appointments");
    let row = rows.iter().find(|row| row["id"] == id.as_str()).expect("the appointment stays");
    assert_eq!((&row["organisation"], &row["status"]), (&json!("SN"), &json!("ended")));
    assert_eq!(row["person"]["name"], "Former contact (Senegal)");
}
