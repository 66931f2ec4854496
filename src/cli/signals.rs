//! The signals of `portal serve`, caught from the first moment.
//!
//! SIGTERM and SIGINT end the portal, whatever it is at: a task on another thread hears them, so that a start which
//! blocks does not hold them up. A second one ends the draining at once. SIGHUP makes it read the configuration again.
//! SIGUSR1 and SIGUSR2 do nothing; without a handler they would end the process.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::error::{Error, OrInternal as _};

/// How long a start may take to end by itself after the signal.
const ABANDONED: Duration = Duration::from_millis(1_500);

/// What has been heard.
pub(super) struct Signals {
    first: CancellationToken,
    second: CancellationToken,
    has_started: CancellationToken,
}

/// Asks for the configuration to be read again.
pub(super) struct Hangup(Signal);

impl Signals {
    /// Catches the signals from now on.
    pub(super) fn catch() -> Result<(Self, Hangup), Error> {
        let mut terminate = signal(SignalKind::terminate()).or_internal()?;
        let mut interrupt = signal(SignalKind::interrupt()).or_internal()?;
        let hangup = Hangup(signal(SignalKind::hangup()).or_internal()?);
        for unused in [SignalKind::user_defined1(), SignalKind::user_defined2()] {
            // The handler stays when this is dropped.
            drop(signal(unused).or_internal()?);
        }
        let (first, second, has_started) = <(CancellationToken, CancellationToken, CancellationToken)>::default();
        let heard = (first.clone(), second.clone(), has_started.clone());
        // Not on the thread of the start, which may be blocked.
        tokio::spawn(async move {
            let (first, second, has_started) = heard;
            next(&mut terminate, &mut interrupt).await;
            first.cancel();
            abandon(has_started);
            next(&mut terminate, &mut interrupt).await;
            second.cancel();
        });
        Ok((Self { first, second, has_started }, hangup))
    }

    /// The portal serves: from now on it ends in order.
    pub(super) fn started(&self) {
        self.has_started.cancel();
    }

    /// Completes when the portal is to end.
    pub(super) async fn end(&self) {
        self.first.cancelled().await;
    }

    /// Completes when it is to end without delay.
    pub(super) async fn end_at_once(&self) {
        self.second.cancelled().await;
    }
}

impl Hangup {
    /// Completes when the configuration is to be read again.
    pub(super) async fn heard(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

async fn next(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Ends the process if the start has neither ended nor led to a portal that serves. What it holds is released with it.
fn abandon(has_started: CancellationToken) {
    // A thread of its own, since the runtime may be ending. Without threads, the start ends by itself or not at all.
    let _ = std::thread::Builder::new().name("abandon".to_owned()).spawn(move || {
        std::thread::sleep(ABANDONED);
        if !has_started.is_cancelled() {
            std::process::exit(0);
        }
    });
}
