//! A sheet of people: CSV or XLSX, with a header in English or French, as rows of known columns.
//!
//! What it is shows in its content, never in its name: a workbook is a ZIP archive, everything else is text. Then both go
//! the same way: the first row that is not empty names the columns (`columns`), each further one becomes a [`Row`] that
//! knows its number as a person counts in the sheet. Empty rows are passed over, but counted.
//!
//! - `csv` finds the encoding (UTF-8, UTF-16, Windows-1252) and the separator (`,` `;` or a tab)
//! - `workbook` reads the first sheet of an XLSX; `archive` refuses first what was made to burst
//!
//! All is bounded, and so is every product of two bounds: [`MAX_ROWS`], [`MAX_COLUMNS`], [`MAX_CELL`], [`MAX_KEPT`], and
//! what a workbook may unfold to. Of a cell that is too long no more is kept than shows that it is.
//!
//! Left out: the old XLS, `OpenDocument`, further sheets, and columns that we do not know, which are named and passed over.

mod archive;
mod columns;
mod csv;
mod workbook;

use std::collections::{BTreeMap, BTreeSet};

pub use columns::Column;

use crate::error::Fault;
use crate::text;

/// Most rows below the header.
pub const MAX_ROWS: usize = 5_000;
/// Most columns, known or not.
pub const MAX_COLUMNS: usize = 30;
/// Longest cell, in characters.
pub const MAX_CELL: usize = 500;
/// Most bytes of all cells together.
pub const MAX_KEPT: usize = 4_194_304;
/// Longest cell that is looked at, in bytes.
const MAX_LOOKED_AT: usize = 8 * MAX_CELL;
/// Most faults that are told: whoever mends a hundred sends the sheet again anyway.
const MAX_FAULTS: usize = 100;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The rows below the header that are not empty, in their order; at least one.
    pub rows: Vec<Row>,
    /// Headers that mean nothing to us, as they may be shown.
    pub ignored: Vec<String>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which row of the sheet it is, the first being 1.
    pub number: u32,
    /// What it says, trimmed; empty cells are left out.
    pub cells: BTreeMap<Column, String>,
}

/// A line of either kind of file, before it is known what its columns mean.
#[derive(Debug)]
struct Line {
    /// Its number, the first being 1.
    number: u32,
    /// Its cells from the first column on, as many as the last that is not empty needs.
    cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Cell {
    /// Nothing, or spaces.
    #[default]
    Empty,
    /// What stands there, trimmed.
    Text(String),
    /// A formula without a result.
    Broken,
}

impl Cell {
    fn of(text: &str) -> Self {
        // In a workbook many cells share a text; a long one is not to be looked through for each of them.
        let text = if text.len() > MAX_LOOKED_AT {
            text
        } else {
            // What has no width at the ends of a cell came by copying from a web page.
            text.trim_matches(|c: char| c.is_whitespace() || text::is_unprintable(c))
        };
        // One character more than there is room for, so that too much shows.
        if text.is_empty() { Self::Empty } else { Self::Text(text.chars().take(MAX_CELL + 1).collect()) }
    }

    /// The bytes that it keeps.
    fn size(&self) -> usize {
        match self {
            Self::Empty | Self::Broken => 0,
            Self::Text(text) => text.len(),
        }
    }
}

/// Counts what cells keep.
#[derive(Debug, Default)]
struct Kept(usize);

impl Kept {
    /// Counts a cell, within the bound.
    fn count(&mut self, cell: &Cell) -> Result<(), Fault> {
        self.0 += cell.size();
        if self.0 > MAX_KEPT { Err(Fault::new("", "sheet_too_large").with("max", MAX_KEPT)) } else { Ok(()) }
    }
}

/// Nobody waits for the sheet any more, and nobody reads this.
fn stopped() -> Fault {
    Fault::new("", "sheet_broken")
}

/// Gathers lines within the bounds; both readers push into it.
#[derive(Debug, Default)]
struct Lines(Vec<Line>);

impl Lines {
    /// Takes a line, unless it is empty.
    fn push(&mut self, number: u32, mut cells: Vec<Cell>) -> Result<(), Fault> {
        let filled = cells.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |last| last + 1);
        cells.truncate(filled);
        if cells.len() > MAX_COLUMNS {
            return Err(Fault::new(place(number, ""), "too_many_columns").with("max", MAX_COLUMNS));
        }
        if self.0.len() > MAX_ROWS {
            return Err(Fault::new("", "too_many_rows").with("max", MAX_ROWS));
        }
        if !cells.is_empty() {
            self.0.push(Line { number, cells });
        }
        Ok(())
    }
}

/// Whether these bytes begin as a workbook does.
#[must_use]
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads a sheet.
///
/// # Errors
/// Every fault of the sheet, a hundred at most; one in a cell has the pointer `/rows/{number}/{column}`.
pub fn read(bytes: &[u8]) -> Result<Sheet, Vec<Fault>> {
    read_while(bytes, &|| true)
}

/// Reads a sheet, and stops where it is not wanted any more.
///
/// # Errors
/// As [`read`].
pub fn read_while(bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<Sheet, Vec<Fault>> {
    let lines = if is_workbook(bytes) { workbook::lines(bytes, is_wanted) } else { csv::lines(bytes, is_wanted) };
    let Lines(lines) = lines.map_err(|fault| vec![fault])?;
    let mut lines = lines.into_iter();
    let first = lines.next().ok_or_else(|| vec![Fault::new("", "sheet_empty")])?;
    let Header { columns, ignored } = header(&first)?;
    let mut faults = Vec::new();
    let rows: Vec<Row> = lines.filter_map(|line| row(line, &columns, &mut faults)).collect();
    if rows.is_empty() && faults.is_empty() {
        faults.push(Fault::new("", "sheet_empty"));
    }
    if faults.is_empty() { Ok(Sheet { rows, ignored }) } else { Err(faults) }
}

/// What a header says.
#[derive(Debug, Default)]
struct Header {
    /// What each column means; none where it means nothing to us.
    columns: Vec<Option<Column>>,
    /// Those that mean nothing.
    ignored: Vec<String>,
}

/// Reads the header.
fn header(line: &Line) -> Result<Header, Vec<Fault>> {
    let (mut header, mut seen, mut faults) = (Header::default(), BTreeSet::new(), Vec::new());
    for cell in &line.cells {
        let Cell::Text(name) = cell else {
            header.columns.push(None);
            continue;
        };
        let column = Column::of_header(name);
        match column {
            Some(column) if !seen.insert(column) => {
                faults.push(Fault::new(place(line.number, column.as_str()), "column_twice").with("column", column));
            }
            Some(_) => {}
            None => header.ignored.push(text::shown(name)),
        }
        header.columns.push(column);
    }
    if !seen.contains(&Column::Email) {
        let fault = Fault::new(place(line.number, ""), "column_missing").with("column", Column::Email);
        faults.push(fault.with("known", Column::names()));
    }
    if faults.is_empty() { Ok(header) } else { Err(faults) }
}

/// The row that a line is; none where it says nothing in the columns we know.
fn row(line: Line, columns: &[Option<Column>], faults: &mut Vec<Fault>) -> Option<Row> {
    let number = line.number;
    let mut cells = BTreeMap::new();
    for (cell, column) in line.cells.into_iter().zip(columns) {
        let Some(column) = *column else { continue };
        let pointer = || place(number, column.as_str());
        match cell {
            Cell::Empty => {}
            _ if faults.len() >= MAX_FAULTS => return None,
            Cell::Broken => faults.push(Fault::new(pointer(), "cell_error")),
            Cell::Text(text) if text.chars().count() > MAX_CELL => {
                faults.push(Fault::new(pointer(), "too_long").with("max", MAX_CELL));
            }
            Cell::Text(text) => {
                cells.insert(column, text);
            }
        }
    }
    join_names(&mut cells);
    (!cells.is_empty()).then_some(Row { number, cells })
}

/// Where the given name has a column of its own, the name is both.
fn join_names(cells: &mut BTreeMap<Column, String>) {
    if let Some(given) = cells.remove(&Column::GivenName) {
        let name = match cells.remove(&Column::Name) {
            Some(family) => format!("{given} {family}"),
            None => given,
        };
        cells.insert(Column::Name, name);
    }
}

/// The pointer of a cell, or of a row.
fn place(number: u32, column: &str) -> String {
    format!("/rows/{number}/{column}").trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests;
