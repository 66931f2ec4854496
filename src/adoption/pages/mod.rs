//! Pages of technologies: how many members use each, who uses one and will talk about it, and the form with which a
//! member says what it does.
//!
//! - `list` all technologies, and one of them
//! - `editing` what a member does with each

mod editing;
mod list;

use crate::web::Pages;

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().page("/technologies", list::all).page("/technologies/{code}", list::one).form(
        "/members/{code}/adoption",
        editing::ask,
        editing::save,
    )
}
