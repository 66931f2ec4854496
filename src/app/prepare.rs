//! Prepares the database before the portal serves: its file, its schema, the reference data, and data of older
//! versions.

use std::path::Path;

use crate::db::{self, Target};
use crate::directory;
use crate::error::{Error, OrInternal as _};
use crate::members;
use crate::private_files;
use crate::random::Random;
use crate::time::Clock;

/// Brings the database up to date: applies migrations and loads the reference data.
///
/// # Errors
/// If the database cannot be reached or a migration fails.
pub fn prepare(target: &Target, clock: &Clock, random: &Random) -> Result<Vec<String>, Error> {
    let _alone = prepare_alone(target)?;
    let applied = db::migrate(target)?;
    for name in &applied {
        tracing::info!(name, "applied a migration");
    }
    let mut connection = db::open(target, db::Access::Write)?;
    connection.set_clock(clock)?;
    let added = connection.transaction_for_write(|conn| members::load_reference(conn, clock.now(), random))?;
    if added > 0 {
        tracing::info!(added, "loaded the reference data");
    }
    // Data of an older version is added to the index of the directory, a bounded part at a time.
    while connection.transaction_for_write(directory::index_missing)? {}
    Ok(applied)
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
