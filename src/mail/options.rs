//! Options of the sender, from the configuration.

use std::path::PathBuf;
use std::time::Duration;

use crate::config;

/// The options of the sender.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections to the relay at once.
    pub connections: usize,
    /// Mails over one connection; 0 for no limit.
    pub mails_per_connection: usize,
    /// The longest interval between two looks into the outbox.
    pub poll: Duration,
    /// How long a lease is valid.
    pub lease: Duration,
    /// The folder of the journal; none for no journal.
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
