//! The dispatcher: sends events to endpoints.
//!
//! Each endpoint that has something due is served by a task of its own, a few deliveries at a time, so one that is slow or away
//! delays nobody but itself; over all of them only so many requests are under way at once. A delivery is taken in hand,
//! tried, and what came of it written down; a process that dies in between leaves it to fall due again. So each event
//! arrives at least once, and each try carries the same `webhook-id`, by which a receiver knows one it has. One that ends each
//! process that tries it is given up (`store`).
//!
//! - `rules` signatures, when to try again, when an endpoint is given up
//! - `guard` to which addresses it may be; `client` the request
//! - `store` the queue's SQL
//!
//! Told to stop, it lets requests under way end and takes up nothing more.

mod client;
mod guard;
mod rules;
mod store;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use guard::{Guard, is_public};
pub(super) use store::disable;

use super::types::{Attempt, Disabled, EventDeliveryState, Row};
use super::{Webhooks, rules as endpoints};
use crate::audit::{Entry, Event, Trace};
use crate::config;
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::identity;
use crate::mail::{Letter, Outbox};
use crate::random::Random;
use crate::time::Clock;
use client::{Client, Request};
use rules::Health;
use store::{Claim, Tried};

/// Deliveries of one endpoint at once.
const AT_ONCE: i64 = 4;
/// After how long a process that has a delivery in hand is given up for dead. A try takes seconds, and may have to wait for
/// those of other endpoints.
const LEASE: Duration = Duration::from_mins(5);
/// The longest that nobody looks whether something is due.
const POLL: Duration = Duration::from_secs(5);
/// How long it is worth a mail that an endpoint was switched off.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// Sends events to endpoints; see the module. Cloning is cheap.
#[derive(Clone)]
pub struct Dispatcher(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    random: Random,
    webhooks: Webhooks,
    outbox: Outbox,
    client: Client,
    requests: Arc<Semaphore>,
    /// Signs for what this process has in hand.
    id: Id,
}

impl Dispatcher {
    /// A dispatcher that has not begun yet.
    ///
    /// # Errors
    /// Where the file of certificates can't be read.
    pub fn new(settings: &config::Webhooks, db: Db, webhooks: Webhooks, outbox: Outbox) -> Result<Self, Error> {
        let (clock, random) = (webhooks.clock().clone(), webhooks.random().clone());
        let timeout = Duration::from_secs(settings.timeout_seconds);
        let client = Client::new(webhooks.guard(), timeout, &settings.ca_file)?;
        let (id, requests) = (Id::new(clock.now(), &random), Arc::new(Semaphore::new(settings.connections)));
        Ok(Self(Arc::new(Inner { db, clock, random, webhooks, outbox, client, requests, id })))
    }

    /// Sends until `stop`.
    pub async fn serve(&self, stop: CancellationToken) {
        let mut served: JoinSet<()> = JoinSet::new();
        let mut tasks: HashMap<tokio::task::Id, Id> = HashMap::new();
        while !stop.is_cancelled() {
            for endpoint in self.due().await {
                if !tasks.values().any(|&busy| busy == endpoint) {
                    let (dispatcher, stop) = (self.clone(), stop.clone());
                    let task = served.spawn(async move { dispatcher.serve_endpoint(endpoint, &stop).await });
                    tasks.insert(task.id(), endpoint);
                }
            }
            tokio::select! {
                Some(ended) = served.join_next_with_id() => {
                    let id = ended.map_or_else(|panicked| panicked.id(), |(id, ())| id);
                    tasks.remove(&id);
                }
                () = self.0.webhooks.events().rung() => {}
                () = tokio::time::sleep(POLL) => {}
                () = stop.cancelled() => {}
            }
        }
        while served.join_next().await.is_some() {}
    }

    /// Sends what is due now and returns when nothing more is. For the tests and for the demo.
    pub async fn drain(&self) {
        loop {
            let due = self.due().await;
            if due.is_empty() {
                return;
            }
            let mut served = JoinSet::new();
            for endpoint in due {
                let dispatcher = self.clone();
                served.spawn(async move { dispatcher.serve_endpoint(endpoint, &CancellationToken::new()).await });
            }
            while served.join_next().await.is_some() {}
        }
    }

    async fn due(&self) -> Vec<Id> {
        let now = self.0.clock.now();
        let due = self.0.db.read(move |conn| store::endpoints_due(conn, now)).await;
        due.inspect_err(|error| tracing::warn!(%error, "could not look for events to send")).unwrap_or_default()
    }

    /// Sends what is due to an endpoint, until nothing more is.
    async fn serve_endpoint(&self, endpoint: Id, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.claim(endpoint).await {
                Ok(Some((row, claims))) => self.send(row, claims).await,
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, %endpoint, "could not take events in hand");
                    return;
                }
            }
        }
    }

    /// Some of what is due, and the endpoint; none where nothing is, or the endpoint is off.
    async fn claim(&self, endpoint: Id) -> Result<Option<(Row, Vec<Claim>)>, Error> {
        let (me, now) = (self.0.id, self.0.clock.now());
        self.0
            .db
            .write(move |conn| {
                let Some(row) = store::endpoint(conn, endpoint)? else { return Ok(None) };
                for event in store::set_aside(conn, endpoint, now)? {
                    tracing::error!(%endpoint, %event, "set aside: every process that tried to send this event ended");
                }
                let claims = store::claim(conn, endpoint, AT_ONCE, me, now.plus(LEASE), now)?;
                Ok((!claims.is_empty()).then_some((row, claims)))
            })
            .await
    }

    async fn send(&self, row: Row, claims: Vec<Claim>) {
        let endpoint = row.id;
        let secrets = match self.0.webhooks.secrets(&row, self.0.clock.now()) {
            Ok(secrets) => Arc::new(secrets),
            Err(error) => {
                // Left in hand: tried again once the operator has put the right master key in its place.
                tracing::error!(%error, %endpoint, "could not open the secret of an endpoint");
                let me = self.0.id;
                if let Err(error) = self.0.db.write(move |conn| store::excuse(conn, endpoint, me)).await {
                    tracing::warn!(%error, %endpoint, "could not write down that events were not tried");
                }
                return;
            }
        };
        let mut under_way = JoinSet::new();
        for claim in claims {
            let (dispatcher, url, secrets) = (self.clone(), row.url.clone(), Arc::clone(&secrets));
            under_way.spawn(async move { dispatcher.attempt(url, &secrets, claim).await });
        }
        let mut done = Vec::new();
        while let Some(ended) = under_way.join_next().await {
            match ended {
                Ok(Ok(tried)) => done.push(tried),
                Ok(Err(error)) => tracing::error!(%error, %endpoint, "could not try to send an event"),
                Err(panicked) => tracing::error!(%panicked, %endpoint, "a try to send an event ended badly"),
            }
        }
        self.write_down(endpoint, Arc::new(done)).await;
    }

    async fn attempt(&self, url: String, secrets: &[Vec<u8>], claim: Claim) -> Result<Tried, Error> {
        let _one_of_few = self.0.requests.acquire().await.map_err(Error::internal)?;
        let (id, seconds) = (claim.event.to_string(), self.0.clock.now().as_seconds());
        let body = rules::body(claim.kind, claim.at, &claim.data)?;
        let signatures = rules::signatures(secrets, &id, seconds, &body);
        let (client, request) = (self.0.client.clone(), Request { url, id, seconds, signatures, body });
        let attempt = tokio::task::spawn_blocking(move || client.post(&request)).await.map_err(Error::internal)?;
        Ok(self.judge(&claim, attempt))
    }

    fn judge(&self, claim: &Claim, attempt: Attempt) -> Tried {
        let now = self.0.clock.now();
        let jitter = u64::try_from(self.0.random.below(401)).unwrap_or_default();
        let wait = rules::wait_after(claim.attempts.saturating_add(1), jitter);
        let (state, next_at) = match (attempt.fault, wait) {
            (None, _) => (EventDeliveryState::Delivered, now),
            (Some(_), Some(wait)) => (EventDeliveryState::Pending, now.plus(wait)),
            (Some(_), None) => (EventDeliveryState::Failed, now),
        };
        Tried { event: claim.event, attempt, state, next_at }
    }

    /// What was sent and is not written down would be sent again: so tries until the database is back.
    async fn write_down(&self, endpoint: Id, tries: Arc<Vec<Tried>>) {
        while let Err(error) = self.settle(endpoint, Arc::clone(&tries)).await {
            tracing::warn!(%error, %endpoint, "could not write down what came of events; trying again");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn settle(&self, endpoint: Id, tries: Arc<Vec<Tried>>) -> Result<(), Error> {
        let dispatcher = self.clone();
        let switched_off = self.0.db.write(move |conn| dispatcher.conclude(conn, endpoint, &tries)).await?;
        if switched_off {
            self.0.outbox.ring();
        }
        Ok(())
    }

    /// Writes down what came of tries, and what that means for the endpoint; whether it was switched off.
    fn conclude(&self, conn: &mut Conn, endpoint: Id, tries: &[Tried]) -> Result<bool, Error> {
        let now = self.0.clock.now();
        let row = store::hold_endpoint(conn, endpoint)?;
        store::settle(conn, endpoint, self.0.id, tries, now)?;
        let attempts: Vec<&Attempt> = tries.iter().map(|tried| &tried.attempt).collect();
        // It may have been switched off or removed in the meantime.
        let Some(row) = row.filter(|_| !attempts.is_empty()) else { return Ok(false) };
        match rules::health(row.failing_since, &attempts, now) {
            Health::Well if row.failing_since.is_none() => Ok(false),
            Health::Well => store::set_failing(conn, endpoint, None).map(|()| false),
            Health::FailingSince(since) => store::set_failing(conn, endpoint, Some(since)).map(|()| false),
            Health::Over(why) => self.switch_off(conn, &row, why).map(|()| true),
        }
    }

    /// Switches an endpoint off, writes that down and tells the Secretariat.
    fn switch_off(&self, conn: &mut Conn, row: &Row, why: Disabled) -> Result<(), Error> {
        disable(conn, row.id, why, self.0.clock.now())?;
        let entry = Entry::anonymous(Event::WebhookDisabled, Some(row.id)).with(json!({"reason": why}));
        self.0.webhooks.audit().note(conn, &Trace::default(), &entry)?;
        let kind = if why == Disabled::Gone { "webhook_gone" } else { "webhook_failing" };
        for officer in identity::secretariat(conn)? {
            let letter = Letter {
                kind,
                name: officer.name.clone(),
                args: vec![("description", row.description.clone()), ("host", endpoints::host(&row.url))],
                link: None,
            };
            self.0.outbox.post(conn, &officer.recipient(), &letter, NOTICE_LIFE)?;
        }
        Ok(())
    }
}
