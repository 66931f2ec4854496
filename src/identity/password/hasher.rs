//! The threads that hash.
//!
//! Argon2id is slow on purpose and takes 19 MiB a time, so it has threads of its own, a bounded queue and a deadline. A
//! flood of logins fills that queue and gets 503; everything else keeps its speed, and memory stays at threads × 19 MiB. A
//! thread takes its block of memory at its first hash and keeps it for good. It runs at a lower priority than the threads
//! that answer, which on a busy machine come first.
//!
//! Who waits is served in turns (`queue`), so a flood from one place keeps nobody else out.
//!
//! An unknown user's login hashes too, against a dummy with the same parameters through the same queue, so that neither
//! time nor load tells who exists.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::ExposeSecret as _;
use tokio::sync::oneshot;

use super::queue::{Job, Queue};
use super::{Password, rules};
use crate::background;
use crate::error::{Error, Fault, OrInternal as _};
use crate::http::Metrics;
use crate::random::Random;

const SALT: usize = 16;
const OUTPUT: usize = 32;
/// How much the hashing threads step back (nice).
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

/// What became of a password that was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whether it is the right one.
    pub right: bool,
    /// Whether the stored one was made with other parameters than today's.
    pub outdated: bool,
}

pub(super) enum Task {
    /// A new password: its hash, where it is hard to guess.
    Choose(Password, Vec<String>, bool, oneshot::Sender<Result<Result<String, Fault>, Error>>),
    /// A known one again, with today's parameters.
    Renew(Password, oneshot::Sender<Result<String, Error>>),
    Verify(Password, Option<String>, oneshot::Sender<Result<Verified, Error>>),
}

impl Task {
    /// Whether somebody still waits for the answer.
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
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
    metrics: Metrics,
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// Where the parameters are none, or there is no memory for them.
    pub fn start(options: HashOptions, random: &Random, metrics: Metrics) -> Result<Self, Error> {
        let params = Params::new(options.memory_kib, options.passes, options.lanes, Some(OUTPUT)).or_internal()?;
        let queue = Arc::new(Queue::new(options.queue));
        let mut threads = Vec::with_capacity(options.threads);
        for number in 0..options.threads {
            let worker = Worker {
                memory: Vec::new(),
                params: params.clone(),
                random: random.clone(),
                queue: Arc::clone(&queue),
                wait: options.wait,
                metrics: metrics.clone(),
            };
            let thread = std::thread::Builder::new().name(format!("hash-{number}")).spawn(move || worker.serve());
            threads.push(thread.or_internal()?);
        }
        Ok(Self(Arc::new(Inner { queue, threads, metrics })))
    }

    /// The PHC string of a new password, with a new salt; or the fault of being easy to guess.
    ///
    /// # Errors
    /// 503 where too many are waiting.
    pub async fn choose(
        &self,
        source: &str,
        password: Password,
        context: Vec<String>,
        with_factor: bool,
    ) -> Result<Result<String, Fault>, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(source, Task::Choose(password, context, with_factor, reply))?;
        answer.await.map_err(|_dropped| self.refused())?
    }

    /// The PHC string of a password that was right, with today's parameters.
    ///
    /// # Errors
    /// 503 where too many are waiting.
    pub async fn renew(&self, source: &str, password: Password) -> Result<String, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(source, Task::Renew(password, reply))?;
        answer.await.map_err(|_dropped| self.refused())?
    }

    /// Whether this is the password; `None` stands for a user that does not exist, and costs the same.
    ///
    /// # Errors
    /// 503 where too many are waiting.
    pub async fn verify(&self, source: &str, password: Password, stored: Option<String>) -> Result<Verified, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(source, Task::Verify(password, stored, reply))?;
        answer.await.map_err(|_dropped| self.refused())?
    }

    /// Whether a password of this source would be taken now: where not, nothing else need be done for it.
    ///
    /// # Errors
    /// 503 where it would not.
    pub fn has_room(&self, source: &str) -> Result<(), Error> {
        if self.0.queue.has_room(source) { Ok(()) } else { Err(self.refused()) }
    }

    fn submit(&self, source: &str, task: Task) -> Result<(), Error> {
        let waiting = self.0.queue.push(source, Job { task, queued: Instant::now() });
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
    random: Random,
    queue: Arc<Queue>,
    wait: Duration,
    metrics: Metrics,
}

impl Worker {
    fn serve(mut self) {
        background::step_back(PRIORITY);
        while let Some((job, waiting)) = self.queue.pop() {
            self.metrics.passwords_waiting(waiting);
            if job.queued.elapsed() > self.wait || !job.task.is_wanted() {
                // Dropping the reply answers 503; or the client has gone.
                continue;
            }
            // A panic costs the one password its answer, and not the portal its thread.
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
                let fault = || Fault::new("", "password_common");
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
        Ok(format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            params.m_cost(),
            params.t_cost(),
            params.p_cost(),
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(output),
        ))
    }

    fn verify(&mut self, password: &Password, stored: Option<&str>) -> Result<Verified, Error> {
        let Some(stored) = stored else {
            let params = self.params.clone();
            self.derive(&params, password, &[0; SALT])?;
            return Ok(Verified { right: false, outdated: false });
        };
        let parsed = PasswordHash::new(stored).or_internal()?;
        let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else {
            return Err(Error::internal("a stored password has no salt or no hash"));
        };
        let params = Params::try_from(&parsed).or_internal()?;
        let output = self.derive(&params, password, salt.as_ref())?;
        let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        Ok(Verified {
            right: aws_lc_rs::constant_time::verify_slices_are_equal(&output, expected.as_bytes()).is_ok(),
            outdated: costs(&params) != costs(&self.params),
        })
    }

    fn derive(&mut self, params: &Params, password: &Password, salt: &[u8]) -> Result<[u8; OUTPUT], Error> {
        // At the first hash, and for one made with greater parameters than today's.
        if self.memory.len() < params.block_count() {
            self.memory.resize(params.block_count(), Block::default());
        }
        let mut output = [0; OUTPUT];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into_with_memory(password.bytes(), salt, &mut output, self.memory.as_mut_slice())
            .or_internal()?;
        Ok(output)
    }
}
