//! Pages of applications.
//!
//! - `own` to apply, and to correct an application by its link
//! - `officers` the queue, and the decision on one

mod officers;
mod own;

use crate::web::Pages;

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .form("/apply", own::ask, own::apply)
        .page("/apply/done", own::done)
        .form("/apply/correct", own::ask_correction, own::correct)
        .page("/applications", officers::list)
        .form("/applications/{id}", officers::one, officers::decide)
}
