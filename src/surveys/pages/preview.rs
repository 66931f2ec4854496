//! A version as its respondents see it: section by section, with the fields and the rules of a real response. Nothing is
//! stored: the answers that were typed travel in the form, from page to page.

use std::sync::Arc;

use actix_web::web;
use askama::Template;
use questionnaire::{Questionnaire, check_size};
use serde::Deserialize;
use serde_json::Value;

use super::super::{Surveys, VersionState, rules};
use super::version_address;
use crate::error::{Error, OrInternal as _};
use crate::http::Query;
use crate::identity::guards::CanReadSurveys;
use crate::question_forms::{PostedSection, SectionForm, ShownAnswer, Tongue};
use crate::web::{Page, PageResult, Shown, UnreadForm};

/// Most bytes of the answers that travel in the form.
const MOST_CARRIED: usize = 30_000;

/// How a preview begins.
#[derive(Deserialize)]
pub(super) struct PreviewQuery {
    /// The language of the texts.
    #[serde(default)]
    texts: String,
}

/// The body of the form; its fields are those of the section.
#[derive(Deserialize)]
pub(super) struct Anything {}

/// An answer that was typed before: question, row, value.
type Carried = (String, Option<String>, Value);

#[derive(Template)]
#[template(path = "surveys/preview.html")]
struct PreviewPage<'a> {
    page: &'a Page,
    section: SectionForm,
    /// The section by its number, from 0.
    at: usize,
    of: String,
    texts: String,
    carried: String,
    has_next: bool,
    has_before: bool,
    back: Shown,
}

/// A version with what is needed to preview it.
struct Preview {
    questionnaire: Arc<Questionnaire>,
    address: String,
    texts: String,
    answers: Vec<Carried>,
}

impl Preview {
    /// # Errors
    /// 404; 422 for a draft that is larger than a questionnaire can be.
    async fn read(
        surveys: &Surveys,
        viewer: CanReadSurveys,
        page: &Page,
        (code, number): (String, i32),
        texts: &str,
    ) -> Result<Self, Error> {
        let version = surveys.opened(viewer.0, code, number, page.language()).await?;
        if version.summary.state == VersionState::Draft {
            rules::check_publishable(&check_size(&version.questionnaire))?;
        }
        Ok(Self {
            questionnaire: version.questionnaire,
            address: version_address(&version.survey, number),
            texts: if texts.is_empty() { page.lang().to_owned() } else { texts.to_owned() },
            answers: Vec::new(),
        })
    }

    /// The form of a section with the answers that were typed so far.
    fn form(&self, page: &Page, at: usize) -> Option<SectionForm> {
        let shown = |(question, row, value): &Carried| ShownAnswer {
            question: question.clone(),
            row: row.clone(),
            value: Some(value.clone()),
            revision: 1,
        };
        let answers: Vec<ShownAnswer> = self.answers.iter().map(shown).collect();
        let tongue = Tongue::new(&self.questionnaire, &self.texts, page.lang());
        SectionForm::of(&self.questionnaire, &self.questionnaire.sections.get(at)?.code, &tongue, &answers)
    }

    /// The nearest section after or before this one that these answers lead to.
    fn beside(&self, page: &Page, at: usize, is_after: bool) -> Option<usize> {
        let is_asked = |at: &usize| self.form(page, *at).is_some_and(|form| form.is_shown);
        if is_after { (at + 1..self.questionnaire.sections.len()).find(is_asked) } else { (0..at).rev().find(is_asked) }
    }

    fn show(&self, page: &Page, at: usize) -> PageResult {
        let section = self.form(page, at).ok_or_else(Error::not_found)?;
        let numbers = [("number", (at + 1).to_string()), ("count", self.questionnaire.sections.len().to_string())];
        page.show(&PreviewPage {
            page,
            section,
            at,
            of: page.text_with("survey-preview-section", &numbers),
            texts: self.texts.clone(),
            carried: serde_json::to_string(&self.answers).or_internal()?,
            has_next: self.beside(page, at, true).is_some(),
            has_before: self.beside(page, at, false).is_some(),
            back: Shown::text(page.text("link-back-to-version")).leading_to(&self.address),
        })
    }
}

/// The first section.
pub(super) async fn show(
    viewer: CanReadSurveys,
    page: Page,
    surveys: web::Data<Surveys>,
    place: web::Path<(String, i32)>,
    query: Query<PreviewQuery>,
) -> PageResult {
    let preview = Preview::read(&surveys, viewer, &page, place.into_inner(), &query.0.texts).await?;
    preview.show(&page, 0)
}

/// The same section with what follows from its answers, the next one, or the one before.
pub(super) async fn go_on(
    viewer: CanReadSurveys,
    page: Page,
    surveys: web::Data<Surveys>,
    place: web::Path<(String, i32)>,
    body: UnreadForm<Anything>,
) -> PageResult {
    let mut preview = Preview::read(&surveys, viewer, &page, place.into_inner(), "").await?;
    let fields = body.read().await?.form.into_values();
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    if !field("texts").is_empty() {
        field("texts").clone_into(&mut preview.texts);
    }
    let at = field("at").parse::<usize>().unwrap_or_default();
    let carried = serde_json::from_str(field("carried")).unwrap_or_default();
    preview.answers = merged(
        carried,
        preview.questionnaire.sections.get(at).and_then(|section| PostedSection::read(section, &fields)),
    );
    let to = match field("go") {
        "next" => preview.beside(&page, at, true),
        "before" => preview.beside(&page, at, false),
        _ => None,
    };
    preview.show(&page, to.unwrap_or(at))
}

/// The answers so far with those of a section; without any where they are too many to travel.
fn merged(mut carried: Vec<Carried>, sent: Option<PostedSection>) -> Vec<Carried> {
    for answer in sent.map(|sent| sent.answers).unwrap_or_default() {
        carried.retain(|(question, row, _)| *question != answer.question || *row != answer.row);
        if let Some(value) = answer.value {
            carried.push((answer.question, answer.row, value));
        }
    }
    let size: usize = carried.iter().map(|(question, _, value)| question.len() + value.to_string().len()).sum();
    if size > MOST_CARRIED { Vec::new() } else { carried }
}
