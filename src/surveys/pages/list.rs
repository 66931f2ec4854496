//! The list of surveys, and a new survey.

use actix_web::web;
use serde::Deserialize;

use super::super::types::Titles;
use super::super::{GivenSurvey, Survey, SurveyAudience, Surveys};
use super::{address, version_address, writes};
use crate::error::{Error, FieldCode, FieldError};
use crate::i18n::Language;
use crate::idempotency::Answer;
use crate::identity::guards::{CanManageSurveys, CanReadSurveys};
use crate::web::{Choice, Desk, Field, FormPage, FormState, ListPage, Notice, Page, PageResult, Posted, Shown, Table};

/// A new survey as the form sends it. A field `code` would be a secret ([`FormState`]).
#[derive(Deserialize)]
pub(super) struct SurveyForm {
    #[serde(default)]
    survey: String,
    #[serde(default)]
    audience: String,
    #[serde(default, rename = "titles-en")]
    en: String,
    #[serde(default, rename = "titles-fr")]
    fr: String,
    #[serde(default)]
    paired_with: String,
}

impl SurveyForm {
    /// # Errors
    /// 422 where no audience is chosen.
    fn into_given(self) -> Result<GivenSurvey, Error> {
        let missing = || Error::invalid(vec![FieldError::new("/audience", FieldCode::Missing)]);
        let titles: Titles = [(Language::En, self.en), (Language::Fr, self.fr)].into();
        Ok(GivenSurvey {
            code: self.survey,
            audience: SurveyAudience::parse(&self.audience).ok_or_else(missing)?,
            titles,
            paired_with: Some(self.paired_with).filter(|code| !code.is_empty()),
        })
    }
}

/// The surveys that the viewer may see.
pub(super) async fn list(viewer: CanReadSurveys, page: Page, surveys: web::Data<Surveys>) -> PageResult {
    let is_writer = writes(&page);
    // Codes and drafts are for those who write questionnaires.
    let columns: &[&str] = if is_writer {
        &["survey", "audience", "published-version", "draft-version", "survey-code"]
    } else {
        &["survey", "audience", "published-version"]
    };
    let mut table = Table::new(&page, "page-surveys", columns);
    for survey in surveys.list(viewer.0).await? {
        table.push(row(&page, &survey));
    }
    let mut content = ListPage::new(&page, page.text("page-surveys"), table)
        .saying(page.text("page-surveys.body"))
        .with_links(vec![Shown::text(page.text("page-rounds")).leading_to("/rounds")]);
    if is_writer {
        content = content.with_buttons(vec![Shown::text(page.text("link-survey-new")).leading_to("/surveys/new")]);
    }
    content.show()
}

fn row(page: &Page, survey: &Survey) -> Vec<Shown> {
    let version = |number: Option<i32>, none: &str| match number {
        Some(number) => {
            Shown::text(page.say("survey-version", "number", number)).leading_to(version_address(&survey.code, number))
        }
        None => Shown::text(page.text(none)),
    };
    vec![
        Shown::name(survey.title_in(page.language())).leading_to(address(&survey.code)),
        Shown::text(page.words("audience-of-survey", survey.audience.as_str())),
        version(survey.published, "survey-version-none"),
        version(survey.draft, "survey-draft-none"),
        Shown::code(&survey.code),
    ]
}

/// The form of a new survey.
pub(super) async fn ask(desk: Desk<CanManageSurveys, Surveys, ()>) -> PageResult {
    show(&desk, desk.keyed()).await
}

/// Makes it.
pub(super) async fn make(desk: Desk<CanManageSurveys, Surveys, ()>, posted: Posted<SurveyForm>) -> PageResult {
    let Posted { input, form } = posted;
    let ticket = desk.ticket(&form);
    let made = async { desk.service.create(desk.person.0.clone(), desk.trace(), ticket, input?.into_given()?).await };
    let made = Box::pin(made).await;
    let way = |answer: Answer| {
        let code = answer.location.as_deref().and_then(|made| made.rsplit('/').next()).unwrap_or_default();
        (address(code), Notice::new("survey-made"))
    };
    desk.lead_on(form, made, way, show).await
}

async fn show(desk: &Desk<CanManageSurveys, Surveys, ()>, mut form: FormState) -> PageResult {
    let page = &desk.page;
    for fault in form.errors.iter_mut().filter(|fault| fault.field == "code") {
        "survey".clone_into(&mut fault.field);
    }
    let form = [Language::En, Language::Fr].into_iter().fold(form, |form, language| {
        let label = page.say("survey-title-in", "language", page.words("language", language.as_str()));
        form.labelled(format!("titles-{language}"), label)
    });
    let audience =
        |audience: &SurveyAudience| Choice::new(audience.as_str(), page.words("audience-of-survey", audience.as_str()));
    let alone = desk.service.list(desk.person.0.clone()).await?;
    let alone = alone.iter().filter(|other| other.paired_with.is_none());
    let twins = alone.map(|other| Choice::new(&other.code, other.title_in(page.language())));
    FormPage::new(page, &form, "survey-new", "")
        .with_fields(vec![
            Field::line("survey", "text").hinted(page.text("survey-new.code")),
            Field::radios("audience", SurveyAudience::ALL.iter().map(audience).collect()),
            Field::line("titles-en", "text"),
            Field::line("titles-fr", "text"),
            Field::select(
                "paired_with",
                [Choice::new("", page.text("survey-new.alone"))].into_iter().chain(twins).collect(),
            )
            .hinted(page.text("survey-new.twin")),
        ])
        .back_to("/surveys", page.text("link-surveys"))
        .show()
}
