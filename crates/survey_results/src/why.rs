//! Why figures are hidden: for whoever publishes, never for readers.

use serde::Serialize;

use crate::artefact::{ALL, Kind, Release, Table};
use crate::count::{Count, Line};
use crate::plan::Plan;
use crate::tables::Maker;

/// Why a figure is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The row has too few respondents.
    FewRespondents,
    /// The count, or what is left of the row, is small.
    Small,
    /// All respondents of the row are in it.
    OneOption,
    /// It is zero, in a row with other hidden figures.
    Zero,
    /// Another hidden figure could be computed from it.
    Protects,
}

/// A figure that a release hides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The question, or the row of a matrix.
    pub question: String,
    /// The concept of the other question, in a pair.
    pub concept: Option<String>,
    /// The row of the table.
    pub row: String,
    /// The column.
    pub option: String,
    /// Why it is hidden.
    pub why: Why,
}

/// The figures that a release hides in its own tables: those of all respondents, and of the tables by region and of
/// pairs the rows of groups.
pub fn hidden(release: &Release, plan: &Plan, count: &Count) -> Vec<Hidden> {
    let maker = Maker { plan, count, k: release.k, number: release.number, as_of: &release.as_of };
    let own = |table: &&Table| table.number == release.number;
    let mut found = Vec::new();
    for (number, (item, result)) in plan.items.iter().zip(&release.questions).enumerate() {
        for (outcome, is_all) in [(&result.totals, true), (&result.by_region, false)] {
            let Some(table) = outcome.table().filter(own) else { continue };
            let kind = maker.item(number, is_all).kind;
            let lines = maker.lines(count, number, is_all, false);
            add(&mut found, item.code(), None, table, &lines, kind, release.k);
        }
    }
    for (number, pair) in release.pairs.iter().enumerate() {
        let Some(table) = pair.table.table().filter(own) else { continue };
        let lines = maker.pair_lines(number);
        add(&mut found, &pair.question, Some(&pair.concept), table, &lines, Kind::Single, release.k);
    }
    found
}

fn add(
    found: &mut Vec<Hidden>,
    question: &str,
    concept: Option<&str>,
    table: &Table,
    lines: &[Line],
    kind: Kind,
    k: u32,
) {
    let is_of_groups = table.rows.len() > 1;
    let rows = table.rows.iter().filter(|row| !is_of_groups || row.key != ALL);
    for (row, line) in rows.zip(lines) {
        let size = row.base.unwrap_or(row.n);
        for (cell, value) in row.cells.iter().zip(&line.columns).filter(|(cell, _)| cell.count.is_none()) {
            found.push(Hidden {
                question: question.to_owned(),
                concept: concept.map(str::to_owned),
                row: row.key.clone(),
                option: cell.option.clone(),
                why: why(kind, *value, size, k),
            });
        }
    }
}

fn why(kind: Kind, value: u32, size: u32, k: u32) -> Why {
    let is_small = |count: u32| (1..k).contains(&count);
    if size < k {
        Why::FewRespondents
    } else if value == size {
        Why::OneOption
    } else if is_small(value) || (kind == Kind::Multiple && is_small(size.saturating_sub(value))) {
        Why::Small
    } else if value == 0 {
        Why::Zero
    } else {
        Why::Protects
    }
}
