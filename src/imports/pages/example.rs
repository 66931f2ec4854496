//! A sheet with all columns and one made-up person, to be filled in: as CSV, in the language of its reader.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::super::sheet::Column;
use crate::error::Error;
use crate::http::csv::{self, Cell, Separator};
use crate::identity::guards::CanManageAppointments;
use crate::web::{Page, PageResult};

/// The file.
pub(super) async fn file(_: CanManageAppointments, page: Page) -> PageResult {
    let name = format!("attachment; filename=\"{}.csv\"", page.text("import-example-name"));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, csv::MEDIA_TYPE))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(sheet(&page)?))
}

fn sheet(page: &Page) -> Result<Vec<u8>, Error> {
    let separator = Separator::chosen(None, page.language());
    let heads = Column::ALL.iter().map(|column| page.words("sheet-column", column.as_str()));
    let mut file = csv::begin(heads, separator)?;
    let cell = |column: &Column| {
        let value = page.text(&format!("sheet-column-{column}.example"));
        if *column == Column::Phone { Cell::phone(&value) } else { Cell::text(&value) }
    };
    file.extend(csv::write([Column::ALL.iter().map(cell)], separator)?);
    Ok(file)
}
