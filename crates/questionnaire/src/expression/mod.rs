//! The language of rules: a part of `XPath`, as `XLSForm` has it.
//!
//! `or`, `and`, comparisons, sums and products bind in this order, the weakest first. Operands are texts in quotes,
//! numbers, the answer of a question (`${code}`), the own answer (`.`, in constraints), and the functions `selected`,
//! `not`, `count-selected`, `string-length`, `true`, `false`. A rule is a tree, and is written as text in one way.
//!
//! A question that is not answered is the empty text: `${q} != 'a'` holds then, `${q} > 3` does not. `selected` of a
//! question with one answer is equality. Left out: paths, dates, and all other functions.

mod parser;
mod value;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use parser::ExpressionFault;
pub use value::{Held, Known};

use crate::decimal::Decimal;

/// A rule, as a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Expression {
    /// One of these holds.
    Any(Vec<Expression>),
    /// All of these hold.
    All(Vec<Expression>),
    /// Two operands compare or compute so.
    Binary(Box<Expression>, Operator, Box<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
    /// The answer has this option.
    Selected(Box<Expression>, String),
    /// How many options the answer has.
    CountSelected(Box<Expression>),
    /// How many characters it has.
    StringLength(Box<Expression>),
    /// The answer of a question or of a row of a matrix.
    Answer(String),
    /// The answer that a constraint is about.
    Own,
    /// A text.
    Text(String),
    /// A number.
    Number(Decimal),
    /// True or false.
    Boolean(bool),
}

/// How two operands compare or compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `div`
    Divided,
    /// `mod`
    Remainder,
}

impl Operator {
    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Divided => "div",
            Self::Remainder => "mod",
        }
    }

    /// Whether it compares by size.
    pub fn is_order(self) -> bool {
        matches!(self, Self::Less | Self::AtMost | Self::More | Self::AtLeast)
    }

    /// How strongly it binds.
    fn strength(self) -> u8 {
        match self {
            Self::Plus | Self::Minus => 4,
            Self::Times | Self::Divided | Self::Remainder => 5,
            _ => 3,
        }
    }
}

impl Expression {
    fn strength(&self) -> u8 {
        match self {
            Self::Any(_) => 1,
            Self::All(_) => 2,
            Self::Binary(_, operator, _) => operator.strength(),
            _ => 6,
        }
    }

    /// The parts of it, one level down.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Any(parts) | Self::All(parts) => parts.iter().collect(),
            Self::Binary(left, _, right) => vec![left, right],
            Self::Not(part) | Self::Selected(part, _) | Self::CountSelected(part) | Self::StringLength(part) => {
                vec![part]
            }
            Self::Answer(_) | Self::Own | Self::Text(_) | Self::Number(_) | Self::Boolean(_) => Vec::new(),
        }
    }

    /// It and all of its parts, the whole first.
    pub fn all_parts(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        let mut waiting = vec![self];
        while let Some(part) = waiting.pop() {
            found.push(part);
            waiting.extend(part.parts().into_iter().rev());
        }
        found
    }

    /// How many bytes it has as text.
    pub(crate) fn bytes(&self) -> usize {
        self.to_string().len()
    }

    /// The questions whose answers it depends on.
    pub fn questions(&self) -> BTreeSet<&str> {
        let parts = self.all_parts().into_iter();
        parts.filter_map(|part| if let Self::Answer(code) = part { Some(code.as_str()) } else { None }).collect()
    }
}

/// Writes a part, in parentheses where it binds less than `least`.
struct Inside<'a>(&'a Expression, u8);

impl fmt::Display for Inside<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(part, least) = self;
        if part.strength() < *least { write!(out, "({part})") } else { write!(out, "{part}") }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |out: &mut fmt::Formatter<'_>, parts: &[Self], word: &str, strength: u8| {
            for (number, part) in parts.iter().enumerate() {
                let before = if number == 0 { "" } else { word };
                write!(out, "{before}{}", Inside(part, strength + 1))?;
            }
            Ok(())
        };
        match self {
            Self::Any(parts) => joined(out, parts, " or ", 1),
            Self::All(parts) => joined(out, parts, " and ", 2),
            Self::Binary(left, operator, right) => {
                let strength = operator.strength();
                // `a - (b - c)` needs what `(a - b) - c` does not; comparisons are not chained.
                let least = if strength == 3 { strength + 1 } else { strength };
                write!(out, "{} {} {}", Inside(left, least), operator.as_str(), Inside(right, strength + 1))
            }
            Self::Not(part) => write!(out, "not({part})"),
            Self::Selected(part, code) => write!(out, "selected({part}, {})", quoted(code)),
            Self::CountSelected(part) => write!(out, "count-selected({part})"),
            Self::StringLength(part) => write!(out, "string-length({part})"),
            Self::Answer(code) => write!(out, "${{{code}}}"),
            Self::Own => out.write_str("."),
            Self::Text(text) => out.write_str(&quoted(text)),
            Self::Number(number) => write!(out, "{number}"),
            Self::Boolean(value) => write!(out, "{value}()"),
        }
    }
}

/// `XPath` has no escapes: a text holds one kind of quotes at most, which the parser sees to.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

impl From<Expression> for String {
    fn from(rule: Expression) -> Self {
        rule.to_string()
    }
}

impl TryFrom<String> for Expression {
    type Error = ExpressionFault;

    fn try_from(text: String) -> Result<Self, ExpressionFault> {
        text.parse()
    }
}
