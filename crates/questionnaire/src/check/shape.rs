//! Faults of codes, texts and languages, and the bounds of a questionnaire.

use std::collections::{BTreeSet, HashMap};

use super::{Checker, FaultCode, Kind, Named, Part};
use crate::bounds::{
    MOST_CODE, MOST_ITEMS, MOST_LANGUAGES, MOST_OPTIONS, MOST_OPTIONS_IN_ALL, MOST_QUESTIONS, MOST_ROWS,
    MOST_ROWS_IN_ALL, MOST_RULES, MOST_SECTIONS, MOST_TAG, MOST_TEXT, MOST_TEXTS,
};
use crate::expression::Expression;
use crate::model::{AnswerType, Choice, Item, Question, Texts};

/// What `XForms` name so.
const RESERVED: [&str; 3] = ["meta", "instanceID", "instanceName"];

/// A language tag in its usual spelling (`pt-BR`, `zh-Hant`); none where the text has not its form, or is too long.
pub(crate) fn canonical_language(tag: &str) -> Option<String> {
    if tag.len() > MOST_TAG {
        return None;
    }
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    if !matches!(primary.len(), 2 | 3) || !primary.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let mut found = primary.to_ascii_lowercase();
    for part in parts {
        if !matches!(part.len(), 1..=8) || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let mut lower = part.to_ascii_lowercase();
        match lower.len() {
            2 => lower.make_ascii_uppercase(),
            4 => {
                if let Some(first) = lower.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
            }
            _ => {}
        }
        found.push('-');
        found.push_str(&lower);
    }
    Some(found)
}

/// What is wrong with the spelling of a code.
fn spelling(code: &str, is_option: bool) -> Option<FaultCode> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_first = |c: char| c.is_ascii_alphabetic() || (is_option && c.is_ascii_digit());
    if !code.trim().is_empty() && code.contains(char::is_whitespace) {
        Some(FaultCode::CodeWithSpace)
    } else if !code.starts_with(is_first) || !code.chars().all(is_inside) || code.len() > MOST_CODE {
        Some(FaultCode::BadCode)
    } else if RESERVED.contains(&code) && !is_option {
        Some(FaultCode::ReservedCode)
    } else {
        None
    }
}

impl<'q> Checker<'q> {
    /// Whether there are few enough parts to be looked at one by one. A tag of a language that is too long is told
    /// alone: it would be a part of each place.
    pub(super) fn has_few_parts(&mut self) -> bool {
        let questionnaire = self.questionnaire;
        let count = Count::of(questionnaire.sections.iter().map(|section| section.items.as_slice()));
        self.tell_bounds(&[
            ("/languages", questionnaire.languages.len(), MOST_LANGUAGES, FaultCode::TooManyLanguages),
            ("/sections", questionnaire.sections.len(), MOST_SECTIONS, FaultCode::TooManySections),
            ("/sections", count.questions, MOST_QUESTIONS, FaultCode::TooManyQuestions),
            ("/sections", count.items, MOST_ITEMS, FaultCode::TooManyItems),
            ("/sections", count.options, MOST_OPTIONS_IN_ALL, FaultCode::TooManyOptions),
            ("/sections", count.rows, MOST_ROWS_IN_ALL, FaultCode::TooManyRows),
        ]);
        if self.faults.is_empty() {
            for (number, language) in questionnaire.languages.iter().enumerate().filter(|(_, tag)| tag.len() > MOST_TAG)
            {
                self.tell(format!("/languages/{number}"), FaultCode::BadLanguage, language);
            }
        }
        self.faults.is_empty()
    }

    /// Whether the questionnaire is small enough to be looked at closely.
    pub(super) fn is_bounded(&mut self, parts: &[Part<'_>]) -> bool {
        let questionnaire = self.questionnaire;
        self.tell_bounds(&[
            ("", bytes(&questionnaire.title, parts), MOST_TEXTS, FaultCode::TooLarge),
            ("/sections", bytes_of_rules(parts), MOST_RULES, FaultCode::TooLarge),
        ]);
        for part in parts {
            if let Kind::Question(question) = part.kind {
                self.answer_is_bounded(&format!("{}/answer", part.place), &question.answer);
            }
        }
        self.faults.is_empty()
    }

    fn tell_bounds(&mut self, counts: &[(&str, usize, usize, FaultCode)]) {
        for (place, count, most, code) in counts {
            if count > most {
                self.tell(place, *code, most.to_string());
            }
        }
    }

    fn answer_is_bounded(&mut self, place: &str, answer: &AnswerType) {
        match answer {
            AnswerType::Matrix { rows, cell } => {
                if rows.len() > MOST_ROWS {
                    self.tell(format!("{place}/rows"), FaultCode::TooManyRows, MOST_ROWS.to_string());
                }
                self.answer_is_bounded(&format!("{place}/cell"), cell);
            }
            answer => {
                if answer.options().is_some_and(|options| options.len() > MOST_OPTIONS) {
                    self.tell(format!("{place}/options"), FaultCode::TooManyOptions, MOST_OPTIONS.to_string());
                }
            }
        }
    }

    pub(super) fn languages(&mut self) {
        let languages = &self.questionnaire.languages;
        if self.questionnaire.sections.is_empty() {
            self.tell("/sections", FaultCode::NoSections, "");
        }
        if languages.is_empty() {
            self.tell("/languages", FaultCode::NoLanguage, "");
        }
        let mut seen = BTreeSet::new();
        for (number, language) in languages.iter().enumerate() {
            let place = format!("/languages/{number}");
            if canonical_language(language).as_ref() != Some(language) {
                self.tell(&place, FaultCode::BadLanguage, language);
            }
            if !seen.insert(language) {
                self.tell(&place, FaultCode::DuplicateLanguage, language);
            }
        }
    }

    /// A text in all languages.
    pub(super) fn texts(&mut self, place: &str, texts: &Texts) {
        for language in &self.questionnaire.languages {
            match texts.get(language).map(String::as_str) {
                None => self.tell(place, FaultCode::MissingLanguage, language),
                Some(text) if text.trim().is_empty() => self.tell(place, FaultCode::MissingLanguage, language),
                Some(text) => self.text(&format!("{place}/{language}"), text),
            }
        }
        for language in texts.keys().filter(|language| !self.questionnaire.languages.contains(language)) {
            self.tell(place, FaultCode::UnknownLanguage, language);
        }
    }

    fn text(&mut self, place: &str, text: &str) {
        if text.chars().count() > MOST_TEXT {
            self.tell(place, FaultCode::TextTooLong, MOST_TEXT.to_string());
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            self.tell(place, FaultCode::ControlCharacter, "");
        }
        if text.trim() != text {
            self.tell(place, FaultCode::OuterBlanks, "");
        }
        if text.contains("${") {
            self.tell(place, FaultCode::ReferenceInText, "");
        }
    }

    /// All codes that share a namespace, and the concepts.
    pub(super) fn names(&mut self, parts: &[Part<'q>]) {
        let mut codes: Vec<(String, &'q str)> = Vec::new();
        let mut concepts: Vec<(String, &'q str)> = Vec::new();
        for part in parts {
            let named = match part.kind {
                Kind::Section(section) => (section.code.as_str(), Named::Heading),
                Kind::Group(group) => (group.code.as_str(), Named::Heading),
                Kind::Note(note) => (note.code.as_str(), Named::Heading),
                Kind::Question(question) => (question.code.as_str(), Named::Answer(part.position, &question.answer)),
            };
            codes.push((format!("{}/code", part.place), named.0));
            self.names.entry(named.0).or_insert(named.1);
            let Kind::Question(question) = part.kind else { continue };
            concepts
                .extend(question.concept.iter().map(|concept| (format!("{}/concept", part.place), concept.as_str())));
            let AnswerType::Matrix { rows, cell } = &question.answer else { continue };
            for (number, row) in rows.iter().enumerate() {
                codes.push((format!("{}/answer/rows/{number}/code", part.place), &row.code));
                self.names.entry(&row.code).or_insert(Named::Answer(part.position, cell));
            }
        }
        self.codes(&codes, false, FaultCode::DuplicateCode);
        self.codes(&concepts, false, FaultCode::DuplicateConcept);
    }

    /// The codes of a list of options.
    pub(super) fn option_codes(&mut self, place: &str, options: &[Choice]) {
        let codes = options.iter().enumerate();
        let codes: Vec<(String, &str)> =
            codes.map(|(number, option)| (format!("{place}/{number}/code"), option.code.as_str())).collect();
        self.codes(&codes, true, FaultCode::DuplicateCode);
    }

    fn codes(&mut self, codes: &[(String, &str)], is_option: bool, duplicate: FaultCode) {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        // The first spelling, and the first that differs from it.
        let mut spellings: HashMap<String, (&str, Option<&str>)> = HashMap::new();
        for (_, code) in codes {
            *counts.entry(code).or_default() += 1;
            let (first, other) = spellings.entry(code.to_ascii_lowercase()).or_insert((code, None));
            if first != code {
                other.get_or_insert(code);
            }
        }
        for (place, code) in codes {
            if let Some(fault) = spelling(code, is_option) {
                self.tell(place, fault, code);
            }
            let alike = spellings.get(&code.to_ascii_lowercase());
            let other = alike.and_then(|(first, other)| if first == code { *other } else { Some(*first) });
            if !code.is_empty() && counts.get(code).is_some_and(|count| *count > 1) {
                self.tell(place, duplicate, code);
            } else if other.is_some() {
                self.tell_near(place, FaultCode::CodeDiffersInCase, code, other);
            }
        }
    }
}

/// How much of what is counted there is.
#[derive(Default)]
struct Count {
    questions: usize,
    /// Notes and groups.
    items: usize,
    options: usize,
    rows: usize,
}

impl Count {
    fn of<'q>(lists: impl Iterator<Item = &'q [Item]>) -> Self {
        let (mut count, mut waiting) = (Self::default(), lists.collect::<Vec<_>>());
        while let Some(items) = waiting.pop() {
            for item in items {
                match item {
                    Item::Question(question) => {
                        count.questions += 1;
                        count.options += question.answer.options().map_or(0, <[Choice]>::len);
                        count.rows += match &question.answer {
                            AnswerType::Matrix { rows, .. } => rows.len(),
                            _ => 0,
                        };
                    }
                    Item::Group(group) => {
                        count.items += 1;
                        waiting.push(&group.items);
                    }
                    Item::Note(_) => count.items += 1,
                }
            }
        }
        count
    }
}

/// How often sheets have the constraint of a question, and its unit: once in each row of a matrix.
fn copies(question: &Question) -> usize {
    match &question.answer {
        AnswerType::Matrix { rows, .. } => rows.len().max(1),
        _ => 1,
    }
}

/// How many bytes all texts have, as sheets have them.
fn bytes(title: &Texts, parts: &[Part<'_>]) -> usize {
    let part = |part: &Part<'_>| match part.kind {
        Kind::Section(section) => bytes_of(&section.title),
        Kind::Group(group) => bytes_of(&group.title),
        Kind::Note(note) => bytes_of(&note.text),
        Kind::Question(question) => {
            let message = question.constraint.as_ref().map_or(0, |constraint| bytes_of(&constraint.message));
            let own = bytes_of(&question.label) + bytes_of(&question.hint) + bytes_of_answer(&question.answer);
            own + message * copies(question)
        }
    };
    bytes_of(title) + parts.iter().map(part).sum::<usize>()
}

fn bytes_of(texts: &Texts) -> usize {
    texts.values().map(String::len).sum()
}

fn bytes_of_answer(answer: &AnswerType) -> usize {
    match answer {
        AnswerType::Single { options } | AnswerType::Multiple { options } | AnswerType::Scale { options } => {
            options.iter().map(|option| bytes_of(&option.label)).sum()
        }
        AnswerType::Matrix { rows, cell } => {
            let labels = rows.iter().map(|row| bytes_of(&row.label)).sum::<usize>();
            let copies = if cell.options().is_some() { 1 } else { rows.len().max(1) };
            labels + bytes_of_answer(cell) * copies
        }
        AnswerType::Integer { unit, .. } | AnswerType::Decimal { unit, .. } => bytes_of(unit),
        _ => 0,
    }
}

/// How many bytes all rules have, as sheets have them.
fn bytes_of_rules(parts: &[Part<'_>]) -> usize {
    let of = |rule: &Option<Expression>| rule.as_ref().map_or(0, Expression::bytes);
    let part = |part: &Part<'_>| match part.kind {
        Kind::Section(section) => of(&section.show_if),
        Kind::Group(group) => of(&group.show_if),
        Kind::Note(note) => of(&note.show_if),
        Kind::Question(question) => {
            let constraint = question.constraint.as_ref().map_or(0, |constraint| constraint.rule.bytes());
            of(&question.show_if) + constraint * copies(question)
        }
    };
    parts.iter().map(part).sum()
}
