//! The fields of questions: controls with what they show, and what is wrong with it.

use std::collections::HashMap;

use questionnaire::{AnswerType, Answers, Choice, Question, ValueFault};
use serde_json::Value;

use super::field_view::Control;
use super::known::{Known, field_name};
use super::typed::{file, typed};
use super::{AnswerFault, FieldView, MatrixView, OptionView, Said, Told, Tongue};

/// The rows of a matrix below one row of heads.
const ROWS_BELOW_HEADS: usize = 7;

/// Makes the fields of a section.
pub(super) struct Maker<'a> {
    pub(super) tongue: &'a Tongue,
    pub(super) answers: &'a Answers<'a>,
    /// Stored answers by question and row: value and revision.
    pub(super) known: StoredAnswers<'a>,
}

/// Stored answers by question and row: value and revision.
pub(super) type StoredAnswers<'a> = HashMap<(&'a str, Option<&'a str>), (Option<&'a Value>, i64)>;

impl Maker<'_> {
    /// The field of a question that is no matrix.
    pub(super) fn field(&self, question: &Question) -> FieldView {
        let label = self.tongue.said_or(&question.label, &question.code);
        self.one(question, None, &question.answer, label)
    }

    /// A matrix; none for other questions.
    pub(super) fn matrix(&self, question: &Question) -> Option<MatrixView> {
        let AnswerType::Matrix { rows, cell } = &question.answer else { return None };
        let field = |row: &questionnaire::MatrixRow| {
            let label = self.tongue.said_or(&row.label, &row.code);
            FieldView { hint: Said::default(), ..self.one(question, Some(&row.code), cell, label) }
        };
        let fields: Vec<FieldView> = rows.iter().map(field).collect();
        let heads = cell.options().unwrap_or_default().iter();
        Some(MatrixView {
            name: field_name(&question.code, None),
            label: self.tongue.said_or(&question.label, &question.code),
            hint: self.tongue.said(&question.hint),
            is_required: question.required,
            is_radios: matches!(**cell, AnswerType::Single { .. } | AnswerType::Scale { .. }),
            columns: heads.map(|option| self.tongue.said_or(&option.label, &option.code)).collect(),
            links: Vec::new(),
            bands: fields.chunks(ROWS_BELOW_HEADS).map(<[FieldView]>::to_vec).collect(),
        })
    }

    /// The field of a question or of a row.
    fn one(&self, question: &Question, row: Option<&str>, answer: &AnswerType, label: Said) -> FieldView {
        let known = self.known.get(&(question.code.as_str(), row));
        let (value, revision) = known.copied().unwrap_or_default();
        let language = self.tongue.language();
        let shown = value.map(|value| typed(answer, value, language)).unwrap_or_default();
        let options = answer.options().unwrap_or_default();
        let is_stray = |code: &&String| options.iter().all(|option| option.code != **code);
        let control = control(answer, &shown);
        let stray = matches!(control, Control::Radios | Control::Checkboxes);
        FieldView {
            name: field_name(&question.code, row),
            question: question.code.clone(),
            row: row.map(str::to_owned),
            label,
            hint: self.tongue.said(&question.hint),
            is_required: question.required,
            control,
            options: self.options(options, &shown),
            stray: if stray { shown.iter().filter(is_stray).cloned().collect() } else { Vec::new() },
            value: if control == Control::File { String::new() } else { shown.first().cloned().unwrap_or_default() },
            unit: self.unit(answer),
            input_mode: input_mode(answer),
            limits: limits(answer, language),
            file: value.filter(|_| control == Control::File).and_then(file),
            known: Known::of(answer, value, revision, language).to_string(),
            fault: self.fault(question, row, language),
            ..FieldView::default()
        }
    }

    fn options(&self, options: &[Choice], chosen: &[String]) -> Vec<OptionView> {
        let view = |option: &Choice| OptionView {
            code: option.code.clone(),
            label: self.tongue.said_or(&option.label, &option.code),
            is_chosen: chosen.contains(&option.code),
            is_exclusive: option.is_exclusive,
        };
        options.iter().map(view).collect()
    }

    fn unit(&self, answer: &AnswerType) -> Said {
        match answer {
            AnswerType::Integer { unit, .. } | AnswerType::Decimal { unit, .. } => self.tongue.said(unit),
            _ => Said::default(),
        }
    }

    /// What is wrong with the stored answer.
    fn fault(&self, question: &Question, row: Option<&str>, language: &str) -> Option<AnswerFault> {
        let code = question.code.as_str();
        let invalid = self.answers.invalid().iter().find(|(asked, _)| asked.question == code && asked.row == row);
        if let Some((_, fault)) = invalid {
            return Some(AnswerFault::Told(fault_of(fault, language)));
        }
        self.answers.unmet().iter().find(|asked| asked.question == code && asked.row == row)?;
        let message = question.constraint.as_ref().map(|constraint| self.tongue.said(&constraint.message));
        let message = message.filter(|message| !message.is_empty());
        Some(message.map_or_else(|| AnswerFault::Told(Told::new("answer-wrong-unmet")), AnswerFault::Said))
    }
}

/// The sentence of a fault.
fn fault_of(fault: &ValueFault, language: &str) -> Told {
    let key = match (fault.code.as_str(), fault.detail.as_str()) {
        ("wrong_type", "integer") => "answer-wrong-no_integer".to_owned(),
        (code, _) => format!("answer-wrong-{code}"),
    };
    Told::new(key).with("detail", number(&fault.detail, language))
}

/// How a question is answered. What a control cannot show is shown in one that can.
fn control(answer: &AnswerType, shown: &[String]) -> Control {
    let has_lines = || shown.iter().any(|text| text.contains('\n'));
    match answer {
        AnswerType::Single { .. } | AnswerType::Scale { .. } => Control::Radios,
        AnswerType::Multiple { .. } => Control::Checkboxes,
        AnswerType::Text { is_long: true, .. } => Control::Area,
        _ if has_lines() => Control::Area,
        AnswerType::Date {} if shown.iter().all(|day| is_day(day)) => Control::Date,
        AnswerType::File {} => Control::File,
        AnswerType::Acknowledgement {} => Control::Tick,
        _ => Control::Line,
    }
}

/// Whether a text has the form of a day, so that a control for days can show it.
fn is_day(text: &str) -> bool {
    let form = |(place, byte): (usize, u8)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(form)
}

fn input_mode(answer: &AnswerType) -> &'static str {
    match answer {
        AnswerType::Integer { least, .. } if least.is_some_and(|least| least >= 0) => "numeric",
        AnswerType::Decimal { least: Some(least), .. } | AnswerType::Range { start: least, .. }
            if !least.to_string().starts_with('-') =>
        {
            "decimal"
        }
        // Keyboards for numbers have no minus sign.
        _ => "text",
    }
}

/// The bounds that are told before somebody answers.
fn limits(answer: &AnswerType, language: &str) -> Option<Told> {
    let (least, most) = match answer {
        AnswerType::Integer { least, most, .. } => {
            (least.map(|bound| bound.to_string()), most.map(|bound| bound.to_string()))
        }
        AnswerType::Decimal { least, most, .. } => {
            (least.as_ref().map(ToString::to_string), most.as_ref().map(ToString::to_string))
        }
        AnswerType::Range { start, end, step } => {
            let told = Told::new("answer-limits-steps").with("least", number(&start.to_string(), language));
            let told = told.with("most", number(&end.to_string(), language));
            return Some(told.with("step", number(&step.to_string(), language)));
        }
        AnswerType::Text { most_characters: Some(most), .. } => {
            return Some(Told::new("answer-limits-text").with("most", most));
        }
        _ => return None,
    };
    let (least, most) = (least.map(|bound| number(&bound, language)), most.map(|bound| number(&bound, language)));
    match (least, most) {
        (Some(least), Some(most)) => Some(Told::new("answer-limits-both").with("least", least).with("most", most)),
        (Some(least), None) => Some(Told::new("answer-limits-least").with("least", least)),
        (None, Some(most)) => Some(Told::new("answer-limits-most").with("most", most)),
        (None, None) => None,
    }
}

/// A number as the language writes it; other texts as they are.
fn number(text: &str, language: &str) -> String {
    let any = AnswerType::Decimal { least: None, most: None, unit: questionnaire::Texts::new() };
    typed(&any, &Value::from(text), language).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests;
