//! An announcement on its way: how many mails stand where, pause and resume, and the page before it is cancelled.

use std::sync::Arc;

use askama::Template;

use super::heading::{Heading, address, deeds, moment};
use super::{Office, ReasonForm, act};
use crate::announcements::campaign::Action;
use crate::announcements::state_machine::Event;
use crate::mail::Counts;
use crate::web::{FormState, Page, PageResult, Posted};

#[derive(Template)]
#[template(path = "announcements/authoring/progress.html")]
struct ProgressPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    heading: Heading,
    /// Mails that have come to an end, whichever.
    ended: i64,
    total: i64,
    /// Both in words.
    ended_of: String,
    counts: Vec<(String, i64)>,
    /// When these figures were counted.
    now: String,
    may_pause: bool,
    may_resume: bool,
    own: String,
    pause: String,
    resume: String,
}

/// How many mails stand where, by the words of their states.
fn counted(page: &Page, counts: &Counts) -> Vec<(String, i64)> {
    let states = [
        ("sent", counts.sent),
        ("pending", counts.pending),
        ("deferred", counts.deferred),
        ("failed", counts.failed),
        ("skipped", counts.skipped),
        ("cancelled", counts.cancelled),
        ("bounced", counts.bounced),
        ("complaints", counts.complaints),
    ];
    states.into_iter().map(|(state, count)| (page.words("authoring-mails", state), count)).collect()
}

/// Mails that have come to an end.
const fn ended(counts: &Counts) -> i64 {
    counts.sent + counts.failed + counts.skipped + counts.cancelled
}

/// How far it is.
pub(super) async fn show(office: Office) -> PageResult {
    show_progress(&office, office.keyed()).await
}

async fn show_progress(office: &Office, form: FormState) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = office;
    let announcement = service.get(Arc::clone(&officer.0), *id).await?;
    let deeds = deeds(officer, &announcement);
    let counts = service.summary(*id).await?;
    // While mails are still being written there are fewer of them than recipients.
    let total = counts.total.max(i64::from(announcement.recipients));
    let ended = ended(&counts);
    let content = ProgressPage {
        page,
        form: &form,
        heading: Heading::of(page, officer, &announcement),
        ended,
        total,
        ended_of: page.text_with("authoring-ended.of", &[("ended", ended.to_string()), ("total", total.to_string())]),
        counts: counted(page, &counts),
        now: moment(page, page.site().clock.now()),
        may_pause: deeds.contains(&Event::Pause),
        may_resume: deeds.contains(&Event::Resume),
        own: address(*id, "progress"),
        pause: address(*id, "pause"),
        resume: address(*id, "resume"),
    };
    page.show_form(&form, &content)
}

/// Halts it.
pub(super) async fn pause(office: Office, posted: Posted<ReasonForm>) -> PageResult {
    let pause = posted.input.map(|input| Action::Pause(input.into_reason()));
    act(&office, posted.form, pause, ("progress", "authoring-paused"), show_progress).await
}

/// Lets it go on.
pub(super) async fn resume(office: Office, posted: Posted<ReasonForm>) -> PageResult {
    act(&office, posted.form, Ok(Action::Resume), ("progress", "authoring-resumed"), show_progress).await
}

#[derive(Template)]
#[template(path = "announcements/authoring/cancel.html")]
struct CancelPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    heading: Heading,
    /// Whether mails have left already.
    has_begun: bool,
    /// Mails that would never leave.
    waiting: i64,
    is_possible: bool,
}

/// The page before an announcement is cancelled.
pub(super) async fn ask_cancel(office: Office) -> PageResult {
    show_cancel(&office, office.keyed()).await
}

/// Ends it: what has not left never will.
pub(super) async fn cancel(office: Office, posted: Posted<ReasonForm>) -> PageResult {
    let cancel = posted.input.map(|input| Action::Cancel(input.into_reason()));
    act(&office, posted.form, cancel, ("progress", "authoring-cancelled"), show_cancel).await
}

async fn show_cancel(office: &Office, form: FormState) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = office;
    let announcement = service.get(Arc::clone(&officer.0), *id).await?;
    let counts = service.summary(*id).await?;
    let content = CancelPage {
        page,
        form: &form,
        heading: Heading::of(page, officer, &announcement),
        has_begun: announcement.status.has_begun(),
        // Also those that are not written yet.
        waiting: counts.total.max(i64::from(announcement.recipients)) - ended(&counts),
        is_possible: deeds(officer, &announcement).contains(&Event::Cancel),
    };
    page.show_form(&form, &content)
}
