//! A page for each deed on a webhook: a test event, a delivery once more, a new secret, its deletion.

use super::super::{Delivery, WebhookWithSecret, Webhooks};
use super::{address, delivery_facts, facts, show_secret};
use crate::db::Id;
use crate::identity::guards::{CanManageWebhooks, CanOpenWebhookForm, CanReadWebhooks};
use crate::web::{Desk, FormPage, FormState, Notice, PageResult};

/// The page of a test event.
pub(super) async fn ask_ping(desk: Desk<CanReadWebhooks, Webhooks>) -> PageResult {
    show(&desk, "webhook-ping", FormState::default()).await
}

/// Sends a test event, and leads to its delivery.
pub(super) async fn ping(desk: Desk<CanReadWebhooks, Webhooks>) -> PageResult {
    let (id, sent) = (desk.place, desk.service.ping(desk.person.user_id, desk.trace(), desk.place).await);
    let way = |delivery: Delivery| (place_of(id, &delivery), Notice::new("webhook-ping"));
    desk.lead_on(FormState::default(), sent, way, async |desk, form| show(desk, "webhook-ping", form).await).await
}

/// The page of a new secret.
pub(super) async fn ask_rotate(desk: Desk<CanOpenWebhookForm, Webhooks>) -> PageResult {
    show(&desk, "webhook-rotate", FormState::default()).await
}

/// Makes a new secret, and shows it.
pub(super) async fn rotate(desk: Desk<CanManageWebhooks, Webhooks>) -> PageResult {
    let (form, made) = (FormState::default(), desk.service.rotate(desk.person.user_id, desk.trace(), desk.place).await);
    let done = |made: WebhookWithSecret| show_secret(&desk.page, &made);
    desk.answer(form, made, done, async |desk, form| show(desk, "webhook-rotate", form).await).await
}

/// The page of the deletion.
pub(super) async fn ask_delete(desk: Desk<CanOpenWebhookForm, Webhooks>) -> PageResult {
    show(&desk, "webhook-delete", FormState::default()).await
}

/// Deletes it.
pub(super) async fn delete(desk: Desk<CanManageWebhooks, Webhooks>) -> PageResult {
    let removed = desk.service.remove(desk.person.user_id, desk.trace(), desk.place).await;
    let way = |()| ("/webhooks".to_owned(), Notice::new("webhook-deleted"));
    desk.lead_on(FormState::default(), removed, way, async |desk, form| show(desk, "webhook-delete", form).await).await
}

/// The page of a deed.
async fn show<G>(desk: &Desk<G, Webhooks>, key: &str, form: FormState) -> PageResult {
    let view = desk.service.get(desk.place).await?;
    let content = FormPage::new(&desk.page, &form, key, &view.description)
        .about(facts(&desk.page, &view))
        .back_to(address(view.id), desk.page.text("link-back-to-webhook"));
    if key == "webhook-ping" { content.show() } else { content.dangerous().show() }
}

/// The page of a delivery that is to be tried once more.
pub(super) async fn ask_redeliver(desk: Desk<CanReadWebhooks, Webhooks, (Id, Id)>) -> PageResult {
    show_delivery(&desk, FormState::default()).await
}

/// Tries it once more now, and leads to it.
pub(super) async fn redeliver(desk: Desk<CanReadWebhooks, Webhooks, (Id, Id)>) -> PageResult {
    let (id, event) = desk.place;
    let tried = desk.service.redeliver(desk.person.user_id, desk.trace(), id, event).await;
    let way = |delivery: Delivery| (place_of(id, &delivery), Notice::new("webhook-redeliver"));
    desk.lead_on(FormState::default(), tried, way, show_delivery).await
}

async fn show_delivery(desk: &Desk<CanReadWebhooks, Webhooks, (Id, Id)>, form: FormState) -> PageResult {
    let (id, event) = desk.place;
    let (view, delivery) = (desk.service.get(id).await?, desk.service.delivery(id, event).await?);
    FormPage::new(&desk.page, &form, "webhook-redeliver", &view.description)
        .about(delivery_facts(&desk.page, &delivery))
        .back_to(address(id), desk.page.text("link-back-to-webhook"))
        .show()
}

/// Where a delivery is listed.
fn place_of(id: Id, delivery: &Delivery) -> String {
    format!("{}#delivery-{}", address(id), delivery.id)
}
