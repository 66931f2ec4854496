//! Programs and schemas of different age: what is missing, what is too new, and who says so.

use diesel::connection::SimpleConnection as _;
use portal::db::{self, Access, Conn, Target};

use super::site::Site;
use crate::support::backend::Backend;
use crate::support::story;

/// A migration of the future, as the database has it.
const LATER: &str = "20991231000001";

/// Runs a statement that both databases take.
fn execute(url: &str, statement: &str) {
    match db::open(&Target::parse(url).unwrap(), Access::Write).unwrap() {
        Conn::Postgres(mut c) => c.batch_execute(statement).unwrap(),
        Conn::Sqlite(mut c) => c.batch_execute(statement).unwrap(),
    }
}

#[story]
fn what_is_missing_is_told_and_only_applied_by_whoever_may(backend: &'static Backend) {
    let mut site = Site::new(backend);
    let empty = backend.empty_database();
    site.url.clone_from(&empty.url);
    let target = Target::parse(&empty.url).unwrap();
    let serve = ["--set", "server.bind=127.0.0.1:0", "serve", "--no-migrate"];
    for _ in 0..2 {
        let (well, said) = site.run(&["migrate", "--plan"], None);
        assert!(well && said.contains("2026-12-01-000310_schema_compatibility: locks none; rewrites none"), "{said}");
        assert!(said.contains(" missing; nothing was changed"), "{said}");
        let (well, said) = site.run(&serve, None);
        assert!(!well && said.contains("the database lacks") && said.contains("portal migrate"), "{said}");
    }
    let missing = db::missing_migrations(&target).unwrap();
    assert!(missing.len() > 50, "{missing:?}");
    let (well, said) = site.run(&["migrate"], None);
    assert!(well && missing.iter().all(|name| said.contains(&format!("applied {name}"))), "{said}");
    assert_eq!(db::missing_migrations(&target).unwrap(), Vec::<String>::new());
    let (well, said) = site.run(&["migrate", "--plan"], None);
    assert!(well && said.contains("0 migrations missing"), "{said}");
}

#[story]
fn a_plan_counts_the_rows_of_the_tables_that_are_concerned(backend: &'static Backend) {
    let database = backend.database();
    let target = Target::parse(&database.url).unwrap();
    assert_eq!(db::plan(&target).unwrap(), []);
    execute(&database.url, "DELETE FROM __diesel_schema_migrations WHERE version = '20261201000310'");
    let planned = db::plan(&target).unwrap();
    assert_eq!(planned.len(), 1);
    assert_eq!(planned[0].name, "2026-12-01-000310_schema_compatibility");
}

#[story]
fn an_older_program_starts_on_a_newer_schema_only_where_that_permits_it(backend: &'static Backend) {
    let site = Site::new(backend);
    let serve = ["--set", "server.bind=127.0.0.1:0", "serve"];
    execute(&site.url, &format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{LATER}')"));
    let refused = |needed: &str| {
        for command in [&serve[..], &["migrate"], &["migrate", "--plan"]] {
            let (well, said) = site.run(command, None);
            assert!(!well && said.contains("newer than this program"), "{said}");
            assert!(said.contains(LATER) && said.contains(needed) && said.contains(" knows 2026"), "{said}");
        }
    };
    // It declares nothing, so it permits nobody.
    refused(LATER);
    let declare = |oldest: &str| {
        execute(&site.url, &format!("DELETE FROM __schema_compatibility WHERE version = '{LATER}'"));
        let row = format!("INSERT INTO __schema_compatibility (version, oldest) VALUES ('{LATER}', '{oldest}')");
        execute(&site.url, &row);
    };
    declare("20991201000001");
    refused("20991201000001");
    declare("20261201000310");
    let process = site.start();
    assert!(process.has_logged("the schema is newer than this program, and permits it"));
}
