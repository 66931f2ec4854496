//! What the operator decides of the sender.

use std::path::PathBuf;
use std::time::Duration;

use crate::config;

/// What the sender needs to know.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections to the relay at once.
    pub connections: usize,
    /// Mails over one connection; 0 for no limit.
    pub mails_per_connection: usize,
    /// The longest that the outbox goes unlooked at.
    pub poll: Duration,
    /// How long a claim is good.
    pub lease: Duration,
    /// Where it is noted what the relay has taken; none for no journal.
    pub journal: Option<PathBuf>,
}

impl From<&config::Mail> for Options {
    fn from(mail: &config::Mail) -> Self {
        Self {
            connections: mail.connections,
            mails_per_connection: mail.mails_per_connection,
            poll: Duration::from_secs(mail.poll_seconds),
            lease: Duration::from_secs(mail.lease_seconds),
            journal: Some(mail.journal.clone()).filter(|folder| !folder.as_os_str().is_empty()),
        }
    }
}
