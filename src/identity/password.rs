//! Passwords: what is taken as one, and the threads that hash them.
//!
//! Argon2id is slow on purpose and takes 19 MiB a time, so it has threads of its own, a bounded queue and a deadline. A
//! flood of logins fills that queue and gets 503; everything else keeps its speed, and memory stays at threads × 19 MiB. A
//! thread takes its block of memory at its first hash and keeps it for good.
//!
//! An unknown user's login hashes too, against a dummy with the same parameters through the same queue, so that neither
//! time nor load tells who exists.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use crossbeam_channel::{Receiver, Sender};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{Error, Fault, OrInternal as _};
use crate::random::Random;

/// Longest password: 128 characters, and never more than 1 KiB (NIST SP 800-63B-4, 3.1.1.2 asks for 64 at least).
const MAX_CHARACTERS: usize = 128;
const MAX_BYTES: usize = 1_024;
const SALT: usize = 16;
const OUTPUT: usize = 32;

/// A password as it is hashed: NFC, so that one typed on another keyboard is the same.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Takes a password somebody chose.
    ///
    /// # Errors
    /// A fault where it is shorter than `min` characters, too long, or the address itself.
    pub fn choose(text: &SecretString, min: usize, email: &str) -> Result<Self, Fault> {
        let password = Self::given(text)?;
        let plain = password.0.expose_secret();
        if plain.chars().count() < min {
            Err(Fault::new("", "password_too_short").with("min", min))
        } else if plain.eq_ignore_ascii_case(email) {
            Err(Fault::new("", "password_is_email"))
        } else {
            Ok(password)
        }
    }

    /// Takes a password somebody logs in with.
    ///
    /// # Errors
    /// A fault where it is longer than any that could have been chosen.
    pub fn given(text: &SecretString) -> Result<Self, Fault> {
        let text = text.expose_secret();
        if text.len() > MAX_BYTES || text.chars().count() > MAX_CHARACTERS {
            return Err(Fault::new("", "password_too_long").with("max", MAX_CHARACTERS));
        }
        Ok(Self(SecretString::from(text.nfc().collect::<String>())))
    }
}

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

enum Task {
    Hash(Password, oneshot::Sender<Result<String, Error>>),
    Verify(Password, Option<String>, oneshot::Sender<Result<bool, Error>>),
}

struct Job {
    task: Task,
    queued: Instant,
}

/// The threads that hash. Cloning is cheap; the last clone ends them.
#[derive(Clone)]
pub struct Hasher(Arc<Inner>);

struct Inner {
    queue: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// Where the parameters are none, or there is no memory for them.
    pub fn start(options: HashOptions, random: &Random) -> Result<Self, Error> {
        let params = Params::new(options.memory_kib, options.passes, options.lanes, Some(OUTPUT)).or_internal()?;
        let (queue, jobs) = crossbeam_channel::bounded(options.queue);
        let mut threads = Vec::with_capacity(options.threads);
        for number in 0..options.threads {
            let worker = Worker {
                memory: Vec::new(),
                params: params.clone(),
                random: random.clone(),
                jobs: jobs.clone(),
                wait: options.wait,
            };
            let thread = std::thread::Builder::new().name(format!("hash-{number}")).spawn(move || worker.serve());
            threads.push(thread.or_internal()?);
        }
        Ok(Self(Arc::new(Inner { queue: Some(queue), threads })))
    }

    /// The PHC string of a password, with a new salt.
    ///
    /// # Errors
    /// 503 where too many are waiting.
    pub async fn hash(&self, password: Password) -> Result<String, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(Task::Hash(password, reply))?;
        answer.await.map_err(|_dropped| Error::busy())?
    }

    /// Whether this is the password; `None` stands for a user that does not exist, and costs the same.
    ///
    /// # Errors
    /// 503 where too many are waiting.
    pub async fn verify(&self, password: Password, stored: Option<String>) -> Result<bool, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(Task::Verify(password, stored, reply))?;
        answer.await.map_err(|_dropped| Error::busy())?
    }

    fn submit(&self, task: Task) -> Result<(), Error> {
        let queue = self.0.queue.as_ref().ok_or_else(Error::busy)?;
        queue.try_send(Job { task, queued: Instant::now() }).map_err(|_full| Error::busy())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

struct Worker {
    memory: Vec<Block>,
    params: Params,
    random: Random,
    jobs: Receiver<Job>,
    wait: Duration,
}

impl Worker {
    fn serve(mut self) {
        while let Ok(job) = self.jobs.recv() {
            if job.queued.elapsed() > self.wait {
                // Dropping the reply answers 503.
                continue;
            }
            match job.task {
                Task::Hash(password, reply) if !reply.is_closed() => {
                    let _ = reply.send(self.hash(&password));
                }
                Task::Verify(password, stored, reply) if !reply.is_closed() => {
                    let _ = reply.send(self.verify(&password, stored.as_deref()));
                }
                // The client has gone.
                Task::Hash(..) | Task::Verify(..) => {}
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

    fn verify(&mut self, password: &Password, stored: Option<&str>) -> Result<bool, Error> {
        let Some(stored) = stored else {
            let params = self.params.clone();
            self.derive(&params, password, &[0; SALT])?;
            return Ok(false);
        };
        let parsed = PasswordHash::new(stored).or_internal()?;
        let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else {
            return Err(Error::internal("a stored password has no salt or no hash"));
        };
        let params = Params::try_from(&parsed).or_internal()?;
        let output = self.derive(&params, password, salt.as_ref())?;
        Ok(aws_lc_rs::constant_time::verify_slices_are_equal(&output, expected.as_bytes()).is_ok())
    }

    fn derive(&mut self, params: &Params, password: &Password, salt: &[u8]) -> Result<[u8; OUTPUT], Error> {
        // At the first hash, and for one made with greater parameters than today's.
        if self.memory.len() < params.block_count() {
            self.memory.resize(params.block_count(), Block::default());
        }
        let mut output = [0; OUTPUT];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into_with_memory(
                password.0.expose_secret().as_bytes(),
                salt,
                &mut output,
                self.memory.as_mut_slice(),
            )
            .or_internal()?;
        Ok(output)
    }
}
