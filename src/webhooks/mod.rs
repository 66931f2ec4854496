//! Webhooks: programs of others hear of what happens here, by HTTP, in the form of Standard Webhooks
//! (<https://www.standardwebhooks.com>; for whoever receives them: `docs/webhooks.md`).
//!
//! The Secretariat adds an endpoint: a URL, and what it wants to hear of. It gets a secret in return, shown this once, by which
//! the receiver knows that a request is ours. What happens is written down by `events`, in the transaction in which it
//! does; `dispatch` sends it, tries again for three days, and switches an endpoint off that is gone or fails for five.
//!
//! A new secret can be had at any time; the one before signs too for a day, so that a receiver can change over. Secrets rest
//! sealed. Who adds, changes or removes an endpoint is written down, and no API token may: where the portal's news goes
//! is for a person to decide.
//!
//! What happens while an endpoint is off is not kept for it. Events are kept for thirty days, and can be sent again by hand.
//!
//! Left out: transformations, filters by content, and asymmetric signatures (`v1a`).

pub mod dispatch;
pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

pub use dispatch::{Dispatcher, Guard};
pub use types::{
    AddWebhook, ChangeWebhook, Delivery, DeliveryQuery, Disabled, EventDeliveryState, Fault, WebhookList, WebhookView,
    WebhookWithSecret,
};

use crate::audit::{Audit, Entry, Event, Trace};
use crate::config;
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::events::{Events, Kind};
use crate::http::IfMatch;
use crate::http::caller::Networks;
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::time::{Clock, Timestamp};
use types::Row;

/// How long events and their deliveries are kept.
pub const KEPT: Duration = Duration::from_hours(24 * 30);
/// Most endpoints.
const MOST: usize = 20;
/// Bytes of a secret: Standard Webhooks asks for 24 to 64.
const SECRET: usize = 32;
/// How long the secret before signs too.
const OVERLAP: Duration = Duration::from_hours(24);

/// Endpoints, and what is done with them. Cloning is cheap.
#[derive(Clone)]
pub struct Webhooks(Arc<Inner>);

struct Inner {
    master: Arc<MasterKey>,
    clock: Clock,
    random: Random,
    audit: Audit,
    events: Events,
    guard: Guard,
}

/// Who does something, and in which request.
struct Doing {
    officer: Id,
    trace: Trace,
}

impl Webhooks {
    /// On these parts.
    ///
    /// # Errors
    /// Where the networks of the configuration are none.
    pub fn new(
        settings: &config::Webhooks,
        master: Arc<MasterKey>,
        clock: Clock,
        random: Random,
        audit: Audit,
        events: Events,
    ) -> Result<Self, Error> {
        let networks = Networks::parse(&settings.allow_networks).or_internal()?;
        let guard = Guard { allow_http: settings.allow_http, networks };
        Ok(Self(Arc::new(Inner { master, clock, random, audit, events, guard })))
    }

    fn add(&self, conn: &mut Conn, doing: &Doing, asked: &AddWebhook) -> Result<WebhookWithSecret, Error> {
        let endpoint = rules::endpoint(asked, self.guard())?;
        // Of two who add the twenty-first at once, one is refused.
        conn.exclude_others()?;
        if store::count(conn)? >= MOST {
            return Err(Error::conflict("too_many_webhooks").with("max", MOST));
        }
        let now = self.0.clock.now();
        let id = Id::new(now, &self.0.random);
        let (secret, sealed) = self.new_secret(id)?;
        store::insert(conn, id, &endpoint, &sealed, now)?;
        self.note(conn, doing, Event::WebhookAdded, id, json!({"events": endpoint.events}))?;
        Ok(WebhookWithSecret { secret, webhook: view(conn, id)? })
    }

    fn change(
        &self,
        conn: &mut Conn,
        doing: &Doing,
        id: Id,
        change: ChangeWebhook,
        seen: &IfMatch,
    ) -> Result<WebhookView, Error> {
        let row = store::hold(conn, id)?.ok_or_else(Error::not_found)?;
        let before = view(conn, id)?;
        seen.check(&before)?;
        let asked = AddWebhook {
            url: change.url.unwrap_or(row.url),
            description: change.description.unwrap_or(row.description),
            events: change.events.unwrap_or(before.events),
        };
        let (endpoint, now) = (rules::endpoint(&asked, self.guard())?, self.0.clock.now());
        store::update(conn, id, &endpoint, now)?;
        match change.enabled {
            Some(false) if row.disabled.is_none() => dispatch::disable(conn, id, Disabled::Asked, now)?,
            Some(true) if row.disabled.is_some() => store::enable(conn, id)?,
            _ => {}
        }
        let after = view(conn, id)?;
        let detail = json!({"events": after.events, "enabled": after.enabled, "moved": before.url != after.url});
        self.note(conn, doing, Event::WebhookChanged, id, detail)?;
        Ok(after)
    }

    fn remove(&self, conn: &mut Conn, doing: &Doing, id: Id) -> Result<(), Error> {
        if !store::delete(conn, id)? {
            return Err(Error::not_found());
        }
        self.note(conn, doing, Event::WebhookRemoved, id, json!({}))
    }

    /// A new secret. The one before signs too for a day; the one before that is worthless from now on.
    fn rotate(&self, conn: &mut Conn, doing: &Doing, id: Id) -> Result<WebhookWithSecret, Error> {
        let row = store::hold(conn, id)?.ok_or_else(Error::not_found)?;
        let (secret, sealed) = self.new_secret(id)?;
        let now = self.0.clock.now();
        store::set_secret(conn, id, &sealed, &row.secret, now.plus(OVERLAP), now)?;
        self.note(conn, doing, Event::WebhookSecretChanged, id, json!({}))?;
        Ok(WebhookWithSecret { secret, webhook: view(conn, id)? })
    }

    /// Sends an event that means nothing, to see whether it arrives.
    fn ping(&self, conn: &mut Conn, id: Id) -> Result<Delivery, Error> {
        check_on(conn, id)?;
        let event = self.0.events.tell_one(conn, id, Kind::WebhookPing, json!({"webhook": id}))?;
        store::delivery(conn, id, event)?.ok_or_else(Error::not_found)
    }

    /// Makes another try of a delivery now, whatever came of it before, and whenever the next one was to be made.
    fn redeliver(&self, conn: &mut Conn, id: Id, event: Id) -> Result<Delivery, Error> {
        store::delivery(conn, id, event)?.ok_or_else(Error::not_found)?;
        check_on(conn, id)?;
        if !store::put_up_again(conn, id, event, self.0.clock.now())? {
            return Err(Error::conflict("delivery_pending"));
        }
        store::delivery(conn, id, event)?.ok_or_else(Error::not_found)
    }

    /// A secret as it is shown, and as it rests.
    fn new_secret(&self, id: Id) -> Result<(String, Vec<u8>), Error> {
        let secret: [u8; SECRET] = self.0.random.bytes();
        let sealed = self.0.master.seal(&secret, &seal_label(id), &self.0.random)?;
        Ok((rules::shown_secret(&secret), sealed))
    }

    /// The secrets that sign what is sent to an endpoint now, the newest first.
    fn secrets(&self, row: &Row, now: Timestamp) -> Result<Vec<Vec<u8>>, Error> {
        let old = row.old_secret.as_ref().filter(|_| row.old_until.is_some_and(|until| now < until));
        let open = |sealed: &Vec<u8>| self.0.master.open(sealed, &seal_label(row.id));
        std::iter::once(&row.secret).chain(old).map(open).collect()
    }

    fn note(&self, conn: &mut Conn, doing: &Doing, event: Event, id: Id, detail: Value) -> Result<(), Error> {
        self.0.audit.note(conn, &doing.trace, &Entry::by(event, doing.officer, id).with(detail))
    }

    fn clock(&self) -> &Clock {
        &self.0.clock
    }

    fn random(&self) -> &Random {
        &self.0.random
    }

    fn guard(&self) -> &Guard {
        &self.0.guard
    }

    fn events(&self) -> &Events {
        &self.0.events
    }

    fn audit(&self) -> &Audit {
        &self.0.audit
    }
}

fn seal_label(id: Id) -> String {
    format!("webhook {id}")
}

fn view(conn: &mut Conn, id: Id) -> Result<WebhookView, Error> {
    store::views(conn, Some(id))?.pop().ok_or_else(Error::not_found)
}

/// Refuses to send to an endpoint that is off.
fn check_on(conn: &mut Conn, id: Id) -> Result<(), Error> {
    let row = store::hold(conn, id)?.ok_or_else(Error::not_found)?;
    if row.disabled.is_none() { Ok(()) } else { Err(Error::conflict("webhook_disabled")) }
}
