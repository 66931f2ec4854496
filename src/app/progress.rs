//! The start as an operator sees it: what it is at, every five seconds, and the patience with a database that is away.
//!
//! What blocks (locks, connections, migrations) runs on a thread of its own. Nobody joins that thread: a portal that is
//! told to end while it starts ends at once, and the database undoes what had not been committed.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::config::Settings;
use crate::db::Target;
use crate::error::{Error, OrInternal as _, ProblemCode};

/// How often the log says what the start is at.
const TELL: Duration = Duration::from_secs(5);
/// The pause before a server that was away is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// What the start is at, and since when.
struct Stage {
    what: String,
    since: Instant,
}

/// Tells the log what the start is at, until it is dropped.
pub(super) struct Progress {
    stage: Arc<Mutex<Stage>>,
    /// Dropping it ends the thread that tells.
    _end: mpsc::Sender<()>,
}

impl Progress {
    /// Begins to tell.
    pub(super) fn begin() -> Result<Self, Error> {
        let stage = Arc::new(Mutex::new(Stage { what: "starting".to_owned(), since: Instant::now() }));
        let (end, ended) = mpsc::channel::<()>();
        let told = Arc::clone(&stage);
        let tell = move || {
            while ended.recv_timeout(TELL) == Err(RecvTimeoutError::Timeout) {
                let stage = told.lock().unwrap_or_else(PoisonError::into_inner);
                tracing::info!(
                    stage = stage.what,
                    seconds = stage.since.elapsed().as_secs(),
                    "the start is still in progress"
                );
            }
        };
        std::thread::Builder::new().name("progress".to_owned()).spawn(tell).or_internal()?;
        Ok(Self { stage, _end: end })
    }

    /// The start is at this now.
    pub(super) fn at(&self, what: impl Into<String>) {
        let what = what.into();
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if stage.what != what {
            tracing::debug!(stage = what, "next");
            *stage = Stage { what, since: Instant::now() };
        }
    }
}

/// How long a server that can't be reached is waited for.
#[derive(Clone, Copy)]
pub(super) struct Patience(Duration);

impl Patience {
    /// That of the configuration. A file that can't be opened will not come by waiting.
    pub(super) fn of(settings: &Settings, target: &Target) -> Self {
        let seconds = match target {
            Target::Postgres(_) => settings.database.start_wait_seconds,
            Target::Sqlite(_) => 0,
        };
        Self(Duration::from_secs(seconds))
    }

    /// None: what fails has failed.
    pub(super) const NONE: Self = Self(Duration::ZERO);

    /// Does this until the server can be reached, or the patience is at its end.
    ///
    /// # Errors
    /// The error of `work`.
    pub(super) fn for_server<T>(
        self,
        progress: &Progress,
        mut work: impl FnMut() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (begun, mut waited) = (Instant::now(), false);
        loop {
            match work() {
                Err(error) if is_worth_waiting(&error) && begun.elapsed() < self.0 => {
                    if !waited {
                        let seconds = self.0.as_secs();
                        tracing::warn!(%error, seconds, "the database can't be reached: the start waits for it");
                        progress.at("waiting for the database");
                        waited = true;
                    }
                    std::thread::sleep(AGAIN);
                }
                outcome => {
                    if waited && outcome.is_ok() {
                        tracing::info!(seconds = begun.elapsed().as_secs(), "the database answers");
                    }
                    return outcome;
                }
            }
        }
    }
}

/// Whether the server may be there, or have room, in a moment. One that refuses the role or the database does not.
fn is_worth_waiting(error: &Error) -> bool {
    (error.is_connection_loss() && error.way_in().is_none()) || error.code() == ProblemCode::DatabaseCrowded
}

/// Does what blocks on a thread of its own.
///
/// # Errors
/// The error of `work`.
pub(super) async fn off_thread<T, F>(work: F) -> Result<T, Error>
where
    F: FnOnce(&Progress) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    let (tell, told) = oneshot::channel();
    let progress = Progress::begin()?;
    let run = move || {
        // Whoever waited may have gone: then the process ends.
        let _ = tell.send(work(&progress));
    };
    std::thread::Builder::new().name("start".to_owned()).spawn(run).or_internal()?;
    told.await.unwrap_or_else(|_panicked| Err(Error::internal("the start panicked")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_comes_is_waited_for_and_another_failure_is_not() {
        let progress = Progress::begin().unwrap();
        let mut tries = 0;
        let came = Patience(Duration::from_mins(1)).for_server(&progress, || {
            tries += 1;
            if tries < 2 { Err(Error::database_unreachable("away")) } else { Ok(tries) }
        });
        assert_eq!(came.unwrap(), 2);
        assert_eq!(progress.stage.lock().unwrap().what, "waiting for the database");
        let mut tries = 0;
        let mut count = |error: fn() -> Error| {
            tries += 1;
            Err::<(), Error>(error())
        };
        assert!(Patience(Duration::from_mins(1)).for_server(&progress, || count(Error::busy)).is_err());
        assert!(Patience::NONE.for_server(&progress, || count(|| Error::database_unreachable("away"))).is_err());
        assert_eq!(tries, 2, "each once");
        let mut tries = 0;
        let refused = Patience(Duration::from_mins(1)).for_server(&progress, || {
            tries += 1;
            Err::<(), Error>(Error::no_connection("FATAL:  database \"portal\" does not exist"))
        });
        assert!(refused.is_err() && tries == 1, "it will not come by waiting");
    }
}
