//! Limits of open files, and the number of connections that they allow.
//!
//! A connection takes a file descriptor. Without free descriptors nothing works: no connection is accepted, the
//! database opens no file, no mail is sent. So the portal raises its own limit as far as the system allows, reserves
//! what its other parts need, and accepts no more connections than the rest.

use crate::config::Settings;

/// More files than are ever needed: some systems refuse a request without a bound.
const MOST: u64 = 1_048_576;
/// Fewest connections, whatever the limit of files.
const FEWEST: usize = 16;
/// Files of the program, its logs and listeners, and a reserve.
const OWN: usize = 64;
/// Files of a connection to the database: SQLite has the file, its log and its index.
const OF_DATABASE: usize = 4;
/// Files of a thread that serves HTTP.
const OF_WORKER: usize = 8;
/// Connections of mail servers that deliver reports.
const REPORTS: usize = 33;

/// Raises the limit of open files; returns the limit. None if there is no limit.
#[cfg(unix)]
pub(super) fn raise() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current?;
    let wanted = limit.maximum.unwrap_or(MOST).min(MOST).max(current);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum });
    Some(if raised.is_ok() { wanted } else { current })
}

#[cfg(not(unix))]
pub(super) fn raise() -> Option<u64> {
    None
}

/// Files that are reserved for the other parts of the portal.
pub(super) fn reserved(settings: &Settings, database_connections: usize, workers: usize) -> usize {
    OWN + REPORTS
        + OF_DATABASE * (database_connections + 2)
        + OF_WORKER * workers
        + settings.mail.connections
        + settings.webhooks.connections
        + settings.storage.transfers
        + settings.heavy_work.threads
}

/// The connections that fit, of those wanted.
pub(super) fn room(files: Option<u64>, reserved: usize, wanted: usize) -> usize {
    let files = files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    wanted.min(files.saturating_sub(reserved).max(FEWEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_others() {
        for (files, wanted, expected) in [
            (None, 10_000, 10_000),
            (Some(1_048_576), 10_000, 10_000),
            (Some(1_024), 10_000, 824),
            (Some(100), 10_000, 16),
        ] {
            assert_eq!(room(files, 200, wanted), expected, "{files:?}");
        }
        assert_eq!(room(None, 200, 5), 5, "what was configured");
    }

    #[test]
    fn the_limit_is_as_high_as_the_system_lets_it() {
        let limit = raise();
        assert_eq!(limit, raise(), "once more changes nothing");
    }
}
