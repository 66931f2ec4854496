//! Watches PostgreSQL, and notices within two and a half seconds that it is gone or back.
//!
//! A statement on a connection whose other end has vanished waits until the network times out, and libpq offers no way
//! to hurry it. So one connection does nothing but ask `SELECT 1` twice a second. After two seconds without an answer
//! the database counts as unavailable, and callers get an error at once, even while the threads are still blocked. The
//! threads recover by themselves: the connections are opened with short timeouts (`connection`).
//!
//! SQLite needs no watch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch::{self, Receiver};

use super::connection::{Access, Conn, Target, open};
use crate::error::{Error, OrInternal as _};

/// How often the database is asked.
const ASK: Duration = Duration::from_millis(500);
/// How long it may be silent.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the silence is checked.
const LOOK: Duration = Duration::from_millis(100);

/// Whether the database is available.
#[derive(Clone)]
pub(super) struct Watch(Arc<Inner>);

struct Inner {
    away: Receiver<bool>,
    outages: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Watch {
    /// Starts to watch.
    pub(super) fn start(target: &Target) -> Result<Self, Error> {
        let started = Instant::now();
        let stop = Arc::new(AtomicBool::new(false));
        let (heard, outages) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (tell, away) = watch::channel(false);
        let (asked, ended, target) = (Arc::clone(&heard), Arc::clone(&stop), target.clone());
        let asking = std::thread::Builder::new().name("db-watch".to_owned());
        // Neither thread is joined: the one that asks may be blocked.
        asking
            .spawn(move || {
                let mut connection = None;
                while !ended.load(Ordering::Relaxed) {
                    if ask(&target, &mut connection) {
                        asked.store(millis(started.elapsed()), Ordering::Relaxed);
                    }
                    std::thread::sleep(ASK);
                }
            })
            .or_internal()?;
        let (ended, counted) = (Arc::clone(&stop), Arc::clone(&outages));
        let listening = std::thread::Builder::new().name("db-silence".to_owned());
        listening
            .spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    let silence = millis(started.elapsed()).saturating_sub(heard.load(Ordering::Relaxed));
                    let away = silence > millis(PATIENCE);
                    if tell.send_if_modified(|known| std::mem::replace(known, away) != away) {
                        if away {
                            counted.fetch_add(1, Ordering::SeqCst);
                            tracing::error!("the database does not answer");
                        } else {
                            tracing::info!("the database answers again");
                        }
                    }
                    std::thread::sleep(LOOK);
                }
            })
            .or_internal()?;
        Ok(Self(Arc::new(Inner { away, outages, stop })))
    }

    /// The number of outages. A connection from before the last one is dead, even if it has not noticed.
    pub(super) fn outages(&self) -> u64 {
        self.0.outages.load(Ordering::SeqCst)
    }

    /// Whether the database does not answer now.
    pub(super) fn is_away(&self) -> bool {
        *self.0.away.borrow()
    }

    /// Completes when the database becomes unavailable.
    pub(super) async fn until_away(&self) {
        let mut away = self.0.away.clone();
        if away.wait_for(|away| *away).await.is_err() {
            // The watch ended with the process.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Asks once; a connection that fails is reopened the next time.
fn ask(target: &Target, connection: &mut Option<Conn>) -> bool {
    if connection.is_none() {
        *connection = open(target, Access::Read).ok();
    }
    let answered = connection.as_mut().is_some_and(Conn::answers);
    if !answered {
        *connection = None;
    }
    answered
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
