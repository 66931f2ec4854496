//! Webhooks: programs of third parties receive events by HTTP, in the form of Standard Webhooks
//! (<https://www.standardwebhooks.com>; for receivers: `docs/webhooks.md`).
//!
//! The Secretariat adds an endpoint: a URL, and patterns of events. The answer has a secret, shown only this once, by
//! which the receiver verifies that a request comes from the portal. `events` stores events in the transaction that
//! causes them; `dispatch` sends them, retries for three days, and switches off an endpoint that is gone or fails for
//! five.
//!
//! A new secret can be requested at any time; the previous one also signs for a day, so that a receiver can change
//! over. Secrets are stored encrypted. The audit log records who adds, changes or removes an endpoint, and a mail tells
//! the whole Secretariat of each endpoint that is added, of each new secret, and of what is sent elsewhere or more of.
//! API tokens may not: a person decides where the portal's events are sent.
//!
//! Events that happen while an endpoint is off are not kept for it. Events are kept for thirty days, and can be sent
//! again by hand. The beginning of an answer is kept with its delivery; an erasure searches it ([`DeliveryCopies`]).

mod copies;
pub mod dispatch;
mod figures;
pub(crate) mod mails;
pub mod pages;
pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

pub use copies::DeliveryCopies;
pub use dispatch::{Dispatcher, EgressPolicy, ReplacedClient};
pub use figures::states;
pub use rules::{MAX_DESCRIPTION, MAX_EVENTS, MAX_URL};
pub use types::{
    AddWebhook, ChangeWebhook, Delivery, DeliveryQuery, Disabled, EventDeliveryState, Fault, WebhookList, WebhookView,
    WebhookWithSecret,
};

use crate::audit::{Entry, Event, Trace};
use crate::config::{self, Networks};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::events::Kind;
use crate::http::IfMatch;
use crate::identity;
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::service::{Foundation, Service, UnitOfWork};
use crate::throttle::{Bucket, Causer};
use crate::time::Timestamp;
use mails::{WebhookDeed, WebhookSet};
use types::Row;

/// How long events and their deliveries are kept.
pub const KEPT: Duration = Duration::from_hours(24 * 30);
/// Most endpoints.
const MOST: usize = 20;
/// Bytes of a secret: Standard Webhooks asks for 24 to 64.
const SECRET: usize = 32;
/// How long the previous secret also signs.
const OVERLAP: Duration = Duration::from_hours(24);
/// How long a mail to the Secretariat about an endpoint is tried.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// Endpoints of webhooks. Cloning is cheap.
#[derive(Clone)]
pub struct Webhooks {
    foundation: Foundation,
    master: Arc<MasterKey>,
    guard: EgressPolicy,
}

impl Service for Webhooks {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

/// Gives up up to `most` deliveries of events from before `bound`, so that they are not sent; returns how many.
pub fn give_up_before(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    dispatch::give_up_before(conn, bound, most)
}

impl Webhooks {
    /// The service.
    ///
    /// # Errors
    /// If `webhooks.allow_networks` is no list of networks.
    pub fn new(settings: &config::Webhooks, foundation: Foundation, master: Arc<MasterKey>) -> Result<Self, Error> {
        let networks = Networks::parse(&settings.allow_networks).or_internal()?;
        Ok(Self { foundation, master, guard: EgressPolicy { allow_http: settings.allow_http, networks } })
    }

    /// All endpoints, the oldest first.
    pub async fn list(&self) -> Result<Vec<WebhookView>, Error> {
        self.read(|conn| store::views(conn, None)).await
    }

    /// One endpoint.
    ///
    /// # Errors
    /// 404.
    pub async fn get(&self, id: Id) -> Result<WebhookView, Error> {
        self.foundation.db.read_snapshot(move |conn| view(conn, id)).await
    }

    /// Adds an endpoint; only this answer has its secret.
    ///
    /// # Errors
    /// 422, and 409 if there are too many already.
    pub async fn add(&self, officer: Id, trace: Trace, form: AddWebhook) -> Result<WebhookWithSecret, Error> {
        self.write(trace, move |unit, conn| unit.add(conn, officer, &form)).await
    }

    /// Changes an endpoint, if it is still the version `seen`.
    ///
    /// # Errors
    /// 404, 412, 422.
    pub async fn change(
        &self,
        officer: Id,
        trace: Trace,
        id: Id,
        form: ChangeWebhook,
        seen: IfMatch,
    ) -> Result<WebhookView, Error> {
        self.write(trace, move |unit, conn| unit.change(conn, officer, id, form, &seen)).await
    }

    /// Removes an endpoint, its deliveries included.
    ///
    /// # Errors
    /// 404.
    pub async fn remove(&self, officer: Id, trace: Trace, id: Id) -> Result<(), Error> {
        self.write(trace, move |unit, conn| unit.remove(conn, officer, id)).await
    }

    /// Makes a new secret. The previous one also signs for a day; the one before that becomes invalid now.
    ///
    /// # Errors
    /// 404.
    pub async fn rotate(&self, officer: Id, trace: Trace, id: Id) -> Result<WebhookWithSecret, Error> {
        self.write(trace, move |unit, conn| unit.rotate(conn, officer, id)).await
    }

    /// Sends `webhook.ping`, a test event, to see whether it arrives.
    ///
    /// # Errors
    /// 404, 409 if the endpoint is off, 429.
    pub async fn ping(&self, officer: Id, trace: Trace, id: Id) -> Result<Delivery, Error> {
        self.write(trace, move |unit, conn| {
            unit.throttle.charge(conn, Bucket::WebhookTry, &id.to_string())?;
            check_on(conn, id)?;
            let event = unit.events.tell_one(conn, id, Kind::WebhookPing, json!({"webhook": id}))?;
            unit.note(conn, officer, Event::WebhookTried, id, json!({}))?;
            store::delivery(conn, id, event)?.ok_or_else(Error::not_found)
        })
        .await
    }

    /// Deliveries of an endpoint older than `before`, the newest first; `limit` at most.
    ///
    /// # Errors
    /// 404.
    pub async fn deliveries(
        &self,
        id: Id,
        state: Option<EventDeliveryState>,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<Delivery>, Error> {
        self.read(move |conn| {
            view(conn, id)?;
            store::deliveries(conn, id, state, before, limit)
        })
        .await
    }

    /// One delivery to an endpoint.
    ///
    /// # Errors
    /// 404.
    pub async fn delivery(&self, id: Id, event: Id) -> Result<Delivery, Error> {
        self.read(move |conn| store::delivery(conn, id, event)?.ok_or_else(Error::not_found)).await
    }

    /// Tries a delivery once more now, whatever its result.
    ///
    /// # Errors
    /// 404, 409 if it is in progress or the endpoint is off, 429.
    pub async fn redeliver(&self, officer: Id, trace: Trace, id: Id, event: Id) -> Result<Delivery, Error> {
        self.write(trace, move |unit, conn| {
            unit.throttle.charge(conn, Bucket::WebhookTry, &id.to_string())?;
            store::delivery(conn, id, event)?.ok_or_else(Error::not_found)?;
            check_on(conn, id)?;
            if !store::put_up_again(conn, id, event, unit.now)? {
                return Err(Error::conflict(ProblemCode::DeliveryPending));
            }
            unit.note(conn, officer, Event::WebhookTried, id, json!({}))?;
            store::delivery(conn, id, event)?.ok_or_else(Error::not_found)
        })
        .await
    }

    /// The secrets that sign requests to an endpoint now, the newest first.
    fn secrets(&self, row: &Row, now: Timestamp) -> Result<Vec<Vec<u8>>, Error> {
        let old = row.old_secret.as_ref().filter(|_| row.old_until.is_some_and(|until| now < until));
        let open = |sealed: &Vec<u8>| self.master.open(sealed, &seal_label(row.id));
        std::iter::once(&row.secret).chain(old).map(open).collect()
    }
}

impl UnitOfWork<Webhooks> {
    fn add(&self, conn: &mut Conn, officer: Id, form: &AddWebhook) -> Result<WebhookWithSecret, Error> {
        let endpoint = rules::endpoint(form, &self.service.guard)?;
        // If two officers add the last permitted endpoint at once, one is refused.
        conn.exclude_others()?;
        if store::count(conn)? >= MOST {
            return Err(Error::conflict(ProblemCode::TooManyWebhooks).with("max", MOST));
        }
        let id = Id::new(self.now, &self.random);
        let (secret, sealed) = self.new_secret(id)?;
        store::insert(conn, id, &endpoint, &sealed, self.now)?;
        self.note(
            conn,
            officer,
            Event::WebhookAdded,
            id,
            json!({"events": endpoint.events, "host": rules::host(&endpoint.url)}),
        )?;
        let webhook = view(conn, id)?;
        self.notify(conn, officer, &webhook, WebhookDeed::Added)?;
        Ok(WebhookWithSecret { secret, webhook })
    }

    fn change(
        &self,
        conn: &mut Conn,
        officer: Id,
        id: Id,
        form: ChangeWebhook,
        seen: &IfMatch,
    ) -> Result<WebhookView, Error> {
        let row = store::lock_for_update(conn, id)?.ok_or_else(Error::not_found)?;
        let before = view(conn, id)?;
        seen.check(&before)?;
        let wanted = AddWebhook {
            url: form.url.unwrap_or(row.url),
            description: form.description.unwrap_or(row.description),
            events: form.events.unwrap_or_else(|| before.events.clone()),
        };
        let endpoint = rules::endpoint(&wanted, &self.service.guard)?;
        if before.is(&endpoint) && form.enabled.is_none_or(|enabled| enabled == before.enabled) {
            return Ok(before);
        }
        store::update(conn, id, &endpoint, self.now)?;
        match form.enabled {
            Some(false) if row.disabled.is_none() => dispatch::disable(conn, id, Disabled::Asked, self.now)?,
            Some(true) if row.disabled.is_some() => store::enable(conn, id)?,
            _ => {}
        }
        let is_moved = before.url != endpoint.url;
        if is_moved {
            store::begin_at_new_address(conn, id, self.now)?;
        }
        let after = view(conn, id)?;
        let host = rules::host(&after.url);
        let detail = json!({"events": after.events, "enabled": after.enabled, "moved": is_moved, "host": host});
        self.note(conn, officer, Event::WebhookChanged, id, detail)?;
        if let Some(deed) = rules::notable_change(&before, &after) {
            self.notify(conn, officer, &after, deed)?;
        }
        Ok(after)
    }

    fn remove(&self, conn: &mut Conn, officer: Id, id: Id) -> Result<(), Error> {
        let row = store::lock_for_update(conn, id)?.ok_or_else(Error::not_found)?;
        store::delete(conn, id)?;
        self.note(conn, officer, Event::WebhookRemoved, id, json!({"host": rules::host(&row.url)}))
    }

    fn rotate(&self, conn: &mut Conn, officer: Id, id: Id) -> Result<WebhookWithSecret, Error> {
        let row = store::lock_for_update(conn, id)?.ok_or_else(Error::not_found)?;
        let (secret, sealed) = self.new_secret(id)?;
        store::set_secret(conn, id, &sealed, &row.secret, self.now.plus(OVERLAP), self.now)?;
        self.note(conn, officer, Event::WebhookSecretChanged, id, json!({}))?;
        let webhook = view(conn, id)?;
        self.notify(conn, officer, &webhook, WebhookDeed::SecretChanged)?;
        Ok(WebhookWithSecret { secret, webhook })
    }

    /// Mails to the whole Secretariat what was done to an endpoint, to the officer who did it as well: somebody may use that
    /// officer's session.
    ///
    /// # Errors
    /// 429 if the officer has caused too many mails: nothing is done that nobody would hear of.
    fn notify(&self, conn: &mut Conn, officer: Id, webhook: &WebhookView, deed: WebhookDeed) -> Result<(), Error> {
        let mail = WebhookSet {
            officer: identity::get_user(conn, officer)?.name,
            description: webhook.description.clone(),
            host: rules::host(&webhook.url),
            deed,
            id: webhook.id.to_string(),
        };
        for reader in identity::secretariat(conn)? {
            self.throttle.charge_mail(conn, Causer::Officer(officer), reader.id)?;
            self.outbox.post(conn, &reader.recipient(), &mail, NOTICE_LIFE)?;
        }
        Ok(())
    }

    /// A secret as it is shown, and as it is stored.
    fn new_secret(&self, id: Id) -> Result<(String, Vec<u8>), Error> {
        let secret: [u8; SECRET] = self.random.bytes();
        let sealed = self.service.master.seal(&secret, &seal_label(id), &self.random)?;
        Ok((rules::shown_secret(&secret), sealed))
    }

    fn note(&self, conn: &mut Conn, officer: Id, event: Event, id: Id, detail: Value) -> Result<(), Error> {
        self.audit.record(conn, &self.trace, &Entry::by(event, officer, id).with(detail))
    }
}

/// Seals the secrets of endpoints anew that another master key has sealed, or only counts them; returns how many. There
/// are few endpoints.
pub fn reseal(conn: &mut Conn, master: &MasterKey, random: &Random, writes: bool) -> Result<usize, Error> {
    let mut stale = 0;
    for (id, secret, old) in store::sealed(conn)? {
        let label = seal_label(id);
        stale += std::iter::once(&secret).chain(&old).filter(|sealed| !master.is_own(sealed)).count();
        if writes {
            if let Some(anew) = master.anew(&secret, &label, random)? {
                store::replace_secret(conn, id, &secret, &anew)?;
            }
            let anew = old.as_deref().map(|old| master.anew(old, &label, random)).transpose()?.flatten();
            if let (Some(old), Some(anew)) = (old, anew) {
                store::replace_old_secret(conn, id, &old, &anew)?;
            }
        }
    }
    Ok(stale)
}

fn seal_label(id: Id) -> String {
    format!("webhook {id}")
}

fn view(conn: &mut Conn, id: Id) -> Result<WebhookView, Error> {
    store::views(conn, Some(id))?.pop().ok_or_else(Error::not_found)
}

/// Refuses to send to an endpoint that is off.
fn check_on(conn: &mut Conn, id: Id) -> Result<(), Error> {
    let row = store::lock_for_update(conn, id)?.ok_or_else(Error::not_found)?;
    if row.disabled.is_none() { Ok(()) } else { Err(Error::conflict(ProblemCode::WebhookDisabled)) }
}
