//! The pages behind the links of announcements and digests: to unsubscribe, and to choose topics.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, web};
use serde::Deserialize;

use super::view::{Answer, Page};
use crate::announcements::digest::Rhythm;
use crate::app::Portal;
use crate::error::Error;
use crate::http::{Form, MailedLink, Query, RequestContext};
use crate::web::{Choice, Field};

/// The choice on the page to unsubscribe.
#[derive(Deserialize)]
pub(super) struct Leaving {
    #[serde(default)]
    all: bool,
    /// Whether it is sent by the button of the page, which leads on; a mail program is not led anywhere.
    #[serde(default)]
    page: bool,
}

pub(super) async fn ask_leave(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    token: web::Path<String>,
    query: Query<Leaving>,
) -> Answer {
    let (token, all) = (token.into_inner(), query.0.all);
    match portal.subscriptions.unsubscribe_link(token.clone()).await {
        Ok(link) => {
            let every = format!("/unsubscribe/{token}?all=true");
            let page = |key| Page::new(&portal, &request, key).in_language(link.language);
            match link.topic.filter(|_| !all) {
                Some(topic) => {
                    let page = page("unsubscribe").with("topic", &topic.name_in(link.language));
                    page.link(&every, "unsubscribe-all").form(&format!("/unsubscribe/{token}?page=true")).respond()
                }
                None => page("unsubscribe-all").form(&format!("{every}&page=true")).respond(),
            }
        }
        Err(error) => not_chosen(&portal, &request, &error),
    }
}

/// Unsubscribes at once: the button of the page, which leads to the page of the outcome, and the request that mail
/// programs send by themselves (RFC 8058: a form of either kind, no cookies, no redirect). The content of the form does
/// not matter; the link has all that is needed.
pub(super) async fn leave_topic(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    token: web::Path<String>,
    query: Query<Leaving>,
) -> Answer {
    let all = query.0.all;
    let mut answer = match portal.subscriptions.unsubscribe(&caller, token.into_inner(), all).await {
        Ok(link) => {
            let page = |key| Page::new(&portal, &request, key).in_language(link.language);
            let told = match link.topic.filter(|_| !all) {
                Some(topic) => page("unsubscribed").with("topic", &topic.name_in(link.language)),
                None => page("unsubscribed-all"),
            };
            if query.0.page { told.lead() } else { told.respond() }
        }
        Err(error) => not_chosen(&portal, &request, &error),
    }?;
    // The page of a mail program in a browser learns how it went.
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    Ok(answer)
}

pub(super) async fn ask_subscriptions(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    token: web::Path<String>,
) -> Answer {
    let token = token.into_inner();
    match portal.subscriptions.get_by_link(token.clone()).await {
        Ok((language, own)) => {
            let page = Page::new(&portal, &request, "subscriptions").in_language(language);
            let rhythm = |it: &Rhythm| Choice::new(it.as_str(), page.text(&format!("choice-digest-{it}")));
            let rhythms = Rhythm::ALL.iter().map(rhythm).collect();
            let topics = own.data.iter().map(|it| Choice::new(&it.topic, it.name_in(language))).collect();
            let label = page.text("field-topics");
            let page = page.form(&format!("/subscriptions/{token}"));
            let page = page.field(Field::radios("digest", rhythms)).value("digest", own.preference.digest);
            let page = page.field(Field::checkboxes("topic", topics)).labelled("topic", label);
            let chosen = own.data.iter().filter(|it| it.subscribed);
            chosen.fold(page, |page, it| page.value("topic", &it.topic)).respond()
        }
        Err(error) => not_chosen(&portal, &request, &error),
    }
}

/// The choice on that page: a frequency, and every topic that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chosen {
    digest: Rhythm,
    #[serde(default)]
    topic: Vec<String>,
}

pub(super) async fn choose_subscriptions(
    _: MailedLink,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: RequestContext,
    token: web::Path<String>,
    form: Form<Chosen>,
) -> Answer {
    let Chosen { digest, topic } = form.0;
    let chosen = portal.subscriptions.choose_by_link(&caller, token.into_inner(), topic, digest);
    match chosen.await {
        Ok(language) => Page::new(&portal, &request, "subscriptions-chosen").in_language(language).lead(),
        Err(error) => not_chosen(&portal, &request, &error),
    }
}

/// The page of a link that changes nothing: one of a test, or of a mail that is too old.
fn not_chosen(portal: &web::Data<Portal>, request: &HttpRequest, error: &Error) -> Answer {
    match error {
        Error::Refused(refusal) if refusal.status.as_u16() == 404 => {
            Page::new(portal, request, "unsubscribe-closed").missing().respond()
        }
        error => Page::failed(portal, request, error).with("link", "none").respond(),
    }
}
