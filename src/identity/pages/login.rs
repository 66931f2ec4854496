//! The pages of a login: address and password, the code of a second factor, and logout.

use actix_web::web;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::super::Identity;
use super::super::guards::Visitor;
use super::super::sessions::routes::end_in_browser;
use super::super::types::{Login, LoginOutcome, SecondFactor};
use super::resume::{go_on, shown_again};
use super::second_factor::{ask_second, form_of};
use super::views::{LoginPage, Next, TypedCode};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::{Anyone, Query, RequestContext, own_path};
use crate::web::{FormState, Notice, Page, PageResult, Posted};

#[derive(Deserialize)]
pub(super) struct LoginForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
    #[serde(default)]
    next: String,
    #[serde(default)]
    resume: String,
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    challenge: SecretString,
    /// Of an authenticator app, or a recovery code.
    #[serde(default)]
    code: SecretString,
    #[serde(default)]
    next: String,
    #[serde(default)]
    resume: String,
}

/// The form of a login, or the way on for a person who is logged in.
pub(super) async fn ask(_: Visitor, page: Page, query: Query<Next>) -> PageResult {
    let next = query.0.address();
    if page.viewer().is_some() {
        return Ok(page.lead_to(next).finish());
    }
    let (page, form) = (page.with_scripts(), FormState::default().with("next", next));
    page.show(&LoginPage { page: &page, form: &form })
}

/// Logs in, or asks for the code of the second factor.
pub(super) async fn enter(
    _: Anyone,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
    posted: Posted<LoginForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let form = shown_again(&page, form);
    let LoginForm { email, password, next, resume } = input?;
    let empty = left_empty(&email, &password);
    let outcome = if empty.is_empty() {
        identity.login(Login { email, password, cookie: true }, &caller).await
    } else {
        Err(Error::invalid(empty))
    };
    match outcome {
        Ok(LoginOutcome::Opened(opened)) => {
            go_on(page, &identity, &opened, (own_path(&next).unwrap_or("/"), &resume)).await
        }
        Ok(LoginOutcome::Challenged(challenge)) => {
            ask_second(page, &identity, &caller, &form_of(&challenge, (form.value("next"), form.value("resume")))).await
        }
        Err(error) => {
            let (form, page) = (form.refused(&page, &error), page.with_scripts());
            page.show_form(&form, &LoginPage { page: &page, form: &form })
        }
    }
}

/// The fields that were left empty. They are no attempt to log in, and none is counted.
fn left_empty(email: &str, password: &SecretString) -> Vec<FieldError> {
    let fields = [("/email", email.trim().is_empty()), ("/password", password.expose_secret().is_empty())];
    let empty = fields.into_iter().filter(|(_, is_empty)| *is_empty);
    empty.map(|(field, _)| FieldError::new(field, FieldCode::Missing)).collect()
}

/// Logs in with the code of the second factor.
pub(super) async fn enter_code(
    _: Anyone,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
    posted: Posted<CodeForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let form = shown_again(&page, form);
    let CodeForm { challenge, code, next, resume } = input?;
    let opened = match TypedCode::read(&code) {
        Ok(TypedCode { method, code }) => {
            identity.login_second(SecondFactor { challenge, method, code, cookie: true }, &caller).await
        }
        Err(error) => Err(error),
    };
    match opened {
        Ok(opened) => go_on(page, &identity, &opened, (own_path(&next).unwrap_or("/"), &resume)).await,
        // Nothing is begun for a challenge that is spent, or that somebody made up: only another login helps.
        Err(error) if error.is_any_of(&[ProblemCode::ChallengeInvalid]) => {
            let (form, page) = (form.refused(&page, &error), page.with_scripts());
            page.show_form(&form, &LoginPage { page: &page, form: &form })
        }
        Err(error) => {
            let form = form.refused(&page, &error);
            ask_second(page, &identity, &caller, &form).await
        }
    }
}

/// Ends the session, and has the browser forget the pages that it showed. The known device stays known.
pub(super) async fn leave(
    viewer: Visitor,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
) -> PageResult {
    if let Some((user, session)) = viewer.session() {
        identity.logout(user, session, &caller).await?;
    }
    // This notice takes the place of any other.
    let mut answer = page.lead_out_with("/login", Notice::new("logged-out"))?;
    end_in_browser(&mut answer);
    Ok(answer.finish())
}
