//! Services that take more than a line to build from the core.

use std::sync::Arc;

use super::core::{Core, announcements_due};
use super::grants::GrantReview;
use crate::adoption::Adoptions;
use crate::announcements::Announcements;
use crate::carddav::CardDav;
use crate::config::Settings;
use crate::directory::Directory;
use crate::life_cycle::LifeCycle;
use crate::maintenance_mode::MaintenanceMode;
use crate::members;
use crate::privacy::{self, Privacy};
use crate::responses::{self, Responses};
use crate::rounds::Rounds;
use crate::service::Foundation;

/// The maintenance mode.
pub(super) fn maintenance_mode(core: &Core) -> MaintenanceMode {
    let Foundation { db, clock, audit, .. } = core.foundation.clone();
    MaintenanceMode::new(db, clock, audit, core.troubles.clone())
}

/// The review of what was granted, after rights were taken away.
pub(super) fn grant_review(core: &Core, life_cycle: &LifeCycle, responses: &Responses) -> GrantReview {
    GrantReview {
        announcements_due: announcements_due(&core.foundation.db),
        life_cycle: life_cycle.clone(),
        responses: responses.clone(),
        background: core.background.clone(),
    }
}

/// The directory of contacts.
pub(super) fn directory(settings: &Settings, core: &Core, names: &members::NameIndexCache) -> Directory {
    let Core { foundation, catalogue, heavy_work, metrics, .. } = core;
    let (texts, lane, names) = (Arc::clone(catalogue), heavy_work.clone(), names.clone());
    Directory::new(&settings.directory, foundation.clone(), texts, names, lane, metrics.clone())
}

/// Announcements.
pub(super) fn announcements(settings: &Settings, core: &Core) -> Announcements {
    let Core { foundation, mail_tokens, heavy_work, catalogue, metrics, .. } = core;
    let (lane, texts) = (heavy_work.clone(), Arc::clone(catalogue));
    Announcements::new(settings, foundation.clone(), mail_tokens.clone(), lane, texts, metrics.clone())
}

/// The directory over `CardDAV`.
pub(super) fn address_books(settings: &Settings, core: &Core, directory: &Directory) -> CardDav {
    let (catalogue, community) = (Arc::clone(&core.catalogue), settings.community.clone());
    CardDav::new(directory.clone(), catalogue, community, core.heavy_work.clone(), core.cursors.clone())
}

/// Responses to rounds of surveys.
pub(super) fn responses_service(core: &Core) -> Responses {
    let Core { foundation, catalogue, storage, heavy_work, .. } = core;
    let adoptions = Adoptions::new(foundation.clone());
    Responses::new(foundation.clone(), Arc::clone(catalogue), storage.clone(), heavy_work.clone(), adoptions)
}

/// Rounds of surveys, with the states of their responses.
pub(super) fn rounds(settings: &Settings, core: &Core) -> Rounds {
    let catalogue = Arc::clone(&core.catalogue);
    Rounds::new(core.foundation.clone(), Arc::new(responses::States), catalogue, &settings.server.public_url)
}

/// Export, erasure and retention of personal data.
pub(super) fn privacy(settings: &Settings, core: &Core, life_cycle: &LifeCycle, grant_review: &GrantReview) -> Privacy {
    let parts = privacy::Parts {
        identity: Arc::clone(&core.identity),
        life_cycle: life_cycle.clone(),
        storage: core.storage.clone(),
        catalogue: Arc::clone(&core.catalogue),
        heavy_work: core.heavy_work.clone(),
        grant_review: grant_review.follow_up(),
    };
    Privacy::new(settings, core.foundation.clone(), parts)
}
