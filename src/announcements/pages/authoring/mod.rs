//! Pages on which the Secretariat brings out an announcement, one for each step: it is written in several languages, read as its readers
//! will, tested, submitted, approved by a second person, sent or scheduled, and followed until the last mail.
//!
//! At the top of each page stands a line with the state ([`heading::Heading`]) and links to the steps. Which steps and buttons there are
//! comes from the table of states and from the policy, which the service asks again. Sending, cancelling and deleting have a page that
//! names the consequence before the button.
//!
//! - `heading` the line of the state, and the steps that are offered
//! - `manage` the list by state; `compose` the form of a draft, and its deletion; `draft_form` its fields
//! - `audience_words` an audience in words, nested conditions too
//! - `review` the mail as its readers see it, its recipients, and a test; `decision` submitting, approving, rejecting
//! - `dispatch` sending and scheduling; `progress` what happens meanwhile: pause, resume, cancel
//! - `outcome` deliveries and acknowledgements; `markdown_help` how texts are written
//!
//! Left out: the pages of readers, and those of topics.

mod audience_words;
mod compose;
mod decision;
mod dispatch;
mod draft_form;
mod heading;
mod manage;
mod markdown_help;
mod outcome;
mod progress;
mod review;

use std::sync::Arc;

use serde::Deserialize;

use crate::announcements::Announcements;
use crate::announcements::campaign::Action;
use crate::db::Id;
use crate::error::Error;
use crate::http::{BodyLimit, LARGEST_FORM};
use crate::identity::guards::CanManageAnnouncements;
use crate::web::{Desk, FormState, Notice, PageResult, Pages};

/// What a page of one announcement works with.
type Office<P = Id> = Desk<CanManageAnnouncements, Announcements, P>;

/// Six languages of the longest text there may be, of characters that take twelve bytes each in a form, and the other fields.
const BODY: BodyLimit = BodyLimit(LARGEST_FORM);

/// The routes of these pages.
pub(super) fn routes() -> Pages {
    Pages::new()
        .form("/announcements/new", compose::begin, compose::create)
        .form("/announcements/{id}/edit", compose::edit, compose::change)
        .with_body(BODY)
        .page("/help/markdown", markdown_help::show)
        .page("/announcements/manage", manage::list)
        .form("/announcements/{id}/delete", compose::ask_delete, compose::delete)
        .page("/announcements/{id}/preview", review::preview)
        .page("/announcements/{id}/recipients", review::recipients)
        .form("/announcements/{id}/test", review::ask_test, review::test)
        .form("/announcements/{id}/submit", decision::ask_submit, decision::submit)
        .form("/announcements/{id}/decide", decision::ask, decision::decide)
        .form("/announcements/{id}/send", dispatch::ask_send, dispatch::send)
        .form("/announcements/{id}/schedule", dispatch::ask_schedule, dispatch::schedule)
        .button("/announcements/{id}/unschedule", dispatch::unschedule)
        .page("/announcements/{id}/progress", progress::show)
        .button("/announcements/{id}/pause", progress::pause)
        .button("/announcements/{id}/resume", progress::resume)
        .form("/announcements/{id}/cancel", progress::ask_cancel, progress::cancel)
        .page("/announcements/{id}/deliveries", outcome::deliveries)
        .button("/announcements/{id}/retry", outcome::retry)
        .page("/announcements/{id}/acknowledgements", outcome::acknowledgements)
}

/// A form that has a reason, or nothing but its key and what was read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ReasonForm {
    reason: String,
}

impl ReasonForm {
    /// The reason; none where the field is empty.
    fn into_reason(self) -> Option<String> {
        let reason = self.reason.trim();
        (!reason.is_empty()).then(|| reason.to_owned())
    }
}

/// Brings an event about, and leads to a step with a notice; or shows the page of the form again.
async fn act(
    office: &Office,
    form: FormState,
    action: Result<Action, Error>,
    (step, notice): (&str, &str),
    again: impl AsyncFnOnce(&Office, FormState) -> PageResult,
) -> PageResult {
    let (officer, id, ticket) = (Arc::clone(&office.person.0), office.place, office.ticket(&form));
    let done = async { office.service.act(officer, office.trace(), ticket, id, action?).await };
    let done = Box::pin(done).await;
    office.lead_on(form, done, |_| (heading::address(id, step), Notice::new(notice)), again).await
}
