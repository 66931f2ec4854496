//! Whether the figures of a question can be compared between two versions of a questionnaire.
//!
//! They can where the question is about the same thing, is answered in the same way and is asked under the same rules.
//! Texts do not matter here: a better wording is no other question.

use std::collections::HashMap;
use std::mem::discriminant;

use questionnaire::{AnswerType, Expression, Question, Questionnaire, Section};

/// The questions of a version that are answered in another way than in the version before, or asked under other rules.
/// A question is known again by its concept; without one, by its code.
pub(super) fn altered<'q>(before: &Questionnaire, now: &'q Questionnaire) -> Vec<&'q Question> {
    // Both may have thousands, so each question of the version before is looked at once.
    let (mut by_concept, mut by_code) = (HashMap::new(), HashMap::new());
    for asked in before.questions() {
        if let Some(concept) = &asked.1.concept {
            by_concept.entry(concept).or_insert(asked);
        }
        by_code.insert(&asked.1.code, asked);
    }
    let is_altered = |(section, question): &(&Section, &Question)| {
        let found = match &question.concept {
            Some(concept) => by_concept.get(concept),
            None => by_code.get(&question.code),
        };
        found.is_some_and(|(other_section, other)| {
            let is_asked_alike = other_section.show_if == section.show_if && other.show_if == question.show_if;
            let is_held_alike = rule(other) == rule(question);
            !(is_asked_alike && is_held_alike && is_answered_alike(&other.answer, &question.answer))
        })
    };
    now.questions().filter(is_altered).map(|(_, question)| question).collect()
}

/// What the answers to a question must hold.
fn rule(question: &Question) -> Option<&Expression> {
    question.constraint.as_ref().map(|constraint| &constraint.rule)
}

/// Whether the same can be answered: the kind, the codes of the options, and those of the rows of a matrix.
fn is_answered_alike(one: &AnswerType, other: &AnswerType) -> bool {
    let is_same_kind = match (one, other) {
        (AnswerType::Matrix { cell: one, .. }, AnswerType::Matrix { cell: other, .. }) => {
            discriminant(one.as_ref()) == discriminant(other.as_ref())
        }
        (one, other) => discriminant(one) == discriminant(other),
    };
    is_same_kind && options(one) == options(other) && rows(one) == rows(other)
}

fn options(answer: &AnswerType) -> Vec<&str> {
    answer.options().unwrap_or_default().iter().map(|option| option.code.as_str()).collect()
}

fn rows(answer: &AnswerType) -> Vec<&str> {
    match answer {
        AnswerType::Matrix { rows, .. } => rows.iter().map(|row| row.code.as_str()).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(options: &[&str], show_if: Option<&str>, label: &str) -> Questionnaire {
        let options: Vec<Value> = options.iter().map(|code| json!({"code": code, "label": {"en": code}})).collect();
        let single = json!({"type": "single", "options": options});
        let mut second = json!({"code": "plan", "label": {"en": label}, "concept": "plan", "answer": {"type": "text"}});
        if let Some(rule) = show_if {
            second["show_if"] = json!(rule);
        }
        let first = json!({"code": "strategy", "label": {"en": label}, "answer": single});
        let items = json!([{"question": first}, {"question": second}]);
        let section = json!({"code": "basics", "title": {"en": "Basics"}, "items": items});
        serde_json::from_value(json!({"languages": ["en"], "title": {"en": "T"}, "sections": [section]})).unwrap()
    }

    #[test]
    fn options_and_rules_make_another_question_and_texts_do_not() {
        let before = read(&["yes", "no"], None, "A plan?");
        let altered = |now: &Questionnaire| -> Vec<String> {
            altered(&before, now).iter().map(|question| question.code.clone()).collect()
        };
        assert!(altered(&read(&["yes", "no"], None, "Is there a plan?")).is_empty());
        assert_eq!(altered(&read(&["yes", "no", "partly"], None, "A plan?")), ["strategy"]);
        assert_eq!(altered(&read(&["yes", "no"], Some("${strategy} = 'yes'"), "A plan?")), ["plan"]);
    }
}
