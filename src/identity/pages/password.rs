//! The page of another password for the own account.

use std::ops::Deref;

use askama::Template;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::guards::{CurrentUser, PasswordProver};
use super::super::sessions::Opened;
use super::super::sessions::routes::set_cookies;
use super::super::types::ChangePassword;
use super::{Own, SECURITY};
use crate::policy::Principal;
use crate::web::{FormState, Notice, Page, PageResult, Posted};

/// The page.
#[derive(Template)]
#[template(path = "identity/password.html")]
struct PasswordPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    /// For password managers, which store the address with the password.
    email: &'a str,
    /// The fewest characters.
    min: usize,
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    current_password: SecretString,
    #[serde(default)]
    new_password: SecretString,
    /// "yes" if API tokens are kept.
    #[serde(default)]
    keep_api_tokens: String,
}

impl PasswordForm {
    fn into_request(self) -> ChangePassword {
        let Self { current_password, new_password, keep_api_tokens } = self;
        ChangePassword { current_password, new_password, keep_api_tokens: keep_api_tokens == "yes" }
    }
}

/// Asks for the password in force and the next one.
pub(super) async fn ask(desk: Own<CurrentUser>) -> PageResult {
    show(&desk.with_scripts(), FormState::default()).await
}

async fn show<G: Deref<Target = Principal>>(desk: &Own<G>, form: FormState) -> PageResult {
    let (user, page): (&Principal, _) = (&desk.person, &desk.page);
    let min = desk.service.shortest_by_change(user).await?;
    page.show_form(&form, &PasswordPage { page, form: &form, email: &user.email, min })
}

/// Changes the password.
pub(super) async fn change(desk: Own<PasswordProver>, posted: Posted<PasswordForm>) -> PageResult {
    let (desk, Posted { input, form }) = (desk.with_scripts(), posted);
    let changed = desk.service.change_password(&desk.person, input?.into_request(), &desk.caller).await;
    let done = |opened: Opened| -> PageResult {
        let mut answer = desk.page.lead_to_with(SECURITY, Notice::new("password-changed"))?;
        set_cookies(&mut answer, &opened);
        Ok(answer.finish())
    };
    desk.answer(form, changed, done, show::<PasswordProver>).await
}
