//! Pages of rounds: the Secretariat makes, opens and watches them, moves deadlines and reminds; everybody else sees the
//! rounds of their audience, and coordinators ask for more time.
//!
//! - `list` all rounds; `edit` a new one and changes, `round_form` what their forms send
//! - `round` the page of a round as its reader sees it; `dashboard` how the responses stand, by region and over time;
//!   `chart` the picture of it
//! - `deeds` a round is opened, closed, called off
//! - `deadlines` the ledger and a new entry; `extensions` requests for more time and decisions; `reminders` the dry run
//!   and sending; `frame` whom a round asks
//! - `moments` deadlines in words, and the fields of an instant; `pairs` tables of two questions in words
//!
//! Left out: answers, which have pages of their own.

mod chart;
mod dashboard;
mod deadlines;
mod deeds;
mod edit;
mod extensions;
mod frame;
mod list;
mod moments;
mod pairs;
mod reminders;
mod round;
mod round_form;

pub use moments::{deadline, deadline_at, deadline_in_row};

use super::Round;
use crate::db::Id;
use crate::members::Region;
use crate::policy::{self, Action};
use crate::web::{Facts, Page, Pages, Shown};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/rounds", list::list)
        .form("/rounds/new", edit::ask_new, edit::make)
        .page("/rounds/{id}", round::show)
        .form("/rounds/{id}/edit", edit::ask, edit::change)
        .form("/rounds/{id}/open", deeds::ask_open, deeds::open)
        .form("/rounds/{id}/close", deeds::ask_close, deeds::close)
        .form("/rounds/{id}/cancel", deeds::ask_cancel, deeds::cancel)
        .page("/rounds/{id}/frame", frame::show)
        .page("/rounds/{id}/deadlines", deadlines::show)
        .form("/rounds/{id}/deadlines/new", deadlines::ask, deadlines::add)
        .page("/rounds/{id}/extension-requests", extensions::show)
        .form("/rounds/{id}/extension-requests/new", extensions::ask, extensions::send)
        .form("/rounds/{id}/extension-requests/{request}/grant", extensions::ask_grant, extensions::grant)
        .form("/rounds/{id}/extension-requests/{request}/decline", extensions::ask_decline, extensions::decline)
        .form("/rounds/{id}/reminders", reminders::ask, reminders::remind)
}

/// The page of a round.
fn address(id: Id) -> String {
    format!("/rounds/{id}")
}

/// The calendar file of a deadline: that of an organisation, or that for all.
fn calendar_file(id: Id, organisation: Option<&str>) -> String {
    let query = organisation.map(|code| format!("?organisation={code}")).unwrap_or_default();
    format!("/api/v1/rounds/{id}/deadline.ics{query}")
}

/// Whether the viewer manages rounds.
fn manages(page: &Page) -> bool {
    page.viewer().is_some_and(|viewer| policy::check(viewer, Action::ManageSurveys).is_ok())
}

/// Whether the viewer may ask for more time at some organisation.
fn may_ask(page: &Page) -> bool {
    page.viewer().is_some_and(|viewer| viewer.active().any(|held| policy::asks_for(held.role)))
}

/// What a round is called.
#[must_use]
pub fn name(page: &Page, round: &Round) -> String {
    page.round_name(round.title_in(page.language()), round.opens_at, &round.zone)
}

/// A region in words.
fn region(page: &Page, region: Option<Region>) -> String {
    region.map_or_else(|| page.text("list-no-region"), |region| page.words("region", region.as_str()))
}

/// What everybody may know of a round.
fn facts(page: &Page, round: &Round) -> Facts {
    let state = if round.opens_by_itself { "waiting" } else { round.state.as_str() };
    let (opening, opens_at) = match round.opened_at {
        Some(at) => ("th-opened", at),
        None => ("th-opens", round.opens_at),
    };
    Facts::default()
        .with(
            page.text("th-survey"),
            Shown::name(round.title_in(page.language())).leading_to(format!("/surveys/{}", round.survey)),
        )
        .with(
            page.text("th-version"),
            Shown::code(round.version).leading_to(format!("/surveys/{}/versions/{}", round.survey, round.version)),
        )
        .with(page.text("th-audience"), Shown::text(page.words("audience-of-survey", round.audience.as_str())))
        .with(page.text("th-state"), Shown::text(page.words("round-state", state)))
        .with(page.text(opening), moments::opening_at(page, opens_at, &round.zone))
        .with(page.text("th-deadline-for-all"), deadline(page, &round.deadline))
}
