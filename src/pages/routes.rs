//! The handlers of pages.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::passwords;
use super::spent::{Link, failed, is_spent};
use super::subscriptions;
use super::view::{Answer, DONE, Page, Token};
use crate::app::Portal;
use crate::appointments::AppointmentStatus;
use crate::error::Error;
use crate::http::{Anyone, Form, MailedLink, Query, RequestContext, csrf, language};
use crate::identity::Purpose;
use crate::identity::guards::Visitor;
use crate::life_cycle::AskedEntry;
use crate::life_cycle::invitations::{Accept, InvitationView};
use crate::web::Pages;

/// The routes of the pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .form("/verify", passwords::ask_verify, passwords::verify)
        .form("/forgot", passwords::ask_forgot, passwords::forgot)
        .form("/reset", passwords::ask_reset, passwords::reset)
        .form("/confirm-address", ask_confirm, confirm)
        .form("/undo-address", ask_undo, undo)
        .form("/keep-account", ask_keep, keep)
        .form("/invitation", ask_accept, accept)
        .form("/confirm-contact", ask_contact, contact)
        .form("/unsubscribe/{token}", subscriptions::ask_leave, subscriptions::leave_topic)
        .form("/subscriptions/{token}", subscriptions::ask_subscriptions, subscriptions::choose_subscriptions)
        .form("/setup", passwords::ask_set_up, passwords::set_up)
        .with_slash()
        .with_options(&options)
        .page(DONE, done)
        .page("/privacy", privacy)
}

/// The answer of a page to OPTIONS: scripts of other sites may send requests that need no cookie.
async fn options(request: HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::NoContent();
    answer.insert_header((header::ALLOW, "GET, POST, OPTIONS"));
    if csrf::is_by_token(request.path()) {
        answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "POST"));
        answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"));
        answer.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    }
    answer.finish()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenForm {
    token: SecretString,
}

impl TokenForm {
    /// The purpose of the link, and its token.
    fn shown(&self, link: Link) -> (Link, String) {
        (link, self.token.expose_secret().to_owned())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptForm {
    token: SecretString,
    #[serde(default)]
    password: Option<SecretString>,
}

/// The page behind a mailed link: a button, which sends the token; none if the link is used or invalid.
async fn ask(
    portal: &Portal,
    request: &HttpRequest,
    (key, action): (&'static str, &'static str),
    (link, purpose): (Link, Purpose),
    token: &str,
) -> Answer {
    match portal.identity.admit_link(purpose, &SecretString::from(token)).await {
        Ok(()) => Page::new(portal, request, key).form(action).hidden("token", token).respond(),
        Err(error) => failed(portal, request, (link, token), &error).await,
    }
}

/// The page after the button of a link, which may have been pressed before.
async fn tell_link<T>(
    portal: &Portal,
    request: &HttpRequest,
    done: &'static str,
    (link, token): (Link, String),
    outcome: Result<T, Error>,
) -> Answer {
    match outcome {
        Ok(_) => link.with_ways(Page::new(portal, request, done)).lead(),
        Err(error) => failed(portal, request, (link, token.as_str()), &error).await,
    }
}

async fn ask_confirm(_: MailedLink, portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    let link = (Link::ConfirmAddress, Purpose::ConfirmAddress);
    ask(&portal, &request, ("confirm-address", "/confirm-address"), link, &query.0.token).await
}

async fn confirm(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<TokenForm>,
) -> Answer {
    let link = form.0.shown(Link::ConfirmAddress);
    let outcome = portal.accounts.confirm_address(&caller, form.0.token).await;
    tell_link(&portal, &request, "address-confirmed", link, outcome).await
}

async fn ask_undo(_: MailedLink, portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    let link = (Link::UndoAddress, Purpose::UndoAddress);
    ask(&portal, &request, ("undo-address", "/undo-address"), link, &query.0.token).await
}

async fn undo(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<TokenForm>,
) -> Answer {
    let link = form.0.shown(Link::UndoAddress);
    let outcome = portal.accounts.undo_address(&caller, form.0.token).await;
    tell_link(&portal, &request, "address-restored", link, outcome).await
}

/// The page of an invitation: a button, and a password where a new account is made.
async fn ask_accept(_: MailedLink, portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    match portal.life_cycle.look_at_invitation(query.0.token.clone().into()).await {
        Ok(invitation) => accept_page(&portal, &request, &query.0.token, &invitation).respond(),
        Err(error) => failed(&portal, &request, (Link::Invitation, query.0.token.as_str()), &error).await,
    }
}

fn accept_page<'a>(portal: &'a Portal, request: &HttpRequest, token: &str, invitation: &InvitationView) -> Page<'a> {
    let page = Page::new(portal, request, "invitation")
        .with("name", &invitation.name)
        .with("role", invitation.role.as_str())
        .with("organisation", invitation.organisation(language(request)))
        .with("until", &invitation.expires_at.to_string());
    let page = page.form("/invitation").hidden("token", token);
    let page =
        if invitation.needs_password { page.new_password(portal.identity.shortest_password(false)) } else { page };
    page.link("/privacy", "privacy")
}

async fn accept(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<AcceptForm>,
) -> Answer {
    let AcceptForm { token, password } = form.0;
    let asked = password.is_some();
    let shown = token.expose_secret().to_owned();
    match portal.life_cycle.accept_invitation(&caller, Accept { password, ..Accept::of(token) }).await {
        Ok(accepted) => {
            let waits = accepted.status == AppointmentStatus::Pending;
            Page::new(&portal, &request, if waits { "invitation-waits" } else { "invitation-accepted" })
                .with("password", if asked { "chosen" } else { "kept" })
                .with("role", accepted.role.as_str())
                .link("/login", "login")
                .lead()
        }
        Err(error) if is_spent(&error) => failed(&portal, &request, (Link::Invitation, shown.as_str()), &error).await,
        Err(error) => match portal.life_cycle.look_at_invitation(shown.clone().into()).await {
            Ok(invitation) => accept_page(&portal, &request, &shown, &invitation).fault(&error).respond(),
            Err(spent) => failed(&portal, &request, (Link::Invitation, shown.as_str()), &spent).await,
        },
    }
}

async fn ask_contact(_: MailedLink, portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    let token = query.0.token;
    match portal.life_cycle.look_at_contact(token.clone().into()).await {
        Ok(asked) => about_entry(&portal, &request, "confirm-contact", &asked)
            .form("/confirm-contact")
            .hidden("token", &token)
            .respond(),
        Err(error) => failed(&portal, &request, (Link::ConfirmContact, token.as_str()), &error).await,
    }
}

/// A page about an entry of the directory, with its organisation and role.
fn about_entry<'a>(portal: &'a Portal, request: &HttpRequest, key: &'static str, entry: &AskedEntry) -> Page<'a> {
    let organisation = entry.organisation(language(request));
    Page::new(portal, request, key).with("organisation", organisation).with("role", entry.role.as_str())
}

async fn contact(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<TokenForm>,
) -> Answer {
    let (link, shown) = form.0.shown(Link::ConfirmContact);
    match portal.life_cycle.confirm_contact(&caller, form.0.token).await {
        Ok((entry, _)) => link.with_ways(about_entry(&portal, &request, "contact-confirmed", &entry)).lead(),
        Err(error) => failed(&portal, &request, (link, shown.as_str()), &error).await,
    }
}

async fn ask_keep(_: MailedLink, portal: web::Data<Portal>, request: HttpRequest, query: Query<Token>) -> Answer {
    let link = (Link::KeepAccount, Purpose::KeepAccount);
    ask(&portal, &request, ("keep-account", "/keep-account"), link, &query.0.token).await
}

async fn keep(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    form: Form<TokenForm>,
) -> Answer {
    let link = form.0.shown(Link::KeepAccount);
    let outcome = portal.privacy.keep(&caller, form.0.token).await;
    tell_link(&portal, &request, "account-kept", link, outcome).await
}

/// What the page of an outcome is asked for.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    outcome: String,
}

/// The page of an outcome; the home page once it is over.
async fn done(_: Anyone, portal: web::Data<Portal>, request: HttpRequest, query: Query<Told>) -> Answer {
    match Page::told(&portal, &request, &query.0.outcome) {
        Some(page) => page.respond(),
        None => Ok(crate::web::Page::of(&request)?.lead_to("/").finish()),
    }
}

/// The page that is asked for counts what waits, for the menu.
async fn privacy(_: Visitor, _: crate::web::Page, portal: web::Data<Portal>, request: HttpRequest) -> Answer {
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
