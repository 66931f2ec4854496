//! Budgets of mails and of applications (numbers 16 and 18): what one person, one office and one network may cause, and
//! that nobody else is stalled by it.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use portal::appointments::Role;
use portal::db::schema::{appointment, organisation, users};
use portal::db::{Access, Conn, Id};
use portal::demo::CaughtMail;
use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, TestApp, story};

const OTHERS: [&str; 8] = ["SN", "FR", "CI", "GM", "ML", "NE", "BF", "TG"];

pub(super) const HOUR: Duration = Duration::from_hours(1);

pub(super) fn coordinator(t: &TestApp, member: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, "Cora Chief") })
}

pub(super) fn apply(person: &Person, member: &str) -> Answer {
    person.post("/appointments", &json!({"organisation": member, "role": "ncp"}))
}

pub(super) fn id(answer: &Value) -> &str {
    answer["id"].as_str().unwrap()
}

fn withdraw(person: &Person, appointment: &Value) {
    person.post(&format!("/appointments/{}/withdraw", id(appointment)), &json!({})).expect(200);
}

pub(super) fn user(person: &Person) -> String {
    id(&person.get("/me").expect(200)).to_owned()
}

/// Expects a refusal with a time to wait.
pub(super) fn waits(answer: Answer) {
    assert!(answer.header("retry-after").is_some(), "{}", answer.text);
    assert_eq!(answer.refused(429), "too_many_attempts");
}

pub(super) fn execute(t: &TestApp, (postgres, sqlite): (&str, &str)) {
    match portal::db::open(t.portal.db.target(), Access::Write).unwrap() {
        Conn::Postgres(mut c) => c.batch_execute(postgres).unwrap(),
        Conn::Sqlite(mut c) => c.batch_execute(sqlite).unwrap(),
    }
}

pub(super) fn count(t: &TestApp, statement: &'static str) -> i64 {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let counted = t.portal.db.read(move |conn| Ok(diesel::sql_query(statement).get_result::<Counted>(conn)?.n));
    t.run(counted).unwrap()
}

#[story]
fn a16_an_application_that_is_made_again_and_again_is_told_once(t: TestApp) {
    let (awa, cora) = (t.ncp("KE"), coordinator(&t, "SN"));
    let before = t.inbox(&cora.email).len();
    for _ in 0..10 {
        let made = apply(&awa, "SN").expect(201);
        withdraw(&awa, &made);
    }
    waits(apply(&awa, "SN"));
    assert_eq!(t.inbox(&cora.email).len() - before, 1, "of one application one hears once");
    // Another person has an own budget, and the application arrives.
    let grace = t.member(&Application::new("KE", "Grace Hopper"));
    apply(&grace, "SN").expect(201);
    assert_eq!(t.inbox(&cora.email).len() - before, 2);
    t.pass(Duration::from_hours(24));
    let awa = t.login(&awa.email);
    apply(&awa, "SN").expect(201);
    assert_eq!(t.inbox(&cora.email).len() - before, 3);
}

/// Makes this many people coordinators of Senegal.
fn appoint_coordinators(t: &TestApp, many: usize) {
    t.seed(many);
    let appointed = t.portal.db.write(|conn| {
        let senegal: Id =
            organisation::table.filter(organisation::code.eq("SN")).select(organisation::id).first(conn)?;
        let made_up = users::table.filter(users::email_key.like("contact-%")).select(users::id.nullable());
        diesel::update(appointment::table.filter(appointment::user_id.eq_any(made_up)))
            .set((appointment::role.eq(Role::Coordinator), appointment::organisation_id.eq(senegal)))
            .execute(conn)?;
        Ok(())
    });
    t.run(appointed).unwrap();
}

/// How many mails have this name in their subject.
fn mails_about(t: &TestApp, name: &str) -> usize {
    t.deliver();
    let mails = t.receiver.inbox();
    mails.iter().filter_map(CaughtMail::read).filter(|mail| mail.subject.contains(name)).count()
}

#[story]
fn a16_an_application_is_told_to_so_many_coordinators(t: TestApp) {
    appoint_coordinators(&t, 70);
    let token = t.apply(&Application::new("SN", "Awa Diop"));
    t.verify(&token).expect(200);
    assert_eq!(mails_about(&t, "Awa Diop"), 25);
}

#[story("throttle.mails_per_person=4")]
fn a16_no_budget_of_mails_refuses_an_application_or_a_resignation(t: TestApp) {
    let awa = t.ncp("SN");
    appoint_coordinators(&t, 30);
    let mor = Application::new("SN", "Mor Fall");
    t.verify(&t.apply(&mor)).expect(200);
    assert_eq!(mails_about(&t, "Mor Fall"), 4, "further mails are left out");
    // The application waits all the same.
    assert_eq!(t.login(&mor.email).get("/me").expect(200)["appointments"][0]["status"], "pending");
    let held = awa.get("/me").expect(200)["appointments"][0].clone();
    awa.post(&format!("/appointments/{}/resign", id(&held)), &json!({})).expect(200);
}

#[story("database.connections=8")]
fn a16_few_applications_of_one_person_wait(t: TestApp) {
    let awa = t.ncp("KE");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let (awa, mut tries) = (&awa, Vec::new());
        for member in OTHERS {
            tries.push(scope.spawn(move || apply(awa, member).status));
        }
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| [201, 409, 503].contains(status)), "{statuses:?}");
    let waiting = |t: &TestApp| count(t, "SELECT count(*) AS n FROM appointment WHERE status = 'pending'");
    while waiting(&t) < 3 {
        // If two waited for each other, one was told to retry.
        assert!(OTHERS.iter().any(|member| apply(&awa, member).status == 201));
    }
    assert_eq!(waiting(&t), 3, "{statuses:?}");
    assert_eq!(apply(&awa, "US").refused(409), "too_many_applications");
    let open = awa.get("/me").expect(200)["appointments"].as_array().unwrap().clone();
    withdraw(&awa, open.iter().find(|held| held["status"] == "pending").unwrap());
    apply(&awa, "US").expect(201);
}

#[story("throttle.open_applications_per_member=2")]
fn a16_so_many_applications_wait_at_a_member(t: TestApp) {
    for name in ["Ada Lovelace", "Alan Turing"] {
        t.apply_and_verify(&Application::new("SN", name));
    }
    let third = Application::new("SN", "Grace Hopper");
    t.anonymous().post("/registrations", &third.form()).unwrap().expect(202);
    let verify = |t: &TestApp| t.verify(&t.mailed_token(&third.email, "verify"));
    assert_eq!(verify(&t).refused(409), "too_many_wait_there");
    assert_eq!(apply(&t.ncp("KE"), "SN").refused(409), "too_many_wait_there");
    // Officers may invite again once there is room, and the link is still valid.
    let form = json!({"email": "awa@douanes.example", "name": "Awa Diop", "organisation": "SN", "role": "ncp"});
    t.admin().post("/invitations", &form).expect(201);
    let waiting = t.admin().get("/registrations").expect(200);
    t.admin().post(&format!("/registrations/{}/approve", id(&waiting["data"][0])), &json!({})).expect(200);
    verify(&t).expect(200);
}

#[story]
fn a16_one_mailbox_or_domain_closes_no_member_to_others(t: TestApp) {
    let from = |email: String| Application { email, ..Application::new("SN", "Mallory Byrne") };
    let verify = |email: String| t.verify(&t.apply(&from(email)));
    for number in 0..3 {
        verify(format!("me+{number}@evil.example")).expect(200);
    }
    t.pass(HOUR);
    assert_eq!(verify("me+3@evil.example".to_owned()).refused(409), "too_many_alike");
    for number in 3..20 {
        verify(format!("me@n{number}.evil.example")).expect(200);
    }
    assert_eq!(verify("me@n20.evil.example".to_owned()).refused(409), "too_many_alike");
    // Others apply as before, and so does whoever has an address of the member's own mail.
    t.apply_and_verify(&Application::new("SN", "Awa Diop"));
    t.pass(HOUR);
    let admin = t.admin();
    let member = admin.get("/members/SN");
    let editor = admin.with_header("if-match", member.header("etag").expect("a tag"));
    editor.patch("/members/SN", &json!({"mail_domains": ["evil.example"]})).expect(200);
    verify("me@n21.evil.example".to_owned()).expect(200);
}

#[story("throttle.mails_to_one=5")]
fn a16_an_officer_fills_no_mailbox(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let (person, before) = (user(&awa), t.inbox(&awa.email).len());
    let mut mails = 0;
    let refused = loop {
        let deed = if mails % 2 == 0 { "suspend" } else { "reinstate" };
        let answer = admin.post(&format!("/users/{person}/{deed}"), &json!({"reason": "to see what happens"}));
        if answer.status != 200 {
            break answer;
        }
        mails += 1;
    };
    waits(refused);
    assert!(mails < 6 && t.inbox(&awa.email).len() - before == mails, "{mails}");
    // Others are not theirs to pay for.
    let kamau = user(&t.member(&Application::new("KE", "Wanjiru Kamau")));
    admin.post(&format!("/users/{kamau}/suspend"), &json!({"reason": "left the service"})).expect(200);
}

#[story("throttle.mails_per_officer=5")]
fn a16_an_officer_has_a_budget_of_mails(t: TestApp) {
    let admin = t.admin();
    let invite = |admin: &Person, number: usize| {
        let email = format!("person{number}@douanes.example");
        let form = json!({"email": email, "name": "Awa Diop", "organisation": "SN", "role": "ncp"});
        admin.post("/invitations", &form)
    };
    for number in 0..5 {
        invite(&admin, number).expect(201);
    }
    waits(invite(&admin, 5));
    let row = |number: usize| format!("row{number}@douanes.example,Awa Diop,SN,ncp\n");
    let sheet = format!("email,name,member,role\n{}", (0..3).map(row).collect::<String>());
    let sent = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    let plan = sent.expect(201)["plan"].as_str().unwrap().to_owned();
    waits(admin.post(&format!("/imports/{plan}/commit"), &json!({})));
    assert_eq!(count(&t, "SELECT count(*) AS n FROM invitation"), 5, "what is refused invites nobody");
    t.pass(HOUR);
    invite(&t.admin(), 6).expect(201);
}

#[story("throttle.mails_per_person=4")]
fn a16_a_new_address_is_asked_for_within_a_budget(t: TestApp) {
    let awa = t.ncp("SN");
    let ask = |number: usize| awa.post("/me/email", &json!({"email": format!("victim{number}@other.example")}));
    let asked = (0..9).take_while(|number| ask(*number).status < 300).count();
    assert!((1..=4).contains(&asked), "{asked}");
    waits(ask(asked));
    assert!(t.inbox(&format!("victim{asked}@other.example")).is_empty());
}

#[story]
fn a16_tests_of_announcements_have_a_budget(t: TestApp) {
    let admin = t.admin();
    let variants = |code: &str| (code.to_owned(), json!({"subject": "News", "body_markdown": "Hello."}));
    let variants: serde_json::Map<String, Value> =
        ["en", "fr", "es", "pt", "ru", "ar"].map(variants).into_iter().collect();
    let draft = json!({"audience": {"members": ["SN"]}, "default_language": "en", "variants": variants});
    let path = format!("/announcements/{}/test", id(&admin.post("/announcements", &draft).expect(201)));
    for _ in 0..20 {
        assert_eq!(admin.post(&path, &json!({})).expect(202)["mails"], 6);
    }
    waits(admin.post(&path, &json!({})));
}

#[story]
fn a16_tries_of_a_webhook_have_a_budget(t: TestApp) {
    let admin = t.admin();
    let add = |url: &str| {
        let form = json!({"url": url, "description": "Receiver", "events": ["*"]});
        id(&admin.post("/webhooks", &form).expect(201)).to_owned()
    };
    let ping = |endpoint: &str| admin.post(&format!("/webhooks/{endpoint}/ping"), &json!({}));
    let (one, other) = (add("http://127.0.0.1:9/hook"), add("http://127.0.0.1:9/other"));
    let delivery = id(&ping(&one).expect(202)).to_owned();
    let again = || admin.post(&format!("/webhooks/{one}/deliveries/{delivery}/redeliver"), &json!({}));
    // What waits is put up once more, and counts as a ping does.
    for number in 1..120 {
        let answer = if number % 2 == 0 { ping(&one) } else { again() };
        answer.expect(202);
    }
    waits(ping(&one));
    waits(again());
    ping(&other).expect(202);
}

#[story]
fn a18_strangers_block_no_invitation_and_no_import(t: TestApp) {
    let admin = t.admin();
    let mut form = Application::new("KE", "Some Body").form();
    form["email"] = json!("awa@douanes.example");
    for _ in 0..5 {
        t.from("203.0.113.66").post("/registrations", &form).unwrap().expect(202);
        t.deliver();
    }
    let strangers = t.inbox("awa@douanes.example").len();
    assert!(strangers <= 3, "{strangers}");
    let sheet = "email,name,member,role\nawa@douanes.example,Awa Diop,SN,ncp\nmor@douanes.example,Mor Ba,SN,ncp\n";
    let sent = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    let plan = sent.expect(201)["plan"].as_str().unwrap().to_owned();
    let done = admin.post(&format!("/imports/{plan}/commit"), &json!({})).expect(200);
    assert_eq!((&done["invited"], &done["left_out"]), (&json!(2), &json!([])));
    let form = json!({"email": "awa@douanes.example", "name": "Awa Diop", "organisation": "FR", "role": "ncp"});
    admin.post("/invitations", &form).expect(201);
    assert_eq!(t.inbox("awa@douanes.example").len() - strangers, 2);
    // Nor does anybody keep its owner from changing to the address.
    let mor = t.ncp("KE");
    assert!(mor.post("/me/email", &json!({"email": "awa@douanes.example"})).status < 300);
    assert_eq!(t.inbox("awa@douanes.example").len() - strangers, 3);
}

/// A hundred people who are invited.
fn invite_hundred(t: &TestApp) {
    let row = |number: usize| format!("broken{number}@douanes.example,Broken Bell,SN,ncp\n");
    let sheet = format!("email,name,member,role\n{}", (0..100).map(row).collect::<String>());
    let admin = t.admin();
    let sent = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    let plan = sent.expect(201)["plan"].as_str().unwrap().to_owned();
    assert_eq!(admin.post(&format!("/imports/{plan}/commit"), &json!({})).expect(200)["invited"], 100);
}

fn invite_mor(t: &TestApp) -> Value {
    let form = json!({"email": "mor@douanes.example", "name": "Mor Ba", "organisation": "SN", "role": "ncp"});
    t.admin().post("/invitations", &form).expect(201)
}

#[story]
fn a18_a_reminder_that_fails_stalls_nobody(t: TestApp) {
    invite_hundred(&t);
    let broken = "DELETE FROM invitation WHERE name = 'Broken Bell'";
    execute(&t, (broken, broken));
    t.pass(HOUR);
    invite_mor(&t);
    t.pass(Duration::from_hours(24 * 7));
    t.run(t.portal.run_maintenance_once()).unwrap();
    assert_eq!(t.inbox("mor@douanes.example").len(), 2, "the invitation and its reminder");
}

#[story]
fn a18_what_cannot_be_forgotten_stalls_nobody(t: TestApp) {
    invite_hundred(&t);
    t.pass(HOUR);
    withdraw(&t.admin(), &invite_mor(&t));
    let mark =
        "UPDATE appointment SET status = 'withdrawn', due_at = NULL, reason = 'broken' WHERE status = 'invited';";
    execute(
        &t,
        (
            &format!(
                "{mark} CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END'; \
             CREATE TRIGGER broken BEFORE UPDATE OF forgotten_at ON appointment FOR EACH ROW \
             WHEN (OLD.reason = 'broken') EXECUTE FUNCTION broken();"
            ),
            &format!(
                "{mark} CREATE TRIGGER broken BEFORE UPDATE OF forgotten_at ON appointment \
             WHEN OLD.reason = 'broken' BEGIN SELECT RAISE(ABORT, 'broken'); END;"
            ),
        ),
    );
    t.pass(Duration::from_hours(24 * 181));
    for _ in 0..2 {
        t.run(t.portal.run_maintenance_once()).unwrap();
    }
    let forgotten = "SELECT count(*) AS n FROM appointment WHERE forgotten_at IS NOT NULL AND reason IS NULL";
    assert_eq!(count(&t, forgotten), 1, "the one behind a hundred that fail");
    assert_eq!(count(&t, "SELECT count(*) AS n FROM setback"), 100);
}
