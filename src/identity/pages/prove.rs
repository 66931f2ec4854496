//! The page of a fresh proof of identity: the password again, and a code where the person has a second factor.
//!
//! What needs a fresh login leads here, and the proof leads back. It opens another session in place of the present one.

use actix_web::web;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::super::Identity;
use super::super::guards::PasswordProver;
use super::super::types::Reauthenticate;
use super::resume::go_on;
use super::views::{Next, ProvePage, TypedCode};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::{Query, RequestContext, own_path};
use crate::web::{FormState, Page, PageResult, Posted};

#[derive(Deserialize)]
pub(super) struct ProofForm {
    #[serde(default)]
    password: SecretString,
    #[serde(default)]
    code: SecretString,
    #[serde(default)]
    next: String,
    #[serde(default)]
    resume: String,
}

impl ProofForm {
    /// # Errors
    /// 422 where the password or the code that is asked for is missing, 401 where no code looks like that.
    fn into_request(self, asks_code: bool) -> Result<Reauthenticate, Error> {
        if self.password.expose_secret().is_empty() {
            return Err(Error::invalid(vec![FieldError::new("/password", FieldCode::Missing)]));
        }
        if !asks_code {
            return Ok(Reauthenticate { password: self.password, method: None, code: None });
        }
        let TypedCode { method, code } = TypedCode::read(&self.code)?;
        Ok(Reauthenticate { password: self.password, method: Some(method), code: Some(code) })
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
    let (page, form) = (page.with_scripts(), FormState::default().with("next", query.0.address()));
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
    let factors = identity.factors_to_prove(&user).await?;
    let opened = match input.into_request(!factors.is_empty()) {
        Ok(request) => identity.reauthenticate(&user, request, &caller).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(opened) => go_on(page, &identity, &opened, (own_path(&next).unwrap_or("/"), &resume)).await,
        // Without a session there is nothing to prove again.
        Err(error) if error.is_any_of(&[ProblemCode::SessionEnded]) => Err(error),
        Err(error) => {
            let (form, page) = (form.refused(&page, &error), page.with_scripts());
            page.show_form(&form, &ProvePage { page: &page, form: &form, factors: &factors, passkey: None })
        }
    }
}
