//! What hinders a questionnaire from being published: what it contradicts itself in, which the crate of questionnaires
//! finds, and titles that mails must not quote.
//!
//! Mails name the sections that somebody is asked to fill in. A title with a link would lead the readers of the portal's
//! own mail to wherever its author likes, so titles of sections are written as names of things are.

use questionnaire::{Fault, FaultCode, MOST_FAULTS, Questionnaire, Section};

use crate::error::{FieldCode, FieldError};
use crate::text;

/// All faults of a questionnaire.
pub(super) fn check(questionnaire: &Questionnaire) -> Vec<Fault> {
    let mut faults = questionnaire::check(questionnaire);
    let room = MOST_FAULTS.saturating_sub(faults.len());
    faults.extend(linked_titles(questionnaire).into_iter().take(room));
    faults
}

/// The titles of sections that mails must not quote.
pub(super) fn linked_titles(questionnaire: &Questionnaire) -> Vec<Fault> {
    let of_section = |(index, section): (usize, &Section)| {
        let linked = section.title.iter().filter(|(_, title)| is_linked(title));
        let fault = |(language, title): (&String, &String)| Fault {
            place: format!("/sections/{index}/title/{language}"),
            code: FaultCode::LinkInTitle,
            detail: text::shown(title),
            nearest: None,
        };
        linked.map(fault).collect::<Vec<_>>()
    };
    questionnaire.sections.iter().enumerate().take(MOST_FAULTS).flat_map(of_section).collect()
}

/// The title of a section as mails quote it, in one line; none if it has a link or hidden characters. One that was
/// published by an earlier version of the portal may have them.
#[must_use]
pub fn quoted_title(title: &str) -> Option<String> {
    judged(title).ok()
}

fn is_linked(title: &str) -> bool {
    let is_meant = |fault: FieldError| matches!(fault.code, FieldCode::LinkInName | FieldCode::ControlCharacters);
    judged(title).is_err_and(is_meant)
}

fn judged(title: &str) -> Result<String, FieldError> {
    let line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    text::name::thing(&line, usize::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_title_of_a_section_has_no_link() {
        let found = |title: &str| {
            let section = json!({"code": "one", "title": {"en": title, "fr": "Outils"}, "items": []});
            let asked = json!({"languages": ["en", "fr"], "title": {"en": "S", "fr": "S"}, "sections": [section]});
            linked_titles(&serde_json::from_value(asked).unwrap())
        };
        for title in ["Tools", "1. General information", "Who you are\nand what you do", "—", ""] {
            assert!(found(title).is_empty(), "{title}");
        }
        for title in ["Log in at https://evil.example/x", "See evil.com", "Write to x@evil.org", "e\u{200b}vil.com"] {
            let faults = found(title);
            assert_eq!(faults.len(), 1, "{title}");
            assert_eq!((faults[0].code, faults[0].place.as_str()), (FaultCode::LinkInTitle, "/sections/0/title/en"));
        }
    }
}
