//! A page for each deed: it names the person and the consequence, and asks why where that is to be said. What it shows
//! is what is decided on, the nomination of an application as well: where that has changed meanwhile, the page comes
//! again.

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::types::{Act, AppointmentQuery};
use super::super::{AppointmentView, Deed, HandOver, LifeCycle, MAX_OVERLAP_DAYS, rules};
use super::nomination::{readable, with_nomination};
use super::{address, facts, filled, invitation_of_successor, with_details};
use crate::appointments::{AppointmentStatus, Role};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError};
use crate::http::{IfMatch, etag};
use crate::identity::guards::Authenticated;
use crate::nominations::Nominations;
use crate::policy::{self, Action, Principal};
use crate::web::{Choice, Desk, Facts, Field, FormPage, FormState, Notice, Page, PageResult, Posted, Shown};

/// What stands between a successor and the version that was read, in a choice: a name may have changed since.
const VERSION: char = ' ';
/// Most people who can take over.
const MOST: i64 = 100;

/// What the page of a deed works with: the appointment, and the word of the deed.
type Place = Desk<Authenticated, LifeCycle, (Id, String)>;

/// What the page of a deed sends.
#[derive(Deserialize)]
pub(super) struct DeedForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    successor: String,
    #[serde(default)]
    overlap_days: String,
    #[serde(default)]
    version: String,
}

impl DeedForm {
    /// The hand-over of an appointment, for this reason.
    ///
    /// # Errors
    /// 422.
    fn into_hand_over(self, predecessor: Id, reason: Option<String>) -> Result<HandOver, Error> {
        let missing = |_| Error::invalid(vec![FieldError::new("/successor", FieldCode::Missing)]);
        // What is no number is out of range.
        let days = filled(self.overlap_days).map(|days| days.trim().parse().unwrap_or(u64::MAX));
        let (successor, version) = self.successor.split_once(VERSION).unwrap_or((&self.successor, ""));
        Ok(HandOver {
            predecessor,
            successor: successor.parse::<Id>().map_err(missing)?,
            overlap: rules::overlap(days)?,
            reason,
            seen: Some(IfMatch::of_version(&self.version)),
            successor_seen: Some(IfMatch::of_version(version)),
        })
    }
}

/// The page of a deed.
pub(super) async fn ask(desk: Place, nominations: web::Data<Nominations>) -> PageResult {
    let (id, deed) = &desk.place;
    let deed = Deed::parse(deed).ok_or_else(Error::not_found)?;
    let view = desk.service.get(Arc::clone(&desk.person.0), *id).await?;
    if !view.possible.contains(&deed) {
        return Ok(desk.page.lead_to(&address(*id)).finish());
    }
    show(&desk, &nominations, (&view, deed), FormState::default()).await
}

/// Does it.
pub(super) async fn act(desk: Place, nominations: web::Data<Nominations>, posted: Posted<DeedForm>) -> PageResult {
    let (id, deed) = (desk.place.0, Deed::parse(&desk.place.1).ok_or_else(Error::not_found)?);
    let Posted { input, form } = posted;
    let done = carry_out(&desk.service, Arc::clone(&desk.person.0), desk.trace(), (id, deed), input);
    let done = Box::pin(done).await;
    let way = |view: AppointmentView| {
        // With an overlap both appointments are in force until its last day.
        let overlap = view.last_day.filter(|_| deed == Deed::Replace && !view.status.is_final());
        let notice = match overlap {
            Some(day) => Notice::new("deed-replace-overlap").with("day", day),
            None => Notice::new(&format!("deed-{deed}")),
        };
        (address(id), notice.with("name", view.person.name))
    };
    desk.lead_on(form, done, way, async |desk, form| show_again(desk, &nominations, deed, form).await).await
}

async fn show_again(desk: &Place, nominations: &Nominations, deed: Deed, form: FormState) -> PageResult {
    let view = desk.service.get(Arc::clone(&desk.person.0), desk.place.0).await?;
    show(desk, nominations, (&view, deed), form).await
}

/// Causes the event of a deed. A person without the right learns nothing of the form.
async fn carry_out(
    life_cycle: &LifeCycle,
    person: Arc<Principal>,
    trace: Trace,
    (id, deed): (Id, Deed),
    input: Result<DeedForm, Error>,
) -> Result<AppointmentView, Error> {
    let event = deed.event();
    life_cycle.check_act(Arc::clone(&person), id, event).await?;
    let mut form = input?;
    let seen = Some(IfMatch::of_version(&form.version));
    let reason = rules::reason(event, &Act { reason: filled(std::mem::take(&mut form.reason)) })?;
    match deed {
        Deed::Replace => life_cycle.replace(person, trace, form.into_hand_over(id, reason)?).await,
        Deed::CancelHandOver => life_cycle.cancel_hand_over(person, trace, id, seen).await,
        _ => life_cycle.act(person, trace, id, event, reason, seen).await,
    }
}

/// The key of the texts of a deed on an appointment that stands so.
pub(super) fn key(deed: Deed, status: AppointmentStatus) -> String {
    match (deed, status) {
        (Deed::Reject, AppointmentStatus::Incomplete) => "deed-reject-application".to_owned(),
        (Deed::Withdraw, AppointmentStatus::Invited) => "deed-withdraw-invitation".to_owned(),
        _ => format!("deed-{deed}"),
    }
}

/// What is known of an appointment and its person; while it waits for a decision, with the nomination.
async fn about(desk: &Place, nominations: &Nominations, view: &AppointmentView) -> Result<Facts, Error> {
    let (page, reader) = (&desk.page, &desk.person.0);
    let details = desk.service.details(Arc::clone(reader), view.id).await?;
    let facts = with_details(page, facts(page, view), &details);
    if view.evidence_version.is_none() {
        return Ok(facts);
    }
    let nomination = readable(nominations.get(Arc::clone(reader), view.id).await)?;
    with_nomination(page, facts, nominations, reader, (view.id, nomination)).await
}

async fn show(
    desk: &Place,
    nominations: &Nominations,
    (view, deed): (&AppointmentView, Deed),
    form: FormState,
) -> PageResult {
    let page = &desk.page;
    let form = form.set("version", etag::version_of(view)?);
    let mut fields = Vec::new();
    let mut has_nobody = false;
    if deed == Deed::Replace {
        let successors = successors(page, &desk.service, Arc::clone(&desk.person.0), view).await?;
        has_nobody = successors.is_empty();
        let nobody = Choice::new("", page.text("deed-replace.choose"));
        let successors = std::iter::once(nobody).chain(successors).collect();
        fields.push(Field::select("successor", successors).hinted(page.text("deed-replace.successor")));
        let hint = page.say("deed-replace.overlap", "max", MAX_OVERLAP_DAYS);
        fields.push(Field::line("overlap_days", "number").hinted(hint));
    }
    if deed.event().needs_reason() {
        fields.push(Field::area("reason").hinted(page.text("deed-reason.needed")));
    } else if matches!(deed, Deed::Resign | Deed::Replace) {
        fields.push(Field::area("reason").hinted(page.text("deed-reason.free")));
    }
    let key = key(deed, view.status);
    let form = if deed == Deed::Reject { form.labelled("reason", page.text("deed-reason.rejection")) } else { form };
    let content = FormPage::new(page, &form, &key, &view.person.name)
        .about(about(desk, nominations, view).await?)
        .with_fields(fields)
        .back_to(address(view.id), page.text("link-back-to-appointment"));
    if has_nobody {
        if !Role::INVITED_TO.contains(&view.role) {
            return content.leading_instead(page.text("deed-replace.nobody-appointed"), Shown::default()).show();
        }
        let invite = Shown::text(page.text("link-invite-successor")).leading_to(invitation_of_successor(view.id));
        let may_invite = policy::check(&desk.person, Action::ManageAppointments).is_ok();
        let way = if may_invite { invite } else { Shown::default() };
        return content.leading_instead(page.text("deed-replace.nobody"), way).show();
    }
    let takes_away = matches!(deed, Deed::Reject | Deed::Withdraw | Deed::Suspend | Deed::Replace | Deed::Resign);
    if takes_away { content.dangerous().show() } else { content.show() }
}

/// Those who can take over: at the same organisation in the same role, in force or waiting.
async fn successors(
    page: &Page,
    life_cycle: &LifeCycle,
    person: Arc<Principal>,
    view: &AppointmentView,
) -> Result<Vec<Choice>, Error> {
    let query = AppointmentQuery {
        status: vec![AppointmentStatus::Active, AppointmentStatus::Pending],
        member: vec![view.organisation.clone()],
        role: vec![view.role],
        ..AppointmentQuery::default()
    };
    let others = life_cycle.list(person, query, None, MOST).await?;
    let others = others.into_iter().filter(|other| other.id != view.id);
    let choice = |other: AppointmentView| {
        let state = page.words("status", other.status.as_str());
        let value = format!("{}{VERSION}{}", other.id, etag::version_of(&other)?);
        Ok(Choice { value, label: format!("{} ({state})", other.person.name) })
    };
    others.map(choice).collect()
}
