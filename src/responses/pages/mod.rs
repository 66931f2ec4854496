//! Pages on which an administration or a partner agency answers: the hub of its response, a page for each section, the
//! review, and the receipt.
//!
//! One form saves a section, with or without the script of the page. What the script sends are fields of the same form,
//! and what it gets is JSON with sentences in the language of the page (`script`). Nothing is saved by reading a page.
//!
//! - `hub` the response as a list of its sections; `section` the form of one
//! - `saving` what a form brings, and what becomes of it; `script` the same for the script, and who is there
//! - `comments` on a question; `assignments` of sections; `files` that are answers; `history` of answers
//! - `review` all answers with what is missing; `deeds` the steps of the review
//! - `receipts` of a response, and the public page of one
//! - `words` answers and people in the language of the page

mod assignments;
mod comments;
mod deeds;
mod files;
mod history;
mod hub;
mod receipts;
mod review;
mod saving;
mod script;
mod section;
mod words;

use super::{OwnResponse, ResponseSheet, Responses};
use crate::db::Id;
use crate::error::Error;
use crate::http::{BodyLimit, LARGEST_FORM};
use crate::identity::guards::{Authorized, CanAnswerSurveys, CanWriteAnswers};
use crate::web::{Desk, Pages};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    let with_answers = Pages::new()
        .form("/responses/{id}/sections/{section}", section::show, section::save)
        .button("/responses/{id}/sections/{section}/autosave", script::save)
        .with_body(BodyLimit(LARGEST_FORM));
    Pages::new()
        .form("/rounds/{id}/response", hub::show, hub::begin)
        .button("/responses/{id}/sections/{section}/presence", script::be_present)
        .form("/responses/{id}/sections/{section}/confirm", section::ask_confirm, section::confirm)
        .form("/responses/{id}/comments/{question}", comments::show, comments::add)
        .form("/responses/{id}/assignments", assignments::show, assignments::assign)
        .form("/responses/{id}/files/{question}", files::ask, files::hand_in)
        .page("/responses/{id}/history", history::show)
        .page("/responses/{id}/review", review::show)
        .page("/responses/{id}/receipt", receipts::own)
        .form("/responses/{id}/{deed}", deeds::ask, deeds::act)
        .form("/receipts/{sha256}", receipts::public, receipts::compare)
        .and(with_answers)
}

/// What these pages work with. Most are about a response, the place of their address.
type ResponseDesk<P = Id> = Desk<CanAnswerSurveys, Responses, P>;
/// The same where answers are saved.
type AnswerDesk<P> = Desk<CanWriteAnswers, Responses, P>;

/// The response that the address names, as its reader sees it.
async fn sheet<R, P>(desk: &Desk<Authorized<R>, Responses, P>, response: Id) -> Result<ResponseSheet, Error> {
    desk.service.sheet(desk.person.0.clone(), response, desk.page.language()).await
}

/// The hub of the response to a round.
fn hub_address(round: Id) -> String {
    format!("/rounds/{round}/response")
}

/// A page of a response.
fn address(response: Id, page: &str) -> String {
    format!("/responses/{response}/{page}")
}

/// The page of a section.
fn section_address(response: Id, section: &str) -> String {
    format!("/responses/{response}/sections/{section}")
}

/// The page on which a coordinator asks for more time.
fn extension_address(round: Id) -> String {
    format!("/rounds/{round}/extension-requests")
}

/// The review of a response; its hub where it was not begun.
fn review_address(own: &OwnResponse) -> String {
    own.id.map_or_else(|| hub_address(own.round), |id| address(id, "review"))
}
