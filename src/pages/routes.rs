//! The pages' addresses.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::passwords::{self, is_spent};
use super::view::Page;
use crate::accounts::{AddressLink, routes as accounts};
use crate::announcements::digest::Rhythm;
use crate::announcements::reading::routes as reading;
use crate::app::Portal;
use crate::appointments::AppointmentStatus;
use crate::db::Id;
use crate::error::Error;
use crate::http::{Caller, Form, Query, language};
use crate::identity::guards::{Member, Reader};
use crate::life_cycle::invitations::{Accept, routes as invitations};
use crate::life_cycle::routes::confirm_contact;
use crate::privacy::{KeepLink, routes::keep as keep_account};
use crate::subscriptions::routes as subscriptions;

pub(super) type Answer = Result<HttpResponse, Error>;

/// The routes of the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/").route(web::get().to(home)))
        .service(
            web::resource("/verify")
                .route(web::get().to(passwords::ask_verify))
                .route(web::post().to(passwords::verify)),
        )
        .service(
            web::resource("/forgot")
                .route(web::get().to(passwords::ask_forgot))
                .route(web::post().to(passwords::forgot)),
        )
        .service(
            web::resource("/reset").route(web::get().to(passwords::ask_reset)).route(web::post().to(passwords::reset)),
        )
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
        .service(
            web::resource("/setup")
                .route(web::get().to(passwords::ask_set_up))
                .route(web::post().to(passwords::set_up)),
        );
}

/// What a link holds.
#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    pub(super) token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenForm {
    token: SecretString,
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
pub(super) fn tell<T>(portal: &Portal, request: &HttpRequest, done: &'static str, outcome: Result<T, Error>) -> Answer {
    match outcome {
        Ok(_) => Page::new(portal, request, done).respond(),
        Err(error) => Page::new(portal, request, "failed").fault(&error).respond(),
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
    let page = if needs_password { page.new_password(portal.identity.shortest_password(false)) } else { page };
    page.link("/privacy", "privacy")
}

async fn accept(portal: web::Data<Portal>, request: HttpRequest, caller: Caller, form: Form<AcceptForm>) -> Answer {
    let AcceptForm { token, password } = form.0;
    let asked = password.is_some();
    let shown = token.expose_secret().to_owned();
    match invitations::take(&portal, &caller, Accept { password, ..Accept::of(token) }).await {
        Ok(accepted) => {
            let waits = accepted.status == AppointmentStatus::Pending;
            Page::new(&portal, &request, if waits { "invitation-waits" } else { "invitation-accepted" })
                .with("password", if asked { "chosen" } else { "kept" })
                .with("role", accepted.role.as_str())
                .respond()
        }
        Err(error) if is_spent(&error) => Page::new(&portal, &request, "failed").fault(&error).respond(),
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
        Err(error) => not_chosen(&portal, &request, &error),
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
        Err(error) => not_chosen(&portal, &request, &error),
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
        Err(error) => not_chosen(&portal, &request, &error),
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
        Err(error) => not_chosen(&portal, &request, &error),
    }
}

/// The link of a mail by which nobody leaves or chooses anything: one of a test, or of a mail that is long over.
fn not_chosen(portal: &web::Data<Portal>, request: &HttpRequest, error: &Error) -> Answer {
    match error {
        Error::Refused(refusal) if refusal.status.as_u16() == 404 => {
            Page::new(portal, request, "unsubscribe-closed").missing().respond()
        }
        error => Page::new(portal, request, "failed").fault(error).respond(),
    }
}

/// What the link in a mail says beside the announcement: which mail it stands in.
#[derive(Deserialize)]
struct InMail {
    #[serde(default)]
    mail: Option<String>,
}

/// An announcement that a mail or a feed leads to: a public one for anybody, another for those who may read it, be it that they
/// are logged in or that they follow the link of their own mail. One that asks to be acknowledged has a button for that.
async fn announcement(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    viewer: Option<Member>,
    id: web::Path<Id>,
    query: Query<InMail>,
) -> Answer {
    let (id, mail) = (id.into_inner(), query.0.mail);
    let viewer = viewer.map(|viewer| viewer.0);
    match reading::look_at(&portal, &caller, id, viewer, mail.clone(), language(&request)).await {
        Ok(shown) => {
            let page = Page::new(&portal, &request, "announcement").in_language(shown.language);
            let page = page.article(shown.language, shown.title, shown.html);
            let encoded = |token: String| url::form_urlencoded::byte_serialize(token.as_bytes()).collect::<String>();
            let mail = mail.map(|token| format!("?mail={}", encoded(token))).unwrap_or_default();
            if shown.asks { page.form(&format!("/announcements/{id}{mail}")).respond() } else { page.respond() }
        }
        Err(_) => Page::new(&portal, &request, "announcement-closed").missing().respond(),
    }
}

async fn acknowledge(
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    reader: Option<Reader>,
    id: web::Path<Id>,
    query: Query<InMail>,
) -> Answer {
    let reader = reader.map(|reader| reader.user_id);
    match reading::say_read_on_page(&portal, &caller, id.into_inner(), reader, query.0.mail).await {
        Err(Error::Refused(refusal)) if refusal.status.as_u16() == 404 => {
            Page::new(&portal, &request, "announcement-closed").missing().respond()
        }
        outcome => tell(&portal, &request, "announcement-acknowledged", outcome),
    }
}

async fn privacy(portal: web::Data<Portal>, request: HttpRequest) -> Answer {
    let kept = portal.periods;
    let periods = [
        ("unverified", portal.lives.unverified),
        ("invitations", kept.invitations),
        ("applications", kept.applications),
        ("contacts", kept.contacts),
        ("letters", kept.letters),
        ("networks", kept.networks),
        ("mails", kept.mails),
        ("grace", kept.grace),
    ];
    let page = Page::new(&portal, &request, "privacy");
    let days = |period: Duration| (period.as_secs() / 86_400).to_string();
    periods.into_iter().fold(page, |page, (name, period)| page.with(name, &days(period))).respond()
}
