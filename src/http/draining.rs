//! Draining: the time between the signal that ends the portal and the end of its listener.
//!
//! A balancer learns only at its next check that a process goes. So `/health/ready` says so at once, requests are still
//! accepted for a while, and each answer closes its connection, so that a client's next request finds another process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the portal is about to end. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// The portal is about to end: it cannot be taken back.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
