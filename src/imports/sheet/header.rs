//! The header of a sheet: which row it is, and which columns its cells name.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Column, Meaning};
use super::{Cell, Line, place};
use crate::error::{FieldCode, FieldError};
use crate::text;

/// Rows in which the header is searched: titles, logos and notes may be above it.
const LOOKED_AT: usize = 20;

/// The parsed header.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// The meaning of each column; none for unknown ones.
    pub(super) columns: Vec<Option<Column>>,
    /// The skipped ones.
    pub(super) ignored: Vec<String>,
    /// The hidden ones.
    pub(super) hidden: Vec<String>,
    /// Whether days are written with the day before the month.
    pub(super) day_first: bool,
}

/// The meanings of the visible cells of a line.
fn meanings<'l>(
    line: &'l Line,
    hidden: &'l BTreeSet<usize>,
) -> impl Iterator<Item = (usize, &'l str, Option<Meaning>)> {
    line.cells.iter().enumerate().filter(move |(at, _)| !hidden.contains(at)).filter_map(|(at, cell)| match cell {
        Cell::Text(name) => Some((at, name.as_str(), Column::meant(name))),
        Cell::Empty | Cell::Broken => None,
    })
}

/// Whether a line names the one required column.
pub(super) fn is_header(line: &Line, hidden: &BTreeSet<usize>) -> bool {
    meanings(line, hidden).any(|(_, _, meaning)| meaning.is_some_and(|meaning| meaning.column == Column::Email))
}

/// Selects the header among the first lines: the one that names the most columns, the last of several with equal
/// numbers, since a header that spans two rows is in both; the first line if none names any.
pub(super) fn position(lines: &[Line], hidden: &BTreeSet<usize>) -> usize {
    let named = |line: &Line| {
        let columns: BTreeSet<Column> =
            meanings(line, hidden).filter_map(|(_, _, meaning)| Some(meaning?.column)).collect();
        (columns.contains(&Column::Email), columns.len())
    };
    let best = lines.iter().take(LOOKED_AT).map(named).enumerate().max_by_key(|(_, named)| *named);
    best.filter(|(_, (_, count))| *count > 0).map_or(0, |(at, _)| at)
}

/// Parses the header.
///
/// # Errors
/// Columns that occur twice; a missing required column.
pub(super) fn read(line: &Line, hidden: &BTreeSet<usize>) -> Result<Header, Vec<FieldError>> {
    let mut header = Header { columns: vec![None; line.cells.len()], ..Header::default() };
    let (mut seen, mut faults) = (BTreeMap::<Column, (usize, bool, &str)>::new(), Vec::new());
    for (at, name, meaning) in meanings(line, hidden) {
        let Some(Meaning { column, is_code, day_first }) = meaning else {
            header.ignored.push(text::shown(name));
            continue;
        };
        match seen.get(&column).copied() {
            Some((_, was_code, _)) if was_code == is_code => {
                faults.push(
                    FieldError::new(place(line.number, column.as_str()), FieldCode::ColumnTwice).with("column", column),
                );
                continue;
            }
            // Of a code and a name of the same thing, the code counts.
            Some((_, true, _)) => {
                header.ignored.push(text::shown(name));
                continue;
            }
            Some((before, false, other)) => {
                header.ignored.push(text::shown(other));
                set(&mut header.columns, before, None);
            }
            None => {}
        }
        seen.insert(column, (at, is_code, name));
        set(&mut header.columns, at, Some(column));
        header.day_first |= day_first;
    }
    for (at, cell) in line.cells.iter().enumerate() {
        if let (Cell::Text(name), true) = (cell, hidden.contains(&at)) {
            header.hidden.push(text::shown(name));
        }
    }
    if !seen.contains_key(&Column::Email) {
        let fault = FieldError::new(place(line.number, ""), FieldCode::ColumnMissing).with("column", Column::Email);
        faults.push(fault.with("known", Column::names()));
    }
    if faults.is_empty() { Ok(header) } else { Err(faults) }
}

fn set(columns: &mut [Option<Column>], at: usize, column: Option<Column>) {
    if let Some(slot) = columns.get_mut(at) {
        *slot = column;
    }
}
