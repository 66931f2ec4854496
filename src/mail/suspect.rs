//! The right to have a suspect in hand: a mail that a process had in hand when it ended. A lane has one, so that the mail is found
//! which ended the process. It is held until the result of the suspect is written down: should the process end before, the next
//! suspect was not in hand yet.

use tokio::sync::OwnedSemaphorePermit;

use super::Bell;

/// The right to have a suspect in hand; the next one may go when it is dropped.
#[derive(Debug)]
pub struct SuspectPermit {
    permit: Option<OwnedSemaphorePermit>,
    bell: Bell,
}

impl SuspectPermit {
    pub(super) fn new(permit: OwnedSemaphorePermit, bell: Bell) -> Self {
        Self { permit: Some(permit), bell }
    }
}

impl Drop for SuspectPermit {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.bell.ring();
    }
}
