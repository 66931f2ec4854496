//! What colleagues say to each other about a question.

use askama::Template;
use serde::Deserialize;

use super::super::{Comment, GivenComment, MAX_COMMENT, ResponseSheet};
use super::words::{asked, questions, tongue, way_to_response};
use super::{ResponseDesk, section_address, sheet};
use crate::db::Id;
use crate::error::Error;
use crate::question_forms::field_name;
use crate::web::{FormState, Notice, Page, PageResult, Posted, Shown, UnreadForm};

#[derive(Template)]
#[template(path = "responses/comments.html")]
struct CommentsPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// The way to the response.
    response: Shown,
    title: String,
    hint: String,
    comments: Vec<Comment>,
    /// The question on the page of its section.
    back: String,
}

#[derive(Deserialize)]
pub(super) struct CommentForm {
    #[serde(default)]
    text: String,
}

/// The comments on a question, and the form of a new one.
pub(super) async fn show(desk: ResponseDesk<(Id, String)>) -> PageResult {
    layout(&desk, desk.keyed()).await
}

/// Adds a comment.
pub(super) async fn add(desk: ResponseDesk<(Id, String)>, body: UnreadForm<CommentForm>) -> PageResult {
    let (id, question) = desk.place.clone();
    desk.service.check_reader(&desk.person.0, id).await?;
    let Posted { input, form } = body.read().await?;
    let add = async {
        let given = GivenComment { question: question.clone(), text: input?.text };
        let ticket = desk.ticket(&form);
        desk.service.comment_keyed(desk.person.0.clone(), desk.trace(), ticket, id, given).await
    };
    let added = add.await;
    let way = |_| (super::address(id, &format!("comments/{question}")), Notice::new("answer-comment-added"));
    desk.lead_on(form, added, way, async |desk, form| layout(desk, form).await).await
}

async fn layout(desk: &ResponseDesk<(Id, String)>, form: FormState) -> PageResult {
    let (page, (id, code)) = (&desk.page, &desk.place);
    let sheet = sheet(desk, *id).await?;
    let questions = questions(&sheet.questionnaire);
    let question = questions.get(code.as_str()).ok_or_else(Error::not_found)?;
    let section = section_of(&sheet, code).ok_or_else(Error::not_found)?;
    let form = form.labelled("text", page.text("answer-comment"));
    let content = CommentsPage {
        page,
        form: &form,
        response: way_to_response(page, &sheet),
        title: asked(&tongue(page, &sheet.questionnaire), question, None),
        hint: page.say("answer-comment-hint", "max", MAX_COMMENT),
        comments: sheet.comments.iter().filter(|comment| comment.question == *code).cloned().collect(),
        back: format!("{}#{}", section_address(*id, &section), field_name(code, None)),
    };
    page.show_form(&form, &content)
}

/// The section of a question, if its reader sees it.
pub(super) fn section_of(sheet: &ResponseSheet, question: &str) -> Option<String> {
    let found = sheet.questionnaire.questions().find(|(_, known)| known.code == question);
    let code = found.map(|(section, _)| section.code.clone())?;
    sheet.sections.iter().any(|standing| standing.code == code).then_some(code)
}
