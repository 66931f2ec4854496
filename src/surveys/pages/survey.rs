//! A survey with its versions.

use actix_web::web;
use askama::Template;

use super::super::{Surveys, VersionSummary};
use super::{address, facts, version_address, writes};
use crate::identity::guards::CanReadSurveys;
use crate::web::{Facts, Page, PageResult, Shown, Table};

#[derive(Template)]
#[template(path = "surveys/survey.html")]
struct SurveyPage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    buttons: Vec<Shown>,
    versions: Table,
}

/// The survey.
pub(super) async fn show(
    viewer: CanReadSurveys,
    page: Page,
    surveys: web::Data<Surveys>,
    code: web::Path<String>,
) -> PageResult {
    let survey = surveys.get(viewer.0.clone(), code.into_inner()).await?;
    let versions = surveys.versions(viewer.0, survey.code.clone()).await?;
    let import = Shown::text(page.text("link-survey-import")).leading_to(format!("{}/import", address(&survey.code)));
    page.show(&SurveyPage {
        title: survey.title_in(page.language()).to_owned(),
        facts: facts(&page, &survey),
        buttons: if writes(&page) { vec![import] } else { Vec::new() },
        versions: table(&page, &survey.code, &versions),
        page: &page,
    })
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
