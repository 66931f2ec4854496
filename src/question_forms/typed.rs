//! Values as controls show and send them.
//!
//! What was typed and is no right value stays the text that it is, so that it is shown again as it was typed. A value
//! that is shown and sent back unchanged is read as the same value.

use std::collections::HashSet;

use questionnaire::{AnswerType, Decimal};
use serde_json::Value;

/// What the box of an acknowledgement sends.
pub(super) const TICKED: &str = "yes";
/// Languages that write a comma before the fraction of a number.
const WITH_COMMA: [&str; 14] = ["ar", "cs", "de", "es", "fr", "id", "it", "nl", "pl", "pt", "ru", "tr", "uk", "vi"];

/// What the controls of a question show of a value, in this language: a text for most, the chosen codes of a choice.
#[must_use]
pub fn typed(answer: &AnswerType, value: &Value, language: &str) -> Vec<String> {
    match (answer, value) {
        (AnswerType::Acknowledgement {}, Value::Bool(true)) => vec![TICKED.to_owned()],
        (_, Value::Null) | (AnswerType::Acknowledgement {}, Value::Bool(false)) => Vec::new(),
        (AnswerType::Decimal { .. } | AnswerType::Range { .. }, Value::String(text)) => {
            let is_number = text.trim().parse::<Decimal>().is_ok();
            vec![if is_number && has_comma(language) { text.replace('.', ",") } else { text.clone() }]
        }
        (_, Value::Array(values)) => values.iter().map(plain).collect(),
        (_, other) => vec![plain(other)],
    }
}

/// A value as plain text.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The value that these texts of a question's controls mean, written in this language; none where nothing is answered.
#[must_use]
pub fn read(answer: &AnswerType, sent: &[&str], language: &str) -> Option<Value> {
    let first = sent.iter().find(|text| !text.trim().is_empty())?;
    match answer {
        AnswerType::Multiple { .. } => {
            let mut seen = HashSet::new();
            let chosen = sent.iter().copied().filter(|code| !code.trim().is_empty() && seen.insert(*code));
            let codes: Vec<&str> = chosen.collect();
            Some(Value::from(codes))
        }
        AnswerType::Integer { .. } => Some(integer(first)),
        AnswerType::Decimal { .. } | AnswerType::Range { .. } => Some(Value::from(decimal(first, language))),
        AnswerType::Text { .. } => Some(Value::from(first.replace("\r\n", "\n").replace('\r', "\n"))),
        AnswerType::Acknowledgement {} if *first == TICKED => Some(Value::Bool(true)),
        _ => Some(Value::from(*first)),
    }
}

/// Name and size of a file that was handed in.
pub(super) fn file(value: &Value) -> Option<(String, String)> {
    let name = value.get("name")?.as_str()?.to_owned();
    Some((name, value.get("size")?.to_string()))
}

/// A whole number, or what was typed in its place.
fn integer(text: &str) -> Value {
    let number = ungrouped(text);
    let is_written_so = number.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    match number.parse::<i64>() {
        Ok(number) if is_written_so => Value::from(number),
        _ => Value::from(text.trim()),
    }
}

/// A decimal number with a point, or what was typed in its place.
fn decimal(text: &str, language: &str) -> String {
    let number = ungrouped(text);
    let is_pointed = has_comma(language) && number.matches(',').count() == 1 && !number.contains('.');
    let number = if is_pointed { number.replace(',', ".") } else { number };
    if number.parse::<Decimal>().is_ok() { number } else { text.trim().to_owned() }
}

/// A number without the blanks between groups of three digits.
fn ungrouped(text: &str) -> String {
    let text = text.trim();
    let whole = text.split(['.', ',']).next().unwrap_or_default();
    let mut groups = whole.trim_start_matches('-').split([' ', '\u{a0}', '\u{202f}']);
    let is_head = groups.next().is_some_and(|head| (1..=3).contains(&head.len()));
    if is_head && groups.all(|group| group.len() == 3) {
        text.replace([' ', '\u{a0}', '\u{202f}'], "")
    } else {
        text.to_owned()
    }
}

fn has_comma(language: &str) -> bool {
    WITH_COMMA.contains(&language.split('-').next().unwrap_or(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use questionnaire::{Choice, Texts};
    use serde_json::json;

    fn integers() -> AnswerType {
        AnswerType::Integer { least: None, most: None, unit: Texts::new() }
    }

    fn decimals() -> AnswerType {
        AnswerType::Decimal { least: None, most: None, unit: Texts::new() }
    }

    fn options() -> Vec<Choice> {
        let option = |code: &str| Choice { code: code.to_owned(), label: Texts::new(), is_exclusive: false };
        ["a", "b"].map(option).into()
    }

    #[test]
    fn numbers_are_read_as_each_language_writes_them() {
        let whole = |text: &str| read(&integers(), &[text], "en");
        assert_eq!(whole(" 1 250 "), Some(json!(1250)));
        assert_eq!(whole("-7"), Some(json!(-7)));
        for wrong in ["12 people", "1.5", "+3", "1 25", "99999999999999999999", "१२"] {
            assert_eq!(whole(wrong), Some(json!(wrong)), "kept as typed");
        }
        let number = |text: &str, language| read(&decimals(), &[text], language);
        assert_eq!(number("12,50", "fr"), Some(json!("12.50")));
        assert_eq!(number("1\u{202f}250,5", "fr-BE"), Some(json!("1250.5")));
        assert_eq!(number("12.5", "fr"), Some(json!("12.5")));
        assert_eq!(number("12,500", "en"), Some(json!("12,500")), "a thousand or a fraction? kept as typed");
        assert_eq!(number("1,2,3", "fr"), Some(json!("1,2,3")));
    }

    #[test]
    fn nothing_is_no_answer() {
        let text = AnswerType::Text { most_characters: None, is_long: true };
        for answer in [integers(), decimals(), text, AnswerType::Multiple { options: options() }] {
            assert_eq!(read(&answer, &[], "en"), None);
            assert_eq!(read(&answer, &[" ", ""], "en"), None, "the way back to no answer");
        }
    }

    #[test]
    fn texts_keep_their_lines_and_choices_their_codes() {
        let text = AnswerType::Text { most_characters: None, is_long: true };
        assert_eq!(read(&text, &[" one\r\ntwo\rthree"], "en"), Some(json!(" one\ntwo\nthree")));
        let several = AnswerType::Multiple { options: options() };
        assert_eq!(read(&several, &["b", "a", "b"], "en"), Some(json!(["b", "a"])));
        assert_eq!(read(&AnswerType::Single { options: options() }, &["zz"], "en"), Some(json!("zz")), "kept");
        assert_eq!(read(&AnswerType::Acknowledgement {}, &["yes"], "en"), Some(json!(true)));
    }

    #[test]
    fn what_is_shown_and_sent_back_is_the_same() {
        let cases = [
            (integers(), json!(-1250)),
            (integers(), json!("a dozen")),
            (decimals(), json!("1250.50")),
            (decimals(), json!("12,5 or so")),
            (AnswerType::Text { most_characters: None, is_long: true }, json!("a\n\nb ")),
            (AnswerType::Multiple { options: options() }, json!(["a", "gone"])),
            (AnswerType::Scale { options: options() }, json!("gone")),
            (AnswerType::Date {}, json!("31 June")),
            (AnswerType::Acknowledgement {}, json!(true)),
        ];
        for (answer, value) in cases {
            for language in ["en", "fr"] {
                let shown = typed(&answer, &value, language);
                let sent: Vec<&str> = shown.iter().map(String::as_str).collect();
                assert_eq!(read(&answer, &sent, language), Some(value.clone()), "{language}");
            }
        }
    }
}
