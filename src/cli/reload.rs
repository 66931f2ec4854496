//! SIGHUP: reads the configuration and the files that it names again, and puts to use what can be ([`RELOADED`]).
//!
//! The log says what has changed, and what wants a restart. If anything is faulty, the log names every fault, and nothing
//! changes.

use crate::app::{RELOADED, Reread, Running};
use crate::config::{self, Settings, Sources};
use crate::terminal::Log;

use super::files;

/// Reads the configuration again.
pub(super) struct Reload {
    sources: Sources,
    log: Option<Log>,
    /// The settings that the portal was started with.
    started: Settings,
    /// Those that were put to use last.
    latest: Settings,
}

impl Reload {
    /// From these sources, which led to these settings.
    pub(super) fn new(sources: Sources, settings: &Settings, log: Option<Log>) -> Self {
        Self { sources, log, started: settings.clone(), latest: settings.clone() }
    }

    /// The log that goes by the filter.
    pub(super) const fn log(&self) -> Option<&Log> {
        self.log.as_ref()
    }

    /// Reads all of it again, and puts it to use.
    pub(super) fn run(&mut self, running: &Running) {
        let settings = match config::load_and_try(&self.sources, files::faults) {
            Ok(settings) => settings,
            Err(config::Invalid(faults)) => {
                for fault in faults {
                    tracing::error!(fault, "SIGHUP: a fault in the configuration");
                }
                return tracing::error!("SIGHUP: nothing was changed, since the configuration has faults");
            }
        };
        let reread = match Reread::of(running, &settings) {
            Ok(reread) => reread,
            Err(error) => return tracing::error!(%error, "SIGHUP: nothing was changed"),
        };
        running.put_to_use(reread);
        let (changed, restart) =
            judged(&settings.different_keys(&self.latest), &settings.different_keys(&self.started));
        tracing::info!(changed, "SIGHUP: read the configuration, keys and certificates again");
        if let Some(Err(error)) = self.log.as_ref().map(|log| log.refilter(&settings.log.filter)) {
            tracing::error!(error, "SIGHUP: the filter of the log can't be replaced");
        }
        if !restart.is_empty() {
            tracing::warn!(restart, "SIGHUP: these settings have changed, and want a restart");
        }
        self.latest = settings;
    }
}

/// The settings that were put to use anew, and those that want a restart.
fn judged(since_latest: &[String], since_started: &[String]) -> (String, String) {
    let is_reloaded = |key: &&String| RELOADED.contains(&key.as_str());
    let changed: Vec<&str> = since_latest.iter().filter(is_reloaded).map(String::as_str).collect();
    let restart: Vec<&str> = since_started.iter().filter(|key| !is_reloaded(key)).map(String::as_str).collect();
    (changed.join(", "), restart.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wants_a_restart_is_said_until_there_is_one() {
        let keys = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<String>>();
        let (changed, restart) = judged(&keys(&["log.filter"]), &keys(&["log.filter", "mail.connections"]));
        assert_eq!((changed.as_str(), restart.as_str()), ("log.filter", "mail.connections"));
        let (changed, restart) = judged(&[], &keys(&["log.filter", "mail.connections"]));
        assert_eq!((changed.as_str(), restart.as_str()), ("", "mail.connections"));
    }
}
