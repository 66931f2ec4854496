//! Reasons in the reader's language. The crate of questionnaires has codes; their sentences are `answer-hint-<code>`,
//! and those of answers that cannot be stored `answer-fault-<code>`.

use questionnaire::{Asked, ValueFault};

use super::rules::Place;
use super::types::{AnswerFault, AnswerFaultCode, AnswerHint, OpenPoint};
use crate::i18n::{Catalogue, Language};

/// Puts reasons into words.
#[derive(Clone, Copy)]
pub(in crate::responses) struct Teller<'c> {
    catalogue: &'c Catalogue,
    language: Language,
}

impl<'c> Teller<'c> {
    pub(in crate::responses) fn new(catalogue: &'c Catalogue, language: Language) -> Self {
        Self { catalogue, language }
    }

    /// Why a value is not right.
    pub(in crate::responses) fn hint(self, fault: &ValueFault) -> AnswerHint {
        AnswerHint {
            code: fault.code.as_str(),
            value: fault.detail.clone(),
            detail: self.catalogue.words(self.language, "answer-hint", fault.code.as_str()),
        }
    }

    /// Why an answer cannot be stored.
    pub(super) fn fault(self, (question, row): Place, code: AnswerFaultCode) -> AnswerFault {
        let detail = self.catalogue.words(self.language, "answer-fault", code.as_str());
        AnswerFault { question, row: Some(row).filter(|row| !row.is_empty()), code, detail }
    }

    /// A place at which something is to be done.
    pub(in crate::responses) fn point(self, asked: &Asked<'_>, fault: Option<&ValueFault>) -> OpenPoint {
        OpenPoint {
            section: asked.section.to_owned(),
            question: asked.question.to_owned(),
            row: asked.row.map(str::to_owned),
            hint: fault.map(|fault| self.hint(fault)),
        }
    }
}
