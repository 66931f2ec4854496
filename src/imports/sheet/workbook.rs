//! A sheet of an XLSX workbook: the requested one, or the first that is visible and has a header.
//!
//! The library that reads workbooks gets only what [`archive`] has checked. Cells are read one by one: a table of all
//! of them would be as large as the position of the farthest cell, which costs nothing to write. Rows, columns and the
//! sizes of cells are counted while reading, since a text that is stored once in the workbook may occur in a hundred
//! thousand cells. Formatted empty cells count only with their bytes in the file.
//!
//! A cell merged downwards has its value in each of its rows, as it is displayed; one merged sideways has it in its
//! first column. Cells under a merged cell, or with a format that displays nothing (`;;;`), are invisible and not read. A
//! sheet whose cells may have another format by a rule, or by the style behind their own (`styles`), is refused.
//!
//! At most one sheet of each entry is read, and only the first [`MAX_SHEETS`] sheets: names of sheets cost nothing, and
//! may all refer to the same large entry.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use super::archive;
use super::number::{Format, NumberFormat};
use super::outline::{Hidden, Outline};
use super::styles::Styles;
use super::{Cell, Kept, Lines, MAX_COLUMNS, MAX_ROWS, SheetReading, broken, header, stopped, too_many_rows};
use crate::error::{FieldCode, FieldError};
use crate::http::csv::restored;
use crate::text;

/// Cells between two checks whether the request is still there.
const CELLS_AT_ONCE: usize = 1_024;
/// Maximum sheets in which a header is searched.
const MAX_SHEETS: usize = 50;
/// Maximum parsed formats that are cached.
const MAX_FORMATS: usize = 256;

/// A workbook in memory, whose reading stops once the request is cancelled: the library skips empty rows by itself.
pub(super) struct Watched<'b> {
    bytes: Cursor<&'b [u8]>,
    is_wanted: &'b dyn Fn() -> bool,
}

impl<'b> Watched<'b> {
    pub(super) fn new(bytes: &'b [u8], is_wanted: &'b dyn Fn() -> bool) -> Self {
        Self { bytes: Cursor::new(bytes), is_wanted }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if (self.is_wanted)() { self.bytes.read(buffer) } else { Err(io::Error::other("nobody waits for it")) }
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

/// The type of a workbook in the library.
pub(super) type Book<'b> = Xlsx<Watched<'b>>;

/// The lines of a sheet.
pub(super) fn lines(bytes: &[u8], wish: Option<&str>, is_wanted: &dyn Fn() -> bool) -> Result<Lines, FieldError> {
    let outline = archive::check(bytes, is_wanted)?;
    // The library is third-party code, and a workbook may be anything: if it panics, the workbook is at fault.
    let read = catch_unwind(AssertUnwindSafe(|| read(bytes, &outline, wish, is_wanted)));
    read.unwrap_or_else(|_panic| Err(broken()))
}

fn read(
    bytes: &[u8],
    outline: &Outline,
    wish: Option<&str>,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Lines, FieldError> {
    let mut workbook: Book<'_> = Xlsx::new(Watched::new(bytes, is_wanted)).map_err(|error| fault(&error))?;
    let is_seen =
        |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet;
    let seen: Vec<String> = workbook.sheets_metadata().iter().filter(is_seen).map(|sheet| sheet.name.clone()).collect();
    let wanted: Vec<&String> = match wish {
        Some(wish) => seen.iter().filter(|name| name.trim() == wish.trim()).collect(),
        None => seen.iter().collect(),
    };
    if let (true, Some(wish)) = (wanted.is_empty(), wish) {
        let known = seen.iter().map(|name| text::shown(name)).collect::<Vec<_>>().join(", ");
        return Err(FieldError::new("", FieldCode::SheetUnknown).with("value", text::shown(wish)).with("known", known));
    }
    let (mut first, mut looked_at) = (None, BTreeSet::new());
    for name in wanted {
        if !is_wanted() {
            return Err(stopped());
        }
        let lines = match outline.of(name) {
            Some((entry, _)) if !looked_at.insert(entry) => continue,
            Some(_) if looked_at.len() > MAX_SHEETS => break,
            Some((_, hidden)) => sheet(&mut workbook, name, (hidden, outline.styles()), is_wanted),
            // It cannot be known what the author sees of it.
            None => Err(broken()),
        };
        if lines.as_ref().is_ok_and(Lines::has_header) {
            return lines.map(|lines| named(lines, name, &seen));
        }
        if first.is_none() {
            first = Some((name, lines));
        }
    }
    // Errors are about the first sheet.
    let (name, lines) = first.ok_or_else(broken)?;
    lines.map(|lines| named(lines, name, &seen))
}

/// The lines with the name of their sheet, and those of the others.
fn named(lines: Lines, name: &str, seen: &[String]) -> Lines {
    let other_sheets = seen.iter().filter(|other| *other != name).map(|other| text::shown(other)).collect();
    let reading = SheetReading { sheet: Some(text::shown(name)), other_sheets, ..lines.reading };
    Lines { reading, ..lines }
}

impl Lines {
    /// Whether one of the first lines is a header.
    fn has_header(&self) -> bool {
        let at = header::position(&self.kept, &self.hidden_columns);
        self.kept.get(at).is_some_and(|line| header::is_header(line, &self.hidden_columns))
    }
}

/// The lines of one sheet.
fn sheet(
    workbook: &mut Book<'_>,
    name: &str,
    (hidden, styles): (&Hidden, &Styles),
    is_wanted: &dyn Fn() -> bool,
) -> Result<Lines, FieldError> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| fault(&error))?;
    // Rows and cells usually come in order, but nothing says that they must.
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let (mut seen, mut unseen, mut kept) = (0_usize, 0_usize, Kept::default());
    let mut formats: HashMap<usize, Format> = HashMap::new();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|error| fault(&error))? {
        seen += 1;
        if seen.is_multiple_of(CELLS_AT_ONCE) && !is_wanted() {
            return Err(stopped());
        }
        let value = cell.get_value();
        if matches!(value, DataRef::Empty) {
            continue;
        }
        if styles.is_doubtful(style) {
            return Err(broken());
        }
        if formats.len() >= MAX_FORMATS && !formats.contains_key(&style) {
            formats.clear();
        }
        let format = formats.entry(style).or_insert_with(|| {
            let format = cells.styles().get(style).and_then(|style| style.number_format.as_ref());
            Format::of(format.map_or("", |format| format.format_code.as_str()))
        });
        kept.look(text_of(value).map_or(0, str::len))?;
        match content(value, format) {
            (Cell::Empty, _) => {}
            (_, false) => unseen += 1,
            (content, true) => {
                let (row, column) = cell.get_position();
                kept.count(&content)?;
                place(&mut rows, row, column, content)?;
            }
        }
    }
    // It borrows the workbook until it is dropped.
    drop(cells);
    let merged = workbook.merge_cells_by_sheet_name(name).map_err(|error| fault(&error))?;
    unseen += cover(&mut rows, &merged, is_wanted)?;
    fill_down(&mut rows, &merged, &mut kept)?;
    let mut lines = Lines::default();
    for (row, cells) in rows {
        let number = row.saturating_add(1);
        lines.push(number, cells, hidden.has_row(number))?;
    }
    lines.hidden_columns = (0..MAX_COLUMNS).filter(|column| hidden.has_column(*column)).collect::<BTreeSet<_>>();
    lines.reading.hidden_cells = unseen;
    Ok(lines)
}

/// Removes the cells under merged cells, which are invisible; returns how many.
fn cover(
    rows: &mut BTreeMap<u32, Vec<Cell>>,
    merged: &[Dimensions],
    is_wanted: &dyn Fn() -> bool,
) -> Result<usize, FieldError> {
    // In spreadsheet programs merged cells never overlap, so all of them cover no more cells than there are.
    let (mut room, mut covered) = ((MAX_ROWS + 1) * MAX_COLUMNS, 0);
    for (number, region) in merged.iter().enumerate() {
        if number.is_multiple_of(CELLS_AT_ONCE) && !is_wanted() {
            return Err(stopped());
        }
        if region.end.0 < region.start.0 || region.end.1 < region.start.1 {
            return Err(broken());
        }
        let Some(first) = usize::try_from(region.start.1).ok().filter(|&first| first < MAX_COLUMNS) else { continue };
        let last = usize::try_from(region.end.1).map_or(MAX_COLUMNS - 1, |last| last.min(MAX_COLUMNS - 1));
        for (&row, cells) in rows.range_mut(region.start.0..=region.end.0) {
            room = room.checked_sub(last - first + 1).ok_or_else(broken)?;
            // The first cell is the visible one.
            let from = if row == region.start.0 { first + 1 } else { first };
            for cell in cells.iter_mut().take(last + 1).skip(from).filter(|cell| **cell != Cell::Empty) {
                *cell = Cell::Empty;
                covered += 1;
            }
        }
    }
    rows.retain(|_, cells| cells.iter().any(|cell| *cell != Cell::Empty));
    Ok(covered)
}

/// Copies a cell merged over several rows into each of them that has other cells.
fn fill_down(rows: &mut BTreeMap<u32, Vec<Cell>>, merged: &[Dimensions], kept: &mut Kept) -> Result<(), FieldError> {
    for region in merged.iter().filter(|region| region.end.0 > region.start.0) {
        let (first, column) = region.start;
        let Some(at) = usize::try_from(column).ok().filter(|&at| at < MAX_COLUMNS) else { continue };
        let Some(content) = rows.get(&first).and_then(|cells| cells.get(at)).cloned() else { continue };
        if content == Cell::Empty {
            continue;
        }
        for cells in rows.range_mut(first + 1..=region.end.0).map(|(_, cells)| cells) {
            kept.count(&content)?;
            put(cells, at, content.clone());
        }
    }
    Ok(())
}

/// Adds a cell at its position, within the bounds.
fn place(rows: &mut BTreeMap<u32, Vec<Cell>>, row: u32, column: u32, content: Cell) -> Result<(), FieldError> {
    let column = usize::try_from(column).ok().filter(|&column| column < MAX_COLUMNS);
    let column = column.ok_or_else(|| FieldError::new("", FieldCode::TooManyColumns).with("max", MAX_COLUMNS))?;
    // One for the header.
    if rows.len() > MAX_ROWS && !rows.contains_key(&row) {
        return Err(too_many_rows());
    }
    put(rows.entry(row).or_default(), column, content);
    Ok(())
}

fn put(cells: &mut Vec<Cell>, column: usize, content: Cell) {
    if cells.len() <= column {
        cells.resize(column + 1, Cell::Empty);
    }
    if let Some(slot) = cells.get_mut(column) {
        *slot = content;
    }
}

/// The content of a cell as it is displayed or would be typed: a date as 2026-11-24, a whole number without a fraction
/// and with the additions of its format; and whether it is visible. A workbook may have been made of a CSV file of the
/// portal, so the apostrophes of that are removed.
fn content(value: &DataRef<'_>, format: &Format) -> (Cell, bool) {
    let number = |number: f64, plain: String| match format.number(number) {
        NumberFormat::As(text) => (Cell::of(&text), true),
        shown => (Cell::of(&plain), shown != NumberFormat::Nothing),
    };
    match value {
        DataRef::Empty => (Cell::Empty, true),
        DataRef::Error(_) => (Cell::Broken, true),
        DataRef::String(text) => (typed(text), format.shows_texts()),
        DataRef::SharedString(text) => (typed(text), format.shows_texts()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            (typed(text), format.number(1.0) != NumberFormat::Nothing)
        }
        DataRef::Bool(flag) => (Cell::of(if *flag { "true" } else { "false" }), format.shows_texts()),
        DataRef::Int(whole) => (Cell::of(&whole.to_string()), format.number(1.0) != NumberFormat::Nothing),
        DataRef::Float(fraction) => number(*fraction, fraction.to_string()),
        DataRef::DateTime(instant) => {
            let (year, month, day, ..) = instant.to_ymd_hms_milli();
            let day = Cell::of(&format!("{year:04}-{month:02}-{day:02}"));
            (day, format.number(instant.as_f64()) != NumberFormat::Nothing)
        }
    }
}

/// The text of a cell, if it is to be searched.
fn text_of<'v>(value: &'v DataRef<'_>) -> Option<&'v str> {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Some(text),
        DataRef::SharedString(text) => Some(text),
        _ => None,
    }
}

fn typed(text: &str) -> Cell {
    match Cell::of(text) {
        Cell::Text(text) if text.contains('\'') => Cell::of(&restored(&text)),
        cell => cell,
    }
}

pub(super) fn fault(error: &XlsxError) -> FieldError {
    match error {
        // An archive that is no workbook: a text document, a folder.
        XlsxError::FileNotFound(_) | XlsxError::Unexpected(_) => FieldError::new("", FieldCode::SheetKind),
        _ => broken(),
    }
}
