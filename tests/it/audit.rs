//! The audit log: what is written down, who reads it, and that nobody changes it unseen (D1).

use std::time::Duration;

use diesel::prelude::*;
use portal::audit::{self, Verdict};
use portal::db::schema::{audit_entry, audit_seal};
use portal::db::{Access, Conn};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        d1_what_people_do_is_written_down_without_secrets,
        d1_the_database_refuses_to_change_or_delete_an_entry,
        d1_the_chain_shows_what_was_changed_behind_the_portals_back,
        d1_processes_that_seal_at_once_make_one_chain,
        each_reads_what_concerns_them,
        the_log_is_paged_and_filtered,
    ]
}

fn key(t: &TestApp) -> portal::secrets::Mac {
    let master = portal::secrets::MasterKey::load(&crate::support::identity_settings(), &t.portal.random).unwrap();
    portal::app::audit_key(&master).unwrap()
}

fn open(t: &TestApp) -> Conn {
    portal::db::open(t.portal.db.target(), Access::Write).unwrap()
}

fn d1_what_people_do_is_written_down_without_secrets(t: TestApp) {
    let awa = t.ncp("SN");
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    t.try_login("198.51.100.7", &awa.email, "not her password at all").refused(401);
    let refused = t.try_login("198.51.100.7", "nobody@customs-sn.example", PASSWORD);
    t.login(&awa.email);
    assert_eq!(awa.delete("/me/sessions").status, 204);
    let awa = t.with_app(&awa);
    let token = json!({"name": "phone", "scopes": ["profile:read"], "expires_in_days": 1});
    let token = awa.post("/me/tokens", &token).expect(201);
    awa.delete(&format!("/me/tokens/{}", token["id"].as_str().unwrap()));
    awa.post("/me/mfa/recovery-codes", &json!({})).expect(200);
    awa.post("/me/email", &json!({"email": "awa@douanes.example"})).expect(202);
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let link = t.newest_mail(&awa.email).token("reset");
    let new = "velvet walnut drizzle";
    awa.post("/me/password", &json!({"current_password": PASSWORD, "new_password": new}));
    awa.post("/auth/logout", &json!({}));
    let admin = t.admin();
    admin.post(&format!("/users/{id}/suspend"), &json!({"reason": "left"})).expect(200);
    admin.post(&format!("/users/{id}/reinstate"), &json!({})).expect(200);
    let log = admin.all("/audit");
    let actions: Vec<&str> = log.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    for action in [
        "administrator_created",
        "registration_verified",
        "registration_approved",
        "login",
        "login_failed",
        "totp_added",
        "token_made",
        "token_revoked",
        "recovery_codes_made",
        "address_change_asked",
        "password_reset_asked",
        "password_changed",
        "session_ended",
        "logout",
        "user_suspended",
        "user_reinstated",
    ] {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
    let failure = log.iter().find(|entry| entry["request_id"].as_str() == refused.header("x-request-id")).unwrap();
    assert_eq!(failure["action"], "login_failed");
    assert_eq!(failure["network"], "198.51.100.0/24");
    assert_eq!(failure["subject_id"], Value::Null, "nobody has that address");
    let suspended = log.iter().find(|entry| entry["action"] == "user_suspended").unwrap();
    assert_eq!(suspended["subject_id"], id.as_str());
    assert!(suspended["actor_id"].is_string() && suspended["at"].as_str().unwrap().ends_with('Z'));
    let all = serde_json::to_string(&log).unwrap();
    let secrets = [PASSWORD, new, awa.email.as_str(), "Awa Diop", token["token"].as_str().unwrap()];
    for secret in secrets.into_iter().chain(link.as_deref()) {
        assert!(!all.contains(secret), "{secret}");
    }
}

fn d1_the_database_refuses_to_change_or_delete_an_entry(t: TestApp) {
    t.ncp("SN");
    t.run(t.portal.keep_house_once()).unwrap();
    let conn = &mut open(&t);
    let append_only = |outcome: QueryResult<usize>| {
        let refused = outcome.expect_err("it is refused").to_string();
        assert!(refused.contains("append-only"), "{refused}");
    };
    append_only(diesel::delete(audit_entry::table).execute(conn));
    append_only(diesel::update(audit_entry::table).set(audit_entry::action.eq("login")).execute(conn));
    append_only(diesel::delete(audit_seal::table).execute(conn));
    append_only(diesel::update(audit_seal::table).set(audit_seal::link.eq(vec![0_u8])).execute(conn));
    if let Conn::Postgres(_) = conn {
        append_only(diesel::sql_query("TRUNCATE audit_entry CASCADE").execute(conn));
    }
    let document = include_str!("../../openapi.json");
    assert!(document.contains("\"/api/v1/audit\""));
    assert_eq!(t.admin().post("/audit", &json!({})).refused(405), "method_not_allowed");
}

fn verify(t: &TestApp) -> Verdict {
    audit::verify(&mut open(t), &key(t), t.clock.now()).unwrap()
}

fn d1_the_chain_shows_what_was_changed_behind_the_portals_back(t: TestApp) {
    t.ncp("SN");
    t.run(t.portal.keep_house_once()).unwrap();
    let Verdict::Whole { head, unsealed: 0 } = verify(&t) else { panic!("whole") };
    assert!(head.position > 3);
    t.ncp("KE");
    assert!(matches!(verify(&t), Verdict::Whole { unsealed, .. } if unsealed > 0));
    t.run(t.portal.keep_house_once()).unwrap();
    assert!(matches!(verify(&t), Verdict::Whole { unsealed: 0, .. }));
    // Somebody who owns the database takes the guard off.
    let conn = &mut open(&t);
    let unguarded = match conn {
        Conn::Postgres(_) => "ALTER TABLE audit_entry DISABLE TRIGGER USER",
        Conn::Sqlite(_) => "DROP TRIGGER audit_entry_no_update",
    };
    diesel::sql_query(unguarded).execute(conn).unwrap();
    let second: portal::db::Id =
        audit_seal::table.order(audit_seal::position).offset(1).select(audit_seal::entry_id).first(conn).unwrap();
    let changed = diesel::update(audit_entry::table.find(second)).set(audit_entry::network.eq("10.0.0.0/24"));
    changed.execute(conn).unwrap();
    assert_eq!(verify(&t), Verdict::Broken { position: 2, fault: "its entry, or one before it, was changed" });
    let other = portal::secrets::MasterKey::load(
        &portal::config::Identity { master_key: "77".repeat(32).into(), ..crate::support::identity_settings() },
        &t.portal.random,
    );
    let other = portal::app::audit_key(&other.unwrap()).unwrap();
    let by_other = audit::verify(&mut open(&t), &other, t.clock.now()).unwrap();
    assert!(matches!(by_other, Verdict::Broken { position: 1, .. }), "without the key nobody makes a chain");
}

fn d1_processes_that_seal_at_once_make_one_chain(t: TestApp) {
    let people: Vec<_> = ["SN", "KE", "FR"].iter().map(|member| t.ncp(member)).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let t = &t;
            scope.spawn(move || {
                let (mut conn, key) = (open(t), key(t));
                for _ in 0..10 {
                    conn.transaction_for_write(|conn| audit::seal(conn, &key, None, t.clock.now())).unwrap();
                }
            });
        }
        for person in &people {
            let t = &t;
            scope.spawn(move || {
                for _ in 0..10 {
                    t_login(t, &person.email);
                }
            });
        }
    });
    t.run(t.portal.keep_house_once()).unwrap();
    let Verdict::Whole { head, unsealed: 0 } = verify(&t) else { panic!("whole") };
    let entries: i64 = audit_entry::table.count().get_result(&mut open(&t)).unwrap();
    assert_eq!(head.position, entries);
}

fn t_login(t: &TestApp, email: &str) {
    t.try_login("127.0.0.1", email, PASSWORD).expect(200);
}

fn each_reads_what_concerns_them(t: TestApp) {
    let awa = t.ncp("SN");
    let mut fatou = Application::new("SN", "Fatou Sow");
    fatou.role = "coordinator";
    let fatou = t.member(&fatou);
    let marie = t.member(&Application::new("FR", "Marie Curie"));
    let id = |person: &crate::support::Person| person.get("/me").expect(200)["id"].clone();
    let (of_awa, of_marie) = (id(&awa), id(&marie));
    let own = awa.all("/me/audit");
    assert!(own.iter().all(|entry| entry["actor_id"] == of_awa || entry["subject_id"] == of_awa));
    assert!(own.iter().any(|entry| entry["action"] == "registration_approved"));
    assert_eq!(awa.get("/audit").refused(403), "auditors_only");
    let senegals = fatou.all("/audit");
    let about = |entries: &[Value], person: &Value| entries.iter().any(|entry| entry["subject_id"] == *person);
    assert!(about(&senegals, &of_awa) && !about(&senegals, &of_marie));
    let all = t.admin().all("/audit");
    assert!(about(&all, &of_awa) && about(&all, &of_marie));
}

fn the_log_is_paged_and_filtered(t: TestApp) {
    let awa = t.ncp("SN");
    for _ in 0..12 {
        t.pass(Duration::from_secs(1));
        t.login(&awa.email);
    }
    let admin = t.admin();
    let logins = admin.all("/audit?action=login");
    assert!(logins.len() >= 13);
    let times: Vec<&str> = logins.iter().map(|entry| entry["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "the newest first");
    let both = admin.all("/audit?action=login&action=registration_approved");
    assert!(both.len() > logins.len());
    for (query, parameter) in
        [("action=everything", "action"), ("actor=me", "actor"), ("cursor=YQ", ""), ("limit=0", "limit")]
    {
        let answer = admin.get(&format!("/audit?{query}"));
        let pointer = answer.json()["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
        assert!(pointer.starts_with(parameter), "{query}: {pointer}");
        assert_eq!(answer.refused(400), "bad_query", "{query}");
    }
}
