//! Whom a round asks, in the order of the names in the reader's language. The Secretariat sees how each response
//! stands; everybody else who has submitted, if the round makes that public.

use std::collections::HashMap;

use actix_web::web;
use serde::Deserialize;

use super::super::{FrameRow, ProgressRow, ResponseState, Round, Rounds, shown_deadline};
use super::{address, deadline_in_row, manages, name, region};
use crate::db::Id;
use crate::http::Query;
use crate::identity::guards::CanReadSurveys;
use crate::members::Region;
use crate::text;
use crate::web::{Choice, Field, FormState, ListPage, Listing, Page, PageResult, Shown, Table, page_of};

/// Organisations of a page.
const SHOWN: usize = 25;

/// Which organisations are listed.
#[derive(Deserialize)]
pub(super) struct FrameQuery {
    #[serde(default)]
    region: String,
    #[serde(default)]
    state: String,
    /// How many come before.
    #[serde(default)]
    cursor: String,
}

/// The frame of a round.
pub(super) async fn show(
    viewer: CanReadSurveys,
    page: Page,
    rounds: web::Data<Rounds>,
    id: web::Path<Id>,
    query: Query<FrameQuery>,
) -> PageResult {
    let Query(FrameQuery { region, state, cursor }) = query;
    let round = rounds.get(viewer.0.clone(), *id).await?;
    let frame = rounds.frame(viewer.0.clone(), *id).await?;
    let shows_states = manages(&page) || round.is_participation_public;
    let stands: HashMap<String, ProgressRow> = if shows_states {
        let progress = rounds.progress(viewer.0, *id).await?;
        progress.data.into_iter().map(|row| (row.organisation.clone(), row)).collect()
    } else {
        HashMap::new()
    };
    let (of_region, in_state) = (Region::parse(&region), ResponseState::parse(&state));
    let state_of = |row: &FrameRow| stands.get(&row.organisation).and_then(|stand| stand.state);
    let is_shown = |row: &&FrameRow| {
        of_region.is_none_or(|region| row.region == Some(region))
            && in_state.is_none_or(|state| state_of(row) == Some(state))
    };
    let mut rows: Vec<&FrameRow> = frame.data.iter().filter(is_shown).collect();
    rows.sort_by_cached_key(|row| text::sort_key(page.organisation(&row.organisation)));
    let (shown, info) = page_of(&rows, &cursor, SHOWN);
    let columns: &[&str] = &["organisation", "region", "response-state", "deadline"];
    let columns = if shows_states { columns } else { columns.get(..2).unwrap_or_default() };
    let mut table = Table::new(&page, "page-frame", columns);
    for row in shown {
        table.push(cells(&page, &round, row, stands.get(&row.organisation)));
    }
    let mut listing = Listing::of(&page, &info);
    if of_region.is_some() {
        listing = listing.filtered(&page, "region", &region, page.words("region", &region));
    }
    if in_state.is_some() {
        listing = listing.filtered(&page, "state", &state, page.words("response-stands", &state));
    }
    let counted = [("count", frame.total.to_string()), ("audience", round.audience.to_string())];
    let form = FormState::default().with("region", &region).with("state", &state);
    ListPage::new(&page, page.say("page-frame", "name", name(&page, &round)), table)
        .saying(page.text_with("page-frame.body", &counted))
        .with_filters(form, filters(&page, shows_states))
        .with_listing(listing)
        .with_links(vec![Shown::text(page.text("link-back-to-round")).leading_to(address(*id))])
        .show()
}

fn cells(page: &Page, round: &Round, row: &FrameRow, stand: Option<&ProgressRow>) -> Vec<Shown> {
    let state = stand.and_then(|stand| stand.state);
    vec![
        page.shown_organisation(&row.organisation),
        Shown::text(region(page, row.region)),
        state.map(|state| Shown::text(page.words("response-stands", state.as_str()))).unwrap_or_default(),
        stand.map(|stand| deadline_in_row(page, &shown_deadline(stand.deadline, &round.zone))).unwrap_or_default(),
    ]
}

fn filters(page: &Page, shows_states: bool) -> Vec<Field> {
    let any = |key: &str| std::iter::once(Choice::new("", page.text(key)));
    let region = |region: &Region| Choice::new(region.as_str(), page.words("region", region.as_str()));
    let state = |state: &ResponseState| Choice::new(state.as_str(), page.words("response-stands", state.as_str()));
    let regions = Field::select("region", any("list-any.regions").chain(Region::ALL.iter().map(region)).collect());
    let states = Field::select("state", any("list-any").chain(ResponseState::ALL.iter().map(state)).collect());
    if shows_states { vec![regions, states] } else { vec![regions] }
}
