//! The dispatcher: sends events to endpoints.
//!
//! Each endpoint with due deliveries is served by a task of its own, a few deliveries at a time, so that a slow or
//! unreachable endpoint delays only itself; the number of requests over all endpoints is bounded. A delivery is
//! claimed, tried, and its result is written; if a process ends in between, the delivery becomes due again. So each
//! event arrives at least once, and each attempt carries the same `webhook-id`, by which a receiver recognises a
//! duplicate. A delivery that ends each process that tries it is given up (`store`).
//!
//! - `rules` signatures, the retry schedule, when an endpoint is switched off
//! - `ssrf` the addresses that an endpoint may have; `client` the request
//! - `store` the queue's SQL
//!
//! At a stop, requests in progress end, and no others begin.

mod client;
mod rules;
mod ssrf;
mod store;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use ssrf::{EgressPolicy, is_public};
pub(super) use store::{disable, give_up_before};

use super::figures::Figures;
use super::mails::{WebhookFailing, WebhookGone};
use super::types::{Attempt, Disabled, EventDeliveryState, Row};
use super::{NOTICE_LIFE, Webhooks, rules as endpoints};
use crate::audit::{Entry, Event, Trace};
use crate::background::{Done, Job, Runner};
use crate::config;
use crate::db::{Conn, Db, Id, Wakeup};
use crate::error::Error;
use crate::identity;
use crate::mail::{Outbox, SystemMail};
use crate::maintenance_mode;
use crate::metrics::{self, Registry};
use crate::random::Random;
use crate::reloadable::Reloadable;
use crate::restore_hold;
use crate::service::{Foundation, Service as _};
use crate::time::Clock;
use client::{Client, Request};
use rules::Health;
use store::{Claim, DeliveryAttempt};

/// Concurrent deliveries of one endpoint.
const AT_ONCE: i64 = 4;
/// The time after which the process that claimed a delivery is considered dead. An attempt takes seconds, and may have
/// to wait for those of other endpoints.
const LEASE: Duration = Duration::from_mins(5);
/// The longest interval between two polls for due deliveries.
const POLL: Duration = Duration::from_secs(5);
/// The name of the polling job.
const LOOK: &str = "webhooks_look";

/// Sends events to endpoints; see the module. Cloning is cheap.
#[derive(Clone)]
pub struct Dispatcher(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    random: Random,
    webhooks: Webhooks,
    outbox: Outbox,
    client: Reloadable<Client>,
    requests: Arc<Semaphore>,
    /// There may be due deliveries; other processes find them when they next poll.
    woken: Arc<Notify>,
    /// The name of this process in its claims.
    id: Id,
    /// Counts the polls.
    runner: Runner,
    figures: Figures,
}

/// A client that waits to be put to use ([`Dispatcher::replace`]).
pub struct ReplacedClient(Client);

/// A poll for endpoints with due deliveries.
struct Look {
    dispatcher: Dispatcher,
    due: Vec<Id>,
}

impl Job for Look {
    fn name(&self) -> &'static str {
        LOOK
    }

    async fn step(&mut self) -> Result<Done, Error> {
        let now = self.dispatcher.0.clock.now();
        let due = move |conn: &mut Conn| {
            // Nothing is sent while a restored portal is held, or under maintenance. Most looks find nothing due, and do not ask.
            let due = store::endpoints_due(conn, now)?;
            let rests = !due.is_empty() && (restore_hold::is_held(conn)? || maintenance_mode::is_on(conn)?);
            Ok(if rests { Vec::new() } else { due })
        };
        self.due = self.dispatcher.0.db.read(due).await?;
        Ok(Done::Things(self.due.len()))
    }
}

impl metrics::Figures for Dispatcher {
    fn register(&self, registry: &mut Registry) {
        self.0.figures.register(registry);
    }
}

impl Dispatcher {
    /// A dispatcher that has not started yet.
    ///
    /// # Errors
    /// If the file of certificates can't be read.
    pub fn new(settings: &config::Webhooks, webhooks: Webhooks, runner: Runner) -> Result<Self, Error> {
        let Foundation { db, clock, random, outbox, .. } = webhooks.foundation().clone();
        let timeout = Duration::from_secs(settings.timeout_seconds);
        let client = Reloadable::new(Client::new(&webhooks.guard, timeout, &settings.ca_file)?);
        let (id, requests) = (Id::new(clock.now(), &random), Arc::new(Semaphore::new(settings.connections)));
        let (woken, figures) = (Arc::new(Notify::new()), Figures::default());
        let waker = Arc::clone(&woken);
        db.listen(Wakeup::Event, move || waker.notify_one());
        Ok(Self(Arc::new(Inner { db, clock, random, webhooks, outbox, client, requests, woken, id, runner, figures })))
    }

    /// A client with these settings, which were read again.
    ///
    /// # Errors
    /// If the file of certificates can't be read.
    pub fn read_again(&self, settings: &config::Webhooks) -> Result<ReplacedClient, Error> {
        let timeout = Duration::from_secs(settings.timeout_seconds);
        Client::new(&self.0.webhooks.guard, timeout, &settings.ca_file).map(ReplacedClient)
    }

    /// Sends by this client, from the next request on.
    pub fn replace(&self, ReplacedClient(client): ReplacedClient) {
        self.0.client.set(client);
    }

    /// Sends until `stop`.
    pub async fn serve(&self, stop: CancellationToken) {
        let mut served: JoinSet<()> = JoinSet::new();
        let mut tasks: HashMap<tokio::task::Id, Id> = HashMap::new();
        self.0.runner.plan(LOOK, POLL);
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
                () = self.0.woken.notified() => {}
                () = tokio::time::sleep(POLL) => {}
                () = stop.cancelled() => {}
            }
        }
        while served.join_next().await.is_some() {}
    }

    /// Sends what is due now, and returns when nothing more is. For tests and the demo.
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
        let mut look = Look { dispatcher: self.clone(), due: Vec::new() };
        // A failure is logged, and the next poll follows soon.
        let _ = self.0.runner.run(&mut look).await;
        look.due
    }

    /// Sends the due deliveries of an endpoint, until there are no more.
    async fn serve_endpoint(&self, endpoint: Id, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.claim(endpoint).await {
                Ok(Some(claims)) => self.send(endpoint, claims).await,
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, %endpoint, "could not take events in hand");
                    return;
                }
            }
        }
    }

    /// Some due deliveries; none if there are none, or the endpoint is off.
    async fn claim(&self, endpoint: Id) -> Result<Option<Vec<Claim>>, Error> {
        let (me, now) = (self.0.id, self.0.clock.now());
        self.0
            .db
            .write(move |conn| {
                if restore_hold::is_held(conn)? || maintenance_mode::is_on(conn)? {
                    return Ok(None);
                }
                if store::endpoint(conn, endpoint)?.is_none() {
                    return Ok(None);
                }
                for event in store::set_aside(conn, endpoint, now)? {
                    tracing::error!(%endpoint, %event, "set aside: every process that tried to send this event ended");
                }
                let claims = store::claim(conn, endpoint, AT_ONCE, me, now.plus(LEASE), now)?;
                Ok((!claims.is_empty()).then_some(claims))
            })
            .await
    }

    async fn send(&self, endpoint: Id, claims: Vec<Claim>) {
        let mut under_way = JoinSet::new();
        for claim in claims {
            let (dispatcher, event) = (self.clone(), claim.event);
            under_way.spawn(async move { (event, dispatcher.attempt(endpoint, claim).await) });
        }
        let (mut done, mut untried) = (Vec::new(), Vec::new());
        while let Some(ended) = under_way.join_next().await {
            match ended {
                Ok((_, Ok(tried))) => done.extend(tried),
                Ok((event, Err(error))) => {
                    tracing::error!(%error, %endpoint, %event, "could not try to send an event");
                    untried.push(event);
                }
                Err(panicked) => tracing::error!(%panicked, %endpoint, "a try to send an event ended badly"),
            }
        }
        self.excuse(endpoint, untried).await;
        self.write_down(endpoint, Arc::new(done)).await;
    }

    /// Events that could not be tried stay claimed, and become due again with the end of the lease: until then, the operator may have
    /// restored the right master key.
    async fn excuse(&self, endpoint: Id, untried: Vec<Id>) {
        let me = self.0.id;
        if !untried.is_empty()
            && let Err(error) = self.0.db.write(move |conn| store::excuse(conn, endpoint, me, &untried)).await
        {
            tracing::warn!(%error, %endpoint, "could not write down that events were not tried");
        }
    }

    /// Sends an event, if it is still to be sent: its turn may come late, and the endpoint is read only then. So nothing goes to an
    /// address, or is signed by a secret, that an officer has replaced before.
    async fn attempt(&self, endpoint: Id, claim: Claim) -> Result<Option<DeliveryAttempt>, Error> {
        let one_of_few = Arc::clone(&self.0.requests).acquire_owned().await.map_err(Error::internal)?;
        let (me, event) = (self.0.id, claim.event);
        let read = self.0.db.read(move |conn| store::endpoint_of_claim(conn, endpoint, event, me));
        let Some(row) = read.await? else { return Ok(None) };
        let now = self.0.clock.now();
        let secrets = self.0.webhooks.secrets(&row, now)?;
        let (id, seconds, url) = (event.to_string(), now.as_seconds(), row.url.clone());
        let body = rules::body(claim.kind, claim.at, &claim.data)?;
        let signatures = rules::signatures(&secrets, &id, seconds, &body);
        let (client, request) = (self.0.client.get(), Request { url, id, seconds, signatures, body });
        let post = move || {
            let _until_done = one_of_few;
            client.post(&request)
        };
        let attempt = tokio::task::spawn_blocking(post).await.map_err(Error::internal)?;
        self.0.figures.attempted(attempt.fault);
        Ok(Some(self.judge(&claim, row.url, attempt)))
    }

    fn judge(&self, claim: &Claim, url: String, attempt: Attempt) -> DeliveryAttempt {
        let now = self.0.clock.now();
        let jitter = u64::try_from(self.0.random.below(401)).unwrap_or_default();
        let wait = rules::wait_after(claim.attempts.saturating_add(1), jitter);
        let (state, next_at) = match (attempt.fault, wait) {
            (None, _) => (EventDeliveryState::Delivered, now),
            (Some(_), Some(wait)) => (EventDeliveryState::Pending, now.plus(wait)),
            (Some(_), None) => (EventDeliveryState::Failed, now),
        };
        DeliveryAttempt { event: claim.event, url, attempt, state, next_at }
    }

    /// An event whose result is not written would be sent again: so this retries until the database is back.
    async fn write_down(&self, endpoint: Id, tries: Arc<Vec<DeliveryAttempt>>) {
        while let Err(error) = self.settle(endpoint, Arc::clone(&tries)).await {
            tracing::warn!(%error, %endpoint, "could not write down what came of events; trying again");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn settle(&self, endpoint: Id, tries: Arc<Vec<DeliveryAttempt>>) -> Result<(), Error> {
        let dispatcher = self.clone();
        self.0.db.write(move |conn| dispatcher.conclude(conn, endpoint, &tries)).await
    }

    /// Writes the results of attempts, and updates the health of the endpoint.
    fn conclude(&self, conn: &mut Conn, endpoint: Id, tries: &[DeliveryAttempt]) -> Result<(), Error> {
        let now = self.0.clock.now();
        let row = store::lock_endpoint(conn, endpoint)?;
        let is_moved = |tried: &DeliveryAttempt| row.as_ref().is_some_and(|row| row.url != tried.url);
        let (elsewhere, here): (Vec<&DeliveryAttempt>, Vec<_>) = tries.iter().partition(|tried| is_moved(tried));
        // What the former address refused is due at once at the new one, of whose health it says nothing.
        let again = elsewhere.into_iter().map(|tried| tried.clone().after_move(now));
        store::settle(conn, endpoint, self.0.id, here.iter().copied().cloned().chain(again), now)?;
        let attempts: Vec<&Attempt> = here.iter().map(|tried| &tried.attempt).collect();
        // It may have been switched off or removed in the meantime.
        let Some(row) = row.filter(|_| !attempts.is_empty()) else { return Ok(()) };
        match rules::health(row.failing_since, &attempts, now) {
            Health::Well if row.failing_since.is_none() => Ok(()),
            Health::Well => store::set_failing(conn, endpoint, None),
            Health::FailingSince(since) => store::set_failing(conn, endpoint, Some(since)),
            Health::Over(why) => self.switch_off(conn, &row, why),
        }
    }

    /// Switches an endpoint off, records that and notifies the Secretariat.
    fn switch_off(&self, conn: &mut Conn, row: &Row, why: Disabled) -> Result<(), Error> {
        disable(conn, row.id, why, self.0.clock.now())?;
        let entry = Entry::anonymous(Event::WebhookDisabled, Some(row.id)).with(json!({"reason": why}));
        self.0.webhooks.foundation().audit.record(conn, &Trace::default(), &entry)?;
        let (description, host, id) = (row.description.clone(), endpoints::host(&row.url), row.id.to_string());
        let mail: Box<dyn SystemMail> = if why == Disabled::Gone {
            Box::new(WebhookGone { description, host, id })
        } else {
            Box::new(WebhookFailing { description, host, id })
        };
        for officer in identity::secretariat(conn)? {
            self.0.outbox.post(conn, &officer.recipient(), mail.as_ref(), NOTICE_LIFE)?;
        }
        Ok(())
    }
}
