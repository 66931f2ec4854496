//! CSV as spreadsheets of the world write it: several encodings, several separators.
//!
//! The encoding is that of the byte order mark; without one it is UTF-8 where that fits, and else Windows-1252, in which
//! every text of Western Europe and of much of Africa comes that is none. The separator is the one that is most frequent in the
//! first line: French spreadsheets write semicolons. The apostrophes that keep spreadsheets from running a cell
//! ([`crate::http::csv`]) are taken away again.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{Cell, Kept, Lines, MAX_COLUMNS, place, stopped};
use crate::error::Fault;
use crate::http::csv::restored;

/// What may stand between two cells; the first wins where two are as frequent.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Most separators in one line, also of the text of a cell.
const MOST_SEPARATORS: u64 = 10_000;

/// The lines of a text.
pub(super) fn lines(bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<Lines, Fault> {
    let text = decode(bytes)?;
    // One kind of line end, so that lines are counted as people count them.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (separator, first, body) = split_hint(&text);
    for (number, line) in (first + 1..).zip(body.lines()) {
        // Before it is taken apart: each cell of a record is remembered by its place, however empty.
        if count(line.as_bytes(), separator) > MOST_SEPARATORS {
            return Err(Fault::new(place(number, ""), "too_many_columns").with("max", MAX_COLUMNS));
        }
    }
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(body.as_bytes());
    let (mut lines, mut record, mut breaks) = (Lines::default(), ::csv::StringRecord::new(), 0_u64);
    let mut kept = Kept::default();
    while is_wanted() {
        let more = reader.read_record(&mut record).map_err(|_not_text| Fault::new("", "sheet_kind"))?;
        if !more {
            return Ok(lines);
        }
        // Where the reader stands now is the line after the record, unless the text ends without a line end.
        let at = reader.position();
        let ended = usize::try_from(at.byte()).ok().and_then(|end| body.as_bytes().get(end.checked_sub(1)?));
        let last = at.line().saturating_sub(u64::from(ended == Some(&b'\n')));
        // A cell of several lines is one row of a sheet.
        breaks += record.iter().map(|cell| count(cell.as_bytes(), b'\n')).sum::<u64>();
        let number = u32::try_from(last.saturating_sub(breaks)).unwrap_or(u32::MAX).saturating_add(first);
        let blank = record.iter().rev().take_while(|cell| Cell::of(cell) == Cell::Empty).count();
        let filled = record.len() - blank;
        if filled > MAX_COLUMNS {
            return Err(Fault::new(place(number, ""), "too_many_columns").with("max", MAX_COLUMNS));
        }
        let cells: Vec<Cell> = record.iter().take(filled).map(|cell| Cell::of(&restored(cell))).collect();
        cells.iter().try_for_each(|cell| kept.count(cell))?;
        lines.push(number, cells)?;
    }
    Err(stopped())
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        None => (WINDOWS_1252, 0),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes.get(mark..).unwrap_or_default());
    // No text has a NUL in it; many files that are none do.
    text.filter(|text| !text.contains('\0')).ok_or_else(|| Fault::new("", "sheet_kind"))
}

/// The separator, the lines that came before the rest, and the rest. Some spreadsheets name the separator in a first line `sep=;`.
fn split_hint(text: &str) -> (u8, u32, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.strip_prefix("sep=").map(str::as_bytes) {
        Some([separator]) if SEPARATORS.contains(separator) => (*separator, 1, rest),
        _ => (guess(text), 0, text),
    }
}

/// The separator that is most frequent in the first line that has anything in it.
fn guess(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // What stands in quotation marks is the text of a header.
    let outside: String = first.split('"').step_by(2).collect();
    // The last of equals wins in max_by_key.
    let most = SEPARATORS.into_iter().rev().max_by_key(|&separator| count(outside.as_bytes(), separator));
    most.unwrap_or(b',')
}

fn count(bytes: &[u8], wanted: u8) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte == wanted)).sum()
}
