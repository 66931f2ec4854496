//! The sender: empties the outbox.
//!
//! ```text
//!  outbox ──claim──▶ a queue a lane ──▶ couriers, one a connection ──▶ the relay
//!    ▲                                       │
//!    └────────── the clerk: results, many in one transaction ◀──┘
//! ```
//!
//! A mail is leased before it is sent and its result is written after; a process that dies between the two leaves a lease
//! that runs out, and another takes the mail up. So each mail leaves at least once, and twice only where a process dies
//! in the moment after the relay took it (RFC 1047); then both carry the same Message-ID.
//!
//! Couriers take what somebody waits for before any announcement. A relay that can't be reached charges no mail with a try:
//! the mails go back and the whole sender pauses, 1, 2, 4 … 60 s. Told to stop, couriers finish the mail in hand and
//! all others go back at once.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::claims::{self, Lease};
use super::courier::{Courier, Transport};
use super::rules;
use super::store;
use super::types::{Claim, Lane, Outcome, SendResult};
use super::{Bell, Content, batches};
use crate::db::{Db, Id, Target};
use crate::error::Error;
use crate::events::{Events, Kind};
use crate::random::Random;
use crate::time::{Clock, Timestamp};

/// Mails that one claim takes from the outbox.
const CLAIM: i64 = 200;
/// How often it is looked which batches may still be sent.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Results that one transaction writes at most.
const SETTLE: usize = 500;
/// How often leases of dead processes are looked for.
const RECLAIM_EVERY: Duration = Duration::from_secs(30);

/// What the sender needs to know.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections to the relay at once.
    pub connections: usize,
    /// Mails over one connection; 0 for no limit.
    pub mails_per_connection: usize,
    /// The longest that the outbox goes unlooked at.
    pub poll: Duration,
    /// How long a claim is good.
    pub lease: Duration,
}

/// Empties the outbox; see the module.
#[derive(Clone)]
pub struct Sender(Arc<Inner>);

struct Inner {
    db: Db,
    transport: Transport,
    clock: Clock,
    random: Random,
    bell: Bell,
    events: Events,
    options: Options,
    /// Names this process's leases.
    id: Id,
    breaker: Breaker,
    /// Counts claims, so that another batch comes first each time.
    turn: AtomicUsize,
    /// The batches that ran when it was last looked.
    running: Mutex<HashSet<Id>>,
}

/// A leased mail on its way to a courier.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) lane: Lane,
    pub(super) claim: Claim,
    pub(super) content: Option<Arc<Content>>,
    pub(super) lease_until: Timestamp,
}

/// Whether to go on when the outbox is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Serve,
    Drain,
}

impl Sender {
    /// A sender that has not begun yet.
    pub fn new(
        db: Db,
        transport: Transport,
        clock: Clock,
        random: Random,
        bell: Bell,
        events: Events,
        options: Options,
    ) -> Self {
        let id = Id::new(clock.now(), &random);
        let (breaker, turn, running) = (Breaker::default(), AtomicUsize::new(0), Mutex::default());
        Self(Arc::new(Inner { db, transport, clock, random, bell, events, options, id, breaker, turn, running }))
    }

    /// Sends until `stop`, then puts back what it holds.
    pub async fn serve(&self, stop: CancellationToken) {
        // On SQLite there is one process (see `app::lock`), so every lease found at the start is a dead one's.
        let alone = matches!(self.0.db.target(), Target::Sqlite(_));
        self.reclaim(alone).await;
        let reclaimer = self.clone();
        let stopped = stop.clone();
        let reclaiming = tokio::spawn(async move {
            while !sleep_or_stop(RECLAIM_EVERY, &stopped).await {
                reclaimer.reclaim(false).await;
            }
        });
        let (looker, stopped) = (self.clone(), stop.clone());
        let looking = tokio::spawn(async move {
            while !sleep_or_stop(LOOK_EVERY, &stopped).await {
                looker.look_at_batches().await;
            }
        });
        self.pump(Mode::Serve, &stop).await;
        // They end with the same token; their answers are of no interest.
        let _ = tokio::join!(reclaiming, looking);
    }

    /// Sends what is due now and returns when nothing more is. For the tests and for the demo.
    pub async fn drain(&self) {
        self.pump(Mode::Drain, &CancellationToken::new()).await;
    }

    async fn reclaim(&self, all: bool) {
        let now = self.0.clock.now();
        match self.0.db.write(move |conn| store::reclaim(conn, now, all)).await {
            Ok(0) => {}
            Ok(count) => {
                tracing::info!(count, "took up mails that another process had left");
                self.0.bell.ring();
            }
            Err(error) => tracing::warn!(%error, "could not look for abandoned mails"),
        }
    }

    /// Notes which batches may be sent still. Where the database does not answer, what was so stays so.
    async fn look_at_batches(&self) {
        if let Ok(running) = self.0.db.read(batches::running).await {
            *self.0.running.lock().unwrap_or_else(PoisonError::into_inner) =
                running.into_iter().map(|(id, _)| id).collect();
        }
    }

    /// Whether the batch of a mail in hand was paused or cancelled since it was claimed.
    pub(super) fn is_held(&self, job: &Job) -> bool {
        let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        job.claim.batch.is_some_and(|batch| !running.contains(&batch))
    }

    async fn pump(&self, mode: Mode, stop: &CancellationToken) {
        let connections = self.0.options.connections;
        let (results, inbox) = mpsc::channel(SETTLE);
        let (urgent_in, urgent) = async_channel::bounded(connections);
        let (bulk_in, bulk) = async_channel::bounded(connections);
        let clerk = tokio::spawn(self.clone().write_results(inbox));
        let couriers: Vec<_> = (0..connections)
            .map(|_| {
                let courier = Courier::new(self.clone(), urgent.clone(), bulk.clone(), results.clone(), stop.clone());
                tokio::spawn(courier.work())
            })
            .collect();
        // The couriers alone hold the far ends now, so that a queue closes when they are gone.
        drop((urgent, bulk));
        tokio::join!(
            self.feed(Lane::Transactional, mode, stop, urgent_in, results.clone()),
            self.feed(Lane::Bulk, mode, stop, bulk_in, results),
        );
        for task in couriers {
            if let Err(error) = task.await {
                tracing::error!(%error, "a courier died; its mail is taken up when its lease runs out");
            }
        }
        if let Err(error) = clerk.await {
            tracing::error!(%error, "the writer of results died");
        }
    }

    /// Claims the mails of a lane and hands them to the couriers, until there is nothing left or no need.
    async fn feed(
        &self,
        lane: Lane,
        mode: Mode,
        stop: &CancellationToken,
        queue: async_channel::Sender<Job>,
        results: mpsc::Sender<SendResult>,
    ) {
        while !stop.is_cancelled() {
            let paused = self.0.breaker.pause(self.0.clock.now());
            let jobs = if paused.is_some() { Vec::new() } else { self.claim(lane).await };
            if jobs.is_empty() {
                if mode == Mode::Drain {
                    return;
                }
                self.wait(lane, paused, stop).await;
                continue;
            }
            for job in jobs {
                let undelivered = tokio::select! {
                    sent = queue.send(job.clone()) => sent.is_err(),
                    () = stop.cancelled() => true,
                };
                if undelivered {
                    let result = job.put_back(self.0.clock.now(), "the portal stopped");
                    // The clerk outlives the lanes: it ends when the last sender of results is gone.
                    let _ = results.send(result).await;
                }
            }
        }
    }

    async fn wait(&self, lane: Lane, paused: Option<Duration>, stop: &CancellationToken) {
        let time = paused.unwrap_or(self.0.options.poll);
        tokio::select! {
            () = self.0.bell.rung(lane), if paused.is_none() => {}
            () = tokio::time::sleep(time) => {}
            () = stop.cancelled() => {}
        }
    }

    async fn claim(&self, lane: Lane) -> Vec<Job> {
        let now = self.0.clock.now();
        let (id, lease_until) = (self.0.id, now.plus(self.0.options.lease));
        let turn = self.0.turn.fetch_add(1, Ordering::Relaxed);
        let claimed = self
            .0
            .db
            .write(move |conn| {
                let lease = Lease { id, until: lease_until, now };
                let claims = match lane {
                    Lane::Transactional => store::claim(conn, None, CLAIM, id, lease_until, now)?,
                    Lane::Bulk => claims::from_batches(conn, lease, CLAIM, turn)?,
                };
                let contents = store::contents(conn, &claims)?;
                Ok((claims, contents))
            })
            .await;
        let (claims, contents) = match claimed {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "could not look into the outbox");
                return Vec::new();
            }
        };
        // What was claimed from runs: it is added before the next look.
        self.0
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(claims.iter().filter_map(|claim| claim.batch));
        let contents: HashMap<Id, Arc<Content>> =
            contents.into_iter().map(|(id, content)| (id, Arc::new(content))).collect();
        claims
            .into_iter()
            .map(|claim| {
                let content = claim.content_id.and_then(|id| contents.get(&id).cloned());
                Job { lane, claim, content, lease_until }
            })
            .collect()
    }

    /// The clerk: writes results, as many in one transaction as have come in, until no courier is left.
    async fn write_results(self, mut inbox: mpsc::Receiver<SendResult>) {
        let mut results = Vec::with_capacity(SETTLE);
        while inbox.recv_many(&mut results, SETTLE).await > 0 {
            let batch = Arc::new(std::mem::take(&mut results));
            // A mail that left and is not written down would leave again: so try until the database is back. Should the
            // process end first, the lease runs out and the mail is sent twice rather than never.
            while let Err(error) = self.settle(Arc::clone(&batch)).await {
                tracing::warn!(%error, count = batch.len(), "could not write the results of mails; trying again");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }

    async fn settle(&self, results: Arc<Vec<SendResult>>) -> Result<(), Error> {
        let (id, now, events) = (self.0.id, self.0.clock.now(), self.0.events.clone());
        let may_fail = results.iter().any(|result| result.outcome == Outcome::Failed);
        self.0
            .db
            .write(move |conn| {
                let failed = store::settle(conn, id, &results, now)?;
                events.tell_each(conn, Kind::MailFailed, failed.iter().map(|result| result.told()).collect())?;
                let is_over = |result: &&SendResult| matches!(result.outcome, Outcome::Sent | Outcome::Failed);
                let secrets: Vec<Id> = results.iter().filter(is_over).filter_map(|r| r.secret_content).collect();
                if secrets.is_empty() { Ok(()) } else { store::forget_contents(conn, &secrets) }
            })
            .await?;
        if may_fail {
            self.0.events.ring();
        }
        Ok(())
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(super) fn breaker(&self) -> &Breaker {
        &self.0.breaker
    }

    pub(super) fn mails_per_connection(&self) -> usize {
        self.0.options.mails_per_connection
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// What a temporary refusal means for this job.
    pub(super) fn after_refusal(&self, job: &Job) -> Outcome {
        let attempts = u32::try_from(job.claim.attempts).unwrap_or_default().saturating_add(1);
        let jitter = u64::try_from(self.0.random.below(401)).unwrap_or_default();
        rules::after_refusal(self.now(), rules::wait_after(job.lane, attempts, jitter), job.claim.expires_at)
    }
}

impl Job {
    /// Back into the outbox, due at `at`, no try charged.
    pub(super) fn put_back(&self, at: Timestamp, why: &str) -> SendResult {
        self.result(Outcome::PutBack { at }, None, Some(why.to_owned()))
    }

    pub(super) fn result(&self, outcome: Outcome, code: Option<i32>, reply: Option<String>) -> SendResult {
        self.claim.result(outcome, code, reply)
    }
}

/// Remembers that the relay is down, so that not every mail finds out for itself.
#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    until: Option<Timestamp>,
}

impl Breaker {
    /// How long the sender is to pause still.
    pub(super) fn pause(&self, now: Timestamp) -> Option<Duration> {
        let until = self.lock().until?;
        let micros = until.as_micros().saturating_sub(now.as_micros());
        u64::try_from(micros).ok().filter(|&micros| micros > 0).map(Duration::from_micros)
    }

    /// The relay failed: returns when to ask it again. Couriers that fail together count once.
    pub(super) fn trip(&self, now: Timestamp) -> Timestamp {
        let mut state = self.lock();
        if let Some(until) = state.until
            && until > now
        {
            return until;
        }
        state.failures = state.failures.saturating_add(1);
        let until = now.plus(rules::relay_pause(state.failures));
        state.until = Some(until);
        until
    }

    /// The relay answers again.
    pub(super) fn reset(&self) {
        *self.lock() = State::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `stop` came before the time was over.
async fn sleep_or_stop(time: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => false,
        () = stop.cancelled() => true,
    }
}
