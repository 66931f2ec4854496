//! The page of a fresh proof of identity: the password again, and a code where the person has a second factor.
//!
//! What needs a fresh login leads here, and the proof leads back. It opens another session in place of the present one.

use actix_web::web;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::super::Identity;
use super::super::guards::PasswordProver;
use super::super::types::{Method, Reauthenticate};
use super::resume::go_on;
use super::views::{Next, ProvePage, usual_code, without_spaces};
use crate::error::ProblemCode;
use crate::http::{Query, RequestContext, own_path};
use crate::web::{FormState, Page, PageResult, Posted};

#[derive(Deserialize)]
pub(super) struct ProofForm {
    #[serde(default)]
    password: SecretString,
    #[serde(default)]
    method: Option<Method>,
    #[serde(default)]
    code: SecretString,
    #[serde(default)]
    next: String,
    #[serde(default)]
    resume: String,
}

impl ProofForm {
    fn into_request(self) -> Reauthenticate {
        let code = without_spaces(self.code.expose_secret());
        let code = (!code.is_empty()).then(|| SecretString::from(code));
        Reauthenticate { password: self.password, method: self.method, code }
    }
}

/// The form of a proof.
pub(super) async fn ask(
    user: PasswordProver,
    page: Page,
    identity: web::Data<Identity>,
    query: Query<Next>,
) -> PageResult {
    let factors = identity.factors_to_prove(&user).await?;
    let form = FormState::default().with("next", query.0.address()).with("method", usual_code(&factors).as_str());
    page.show(&ProvePage { page: &page, form: &form, factors: &factors, passkey: None })
}

/// Checks the proof, and leads back.
pub(super) async fn prove(
    user: PasswordProver,
    page: Page,
    identity: web::Data<Identity>,
    caller: RequestContext,
    posted: Posted<ProofForm>,
) -> PageResult {
    let Posted { input, form } = posted;
    let input = input?;
    let (next, resume) = (input.next.clone(), input.resume.clone());
    match identity.reauthenticate(&user, input.into_request(), &caller).await {
        Ok(opened) => go_on(page, &identity, &opened, (own_path(&next).unwrap_or("/"), &resume)).await,
        // Without a session there is nothing to prove again.
        Err(error) if error.is_any_of(&[ProblemCode::SessionEnded]) => Err(error),
        Err(error) => {
            let (form, factors) = (form.refused(&page, &error), identity.factors_to_prove(&user).await?);
            page.show_form(&form, &ProvePage { page: &page, form: &form, factors: &factors, passkey: None })
        }
    }
}
