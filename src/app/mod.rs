//! The application: parts, routes, start and stop.
//!
//! [`Portal`] has the services, which handlers, pages and jobs call; `core` builds what they need, `building` some of
//! them. [`start`] assembles one from settings and begins to serve (`server`, on `listeners`); [`Running::stop`]
//! waits for requests in progress. The command `serve` adds the sender of mail and the background jobs
//! (`maintenance`); a test runs both by hand. `prepare` and `progress` are the start until then, `waiting` answers
//! meanwhile, `reload` replaces what was read again. `operations` lists all operations that are served and described,
//! `pages` all pages; `health` answers monitoring, `management` on a listener of its own, with the `figures` of all
//! features.

mod building;
mod clock;
mod core;
mod descriptors;
mod docs;
mod figures;
mod grants;
mod health;
mod lifetimes;
mod listeners;
mod maintenance;
mod management;
mod operations;
mod pages;
mod prepare;
mod progress;
mod reload;
mod server;
mod stopping;
mod waiting;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::web::{self, Data};
use secrecy::SecretString;

use self::building::{
    address_books, announcements, directory, grant_review, maintenance_mode, privacy, responses_service, rounds,
};
use self::core::{Core, changes_noted};
use crate::accounts::Accounts;
use crate::adoption::Adoptions;
use crate::announcements::Announcements;
use crate::audit::{AuditLog, SealingRounds};
use crate::background::Runner;
use crate::bounces::Bounces;
use crate::carddav::CardDav;
use crate::change_feed::ChangeFeed;
use crate::config::{self, Settings};
use crate::directory::Directory;
use crate::error::Error;
use crate::heavy_work::Lane;
use crate::home::Home;
use crate::http::{Draining, Metrics};
use crate::i18n::Catalogue;
use crate::identity::Identity;
use crate::imports::Imports;
use crate::incidents::Troubles;
use crate::life_cycle::{ConfirmLinks, LifeCycle};
use crate::mail::sending_rate::PaceControl;
use crate::mail::{MailTokens, Sender};
use crate::maintenance_mode::MaintenanceMode;
use crate::member_editing::Membership;
use crate::members::{self, Members, TitleCache};
use crate::metrics::StateCache;
use crate::nominations::Nominations;
use crate::privacy::{Periods, Privacy};
use crate::profile::Profiles;
use crate::random::Random;
use crate::registrations::Registrations;
use crate::releases::Releases;
use crate::reloadable::Reloadable;
use crate::responses::Responses;
use crate::rounds::Rounds;
use crate::secrets::{Mac, MasterKey, TokenKey};
use crate::service::Foundation;
use crate::statistics::Statistics;
use crate::storage::Storage;
use crate::subscriptions::TopicSubscriptions;
use crate::suppressions::Suppressions;
use crate::surveys::Surveys;
use crate::tasks::{self, Tasks};
use crate::time::Clock;
use crate::web::{BannerSource, MaintenanceBanner, Site, WaitingCounter};
use crate::webhooks::{Dispatcher, Webhooks};
use grants::GrantReview;
pub use health::{Degraded, Health};
pub use lifetimes::LinkLifetimes;
pub use operations::operations;
pub use pages::pages;
pub use prepare::{Schema, migrate, prepare};
pub use reload::{RELOADED, Reread};
pub use server::{Additions, Running, Start, lock, start, start_as, start_prepared, start_with};

/// The services, and what they share ([`Foundation`], by `Deref`).
pub struct Portal {
    /// Texts.
    pub catalogue: Arc<Catalogue>,
    /// Authentication and accounts.
    pub identity: Arc<Identity>,
    /// What all pages share.
    pub site: Arc<Site>,
    /// What every service shares.
    pub foundation: Foundation,
    /// Webhooks.
    pub webhooks: Webhooks,
    /// The storage of files.
    pub storage: Storage,
    /// The community's name and contact.
    pub community: config::Community,
    /// Whether the description of the API is served.
    pub has_docs: bool,
    /// Lifetimes of applications and their links.
    pub lives: LinkLifetimes,
    /// The lane of heavy work.
    pub heavy_work: Lane,
    /// The periods of personal data.
    pub periods: Periods,
    /// Seals cursors of lists and feeds.
    pub cursors: TokenKey,
    /// Signs the ids of mails in links.
    pub mail_tokens: MailTokens,
    /// Reads reports about mails.
    pub bounces: Bounces,
    /// The metrics.
    pub metrics: Metrics,
    /// Parts that fail at present.
    pub troubles: Troubles,
    /// Runs background jobs.
    pub background: Runner,
    /// Reads the audit log.
    pub audit_log: AuditLog,
    /// Sets the sending rate of announcements.
    pub pace: PaceControl,
    /// Switches the maintenance mode.
    pub maintenance_mode: MaintenanceMode,
    /// Topics of announcements and their subscriptions.
    pub subscriptions: TopicSubscriptions,
    /// Suppressed addresses.
    pub suppressions: Suppressions,
    /// Surveys and their questionnaires.
    pub surveys: Surveys,
    /// Results of surveys.
    pub releases: Releases,
    /// Responses to rounds of surveys.
    pub responses: Responses,
    /// Rounds of surveys.
    pub rounds: Rounds,
    /// People's own profiles.
    pub profiles: Profiles,
    /// Accounts, and changes of their addresses.
    pub accounts: Accounts,
    grant_review: GrantReview,
    metrics_token: Reloadable<SecretString>,
    /// Whether the portal is about to end.
    pub draining: Draining,
    states: StateCache,
    /// The directory of contacts.
    pub directory: Directory,
    /// The directory over `CardDAV`.
    pub carddav: CardDav,
    /// Announcements.
    pub announcements: Announcements,
    chain: Mac,
    sealing: SealingRounds,
    changes_noted: Arc<AtomicBool>,
    /// Appointments from the invitation to the end.
    pub life_cycle: LifeCycle,
    /// Applications.
    pub registrations: Registrations,
    /// Nominations and their letters.
    pub nominations: Nominations,
    /// The list of members.
    pub members: Members,
    /// What pages call organisations.
    pub titles: TitleCache,
    /// Members, their history, and the counts of regions.
    pub membership: Membership,
    /// The adoption of technologies by members.
    pub adoptions: Adoptions,
    /// Key figures.
    pub statistics: Statistics,
    /// What waits for people.
    pub tasks: Tasks,
    /// The feed of changes.
    pub change_feed: ChangeFeed,
    /// Imports of invitations from sheets.
    pub imports: Imports,
    /// Export, erasure and retention of personal data.
    pub privacy: Privacy,
}

impl Portal {
    /// Assembles the parts. The database must be prepared.
    pub async fn assemble(
        settings: &Settings,
        clock: Clock,
        random: Random,
    ) -> Result<(Self, Sender, Dispatcher), Error> {
        let core = Core::start(settings, clock, random).await?;
        let sender = core.sender(settings)?;
        let portal = Self::of(settings, core)?;
        let dispatcher = Dispatcher::new(&settings.webhooks, portal.webhooks.clone(), portal.background.clone())?;
        figures::add(&portal, settings, &sender, &dispatcher)?;
        Ok((portal, sender, dispatcher))
    }

    /// The services, built from this core.
    fn of(settings: &Settings, core: Core) -> Result<Self, Error> {
        let Core {
            foundation, catalogue, master, mail_tokens, heavy_work, cursors, storage, identity, metrics, ..
        } = &core;
        let (on, names, responses) =
            (|| foundation.clone(), members::NameIndexCache::default(), responses_service(&core));
        let (kept, links) = (Periods::from(&settings.privacy).contacts, ConfirmLinks::new(master)?);
        let life_cycle = LifeCycle::new(settings, kept, links, on(), Arc::clone(identity));
        let grant_review = grant_review(&core, &life_cycle, &responses);
        let bounces =
            Bounces::new(settings, on(), life_cycle.clone(), core.return_paths.clone(), core.background.clone())?;
        let life_cycle = life_cycle.with_grant_review(grant_review.follow_up());
        let directory = directory(settings, &core, &names);
        let announcements = announcements(settings, &core);
        let lives = LinkLifetimes::from(&settings.identity);
        let (community, verify_link) = (&settings.community, lives.verify_link);
        Ok(Self {
            webhooks: Webhooks::new(&settings.webhooks, on(), Arc::clone(master))?,
            members: Members::new(foundation.db.clone(), names.clone()),
            titles: TitleCache::new(foundation.db.clone(), foundation.clock.clone()),
            membership: Membership::new(on()),
            adoptions: Adoptions::new(on()),
            statistics: Statistics::new(on()),
            tasks: Tasks::new(on()),
            change_feed: ChangeFeed::new(on(), directory.clone(), cursors.clone()),
            carddav: address_books(settings, &core, &directory),
            directory,
            audit_log: AuditLog::new(foundation.db.clone()),
            pace: PaceControl::new(foundation.db.clone(), foundation.clock.clone(), foundation.audit.clone()),
            maintenance_mode: maintenance_mode(&core),
            subscriptions: TopicSubscriptions::new(on(), mail_tokens.clone(), announcements.clone()),
            suppressions: Suppressions::new(on(), heavy_work.clone()),
            releases: Releases::new(on(), Arc::clone(catalogue), heavy_work.clone(), metrics.clone()),
            surveys: Surveys::new(on(), Arc::clone(catalogue), heavy_work.clone(), metrics.clone()),
            responses,
            rounds: rounds(settings, &core),
            imports: Imports::new(on(), life_cycle.clone(), names, heavy_work.clone()),
            privacy: privacy(settings, &core, &life_cycle, &grant_review),
            nominations: Nominations::new(on(), storage.clone(), heavy_work.clone()),
            profiles: Profiles::new(on(), community),
            accounts: Accounts::new(&settings.identity, on(), Arc::clone(identity), grant_review.follow_up()),
            registrations: Registrations::new(community, verify_link, on(), Arc::clone(identity), life_cycle.clone()),
            announcements,
            grant_review,
            bounces,
            life_cycle,
            chain: audit_key(master)?,
            sealing: SealingRounds::default(),
            changes_noted: changes_noted(&foundation.db),
            states: figures::states(),
            community: settings.community.clone(),
            site: site(settings, &core)?,
            has_docs: settings.server.docs,
            periods: Periods::from(&settings.privacy),
            lives,
            metrics_token: Reloadable::new(settings.server.metrics_token.clone()),
            draining: Draining::default(),
            catalogue: core.catalogue,
            identity: core.identity,
            storage: core.storage,
            heavy_work: core.heavy_work,
            cursors: core.cursors,
            mail_tokens: core.mail_tokens,
            metrics: core.metrics,
            troubles: core.troubles,
            background: core.background,
            foundation: core.foundation,
        })
    }
}

impl Deref for Portal {
    type Target = Foundation;

    fn deref(&self) -> &Foundation {
        &self.foundation
    }
}

impl Portal {
    /// Registers the services for handlers.
    pub fn provide(&self, config: &mut web::ServiceConfig) {
        config.app_data(Data::from(Arc::clone(&self.site)));
        config.app_data(Data::new(self.webhooks.clone()));
        config.app_data(Data::new(self.members.clone()));
        config.app_data(Data::new(self.titles.clone()));
        config.app_data(Data::new(self.membership.clone()));
        config.app_data(Data::new(self.adoptions.clone()));
        config.app_data(Data::new(self.statistics.clone()));
        config.app_data(Data::new(self.tasks.clone()));
        config.app_data(Data::new(Home::new(self.foundation.clone(), self.statistics.clone())));
        config.app_data(Data::new(waiting_counter(&self.tasks)));
        config.app_data(Data::new(banner_source(&self.maintenance_mode)));
        config.app_data(Data::new(self.change_feed.clone()));
        config.app_data(Data::new(self.audit_log.clone()));
        config.app_data(Data::new(self.pace.clone()));
        config.app_data(Data::new(self.maintenance_mode.clone()));
        config.app_data(Data::new(self.subscriptions.clone()));
        config.app_data(Data::new(self.suppressions.clone()));
        config.app_data(Data::new(self.surveys.clone()));
        config.app_data(Data::new(self.releases.clone()));
        config.app_data(Data::new(self.responses.clone()));
        config.app_data(Data::new(self.rounds.clone()));
        config.app_data(Data::new(self.profiles.clone()));
        config.app_data(Data::new(self.accounts.clone()));
        config.app_data(Data::new(self.directory.clone()));
        config.app_data(Data::new(self.carddav.clone()));
        config.app_data(Data::from(Arc::clone(&self.identity)));
        config.app_data(Data::new(self.bounces.clone()));
        config.app_data(Data::new(self.imports.clone()));
        config.app_data(Data::new(self.privacy.clone()));
        config.app_data(Data::new(self.announcements.clone()));
        config.app_data(Data::new(self.life_cycle.clone()));
        config.app_data(Data::new(self.registrations.clone()));
        config.app_data(Data::new(self.nominations.clone()));
    }
}

/// Counts for the menu of each page. Without the number a page is still good.
fn waiting_counter(tasks: &Tasks) -> WaitingCounter {
    let tasks = tasks.clone();
    WaitingCounter::new(move |viewer| {
        let tasks = tasks.clone();
        async move {
            let total = tasks.total(viewer).await.unwrap_or_else(|error| {
                tracing::debug!(%error, "what waits is not counted");
                0
            });
            tasks::shown(total)
        }
    })
}

/// Asks for the banner of each page. While nobody knows whether there is a maintenance, pages say nothing of it.
fn banner_source(mode: &MaintenanceMode) -> BannerSource {
    let mode = mode.clone();
    BannerSource::new(move || {
        let mode = mode.clone();
        async move {
            let known = mode.known().await.ok()?;
            known.until.zip(known.text).map(|(until, text)| MaintenanceBanner { until, text })
        }
    })
}

/// What all pages share.
fn site(settings: &Settings, core: &Core) -> Result<Arc<Site>, Error> {
    let chance = (core.foundation.clock.clone(), core.foundation.random.clone());
    let (catalogue, community) = (Arc::clone(&core.catalogue), settings.community.clone());
    let seal = core.master.tokens("pages")?;
    let served = (settings.server.public_url.clone(), settings.server.docs);
    Site::new(catalogue, community, served, chance, seal).map(Arc::new)
}

/// The key of the audit chain.
pub fn audit_key(master: &MasterKey) -> Result<Mac, Error> {
    master.mac("audit chain")
}
