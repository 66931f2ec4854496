//! Where each value came from, for `portal check-config` and for faults.

use std::collections::BTreeMap;
use std::fmt;

use toml::Table;

use super::{DEFAULTS, slot};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    File(String),
    Environment(String),
    SecretFile(String, String),
    Credential(String),
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {path}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::SecretFile(name, path) => write!(f, "secret file {path} ({name})"),
            Self::Credential(name) => write!(f, "credential {name}"),
            Self::Flag => f.write_str("--set"),
        }
    }
}

/// Where the values came from, by key. No entry is the default.
#[derive(Default)]
pub(super) struct Origins(BTreeMap<String, Origin>);

impl Origins {
    pub(super) fn note(&mut self, key: &str, origin: Origin) {
        self.0.insert(key.to_owned(), origin);
    }

    /// The origin of a value, in words.
    pub(super) fn of(&self, key: &str) -> String {
        self.0.get(key).map_or_else(|| "default".to_owned(), Origin::to_string)
    }

    /// The sentence of a fault, with the origin of the value whose key it begins with.
    pub(super) fn told(&self, fault: String) -> String {
        let is_of_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
        let key = fault.split(|c: char| !is_of_key(c)).next().unwrap_or_default().trim_end_matches('.');
        let mut known: Table = DEFAULTS.parse().unwrap_or_default();
        if slot(&mut known, key).is_none() {
            return fault;
        }
        match self.0.get(key) {
            Some(origin) => format!("{fault} (from {origin})"),
            None => format!("{fault} (the default)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_its_value_came_from() {
        let mut origins = Origins::default();
        origins.note("mail.from", Origin::Environment("PORTAL__MAIL__FROM".to_owned()));
        let told = |fault: &str| origins.told(fault.to_owned());
        assert_eq!(told("mail.from: must be one"), "mail.from: must be one (from environment PORTAL__MAIL__FROM)");
        assert_eq!(told("server.docs makes it public"), "server.docs makes it public (the default)");
        assert_eq!(told("identity.argon2_* must not be weaker"), "identity.argon2_* must not be weaker");
        assert_eq!(told("--set: there is no setting x"), "--set: there is no setting x");
    }
}
