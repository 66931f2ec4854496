//! Faults of a draft: each place where a questionnaire contradicts itself, lacks something, or has too much.
//!
//! A fault is data: a JSON pointer, a code, and the word that it is about. Whoever shows it has the sentences. A
//! questionnaire without faults can be asked, rule by rule, in the order in which it is written, and goes to sheets and
//! back unchanged. What is too large is not looked at further ([`crate::bounds`]): the bound is told alone. A word that
//! is told is cut to what can be shown, at most 500 faults are told, and the work for a check grows no faster than the
//! questionnaire.
//!
//! - `shape` codes, texts, languages, bounds
//! - `answer` types of answers
//! - `rules` rules over earlier answers
//!
//! Left out: whether a rule can ever hold, and the quality of texts.

mod answer;
mod rules;
mod shape;

use std::collections::HashMap;

use serde::Serialize;

use crate::bounds::{Guesses, Room, shown};
use crate::codes::coded;
use crate::model::{AnswerType, Group, Item, Note, Question, Questionnaire, Section};

pub(crate) use rules::ACKNOWLEDGED;
pub(crate) use shape::canonical_language;

coded! {
    /// What is wrong.
    FaultCode {
        /// There is no language.
        NoLanguage = "no_language",
        /// This is no language tag, or not written as it should be.
        BadLanguage = "bad_language",
        /// A language is there twice.
        DuplicateLanguage = "duplicate_language",
        /// A text has a language that the questionnaire does not have.
        UnknownLanguage = "unknown_language",
        /// A text lacks a language (detail).
        MissingLanguage = "missing_language",
        /// A text is too long (detail: the most characters).
        TextTooLong = "text_too_long",
        /// A text has control characters.
        ControlCharacter = "control_character",
        /// A text begins or ends with a blank.
        OuterBlanks = "outer_blanks",
        /// A text refers to an answer (`${…}`).
        ReferenceInText = "reference_in_text",
        /// The title of a section has a link or an address: mails quote it. Found by the portal, which knows links.
        LinkInTitle = "link_in_title",
        /// A code is not written as codes are.
        BadCode = "bad_code",
        /// A code has a blank.
        CodeWithSpace = "code_with_space",
        /// A code that sheets of other programs keep for themselves.
        ReservedCode = "reserved_code",
        /// Two have the same code.
        DuplicateCode = "duplicate_code",
        /// Two codes differ in case alone (nearest: the other).
        CodeDiffersInCase = "code_differs_in_case",
        /// Two questions have the same concept.
        DuplicateConcept = "duplicate_concept",
        /// There is no section.
        NoSections = "no_sections",
        /// A section has nothing in it.
        EmptySection = "empty_section",
        /// A group has nothing in it.
        EmptyGroup = "empty_group",
        /// A group is in a group.
        NestedGroup = "nested_group",
        /// A matrix is in a matrix.
        NestedMatrix = "nested_matrix",
        /// A choice has no options.
        NoOptions = "no_options",
        /// A scale has one option.
        TooFewOptions = "too_few_options",
        /// An option of a single choice is exclusive.
        ExclusiveInSingle = "exclusive_in_single",
        /// A matrix has no rows.
        NoRows = "no_rows",
        /// The least is more than the most, or a range has one number.
        LeastAboveMost = "least_above_most",
        /// The steps of a range do not reach its end.
        StepsMissEnd = "steps_miss_end",
        /// A number is larger than answers can be (detail: the most).
        NumberTooLarge = "number_too_large",
        /// A text of no characters, or of more than are stored (detail: the most).
        BadLength = "bad_length",
        /// Too many languages (detail: the most).
        TooManyLanguages = "too_many_languages",
        /// Too many sections (detail: the most).
        TooManySections = "too_many_sections",
        /// Too many questions (detail: the most).
        TooManyQuestions = "too_many_questions",
        /// Too many notes and groups (detail: the most).
        TooManyItems = "too_many_items",
        /// Too many options (detail: the most).
        TooManyOptions = "too_many_options",
        /// Too many rows (detail: the most).
        TooManyRows = "too_many_rows",
        /// All texts or all rules together are too long (detail: the most bytes).
        TooLarge = "too_large",
        /// A rule is about a question that does not exist (nearest: the one that is spelt nearly so).
        UnknownQuestion = "unknown_question",
        /// A rule is about a section, group or note.
        NotAQuestion = "not_a_question",
        /// A rule is about a question that comes later.
        RuleOnLaterQuestion = "rule_on_later_question",
        /// A rule is about the question that it belongs to.
        RuleOnItself = "rule_on_itself",
        /// A rule is about a matrix instead of one of its rows.
        MatrixAsWhole = "matrix_as_whole",
        /// `.` is not in a constraint.
        OwnOutsideConstraint = "own_outside_constraint",
        /// A rule compares with an option that the question does not have (nearest: one that is spelt nearly so).
        UnknownOption = "unknown_option",
        /// A rule compares codes by size, or computes with them.
        CodeOrdered = "code_ordered",
        /// A rule compares days by size, or computes with them.
        DateOrdered = "date_ordered",
        /// A rule compares a number with a text that is none.
        NoNumber = "no_number",
    }
}

/// A place where a questionnaire contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// A JSON pointer into the questionnaire, such as `/sections/0/items/2/question/show_if`.
    pub place: String,
    /// What is wrong.
    pub code: FaultCode,
    /// The word that it is about: a code, a language, a bound. Cut where it is long.
    pub detail: String,
    /// What was perhaps meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}

/// All faults of a questionnaire, in its order.
pub fn check(questionnaire: &Questionnaire) -> Vec<Fault> {
    let mut checker = Checker::of(questionnaire);
    let parts = checker.parts();
    if checker.is_bounded(&parts) {
        checker.languages();
        checker.names(&parts);
        checker.texts("/title", &questionnaire.title);
        for part in &parts {
            checker.part(part);
        }
    }
    checker.faults
}

/// The faults of size alone: without any, sheets and tables of the questionnaire have a bound as well.
pub fn check_size(questionnaire: &Questionnaire) -> Vec<Fault> {
    let mut checker = Checker::of(questionnaire);
    let parts = checker.parts();
    checker.is_bounded(&parts);
    checker.faults
}

/// Something that has a code and a place.
enum Kind<'q> {
    Section(&'q Section),
    Note(&'q Note),
    Group(&'q Group),
    Question(&'q Question),
}

struct Part<'q> {
    place: String,
    kind: Kind<'q>,
    /// How many questions are before it.
    position: usize,
    is_in_group: bool,
}

/// All parts of a questionnaire, in the order in which they are asked.
fn parts(questionnaire: &Questionnaire) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut position = 0;
    for (number, section) in questionnaire.sections.iter().enumerate() {
        let place = format!("/sections/{number}");
        found.push(Part { place: place.clone(), kind: Kind::Section(section), position, is_in_group: false });
        items(&section.items, &place, false, &mut position, &mut found);
    }
    found
}

fn items<'q>(items_of: &'q [Item], above: &str, is_in_group: bool, position: &mut usize, found: &mut Vec<Part<'q>>) {
    for (number, item) in items_of.iter().enumerate() {
        let (kind, name) = match item {
            Item::Note(note) => (Kind::Note(note), "note"),
            Item::Question(question) => (Kind::Question(question), "question"),
            Item::Group(group) => (Kind::Group(group), "group"),
        };
        let place = format!("{above}/items/{number}/{name}");
        found.push(Part { place: place.clone(), kind, position: *position, is_in_group });
        match item {
            Item::Question(_) => *position += 1,
            Item::Group(group) => items(&group.items, &place, true, position, found),
            Item::Note(_) => {}
        }
    }
}

/// What a code names.
#[derive(Clone, Copy)]
enum Named<'q> {
    /// What has no answer.
    Heading,
    /// A question, or a row of a matrix, with the position of the question.
    Answer(usize, &'q AnswerType),
}

struct Checker<'q> {
    questionnaire: &'q Questionnaire,
    names: HashMap<&'q str, Named<'q>>,
    faults: Vec<Fault>,
    room: Room,
    guesses: Guesses,
    /// Whether the part that is looked at is a question.
    is_question: bool,
}

impl<'q> Checker<'q> {
    fn of(questionnaire: &'q Questionnaire) -> Self {
        Self {
            questionnaire,
            names: HashMap::new(),
            faults: Vec::new(),
            room: Room::default(),
            guesses: Guesses::new(),
            is_question: false,
        }
    }

    /// All parts; none where there are too many to be looked at.
    fn parts(&mut self) -> Vec<Part<'q>> {
        if self.has_few_parts() { parts(self.questionnaire) } else { Vec::new() }
    }

    fn tell(&mut self, place: impl AsRef<str>, code: FaultCode, detail: impl AsRef<str>) {
        self.tell_near(place, code, detail, None);
    }

    fn tell_near(&mut self, place: impl AsRef<str>, code: FaultCode, detail: impl AsRef<str>, nearest: Option<&str>) {
        if !self.room.is_full() {
            let (place, detail) = (place.as_ref().to_owned(), shown(detail.as_ref()));
            let nearest = nearest.map(shown);
            self.room.take(place.len() + detail.len() + nearest.as_ref().map_or(0, String::len));
            self.faults.push(Fault { place, code, detail, nearest });
        }
    }

    /// What was perhaps meant; none where nobody is told.
    fn nearest<'n>(&mut self, word: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
        if self.room.is_full() { None } else { self.guesses.nearest(word, names) }
    }

    fn part(&mut self, part: &Part<'q>) {
        let Part { place, position, .. } = part;
        self.is_question = matches!(part.kind, Kind::Question(_));
        match part.kind {
            Kind::Section(section) => {
                self.texts(&format!("{place}/title"), &section.title);
                self.show_if(place, section.show_if.as_ref(), *position);
                if section.items.is_empty() {
                    self.tell(place, FaultCode::EmptySection, &section.code);
                }
            }
            Kind::Group(group) => {
                self.texts(&format!("{place}/title"), &group.title);
                self.show_if(place, group.show_if.as_ref(), *position);
                if group.items.is_empty() {
                    self.tell(place, FaultCode::EmptyGroup, &group.code);
                }
                if part.is_in_group {
                    self.tell(place, FaultCode::NestedGroup, &group.code);
                }
            }
            Kind::Note(note) => {
                self.texts(&format!("{place}/text"), &note.text);
                self.show_if(place, note.show_if.as_ref(), *position);
            }
            Kind::Question(question) => self.question(place, question, *position),
        }
    }

    fn question(&mut self, place: &str, question: &'q Question, position: usize) {
        self.texts(&format!("{place}/label"), &question.label);
        if !question.hint.is_empty() {
            self.texts(&format!("{place}/hint"), &question.hint);
        }
        self.answer(&format!("{place}/answer"), &question.answer, false);
        self.show_if(place, question.show_if.as_ref(), position);
        if let Some(constraint) = &question.constraint {
            let own = match &question.answer {
                AnswerType::Matrix { cell, .. } => cell,
                answer => answer,
            };
            self.rule(&format!("{place}/constraint/rule"), &constraint.rule, position, Some(own));
            self.texts(&format!("{place}/constraint/message"), &constraint.message);
        }
    }
}
