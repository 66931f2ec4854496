//! The parser of sheets: CSV or XLSX with a header in English or French becomes rows of known columns.
//!
//! The kind of file is detected by its content, never by its name: a workbook is a ZIP archive, everything else is
//! text. From there on both are alike: of the first rows the one that names the most columns is the header (`columns`),
//! so that titles may stand above it; each further one becomes a [`Row`] with its number as the sheet shows it. Empty
//! rows are skipped, but counted.
//!
//! Only what the author sees is parsed: a hidden row (a filter hides rows, too) is marked, a hidden column is skipped,
//! a number has the text of its format, and a cell under a merged one, or in a format that shows nothing, is skipped.
//! [`SheetReading`] holds the decisions of the parser, so that a person can check them.
//!
//! - `csv` parses text; encoding and separator are found by [`crate::http::csv::Opened`]
//! - `workbook` parses an XLSX: the requested sheet, or the first that has a header; `number` formats numbers; `archive`
//!   refuses decompression bombs first, `outline` finds what is hidden, and `styles` which formats are not the cell's own;
//!   `tag` reads attributes
//! - `plain_text` reads all sheets of a workbook as text, for features whose sheets have other columns
//!
//! Everything is bounded, and so is every product of two bounds: [`MAX_ROWS`], [`MAX_COLUMNS`], [`MAX_CELL`],
//! [`MAX_KEPT`], and the decompressed size of a workbook. A cell that is too long is cut just beyond the bound.
//!
//! Left out: the old XLS, `OpenDocument`, and unknown columns, which are listed and skipped.

mod archive;
mod columns;
mod csv;
mod header;
mod number;
mod outline;
mod plain_text;
mod styles;
mod tag;
mod workbook;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use columns::Column;
pub use plain_text::{TextSheet, text_sheets};

use crate::error::{FieldCode, FieldError};
use crate::http::csv::Basis;
use crate::text;
use header::Header;

/// Most rows below the header.
pub const MAX_ROWS: usize = 5_000;
/// Most columns, known or not.
pub const MAX_COLUMNS: usize = 30;
/// Longest cell, in characters.
pub const MAX_CELL: usize = 500;
/// Most bytes of all cells together.
pub const MAX_KEPT: usize = 4_194_304;
/// Longest cell that is decoded, in bytes.
const MAX_LOOKED_AT: usize = 8 * MAX_CELL;
/// Most bytes of all cells together that are decoded.
const MAX_LOOKED: usize = 33_554_432;
/// Most decompressed bytes of all entries of a workbook.
const MAX_UNFOLDED: u64 = 16_777_216;
/// Most faults of an answer: after a hundred corrections the sheet is sent again anyway.
const MAX_FAULTS: usize = 100;

/// A parsed sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The rows below the header that are not empty, in their order; at least one.
    pub rows: Vec<Row>,
    /// Headers of skipped columns, as they may be shown: unknown ones, and those next to a column that has the same as
    /// a code.
    pub ignored: Vec<String>,
    /// Whether dates have the day before the month: the header of their column is French.
    pub day_first: bool,
    /// The decisions of the parser.
    pub reading: SheetReading,
}

/// Options of the parser.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The encoding of a CSV file, where the client knows it.
    pub charset: Option<String>,
    /// The name of the sheet of a workbook.
    pub sheet: Option<String>,
}

/// What was decided while a sheet was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SheetReading {
    /// The encoding that a CSV file was read in.
    #[schema(example = "windows-1252")]
    pub charset: Option<String>,
    /// How the encoding is known. After `weak_guess` rows with other letters than those of ASCII are held back until the file
    /// comes again with `charset=` in its media type.
    pub charset_basis: Option<Basis>,
    /// A cell that another encoding would show otherwise.
    pub sample: Option<String>,
    /// What stands between the cells of a CSV file.
    #[schema(example = ";")]
    pub separator: Option<String>,
    /// The sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// The others that can be seen; another is asked for by its name (`sheet`).
    pub other_sheets: Vec<String>,
    /// The row that names the columns.
    pub header_row: u32,
    /// How many rows below it are hidden, as by a filter. They invite nobody.
    pub hidden_rows: usize,
    /// Headers of columns that are hidden, which were not read.
    pub hidden_columns: Vec<String>,
    /// How many cells nobody sees, which were not read: they lie under a merged cell, or have a format that shows nothing.
    pub hidden_cells: usize,
}

impl SheetReading {
    /// The encoding, if it is a guess.
    #[must_use]
    pub fn doubtful_charset(&self) -> Option<&str> {
        self.charset.as_deref().filter(|_| self.charset_basis == Some(Basis::WeakGuess))
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which row of the sheet it is, the first being 1.
    pub number: u32,
    /// The cells, trimmed; empty ones are left out.
    pub cells: BTreeMap<Column, String>,
    /// Whether the sheet hides it.
    pub hidden: bool,
}

/// A line of either kind of file, before it is known what its columns mean.
#[derive(Debug)]
struct Line {
    /// Its number, the first being 1.
    number: u32,
    /// Its cells from the first column to the last that is not empty.
    cells: Vec<Cell>,
    /// Whether it is hidden.
    hidden: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Cell {
    /// Nothing, or spaces.
    #[default]
    Empty,
    /// Its text, trimmed.
    Text(String),
    /// A formula without a result.
    Broken,
}

impl Cell {
    fn of(text: &str) -> Self {
        // In a workbook many cells may share a text; a long one must not be searched for each of them.
        let text = if text.len() > MAX_LOOKED_AT {
            text
        } else {
            // Invisible characters at the ends of a cell come from copying from a web page.
            text.trim_matches(|c: char| c.is_whitespace() || text::is_unprintable(c))
        };
        // One character more than permitted, so that the excess shows.
        if text.is_empty() { Self::Empty } else { Self::Text(text.chars().take(MAX_CELL + 1).collect()) }
    }

    /// The bytes of memory that it takes.
    fn size(&self) -> usize {
        match self {
            Self::Empty | Self::Broken => 0,
            Self::Text(text) => text.len(),
        }
    }
}

/// Counts the memory of cells, and the bytes that are searched.
#[derive(Debug, Default)]
struct Kept {
    kept: usize,
    looked: usize,
}

impl Kept {
    /// Counts a cell, within the bound.
    fn count(&mut self, cell: &Cell) -> Result<(), FieldError> {
        self.kept += cell.size();
        if self.kept > MAX_KEPT {
            Err(FieldError::new("", FieldCode::SheetTooLarge).with("max", MAX_KEPT))
        } else {
            Ok(())
        }
    }

    /// Counts the bytes of a searched text: many cells may share one that consists of spaces, of which nothing is
    /// stored.
    fn look(&mut self, size: usize) -> Result<(), FieldError> {
        self.looked += size.min(MAX_LOOKED_AT);
        if self.looked > MAX_LOOKED {
            Err(FieldError::new("", FieldCode::SheetTooLarge).with("max", MAX_LOOKED))
        } else {
            Ok(())
        }
    }
}

/// The file is no readable sheet.
fn broken() -> FieldError {
    FieldError::new("", FieldCode::SheetBroken)
}

/// It decompresses to more than is permitted.
fn too_large() -> FieldError {
    FieldError::new("", FieldCode::SheetTooLarge).with("max", MAX_UNFOLDED)
}

/// The request was cancelled, so nobody reads this error.
fn stopped() -> FieldError {
    FieldError::new("", FieldCode::SheetBroken)
}

/// Lines within the bounds, and the decisions of the reader; both readers push into it.
#[derive(Debug, Default)]
struct Lines {
    kept: Vec<Line>,
    /// Columns that are hidden.
    hidden_columns: BTreeSet<usize>,
    reading: SheetReading,
}

impl Lines {
    /// Takes a line, unless it is empty.
    fn push(&mut self, number: u32, mut cells: Vec<Cell>, hidden: bool) -> Result<(), FieldError> {
        let filled = cells.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |last| last + 1);
        cells.truncate(filled);
        if cells.len() > MAX_COLUMNS {
            return Err(FieldError::new(place(number, ""), FieldCode::TooManyColumns).with("max", MAX_COLUMNS));
        }
        if self.kept.len() > MAX_ROWS {
            return Err(too_many_rows());
        }
        if !cells.is_empty() {
            self.kept.push(Line { number, cells, hidden });
        }
        Ok(())
    }
}

/// More rows than are read. The message names the permitted number.
fn too_many_rows() -> FieldError {
    FieldError::new("", FieldCode::TooManyRows).with("max", super::MAX_ROWS)
}

/// Whether these bytes begin like a workbook.
#[must_use]
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Parses a sheet with default options.
///
/// # Errors
/// Every fault of the sheet, a hundred at most; one in a cell has the pointer `/rows/{number}/{column}`.
pub fn read(bytes: &[u8]) -> Result<Sheet, Vec<FieldError>> {
    read_while(bytes, &ReadOptions::default(), &|| true)
}

/// Parses a sheet, and stops once `is_wanted` returns false.
///
/// # Errors
/// As [`read`].
pub fn read_while(bytes: &[u8], options: &ReadOptions, is_wanted: &dyn Fn() -> bool) -> Result<Sheet, Vec<FieldError>> {
    let lines = if is_workbook(bytes) {
        workbook::lines(bytes, options.sheet.as_deref(), is_wanted)
    } else {
        csv::lines(bytes, options.charset.as_deref(), is_wanted)
    };
    let Lines { kept: lines, hidden_columns, mut reading } = lines.map_err(|fault| vec![fault])?;
    let above = header::position(&lines, &hidden_columns);
    let mut lines = lines.into_iter().skip(above);
    let first = lines.next().ok_or_else(|| vec![FieldError::new("", FieldCode::SheetEmpty)])?;
    let Header { columns, ignored, hidden, day_first } = header::read(&first, &hidden_columns)?;
    let mut faults = Vec::new();
    let rows: Vec<Row> = lines.filter_map(|line| row(line, &columns, &mut faults)).collect();
    if rows.is_empty() && faults.is_empty() {
        faults.push(FieldError::new("", FieldCode::SheetEmpty));
    }
    (reading.header_row, reading.hidden_columns) = (first.number, hidden);
    reading.hidden_rows = rows.iter().filter(|row| row.hidden).count();
    if faults.is_empty() { Ok(Sheet { rows, ignored, day_first, reading }) } else { Err(faults) }
}

/// The row of a line; none if it is empty in the known columns.
fn row(line: Line, columns: &[Option<Column>], faults: &mut Vec<FieldError>) -> Option<Row> {
    let (number, hidden) = (line.number, line.hidden);
    let mut cells = BTreeMap::new();
    for (cell, column) in line.cells.into_iter().zip(columns) {
        let Some(column) = *column else { continue };
        let pointer = || place(number, column.as_str());
        match cell {
            Cell::Empty => {}
            // An invisible error need not be corrected: the row is skipped anyway.
            Cell::Broken if hidden => {}
            _ if faults.len() >= MAX_FAULTS => return None,
            Cell::Broken => faults.push(FieldError::new(pointer(), FieldCode::CellError)),
            Cell::Text(text) if text.chars().count() > MAX_CELL && !hidden => {
                faults.push(FieldError::new(pointer(), FieldCode::TooLong).with("max", MAX_CELL));
            }
            Cell::Text(text) => {
                cells.insert(column, text);
            }
        }
    }
    join_names(&mut cells);
    (!cells.is_empty()).then_some(Row { number, cells, hidden })
}

/// If the given name has a column of its own, the name consists of both.
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
