//! Types of answers from the sheet `survey`: `select_one list`, `integer`, `range`, with their bounds.

use super::headers::Row;
use super::survey::Survey;
use super::{LONG, MATRIX, SCALE, SheetFaultCode, SheetNoteCode, TABLE};
use crate::decimal::Decimal;
use crate::expression::{Expression, Operator};
use crate::model::{AnswerType, Choice};

/// What a row asks.
pub(super) enum Kind {
    /// Nothing.
    Skipped,
    /// A text to read.
    Note,
    /// An answer of this type.
    Answer(Word),
}

/// The type of an answer, without its details.
#[derive(Clone, Debug)]
pub(super) enum Word {
    One(String),
    Several(String),
    Integer,
    Decimal,
    Range,
    Text,
    Date,
    File,
    Acknowledgement,
}

/// A type of answers, and what is beside it.
pub(super) struct Read {
    pub(super) answer: AnswerType,
    pub(super) constraint: Option<Expression>,
    /// The rows of its options.
    pub(super) option_rows: Vec<usize>,
}

/// Types that record circumstances.
const CIRCUMSTANCES: [&str; 12] = [
    "start",
    "end",
    "today",
    "deviceid",
    "subscriberid",
    "simserial",
    "phonenumber",
    "username",
    "email",
    "audit",
    "start-geopoint",
    "background-audio",
];

impl<'t> Survey<'t, '_> {
    /// What a row asks.
    pub(super) fn kind(&mut self, row: &'t Row) -> Kind {
        let text = self.cell(row, "type");
        let lower = text.to_lowercase();
        if let Some((is_one, list)) = select(text) {
            let list = self.without_other(row, &list);
            return Kind::Answer(if is_one { Word::One(list) } else { Word::Several(list) });
        }
        Kind::Answer(match lower.as_str() {
            "" => {
                self.fault(row, "type", SheetFaultCode::MissingType, self.cell(row, "name"));
                return Kind::Skipped;
            }
            "note" => return Kind::Note,
            "text" | "string" => Word::Text,
            "integer" | "int" => Word::Integer,
            "decimal" => Word::Decimal,
            "range" => Word::Range,
            "date" => Word::Date,
            "file" | "image" | "photo" => Word::File,
            "acknowledge" => Word::Acknowledgement,
            word if CIRCUMSTANCES.contains(&word) => {
                self.note(row, "type", SheetNoteCode::IgnoredType, text);
                return Kind::Skipped;
            }
            _ => {
                let word = text.split_whitespace().next().unwrap_or_default();
                self.fault(row, "type", SheetFaultCode::UnsupportedType, word);
                return Kind::Skipped;
            }
        })
    }

    /// The list without `or_other`.
    fn without_other(&mut self, row: &'t Row, list: &str) -> String {
        for other in ["or_other", "or other", "or specify other"] {
            if let Some(list) = list.strip_suffix(other) {
                self.fault(row, "type", SheetFaultCode::OrOther, list.trim());
                return list.trim().to_owned();
            }
        }
        list.to_owned()
    }

    /// The type of answers that a row asks for.
    pub(super) fn answer(&mut self, row: &'t Row, word: Word) -> Read {
        let appearances: Vec<&str> = self.cell(row, "appearance").split_whitespace().collect();
        let has = |appearance: &str| appearances.contains(&appearance);
        let known = [TABLE, MATRIX, SCALE, LONG, "label", "list-nolabel"];
        for other in appearances.iter().filter(|appearance| !known.contains(appearance)) {
            self.note(row, "appearance", SheetNoteCode::IgnoredAppearance, other);
        }
        if !matches!(word, Word::Range) && !self.cell(row, "parameters").is_empty() {
            self.note(row, "parameters", SheetNoteCode::IgnoredCell, self.cell(row, "parameters"));
        }
        let mut option_rows = Vec::new();
        let mut answer = match word {
            Word::One(list) => {
                let options = self.options(row, &list, &mut option_rows);
                if has(SCALE) { AnswerType::Scale { options } } else { AnswerType::Single { options } }
            }
            Word::Several(list) => AnswerType::Multiple { options: self.options(row, &list, &mut option_rows) },
            Word::Integer => AnswerType::Integer {
                least: self.number(row, "least"),
                most: self.number(row, "most"),
                unit: self.texts(row, "unit"),
            },
            Word::Decimal => AnswerType::Decimal {
                least: self.number(row, "least"),
                most: self.number(row, "most"),
                unit: self.texts(row, "unit"),
            },
            Word::Range => self.range(row),
            Word::Text => AnswerType::Text { most_characters: self.number(row, "most"), is_long: has(LONG) },
            Word::Date => AnswerType::Date {},
            Word::File => AnswerType::File {},
            Word::Acknowledgement => AnswerType::Acknowledgement {},
        };
        let rule = self.rule(row, "constraint");
        let mut messages = self.source.survey.cells(row).filter(|(column, _)| column.base == "constraint_message");
        let has_message = messages.next().is_some();
        let constraint = rule.and_then(|rule| without_bounds(rule, &mut answer, has_message));
        Read { answer, constraint, option_rows }
    }

    fn options(&mut self, row: &'t Row, list: &str, rows: &mut Vec<usize>) -> Vec<Choice> {
        let Some(options) = self.lists.get(list) else {
            let table = &self.source.survey;
            let lists = self.lists.keys().map(String::as_str);
            let near = self.told.nearest(list, lists);
            let column = table.header("type", None);
            self.told.fault_near(&table.name, row.number, &column, SheetFaultCode::UnknownList, list, near);
            return Vec::new();
        };
        self.used.insert(list.to_owned());
        if !self.takes_options(row, options) {
            return Vec::new();
        }
        rows.extend(options.iter().map(|(row, _)| *row));
        options.iter().map(|(_, option)| option.clone()).collect()
    }

    fn number<T: std::str::FromStr>(&mut self, row: &'t Row, base: &str) -> Option<T> {
        let cell = self.cell(row, base);
        let number = cell.parse().ok();
        if number.is_none() && !cell.is_empty() {
            self.fault(row, base, SheetFaultCode::BadNumber, cell);
        }
        number
    }

    /// `start=0 end=10 step=1`, in any order; blanks can be around the signs.
    fn range(&mut self, row: &'t Row) -> AnswerType {
        let (mut start, mut end, mut step) = (Decimal::whole(1), Decimal::whole(10), Decimal::whole(1));
        let text = self.cell(row, "parameters").replace([',', ';'], " ").replace('=', " = ");
        let words: Vec<&str> = text.split_whitespace().collect();
        for part in words.chunks(3) {
            let number = match part {
                [_, "=", number] => number.parse::<Decimal>().ok(),
                _ => None,
            };
            let name = part.first().map(|name| name.to_lowercase()).unwrap_or_default();
            match (name.as_str(), number) {
                ("start", Some(number)) => start = number,
                ("end", Some(number)) => end = number,
                ("step", Some(number)) => step = number,
                _ => self.fault(row, "parameters", SheetFaultCode::BadParameter, &part.join("")),
            }
        }
        AnswerType::Range { start, end, step }
    }
}

/// Whether a type chooses one option, and its list.
fn select(text: &str) -> Option<(bool, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower = words.join(" ").to_lowercase();
    let of_one = ["select_one from", "select one from", "select_one", "select one", "select1"];
    let of_several = [
        "select_multiple from",
        "select all that apply from",
        "select all that apply",
        "select_multiple",
        "select multiple",
    ];
    let starts = of_one.iter().map(|start| (true, start)).chain(of_several.iter().map(|start| (false, start)));
    for (is_one, start) in starts {
        let count = start.split(' ').count();
        if lower == **start || lower.strip_prefix(start).is_some_and(|rest| rest.starts_with(' ')) {
            return Some((is_one, words.get(count..).unwrap_or_default().join(" ")));
        }
    }
    None
}

/// The bounds of a type as a rule, which other programs understand.
pub(super) fn bounds(answer: &AnswerType) -> Vec<Expression> {
    let compare = |left: Expression, operator, number: Option<Decimal>| {
        number.map(|number| Expression::Binary(Box::new(left), operator, Box::new(Expression::Number(number))))
    };
    let whole = |number: Option<i64>| number.and_then(|number| number.to_string().parse().ok());
    let both = |least, most| {
        let bounds =
            [compare(Expression::Own, Operator::AtLeast, least), compare(Expression::Own, Operator::AtMost, most)];
        bounds.into_iter().flatten().collect()
    };
    match answer {
        AnswerType::Integer { least, most, .. } => both(whole(*least), whole(*most)),
        AnswerType::Decimal { least, most, .. } => both(least.clone(), most.clone()),
        AnswerType::Text { most_characters, .. } => {
            let length = Expression::StringLength(Box::new(Expression::Own));
            compare(length, Operator::AtMost, whole(most_characters.map(i64::from))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The rule without the bounds that the type has. A rule of bounds alone, which says nothing where it does not hold,
/// becomes the bounds of the type.
fn without_bounds(rule: Expression, answer: &mut AnswerType, has_message: bool) -> Option<Expression> {
    let mut parts = match rule {
        Expression::All(parts) => parts,
        rule => vec![rule],
    };
    let known = bounds(answer);
    if parts.get(..known.len()) == Some(known.as_slice()) {
        parts.drain(..known.len());
    }
    if known.is_empty() && !has_message && parts.iter().all(|part| bounded(answer.clone(), part).is_some()) {
        for part in parts.drain(..) {
            if let Some(bounded) = bounded(answer.clone(), &part) {
                *answer = bounded;
            }
        }
    }
    if parts.len() > 1 { Some(Expression::All(parts)) } else { parts.pop() }
}

/// The type with a bound more; none where the rule is no bound.
fn bounded(answer: AnswerType, rule: &Expression) -> Option<AnswerType> {
    let Expression::Binary(left, operator, right) = rule else { return None };
    let Expression::Number(number) = &**right else { return None };
    let whole: Option<i64> = number.to_string().parse().ok();
    match (answer, &**left, operator) {
        (AnswerType::Integer { most, unit, .. }, Expression::Own, Operator::AtLeast) => {
            Some(AnswerType::Integer { least: Some(whole?), most, unit })
        }
        (AnswerType::Integer { most, unit, .. }, Expression::Own, Operator::More) => {
            Some(AnswerType::Integer { least: Some(whole? + 1), most, unit })
        }
        (AnswerType::Integer { least, unit, .. }, Expression::Own, Operator::AtMost) => {
            Some(AnswerType::Integer { least, most: Some(whole?), unit })
        }
        (AnswerType::Integer { least, unit, .. }, Expression::Own, Operator::Less) => {
            Some(AnswerType::Integer { least, most: Some(whole? - 1), unit })
        }
        (AnswerType::Decimal { most, unit, .. }, Expression::Own, Operator::AtLeast) => {
            Some(AnswerType::Decimal { least: Some(number.clone()), most, unit })
        }
        (AnswerType::Decimal { least, unit, .. }, Expression::Own, Operator::AtMost) => {
            Some(AnswerType::Decimal { least, most: Some(number.clone()), unit })
        }
        (AnswerType::Text { is_long, .. }, Expression::StringLength(length), Operator::AtMost)
            if **length == Expression::Own =>
        {
            Some(AnswerType::Text { most_characters: Some(u32::try_from(whole?).ok()?), is_long })
        }
        _ => None,
    }
}
