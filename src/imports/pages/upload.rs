//! The form that takes a sheet, and the columns that it may have.

use actix_web::web;

use super::super::row::NEEDED;
use super::super::sheet::{Column, ReadOptions};
use super::super::{Imports, MAX_ROWS};
use super::{EXAMPLE, address};
use crate::error::Error;
use crate::http::{RequestContext, file_limits};
use crate::identity::guards::CanManageAppointments;
use crate::web::{
    Choice, Field, FormPage, FormState, Page, PageResult, PostedFile, Shown, Table, UnreadFile, returned_with_file,
};

/// Which files a browser offers first.
const ACCEPT: &str = ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The fields beside the file.
const FIELDS: [&str; 2] = ["sheet", "charset"];
/// Encodings in which spreadsheet programs save CSV files.
const CHARSETS: [&str; 6] = ["utf-8", "windows-1252", "windows-1250", "windows-1251", "windows-1256", "gb18030"];

/// The page that asks for a file.
pub(super) async fn ask(_: CanManageAppointments, page: Page) -> PageResult {
    show(&page, &FormState::default())
}

/// Makes a plan of it, and leads to the plan.
pub(super) async fn plan(
    officer: CanManageAppointments,
    page: Page,
    imports: web::Data<Imports>,
    caller: RequestContext,
    body: UnreadFile,
) -> PageResult {
    let mut form = FormState::default();
    let planned = async {
        let admission = imports.admit_file(officer.user_id, &caller, body.expected(file_limits::PEOPLE)).await?;
        let PostedFile { form: sent, file, beside } = body.read(file_limits::PEOPLE).await?;
        form = sent;
        let filled = |name: &str| Some(form.value(name).trim().to_owned()).filter(|text| !text.is_empty());
        let options = ReadOptions { charset: filled("charset"), sheet: filled("sheet") };
        let file = file?;
        // The content says whether it is a workbook.
        let plan = imports.plan(officer.0.clone(), admission.beside(beside), file.content, false, options).await?;
        Ok::<_, Error>(plan.id())
    };
    let planned = Box::pin(planned).await;
    match planned {
        Ok(id) => Ok(page.lead_to(&address(id)).finish()),
        Err(error) => show(&page, &returned_with_file(&page, form, error, &FIELDS)?),
    }
}

fn show(page: &Page, form: &FormState) -> PageResult {
    let found = Choice::new("", page.text("import-charset-found"));
    let charset = |name: &&str| Choice::new(*name, page.words("charset", name));
    let charsets = std::iter::once(found).chain(CHARSETS.iter().map(charset)).collect();
    FormPage::new(page, form, "page-import", "")
        .saying(page.text("page-import.nobody"))
        .with_link(EXAMPLE, page.text("import-example"))
        .with_fields(vec![
            Field::line("sheet", "text").hinted(page.text("import-sheet-hint")),
            Field::select("charset", charsets).hinted(page.text("import-charset-hint")),
            Field::file(ACCEPT).hinted(page.text_with(
                "import-file-hint",
                &[("bytes", file_limits::PEOPLE.to_string()), ("rows", MAX_ROWS.to_string())],
            )),
        ])
        .with_table(columns(page))
        .back_to("/people", page.text("link-people"))
        .show()
}

/// What each column is called, and what it holds.
fn columns(page: &Page) -> Table {
    let mut table = Table::new(page, "import-columns", &["column", "needed", "column-names", "column-holds"]);
    for column in Column::ALL {
        let needed = if NEEDED.contains(column) { "import-needed" } else { "import-optional" };
        table.push(vec![
            Shown::text(page.words("sheet-column", column.as_str())),
            Shown::text(page.text(needed)),
            Shown::text(page.text(&format!("sheet-column-{column}.names"))),
            Shown::text(page.text(&format!("sheet-column-{column}.holds"))),
        ]);
    }
    table
}
