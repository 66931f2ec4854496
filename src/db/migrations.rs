//! Migrations: which are missing, what they will do, and whether this program may run on the schema that is there.
//!
//! One process of several applies them: each migration is a transaction of its own that takes an advisory lock first,
//! and reads what is applied after that. The lock belongs to the transaction, so that it works through a pooler which
//! gives each transaction another connection of the server. A process that finds the lock taken waits without a
//! transaction, and can be stopped at any moment.
//!
//! A program meets migrations that it does not know where a newer one has been there. It goes on only if the schema
//! permits it: each migration declares the oldest program that may run beside it (`migrations/notes.toml`), and the
//! program that applies it writes that down (`__schema_compatibility`). So "expand, then contract" can be rolled out
//! process by process, and a program that would damage data does not start.
//!
//! Left out: to undo migrations of a database that serves. For that, a backup is restored.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use diesel::backend::Backend;
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _};
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryableByName, RunQueryDsl as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use serde::Deserialize;

use super::connection::{Access, Conn, Target, open};
use super::inspect::open_to_inspect;
use crate::error::{Error, OrInternal as _};
use crate::on_each;

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// What each migration declares.
const NOTES: &str = include_str!("../../migrations/notes.toml");

/// The advisory lock of migrations. The number is arbitrary, and no other unit of work takes it: while a migration
/// runs, older processes go on.
const LOCK: i64 = 7_310;
/// The pause before a process looks again whether another one has ended.
const PAUSE: Duration = Duration::from_millis(250);

const APPLIED: &str = "__diesel_schema_migrations";
const COMPATIBILITY: &str = "__schema_compatibility";

/// What a migration declares.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Note {
    oldest: String,
    locks: Vec<String>,
    rewrites: Vec<String>,
    rows: Vec<String>,
}

/// A migration that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedMigration {
    /// Its name.
    pub name: String,
    /// Tables that others wait for while it runs.
    pub locks: Vec<String>,
    /// Tables that are written anew.
    pub rewrites: Vec<String>,
    /// The rows of the tables concerned, as far as these exist.
    pub rows: Vec<(String, i64)>,
}

/// The outcome of looking for the next migration.
enum Step {
    /// This one was applied.
    Applied(String),
    /// None is missing.
    Complete,
    /// Another process applies them.
    Elsewhere,
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Declared {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Text)]
    oldest: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Conn {
    /// Waits until no other process applies migrations, and keeps them from it until this unit of work ends. On SQLite
    /// a unit that writes is alone anyway.
    ///
    /// # Errors
    /// If the database refuses the lock.
    pub fn exclude_migrations(&mut self) -> diesel::QueryResult<()> {
        match self {
            Self::Postgres(c) => c.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCK})")),
            Self::Sqlite(_) => Ok(()),
        }
    }
}

/// Applies the missing migrations and returns their names.
///
/// # Errors
/// If a migration fails, whose changes are rolled back, or if the schema is newer than this program and permits no
/// older one.
pub fn migrate(target: &Target) -> Result<Vec<String>, Error> {
    migrate_telling(target, &|_stage| ())
}

/// The same; `tell` learns what it is at, before it begins that.
///
/// # Errors
/// As [`migrate`].
pub fn migrate_telling(target: &Target, tell: &dyn Fn(String)) -> Result<Vec<String>, Error> {
    let mut conn = open(target, Access::Write)?;
    let (is_new, mut applied) = (applied_versions(&mut conn)?.is_empty(), Vec::new());
    loop {
        match step(&mut conn, tell)? {
            Step::Applied(name) => applied.push(name),
            Step::Complete => break,
            Step::Elsewhere => {
                tell("waiting for another process that applies migrations".to_owned());
                std::thread::sleep(PAUSE);
            }
        }
    }
    if !is_new && !applied.is_empty() {
        clean(&mut conn, tell);
    }
    Ok(applied)
}

/// The names of the migrations that are missing. Changes nothing.
///
/// # Errors
/// If the schema is newer than this program and permits no older one.
pub fn missing_migrations(target: &Target) -> Result<Vec<String>, Error> {
    let mut conn = open_to_inspect(target)?;
    let applied = applied_versions(&mut conn)?;
    check_newer(&mut conn, &applied)?;
    let known = known(&conn)?;
    Ok(known.into_iter().filter(|(version, _)| !applied.contains(version)).map(|(_, name)| name).collect())
}

/// What the missing migrations will do. Changes nothing.
///
/// # Errors
/// As [`missing_migrations`].
pub fn plan(target: &Target) -> Result<Vec<PlannedMigration>, Error> {
    if let Target::Sqlite(path) = target
        && !Path::new(path).exists()
    {
        let planned = |(_, name)| PlannedMigration { name, locks: Vec::new(), rewrites: Vec::new(), rows: Vec::new() };
        return Ok(all()?.into_iter().map(planned).collect());
    }
    let (missing, mut notes) = (missing_migrations(target)?, notes()?);
    let mut conn = open(target, Access::Read)?;
    let mut planned = Vec::new();
    for name in missing {
        let Note { locks, rewrites, rows, .. } = notes.remove(&name).unwrap_or_default();
        let tables: BTreeSet<&String> = locks.iter().chain(&rewrites).chain(&rows).collect();
        let counted = tables.into_iter().filter_map(|table| count(&mut conn, table).transpose());
        let rows = counted.collect::<Result<Vec<(String, i64)>, Error>>()?;
        planned.push(PlannedMigration { name, locks, rewrites, rows });
    }
    Ok(planned)
}

/// Undoes every migration; for the test that each can be undone.
///
/// # Errors
/// If a `down.sql` fails.
pub fn revert_all(target: &Target) -> Result<(), Error> {
    let mut conn = open(target, Access::Write)?;
    let reverted = match &mut conn {
        Conn::Postgres(c) => c.revert_all_migrations(POSTGRES).map(|_| ()),
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE).map(|_| ()),
    };
    reverted.map_err(|error| Error::migration(error.as_ref()))
}

/// Applies the next migration in a transaction of its own.
fn step(conn: &mut Conn, tell: &dyn Fn(String)) -> Result<Step, Error> {
    match conn {
        // What another unit of work may do in ten seconds, a migration need not.
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
            c,
            "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'; \
             SET LOCAL idle_in_transaction_session_timeout = 0",
        )?,
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
    }
    let outcome = if conn.try_alone(LOCK)? { apply_next(conn, tell) } else { Ok(Step::Elsewhere) };
    match outcome {
        Ok(Step::Applied(name)) => {
            conn.commit()?;
            Ok(Step::Applied(name))
        }
        other => {
            // The first error is the one to report.
            let _ = conn.roll_back();
            other
        }
    }
}

fn apply_next(conn: &mut Conn, tell: &dyn Fn(String)) -> Result<Step, Error> {
    let applied = applied_versions(conn)?;
    check_newer(conn, &applied)?;
    let next = known(conn)?.into_iter().find(|(version, _)| !applied.contains(version));
    let Some((version, name)) = next else { return Ok(Step::Complete) };
    tell(format!("migration {name}"));
    apply_one(conn, &version, &name)?;
    Ok(Step::Applied(name))
}

/// Applies a migration within the transaction of `conn`, and writes down which programs it permits.
pub(super) fn apply_one(conn: &mut Conn, version: &str, name: &str) -> Result<(), Error> {
    match conn {
        Conn::Postgres(c) => apply::<Pg>(c, &POSTGRES, name),
        Conn::Sqlite(c) => apply::<Sqlite>(c, &SQLITE, name),
    }?;
    if conn.has_table(COMPATIBILITY)? {
        let note = notes()?.remove(name).unwrap_or_default();
        let oldest = if note.oldest.is_empty() { version.to_owned() } else { digits(&note.oldest) };
        let statement = "INSERT INTO __schema_compatibility (version, oldest) VALUES ($1, $2) \
                         ON CONFLICT (version) DO UPDATE SET oldest = excluded.oldest";
        let row = || diesel::sql_query(statement).bind::<Text, _>(version).bind::<Text, _>(oldest.as_str());
        on_each!(conn, c => row().execute(c))?;
    }
    Ok(())
}

/// Applies the migration of this name.
fn apply<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    source: &impl MigrationSource<DB>,
    name: &str,
) -> Result<(), Error> {
    let told = |error: Box<dyn std::error::Error + Send + Sync>| Error::migration(error.as_ref());
    // Creates the table of applied migrations where there is none.
    conn.applied_migrations().map_err(told)?;
    let all = source.migrations().map_err(told)?;
    let wanted = all.iter().find(|migration| migration.name().to_string() == name);
    let wanted = wanted.ok_or_else(|| Error::internal(format!("there is no migration {name}")))?;
    conn.run_migration(&**wanted).map_err(told)?;
    Ok(())
}

/// Rewrites the file of an older portal, whose free pages may contain deleted data.
fn clean(conn: &mut Conn, tell: &dyn Fn(String)) {
    let Conn::Sqlite(c) = conn else { return };
    tell("writing the database anew without what was deleted".to_owned());
    // Through a file next to it, since a database may be larger than memory. If another process prevents this, free
    // pages are overwritten as they are reused.
    let anew = c.batch_execute("PRAGMA temp_store = FILE; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
    if let Err(error) = anew {
        tracing::warn!(%error, "could not write the database anew without what was deleted");
    }
}

/// Refuses a schema with migrations that this program does not know, unless it permits this program.
pub(super) fn check_newer(conn: &mut Conn, applied: &BTreeSet<String>) -> Result<(), Error> {
    let known: BTreeSet<String> = known(conn)?.into_iter().map(|(version, _)| version).collect();
    let newer: Vec<&String> = applied.difference(&known).collect();
    let (Some(newest), Some(ours)) = (newer.last(), known.last()) else { return Ok(()) };
    let declared: BTreeMap<String, String> = if conn.has_table(COMPATIBILITY)? {
        let query = || diesel::sql_query("SELECT version, oldest FROM __schema_compatibility");
        let rows: Vec<Declared> = on_each!(conn, c => query().load(c))?;
        rows.into_iter().map(|Declared { version, oldest }| (version, oldest)).collect()
    } else {
        BTreeMap::new()
    };
    if let Some(needed) = needed(&newer, &declared, ours) {
        return Err(Error::internal(format!(
            "the schema of the database is newer than this program: it is at {newest}, and wants a program that knows \
             {needed}; this program ({}) knows {ours} at most. Start the newer program, or restore the backup from \
             before the upgrade",
            env!("CARGO_PKG_VERSION")
        )));
    }
    tracing::warn!(
        schema = newest.as_str(),
        program = ours.as_str(),
        "the schema is newer than this program, and permits it"
    );
    Ok(())
}

/// The migration that a program must know to run on a schema with these newer ones; none if knowing `ours` is enough.
fn needed<'a>(newer: &[&'a String], declared: &'a BTreeMap<String, String>, ours: &str) -> Option<&'a str> {
    // One that declares nothing permits nobody who does not know it.
    let oldest = newer.iter().map(|&version| declared.get(version).map_or(version.as_str(), String::as_str)).max()?;
    (oldest > ours).then_some(oldest)
}

/// Versions and names of the migrations that this program knows, in their order.
fn known(conn: &Conn) -> Result<Vec<(String, String)>, Error> {
    match conn {
        Conn::Postgres(_) => sorted_names::<Pg>(&POSTGRES),
        Conn::Sqlite(_) => sorted_names::<Sqlite>(&SQLITE),
    }
}

/// The same, of both databases.
pub(super) fn all() -> Result<Vec<(String, String)>, Error> {
    sorted_names::<Sqlite>(&SQLITE)
}

fn sorted_names<DB: Backend>(source: &impl MigrationSource<DB>) -> Result<Vec<(String, String)>, Error> {
    let all: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(|error| Error::migration(error.as_ref()))?;
    let named = all.iter().map(|migration| (migration.name().version().to_string(), migration.name().to_string()));
    let mut sorted: Vec<(String, String)> = named.collect();
    sorted.sort_unstable();
    Ok(sorted)
}

/// The versions of the applied migrations. Creates no table: a role that may not is enough for `serve --no-migrate`.
pub(super) fn applied_versions(conn: &mut Conn) -> Result<BTreeSet<String>, Error> {
    if !conn.has_table(APPLIED)? {
        return Ok(BTreeSet::new());
    }
    let query = || diesel::sql_query("SELECT version FROM __diesel_schema_migrations");
    let rows: Vec<Version> = on_each!(conn, c => query().load(c))?;
    Ok(rows.into_iter().map(|Version { version }| version).collect())
}

/// The rows of a table; none if there is no such table.
fn count(conn: &mut Conn, table: &str) -> Result<Option<(String, i64)>, Error> {
    if !conn.has_table(table)? {
        return Ok(None);
    }
    // Names of tables come from `notes.toml`, which is part of the program.
    let statement = format!("SELECT count(*) AS count FROM \"{table}\"");
    let query = || diesel::sql_query(statement.as_str());
    let counted: Count = on_each!(conn, c => query().get_result(c))?;
    Ok(Some((table.to_owned(), counted.count)))
}

fn notes() -> Result<BTreeMap<String, Note>, Error> {
    toml::from_str(NOTES).or_internal()
}

/// A version as the database has it: `2026-12-01-000310` is `20261201000310`.
fn digits(version: &str) -> String {
    version.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_program_runs_where_every_newer_migration_permits_it() {
        let versions = ["7", "8"].map(str::to_owned);
        let newer: Vec<&String> = versions.iter().collect();
        let declared = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(version, oldest)| ((*version).to_owned(), (*oldest).to_owned())).collect()
        };
        assert_eq!(needed(&newer, &declared(&[("7", "5"), ("8", "6")]), "6"), None);
        assert_eq!(needed(&newer, &declared(&[("7", "5"), ("8", "6")]), "5"), Some("6"));
        assert_eq!(needed(&newer, &declared(&[("7", "5")]), "6"), Some("8"), "who declares nothing permits nobody");
        assert_eq!(needed(&newer, &declared(&[]), "6"), Some("8"));
    }

    #[test]
    fn every_new_migration_declares_what_it_does() {
        let known = sorted_names::<Sqlite>(&SQLITE).unwrap();
        assert_eq!(known, sorted_names::<Pg>(&POSTGRES).unwrap());
        let notes = notes().unwrap();
        for (version, name) in &known {
            let note = notes.get(name);
            assert_eq!(note.is_some(), version.as_str() >= "20261201000310", "{name}: see migrations/notes.toml");
            if let Some(note) = note {
                let oldest = digits(&note.oldest);
                assert!(known.iter().any(|(version, _)| *version == oldest) && oldest <= *version, "{name}: {note:?}");
            }
        }
        assert!(notes.keys().all(|name| known.iter().any(|(_, known)| known == name)), "{notes:?}");
    }
}
