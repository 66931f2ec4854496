//! What the audit log holds and what it does not (number 22): no places of others, no empty changes, no flood, no
//! replacement; and what is read of it, which nobody hides behind other entries.

use std::time::Duration;

use serde_json::{Value, json};

use super::grants::{coordinator, invite};
use crate::reading::announce;
use crate::support::browser::Browser;
use crate::support::{self, Application, Expect as _, TestApp, story};

#[story]
fn a22_where_others_were_is_not_in_the_log_of_whom_they_acted_on(t: TestApp) {
    let mut application = Application::new("SN", "Moussa Fall");
    application.role = "coordinator";
    let (coordinator, awa) = (t.member(&application), t.ncp("SN"));
    let me = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    t.try_login("203.0.113.7", &awa.email, "not her password at all").refused(401);
    let officer = t.admin().with_header("x-forwarded-for", "198.51.100.7");
    officer.post(&format!("/users/{me}/suspend"), &json!({"reason": "to see"})).expect(200);
    officer.post(&format!("/users/{me}/reinstate"), &json!({})).expect(200);
    let awa = t.login(&awa.email);
    let network = |rows: &[Value], action: &str| {
        let row = rows.iter().find(|row| row["action"] == action).unwrap_or_else(|| panic!("{action} in {rows:?}"));
        row["network"].clone()
    };
    let own = awa.all("/me/audit");
    assert_eq!(network(&own, "user_suspended"), Value::Null);
    assert_eq!(network(&own, "registration_approved"), Value::Null);
    assert_eq!(network(&own, "login_failed"), "203.0.113.0/24", "who tries the own account");
    assert!(network(&own, "login").is_string(), "one's own");
    let export = awa.get("/me/export").expect(200);
    let rows = export["audit"].as_array().unwrap();
    assert_eq!(network(rows, "user_suspended"), Value::Null);
    assert_eq!(network(rows, "login_failed"), "203.0.113.0/24");
    assert!(network(rows, "login").is_string());
    let chief = coordinator.get("/me").expect(200)["id"].clone();
    let of_others = |row: &&Value| row["actor_id"] != chief && row["subject_id"] != chief;
    let senegals: Vec<Value> = coordinator.all("/audit");
    let others: Vec<&Value> = senegals.iter().filter(of_others).collect();
    assert!(!others.is_empty() && others.iter().all(|row| row["network"].is_null()), "{others:?}");
    assert_eq!(network(&t.admin().all("/audit"), "user_suspended"), "198.51.100.0/24", "the Secretariat's");
}

#[story]
fn a22_a_choice_that_changes_nothing_is_not_written_down(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "News", &json!({"acknowledge": true, "topic": "news"}));
    let mail = t.newest_mail(&awa.email).text;
    let (_, rest) = mail.split_once(&format!("/announcements/{id}?mail=")).unwrap();
    let token: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let entries = || awa.all("/me/audit?action=subscriptions_changed").len();
    let send = |path: &str, form: &str| {
        assert_eq!(support::press(&t.anonymous(), path, form).status, 200, "{path}");
    };
    for _ in 0..3 {
        send(&format!("/unsubscribe/{token}"), "");
        assert_eq!(entries(), 1);
    }
    for _ in 0..3 {
        send(&format!("/unsubscribe/{token}?all=true"), "");
        assert_eq!(entries(), 2);
    }
    for _ in 0..3 {
        send(&format!("/subscriptions/{token}"), "digest=weekly&topic=news&topic=events");
        assert_eq!(entries(), 3);
    }
    let given = json!({"topics": {"news": true}, "digest": "weekly"});
    awa.put("/me/subscriptions", &given).expect(200);
    assert_eq!(entries(), 3);
    awa.put("/me/subscriptions", &json!({"topics": {"news": false}})).expect(200);
    assert_eq!(entries(), 4);
    awa.put("/me/subscriptions", &json!({"digest": "daily"})).expect(200);
    assert_eq!(entries(), 5);
}

#[story]
fn a22_nobody_fills_the_audit_log_with_failed_logins(t: TestApp) {
    let awa = t.ncp("SN");
    let me = awa.get("/me").expect(200)["id"].clone();
    let fail = |from: &str, email: &str| t.try_login(from, email, "not her password at all").refused(401);
    let entries = || t.admin().all("/audit?action=login_failed");
    for host in 0..4 {
        fail(&format!("203.0.113.{host}"), &awa.email);
    }
    let [first] = &entries()[..] else { panic!("{:?}", entries()) };
    assert_eq!((&first["network"], &first["subject_id"]), (&json!("203.0.113.0/24"), &me));
    // Nor by addresses without an account.
    for number in 0..25 {
        fail(&format!("203.0.113.{number}"), &format!("nobody{number}@customs-sn.example"));
    }
    assert_eq!(entries().len(), 10);
    // What others do elsewhere shows.
    fail("198.51.100.7", "mor@customs-sn.example");
    assert_eq!(entries().len(), 11);
    // And later it does again, with how many there were.
    t.pass(Duration::from_mins(6));
    fail("203.0.113.200", &awa.email);
    let newest = &entries()[0];
    assert_eq!(newest["detail"], json!({"left_out": {"of_address": 3, "of_network": 16}}), "{newest}");
    assert_eq!(entries().len(), 12);
}

#[story]
fn a22_the_audit_log_takes_no_replacement(t: TestApp) {
    use diesel::connection::SimpleConnection as _;
    use portal::db::{Access, Conn};
    t.ncp("SN");
    t.run(t.portal.run_maintenance_once()).unwrap();
    let mut conn = portal::db::open(t.portal.db.target(), Access::Write).unwrap();
    let statements: &[&str] = match conn {
        Conn::Sqlite(_) => &[
            "INSERT OR REPLACE INTO audit_entry (id, at, action) SELECT id, 0, 'nothing' FROM audit_entry LIMIT 1",
            "REPLACE INTO audit_entry (id, at, action) SELECT id, 0, 'nothing' FROM audit_entry LIMIT 1",
            "INSERT OR REPLACE INTO audit_entry (rowid, id, at, action) VALUES (1, zeroblob(16), 0, 'nothing')",
            "INSERT INTO audit_entry (id, at, action) SELECT id, 0, 'nothing' FROM audit_entry WHERE true LIMIT 1 \
             ON CONFLICT (id) DO UPDATE SET action = 'nothing'",
            "UPDATE OR REPLACE audit_entry SET id = (SELECT max(id) FROM audit_entry) WHERE rowid = 1",
            "INSERT OR REPLACE INTO audit_seal SELECT position, entry_id, zeroblob(32) FROM audit_seal LIMIT 1",
            "INSERT OR REPLACE INTO audit_seal SELECT 999999, entry_id, zeroblob(32) FROM audit_seal LIMIT 1",
            "UPDATE OR REPLACE audit_seal SET position = 1",
            "DELETE FROM audit_entry",
        ],
        Conn::Postgres(_) => &[
            "INSERT INTO audit_entry (id, at, action) SELECT id, now(), 'nothing' FROM audit_entry LIMIT 1 \
             ON CONFLICT (id) DO UPDATE SET action = 'nothing'",
            "SET session_replication_role = replica; UPDATE audit_entry SET action = 'nothing'",
            "SET session_replication_role = replica; DELETE FROM audit_seal",
            "TRUNCATE audit_seal",
        ],
    };
    for pragma in ["OFF", "ON"] {
        for statement in statements {
            let refused = match &mut conn {
                Conn::Sqlite(c) => {
                    c.batch_execute(&format!("PRAGMA recursive_triggers = {pragma}")).unwrap();
                    c.batch_execute(statement).unwrap_err().to_string()
                }
                Conn::Postgres(c) => {
                    let refused = c.batch_execute(statement).unwrap_err().to_string();
                    c.batch_execute("RESET session_replication_role").unwrap();
                    refused
                }
            };
            assert!(refused.contains("append-only"), "{statement}: {refused}");
        }
    }
    // New ones are accepted as before.
    t.ncp("FR");
}

#[story]
fn a22_no_holder_buries_the_history_of_one_appointment_under_another(t: TestApp) {
    let (home, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let me = awa.get("/me").expect(200);
    let own = format!("/appointments/{}", me["appointments"][0]["id"].as_str().unwrap());
    let applied = awa.post("/appointments", &json!({"organisation": "SN", "role": "coordinator"})).expect(201);
    let other = format!("/appointments/{}", applied["id"].as_str().unwrap());
    // Who applies changes the own nomination as often as writes are left.
    let applicant = awa.with_header("if-match", "*");
    for number in 0..101 {
        let form = json!({"official": format!("Director General {number}")});
        applicant.put(&format!("{other}/nomination"), &form).expect(200);
    }
    let mut browser = Browser::of(&t, &home);
    let begun = "E-mail address of the application confirmed";
    let (buried, cut) = (browser.open(&own), "The history has the newest 100 events only");
    assert!(buried.has(begun) && !buried.has(cut), "{}", buried.text());
    // That of the other appointment says that it has more, and leads to all of it.
    let page = browser.open(&other);
    assert!(page.has(cut), "{}", page.text());
    let log = format!("a[href='/audit?person={}']", me["id"].as_str().unwrap());
    assert!(page.shows(&log), "{}", page.html);
}

#[story]
fn a22_no_account_hides_behind_invitations_with_its_name(t: TestApp) {
    let home = coordinator(&t, "SN", "Moussa Fall");
    // Of two appointments, one person.
    home.post("/appointments", &json!({"organisation": "KE", "role": "ncp"})).expect(201);
    let invite_some = |numbers: std::ops::Range<usize>| {
        for number in numbers {
            invite(&home, &format!("fatou{number}@customs-sn.example"), &json!({"name": "Fatou Fall"}));
        }
    };
    invite_some(0..24);
    let mut browser = Browser::of(&t, &t.admin());
    let (searched, more) = ("/audit?person=fall&action=login", "More than 25 people match this name.");
    let found = browser.open(searched);
    assert!(found.has("Moussa Fall") && !found.has(more), "{}", found.text());
    invite_some(24..26);
    let found = browser.open(searched);
    assert!(found.has("Moussa Fall") && found.has(more), "{}", found.text());
}
