//! The sheets of an XLSX workbook as rows of text, for readers who know by themselves what a sheet means.
//!
//! Unlike the sheets of people, all of it counts: hidden rows, columns and sheets too, and a number is read as it would
//! be typed, whatever its format. Merged cells are refused, since a program that reads cells one by one would see one of
//! them. The archive is checked by the same rules, and what is read has bounds of its own.
//!
//! Left out: formulas (their stored results are read), and macros, which no reader here runs; a workbook with macros is
//! refused.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, SheetType, Xlsx};

use super::archive;
use super::workbook::{Book, Watched, fault};
use super::{broken, is_workbook, stopped};
use crate::error::{FieldCode, FieldError};
use crate::text;

/// Most rows that have a cell, with the one of the header and one that shows the excess.
const MAX_ROWS: usize = 5_002;
/// Most rows from the first to the last, empty ones included.
const MAX_HEIGHT: usize = 20_000;
/// Most columns, with one that shows the excess.
const MAX_COLUMNS: usize = 201;
/// Most bytes of memory of all cells together, empty ones before others included.
const MAX_KEPT: usize = 8_388_608;
/// Bytes of memory of a cell beside its text.
const SLOT: usize = size_of::<String>();
/// Most sheets that are named.
const MAX_SHEETS: usize = 50;
/// Cells between two checks whether the request is still there.
const CELLS_AT_ONCE: usize = 1_024;
/// The entry of an archive with macros.
const MACROS: &[u8] = b"xl/vbaProject.bin";

/// A sheet as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextSheet {
    /// Its name.
    pub name: String,
    /// Its rows from the first, each with all cells before the last that is not empty.
    pub rows: Vec<Vec<String>>,
}

/// Reads the sheets of a workbook, and stops once `is_wanted` returns false. Those whose name, in lower case and without
/// outer blanks, is not needed come without rows; of several with the same name the first is read.
///
/// # Errors
/// What is wrong with the file, or with the first cell that cannot be read.
pub fn text_sheets(
    bytes: &[u8],
    is_needed: &dyn Fn(&str) -> bool,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Vec<TextSheet>, FieldError> {
    if !is_workbook(bytes) || memchr::memmem::find(bytes, MACROS).is_some() {
        return Err(FieldError::new("", FieldCode::SheetKind));
    }
    archive::check(bytes, is_wanted)?;
    // The library is third-party code, and a workbook may be anything: if it panics, the workbook is at fault.
    let read = catch_unwind(AssertUnwindSafe(|| read(bytes, is_needed, is_wanted)));
    read.unwrap_or_else(|_panic| Err(broken()))
}

fn read(
    bytes: &[u8],
    is_needed: &dyn Fn(&str) -> bool,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Vec<TextSheet>, FieldError> {
    let mut workbook: Book<'_> = Xlsx::new(Watched::new(bytes, is_wanted)).map_err(|error| fault(&error))?;
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.take(MAX_SHEETS).map(|sheet| sheet.name.clone()).collect();
    let (mut read, mut kept, mut known) = (Vec::new(), 0, BTreeSet::new());
    for name in names {
        let key = name.trim().to_lowercase();
        let is_read = is_needed(&key) && known.insert(key);
        let rows = if is_read { rows(&mut workbook, &name, &mut kept, is_wanted)? } else { Vec::new() };
        read.push(TextSheet { name, rows });
    }
    Ok(read)
}

/// The rows of one sheet.
fn rows(
    workbook: &mut Book<'_>,
    name: &str,
    kept: &mut usize,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Vec<Vec<String>>, FieldError> {
    let merged = workbook.merge_cells_by_sheet_name(name).map_err(|error| fault(&error))?;
    if let Some(first) = merged.first() {
        let row = first.start.0.saturating_add(1);
        let fault = FieldError::new(place(name, row, first.start.1), FieldCode::MergedCells);
        return Err(fault.with("sheet", text::shown(name)).with("row", row));
    }
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| fault(&error))?;
    let (mut rows, mut seen, mut filled): (Vec<Vec<String>>, usize, usize) = (Vec::new(), 0, 0);
    while let Some(cell) = cells.next_cell().map_err(|error| fault(&error))? {
        seen += 1;
        if seen.is_multiple_of(CELLS_AT_ONCE) && !is_wanted() {
            return Err(stopped());
        }
        let (row, column) = cell.get_position();
        let Some(written) = written(cell.get_value()) else {
            return Err(FieldError::new(place(name, row.saturating_add(1), column), FieldCode::CellError));
        };
        // Many cells may share a text, also one of blanks alone, which is no content.
        *kept += written.len();
        if *kept > MAX_KEPT {
            return Err(too_large());
        }
        if written.trim().is_empty() {
            continue;
        }
        let row = usize::try_from(row).ok().filter(|&row| row < MAX_HEIGHT).ok_or_else(too_many_rows)?;
        let column = usize::try_from(column).ok().filter(|&column| column < MAX_COLUMNS);
        let column = column
            .ok_or_else(|| FieldError::new("", FieldCode::TooManyColumns).with("max", MAX_COLUMNS.saturating_sub(1)))?;
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        let Some(cells) = rows.get_mut(row) else { continue };
        if cells.is_empty() {
            filled += 1;
        }
        if filled > MAX_ROWS {
            return Err(too_many_rows());
        }
        *kept += (column + 1).saturating_sub(cells.len()) * SLOT;
        if *kept > MAX_KEPT {
            return Err(too_large());
        }
        put(cells, column, written);
    }
    Ok(rows)
}

fn put(cells: &mut Vec<String>, column: usize, written: String) {
    if cells.len() <= column {
        cells.resize(column + 1, String::new());
    }
    if let Some(slot) = cells.get_mut(column) {
        *slot = written;
    }
}

/// What would be typed into a cell; none where its formula has no result.
fn written(value: &DataRef<'_>) -> Option<String> {
    Some(match value {
        DataRef::Empty => String::new(),
        DataRef::Error(_) => return None,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::Int(whole) => whole.to_string(),
        // A whole number has no fraction: 1, never 1.0.
        DataRef::Float(fraction) => fraction.to_string(),
        DataRef::DateTime(instant) => {
            let (year, month, day, ..) = instant.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    })
}

/// The cells take more memory than is permitted.
fn too_large() -> FieldError {
    FieldError::new("", FieldCode::SheetTooLarge).with("max", MAX_KEPT)
}

fn too_many_rows() -> FieldError {
    FieldError::new("", FieldCode::TooManyRows).with("max", MAX_ROWS.saturating_sub(2))
}

/// The pointer of a cell: sheet, row and column, both counted from 1.
fn place(sheet: &str, row: u32, column: u32) -> String {
    let sheet = text::shown(sheet).replace('~', "~0").replace('/', "~1");
    format!("/{sheet}/{row}/{}", column.saturating_add(1))
}
