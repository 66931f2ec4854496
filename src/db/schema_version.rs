//! The version of the schema: the last migration that was applied to a database, and those that this binary knows.

use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::MigrationHarness;

use super::connection::{Conn, POSTGRES_MIGRATIONS, SQLITE_MIGRATIONS};
use crate::error::{Error, OrInternal as _};
use crate::on_each;

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The versions of the migrations that were applied, ascending. Writes nothing; the table of migrations must exist.
pub fn applied_versions(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let query = diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    let applied: Vec<Applied> = on_each!(conn, c => query.load(c))?;
    Ok(applied.into_iter().map(|applied| applied.version).collect())
}

/// The versions of the migrations that this binary knows, ascending.
///
/// # Errors
/// If the migrations are malformed.
pub fn known_versions() -> Result<Vec<String>, Error> {
    let migrations: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = SQLITE_MIGRATIONS.migrations().or_internal()?;
    let mut versions: Vec<String> = migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort_unstable();
    Ok(versions)
}

/// Applies the missing migrations up to this version, or all, within the transaction of `conn`.
///
/// # Errors
/// If a migration fails.
pub fn migrate_to(conn: &mut Conn, last: Option<&str>) -> Result<(), Error> {
    match conn {
        Conn::Postgres(c) => run_up_to::<diesel::pg::Pg, _, _>(c, POSTGRES_MIGRATIONS, last),
        Conn::Sqlite(c) => run_up_to::<diesel::sqlite::Sqlite, _, _>(c, SQLITE_MIGRATIONS, last),
    }
}

fn run_up_to<DB, C, S>(conn: &mut C, source: S, last: Option<&str>) -> Result<(), Error>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    S: MigrationSource<DB>,
{
    let pending = conn.pending_migrations(source).map_err(|error| Error::migration(error.as_ref()))?;
    for migration in pending {
        if last.is_none_or(|last| migration.name().version().to_string().as_str() <= last) {
            conn.run_migration(&*migration).map_err(|error| Error::migration(error.as_ref()))?;
        }
    }
    Ok(())
}
