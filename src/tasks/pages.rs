//! The page of tasks: responses to approve, applications, appointments to decide, what is incomplete or was not
//! confirmed, open invitations, surveys to answer, sections to fill in, requests for more time, announcements to
//! approve, addresses from which mail came back, reports that were not understood, webhooks that fail. What the menu
//! counts comes first, under a heading with the same number. A section without rows is left out; the oldest row is the
//! first. The home page has the table of surveys too.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use askama::Template;

use super::{Item, TaskKind, Tasks, rules, shown};
use crate::db::Id;
use crate::error::Error;
use crate::identity::guards::CanReadSurveys;
use crate::policy::Principal;
use crate::rounds::{self, OwnStanding, Round, Rounds};
use crate::time::{Day, Zone};
use crate::web::{Page, PageResult, Pages, Shown, Table};

const DAY: Duration = Duration::from_hours(24);
/// Most rows of a section; the list that it leads to has all.
const MOST: i64 = 25;

/// What waits of one kind.
struct Section {
    title: String,
    table: Table,
    /// The whole list.
    more: Shown,
}

/// Sections under one heading: what the menu counts, or what it does not.
struct Group {
    title: String,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "tasks/tasks.html")]
struct TasksPage<'a> {
    page: &'a Page,
    groups: Vec<Group>,
}

/// The routes of this page.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().page("/tasks", tasks)
}

/// All that waits for the reader.
async fn tasks(reader: CanReadSurveys, page: Page, tasks: web::Data<Tasks>, known: web::Data<Rounds>) -> PageResult {
    let waiting = tasks.list(Arc::clone(&reader.0), page.language(), MOST).await?;
    let rounds = rounds_of(&waiting.items, &known, &reader.0).await?;
    let page = page.with_waiting(shown(waiting.total));
    let is_everywhere = reader.is_secretariat();
    let group = |title: String, is_counted: bool| {
        let kinds = TaskKind::ALL.iter().filter(|kind| rules::is_counted(**kind, is_everywhere) == is_counted);
        let mut sections: Vec<Section> = kinds.map(|kind| section(&page, *kind, (&waiting.items, &rounds))).collect();
        sections.retain(|section| !section.table.rows.is_empty());
        Group { title, sections }
    };
    let counted = page.say("tasks-for-you", "count", shown(waiting.total));
    let mut groups = vec![group(counted, true), group(page.text("tasks-for-others"), false)];
    groups.retain(|group| !group.sections.is_empty());
    page.show(&TasksPage { page: &page, groups })
}

/// The rounds that these things are about, as far as the reader sees them: no others are read.
///
/// # Errors
/// Those of the database.
pub async fn rounds_of(items: &[Item], rounds: &Rounds, reader: &Arc<Principal>) -> Result<Vec<Round>, Error> {
    let ids: BTreeSet<Id> = items.iter().filter_map(round_of).collect();
    rounds.some(Arc::clone(reader), ids.into_iter().collect()).await
}

/// The round that a thing is about.
fn round_of(item: &Item) -> Option<Id> {
    match item.kind {
        TaskKind::Surveys | TaskKind::Sections => Some(item.id),
        TaskKind::Approvals | TaskKind::Extensions => item.application,
        _ => None,
    }
}

const fn is_of_survey(kind: TaskKind) -> bool {
    matches!(kind, TaskKind::Approvals | TaskKind::Surveys | TaskKind::Sections | TaskKind::Extensions)
}

/// The surveys to answer among these things.
#[must_use]
pub fn surveys(page: &Page, items: &[Item], rounds: &[Round]) -> Table {
    table(page, TaskKind::Surveys, (items, rounds))
}

/// The section of a kind.
fn section(page: &Page, kind: TaskKind, known: (&[Item], &[Round])) -> Section {
    let key = format!("tasks-{kind}");
    let more = Shown::text(page.text(&format!("{key}.all"))).leading_to(whole_list(kind));
    Section { title: page.text(&key), table: table(page, kind, known), more }
}

fn table(page: &Page, kind: TaskKind, (items, rounds): (&[Item], &[Round])) -> Table {
    let columns: &[&str] = match kind {
        TaskKind::Announcements | TaskKind::Reports => &["subject", "waits"],
        TaskKind::Webhooks => &["description", "waits"],
        TaskKind::Approvals => &["organisation", "survey", "asked-by", "waits"],
        TaskKind::Surveys => &["survey", "organisation", "own-deadline", "time-left"],
        TaskKind::Extensions => &["organisation", "survey", "waits"],
        TaskKind::Sections => &["organisation", "survey", "due", "waits"],
        TaskKind::Applications
        | TaskKind::Pending
        | TaskKind::Unconfirmed
        | TaskKind::Incomplete
        | TaskKind::Invited
        | TaskKind::Bounced => &["name", "role", "organisation", "waits"],
    };
    let mut table = Table::new(page, &format!("tasks-{kind}"), columns);
    for item in items.iter().filter(|item| item.kind == kind) {
        let round = round_of(item).and_then(|of| rounds.iter().find(|round| round.id == of));
        table.push(if is_of_survey(kind) { row_of_survey(page, item, round) } else { row(page, item) });
    }
    table
}

/// The list that has all things of a kind.
const fn whole_list(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Applications => "/applications",
        TaskKind::Pending => "/people?status=pending",
        TaskKind::Unconfirmed => "/people?status=unconfirmed",
        TaskKind::Incomplete => "/people?status=incomplete",
        TaskKind::Invited => "/people?status=invited",
        TaskKind::Approvals | TaskKind::Surveys | TaskKind::Sections | TaskKind::Extensions => "/rounds",
        TaskKind::Announcements => "/announcements/manage",
        TaskKind::Bounced => "/suppressions",
        TaskKind::Reports => "/bounces",
        TaskKind::Webhooks => "/webhooks",
    }
}

/// What is to be done about a round, which the reader sees.
fn row_of_survey(page: &Page, item: &Item, round: Option<&Round>) -> Vec<Shown> {
    let code = item.organisation.as_deref().unwrap_or_default();
    let organisation = page.shown_organisation(code);
    let survey = match round {
        Some(round) => Shown::name(rounds::pages::name(page, round)),
        // Its name is that of the person who asks.
        None if item.kind == TaskKind::Approvals => Shown::default(),
        None => Shown::code(item.name.as_deref().unwrap_or_default()),
    };
    if item.kind == TaskKind::Surveys {
        let standing = round.and_then(|round| round.standings.iter().find(|standing| standing.organisation == code));
        let deadline = standing.map(|standing| rounds::pages::deadline_in_row(page, &standing.deadline));
        let deadline = deadline.unwrap_or_default();
        let left = standing.map(|standing| Shown::text(left(page, standing))).unwrap_or_default();
        return vec![survey.leading_to(address(item)), organisation, deadline, left];
    }
    let more = match item.kind {
        TaskKind::Approvals => Some(Shown::name(item.name.as_deref().unwrap_or_default())),
        TaskKind::Sections => Some(Shown::text(due(page, item))),
        _ => None,
    };
    let known = [organisation.leading_to(address(item)), survey].into_iter().chain(more);
    known.chain([Shown::age(page, item.since)]).collect()
}

/// How long an organisation can still submit, in whole days.
fn left(page: &Page, standing: &OwnStanding) -> String {
    if !standing.is_open {
        return page.text("tasks-left.none");
    }
    let left = standing.deadline.at.since(page.site().clock.now());
    page.say("tasks-left", "days", left.as_secs() / DAY.as_secs())
}

fn row(page: &Page, item: &Item) -> Vec<Shown> {
    let unnamed = || match item.kind {
        TaskKind::Announcements | TaskKind::Reports => page.text(&format!("tasks-{}.untitled", item.kind)),
        _ => item.id.to_string(),
    };
    let name = item.name.clone().filter(|name| !name.trim().is_empty()).unwrap_or_else(unnamed);
    let mut cells = vec![Shown::name(name).leading_to(address(item))];
    if let (Some(role), Some(organisation)) = (item.role, &item.organisation) {
        cells.extend([Shown::text(page.words("role", role.as_str())), page.shown_organisation(organisation)]);
    }
    cells.push(Shown::age(page, item.since));
    cells
}

/// The day by which a thing is due, and whether it has passed by the clocks of the round; empty where there is none.
fn due(page: &Page, item: &Item) -> String {
    let today = Zone::stored(item.zone.as_deref()).day(page.site().clock.now());
    match item.due_on.as_deref().and_then(Day::parse) {
        Some(day) if day < today => page.say("tasks-overdue", "day", day),
        Some(day) => page.say("tasks-due", "day", day),
        None => String::new(),
    }
}

/// Where a thing is worked off.
fn address(item: &Item) -> String {
    let id = item.id;
    match (item.kind, item.application) {
        (TaskKind::Applications, Some(application)) => format!("/applications/{application}"),
        (
            TaskKind::Applications
            | TaskKind::Pending
            | TaskKind::Unconfirmed
            | TaskKind::Incomplete
            | TaskKind::Invited,
            _,
        ) => {
            format!("/appointments/{id}")
        }
        (TaskKind::Approvals, _) => format!("/responses/{id}/review"),
        (TaskKind::Surveys | TaskKind::Sections, _) => format!("/rounds/{id}/response"),
        (TaskKind::Extensions, Some(round)) => format!("/rounds/{round}/extension-requests#request-{id}"),
        (TaskKind::Extensions, None) => "/rounds".to_owned(),
        (TaskKind::Announcements, _) => format!("/announcements/{id}/decide"),
        (TaskKind::Bounced, _) => format!("/contacts/{id}"),
        (TaskKind::Reports, _) => format!("/bounces/{id}"),
        (TaskKind::Webhooks, _) => format!("/webhooks/{id}"),
    }
}
