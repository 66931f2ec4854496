//! The lifetimes of applications and their links.

use std::time::Duration;

use crate::config;

/// Lifetimes.
#[derive(Clone, Copy, Debug)]
pub struct LinkLifetimes {
    /// A link to verify an address.
    pub verify_link: Duration,
    /// An application whose address was never verified.
    pub unverified: Duration,
}

impl From<&config::Identity> for LinkLifetimes {
    fn from(settings: &config::Identity) -> Self {
        Self {
            verify_link: Duration::from_secs(3_600 * settings.verify_link_hours),
            unverified: Duration::from_hours(24 * settings.unverified_days),
        }
    }
}
