//! The lines of a CSV file, bounded. [`Opened`] finds encoding and separator; the apostrophes that protect spreadsheets
//! from formulas ([`crate::http::csv`]) are removed.

use super::{Cell, Kept, Lines, MAX_COLUMNS, SheetReading, place, stopped};
use crate::error::{FieldCode, FieldError};
use crate::http::csv::{Opened, restored};

/// Maximum separators in one line, including those in the text of a cell.
const MOST_SEPARATORS: usize = 10_000;

/// The lines of a text; `charset` is the encoding that the client declares.
pub(super) fn lines(bytes: &[u8], charset: Option<&str>, is_wanted: &dyn Fn() -> bool) -> Result<Lines, FieldError> {
    let opened = Opened::read(bytes, charset)?;
    let (body, separator, first) = (opened.text.as_str(), opened.separator, opened.skipped);
    for (number, line) in (first + 1..).zip(body.lines()) {
        // Before it is parsed: the parser stores the position of each cell of a record, even of empty ones.
        if count(line, separator) > MOST_SEPARATORS {
            return Err(FieldError::new(place(number, ""), FieldCode::TooManyColumns).with("max", MAX_COLUMNS));
        }
    }
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(body.as_bytes());
    let (mut lines, mut record, mut breaks) = (Lines::default(), ::csv::StringRecord::new(), 0_u64);
    lines.reading = SheetReading {
        charset: Some(opened.charset.to_owned()),
        charset_basis: Some(opened.basis),
        sample: opened.sample(),
        separator: Some(char::from(separator).to_string()),
        ..SheetReading::default()
    };
    let mut kept = Kept::default();
    while is_wanted() {
        let more = reader.read_record(&mut record).map_err(|_not_text| FieldError::new("", FieldCode::SheetKind))?;
        if !more {
            return Ok(lines);
        }
        // The parser is now at the line after the record, unless the text ends without a line end.
        let at = reader.position();
        let ended = usize::try_from(at.byte()).ok().and_then(|end| body.as_bytes().get(end.checked_sub(1)?));
        let last = at.line().saturating_sub(u64::from(ended == Some(&b'\n')));
        // A cell of several lines is one row of a sheet.
        breaks += record.iter().map(|cell| u64::try_from(count(cell, b'\n')).unwrap_or_default()).sum::<u64>();
        let number = u32::try_from(last.saturating_sub(breaks)).unwrap_or(u32::MAX).saturating_add(first);
        let blank = record.iter().rev().take_while(|cell| Cell::of(cell) == Cell::Empty).count();
        let filled = record.len() - blank;
        if filled > MAX_COLUMNS {
            return Err(FieldError::new(place(number, ""), FieldCode::TooManyColumns).with("max", MAX_COLUMNS));
        }
        let cells: Vec<Cell> = record.iter().take(filled).map(|cell| Cell::of(&restored(cell))).collect();
        cells.iter().try_for_each(|cell| kept.count(cell))?;
        lines.push(number, cells, false)?;
    }
    Err(stopped())
}

fn count(text: &str, wanted: u8) -> usize {
    text.bytes().filter(|&byte| byte == wanted).count()
}
