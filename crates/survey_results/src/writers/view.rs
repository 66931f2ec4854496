//! Tables to be shown: texts in place of codes, and shares beside counts.

use super::reading::{Percent, Reading, Words};
use crate::artefact::{ALL, NOT_ASKED, PairResult, QuestionResult, Row, Table};

/// A table in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableView {
    /// The question.
    pub caption: String,
    /// The columns, in words.
    pub heads: Vec<String>,
    /// The rows; that of all is the last.
    pub rows: Vec<ViewRow>,
    /// Whether a count is hidden.
    pub has_hidden: bool,
    /// The number of the release that first had it.
    pub number: u32,
    /// The instant whose submissions it counts.
    pub as_of: String,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewRow {
    /// Its key in the release.
    pub key: String,
    /// The same in words.
    pub label: String,
    /// How many respondents it has.
    pub n: u32,
    /// How many of them were asked; none where that is hidden.
    pub base: Option<u32>,
    /// The counts, in the order of the columns.
    pub cells: Vec<ViewCell>,
    /// The answer that halves all answers in order.
    pub median: Option<String>,
    /// How many answered an option or a higher one.
    pub at_least: Vec<ViewCell>,
    /// How many answered one of several neighbouring options.
    pub bands: Vec<ViewCell>,
}

/// A count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewCell {
    /// The code of the option; those of a band with `+` between.
    pub option: String,
    /// The same in words.
    pub label: String,
    /// How many; none where hidden.
    pub count: Option<u32>,
    /// In whole percent of those that were asked.
    pub percent: Option<u32>,
}

/// A table of a question, by region or not.
pub fn question_view<W: Words>(reading: &Reading<'_, W>, result: &QuestionResult, table: &Table) -> TableView {
    let code = result.row.as_deref().unwrap_or(&result.question);
    let caption = reading.question(&result.question, result.row.as_deref());
    view(reading, caption, code, table, |key| reading.group(key))
}

/// The table of a pair of questions.
pub fn pair_view<W: Words>(reading: &Reading<'_, W>, pair: &PairResult, table: &Table) -> TableView {
    let names = [&pair.question, &pair.with].map(|code| reading.question(code, None));
    let group = |key: &str| if key == ALL { reading.group(key) } else { reading.option(&pair.question, key) };
    view(reading, names.join(" × "), &pair.with, table, group)
}

fn view<W: Words>(
    reading: &Reading<'_, W>,
    caption: String,
    code: &str,
    table: &Table,
    group: impl Fn(&str) -> String,
) -> TableView {
    let cell = |row: &Row, option: &str, count: Option<u32>| ViewCell {
        option: option.to_owned(),
        label: reading.option(code, option),
        count,
        percent: whole_percent(row, option, count),
    };
    let row = |row: &Row| ViewRow {
        key: row.key.clone(),
        label: group(&row.key),
        n: row.n,
        base: row.base,
        cells: row.cells.iter().map(|found| cell(row, &found.option, found.count)).collect(),
        median: row.median.as_ref().map(|median| reading.option(code, median)),
        at_least: row.at_least.iter().map(|found| cell(row, &found.option, Some(found.count))).collect(),
        bands: row.bands.iter().map(|band| cell(row, &band.options.join("+"), Some(band.count))).collect(),
    };
    TableView {
        caption,
        heads: table.columns.iter().map(|option| reading.option(code, option)).collect(),
        rows: table.rows.iter().map(row).collect(),
        has_hidden: !table.rows.iter().all(Row::is_whole),
        number: table.number,
        as_of: table.as_of.clone(),
    }
}

/// A share of those that were asked; who was not asked is no part of them.
pub(super) fn whole_percent(row: &Row, option: &str, count: Option<u32>) -> Option<u32> {
    let (count, base) = (count?, row.base.filter(|_| option != NOT_ASKED)?);
    Percent::whole(count, base)
}
