//! The pages on which a password is chosen: for an application, after a forgotten one, and for the first administrator.
//! Each states the required length; behind a used link there is no form.

use actix_web::{HttpRequest, web};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::spent::{Link, failed, is_spent, not_done};
use super::view::{Answer, Page, Token};
use crate::app::Portal;
use crate::directory::language_names;
use crate::error::{Error, FieldError};
use crate::http::{Anyone, Form, MailedLink, Query, RequestContext, language};
use crate::i18n::Language;
use crate::identity::{Forgot, Reset, SetUp};
use crate::mail::EmailAddress;
use crate::registrations::{LinkView, Verify};
use crate::web::{Facts, Shown};

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

/// The page of an application: all of its data, a button, and a password if it makes a new account.
pub(super) async fn ask_verify(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<Token>,
) -> Answer {
    let token = SecretString::from(query.0.token);
    match portal.registrations.look_at(token.clone()).await {
        Ok(link) => verify_page(&portal, &request, &token, &link)?.respond(),
        Err(error) => failed(&portal, &request, (Link::Verify, token.expose_secret()), &error).await,
    }
}

fn verify_page<'a>(
    portal: &'a Portal,
    request: &HttpRequest,
    token: &SecretString,
    link: &LinkView,
) -> Result<Page<'a>, Error> {
    let key = if link.needs_password { "verify" } else { "verify-again" };
    let is_french = language(request).catalogue() == Language::Fr;
    let organisation = if is_french { &link.organisation_fr } else { &link.organisation_en };
    let details = &link.details;
    let languages = language_names(&details.languages, language(request))?.join(", ");
    let page = Page::new(portal, request, key);
    let label = |name: &str| page.text(&format!("th-{name}"));
    let facts = Facts::default()
        .with(label("name"), Shown::name(&link.name))
        .with(label("organisation"), Shown::text(organisation))
        .with(label("role"), Shown::text(page.text(&format!("role-{}", link.role))));
    // Of somebody with an account, the entry stays as it is.
    let facts = if link.needs_password {
        facts
            .with_some(label("job-title"), details.job_title.as_deref().map(Shown::name))
            .with_some(label("phone"), details.phone.as_deref().map(Shown::code))
            .with(label("languages"), Shown::text(languages))
    } else {
        facts
    };
    let facts = facts
        .with_some(label("official"), link.nominating_official.as_deref().map(Shown::name))
        .with_some(label("reference"), link.nomination_reference.as_deref().map(Shown::name));
    let page = page.about(facts).form("/verify").hidden("token", token.expose_secret());
    let token =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("token", token.expose_secret()).finish();
    let page = page.link(&format!("/apply/correct?{token}"), "correct-application");
    Ok(if link.needs_password {
        page.new_password(portal.identity.shortest_password(false)).link("/privacy", "privacy")
    } else {
        page.link("/forgot", "forgot")
    })
}

pub(super) async fn verify(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<VerifyForm>,
) -> Answer {
    let VerifyForm { token, password } = form.0;
    match portal.registrations.verify_address(&caller, Verify { token: token.clone(), password }).await {
        Ok(standing) => {
            let password = if standing.new_account { "chosen" } else { "kept" };
            Page::new(&portal, &request, "verified").with("password", password).link("/login", "login").lead()
        }
        Err(error) => match portal.registrations.look_at(token.clone()).await {
            Ok(link) => verify_page(&portal, &request, &token, &link)?.fault(&error).respond(),
            Err(_) => failed(&portal, &request, (Link::Verify, token.expose_secret()), &error).await,
        },
    }
}

pub(super) async fn ask_forgot(_: Anyone, portal: web::Data<Portal>, request: HttpRequest) -> Answer {
    forgot_page(&portal, &request, "").respond()
}

/// Asks for the address to which a link is sent.
fn forgot_page<'a>(portal: &'a Portal, request: &HttpRequest, email: &str) -> Page<'a> {
    Page::new(portal, request, "forgot").form("/forgot").input("email", "email", "username", email)
}

pub(super) async fn forgot(
    _: Anyone,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<ForgotForm>,
) -> Answer {
    let asked = Forgot { email: form.0.email };
    // What is no address is told as such, which says nothing of who has an account.
    let sent = match EmailAddress::parse(&asked.email) {
        Ok(_) => Box::pin(portal.registrations.forgot(&caller, &asked)).await,
        Err(fault) => Err(Error::invalid(vec![FieldError { pointer: "/email".to_owned(), ..fault }])),
    };
    match sent {
        Ok(()) => {
            let minutes = portal.identity.reset_life().as_secs() / 60;
            let page = Page::new(&portal, &request, "forgot-sent").with("minutes", &minutes.to_string());
            page.link("/forgot", "forgot-again").link("/login", "login").lead()
        }
        Err(error) => forgot_page(&portal, &request, &asked.email).fault(&error).respond(),
    }
}

pub(super) async fn ask_reset(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<Token>,
) -> Answer {
    match portal.identity.shortest_by_reset(&query.0.token).await {
        Ok(min) => reset_page(&portal, &request, &query.0.token, min).respond(),
        Err(error) => failed(&portal, &request, (Link::Reset, query.0.token.as_str()), &error).await,
    }
}

/// Asks for a new password of at least `min` characters.
fn reset_page<'a>(portal: &'a Portal, request: &HttpRequest, token: &str, min: usize) -> Page<'a> {
    Page::new(portal, request, "reset").form("/reset").hidden("token", token).new_password(min)
}

pub(super) async fn reset(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<ResetForm>,
) -> Answer {
    let ResetForm { token, password } = form.0;
    match portal.identity.reset(Reset { token: token.clone().into(), password }, &caller).await {
        Ok(()) => Page::new(&portal, &request, "reset-done").link("/login", "login").lead(),
        Err(error) => match portal.identity.shortest_by_reset(&token).await {
            Ok(min) => reset_page(&portal, &request, &token, min).link("/forgot", "forgot").fault(&error).respond(),
            Err(_) => failed(&portal, &request, (Link::Reset, token.as_str()), &error).await,
        },
    }
}

pub(super) async fn ask_set_up(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<Token>,
) -> Answer {
    let form = SetUpForm { token: query.0.token, name: None, email: None, password: SecretString::default() };
    match portal.identity.set_up_address(&form.token).await {
        Ok(address) => set_up_page(&portal, &request, &form, address.as_deref()).respond(),
        Err(error) => not_done(&portal, &request, "setup", &error).respond(),
    }
}

/// Asks for the password, and for name and address if the link was made without them.
fn set_up_page<'a>(portal: &'a Portal, request: &HttpRequest, form: &SetUpForm, address: Option<&str>) -> Page<'a> {
    let value = |field: &Option<String>| field.clone().unwrap_or_default();
    let page = Page::new(portal, request, "setup").with("address", address.unwrap_or("none"));
    let mut page = page.form("/setup").hidden("token", &form.token);
    if address.is_none() {
        page = page.input("name", "text", "name", &value(&form.name));
        page = page.input("email", "email", "username", &value(&form.email));
    }
    page.new_password(portal.identity.shortest_password(false))
}

pub(super) async fn set_up(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<SetUpForm>,
) -> Answer {
    let form = form.0;
    let set_up = SetUp {
        token: form.token.clone().into(),
        email: form.email.clone(),
        name: form.name.clone(),
        password: form.password.clone(),
    };
    // The next step reports a used link.
    let intended = portal.identity.set_up_address(&form.token).await.ok().flatten();
    match portal.identity.set_up(set_up, &caller).await {
        Ok(()) => {
            let address = intended.or(form.email).unwrap_or_default();
            let page = Page::new(&portal, &request, "setup-done").with("address", address.trim());
            page.link("/login", "login").link_docs().lead()
        }
        Err(error) if is_spent(&error) => not_done(&portal, &request, "setup", &error).respond(),
        Err(error) => set_up_page(&portal, &request, &form, intended.as_deref()).fault(&error).respond(),
    }
}
