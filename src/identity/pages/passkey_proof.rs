//! A fresh proof of identity by a passkey: it is two factors in one, so no password is asked for.
//!
//! The button of the page of the proof (`prove`) begins a ceremony, which lasts five minutes and is charged to the network;
//! after a refusal the page begins another.

use actix_web::web;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::Identity;
use super::super::guards::PasswordProver;
use super::super::mfa::PasskeyLoginFinish;
use super::PROVE;
use super::resume::{go_on, shown_again};
use super::views::{Ceremony, ProvePage};
use crate::error::{Error, ProblemCode};
use crate::http::{RequestContext, own_path};
use crate::policy::Principal;
use crate::web::{FormState, Page, PageResult, Posted};

#[derive(Deserialize)]
pub(super) struct ProofForm {
    #[serde(default)]
    state: SecretString,
    /// The answer that the passkey signed, as JSON; empty to begin.
    #[serde(default)]
    credential: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    resume: String,
}

impl ProofForm {
    fn into_request(self) -> Result<PasskeyLoginFinish, Error> {
        let refused = |_malformed| Error::unauthenticated(ProblemCode::PasskeyRefused);
        let credential = serde_json::from_str(&self.credential).map_err(refused)?;
        Ok(PasskeyLoginFinish { state: self.state, credential, challenge: None, cookie: true })
    }
}

/// Leads to the page of the proof, where somebody loads the page of the ceremony again.
pub(super) async fn ask(_: PasswordProver, page: Page) -> PageResult {
    Ok(page.lead_to(PROVE).finish())
}

/// Begins, or checks the proof and leads back.
pub(super) async fn prove(
    user: PasswordProver,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
    posted: Posted<ProofForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let form = shown_again(&page, form);
    let input = input?;
    if input.credential.is_empty() {
        return show(page, &identity, &user, &caller, form).await;
    }
    let (next, resume) = (input.next.clone(), input.resume.clone());
    let opened = match input.into_request() {
        Ok(request) => identity.reauthenticate_by_passkey(&user, request, &caller).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(opened) => go_on(page, &identity, &opened, (own_path(&next).unwrap_or("/"), &resume)).await,
        // Without a session there is nothing to prove again.
        Err(error) if error.is_any_of(&[ProblemCode::SessionEnded]) => Err(error),
        Err(error) => {
            let form = form.refused(&page, &error);
            show(page, &identity, &user, &caller, form).await
        }
    }
}

/// The page with a new ceremony, or with the reason why there is none.
async fn show(
    page: Page,
    identity: &Identity,
    user: &Principal,
    caller: &RequestContext,
    form: FormState,
) -> PageResult {
    let factors = identity.factors_to_prove(user).await?;
    let (form, passkey) = match Ceremony::begin(identity, None, caller).await {
        Ok(begun) => (form, Some(begun)),
        Err(error) => (form.refused(&page, &error), None),
    };
    let page = if passkey.is_some() { page.with_scripts() } else { page };
    page.show_form(&form, &ProvePage { page: &page, form: &form, factors: &factors, passkey })
}
