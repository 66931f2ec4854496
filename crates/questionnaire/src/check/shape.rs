//! Faults of codes, texts and languages, and the bounds of a questionnaire.

use std::collections::{BTreeSet, HashMap};

use super::{Checker, FaultCode, Kind, Named, Part};
use crate::model::{AnswerType, Choice, Texts};

const MOST_LANGUAGES: usize = 12;
const MOST_SECTIONS: usize = 40;
const MOST_QUESTIONS: usize = 500;
/// Notes and groups.
const MOST_ITEMS: usize = 500;
const MOST_ROWS: usize = 60;
pub(super) const MOST_OPTIONS: usize = 200;
const MOST_TEXT: usize = 4_000;
/// Characters of all texts together.
const MOST_TEXTS: usize = 1_000_000;
pub(super) const MOST_CODE: usize = 64;
/// What `XForms` name so.
const RESERVED: [&str; 3] = ["meta", "instanceID", "instanceName"];

/// A language tag in its usual spelling (`pt-BR`, `zh-Hant`); none where the text has not its form.
pub(crate) fn canonical_language(tag: &str) -> Option<String> {
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
    /// Whether the questionnaire is small enough to be looked at closely.
    pub(super) fn is_bounded(&mut self, parts: &[Part<'_>]) -> bool {
        let questionnaire = self.questionnaire;
        let questions = parts.iter().filter(|part| matches!(part.kind, Kind::Question(_))).count();
        let items = parts.iter().filter(|part| matches!(part.kind, Kind::Note(_) | Kind::Group(_))).count();
        let counts = [
            ("/languages", questionnaire.languages.len(), MOST_LANGUAGES, FaultCode::TooManyLanguages),
            ("/sections", questionnaire.sections.len(), MOST_SECTIONS, FaultCode::TooManySections),
            ("/sections", questions, MOST_QUESTIONS, FaultCode::TooManyQuestions),
            ("/sections", items, MOST_ITEMS, FaultCode::TooManyItems),
            ("", characters(&questionnaire.title, parts), MOST_TEXTS, FaultCode::TooLarge),
        ];
        for (place, count, most, code) in counts {
            if count > most {
                self.tell(place, code, most.to_string());
            }
        }
        for part in parts {
            if let Kind::Question(question) = part.kind {
                self.answer_is_bounded(&format!("{}/answer", part.place), &question.answer);
            }
        }
        let is_bounded = self.faults.is_empty();
        if questionnaire.sections.is_empty() {
            self.tell("/sections", FaultCode::NoSections, "");
        }
        is_bounded
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
        let mut by_lower: HashMap<String, Vec<&str>> = HashMap::new();
        for (_, code) in codes {
            by_lower.entry(code.to_ascii_lowercase()).or_default().push(code);
        }
        for (place, code) in codes {
            if let Some(fault) = spelling(code, is_option) {
                self.tell(place, fault, *code);
            }
            let alike = by_lower.get(&code.to_ascii_lowercase()).map(Vec::as_slice).unwrap_or_default();
            if !code.is_empty() && alike.iter().filter(|other| *other == code).count() > 1 {
                self.tell(place, duplicate, *code);
            } else if let Some(other) = alike.iter().find(|other| *other != code) {
                self.tell_near(place, FaultCode::CodeDiffersInCase, *code, |_| Some((*other).to_owned()));
            }
        }
    }
}

/// How many characters all texts have.
fn characters(title: &Texts, parts: &[Part<'_>]) -> usize {
    let of = |texts: &Texts| texts.values().map(String::len).sum::<usize>();
    let part = |part: &Part<'_>| match part.kind {
        Kind::Section(section) => of(&section.title),
        Kind::Group(group) => of(&group.title),
        Kind::Note(note) => of(&note.text),
        Kind::Question(question) => {
            let message = question.constraint.as_ref().map_or(0, |constraint| of(&constraint.message));
            let options = question.answer.options().unwrap_or_default().iter().map(|option| of(&option.label));
            let rows = match &question.answer {
                AnswerType::Matrix { rows, .. } => rows.iter().map(|row| of(&row.label)).sum(),
                _ => 0,
            };
            of(&question.label) + of(&question.hint) + message + options.sum::<usize>() + rows
        }
    };
    of(title) + parts.iter().map(part).sum::<usize>()
}
