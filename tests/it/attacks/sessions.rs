//! Credentials that were revoked a moment ago (numbers 7 and 9): sessions, API tokens, passwords and second factors.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use diesel::prelude::*;
use portal::appointments::{AppointmentStatus, NewAppointment, Role};
use portal::db::Id;
use portal::db::schema::{api_token, appointment, session};
use portal::policy::Level;
use portal::time::Timestamp;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

/// Long enough with a second factor.
const SHORT: &str = "vQ2!zR5&m";

pub(super) fn id(person: &Person) -> Id {
    person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap()
}

/// Makes an API token, and waits for the mail about it.
pub(super) fn make_token(t: &TestApp, person: &Person, scopes: &[&str]) -> Value {
    let form = json!({"name": "Sync", "scopes": scopes, "expires_in_days": 365});
    let made = person.post("/me/tokens", &form).expect(201);
    t.deliver();
    made
}

fn good_tokens(t: &TestApp, owner: Id) -> i64 {
    let good = api_token::table.filter(api_token::user_id.eq(owner).and(api_token::revoked_at.is_null()));
    t.run(t.portal.db.read(move |conn| Ok(good.count().get_result(conn)?))).unwrap()
}

/// A change of the database by another process: this one has cached the principal.
pub(super) fn elsewhere<T: Send + 'static>(
    t: &TestApp,
    work: impl FnOnce(&mut portal::db::Conn) -> QueryResult<T> + Send + 'static,
) -> T {
    t.run(t.portal.db.write(move |conn| Ok(work(conn)?))).unwrap()
}

#[story]
fn a07_a_session_that_another_process_ended_writes_nothing(t: TestApp) {
    let thief = t.ncp("SN");
    let (owner, now) = (id(&thief), t.clock.now());
    let end = |at: Option<Timestamp>| {
        elsewhere(&t, move |conn| {
            let own = session::table.filter(session::user_id.eq(owner));
            diesel::update(own).set(session::revoked_at.eq(at)).execute(conn)
        });
    };
    let new = "a window over the harbour";
    for (method, path, body) in [
        ("POST", "/me/tokens", json!({"name": "x", "scopes": ["community:read"], "expires_in_days": 365})),
        ("POST", "/me/email", json!({"email": "thief@elsewhere.example"})),
        ("PATCH", "/me", json!({"name": "Awa Ndiaye"})),
        ("POST", "/me/mfa/totp", json!({})),
        ("POST", "/me/password", json!({"current_password": PASSWORD, "new_password": new})),
        ("DELETE", "/me", json!({"password": PASSWORD})),
    ] {
        end(None);
        thief.get("/me").expect(200);
        end(Some(now));
        // Still remembered here: what only reads is answered for two seconds more.
        thief.get("/me").expect(200);
        let body = serde_json::to_vec(&body).unwrap();
        let answer = thief.send(method, &format!("/api/v1{path}"), Some(("application/json", &body))).unwrap();
        assert_eq!(answer.refused(401), "session_ended", "{method} {path}");
        assert_eq!(thief.get("/me").refused(401), "session_ended", "known here too by now");
    }
    assert_eq!(good_tokens(&t, owner), 0);
}

#[story]
fn a07_an_api_token_that_another_process_revoked_writes_nothing(t: TestApp) {
    let admin = t.admin();
    let made = make_token(&t, &admin, &["announcements:manage"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    let draft = json!({"default_language": "en", "variants": {"en": {"subject": "a", "body_markdown": "b"}}});
    program.post("/announcements", &draft).unwrap().expect(201);
    let (owner, now) = (id(&admin), t.clock.now());
    elsewhere(&t, move |conn| {
        let own = api_token::table.filter(api_token::user_id.eq(owner));
        diesel::update(own).set(api_token::revoked_at.eq(now)).execute(conn)
    });
    assert_eq!(program.post("/announcements", &draft).unwrap().refused(401), "token_invalid");
    assert_eq!(admin.get("/announcements").expect(200)["data"].as_array().unwrap().len(), 1);
}

#[story]
fn a07_what_a_session_was_answered_is_not_given_to_a_token(t: TestApp) {
    let home = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") });
    let made = make_token(&t, &home, &["profile:read"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap()).with_header("idempotency-key", "one");
    let session = home.with_header("idempotency-key", "one");
    let form = json!({"organisation": "SN", "role": "ncp"});
    let first = session.post("/appointments", &form).expect(201);
    assert_eq!(program.post("/appointments", &form).unwrap().refused(403), "scope_missing");
    let made = make_token(&t, &home, &["appointments:manage"]);
    let manager = t.anonymous().with_token(made["token"].as_str().unwrap()).with_header("idempotency-key", "one");
    let refused = manager.post("/appointments", &form).unwrap();
    assert!(
        [403, 422].contains(&refused.status) && refused.header("idempotency-replayed").is_none(),
        "{}",
        refused.text
    );
    let again = session.post("/appointments", &form);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), first);
}

/// Requests every contact and reads only the beginning: the rest is more than the buffers contain.
fn begin_file(t: &TestApp, reader: &Person) -> TcpStream {
    let mut stream = TcpStream::connect(t.address()).unwrap();
    let token = reader.tokens["access_token"].as_str().unwrap();
    let head = format!(
        "GET /api/v1/contacts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         accept: application/jscontact+json\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(status.as_slice(), b"HTTP/1.1 200");
    stream
}

#[story("directory.export_per_day=20000")]
fn a07_a_file_under_way_ends_with_the_access_of_its_reader(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.ncp("KE"));
    t.seed(9_000);
    let (of_awa, of_wanjiru) = (begin_file(&t, &awa), begin_file(&t, &wanjiru));
    let path = format!("/users/{}/suspend", id(&awa));
    t.admin().post(&path, &json!({"reason": "An incident."})).expect(200);
    let rest = |mut stream: TcpStream| {
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let mut rest = Vec::new();
        // Where it is broken off, the end may be an error.
        let _ = stream.read_to_end(&mut rest);
        rest
    };
    let is_whole = |file: &[u8]| file.ends_with(b"\r\n0\r\n\r\n");
    let (whole, part) = (rest(of_wanjiru), rest(of_awa));
    assert!(is_whole(&whole), "others go on: {} bytes", whole.len());
    assert!(!is_whole(&part) && part.len() < whole.len(), "{} of {} bytes", part.len(), whole.len());
}

#[story]
fn a07_rights_that_another_process_took_away_write_nothing(t: TestApp) {
    let coordinator = Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") };
    let moussa = t.member(&coordinator);
    let owner = id(&moussa);
    let invitation = |email: &str| json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
    moussa.post("/invitations", &invitation("fatou@customs-sn.example")).expect(201);
    elsewhere(&t, move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(owner));
        diesel::update(own).set(appointment::status.eq(AppointmentStatus::Suspended)).execute(conn)
    });
    let refused = moussa.post("/invitations", &invitation("binta@customs-sn.example"));
    assert_eq!(refused.refused(403), "coordinators_only");
    // Other rights, not fewer: the request must be repeated.
    let other = t.ncp("KE");
    let user = id(&other);
    elsewhere(&t, move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(user));
        diesel::update(own).set(appointment::role.eq(Role::Contributor)).execute(conn)
    });
    assert_eq!(other.patch("/me", &json!({"name": "Wanjiru Kamau"})).refused(409), "rights_changed");
    other.patch("/me", &json!({"name": "Wanjiru Kamau"})).expect(200);
}

#[story]
fn a09_a_new_password_ends_api_tokens_and_the_mail_says_how_many(t: TestApp) {
    let awa = t.ncp("SN");
    let made = make_token(&t, &awa, &["community:read"]);
    make_token(&t, &awa, &["profile:read"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    program.get("/contacts").unwrap().expect(200);
    let form = json!({"current_password": PASSWORD, "new_password": "a window over the harbour"});
    assert_eq!(awa.post("/me/password", &form).status, 204);
    assert_eq!(program.get("/contacts").unwrap().refused(401), "token_invalid");
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("2 of your API tokens were revoked"), "{}", mail.text);

    // Who asks for it keeps them.
    let made = make_token(&t, &awa, &["community:read"]);
    let form = json!({
        "current_password": "a window over the harbour", "new_password": PASSWORD, "keep_api_tokens": true,
    });
    assert_eq!(awa.post("/me/password", &form).status, 204);
    t.anonymous().with_token(made["token"].as_str().unwrap()).get("/contacts").unwrap().expect(200);
    assert!(!t.newest_mail(&awa.email).text.contains("API token"));
}

#[story]
fn a09_the_end_of_all_sessions_ends_api_tokens_too(t: TestApp) {
    let awa = t.ncp("SN");
    make_token(&t, &awa, &["community:read"]);
    let owner = id(&awa);
    t.deliver();
    assert_eq!(awa.delete("/me/sessions?keep_api_tokens=true").status, 204);
    assert_eq!(good_tokens(&t, owner), 1);
    assert!(t.newest_mail(&awa.email).text.contains("portal: no session. Devices with"));
    t.login(&awa.email);
    assert_eq!(awa.delete("/me/sessions").status, 204);
    assert_eq!(good_tokens(&t, owner), 0);
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("one session and one API token"), "{}", mail.text);
    awa.get("/me").expect(200);
}

#[story]
fn a09_the_secretariat_ends_all_access_and_the_owner_is_told(t: TestApp) {
    let awa = t.ncp("SN");
    let made = make_token(&t, &awa, &["community:read"]);
    let owner = id(&awa);
    assert_eq!(t.admin().delete(&format!("/users/{owner}/sessions")).status, 204);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    assert_eq!(program.get("/contacts").unwrap().refused(401), "token_invalid");
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("The Secretariat ended access to your account"), "{}", mail.text);
    assert!(mail.text.contains("one session and one API token"), "{}", mail.text);
}

fn levels(t: &TestApp, owner: Id) -> Vec<Level> {
    let own = session::table.filter(session::user_id.eq(owner).and(session::revoked_at.is_null()));
    t.run(t.portal.db.read(move |conn| Ok(own.select(session::level).load(conn)?))).unwrap()
}

#[story]
fn a09_what_two_factors_proved_ends_with_the_last_factor(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let made = make_token(&t, &awa, &["community:read"]);
    let owner = id(&awa);
    assert_eq!(awa.delete("/me/mfa/totp").status, 204);
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("One of your API tokens, which was made with it"), "{}", mail.text);
    assert_eq!(good_tokens(&t, owner), 0);
    assert!(levels(&t, owner).iter().all(|level| *level == Level::Password));
    elsewhere(&t, move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(owner));
        diesel::update(own).set(appointment::role.eq(Role::Coordinator)).execute(conn)
    });
    t.pass(Duration::from_secs(3));
    // The session still serves the person's own data, and nothing else.
    awa.get("/me").expect(200);
    assert_eq!(awa.get("/contacts").refused(403), "mfa_required");
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    assert_eq!(program.get("/contacts").unwrap().refused(401), "token_invalid");
}

#[story]
fn a09_the_last_factor_stays_with_a_role_that_came_a_moment_ago(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let (owner, now) = (id(&awa), t.clock.now());
    // Appointed on another process: this one does not know yet that the factor must stay.
    awa.get("/me").expect(200);
    let appointed = t.portal.db.write(move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(owner));
        let organisation_id: Id = own.select(appointment::organisation_id).first(conn)?;
        let new = NewAppointment::in_force(organisation_id, owner, Role::Coordinator);
        portal::appointments::create(conn, owner, &new, now).map(|_| ())
    });
    t.run(appointed).unwrap();
    assert_eq!(awa.delete("/me/mfa/totp").refused(409), "factor_required");
    awa.get("/contacts").expect(200);
}

#[story]
fn a09_a_short_password_never_stands_alone(t: TestApp) {
    let awa = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") });
    let owner = id(&awa);
    let short = json!({"current_password": PASSWORD, "new_password": SHORT});
    assert_eq!(awa.post("/me/password", &short).status, 204);
    elsewhere(&t, move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(owner));
        diesel::update(own).set(appointment::role.eq(Role::Ncp)).execute(conn)
    });
    t.pass(Duration::from_secs(3));
    assert_eq!(awa.delete("/me/mfa/totp").refused(409), "password_too_short_alone");
    let long = json!({"current_password": SHORT, "new_password": "a window over the harbour"});
    assert_eq!(awa.post("/me/password", &long).status, 204);
    assert_eq!(awa.delete("/me/mfa/totp").status, 204);
}

#[story]
fn a09_a_mail_quotes_nothing_that_a_program_says_of_itself(t: TestApp) {
    let awa = t.ncp("SN");
    let thief = t.from("203.0.113.66").with_header("user-agent", "URGENT unlock at https://evil.example/x");
    thief.post("/auth/login", &json!({"email": awa.email, "password": PASSWORD})).unwrap().expect(200);
    let mail = t.newest_mail(&awa.email);
    assert_eq!(mail.subject, "Login to your account from a new program or network");
    assert!(mail.text.contains("an unknown program"), "{}", mail.text);
    assert!(!mail.text.contains("URGENT") && !mail.text.contains("evil.example"), "{}", mail.text);
}

#[story]
fn a09_whoever_comes_to_run_the_portal_logs_in_again(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let appoint = |role: &str| {
        let form = json!({"organisation": "SN", "role": role, "user_id": id(&awa).to_string()});
        t.admin().post("/appointments", &form).expect(201);
    };
    appoint("auditor");
    awa.get("/contacts").expect(200);
    appoint("secretariat");
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    t.pass(Duration::from_secs(30));
    t.login(&awa.email).get("/registrations").expect(200);
}

pub(super) fn status(t: &TestApp, method: &str, path: &str) -> u16 {
    t.anonymous().send(method, path, None).unwrap().status
}
