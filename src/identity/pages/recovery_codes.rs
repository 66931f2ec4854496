//! The pages of the recovery codes: shown once, until a box says that they were kept; and a new set.

use askama::Template;
use serde::Deserialize;

use super::super::guards::{CanOpenOwnForm, CurrentUser, RecentlyAuthenticated};
use super::super::mfa::RecoveryCodes;
use super::{Own, SECURITY, deed, with_next};
use crate::error::{Error, FieldCode, FieldError};
use crate::http::{Query, own_path};
use crate::policy::Principal;
use crate::web::{FormState, Notice, Page, PageResult, Posted};

/// Where the codes are shown.
const ADDRESS: &str = "/account/security/recovery-codes";
/// What the codes are sealed for.
const PURPOSE: &str = "recovery codes";

/// The page that shows the codes.
#[derive(Template)]
#[template(path = "identity/recovery_codes.html")]
struct CodesPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    codes: Vec<String>,
    email: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    shown: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct KeptForm {
    #[serde(default)]
    kept: String,
    #[serde(default)]
    next: String,
}

/// The address of the page that shows these codes in the session of `viewer`, and leads on to `next`.
///
/// # Errors
/// If the codes can't be sealed.
pub(super) fn address(page: &Page, viewer: &Principal, codes: &RecoveryCodes, next: &str) -> Result<String, Error> {
    let shown = page.seal_for(viewer, PURPOSE, &codes.recovery_codes)?;
    Ok(with_next(&format!("{ADDRESS}?shown={shown}"), next))
}

/// Shows new codes. Later there is nothing to show.
pub(super) async fn show(_: CurrentUser, page: Page, query: Query<Shown>) -> PageResult {
    show_codes(&page, &FormState::default().with("shown", &query.0.shown).with("next", &query.0.next))
}

fn show_codes(page: &Page, form: &FormState) -> PageResult {
    let Some(codes) = page.open(PURPOSE, form.value("shown")) else {
        return Ok(page.lead_to(SECURITY).finish());
    };
    let email = page.viewer().map_or("", |viewer| viewer.email.as_str());
    page.show_form(form, &CodesPage { page, form, codes, email })
}

/// Leads on from the codes once a box says that they were kept.
pub(super) async fn keep(_: CurrentUser, page: Page, posted: Posted<KeptForm>) -> PageResult {
    let Posted { input, form } = posted;
    let KeptForm { kept, next } = input?;
    if kept != "yes" {
        let unticked = Error::invalid(vec![FieldError::new("/kept", FieldCode::Missing)]);
        return show_codes(&page, &form.refused(&page, &unticked));
    }
    let next = own_path(&next).unwrap_or(SECURITY);
    page.lead_on(next, Notice::new("codes-kept"))
}

/// Asks whether there are to be new codes.
pub(super) async fn ask(_: CanOpenOwnForm, page: Page) -> PageResult {
    show_question(&page, &FormState::default())
}

fn show_question(page: &Page, form: &FormState) -> PageResult {
    deed(page, form, "page-codes-new", "", SECURITY).show()
}

/// Makes new codes.
pub(super) async fn make(desk: Own<RecentlyAuthenticated>) -> PageResult {
    let made = desk.service.make_recovery_codes(&desk.person, &desk.caller).await;
    let done = |codes: RecoveryCodes| -> PageResult {
        Ok(desk.page.lead_to(&address(&desk.page, &desk.person, &codes, "")?).finish())
    };
    desk.answer(FormState::default(), made, done, async |desk, form| show_question(&desk.page, &form)).await
}
