//! Credentials and rights that were revoked a moment ago (numbers 7, 9 and 10).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use diesel::prelude::*;
use portal::appointments::{AppointmentStatus, NewAppointment, Role};
use portal::db::Id;
use portal::db::schema::{api_token, appointment, session, totp, users};
use portal::policy::Level;
use portal::time::Timestamp;
use serde_json::{Value, json};

use crate::reading::{DAY, announce, keep_house};
use crate::support::{Application, Expect as _, PASSWORD, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a07_a_session_that_another_process_ended_writes_nothing,
        a07_an_api_token_that_another_process_revoked_writes_nothing,
        a07_rights_that_another_process_took_away_write_nothing,
        a07_what_a_session_was_answered_is_not_given_to_a_token,
        a07_a_file_under_way_ends_with_the_access_of_its_reader: ["directory.export_per_day=20000"],
        a08_no_token_and_no_old_session_makes_administrators,
        a08_the_last_administrator_whose_account_is_open_stays,
        a08_whoever_may_not_appoint_learns_nothing_of_the_body,
        a08_a_token_for_applications_decides_on_them_alone,
        a08_whose_account_is_suspended_is_approved_nowhere,
        a08_no_coordinator_undoes_a_suspension_of_the_secretariat,
        a09_a_new_password_ends_api_tokens_and_the_mail_says_how_many,
        a09_the_end_of_all_sessions_ends_api_tokens_too,
        a09_the_secretariat_ends_all_access_and_the_owner_is_told,
        a09_what_two_factors_proved_ends_with_the_last_factor,
        a09_the_last_factor_stays_with_a_role_that_came_a_moment_ago,
        a09_a_short_password_never_stands_alone,
        a09_a_mail_quotes_nothing_that_a_program_says_of_itself,
        a09_whoever_comes_to_run_the_portal_logs_in_again,
        a10_a_link_speaks_for_its_own_announcement_alone,
        a10_a_link_in_the_mailbox_that_was_left_opens_nothing,
        a10_a_question_in_the_mailbox_that_was_left_is_answered_by_nobody,
        a10_a_link_ends_with_its_mail,
        a10_a_link_ends_with_the_account_and_with_the_appointment,
        a10_the_way_back_keeps_a_factor_that_was_there_before,
    ]
}

const MOVED: &str = "awa.diop@douanes.example";
/// Long enough beside a second factor.
const SHORT: &str = "vQ2!zR5&m";

fn id(person: &Person) -> Id {
    person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap()
}

/// Makes an API token, and waits for the mail that says so.
fn make_token(t: &TestApp, person: &Person, scopes: &[&str]) -> Value {
    let form = json!({"name": "Sync", "scopes": scopes, "expires_in_days": 365});
    let made = person.post("/me/tokens", &form).expect(201);
    t.deliver();
    made
}

fn good_tokens(t: &TestApp, owner: Id) -> i64 {
    let good = api_token::table.filter(api_token::user_id.eq(owner).and(api_token::revoked_at.is_null()));
    t.run(t.portal.db.read(move |conn| Ok(good.count().get_result(conn)?))).unwrap()
}

/// What another process does to the database: this one remembers who was let in a moment ago.
fn elsewhere<T: Send + 'static>(
    t: &TestApp,
    work: impl FnOnce(&mut portal::db::Conn) -> QueryResult<T> + Send + 'static,
) -> T {
    t.run(t.portal.db.write(move |conn| Ok(work(conn)?))).unwrap()
}

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

/// Asks for every contact and takes the beginning alone: the rest is more than lies in buffers.
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
    // Rights that are other ones, not fewer: the request is to be made again by somebody who knows.
    let other = t.ncp("KE");
    let user = id(&other);
    elsewhere(&t, move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(user));
        diesel::update(own).set(appointment::role.eq(Role::Contributor)).execute(conn)
    });
    assert_eq!(other.patch("/me", &json!({"name": "Wanjiru Kamau"})).refused(409), "rights_changed");
    other.patch("/me", &json!({"name": "Wanjiru Kamau"})).expect(200);
}

fn a08_no_token_and_no_old_session_makes_administrators(t: TestApp) {
    let (awa, other) = (t.ncp("SN"), "second@portal.example");
    t.set_up(other, "Second Person");
    let admin = t.admin();
    let made = make_token(&t, &admin, &["appointments:manage"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    let form = |role: &str| json!({"organisation": "SN", "role": role, "user_id": id(&awa)});
    let seat = |email: &str| {
        let rows = t.admin().all("/appointments");
        let row = rows.into_iter().rev().find(|row| row["person"]["email"] == email);
        row.expect("an appointment")["id"].as_str().unwrap().to_owned()
    };
    let theirs = seat(other);
    for role in ["secretariat", "auditor"] {
        assert_eq!(program.post("/appointments", &form(role)).unwrap().refused(401), "reauth_required");
    }
    let reason = json!({"reason": "An incident."});
    for deed in ["suspend", "resign"] {
        let path = format!("/appointments/{theirs}/{deed}");
        assert_eq!(program.post(&path, &reason).unwrap().refused(401), "reauth_required");
    }
    let seen = program.get(&format!("/appointments/{theirs}")).unwrap().expect(200);
    assert_eq!(seen["possible"], json!([]), "{seen}");
    // A session of which somebody proved minutes ago whose it is can no more.
    t.pass(Duration::from_mins(6));
    let refused = admin.post("/appointments", &form("secretariat"));
    assert_eq!(refused.refused(401), "reauth_required");
    let path = format!("/appointments/{theirs}/suspend");
    assert_eq!(admin.post(&path, &reason).refused(401), "reauth_required");
    // Everything else goes on as it did.
    program.post("/appointments", &form("contributor")).unwrap().expect(201);
    // With a fresh proof it is done, and the others hear of it.
    t.admin().post("/appointments", &form("auditor")).expect(201);
    let told = t.newest_mail(other);
    assert!(told.subject.contains("Awa Diop") && told.text.contains("Auditor"), "{}", told.text);
    t.admin().post(&path, &reason).expect(200);
}

fn a08_the_last_administrator_whose_account_is_open_stays(t: TestApp) {
    let admin = t.admin();
    t.set_up("second@portal.example", "Second Person");
    let second = id(&t.login("second@portal.example"));
    admin.post(&format!("/users/{second}/suspend"), &json!({"reason": "An incident."})).expect(200);
    let own = admin.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/appointments/{own}/resign");
    assert_eq!(admin.post(&path, &json!({})).refused(409), "last_administrator");
    admin.post(&format!("/users/{second}/reinstate"), &json!({})).expect(200);
    admin.post(&path, &json!({})).expect(200);
}

fn a08_whoever_may_not_appoint_learns_nothing_of_the_body(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let made = make_token(&t, &admin, &["community:read"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    assert_eq!(program.post("/appointments", &json!({"unknown": 1})).unwrap().refused(403), "scope_missing");
    let of_another = json!({"organisation": "XX", "role": "ncp", "user_id": id(&admin)});
    assert_eq!(awa.post("/appointments", &of_another).refused(403), "coordinators_only");
}

fn a08_a_token_for_applications_decides_on_them_alone(t: TestApp) {
    let admin = t.admin();
    let [first, second] = ["Awa Diop", "Fatou Sow"].map(|name| t.apply_and_verify(&Application::new("SN", name)));
    let made = make_token(&t, &admin, &["registrations:decide"]);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    let rows = admin.all("/appointments?status=pending");
    let path = format!("/appointments/{}/approve", rows[0]["id"].as_str().unwrap());
    assert_eq!(program.post(&path, &json!({})).unwrap().refused(404), "not_found");
    let approved = program.post(&format!("/registrations/{first}/approve"), &json!({})).unwrap().expect(200);
    assert_eq!(approved["status"], "approved", "{approved}");
    let reason = json!({"reason": "Not nominated."});
    let rejected = program.post(&format!("/registrations/{second}/reject"), &reason).unwrap().expect(200);
    assert_eq!(rejected["status"], "rejected", "{rejected}");
}

fn a08_whose_account_is_suspended_is_approved_nowhere(t: TestApp) {
    let admin = t.admin();
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    let row = admin.all("/appointments?status=pending").remove(0);
    let (own, user) = (row["id"].as_str().unwrap(), row["person"]["id"].as_str().unwrap());
    admin.post(&format!("/users/{user}/suspend"), &json!({"reason": "An incident."})).expect(200);
    let path = format!("/appointments/{own}/approve");
    assert_eq!(admin.post(&path, &json!({})).refused(409), "account_suspended");
    admin.post(&format!("/users/{user}/reinstate"), &json!({})).expect(200);
    admin.post(&path, &json!({})).expect(200);
}

fn a08_no_coordinator_undoes_a_suspension_of_the_secretariat(t: TestApp) {
    let home = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") });
    let awa = t.ncp("SN");
    let user = id(&awa);
    let own = awa.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let path = |deed: &str| format!("/appointments/{own}/{deed}");
    let again = |role: &str| json!({"organisation": "SN", "role": role, "user_id": user});
    t.pass(Duration::from_mins(1));
    t.admin().post(&path("suspend"), &json!({"reason": "An incident."})).expect(200);
    for deed in ["reinstate", "resign"] {
        assert_eq!(home.post(&path(deed), &json!({})).refused(403), "secretariat_only", "{deed}");
    }
    assert_eq!(home.post("/appointments", &again("contributor")).refused(403), "secretariat_only");
    let form = json!({"email": awa.email, "name": "Awa Diop", "organisation": "SN", "role": "contributor"});
    home.post("/invitations", &form).expect(201);
    let token = t.newest_mail(&awa.email).token("invitation").unwrap();
    let accepted = t.anonymous().post("/invitations/accept", &json!({"token": token})).unwrap().expect(200);
    assert_eq!(accepted["status"], "pending", "{accepted}");
    assert!(t.newest_mail("secretariat@portal.example").subject.contains("Awa Diop"));
    let waits = format!("/appointments/{}/approve", accepted["id"].as_str().unwrap());
    assert_eq!(home.post(&waits, &json!({})).refused(403), "secretariat_only");
    // Nor does it help that the suspended person resigns.
    t.pass(Duration::from_mins(1));
    t.login(&awa.email).post(&path("resign"), &json!({})).expect(200);
    assert_eq!(home.post("/appointments", &again("ncp")).refused(403), "secretariat_only");
    t.admin().post("/appointments", &again("ncp")).expect(201);
}

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
    assert!(mail.text.contains("2 API tokens of yours were revoked"), "{}", mail.text);

    // Who asks for it keeps them.
    let made = make_token(&t, &awa, &["community:read"]);
    let form = json!({
        "current_password": "a window over the harbour", "new_password": PASSWORD, "keep_api_tokens": true,
    });
    assert_eq!(awa.post("/me/password", &form).status, 204);
    t.anonymous().with_token(made["token"].as_str().unwrap()).get("/contacts").unwrap().expect(200);
    assert!(!t.newest_mail(&awa.email).text.contains("API token"));
}

fn a09_the_end_of_all_sessions_ends_api_tokens_too(t: TestApp) {
    let awa = t.ncp("SN");
    make_token(&t, &awa, &["community:read"]);
    let owner = id(&awa);
    assert_eq!(awa.delete("/me/sessions?keep_api_tokens=true").status, 204);
    assert_eq!(good_tokens(&t, owner), 1);
    t.login(&awa.email);
    assert_eq!(awa.delete("/me/sessions").status, 204);
    assert_eq!(good_tokens(&t, owner), 0);
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("one session and one API token"), "{}", mail.text);
    awa.get("/me").expect(200);
}

fn a09_the_secretariat_ends_all_access_and_the_owner_is_told(t: TestApp) {
    let awa = t.ncp("SN");
    let made = make_token(&t, &awa, &["community:read"]);
    let owner = id(&awa);
    assert_eq!(t.admin().delete(&format!("/users/{owner}/sessions")).status, 204);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    assert_eq!(program.get("/contacts").unwrap().refused(401), "token_invalid");
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("The Secretariat ended other access"), "{}", mail.text);
    assert!(mail.text.contains("one session and one API token"), "{}", mail.text);
}

fn levels(t: &TestApp, owner: Id) -> Vec<Level> {
    let own = session::table.filter(session::user_id.eq(owner).and(session::revoked_at.is_null()));
    t.run(t.portal.db.read(move |conn| Ok(own.select(session::level).load(conn)?))).unwrap()
}

fn a09_what_two_factors_proved_ends_with_the_last_factor(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let made = make_token(&t, &awa, &["announcements:manage"]);
    let owner = id(&awa);
    assert_eq!(awa.delete("/me/mfa/totp").status, 204);
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("One API token of yours that was made with it"), "{}", mail.text);
    assert_eq!(good_tokens(&t, owner), 0);
    assert!(levels(&t, owner).iter().all(|level| *level == Level::Password));
    elsewhere(&t, move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(owner));
        diesel::update(own).set(appointment::role.eq(Role::Coordinator)).execute(conn)
    });
    t.pass(Duration::from_secs(3));
    // The session goes on for what is one's own, and does nothing else.
    awa.get("/me").expect(200);
    assert_eq!(awa.get("/contacts").refused(403), "mfa_required");
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    assert_eq!(program.get("/announcements").unwrap().refused(401), "token_invalid");
}

fn a09_the_last_factor_stays_with_a_role_that_came_a_moment_ago(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    let (owner, now) = (id(&awa), t.clock.now());
    // Appointed on another process: this one does not know yet that the factor must stay.
    awa.get("/me").expect(200);
    let appointed = t.portal.db.write(move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(owner));
        let organisation_id: Id = own.select(appointment::organisation_id).first(conn)?;
        let new = NewAppointment {
            user_id: Some(owner),
            organisation_id,
            role: Role::Coordinator,
            status: AppointmentStatus::Active,
            valid_to: None,
            registration_id: None,
            invited_by: None,
        };
        portal::appointments::create(conn, owner, &new, now).map(|_| ())
    });
    t.run(appointed).unwrap();
    assert_eq!(awa.delete("/me/mfa/totp").refused(409), "factor_required");
    awa.get("/contacts").expect(200);
}

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

fn a09_a_mail_quotes_nothing_that_a_program_says_of_itself(t: TestApp) {
    let awa = t.ncp("SN");
    let thief = t.from("203.0.113.66").with_header("user-agent", "URGENT unlock at https://evil.example/x");
    thief.post("/auth/login", &json!({"email": awa.email, "password": PASSWORD})).unwrap().expect(200);
    let mail = t.newest_mail(&awa.email);
    assert_eq!(mail.subject, "Your account was logged in to from a new place");
    assert!(mail.text.contains("a program that is not known"), "{}", mail.text);
    assert!(!mail.text.contains("URGENT") && !mail.text.contains("evil.example"), "{}", mail.text);
}

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

/// The token of the link in somebody's newest mail about an announcement.
fn link_token(t: &TestApp, address: &str, announcement: &str) -> String {
    let mail = t.newest_mail(address);
    let beginning = format!("/announcements/{announcement}?mail=");
    let (_, rest) = mail.text.split_once(&beginning).unwrap_or_else(|| panic!("no link in {}", mail.text));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn status(t: &TestApp, method: &str, path: &str) -> u16 {
    t.anonymous().send(method, path, None).unwrap().status
}

fn a10_a_link_speaks_for_its_own_announcement_alone(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let first = announce(&admin, "First", &json!({"acknowledge": true}));
    let token = link_token(&t, &awa.email, &first);
    let second = announce(&admin, "Second", &json!({"acknowledge": true}));
    t.deliver();
    for method in ["GET", "POST"] {
        assert_eq!(status(&t, method, &format!("/announcements/{second}?mail={token}")), 404, "{method}");
        assert_eq!(status(&t, method, &format!("/announcements/{first}?mail={token}")), 200, "{method}");
    }
    let acknowledged = |id: &str| awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"].clone();
    assert!(acknowledged(&first).is_string());
    assert_eq!(acknowledged(&second), Value::Null);
}

fn a10_a_link_in_the_mailbox_that_was_left_opens_nothing(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "To be read", &json!({"acknowledge": true, "topic": "events"}));
    let token = link_token(&t, &awa.email, &id);
    let proven = awa.post("/me/reauthenticate", &json!({"password": PASSWORD})).expect(200);
    let awa = t.person(&awa.email, &proven);
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    let confirm = t.newest_mail(MOVED).token("confirm-address").unwrap();
    t.anonymous().post("/auth/email/confirm", &json!({"token": confirm})).unwrap().expect(200);
    for (method, path) in [
        ("GET", format!("/announcements/{id}?mail={token}")),
        ("POST", format!("/announcements/{id}?mail={token}")),
        ("GET", format!("/unsubscribe/{token}")),
        ("POST", format!("/unsubscribe/{token}")),
        ("GET", format!("/subscriptions/{token}")),
    ] {
        assert_eq!(status(&t, method, &path), 404, "{method} {path}");
    }
    assert_eq!(awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"], Value::Null);
    // What comes to the new mailbox opens as ever.
    let next = announce(&admin, "To be read too", &json!({"acknowledge": true}));
    let token = link_token(&t, MOVED, &next);
    assert_eq!(status(&t, "GET", &format!("/announcements/{next}?mail={token}")), 200);
}

fn a10_a_question_in_the_mailbox_that_was_left_is_answered_by_nobody(t: TestApp) {
    let awa = t.ncp("SN");
    // A month before the year is over, a mail asks whether the contact is still right.
    t.pass(340 * DAY);
    keep_house(&t);
    let question = |address: &str| t.inbox(address).iter().rev().find_map(|mail| mail.token("confirm-contact"));
    let token = question(&awa.email).expect("the question");
    let awa = t.login(&awa.email);
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    let confirm = t.newest_mail(MOVED).token("confirm-address").unwrap();
    t.anonymous().post("/auth/email/confirm", &json!({"token": confirm})).unwrap().expect(200);
    let form = format!("token={token}");
    let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
    let page = t.anonymous().send("POST", "/confirm-contact", body).unwrap();
    assert_eq!(page.status, 410, "{}", page.text);
}

fn a10_a_link_ends_with_its_mail(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "To be read", &json!({"acknowledge": true}));
    let token = link_token(&t, &awa.email, &id);
    let path = format!("/announcements/{id}?mail={token}");
    t.pass(29 * DAY);
    t.dispatch();
    assert_eq!(status(&t, "GET", &path), 200);
    t.pass(2 * DAY);
    keep_house(&t);
    assert_eq!(status(&t, "GET", &path), 404);
}

fn a10_a_link_ends_with_the_account_and_with_the_appointment(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let announcement = announce(&admin, "To be read", &json!({"acknowledge": true, "topic": "events"}));
    let token = link_token(&t, &awa.email, &announcement);
    let owner = id(&awa);
    let statuses =
        || [format!("/unsubscribe/{token}"), format!("/subscriptions/{token}")].map(|path| status(&t, "GET", &path));
    assert_eq!(statuses(), [200, 200]);
    let suspended = |at: Option<Timestamp>| {
        elsewhere(&t, move |conn| {
            diesel::update(users::table.find(owner)).set(users::suspended_at.eq(at)).execute(conn)
        });
    };
    suspended(Some(t.clock.now()));
    assert_eq!(statuses(), [404, 404]);
    suspended(None);
    assert_eq!(statuses(), [200, 200]);
    elsewhere(&t, move |conn| {
        let own = appointment::table.filter(appointment::user_id.eq(owner));
        diesel::update(own).set(appointment::status.eq(AppointmentStatus::Suspended)).execute(conn)
    });
    assert_eq!(statuses(), [404, 404]);
}

fn a10_the_way_back_keeps_a_factor_that_was_there_before(t: TestApp) {
    let awa = t.ncp("SN");
    let awa = t.with_app(&awa);
    t.pass(Duration::from_hours(24 * 3));
    let awa = t.login(&awa.email);
    awa.post("/me/email", &json!({"email": MOVED})).expect(202);
    let undo = t.newest_mail(&awa.email).token("undo-address").unwrap();
    let confirm = t.newest_mail(MOVED).token("confirm-address").unwrap();
    t.anonymous().post("/auth/email/confirm", &json!({"token": confirm})).unwrap().expect(200);
    t.pass(Duration::from_hours(1));
    t.anonymous().post("/auth/email/undo", &json!({"token": undo})).unwrap().expect(200);
    let reset = t.newest_mail(&awa.email).token("reset").unwrap();
    let form = json!({"token": reset, "password": "a window over the harbour"});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
    let asked = t.try_login("198.51.100.7", &awa.email, "a window over the harbour").expect(200);
    assert_eq!(asked["mfa_required"], true, "{asked}");
    let owner = awa.email.clone();
    let apps = elsewhere(&t, move |conn| {
        totp::table.inner_join(users::table).filter(users::email.eq(owner)).count().get_result::<i64>(conn)
    });
    assert_eq!(apps, 1);
}
