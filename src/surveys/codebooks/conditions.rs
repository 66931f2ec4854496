//! Rules in words: `${strategy} = 'yes'` is “Is there a strategy?” is “Yes”.
//!
//! Labels are shortened, and a rule whose words would be too long stays as it is written, so that a codebook is not
//! much larger than its questionnaire.

use std::collections::HashMap;

use questionnaire::{AnswerType, Choice, Expression, Operator, Questionnaire, Texts};

use super::{Words, best};
use crate::i18n::Language;

/// Longest label within a condition, in characters.
const MOST_OF_LABEL: usize = 80;
/// Longest rule that is put into words, and longest words, in bytes.
const MOST_OF_RULE: usize = 1_500;
const MOST_OF_WORDS: usize = 4_000;

/// What rules can name: a question or a row of a matrix.
struct Named<'q> {
    label: &'q Texts,
    row: Option<&'q Texts>,
    options: &'q [Choice],
}

/// Puts rules into words, each once.
pub(super) struct Conditions<'q, 'c> {
    words: &'c Words<'c>,
    named: HashMap<&'q str, Named<'q>>,
    told: HashMap<String, Texts>,
}

impl<'q, 'c> Conditions<'q, 'c> {
    pub(super) fn new(words: &'c Words<'c>, questionnaire: &'q Questionnaire) -> Self {
        let mut named = HashMap::new();
        for (_, question) in questionnaire.questions() {
            let options = question.answer.options().unwrap_or_default();
            let label = &question.label;
            named.insert(question.code.as_str(), Named { label, row: None, options });
            if let AnswerType::Matrix { rows, .. } = &question.answer {
                let rows = rows.iter().map(|row| (row.code.as_str(), Named { label, row: Some(&row.label), options }));
                named.extend(rows);
            }
        }
        Self { words, named, told: HashMap::new() }
    }

    /// A rule in words, by language.
    pub(super) fn texts(&mut self, rule: &Expression) -> Texts {
        let written = rule.to_string();
        if let Some(told) = self.told.get(&written) {
            return told.clone();
        }
        let text = |language: &Language| {
            let words = if written.len() > MOST_OF_RULE { None } else { Some(self.say(rule, *language)) };
            let words = words.filter(|words| words.len() <= MOST_OF_WORDS).unwrap_or_else(|| written.clone());
            (language.as_str().to_owned(), words)
        };
        let texts: Texts = self.words.languages.iter().map(text).collect();
        self.told.insert(written, texts.clone());
        texts
    }

    fn say(&self, rule: &Expression, language: Language) -> String {
        let one = |key: &str, part: String| self.text(language, key, &[("part", part)]);
        match rule {
            Expression::Any(parts) => self.join(parts, "or", language),
            Expression::All(parts) => self.join(parts, "and", language),
            Expression::Binary(left, operator, right) => self.binary(left, *operator, right, language),
            Expression::Not(part) => one("not", self.say(part, language)),
            Expression::Selected(of, code) => {
                let value = self.quoted(&self.option(of, code, language), language);
                self.text(language, "includes", &[("left", self.say(of, language)), ("right", value)])
            }
            Expression::CountSelected(part) => one("count", self.say(part, language)),
            Expression::StringLength(part) => one("length", self.say(part, language)),
            Expression::Answer(code) => self.quoted(&self.label(code, language), language),
            Expression::Own => self.text(language, "own", &[]),
            Expression::Text(text) => self.quoted(text, language),
            Expression::Number(number) => number.to_string(),
            Expression::Boolean(true) => self.text(language, "always", &[]),
            Expression::Boolean(false) => self.text(language, "never", &[]),
        }
    }

    fn text(&self, language: Language, key: &str, args: &[(&str, String)]) -> String {
        self.words.catalogue.text(language, &format!("survey-condition-{key}"), args)
    }

    fn quoted(&self, text: &str, language: Language) -> String {
        self.text(language, "quoted", &[("part", text.to_owned())])
    }

    /// A part of a larger rule; in parentheses where it is joined otherwise.
    fn part(&self, rule: &Expression, language: Language) -> String {
        let words = self.say(rule, language);
        if matches!(rule, Expression::Any(_) | Expression::All(_)) { format!("({words})") } else { words }
    }

    fn join(&self, parts: &[Expression], key: &str, language: Language) -> String {
        let words = parts.iter().map(|part| self.part(part, language));
        let joined = words.reduce(|left, right| self.text(language, key, &[("left", left), ("right", right)]));
        joined.unwrap_or_default()
    }

    fn binary(&self, left: &Expression, operator: Operator, right: &Expression, language: Language) -> String {
        let is_nothing = |part: &Expression| matches!(part, Expression::Text(text) if text.is_empty());
        let key = match operator {
            Operator::Equal if is_nothing(right) => "unanswered",
            Operator::Unequal if is_nothing(right) => "answered",
            Operator::Equal => "is",
            Operator::Unequal => "is_not",
            Operator::Less => "less",
            Operator::AtMost => "at_most",
            Operator::More => "more",
            Operator::AtLeast => "at_least",
            Operator::Plus | Operator::Minus | Operator::Times | Operator::Divided | Operator::Remainder => {
                return format!("({} {} {})", self.say(left, language), operator.as_str(), self.say(right, language));
            }
        };
        let args = [("left", self.operand(left, right, language)), ("right", self.operand(right, left, language))];
        self.text(language, key, &args)
    }

    /// One side of a comparison: the code of an option in words.
    fn operand(&self, side: &Expression, other: &Expression, language: Language) -> String {
        match side {
            Expression::Text(code) => self.quoted(&self.option(other, code, language), language),
            side => self.part(side, language),
        }
    }

    fn option(&self, of: &Expression, code: &str, language: Language) -> String {
        let named = if let Expression::Answer(question) = of { self.named.get(question.as_str()) } else { None };
        let option = named.and_then(|named| named.options.iter().find(|option| option.code == code));
        option.map_or_else(|| code.to_owned(), |option| shortened(best(&option.label, language.as_str())))
    }

    fn label(&self, code: &str, language: Language) -> String {
        let Some(named) = self.named.get(code) else { return code.to_owned() };
        let label = shortened(best(named.label, language.as_str()));
        match named.row {
            Some(row) => format!("{label} – {}", shortened(best(row, language.as_str()))),
            None => label,
        }
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST_OF_LABEL {
        return text.to_owned();
    }
    let kept: String = text.chars().take(MOST_OF_LABEL - 1).collect();
    format!("{}…", kept.trim_end())
}
