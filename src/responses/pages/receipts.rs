//! Receipts: those of a response with what was submitted, and the public page of one.
//!
//! The public page says of a SHA-256 whether it is that of a submission, and how that stands; an unknown one is the same
//! page. Who has the file of a submission can have its SHA-256 computed there, while the file arrives: nothing of it is
//! kept. A network has a budget of bytes for that, and a share of the few that are compared at once.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::super::{Receipt, ReceiptState, Responses};
use super::words::tongue;
use super::{ResponseDesk, address, hub_address, sheet};
use crate::error::{Error, ProblemCode};
use crate::http::{RequestContext, file_limits};
use crate::identity::guards::Visitor;
use crate::members::TitleCache;
use crate::secrets::hex;
use crate::surveys;
use crate::web::{Facts, FormState, Page, PageResult, Shown, Table, UnreadFile, returned_with_file};

/// Largest file of a submission that is compared, in bytes.
const LARGEST: usize = file_limits::SUBMISSION;

/// What a comparison found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Same,
    Other,
}

#[derive(Template)]
#[template(path = "responses/receipt.html")]
struct ReceiptPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    sha256: &'a str,
    /// What is known of it; none where it is no receipt.
    facts: Option<Facts>,
    /// What proves it.
    technical: Facts,
    found: Found,
    hint: String,
}

impl ReceiptPage<'_> {
    fn is_same(&self) -> bool {
        self.found == Found::Same
    }

    fn is_other(&self) -> bool {
        self.found == Found::Other
    }
}

#[derive(Template)]
#[template(path = "responses/receipts.html")]
struct ReceiptsPage<'a> {
    page: &'a Page,
    title: String,
    /// What counts now, in a sentence; empty where nothing does.
    confirmation: String,
    submissions: Table,
    /// What proves them.
    receipts: Table,
    links: Vec<Shown>,
}

/// The receipts of a response, the newest first, each with the file of what was submitted.
pub(super) async fn own(desk: ResponseDesk) -> PageResult {
    let (page, id) = (&desk.page, desk.place);
    let sheet = sheet(&desk, id).await?;
    let receipts = desk.service.receipts(desk.person.0.clone(), id).await?;
    let mut submissions =
        Table::new(page, "page-receipts", &["submission", "receipt-state", "submitted-at", "snapshot"]);
    let mut proofs = Table::new(page, "receipts-technical", &["submission", "receipt"]);
    for receipt in &receipts.data {
        let file = format!("/api/v1/responses/{id}/submissions/{}", receipt.number);
        submissions.push(vec![
            Shown::code(receipt.number),
            Shown::text(state(page, receipt)),
            Shown::moment(page, receipt.submitted_at),
            Shown::text(page.say("receipt-download", "number", receipt.number)).leading_to(file),
        ]);
        let way = format!("/receipts/{}", receipt.sha256);
        proofs.push(vec![Shown::code(receipt.number), Shown::code(&receipt.sha256).leading_to(way)]);
    }
    let own = &sheet.response;
    let survey = tongue(page, &sheet.questionnaire).said_or(&sheet.questionnaire.title, &own.survey).text;
    let valid = receipts.data.iter().find(|receipt| receipt.state == ReceiptState::Valid);
    let confirmation = valid.map(|receipt| {
        let parts = [
            ("organisation", page.organisation(&own.organisation).to_owned()),
            ("survey", survey.clone()),
            ("at", receipt.submitted_at.to_string()),
        ];
        page.text_with("receipts-confirmed", &parts)
    });
    page.show(&ReceiptsPage {
        page,
        title: page.say("page-receipts", "survey", survey),
        confirmation: confirmation.unwrap_or_default(),
        submissions,
        receipts: proofs,
        links: vec![
            Shown::text(page.text("link-back-to-review")).leading_to(address(id, "review")),
            Shown::text(page.text("link-back-to-response")).leading_to(hub_address(own.round)),
        ],
    })
}

/// The public page of a receipt.
pub(super) async fn public(
    _: Visitor,
    page: Page,
    known: (web::Data<Responses>, web::Data<TitleCache>),
    sha256: web::Path<String>,
) -> PageResult {
    layout(&page, &known, &sha256, (FormState::default(), Found::Nothing)).await
}

/// Compares a file with it.
pub(super) async fn compare(
    _: Visitor,
    page: Page,
    known: (web::Data<Responses>, web::Data<TitleCache>),
    sha256: web::Path<String>,
    caller: RequestContext,
    body: UnreadFile,
) -> PageResult {
    let responses = &known.0;
    // Whoever names no receipt sends no file either: nothing of it is received.
    match responses.receipt(sha256.clone()).await {
        Err(error) if error.is_any_of(&[ProblemCode::NotFound]) => {
            return layout(&page, &known, &sha256, (FormState::default(), Found::Nothing)).await;
        }
        known => known?,
    };
    let _one_of_few = responses.begin_comparison(&caller, body.expected(LARGEST)).await?;
    let outcome = match body.fingerprint(LARGEST).await? {
        Ok(found) if hex(&found).eq_ignore_ascii_case(&sha256) => (FormState::default(), Found::Same),
        Ok(_) => (FormState::default(), Found::Other),
        Err(error) => (returned_with_file(&page, FormState::default(), error, &[])?, Found::Nothing),
    };
    layout(&page, &known, &sha256, outcome).await
}

async fn layout(
    page: &Page,
    (responses, names): &(web::Data<Responses>, web::Data<TitleCache>),
    sha256: &str,
    (form, found): (FormState, Found),
) -> PageResult {
    let receipt = match responses.receipt(sha256.to_owned()).await {
        Ok(receipt) => Some(receipt),
        Err(error) if error.is_any_of(&[ProblemCode::NotFound]) => None,
        Err(error) => return Err(error),
    };
    let organisation = match receipt.as_ref().and_then(|receipt| receipt.organisation.as_deref()) {
        Some(code) => Some(called(page, names, code).await?),
        None => None,
    };
    let content = ReceiptPage {
        page,
        form: &form,
        sha256,
        facts: receipt.as_ref().map(|receipt| facts(page, receipt, organisation)),
        technical: receipt.as_ref().map(|receipt| technical(page, sha256, receipt)).unwrap_or_default(),
        found,
        hint: page.say("receipt-hint", "max", LARGEST),
    };
    match receipt {
        Some(_) => page.show_form(&form, &content),
        None => page.answer(StatusCode::NOT_FOUND, None, &content),
    }
}

/// What an organisation is called, for visitors too, whose pages bring no names.
async fn called(page: &Page, names: &TitleCache, code: &str) -> Result<Shown, Error> {
    let titles = names.current().await?;
    let title = titles.get(code).filter(|title| !title.is_hidden());
    Ok(title.map_or_else(|| page.shown_organisation(code), |title| Shown::text(title.name_in(page.language()))))
}

/// What anybody may know of a submission.
fn facts(page: &Page, receipt: &Receipt, organisation: Option<Shown>) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    let title = surveys::title_in(&receipt.titles, page.language()).unwrap_or(&receipt.survey);
    Facts::default()
        .with(label("receipt-state"), Shown::text(state(page, receipt)))
        .with(label("of-survey"), Shown::name(title))
        .with_some(label("answering"), organisation)
        .with(label("submission"), Shown::code(receipt.number))
        .with(label("submitted-at"), Shown::moment(page, receipt.submitted_at))
        .with_some(label("withdrawn-at"), receipt.withdrawn_at.map(|at| Shown::moment(page, at)))
}

/// The same for whoever checks it with a program.
fn technical(page: &Page, sha256: &str, receipt: &Receipt) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    Facts::default()
        .with(label("receipt"), Shown::code(sha256))
        .with(label("of-version"), Shown::code(receipt.version))
        .with(label("version-sha256"), Shown::code(&receipt.version_sha256))
}

/// How a submission stands, in words.
fn state(page: &Page, receipt: &Receipt) -> String {
    let mut told = page.words("receipt-state", receipt.state.as_str());
    if let Some(number) = receipt.superseded_by {
        told = page.say("receipt-superseded-by", "number", number);
    }
    if receipt.is_late { format!("{told}, {}", page.text("receipt-late")) } else { told }
}
