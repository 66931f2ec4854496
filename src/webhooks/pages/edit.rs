//! A new webhook, and changes of one, which name the version that was shown.

use serde::Deserialize;

use super::super::{AddWebhook, ChangeWebhook, WebhookView, WebhookWithSecret, Webhooks};
use super::{address, event, facts, show_secret};
use crate::events::{Kind, PATTERNS};
use crate::http::{IfMatch, etag};
use crate::identity::guards::{CanManageWebhooks, CanOpenWebhookForm};
use crate::web::{Choice, Desk, Difference, Field, FormPage, FormState, Notice, Page, PageResult, Posted};

/// What the pages send.
#[derive(Deserialize)]
pub(super) struct WebhookForm {
    #[serde(default)]
    url: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    version: String,
}

impl WebhookForm {
    fn into_new(self) -> AddWebhook {
        AddWebhook { url: self.url, description: self.description, events: self.events }
    }

    /// The change, and the version that it is made from.
    fn into_change(self) -> (ChangeWebhook, IfMatch) {
        let Self { url, description, events, enabled, version } = self;
        let change = ChangeWebhook {
            url: Some(url),
            description: Some(description),
            events: Some(events),
            enabled: Some(enabled),
        };
        (change, IfMatch::of_version(&version))
    }
}

/// The page of a new webhook.
pub(super) async fn ask_add(_: CanOpenWebhookForm, page: Page) -> PageResult {
    show_new(&page, &FormState::default())
}

/// Adds it, and shows its secret.
pub(super) async fn add(desk: Desk<CanManageWebhooks, Webhooks, ()>, posted: Posted<WebhookForm>) -> PageResult {
    let Posted { input, form } = posted;
    let added = async { desk.service.add(desk.person.user_id, desk.trace(), input?.into_new()).await };
    let added = Box::pin(added).await;
    let done = |made: WebhookWithSecret| show_secret(&desk.page, &made);
    desk.answer(form, added, done, async |desk, form| show_new(&desk.page, &form)).await
}

fn show_new(page: &Page, form: &FormState) -> PageResult {
    FormPage::new(page, form, "webhook-add", "")
        .with_fields(fields(page))
        .back_to("/webhooks", page.text("link-webhooks"))
        .show()
}

fn fields(page: &Page) -> Vec<Field> {
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::WebhookPing).map(|kind| kind.as_str());
    let choice = |pattern: &str| Choice { value: pattern.to_owned(), label: event(page, pattern) };
    vec![
        Field::line("url", "url").hinted(page.text("webhook-add.url")),
        Field::line("description", "text").hinted(page.text("webhook-add.description")),
        Field::checkboxes("events", PATTERNS.into_iter().chain(kinds).map(choice).collect())
            .hinted(page.text("webhook-add.events")),
    ]
}

/// The page of changes.
pub(super) async fn ask_change(desk: Desk<CanOpenWebhookForm, Webhooks>) -> PageResult {
    let view = desk.service.get(desk.place).await?;
    let form = FormState::default().with("url", &view.url).with("description", &view.description);
    let form = view.events.iter().fold(form, |form, event| form.with("events", event));
    let form = if view.enabled { form.with("enabled", "true") } else { form };
    show_change(&desk.page, &view, form, Vec::new())
}

/// Changes it.
pub(super) async fn change(desk: Desk<CanManageWebhooks, Webhooks>, posted: Posted<WebhookForm>) -> PageResult {
    let Posted { input, form } = posted;
    let sent = input.as_ref().map(|input| input.events.join(", ")).unwrap_or_default();
    let changed = async {
        let (change, seen) = input?.into_change();
        desk.service.change(desk.person.user_id, desk.trace(), desk.place, change, seen).await
    };
    let changed = Box::pin(changed).await;
    let way = |view: WebhookView| (address(view.id), Notice::new("webhook-changed").with("name", view.description));
    desk.lead_on(form, changed, way, async |desk, form| show_again(desk, form, sent).await).await
}

/// The form after a refusal; `events` are those that were chosen.
async fn show_again(desk: &Desk<CanManageWebhooks, Webhooks>, form: FormState, events: String) -> PageResult {
    let view = desk.service.get(desk.place).await?;
    let is_old = etag::version_of(&view)? != form.value("version");
    let differences = if is_old { differences(&desk.page, &view, &form, events) } else { Vec::new() };
    show_change(&desk.page, &view, form, differences)
}

/// Each field that is not now as it was sent.
fn differences(page: &Page, view: &WebhookView, form: &FormState, events: String) -> Vec<Difference> {
    let fields = [
        ("url", view.url.clone(), form.value("url").to_owned()),
        ("description", view.description.clone(), form.value("description").to_owned()),
        ("events", view.events.join(", "), events),
    ];
    let difference =
        |(name, now, sent): (&str, String, String)| Difference { label: page.label(name), now, yours: sent };
    fields.into_iter().map(difference).filter(|difference| difference.now != difference.yours).collect()
}

fn show_change(page: &Page, view: &WebhookView, form: FormState, differences: Vec<Difference>) -> PageResult {
    let form = form.set("version", etag::version_of(view)?);
    let mut fields = fields(page);
    let on = Choice { value: "true".to_owned(), label: page.text("webhook-change.enabled") };
    fields.push(Field::checkboxes("enabled", vec![on]));
    FormPage::new(page, &form, "webhook-change", &view.description)
        .about(facts(page, view))
        .changed(differences)
        .with_fields(fields)
        .back_to(address(view.id), page.text("link-back-to-webhook"))
        .show()
}
