//! Whether one answer is right by itself, and its one form: codes in the order of the options, decimals as text with
//! the digits that were entered, texts in NFC. Rules that need other answers are not looked at here.

use serde::Serialize;
use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::codes::coded;
use crate::decimal::Decimal;
use crate::model::{AnswerType, Choice, Question};

/// The largest whole number that every reader of JSON keeps: 2^53 − 1.
pub(crate) const MOST_INTEGER: i64 = 9_007_199_254_740_991;
/// The most characters of a text where the question says nothing.
pub(crate) const MOST_CHARACTERS: u32 = 10_000;
const MOST_FILE_NAME: usize = 255;

coded! {
    /// Why an answer is not right.
    ValueFaultCode {
        /// There is no answer.
        Empty = "empty",
        /// The question has no such row, or has rows.
        WrongRow = "wrong_row",
        /// The answer has another type (detail: the type that is expected).
        WrongType = "wrong_type",
        /// The question has no such option.
        UnknownOption = "unknown_option",
        /// An exclusive option was chosen with others.
        NotAlone = "not_alone",
        /// A number is too small (detail: the least).
        TooSmall = "too_small",
        /// A number is too large (detail: the most).
        TooLarge = "too_large",
        /// A number is on no step of the range (detail: the step).
        OffStep = "off_step",
        /// A number has too many digits, or is none.
        NoDecimal = "no_decimal",
        /// A text is too long (detail: the most characters).
        TooLong = "too_long",
        /// A text has control characters, or a line break where it has one line.
        ControlCharacter = "control_character",
        /// There is no such day.
        NoDate = "no_date",
        /// The description of a file is not right.
        BadFile = "bad_file",
    }
}

/// Why an answer is not right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueFault {
    /// The reason.
    pub code: ValueFaultCode,
    /// The word that it is about: an option, a bound.
    pub detail: String,
}

fn fault<T>(code: ValueFaultCode, detail: impl Into<String>) -> Result<T, ValueFault> {
    Err(ValueFault { code, detail: detail.into() })
}

fn wrong_type<T>(expected: &str) -> Result<T, ValueFault> {
    fault(ValueFaultCode::WrongType, expected)
}

impl Question {
    /// Whether an answer is right, and its one form. Those of a matrix are given row by row.
    ///
    /// # Errors
    /// Why it is not.
    pub fn judge(&self, row: Option<&str>, value: &Value) -> Result<Value, ValueFault> {
        match (&self.answer, row) {
            (AnswerType::Matrix { rows, cell }, Some(row)) if rows.iter().any(|known| known.code == row) => {
                cell.judge(value)
            }
            (AnswerType::Matrix { .. }, row) => fault(ValueFaultCode::WrongRow, row.unwrap_or_default()),
            (_, Some(row)) => fault(ValueFaultCode::WrongRow, row),
            (answer, None) => answer.judge(value),
        }
    }
}

impl AnswerType {
    pub(super) fn judge(&self, value: &Value) -> Result<Value, ValueFault> {
        let is_empty = match value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(values) => values.is_empty(),
            _ => false,
        };
        if is_empty {
            return fault(ValueFaultCode::Empty, "");
        }
        match self {
            Self::Single { options } | Self::Scale { options } => single(options, value),
            Self::Multiple { options } => multiple(options, value),
            Self::Matrix { .. } => fault(ValueFaultCode::WrongRow, ""),
            Self::Integer { least, most, .. } => integer(*least, *most, value),
            Self::Decimal { least, most, .. } => {
                let number = decimal(value)?;
                within(&number, least.as_ref(), most.as_ref())?;
                Ok(Value::String(number.canonical()))
            }
            Self::Range { start, end, step } => {
                let number = decimal(value)?;
                within(&number, Some(start), Some(end))?;
                match (number.billionths() - start.billionths()).checked_rem(step.billionths()) {
                    Some(0) => Ok(Value::String(number.canonical())),
                    _ => fault(ValueFaultCode::OffStep, step.to_string()),
                }
            }
            Self::Text { most_characters, is_long } => {
                text(most_characters.unwrap_or(MOST_CHARACTERS), *is_long, value)
            }
            Self::Date {} => date(value),
            Self::File {} => file(value),
            Self::Acknowledgement {} => match value {
                Value::Bool(true) => Ok(Value::Bool(true)),
                Value::Bool(false) => fault(ValueFaultCode::Empty, ""),
                _ => wrong_type("boolean"),
            },
        }
    }
}

fn single(options: &[Choice], value: &Value) -> Result<Value, ValueFault> {
    let Value::String(code) = value else { return wrong_type("code") };
    if options.iter().any(|option| option.code == *code) {
        Ok(value.clone())
    } else {
        fault(ValueFaultCode::UnknownOption, code)
    }
}

fn multiple(options: &[Choice], value: &Value) -> Result<Value, ValueFault> {
    let Value::Array(values) = value else { return wrong_type("codes") };
    let mut is_chosen = vec![false; options.len()];
    for value in values {
        let Value::String(code) = value else { return wrong_type("codes") };
        let mut known = options.iter().zip(&mut is_chosen);
        match known.find(|(option, _)| option.code == *code) {
            Some((_, is_chosen)) => *is_chosen = true,
            None => return fault(ValueFaultCode::UnknownOption, code),
        }
    }
    let chosen: Vec<&Choice> = options.iter().zip(is_chosen).filter_map(|(option, is)| is.then_some(option)).collect();
    match chosen.iter().find(|option| option.is_exclusive) {
        Some(option) if chosen.len() > 1 => fault(ValueFaultCode::NotAlone, &option.code),
        _ => Ok(chosen.iter().map(|option| option.code.clone()).collect()),
    }
}

fn integer(least: Option<i64>, most: Option<i64>, value: &Value) -> Result<Value, ValueFault> {
    let Value::Number(number) = value else { return wrong_type("integer") };
    let Some(number) = number.as_i64() else {
        return if number.is_u64() {
            fault(ValueFaultCode::TooLarge, MOST_INTEGER.to_string())
        } else {
            wrong_type("integer")
        };
    };
    within(&number, Some(&least.unwrap_or(-MOST_INTEGER)), Some(&most.unwrap_or(MOST_INTEGER)))?;
    within(&number, Some(&-MOST_INTEGER), Some(&MOST_INTEGER))?;
    Ok(json!(number))
}

fn within<T: PartialOrd + ToString>(number: &T, least: Option<&T>, most: Option<&T>) -> Result<(), ValueFault> {
    if let Some(least) = least.filter(|least| number < *least) {
        return fault(ValueFaultCode::TooSmall, least.to_string());
    }
    if let Some(most) = most.filter(|most| number > *most) {
        return fault(ValueFaultCode::TooLarge, most.to_string());
    }
    Ok(())
}

fn decimal(value: &Value) -> Result<Decimal, ValueFault> {
    let Value::String(text) = value else { return wrong_type("decimal") };
    text.trim().parse().or_else(|_| fault(ValueFaultCode::NoDecimal, ""))
}

fn text(most: u32, is_long: bool, value: &Value) -> Result<Value, ValueFault> {
    let Value::String(text) = value else { return wrong_type("text") };
    let text: String = text.trim().replace("\r\n", "\n").nfc().collect();
    if text.chars().any(|c| c.is_control() && !(is_long && matches!(c, '\n' | '\t'))) {
        return fault(ValueFaultCode::ControlCharacter, "");
    }
    if u32::try_from(text.chars().count()).map_or(true, |count| count > most) {
        return fault(ValueFaultCode::TooLong, most.to_string());
    }
    Ok(Value::String(text))
}

fn date(value: &Value) -> Result<Value, ValueFault> {
    let Value::String(text) = value else { return wrong_type("date") };
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize| -> Option<u32> {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok()).flatten()
    };
    let day = match parts.as_slice() {
        [year, month, day] => number(year, 4).zip(number(month, 2)).zip(number(day, 2)),
        _ => None,
    };
    match day {
        Some(((year, month), day)) if year > 0 && (1..=days_of(year, month)).contains(&day) => Ok(value.clone()),
        _ => fault(ValueFaultCode::NoDate, ""),
    }
}

/// How many days a month has; none where it is no month.
fn days_of(year: u32, month: u32) -> u32 {
    let is_leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Whether a character only changes how others are shown, such as the direction of a text: the name of a file would read
/// as that of another type. The joiners, which scripts need, are none.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

fn file(value: &Value) -> Result<Value, ValueFault> {
    let Value::Object(file) = value else { return wrong_type("file") };
    let of = |file: &Map<String, Value>| -> Option<Value> {
        let hash = file.get("sha256")?.as_str()?;
        let name: String = file.get("name")?.as_str()?.trim().nfc().collect();
        let size = file.get("size")?.as_i64()?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_name = !name.is_empty()
            && name.chars().count() <= MOST_FILE_NAME
            && !name.chars().any(|c| c.is_control() || is_format(c) || matches!(c, '/' | '\\'));
        let is_right = file.len() == 3 && is_hash && is_name && (0..=MOST_INTEGER).contains(&size);
        is_right.then(|| json!({ "name": name, "sha256": hash, "size": size }))
    };
    of(file).map_or_else(|| fault(ValueFaultCode::BadFile, ""), Ok)
}
