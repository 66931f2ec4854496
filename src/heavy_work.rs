//! The lane of heavy work, which takes long and much memory: imports, spreadsheets, exports of a person's data.
//!
//! A few threads do such work (`heavy_work.threads`), at a low priority; a configured number of requests may wait for
//! one of them (`heavy_work.queue`), and further ones are refused with a 503. So the memory of all of it together is
//! bounded, whatever the number of requests. Each person has one piece of heavy work at a time; a second one is refused
//! with a 429.
//!
//! 1. [`Lane::place`] gives a place, or refuses. A handler takes it before it receives a body, which is memory as
//!    well.
//! 2. [`QueuePlace::turn`] waits until a thread is free. A request that is cancelled meanwhile returns the place.
//! 3. [`WorkPermit::run`] does the work on that thread. The work asks [`Wanted`] between its steps, and stops if the
//!    request was cancelled.
//!
//! A file that is made while it is sent ([`Lane::stream`]) costs little at a time and needs no thread here; each person
//! may take a few of them at once. A large answer of the address book, and a search through all of it, count as such
//! files. The comparisons of such a search, and the rendering of authors' texts, run outside of the threads that serve
//! requests ([`Lane::beside`]); a fixed number of them waits. An upload ([`Lane::upload`]) needs no thread here either;
//! each person may send one at a time.
//!
//! Left out: units of work of the database, whose own queue is bounded (`db`), and passwords (`identity::password`).

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use crate::background;
use crate::config;
use crate::db::Id;
use crate::error::{Error, OrInternal as _};

/// How far the threads step back.
const STEP_BACK: i32 = 5;
/// Files that one person may take at once while they are made.
const STREAMS: usize = 4;
/// Short pieces of work that wait for a turn beside the lane. Each takes milliseconds and holds no more than a
/// questionnaire or a release, so the last one waits a few seconds at most.
const WAITING_BESIDE: usize = 256;

type Job = Box<dyn FnOnce() + Send>;

/// The kinds of work that one person may have in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// Heavy work.
    Work,
    /// A file that is made while it is sent.
    Stream,
    /// A file that is handed in.
    Upload,
}

impl Kind {
    /// How many of them at once.
    const fn most(self) -> usize {
        match self {
            Self::Work | Self::Upload => 1,
            Self::Stream => STREAMS,
        }
    }
}

/// The lane. Cloning shares it.
#[derive(Clone)]
pub struct Lane(Arc<Inner>);

struct Inner {
    jobs: Sender<Job>,
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    beside: Arc<Semaphore>,
    places_beside: Arc<Semaphore>,
    under_way: Mutex<HashMap<(Id, Kind), usize>>,
}

impl Lane {
    /// Starts the threads. They end when the last copy of the lane is dropped.
    ///
    /// # Errors
    /// If the system gives no threads.
    pub fn start(settings: &config::HeavyWork) -> Result<Self, Error> {
        let (jobs, waiting) = crossbeam_channel::unbounded::<Job>();
        for number in 0..settings.threads {
            let waiting = waiting.clone();
            std::thread::Builder::new().name(format!("heavy-{number}")).spawn(move || serve(&waiting)).or_internal()?;
        }
        Ok(Self(Arc::new(Inner {
            jobs,
            places: Arc::new(Semaphore::new(settings.threads + settings.queue)),
            turns: Arc::new(Semaphore::new(settings.threads)),
            beside: Arc::new(Semaphore::new(settings.threads)),
            places_beside: Arc::new(Semaphore::new(settings.threads + WAITING_BESIDE)),
            under_way: Mutex::default(),
        })))
    }

    /// A place in the lane.
    ///
    /// # Errors
    /// 429 where this person has work under way, 503 where the lane is full.
    pub fn place(&self, person: Id) -> Result<QueuePlace, Error> {
        let under_way = self.admit(person, Kind::Work)?;
        let place = Arc::clone(&self.0.places).try_acquire_owned().map_err(|_full| Error::busy())?;
        Ok(QueuePlace { under_way, _place: place })
    }

    /// Leave to take a file that is made while it is sent; to be kept until then.
    ///
    /// # Errors
    /// 429 where this person takes several already.
    pub fn stream(&self, person: Id) -> Result<UnderWay, Error> {
        self.admit(person, Kind::Stream)
    }

    /// Leave to hand in a file; to be kept until it is stored.
    ///
    /// # Errors
    /// 429 where this person hands one in already.
    pub fn upload(&self, person: Id) -> Result<UnderWay, Error> {
        self.admit(person, Kind::Upload)
    }

    /// Does a short piece of work outside of the threads that serve requests, as many at once as the lane has threads.
    /// Work of cancelled requests counts, too, since it continues once it has begun on such a thread.
    ///
    /// # Errors
    /// 503 where too much of it waits already; those of the work; 500 if it panics.
    pub async fn beside<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnOnce() -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let place = Arc::clone(&self.0.places_beside).try_acquire_owned().map_err(|_full| Error::busy())?;
        let turn = Arc::clone(&self.0.beside).acquire_owned().await.map_err(|_closed| Error::busy())?;
        let work = move || {
            let _until_done = (place, turn);
            work()
        };
        tokio::task::spawn_blocking(work).await.or_internal()?
    }

    /// The number of free places.
    #[must_use]
    pub fn free(&self) -> usize {
        self.0.places.available_permits()
    }

    fn admit(&self, person: Id, kind: Kind) -> Result<UnderWay, Error> {
        let mut under_way = self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry((person, kind)).or_default();
        if *count >= kind.most() {
            return Err(Error::work_under_way());
        }
        *count += 1;
        Ok(UnderWay(Arc::new(CountedWork { lane: self.clone(), person, kind })))
    }
}

fn serve(jobs: &Receiver<Job>) {
    background::lower_priority(STEP_BACK);
    while let Ok(job) = jobs.recv() {
        job();
    }
}

/// Something of a person that is under way, until the last clone of this is dropped.
#[derive(Clone)]
pub struct UnderWay(Arc<CountedWork>);

struct CountedWork {
    lane: Lane,
    person: Id,
    kind: Kind,
}

impl Drop for CountedWork {
    fn drop(&mut self) {
        let mut under_way = self.lane.0.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (self.person, self.kind);
        match under_way.get_mut(&key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                under_way.remove(&key);
            }
        }
    }
}

/// A place in the lane.
pub struct QueuePlace {
    under_way: UnderWay,
    _place: OwnedSemaphorePermit,
}

impl QueuePlace {
    /// Waits until a thread is free.
    pub async fn turn(self) -> Result<WorkPermit, Error> {
        let turns = Arc::clone(&self.under_way.0.lane.0.turns);
        let turn = turns.acquire_owned().await.map_err(|_closed| Error::busy())?;
        Ok(WorkPermit { place: self, _turn: turn })
    }

    /// Waits until a thread is free, and does the work there.
    ///
    /// # Errors
    /// As [`WorkPermit::run`].
    pub async fn run<T, F>(self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&Wanted) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.turn().await?.run(work).await
    }
}

/// The right to a thread.
pub struct WorkPermit {
    place: QueuePlace,
    _turn: OwnedSemaphorePermit,
}

impl WorkPermit {
    /// The permit that keeps this person's next piece of work away while something remains to be done after
    /// [`WorkPermit::run`]: a large answer takes memory until it is sent.
    #[must_use]
    pub fn under_way(&self) -> UnderWay {
        self.place.under_way.clone()
    }

    /// Does the work on a thread of the lane. Thread and place are free again when it is done, even if the request was
    /// cancelled.
    ///
    /// # Errors
    /// Those of the work; 500 if it panics.
    pub async fn run<T, F>(self, work: F) -> Result<T, Error>
    where
        F: FnOnce(&Wanted) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let stop = CancellationToken::new();
        let wanted = Wanted(stop.clone());
        // Dropped with this future, be it done or given up.
        let _stops = stop.drop_guard();
        let (reply, answer) = oneshot::channel();
        let jobs = self.place.under_way.0.lane.0.jobs.clone();
        let job: Job = Box::new(move || {
            let outcome = if wanted.is() {
                let done = catch_unwind(AssertUnwindSafe(|| work(&wanted)));
                done.unwrap_or_else(|_panic| Err(Error::internal("heavy work panicked")))
            } else {
                Err(Error::busy())
            };
            // Before the answer: its recipient may send the next request at once.
            drop(self);
            let _ = reply.send(outcome);
        });
        jobs.send(job).or_internal()?;
        answer.await.or_internal()?
    }
}

/// Whether the request for the work is still there.
pub struct Wanted(CancellationToken);

impl Wanted {
    /// Whether the request is still there.
    #[must_use]
    pub fn is(&self) -> bool {
        !self.0.is_cancelled()
    }
}

#[cfg(test)]
mod tests;
