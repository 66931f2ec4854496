//! A release in the words of its readers: labels, shares and bounds.

use questionnaire::{Question, Questionnaire, Texts};
use survey_results::{
    ALL, ANSWERED, AtLeast, Band, Cell, NO_ANSWER, NO_REGION, NOT_ASKED, Outcome, PairResult, QuestionResult, Release,
    Row, Table,
};

use super::types::{Bounds, Labelled, ResultCell, ResultRow, ResultTable};
use crate::i18n::{Catalogue, Language};

/// The name of the table by region.
pub(super) const REGION: &str = "region";

/// Tells a release in a language.
pub(super) struct Teller<'a> {
    pub(super) release: &'a Release,
    pub(super) questionnaire: &'a Questionnaire,
    pub(super) catalogue: &'a Catalogue,
    pub(super) language: Language,
}

impl Teller<'_> {
    /// The table of all respondents of a question.
    pub(super) fn totals(&self, result: &QuestionResult) -> ResultTable {
        self.table(result, ALL, &result.totals)
    }

    /// Its table by region.
    pub(super) fn by_region(&self, result: &QuestionResult) -> ResultTable {
        self.table(result, REGION, &result.by_region)
    }

    /// The table of a pair. Its columns are the options of the other question.
    pub(super) fn pair(&self, pair: &PairResult) -> Option<ResultTable> {
        let find = |code: &str| self.release.questions.iter().find(|result| code_of(result) == code);
        let (first, with) = (find(&pair.question)?, find(&pair.with)?);
        let mut table = self.table(with, &pair.concept, &pair.table);
        (table.question, table.row) = (first.question.clone(), first.row.clone());
        table.label = format!("{} × {}", self.label(first), self.label(with));
        table.concept.clone_from(&first.concept);
        for row in &mut table.rows {
            row.label = self.option(&first.question, &row.key);
        }
        Some(table)
    }

    fn table(&self, result: &QuestionResult, by: &str, outcome: &Outcome) -> ResultTable {
        let (table, withheld) = match outcome {
            Outcome::Served(table) => (Some(table), None),
            Outcome::Withheld(reason) => (None, Some(*reason)),
        };
        let columns = table.map(|table| table.columns.as_slice()).unwrap_or_default();
        let label = |code: &String| Labelled { code: code.clone(), label: self.option(&result.question, code) };
        ResultTable {
            question: result.question.clone(),
            row: result.row.clone(),
            label: self.label(result),
            concept: result.concept.clone(),
            kind: result.kind,
            by: by.to_owned(),
            withheld,
            number: table.map(|table| table.number),
            as_of: table.map(|table| table.as_of.clone()),
            columns: columns.iter().map(label).collect(),
            rows: table.map(|table| self.rows(result, by, table)).unwrap_or_default(),
        }
    }

    fn rows(&self, result: &QuestionResult, by: &str, table: &Table) -> Vec<ResultRow> {
        table.rows.iter().map(|row| self.row(result, row, row.key == ALL || by == REGION)).collect()
    }

    /// A row; one of all, or of a region, has a frame.
    pub(super) fn row(&self, result: &QuestionResult, row: &Row, has_frame: bool) -> ResultRow {
        let frame = &self.release.frame;
        let asked = if row.key == ALL { Some(frame.all) } else { frame.by_region.get(&row.key).copied() };
        let frame = asked.filter(|_| has_frame);
        let told = |cell: ResultCell| ResultCell { percent: percent(cell.count, row.base), ..cell };
        let bounded = |cell: &Cell| {
            let silent = frame.map(|frame| frame.saturating_sub(row.n));
            let bounds = cell.count.zip(silent).map(|(count, silent)| Bounds { least: count, most: count + silent });
            told(ResultCell { option: cell.option.clone(), count: cell.count, percent: None, bounds })
        };
        let follows =
            |option: String, count: u32| told(ResultCell { option, count: Some(count), percent: None, bounds: None });
        let at_least = row.at_least.iter().map(|AtLeast { option, count }| follows(option.clone(), *count));
        let bands = row.bands.iter().map(|Band { options, count }| follows(options.join("+"), *count));
        ResultRow {
            key: row.key.clone(),
            label: self.key(&row.key),
            n: row.n,
            base: row.base,
            frame,
            response_rate: percent(Some(row.n), frame),
            cells: row.cells.iter().map(bounded).collect(),
            median: row
                .median
                .as_ref()
                .map(|code| Labelled { code: code.clone(), label: self.option(&result.question, code) }),
            at_least: at_least.collect(),
            bands: bands.collect(),
        }
    }

    /// What is asked; of a row of a matrix both.
    pub(super) fn label(&self, result: &QuestionResult) -> String {
        let Some(question) = self.question(&result.question) else { return result.question.clone() };
        let label = self.text(&question.label);
        let row = result.row.as_ref().map(|row| self.option(&result.question, row));
        row.map_or_else(|| label.clone(), |row| format!("{label} – {row}"))
    }

    /// The text of an option, of a row of a matrix, or of a band.
    fn option(&self, question: &str, code: &str) -> String {
        if [NO_ANSWER, NOT_ASKED, ANSWERED, ALL].contains(&code) {
            return self.key(code);
        }
        let Some(question) = self.question(question) else { return code.to_owned() };
        let one = |code: &str| self.found(question, code).unwrap_or_else(|| code.to_owned());
        code.split('+').map(one).collect::<Vec<_>>().join("; ")
    }

    fn found(&self, question: &Question, code: &str) -> Option<String> {
        if let questionnaire::AnswerType::Matrix { rows, .. } = &question.answer
            && let Some(row) = rows.iter().find(|row| row.code == code)
        {
            return Some(self.text(&row.label));
        }
        let options = question.answer.options().unwrap_or_default();
        options.iter().find(|option| option.code == code).map(|option| self.text(&option.label))
    }

    /// The text of a row that is no option.
    pub(super) fn key(&self, key: &str) -> String {
        match key {
            ALL | NO_ANSWER | NOT_ASKED | NO_REGION | ANSWERED => {
                self.catalogue.text(self.language, &format!("results-{key}"), &[])
            }
            region => self.catalogue.text(self.language, &format!("region-{region}"), &[]),
        }
    }

    fn question(&self, code: &str) -> Option<&Question> {
        self.questionnaire.questions().map(|(_, question)| question).find(|question| question.code == code)
    }

    /// A text in the reader's language, or in the first one of the questionnaire.
    fn text(&self, texts: &Texts) -> String {
        let first = self.questionnaire.languages.first().and_then(|language| texts.get(language));
        texts.get(self.language.as_str()).or(first).or_else(|| texts.values().next()).cloned().unwrap_or_default()
    }
}

/// The code by which queries and pairs name a question: that of the row of a matrix.
pub(super) fn code_of(result: &QuestionResult) -> &str {
    result.row.as_deref().unwrap_or(&result.question)
}

/// A share in whole percent, rounded half up; none of nothing.
pub(super) fn percent(count: Option<u32>, base: Option<u32>) -> Option<u32> {
    let (count, base) = (u64::from(count?), u64::from(base?));
    if base == 0 { None } else { u32::try_from((count * 200 + base) / (base * 2)).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_2024() {
        let shares = [15, 27, 35, 31, 8, 107, 73].map(|count| percent(Some(count), Some(116)).unwrap());
        assert_eq!(shares, [13, 23, 30, 27, 7, 92, 63]);
        assert_eq!(percent(Some(116), Some(186)), Some(62));
        assert_eq!((percent(None, Some(5)), percent(Some(0), Some(0))), (None, None));
    }
}
