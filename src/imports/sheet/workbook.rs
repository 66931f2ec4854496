//! The first sheet of an XLSX workbook.
//!
//! Only what [`archive`] has looked through is handed on to the library that reads workbooks. Cells are read one by one as
//! they come: a table of all of them would be as large as the farthest cell says, and that costs nothing to write down.
//! Rows, columns and what cells keep are counted as they come, since a text that stands in the workbook once may be
//! that of a hundred thousand cells.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use super::archive::{self, broken};
use super::{Cell, Kept, Lines, MAX_COLUMNS, MAX_ROWS, stopped};
use crate::error::Fault;

/// Cells between two looks whether anybody still waits.
const CELLS_AT_ONCE: usize = 1_024;
/// Most cells that are looked at, empty ones too: twice of what fits.
const MAX_CELLS: usize = 2 * MAX_ROWS * MAX_COLUMNS;

/// The lines of the first sheet.
pub(super) fn lines(bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<Lines, Fault> {
    archive::check(bytes, is_wanted)?;
    // The library is not ours, and a workbook may be anything: should it panic, then the workbook is at fault.
    let read = catch_unwind(AssertUnwindSafe(|| read(bytes, is_wanted)));
    read.unwrap_or_else(|_panic| Err(broken()))
}

fn read(bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<Lines, Fault> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| fault(&error))?;
    let first = workbook.sheet_names().first().cloned().ok_or_else(broken)?;
    let mut cells = workbook.worksheet_cells_reader(&first).map_err(|error| fault(&error))?;
    // Rows and cells usually come in order, but nothing says that they must.
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let (mut seen, mut kept) = (0_usize, Kept::default());
    while let Some(cell) = cells.next_cell().map_err(|error| fault(&error))? {
        seen += 1;
        if seen > MAX_CELLS {
            return Err(too_many_rows());
        }
        if seen.is_multiple_of(CELLS_AT_ONCE) && !is_wanted() {
            return Err(stopped());
        }
        let (row, column) = cell.get_position();
        let content = content(cell.get_value());
        if content != Cell::Empty {
            kept.count(&content)?;
            place(&mut rows, row, column, content)?;
        }
    }
    let mut lines = Lines::default();
    for (row, cells) in rows {
        lines.push(row.saturating_add(1), cells)?;
    }
    Ok(lines)
}

fn too_many_rows() -> Fault {
    Fault::new("", "too_many_rows").with("max", MAX_ROWS)
}

/// Puts a cell where it stands, within the bounds.
fn place(rows: &mut BTreeMap<u32, Vec<Cell>>, row: u32, column: u32, content: Cell) -> Result<(), Fault> {
    let column = usize::try_from(column).ok().filter(|&column| column < MAX_COLUMNS);
    let column = column.ok_or_else(|| Fault::new("", "too_many_columns").with("max", MAX_COLUMNS))?;
    // One for the header.
    if rows.len() > MAX_ROWS && !rows.contains_key(&row) {
        return Err(too_many_rows());
    }
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
