//! `portal migrate`: applies the missing migrations, or says what they will do.

use crate::app;
use crate::config::Settings;
use crate::db::{self, PlannedMigration};
use crate::error::{Error, OrInternal as _};
use crate::random::Random;
use crate::terminal::say;
use crate::text::amount;
use crate::time::Clock;

/// Applies the missing migrations and loads the reference data.
pub(super) fn migrate(settings: &Settings) -> Result<(), Error> {
    let applied = app::migrate(settings, &Clock::system(), &Random::system())?;
    for name in &applied {
        say(&format!("applied {name}"));
    }
    say(&format!("{} applied; the database is up to date", amount(applied.len(), "migration")));
    Ok(())
}

/// Prints the missing migrations, a line each.
pub(super) fn plan(settings: &Settings) -> Result<(), Error> {
    let planned = db::plan(&settings.migrate_target().or_internal()?)?;
    for migration in &planned {
        say(&line(migration));
    }
    say(&format!("{} missing; nothing was changed", amount(planned.len(), "migration")));
    Ok(())
}

/// One migration: its name, which tables it locks and rewrites, and how many rows these have.
fn line(PlannedMigration { name, locks, rewrites, rows }: &PlannedMigration) -> String {
    let tables = |tables: &[String]| if tables.is_empty() { "none".to_owned() } else { tables.join(", ") };
    let counted: Vec<String> = rows.iter().map(|(table, count)| format!("{table} {count}")).collect();
    format!("{name}: locks {}; rewrites {}; rows {}", tables(locks), tables(rewrites), tables(&counted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_what_an_operator_decides_by() {
        let mut migration = PlannedMigration {
            name: "2026-12-05-000400_x".to_owned(),
            locks: vec!["mail".to_owned()],
            rewrites: Vec::new(),
            rows: vec![("mail".to_owned(), 7)],
        };
        assert_eq!(line(&migration), "2026-12-05-000400_x: locks mail; rewrites none; rows mail 7");
        migration.rows.clear();
        assert_eq!(line(&migration), "2026-12-05-000400_x: locks mail; rewrites none; rows none");
    }
}
