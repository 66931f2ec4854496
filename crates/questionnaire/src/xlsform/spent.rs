//! How much of a questionnaire has been read from its sheets. What would be too much is not made: the reading stops.

use super::headers::Row;
use super::survey::Survey;
use crate::bounds::{
    MOST_ITEMS, MOST_OPTIONS, MOST_OPTIONS_IN_ALL, MOST_QUESTIONS, MOST_ROWS, MOST_ROWS_IN_ALL, MOST_RULES,
    MOST_SECTIONS, MOST_TEXTS,
};
use crate::check::FaultCode;
use crate::expression::Expression;
use crate::model::{Choice, Texts};

/// What has been read.
#[derive(Debug, Default)]
pub(super) struct Spent {
    questions: usize,
    /// Notes and groups.
    items: usize,
    options: usize,
    /// Rows of matrices.
    rows: usize,
    /// Bytes of texts.
    texts: usize,
    /// Bytes of rules.
    rules: usize,
}

impl Survey<'_, '_> {
    /// One section more than these.
    pub(super) fn takes_section(&mut self, row: usize, sections: usize) -> bool {
        self.bounded(row, "type", FaultCode::TooManySections, sections + 1, MOST_SECTIONS)
    }

    pub(super) fn takes_question(&mut self, row: &Row) {
        self.spent.questions += 1;
        self.bounded(row.number, "type", FaultCode::TooManyQuestions, self.spent.questions, MOST_QUESTIONS);
    }

    /// A note or a group.
    pub(super) fn takes_item(&mut self, row: &Row) {
        self.spent.items += 1;
        self.bounded(row.number, "type", FaultCode::TooManyItems, self.spent.items, MOST_ITEMS);
    }

    /// One row of a matrix more than these.
    pub(super) fn takes_row(&mut self, row: &Row, rows: usize) -> bool {
        self.spent.rows += 1;
        self.bounded(row.number, "type", FaultCode::TooManyRows, rows + 1, MOST_ROWS)
            && self.bounded(row.number, "type", FaultCode::TooManyRows, self.spent.rows, MOST_ROWS_IN_ALL)
    }

    /// A list of options, which is made once more for each question that has it.
    pub(super) fn takes_options(&mut self, row: &Row, options: &[(usize, Choice)]) -> bool {
        self.spent.options += options.len();
        let code = FaultCode::TooManyOptions;
        self.bounded(row.number, "type", code, options.len(), MOST_OPTIONS)
            && self.bounded(row.number, "type", code, self.spent.options, MOST_OPTIONS_IN_ALL)
            && self.takes_bytes(row.number, "type", options.iter().map(|(_, option)| bytes(&option.label)).sum())
    }

    pub(super) fn takes_texts(&mut self, row: &Row, texts: Texts) -> Texts {
        if self.takes_bytes(row.number, "label", bytes(&texts)) { texts } else { Texts::new() }
    }

    /// The title, which sections without one have, too.
    pub(super) fn takes_title(&mut self) -> bool {
        self.takes_bytes(self.source.survey.header_row, "", bytes(self.title))
    }

    pub(super) fn takes_rule(&mut self, row: &Row, base: &str, rule: &Expression) -> bool {
        self.spent.rules += rule.bytes();
        self.bounded(row.number, base, FaultCode::TooLarge, self.spent.rules, MOST_RULES)
    }

    fn takes_bytes(&mut self, row: usize, base: &str, bytes: usize) -> bool {
        self.spent.texts += bytes;
        self.bounded(row, base, FaultCode::TooLarge, self.spent.texts, MOST_TEXTS)
    }

    /// Stops the reading where there is more than the bound.
    fn bounded(&mut self, row: usize, base: &str, code: FaultCode, count: usize, most: usize) -> bool {
        if count > most {
            let table = &self.source.survey;
            let column = if base.is_empty() { String::new() } else { table.header(base, None) };
            self.told.stop(&table.name, row, &column, code, most);
        }
        count <= most
    }
}

fn bytes(texts: &Texts) -> usize {
    texts.values().map(String::len).sum()
}
