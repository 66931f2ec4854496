//! Workbooks with figures: texts as texts, never formulas or links, and counts as numbers.

use rust_xlsxwriter::XlsxError;
use survey_results::writers::Value;

use crate::error::{Error, OrInternal as _};
use crate::http::xlsx;

/// The width of columns, in characters.
const WIDTH: f64 = 18.0;

/// A sheet: its name, heads and rows.
pub(super) type Sheet<'a, H> = (&'a str, &'a [H], &'a [Vec<Value>]);

/// Writes a file. The same rows give the same bytes.
pub(super) fn write<H: AsRef<str>>(sheets: &[Sheet<'_, H>]) -> Result<Vec<u8>, Error> {
    written(sheets).or_internal()
}

fn written<H: AsRef<str>>(sheets: &[Sheet<'_, H>]) -> Result<Vec<u8>, XlsxError> {
    let mut file = xlsx::workbook()?;
    for (name, heads, rows) in sheets {
        let page = file.add_worksheet();
        page.set_name(*name)?;
        xlsx::write_heads(page, heads.iter().map(|head| (head, WIDTH)))?;
        for (row, values) in (1_u32..).zip(*rows) {
            for (column, value) in (0_u16..).zip(values) {
                match value {
                    Value::Text(text) if text.is_empty() => {}
                    Value::Text(text) => {
                        page.write_string(row, column, text)?;
                    }
                    Value::Number(number) => {
                        page.write_number(row, column, *number)?;
                    }
                    Value::Percent(percent) => {
                        page.write_number(row, column, f64::from(percent.tenths()) / 10.0)?;
                    }
                }
            }
        }
    }
    file.save_to_buffer()
}
