//! Prepares the database before the portal serves: its file, its schema, the reference data, and data of older
//! versions.

use std::path::Path;

use super::progress::{Patience, Progress, off_thread};
use crate::config::Settings;
use crate::db::{self, Target};
use crate::directory;
use crate::error::{Error, OrInternal as _};
use crate::identity;
use crate::life_cycle::invitations;
use crate::members;
use crate::private_files;
use crate::random::Random;
use crate::text::amount;
use crate::time::Clock;

/// What happens to the schema at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schema {
    /// Missing migrations are applied.
    #[default]
    Migrate,
    /// The start fails if migrations are missing.
    Check,
}

/// Brings the database up to date: applies migrations and loads the reference data.
///
/// # Errors
/// If the database cannot be reached or a migration fails.
pub fn prepare(target: &Target, clock: &Clock, random: &Random) -> Result<Vec<String>, Error> {
    prepare_telling(target, (clock, random), Schema::Migrate, Patience::NONE, &Progress::begin()?)
}

/// The same for the configured database, for which it waits, on a thread of its own.
pub(super) async fn prepare_configured(
    settings: &Settings,
    (clock, random): (Clock, Random),
    schema: Schema,
) -> Result<Vec<String>, Error> {
    let target = settings.migrate_target().or_internal()?;
    let patience = Patience::of(settings, &target);
    off_thread(move |progress| prepare_telling(&target, (&clock, &random), schema, patience, progress)).await
}

/// The same for the command that does nothing else.
///
/// # Errors
/// As [`prepare`].
pub fn migrate(settings: &Settings, clock: &Clock, random: &Random) -> Result<Vec<String>, Error> {
    let target = settings.migrate_target().or_internal()?;
    let patience = Patience::of(settings, &target);
    prepare_telling(&target, (clock, random), Schema::Migrate, patience, &Progress::begin()?)
}

fn prepare_telling(
    target: &Target,
    (clock, random): (&Clock, &Random),
    schema: Schema,
    patience: Patience,
    progress: &Progress,
) -> Result<Vec<String>, Error> {
    progress.at("waiting for another process that prepares the database");
    let _alone = prepare_alone(target)?;
    progress.at("connecting to the database");
    // It is closed again: one connection at a time is enough.
    patience.for_server(progress, || db::open(target, db::Access::Write)).map(drop)?;
    let applied = match schema {
        Schema::Migrate => db::migrate_telling(target, &|stage| progress.at(stage))?,
        Schema::Check => check(target)?,
    };
    for name in &applied {
        tracing::info!(name, "applied a migration");
    }
    progress.at("loading the reference data");
    let mut connection = db::open(target, db::Access::Write)?;
    connection.set_clock(clock)?;
    let added = connection.transaction_for_write(|conn| members::load_reference(conn, clock.now(), random))?;
    if added > 0 {
        tracing::info!(added, "loaded the reference data");
    }
    progress.at("adding contacts to the index");
    // Data of an older version is added to the index of the directory, a bounded part at a time.
    while connection.transaction_for_write(directory::index_missing)? {}
    progress.at("adding the keys of names");
    while connection.transaction_for_write(identity::key_names)? {}
    while connection.transaction_for_write(invitations::key_names)? {}
    Ok(applied)
}

/// Refuses a database that lacks migrations.
fn check(target: &Target) -> Result<Vec<String>, Error> {
    let missing = db::missing_migrations(target)?;
    let Some(first) = missing.first() else { return Ok(Vec::new()) };
    Err(Error::internal(format!(
        "the database lacks {}, from {first} on, and --no-migrate forbids to apply them: run `portal migrate` first",
        amount(missing.len(), "migration")
    )))
}

/// Creates the folder of a SQLite file and waits until no other process prepares it. SQLite's `busy_timeout` does not
/// cover the switch of a new file to WAL; on PostgreSQL, advisory locks do the same.
fn prepare_alone(target: &Target) -> Result<Option<std::fs::File>, Error> {
    let Target::Sqlite(path) = target else { return Ok(None) };
    make_folder_of(Path::new(path))?;
    make_private(Path::new(path));
    let file = std::fs::File::create(format!("{path}.preparing")).or_internal()?;
    file.lock().or_internal()?;
    Ok(Some(file))
}

/// Creates a SQLite file that only its owner can read; SQLite gives the files next to it the same mode. If this fails,
/// SQLite reports why.
fn make_private(path: &Path) {
    let _ = private_files::create_new(path);
}

pub(super) fn make_folder_of(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).map_err(|error| Error::internal(format!("{}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}
