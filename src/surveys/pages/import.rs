//! The import of a questionnaire: the form that takes a file, the page of what was read from it, and the page that
//! makes it the draft.

use actix_web::web;
use askama::Template;
use questionnaire::Questionnaire;
use serde::Deserialize;
use serde_json::Value;

use super::super::{ImportKind, Survey, SurveyCommit, SurveyImportFault, SurveyImportNote, SurveyPlan, Surveys};
use super::{Said, address, places, plan_address, version_address, word};
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::http::{Query, RequestContext, file_limits};
use crate::idempotency::Answer;
use crate::identity::guards::CanManageSurveys;
use crate::web::{
    Choice, Desk, Facts, Field, FormPage, FormState, Listing, Notice, Page, PageResult, Posted, PostedFile, Shown, Tab,
    Table, UnreadFile, page_of, returned_with_file,
};

/// Which files a browser offers first.
const ACCEPT: &str = ".xlsx,.json,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/json";
/// How every workbook begins.
const WORKBOOK: &[u8] = b"PK";
/// Rows of a page.
const SHOWN: usize = 25;

/// The page that asks for a file.
pub(super) async fn ask(
    officer: CanManageSurveys,
    page: Page,
    surveys: web::Data<Surveys>,
    code: web::Path<String>,
) -> PageResult {
    let survey = surveys.get(officer.0, code.into_inner()).await?;
    show_upload(&page, &survey, &FormState::default())
}

/// Reads the file, and leads to what was read.
pub(super) async fn plan(
    officer: CanManageSurveys,
    page: Page,
    surveys: web::Data<Surveys>,
    caller: RequestContext,
    code: web::Path<String>,
    body: UnreadFile,
) -> PageResult {
    let survey = surveys.get(officer.0.clone(), code.into_inner()).await?;
    let code = survey.code.clone();
    let mut form = FormState::default();
    let planned = async {
        let admission =
            surveys.admit_file(officer.user_id, &caller, code.clone(), body.expected(file_limits::WORKBOOK)).await?;
        let PostedFile { form: sent, file, beside } = body.read(file_limits::WORKBOOK).await?;
        form = sent;
        let file = file?.content;
        // The content says what it is: what a browser says of a file goes by its name.
        let kind = if file.starts_with(WORKBOOK) { ImportKind::Workbook } else { ImportKind::Json };
        surveys.plan(admission.beside(beside), code, file, kind, page.language()).await
    };
    match Box::pin(planned).await {
        Ok(plan) => Ok(page.lead_to(&plan_address(&survey.code, plan.plan)).finish()),
        Err(error) => show_upload(&page, &survey, &returned_with_file(&page, form, error, &[])?),
    }
}

fn show_upload(page: &Page, survey: &Survey, form: &FormState) -> PageResult {
    let bounds = [("workbook", file_limits::WORKBOOK.to_string()), ("json", file_limits::QUESTIONNAIRE.to_string())];
    FormPage::new(page, form, "survey-import", survey.title_in(page.language()))
        .saying(page.text("survey-import.nothing"))
        .with_fields(vec![Field::file(ACCEPT).hinted(page.text_with("survey-import-hint", &bounds))])
        .back_to(address(&survey.code), page.text("link-back-to-survey"))
        .show()
}

/// What is shown of a plan.
#[derive(Deserialize)]
pub(super) struct PlanQuery {
    /// `notes` for what was passed over.
    #[serde(default)]
    view: String,
    /// How many rows come before.
    #[serde(default)]
    cursor: String,
}

#[derive(Template)]
#[template(path = "surveys/plan.html")]
struct PlanPage<'a> {
    page: &'a Page,
    title: String,
    body: String,
    facts: Facts,
    buttons: Vec<Shown>,
    views: Vec<Tab>,
    rows: Table,
    listing: Listing,
    back: Shown,
}

/// What was read from a file: faults and notes by their cells, or by their places in JSON.
pub(super) async fn show(
    officer: CanManageSurveys,
    page: Page,
    surveys: web::Data<Surveys>,
    place: web::Path<(String, Id)>,
    query: Query<PlanQuery>,
) -> PageResult {
    let (code, id) = place.into_inner();
    let survey = surveys.get(officer.0.clone(), code).await?;
    let plan = surveys.kept(officer.user_id, survey.code.clone(), id, page.language()).await?;
    let whole: Value = match &plan.questionnaire {
        Some(text) => serde_json::from_str(text.get()).or_internal()?,
        None => Value::Null,
    };
    let is_notes = query.0.view == "notes";
    let rows = if is_notes { notes(&page, &plan.notes) } else { faults(&page, &plan.faults, &whole) };
    let (rows, listing) = cut(&page, rows, &query.0.cursor);
    let own = plan_address(&survey.code, id);
    let views = [("faults", plan.faults.len(), !is_notes), ("notes", plan.notes.len(), is_notes)];
    let tab = |(view, count, is_current): (&str, usize, bool)| {
        Tab::new(page.say(&format!("survey-plan-{view}"), "count", count), format!("{own}?view={view}"), is_current)
    };
    page.show(&PlanPage {
        body: page.text(verdict(&plan)),
        facts: plan_facts(&page, &plan)?,
        buttons: buttons(&page, &survey, &plan),
        views: views.map(tab).into(),
        rows,
        listing,
        back: Shown::text(page.text("link-back-to-survey")).leading_to(address(&survey.code)),
        title: page.say("page-survey-plan", "name", survey.title_in(page.language())),
        page: &page,
    })
}

/// The key of what can be done with a plan.
fn verdict(plan: &SurveyPlan) -> &'static str {
    match (&plan.questionnaire, plan.faults.is_empty()) {
        (None, _) => "survey-plan-unreadable",
        (Some(_), false) => "survey-plan-faulty",
        (Some(_), true) => "survey-plan-good",
    }
}

fn plan_facts(page: &Page, plan: &SurveyPlan) -> Result<Facts, Error> {
    let mut facts = Facts::default();
    if let Some(text) = &plan.questionnaire {
        let questionnaire: Questionnaire = serde_json::from_str(text.get()).or_internal()?;
        facts = facts
            .with(page.text("th-questionnaire"), Shown::name(Said::of(&questionnaire.title, page.lang()).text))
            .with(page.text("th-sections"), Shown::code(questionnaire.sections.len()))
            .with(page.text("th-questions"), Shown::code(questionnaire.questions().count()));
    }
    Ok(facts.with(page.text("th-plan-until"), Shown::moment(page, plan.expires_at)))
}

/// The page that makes the plan the draft, where it has a questionnaire; the page of another file, first where this one
/// has faults.
fn buttons(page: &Page, survey: &Survey, plan: &SurveyPlan) -> Vec<Shown> {
    let commit = Shown::text(page.text("survey-commit.button"))
        .leading_to(format!("{}/commit", plan_address(&survey.code, plan.plan)));
    let another = Shown::text(page.text("survey-another-file")).leading_to(format!("{}/import", address(&survey.code)));
    match (&plan.questionnaire, plan.faults.is_empty()) {
        (None, _) => vec![another],
        (Some(_), false) => vec![another, commit],
        (Some(_), true) => vec![commit, another],
    }
}

fn faults(page: &Page, faults: &[SurveyImportFault], whole: &Value) -> Table {
    let is_json = faults.iter().any(|fault| fault.place.is_some());
    let columns: &[&str] = if is_json {
        &["place", "fault", "word", "nearest"]
    } else {
        &["sheet", "row", "column", "fault", "word", "nearest"]
    };
    let mut table = Table::new(page, "survey-plan-faults", columns);
    for fault in faults {
        let mut cells = match &fault.place {
            Some(place) => vec![Shown::name(places::told(page, whole, place))],
            None => vec![
                Shown::name(fault.sheet.as_deref().unwrap_or_default()),
                fault.row.map(Shown::code).unwrap_or_default(),
                Shown::code(fault.column.as_deref().unwrap_or_default()),
            ],
        };
        cells.extend([
            Shown::text(&fault.detail),
            word(page, &fault.code, &fault.value),
            fault.nearest.as_ref().map(Shown::name).unwrap_or_default(),
        ]);
        table.push(cells);
    }
    table
}

fn notes(page: &Page, notes: &[SurveyImportNote]) -> Table {
    let mut table = Table::new(page, "survey-plan-notes", &["sheet", "row", "column", "note", "word"]);
    for note in notes {
        table.push(vec![
            Shown::name(&note.sheet),
            Shown::code(note.row),
            Shown::code(&note.column),
            Shown::text(&note.detail),
            Shown::name(&note.value),
        ]);
    }
    table
}

/// One page of a table.
fn cut(page: &Page, mut table: Table, cursor: &str) -> (Table, Listing) {
    let (shown, info) = page_of(&table.rows, cursor, SHOWN);
    table.rows = shown.to_vec();
    (table, Listing::of(page, &info))
}

/// What the page that makes the draft sends.
#[derive(Deserialize)]
pub(super) struct CommitForm {
    #[serde(default)]
    with_faults: bool,
    #[serde(default)]
    replace: bool,
}

/// The page that asks before a plan becomes the draft.
pub(super) async fn ask_commit(desk: Desk<CanManageSurveys, Surveys, (String, Id)>) -> PageResult {
    show_commit(&desk, desk.keyed()).await
}

/// Makes it the draft.
pub(super) async fn commit(
    desk: Desk<CanManageSurveys, Surveys, (String, Id)>,
    posted: Posted<CommitForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let (ticket, code) = (desk.ticket(&form), desk.place.0.to_lowercase());
    let (place, language) = ((code.clone(), desk.place.1), desk.page.language());
    let committed = async {
        let CommitForm { with_faults, replace } = input?;
        let options = SurveyCommit { with_faults, replace };
        desk.service.commit(desk.person.user_id, desk.trace(), ticket, place, options, language).await
    };
    let committed = Box::pin(committed).await;
    let way = |answer: Answer| {
        let number = answer.location.as_deref().and_then(|made| made.rsplit('/').next()?.parse().ok());
        (
            number.map_or_else(|| address(&code), |number| version_address(&code, number)),
            Notice::new("survey-committed"),
        )
    };
    desk.lead_on(form, committed, way, show_commit).await
}

async fn show_commit(desk: &Desk<CanManageSurveys, Surveys, (String, Id)>, form: FormState) -> PageResult {
    let (page, id) = (&desk.page, desk.place.1);
    let survey = desk.service.get(desk.person.0.clone(), desk.place.0.clone()).await?;
    let plan = desk.service.kept(desk.person.user_id, survey.code.clone(), id, page.language()).await?;
    let back = plan_address(&survey.code, id);
    let mut fields = Vec::new();
    if !plan.faults.is_empty() {
        let accepted = Choice::new("true", page.say("survey-commit.faults", "count", plan.faults.len()));
        fields.push(Field::checkboxes("with_faults", vec![accepted]));
    }
    if let Some(draft) = survey.draft {
        let replaced = Choice::new("true", page.say("survey-commit.replace", "number", draft));
        fields.push(Field::checkboxes("replace", vec![replaced]));
    }
    let content = FormPage::new(page, &form, "survey-commit", survey.title_in(page.language()))
        .about(plan_facts(page, &plan)?)
        .with_fields(fields)
        .back_to(&back, page.text("link-back-to-plan"));
    if plan.questionnaire.is_none() {
        return content.leading_instead(page.text("survey-plan-unreadable"), Shown::default()).show();
    }
    if survey.draft.is_some() { content.dangerous().show() } else { content.show() }
}
