//! Pages of imports: a file is sent, its plan is read, and the people in it are invited.
//!
//! - `upload` the form that takes the file, with the columns that it may have
//! - `example` a sheet with one row, to fill in
//! - `plan` the plan as a table, and the page that carries it out
//!
//! Left out: changing a plan. A corrected file makes a new one.

mod example;
mod plan;
mod upload;

use crate::db::Id;
use crate::web::Pages;

/// The address of the example.
const EXAMPLE: &str = "/people/import/example";

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .form("/people/import", upload::ask, upload::plan)
        .page(EXAMPLE, example::file)
        .page("/imports/{id}", plan::show)
        .form("/imports/{id}/commit", plan::ask, plan::commit)
}

/// The page of a plan.
fn address(id: Id) -> String {
    format!("/imports/{id}")
}
