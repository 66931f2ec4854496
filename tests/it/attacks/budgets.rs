//! Budgets of mails, bytes, registrations and exports (numbers 16 to 19).

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use portal::db::{Access, Conn, Id};
use portal::demo::client::Answer;
use portal::throttle::Seen;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a16_an_application_that_is_made_again_and_again_is_told_once,
        a16_few_applications_of_one_person_wait: ["database.connections=8"],
        a16_so_many_applications_wait_at_a_member: ["throttle.open_applications_per_member=2"],
        a16_an_officer_fills_no_mailbox: ["throttle.mails_to_one=5"],
        a16_an_officer_has_a_budget_of_mails: ["throttle.mails_per_officer=5"],
        a16_a_new_address_is_asked_for_within_a_budget: ["throttle.mails_per_person=4"],
        a16_tests_of_announcements_have_a_budget,
        a16_tries_of_a_webhook_have_a_budget,
        a17_letters_have_a_budget_and_none_is_left: ["storage.letter_limit=65536", "throttle.upload_kib_per_hour=200"],
        a17_a_person_hands_in_one_letter_at_a_time,
        a17_a_network_has_a_budget_of_bytes: [
            "storage.letter_limit=65536", "throttle.network_upload_kib_per_hour=100", "throttle.network_site_times=1"
        ],
        a17_sheets_are_handed_in_within_the_same_budget: [
            "storage.letter_limit=65536", "throttle.upload_kib_per_hour=64"
        ],
        a18_strangers_block_no_invitation_and_no_import,
        a18_a_reminder_that_fails_stalls_nobody,
        a18_what_cannot_be_forgotten_stalls_nobody,
        a19_of_tokens_made_at_once_there_are_as_many_as_allowed: ["database.connections=8"],
        a19_of_sessions_opened_at_once_there_are_as_many_as_allowed: [
            "database.connections=8", "identity.sessions_per_person=3"
        ],
        a19_a_site_and_a_provider_are_counted_with_their_networks: [
            "throttle.network_forgot=2", "throttle.network_site_times=2", "throttle.network_provider_times=4"
        ],
        a19_an_audience_is_not_split_to_avoid_a_second_person: ["announcements.approval_above=1"],
        a19_pages_and_cards_count_towards_a_day: ["directory.seen_per_day=30"],
    ]
}

const OTHERS: [&str; 8] = ["SN", "FR", "CI", "GM", "ML", "NE", "BF", "TG"];
const HOUR: Duration = Duration::from_hours(1);

fn coordinator(t: &TestApp, member: &str) -> Person {
    t.member(&Application { role: "coordinator", ..Application::new(member, "Cora Chief") })
}

fn apply(person: &Person, member: &str) -> Answer {
    person.post("/appointments", &json!({"organisation": member, "role": "ncp"}))
}

fn id(answer: &Value) -> &str {
    answer["id"].as_str().unwrap()
}

fn withdraw(person: &Person, appointment: &Value) {
    person.post(&format!("/appointments/{}/withdraw", id(appointment)), &json!({})).expect(200);
}

fn user(person: &Person) -> String {
    id(&person.get("/me").expect(200)).to_owned()
}

/// Is told to wait.
fn waits(answer: Answer) {
    assert!(answer.header("retry-after").is_some(), "{}", answer.text);
    assert_eq!(answer.refused(429), "too_many_attempts");
}

fn execute(t: &TestApp, (postgres, sqlite): (&str, &str)) {
    match portal::db::open(t.portal.db.target(), Access::Write).unwrap() {
        Conn::Postgres(mut c) => c.batch_execute(postgres).unwrap(),
        Conn::Sqlite(mut c) => c.batch_execute(sqlite).unwrap(),
    }
}

fn count(t: &TestApp, statement: &'static str) -> i64 {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let counted = t.portal.db.read(move |conn| Ok(diesel::sql_query(statement).get_result::<Counted>(conn)?.n));
    t.run(counted).unwrap()
}

fn a16_an_application_that_is_made_again_and_again_is_told_once(t: TestApp) {
    let (awa, cora) = (t.ncp("KE"), coordinator(&t, "SN"));
    let before = t.inbox(&cora.email).len();
    for _ in 0..10 {
        let made = apply(&awa, "SN").expect(201);
        withdraw(&awa, &made);
    }
    waits(apply(&awa, "SN"));
    assert_eq!(t.inbox(&cora.email).len() - before, 1, "of one application one hears once");
    // Somebody else has a budget of one's own, and is heard of.
    let grace = t.member(&Application::new("KE", "Grace Hopper"));
    apply(&grace, "SN").expect(201);
    assert_eq!(t.inbox(&cora.email).len() - before, 2);
    t.pass(Duration::from_hours(24));
    let awa = t.login(&awa.email);
    apply(&awa, "SN").expect(201);
    assert_eq!(t.inbox(&cora.email).len() - before, 3);
}

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
        // Where two waited for each other, one was told to come again.
        assert!(OTHERS.iter().any(|member| apply(&awa, member).status == 201));
    }
    assert_eq!(waiting(&t), 3, "{statuses:?}");
    assert_eq!(apply(&awa, "US").refused(409), "too_many_applications");
    let open = awa.get("/me").expect(200)["appointments"].as_array().unwrap().clone();
    withdraw(&awa, open.iter().find(|held| held["status"] == "pending").unwrap());
    apply(&awa, "US").expect(201);
}

fn a16_so_many_applications_wait_at_a_member(t: TestApp) {
    for name in ["Ada Lovelace", "Alan Turing"] {
        t.apply_and_verify(&Application::new("SN", name));
    }
    let third = Application::new("SN", "Grace Hopper");
    t.anonymous().post("/registrations", &third.form()).unwrap().expect(202);
    let verify = |t: &TestApp| t.verify(&t.newest_mail(&third.email).token("verify").unwrap());
    assert_eq!(verify(&t).refused(409), "too_many_wait_there");
    assert_eq!(apply(&t.ncp("KE"), "SN").refused(409), "too_many_wait_there");
    // Officers ask in whom they want, and once there is room again, the link is still good.
    let form = json!({"email": "awa@douanes.example", "name": "Awa Diop", "organisation": "SN", "role": "ncp"});
    t.admin().post("/invitations", &form).expect(201);
    let waiting = t.admin().get("/registrations").expect(200);
    t.admin().post(&format!("/registrations/{}/approve", id(&waiting["data"][0])), &json!({})).expect(200);
    verify(&t).expect(200);
}

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

fn a16_a_new_address_is_asked_for_within_a_budget(t: TestApp) {
    let awa = t.ncp("SN");
    let ask = |number: usize| awa.post("/me/email", &json!({"email": format!("victim{number}@other.example")}));
    let asked = (0..9).take_while(|number| ask(*number).status < 300).count();
    assert!((1..=4).contains(&asked), "{asked}");
    waits(ask(asked));
    assert!(t.inbox(&format!("victim{asked}@other.example")).is_empty());
}

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

/// A letter of so many kilobytes.
fn letter(kilobytes: usize) -> Vec<u8> {
    let mut letter = b"%PDF-1.7\n% The Director General nominates\n".to_vec();
    letter.resize(1_024 * kilobytes - 6, b' ');
    letter.extend_from_slice(b"%%EOF\n");
    letter
}

/// Somebody who applied, confirmed the address, and waits; logged in.
fn applicant(t: &TestApp, name: &str) -> Person {
    let application = Application::new("SN", name);
    t.apply_and_verify(&application);
    t.login(&application.email)
}

fn hand_in(person: &Person, content: &[u8]) -> Answer {
    let appointment = person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("/appointments/{appointment}/nomination");
    let tag = person.get(&place).header("etag").unwrap().to_owned();
    let path = format!("/api/v1{place}/letter");
    person.with_header("if-match", &tag).send("PUT", &path, Some(("application/pdf", content))).unwrap()
}

fn files(t: &TestApp) -> usize {
    std::fs::read_dir(t.files()).unwrap().filter(|file| file.as_ref().unwrap().path().is_file()).count()
}

fn a17_letters_have_a_budget_and_none_is_left(t: TestApp) {
    let (awa, grace) = (applicant(&t, "Awa Diop"), applicant(&t, "Grace Hopper"));
    let content = letter(60);
    let before = files(&t);
    for _ in 0..3 {
        hand_in(&awa, &content).expect(200);
        assert_eq!(files(&t) - before, 1, "what is replaced goes in the same step");
    }
    waits(hand_in(&awa, &content));
    hand_in(&grace, &content).expect(200);
    // What is refused for what it is costs as much, and nothing of it is kept.
    let none = b"x".repeat(60 * 1_024);
    hand_in(&grace, &none).refused(422);
    hand_in(&grace, &none).refused(422);
    waits(hand_in(&grace, &content));
    assert_eq!(files(&t) - before, 2);
    t.pass(HOUR);
    hand_in(&t.login(&awa.email), &content).expect(200);
}

/// Whoever sends slowly holds one slot of the storage and not all of them.
fn a17_a_person_hands_in_one_letter_at_a_time(t: TestApp) {
    let (awa, grace) = (applicant(&t, "Awa Diop"), applicant(&t, "Grace Hopper"));
    let id: Id = awa.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap();
    let content = letter(10);
    let under_way = t.portal.heavy_work.upload(id).unwrap();
    let refused = hand_in(&awa, &content);
    assert!(refused.header("retry-after").is_some(), "{}", refused.text);
    assert_eq!(refused.refused(429), "work_under_way");
    hand_in(&grace, &content).expect(200);
    drop(under_way);
    for _ in 0..2 {
        hand_in(&awa, &content).expect(200);
    }
}

fn a17_a_network_has_a_budget_of_bytes(t: TestApp) {
    let at = |name: &str, address: &str| applicant(&t, name).with_header("x-forwarded-for", address);
    let (awa, grace) = (at("Awa Diop", "203.0.113.7"), at("Grace Hopper", "203.0.113.7"));
    hand_in(&awa, &letter(60)).expect(200);
    waits(hand_in(&grace, &letter(60)));
    waits(hand_in(&grace.with_header("x-forwarded-for", "203.0.113.8"), &letter(60)));
    hand_in(&grace.with_header("x-forwarded-for", "198.51.100.7"), &letter(60)).expect(200);
}

fn a17_sheets_are_handed_in_within_the_same_budget(t: TestApp) {
    let admin = t.admin();
    let sheet = format!("email,name,member,role,note\na@x.example,Ada A,SN,ncp,{}\n", "x".repeat(40_000));
    let send = |path: &str| admin.send("POST", path, Some(("text/csv", sheet.as_bytes()))).unwrap();
    assert_ne!(send("/api/v1/invitations/import").status, 429);
    waits(send("/api/v1/invitations/import"));
    waits(send("/api/v1/suppressions/import"));
}

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

fn a18_a_reminder_that_fails_stalls_nobody(t: TestApp) {
    invite_hundred(&t);
    let broken = "DELETE FROM invitation WHERE name = 'Broken Bell'";
    execute(&t, (broken, broken));
    t.pass(HOUR);
    invite_mor(&t);
    t.pass(Duration::from_hours(24 * 7));
    t.run(t.portal.keep_house_once()).unwrap();
    assert_eq!(t.inbox("mor@douanes.example").len(), 2, "the invitation and its reminder");
}

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
        t.run(t.portal.keep_house_once()).unwrap();
    }
    let forgotten = "SELECT count(*) AS n FROM appointment WHERE forgotten_at IS NOT NULL AND reason IS NULL";
    assert_eq!(count(&t, forgotten), 1, "the one behind a hundred that fail");
    assert_eq!(count(&t, "SELECT count(*) AS n FROM setback"), 100);
}

fn a19_of_tokens_made_at_once_there_are_as_many_as_allowed(t: TestApp) {
    let awa = t.ncp("SN");
    let make = || awa.post("/me/tokens", &json!({"name": "x", "scopes": ["community:read"], "expires_in_days": 7}));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..40).map(|_| scope.spawn(|| make().status)).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let succeeded = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!(succeeded, 20, "{statuses:?}");
    assert_eq!(count(&t, "SELECT count(*) AS n FROM api_token"), 20);
}

fn a19_of_sessions_opened_at_once_there_are_as_many_as_allowed(t: TestApp) {
    let awa = t.ncp("SN");
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| t.try_login("127.0.0.1", &awa.email, crate::support::PASSWORD));
        }
    });
    let open = "SELECT count(*) AS n FROM session WHERE revoked_at IS NULL \
                AND user_id IN (SELECT id FROM \"user\" WHERE name = 'Awa Diop')";
    assert_eq!(count(&t, open), 3);
}

fn a19_a_site_and_a_provider_are_counted_with_their_networks(t: TestApp) {
    let ask =
        |from: &str| t.from(from).post("/auth/password/forgot", &json!({"email": "nobody@customs.example"})).unwrap();
    let (may, waits) = (|from: &str| drop(ask(from).expect(202)), |from: &str| waits(ask(from)));
    // Two of each /64, four of each /48, eight of the /32.
    for site in 1..3 {
        for network in 0..2 {
            let from = format!("2001:db8:{site}:{network}::1");
            may(&from);
            may(&from);
            waits(&from);
        }
        waits(&format!("2001:db8:{site}:2::1"));
    }
    waits("2001:db8:3::1");
    may("2001:db9::1");
    for host in 0..2 {
        may(&format!("203.0.113.{host}"));
        may(&format!("203.0.113.{host}"));
    }
    waits("203.0.113.2");
    may("203.0.114.2");
}

fn a19_an_audience_is_not_split_to_avoid_a_second_person(t: TestApp) {
    for member in ["SN", "KE", "FR"] {
        t.ncp(member);
    }
    let compose = |admin: &Person, member: &str| {
        let variants = json!({"en": {"subject": "News", "body_markdown": "Hello."}});
        let draft = json!({"audience": {"members": [member]}, "default_language": "en", "variants": variants});
        id(&admin.post("/announcements", &draft).expect(201)).to_owned()
    };
    let admin = t.admin();
    let send = |admin: &Person, id: &str| admin.post(&format!("/announcements/{id}/send"), &json!({}));
    let (first, second, third) = (compose(&admin, "SN"), compose(&admin, "KE"), compose(&admin, "FR"));
    send(&admin, &first).expect(202);
    assert_eq!(send(&admin, &second).refused(409), "approval_needed");
    // Nor by the clock.
    let soon = json!({"send_at": t.clock.now().plus(Duration::from_mins(1))});
    admin.post(&format!("/announcements/{third}/schedule"), &soon).expect(200);
    t.pass(Duration::from_mins(1));
    t.dispatch();
    let held = admin.get(&format!("/announcements/{third}")).expect(200);
    assert_eq!((&held["status"], &held["reason"]), (&json!("held"), &json!("approval_needed")));
    // A second person agrees, or a day has passed.
    t.set_up("colleague@portal.example", "Colleague");
    let colleague = t.with_app(&t.login("colleague@portal.example"));
    admin.post(&format!("/announcements/{second}/submit"), &json!({})).expect(200);
    colleague.post(&format!("/announcements/{second}/approve"), &json!({})).expect(200);
    send(&t.admin(), &second).expect(202);
    t.pass(Duration::from_hours(24));
    send(&t.admin(), &third).expect(202);
}

fn a19_pages_and_cards_count_towards_a_day(t: TestApp) {
    t.seed(100);
    let awa = t.ncp("SN");
    let page = awa.get("/contacts?limit=10").expect(200);
    let one = id(&page["data"][0]).to_owned();
    let refused = |answer: Answer| {
        assert!(answer.header("retry-after").is_some());
        assert_eq!(answer.refused(429), "seen_enough");
    };
    for _ in 0..10 {
        awa.get(&format!("/contacts/{one}")).expect(200);
        assert_eq!(awa.get(&format!("/contacts/{one}.vcf")).status, 200);
    }
    refused(awa.get("/contacts?limit=1"));
    refused(awa.get(&format!("/contacts/{one}")));
    refused(awa.get(&format!("/contacts/{one}.vcf")));
    // Another process learns of it with the first that it shows.
    let portal = &t.portal;
    let person = user(&awa).parse().unwrap();
    let learnt = || {
        let another = Seen::new(Arc::clone(&portal.throttle), portal.db.clone(), t.clock.clone(), 30);
        another.count(person, 1);
        (0..100).any(|_| {
            t.run(portal.db.write(|_| Ok(()))).unwrap();
            another.check(person).is_err()
        })
    };
    assert!((0..5).any(|_| learnt()));
    // Whoever runs the portal reads what there is to read, and a day later so does everybody.
    t.admin().get("/contacts?limit=100").expect(200);
    t.pass(Duration::from_hours(25));
    t.login(&awa.email).get("/contacts?limit=1").expect(200);
}
