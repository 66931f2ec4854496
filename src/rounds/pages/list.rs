//! The list of rounds, the newest first.

use actix_web::web;
use serde::Deserialize;

use super::super::{Round, RoundState, Rounds};
use super::{address, manages, moments, name};
use crate::http::Query;
use crate::identity::guards::CanReadSurveys;
use crate::web::{Choice, Field, FormState, ListPage, Listing, Page, PageResult, Shown, Table, page_of};

/// Rounds of a page.
const SHOWN: usize = 25;

/// Which rounds are listed.
#[derive(Deserialize)]
pub(super) struct RoundsQuery {
    #[serde(default)]
    state: String,
    /// How many come before.
    #[serde(default)]
    cursor: String,
}

/// The rounds that the viewer may see.
pub(super) async fn list(
    viewer: CanReadSurveys,
    page: Page,
    rounds: web::Data<Rounds>,
    query: Query<RoundsQuery>,
) -> PageResult {
    let Query(RoundsQuery { state, cursor }) = query;
    let chosen = RoundState::parse(&state);
    let mut found = rounds.list(viewer.0).await?;
    found.retain(|round| chosen.is_none_or(|state| round.state == state));
    let (shown, info) = page_of(&found, &cursor, SHOWN);
    let mut table = Table::new(&page, "page-rounds", &["round", "state", "deadline", "own-deadline"]);
    for round in shown {
        table.push(row(&page, round));
    }
    let any = Choice::new("", page.text("list-any"));
    let choice = |state: &RoundState| Choice::new(state.as_str(), page.words("round-state", state.as_str()));
    let states = std::iter::once(any).chain(RoundState::ALL.iter().map(choice)).collect();
    let mut listing = Listing::of(&page, &info);
    if let Some(chosen) = chosen {
        listing = listing.filtered(&page, "state", &state, page.words("round-state", chosen.as_str()));
    }
    // Who answers for no organisation has no deadline.
    let mut content = ListPage::new(&page, page.text("page-rounds"), table.without_empty(&[3]))
        .saying(page.text("page-rounds.body"))
        .with_filters(FormState::default().with("state", &state), vec![Field::select("state", states)])
        .with_listing(listing)
        .with_links(vec![Shown::text(page.text("link-surveys")).leading_to("/surveys")]);
    if manages(&page) {
        content = content.with_buttons(vec![Shown::text(page.text("link-round-new")).leading_to("/rounds/new")]);
    }
    content.show()
}

fn row(page: &Page, round: &Round) -> Vec<Shown> {
    // Of several organisations the earliest deadline that is still ahead.
    let own = round.standings.iter().filter(|own| own.is_open).min_by_key(|own| own.deadline.at);
    vec![
        Shown::name(name(page, round)).leading_to(address(round.id)),
        Shown::text(page.words("round-state", round.state.as_str())),
        moments::deadline_in_row(page, &round.deadline),
        own.map(|own| moments::deadline_in_row(page, &own.deadline)).unwrap_or_default(),
    ]
}
