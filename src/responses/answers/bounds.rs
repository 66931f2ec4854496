//! How many bytes answers may have: one of them, all of a response, and the whole history.
//!
//! A value that is not right is kept as a draft only where it is plain: one value, a flat list, or the description of a
//! file. A text of JSON whose values are nested takes a hundred times its bytes once it is parsed, and it is parsed for
//! every reader. So nothing nested is stored, and nothing nested that was stored earlier is parsed.
//!
//! An answer has as many bytes as its question can need, all present answers of a response have a bound together, and
//! so has the history. At these bounds an answer is refused alone; a shorter one, or none, is always stored.

use questionnaire::{AnswerType, Question};
use serde_json::Value;

use super::types::{AnswerFaultCode, NewEntry};
use crate::responses::types::ResponseRow;

/// Most parts of a list: as many as a question has options.
const MOST_PARTS: usize = 200;
/// Most bytes of one value: a code, a number, a day.
const SCALAR: usize = 1_024;
/// Most bytes of the description of a file: its name has 255 characters at most.
const FILE: usize = 2_048;
/// Bytes of a text, and of a list, beyond what is right.
const SLACK: usize = 4_096;
/// Most characters of a text where its question says nothing.
const LONGEST_TEXT: u32 = 10_000;
/// Most bytes of a character.
const CHARACTER: usize = 4;
/// Bytes around a code in a list.
const AROUND: usize = 3;
/// The members of the description of a file.
const MEMBERS: [&str; 3] = ["name", "sha256", "size"];

/// Most bytes of all present answers of a response.
pub(in crate::responses) const MOST_ANSWERS: i64 = 2_097_152;
/// Most rows of the history of a response.
pub(in crate::responses) const MOST_CHANGES: i32 = 500_000;
/// Most bytes of the values of a history.
pub(in crate::responses) const MOST_HISTORY: i64 = 268_435_456;
/// Most bytes of the values of a page of a history, and more where the first value has more.
pub(super) const PAGE_BYTES: i64 = 524_288;
/// What a row of the history costs beside its value, in bytes.
const ENTRY: usize = 256;

/// Whether a value that is not right can be kept as a draft of an answer to this question.
pub(super) fn is_draft(question: &Question, value: &Value) -> bool {
    let is_one = |value: &Value| value.is_string() || value.is_number();
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Array(parts) => parts.iter().all(is_one),
        Value::Object(members) => {
            let is_file = matches!(one_answer(question), AnswerType::File {});
            is_file && members.iter().all(|(name, value)| MEMBERS.contains(&name.as_str()) && is_one(value))
        }
    }
}

/// Whether a list has more parts than any answer; looked at before the parts are.
pub(super) fn is_long_list(value: &Value) -> bool {
    value.as_array().is_some_and(|parts| parts.len() > MOST_PARTS)
}

/// Most bytes of an answer to a question, as it is stored.
pub(super) fn most_bytes(question: &Question) -> usize {
    match one_answer(question) {
        AnswerType::Text { most_characters, .. } => {
            let most = most_characters.unwrap_or(LONGEST_TEXT).min(LONGEST_TEXT);
            usize::try_from(most).unwrap_or(usize::MAX).saturating_mul(CHARACTER).saturating_add(SLACK)
        }
        AnswerType::Multiple { options } => {
            options.iter().map(|option| option.code.len().saturating_add(AROUND)).sum::<usize>().saturating_add(SLACK)
        }
        AnswerType::File {} => FILE,
        _ => SCALAR,
    }
}

/// What one answer to a question is: of a matrix, that of a row.
fn one_answer(question: &Question) -> &AnswerType {
    match &question.answer {
        AnswerType::Matrix { cell, .. } => cell,
        answer => answer,
    }
}

/// Whether a stored text can be parsed at little cost: one value, or one list or object of few parts.
pub(super) fn is_plain(json: &str) -> bool {
    let (mut opened, mut parts, mut is_text, mut is_escaped) = (0_usize, 0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => opened += 1,
            b',' if !is_text => parts += 1,
            _ => {}
        }
    }
    opened <= 1 && parts < MOST_PARTS
}

/// What a batch adds to a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::responses) struct Growth {
    /// Rows of the history.
    pub(in crate::responses) changes: i32,
    /// Bytes of the present answers; fewer than none where they become shorter.
    pub(in crate::responses) answers: i64,
    /// Bytes of the values of the history.
    pub(in crate::responses) history: i64,
}

impl Growth {
    /// What these rows add to a response that has none yet.
    pub(in crate::responses) fn of(entries: &[NewEntry]) -> Self {
        entries.iter().fold(Self::default(), |sum, entry| sum.with(None, entry.value.as_deref()))
    }

    /// The same with one value more, which takes the place of another.
    pub(super) fn with(self, before: Option<&str>, value: Option<&str>) -> Self {
        let (before, value) = (bytes(before), bytes(value));
        Self {
            changes: self.changes.saturating_add(1),
            answers: self.answers.saturating_add(value - before),
            history: self.history.saturating_add(value),
        }
    }

    /// Refuses a value for which a response has no room. What makes the answers no longer is stored as long as the
    /// history has room for it.
    pub(super) fn admit(
        self,
        row: &ResponseRow,
        before: Option<&str>,
        value: Option<&str>,
    ) -> Result<Self, AnswerFaultCode> {
        let grown = self.with(before, value);
        let is_longer = bytes(value) > bytes(before);
        if row.edits.saturating_add(grown.changes) > MOST_CHANGES
            || row.history_bytes.saturating_add(grown.history) > MOST_HISTORY
        {
            Err(AnswerFaultCode::HistoryFull)
        } else if is_longer && row.answer_bytes.saturating_add(grown.answers) > MOST_ANSWERS {
            Err(AnswerFaultCode::ResponseFull)
        } else {
            Ok(grown)
        }
    }

    /// The bytes that the writer is charged for.
    pub(super) fn charged(self) -> usize {
        let rows = usize::try_from(self.changes).unwrap_or_default().saturating_mul(ENTRY);
        usize::try_from(self.history).unwrap_or_default().saturating_add(rows)
    }
}

fn bytes(value: Option<&str>) -> i64 {
    value.map_or(0, |value| i64::try_from(value.len()).unwrap_or(i64::MAX))
}

/// How many of these values (the bytes of each, the newest first) belong to a page: one at least.
pub(super) fn page(sizes: &[i64]) -> usize {
    let mut sum = 0_i64;
    let fits = |size: &&i64| {
        sum = sum.saturating_add(**size);
        sum <= PAGE_BYTES
    };
    sizes.iter().take_while(fits).count().max(1).min(sizes.len())
}

#[cfg(test)]
mod tests {
    use super::super::rules::tests::questionnaire;
    use super::*;
    use crate::db::Id;
    use crate::rounds::ResponseState;
    use serde_json::json;

    fn asked(answer: &Value) -> Question {
        let label = json!({"en": "q"});
        serde_json::from_value(json!({"code": "q", "label": label, "answer": answer})).unwrap()
    }

    fn row(answer_bytes: i64, history_bytes: i64, edits: i32) -> ResponseRow {
        ResponseRow {
            id: Id::nil(),
            round_id: Id::nil(),
            organisation_id: Id::nil(),
            state: ResponseState::Draft,
            edits,
            answer_bytes,
            history_bytes,
            requested_at: None,
            requested_by: None,
            approved_at: None,
            approved_by: None,
            cancelled_at: None,
            cancelled_by: None,
            prefilled_from: None,
            approved_with: None,
            approved_shares: false,
            cancelled_cause: None,
        }
    }

    #[test]
    fn a_draft_is_plain() {
        let (text, file) = (asked(&json!({"type": "text"})), asked(&json!({"type": "file"})));
        for plain in [json!("x"), json!(-1.5), json!(true), json!(["a", 1])] {
            assert!(is_draft(&text, &plain) && is_plain(&plain.to_string()), "{plain}");
        }
        for nested in [json!([{"": 1}]), json!([[]]), json!([[1], [2]]), json!({"a": {}}), json!([null])] {
            assert!(!is_draft(&text, &nested) && !is_draft(&file, &nested), "{nested}");
        }
        let described = json!({"name": "a", "sha256": "b", "size": 1});
        assert!(is_draft(&file, &described) && !is_draft(&text, &described) && is_plain(&described.to_string()));
        assert!(!is_draft(&file, &json!({"other": 1})));
        assert!(is_plain("\"[[[{{{,,,\\\"[[[\"") && !is_plain("[[]]") && !is_plain("[{\"\":1},{\"\":1}]"));
        assert!(is_long_list(&json!(vec!["a"; MOST_PARTS + 1])) && !is_long_list(&json!(vec!["a"; MOST_PARTS])));
        assert!(!is_plain(&json!(vec!["a"; MOST_PARTS + 1]).to_string()));
    }

    #[test]
    fn whatever_is_right_has_room() {
        let long = "\u{1f6c3}".repeat(10_000);
        let text = asked(&json!({"type": "text", "is_long": true}));
        assert!(json!(long).to_string().len() <= most_bytes(&text));
        assert!(most_bytes(&asked(&json!({"type": "text", "most_characters": 10}))) < 2 * SLACK);
        assert_eq!(most_bytes(&asked(&json!({"type": "integer"}))), SCALAR);
        let matrix = questionnaire(&["yes"]);
        let matrix = matrix.questions().find(|(_, question)| question.code == "m").unwrap().1;
        assert_eq!(most_bytes(matrix), SCALAR, "by its cell");
    }

    #[test]
    fn a_full_response_takes_what_makes_it_shorter() {
        let full = row(MOST_ANSWERS, 0, 0);
        let judged = |row: &ResponseRow, before, value| Growth::default().admit(row, before, value);
        assert_eq!(judged(&full, Some("\"a\""), Some("\"ab\"")), Err(AnswerFaultCode::ResponseFull));
        assert!(judged(&full, Some("\"ab\""), Some("\"a\"")).is_ok() && judged(&full, Some("1"), None).is_ok());
        assert_eq!(judged(&row(0, MOST_HISTORY, 0), None, Some("1")), Err(AnswerFaultCode::HistoryFull));
        assert_eq!(judged(&row(0, 0, MOST_CHANGES), Some("1"), None), Err(AnswerFaultCode::HistoryFull));
        let grown = judged(&row(0, 0, 0), Some("123"), Some("12345")).unwrap();
        assert_eq!(grown, Growth { changes: 1, answers: 2, history: 5 });
        assert_eq!(grown.charged(), 5 + ENTRY);
    }

    #[test]
    fn a_page_of_a_history_has_a_bound_and_one_value_at_least() {
        assert_eq!((page(&[]), page(&[PAGE_BYTES * 2, 1]), page(&[1, 1])), (0, 1, 2));
        assert_eq!(page(&[PAGE_BYTES / 2, PAGE_BYTES / 2, 1, 1]), 2);
    }
}
