//! Forms whose sender has to log in first, or to prove the identity again: nothing that was typed is lost.
//!
//! [`keep`] stands around all routes. Where a page refuses a form because the session has ended or its login is no
//! longer fresh, the answer is the page of the login or of the proof, with the status of the refusal and with the form
//! in a sealed field (`resume`). It stands there, and not in a handler or in `web::Posted`, since a guard refuses before
//! any parameter is read, and a service after that: only here are both the refusal and the body at hand.
//!
//! The body is read only if its owner is known by the cookie, which outlives the session: strangers have nothing read.
//! What a page reads is kept only once its guard knows the person; so nothing is kept where anybody may send a form, as
//! to the pages of the login, which carry the interrupted form themselves.
//!
//! A file is not kept: its form comes back empty, and a notice says that the file is to be chosen again. What was sent is
//! received and passed over, since a browser reads no answer before that.
//!
//! Left out: programs, and the pages of mailed links, whose token is not kept.

use std::sync::Arc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};

use super::super::Identity;
use super::resume::Interrupted;
use super::views::{LoginPage, ProvePage};
use crate::error::{Error, ProblemCode};
use crate::http::request_context::SESSION_COOKIE;
use crate::http::{KeptBody, LARGEST_FORM, cookies, csrf};
use crate::policy::Principal;
use crate::web::{FormState, Page, is_for_browser};

/// The kinds of forms.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fields,
    WithFile,
}

/// What the sender of a form lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Login,
    Proof,
}

/// The middleware, as a function for actix.
///
/// # Errors
/// Those of the routes.
pub async fn keep<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let Some(kind) = kind_of_form(request.request()) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let body = match kind {
        Kind::Fields => KeptBody::of(&mut request),
        Kind::WithFile => KeptBody::passing(&mut request),
    };
    let response = next.call(request).await?;
    KeptBody::release(response.request());
    let Some(missing) = missing(&response) else { return Ok(response.map_into_left_body()) };
    match ask(response.request(), missing, (kind, body)).await {
        Ok(Some(answer)) => Ok(response.into_response(answer).map_into_right_body()),
        Ok(None) => Ok(response.map_into_left_body()),
        Err(error) => {
            // The refusal is a page too; it says less.
            tracing::debug!(%error, "an interrupted form is not kept");
            Ok(response.map_into_left_body())
        }
    }
}

/// The kind of a form that a browser sends with its session; none for other requests.
fn kind_of_form(request: &HttpRequest) -> Option<Kind> {
    let headers = request.headers();
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kinds = [("application/x-www-form-urlencoded", Kind::Fields), ("multipart/form-data", Kind::WithFile)];
    let kind = kinds.into_iter().find(|(known, _)| media_type.starts_with(known)).map(|(_, kind)| kind)?;
    let is_form = *request.method() == Method::POST
        && cookies::value(headers, SESSION_COOKIE).is_some()
        && !headers.contains_key(AUTHORIZATION)
        && !csrf::is_by_token(request.path())
        && is_for_browser(request);
    is_form.then_some(kind)
}

/// What is missing, where an answer is the refusal for that.
fn missing<B>(response: &ServiceResponse<B>) -> Option<Missing> {
    match response.response().error()?.as_error::<Error>()?.refusal()? {
        ProblemCode::SessionEnded | ProblemCode::LoginRequired => Some(Missing::Login),
        ProblemCode::ReauthRequired => Some(Missing::Proof),
        _ => None,
    }
}

/// The page that asks for what is missing, with the form in it; none where nobody owns the form.
async fn ask(
    request: &HttpRequest,
    missing: Missing,
    (kind, body): (Kind, KeptBody),
) -> Result<Option<HttpResponse>, Error> {
    let identity = request.app_data::<Data<Identity>>().ok_or_else(|| Error::internal("no identity"))?;
    let viewer = request.extensions().get::<Arc<Principal>>().cloned();
    let owner = match (&viewer, cookies::value(request.headers(), SESSION_COOKIE)) {
        (Some(viewer), _) => Some(viewer.user_id),
        (None, Some(secret)) => identity.owner_of_cookie(secret).await?,
        (None, None) => None,
    };
    let Some(owner) = owner else { return Ok(None) };
    let page = Page::of(request)?;
    let sent = match kind {
        Kind::Fields => match body.whole(request, LARGEST_FORM).await? {
            Some(whole) => FormState::sent(&whole),
            // A public page read it: it says itself what is wrong.
            None => return Ok(None),
        },
        Kind::WithFile => {
            body.pass_over(request).await;
            FormState::default()
        }
    };
    // A proof of identity may itself carry a form on.
    let form = if [super::PROVE, super::PROVE_BY_PASSKEY].contains(&request.path()) {
        let (next, resume) = (sent.value("next").to_owned(), sent.value("resume").to_owned());
        FormState::default().with("next", next).with("resume", resume)
    } else {
        let interrupted = Interrupted::new(&page, owner, sent, kind == Kind::WithFile);
        let Some(sealed) = interrupted.seal(page.site())? else { return Ok(None) };
        FormState::default().with("next", "/").with("resume", sealed)
    };
    let answer = match (missing, viewer) {
        (Missing::Proof, Some(viewer)) => {
            let factors = identity.factors_to_prove(&viewer).await?;
            let content = ProvePage { page: &page, form: &form, factors: &factors, passkey: None };
            page.answer(StatusCode::UNAUTHORIZED, None, &content)
        }
        _ => page.answer(StatusCode::UNAUTHORIZED, None, &LoginPage { page: &page, form: &form }),
    };
    answer.map(Some)
}
