//! The sender: empties the outbox.
//!
//! ```text
//!  outbox ──claim──▶ a queue a lane ──▶ workers, one a connection ──▶ the relay
//!    ▲                                       │ (journal)
//!    └────────── the result writer: results, many in one transaction ◀──┘
//! ```
//!
//! A mail is leased before it is sent, and its result is written afterwards. If a process ends in between, the lease
//! expires and another process takes the mail over. So each mail is sent at least once, and twice only if a process
//! ends just after the relay accepted it (RFC 1047; `journal` keeps that gap as short as possible); both copies then
//! carry the same Message-ID.
//!
//! Every claim is counted before anything is done with the mail. A mail that was claimed and has no result may have
//! ended its process: it is tried alone, and set aside as failed after the third time (`claims`, `result_writer`), so
//! that no mail ends one process after another.
//!
//! Workers take transactional mail before any announcement, and one worker takes nothing else. The rate of
//! announcements is limited where they are handed to the workers (`sending_rate`). If the relay can't be reached or
//! refuses the portal, no attempt is counted: the mails are returned, and their lane or the whole sender pauses
//! (`circuit_breaker`). At a stop, workers finish the mail in progress, and all others are returned at once.
//!
//! - `feed` from the outbox to the workers; `smtp_worker` one worker with one connection; `upkeep` periodic tasks;
//!   `relay_state` how the relay is, for `/metrics`

mod feed;
mod relay_state;
mod smtp_worker;
mod upkeep;

use std::collections::HashSet;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::circuit_breaker::CircuitBreaker;
use super::figures::Figures;
use super::job::Job;
use super::journal::Journal;
use super::options::Options;
use super::result_writer::{ResultWriter, SETTLE};
use super::rules;
use super::sending_rate::SendingRate;
use super::signals::LaneSignals;
use super::transport::Transport;
use super::types::{Outcome, Priority};
use crate::background::Runner;
use crate::db::{Db, Id, Target};
use crate::events::Events;
use crate::metrics::{self, Registry};
use crate::random::Random;
use crate::time::{Clock, Timestamp};
use relay_state::RelayState;
use smtp_worker::{Queues, SmtpWorker};
use upkeep::Task;

/// Mails that one claim takes from the outbox, and most announcements that wait for workers.
const CLAIM: usize = 250;
/// How often the running batches and the pace are read.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often leases of ended processes are searched.
const RECLAIM_EVERY: Duration = Duration::from_secs(30);

/// The sender; see the module.
#[derive(Clone)]
pub struct Sender(Arc<Inner>);

struct Inner {
    db: Db,
    transport: Transport,
    clock: Clock,
    random: Random,
    signals: LaneSignals,
    events: Events,
    options: Options,
    /// Names this process's leases.
    id: Id,
    breaker: CircuitBreaker,
    pace: SendingRate,
    /// Begun when it serves.
    journal: OnceLock<Arc<Journal>>,
    /// Counts claims, so that another batch comes first each time.
    turn: AtomicUsize,
    /// The batches that were running at the last look.
    running: Mutex<HashSet<Id>>,
    /// One permit per lane, for the suspect in progress.
    suspects: [Arc<Semaphore>; 2],
    /// Runs the periodic tasks.
    runner: Runner,
    figures: Figures,
}

/// Whether to continue when the outbox is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Serve,
    Drain,
}

impl Sender {
    /// A sender that has not started yet.
    pub fn new(
        db: Db,
        transport: Transport,
        clock: Clock,
        random: Random,
        events: Events,
        options: Options,
        runner: Runner,
    ) -> Self {
        Self(Arc::new(Inner {
            id: Id::new(clock.now(), &random),
            breaker: CircuitBreaker::new(options.connections, transport.troubles.clone()),
            pace: SendingRate::default(),
            turn: AtomicUsize::new(0),
            running: Mutex::default(),
            suspects: [(); 2].map(|()| Arc::new(Semaphore::new(1))),
            journal: OnceLock::new(),
            signals: LaneSignals::of(&db),
            db,
            transport,
            clock,
            random,
            events,
            options,
            runner,
            figures: Figures::default(),
        }))
    }

    /// Sends until `stop`, then returns its mails to the outbox.
    pub async fn serve(&self, stop: CancellationToken) {
        // On SQLite there is one process (see `app::lock`), so every lease found at the start belongs to an ended one.
        let alone = matches!(self.0.db.target(), Target::Sqlite(_));
        self.begin_journal();
        self.keep_up(Task::TakeUp { all: alone }).await;
        let taking_up = self.keep_up_every(RECLAIM_EVERY, Task::TakeUp { all: false }, &stop);
        let looking = self.keep_up_every(LOOK_EVERY, Task::Look, &stop);
        self.keep_up(Task::Look).await;
        self.pump(Mode::Serve, &stop).await;
        // They end with the same token; their results are not needed.
        let _ = tokio::join!(taking_up, looking);
        if let Some(journal) = self.0.journal.get() {
            journal.end();
        }
    }

    /// Sends what is due now, and returns when nothing more is. For tests and the demo.
    pub async fn drain(&self) {
        self.keep_up(Task::Look).await;
        self.pump(Mode::Drain, &CancellationToken::new()).await;
    }

    fn result_writer(&self) -> ResultWriter {
        let Inner { db, clock, events, id, journal, .. } = &*self.0;
        ResultWriter {
            db: db.clone(),
            clock: clock.clone(),
            events: events.clone(),
            sender: *id,
            journal: journal.get().cloned(),
        }
    }

    async fn pump(&self, mode: Mode, stop: &CancellationToken) {
        let connections = self.0.options.connections;
        let (results, inbox) = mpsc::channel(SETTLE);
        let (urgent_in, urgent) = async_channel::bounded(connections);
        let (bulk_in, bulk) = async_channel::bounded(CLAIM);
        let queues = Queues { urgent, bulk };
        let result_writer = tokio::spawn(self.result_writer().work(inbox));
        let couriers: Vec<_> = (0..connections)
            .map(|number| {
                let courier = SmtpWorker::new(number, self.clone(), queues.clone(), results.clone(), stop.clone());
                tokio::spawn(courier.work())
            })
            .collect();
        // Only the workers have receivers now, so that a queue closes when they end.
        drop(queues);
        tokio::join!(
            self.feed(Priority::Transactional, mode, stop, urgent_in, results.clone()),
            self.feed(Priority::Bulk, mode, stop, bulk_in, results),
        );
        for task in couriers {
            if let Err(error) = task.await {
                tracing::error!(%error, "a courier died; its mail is taken up when its lease runs out");
            }
        }
        if let Err(error) = result_writer.await {
            tracing::error!(%error, "the writer of results died");
        }
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(super) fn breaker(&self) -> &CircuitBreaker {
        &self.0.breaker
    }

    pub(super) fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// Whether the worker of this number may send announcements now. The first one may only if it is the only one.
    pub(super) fn is_for_bulk(&self, number: usize) -> bool {
        self.0.options.connections == 1 || (number > 0 && number <= self.0.breaker.allowed(self.0.clock.now()))
    }

    /// After so many mails a connection is renewed; 0 for never.
    pub(super) fn mails_per_connection(&self) -> usize {
        self.0.breaker.mails_per_connection(self.0.options.mails_per_connection, self.0.clock.now())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Records that the relay has accepted a mail: if this process is killed now, the next one knows.
    pub(super) fn note_sent(&self, job: &Job) {
        if let Some(journal) = self.0.journal.get()
            && let Err(error) = journal.note(job.claim.id)
        {
            tracing::warn!(%error, "the journal of mails can't be written");
        }
    }

    /// The result of a temporary refusal of this job.
    pub(super) fn after_refusal(&self, job: &Job) -> Outcome {
        let attempts = u32::try_from(job.claim.attempts).unwrap_or_default().saturating_add(1);
        let jitter = u64::try_from(self.0.random.below(401)).unwrap_or_default();
        rules::after_refusal(self.now(), rules::wait_after(job.lane, attempts, jitter), job.claim.expires_at)
    }
}

impl metrics::Figures for Sender {
    fn register(&self, registry: &mut Registry) {
        self.figures().register(registry);
        registry.register_collector(Box::new(RelayState(Arc::downgrade(&self.0))));
    }
}

/// Whether `stop` came before the time was over.
async fn sleep_or_stop(time: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => false,
        () = stop.cancelled() => true,
    }
}
