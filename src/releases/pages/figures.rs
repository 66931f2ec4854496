//! Figures as tables for people: one group with its shares and bounds, or several groups side by side.
//!
//! An option is a row, so that a question with many options goes over several pages. A hidden count is the word for it,
//! and has no share.

use survey_results::{Kind, NO_ANSWER, NOT_ASKED};

use super::super::{ResultCell, ResultRow, ResultTable};
use crate::http::pagination::PageInfo;
use crate::web::{Fact, Page, Row, Shown, Table, page_of};

/// Rows of a page.
const ROWS: usize = 25;
/// Most groups side by side.
const GROUPS: usize = 12;

/// A table of figures, and the way on.
pub(super) struct Figures {
    pub(super) table: Table,
    /// Counts of several options together: levels that a scale reaches, and bands. None where there are none.
    pub(super) together: Option<Table>,
    pub(super) info: PageInfo,
    /// Whether a count is hidden.
    pub(super) has_hidden: bool,
    /// How many groups are left out.
    pub(super) left_out: usize,
}

/// A line of a table before it has its heads.
type Line = Vec<Shown>;

/// A count in words.
pub(super) fn count(page: &Page, count: Option<u32>) -> Shown {
    count.map_or_else(|| hidden(page), Shown::code)
}

/// A count with its share of the base.
pub(super) fn count_and_share(page: &Page, cell: &ResultCell) -> Shown {
    match (cell.count, cell.percent) {
        (None, _) => hidden(page),
        (Some(count), None) => Shown::code(count),
        (Some(count), Some(percent)) => {
            let parts = [("count", count.to_string()), ("percent", percent.to_string())];
            Shown::text(page.text_with("results-share", &parts))
        }
    }
}

fn hidden(page: &Page) -> Shown {
    Shown::text(page.text("results-hidden"))
}

/// A share.
pub(super) fn percent(page: &Page, percent: Option<u32>) -> Shown {
    percent.map(|percent| Shown::text(page.say("results-percent", "percent", percent))).unwrap_or_default()
}

/// The figures of all respondents: counts, shares of those that were asked, and bounds over all that were to answer.
pub(super) fn of_all(page: &Page, told: &ResultTable, cursor: &str) -> Figures {
    let lines = told.rows.iter().flat_map(|row| lines_of(page, told, row)).collect();
    let heads = ["option", "answers", "share", "frame-bounds"].map(|name| page.text(&format!("th-{name}")));
    // The first page alone has them: they repeat what the options say.
    let together = cursor.is_empty().then(|| together(page, told)).filter(|table| !table.rows.is_empty());
    Figures { together, ..laid_out(page, told, (heads.into(), lines), cursor, 0) }
}

/// Levels that a scale reaches, then options together, each with its share.
fn together(page: &Page, told: &ResultTable) -> Table {
    let mut table = Table::new(page, "results-together", &["option", "answers", "share"]);
    let name = |code: &str| {
        let found = told.columns.iter().find(|column| column.code == code);
        found.map_or_else(|| code.to_owned(), |column| brief(&column.label).to_owned())
    };
    for row in &told.rows {
        // The highest option and higher is that option.
        let at_least = row.at_least.split_last().map_or(&[][..], |(_, lower)| lower).iter();
        let at_least = at_least.map(|cell| (page.say("results-at-least", "option", name(&cell.option)), cell));
        let bands = row.bands.iter();
        let bands = bands.map(|cell| (cell.option.split('+').map(name).collect::<Vec<_>>().join(" + "), cell));
        for (label, cell) in at_least.chain(bands).take(ROWS) {
            table.push(vec![Shown::text(label), count(page, cell.count), percent(page, cell.percent)]);
        }
    }
    table
}

/// What an option is called, without its explanation: “1 – Initial” of “1 – Initial (awareness): the value is seen”.
fn brief(label: &str) -> &str {
    let end = label.find([':', '(']).unwrap_or(label.len());
    let name = label.get(..end).unwrap_or(label).trim_end();
    if name.is_empty() { label } else { name }
}

/// The answer that most respondents gave, or the middle of numbers; a word where a count is hidden.
pub(super) fn leading(page: &Page, told: &ResultTable) -> Shown {
    let Some(row) = told.rows.last() else { return Shown::text(page.text("results-no-row")) };
    if row.cells.iter().any(|cell| cell.count.is_none()) {
        return hidden(page);
    }
    if told.kind == Kind::Number {
        let median = row.median.as_ref().map(|median| Shown::text(page.say("results-median", "median", &median.label)));
        return median.unwrap_or_default();
    }
    let is_given = |cell: &&ResultCell| cell.count > Some(0) && ![NO_ANSWER, NOT_ASKED].contains(&cell.option.as_str());
    let answers = row.cells.iter().filter(is_given);
    // Of equal counts the first.
    let Some(most) = answers.rev().max_by_key(|cell| cell.count) else { return Shown::default() };
    let label = told.columns.iter().find(|column| column.code == most.option).map(|column| brief(&column.label));
    let option = label.unwrap_or(&most.option).to_owned();
    Shown::text(page.text_with("results-option", &[("option", option), ("figure", count_and_share(page, most).text)]))
}

fn lines_of(page: &Page, told: &ResultTable, row: &ResultRow) -> Vec<Line> {
    let line = |(label, cell): (String, &ResultCell)| {
        let bounds = cell.bounds.map(|bounds| {
            let parts = [("least", bounds.least.to_string()), ("most", bounds.most.to_string())];
            Shown::text(page.text_with("results-bounds", &parts))
        });
        let share = percent(page, cell.percent);
        vec![Shown::text(label), count(page, cell.count), share, bounds.unwrap_or_default()]
    };
    let name = |code: &str| {
        let found = told.columns.iter().find(|column| column.code == code);
        found.map_or_else(|| code.to_owned(), |column| column.label.clone())
    };
    row.cells.iter().map(|cell| line((name(&cell.option), cell))).collect()
}

/// The figures of several groups side by side: how many took part and were asked, then the options.
pub(super) fn by_group(page: &Page, told: &ResultTable, cursor: &str) -> Figures {
    // All together stand last, and stay where groups are left out.
    let (all, groups) = told.rows.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
    let shown: Vec<&ResultRow> = groups.iter().take(GROUPS).chain(all).collect();
    let heads = std::iter::once(page.text("th-option")).chain(shown.iter().map(|row| row.label.clone())).collect();
    let of_rows = |key: &str, cell: &dyn Fn(&ResultRow) -> Shown| -> Line {
        std::iter::once(Shown::text(page.text(key))).chain(shown.iter().map(|row| cell(row))).collect()
    };
    let mut lines =
        vec![of_rows("th-took-part", &|row| Shown::code(row.n)), of_rows("th-base", &|row| count(page, row.base))];
    for (place, column) in told.columns.iter().enumerate() {
        let cell = |row: &&ResultRow| row.cells.get(place).map(|cell| count_and_share(page, cell)).unwrap_or_default();
        lines.push(std::iter::once(Shown::text(column.label.clone())).chain(shown.iter().map(cell)).collect());
    }
    if shown.iter().any(|row| row.median.is_some()) {
        let median = |row: &ResultRow| match &row.median {
            Some(median) => Shown::text(median.label.clone()),
            None => Shown::text(page.text("results-median.none")),
        };
        lines.push(of_rows("th-median", &median));
    }
    laid_out(page, told, (heads, lines), cursor, groups.len().saturating_sub(GROUPS))
}

fn laid_out(
    page: &Page,
    told: &ResultTable,
    (heads, lines): (Vec<String>, Vec<Line>),
    cursor: &str,
    left_out: usize,
) -> Figures {
    let (shown, info) = page_of(&lines, cursor, ROWS);
    let row = |line: &Line| {
        let labelled = heads.iter().cloned().zip(line.iter().cloned());
        Row { anchor: String::new(), cells: labelled.map(|(label, value)| Fact { label, value }).collect() }
    };
    let rows = shown.iter().map(row).collect();
    let cells = told.rows.iter().flat_map(|row| &row.cells);
    Figures {
        has_hidden: cells.clone().any(|cell| cell.count.is_none()) || told.rows.iter().any(|row| row.base.is_none()),
        table: Table { caption: told.label.clone(), none: page.text("results-no-figures"), heads, rows },
        together: None,
        info,
        left_out,
    }
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn an_option_is_called_without_its_explanation() {
        let told = ["1 – Initial (awareness): the value is seen", "2\u{a0}: avancé", "Yes", ": odd", "é(è)"].map(brief);
        assert_eq!(told, ["1 – Initial", "2", "Yes", ": odd", "é"]);
    }
}
