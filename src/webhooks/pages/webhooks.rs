//! The list of webhooks, and one of it with what was sent to it.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::super::{Delivery, EventDeliveryState, Webhooks};
use super::{address, event, event_in_words, events, facts, outcome, state};
use crate::db::Id;
use crate::http::{Cursor, PageRequest, Query};
use crate::identity::guards::CanReadWebhooks;
use crate::web::{Facts, ListPage, Listing, Page, PageResult, Shown, Table};

/// What can be done to a webhook: the last parts of the addresses.
const DEEDS: [&str; 4] = ["change", "ping", "rotate", "delete"];

#[derive(Template)]
#[template(path = "webhooks/webhook.html")]
struct WebhookPage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    deeds: Vec<Shown>,
    states: Vec<Shown>,
    deliveries: Table,
    listing: Listing,
}

/// Which deliveries are listed.
#[derive(Deserialize)]
pub(super) struct DeliveriesQuery {
    #[serde(default)]
    state: String,
    cursor: Option<String>,
}

/// All webhooks, the oldest first.
pub(super) async fn list(_: CanReadWebhooks, page: Page, webhooks: web::Data<Webhooks>) -> PageResult {
    let mut table = Table::new(&page, "page-webhooks", &["description", "url", "events", "state"]);
    for view in webhooks.list().await? {
        table.push(vec![
            Shown::name(&view.description).leading_to(address(view.id)),
            Shown::code(&view.url),
            Shown::text(events(&page, &view)),
            Shown::text(page.text(state(&view))),
        ]);
    }
    ListPage::new(&page, page.text("page-webhooks"), table)
        .saying(page.text("page-webhooks.body"))
        .with_buttons(vec![Shown::text(page.text("link-webhook-add")).leading_to("/webhooks/add")])
        .show()
}

/// One webhook with its deliveries, the newest first.
pub(super) async fn one(
    _: CanReadWebhooks,
    page: Page,
    webhooks: web::Data<Webhooks>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<DeliveriesQuery>,
) -> PageResult {
    let Query(DeliveriesQuery { state, cursor }) = query;
    let asked = PageRequest::of(&request, None, cursor.as_deref())?;
    let view = webhooks.get(*id).await?;
    let chosen = EventDeliveryState::parse(&state);
    let rows = webhooks.deliveries(*id, chosen, asked.after_id()?, asked.rows()).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?;
    let mut listing = Listing::of(&page, &list.page);
    if let Some(chosen) = chosen {
        listing = listing.filtered(&page, "state", &state, page.text(&format!("delivery-{chosen}")));
    }
    let deed = |part: &&str| {
        Shown::text(page.text(&format!("webhook-{part}.button"))).leading_to(format!("{}/{part}", address(view.id)))
    };
    let only = |state: &EventDeliveryState| {
        let href = format!("{}?state={state}", address(view.id));
        Shown::text(page.text(&format!("delivery-{state}.only"))).leading_to(href)
    };
    let content = WebhookPage {
        title: view.description.clone(),
        facts: facts(&page, &view),
        deeds: DEEDS.iter().map(deed).collect(),
        states: EventDeliveryState::ALL.iter().map(only).collect(),
        deliveries: deliveries(&page, view.id, &list.data),
        listing,
        page: &page,
    };
    page.show(&content)
}

fn deliveries(page: &Page, id: Id, rows: &[Delivery]) -> Table {
    let columns = ["when", "event", "delivery-state", "attempts", "last-try", "answer", "again"];
    let mut table = Table::new(page, "webhook-deliveries", &columns);
    for row in rows {
        // A try that failed is worth another one, also before its time.
        let again = row.last_fault.map(|_| {
            let href = format!("{}/deliveries/{}/redeliver", address(id), row.id);
            let told = event_in_words(page, row.kind.as_str());
            Shown::text(page.say("delivery-again", "event", told)).leading_to(href)
        });
        table.push_at(
            format!("delivery-{}", row.id),
            vec![
                Shown::moment(page, row.timestamp),
                Shown::text(event(page, row.kind.as_str())),
                Shown::text(page.text(&format!("delivery-{}", row.state))),
                Shown::number(row.attempts),
                row.last_at.map(|at| Shown::moment(page, at)).unwrap_or_default(),
                outcome(page, row),
                again.unwrap_or_default(),
            ],
        );
    }
    table
}
