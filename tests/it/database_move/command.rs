//! `portal move`: the real binary, what it refuses, and what is left where it is cut off.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use portal::db::schema::{organisation, users};
use portal::db::{self, Access, Conn, Id, Target};

use super::open;
use crate::instances::{ADMIN, Site};
use crate::support::backend::Both;
use crate::support::proxy::Proxy;
use crate::support::{Expect as _, PASSWORD, story};

/// The exit codes of the command: something stands in the way; only warnings do.
const FAULTS: Option<i32> = Some(10);
const WARNINGS: Option<i32> = Some(11);

/// Runs the command; returns its exit code and its output.
fn run(site: &Site, to: &str, more: &[&str]) -> (Option<i32>, String) {
    run_from(site, &site.database.url, to, more)
}

fn run_from(site: &Site, from: &str, to: &str, more: &[&str]) -> (Option<i32>, String) {
    let mut command = site.command();
    let output = command.args(["move", "--from", from, "--to", to]).args(more).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// What a database that nobody has used has: its members with their ids, and no people.
fn state(url: &str) -> (Vec<Id>, i64) {
    let mut conn = open(url);
    let members = organisation::table.order(organisation::id).select(organisation::id).load(&mut conn).unwrap();
    (members, users::table.count().get_result(&mut conn).unwrap())
}

/// A portal with an administrator, some contacts and signing keys, which does not run.
fn stopped(both: &Both, contacts: &str) -> Site {
    let site = Site::new(both.sqlite);
    site.administrator();
    let (well, said) = site.run(&["seed", "--contacts", contacts, "--yes"], None);
    assert!(well, "{said}");
    drop(site.start());
    // A process that was killed leaves a write-ahead log; the last connection that closes takes it into the file.
    drop(open(&site.database.url));
    site
}

fn path(url: &str) -> &str {
    url.strip_prefix("sqlite:").unwrap()
}

/// A copy of the source in which somebody has changed something behind the portal's back; returns its URL.
fn altered(site: &Site, name: &str, script: &str) -> String {
    let copy = site.folder.path().join(format!("{name}.sqlite3"));
    std::fs::copy(path(&site.database.url), &copy).unwrap();
    let url = format!("sqlite:{}", copy.display());
    let Conn::Sqlite(mut conn) = db::open(&Target::parse(&url).unwrap(), Access::Write).unwrap() else {
        panic!("a SQLite database")
    };
    conn.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;").unwrap();
    conn.batch_execute(script).unwrap();
    url
}

/// Statements that make values which PostgreSQL does not take, and what is said of them.
const DAMAGES: [(&str, &str); 9] = [
    ("UPDATE \"user\" SET name = 'Awa' || char(0)", "user.name has a character NUL"),
    ("UPDATE \"user\" SET preferred_language = CAST(x'c328' AS TEXT)", "user.preferred_language is not UTF-8"),
    ("UPDATE \"user\" SET created_at = -9223372036854775807", "user.created_at is an instant that PostgreSQL"),
    ("UPDATE contact SET listed = 7", "contact.listed is neither 0 nor 1"),
    ("UPDATE contact SET languages = '{'", "contact.languages is not JSON"),
    ("UPDATE contact SET technologies = '[\"\\u0000\"]'", "contact.technologies has a character NUL (\\u0000)"),
    ("UPDATE technology SET position = 4294967296", "technology.position is a number"),
    ("UPDATE change SET id = x'01' WHERE seq = (SELECT min(seq) FROM change)", "change.id is not an id of 16 bytes"),
    ("UPDATE contact SET user_id = x'00000000000000000000000000000001'", "contact: 3 rows refer to rows"),
];

#[story(postgres)]
fn what_postgresql_cannot_keep_is_told_before_anything_is_written(both: Both) {
    let site = stopped(&both, "3");
    let target = both.postgres.database();
    let before = state(&target.url);
    for (number, (script, told)) in DAMAGES.iter().enumerate() {
        let source = altered(&site, &number.to_string(), script);
        let (code, said) = run_from(&site, &source, &target.url, &["--yes"]);
        assert!(code == FAULTS && said.contains(told), "{script}: {code:?} {said}");
    }
    let all: Vec<&str> = DAMAGES.iter().map(|(script, _)| *script).collect();
    let source = altered(&site, "all", &all.join(";"));
    for more in [&["--yes"][..], &["--dry-run"]] {
        let (code, said) = run_from(&site, &source, &target.url, more);
        assert_eq!(code, FAULTS, "{said}");
        for (_, told) in DAMAGES {
            assert!(said.contains(told), "{told}: {said}");
        }
    }
    let older =
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)";
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')";
    for (name, script, told) in
        [("older", older, "the source lacks migrations"), ("newer", newer, "the source has migrations")]
    {
        let (code, said) = run_from(&site, &altered(&site, name, script), &target.url, &["--yes"]);
        assert!(code == FAULTS && said.contains(told), "{said}");
    }
    assert_eq!(state(&target.url), before);
}

#[story(postgres)]
fn only_a_new_database_is_moved_to_with_the_right_key_and_a_portal_that_is_stopped(both: Both) {
    let mut site = stopped(&both, "3");
    let target = both.postgres.database();
    let before = state(&target.url);

    let empty = both.postgres.empty_database();
    let (code, said) = run(&site, &empty.url, &[]);
    assert!(code == FAULTS && said.contains("run `portal migrate` on it first"), "{said}");

    let used = both.postgres.database();
    site.url.clone_from(&used.url);
    site.administrator_at("other@portal.example", "Other");
    let people = state(&used.url);
    let (code, said) = run(&site, &used.url, &["--yes"]);
    assert!(code == FAULTS && said.contains("the target is in use") && said.contains("user"), "{said}");
    assert_eq!(state(&used.url), people);
    site.url.clone_from(&site.database.url);

    // What was meant for the source was run on the target.
    let mistaken = both.postgres.database();
    site.url.clone_from(&mistaken.url);
    let (well, said) = site.run(&["maintenance", "on", "--until", "2099-01-01T00:00Z", "--text", "A move."], None);
    assert!(well, "{said}");
    site.url.clone_from(&site.database.url);
    let (code, said) = run(&site, &mistaken.url, &["--yes"]);
    assert!(code == FAULTS && said.contains("maintenance_mode; `portal backup` or `portal maintenance`"), "{said}");

    let another = format!("identity.master_key={}", "5a".repeat(32));
    let (code, said) = run(&site, &target.url, &["--set", &another]);
    assert!(code == FAULTS && said.contains("the master key does not belong to the source"), "{said}");

    let process = site.start();
    let (code, said) = run(&site, &target.url, &["--yes"]);
    assert!(code == FAULTS && said.contains("another portal serves this database"), "{said}");
    let (code, said) = run(&site, &target.url, &["--dry-run"]);
    assert!(code == Some(0) && said.contains("note: before the move: another portal"), "{said}");
    assert!(said.contains("rows can be moved") && said.contains("contact ") && !said.contains("--yes"), "{said}");
    drop(process);
    assert_eq!(state(&target.url), before);

    for (from, to) in [("postgres://127.0.0.1/x", &target.url), ("sqlite:/nowhere/portal.sqlite3", &target.url)] {
        let (code, said) = run_from(&site, from, to, &[]);
        assert!(code == Some(1) && (said.contains("--from wants") || said.contains("there is no database")), "{said}");
    }
    let (code, said) = run(&site, &site.database.url, &[]);
    assert!(code == Some(1) && said.contains("--to wants the new database"), "{said}");
}

#[story(postgres)]
fn foreign_tables_are_told_and_the_moved_portal_serves(both: Both) {
    let mut site = stopped(&both, "3");
    let target = both.postgres.database();
    let litestream = "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER); \
                      INSERT INTO _litestream_seq VALUES (1, 7);";
    let clean = altered(&site, "litestream", litestream);
    let (code, said) = run_from(&site, &clean, &target.url, &["--dry-run"]);
    assert!(code == Some(0) && !said.contains("warning"), "{said}");
    let notes =
        altered(&site, "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY); INSERT INTO notes VALUES (1), (2);");
    let (code, said) = run_from(&site, &notes, &target.url, &[]);
    assert!(code == WARNINGS && said.contains("notes is no table of the portal: its 2 rows"), "{said}");
    let (code, said) = run_from(&site, &notes, &target.url, &["--yes"]);
    assert!(code == Some(0) && said.contains("each table has as many as before"), "{said}");
    assert!(said.contains("contact ") && said.contains("end of the chain, the same in both"), "{said}");

    // A second move finds people there.
    let (code, said) = run(&site, &target.url, &["--yes"]);
    assert!(code == FAULTS && said.contains("the target is in use"), "{said}");
    site.url.clone_from(&target.url);
    let (well, said) = site.run(&["audit", "verify"], None);
    assert!(well && said.contains("whole: "), "{said}");
    let process = site.start();
    assert_eq!(process.login(ADMIN, PASSWORD).expect(200)["mfa_required"], true);
}

#[story(postgres)]
fn a_move_that_fails_or_is_cut_off_leaves_both_databases_as_they_were(both: Both) {
    let site = stopped(&both, "3000");
    let target = both.postgres.database();
    let before = state(&target.url);
    let file = std::fs::read(path(&site.database.url)).unwrap();
    let untouched = || {
        assert_eq!(state(&target.url), before);
        // Not by `assert_eq`, which would print the file.
        assert!(std::fs::read(path(&site.database.url)).unwrap() == file, "the source was written");
    };

    let Conn::Postgres(mut conn) = open(&target.url) else { panic!("a PostgreSQL database") };
    conn.batch_execute("ALTER TABLE contact ADD CONSTRAINT nobody CHECK (name = '')").unwrap();
    let (code, said) = run(&site, &target.url, &[]);
    assert!(code == Some(1) && said.contains("nothing was moved") && said.contains("contact, before row"), "{said}");
    untouched();
    conn.batch_execute("ALTER TABLE contact DROP CONSTRAINT nobody").unwrap();

    let proxy = Proxy::start(&target.url);
    // More than the questions before it, and less than the people.
    proxy.close_after(600_000);
    let (code, said) = run(&site, &proxy.url(&target.url), &[]);
    assert!(code == Some(1) && said.contains("nothing was moved"), "{code:?} {said}");
    untouched();

    // And then it moves.
    let (code, said) = run(&site, &target.url, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(state(&target.url).1, 3_001);
}
