//! The visibility of named answers, with the rules of the questionnaire taken into account.
//!
//! A conditional question discloses the answers on which its condition depends: a reader who sees that it was asked
//! knows that the condition held. A constraint that names another question discloses in both directions: an answer that
//! it permits only with some answers to the other one tells of the other, and the other of it. The sensitivity of a
//! question is therefore the strictest of its own and of those of all questions that it tells of, directly or through
//! others.

use std::collections::{BTreeMap, BTreeSet};

use questionnaire::{AnswerType, Expression, Item, Question, Questionnaire, Sensitivity};

/// The questions of a questionnaire, each with those that its answer tells of.
pub struct Conditions<'q> {
    questions: Vec<&'q Question>,
    /// By the code of a question, or of a row of a matrix.
    numbers: BTreeMap<&'q str, usize>,
    /// By question: itself, and all that its answer tells of.
    told: Vec<Numbers>,
}

impl<'q> Conditions<'q> {
    /// Those of a questionnaire.
    pub fn of(questionnaire: &'q Questionnaire) -> Self {
        let questions: Vec<&Question> = questionnaire.questions().map(|(_, question)| question).collect();
        let mut numbers = BTreeMap::new();
        for (number, question) in questions.iter().enumerate() {
            if let AnswerType::Matrix { rows, .. } = &question.answer {
                numbers.extend(rows.iter().map(|row| (row.code.as_str(), number)));
            }
            numbers.insert(question.code.as_str(), number);
        }
        let told = (0..questions.len()).map(|number| Numbers::one(questions.len(), number)).collect();
        let mut found = Self { questions, numbers, told };
        for section in &questionnaire.sections {
            let above = found.named_in(section.show_if.as_ref());
            found.collect(&section.items, &above);
        }
        found.close();
        found
    }

    /// The sensitivity of a named answer: the strictest of the question and of all questions that it tells of.
    pub fn sensitivity(&self, question: &str) -> Sensitivity {
        let Some(number) = self.numbers.get(question) else { return Sensitivity::Aggregate };
        let told = self.told[*number].all().map(|told| self.questions[told].sensitivity);
        told.fold(self.questions[*number].sensitivity, stricter)
    }

    /// Whether an answer to a question tells of one of these.
    pub fn tells_of(&self, question: &str, others: &BTreeSet<String>) -> bool {
        let Some(number) = self.numbers.get(question) else { return true };
        self.told[*number].all().any(|told| others.contains(&self.questions[told].code))
    }

    /// The codes of the questions that an answer tells of, itself among them.
    pub(crate) fn told_by(&self, question: &str) -> BTreeSet<&'q str> {
        let told = self.numbers.get(question).into_iter().flat_map(|number| self.told[*number].all());
        told.map(|told| self.questions[told].code.as_str()).collect()
    }

    fn collect(&mut self, items: &'q [Item], above: &Numbers) {
        for item in items {
            match item {
                Item::Note(_) => {}
                Item::Group(group) => {
                    let with = above.with(&self.named_in(group.show_if.as_ref()));
                    self.collect(&group.items, &with);
                }
                Item::Question(question) => self.add(question, above),
            }
        }
    }

    fn add(&mut self, question: &'q Question, above: &Numbers) {
        let Some(number) = self.numbers.get(question.code.as_str()).copied() else { return };
        let constraint = self.named_in(question.constraint.as_ref().map(|constraint| &constraint.rule));
        let with = above.with(&self.named_in(question.show_if.as_ref())).with(&constraint);
        self.told[number] = self.told[number].with(&with);
        for other in constraint.all() {
            self.told[other] = self.told[other].with(&Numbers::one(self.questions.len(), number));
        }
    }

    /// The questions in a rule.
    fn named_in(&self, rule: Option<&Expression>) -> Numbers {
        let mut named = Numbers::none(self.questions.len());
        for code in rule.into_iter().flat_map(Expression::questions) {
            self.numbers.get(code).into_iter().for_each(|number| named.add(*number));
        }
        named
    }

    /// Adds what a question discloses through other questions: the transitive closure, by Warshall's algorithm.
    fn close(&mut self) {
        for through in 0..self.told.len() {
            let further = self.told[through].clone();
            for told in self.told.iter_mut().filter(|told| told.has(through)) {
                *told = told.with(&further);
            }
        }
    }
}

/// A set of numbers of questions, a bit for each.
#[derive(Clone)]
struct Numbers(Vec<u64>);

impl Numbers {
    fn none(questions: usize) -> Self {
        Self(vec![0; questions.div_ceil(64)])
    }

    fn one(questions: usize, number: usize) -> Self {
        let mut one = Self::none(questions);
        one.add(number);
        one
    }

    fn add(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    fn has(&self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 == 1
    }

    fn with(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| one | other).collect())
    }

    fn all(&self) -> impl Iterator<Item = usize> {
        (0..self.0.len() * 64).filter(|number| self.has(*number))
    }
}

/// What fewer may see.
fn stricter(one: Sensitivity, other: Sensitivity) -> Sensitivity {
    match (one, other) {
        (Sensitivity::Aggregate, _) | (_, Sensitivity::Aggregate) => Sensitivity::Aggregate,
        (Sensitivity::Secretariat, _) | (_, Sensitivity::Secretariat) => Sensitivity::Secretariat,
        (Sensitivity::Community, Sensitivity::Community) => Sensitivity::Community,
    }
}
