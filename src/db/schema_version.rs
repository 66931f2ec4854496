//! The version of the schema: the last migration that was applied to a database, and those that this program knows.

use super::connection::Conn;
use super::migrations;
use crate::error::Error;

/// The versions of the migrations that were applied, ascending. Writes nothing.
pub fn applied_versions(conn: &mut Conn) -> Result<Vec<String>, Error> {
    Ok(migrations::applied_versions(conn)?.into_iter().collect())
}

/// The versions of the migrations that this program knows, ascending; the same on both databases.
///
/// # Errors
/// If one that was compiled in has no valid name.
pub fn known_versions() -> Result<Vec<String>, Error> {
    Ok(migrations::all()?.into_iter().map(|(version, _)| version).collect())
}

/// The version of the newest migration that this program knows.
///
/// # Errors
/// As [`known_versions`].
pub fn newest_migration() -> Result<String, Error> {
    Ok(known_versions()?.pop().unwrap_or_default())
}

/// Applies the missing migrations up to this version, or all, within the transaction of `conn`.
///
/// # Errors
/// If a migration fails.
pub fn migrate_to(conn: &mut Conn, last: Option<&str>) -> Result<(), Error> {
    let applied = migrations::applied_versions(conn)?;
    for (version, name) in migrations::all()? {
        if !applied.contains(&version) && last.is_none_or(|last| version.as_str() <= last) {
            migrations::apply_one(conn, &version, &name)?;
        }
    }
    Ok(())
}

/// Whether this program may run on the schema that is there.
///
/// # Errors
/// If the schema is newer, and does not permit it.
pub(super) fn check_schema(conn: &mut Conn) -> Result<(), Error> {
    let applied = migrations::applied_versions(conn)?;
    migrations::check_newer(conn, &applied)
}
