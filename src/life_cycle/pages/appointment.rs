//! One appointment: who, as what, its nomination, its history, and the deeds that are possible.

use std::sync::Arc;

use actix_web::web;
use askama::Template;
use serde_json::Value;

use super::super::{AppointmentView, Deed, LifeCycle};
use super::nomination::{readable, with_nomination};
use super::{address, appoint, deeds, facts, invitation_of_successor, own, with_details};
use crate::appointments::{AppointmentStatus, Role};
use crate::audit::{self, AuditFilter, AuditLog, StoredEntry};
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::identity::guards::Authenticated;
use crate::nominations::Nominations;
use crate::policy::{self, Action};
use crate::web::{Facts, Page, PageResult, Shown, Table};

/// Most events of a history.
const MOST: usize = 100;

#[derive(Template)]
#[template(path = "life_cycle/appointment.html")]
struct AppointmentPage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    nomination: Facts,
    /// The decisions that wait, as buttons.
    decisions: Vec<Decision>,
    deeds: Vec<Way>,
    history: Option<History>,
    /// The other appointments of the reader, where this is an own one.
    others: Vec<Shown>,
    is_officer: bool,
}

/// What happened to an appointment.
struct History {
    events: Table,
    /// The way to the audit log, where there are older events; else empty.
    older: Shown,
}

/// A decision that waits.
struct Decision {
    link: Shown,
    /// Whether it takes the appointment on: the one that most readers come for.
    is_next: bool,
}

/// The way to a deed.
struct Way {
    link: Shown,
    /// What it brings about, where its name does not say it; else empty.
    explained: String,
}

impl Way {
    /// A way that needs no explanation.
    fn plain(link: Shown) -> Self {
        Self { link, explained: String::new() }
    }
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
    let (decisions, deeds): (Vec<Deed>, Vec<Deed>) = view
        .possible
        .iter()
        .copied()
        .partition(|deed| matches!(deed, Deed::Approve | Deed::Reject | Deed::RequestInfo | Deed::Submit));
    // Those that end it come last.
    let ends = |deed: &Deed| matches!(deed, Deed::Suspend | Deed::Withdraw | Deed::Resign);
    let (ending, deeds): (Vec<Deed>, Vec<Deed>) = deeds.into_iter().partition(ends);
    let mut deeds: Vec<Way> = deeds.into_iter().map(|deed| way(&page, deed, &view)).collect();
    if is_officer && view.possible.contains(&Deed::Replace) && Role::INVITED_TO.contains(&view.role) {
        let link = Shown::text(page.text("link-invite-successor")).leading_to(invitation_of_successor(view.id));
        deeds.push(Way { link, explained: page.text("appointment-explained-invite") });
    }
    deeds.extend(further(&page, &life_cycle, &reader, &view).await?);
    if may_write {
        let has_letter = nomination.as_ref().is_some_and(|known| known.letter.is_some());
        deeds.extend(of_letter(&page, view.id, has_letter));
    }
    deeds.extend(ending.into_iter().map(|deed| way(&page, deed, &view)));
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
        facts: all_facts(&page, &life_cycle, &reader, &view).await?,
        nomination: with_nomination(&page, Facts::default(), &nominations, &reader.0, (view.id, nomination)).await?,
        decisions: buttons(&page, decisions, &view),
        deeds,
        history: history(&page, (log.get_ref(), life_cycle.get_ref()), &reader, &view).await?,
        others: own::others(&page, &life_cycle, &reader, &view).await?,
        is_officer,
        page: &page,
    };
    page.show(&content)
}

/// The decisions as buttons. What takes the appointment on is the first, and never what refuses it.
fn buttons(page: &Page, mut decisions: Vec<Deed>, view: &AppointmentView) -> Vec<Decision> {
    let is_next = |deed: Deed| matches!(deed, Deed::Approve | Deed::Submit);
    decisions.sort_by_key(|deed| (!is_next(*deed), *deed == Deed::Reject));
    decisions.into_iter().map(|deed| Decision { link: deed_link(page, deed, view), is_next: is_next(deed) }).collect()
}

/// The way to the page of a deed.
fn deed_link(page: &Page, deed: Deed, view: &AppointmentView) -> Shown {
    let key = deeds::key(deed, view.status);
    Shown::text(page.text(&format!("{key}.button"))).leading_to(format!("{}/{deed}", address(view.id)))
}

/// The way to the page of a deed, with what it brings about where two of them are easily confused.
fn way(page: &Page, deed: Deed, view: &AppointmentView) -> Way {
    let explained = match deed {
        Deed::Replace | Deed::Resign => page.text(&format!("appointment-explained-{deed}")),
        _ => String::new(),
    };
    Way { link: deed_link(page, deed, view), explained }
}

/// The ways of officers that are no events of the table.
async fn further(
    page: &Page,
    life_cycle: &LifeCycle,
    reader: &Authenticated,
    view: &AppointmentView,
) -> Result<Vec<Way>, Error> {
    let is_officer = policy::check(reader, Action::ManageAppointments).is_ok();
    let may_resend = view.status == AppointmentStatus::Invited && view.possible.contains(&Deed::Withdraw);
    let ways = [
        (may_resend, "link-resend", "resend"),
        (is_officer && appoint::is_offered(reader, view), "link-appoint", "appoint"),
        (is_officer && may_set_end(life_cycle, reader, view).await?, "link-mandate", "mandate"),
    ];
    let offered = ways.into_iter().filter(|(is_offered, ..)| *is_offered);
    Ok(offered.map(|(_, key, part)| Way::plain(part_link(page, key, view.id, part))).collect())
}

/// The ways to change the nomination and its letter.
fn of_letter(page: &Page, id: Id, has_letter: bool) -> Vec<Way> {
    let letter = if has_letter { "link-letter-replace" } else { "link-letter-hand-in" };
    let ways = [
        (true, "link-nomination", "nomination"),
        (true, letter, "letter/replace"),
        (has_letter, "link-letter-remove", "letter/remove"),
    ];
    let offered = ways.into_iter().filter(|(is_offered, ..)| *is_offered);
    offered.map(|(_, key, part)| Way::plain(part_link(page, key, id, part))).collect()
}

/// The way to another page of an appointment.
fn part_link(page: &Page, key: &str, id: Id, part: &str) -> Shown {
    Shown::text(page.text(key)).leading_to(format!("{}/{part}", address(id)))
}

/// What is known of an appointment, its person and its successor.
async fn all_facts(
    page: &Page,
    life_cycle: &LifeCycle,
    reader: &Authenticated,
    view: &AppointmentView,
) -> Result<Facts, Error> {
    let details = life_cycle.details(Arc::clone(&reader.0), view.id).await?;
    let names = life_cycle.holders(Arc::clone(&reader.0), view.replaced_by.into_iter().collect()).await?;
    let successor = view.replaced_by.and_then(|id| Some(Shown::name(names.get(&id)?).leading_to(address(id))));
    let may_open = policy::check(reader, Action::ManageAccounts).is_ok();
    let account = view.person.id.filter(|_| may_open);
    let account = account.map(|id| Shown::text(page.text("link-account")).leading_to(format!("/users/{id}")));
    let label = |name: &str| page.text(&format!("th-{name}"));
    Ok(with_details(page, facts(page, view), &details)
        .with_some(label("handed-over"), successor)
        .with_some(label("account"), account))
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

/// The events of a history.
const EVENTS: [audit::Event; 7] = [
    audit::Event::RegistrationVerified,
    audit::Event::RegistrationApproved,
    audit::Event::RegistrationRejected,
    audit::Event::AppointmentChanged,
    audit::Event::NominationChanged,
    audit::Event::LetterUploaded,
    audit::Event::LetterDeleted,
];

/// What happened to an appointment, for those who read the audit log of its organisation.
async fn history(
    page: &Page,
    (log, life_cycle): (&AuditLog, &LifeCycle),
    reader: &Authenticated,
    view: &AppointmentView,
) -> Result<Option<History>, Error> {
    if policy::check(reader, Action::ReadAudit).is_err() {
        return Ok(None);
    }
    let mut table = Table::new(page, "appointment-history", &["when", "event", "by", "from", "to"]);
    // Before it has a holder, its entries are about the appointment itself. Those of the holder's other appointments
    // are left out by the database, so that they take no room of these.
    let about: Vec<Id> = view.person.id.into_iter().chain([view.id]).collect();
    let subject = view.person.id.unwrap_or(view.id);
    let filter = AuditFilter { about, events: EVENTS.to_vec(), appointment: Some(view.id), ..AuditFilter::default() };
    let mut entries = log.list(reader, filter, None, i64::try_from(MOST).or_internal()? + 1).await?;
    let has_more = entries.len() > MOST;
    entries.truncate(MOST);
    let actors = entries.iter().filter_map(|entry| entry.actor_id).collect();
    let names = life_cycle.known_names(Arc::clone(&reader.0), actors).await?;
    for entry in &entries {
        let by = match entry.actor_id {
            Some(actor) => names.get(&actor).map(Shown::name).unwrap_or_default(),
            None if entry.request_id.is_some() => Shown::text(page.text("audit-by-visitor")),
            None => Shown::text(page.text("audit-by-portal")),
        };
        let event = match entry.action {
            audit::Event::AppointmentChanged => page.words("audit-done", code(entry, "event")),
            other => page.words("audit", other.as_str()),
        };
        table.push(vec![
            Shown::moment(page, entry.at).leading_to(format!("/audit/{}", entry.id)),
            Shown::text(event),
            by,
            Shown::text(match code(entry, "from") {
                // Before its first event.
                "none" => String::new(),
                from => page.words("status", from),
            }),
            Shown::text(page.words("status", code(entry, "to"))),
        ]);
    }
    let older = || {
        let text = page.say("appointment-history-older", "count", MOST);
        Shown::text(text).leading_to(format!("/audit?person={subject}"))
    };
    let older = if has_more { older() } else { Shown::default() };
    Ok(Some(History { events: table, older }))
}

/// A code in the detail of an entry; empty where it has none.
fn code<'a>(entry: &'a StoredEntry, name: &str) -> &'a str {
    let detail = entry.detail.as_ref().map(|detail| &detail.0);
    detail.and_then(|detail| detail.get(name)).and_then(Value::as_str).unwrap_or_default()
}
