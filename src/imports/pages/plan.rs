//! A plan as a table, rows in error first; the page that names how many people are invited; and the result.
//!
//! The result travels sealed in the address of the page after it: a plan that was carried out keeps no rows.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::{Deserialize, Serialize};

use super::super::kept::{KeptRow, KeptView, PlanState};
use super::super::types::{Action, Commit, Committed};
use super::super::{Imports, sheet::SheetReading};
use super::address;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::http::{Query, RequestContext};
use crate::identity::guards::CanManageAppointments;
use crate::web::{
    Choice, Facts, Field, FormError, FormPage, FormState, Listing, Page, PageResult, Posted, Shown, Table, page_of,
    returned,
};

/// Rows of a page.
const SHOWN: usize = 25;
/// Most rows that a result names.
const MOST_NAMED: usize = 100;
/// What the seal of a result is for.
const RESULT: &str = "result of an import";
/// The choice to pass over rows in error.
const SKIP: &str = "skip_errors";

/// Which rows are shown.
#[derive(Deserialize)]
pub(super) struct PlanQuery {
    /// `errors` for those in error alone.
    #[serde(default)]
    only: String,
    /// How many rows come before.
    #[serde(default)]
    cursor: String,
    /// The sealed result.
    #[serde(default)]
    result: String,
}

/// What the page that carries a plan out sends.
#[derive(Deserialize)]
pub(super) struct CommitForm {
    #[serde(default)]
    skip_errors: String,
}

/// What came of a plan, on its way to the next page.
#[derive(Serialize, Deserialize)]
struct Outcome {
    plan: Id,
    invited: usize,
    left_out: usize,
    /// The first rows that were left out.
    rows: Vec<u32>,
}

#[derive(Template)]
#[template(path = "imports/plan.html")]
struct PlanPage<'a> {
    page: &'a Page,
    title: String,
    paragraphs: Vec<String>,
    facts: Facts,
    /// The page that carries it out, or the one on which another file is sent.
    way: Shown,
    table: Option<Table>,
    listing: Listing,
    /// The list of rows in error, where there are some and others as well.
    only: Shown,
}

/// The plan, or what has become of it.
pub(super) async fn show(
    officer: CanManageAppointments,
    page: Page,
    imports: web::Data<Imports>,
    id: web::Path<Id>,
    query: Query<PlanQuery>,
) -> PageResult {
    let plan = imports.kept(officer.user_id, *id).await?;
    match plan.state {
        PlanState::Open => page.show(&open(&page, *id, &plan, &query.0)),
        PlanState::Expired => page.answer(StatusCode::GONE, None, &expired(&page)),
        PlanState::Committed => {
            let outcome = page.open::<Outcome>(RESULT, &query.0.result).filter(|outcome| outcome.plan == *id);
            page.show(&committed(&page, outcome))
        }
    }
}

fn open<'a>(page: &'a Page, id: Id, plan: &KeptView, query: &PlanQuery) -> PlanPage<'a> {
    let only_errors = query.only == "errors";
    let rows: Vec<&KeptRow> = plan.rows.iter().filter(|row| !only_errors || row.action() == Action::Error).collect();
    let (shown, info) = page_of(&rows, &query.cursor, SHOWN);
    let mut listing = Listing::of(page, &info);
    if only_errors {
        listing = listing.filtered(page, "only", &query.only, page.text("import-only-errors"));
    }
    let mut table =
        Table::new(page, "import-rows", &["row", "verdict", "why", "name", "email", "organisation", "role"]);
    for row in shown {
        table.push(cells(page, row));
    }
    let has_both = plan.counts.error > 0 && plan.counts.error < plan.rows.len();
    let only = Shown::text(page.text("import-only-errors")).leading_to(format!("{}?only=errors", address(id)));
    let invite = page.say("import-commit-link", "count", plan.counts.invite);
    let way = if plan.counts.invite > 0 {
        Shown::text(invite).leading_to(format!("{}/commit", address(id)))
    } else {
        another_file(page)
    };
    PlanPage {
        page,
        title: page.text("page-plan"),
        paragraphs: vec![page.text("page-plan.body")],
        facts: facts(page, plan),
        way,
        table: Some(table),
        listing,
        only: if has_both && !only_errors { only } else { Shown::default() },
    }
}

/// What a row says: its number, what becomes of it and why, and whom it invites.
fn cells(page: &Page, row: &KeptRow) -> Vec<Shown> {
    let told = |(column, text): (String, String)| {
        if column.is_empty() {
            text
        } else {
            let column = page.words("sheet-column", &column);
            page.text_with("import-fault", &[("column", column), ("fault", text)])
        }
    };
    let faults: Vec<String> = row.faults(&page.site().catalogue, page.language()).into_iter().map(told).collect();
    let mut cells = vec![
        Shown::code(row.stored.row),
        Shown::text(page.words("import-action", row.action().as_str())),
        Shown::text(faults.join(" ")),
    ];
    cells.extend(match row.invited() {
        Some(invited) => vec![
            Shown::name(invited.name),
            Shown::code(invited.email),
            page.shown_organisation(invited.organisation),
            Shown::text(page.words("role", invited.role.as_str())),
        ],
        None => vec![Shown::default(); 4],
    });
    cells
}

/// How many rows there are of each kind, until when the plan can be carried out, and how the sheet was read.
fn facts(page: &Page, plan: &KeptView) -> Facts {
    let label = |name: &str| page.text(&format!("import-{name}"));
    let list = |names: &[String]| Some(Shown::text(names.join(", "))).filter(|_| !names.is_empty());
    let count = |number: usize| (number > 0).then(|| Shown::code(number));
    let SheetReading { charset, sheet, other_sheets, hidden_rows, hidden_columns, hidden_cells, .. } = &plan.reading;
    Facts::default()
        .with(label("count-invite"), Shown::code(plan.counts.invite))
        .with(label("count-skip"), Shown::code(plan.counts.skip))
        .with(label("count-error"), Shown::code(plan.counts.error))
        .with(label("until"), Shown::moment(page, plan.expires_at))
        .with_some(label("charset"), charset.as_ref().map(Shown::code))
        .with_some(label("sheet"), sheet.as_ref().map(Shown::name))
        .with_some(label("other-sheets"), list(other_sheets))
        .with_some(label("ignored"), list(&plan.ignored))
        .with_some(label("hidden-columns"), list(hidden_columns))
        .with_some(label("hidden-rows"), count(*hidden_rows))
        .with_some(label("hidden-cells"), count(*hidden_cells))
}

fn expired(page: &Page) -> PlanPage<'_> {
    without_rows(page, "import-expired", vec![page.text("import-expired.body")], another_file(page))
}

fn committed(page: &Page, outcome: Option<Outcome>) -> PlanPage<'_> {
    let way = Shown::text(page.text("link-invitations")).leading_to("/people?status=invited");
    let Some(Outcome { invited, left_out, rows, .. }) = outcome else {
        return without_rows(page, "import-committed", vec![page.text("import-committed.body")], way);
    };
    let mut paragraphs = vec![page.say("import-invited", "count", invited)];
    if left_out > 0 {
        let rows = rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        paragraphs.push(page.text_with("import-left-out", &[("count", left_out.to_string()), ("rows", rows)]));
    }
    without_rows(page, "import-committed", paragraphs, way)
}

fn without_rows<'a>(page: &'a Page, title: &str, paragraphs: Vec<String>, way: Shown) -> PlanPage<'a> {
    PlanPage {
        page,
        title: page.text(title),
        paragraphs,
        facts: Facts::default(),
        way,
        table: None,
        listing: Listing::default(),
        only: Shown::default(),
    }
}

fn another_file(page: &Page) -> Shown {
    Shown::text(page.text("import-another")).leading_to("/people/import")
}

/// The page that asks before people are invited; that of the plan where there is nothing to do.
pub(super) async fn ask(
    officer: CanManageAppointments,
    page: Page,
    imports: web::Data<Imports>,
    id: web::Path<Id>,
) -> PageResult {
    let plan = imports.kept(officer.user_id, *id).await?;
    show_commit(&page, *id, &plan, &FormState::default())
}

/// Invites them. A plan that is too old or carried out leads to its page, which says so.
pub(super) async fn commit(
    officer: CanManageAppointments,
    page: Page,
    imports: web::Data<Imports>,
    caller: RequestContext,
    id: web::Path<Id>,
    posted: Posted<CommitForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let committed = async {
        imports.check_maker(officer.user_id, *id).await?;
        let options = Commit { skip_errors: !input?.skip_errors.is_empty() };
        imports.commit(Arc::clone(&officer.0), Trace::from(&caller), *id, options).await
    };
    match Box::pin(committed).await {
        Ok(Committed { invited, left_out, .. }) => {
            let count = left_out.len();
            let rows = left_out.into_iter().take(MOST_NAMED).collect();
            let sealed = page.seal(RESULT, &Outcome { plan: *id, invited, left_out: count, rows })?;
            Ok(page.lead_to(&format!("{}?result={sealed}", address(*id))).finish())
        }
        Err(error) if matches!(error.refusal(), Some(ProblemCode::PlanCommitted | ProblemCode::PlanExpired)) => {
            Ok(page.lead_to(&address(*id)).finish())
        }
        Err(error) => {
            let form = told(&page, form, error)?;
            let plan = imports.kept(officer.user_id, *id).await?;
            show_commit(&page, *id, &plan, &form)
        }
    }
}

/// The form after a refusal: rows in error are one error at the choice to pass over them; others name their rows.
fn told(page: &Page, form: FormState, error: Error) -> Result<FormState, Error> {
    let in_error = error.code() == ProblemCode::Invalid;
    let mut form = returned(page, form, error)?;
    if in_error {
        form.errors = vec![FormError { field: SKIP.to_owned(), text: page.text("import-skip-needed") }];
        return Ok(form);
    }
    for fault in form.errors.iter_mut().filter(|fault| !fault.field.is_empty()) {
        let row = fault.field.split('-').nth(1).unwrap_or_default().to_owned();
        fault.text = page.text_with("upload-row", &[("row", row), ("fault", std::mem::take(&mut fault.text))]);
        fault.field.clear();
    }
    Ok(form)
}

fn show_commit(page: &Page, id: Id, plan: &KeptView, form: &FormState) -> PageResult {
    if plan.state != PlanState::Open || plan.counts.invite == 0 {
        return Ok(page.lead_to(&address(id)).finish());
    }
    let mut content = FormPage::new(page, form, "import-commit", &plan.counts.invite.to_string());
    if plan.counts.error > 0 {
        let skip = Choice::new("yes", page.say("import-skip", "count", plan.counts.error));
        content = content.with_fields(vec![Field::checkboxes(SKIP, vec![skip])]);
    }
    content.dangerous().back_to(address(id), page.text("import-back")).show()
}
