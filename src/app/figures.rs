//! The list of features with figures, and what is read of the database for `/metrics`.

use std::path::PathBuf;
use std::sync::Arc;

use super::Portal;
use super::clock::ClockOffset;
use crate::config::{Settings, StorageKind};
use crate::db::{self, Target};
use crate::error::{Error, OrInternal as _};
use crate::mail::{self, Sender};
use crate::metrics::{Build, Process, StateCache, States, Watched};
use crate::webhooks::{self, Dispatcher};
use crate::{audit, backup, identity, maintenance_mode};

/// What the tables say.
pub(super) fn states() -> StateCache {
    let sources: Vec<Arc<dyn States>> = vec![
        Arc::new(mail::states),
        Arc::new(identity::states),
        Arc::new(audit::states),
        Arc::new(webhooks::states),
        Arc::new(backup::states),
        Arc::new(maintenance_mode::states),
    ];
    StateCache::new(sources)
}

/// Adds the figures of all features.
pub(super) fn add(portal: &Portal, settings: &Settings, sender: &Sender, dispatcher: &Dispatcher) -> Result<(), Error> {
    let metrics = &portal.metrics;
    metrics.add_by(|registry| portal.db.register(registry));
    metrics.add(&*portal.identity);
    metrics.add(sender);
    metrics.add(dispatcher);
    metrics.add(&portal.bounces);
    metrics.add(&portal.storage);
    metrics.add(&ClockOffset(portal.clock.clone()));
    metrics.add(&Build::of(db::newest_migration()?));
    metrics.add(&watched(settings)?);
    let started = portal.clock.now();
    metrics.add_of_system(|registry| Process::new(started).register(registry));
    Ok(())
}

/// Where the portal writes.
fn watched(settings: &Settings) -> Result<Vec<Watched>, Error> {
    let mut watched = vec![Watched { what: "mail_journal", path: settings.mail.journal.clone() }];
    if let Target::Sqlite(path) = settings.database_target().or_internal()? {
        watched.push(Watched { what: "database", path: PathBuf::from(path) });
    }
    if settings.storage.kind == StorageKind::Local {
        watched.push(Watched { what: "files", path: settings.storage.folder.clone() });
    }
    Ok(watched)
}
