//! Pages of a member: what it is, whom to contact, and what it does with technologies; its change and its history for
//! the Secretariat.
//!
//! - `member` the page that everybody of the community sees
//! - `editing` the form that changes it; `input` what that form sends
//! - `history` what it was before each change

mod editing;
mod history;
mod input;
mod member;

use crate::web::Pages;

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/members/{code}", member::show)
        .form("/members/{code}/edit", editing::ask, editing::save)
        .page("/members/{code}/history", history::list)
}
