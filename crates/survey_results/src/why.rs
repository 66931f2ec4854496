//! The reasons for hidden figures, as the publisher of a release sees them. They are computed from the release alone.
//!
//! No reason distinguishes small figures, zeros, and figures that protect others: where the sum of two hidden figures is
//! known, such reasons would disclose both.

use serde::Serialize;

use crate::artefact::{ALL, Release, Table};

/// Why a figure is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The row has too few respondents.
    FewRespondents,
    /// It is small, or a small one could be computed from it.
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

/// What a release hides. Tables that it repeats from earlier releases are left out.
pub fn hidden(release: &Release) -> Vec<Hidden> {
    let own = |table: &&Table| table.number == release.number;
    let mut found = Vec::new();
    for result in &release.questions {
        let code = result.row.as_deref().unwrap_or(&result.question);
        for table in [&result.totals, &result.by_region].into_iter().filter_map(|outcome| outcome.table()).filter(own) {
            add(&mut found, code, None, table, release.k);
        }
    }
    for pair in &release.pairs {
        for table in pair.table.table().into_iter().filter(own) {
            add(&mut found, &pair.question, Some(&pair.concept), table, release.k);
        }
    }
    found
}

fn add(found: &mut Vec<Hidden>, question: &str, concept: Option<&str>, table: &Table, k: u32) {
    let is_of_groups = table.rows.len() > 1;
    for row in table.rows.iter().filter(|row| !is_of_groups || row.key != ALL) {
        let why = if row.base.unwrap_or(row.n) < k { Why::FewRespondents } else { Why::Protects };
        found.extend(row.cells.iter().filter(|cell| cell.count.is_none()).map(|cell| Hidden {
            question: question.to_owned(),
            concept: concept.map(str::to_owned),
            row: row.key.clone(),
            option: cell.option.clone(),
            why,
        }));
    }
}
