//! Who is asked to fill in which section, until when. The form replaces all of it, so it names the assignments that it
//! showed: where a colleague has changed them since, it comes back with what was chosen, beside what is stored now.

use askama::Template;
use serde::de::IgnoredAny;

use super::super::{AssignmentList, GivenAssignment, GivenAssignments, ResponseSheet};
use super::words::{assigned, section_title, tongue, way_to_response};
use super::{ResponseDesk, hub_address, sheet};
use crate::error::{Error, ProblemCode};
use crate::http::{IfMatch, etag};
use crate::web::{Choice, FormState, Notice, Page, PageResult, Shown, UnreadForm};

/// The field of the people of a section, and that of its day.
fn people_field(section: &str) -> String {
    format!("people-{section}")
}
fn day_field(section: &str) -> String {
    format!("due-{section}")
}

/// A section with its fields.
struct Row {
    title: String,
    people: String,
    day: String,
    /// Who is asked now, where a colleague has changed it; empty where nobody has.
    now: String,
}

#[derive(Template)]
#[template(path = "responses/assignments.html")]
struct AssignmentsPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// The way to the response.
    response: Shown,
    /// Whether a colleague has changed them meanwhile.
    is_late: bool,
    rows: Vec<Row>,
    colleagues: Vec<Choice>,
    back: String,
}

/// The form with the assignments that there are.
pub(super) async fn show(desk: ResponseDesk) -> PageResult {
    let list = desk.service.assignments(desk.person.0.clone(), desk.place).await?;
    let mut form = FormState::default();
    for assignment in &list.data {
        form = form.with(&people_field(&assignment.section), assignment.person.id);
        if let Some(day) = &assignment.due_on {
            form = form.set(&day_field(&assignment.section), day);
        }
    }
    layout(&desk, form).await
}

/// Stores them. Whoever is asked for something new gets a mail.
pub(super) async fn assign(desk: ResponseDesk, body: UnreadForm<IgnoredAny>) -> PageResult {
    let id = desk.place;
    let sheet = sheet(&desk, id).await?;
    if !sheet.response.rights.lead {
        return Err(Error::forbidden(ProblemCode::ResponseNotLed));
    }
    let posted = body.read().await?;
    let (given, seen) = (given(&sheet, &posted.form), IfMatch::of_version(posted.form.value("version")));
    let assigned = desk.service.assign(desk.person.0.clone(), desk.trace(), id, given, seen).await;
    let hub = hub_address(sheet.response.round);
    let way = |_: AssignmentList| (hub, Notice::new("response-assigned"));
    desk.lead_on(posted.form, assigned, way, async |desk, form| layout(desk, form).await).await
}

fn given(sheet: &ResponseSheet, form: &FormState) -> GivenAssignments {
    let mut data = Vec::new();
    for standing in &sheet.sections {
        let day = Some(form.value(&day_field(&standing.code)).trim()).filter(|day| !day.is_empty());
        for person in form.all(&people_field(&standing.code)).into_iter().filter_map(|text| text.parse().ok()) {
            data.push(GivenAssignment { section: standing.code.clone(), person, due_on: day.map(str::to_owned) });
        }
    }
    GivenAssignments { data }
}

async fn layout(desk: &ResponseDesk, form: FormState) -> PageResult {
    let page = &desk.page;
    let sheet = sheet(desk, desk.place).await?;
    if !sheet.response.rights.lead {
        return Err(Error::forbidden(ProblemCode::ResponseNotLed));
    }
    let list = desk.service.assignments(desk.person.0.clone(), desk.place).await?;
    let tongue = tongue(page, &sheet.questionnaire);
    let is_late = form.is_late();
    let has_version = !form.value("version").is_empty();
    let mut form = if is_late || !has_version { form.set("version", etag::version_of(&list)?) } else { form };
    let mut rows = Vec::new();
    for standing in &sheet.sections {
        let title = section_title(&tongue, &sheet.questionnaire, &standing.code);
        let (people, day) = (people_field(&standing.code), day_field(&standing.code));
        form = form.labelled_in(&title, people.clone(), page.text("field-assigned"));
        form = form.labelled_in(&title, day.clone(), page.text("field-due_on"));
        let now = if is_late { now(page, &list, &standing.code) } else { String::new() };
        rows.push(Row { title, people, day, now });
    }
    let form = form.with_errors_among(&[]);
    let colleague = |colleague: &super::super::Colleague| Choice::new(colleague.id.to_string(), &colleague.name);
    let content = AssignmentsPage {
        page,
        form: &form,
        response: way_to_response(page, &sheet),
        is_late,
        rows,
        colleagues: list.candidates.iter().map(colleague).collect(),
        back: hub_address(sheet.response.round),
    };
    page.show_form(&form, &content)
}

/// Who is asked to fill in a section at present.
fn now(page: &Page, list: &AssignmentList, section: &str) -> String {
    let people = assigned(page, &list.data, section);
    if people.is_empty() {
        return page.text("assignments-now-none");
    }
    page.say("assignments-now", "names", people.join("; "))
}
