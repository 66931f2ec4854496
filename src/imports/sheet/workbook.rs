//! The first sheet of an XLSX workbook.
//!
//! An archive may be made to burst: a few kilobytes that unfold to gigabytes. So the size that it declares is looked at, and
//! then each entry is unfolded once into nothing, since what is declared may be a lie; only an archive that keeps within
//! [`MAX_UNFOLDED`] is handed on to the library that reads workbooks. Cells are read one by one as they come: a table of
//! all of them would be as large as the farthest cell says, and that costs nothing to write down.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use zip::ZipArchive;

use super::{Cell, Lines, MAX_COLUMNS, MAX_ROWS};
use crate::error::Fault;

/// Most bytes that all entries of the archive may unfold to.
pub(super) const MAX_UNFOLDED: u64 = 33_554_432;
/// Most entries of the archive: a workbook has about a dozen.
const MAX_ENTRIES: usize = 500;
/// Most cells that are looked at, empty ones too: twice of what fits.
const MAX_CELLS: usize = 2 * MAX_ROWS * MAX_COLUMNS;

/// The lines of the first sheet.
pub(super) fn lines(bytes: &[u8]) -> Result<Lines, Fault> {
    check_size(bytes)?;
    // The library is not ours, and a workbook may be anything: should it panic, then the workbook is at fault.
    let read = catch_unwind(AssertUnwindSafe(|| read(bytes)));
    read.unwrap_or_else(|_panic| Err(broken()))
}

fn broken() -> Fault {
    Fault::new("", "sheet_broken")
}

fn too_large() -> Fault {
    Fault::new("", "sheet_too_large").with("max", MAX_UNFOLDED)
}

/// Refuses an archive that unfolds to more than we read.
fn check_size(bytes: &[u8]) -> Result<(), Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_malformed| broken())?;
    if archive.len() > MAX_ENTRIES || archive.decompressed_size().is_some_and(|size| size > MAX_UNFOLDED.into()) {
        return Err(too_large());
    }
    let mut left = MAX_UNFOLDED;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_unreadable| broken())?;
        // One byte more than there is room for, so that too much shows.
        let unfolded = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|_malformed| broken())?;
        left = left.checked_sub(unfolded).ok_or_else(too_large)?;
    }
    Ok(())
}

fn read(bytes: &[u8]) -> Result<Lines, Fault> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| fault(&error))?;
    let first = workbook.sheet_names().first().cloned().ok_or_else(broken)?;
    let mut cells = workbook.worksheet_cells_reader(&first).map_err(|error| fault(&error))?;
    // Rows and cells usually come in order, but nothing says that they must.
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let mut seen = 0;
    while let Some(cell) = cells.next_cell().map_err(|error| fault(&error))? {
        seen += 1;
        if seen > MAX_CELLS {
            return Err(Fault::new("", "too_many_rows").with("max", MAX_ROWS));
        }
        let (row, column) = cell.get_position();
        let content = content(cell.get_value());
        if content != Cell::Empty {
            place(&mut rows, row, column, content)?;
        }
    }
    let mut lines = Lines::default();
    for (row, cells) in rows {
        lines.push(row.saturating_add(1), cells)?;
    }
    Ok(lines)
}

/// Puts a cell where it stands, within the bounds.
fn place(rows: &mut BTreeMap<u32, Vec<Cell>>, row: u32, column: u32, content: Cell) -> Result<(), Fault> {
    let column = usize::try_from(column).ok().filter(|&column| column < MAX_COLUMNS);
    let column = column.ok_or_else(|| Fault::new("", "too_many_columns").with("max", MAX_COLUMNS))?;
    let cells = rows.entry(row).or_default();
    if cells.len() <= column {
        cells.resize(column + 1, Cell::Empty);
    }
    if let Some(slot) = cells.get_mut(column) {
        *slot = content;
    }
    Ok(())
}

/// What a cell says, as one would type it: a day as 2026-11-24, a whole number without a fraction.
fn content(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Error(_) => Cell::Broken,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::of(text),
        DataRef::SharedString(text) => Cell::of(text),
        DataRef::Bool(flag) => Cell::of(if *flag { "true" } else { "false" }),
        DataRef::Int(number) => Cell::of(&number.to_string()),
        DataRef::Float(number) => Cell::of(&number.to_string()),
        DataRef::DateTime(instant) => {
            let (year, month, day, ..) = instant.to_ymd_hms_milli();
            Cell::of(&format!("{year:04}-{month:02}-{day:02}"))
        }
    }
}

fn fault(error: &XlsxError) -> Fault {
    match error {
        // An archive that is no workbook: a text document, a folder.
        XlsxError::FileNotFound(_) | XlsxError::Unexpected(_) => Fault::new("", "sheet_kind"),
        _ => broken(),
    }
}
