//! The pages' addresses.

use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::view::Page;
use crate::accounts::{AddressLink, routes as accounts};
use crate::announcements::digest::Rhythm;
use crate::announcements::reading::routes as reading;
use crate::app::Portal;
use crate::db::Id;
use crate::error::Error;
use crate::http::{Caller, Form, Query, evenly, language};
use crate::identity::guards::{Member, Reader};
use crate::identity::{Forgot, Reset, SetUp};
use crate::life_cycle::invitations::{Accept, routes as invitations};
use crate::life_cycle::routes::confirm_contact;
use crate::privacy::{KeepLink, routes::keep as keep_account};
use crate::registrations::{Verify, routes::verify_address};
use crate::subscriptions::routes as subscriptions;

type Answer = Result<HttpResponse, Error>;

/// The routes of the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/").route(web::get().to(home)))
        .service(web::resource("/verify").route(web::get().to(ask_verify)).route(web::post().to(verify)))
        .service(web::resource("/forgot").route(web::get().to(ask_forgot)).route(web::post().to(forgot)))
        .service(web::resource("/reset").route(web::get().to(ask_reset)).route(web::post().to(reset)))
        .service(web::resource("/confirm-address").route(web::get().to(ask_confirm)).route(web::post().to(confirm)))
        .service(web::resource("/undo-address").route(web::get().to(ask_undo)).route(web::post().to(undo)))
        .service(web::resource("/keep-account").route(web::get().to(ask_keep)).route(web::post().to(keep)))
        .service(web::resource("/invitation").route(web::get().to(ask_accept)).route(web::post().to(accept)))
        .service(web::resource("/confirm-contact").route(web::get().to(ask_contact)).route(web::post().to(contact)))
        .service(
            web::resource("/unsubscribe/{token}").route(web::get().to(ask_leave)).route(web::post().to(leave_topic)),
        )
        .service(
            web::resource("/announcements/{id}").route(web::get().to(announcement)).route(web::post().to(acknowledge)),
        )
        .service(
            web::resource("/subscriptions/{token}")
                .route(web::get().to(ask_subscriptions))
                .route(web::post().to(choose_subscriptions)),
        )
        .service(web::resource("/privacy").route(web::get().to(privacy)))
        .service(web::resource("/setup").route(web::get().to(ask_set_up)).route(web::post().to(set_up)));
}

/// What a link holds.
#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenForm {
    token: SecretString,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForgotForm {
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResetForm {
    token: String,
    password: SecretString,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetUpForm {
    token: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    password: SecretString,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptForm {
    token: SecretString,
    #[serde(default)]
    password: Option<SecretString>,
}

async fn home(portal: web::Data<Portal>, request: HttpRequest) -> Answer {
    Page::new(&portal, &request, "home").link("/docs/", "docs").link("/forgot", "forgot").respond()
}

/// The page behind a mailed link: a button, which sends what the link holds.
fn ask(portal: &Portal, request: &HttpRequest, key: &'static str, action: &'static str, token: &str) -> Answer {
    Page::new(portal, request, key).form(action).hidden("token", token).respond()
}

/// The page after the button.
fn tell<T>(portal: &Portal, request: &HttpRequest, done: &'static str, outcome: Result<T, Error>) -> Answer {
    match outcome {
        Ok(_) => Page::new(portal, request, done).respond(),
        Err(error) => Page::new(portal, request, "failed").fault(&error).respond(),
    }
}

async fn ask_verify(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    ask(&portal, &request, "verify", "/verify", &query.0.token)
}

async fn verify(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<TokenForm>) -> Answer {
    let outcome = verify_address(&portal, &caller, Verify { token: form.0.token }).await;
    tell(&portal, &request, "verified", outcome)
}

async fn ask_forgot(portal: web::Data<Portal>, request: HttpRequest) -> Answer {
    Page::new(&portal, &request, "forgot").form("/forgot").input("email", "email", "username", "").respond()
}

async fn forgot(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<ForgotForm>) -> Answer {
    let outcome = evenly(&portal.random, portal.identity.forgot(&Forgot { email: form.0.email }, &caller)).await;
    tell(&portal, &request, "forgot-sent", outcome)
}

async fn ask_reset(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    reset_page(&portal, &request, &query.0.token).respond()
}

fn reset_page<'a>(portal: &'a Portal, request: &HttpRequest, token: &str) -> Page<'a> {
    Page::new(portal, request, "reset").form("/reset").hidden("token", token).input(
        "password",
        "password",
        "new-password",
        "",
    )
}

async fn reset(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<ResetForm>) -> Answer {
    let ResetForm { token, password } = form.0;
    match portal.identity.reset(Reset { token: token.clone().into(), password }, &caller).await {
        Ok(()) => Page::new(&portal, &request, "reset-done").respond(),
        Err(error) => reset_page(&portal, &request, &token).link("/forgot", "forgot").fault(&error).respond(),
    }
}

async fn ask_set_up(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
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
    page.input("password", "password", "new-password", "")
}

async fn set_up(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<SetUpForm>) -> Answer {
    let form = form.0;
    let set_up = SetUp {
        token: form.token.clone().into(),
        email: form.email.clone(),
        name: form.name.clone(),
        password: form.password.clone(),
    };
    match portal.identity.set_up(set_up, &caller).await {
        Ok(()) => Page::new(&portal, &request, "setup-done").respond(),
        Err(error) => set_up_page(&portal, &request, &form, form.email.is_some()).fault(&error).respond(),
    }
}

async fn ask_confirm(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    ask(&portal, &request, "confirm-address", "/confirm-address", &query.0.token)
}

async fn confirm(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<TokenForm>) -> Answer {
    let outcome = accounts::confirm(&portal, &caller, AddressLink { token: form.0.token }).await;
    tell(&portal, &request, "address-confirmed", outcome)
}

async fn ask_undo(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    ask(&portal, &request, "undo-address", "/undo-address", &query.0.token)
}

async fn undo(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<TokenForm>) -> Answer {
    let outcome = accounts::undo(&portal, &caller, AddressLink { token: form.0.token }).await;
    tell(&portal, &request, "address-restored", outcome)
}

/// The page of an invitation: a button, and a password where a new account is made.
async fn ask_accept(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, query: Query<Token>) -> Answer {
    match invitations::look_at(&portal, &caller, &query.0.token.clone().into()).await {
        Ok(invitation) => accept_page(&portal, &request, &query.0.token, invitation.needs_password).respond(),
        Err(error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
    }
}

fn accept_page<'a>(portal: &'a Portal, request: &HttpRequest, token: &str, needs_password: bool) -> Page<'a> {
    let page = Page::new(portal, request, "invitation").form("/invitation").hidden("token", token);
    let page = if needs_password { page.input("password", "password", "new-password", "") } else { page };
    page.link("/privacy", "privacy")
}

async fn accept(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<AcceptForm>) -> Answer {
    let AcceptForm { token, password } = form.0;
    let asked = password.is_some();
    let shown = token.expose_secret().to_owned();
    match invitations::take(&portal, &caller, Accept { password, ..Accept::of(token) }).await {
        Ok(_) => Page::new(&portal, &request, "invitation-accepted").respond(),
        Err(error) => accept_page(&portal, &request, &shown, asked).fault(&error).respond(),
    }
}

async fn ask_contact(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    ask(&portal, &request, "confirm-contact", "/confirm-contact", &query.0.token)
}

async fn contact(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<TokenForm>) -> Answer {
    let outcome = confirm_contact(&portal, &caller, form.0.token).await;
    tell(&portal, &request, "contact-confirmed", outcome)
}

async fn ask_keep(portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    ask(&portal, &request, "keep-account", "/keep-account", &query.0.token)
}

async fn keep(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<TokenForm>) -> Answer {
    let outcome = keep_account(&portal, &caller, KeepLink { token: form.0.token }).await;
    tell(&portal, &request, "account-kept", outcome)
}

/// What is left by a link.
#[derive(Deserialize)]
struct Leaving {
    #[serde(default)]
    all: bool,
}

async fn ask_leave(
    portal: web::Data<Portal>,
    request: HttpRequest,
    token: web::Path<String>,
    query: Query<Leaving>,
) -> Answer {
    let (token, all) = (token.into_inner(), query.0.all);
    match subscriptions::look_at(&portal, token.clone()).await {
        Ok(addressed) => {
            let (one, every) = (format!("/unsubscribe/{token}"), format!("/unsubscribe/{token}?all=true"));
            let page = |key| Page::new(&portal, &request, key).in_language(addressed.language);
            match addressed.topic.filter(|_| !all) {
                Some(topic) => {
                    let page = page("unsubscribe").with("topic", &topic.name_in(addressed.language));
                    page.link(&every, "unsubscribe-all").form(&one).respond()
                }
                None => page("unsubscribe-all").form(&every).respond(),
            }
        }
        Err(error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
    }
}

/// Leaves at once: the button of the page, and what mail programs send by themselves (RFC 8058: a form of either kind, no
/// cookies, no redirect). What the form says is of no interest; the link says it all.
async fn leave_topic(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    token: web::Path<String>,
    query: Query<Leaving>,
) -> Answer {
    let all = query.0.all;
    match subscriptions::leave(&portal, &caller, token.into_inner(), all).await {
        Ok(addressed) => {
            let page = |key| Page::new(&portal, &request, key).in_language(addressed.language);
            match addressed.topic.filter(|_| !all) {
                Some(topic) => page("unsubscribed").with("topic", &topic.name_in(addressed.language)).respond(),
                None => page("unsubscribed-all").respond(),
            }
        }
        Err(error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
    }
}

async fn ask_subscriptions(portal: web::Data<Portal>, request: HttpRequest, token: web::Path<String>) -> Answer {
    let token = token.into_inner();
    match subscriptions::own_by_link(&portal, token.clone()).await {
        Ok((language, own)) => {
            let page = Page::new(&portal, &request, "subscriptions").in_language(language);
            let mut page = page.form(&format!("/subscriptions/{token}")).choices("digest");
            for &rhythm in Rhythm::ALL {
                let label = page.text(&format!("choice-digest-{rhythm}"));
                page = page.choice("digest", "radio", rhythm.as_str(), label, own.preference.digest == rhythm);
            }
            page = page.choices("topics");
            for topic in &own.data {
                page = page.choice("topic", "checkbox", &topic.topic, topic.name_in(language), topic.subscribed);
            }
            page.respond()
        }
        Err(error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
    }
}

/// What is chosen on that page: a rhythm, and every topic that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    digest: Rhythm,
    #[serde(default)]
    topic: Vec<String>,
}

async fn choose_subscriptions(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    token: web::Path<String>,
    form: Form<Chosen>,
) -> Answer {
    let Chosen { digest, topic } = form.0;
    match subscriptions::choose_by_link(&portal, &caller, token.into_inner(), topic, digest).await {
        Ok(language) => Page::new(&portal, &request, "subscriptions-chosen").in_language(language).respond(),
        Err(error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
    }
}

/// An announcement that a mail or a feed leads to: a public one for anybody, another for those who may read it. One that asks to
/// be acknowledged has a button for that.
async fn announcement(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    viewer: Option<Member>,
    id: web::Path<Id>,
) -> Answer {
    let id = id.into_inner();
    let viewer = viewer.map(|viewer| viewer.0);
    match reading::look_at(&portal, &caller, id, viewer, language(&request)).await {
        Ok(shown) => {
            let page = Page::new(&portal, &request, "announcement").in_language(shown.language);
            let page = page.article(shown.language, shown.title, shown.html);
            if shown.asks { page.form(&format!("/announcements/{id}")).respond() } else { page.respond() }
        }
        Err(_) => Page::new(&portal, &request, "announcement-closed").fault(&Error::not_found()).respond(),
    }
}

async fn acknowledge(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    reader: Option<Reader>,
    id: web::Path<Id>,
) -> Answer {
    match reader {
        Some(reader) => {
            let outcome = reading::say_read(&portal, &caller, id.into_inner(), reader.user_id).await;
            tell(&portal, &request, "announcement-acknowledged", outcome)
        }
        None => Page::new(&portal, &request, "announcement-closed").fault(&Error::not_found()).respond(),
    }
}

async fn privacy(portal: web::Data<Portal>, request: HttpRequest) -> Answer {
    Page::new(&portal, &request, "privacy").respond()
}
