//! The page that suppresses the addresses of a file, all or none.

use actix_web::web;

use super::super::{Suppressions, rules};
use crate::http::RequestContext;
use crate::identity::guards::CanManageSuppressions;
use crate::mail::consent::SuppressionReason;
use crate::web::{
    Field, FormPage, FormState, Notice, Page, PageResult, PostedFile, Shown, Table, UnreadFile, returned_with_file,
};

/// Which files a browser offers first.
const ACCEPT: &str = ".csv,text/csv";

/// The page that asks for a file.
pub(super) async fn ask(_: CanManageSuppressions, page: Page) -> PageResult {
    show(&page, &FormState::default())
}

/// Suppresses its addresses.
pub(super) async fn import(
    officer: CanManageSuppressions,
    page: Page,
    suppressions: web::Data<Suppressions>,
    caller: RequestContext,
    body: UnreadFile,
) -> PageResult {
    let mut form = FormState::default();
    let imported = async {
        let most = rules::MOST_BYTES;
        let admission = suppressions.admit_file(officer.user_id, &caller, body.expected(most)).await?;
        let PostedFile { form: sent, file, beside } = body.read(most).await?;
        form = sent;
        let charset = Some(form.value("charset").trim().to_owned()).filter(|text| !text.is_empty());
        suppressions.import(admission.beside(beside), file?.content, charset).await
    };
    let imported = Box::pin(imported).await;
    match imported {
        Ok(done) => {
            let notice = Notice::new("suppressions-imported").with("read", done.read).with("count", done.suppressed);
            Ok(page.lead_to_with("/suppressions", notice)?.finish())
        }
        Err(error) => show(&page, &returned_with_file(&page, form, error, &["charset"])?),
    }
}

fn show(page: &Page, form: &FormState) -> PageResult {
    FormPage::new(page, form, "page-suppressions-import", "")
        .with_fields(vec![
            Field::line("charset", "text").hinted(page.text("suppressions-charset-hint")),
            Field::file(ACCEPT).hinted(page.say("suppressions-file-hint", "bytes", rules::MOST_BYTES)),
        ])
        .with_table(columns(page))
        .back_to("/suppressions", page.text("suppressions-back"))
        .show()
}

/// The columns that are read. What the list is downloaded as has them.
fn columns(page: &Page) -> Table {
    let mut table = Table::new(page, "suppressions-columns", &["column", "needed", "column-holds"]);
    table.push(vec![
        Shown::code("address"),
        Shown::text(page.text("import-needed")),
        Shown::text(page.text("suppressions-address-holds")),
    ]);
    let reasons = SuppressionReason::ALL.iter().map(|reason| {
        let meaning = page.words("suppression-reason", reason.as_str());
        page.text_with("suppressions-reason-code", &[("code", reason.to_string()), ("meaning", meaning)])
    });
    table.push(vec![
        Shown::code("reason"),
        Shown::text(page.text("import-optional")),
        Shown::text(reasons.collect::<Vec<_>>().join(" ")),
    ]);
    table
}
