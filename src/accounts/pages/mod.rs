//! Pages of accounts, for the Secretariat, and the page that leads to all of the administration.
//!
//! - `administration` what the viewer may administer
//! - `users` an account, found by its address; `deeds` a page for each deed, after a fresh proof of identity

mod administration;
mod deeds;
mod users;

use super::Account;
use crate::web::{Facts, Page, Pages, Shown};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/administration", administration::hub)
        .page("/users", users::find)
        .page("/users/{id}", users::one)
        .form("/users/{id}/{deed}", deeds::ask, deeds::act)
}

/// What is known of an account.
fn facts(page: &Page, account: &Account) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    let moment = |at| Shown::moment(page, at);
    Facts::default()
        .with(label("name"), Shown::name(&account.name))
        .with(label("email"), Shown::code(&account.email))
        .with(label("state"), Shown::text(page.text(state(account))))
        .with_some(label("suspended-since"), account.suspended_at.map(moment))
        .with_some(label("name-flagged"), account.name_flagged_at.map(moment))
}

/// The key of how an account stands.
fn state(account: &Account) -> &'static str {
    if account.suspended_at.is_some() { "user-suspended" } else { "user-open" }
}
