//! The value of a rule, given answers.
//!
//! The conversions of `XPath`, as forms know them: a comparison with a number is one of numbers, where text that is no
//! number equals nothing; a text holds if it is not empty, a number if it is not zero.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

use super::{Expression, Operator};
use crate::decimal::Decimal;

/// What an answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// A text, a code or a day; the empty text where there is no answer.
    Text(String),
    /// A number.
    Number(Decimal),
    /// The codes of chosen options.
    Codes(Vec<String>),
}

impl Held {
    /// No answer.
    pub fn nothing() -> Self {
        Self::Text(String::new())
    }
}

/// Whoever knows answers.
pub trait Known {
    /// The answer of a question, or of a row of a matrix; none where there is none.
    fn answer(&self, code: &str) -> Option<&Held>;
}

impl<K: Borrow<str> + Eq + Hash, S: BuildHasher> Known for HashMap<K, Held, S> {
    fn answer(&self, code: &str) -> Option<&Held> {
        self.get(code)
    }
}

/// A value on the way; no number is what text is that is none.
enum Value<'a> {
    Text(&'a str),
    Codes(&'a [String]),
    Number(Decimal),
    Boolean(bool),
    NoNumber,
}

impl<'a> From<&'a Held> for Value<'a> {
    fn from(held: &'a Held) -> Self {
        match held {
            Held::Text(text) => Self::Text(text),
            Held::Codes(codes) => Self::Codes(codes),
            Held::Number(number) => Self::Number(number.clone()),
        }
    }
}

impl Value<'_> {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => number.to_string().into(),
            Self::Codes(codes) => codes.join(" ").into(),
            Self::Boolean(value) => value.to_string().into(),
            Self::NoNumber => "NaN".into(),
        }
    }

    fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(number.clone()),
            Self::Boolean(value) => Some(Decimal::whole(i32::from(*value))),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Codes([code]) => code.trim().parse().ok(),
            // The codes of several options have spaces between them.
            Self::NoNumber | Self::Codes(_) => None,
        }
    }

    fn holds(&self) -> bool {
        match self {
            Self::Boolean(value) => *value,
            Self::NoNumber => false,
            Self::Number(number) => number.billionths() != 0,
            Self::Text(text) => !text.is_empty(),
            Self::Codes(codes) => codes.len() > 1 || codes.iter().any(|code| !code.is_empty()),
        }
    }

    /// Whether two are the same text. Codes are not joined for that: a rule may compare many of them many times.
    fn is_same_text(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Codes(codes), Self::Codes(others)) => codes == others,
            (Self::Codes(codes), other) | (other, Self::Codes(codes)) => {
                let text = other.text();
                if codes.is_empty() { text.is_empty() } else { text.split(' ').eq(codes.iter().map(String::as_str)) }
            }
            _ => self.text() == other.text(),
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::NoNumber)
    }

    fn of(number: Option<Decimal>) -> Self {
        number.map_or(Self::NoNumber, Self::Number)
    }

    fn count(number: usize) -> Self {
        Self::of(i32::try_from(number).ok().map(Decimal::whole))
    }
}

impl Expression {
    /// Whether the rule holds for these answers; `own` is the answer that a constraint is about.
    pub fn holds(&self, answers: &impl Known, own: &Held) -> bool {
        self.value(answers, own).holds()
    }

    fn value<'a>(&'a self, answers: &'a impl Known, own: &'a Held) -> Value<'a> {
        match self {
            Self::Any(parts) => Value::Boolean(parts.iter().any(|part| part.holds(answers, own))),
            Self::All(parts) => Value::Boolean(parts.iter().all(|part| part.holds(answers, own))),
            Self::Not(part) => Value::Boolean(!part.holds(answers, own)),
            Self::Selected(part, code) => Value::Boolean(match part.value(answers, own) {
                Value::Codes(codes) => codes.contains(code),
                other => other.text() == *code,
            }),
            Self::CountSelected(part) => match part.value(answers, own) {
                Value::Codes(codes) => Value::count(codes.len()),
                other => Value::count(usize::from(!other.text().is_empty())),
            },
            Self::StringLength(part) => Value::count(part.value(answers, own).text().chars().count()),
            Self::Answer(code) => answers.answer(code).map_or(Value::Text(""), Value::from),
            Self::Own => Value::from(own),
            Self::Text(text) => Value::Text(text),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Boolean(value) => Value::Boolean(*value),
            Self::Binary(left, operator, right) => {
                computed(&left.value(answers, own), *operator, &right.value(answers, own))
            }
        }
    }
}

fn computed<'a>(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> Value<'a> {
    let numbers = || left.number().zip(right.number());
    let order = |is_right: fn(Ordering) -> bool| numbers().is_some_and(|(left, right)| is_right(left.cmp(&right)));
    let number = |operation: fn(i128, i128) -> Option<i128>| {
        Value::of(numbers().and_then(|(left, right)| left.computed(&right, operation)))
    };
    match operator {
        Operator::Equal => Value::Boolean(are_equal(left, right)),
        Operator::Unequal => Value::Boolean(!are_equal(left, right)),
        Operator::Less => Value::Boolean(order(Ordering::is_lt)),
        Operator::AtMost => Value::Boolean(order(Ordering::is_le)),
        Operator::More => Value::Boolean(order(Ordering::is_gt)),
        Operator::AtLeast => Value::Boolean(order(Ordering::is_ge)),
        Operator::Plus => number(i128::checked_add),
        Operator::Minus => number(i128::checked_sub),
        Operator::Times => number(|left, right| Some(left.checked_mul(right)? / 1_000_000_000)),
        Operator::Divided => number(|left, right| left.checked_mul(1_000_000_000)?.checked_div(right)),
        Operator::Remainder => number(i128::checked_rem),
    }
}

fn are_equal(left: &Value<'_>, right: &Value<'_>) -> bool {
    if matches!(left, Value::Boolean(_)) || matches!(right, Value::Boolean(_)) {
        left.holds() == right.holds()
    } else if left.is_number() || right.is_number() {
        left.number().zip(right.number()).is_some_and(|(left, right)| left == right)
    } else {
        left.is_same_text(right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(rule: &str) -> bool {
        let answers = HashMap::from([
            ("single", Held::Text("no".to_owned())),
            ("many", Held::Codes(vec!["ai_ml".to_owned(), "cloud".to_owned()])),
            ("staff", Held::Number("12.50".parse().unwrap())),
            ("words", Held::Text("3".to_owned())),
            ("both", Held::Text("ai_ml cloud".to_owned())),
            ("level", Held::Codes(vec!["2".to_owned()])),
            ("levels", Held::Codes(vec!["2".to_owned(), "3".to_owned()])),
            ("none", Held::Codes(Vec::new())),
        ]);
        rule.parse::<Expression>().unwrap().holds(&answers, &Held::Text("été".to_owned()))
    }

    #[test]
    fn answers_decide_rules() {
        for rule in [
            "${single} = 'no'",
            "selected(${single}, 'no')",
            "selected(${many}, 'cloud') and not(selected(${many}, 'iot'))",
            "count-selected(${many}) = 2 and count-selected(${single}) = 1 and count-selected(${open}) = 0",
            "${staff} = 12.5 and ${staff} > 12 and ${staff} - 0.5 = 12 and ${staff} * 2 = 25 and ${staff} div 5 = 2.5",
            "${words} + 1 = 4 and ${words} mod 2 = 1",
            "string-length(.) = 3",
            "${open} != 'a' and ${open} = ''",
            "${open} != 3",
            "true() and not(false()) and ${single} and not(${open})",
            "${staff} div 0 != 1",
            "${many} = 'ai_ml cloud' and ${both} = ${many} and ${many} = ${many} and ${many} != ${levels}",
            "${many} != 'ai_ml' and ${many} != 'ai_ml cloud iot' and 'ai_ml clou' != ${many}",
            "${level} = 2 and ${level} + 1 = 3 and ${levels} != 2 and not(${levels} > 1)",
            "${none} = '' and ${none} = ${open} and not(${none}) and ${many} and ${level}",
            "string-length(${many}) = 11",
        ] {
            assert!(holds(rule), "{rule}");
        }
        for rule in ["${open} > 3", "${open} < 3", "${single} = 0", "${staff} = 'x'", "${staff} div 0 = 1", "false()"] {
            assert!(!holds(rule), "{rule}");
        }
    }
}
