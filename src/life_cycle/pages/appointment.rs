//! One appointment: who, as what, its nomination, its history, and the deeds that are possible.

use std::sync::Arc;

use actix_web::web;
use askama::Template;
use serde_json::Value;

use super::super::{AppointmentView, Deed, LifeCycle};
use super::letter::with_letter;
use super::{address, appoint, facts, invitation_of_successor, own};
use crate::appointments::AppointmentStatus;
use crate::audit::{self, AuditFilter, AuditLog};
use crate::db::Id;
use crate::error::Error;
use crate::identity::guards::Authenticated;
use crate::nominations::{Nomination, Nominations};
use crate::policy::{self, Action, Principal};
use crate::web::{Facts, Page, PageResult, Shown, Table};

/// Most events of a history.
const MOST: i64 = 100;

#[derive(Template)]
#[template(path = "life_cycle/appointment.html")]
struct AppointmentPage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    nomination: Facts,
    deeds: Vec<Shown>,
    history: Option<Table>,
    /// The other appointments of the reader, where this is an own one.
    others: Vec<Shown>,
    is_officer: bool,
}

/// One appointment.
pub(super) async fn one(
    reader: Authenticated,
    page: Page,
    life_cycle: web::Data<LifeCycle>,
    nominations: web::Data<Nominations>,
    log: web::Data<AuditLog>,
    id: web::Path<Id>,
) -> PageResult {
    let view = life_cycle.get(reader.0.clone(), *id).await?;
    let nomination = readable(nominations.get(reader.0.clone(), *id).await)?;
    let may_write = readable(nominations.check_change(reader.0.clone(), *id).await)?.is_some();
    let is_officer = policy::check(&reader, Action::ManageAppointments).is_ok();
    let mut deeds: Vec<Shown> = view.possible.iter().map(|deed| deed_link(&page, *deed, view.id)).collect();
    let further =
        |key: &str, part: &str| Shown::text(page.text(key)).leading_to(format!("{}/{part}", address(view.id)));
    if view.status == AppointmentStatus::Invited && view.possible.contains(&Deed::Withdraw) {
        deeds.push(further("link-resend", "resend"));
    }
    if is_officer && view.possible.contains(&Deed::Replace) {
        let invite = Shown::text(page.text("link-invite-successor"));
        deeds.push(invite.leading_to(invitation_of_successor(view.id)));
    }
    if is_officer && appoint::is_offered(&reader, &view) {
        deeds.push(further("link-appoint", "appoint"));
    }
    if is_officer && may_set_end(&life_cycle, &reader, &view).await? {
        deeds.push(further("link-mandate", "mandate"));
    }
    if may_write {
        let has_letter = nomination.as_ref().is_some_and(|known| known.letter.is_some());
        deeds.push(further("link-nomination", "nomination"));
        deeds.push(further(if has_letter { "link-letter-replace" } else { "link-letter-hand-in" }, "letter/replace"));
        if has_letter {
            deeds.push(further("link-letter-remove", "letter/remove"));
        }
    }
    let title = page.text_with(
        "page-appointment",
        &[
            ("name", view.person.name.clone()),
            ("role", page.words("role", view.role.as_str())),
            ("organisation", page.organisation(&view.organisation).to_owned()),
        ],
    );
    let content = AppointmentPage {
        title,
        facts: facts(&page, &view),
        nomination: of_nomination(&page, &nominations, &reader.0, (view.id, nomination)).await?,
        deeds,
        history: history(&page, &log, &reader, &view).await?,
        others: own::others(&page, &life_cycle, &reader, &view).await?,
        is_officer,
        page: &page,
    };
    page.show(&content)
}

/// The way to the page of a deed.
fn deed_link(page: &Page, deed: Deed, id: Id) -> Shown {
    Shown::text(page.text(&format!("deed-{deed}.button"))).leading_to(format!("{}/{deed}", address(id)))
}

/// What the reader may not see or do is left out.
fn readable<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(known) => Ok(Some(known)),
        Err(Error::Refused(refusal)) if refusal.status.is_client_error() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the page of the mandate's end is offered. A proof of identity that is too old is asked for there.
async fn may_set_end(life_cycle: &LifeCycle, reader: &Authenticated, view: &AppointmentView) -> Result<bool, Error> {
    if view.status.is_final() {
        return Ok(false);
    }
    match life_cycle.check_change(reader.0.clone(), view.id).await {
        Err(error) if error.is_unauthenticated() => Ok(true),
        outcome => readable(outcome).map(|admitted| admitted.is_some()),
    }
}

/// What is known of a nomination, with the letter for those who may read it.
async fn of_nomination(
    page: &Page,
    nominations: &Nominations,
    reader: &Arc<Principal>,
    (id, known): (Id, Option<Nomination>),
) -> Result<Facts, Error> {
    let Some(known) = known else { return Ok(Facts::default()) };
    let label = |name: &str| page.text(&format!("th-{name}"));
    let facts = Facts::default()
        .with_some(label("official"), known.official.as_deref().map(Shown::name))
        .with_some(label("reference"), known.reference.as_deref().map(Shown::name))
        .with_some(label("dated"), known.dated.as_deref().map(|day| Shown::text(page.say("shown-day", "at", day))));
    with_letter(page, facts, nominations, reader, (id, known.letter.as_ref())).await
}

/// What happened to an appointment, for those who read the audit log of its organisation.
async fn history(
    page: &Page,
    log: &AuditLog,
    reader: &Principal,
    view: &AppointmentView,
) -> Result<Option<Table>, Error> {
    if policy::check(reader, Action::ReadAudit).is_err() {
        return Ok(None);
    }
    let mut table = Table::new(page, "appointment-history", &["when", "event", "from", "to"]);
    // Before it has a holder, its entries are about the appointment itself.
    let about = view.person.id.into_iter().chain([view.id]).collect();
    let filter = AuditFilter { about, events: vec![audit::Event::AppointmentChanged], ..AuditFilter::default() };
    for entry in log.list(reader, filter, None, MOST).await? {
        let detail = entry.detail.as_ref().map(|detail| &detail.0);
        let code = |name: &str| detail.and_then(|detail| detail.get(name)).and_then(Value::as_str).unwrap_or_default();
        if code("appointment") == view.id.to_string() {
            table.push(vec![
                Shown::moment(page, entry.at).leading_to(format!("/audit/{}", entry.id)),
                Shown::text(page.words("event", code("event"))),
                Shown::text(page.words("status", code("from"))),
                Shown::text(page.words("status", code("to"))),
            ]);
        }
    }
    Ok(Some(table))
}
