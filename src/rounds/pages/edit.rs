//! A new round, and changes of one, which name the version that was shown.

use std::sync::Arc;

use actix_web::web;
use askama::Template;

use super::super::rules::USUAL_CELL;
use super::super::{ResponseState, Round, RoundState, Rounds};
use super::round_form::{RoundForm, at_fields, stored};
use super::{address, name, pairs};
use crate::error::Error;
use crate::http::etag;
use crate::idempotency::Answer;
use crate::identity::guards::CanManageSurveys;
use crate::policy::Principal;
use crate::surveys::Surveys;
use crate::web::{Choice, Desk, FormState, Notice, Page, PageResult, Posted, Table, ZoneGroup};

#[derive(Template)]
#[template(path = "rounds/edit.html")]
struct EditPage<'a> {
    page: &'a Page,
    form: FormState,
    title: String,
    body: String,
    button: String,
    /// Whether all of it can be changed, as of a draft.
    is_whole: bool,
    is_late: bool,
    versions: Vec<Choice>,
    zones: Vec<ZoneGroup>,
    counterparts: Vec<Choice>,
    states: Vec<Choice>,
    /// The questions of the version of a draft, with their codes.
    codes: Table,
    back: String,
}

/// The form of a new round.
pub(super) async fn ask_new(desk: Desk<CanManageSurveys, Rounds, ()>, surveys: web::Data<Surveys>) -> PageResult {
    let form = desk.keyed().with("zone", desk.page.zone()).with("min_cell", USUAL_CELL);
    let form = [ResponseState::NotStarted, ResponseState::Draft]
        .into_iter()
        .fold(form, |form, state| form.with("reminder_states", state));
    show_new(&desk, &surveys, form).await
}

/// Makes a round, which is a draft.
pub(super) async fn make(
    desk: Desk<CanManageSurveys, Rounds, ()>,
    surveys: web::Data<Surveys>,
    posted: Posted<RoundForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let ticket = desk.ticket(&form);
    let made =
        async { desk.service.create(Arc::clone(&desk.person.0), desk.trace(), ticket, input?.into_given()?).await };
    let made = Box::pin(made).await;
    let way = |answer: Answer| {
        let id = answer.location.as_deref().and_then(|made| made.rsplit('/').next()).unwrap_or_default();
        (format!("/rounds/{id}"), Notice::new("round-made"))
    };
    desk.lead_on(form, made, way, async |desk, form| show_new(desk, &surveys, form).await).await
}

async fn show_new(desk: &Desk<CanManageSurveys, Rounds, ()>, surveys: &Surveys, form: FormState) -> PageResult {
    let page = &desk.page;
    let form = at_fields(form);
    let (versions, counterparts) = choices(page, surveys, &desk.service, &desk.person.0, None).await?;
    let content = EditPage {
        page,
        title: page.text("page-round-new"),
        body: page.text("page-round-new.body"),
        button: page.text("page-round-new.button"),
        is_whole: true,
        is_late: false,
        versions,
        zones: ZoneGroup::all(page, form.value("zone")),
        counterparts,
        states: states(page),
        codes: Table::new(page, "round-codes", &[]),
        back: "/rounds".to_owned(),
        form,
    };
    page.show_form(&content.form, &content)
}

/// The form of a stored round.
pub(super) async fn ask(desk: Desk<CanManageSurveys, Rounds>, surveys: web::Data<Surveys>) -> PageResult {
    let round = desk.service.get(Arc::clone(&desk.person.0), desk.place).await?;
    show(&desk, &surveys, stored(&round), &round).await
}

/// Changes it.
pub(super) async fn change(
    desk: Desk<CanManageSurveys, Rounds>,
    surveys: web::Data<Surveys>,
    posted: Posted<RoundForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let officer = Arc::clone(&desk.person.0);
    let round = desk.service.get(Arc::clone(&officer), desk.place).await?;
    let changed = async {
        let (change, seen) = input?.into_change(&round)?;
        desk.service.change(officer, desk.trace(), desk.place, change, seen).await
    };
    let changed = Box::pin(changed).await;
    let way = |round: Round| (address(round.id), Notice::new("round-changed"));
    desk.lead_on(form, changed, way, async |desk, form| {
        let round = desk.service.get(Arc::clone(&desk.person.0), desk.place).await?;
        show(desk, &surveys, form, &round).await
    })
    .await
}

async fn show(desk: &Desk<CanManageSurveys, Rounds>, surveys: &Surveys, form: FormState, round: &Round) -> PageResult {
    let page = &desk.page;
    let is_late = form.is_late();
    let form = at_fields(form).set("version", etag::version_of(&round.stamp())?);
    let (versions, counterparts) = choices(page, surveys, &desk.service, &desk.person.0, Some(round)).await?;
    let is_whole = round.state == RoundState::Draft;
    let codes = if is_whole {
        let (officer, survey) = (Arc::clone(&desk.person.0), round.survey.clone());
        let asked = surveys.opened(officer, survey, round.version, page.language()).await?;
        pairs::codes(page, &asked.questionnaire)
    } else {
        Table::new(page, "round-codes", &[])
    };
    let content = EditPage {
        page,
        title: page.say("page-round-edit", "name", name(page, round)),
        body: page.text(&format!("page-round-edit.{}", round.state)),
        button: page.text("page-round-edit.button"),
        is_whole,
        is_late,
        versions,
        zones: ZoneGroup::all(page, form.value("zone")),
        counterparts,
        states: states(page),
        codes,
        back: address(round.id),
        form,
    };
    page.show_form(&content.form, &content)
}

/// The published versions to choose from, those of a round's own survey, and the rounds that can be its counterpart.
async fn choices(
    page: &Page,
    surveys: &Surveys,
    rounds: &Rounds,
    officer: &Arc<Principal>,
    own: Option<&Round>,
) -> Result<(Vec<Choice>, Vec<Choice>), Error> {
    let known = surveys.list(Arc::clone(officer)).await?;
    let version = |code: &str, title: &str, number: i32| {
        let version = page.say("survey-version", "number", number);
        Choice::new(format!("{code}/{number}"), format!("{title} – {version}"))
    };
    let mut versions = Vec::new();
    if let Some(round) = own {
        versions.push(version(&round.survey, round.title_in(page.language()), round.version));
    }
    let published = known.iter().filter(|survey| own.is_none_or(|round| round.survey == survey.code));
    for (survey, number) in published.filter_map(|survey| Some((survey, survey.published?))) {
        if own.is_none_or(|round| round.version != number) {
            versions.push(version(&survey.code, survey.title_in(page.language()), number));
        }
    }
    let others = rounds.list(Arc::clone(officer)).await?;
    let is_other = |other: &&Round| {
        own.is_none_or(|round| round.id != other.id && round.audience != other.audience)
            && other.state != RoundState::Cancelled
    };
    let none = Choice::new("", page.text("page-round-new.alone"));
    let counterparts = others.iter().filter(is_other).map(|other| Choice::new(other.id.to_string(), name(page, other)));
    Ok((versions, std::iter::once(none).chain(counterparts).collect()))
}

fn states(page: &Page) -> Vec<Choice> {
    let open = ResponseState::ALL.iter().filter(|state| **state != ResponseState::Submitted);
    open.map(|state| Choice::new(state.as_str(), page.words("response-stands", state.as_str()))).collect()
}
