//! The page of a login with a passkey, and the answer that the passkey signed, alone or after the password.
//!
//! To open the page begins a ceremony, which lasts five minutes and is charged to the network. After a refusal the page
//! begins another.

use actix_web::{HttpRequest, web};
use askama::Template;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::super::Identity;
use super::super::guards::Visitor;
use super::super::mfa::PasskeyLoginFinish;
use super::resume::{go_on, shown_again};
use super::second_factor::ask_second;
use super::views::{Ceremony, Next};
use super::with_next;
use crate::error::{Error, ProblemCode};
use crate::http::{Anyone, Query, RequestContext, csrf, own_path};
use crate::web::{FormState, Page, PageResult, Posted};

/// The page on which one logs in with a passkey.
#[derive(Template)]
#[template(path = "identity/passkey_login.html")]
struct PasskeyLoginPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    passkey: Option<Ceremony>,
}

impl PasskeyLoginPage<'_> {
    /// The page on which one logs in with a password.
    fn password(&self) -> String {
        with_next("/login", self.form.value("next"))
    }
}

#[derive(Deserialize)]
pub(super) struct PasskeyForm {
    #[serde(default)]
    state: SecretString,
    /// The answer that the passkey signed, as JSON.
    #[serde(default)]
    credential: String,
    /// That of the login, after a right password.
    #[serde(default)]
    challenge: SecretString,
    #[serde(default)]
    next: String,
    #[serde(default)]
    resume: String,
}

impl PasskeyForm {
    /// Whether it asks to begin: an interrupted form is carried on by a form, not by a link.
    fn begins(&self) -> bool {
        self.credential.is_empty() && self.challenge.expose_secret().is_empty()
    }

    fn into_request(self) -> Result<PasskeyLoginFinish, Error> {
        let refused = |_malformed| Error::unauthenticated(ProblemCode::PasskeyRefused);
        let credential = serde_json::from_str(&self.credential).map_err(refused)?;
        let challenge = Some(self.challenge).filter(|challenge| !challenge.expose_secret().is_empty());
        Ok(PasskeyLoginFinish { state: self.state, credential, challenge, cookie: true })
    }
}

/// Begins a login with a passkey.
pub(super) async fn ask(
    _: Visitor,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
    request: HttpRequest,
    query: Query<Next>,
) -> PageResult {
    // To begin a ceremony is charged to the network: a picture on another site's page must not use that up.
    if csrf::is_embedded_elsewhere(&request) {
        return Err(Error::forbidden(ProblemCode::CrossSite));
    }
    let next = query.0.address();
    if page.viewer().is_some() {
        return Ok(page.lead_to(next).finish());
    }
    let form = FormState::default().with("next", next);
    show(page, &identity, &caller, form).await
}

/// The page with a new ceremony, or with the reason why there is none.
async fn show(page: Page, identity: &Identity, caller: &RequestContext, form: FormState) -> PageResult {
    let (form, passkey) = match Ceremony::begin(identity, None, caller).await {
        Ok(begun) => (form, Some(begun)),
        Err(error) => (form.refused(&page, &error), None),
    };
    let page = if passkey.is_some() { page.with_scripts() } else { page };
    page.show_form(&form, &PasskeyLoginPage { page: &page, form: &form, passkey })
}

/// Logs in with what the passkey signed.
pub(super) async fn enter(
    _: Anyone,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
    posted: Posted<PasskeyForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let form = shown_again(&page, form);
    let input = input?;
    if input.begins() {
        return show(page, &identity, &caller, form).await;
    }
    let (next, resume) = (input.next.clone(), input.resume.clone());
    let is_alone = input.challenge.expose_secret().is_empty();
    let opened = match input.into_request() {
        Ok(request) => identity.finish_passkey_login(request, &caller).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(opened) => go_on(page, &identity, &opened, (own_path(&next).unwrap_or("/"), &resume)).await,
        Err(error) => {
            let form = form.refused(&page, &error);
            if is_alone {
                show(page, &identity, &caller, form).await
            } else {
                ask_second(page, &identity, &caller, &form).await
            }
        }
    }
}
