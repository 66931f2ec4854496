//! Pages of topics: one's own subscriptions, and the topics themselves for officers who manage announcements.
//!
//! - `own` which topics a person gets, and how often
//! - `topics` the list, a new topic, and the names of a known one

mod own;
mod topics;

use crate::web::Pages;

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .form("/account/subscriptions", own::ask, own::choose)
        .page("/topics", topics::list)
        .form("/topics/new", topics::ask_new, topics::create)
        .form("/topics/{code}/edit", topics::ask_edit, topics::edit)
}
