//! Pages of webhooks, for the Secretariat.
//!
//! A secret is shown once, on the answer to the form that made it, which no cache keeps. So a form that makes one
//! carries no idempotency key: a stored answer would keep the secret.
//!
//! - `webhooks` the list, and one of it with its deliveries
//! - `edit` a new one and changes; `deeds` a page for each deed

mod deeds;
mod edit;
mod webhooks;

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use askama::Template;

use super::{Delivery, Disabled, WebhookView, WebhookWithSecret};
use crate::db::Id;
use crate::web::{Facts, Page, PageResult, Pages, Shown};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/webhooks", webhooks::list)
        .form("/webhooks/add", edit::ask_add, edit::add)
        .page("/webhooks/{id}", webhooks::one)
        .form("/webhooks/{id}/change", edit::ask_change, edit::change)
        .form("/webhooks/{id}/ping", deeds::ask_ping, deeds::ping)
        .form("/webhooks/{id}/deliveries/{delivery}/redeliver", deeds::ask_redeliver, deeds::redeliver)
        .form("/webhooks/{id}/rotate", deeds::ask_rotate, deeds::rotate)
        .form("/webhooks/{id}/delete", deeds::ask_delete, deeds::delete)
}

/// A secret, this once.
#[derive(Template)]
#[template(path = "webhooks/secret.html")]
struct SecretPage<'a> {
    page: &'a Page,
    secret: &'a str,
    back: Shown,
}

/// The page of a webhook.
fn address(id: Id) -> String {
    format!("/webhooks/{id}")
}

/// Shows a secret this once.
fn show_secret(page: &Page, made: &WebhookWithSecret) -> PageResult {
    let back = Shown::text(page.text("link-back-to-webhook")).leading_to(address(made.webhook.id));
    let mut answer = page.show(&SecretPage { page, secret: &made.secret, back })?;
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// What is known of a webhook.
fn facts(page: &Page, view: &WebhookView) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    let moment = |at| Shown::moment(page, at);
    Facts::default()
        .with(label("description"), Shown::name(&view.description))
        .with(label("url"), Shown::code(&view.url))
        .with(label("events"), Shown::text(events(page, view)))
        .with(label("state"), Shown::text(page.text(state(view))))
        .with_some(label("failing-since"), view.failing_since.map(moment))
        .with_some(label("old-secret-until"), view.old_secret_until.map(moment))
        .with(label("added"), moment(view.created_at))
        .with(label("updated"), moment(view.updated_at))
}

/// The events that a webhook is sent, in words.
fn events(page: &Page, view: &WebhookView) -> String {
    let told: Vec<String> = view.events.iter().map(|pattern| event(page, pattern)).collect();
    told.join(", ")
}

/// An event or a group of events in words, with its code.
fn event(page: &Page, pattern: &str) -> String {
    format!("{} ({pattern})", event_in_words(page, pattern))
}

fn event_in_words(page: &Page, pattern: &str) -> String {
    match pattern.split_once('.') {
        None => page.text("webhook-event-all"),
        Some((thing, "*")) => page.words("webhook-event", thing),
        // They have the words of the audit log.
        Some(("appointment", event)) => {
            let parts = [("event", page.text("webhook-event-appointment")), ("done", page.words("audit-done", event))];
            page.text_with("audit-what", &parts)
        }
        Some(_) => page.words("webhook-event", pattern),
    }
}

/// What is known of a delivery.
fn delivery_facts(page: &Page, row: &Delivery) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    Facts::default()
        .with(label("event"), Shown::text(event(page, row.kind.as_str())))
        .with(label("when"), Shown::moment(page, row.timestamp))
        .with(label("delivery-state"), Shown::text(page.text(&format!("delivery-{}", row.state))))
        .with(label("attempts"), Shown::code(row.attempts))
        .with_some(label("last-try"), row.last_at.map(|at| Shown::moment(page, at)))
        .with(label("answer"), outcome(page, row))
        .with_some(label("answer-text"), row.last_answer.as_deref().map(Shown::name))
}

/// What became of the last try: the status of the answer, and in words why it failed.
fn outcome(page: &Page, row: &Delivery) -> Shown {
    let status = row.last_status.map(|status| status.to_string());
    let fault = row.last_fault.map(|fault| page.text(&format!("delivery-fault-{fault}")));
    Shown::text(status.into_iter().chain(fault).collect::<Vec<_>>().join(", "))
}

/// The key of how a webhook stands.
fn state(view: &WebhookView) -> &'static str {
    match view.disabled {
        None => "webhook-on",
        Some(Disabled::Asked) => "webhook-off",
        Some(Disabled::Gone) => "webhook-gone",
        Some(Disabled::Failing) => "webhook-failing",
    }
}
