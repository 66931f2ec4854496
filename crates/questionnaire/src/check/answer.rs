//! Faults of the types of answers.

use super::{Checker, FaultCode};
use crate::answers::{MOST_CHARACTERS, MOST_INTEGER};
use crate::decimal::Decimal;
use crate::model::{AnswerType, Choice, Texts};

impl Checker<'_> {
    /// The type of an answer; a cell is that of a matrix.
    pub(super) fn answer(&mut self, place: &str, answer: &AnswerType, is_cell: bool) {
        match answer {
            AnswerType::Single { options } => self.options(place, options, 1, false),
            AnswerType::Multiple { options } => self.options(place, options, 1, true),
            AnswerType::Scale { options } => self.options(place, options, 2, false),
            AnswerType::Matrix { rows, cell } => {
                if is_cell {
                    self.tell(place, FaultCode::NestedMatrix, "");
                }
                if rows.is_empty() {
                    self.tell(format!("{place}/rows"), FaultCode::NoRows, "");
                }
                for (number, row) in rows.iter().enumerate() {
                    self.texts(&format!("{place}/rows/{number}/label"), &row.label);
                }
                self.answer(&format!("{place}/cell"), cell, true);
            }
            AnswerType::Integer { least, most, unit } => {
                for (name, bound) in [("least", least), ("most", most)] {
                    if bound.is_some_and(|bound| bound.unsigned_abs() > MOST_INTEGER.unsigned_abs()) {
                        self.tell(format!("{place}/{name}"), FaultCode::NumberTooLarge, MOST_INTEGER.to_string());
                    }
                }
                self.bounds(place, least.as_ref(), most.as_ref());
                self.unit(place, unit);
            }
            AnswerType::Decimal { least, most, unit } => {
                self.bounds(place, least.as_ref(), most.as_ref());
                self.unit(place, unit);
            }
            AnswerType::Range { start, end, step } => self.range(place, start, end, step),
            AnswerType::Text { most_characters: Some(most), .. } if *most == 0 || *most > MOST_CHARACTERS => {
                self.tell(format!("{place}/most_characters"), FaultCode::BadLength, MOST_CHARACTERS.to_string());
            }
            AnswerType::Text { .. } | AnswerType::Date {} | AnswerType::File {} | AnswerType::Acknowledgement {} => {}
        }
    }

    fn options(&mut self, place: &str, options: &[Choice], least: usize, can_be_exclusive: bool) {
        let place = format!("{place}/options");
        if options.is_empty() {
            self.tell(&place, FaultCode::NoOptions, "");
        } else if options.len() < least {
            self.tell(&place, FaultCode::TooFewOptions, least.to_string());
        }
        self.option_codes(&place, options);
        for (number, option) in options.iter().enumerate() {
            self.texts(&format!("{place}/{number}/label"), &option.label);
            if option.is_exclusive && !can_be_exclusive {
                self.tell(format!("{place}/{number}/is_exclusive"), FaultCode::ExclusiveInSingle, &option.code);
            }
        }
    }

    fn bounds<T: PartialOrd + ToString>(&mut self, place: &str, least: Option<&T>, most: Option<&T>) {
        if let Some((least, most)) = least.zip(most).filter(|(least, most)| least > most) {
            self.tell(
                format!("{place}/least"),
                FaultCode::LeastAboveMost,
                format!("{} {}", least.to_string(), most.to_string()),
            );
        }
    }

    fn unit(&mut self, place: &str, unit: &Texts) {
        if !unit.is_empty() {
            self.texts(&format!("{place}/unit"), unit);
        }
    }

    fn range(&mut self, place: &str, start: &Decimal, end: &Decimal, step: &Decimal) {
        if start >= end {
            self.tell(format!("{place}/start"), FaultCode::LeastAboveMost, format!("{start} {end}"));
        } else if step.billionths() <= 0 || (end.billionths() - start.billionths()) % step.billionths() != 0 {
            self.tell(format!("{place}/step"), FaultCode::StepsMissEnd, step.to_string());
        }
    }
}
