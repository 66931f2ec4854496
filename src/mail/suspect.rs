//! The permit to send a suspect: a mail that was in progress when a process ended. Each lane has one permit, so that
//! the mail that ended the process is identified. It is held until the result of the suspect is written: if the process
//! ends before that, no other suspect was in progress.

use tokio::sync::OwnedSemaphorePermit;

use super::signals::LaneSignals;

/// The permit for the suspect in progress; the next one may begin when it is dropped.
#[derive(Debug)]
pub struct SuspectPermit {
    permit: Option<OwnedSemaphorePermit>,
    signals: LaneSignals,
}

impl SuspectPermit {
    pub(super) fn new(permit: OwnedSemaphorePermit, signals: LaneSignals) -> Self {
        Self { permit: Some(permit), signals }
    }
}

impl Drop for SuspectPermit {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.signals.notify_all();
    }
}
