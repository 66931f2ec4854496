//! The sender: empties the outbox.
//!
//! ```text
//!  outbox ──claim──▶ a queue a lane ──▶ couriers, one a connection ──▶ the relay
//!    ▲                                       │ (journal)
//!    └────────── the clerk: results, many in one transaction ◀──┘
//! ```
//!
//! A mail is leased before it is sent and its result is written after; a process that dies between the two leaves a lease
//! that runs out, and another takes the mail up. So each mail leaves at least once, and twice only where a process dies
//! in the moment after the relay took it (RFC 1047; `journal` makes that moment as short as it gets); then both carry the
//! same Message-ID.
//!
//! Every claim is counted before anything is done with a mail. One that was claimed and of which nothing came may have ended its
//! process: it is tried alone, and after the third time set aside as failed (`claims`, `clerk`), so no mail ends every
//! process that comes.
//!
//! Couriers take what somebody waits for before any announcement, and one of them takes nothing else. How fast announcements
//! leave is decided where they are handed to the couriers (`pace`). A relay that can't be reached charges no mail with a try:
//! the mails go back and the whole sender pauses (`breaker`). Told to stop, couriers finish the mail in hand and all others go
//! back at once.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::breaker::Breaker;
use super::claims::{self, Lease};
use super::clerk::{Clerk, SETTLE};
use super::courier::{Courier, Queues, Transport};
use super::job::{self, Job};
use super::journal::Journal;
use super::options::Options;
use super::pace::{Pace, Turn};
use super::suspect::SuspectPermit;
use super::types::{Lane, Outcome, SendResult};
use super::{Bell, batches, pace, rules, store};
use crate::db::{Db, Id, Target};
use crate::events::Events;
use crate::random::Random;
use crate::time::{Clock, Timestamp};

/// Mails that one claim takes from the outbox, and announcements that wait for couriers at most.
const CLAIM: usize = 250;
/// How often it is looked which batches may still be sent, and at what pace.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often leases of dead processes are looked for.
const RECLAIM_EVERY: Duration = Duration::from_secs(30);

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
    pace: Pace,
    /// Begun when it serves.
    journal: OnceLock<Arc<Journal>>,
    /// Counts claims, so that another batch comes first each time.
    turn: AtomicUsize,
    /// The batches that ran when it was last looked.
    running: Mutex<HashSet<Id>>,
    /// One permit a lane, for the suspect in hand.
    suspects: [Arc<Semaphore>; 2],
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
        Self(Arc::new(Inner {
            id: Id::new(clock.now(), &random),
            breaker: Breaker::new(options.connections),
            pace: Pace::default(),
            turn: AtomicUsize::new(0),
            running: Mutex::default(),
            suspects: [(); 2].map(|()| Arc::new(Semaphore::new(1))),
            journal: OnceLock::new(),
            db,
            transport,
            clock,
            random,
            bell,
            events,
            options,
        }))
    }

    /// Sends until `stop`, then puts back what it holds.
    pub async fn serve(&self, stop: CancellationToken) {
        // On SQLite there is one process (see `app::lock`), so every lease found at the start is a dead one's.
        let alone = matches!(self.0.db.target(), Target::Sqlite(_));
        self.begin_journal();
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
                looker.look().await;
            }
        });
        self.look().await;
        self.pump(Mode::Serve, &stop).await;
        // They end with the same token; their answers are of no interest.
        let _ = tokio::join!(reclaiming, looking);
        if let Some(journal) = self.0.journal.get() {
            journal.end();
        }
    }

    /// Sends what is due now and returns when nothing more is. For the tests and for the demo.
    pub async fn drain(&self) {
        self.look().await;
        self.pump(Mode::Drain, &CancellationToken::new()).await;
    }

    fn clerk(&self) -> Clerk {
        let Inner { db, clock, events, id, journal, .. } = &*self.0;
        Clerk {
            db: db.clone(),
            clock: clock.clone(),
            events: events.clone(),
            sender: *id,
            journal: journal.get().cloned(),
        }
    }

    fn begin_journal(&self) {
        let Some(folder) = &self.0.options.journal else { return };
        match Journal::begin(folder, self.0.id) {
            Ok(journal) => drop(self.0.journal.set(Arc::new(journal))),
            Err(error) => {
                tracing::error!(%error, folder = %folder.display(), "no journal of mails: a kill may send some of them twice");
            }
        }
    }

    async fn reclaim(&self, all: bool) {
        if let Some(folder) = &self.0.options.journal {
            self.clerk().take_over(folder).await;
        }
        let now = self.0.clock.now();
        self.clerk().set_aside(now, all).await;
        match self.0.db.write(move |conn| claims::reclaim(conn, now, all)).await {
            Ok(0) => {}
            Ok(count) => {
                tracing::info!(count, "took up mails that another process had left");
                self.0.bell.ring();
            }
            Err(error) => tracing::warn!(%error, "could not look for abandoned mails"),
        }
    }

    /// Notes which batches may be sent still, and at what pace. Where the database does not answer, what was so stays so.
    async fn look(&self) {
        let (id, now) = (self.0.id, self.0.clock.now());
        let looked = self.0.db.read(move |conn| Ok((batches::running(conn)?, pace::look(conn, id, now)?))).await;
        let Ok((running, looked)) = looked else { return };
        *self.0.running.lock().unwrap_or_else(PoisonError::into_inner) =
            running.into_iter().map(|(id, _)| id).collect();
        let is_to_be_seen = looked.is_to_be_seen;
        self.0.pace.set(looked);
        if is_to_be_seen {
            // Where that fails it is tried again at the next look; meanwhile the others are a little too fast.
            let _ = self.0.db.write(move |conn| pace::be_seen(conn, id, now)).await;
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
        let (bulk_in, bulk) = async_channel::bounded(CLAIM);
        let queues = Queues { urgent, bulk };
        let clerk = tokio::spawn(self.clerk().work(inbox));
        let couriers: Vec<_> = (0..connections)
            .map(|number| {
                let courier = Courier::new(number, self.clone(), queues.clone(), results.clone(), stop.clone());
                tokio::spawn(courier.work())
            })
            .collect();
        // The couriers alone hold the far ends now, so that a queue closes when they are gone.
        drop(queues);
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
            let jobs = if paused.is_some() { Vec::new() } else { self.claim(lane, mode).await };
            if jobs.is_empty() {
                if mode == Mode::Drain {
                    return;
                }
                self.wait(lane, paused, stop).await;
                continue;
            }
            for job in jobs {
                if let Err(result) = self.hand_over(job, mode, stop, &queue).await {
                    // The clerk outlives the lanes: it ends when the last sender of results is gone.
                    let _ = results.send(*result).await;
                }
            }
        }
    }

    /// Hands a mail to the couriers when it is its turn, or says why it goes back.
    async fn hand_over(
        &self,
        mut job: Job,
        mode: Mode,
        stop: &CancellationToken,
        queue: &async_channel::Sender<Job>,
    ) -> Result<(), Box<SendResult>> {
        while job.lane == Lane::Bulk {
            let now = self.0.clock.now();
            match self.0.pace.turn(&job.claim.domain, now) {
                Turn::Now(place) => {
                    job.place = place;
                    break;
                }
                Turn::In(time) if mode == Mode::Serve => {
                    // A slow pace may be made faster meanwhile.
                    if self.is_held(&job) || sleep_or_stop(time.min(LOOK_EVERY), stop).await {
                        return Err(Box::new(job.put_back(now, "paused, cancelled or stopped")));
                    }
                }
                Turn::In(time) => return Err(Box::new(job.put_back(now.plus(time), "the pace"))),
                Turn::Later(at) => return Err(Box::new(job.put_back(at, "the pace of its domain"))),
            }
        }
        let back = Box::new(job.put_back(self.0.clock.now(), "the portal stopped"));
        tokio::select! {
            sent = queue.send(job) => sent.map_err(|_closed| back),
            () = stop.cancelled() => Err(back),
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

    /// A suspect where there is one and none is in hand; otherwise as many others as one claim takes.
    async fn claim(&self, lane: Lane, mode: Mode) -> Vec<Job> {
        let [urgent, bulk] = &self.0.suspects;
        let permits = if lane == Lane::Bulk { bulk } else { urgent };
        let free = Arc::clone(permits).try_acquire_owned().ok();
        let (was_free, jobs) = (free.is_some(), self.claim_with(lane, free).await);
        if !jobs.is_empty() || was_free || mode == Mode::Serve {
            return jobs;
        }
        // The rest is to leave too: so it waits for the one in hand.
        let free = Arc::clone(permits).acquire_owned().await.ok();
        self.claim_with(lane, free).await
    }

    async fn claim_with(&self, lane: Lane, free: Option<OwnedSemaphorePermit>) -> Vec<Job> {
        let now = self.0.clock.now();
        let lease = Lease { id: self.0.id, until: now.plus(self.0.options.lease), now };
        let (turn, may_suspect) = (self.0.turn.fetch_add(1, Ordering::Relaxed), free.is_some());
        let claimed = self
            .0
            .db
            .write(move |conn| {
                let suspect = if may_suspect { claims::suspect(conn, lease, lane)? } else { Vec::new() };
                let is_suspect = !suspect.is_empty();
                let taken = match lane {
                    _ if is_suspect => suspect,
                    Lane::Transactional => claims::urgent(conn, lease, CLAIM)?,
                    Lane::Bulk => claims::from_batches(conn, lease, CLAIM, turn)?,
                };
                let contents = store::contents(conn, &taken)?;
                Ok((taken, contents, is_suspect))
            })
            .await;
        let (taken, contents, is_suspect) = match claimed {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(%error, "could not look into the outbox");
                return Vec::new();
            }
        };
        // What was claimed from runs: it is added before the next look.
        let batches = taken.iter().filter_map(|taken| taken.claim.batch);
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner).extend(batches);
        let mut jobs = job::of(lane, taken, contents, lease.until);
        if is_suspect && let Some((job, permit)) = jobs.first_mut().zip(free) {
            job.permit = Some(Arc::new(SuspectPermit::new(permit, self.0.bell.clone())));
        }
        jobs
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(super) fn breaker(&self) -> &Breaker {
        &self.0.breaker
    }

    /// Whether the courier of this number may carry announcements now. The first one may where it is the only one.
    pub(super) fn is_for_bulk(&self, number: usize) -> bool {
        self.0.options.connections == 1 || (number > 0 && number <= self.0.breaker.allowed(self.0.clock.now()))
    }

    pub(super) fn mails_per_connection(&self) -> usize {
        self.0.options.mails_per_connection
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The relay has taken a mail: should this process be killed now, the next one knows.
    pub(super) fn note_sent(&self, job: &Job) {
        if let Some(journal) = self.0.journal.get()
            && let Err(error) = journal.note(job.claim.id)
        {
            tracing::warn!(%error, "the journal of mails can't be written");
        }
    }

    /// What a temporary refusal means for this job.
    pub(super) fn after_refusal(&self, job: &Job) -> Outcome {
        let attempts = u32::try_from(job.claim.attempts).unwrap_or_default().saturating_add(1);
        let jitter = u64::try_from(self.0.random.below(401)).unwrap_or_default();
        rules::after_refusal(self.now(), rules::wait_after(job.lane, attempts, jitter), job.claim.expires_at)
    }
}

/// Whether `stop` came before the time was over.
async fn sleep_or_stop(time: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => false,
        () = stop.cancelled() => true,
    }
}
