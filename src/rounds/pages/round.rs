//! The page of a round. The Secretariat sees how the responses stand, requests that wait, and what can be done;
//! everybody else the deadlines of the own organisations, and where more time is asked for.

use std::sync::Arc;

use actix_web::web;
use askama::Template;

use super::super::{
    ExtensionRequest, OwnStanding, Progress, RequestState, ResponseState, Round, RoundState, Rounds, shown_deadline,
};
use super::chart::Chart;
use super::dashboard::{Tile, by_region, tiles};
use super::{address, calendar_file, deeds, extensions, facts, manages, may_ask, moments, name};
use crate::db::Id;
use crate::error::Error;
use crate::identity::guards::CanReadSurveys;
use crate::policy::{self, Action, Principal};
use crate::releases::{self, ReleaseSummary, Releases};
use crate::surveys::Surveys;
use crate::web::{Facts, Page, PageResult, Shown, Table};

/// An organisation of the viewer in the round.
struct Own {
    name: String,
    facts: Facts,
    links: Vec<Shown>,
}

/// What the Secretariat sees of a round that has opened.
struct Dashboard {
    summary: Facts,
    tiles: Vec<Tile>,
    regions: Table,
    chart: Chart,
    waiting: Table,
}

#[derive(Template)]
#[template(path = "rounds/round.html")]
struct RoundPage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    buttons: Vec<Shown>,
    own: Vec<Own>,
    dashboard: Option<Dashboard>,
    submitted: Facts,
    /// At which deadline that stands still; empty where it does not.
    counted_until: String,
    /// What was published of it.
    results: Vec<Shown>,
    links: Vec<Shown>,
}

/// The round.
pub(super) async fn show(
    viewer: CanReadSurveys,
    page: Page,
    (rounds, releases, surveys): (web::Data<Rounds>, web::Data<Releases>, web::Data<Surveys>),
    id: web::Path<Id>,
) -> PageResult {
    let round = rounds.get(Arc::clone(&viewer.0), *id).await?;
    let results = releases.list(Some(Arc::clone(&viewer.0)), *id).await?;
    let (is_manager, has_opened) = (manages(&page), round.opened_at.is_some());
    let sees_progress = has_opened && (is_manager || round.is_participation_public);
    let progress = if sees_progress { Some(rounds.progress(Arc::clone(&viewer.0), *id).await?) } else { None };
    let states = rounds.own_states(Arc::clone(&viewer.0), *id).await?;
    let facts = if is_manager {
        for_secretariat(&page, &round, pairs(&page, &surveys, &viewer.0, &round).await?)
    } else {
        facts(&page, &round)
    };
    let dashboard = match &progress {
        Some(progress) if is_manager => Some(dashboard(&page, &rounds, viewer.0, &round, progress).await?),
        _ => None,
    };
    page.show(&RoundPage {
        title: name(&page, &round),
        facts,
        buttons: if is_manager { buttons(&page, &round) } else { Vec::new() },
        own: round.standings.iter().map(|own| standing(&page, &round, own, &states)).collect(),
        counted_until: counted_until(&page, &round),
        submitted: progress.filter(|_| !is_manager).map(|progress| summary(&page, &progress)).unwrap_or_default(),
        dashboard,
        results: result_links(&page, &round, &results),
        links: links(&page, &round, has_opened),
        page: &page,
    })
}

async fn dashboard(
    page: &Page,
    rounds: &Rounds,
    officer: Arc<Principal>,
    round: &Round,
    progress: &Progress,
) -> Result<Dashboard, Error> {
    let mut waiting = rounds.extension_requests(Arc::clone(&officer), round.id).await?;
    waiting.retain(|request: &ExtensionRequest| request.state == RequestState::Open);
    waiting.truncate(25);
    let course = rounds.pace(officer, round.id).await?;
    Ok(Dashboard {
        summary: summary(page, progress),
        tiles: tiles(page, round.id, progress),
        regions: by_region(page, round.id, progress),
        chart: Chart::new(page, &course, round.deadline.at, page.site().clock.now()),
        waiting: extensions::table(page, &waiting, true),
    })
}

/// How many have submitted.
fn summary(page: &Page, progress: &Progress) -> Facts {
    let percent = super::dashboard::share(progress.submitted, progress.frame);
    Facts::default()
        .with(page.text("th-asked"), Shown::code(progress.frame))
        .with(page.text("th-submitted"), Shown::code(progress.submitted))
        .with(page.text("th-rate"), Shown::text(page.say("pace-percent", "percent", percent)))
}

/// At which deadline participation stands still for those who are not told of more time of others; empty before.
fn counted_until(page: &Page, round: &Round) -> String {
    let ended_at = round.closed_at.filter(|_| round.state == RoundState::Closed);
    let day = ended_at.map(|at| shown_deadline(at, &round.zone).day);
    day.map(|day| page.say("round-participation.until", "day", day)).unwrap_or_default()
}

/// The tables of two questions, in words.
async fn pairs(page: &Page, surveys: &Surveys, officer: &Arc<Principal>, round: &Round) -> Result<String, Error> {
    if round.pairs.is_empty() {
        return Ok(String::new());
    }
    let opened = surveys.opened(Arc::clone(officer), round.survey.clone(), round.version, page.language()).await?;
    Ok(super::pairs::in_words(page, &opened.questionnaire, &round.pairs))
}

/// What the Secretariat knows of a round beside.
fn for_secretariat(page: &Page, round: &Round, pairs: String) -> Facts {
    let calendar = round.calendar.iter().flatten().map(|entry| entry.days.to_string()).collect::<Vec<_>>().join(", ");
    let is_public = if round.is_participation_public { "round-public-yes" } else { "round-public-no" };
    let other = |id: Id| Shown::text(page.text("link-counterpart")).leading_to(address(id));
    facts(page, round)
        .with(page.text("th-zone"), Shown::code(&round.zone))
        .with(page.text("th-min-cell"), Shown::code(round.min_cell))
        .with(page.text("th-pairs"), Shown::text(pairs))
        .with_some(page.text("th-counterpart"), round.paired_with.map(other))
        .with(page.text("th-public"), Shown::text(page.text(is_public)))
        .with(page.text("th-reminder-days"), Shown::code(calendar))
        .with_some(page.text("th-closed"), round.closed_at.map(|at| Shown::moment(page, at)))
}

/// What the Secretariat can do, the next step first.
fn buttons(page: &Page, round: &Round) -> Vec<Shown> {
    let to = |key: &str, part: &str| Shown::text(page.text(key)).leading_to(format!("{}/{part}", address(round.id)));
    let mut buttons = match round.state {
        RoundState::Open => vec![to("link-reminders", "reminders"), to("link-deadline-new", "deadlines/new")],
        RoundState::Closed => vec![to("link-release-new", "releases"), to("link-deadline-new", "deadlines/new")],
        RoundState::Draft | RoundState::Cancelled => Vec::new(),
    };
    let deeds = deeds::links(page, round);
    let edit = matches!(round.state, RoundState::Draft | RoundState::Open).then(|| to("link-round-edit", "edit"));
    if round.state == RoundState::Draft {
        buttons.extend(deeds.first().cloned());
        buttons.extend(edit);
        buttons.extend(deeds.into_iter().skip(1));
    } else {
        buttons.extend(edit);
        buttons.extend(deeds);
    }
    buttons
}

/// How an organisation of the viewer stands, and what can be done for it.
fn standing(page: &Page, round: &Round, own: &OwnStanding, states: &[(String, ResponseState)]) -> Own {
    let state = states.iter().find(|(code, _)| *code == own.organisation).map(|(_, state)| *state);
    let is_open = if own.is_open { "standing-open" } else { "standing-closed" };
    let response = state.map(|state| Shown::text(page.words("response-stands", state.as_str())));
    let extended = own.is_extended.then(|| Shown::text(page.text("standing-extended")));
    let has_ended = matches!(round.state, RoundState::Draft | RoundState::Cancelled);
    let ask = Shown::text(page.text("link-extension-new"))
        .leading_to(format!("{}/extension-requests/new", address(round.id)));
    let file =
        Shown::text(page.text("link-deadline-file")).leading_to(calendar_file(round.id, Some(&own.organisation)));
    let mut links = Vec::new();
    if page.viewer().is_some_and(|viewer| policy::check(viewer, Action::AnswerSurveys).is_ok()) {
        let response = Shown::text(page.text("link-own-response"));
        links.push(response.leading_to(format!("{}/response", address(round.id))));
    }
    links.push(file);
    // What is submitted needs no more time.
    if may_ask(page) && !has_ended && state != Some(ResponseState::Submitted) {
        links.push(ask);
    }
    Own {
        name: page.organisation(&own.organisation).to_owned(),
        facts: Facts::default()
            .with(page.text("th-own-deadline"), moments::deadline(page, &own.deadline))
            .with_some(page.text("th-extension"), extended)
            .with(page.text("th-acceptance"), Shown::text(page.text(is_open)))
            .with_some(page.text("th-your-response"), response),
        links,
    }
}

/// What was published of the round, and what can be read of the answers.
fn result_links(page: &Page, round: &Round, results: &[ReleaseSummary]) -> Vec<Shown> {
    let to = |key: &str, part: &str| Shown::text(page.text(key)).leading_to(format!("{}/{part}", address(round.id)));
    let mut links = releases::pages::summary_links(page, results);
    let is_closed = round.state == RoundState::Closed;
    let reads_answers = page.viewer().is_some_and(policy::reads_surveys_of_members);
    // Of a closed round they are behind the button that publishes.
    if manages(page) && round.state == RoundState::Open {
        links.push(to("page-releases-of-round", "releases"));
    }
    if round.opened_at.is_some() && reads_answers && (is_closed || manages(page)) {
        links.push(to("page-named-questions", "answers"));
    }
    links
}

/// Other pages of the round.
fn links(page: &Page, round: &Round, has_opened: bool) -> Vec<Shown> {
    let to = |key: &str, part: &str| Shown::text(page.text(key)).leading_to(format!("{}/{part}", address(round.id)));
    let mut links = Vec::new();
    if has_opened {
        links.extend([to("link-frame", "frame"), to("link-deadlines", "deadlines")]);
        if manages(page) || may_ask(page) {
            links.push(to("link-extensions", "extension-requests"));
        }
    }
    links.push(Shown::text(page.text("link-rounds")).leading_to("/rounds"));
    links
}
