//! The configuration: merged from its sources and checked as a whole. Only this module reads the environment.
//!
//! `config/default.toml` is compiled in and is also the schema: it has every key, with a value of its type. A profile,
//! the environment and `--set` may only change keys that it has. The sources are merged by hand because configuration
//! crates stop at the first fault, and an operator should see all of them at once.
//!
//! Secrets are `SecretString`s and are masked wherever settings are printed. Each may be in a file of its own
//! (`secret_files`). `merge` notes where each value came from, for `portal check-config`.

mod addresses;
mod comparison;
mod guesses;
mod masks;
mod merge;
mod origins;
mod parsed;
mod reach;
mod renamed;
mod rules;
mod safety;
mod secret_files;
mod settings;
mod supervisor;
mod warnings;

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::{ExposeSecret as _, SecretString};
use toml::{Table, Value};

use crate::db;
pub use addresses::{Bind, Encryption, ImapUrl, Networks, RelayUrl};
use merge::Merge;
pub use parsed::SAME_KEY;
pub use reach::is_metadata;
pub use rules::FEWEST_CHARACTERS;
pub use settings::{
    Announcements, Bounces, Community, Database, Directory, HeavyWork, Identity, Log, LogFormat, Mail, Privacy, Server,
    Settings, Storage, StorageKind, Throttle, Transport, Webhooks,
};
pub use supervisor::Supervisor;

const DEFAULTS: &str = include_str!("../config/default.toml");
const PREFIX: &str = "PORTAL__";
/// The prefix of variables that may be misspelt settings.
const ALIKE: &str = "PORTAL_";
/// The seconds of draining where `server.drain_seconds` leaves them to the portal.
const DRAIN_SECONDS: u64 = 5;
/// The variable that names the profile; the command line reads it.
const PROFILE: &str = "PORTAL_CONFIG";

/// The sources of settings, apart from the defaults.
#[derive(Default, Debug)]
pub struct Sources {
    /// The profile file.
    pub file: Option<PathBuf>,
    /// `PORTAL__…` variables, and those with a similar prefix.
    pub environment: Vec<(String, String)>,
    /// The folder of credentials that systemd names, a file for each secret.
    pub credentials: Option<PathBuf>,
    /// `section.key=value` flags.
    pub overrides: Vec<String>,
}

impl Sources {
    /// The environment of the process, with a file and flags from the command line.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_process(file: Option<PathBuf>, overrides: Vec<String>) -> Self {
        let environment = std::env::vars().filter(|(name, _)| name.starts_with(ALIKE)).collect();
        let credentials = std::env::var("CREDENTIALS_DIRECTORY").ok().filter(|folder| !folder.is_empty());
        let credentials = credentials.map(PathBuf::from);
        Self { file, environment, credentials, overrides }
    }
}

/// The faults of the configuration, a sentence each.
#[derive(Debug)]
pub struct Invalid(pub Vec<String>);

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let faults = if self.0.len() == 1 { "fault" } else { "faults" };
        write!(f, "the configuration has {} {faults}:", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

impl std::error::Error for Invalid {}

/// Merges the sources and checks the whole.
///
/// # Errors
/// Every fault of every source at once.
pub fn load(sources: &Sources) -> Result<Settings, Invalid> {
    load_and_try(sources, |_| Vec::new())
}

/// The same, with the faults that `further` finds in parsed settings, such as files that they name.
///
/// # Errors
/// Every error of every source at once.
pub fn load_and_try(sources: &Sources, further: impl FnOnce(&Settings) -> Vec<String>) -> Result<Settings, Invalid> {
    let merge = Merge::all(sources)?;
    let masked = merge.masked();
    let Merge { merged, mut faults, former, warnings, origins, .. } = merge;
    let values = SecretString::from(merged.to_string());
    let mut found = Vec::new();
    let read = read(merged, &mut found);
    let settings = read.map(|mut settings| {
        (settings.masked, settings.former_names, settings.values) = (masked, former, values);
        settings.exposed = warnings;
        settings.note_exposed_key();
        settings.check(&mut found);
        found.extend(further(&settings));
        settings
    });
    faults.extend(found.into_iter().map(|fault| origins.told(fault)));
    match settings {
        Some(settings) if faults.is_empty() => Ok(settings),
        _ => Err(Invalid(faults)),
    }
}

/// The settings as types. The default replaces an invalid value, so that faults of other keys are found too.
fn read(mut merged: Table, faults: &mut Vec<String>) -> Option<Settings> {
    let mut defaults: Table = DEFAULTS.parse().ok()?;
    loop {
        let error = match serde_path_to_error::deserialize(Value::Table(merged.clone())) {
            Ok(settings) => return Some(settings),
            Err(error) => error,
        };
        let key = error.path().to_string();
        faults.push(format!("{key}: {}", error.inner().message()));
        let (slot, default) = (slot(&mut merged, &key)?, slot(&mut defaults, &key)?);
        if slot == default {
            return None;
        }
        slot.clone_from(default);
    }
}

fn slot<'a>(merged: &'a mut Table, key: &str) -> Option<&'a mut Value> {
    let (section, name) = key.split_once('.')?;
    merged.get_mut(section)?.get_mut(name)
}

impl Settings {
    /// The sender of all mails except announcements.
    ///
    /// # Errors
    /// The error of `mail.from`.
    pub fn sender(&self) -> Result<Mailbox, String> {
        parsed::mailbox(&self.mail.from)
    }

    /// The sender of announcements.
    ///
    /// # Errors
    /// The error of `mail.announcements_from`.
    pub fn announcer(&self) -> Result<Mailbox, String> {
        match self.mail.announcements_from.as_str() {
            "" => self.sender(),
            other => parsed::mailbox(other),
        }
    }

    /// The origins whose pages may call the API.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let origins = self.server.allowed_origins.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        origins.map(str::to_owned).collect()
    }

    /// The database that the URL names.
    ///
    /// # Errors
    /// The error of `database.url`.
    pub fn database_target(&self) -> Result<db::Target, Invalid> {
        db::Target::parse(self.database.url.expose_secret()).map_err(|e| Invalid(vec![format!("database.url: {e}")]))
    }

    /// The database as migrations reach it: past a pooler, if `database.migrate_url` says so.
    ///
    /// # Errors
    /// The error of `database.migrate_url` or `database.url`.
    pub fn migrate_target(&self) -> Result<db::Target, Invalid> {
        match self.database.migrate_url.expose_secret() {
            "" => self.database_target(),
            url => db::Target::parse(url).map_err(|e| Invalid(vec![format!("database.migrate_url: {e}")])),
        }
    }

    /// Migrations go to the same database by another way, which only a server has.
    fn check_migrate_url(&self, faults: &mut Vec<String>) {
        let way = self.database.migrate_url.expose_secret();
        if way.is_empty() {
            return;
        }
        match (db::Target::parse(self.database.url.expose_secret()), db::Target::parse(way)) {
            (_, Err(fault)) => faults.push(format!("database.migrate_url: {fault}")),
            (Ok(db::Target::Postgres(_)), Ok(db::Target::Postgres(_))) => {}
            _ => {
                faults.push("database.migrate_url must begin with postgres://, and so must database.url".to_owned());
            }
        }
    }

    /// How long requests are still accepted after the signal that ends the portal. At a terminal nobody waits.
    #[must_use]
    pub fn drain_time(&self, at_terminal: bool) -> Duration {
        let automatic = if at_terminal { 0 } else { DRAIN_SECONDS };
        Duration::from_secs(u64::try_from(self.server.drain_seconds).unwrap_or(automatic))
    }

    /// The number of database connections and the bounds of their queue.
    #[must_use]
    pub fn database_size(&self, target: &db::Target) -> db::Size {
        let connections = match (self.database.connections, target) {
            (0, db::Target::Sqlite(_)) => processors(),
            (0, db::Target::Postgres(_)) => 8,
            (count, _) => count,
        };
        let wait = Duration::from_millis(self.database.wait_milliseconds);
        db::Size { connections, limits: db::Limits { queue: self.database.queue, wait } }
    }
}

/// The number of processors that this process may use.
#[must_use]
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests;
