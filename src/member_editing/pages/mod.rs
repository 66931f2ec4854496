//! Pages of a member: what it is, whom to contact, and what it does with technologies; its change and its history for
//! the Secretariat. Pages of partner agencies, which are organisations too.
//!
//! - `member` the page that everybody of the community sees
//! - `editing` the form that changes it; `input` what that form sends
//! - `history` what it was before each change
//! - `partners` the list of partner agencies, and one of them; `partner_forms` a new one, its change, its end

mod editing;
mod history;
mod input;
mod member;
mod partner_forms;
mod partners;

use crate::web::Pages;

/// The page of a partner agency.
fn partner_address(code: &str) -> String {
    format!("/partners/{code}")
}

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/members/{code}", member::show)
        .form("/members/{code}/edit", editing::ask, editing::save)
        .page("/members/{code}/history", history::list)
        .page("/partners", partners::list)
        .form("/partners/new", partner_forms::ask_new, partner_forms::add)
        .page("/partners/{code}", partners::show)
        .form("/partners/{code}/edit", partner_forms::ask_edit, partner_forms::edit)
        .form("/partners/{code}/end", partner_forms::ask_end, partner_forms::end)
}
