//! The visibility of named answers, with the rules of the questionnaire taken into account.
//!
//! A conditional question discloses the answers on which its condition depends: a reader who sees that it was asked
//! knows that the condition held. The sensitivity of a question is therefore the strictest of its own and of those of all
//! questions in its conditions, directly or through other conditions.

use std::collections::{BTreeMap, BTreeSet};

use questionnaire::{AnswerType, Expression, Item, Question, Questionnaire, Sensitivity};

/// The questions of a questionnaire, each with those that its answer tells of.
pub struct Conditions<'q> {
    /// By the code of a question, or of a row of a matrix.
    questions: BTreeMap<&'q str, Told<'q>>,
}

#[derive(Clone)]
struct Told<'q> {
    sensitivity: Sensitivity,
    /// Itself, the questions that decide whether it is asked, and so on.
    of: BTreeSet<&'q str>,
}

impl<'q> Conditions<'q> {
    /// Those of a questionnaire. Rules are about questions that come before.
    pub fn of(questionnaire: &'q Questionnaire) -> Self {
        let mut found = Self { questions: BTreeMap::new() };
        for section in &questionnaire.sections {
            let rules: Vec<&Expression> = section.show_if.iter().collect();
            found.collect(&section.items, &rules);
        }
        found
    }

    /// The sensitivity of a named answer: the strictest of the question and of all questions in its conditions.
    pub fn sensitivity(&self, question: &str) -> Sensitivity {
        self.questions.get(question).map_or(Sensitivity::Aggregate, |told| told.sensitivity)
    }

    /// Whether an answer to a question tells of one of these.
    pub fn tells_of(&self, question: &str, others: &BTreeSet<String>) -> bool {
        self.questions.get(question).is_none_or(|told| told.of.iter().any(|code| others.contains(*code)))
    }

    fn collect(&mut self, items: &'q [Item], rules: &[&'q Expression]) {
        let with = |rule: &'q Option<Expression>| rules.iter().copied().chain(rule).collect::<Vec<_>>();
        for item in items {
            match item {
                Item::Note(_) => {}
                Item::Group(group) => self.collect(&group.items, &with(&group.show_if)),
                Item::Question(question) => self.add(question, &with(&question.show_if)),
            }
        }
    }

    fn add(&mut self, question: &'q Question, rules: &[&'q Expression]) {
        let mut told = Told { sensitivity: question.sensitivity, of: BTreeSet::from([question.code.as_str()]) };
        for code in rules.iter().flat_map(|rule| rule.questions()) {
            let above = self.questions.get(code);
            told.sensitivity =
                stricter(told.sensitivity, above.map_or(Sensitivity::Aggregate, |told| told.sensitivity));
            told.of.extend(above.into_iter().flat_map(|told| told.of.iter().copied()));
        }
        if let AnswerType::Matrix { rows, .. } = &question.answer {
            for row in rows {
                self.questions.insert(&row.code, told.clone());
            }
        }
        self.questions.insert(&question.code, told);
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
