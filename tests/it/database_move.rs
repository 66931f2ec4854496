//! The move from SQLite to PostgreSQL: nothing is lost, nobody notices, and what goes wrong leaves both databases as
//! they were. `command` has the command of an operator; here the portal itself is on both sides.

mod command;

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use portal::audit::{self, ChainVerdict};
use portal::database_move::{Judged, Keys, Moved, Progress, carry_out, judge};
use portal::db::schema::mail;
use portal::db::{self, Access, Conn, Id, Target};
use portal::error::Error;
use portal::mail::MailState;
use portal::secrets::MasterKey;
use serde_json::{Value, json};

use crate::support::backend::{Both, Given as _, TestDatabase, scratch};
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, identity_settings, story};

const LETTER: &[u8] = b"%PDF-1.7\n% The Director General nominates Wanjiru Kamau\ntrailer\n<<>>\n%%EOF\n";
/// What somebody asks of the directory and of the feed of changes.
const QUESTIONS: [&str; 9] = [
    "/contacts?limit=100&facets=region,role,language,technology,member&total=true",
    "/contacts?q=diop&limit=100&facets=region,language&total=true",
    "/contacts?q=nguyen&total=true",
    "/contacts?q=kamau%20kenya&facets=role&total=true",
    "/contacts?region=WCA&region=EUR&language=fr&facets=region,role,language,technology,member&total=true",
    "/contacts?q=directeur&technology=cloud&facets=technology&total=true",
    "/contacts?q=%2B221338000000&total=true",
    "/members?limit=100",
    "/changes?limit=100",
];

fn open(url: &str) -> Conn {
    db::open(&Target::parse(url).unwrap(), Access::Write).unwrap()
}

fn keys() -> Keys {
    let master = MasterKey::existing(&identity_settings()).unwrap();
    let audit = portal::app::audit_key(&master).unwrap();
    Keys { master, audit }
}

/// Moves the database of a portal in which nothing happens at this moment.
fn moved(from: &TestApp, to: &TestDatabase) -> (Judged, Moved) {
    let mut source = db::open(from.portal.db.target(), Access::Read).unwrap();
    let (mut target, keys) = (open(&to.url), keys());
    let outcome: Result<(Judged, Moved), Error> = source.transaction_for_read(|source| {
        let judged = judge(source, &mut target, Some(&keys), &mut |_: Progress<'_>| {})?;
        assert_eq!(judged.faults, Vec::<String>::new());
        let moved = carry_out(source, &mut target, &keys, &judged, &mut |_: Progress<'_>| {})?;
        Ok((judged, moved))
    });
    outcome.unwrap()
}

/// The portal as it goes on: on the new database, with copies of the files, at the same hour.
fn goes_on(old: &TestApp, database: TestDatabase) -> TestApp {
    let files = scratch();
    for entry in std::fs::read_dir(old.files()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), files.path().join(entry.file_name())).unwrap();
    }
    TestApp::on(database, files, &[], (old.clock.clone(), 8))
}

/// The same person at the new portal, with the tokens of the old one.
fn there(new: &TestApp, person: &Person) -> Person {
    new.person(&person.email, &person.tokens)
}

/// An answer without the cursors of what comes next, which are sealed anew each time.
fn answer(person: &Person, path: &str) -> Value {
    let mut answer = person.get(path).expect(200);
    answer.as_object_mut().unwrap().remove("since");
    if let Some(page) = answer.get_mut("page").and_then(Value::as_object_mut) {
        page.remove("next_cursor");
    }
    answer
}

/// A letter that an applicant has handed in; returns its path.
fn letter(t: &TestApp) -> String {
    let application = Application::new("KE", "Wanjiru Kamau");
    t.apply_and_verify(&application);
    let wanjiru = t.login(&application.email);
    let me = wanjiru.get("/me").expect(200);
    let place = format!("/appointments/{}/nomination", me["appointments"][0]["id"].as_str().unwrap());
    let tag = wanjiru.get(&place).header("etag").unwrap().to_owned();
    let path = format!("/api/v1{place}/letter?name=letter.pdf");
    let sent = wanjiru.with_header("if-match", &tag).send("PUT", &path, Some(("application/pdf", LETTER)));
    sent.unwrap().expect(200);
    format!("{place}/letter")
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(conn: &mut Conn, table: &str) -> i64 {
    diesel::sql_query(format!("SELECT count(*) AS count FROM \"{table}\"")).get_result::<Counted>(conn).unwrap().count
}

/// The tables of SQLite that a move must not forget.
fn tables(conn: &mut Conn) -> Vec<String> {
    let query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' \
                 AND name NOT IN ('__diesel_schema_migrations', '__schema_compatibility', 'mail_sender') ORDER BY name";
    diesel::sql_query(query).load::<Named>(conn).unwrap().into_iter().map(|row| row.name).collect()
}

#[story(postgres)]
fn a_portal_that_has_moved_goes_on_where_it_was(both: Both) {
    let old = TestApp::given(both.sqlite, &[]);
    let (awa, path) = (old.ncp("SN"), letter(&old));
    old.seed(400);
    old.run(old.portal.run_maintenance_once()).unwrap();
    old.deliver();
    // Asked for, and not sent yet.
    old.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let before: Vec<Value> = QUESTIONS.iter().map(|question| answer(&awa, question)).collect();
    let admin = old.admin();
    let log = admin.all("/audit").len();

    let database = both.postgres.database();
    let (judged, account) = moved(&old, &database);
    assert_eq!((&judged.warnings, account.given_back), (&Vec::new(), 0));
    let (mut source, mut target) = (db::open(old.portal.db.target(), Access::Read).unwrap(), open(&database.url));
    let mut names: Vec<String> = account.tables.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    assert_eq!(names, tables(&mut source));
    for (name, rows) in &account.tables {
        assert_eq!((count(&mut source, name), count(&mut target, name)), (*rows, *rows), "{name}");
    }
    let (key, now) = (keys().audit, old.clock.now());
    let chain = audit::verify(&mut source, &key, now).unwrap();
    assert!(matches!(&chain, ChainVerdict::Whole { head, .. } if head.position > 2), "{chain:?}");
    assert_eq!(audit::verify(&mut target, &key, now).unwrap(), chain);
    assert_eq!(account.chain, chain);

    let new = goes_on(&old, database);
    let here = there(&new, &awa);
    for (question, before) in QUESTIONS.iter().zip(&before) {
        assert_eq!(&answer(&here, question), before, "{question}");
    }
    // Sessions go on, passwords are the old ones, files and what is sealed can be opened.
    let admin = there(&new, &admin);
    assert_eq!(admin.all("/audit").len(), log);
    assert_eq!(admin.get(&path).bytes, LETTER);
    let awa = new.login(&awa.email);
    new.try_login("198.51.100.7", &awa.email, "not her password at all").refused(401);
    // What waited is sent once, and its link is good.
    let waiting = new.inbox(&awa.email);
    assert_eq!(waiting.iter().filter(|mail| mail.token("reset").is_some()).count(), 1);
    let token = waiting.iter().find_map(|mail| mail.token("reset"));
    let form = json!({"token": token, "password": "velvet walnut drizzle"});
    new.anonymous().post("/auth/password/reset", &form).unwrap().expect(200);
    new.try_login("198.51.100.8", &awa.email, PASSWORD).refused(401);
    // And what is new is found, numbered and sealed.
    let total = |person: &Person| person.get("/contacts?limit=1&total=true").expect(200)["total"].as_i64().unwrap();
    let known = (total(&admin), admin.all("/changes").len());
    new.seed(403);
    assert_eq!((total(&admin), admin.all("/changes").len()), (known.0 + 3, known.1 + 3));
    new.pass(Duration::from_mins(2));
    new.run(new.portal.run_maintenance_once()).unwrap();
    let grown = audit::verify(&mut target, &key, new.clock.now()).unwrap();
    let position = |chain: &ChainVerdict| match chain {
        ChainVerdict::Whole { head, .. } => head.position,
        ChainVerdict::Broken { position, fault } => panic!("{position}: {fault}"),
    };
    assert!(position(&grown) > position(&chain));
}

#[story(postgres)]
fn the_leases_of_a_sender_that_is_gone_are_told_and_given_back(both: Both) {
    let old = TestApp::given(both.sqlite, &[]);
    let awa = old.ncp("SN");
    old.deliver();
    old.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let mut source = db::open(old.portal.db.target(), Access::Write).unwrap();
    let waiting = mail::table.filter(mail::state.eq(MailState::Pending));
    let until = old.clock.now().plus(Duration::from_hours(1));
    let lease =
        (mail::state.eq(MailState::Leased), mail::lease_by.eq(Id::from_bytes([3; 16])), mail::lease_until.eq(until));
    let leased = diesel::update(waiting).set(lease).execute(&mut source).unwrap();
    assert_eq!(leased, 1);
    diesel::sql_query("INSERT INTO mail_sender (id, seen_at) VALUES (x'03030303030303030303030303030303', 0)")
        .execute(&mut source)
        .unwrap();

    let database = both.postgres.database();
    let (judged, account) = moved(&old, &database);
    assert!(judged.warnings.len() == 1 && judged.warnings[0].starts_with("1 mails are leased"), "{judged:?}");
    assert_eq!(account.given_back, 1);
    let mut target = open(&database.url);
    let waits = mail::table.filter(mail::state.eq(MailState::Pending).and(mail::lease_by.is_null())).count();
    assert_eq!(waits.get_result::<i64>(&mut target).unwrap(), 1);
    assert_eq!(count(&mut target, "mail_sender"), 0);
    let new = goes_on(&old, database);
    assert!(new.inbox(&awa.email).iter().any(|mail| mail.token("reset").is_some()));
}
