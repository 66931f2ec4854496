//! The schema: the same in both databases and in diesel, with an index for every foreign key, and migrations that can
//! be undone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use portal::db::schema::organisation;
use portal::db::{self, Access, Conn, Target};
use portal::random::Random;
use portal::time::Clock;

use crate::support::backend::Backend;
use crate::support::story;

/// Columns by table: name → (kind, nullable).
type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

#[derive(QueryableByName, Debug)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    nullable: i32,
}

fn open(url: &str) -> Conn {
    db::open(&Target::parse(url).unwrap(), Access::Write).unwrap()
}

fn columns(conn: &mut Conn) -> Tables {
    let statement = match conn {
        Conn::Postgres(_) => {
            "SELECT table_name::text, column_name::text AS name, data_type::text AS kind, \
             CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS nullable \
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'"
        }
        Conn::Sqlite(_) => {
            "SELECT m.name AS table_name, c.name AS name, c.type AS kind, 1 - c.\"notnull\" AS nullable \
             FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'"
        }
    };
    let rows: Vec<Column> = diesel::sql_query(statement).load(conn).unwrap();
    let mut tables = Tables::new();
    for row in rows {
        tables.entry(row.table_name).or_default().insert(row.name, (row.kind, row.nullable == 1));
    }
    tables
}

/// What `src/db/schema.rs` says, with each type in the words of one database.
fn declared(postgres: bool) -> Tables {
    let text = include_str!("../../src/db/schema.rs");
    let mut tables = Tables::new();
    for block in text.split("diesel::table! {").skip(1) {
        let block = block.split("\n}").next().unwrap();
        let head = block.lines().find(|line| line.ends_with('{') && line.contains('(')).unwrap();
        let rust_name = head.trim().split(' ').next().unwrap();
        let sql_name = block.split("sql_name = \"").nth(1).map_or(rust_name, |rest| rest.split('"').next().unwrap());
        let columns = block.lines().filter_map(|line| line.trim().trim_end_matches(',').split_once(" -> "));
        let table = tables.entry(sql_name.to_owned()).or_default();
        for (name, kind) in columns {
            let inner = kind.strip_prefix("Nullable<").map(|rest| rest.trim_end_matches('>'));
            let words = native(inner.unwrap_or(kind), postgres);
            table.insert(name.to_owned(), (words.to_owned(), inner.is_some()));
        }
    }
    tables
}

fn native(kind: &str, postgres: bool) -> &'static str {
    match (kind, postgres) {
        ("SqlId", true) => "uuid",
        ("SqlTimestamp", true) => "timestamp with time zone",
        ("SqlDocument", true) => "jsonb",
        ("Binary", true) => "bytea",
        ("Text", true) => "text",
        ("Bool", true) => "boolean",
        ("Integer", true) => "integer",
        ("SmallInt", true) => "smallint",
        ("BigInt", true) => "bigint",
        ("SqlId" | "Binary", false) => "BLOB",
        ("SqlDocument" | "Text", false) => "TEXT",
        ("SqlTimestamp" | "Bool" | "Integer" | "SmallInt" | "BigInt", false) => "INTEGER",
        (other, _) => panic!("a type that the test does not know: {other}"),
    }
}

#[story]
fn schema_rs_names_every_column(backend: &'static Backend) {
    let database = backend.database();
    let mut conn = open(&database.url);
    let found = columns(&mut conn);
    assert_eq!(found, declared(matches!(conn, Conn::Postgres(_))));
    assert!(found.len() > 10);
}

#[story]
fn every_foreign_key_has_an_index(backend: &'static Backend) {
    #[derive(QueryableByName, Debug, PartialEq, Eq)]
    struct Key {
        #[diesel(sql_type = Text)]
        table_name: String,
        #[diesel(sql_type = Text)]
        column_name: String,
    }
    let database = backend.database();
    let mut conn = open(&database.url);
    let statement = match conn {
        Conn::Postgres(_) => {
            "SELECT c.conrelid::regclass::text AS table_name, a.attname::text AS column_name \
             FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             WHERE c.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_index i \
                 WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1] AND i.indpred IS NULL)"
        }
        Conn::Sqlite(_) => {
            "SELECT m.name AS table_name, f.\"from\" AS column_name \
             FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table' AND f.seq = 0 AND NOT EXISTS ( \
                 SELECT 1 FROM pragma_index_list(m.name) l, pragma_index_info(l.name) i \
                 WHERE i.seqno = 0 AND i.name = f.\"from\" AND l.partial = 0)"
        }
    };
    let missing: Vec<Key> = diesel::sql_query(statement).load(&mut conn).unwrap();
    assert_eq!(missing, []);
}

#[story]
fn migrations_can_be_undone_and_done_again(backend: &'static Backend) {
    let database = backend.empty_database();
    let target = Target::parse(&database.url).unwrap();
    let applied = db::migrate(&target).unwrap();
    assert!(!applied.is_empty());
    assert_eq!(db::migrate(&target).unwrap(), Vec::<String>::new());
    let first = columns(&mut open(&database.url));
    db::revert_all(&target).unwrap();
    assert_eq!(columns(&mut open(&database.url)), Tables::new());
    assert_eq!(db::migrate(&target).unwrap(), applied);
    assert_eq!(columns(&mut open(&database.url)), first);
}

#[story]
fn portals_that_start_at_once_agree(backend: &'static Backend) {
    let database = backend.empty_database();
    let target = Target::parse(&database.url).unwrap();
    let migrations: usize = std::thread::scope(|scope| {
        let start = |seed| {
            let target = &target;
            scope.spawn(move || portal::app::prepare(target, &Clock::system(), &Random::seeded(seed)).unwrap().len())
        };
        let starts: Vec<_> = (0..4).map(start).collect();
        starts.into_iter().map(|start| start.join().unwrap()).sum()
    });
    let all = std::fs::read_dir("migrations/sqlite").unwrap().count();
    assert_eq!(migrations, all, "each is applied by one of them");
    let members = organisation::table.filter(organisation::kind.eq("member")).count();
    assert_eq!(members.get_result::<i64>(&mut open(&database.url)).unwrap(), 187);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let entries = std::fs::read_dir(Path::new("migrations").join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn sqlite_is_compiled_as_we_want_it() {
    #[derive(QueryableByName)]
    struct Options {
        #[diesel(sql_type = Text)]
        options: String,
    }
    let mut conn = open("sqlite::memory:");
    let found: Options =
        diesel::sql_query("SELECT group_concat(compile_options) AS options FROM pragma_compile_options")
            .get_result(&mut conn)
            .unwrap();
    for option in ["ENABLE_QPSG", "DEFAULT_MEMSTATUS=0"] {
        assert!(found.options.contains(option), "{option} in {}: is .cargo/config.toml there?", found.options);
    }
}
