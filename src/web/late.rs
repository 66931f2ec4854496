//! Forms that came too late: what they are about was changed since they were loaded, by somebody else or by their
//! sender in another window.
//!
//! A form carries what it was loaded with ([`LOADED`]). So it is known which fields its sender changed: these keep what
//! was sent, and all others take the values of now. Without that, a form that is sent again would put back what it
//! never touched.
//!
//! Who sends a form chooses what it says of its loading, and a refused form is charged to no budget. So that text has
//! no more fields than a form may have, and takes time in proportion to its length.

use std::collections::{BTreeMap, BTreeSet};

use super::FormState;
use crate::http::MAX_KEYS;

/// The field with what a form was loaded with.
pub const LOADED: &str = "loaded";
/// Fields that are about the form, not about the thing.
const OF_FORM: [&str; 3] = ["version", "key", LOADED];

impl FormState {
    /// The form of a stored thing, which carries what it begins with.
    #[must_use]
    pub fn carrying(self) -> Self {
        let values = self.clone().into_values();
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(values).finish();
        self.set(LOADED, text)
    }

    /// This form, which came too late, with the values of `now` in the fields that its sender left as they were, and
    /// with the version of now. A form that says it was loaded with more fields than any form has carries nothing.
    #[must_use]
    pub fn taking_over(self, now: &Self) -> Self {
        let merged = self.set("version", now.value("version"));
        let loaded = merged.value(LOADED).as_bytes();
        if loaded.is_empty() || loaded.split(|&byte| byte == b'&').nth(MAX_KEYS).is_some() {
            return merged;
        }
        let loaded = Self::sent(loaded);
        let untouched = untouched(&merged, &loaded, now);
        let carried = now.clone().carrying();
        merged.with_fields_of(now, &untouched).set(LOADED, carried.value(LOADED))
    }
}

/// The fields that hold what they were loaded with.
fn untouched(sent: &FormState, loaded: &FormState, now: &FormState) -> BTreeSet<String> {
    let [sent, loaded, now] = [sent, loaded, now].map(contents);
    let names = loaded.keys().chain(now.keys()).filter(|name| !OF_FORM.contains(name));
    names.filter(|name| sent.get(*name) == loaded.get(*name)).map(|name| (*name).to_owned()).collect()
}

/// What is in each field, whatever the order of its values: a choice that is not made and an empty text are nothing,
/// and a field with nothing in it is left out.
fn contents(form: &FormState) -> BTreeMap<&str, Vec<String>> {
    let mut contents: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in form.fields() {
        let value = value.trim().replace("\r\n", "\n");
        if !value.is_empty() {
            contents.entry(name).or_default().push(value);
        }
    }
    for values in contents.values_mut() {
        values.sort_unstable();
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(version: &str, values: &[(&str, &str)]) -> FormState {
        let form = FormState::default().with("version", version);
        values.iter().fold(form, |form, (name, value)| form.with(name, value))
    }

    /// The form as it is sent, with these values in place of those that were loaded.
    fn sent(loaded: FormState, values: &[(&str, &str)]) -> FormState {
        values.iter().fold(loaded.carrying(), |form, (name, value)| form.set(name, value))
    }

    #[test]
    fn a_late_form_keeps_what_was_changed_in_it_and_takes_over_the_rest() {
        let loaded = form("1", &[("title", "Head"), ("phone", "1"), ("about", "a\nb"), ("topic", "x"), ("topic", "y")]);
        let now = form("2", &[("title", "Deputy"), ("phone", "2"), ("about", "c"), ("topic", "z")]);
        let typed = [("title", "Director"), ("about", "a\r\nb")];
        let merged = sent(loaded, &typed).taking_over(&now);
        assert_eq!((merged.value("version"), merged.value("title"), merged.value("phone")), ("2", "Director", "2"));
        assert_eq!((merged.value("about"), merged.all("topic")), ("c", vec!["z"]));
        // The next conflict is one with what was taken over.
        let newest = form("3", &[("title", "Deputy"), ("phone", "3"), ("about", "c")]);
        let merged = merged.taking_over(&newest);
        assert_eq!((merged.value("title"), merged.value("phone"), merged.all("topic").len()), ("Director", "3", 0));
    }

    #[test]
    fn what_was_emptied_stays_empty_and_what_is_new_is_taken() {
        let loaded = form("1", &[("phone", "1")]);
        let now = form("2", &[("phone", "2"), ("since", "2024")]);
        let merged = sent(loaded, &[("phone", ""), ("since", "")]).taking_over(&now);
        assert_eq!((merged.value("phone"), merged.value("since")), ("", "2024"));
    }

    #[test]
    fn a_form_that_carries_nothing_stays_as_it_was_sent() {
        let merged = form("1", &[("phone", "1")]).taking_over(&form("2", &[("phone", "2")]));
        assert_eq!((merged.value("version"), merged.value("phone")), ("2", "1"));
    }

    #[test]
    fn what_no_form_is_loaded_with_is_not_looked_at() {
        let loaded = form("1", &[("phone", "1")]);
        let now = form("2", &[("phone", "2")]);
        let padded = |fields: usize| {
            let sent = loaded.clone().carrying();
            let carried = format!("{}{}", sent.value(LOADED), "&more=1".repeat(fields));
            sent.set(LOADED, carried).taking_over(&now)
        };
        // The version and the telephone are two of them.
        let bound = MAX_KEYS - 2;
        for (fields, phone) in [(bound, "2"), (bound + 1, "1"), (5_000, "1")] {
            let merged = padded(fields);
            assert_eq!((merged.value("version"), merged.value("phone")), ("2", phone), "{fields}");
        }
    }
}
