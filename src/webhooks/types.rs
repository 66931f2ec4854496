//! Endpoints and deliveries: rows, requests and answers.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::db::schema::{webhook, webhook_delivery, webhook_event};
use crate::db::{Document, Id};
use crate::events::Kind;
use crate::time::Timestamp;

crate::text_enum! {
    /// Why nothing is sent to an endpoint.
    pub enum Disabled {
        /// An officer switched it off.
        Asked = "asked",
        /// It answered 410 Gone.
        Gone = "gone",
        /// Nothing got through for five days.
        Failing = "failing",
    }
}

crate::text_enum! {
    /// The state of a delivery.
    pub enum EventDeliveryState {
        /// It waits for its next try.
        Pending = "pending",
        /// The endpoint took it.
        Delivered = "delivered",
        /// It is given up.
        Failed = "failed",
    }
}

crate::text_enum! {
    /// Why a try failed.
    pub enum Fault {
        /// The endpoint did not answer with 2xx.
        Refused = "refused",
        /// The name leads to an address that is not of the public internet.
        AddressNotAllowed = "address_not_allowed",
        /// There is no such name.
        NameNotFound = "name_not_found",
        /// No connection to that address, or it broke.
        NoConnection = "no_connection",
        /// The certificate is not good, or TLS failed otherwise.
        TlsFailed = "tls_failed",
        /// No answer in time.
        TimedOut = "timed_out",
        /// What came was not HTTP.
        BadAnswer = "bad_answer",
    }
}

/// To add an endpoint.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddWebhook {
    /// Where events are sent by POST: `https://…`, on the public internet.
    #[schema(example = "https://receiver.example/hooks/portal")]
    pub url: String,
    /// What it is, for people.
    pub description: String,
    /// What it wants to hear of: kinds of events, groups as in `appointment.*`, or `*`.
    #[schema(example = json!(["announcement.*", "mail.failed"]))]
    pub events: Vec<String>,
}

/// To change an endpoint. What is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeWebhook {
    /// Where events are sent.
    #[serde(default)]
    pub url: Option<String>,
    /// What it is, for people.
    #[serde(default)]
    pub description: Option<String>,
    /// What it wants to hear of; replaces all of it.
    #[serde(default)]
    pub events: Option<Vec<String>>,
    /// Whether events are sent to it. While they are not, what happens is not kept for it.
    #[serde(default)]
    pub enabled: Option<bool>,
}

/// A validated endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) description: String,
    pub(super) events: Vec<String>,
}

/// An endpoint as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = webhook)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) url: String,
    pub(super) description: String,
    pub(super) disabled: Option<Disabled>,
    pub(super) secret: Vec<u8>,
    pub(super) old_secret: Option<Vec<u8>>,
    pub(super) old_until: Option<Timestamp>,
    pub(super) failing_since: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// An endpoint, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Where events are sent.
    pub url: String,
    /// What it is.
    pub description: String,
    /// What it hears of.
    pub events: Vec<String>,
    /// Whether events are sent to it.
    pub enabled: bool,
    /// Why they are not.
    pub disabled: Option<Disabled>,
    /// Since when nothing got through.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    /// Until when the secret before signs too.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_secret_until: Option<Timestamp>,
    /// When it was added.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When an officer last changed it.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl WebhookView {
    /// Whether the settings of an endpoint are these, in any order of events.
    pub(super) fn is(&self, endpoint: &Endpoint) -> bool {
        let events = |named: &[String]| named.iter().cloned().collect::<BTreeSet<String>>();
        self.url == endpoint.url
            && self.description == endpoint.description
            && events(&self.events) == events(&endpoint.events)
    }
}

/// An endpoint with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    /// By which the receiver knows that a request is ours: `whsec_` and Base64.
    pub secret: String,
    /// The rest.
    #[serde(flatten)]
    pub webhook: WebhookView,
}

/// All endpoints; there are twenty at most.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookList {
    /// The oldest first.
    pub data: Vec<WebhookView>,
}

/// An event on its way to an endpoint, with what came of the last try.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = webhook_delivery)]
pub struct Delivery {
    /// The event, and the `webhook-id` of every try.
    #[schema(value_type = String)]
    #[diesel(column_name = event_id)]
    pub id: Id,
    /// What happened.
    #[serde(rename = "type")]
    #[diesel(select_expression = webhook_event::kind)]
    pub kind: Kind,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    #[diesel(select_expression = webhook_event::created_at)]
    pub timestamp: Timestamp,
    /// To what.
    #[schema(value_type = Object)]
    #[diesel(select_expression = webhook_event::data)]
    pub data: Document<Value>,
    /// Where the delivery stands.
    pub state: EventDeliveryState,
    /// Tries so far.
    pub attempts: i32,
    /// When it is tried next, while it waits; while a try is under way, when that is given up for lost.
    #[schema(value_type = String, format = DateTime)]
    pub next_at: Timestamp,
    /// When it was last tried.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_at: Option<Timestamp>,
    /// How long that took, in milliseconds.
    pub last_millis: Option<i32>,
    /// The status of the endpoint's answer.
    pub last_status: Option<i32>,
    /// Why the try failed.
    pub last_fault: Option<Fault>,
    /// How the endpoint's answer begins: 1,024 bytes at most.
    pub last_answer: Option<String>,
}

/// The query of deliveries, the newest first.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Where they stand.
    pub state: Option<EventDeliveryState>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// An attempt and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why it failed; none if the endpoint accepted it.
    pub fault: Option<Fault>,
    /// How long it took.
    pub millis: i32,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

/// The beginning of what a receiver answered, to be searched.
pub struct SearchedAnswer {
    /// When it came.
    pub(super) at: Timestamp,
    /// What it says.
    pub(super) text: String,
}
