//! The password hasher: threads for Argon2id, with a queue.
//!
//! Argon2id is slow on purpose and takes 19 MiB for each hash, so it has threads of its own, a bounded queue and a
//! deadline. A flood of logins fills that queue and gets 503; other requests keep their speed, and memory stays at
//! threads × 19 MiB. A thread allocates its block of memory at its first hash and keeps it. It runs at a lower priority
//! than the threads that serve requests, which come first on a busy machine.
//!
//! Waiting passwords are served in turns by network (`queue`), so a flood from one network, however wide, does not
//! exclude the others.
//!
//! A login without an account is hashed too, against dummies through the same queue, and every comparison computes the
//! same number of hashes of the same costs (`costs`), so that neither time nor load discloses which accounts exist.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::ExposeSecret as _;
use tokio::sync::oneshot;

use super::costs::{Cost, CostsInUse, OUTPUT, StoredHash};
use super::queue::{Job, Queue};
use super::{Password, rules};
use crate::background;
use crate::error::{Error, FieldCode, FieldError, OrInternal as _};
use crate::http::Metrics;
use crate::random::Random;

const SALT: usize = 16;
/// Niceness of the hashing threads.
const PRIORITY: i32 = 10;

/// Cost and capacity.
#[derive(Clone, Copy, Debug)]
pub struct HashOptions {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// Threads.
    pub threads: usize,
    /// Passwords that may wait.
    pub queue: usize,
    /// How long they may wait.
    pub wait: Duration,
}

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whether the password is right.
    pub right: bool,
    /// Whether the stored hash has other parameters than the present ones.
    pub outdated: bool,
}

pub(super) enum Task {
    /// A new password: its hash, unless it is easy to guess.
    Choose(Password, Vec<String>, bool, oneshot::Sender<Result<Result<String, FieldError>, Error>>),
    /// A known password, hashed again with the present parameters.
    Renew(Password, oneshot::Sender<Result<String, Error>>),
    Verify(Password, Option<String>, oneshot::Sender<Result<Verified, Error>>),
}

impl Task {
    /// Whether the caller still waits for the answer.
    fn is_wanted(&self) -> bool {
        !match self {
            Self::Choose(_, _, _, reply) => reply.is_closed(),
            Self::Renew(_, reply) => reply.is_closed(),
            Self::Verify(_, _, reply) => reply.is_closed(),
        }
    }
}

/// The threads that hash. Cloning is cheap; the last clone ends them.
#[derive(Clone)]
pub struct Hasher(Arc<Inner>);

struct Inner {
    costs: Arc<CostsInUse>,
    queue: Arc<Queue<Task>>,
    threads: Vec<JoinHandle<()>>,
    metrics: Metrics,
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// If the parameters are invalid, or there is no memory for them.
    pub fn start(options: HashOptions, random: &Random, metrics: Metrics) -> Result<Self, Error> {
        let params = Params::new(options.memory_kib, options.passes, options.lanes, Some(OUTPUT)).or_internal()?;
        let costs = Arc::new(CostsInUse::new(Cost::of(&params)));
        let queue = Arc::new(Queue::new(options.queue));
        let mut threads = Vec::with_capacity(options.threads);
        for number in 0..options.threads {
            let worker = Worker {
                memory: Vec::new(),
                params: params.clone(),
                costs: Arc::clone(&costs),
                random: random.clone(),
                queue: Arc::clone(&queue),
                wait: options.wait,
                metrics: metrics.clone(),
            };
            let thread = std::thread::Builder::new().name(format!("hash-{number}")).spawn(move || worker.serve());
            threads.push(thread.or_internal()?);
        }
        Ok(Self(Arc::new(Inner { costs, queue, threads, metrics })))
    }

    /// The costs that each comparison pays, as the beginnings of the hashes that have them; and that of a stored hash,
    /// from now on.
    ///
    /// # Errors
    /// If the hash is malformed.
    pub(super) fn costs(&self, stored: Option<&str>) -> Result<Vec<String>, Error> {
        let cost = stored.map(StoredHash::parse).transpose()?.map(|stored| stored.cost);
        Ok(self.0.costs.including(cost).into_iter().map(Cost::prefix).collect())
    }

    /// The PHC string of a new password, with a new salt; or a field error if it is easy to guess. `networks` are where
    /// it comes from, the narrowest first.
    ///
    /// # Errors
    /// 503 if too many are waiting.
    pub async fn choose(
        &self,
        networks: &[String],
        password: Password,
        context: Vec<String>,
        with_factor: bool,
    ) -> Result<Result<String, FieldError>, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(networks, Task::Choose(password, context, with_factor, reply))?;
        answer.await.map_err(|_dropped| self.refused())?
    }

    /// The PHC string of a right password, with the present parameters.
    ///
    /// # Errors
    /// 503 if too many are waiting.
    pub async fn renew(&self, networks: &[String], password: Password) -> Result<String, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(networks, Task::Renew(password, reply))?;
        answer.await.map_err(|_dropped| self.refused())?
    }

    /// Whether the password is right. `None` stands for an account that does not exist, and costs the same, whatever
    /// parameters the stored hashes have.
    ///
    /// # Errors
    /// 503 if too many are waiting.
    pub async fn verify(
        &self,
        networks: &[String],
        password: Password,
        stored: Option<String>,
    ) -> Result<Verified, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(networks, Task::Verify(password, stored, reply))?;
        answer.await.map_err(|_dropped| self.refused())?
    }

    /// Whether the queue would accept a password from these networks now, so that the caller can refuse before doing
    /// other work.
    ///
    /// # Errors
    /// 503 if it would not.
    pub fn has_room(&self, networks: &[String]) -> Result<(), Error> {
        if self.0.queue.has_room(networks) { Ok(()) } else { Err(self.refused()) }
    }

    fn submit(&self, networks: &[String], task: Task) -> Result<(), Error> {
        let waiting = self.0.queue.push(networks, Job { task, queued: Instant::now() });
        self.0.metrics.passwords_waiting(waiting.ok_or_else(|| self.refused())?);
        Ok(())
    }

    fn refused(&self) -> Error {
        self.0.metrics.password_refused();
        Error::busy()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

struct Worker {
    memory: Vec<Block>,
    params: Params,
    costs: Arc<CostsInUse>,
    random: Random,
    queue: Arc<Queue<Task>>,
    wait: Duration,
    metrics: Metrics,
}

impl Worker {
    fn serve(mut self) {
        background::lower_priority(PRIORITY);
        while let Some((job, waiting)) = self.queue.pop() {
            self.metrics.passwords_waiting(waiting);
            if job.queued.elapsed() > self.wait || !job.task.is_wanted() {
                // If the reply is dropped, the caller answers 503, unless the client has gone.
                continue;
            }
            // A panic fails this one password and keeps the thread.
            let task = AssertUnwindSafe(|| self.run(job.task));
            if catch_unwind(task).is_err() {
                tracing::error!("hashing a password panicked");
            }
        }
    }

    fn run(&mut self, task: Task) {
        match task {
            Task::Choose(password, context, with_factor, reply) => {
                let easy = rules::is_guessable(password.0.expose_secret(), &context, with_factor);
                let fault = || FieldError::new("", FieldCode::PasswordCommon);
                let _ = reply.send(if easy { Ok(Err(fault())) } else { self.hash(&password).map(Ok) });
            }
            Task::Renew(password, reply) => {
                let _ = reply.send(self.hash(&password));
            }
            Task::Verify(password, stored, reply) => {
                let _ = reply.send(self.verify(&password, stored.as_deref()));
            }
        }
    }

    fn hash(&mut self, password: &Password) -> Result<String, Error> {
        let salt: [u8; SALT] = self.random.bytes();
        let params = self.params.clone();
        let output = self.derive(&params, password, &salt)?;
        let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
        Ok(format!("{}{salt}${output}", Cost::of(&params).prefix()))
    }

    /// Computes one hash of each cost in use, whether there is a stored one or not.
    fn verify(&mut self, password: &Password, stored: Option<&str>) -> Result<Verified, Error> {
        let stored = stored.map(StoredHash::parse).transpose()?;
        let own = stored.as_ref().map(|stored| stored.cost);
        let mut right = false;
        for cost in self.costs.including(own) {
            if let Some(stored) = stored.as_ref().filter(|stored| stored.cost == cost) {
                let output = self.derive(&stored.params, password, &stored.salt)?;
                right = aws_lc_rs::constant_time::verify_slices_are_equal(&output, &stored.expected).is_ok();
            } else {
                self.derive(&cost.params()?, password, &[0; SALT])?;
            }
        }
        Ok(Verified { right, outdated: own.is_some_and(|own| own != Cost::of(&self.params)) })
    }

    fn derive(&mut self, params: &Params, password: &Password, salt: &[u8]) -> Result<[u8; OUTPUT], Error> {
        self.metrics.password_hashed();
        // Allocated at the first hash, and again for a hash with greater parameters.
        if self.memory.len() < params.block_count() {
            self.memory.resize(params.block_count(), Block::default());
        }
        let (mut output, begun) = ([0; OUTPUT], Instant::now());
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into_with_memory(password.bytes(), salt, &mut output, self.memory.as_mut_slice())
            .or_internal()?;
        self.metrics.password_took(begun.elapsed());
        Ok(output)
    }
}
