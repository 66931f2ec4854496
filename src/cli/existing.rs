//! The database and the key of commands that make none.
//!
//! Only `serve`, `migrate`, `restore`, `seed`, `demo` and `bench` make a database. Every other command is for a portal
//! that is there: run in another folder, or without its configuration, it fails and names the place, instead of making
//! an empty portal and reporting that all is well.

use std::path::Path;

use crate::app;
use crate::config::Settings;
use crate::db::{self, Target};
use crate::error::{Error, OrInternal as _};
use crate::private_files;
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::time::Clock;

/// The configured database, which is there and has a schema.
///
/// # Errors
/// If it is not.
pub(super) fn database(settings: &Settings) -> Result<Target, Error> {
    let target = settings.database_target().or_internal()?;
    check(&target)?;
    if db::applied_versions(&mut db::open_to_inspect(&target)?)?.is_empty() {
        return Err(Error::internal(format!(
            "{} has no tables of a portal: is this its database.url? A new portal is made by `portal serve` or `portal \
             migrate`",
            place(&target)
        )));
    }
    Ok(target)
}

/// The same, with every migration of this program.
///
/// # Errors
/// If it is not there, or a migration fails.
pub(super) fn prepared(settings: &Settings) -> Result<Target, Error> {
    let target = database(settings)?;
    app::prepare(&target, &Clock::system(), &Random::system())?;
    Ok(target)
}

/// Refuses a SQLite file that is not there.
///
/// # Errors
/// If it is not.
pub(super) fn check(target: &Target) -> Result<(), Error> {
    match target {
        Target::Sqlite(path) if !Path::new(path).exists() => {
            let path = private_files::absolute(Path::new(path));
            let next = "is this the working directory of the portal, and was its configuration given (--config)?";
            Err(Error::internal(format!("there is no database at {}: {next}", path.display())))
        }
        _ => Ok(()),
    }
}

/// Refuses a key file that is missing: the start of a new portal makes it, and no other command does.
///
/// # Errors
/// If there is no key.
pub(super) fn check_key(settings: &Settings) -> Result<(), Error> {
    let identity = &settings.identity;
    if MasterKey::is_missing(identity) { MasterKey::existing(identity).map(drop) } else { Ok(()) }
}

fn place(target: &Target) -> String {
    match target {
        Target::Sqlite(path) => private_files::absolute(Path::new(path)).display().to_string(),
        Target::Postgres(_) => "the database".to_owned(),
    }
}
