//! A release in the words of its readers: labels, shares and bounds.

use survey_results::writers::Reading;
use survey_results::{ALL, AtLeast, Band, Cell, Outcome, PairResult, QuestionResult, Release, Row, Table};

use super::told::{Bounds, Labelled, ResultCell, ResultRow, ResultTable};
use super::words::PortalWords;
use crate::members::Region;

/// The name of the table by region.
pub(super) const REGION: &str = "region";

/// Tells a release in a language.
pub(super) struct Teller<'a> {
    pub(super) release: &'a Release,
    pub(super) reading: Reading<'a, PortalWords<'a>>,
}

impl Teller<'_> {
    /// The table of all respondents of a question.
    pub(super) fn totals(&self, result: &QuestionResult) -> ResultTable {
        self.table(result, ALL, &result.totals)
    }

    /// Its table by region.
    pub(super) fn by_region(&self, result: &QuestionResult) -> ResultTable {
        let mut table = self.table(result, REGION, &result.by_region);
        table.rows.sort_by_key(|row| place_of(&row.key));
        table
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
            row.label = if row.key == ALL { self.reading.group(ALL) } else { self.option(first, &row.key) };
        }
        Some(table)
    }

    fn table(&self, result: &QuestionResult, by: &str, outcome: &Outcome) -> ResultTable {
        let (table, withheld) = match outcome {
            Outcome::Served(table) => (Some(table), None),
            Outcome::Withheld(reason) => (None, Some(*reason)),
        };
        let columns = table.map(|table| table.columns.as_slice()).unwrap_or_default();
        let label = |code: &String| Labelled { code: code.clone(), label: self.option(result, code) };
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
            // That of a pair is an option, which the pair names.
            label: if has_frame { self.reading.group(&row.key) } else { row.key.clone() },
            n: row.n,
            base: row.base,
            frame,
            response_rate: percent(Some(row.n), frame),
            cells: row.cells.iter().map(bounded).collect(),
            median: row.median.as_ref().map(|code| Labelled { code: code.clone(), label: self.option(result, code) }),
            at_least: at_least.collect(),
            bands: bands.collect(),
        }
    }

    /// What is asked; of a row of a matrix both.
    fn label(&self, result: &QuestionResult) -> String {
        self.reading.question(&result.question, result.row.as_deref())
    }

    /// The text of an option, or of a band.
    fn option(&self, result: &QuestionResult, code: &str) -> String {
        self.reading.option(code_of(result), code)
    }
}

/// The place of a group in a table by region: the regions as they stand everywhere, then who is in none, then all.
pub(super) fn place_of(key: &str) -> usize {
    let place = Region::ALL.iter().position(|region| region.as_str() == key);
    place.unwrap_or(if key == ALL { usize::MAX } else { Region::ALL.len() })
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
    fn regions_stand_as_everywhere_and_all_is_the_last() {
        let mut keys = [ALL, survey_results::NO_REGION, "AP", "AMS", "WCA", "EUR"];
        keys.sort_by_key(|key| place_of(key));
        assert_eq!(keys, ["AMS", "EUR", "WCA", "AP", survey_results::NO_REGION, ALL]);
    }

    #[test]
    fn the_shares_of_2024() {
        let shares = [15, 27, 35, 31, 8, 107, 73].map(|count| percent(Some(count), Some(116)).unwrap());
        assert_eq!(shares, [13, 23, 30, 27, 7, 92, 63]);
        assert_eq!(percent(Some(116), Some(186)), Some(62));
        assert_eq!((percent(None, Some(5)), percent(Some(0), Some(0))), (None, None));
    }
}
