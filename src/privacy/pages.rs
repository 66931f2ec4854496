//! Pages of the own data: what can be done with it, the export as a file, and the erasure of the account.
//!
//! Export and erasure need a fresh login, as the routes of the API do. The export is the answer to a form, since it is
//! charged and recorded: no link leads to it. The session ends with the account, so the outcome is told on the home
//! page.

use std::ops::Deref;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::routes::file;
use super::types::ExportFormat;
use super::{Leaving, Privacy};
use crate::audit::Trace;
use crate::error::Error;
use crate::http::RequestContext;
use crate::identity::guards::{CanOpenOwnForm, CurrentUser, RecentlyAuthenticated};
use crate::identity::sessions::routes::end_in_browser;
use crate::policy::Principal;
use crate::web::{Desk, FormState, Notice, Page, PageResult, Pages};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new().form("/account/data", overview, export).form("/account/data/erase", ask_erase, erase_account)
}

#[derive(Template)]
#[template(path = "account/data.html")]
struct DataPage<'a> {
    page: &'a Page,
}

/// The page that names the account and the consequences before it is erased.
#[derive(Template)]
#[template(path = "account/erase.html")]
struct ErasePage<'a> {
    page: &'a Page,
    form: &'a FormState,
    name: &'a str,
    email: &'a str,
    grace_days: u64,
}

async fn overview(_: CurrentUser, page: Page) -> PageResult {
    page.show(&DataPage { page: &page })
}

/// Everything that is held about the person, as an archive.
async fn export(
    user: RecentlyAuthenticated,
    privacy: web::Data<Privacy>,
    caller: RequestContext,
) -> Result<HttpResponse, Error> {
    let exported = Box::pin(privacy.export(user.0, Trace::from(&caller), ExportFormat::Zip)).await?;
    Ok(file(ExportFormat::Zip, exported))
}

async fn ask_erase(desk: Desk<CanOpenOwnForm, Privacy, ()>) -> PageResult {
    show_erase(&desk, &FormState::default())
}

fn show_erase<G: Deref<Target = Principal>>(desk: &Desk<G, Privacy, ()>, form: &FormState) -> PageResult {
    let Desk { person, page, service, .. } = desk;
    let (name, email) = (person.name.as_str(), person.email.as_str());
    page.show_form(form, &ErasePage { page, form, name, email, grace_days: service.grace_days() })
}

/// Closes the account, which is erased after the days of grace.
async fn erase_account(desk: Desk<RecentlyAuthenticated, Privacy, ()>) -> PageResult {
    let left = desk.service.leave(desk.person.0.clone(), desk.trace()).await;
    let done = |Leaving { erase_at, .. }| -> PageResult {
        let mut answer = desk.page.lead_out_with("/", Notice::new("account-leaving").with("day", erase_at))?;
        end_in_browser(&mut answer);
        Ok(answer.finish())
    };
    desk.answer(FormState::default(), left, done, async |desk, form| show_erase(desk, &form)).await
}
