//! Workbooks with figures: texts as texts, never formulas or links, and counts as numbers.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use survey_results::writers::Value;

use crate::error::{Error, OrInternal as _};

/// The width of columns, in characters.
const WIDTH: f64 = 18.0;

/// A sheet: its name, heads and rows.
pub(super) type Sheet<'a, H> = (&'a str, &'a [H], &'a [Vec<Value>]);

/// Writes a file. The same rows give the same bytes.
pub(super) fn write<H: AsRef<str>>(sheets: &[Sheet<'_, H>]) -> Result<Vec<u8>, Error> {
    written(sheets).or_internal()
}

fn written<H: AsRef<str>>(sheets: &[Sheet<'_, H>]) -> Result<Vec<u8>, XlsxError> {
    let mut file = Workbook::new();
    file.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?));
    let bold = Format::new().set_bold();
    for (name, heads, rows) in sheets {
        let page = file.add_worksheet();
        page.set_name(*name)?;
        page.set_freeze_panes(1, 0)?;
        for (column, head) in (0_u16..).zip(*heads) {
            page.set_column_width(column, WIDTH)?;
            page.write_string_with_format(0, column, head.as_ref(), &bold)?;
        }
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
