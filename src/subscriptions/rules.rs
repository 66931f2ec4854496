//! Rules of topics and subscriptions.

use std::collections::{BTreeMap, BTreeSet};

use super::types::GivenTopic;
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::i18n::Language;
use crate::mail::consent::EVERY_TOPIC;
use crate::text;

/// Longest name of a topic.
pub const MAX_NAME: usize = 100;

/// The topics that a person has unsubscribed from after a choice (`given`), with those before (`known`). `codes` are
/// all topics, retired ones included: a topic that comes back is unsubscribed as before. A person who has unsubscribed
/// from all topics, future ones included, stays so until one is chosen.
pub(super) fn left_after(
    known: &BTreeSet<String>,
    codes: &[String],
    given: &BTreeMap<String, bool>,
) -> BTreeSet<String> {
    let all = known.contains(EVERY_TOPIC);
    if all && !given.values().any(|&wanted| wanted) {
        return known.clone();
    }
    let is_left = |code: &&String| given.get(*code).map_or(all || known.contains(*code), |&wanted| !wanted);
    codes.iter().filter(is_left).cloned().collect()
}

/// Validates the code of a new topic.
///
/// # Errors
/// 422 where it is no code, or that of a known topic.
pub(super) fn check_new_code(code: &str, is_known: bool) -> Result<(), Error> {
    let mut faults = FieldErrors::new();
    if !text::is_code(code) {
        faults.add(FieldError::new("/topic", FieldCode::BadCode).with("value", text::shown(code)));
    } else if is_known {
        faults.add(FieldError::new("/topic", FieldCode::Duplicate));
    }
    faults.finish()
}

/// Validates the names of a topic. They appear in mails and on pages of the portal, so they must not imitate its own
/// texts.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn topic_names(code: &str, given: &GivenTopic) -> Result<BTreeMap<Language, String>, Error> {
    let mut faults = FieldErrors::new();
    if !text::is_code(code) {
        faults.add(FieldError::new("", FieldCode::BadCode).with("value", text::shown(code)));
    }
    for language in [Language::En, Language::Fr] {
        if !given.names.contains_key(&language) {
            faults.add(FieldError::new(format!("/names/{language}"), FieldCode::Missing));
        }
    }
    let mut names = BTreeMap::new();
    for (&language, name) in &given.names {
        if let Some(name) = faults.take(&format!("/names/{language}"), text::name::thing(name, MAX_NAME)) {
            names.insert(language, name);
        }
    }
    faults.finish_with(Some(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|&code| code.to_owned()).collect()
    }

    #[test]
    fn a_topic_that_was_left_stays_left_until_it_is_wanted() {
        let codes = ["events", "news", "old"].map(str::to_owned);
        let after = |known: &[&str], given: &[(&str, bool)]| {
            let given = given.iter().map(|&(code, wanted)| (code.to_owned(), wanted)).collect();
            left_after(&set(known), &codes, &given)
        };
        assert_eq!(after(&["old"], &[]), set(&["old"]));
        assert_eq!(after(&["old"], &[("news", false)]), set(&["news", "old"]));
        assert_eq!(after(&["news", "old"], &[("news", true)]), set(&["old"]));
        // All of them, including future ones.
        assert_eq!(after(&[EVERY_TOPIC], &[]), set(&[EVERY_TOPIC]));
        assert_eq!(after(&[EVERY_TOPIC], &[("news", false)]), set(&[EVERY_TOPIC]));
        assert_eq!(after(&[EVERY_TOPIC], &[("news", true)]), set(&["events", "old"]));
    }
}
