//! The audit log: what is recorded, who reads it, and that changes of it are detected (D1).

use std::time::Duration;

use diesel::prelude::*;
use portal::audit::{self, Audit, ChainVerdict, Entry, Event, SealedBatch, Trace};
use portal::db::schema::{audit_entry, audit_seal};
use portal::db::{Access, Conn, Id};
use portal::error::Error;
use portal::time::{Clock, Timestamp};
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

pub fn key(t: &TestApp) -> portal::secrets::Mac {
    let master = portal::secrets::MasterKey::load(&crate::support::identity_settings(), &t.portal.random).unwrap();
    portal::app::audit_key(&master).unwrap()
}

/// The detail of an entry without the credential, which each entry of a person has.
pub fn facts(entry: &Value) -> Value {
    let mut detail = entry["detail"].clone();
    if let Some(members) = detail.as_object_mut() {
        members.remove("credential");
    }
    detail
}

fn open(t: &TestApp) -> Conn {
    portal::db::open(t.portal.db.target(), Access::Write).unwrap()
}

#[story]
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
    let link = t.mail_about(&awa.email, "Choose a new password").token("reset");
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

#[story]
fn d1_an_entry_names_the_session_or_the_token_that_was_used(t: TestApp) {
    let admin = t.admin();
    let form = json!({"name": "office", "scopes": ["announcements:manage"], "expires_in_days": 1});
    let token = admin.post("/me/tokens", &form).expect(201);
    let draft = json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    t.anonymous().with_token(token["token"].as_str().unwrap()).post("/announcements", &draft).unwrap().expect(201);
    t.try_login("198.51.100.7", &admin.email, "not the password at all").refused(401);
    let sessions = admin.get("/me/sessions").expect(200);
    let own = sessions["data"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
    let log = admin.all("/audit");
    let detail = |action: &str| &log.iter().find(|entry| entry["action"] == action).unwrap()["detail"];
    assert_eq!(detail("token_made")["credential"], own["id"]);
    assert_eq!(detail("announcement_drafted")["credential"], token["id"]);
    assert_eq!(detail("login_failed").get("credential"), None, "nobody was let in");
    let begun = log.iter().find(|entry| entry["detail"]["session_id"] == own["id"]).unwrap();
    assert!(["login", "totp_added"].contains(&begun["action"].as_str().unwrap()), "{begun}");
    assert_eq!(begun["subject_id"], admin.get("/me").expect(200)["id"]);
    // The id of a session tells when it began: of other people's, the Secretariat and auditors alone.
    let awa = t.ncp("SN");
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/users/{id}/suspend"), &json!({"reason": "left"})).expect(200);
    admin.post(&format!("/users/{id}/reinstate"), &json!({})).expect(200);
    let awa = t.login(&awa.email);
    awa.post("/me/tokens", &json!({"name": "x", "scopes": ["profile:read"], "expires_in_days": 1})).expect(201);
    let names = |log: Vec<Value>, action: &str| {
        log.iter().find(|entry| entry["action"] == action).unwrap()["detail"].get("credential").is_some()
    };
    assert!(names(admin.all("/audit"), "user_suspended") && names(awa.all("/me/audit"), "token_made"));
    assert!(!names(awa.all("/me/audit"), "user_suspended"));
    let exported = awa.get("/me/export").expect(200)["audit"].as_array().unwrap().clone();
    assert!(!names(exported.clone(), "user_suspended") && names(exported, "token_made"));
}

#[story]
fn d1_the_database_refuses_to_change_or_delete_an_entry(t: TestApp) {
    t.ncp("SN");
    t.run(t.portal.run_maintenance_once()).unwrap();
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

fn verify(t: &TestApp) -> ChainVerdict {
    audit::verify(&mut open(t), &key(t), t.clock.now()).unwrap()
}

#[story]
fn d1_the_chain_shows_what_was_changed_behind_the_portals_back(t: TestApp) {
    t.ncp("SN");
    t.run(t.portal.run_maintenance_once()).unwrap();
    let ChainVerdict::Whole { head, unsealed: 0 } = verify(&t) else { panic!("whole") };
    assert!(head.position > 3);
    t.ncp("KE");
    assert!(matches!(verify(&t), ChainVerdict::Whole { unsealed, .. } if unsealed > 0));
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert!(matches!(verify(&t), ChainVerdict::Whole { unsealed: 0, .. }));
    // The owner of the database removes the protection.
    let conn = &mut open(&t);
    let unguarded = match conn {
        Conn::Postgres(_) => "ALTER TABLE audit_entry DISABLE TRIGGER USER",
        Conn::Sqlite(_) => "DROP TRIGGER audit_entry_no_update",
    };
    diesel::sql_query(unguarded).execute(conn).unwrap();
    let second: Id =
        audit_seal::table.order(audit_seal::position).offset(1).select(audit_seal::entry_id).first(conn).unwrap();
    let changed = diesel::update(audit_entry::table.find(second)).set(audit_entry::network.eq("10.0.0.0/24"));
    changed.execute(conn).unwrap();
    assert_eq!(verify(&t), ChainVerdict::Broken { position: 2, fault: "its entry, or one before it, was changed" });
    let other = portal::secrets::MasterKey::load(
        &portal::config::Identity { master_key: "77".repeat(32).into(), ..crate::support::identity_settings() },
        &t.portal.random,
    );
    let other = portal::app::audit_key(&other.unwrap()).unwrap();
    let by_other = audit::verify(&mut open(&t), &other, t.clock.now()).unwrap();
    assert!(matches!(by_other, ChainVerdict::Broken { position: 1, .. }), "without the key nobody makes a chain");
}

#[story]
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
    t.run(t.portal.run_maintenance_once()).unwrap();
    let ChainVerdict::Whole { head, unsealed: 0 } = verify(&t) else { panic!("whole") };
    let entries: i64 = audit_entry::table.count().get_result(&mut open(&t)).unwrap();
    assert_eq!(head.position, entries);
}

#[story(postgres)]
fn o42_who_finds_another_process_sealing_waits_for_nothing(t: TestApp) {
    let (mut conn, key, now) = (open(&t), key(&t), t.clock.now());
    note(&t, &mut conn, now, 10);
    let seal = |conn: &mut Conn| audit::seal(conn, &key, None, now);
    let before = conn.transaction_for_write(|conn| {
        let held = seal(conn)?;
        // It would wait in vain: this unit of work ends only after it.
        let mut other = open(&t);
        let met = other.transaction_for_write(seal)?;
        assert!(met.is_elsewhere && met.entries == 0, "{met:?}");
        t.run(t.portal.run_maintenance_once())?;
        Ok::<_, Error>(held)
    });
    let after = conn.transaction_for_write(seal).unwrap();
    assert!(!after.is_elsewhere && after.head.position >= before.unwrap().head.position, "{after:?}");
}

/// Writes so many entries with this time, in one unit of work.
fn note(t: &TestApp, conn: &mut Conn, at: Timestamp, entries: usize) {
    let log = Audit::new(Clock::manual(at), t.portal.random.clone());
    let written = conn.transaction_for_write(|conn| {
        let entry = Entry::anonymous(Event::Login, None);
        (0..entries).try_for_each(|_| log.record(conn, &Trace::default(), &entry))
    });
    written.unwrap();
}

#[story]
fn d1_a_long_log_is_sealed_in_pieces_each_of_which_goes_on_where_the_last_one_stopped(t: TestApp) {
    let (mut conn, key, until) = (open(&t), key(&t), t.clock.now());
    let seal = |conn: &mut Conn, after: Option<Id>, until: Timestamp| -> SealedBatch {
        conn.transaction_for_write(|conn| audit::seal(conn, &key, after, until)).unwrap()
    };
    let start = seal(&mut conn, None, until).head.position;
    note(&t, &mut conn, until, 2_500);
    let first = seal(&mut conn, None, until);
    assert_eq!((first.entries, first.head.position), (1_000, start + 1_000));
    // Entries written meanwhile wait for the next round, so that this one ends.
    let later = until.plus(Duration::from_secs(1));
    note(&t, &mut conn, later, 1_500);
    let second = seal(&mut conn, first.last, until);
    assert_eq!((second.entries, second.head.position), (1_000, start + 2_000));
    assert!(second.last > first.last, "it went on");
    let third = seal(&mut conn, second.last, until);
    assert_eq!((third.entries, third.head.position), (500, start + 2_500));
    let end = seal(&mut conn, third.last, until);
    assert_eq!((end.entries, end.last, &end.head), (0, None, &third.head), "the end of the round");
    // An entry of half an hour ago is kept only now: the pieces of a round pass it by, and the first of the next finds it.
    note(&t, &mut conn, until.minus(Duration::from_mins(30)), 1);
    assert_eq!(seal(&mut conn, third.last, until).entries, 0);
    let verdict = audit::verify(&mut conn, &key, later).unwrap();
    assert_eq!(verdict, ChainVerdict::Whole { head: third.head, unsealed: 1_501 });
    let first = seal(&mut conn, None, later);
    assert_eq!((first.entries, first.head.position), (1_000, start + 3_500));
    let second = seal(&mut conn, first.last, later);
    assert_eq!((second.entries, seal(&mut conn, second.last, later).entries), (501, 0));
    let verdict = audit::verify(&mut conn, &key, later).unwrap();
    assert_eq!(verdict, ChainVerdict::Whole { head: second.head, unsealed: 0 });
    // A round of the portal's own seals all of a long log, and finds nothing left of this one.
    t.pass(Duration::from_secs(2));
    note(&t, &mut conn, t.clock.now(), 2_001);
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert!(matches!(verify(&t), ChainVerdict::Whole { head, unsealed: 0 } if head.position == start + 6_002));
}

fn t_login(t: &TestApp, email: &str) {
    t.try_login("127.0.0.1", email, PASSWORD).expect(200);
}

#[story]
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

#[story]
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
