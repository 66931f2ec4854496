//! What a page knew of an answer when it showed it: the revision, and a fingerprint of what its control would send if
//! nobody touched it.

use questionnaire::AnswerType;
use serde_json::Value;

use super::typed::{read, typed};
use crate::secrets;

/// Hexadecimal digits of a fingerprint.
const DIGITS: usize = 16;

/// The field of a question, or of a row of a matrix. Codes have no colon.
#[must_use]
pub fn field_name(question: &str, row: Option<&str>) -> String {
    row.map_or_else(|| format!("q:{question}"), |row| format!("q:{question}:{row}"))
}

/// The question and the row of a field.
pub(super) fn parts_of(name: &str) -> Option<(&str, Option<&str>)> {
    let rest = name.strip_prefix("q:")?;
    Some(rest.split_once(':').map_or((rest, None), |(question, row)| (question, Some(row))))
}

/// What a page knew of an answer. As text it is `<revision>.<fingerprint>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The revision; 0 where there was no answer.
    pub revision: i64,
    fingerprint: String,
}

impl Known {
    /// That of a stored value, which a control shows in this language.
    #[must_use]
    pub fn of(answer: &AnswerType, value: Option<&Value>, revision: i64, language: &str) -> Self {
        let shown = value.map(|value| typed(answer, value, language)).unwrap_or_default();
        let sent: Vec<&str> = shown.iter().map(String::as_str).collect();
        Self { revision, fingerprint: fingerprint(read(answer, &sent, language).as_ref()) }
    }

    /// That of a text; none where it is no such text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (revision, fingerprint) = text.split_once('.')?;
        let revision = revision.parse().ok().filter(|revision| *revision >= 0)?;
        Some(Self { revision, fingerprint: fingerprint.to_owned() })
    }

    /// Whether the control was left alone, if it sends this value now.
    #[must_use]
    pub fn is_untouched(&self, sent: Option<&Value>) -> bool {
        self.fingerprint == fingerprint(sent)
    }
}

impl std::fmt::Display for Known {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.revision, self.fingerprint)
    }
}

fn fingerprint(value: Option<&Value>) -> String {
    let text = value.map(ToString::to_string).unwrap_or_default();
    let mut digits = secrets::hex(&secrets::fingerprint(&text));
    digits.truncate(DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use questionnaire::Texts;
    use serde_json::json;

    #[test]
    fn what_is_shown_and_left_alone_is_untouched() {
        let answer = AnswerType::Decimal { least: None, most: None, unit: Texts::new() };
        let known = Known::of(&answer, Some(&json!("12.50")), 4, "fr");
        let again = Known::parse(&known.to_string()).unwrap();
        assert_eq!((again.revision, &again), (4, &known));
        assert!(again.is_untouched(read(&answer, &["12,50"], "fr").as_ref()));
        assert!(!again.is_untouched(read(&answer, &["12,6"], "fr").as_ref()));
        assert!(!again.is_untouched(None), "emptied");
        assert!(Known::of(&answer, None, 0, "en").is_untouched(None));
        for wrong in ["", "4", "x.1", "-1.ab"] {
            assert_eq!(Known::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_field_names_question_and_row() {
        assert_eq!(parts_of(&field_name("q-1", None)), Some(("q-1", None)));
        assert_eq!(parts_of(&field_name("q.1", Some("r_2"))), Some(("q.1", Some("r_2"))));
        assert_eq!(parts_of("known"), None);
    }
}
