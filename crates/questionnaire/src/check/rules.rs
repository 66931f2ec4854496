//! Faults of rules: what they are about must have been asked before, and must be comparable.

use super::{Checker, FaultCode, Named};
use crate::decimal::Decimal;
use crate::expression::{Expression, Operator};
use crate::model::AnswerType;

/// The answer of acknowledgements in rules, as `XLSForm` has it.
pub(crate) const ACKNOWLEDGED: &str = "OK";

impl<'q> Checker<'q> {
    /// When a part is asked that has so many questions before it.
    pub(super) fn show_if(&mut self, place: &str, rule: Option<&Expression>, position: usize) {
        if let Some(rule) = rule {
            self.rule(&format!("{place}/show_if"), rule, position, None);
        }
    }

    /// A rule after so many questions; `own` is what `.` is.
    pub(super) fn rule(&mut self, place: &str, rule: &Expression, position: usize, own: Option<&'q AnswerType>) {
        for code in rule.questions() {
            self.reference(place, code, position);
        }
        let parts = rule.all_parts();
        if own.is_none() && parts.iter().any(|part| matches!(part, Expression::Own)) {
            self.tell(place, FaultCode::OwnOutsideConstraint, ".");
        }
        for part in parts {
            match part {
                Expression::Binary(left, Operator::Equal | Operator::Unequal, right) => {
                    self.equality(place, left, right, own);
                    self.equality(place, right, left, own);
                }
                Expression::Binary(left, _, right) => {
                    self.size(place, left, own);
                    self.size(place, right, own);
                }
                Expression::Selected(answer, code) => self.option(place, answer, code, own),
                _ => {}
            }
        }
    }

    fn reference(&mut self, place: &str, code: &str, position: usize) {
        let fault = match self.names.get(code) {
            None => {
                let near = self.nearest_question(code);
                return self.tell_near(place, FaultCode::UnknownQuestion, code, near.as_deref());
            }
            Some(Named::Heading) => FaultCode::NotAQuestion,
            Some(Named::Answer(asked, _)) if *asked == position && self.is_question => FaultCode::RuleOnItself,
            Some(Named::Answer(asked, _)) if *asked >= position => FaultCode::RuleOnLaterQuestion,
            Some(Named::Answer(_, AnswerType::Matrix { .. })) => FaultCode::MatrixAsWhole,
            Some(Named::Answer(..)) => return,
        };
        self.tell(place, fault, code);
    }

    fn nearest_question(&mut self, code: &str) -> Option<String> {
        if self.room.is_full() {
            return None;
        }
        let answers = self.names.iter().filter(|(_, named)| matches!(named, Named::Answer(..)));
        self.guesses.nearest(code, answers.map(|(name, _)| *name))
    }

    /// What is answered, where a part of a rule is an answer.
    fn type_of(&self, part: &Expression, own: Option<&'q AnswerType>) -> Option<&'q AnswerType> {
        match part {
            Expression::Own => own,
            Expression::Answer(code) => match self.names.get(code.as_str()) {
                Some(Named::Answer(_, answer)) => Some(*answer),
                _ => None,
            },
            _ => None,
        }
    }

    /// An answer is compared with something.
    fn equality(&mut self, place: &str, answer: &Expression, other: &Expression, own: Option<&'q AnswerType>) {
        let word = match other {
            Expression::Text(text) => text.clone(),
            Expression::Number(number) => number.to_string(),
            _ => return,
        };
        match self.type_of(answer, own) {
            Some(AnswerType::Integer { .. } | AnswerType::Decimal { .. } | AnswerType::Range { .. }) => {
                self.number(place, &word);
            }
            // Several chosen options are one text with blanks.
            Some(_) => {
                for code in word.split_whitespace() {
                    self.option(place, answer, code, own);
                }
            }
            None => {}
        }
    }

    /// An answer is asked for an option.
    fn option(&mut self, place: &str, answer: &Expression, code: &str, own: Option<&'q AnswerType>) {
        let codes: Vec<&str> = match self.type_of(answer, own) {
            Some(AnswerType::Acknowledgement {}) => vec![ACKNOWLEDGED],
            Some(AnswerType::Single { options } | AnswerType::Multiple { options } | AnswerType::Scale { options }) => {
                options.iter().map(|option| option.code.as_str()).collect()
            }
            _ => return,
        };
        if !codes.contains(&code) {
            let near = self.nearest(code, codes.into_iter());
            self.tell_near(place, FaultCode::UnknownOption, code, near.as_deref());
        }
    }

    /// Something is compared by size, or computed with.
    fn size(&mut self, place: &str, part: &Expression, own: Option<&'q AnswerType>) {
        let name = if let Expression::Answer(code) = part { code } else { "." };
        if let Expression::Text(text) = part {
            return self.number(place, text);
        }
        match self.type_of(part, own) {
            Some(AnswerType::Date {}) => self.tell(place, FaultCode::DateOrdered, name),
            Some(
                AnswerType::Single { .. }
                | AnswerType::Multiple { .. }
                | AnswerType::Scale { .. }
                | AnswerType::File {}
                | AnswerType::Acknowledgement {},
            ) => self.tell(place, FaultCode::CodeOrdered, name),
            _ => {}
        }
    }

    /// A text is compared with a number.
    fn number(&mut self, place: &str, text: &str) {
        if !text.is_empty() && text.trim().parse::<Decimal>().is_err() {
            self.tell(place, FaultCode::NoNumber, text);
        }
    }
}
