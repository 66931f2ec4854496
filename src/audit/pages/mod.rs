//! Pages of the audit log.
//!
//! - `own` what it has about the own account
//! - `officers` the whole log, searched by those who may read it; `about` the subjects of its entries

mod about;
mod officers;
mod own;

use crate::web::Pages;

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/account/history", own::history)
        .page("/audit", officers::list)
        .page("/audit/{id}", officers::one)
}
