//! The line at the top of each page of an announcement: its subject, its state, and links to the steps that are possible now.

use std::fmt::Display;

use crate::announcements::state_machine::{self, Event};
use crate::announcements::types::{Announcement, AnnouncementStatus};
use crate::db::Id;
use crate::i18n::Language;
use crate::policy::{self, Principal};
use crate::time::Timestamp;
use crate::web::{Page, Shown, Tab};

/// The subject, the state and the steps of an announcement.
pub(super) struct Heading {
    pub(super) subject: String,
    /// The language of the subject.
    pub(super) language: Language,
    pub(super) state: String,
    /// The colour of the state, beside its word.
    pub(super) tone: &'static str,
    /// What else there is to know of the state, a sentence each.
    pub(super) facts: Vec<Shown>,
    /// The list of all announcements and the pages that show or change it, then the steps that bring it out, then those
    /// that end it: each in a row of its own, so that none is chosen by mistake.
    pub(super) steps: Vec<Vec<Tab>>,
}

impl Heading {
    /// The heading of this announcement for this officer.
    pub(super) fn of(page: &Page, officer: &Principal, announcement: &Announcement) -> Self {
        let (language, subject) = subject_in(page, announcement);
        Self {
            subject,
            language,
            state: page.words("announcement-status", announcement.status.as_str()),
            tone: tone(announcement.status),
            facts: facts(page, announcement),
            steps: steps(page, officer, announcement),
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

fn facts(page: &Page, announcement: &Announcement) -> Vec<Shown> {
    let Some(campaign) = &announcement.campaign else { return Vec::new() };
    // Who may read it cannot be called back, so each step says it.
    let public = announcement.public.then(|| Shown::text(page.text("authoring-fact-public")));
    let told = |key: &str, at: Option<Timestamp>| at.map(|at| Shown::at(at, page.say(key, "time", at)));
    let plan = campaign.send_at.filter(|_| announcement.sent_at.is_none());
    let instants = [
        told("authoring-fact-approved", campaign.approved_at),
        told("authoring-fact-planned", plan),
        told("authoring-fact-begun", announcement.sent_at),
        told("authoring-fact-finished", campaign.finished_at),
    ];
    // What the portal found is put into words, and what a person said is quoted as it is.
    let cause = campaign.cause.map(|cause| page.words("authoring-reason", cause.as_str()));
    let cause = cause.map(|cause| Shown::text(page.say("authoring-fact-cause", "cause", cause)));
    let reason = campaign.reason.as_ref();
    let reason = reason.map(|reason| Shown::text(page.say("authoring-fact-reason", "reason", reason)));
    public.into_iter().chain(instants.into_iter().flatten()).chain(cause).chain(reason).collect()
}

fn steps(page: &Page, officer: &Principal, announcement: &Announcement) -> Vec<Vec<Tab>> {
    let deeds = deeds(officer, announcement);
    let any = |events: &[Event]| events.iter().any(|event| deeds.contains(event));
    let begun = announcement.status.has_begun();
    let shown = vec![
        ("edit", any(&[Event::Revise])),
        ("preview", true),
        ("recipients", !begun),
        ("test", !begun),
        ("progress", begun),
        ("deliveries", begun),
        ("acknowledgements", begun && announcement.acknowledge),
    ];
    let brought_out = vec![
        ("submit", any(&[Event::Submit])),
        ("decide", any(&[Event::Approve, Event::Reject])),
        ("send", any(&[Event::Start])),
        ("schedule", any(&[Event::Schedule, Event::Unschedule])),
    ];
    let ended = vec![("cancel", any(&[Event::Cancel])), ("delete", announcement.status == AnnouncementStatus::Draft)];
    let link = |(name, _): (&str, bool)| {
        let address = address(announcement.id, name);
        let label = page.text(&format!("authoring-step-{name}"));
        let is_current = address == page.path();
        Tab::new(label, address, is_current)
    };
    let offered = |steps: Vec<(&'static str, bool)>| -> Vec<Tab> {
        steps.into_iter().filter(|(_, is_offered)| *is_offered).map(link).collect()
    };
    let list = Tab::new(page.text("page-authoring-manage"), "/announcements/manage", false);
    let first = std::iter::once(list).chain(offered(shown)).collect();
    let rows = [first, offered(brought_out), offered(ended)];
    rows.into_iter().filter(|row| !row.is_empty()).collect()
}
