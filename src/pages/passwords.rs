//! The pages on which a password is chosen: with an application, a forgotten one anew, and that of the first administrator.
//! Each says how long it has to be; behind a link that is spent there is no form.

use actix_web::{HttpRequest, web};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::routes::{Answer, Token, tell};
use super::view::Page;
use crate::app::Portal;
use crate::error::Error;
use crate::http::{Caller, Form, Query, evenly, language};
use crate::i18n::Language;
use crate::identity::{Forgot, Reset, SetUp};
use crate::registrations::{LinkView, Verify, routes as registrations};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyForm {
    token: SecretString,
    #[serde(default)]
    password: Option<SecretString>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForgotForm {
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetForm {
    token: String,
    password: SecretString,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetUpForm {
    token: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    password: SecretString,
}

/// Whether it is the link that is at fault: then the form would be of no use any more.
pub(super) fn is_spent(error: &Error) -> bool {
    error.refusal() == Some("link_spent")
}

/// The page of an application: everything of it that will be written, a button, and a password where a new account comes of it.
pub(super) async fn ask_verify(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    query: Query<Token>,
) -> Answer {
    let token = SecretString::from(query.0.token);
    match registrations::look_at(&portal, &caller, &token).await {
        Ok(link) => verify_page(&portal, &request, &token, &link).respond(),
        Err(error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
    }
}

fn verify_page<'a>(portal: &'a Portal, request: &HttpRequest, token: &SecretString, link: &LinkView) -> Page<'a> {
    let key = if link.needs_password { "verify" } else { "verify-again" };
    let is_french = language(request).catalogue() == Language::Fr;
    let organisation = if is_french { &link.organisation_fr } else { &link.organisation_en };
    let or_none = |value: Option<&str>| value.filter(|value| !value.is_empty()).unwrap_or("–").to_owned();
    let details = &link.details;
    let page = Page::new(portal, request, key)
        .with("applicant", &link.name)
        .with("organisation", organisation)
        .with("role", link.role.as_str())
        .with("job_title", &or_none(details.job_title.as_deref()))
        .with("phone", &or_none(details.phone.as_deref()))
        .with("languages", &or_none(Some(details.languages.join(", ").as_str())))
        .with("official", &or_none(link.nominating_official.as_deref()))
        .with("reference", &or_none(link.nomination_reference.as_deref()))
        .form("/verify")
        .hidden("token", token.expose_secret());
    if link.needs_password {
        page.new_password(portal.identity.shortest_password(false)).link("/privacy", "privacy")
    } else {
        page.link("/forgot", "forgot")
    }
}

pub(super) async fn verify(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    form: Form<VerifyForm>,
) -> Answer {
    let VerifyForm { token, password } = form.0;
    match registrations::verify_address(&portal, &caller, Verify { token: token.clone(), password }).await {
        Ok(standing) => {
            let password = if standing.new_account { "chosen" } else { "kept" };
            Page::new(&portal, &request, "verified").with("password", password).respond()
        }
        Err(error) => match registrations::look_at(&portal, &caller, &token).await {
            Ok(link) => verify_page(&portal, &request, &token, &link).fault(&error).respond(),
            Err(_) => Page::new(&portal, &request, "failed").fault(&error).respond(),
        },
    }
}

pub(super) async fn ask_forgot(portal: web::Data<Portal>, request: HttpRequest) -> Answer {
    Page::new(&portal, &request, "forgot").form("/forgot").input("email", "email", "username", "").respond()
}

pub(super) async fn forgot(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    form: Form<ForgotForm>,
) -> Answer {
    let outcome = evenly(&portal.random, portal.identity.forgot(&Forgot { email: form.0.email }, &caller)).await;
    tell(&portal, &request, "forgot-sent", outcome)
}

pub(super) async fn ask_reset(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    match portal.identity.shortest_by_reset(&query.0.token).await {
        Ok(min) => reset_page(&portal, &request, &query.0.token, min).respond(),
        Err(error) => Page::new(&portal, &request, "failed").link("/forgot", "forgot").fault(&error).respond(),
    }
}

/// Asks for a new password of at least `min` characters.
fn reset_page<'a>(portal: &'a Portal, request: &HttpRequest, token: &str, min: usize) -> Page<'a> {
    Page::new(portal, request, "reset").form("/reset").hidden("token", token).new_password(min)
}

pub(super) async fn reset(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    form: Form<ResetForm>,
) -> Answer {
    let ResetForm { token, password } = form.0;
    match portal.identity.reset(Reset { token: token.clone().into(), password }, &caller).await {
        Ok(()) => Page::new(&portal, &request, "reset-done").respond(),
        Err(error) => {
            let page = match portal.identity.shortest_by_reset(&token).await {
                Ok(min) => reset_page(&portal, &request, &token, min),
                Err(_) => Page::new(&portal, &request, "failed"),
            };
            page.link("/forgot", "forgot").fault(&error).respond()
        }
    }
}

pub(super) async fn ask_set_up(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    let form = SetUpForm { token: query.0.token, name: None, email: None, password: SecretString::default() };
    match portal.identity.set_up_address(&form.token).await {
        Ok(address) => set_up_page(&portal, &request, &form, address.is_none()).respond(),
        Err(error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
    }
}

/// Asks for the password, and for name and address where the link was not made for somebody.
fn set_up_page<'a>(portal: &'a Portal, request: &HttpRequest, form: &SetUpForm, anybody: bool) -> Page<'a> {
    let value = |field: &Option<String>| field.clone().unwrap_or_default();
    let mut page = Page::new(portal, request, "setup").form("/setup").hidden("token", &form.token);
    if anybody {
        page = page.input("name", "text", "name", &value(&form.name));
        page = page.input("email", "email", "username", &value(&form.email));
    }
    page.new_password(portal.identity.shortest_password(false))
}

pub(super) async fn set_up(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    form: Form<SetUpForm>,
) -> Answer {
    let form = form.0;
    let set_up = SetUp {
        token: form.token.clone().into(),
        email: form.email.clone(),
        name: form.name.clone(),
        password: form.password.clone(),
    };
    match portal.identity.set_up(set_up, &caller).await {
        Ok(()) => Page::new(&portal, &request, "setup-done").link("/docs/", "docs").respond(),
        Err(error) if is_spent(&error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
        Err(error) => set_up_page(&portal, &request, &form, form.email.is_some()).fault(&error).respond(),
    }
}
