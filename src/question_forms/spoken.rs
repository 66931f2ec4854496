//! Values in words: the labels of options in place of their codes.

use questionnaire::{AnswerType, Question};
use serde_json::Value;

use super::typed::{TICKED, file, typed};
use super::{Said, Tongue};

/// A value in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Its words, several where several options are chosen; none where there is no answer.
    pub words: Vec<Said>,
    /// What a number counts.
    pub unit: Said,
    /// Whether it says that something was read or agreed to.
    pub is_tick: bool,
    /// Name and size of a file.
    pub file: Option<(String, String)>,
}

impl Spoken {
    /// A value of a question, or of one of its rows.
    #[must_use]
    pub fn of(tongue: &Tongue, question: &Question, value: Option<&Value>) -> Self {
        let answer = match &question.answer {
            AnswerType::Matrix { cell, .. } => cell,
            answer => answer,
        };
        let Some(value) = value else { return Self::default() };
        if let (AnswerType::File {}, Some(file)) = (answer, file(value)) {
            return Self { file: Some(file), ..Self::default() };
        }
        let shown = typed(answer, value, tongue.language());
        let is_tick = matches!(answer, AnswerType::Acknowledgement {}) && shown.iter().any(|text| text == TICKED);
        let options = answer.options().unwrap_or_default();
        let word = |text: &String| {
            let option = options.iter().find(|option| option.code == *text);
            let plain = || Said { text: text.clone(), lang: String::new() };
            option.map_or_else(plain, |option| tongue.said_or(&option.label, &option.code))
        };
        let unit = match answer {
            AnswerType::Integer { unit, .. } | AnswerType::Decimal { unit, .. } => tongue.said(unit),
            _ => Said::default(),
        };
        let words = if is_tick { Vec::new() } else { shown.iter().map(word).collect() };
        Self { words, unit, is_tick, file: None }
    }

    /// Whether there is no answer.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.words.is_empty() && !self.is_tick && self.file.is_none()
    }
}
