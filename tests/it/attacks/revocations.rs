//! Grants of a session or an API token that was revoked before they took effect (number 8), and API tokens that would
//! get rights outside of their scopes (9).

use std::time::Duration;

use diesel::prelude::*;
use portal::appointments::AppointmentStatus;
use portal::db::Id;
use portal::db::schema::appointment;
use serde_json::{Value, json};

use crate::reading::{DAY, keep_house};
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const HOUR: Duration = Duration::from_hours(1);
const COLLEAGUE: &str = "colleague@portal.example";
const INVITED: &str = "fatou.sow@douanes.example";

fn coordinator(t: &TestApp, name: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new("SN", name) })
}

/// A second administrator, logged in with two factors.
fn colleague(t: &TestApp) -> Person {
    t.set_up(COLLEAGUE, "Colleague");
    t.with_app(&t.login(COLLEAGUE))
}

/// An API token of a person: its path, and the program that has it.
fn program(t: &TestApp, owner: &Person, scopes: &[&str]) -> (String, Person) {
    let form = json!({"name": "Program", "scopes": scopes, "expires_in_days": 365});
    let made = owner.post("/me/tokens", &form).expect(201);
    t.deliver();
    let path = format!("/me/tokens/{}", made["id"].as_str().unwrap());
    (path, t.person(&owner.email, &json!({"access_token": made["token"]})))
}

/// An announcement to Senegal that is called so.
fn compose(author: &Person, subject: &str) -> String {
    let text = json!({"en": {"subject": subject, "body_markdown": "News."}});
    let draft = json!({"default_language": "en", "variants": text, "audience": {"members": ["SN"]}});
    author.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned()
}

/// The same, beginning by itself after a while.
fn plan(t: &TestApp, author: &Person, subject: &str, after: Duration) -> String {
    let id = compose(author, subject);
    let when = json!({"send_at": t.clock.now().plus(after)});
    author.post(&format!("/announcements/{id}/schedule"), &when).expect(200);
    id
}

fn stands(t: &TestApp, id: &str) -> (Value, Value) {
    let row = t.admin().get(&format!("/announcements/{id}")).expect(200);
    (row["status"].clone(), row["cause"].clone())
}

fn hears(t: &TestApp, email: &str, subject: &str) -> usize {
    t.inbox(email).iter().filter(|mail| mail.subject.starts_with(subject)).count()
}

fn act(person: &Person, id: &str, deed: &str) -> portal::demo::client::Answer {
    person.post(&format!("/announcements/{id}/{deed}"), &json!({}))
}

/// The newest appointment of a person.
fn appointment_of(t: &TestApp, email: &str) -> Value {
    let rows = t.admin().all("/appointments");
    rows.into_iter().rev().find(|row| row["person"]["email"] == email).expect("an appointment")
}

fn id_of(t: &TestApp, email: &str) -> String {
    appointment_of(t, email)["id"].as_str().unwrap().to_owned()
}

fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        keep_house(t);
        t.deliver();
    }
}

#[story]
fn a08_a_round_planned_with_a_revoked_token_or_by_a_former_officer_stays_a_draft(t: TestApp) {
    let (admin, boss) = (t.admin(), colleague(&t));
    crate::rounds::survey(&admin, "scs", "member");
    let (opens, closes) = (t.clock.now().plus(DAY).to_string(), t.clock.now().plus(9 * DAY).to_string());
    let planned = |by: &Person| {
        let made = by.post("/rounds", &crate::rounds::given("scs", &opens, &closes, "UTC")).expect(201);
        let path = format!("/rounds/{}", made["id"].as_str().unwrap());
        assert_eq!(by.post(&format!("{path}/open"), &json!({})).expect(200)["opens_by_itself"], true);
        path
    };
    let scopes = ["surveys:read", "surveys:manage"];
    let ((token, thief), (_, kept)) = (program(&t, &admin, &scopes), program(&t, &admin, &scopes));
    let (stolen, good, former) = (planned(&thief), planned(&kept), planned(&boss));
    admin.delete(&token).expect(204);
    let lost = super::grants::user_of(&t, COLLEAGUE);
    admin.post(&format!("/users/{lost}/suspend"), &json!({"reason": "An incident."})).expect(200);
    keep_house(&t);
    let stands = |path: &str| {
        let round = t.admin().get(path).expect(200);
        (round["state"].clone(), round["opens_by_itself"].clone())
    };
    for path in [&stolen, &former] {
        assert_eq!(stands(path), (json!("draft"), json!(false)), "it is held before its instant");
    }
    assert_eq!(stands(&good), (json!("draft"), json!(true)));
    t.deliver();
    assert_eq!(hears(&t, &admin.email, "Not opened: "), 2);
    t.pass(DAY);
    keep_house(&t);
    assert_eq!([&stolen, &former, &good].map(|path| stands(path).0), ["draft", "draft", "open"]);
    // An officer decides again.
    t.admin().post(&format!("{stolen}/open"), &json!({})).expect(200);
    assert_eq!(stands(&stolen).0, "open");
}

#[story]
fn a08_what_a_revoked_token_planned_is_held(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let (path, program) = program(&t, &admin, &["announcements:manage"]);
    let by_program = plan(&t, &program, "Of a program", HOUR);
    let by_person = plan(&t, &admin, "Of a person", HOUR);
    t.dispatch();
    assert_eq!(stands(&t, &by_program).0, "scheduled", "nothing is wrong yet");
    assert_eq!(admin.delete(&path).status, 204);
    t.dispatch();
    assert_eq!(stands(&t, &by_program), (json!("held"), json!("plan_revoked")));
    assert_eq!(stands(&t, &by_person).0, "scheduled");
    let told = t.mail_about(&admin.email, "Not sent: Of a program");
    assert!(
        told.text.contains("the session or API token with which it was scheduled has been revoked"),
        "{}",
        told.text
    );
    t.pass(HOUR + Duration::from_secs(1));
    t.dispatch();
    assert_eq!([hears(&t, &awa.email, "Of a program"), hears(&t, &awa.email, "Of a person")], [0, 1]);
    act(&t.admin(), &by_program, "send").expect(202);
    assert_eq!(hears(&t, &awa.email, "Of a program"), 1, "somebody has looked at it");
}

#[story]
fn a08_what_was_planned_before_a_new_password_is_held(t: TestApp) {
    let (awa, admin, other) = (t.ncp("SN"), t.admin(), colleague(&t));
    let [of_other, of_admin] = [(&other, "Of the colleague"), (&admin, "Of another")]
        .map(|(planner, subject)| plan(&t, planner, subject, 3 * DAY));
    // The sessions expire, which is no reason to hold anything, and would be deleted by now.
    days_pass(&t, 2);
    assert_eq!([&of_other, &of_admin].map(|id| stands(&t, id).0), ["scheduled", "scheduled"]);
    t.anonymous().post("/auth/password/forgot", &json!({"email": COLLEAGUE})).unwrap().expect(202);
    let form = json!({"token": t.mailed_token(COLLEAGUE, "reset"), "password": "a window over the harbour"});
    t.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
    t.dispatch();
    assert_eq!(stands(&t, &of_other), (json!("held"), json!("plan_revoked")));
    t.pass(DAY + Duration::from_mins(1));
    t.dispatch();
    let heard = ["Of the colleague", "Of another"].map(|subject| hears(&t, &awa.email, subject));
    assert_eq!(heard, [0, 1]);
}

#[story]
fn a08_what_a_session_that_ran_out_planned_is_sent(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    plan(&t, &admin, "Of long ago", 5 * DAY);
    assert_eq!(admin.post("/auth/logout", &json!({})).status, 204);
    days_pass(&t, 5);
    t.dispatch();
    assert_eq!(hears(&t, &awa.email, "Of long ago"), 1);
}

#[story("announcements.approval_above=1")]
fn a08_an_approval_with_a_revoked_token_counts_no_longer(t: TestApp) {
    let awa = t.ncp("SN");
    t.member(&Application::new("SN", "Binta Ba"));
    let (admin, other) = (t.admin(), colleague(&t));
    let (path, program) = program(&t, &other, &["announcements:manage"]);
    let [by_program, by_person] = [(&program, "Of a program"), (&other, "Of a person")].map(|(approver, subject)| {
        let id = compose(&admin, subject);
        act(&admin, &id, "submit").expect(200);
        act(approver, &id, "approve").expect(200);
        id
    });
    t.dispatch();
    assert_eq!([&by_program, &by_person].map(|id| stands(&t, id).0), ["approved", "approved"]);
    assert_eq!(other.delete(&path).status, 204);
    t.dispatch();
    assert_eq!(stands(&t, &by_program), (json!("held"), json!("approval_revoked")));
    assert_eq!(act(&admin, &by_program, "send").refused(409), "approval_needed");
    act(&admin, &by_person, "send").expect(202);
    assert_eq!([hears(&t, &awa.email, "Of a program"), hears(&t, &awa.email, "Of a person")], [0, 1]);
}

#[story]
fn a08_an_invitation_with_a_revoked_credential_only_proposes(t: TestApp) {
    let home = coordinator(&t, "Moussa Fall");
    let (path, program) = program(&t, &home, &["appointments:manage"]);
    let invite = |officer: &Person, email: &str| {
        let form = json!({"email": email, "name": "Fatou Sow", "organisation": "SN", "role": "ncp"});
        officer.post("/invitations", &form).expect(201);
        t.mailed_token(email, "invitation")
    };
    let accept = |token: &str| {
        let form = json!({"token": token, "password": PASSWORD});
        t.anonymous().post("/invitations/accept", &form).unwrap().expect(200)
    };
    let (by_program, by_session) = (invite(&program, INVITED), invite(&home, "in.person@douanes.example"));
    let before = invite(&home, "of.before@douanes.example");
    assert_eq!(home.delete(&path).status, 204);
    let accepted = accept(&by_program);
    assert_eq!(accepted["status"], "pending", "{accepted}");
    assert_eq!(t.login(INVITED).get("/contacts").refused(403), "awaiting_approval");
    assert_eq!(accept(&by_session)["status"], "active");
    // An officer decides, also whose program it was.
    t.mail_about(&home.email, "An application awaits your decision: Fatou Sow");
    let approve = format!("/appointments/{}/approve", accepted["id"].as_str().unwrap());
    assert_eq!(home.post(&approve, &json!({})).expect(200)["status"], "active");
    // A session that its owner ended from another.
    t.pass(Duration::from_secs(30));
    let elsewhere = t.login(&home.email);
    assert_eq!(elsewhere.delete("/me/sessions").status, 204);
    assert_eq!(accept(&before)["status"], "pending");
}

#[story]
fn a08_a_hand_over_with_a_revoked_token_is_cancelled(t: TestApp) {
    let home = coordinator(&t, "Moussa Fall");
    let (awa, fatou) = (t.ncp("SN"), t.member(&Application::new("SN", "Fatou Sow")));
    let (path, program) = program(&t, &home, &["appointments:manage"]);
    let (from, to) = (id_of(&t, &awa.email), id_of(&t, &fatou.email));
    let seat = format!("/appointments/{from}");
    let wish = json!({"successor": to, "overlap_days": 10});
    let begun = program.post(&format!("{seat}/replace"), &wish).expect(200);
    assert_eq!(begun["replaced_by"], to.as_str());
    keep_house(&t);
    assert_eq!(t.admin().get(&seat).expect(200)["replaced_by"], to.as_str(), "nothing is wrong yet");
    assert_eq!(home.delete(&path).status, 204);
    keep_house(&t);
    let row = t.admin().get(&seat).expect(200);
    assert_eq!((&row["status"], &row["replaced_by"]), (&json!("active"), &json!(null)));
    let told = t.mail_about(&home.email, "Hand-over cancelled: Awa Diop");
    assert!(told.text.contains("with which the hand-over was started has been revoked"), "{}", told.text);
    days_pass(&t, 11);
    assert_eq!(t.admin().get(&seat).expect(200)["status"], "active");
}

/// Gives every token every scope, as earlier versions did on request.
fn widen_tokens(t: &TestApp) {
    let statement = "UPDATE api_token SET scopes = '[\"profile:read\", \"community:read\", \"registrations:decide\", \
                     \"announcements:manage\", \"appointments:manage\", \"audit:read\", \"statistics:read\"]'";
    let widened = t.portal.db.write(move |conn| Ok(diesel::sql_query(statement).execute(conn)?));
    assert!(t.run(widened).unwrap() > 0);
}

#[story]
fn a09_an_appointment_with_more_rights_ends_api_tokens_of_before(t: TestApp) {
    for (name, role, ends) in [
        ("Awa Diop", "contributor", false),
        ("Fatou Sow", "coordinator", true),
        ("Binta Ba", "auditor", true),
        ("Moussa Fall", "secretariat", true),
    ] {
        let person = t.with_app(&t.member(&Application::new("SN", name)));
        let (_, program) = program(&t, &person, &["profile:read", "community:read"]);
        widen_tokens(&t);
        t.pass(Duration::from_secs(3));
        assert_eq!(program.get("/audit").refused(403), "auditors_only");
        let user = person.get("/me").expect(200)["id"].clone();
        t.admin().post("/appointments", &json!({"organisation": "KE", "role": role, "user_id": user})).expect(201);
        if !ends {
            program.get("/contacts").expect(200);
            continue;
        }
        for path in ["/audit", "/registrations", "/appointments", "/me"] {
            assert_eq!(program.get(path).refused(401), "token_invalid", "{role} {path}");
        }
        let told = t.mail_about(&person.email, "Your API tokens were revoked");
        assert!(told.text.contains("one API token was revoked"), "{}", told.text);
    }
}

#[story]
fn a09_a_coordinator_who_confirms_late_keeps_api_tokens(t: TestApp) {
    let home = coordinator(&t, "Moussa Fall");
    let (_, program) = program(&t, &home, &["community:read"]);
    let own = id_of(&t, &home.email);
    let id: Id = own.parse().unwrap();
    let missed = t.portal.db.write(move |conn| {
        let unconfirmed = appointment::status.eq(AppointmentStatus::Unconfirmed);
        Ok(diesel::update(appointment::table.find(id)).set(unconfirmed).execute(conn)?)
    });
    assert_eq!(t.run(missed).unwrap(), 1);
    t.pass(Duration::from_secs(3));
    assert_eq!(program.get("/contacts").refused(403), "confirmation_needed");
    assert_eq!(home.post(&format!("/appointments/{own}/confirm"), &json!({})).expect(200)["status"], "active");
    program.get("/contacts").expect(200);
}

#[story]
fn a09_a_change_of_address_of_before_is_not_the_secretariats(t: TestApp) {
    let awa = t.with_app(&t.ncp("SN"));
    awa.post("/me/email", &json!({"email": "thief@elsewhere.example"})).expect(202);
    let token = t.mailed_token("thief@elsewhere.example", "confirm-address");
    let user = awa.get("/me").expect(200)["id"].clone();
    let form = json!({"organisation": "SN", "role": "secretariat", "user_id": user});
    t.admin().post("/appointments", &form).expect(201);
    assert_eq!(awa.get("/me").refused(401), "session_ended");
    let late = t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap();
    assert_eq!(late.refused(410), "link_spent");
}

#[story]
fn a09_nobody_gives_a_token_a_right_that_one_has_not(t: TestApp) {
    let (awa, home) = (t.ncp("SN"), coordinator(&t, "Moussa Fall"));
    let form = |scopes: &[&str]| json!({"name": "Program", "scopes": scopes, "expires_in_days": 365});
    let every = ["profile:read", "audit:read", "community:read", "announcements:manage"];
    let answer = awa.post("/me/tokens", &form(&every));
    let faults = answer.json()["errors"].as_array().unwrap().clone();
    let said: Vec<_> =
        faults.iter().map(|fault| (&fault["pointer"], &fault["code"], &fault["codes"]["scope"])).collect();
    let code = json!("scope_not_held");
    let wanted = [
        (&json!("/scopes/1"), &code, &json!("audit:read")),
        (&json!("/scopes/3"), &code, &json!("announcements:manage")),
    ];
    assert_eq!(said, wanted);
    assert!(faults[0]["detail"].as_str().unwrap().contains("read the audit log"), "{faults:?}");
    assert_eq!(answer.refused(422), "invalid");
    let french = awa.with_header("accept-language", "fr").post("/me/tokens", &form(&every)).json();
    assert!(french["errors"][0]["detail"].as_str().unwrap().contains("lire le journal d’audit"), "{french}");
    assert_eq!(awa.get("/me/tokens").expect(200)["data"], json!([]));
    home.post("/me/tokens", &form(&["appointments:manage", "audit:read"])).expect(201);
    for scope in ["registrations:decide", "announcements:manage", "statistics:read"] {
        assert_eq!(home.post("/me/tokens", &form(&[scope])).refused(422), "invalid", "{scope}");
    }
}
