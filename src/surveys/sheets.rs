//! Questionnaires as XLSX files: cells as text, in both directions. What the sheets mean is known to the crate of
//! questionnaires.

use questionnaire::xlsform::{Sheet, Workbook};
use rust_xlsxwriter::XlsxError;

use crate::error::{Error, FieldCode, FieldError, OrInternal as _};
use crate::http::xlsx;
use crate::imports::sheet::text_sheets;

/// The sheets that have a meaning.
const NEEDED: [&str; 3] = ["survey", "choices", "settings"];
/// Most characters of a cell.
const MOST_IN_CELL: usize = 32_767;
/// The width of columns, in characters.
const WIDTH: f64 = 24.0;

/// Reads a file, and stops once `is_wanted` returns false. Sheets without a meaning come without rows.
///
/// # Errors
/// The fault of a file that is no readable workbook.
pub(super) fn read(bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<Workbook, FieldError> {
    let is_needed = |name: &str| NEEDED.contains(&name);
    let sheets = text_sheets(bytes, &is_needed, is_wanted)?;
    Ok(Workbook { sheets: sheets.into_iter().map(|sheet| Sheet { name: sheet.name, rows: sheet.rows }).collect() })
}

/// Writes a file. Every cell is a text, never a formula or a link.
///
/// # Errors
/// 422 for a draft with a text that is longer than a cell can be.
pub(super) fn write(workbook: &Workbook) -> Result<Vec<u8>, Error> {
    match written(workbook) {
        Err(XlsxError::MaxStringLengthExceeded) => {
            Err(Error::invalid(vec![FieldError::new("", FieldCode::TooLong).with("max", MOST_IN_CELL)]))
        }
        written => written.or_internal(),
    }
}

fn written(workbook: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut file = xlsx::workbook()?;
    for sheet in &workbook.sheets {
        let page = file.add_worksheet();
        page.set_name(&sheet.name)?;
        let mut rows = (0_u32..).zip(&sheet.rows);
        let heads = rows.next().map(|(_, cells)| cells.iter().map(|head| (head, WIDTH)));
        xlsx::write_heads(page, heads.into_iter().flatten())?;
        for (row, cells) in rows {
            for (column, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                page.write_string(row, column, cell)?;
            }
        }
    }
    file.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let row = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>();
        let survey = vec![row(&["type", "name", "label"]), row(&["text", "why", " =1+1 "]), row(&["", "", "Où ?"])];
        let workbook = Workbook {
            sheets: vec![
                Sheet { name: "survey".to_owned(), rows: survey },
                Sheet { name: "choices".to_owned(), rows: vec![row(&["list_name"])] },
            ],
        };
        let again = read(&write(&workbook).unwrap(), &|| true).unwrap();
        assert_eq!(again, workbook);
    }

    #[test]
    fn a_sheet_without_a_meaning_is_named_and_not_read() {
        let sheets = ["Survey ", "notes"].map(|name| Sheet { name: name.to_owned(), rows: vec![vec!["a".to_owned()]] });
        let again = read(&write(&Workbook { sheets: sheets.to_vec() }).unwrap(), &|| true).unwrap();
        let rows: Vec<_> = again.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.rows.len())).collect();
        assert_eq!(rows, [("Survey ", 1), ("notes", 0)]);
    }
}
