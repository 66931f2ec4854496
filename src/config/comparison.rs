//! Compares settings with others: what an operator changed since the portal read them.

use secrecy::ExposeSecret as _;
use toml::{Table, Value};

use super::Settings;

impl Settings {
    /// The keys whose values differ from those of `other`, in the order of the sections.
    #[must_use]
    pub fn different_keys(&self, other: &Self) -> Vec<String> {
        let (mine, others) = (values(self), values(other));
        mine.iter().filter(|&value| !others.contains(value)).map(|(key, _)| key.clone()).collect()
    }
}

/// Every key with its value.
fn values(settings: &Settings) -> Vec<(String, Value)> {
    let table: Table = settings.values.expose_secret().parse().unwrap_or_default();
    let mut values = Vec::new();
    for (section, keys) in table {
        if let Value::Table(keys) = keys {
            values.extend(keys.into_iter().map(|(name, value)| (format!("{section}.{name}"), value)));
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use crate::config::{Sources, load};

    #[test]
    fn a_changed_value_is_named_and_an_equal_one_is_not() {
        let with = |overrides: &[&str]| {
            let overrides = overrides.iter().map(|&one| one.to_owned()).collect();
            load(&Sources { overrides, ..Sources::default() }).unwrap()
        };
        let (before, after) =
            (with(&["mail.connections=3"]), with(&["mail.connections=3", "bounces.token=a tiger of the woods"]));
        assert_eq!(after.different_keys(&before), ["bounces.token"]);
        assert_eq!(before.different_keys(&before), [""; 0]);
        assert!(!format!("{after:?}").contains("tiger"), "no secret is shown");
    }
}
