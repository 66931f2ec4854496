//! Pages of results: everybody reads public releases, people of the community the others too, and the Secretariat
//! publishes them in steps.
//!
//! - `list` all releases; `release` one of them, with its questions by section and its files
//! - `question` one question: the chart, and the same figures as a table; `figures` makes the tables
//! - `own` the own administration beside its region and all; `comparison` members beside partner agencies; `trend` a
//!   concept over the rounds, with `bars` as its picture
//! - `answers` answers by name, where the question permits them
//! - `wizard` the steps of a publication; `preview` what would be published, and what is hidden and why
//!
//! No page has all figures of all questions; a release lists the leading one of each. A hidden count is a word on every
//! page, whatever the reason; only the preview of the Secretariat has the reasons.

mod answers;
mod bars;
mod comparison;
mod figures;
mod list;
mod own;
mod preview;
mod question;
mod release;
mod trend;
mod wizard;

use std::sync::Arc;

use questionnaire::Questionnaire;
use serde::Deserialize;
use survey_results::QuestionResult;
use survey_results::writers::Reading;
use url::form_urlencoded::byte_serialize;

use super::opened::OpenedRelease;
use super::view::{Teller, code_of};
use super::words::PortalWords;
use super::{ReleaseEntry, ReleaseSummary, Releases};
use crate::db::Id;
use crate::identity::guards::{CanManageSurveys, Visitor};
use crate::policy::{self, Action, Principal};
use crate::text;
use crate::time::Timestamp;
use crate::web::{Desk, Page, Pages, Shown};

/// What the steps of a publication work with.
type Office = Desk<CanManageSurveys, Releases>;

/// Characters of a question in a list.
const SHORT: usize = 160;

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/results", list::list)
        .page("/releases/{id}", release::show)
        .page("/releases/{id}/questions/{question}", question::show)
        .form("/releases/{id}/own", own::show, own::check)
        .page("/releases/{id}/comparison", comparison::show)
        .page("/surveys/{code}/trend", trend::show)
        .page("/rounds/{id}/answers", answers::show)
        .form("/rounds/{id}/releases", wizard::ask, wizard::go_on)
}

/// A place in a list that was counted: how many rows come before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    cursor: String,
}

/// The page of a release.
fn address(id: Id) -> String {
    format!("/releases/{id}")
}

/// The page of a question of it.
fn question_address(id: Id, code: &str) -> String {
    format!("{}/questions/{}", address(id), encoded(code))
}

/// The page of a concept over the rounds of a survey.
fn trend_address(survey: &str, concept: &str) -> String {
    format!("/surveys/{}/trend?concept={}", encoded(survey), encoded(concept))
}

/// A code as a part of an address.
fn encoded(code: &str) -> String {
    byte_serialize(code.as_bytes()).collect()
}

/// Who reads: a visitor, or somebody without an active appointment, reads what is public.
fn reader(visitor: Visitor) -> Option<Arc<Principal>> {
    visitor.0.filter(|person| policy::check(person, Action::ReadSurveys).is_ok())
}

/// Whether the viewer may do this.
fn may(page: &Page, action: Action) -> bool {
    page.viewer().is_some_and(|viewer| policy::check(viewer, action).is_ok())
}

/// What the codes of a questionnaire are called in the language of the page.
fn reading<'a>(page: &'a Page, questionnaire: &'a Questionnaire) -> Reading<'a, PortalWords<'a>> {
    let words = PortalWords { catalogue: &page.site().catalogue, language: page.language() };
    Reading::new(questionnaire, page.lang(), words)
}

/// Tells a release in the language of the page.
fn teller<'a>(page: &'a Page, shown: &'a OpenedRelease) -> Teller<'a> {
    super::teller(&page.site().catalogue, shown, page.language())
}

/// What a release is called: its survey, the day on which the round opened by the clocks of its zone, and its number.
fn release_name(page: &Page, survey: &str, (opens_at, zone): (Timestamp, &str), number: i32) -> String {
    let parts = [
        ("survey", survey.to_owned()),
        ("at", opens_at.to_string()),
        ("zone_of_round", zone.to_owned()),
        ("number", number.to_string()),
    ];
    page.text_with("release-name", &parts)
}

/// The same of a release that is shown.
fn name(page: &Page, shown: &OpenedRelease, teller: &Teller<'_>) -> String {
    release_name(page, teller.reading.title(), (shown.round.opens_at, &shown.round.zone), shown.row.number)
}

/// A link to a release of a list, for other pages too.
#[must_use]
pub fn entry_link(page: &Page, entry: &ReleaseEntry) -> Shown {
    let opened = (entry.opens_at, entry.zone.as_str());
    let name = release_name(page, entry.title_in(page.language()), opened, entry.summary.number);
    Shown::name(name).leading_to(address(entry.summary.id))
}

/// The same with its readers, for lists of releases for different ones.
#[must_use]
pub fn reader_link(page: &Page, entry: &ReleaseEntry) -> Shown {
    let audience = page.words("release-audience", entry.summary.audience.as_str());
    let link = entry_link(page, entry);
    let parts = [("name", link.text), ("audience", audience)];
    Shown::name(page.text_with("release-for", &parts)).leading_to(link.href)
}

/// The releases of a round or a survey as links, for the pages of those: each with its day and its readers.
#[must_use]
pub fn summary_links(page: &Page, releases: &[ReleaseSummary]) -> Vec<Shown> {
    let link = |one: &ReleaseSummary| {
        let audience = page.words("release-audience", one.audience.as_str());
        let parts = [("number", one.number.to_string()), ("at", one.published_at.to_string()), ("audience", audience)];
        Shown::text(page.text_with("release-of-round", &parts)).leading_to(address(one.id))
    };
    releases.iter().map(link).collect()
}

/// A link to the page of a release.
fn back_to_release(page: &Page, id: Id) -> Shown {
    Shown::text(page.text("link-back-to-release")).leading_to(address(id))
}

/// How many took part, of how many.
fn participation(page: &Page, summary: &ReleaseSummary) -> String {
    let (n, frame) = (summary.n.to_string(), summary.frame.to_string());
    let parts = [("n", n), ("frame", frame), ("percent", summary.response_rate.to_string())];
    page.text_with("release-participation", &parts)
}

/// A question in a list.
fn short(label: &str) -> String {
    if label.chars().count() <= SHORT {
        return label.to_owned();
    }
    let beginning: String = label.chars().take(SHORT - 1).collect();
    format!("{beginning}…")
}

/// What a question asks, as it is shown.
fn asked(teller: &Teller<'_>, result: &QuestionResult) -> String {
    let label = teller.reading.question(&result.question, result.row.as_deref());
    text::set_in(teller.reading.language(), label)
}

/// A link to the page of a question.
fn question_link(teller: &Teller<'_>, id: Id, result: &QuestionResult) -> Shown {
    Shown::text(short(&asked(teller, result))).leading_to(question_address(id, code_of(result)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_question_is_cut_in_lists() {
        assert_eq!(short("What?"), "What?");
        assert_eq!(short(&"é".repeat(200)).chars().count(), SHORT);
        assert_eq!(question_address(Id::nil(), "a_b"), format!("/releases/{}/questions/a_b", Id::nil()));
    }
}
