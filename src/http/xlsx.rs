//! What all workbooks that the portal writes have in common.
//!
//! Each sheet has a row of heads, which stays in sight, and texts below it, never formulas or links. The same rows give the
//! same bytes, and thus the same entity tag. Reading is left out: `imports::sheet` reads what people send.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The media type of a workbook.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A workbook without sheets, with a fixed time of creation.
///
/// # Errors
/// Never in practice: the time is one that workbooks can have.
pub fn workbook() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?));
    Ok(workbook)
}

/// Writes the heads of a sheet, each with the width of its column in characters.
///
/// # Errors
/// For a head that is longer than a cell can be, and for more columns than a sheet can have.
pub fn write_heads<T: AsRef<str>>(
    sheet: &mut Worksheet,
    heads: impl IntoIterator<Item = (T, f64)>,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_freeze_panes(1, 0)?;
    for (column, (head, width)) in (0_u16..).zip(heads) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, head.as_ref(), &bold)?;
    }
    Ok(())
}
