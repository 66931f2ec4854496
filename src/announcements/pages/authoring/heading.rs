//! What stands at the top of each page of an announcement: its subject, its state, what else is known of it, the pages that show or
//! change it as tabs, and the deeds that are possible now, the next one first.

use std::fmt::Display;

use crate::announcements::state_machine::{self, Event};
use crate::announcements::types::{Announcement, AnnouncementStatus};
use crate::db::Id;
use crate::i18n::Language;
use crate::policy::{self, Principal};
use crate::time::Timestamp;
use crate::web::{Facts, Page, Shown, Tab};

/// The subject, the state and the steps of an announcement.
pub(super) struct Heading {
    pub(super) subject: String,
    /// The language of the subject.
    pub(super) language: Language,
    pub(super) state: String,
    /// The colour of the state, beside its word.
    pub(super) tone: &'static str,
    /// What else there is to know of the state.
    pub(super) facts: Facts,
    /// The pages that show or change it.
    pub(super) tabs: Vec<Tab>,
    /// The steps that bring it out, the next one first.
    pub(super) deeds: Vec<Shown>,
    /// Whether the first of them is what its officer does next.
    pub(super) has_next: bool,
    /// The steps that end it, apart, so that none is chosen by mistake.
    pub(super) ends: Vec<Shown>,
}

impl Heading {
    /// The heading of this announcement for this officer.
    pub(super) fn of(page: &Page, officer: &Principal, announcement: &Announcement) -> Self {
        let (language, subject) = subject_in(page, announcement);
        let possible = deeds(officer, announcement);
        let has_next = match announcement.status {
            AnnouncementStatus::Draft | AnnouncementStatus::Approved => true,
            AnnouncementStatus::Submitted => possible.contains(&Event::Approve),
            _ => false,
        };
        let deeds = brought_out(page, announcement, &possible);
        Self {
            subject,
            language,
            state: page.words("announcement-status", announcement.status.as_str()),
            tone: tone(announcement.status),
            facts: facts(page, announcement),
            tabs: tabs(page, announcement, &possible),
            has_next: has_next && deeds.first().is_some_and(|deed| deed.href != page.path()),
            // The page of a deed does not lead to itself.
            deeds: deeds.into_iter().filter(|deed| deed.href != page.path()).collect(),
            ends: ends(page, announcement, &possible),
        }
    }
}

/// What this officer may do with an announcement now: what the table of states allows, and the policy.
pub(super) fn deeds(officer: &Principal, announcement: &Announcement) -> Vec<Event> {
    let may = |event: &Event| *event != Event::Approve || may_approve(officer, announcement);
    state_machine::possible(announcement.status).filter(may).collect()
}

fn may_approve(officer: &Principal, announcement: &Announcement) -> bool {
    announcement.campaign.as_ref().is_some_and(|campaign| {
        policy::check_approver(officer.user_id, &campaign.writer_ids, campaign.submitted_by).is_ok()
    })
}

/// The hash of what an announcement says and to whom, by which a form names what was read.
pub(super) fn version(announcement: &Announcement) -> String {
    announcement.campaign.as_ref().map(|campaign| campaign.content_hash.clone()).unwrap_or_default()
}

/// The address of a step of an announcement.
pub(super) fn address(id: Id, step: &str) -> String {
    format!("/announcements/{id}/{step}")
}

/// An instant in words.
pub(super) fn moment(page: &Page, at: impl Display) -> String {
    page.say("shown-moment", "at", at)
}

/// An instant in words; empty where there is none.
pub(super) fn moment_of(page: &Page, at: Option<Timestamp>) -> String {
    at.map(|at| moment(page, at)).unwrap_or_default()
}

/// The subject in the language of the page, or in the default language.
fn subject_in(page: &Page, announcement: &Announcement) -> (Language, String) {
    let written = |language: Language| Some((language, announcement.variants.get(&language)?.subject.clone()));
    let (asked, otherwise) = (page.language(), announcement.default_language);
    written(asked).or_else(|| written(otherwise)).unwrap_or((otherwise, String::new()))
}

/// The class of the mark of a state.
pub(super) const fn tone(status: AnnouncementStatus) -> &'static str {
    match status {
        AnnouncementStatus::Approved | AnnouncementStatus::Sent => " good",
        AnnouncementStatus::Submitted
        | AnnouncementStatus::Scheduled
        | AnnouncementStatus::Sending
        | AnnouncementStatus::Paused => " warn",
        AnnouncementStatus::Held | AnnouncementStatus::Cancelled => " bad-t",
        AnnouncementStatus::Draft => "",
    }
}

fn facts(page: &Page, announcement: &Announcement) -> Facts {
    let Some(campaign) = &announcement.campaign else { return Facts::default() };
    let label = |name: &str| page.text(&format!("authoring-fact-{name}"));
    // Who may read it cannot be called back, so each step says it.
    let is_out = announcement.sent_at.is_some();
    let readers = if is_out { "authoring-readable-by-anybody" } else { "authoring-readable-by-anybody.later" };
    let public = announcement.public.then(|| Shown::text(page.text(readers)));
    let moment = |at: Option<Timestamp>| at.map(|at| Shown::moment(page, at));
    let plan = campaign.send_at.filter(|_| !is_out);
    // What the portal found is put into words, and what a person said is quoted as it is.
    let cause = campaign.cause.map(|cause| Shown::text(page.words("authoring-reason", cause.as_str())));
    let reason = campaign.reason.as_ref();
    let reason = reason.map(|reason| Shown::text(page.say("authoring-fact-reason.quoted", "reason", reason)));
    Facts::default()
        .with_some(page.text("authoring-readable-by"), public)
        .with_some(label("approved"), moment(campaign.approved_at))
        .with_some(label("planned"), moment(plan))
        .with_some(label("begun"), moment(announcement.sent_at))
        .with_some(label("finished"), moment(campaign.finished_at))
        .with_some(label("cause"), cause)
        .with_some(label("reason"), reason)
}

/// The pages that show or change an announcement.
fn tabs(page: &Page, announcement: &Announcement, possible: &[Event]) -> Vec<Tab> {
    let begun = announcement.status.has_begun();
    let shown = [
        ("edit", possible.contains(&Event::Revise)),
        ("preview", true),
        ("recipients", !begun),
        ("test", !begun),
        ("progress", begun),
        ("deliveries", begun),
        ("acknowledgements", begun && announcement.acknowledge),
    ];
    let offered = shown.into_iter().filter(|(_, is_offered)| *is_offered);
    let tab = |(name, _): (&str, bool)| {
        let address = address(announcement.id, name);
        let is_current = address == page.path();
        Tab::new(step_in_words(page, name), address, is_current)
    };
    offered.map(tab).collect()
}

fn step_in_words(page: &Page, name: &str) -> String {
    page.text(&format!("authoring-step-{name}"))
}

fn step(page: &Page, announcement: &Announcement, name: &str) -> Shown {
    Shown::text(step_in_words(page, name)).leading_to(address(announcement.id, name))
}

/// The steps that bring an announcement out, the next one first.
fn brought_out(page: &Page, announcement: &Announcement, possible: &[Event]) -> Vec<Shown> {
    let order: &[&str] = match announcement.status {
        AnnouncementStatus::Draft => &["submit", "decide", "send", "schedule"],
        AnnouncementStatus::Submitted => &["decide", "send", "schedule", "submit"],
        // A second approval of the same text brings nothing nearer; programs may ask for one.
        AnnouncementStatus::Approved => &["send", "schedule", "decide"],
        _ => &["send", "schedule", "decide", "submit"],
    };
    let is_possible = |name: &str| {
        let events: &[Event] = match name {
            "submit" => &[Event::Submit],
            "decide" => &[Event::Approve, Event::Reject],
            "send" => &[Event::Start],
            _ => &[Event::Schedule, Event::Unschedule],
        };
        events.iter().any(|event| possible.contains(event))
    };
    order.iter().copied().filter(|name| is_possible(name)).map(|name| step(page, announcement, name)).collect()
}

/// The steps that end an announcement.
fn ends(page: &Page, announcement: &Announcement, possible: &[Event]) -> Vec<Shown> {
    let ends =
        [("cancel", possible.contains(&Event::Cancel)), ("delete", announcement.status == AnnouncementStatus::Draft)];
    let offered = ends.into_iter().filter(|(_, is_offered)| *is_offered);
    let links = offered.map(|(name, _)| step(page, announcement, name));
    links.filter(|link| link.href != page.path()).collect()
}
