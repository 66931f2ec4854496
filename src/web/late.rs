//! Forms that came too late: what they are about was changed since they were loaded, by somebody else or by their
//! sender in another window.
//!
//! A form carries what it was loaded with ([`LOADED`]). So it is known which fields its sender changed: these keep what
//! was sent, and all others take the values of now. Without that, a form that is sent again would put back what it
//! never touched.

use std::collections::BTreeSet;

use super::FormState;

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
    /// with the version of now.
    #[must_use]
    pub fn taking_over(self, now: &Self) -> Self {
        let loaded = self.value(LOADED).to_owned();
        let mut merged = self.set("version", now.value("version"));
        if loaded.is_empty() {
            return merged;
        }
        let loaded = Self::sent(loaded.as_bytes());
        let names = [now, &loaded].map(|form| form.clone().into_values()).into_iter().flatten();
        let names: BTreeSet<String> = names.map(|(name, _)| name).collect();
        for name in names.iter().filter(|name| !OF_FORM.contains(&name.as_str())) {
            if content(&merged, name) == content(&loaded, name) {
                merged = merged.set_all(name, &now.all(name));
            }
        }
        let carried = now.clone().carrying();
        merged.set(LOADED, carried.value(LOADED))
    }
}

/// What is in a field, whatever the order of its values: a choice that is not made and an empty text are nothing.
fn content(form: &FormState, name: &str) -> Vec<String> {
    let values = form.all(name).into_iter().map(|value| value.trim().replace("\r\n", "\n"));
    let mut values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
    values.sort_unstable();
    values
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
}
