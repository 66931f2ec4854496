//! Sending and scheduling. The button that sends names the number of people, and sends to no other number: where that has changed by more
//! than one, or the text at all, the page comes again.

use std::sync::Arc;

use askama::Template;
use serde::Deserialize;

use super::heading::{Heading, address, deeds, version};
use super::{Office, act};
use crate::announcements::campaign::{Action, Seen};
use crate::announcements::state_machine::Event;
use crate::announcements::types::Campaign;
use crate::announcements::{Preview, Review, Schedule, rules};
use crate::error::Error;
use crate::web::{Choice, FormState, Notice, Page, PageResult, Posted, ZoneGroup};

#[derive(Template)]
#[template(path = "announcements/authoring/send.html")]
struct SendPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    heading: Heading,
    counts: Preview,
    /// Whether the announcement may begin now.
    is_possible: bool,
    /// How many it was for when the page was shown before; empty where that is still so.
    was_for: String,
}

/// What the page of the button showed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SendForm {
    recipients: usize,
    version: String,
}

impl SendForm {
    fn into_action(self) -> Action {
        Action::Send(Some(Seen { content_hash: self.version, recipients: self.recipients }))
    }
}

/// The page before an announcement is sent.
pub(super) async fn ask_send(office: Office) -> PageResult {
    show_send(&office, office.keyed()).await
}

/// Begins to send.
pub(super) async fn send(office: Office, posted: Posted<SendForm>) -> PageResult {
    let send = posted.input.map(SendForm::into_action);
    act(&office, posted.form, send, ("progress", "authoring-sent"), show_send).await
}

async fn show_send(office: &Office, form: FormState) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = office;
    let Review { announcement, preview: counts } = service.review(Arc::clone(&officer.0), *id).await?;
    let was_for = if form.is_late() { form.value("recipients").to_owned() } else { String::new() };
    let form = form.set("version", version(&announcement)).set("recipients", counts.recipients);
    let is_possible = deeds(officer, &announcement).contains(&Event::Start);
    let content = SendPage {
        page,
        form: &form,
        heading: Heading::of(page, officer, &announcement),
        is_possible: is_possible && !counts.needs_approval && counts.recipients > 0,
        counts,
        was_for,
    };
    page.show_form(&form, &content)
}

#[derive(Template)]
#[template(path = "announcements/authoring/schedule.html")]
struct SchedulePage<'a> {
    page: &'a Page,
    form: &'a FormState,
    heading: Heading,
    recipients: usize,
    /// Whether it could not be sent today without the approval of a second person.
    needs_approval: bool,
    /// Its time in the zone in which it was planned; empty where it has none, or where that is the zone of the page, in
    /// which the heading says it.
    planned: String,
    /// The time zones to choose from.
    zones: Vec<ZoneGroup>,
    /// What the time could mean, where the clocks skip it or show it twice: the offset and the time of each.
    meanings: Vec<Choice>,
    may_schedule: bool,
    may_unschedule: bool,
    /// The address that takes the time away.
    unschedule: String,
}

/// When an announcement is to begin.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ScheduleForm {
    /// The day.
    send_at: String,
    time: String,
    zone: String,
    /// Which instant is meant, where the clocks of the zone skip the time or show it twice.
    offset: String,
    version: String,
}

impl ScheduleForm {
    fn into_action(self) -> Result<Action, Error> {
        let send_at = rules::instant(&self.send_at, &self.time, &self.zone, &self.offset)?;
        let schedule = Schedule { send_at, zone: Some(self.zone.trim().to_owned()) };
        Ok(Action::Schedule(schedule, Some(self.version)))
    }
}

/// The page on which an announcement gets its time.
pub(super) async fn ask_schedule(office: Office) -> PageResult {
    show_schedule(&office, office.keyed().with("zone", office.page.zone())).await
}

/// Lets it begin by itself at an instant.
pub(super) async fn schedule(office: Office, posted: Posted<ScheduleForm>) -> PageResult {
    let plan = posted.input.and_then(ScheduleForm::into_action);
    act(&office, posted.form, plan, ("schedule", "authoring-scheduled"), show_schedule).await
}

/// Takes its time away.
pub(super) async fn unschedule(office: Office) -> PageResult {
    let (officer, id) = (Arc::clone(&office.person.0), office.place);
    office.service.act(officer, office.trace(), None, id, Action::Unschedule).await?;
    office.page.lead_on(&address(id, "schedule"), Notice::new("authoring-unscheduled"))
}

async fn show_schedule(office: &Office, form: FormState) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = office;
    let Review { announcement, preview } = service.review(Arc::clone(&officer.0), *id).await?;
    let form = form.set("version", version(&announcement));
    let deeds = deeds(officer, &announcement);
    let planned = announcement.campaign.as_ref().and_then(|campaign| planned(page, campaign));
    let meanings = rules::meanings(form.value("send_at"), form.value("time"), form.value("zone")).into_iter();
    let meaning = |(time, offset): (String, String)| Choice::new(offset.clone(), format!("{time} (UTC{offset})"));
    let content = SchedulePage {
        page,
        form: &form,
        zones: ZoneGroup::all(page, form.value("zone")),
        meanings: meanings.map(meaning).collect(),
        heading: Heading::of(page, officer, &announcement),
        recipients: preview.recipients,
        needs_approval: preview.needs_approval,
        planned: planned.unwrap_or_default(),
        may_schedule: deeds.contains(&Event::Schedule),
        may_unschedule: deeds.contains(&Event::Unschedule),
        unschedule: address(*id, "unschedule"),
    };
    page.show_form(&form, &content)
}

/// The time of a plan in the zone in which it was planned, where that is not the zone of the page.
fn planned(page: &Page, campaign: &Campaign) -> Option<String> {
    let (at, local) = (campaign.send_at?, campaign.send_at_local.as_deref()?);
    let (_, zone) = local.trim_end_matches(']').split_once('[')?;
    let parts = [("at", at.to_string()), ("zone_of_plan", zone.to_owned())];
    (zone != page.zone()).then(|| page.text_with("authoring-planned", &parts))
}
