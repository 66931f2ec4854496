//! The time zone in which pages show times to a person.
//!
//! Mails, files and the API stay in UTC, since others read them too.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::super::Profiles;
use super::super::types::ChangeMe;
use crate::audit::Trace;
use crate::error::Error;
use crate::http::RequestContext;
use crate::identity::guards::CurrentUser;
use crate::web::{FormState, Notice, Page, PageResult, Posted, Shown, ZoneGroup};

#[derive(Template)]
#[template(path = "account/time_zone.html")]
struct ZonePage<'a> {
    page: &'a Page,
    form: &'a FormState,
    zones: Vec<ZoneGroup>,
    now: Shown,
}

/// The form as it is sent.
#[derive(Deserialize)]
pub(super) struct ZoneForm {
    #[serde(default)]
    time_zone: String,
}

/// Shows the form.
pub(super) async fn ask(_: CurrentUser, page: Page) -> PageResult {
    let form = FormState::default().with("time_zone", page.zone());
    show(&page, &form)
}

/// Keeps the choice.
pub(super) async fn save(
    user: CurrentUser,
    page: Page,
    profiles: web::Data<Profiles>,
    caller: RequestContext,
    posted: Posted<ZoneForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    match change(&user, &profiles, &caller, input).await {
        Ok(()) => Ok(page.lead_to_with("/account", Notice::new("time-zone-saved"))?.finish()),
        Err(error) => show(&page, &form.refused(&page, &error)),
    }
}

async fn change(
    user: &CurrentUser,
    profiles: &Profiles,
    caller: &RequestContext,
    input: Result<ZoneForm, Error>,
) -> Result<(), Error> {
    let change = ChangeMe { time_zone: Some(Some(input?.time_zone)), ..ChangeMe::default() };
    profiles.change(user, Trace::from(caller), change, None).await.map(drop)
}

fn show(page: &Page, form: &FormState) -> PageResult {
    let now = Shown::moment(page, page.site().clock.now());
    page.show_form(form, &ZonePage { page, form, zones: ZoneGroup::all(page, form.value("time_zone")), now })
}
