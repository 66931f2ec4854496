//! The configuration: merged from four sources and checked as a whole. Only this module reads the environment.
//!
//! `config/default.toml` is compiled in and is also the schema: it has every key, with a value of its type. A profile,
//! the environment and `--set` may only change keys that it has. The sources are merged by hand because configuration
//! crates stop at the first fault, and an operator should see all of them at once.
//!
//! Secrets are `SecretString`s and are masked wherever settings are printed.

mod addresses;
mod guesses;
mod masks;
mod reach;
mod renamed;
mod rules;
mod safety;
mod settings;
mod warnings;

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::ExposeSecret as _;
use toml::{Table, Value};

use crate::db;
pub use addresses::{Encryption, ImapUrl, Networks, RelayUrl};
pub use reach::is_metadata;
pub use rules::FEWEST_CHARACTERS;
pub use settings::{
    Announcements, Bounces, Community, Database, Directory, HeavyWork, Identity, Log, LogFormat, Mail, Privacy, Server,
    Settings, Storage, StorageKind, Throttle, Transport, Webhooks,
};

const DEFAULTS: &str = include_str!("../config/default.toml");
const PREFIX: &str = "PORTAL__";
/// The prefix of variables that may be misspelt settings.
const ALIKE: &str = "PORTAL_";
/// The variable that names the profile; the command line reads it.
const PROFILE: &str = "PORTAL_CONFIG";

/// The sources of settings, apart from the defaults.
#[derive(Default, Debug)]
pub struct Sources {
    /// The profile file.
    pub file: Option<PathBuf>,
    /// `PORTAL__…` variables, and those with a similar prefix.
    pub environment: Vec<(String, String)>,
    /// `section.key=value` flags.
    pub overrides: Vec<String>,
}

impl Sources {
    /// The environment of the process, with a file and flags from the command line.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_process(file: Option<PathBuf>, overrides: Vec<String>) -> Self {
        let environment = std::env::vars().filter(|(name, _)| name.starts_with(ALIKE)).collect();
        Self { file, environment, overrides }
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
    let (mut faults, mut former) = (Vec::new(), Vec::new());
    let mut merged: Table = DEFAULTS.parse().map_err(|e| Invalid(vec![format!("config/default.toml: {e}")]))?;
    if let Some(path) = &sources.file {
        merge_file(&mut merged, path, &mut former, &mut faults);
    }
    for (name, value) in &sources.environment {
        match name.strip_prefix(PREFIX) {
            Some(key) => {
                let key = key.to_ascii_lowercase().replace("__", ".");
                set_text(&mut merged, renamed::today(&key, &mut former), value, name, &mut faults);
            }
            None => faults.extend(mistaken(&merged, name)),
        }
    }
    for assignment in &sources.overrides {
        match assignment.split_once('=') {
            Some((key, value)) => {
                set_text(&mut merged, renamed::today(key.trim(), &mut former), value, "--set", &mut faults);
            }
            None => faults.push(format!("--set {assignment}: wants section.key=value")),
        }
    }
    let masked = masks::mask(merged.clone());
    match read(merged, &mut faults) {
        Some(mut settings) => {
            (settings.masked, settings.former_names) = (masked, former);
            settings.check(&mut faults);
            faults.extend(further(&settings));
            if faults.is_empty() { Ok(settings) } else { Err(Invalid(faults)) }
        }
        None => Err(Invalid(faults)),
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

/// The fault of a variable that looks like a setting with an underscore missing. Other variables are ignored, since
/// platforms set such names themselves (`PORTAL_SERVICE_HOST`, for a service called portal).
fn mistaken(known: &Table, name: &str) -> Option<String> {
    let rest = name.strip_prefix(ALIKE).filter(|_| name != PROFILE)?;
    let plain = |text: &str| text.to_ascii_lowercase().replace("__", "_");
    let sections = known.iter().filter_map(|(section, values)| Some((section, values.as_table()?)));
    let mut keys = sections.flat_map(|(section, values)| values.keys().map(move |key| format!("{section}__{key}")));
    match keys.find(|key| plain(key) == plain(rest)) {
        Some(key) => Some(format!("{name} is no setting; {PREFIX}{} is", key.to_ascii_uppercase())),
        None => rest.contains("__").then(|| format!("{name}: there is no such setting; they begin with {PREFIX}")),
    }
}

fn merge_file(merged: &mut Table, path: &Path, former: &mut Vec<&'static str>, faults: &mut Vec<String>) {
    let parsed = std::fs::read_to_string(path)
        .map_err(|e| e.to_string())
        .and_then(|text| text.parse::<Table>().map_err(|e| e.to_string()));
    let table = match parsed {
        Ok(table) => table,
        Err(error) => return faults.push(format!("{}: {error}", path.display())),
    };
    for (section, values) in table {
        let Value::Table(values) = values else {
            faults.push(format!("{}: {section} is outside of a section", path.display()));
            continue;
        };
        for (name, value) in values {
            let written = format!("{section}.{name}");
            let key = renamed::today(&written, former);
            match slot(merged, key) {
                Some(slot) if slot.same_type(&value) => *slot = value,
                Some(slot) => faults.push(format!("{}: {key} wants {}", path.display(), type_name(slot))),
                None => faults.push(format!("{}: there is no setting {key}", path.display())),
            }
        }
    }
}

fn set_text(merged: &mut Table, key: &str, text: &str, source: &str, faults: &mut Vec<String>) {
    let Some(slot) = slot(merged, key) else {
        return faults.push(format!("{source}: there is no setting {key}"));
    };
    let value = match slot {
        Value::Integer(_) => text.trim().parse().map(Value::Integer).ok(),
        Value::Boolean(_) => text.trim().parse().map(Value::Boolean).ok(),
        _ => Some(Value::String(text.to_owned())),
    };
    match value {
        Some(value) => *slot = value,
        None => faults.push(format!("{source}: {key} wants {}", type_name(slot))),
    }
}

fn slot<'a>(merged: &'a mut Table, key: &str) -> Option<&'a mut Value> {
    let (section, name) = key.split_once('.')?;
    merged.get_mut(section)?.get_mut(name)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        _ => "a text",
    }
}

impl Settings {
    /// The sender of all mails except announcements.
    ///
    /// # Errors
    /// The error of `mail.from`.
    pub fn sender(&self) -> Result<Mailbox, String> {
        rules::mailbox(&self.mail.from)
    }

    /// The sender of announcements.
    ///
    /// # Errors
    /// The error of `mail.announcements_from`.
    pub fn announcer(&self) -> Result<Mailbox, String> {
        match self.mail.announcements_from.as_str() {
            "" => self.sender(),
            other => rules::mailbox(other),
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
mod tests {
    use super::*;

    fn with_environment(pairs: &[(&str, &str)]) -> Result<Settings, Invalid> {
        let environment = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        load(&Sources { environment, ..Sources::default() })
    }

    #[test]
    fn the_defaults_are_good() {
        let settings = with_environment(&[]).unwrap();
        assert_eq!(settings.server.bind, "127.0.0.1:8080");
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let Invalid(faults) = with_environment(&[
            ("PORTAL__SERVER__BIND", "nowhere"),
            ("PORTAL__SERVER__WORKERS", "many"),
            ("PORTAL__SERVER__COLOUR", "blue"),
            ("PORTAL__MAIL__FROM", "me"),
            ("PORTAL__MAIL__SMTP_URL", "http://relay"),
            ("PORTAL__DATABASE__URL", "mysql://x"),
            ("PORTAL__IDENTITY__ARGON2_MEMORY_KIB", "64"),
            ("PORTAL__STORAGE__KIND", "s3"),
            ("PORTAL__STORAGE__S3_BUCKET", "../letters"),
            ("PORTAL__STORAGE__FILE_LIMIT", "1"),
            ("PORTAL__BOUNCES__LISTEN", "127.0.0.1:2424"),
            ("PORTAL__BOUNCES__IMAP_URL", "imaps://mail"),
        ])
        .unwrap_err();
        for key in [
            "server.bind",
            "server.workers",
            "server.colour",
            "mail.from",
            "mail.smtp_url",
            "database.url",
            "argon2",
            "s3_url",
            "s3_bucket",
            "s3_secret_key",
            "file_limit",
            "bounces.listen",
            "bounces.imap_url",
        ] {
            assert!(faults.iter().any(|fault| fault.contains(key)), "{key} in {faults:?}");
        }
    }

    #[test]
    fn a_fault_says_what_must_be_and_faults_are_counted() {
        let one = with_environment(&[("PORTAL__MAIL__CONNECTIONS", "0")]).unwrap_err().to_string();
        assert_eq!(one, "the configuration has 1 fault:\n  - mail.connections must lie between 1 and 100");
        let two = with_environment(&[("PORTAL__MAIL__CONNECTIONS", "0"), ("PORTAL__SERVER__BIND", "x")]).unwrap_err();
        assert!(two.to_string().starts_with("the configuration has 2 faults:"), "{two}");
    }

    #[test]
    fn a_value_of_another_type_hides_no_other_fault() {
        let Invalid(mut faults) = with_environment(&[
            ("PORTAL__LOG__FORMAT", "xml"),
            ("PORTAL__MAIL__FROM", "nonsense"),
            ("PORTAL__MAIL__TRANSPORT", "pigeon"),
            ("PORTAL__SERVER__BIND", "xx"),
            ("PORTAL__DIRECTORY__EXPORT_PER_DAY", "-1"),
            ("PORTAL__PRIVACY__MAIL_DAYS", "0"),
        ])
        .unwrap_err();
        faults.sort();
        let begins = [
            "directory.export_per_day",
            "log.format",
            "mail.from",
            "mail.transport",
            "privacy.mail_days",
            "server.bind",
        ];
        assert_eq!(faults.len(), begins.len(), "{faults:?}");
        for (fault, key) in faults.iter().zip(begins) {
            assert!(fault.starts_with(key), "{key} in {faults:?}");
        }
    }

    #[test]
    fn a_name_that_lacks_an_underscore_is_no_setting_and_says_so() {
        let faults = |name| with_environment(&[(name, "127.0.0.1:1")]).err().map(|Invalid(faults)| faults);
        for name in ["PORTAL_SERVER__BIND", "PORTAL_SERVER_BIND", "PORTAL_server__bind"] {
            assert_eq!(faults(name), Some(vec![format!("{name} is no setting; PORTAL__SERVER__BIND is")]));
        }
        assert!(faults("PORTAL_SERVR__BIND").is_some_and(|faults| faults[0].contains("no such setting")));
        for others in ["PORTAL_CONFIG", "PORTAL_SERVICE_HOST", "PORTAL_PORT_8080_TCP_ADDR"] {
            assert_eq!(faults(others), None);
        }
    }

    #[test]
    fn a_log_filter_has_a_level_and_a_contact_is_an_address() {
        let is_good = |name: &str, value: &str| with_environment(&[(name, value)]).is_ok();
        for filter in ["info", "INFO,portal=debug", "actix_http=off,warn", "off"] {
            assert!(is_good("PORTAL__LOG__FILTER", filter), "{filter}");
        }
        for filter in ["", "nonsense", "blah=", "portal=debug"] {
            assert!(!is_good("PORTAL__LOG__FILTER", filter), "{filter}");
        }
        assert!(is_good("PORTAL__COMMUNITY__CONTACT_EMAIL", "ask@portal.example"));
        for contact in ["foo", "foo@", "Ask <ask@portal.example>"] {
            assert!(!is_good("PORTAL__COMMUNITY__CONTACT_EMAIL", contact), "{contact}");
        }
    }

    #[test]
    fn flags_win_over_the_environment() {
        let settings = load(&Sources {
            environment: vec![("PORTAL__SERVER__BIND".to_owned(), "127.0.0.1:1".to_owned())],
            overrides: vec!["server.bind=127.0.0.1:2".to_owned()],
            file: None,
        })
        .unwrap();
        assert_eq!(settings.server.bind, "127.0.0.1:2");
    }

    #[test]
    fn secrets_are_never_printed() {
        let settings = with_environment(&[
            ("PORTAL__DATABASE__URL", "postgres://portal:tiger@db/portal"),
            ("PORTAL__MAIL__SMTP_URL", "smtp://robot:tiger@relay:587?tls=required"),
            ("PORTAL__IDENTITY__MASTER_KEY", &"ab".repeat(32)),
            ("PORTAL__STORAGE__S3_SECRET_KEY", "tiger"),
            ("PORTAL__BOUNCES__TOKEN", "a tiger of sixteen"),
            ("PORTAL__BOUNCES__IMAP_URL", "imaps://robot:tiger@mail/INBOX"),
        ])
        .unwrap();
        let printed = settings.masked.clone();
        assert!(with_environment(&[]).unwrap().masked.contains("imap_url = \"\""), "nothing is no secret");
        for secret in ["tiger", "abab"] {
            assert!(!printed.contains(secret) && !format!("{settings:?}").contains(secret));
        }
    }
}
