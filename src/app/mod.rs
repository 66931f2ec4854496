//! The portal as a whole: its parts, its routes, its life from start to stop.
//!
//! [`Portal`] is what every handler can reach. [`start`] makes one from settings and begins to serve (`server`);
//! [`Running::stop`] lets requests under way finish. The command `serve` adds the sender of mail and the housekeeper (`house`); a
//! test runs both by hand. `health` is for whoever watches the process.

mod descriptors;
mod docs;
mod health;
mod house;
mod server;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Notify;

use crate::announcements;
use crate::audit::{Audit, Trace};
use crate::bounces::Bounces;
use crate::config::{self, Settings};
use crate::db::{self, Conn, Db, Target};
use crate::directory::{self, formats::Bulk};
use crate::error::{Error, OrInternal as _};
use crate::events::Events;
use crate::heavy_work::Lane;
use crate::http::{Caller, Metrics};
use crate::i18n::Catalogue;
use crate::idempotency::{self, Answer, Ticket};
use crate::identity::{self, HashOptions, Hasher, Identity, Keys};
use crate::life_cycle::{self, ConfirmLinks};
use crate::mail::consent::AddressMask;
use crate::mail::{self, Bell, Letters, MailTokens, Outbox, ReturnPaths, Sender, Transport};
use crate::members;
use crate::privacy::{self, Periods};
use crate::random::Random;
use crate::secrets::{Mac, MasterKey};
use crate::storage::Storage;
use crate::throttle::{Seen, Throttle};
use crate::time::Clock;
use crate::webhooks::{Dispatcher, Webhooks};
pub use health::{__path_figures, __path_live, __path_ready, Health, figures, live, ready};
pub use server::{Running, start};

/// What every handler can reach.
pub struct Portal {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// Texts.
    pub catalogue: Arc<Catalogue>,
    /// Where mail is put.
    pub outbox: Outbox,
    /// Who is who.
    pub identity: Identity,
    /// What counts tries.
    pub throttle: Arc<Throttle>,
    /// What is written down for good.
    pub audit: Audit,
    /// What happens, for those who listen outside.
    pub events: Events,
    /// Those who listen.
    pub webhooks: Webhooks,
    /// What this process has read before.
    pub known: Known,
    /// Where files are kept.
    pub storage: Storage,
    /// Who runs the portal.
    pub community: config::Community,
    /// How long things are good.
    pub lives: Lives,
    /// What is handed out in bulk.
    pub bulk: Bulk,
    /// What readers of the directory have seen.
    pub seen: Seen,
    /// Where work is done that takes long and much memory.
    pub heavy_work: Lane,
    /// How long what is personal is kept.
    pub periods: Periods,
    /// What signs the places of lists and feeds that clients hand back.
    pub cursors: Mac,
    /// What stands for mails in links.
    pub mail_tokens: MailTokens,
    /// What takes reports about mails.
    pub bounces: Bounces,
    /// What is counted.
    pub metrics: Metrics,
    metrics_token: SecretString,
    announcements: announcements::Settings,
    /// Wakes what goes on with announcements.
    stirred: Notify,
    chain: Mac,
    life_cycle: life_cycle::Desk,
}

/// What a process has read before, and looks up in the database again once it has changed there.
#[derive(Clone, Default)]
pub struct Known {
    /// Members by their names.
    pub names: members::KnownNames,
    /// Sets of the directory's contacts.
    pub sets: directory::KnownSets,
    /// Texts of announcements, rendered.
    pub texts: announcements::KnownTexts,
    /// Whether the database answered.
    ready: health::Readiness,
}

/// How long things are good.
#[derive(Clone, Copy, Debug)]
pub struct Lives {
    /// A link to verify an address.
    pub verify_link: Duration,
    /// A link to choose a new password.
    pub reset_link: Duration,
    /// A link to take a change of address back.
    pub undo_link: Duration,
    /// An application whose address was never verified.
    pub unverified: Duration,
}

/// Brings the database up to date: applies migrations and loads the reference data.
///
/// # Errors
/// Where the database can't be reached or a migration fails.
pub fn prepare(target: &Target, clock: &Clock, random: &Random) -> Result<Vec<String>, Error> {
    let _alone = prepare_alone(target)?;
    let applied = db::migrate(target)?;
    let mut connection = db::open(target, db::Access::Write)?;
    let added = connection.transaction_for_write(|conn| members::load_reference(conn, clock.now(), random))?;
    if added > 0 {
        tracing::info!(added, "loaded the reference data");
    }
    // What an older portal stored is brought into the index of the directory, a bounded part at a time.
    while connection.transaction_for_write(directory::index_missing)? {}
    Ok(applied)
}

/// Makes the folder of a SQLite file and waits until no other process prepares it. SQLite's own patience
/// (`busy_timeout`) does not cover the switch of a new file to WAL; on PostgreSQL advisory locks do the same.
fn prepare_alone(target: &Target) -> Result<Option<std::fs::File>, Error> {
    let Target::Sqlite(path) = target else { return Ok(None) };
    make_folder_of(Path::new(path))?;
    make_private(Path::new(path));
    let file = std::fs::File::create(format!("{path}.preparing")).or_internal()?;
    file.lock().or_internal()?;
    Ok(Some(file))
}

/// Makes a new SQLite file readable for its owner alone; SQLite gives the files beside it the same mode. Where that fails
/// SQLite says why.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

fn make_folder_of(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).map_err(|error| Error::internal(format!("{}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}

impl Portal {
    /// Puts the parts together. The database must be prepared.
    ///
    /// # Errors
    /// Where a part can't be made.
    pub async fn assemble(
        settings: &Settings,
        clock: Clock,
        random: Random,
    ) -> Result<(Self, Sender, Dispatcher), Error> {
        let target = settings.database_target().or_internal()?;
        let db = Db::start(&target, settings.database_size(&target))?;
        let catalogue = Arc::new(Catalogue::load()?);
        let bell = Bell::default();
        let master = Arc::new(MasterKey::load(&settings.identity, &random)?);
        let outbox = outbox(settings, &catalogue, &master, &clock, &random, &bell)?;
        let mail_tokens = MailTokens::new(master.mac("mail token")?);
        let return_paths = ReturnPaths::configured(&settings.mail, &master)?;
        let transport = Transport::new(settings, mail_tokens.clone(), return_paths.clone()).or_internal()?;
        let options = mail::Options::from(&settings.mail);
        let events = Events::new(clock.clone(), random.clone());
        let sender = Sender::new(db.clone(), transport, clock.clone(), random.clone(), bell, events.clone(), options);
        let metrics = Metrics::default();
        let hasher = Hasher::start(hash_options(&settings.identity), &random, metrics.clone())?;
        let throttle = Arc::new(Throttle::new(settings, &master, clock.clone(), metrics.clone())?);
        let audit = Audit::new(clock.clone(), random.clone());
        let webhooks = webhooks(settings, &master, &clock, &random, &audit, &events)?;
        let dispatcher = Dispatcher::new(&settings.webhooks, db.clone(), webhooks.clone(), outbox.clone())?;
        let storage = Storage::new(&settings.storage, db.clone(), Arc::clone(&master), clock.clone(), random.clone())?;
        let keys = load_keys(&db, &master, &settings.server.public_url, &clock, &random).await?;
        let parts = identity::Parts {
            db: db.clone(),
            hasher,
            keys,
            master: Arc::clone(&master),
            throttle: Arc::clone(&throttle),
            audit: audit.clone(),
            outbox: outbox.clone(),
            clock: clock.clone(),
            random: random.clone(),
            community: settings.community.name.clone(),
            public_url: settings.server.public_url.clone(),
        };
        let identity = Identity::new(&settings.identity, &settings.throttle, parts)?;
        let life_cycle = life_cycle_desk(settings, &outbox, &events, &random, &throttle, &master, &clock)?;
        let bounces = Bounces::new(settings, db.clone(), clock.clone(), life_cycle.clone(), return_paths)?;
        let portal = Self {
            bulk: Bulk::new(Arc::clone(&throttle), audit.clone(), &settings.directory),
            seen: Seen::new(Arc::clone(&throttle), db.clone(), clock.clone(), settings.directory.seen_per_day),
            heavy_work: Lane::start(&settings.heavy_work)?,
            cursors: master.mac("cursors")?,
            mail_tokens,
            announcements: announcements::Settings::from(&settings.announcements),
            stirred: Notify::new(),
            chain: audit_key(&master)?,
            bounces,
            life_cycle,
            db,
            clock,
            random,
            catalogue,
            outbox,
            identity,
            throttle,
            audit,
            events,
            webhooks,
            known: Known::default(),
            storage,
            community: settings.community.clone(),
            periods: Periods::from(&settings.privacy),
            lives: lives(&settings.identity),
            metrics,
            metrics_token: settings.server.metrics_token.clone(),
        };
        Ok((portal, sender, dispatcher))
    }
}

impl Portal {
    /// One unit of work whose answer is kept for whoever sends the request of `ticket` again.
    ///
    /// # Errors
    /// As [`idempotency::once`], and 503 where the queue is full or the database away.
    pub async fn once<F>(&self, ticket: Option<Ticket>, work: F) -> Result<Answer, Error>
    where
        F: FnOnce(&mut Conn) -> Result<Answer, Error> + Send + 'static,
    {
        let now = self.clock.now();
        self.db.write(move |conn| idempotency::once(conn, ticket.as_ref(), now, work)).await
    }
}

impl Portal {
    /// What the life cycle's units of work need, for the portal itself; a request adds its trace.
    #[must_use]
    pub fn life_cycle_desk(&self) -> life_cycle::Desk {
        life_cycle::Desk { now: self.clock.now(), ..self.life_cycle.clone() }
    }
}

impl Portal {
    /// What announcements' units of work need, in this request.
    #[must_use]
    pub fn announcements_desk(&self, caller: &Caller) -> announcements::Desk {
        announcements::Desk { trace: Trace::from(caller), ..self.announcements_own_desk() }
    }

    fn announcements_own_desk(&self) -> announcements::Desk {
        announcements::Desk {
            audit: self.audit.clone(),
            outbox: self.outbox.clone(),
            events: self.events.clone(),
            mail_tokens: self.mail_tokens.clone(),
            trace: Trace::default(),
            now: self.clock.now(),
            throttle: Arc::clone(&self.throttle),
            settings: self.announcements,
        }
    }
}

impl Portal {
    /// What erasing and forgetting need, for the portal itself; a request adds its trace.
    #[must_use]
    pub fn privacy_desk(&self) -> privacy::Desk {
        let catalogue = Arc::clone(&self.catalogue);
        privacy::Desk { life_cycle: self.life_cycle_desk(), catalogue, periods: self.periods }
    }
}

/// The key of the audit log's chain.
///
/// # Errors
/// None that is expected.
pub fn audit_key(master: &MasterKey) -> Result<Mac, Error> {
    master.mac("audit chain")
}

/// What the life cycle's units of work need.
fn life_cycle_desk(
    settings: &Settings,
    outbox: &Outbox,
    events: &Events,
    random: &Random,
    throttle: &Arc<Throttle>,
    master: &MasterKey,
    clock: &Clock,
) -> Result<life_cycle::Desk, Error> {
    Ok(life_cycle::Desk {
        audit: Audit::new(clock.clone(), random.clone()),
        outbox: outbox.clone(),
        events: events.clone(),
        random: random.clone(),
        throttle: Arc::clone(throttle),
        links: ConfirmLinks::new(master)?,
        kept: Periods::from(&settings.privacy).contacts,
        step_up: Duration::from_secs(60 * settings.identity.step_up_minutes),
        trace: Trace::default(),
        now: clock.now(),
    })
}

/// What mail is put into.
fn outbox(
    settings: &Settings,
    catalogue: &Arc<Catalogue>,
    master: &MasterKey,
    clock: &Clock,
    random: &Random,
    bell: &Bell,
) -> Result<Outbox, Error> {
    let public_url = settings.server.public_url.clone();
    let letters = Letters::new(Arc::clone(catalogue), settings.community.clone(), public_url);
    let give_up = Duration::from_secs(settings.mail.give_up_hours * 3_600);
    let mask = AddressMask::new(master.mac("suppressed address")?);
    Ok(Outbox::new(letters, clock.clone(), random.clone(), bell.clone(), give_up, mask))
}

/// Those who listen to what happens.
fn webhooks(
    settings: &Settings,
    master: &Arc<MasterKey>,
    clock: &Clock,
    random: &Random,
    audit: &Audit,
    events: &Events,
) -> Result<Webhooks, Error> {
    let (clock, random) = (clock.clone(), random.clone());
    Webhooks::new(&settings.webhooks, Arc::clone(master), clock, random, audit.clone(), events.clone())
}

async fn load_keys(
    db: &Db,
    master: &Arc<MasterKey>,
    issuer: &str,
    clock: &Clock,
    random: &Random,
) -> Result<Keys, Error> {
    let (master, issuer, now, random) = (Arc::clone(master), issuer.to_owned(), clock.now(), random.clone());
    db.write(move |conn| Keys::load(conn, &master, &issuer, now, &random)).await
}

fn lives(settings: &config::Identity) -> Lives {
    Lives {
        verify_link: Duration::from_secs(3_600 * settings.verify_link_hours),
        reset_link: Duration::from_secs(60 * settings.reset_link_minutes),
        undo_link: Duration::from_secs(3_600 * settings.undo_link_hours),
        unverified: Duration::from_hours(24 * settings.unverified_days),
    }
}

fn hash_options(settings: &config::Identity) -> HashOptions {
    let threads = match settings.hash_threads {
        0 => config::processors().saturating_sub(1).max(1),
        threads => threads,
    };
    HashOptions {
        memory_kib: settings.argon2_memory_kib,
        passes: settings.argon2_passes,
        lanes: settings.argon2_lanes,
        threads,
        queue: settings.hash_queue,
        wait: Duration::from_millis(settings.hash_wait_milliseconds),
    }
}
