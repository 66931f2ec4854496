//! A survey with its versions.

use actix_web::web;
use askama::Template;

use super::super::{Surveys, VersionSummary};
use super::{address, facts, version_address, writes};
use crate::identity::guards::CanReadSurveys;
use crate::releases::{self, ReleaseSummary, Releases};
use crate::web::{Facts, Page, PageResult, Shown, Table};

#[derive(Template)]
#[template(path = "surveys/survey.html")]
struct SurveyPage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    buttons: Vec<Shown>,
    versions: Table,
    /// What was published of its newest rounds.
    results: Vec<Shown>,
}

/// The survey.
pub(super) async fn show(
    viewer: CanReadSurveys,
    page: Page,
    (surveys, releases): (web::Data<Surveys>, web::Data<Releases>),
    code: web::Path<String>,
) -> PageResult {
    let survey = surveys.get(viewer.0.clone(), code.into_inner()).await?;
    let versions = surveys.versions(viewer.0, survey.code.clone()).await?;
    let published = releases.of_survey(survey.code.clone()).await?;
    let import = Shown::text(page.text("link-survey-import")).leading_to(format!("{}/import", address(&survey.code)));
    page.show(&SurveyPage {
        title: survey.title_in(page.language()).to_owned(),
        facts: facts(&page, &survey),
        buttons: if writes(&page) { vec![import] } else { Vec::new() },
        results: results(&page, &survey.code, &published),
        versions: table(&page, &survey.code, &versions),
        page: &page,
    })
}

/// What was published, and the concepts over the rounds.
fn results(page: &Page, code: &str, published: &[ReleaseSummary]) -> Vec<Shown> {
    let mut links = releases::pages::summary_links(page, published);
    if !links.is_empty() {
        links.push(Shown::text(page.text("link-trends")).leading_to(format!("{}/trend", address(code))));
    }
    links
}

fn table(page: &Page, code: &str, versions: &[VersionSummary]) -> Table {
    let mut table = Table::new(page, "survey-versions", &["version", "state", "changed", "published"]);
    for version in versions {
        let name = page.say("survey-version", "number", version.number);
        table.push(vec![
            Shown::text(name).leading_to(version_address(code, version.number)),
            Shown::text(page.words("version-state", version.state.as_str())),
            Shown::moment(page, version.updated_at),
            version.published_at.map(|at| Shown::moment(page, at)).unwrap_or_default(),
        ]);
    }
    table
}
