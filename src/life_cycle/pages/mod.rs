//! Pages of appointments: the people of an administration by state, one appointment with its history, a page for each
//! deed, and invitations.
//!
//! Which deeds are offered is what the API tells its reader (`possible`): the table of states and the policy decide.
//! A page of a deed that is not possible leads back to the appointment, and sending one is refused by the service.
//!
//! - `people` the list; `appointment` one of it
//! - `deeds` the events of the table; `mandate` the end of a mandate; `invite` invitations
//! - `appoint` a further appointment of a person; `own` the appointments of the reader, and applying for a further one
//! - `nomination` who nominated the person; `letter` the letter of nomination
//!
//! Left out: invitations of many people by a sheet (`imports`), and the pages of one's own appointment behind mailed
//! links (`crate::pages`).

mod appoint;
mod appointment;
mod deeds;
mod invite;
mod letter;
mod mandate;
mod nomination;
mod own;
mod people;

use super::{AppointmentView, PersonDetails};
use crate::appointments::AppointmentStatus;
use crate::db::Id;
use crate::nominations;
use crate::time::{Day, Timestamp};
use crate::web::{Facts, Page, Pages, Shown};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/people", people::list)
        .form("/people/invite", invite::ask, invite::invite)
        .page("/account/appointments", own::list)
        .form("/account/appointments/new", own::ask, own::apply)
        .page("/appointments/{id}", appointment::one)
        .form("/appointments/{id}/appoint", appoint::ask, appoint::appoint)
        .form("/appointments/{id}/mandate", mandate::ask, mandate::change)
        .form("/appointments/{id}/resend", invite::ask_resend, invite::resend)
        .form("/appointments/{id}/nomination", nomination::ask, nomination::change)
        .page("/appointments/{id}/letter", nominations::routes::download)
        .form("/appointments/{id}/letter/replace", letter::ask, letter::replace)
        .form("/appointments/{id}/letter/remove", letter::ask_removal, letter::remove)
        .form("/appointments/{id}/{deed}", deeds::ask, deeds::act)
}

/// The page of an appointment.
fn address(id: Id) -> String {
    format!("/appointments/{id}")
}

/// The page on which the successor of an appointment is invited.
fn invitation_of_successor(id: Id) -> String {
    format!("/people/invite?replaces={id}")
}

/// What a field holds; none where it was left empty.
fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The first instant after the last day of a mandate; none where the text is no day.
fn end_of(last_day: &str) -> Option<Timestamp> {
    Day::parse(last_day).map(Day::end)
}

/// What is known of an appointment.
fn facts(page: &Page, view: &AppointmentView) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    let day = |at| Shown::day(page, at);
    Facts::default()
        .with(label("name"), Shown::name(&view.person.name))
        .with_some(label("name-before"), view.person.previous_name.as_deref().map(Shown::name))
        .with_some(label("email"), view.person.email.as_deref().map(Shown::code))
        .with(label("role"), Shown::text(page.words("role", view.role.as_str())))
        .with(label("organisation"), page.shown_organisation(&view.organisation))
        .with(label("state"), Shown::text(page.words("status", view.status.as_str())))
        .with(label("state-since"), day(view.status_since))
        .with_some(label("valid-from"), view.valid_from.map(day))
        .with_some(
            label("last-day"),
            view.last_day.as_deref().map(|last| Shown::text(page.say("shown-day", "at", last))),
        )
        .with_some(label("confirmed"), view.confirmed_at.map(day))
        .with_some(label("confirm-by"), confirm_by(view).map(day))
        .with_some(label("decided"), view.decided_at.map(day))
        .with_some(label(said(view.status)), view.reason.as_deref().map(Shown::name))
}

/// By when an entry is to be confirmed: none of one that is not in force.
fn confirm_by(view: &AppointmentView) -> Option<Timestamp> {
    view.confirm_by.filter(|_| matches!(view.status, AppointmentStatus::Active | AppointmentStatus::Unconfirmed))
}

/// What was said last of an appointment: of an incomplete one, what was asked.
fn said(status: AppointmentStatus) -> &'static str {
    if status == AppointmentStatus::Incomplete { "question-to-applicant" } else { "reason" }
}

/// These facts with what else is known of the person of an appointment.
fn with_details(page: &Page, facts: Facts, details: &PersonDetails) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    let entry = |id: Id| Shown::text(page.text("link-contact")).leading_to(format!("/contacts/{id}"));
    facts
        .with_some(label("job-title"), details.job_title.as_deref().map(Shown::name))
        .with_some(label("phone"), details.phone.as_deref().map(Shown::code))
        .with_some(label("directory-entry"), details.contact.map(entry))
}
