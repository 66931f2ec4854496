//! The core: what the services of the portal are built from (database, secrets, outbox, storage, identity, metrics).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::progress::{Patience, off_thread};
use crate::audit::Audit;
use crate::background::Runner;
use crate::config::{self, Settings};
use crate::db::{Db, Wakeup};
use crate::disk_reserve::DiskReserve;
use crate::error::{Error, OrInternal as _};
use crate::events::Events;
use crate::heavy_work::Lane;
use crate::http::Metrics;
use crate::i18n::Catalogue;
use crate::identity::{self, HashOptions, Hasher, Identity, Keys};
use crate::incidents::Troubles;
use crate::key_ring;
use crate::mail::consent::AddressMask;
use crate::mail::{self, EmailRenderer, MailTokens, Outbox, ReturnPaths, Sender, Transport};
use crate::private_files;
use crate::random::Random;
use crate::secrets::{MasterKey, TokenKey};
use crate::service::Foundation;
use crate::storage::Storage;
use crate::throttle::Throttle;
use crate::time::Clock;

/// What the services are built from.
pub(super) struct Core {
    pub(super) foundation: Foundation,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) master: Arc<MasterKey>,
    pub(super) mail_tokens: MailTokens,
    pub(super) return_paths: Option<ReturnPaths>,
    pub(super) storage: Storage,
    pub(super) identity: Arc<Identity>,
    pub(super) heavy_work: Lane,
    pub(super) cursors: TokenKey,
    pub(super) metrics: Metrics,
    pub(super) troubles: Troubles,
    pub(super) background: Runner,
}

impl Core {
    /// Starts the threads of database and password hashing, and loads the keys.
    pub(super) async fn start(settings: &Settings, clock: Clock, random: Random) -> Result<Self, Error> {
        let db = start_database(settings).await?;
        db.keep_time(&clock).await?;
        if let Some(warning) = db.warning_of_room().await? {
            tracing::warn!("{warning}");
        }
        let catalogue = Arc::new(Catalogue::load()?);
        let master = rooted(&db, master_key(settings, &db, &random).await?, &clock, &random).await?;
        let metrics = Metrics::default();
        let foundation = Foundation {
            audit: Audit::new(clock.clone(), random.clone()),
            outbox: outbox(settings, &catalogue, &master, &clock, &random)?,
            events: Events::new(clock.clone(), random.clone()),
            throttle: Arc::new(Throttle::new(settings, &master, clock.clone(), metrics.clone())?),
            reserve: DiskReserve::new(settings, db.target()),
            db,
            clock,
            random,
        };
        Ok(Self {
            identity: Arc::new(identity(settings, &foundation, &master, &metrics).await?),
            mail_tokens: MailTokens::new(master.mac("mail token")?),
            return_paths: ReturnPaths::configured(&settings.mail, &master)?,
            storage: storage(settings, &foundation, &master)?,
            heavy_work: Lane::start(&settings.heavy_work)?,
            cursors: master.tokens("cursors")?,
            background: Runner::new(foundation.clock.clone(), metrics.jobs()),
            troubles: Troubles::default(),
            foundation,
            catalogue,
            master,
            metrics,
        })
    }

    /// The sender of mail, not started yet.
    pub(super) fn sender(&self, settings: &Settings) -> Result<Sender, Error> {
        let transport = transport(settings, &self.mail_tokens, self.return_paths.as_ref(), &self.troubles)?;
        let Foundation { db, clock, random, events, .. } = self.foundation.clone();
        let options = mail::Options::from(&settings.mail);
        Ok(Sender::new(db, transport, clock, random, events, options, self.background.clone()))
    }
}

fn storage(settings: &Settings, foundation: &Foundation, master: &Arc<MasterKey>) -> Result<Storage, Error> {
    let Foundation { db, clock, random, .. } = foundation.clone();
    Storage::new(&settings.storage, db, Arc::clone(master), clock, random)
}

async fn identity(
    settings: &Settings,
    foundation: &Foundation,
    master: &Arc<MasterKey>,
    metrics: &Metrics,
) -> Result<Identity, Error> {
    let Foundation { db, clock, random, audit, outbox, throttle, .. } = foundation.clone();
    let parts = identity::Parts {
        hasher: Hasher::start(hash_options(&settings.identity), &random, metrics.clone())?,
        keys: load_keys(&db, master, &settings.server.public_url, &clock, &random).await?,
        master: Arc::clone(master),
        community: settings.community.name.clone(),
        public_url: settings.server.public_url.clone(),
        db,
        throttle,
        audit,
        outbox,
        clock,
        random,
    };
    let identity = Identity::new(&settings.identity, &settings.throttle, parts)?;
    identity.learn_costs().await?;
    Ok(identity)
}

/// The notification that wakes the dispatcher of announcements after a change of state.
pub(super) fn announcements_due(db: &Db) -> Arc<Notify> {
    let due = Arc::new(Notify::new());
    let waker = Arc::clone(&due);
    db.listen(Wakeup::Announcement, move || waker.notify_one());
    due
}

/// Says that a unit of work of this process noted a change that has no number yet.
pub(super) fn changes_noted(db: &Db) -> Arc<AtomicBool> {
    let noted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&noted);
    db.listen(Wakeup::Changes, move || flag.store(true, Ordering::Relaxed));
    noted
}

/// The outbox of mail.
fn outbox(
    settings: &Settings,
    catalogue: &Arc<Catalogue>,
    master: &MasterKey,
    clock: &Clock,
    random: &Random,
) -> Result<Outbox, Error> {
    let public_url = settings.server.public_url.clone();
    let letters = EmailRenderer::new(Arc::clone(catalogue), settings.community.clone(), public_url);
    let give_up = Duration::from_secs(settings.mail.give_up_hours * 3_600);
    let mask = AddressMask::new(master.mac("suppressed address")?);
    Ok(Outbox::new(letters, clock.clone(), random.clone(), give_up, mask))
}

/// Opens the connections; waits for a server that is away.
async fn start_database(settings: &Settings) -> Result<Db, Error> {
    let target = settings.database_target().or_internal()?;
    let size = settings.database_size(&target);
    let patience = Patience::of(settings, &target);
    off_thread(move |progress| {
        progress.at("connecting to the database");
        patience.for_server(progress, || Db::start(&target, size))
    })
    .await
}

/// The master key. None is made for a database that was sealed with another one: with a new key nobody could log in,
/// and the new file would pose as the right one in the next backup.
async fn master_key(settings: &Settings, db: &Db, random: &Random) -> Result<MasterKey, Error> {
    if MasterKey::is_missing(&settings.identity) && db.read(identity::has_sealed).await? {
        return Err(Error::internal(format!(
            "{}: the file is missing (identity.master_key_file), and the database has secrets that were sealed with its \
             key. Put the file back, or set identity.master_key. No new key was made",
            private_files::absolute(&settings.identity.master_key_file).display()
        )));
    }
    MasterKey::load(&settings.identity, random)
}

fn transport(
    settings: &Settings,
    tokens: &MailTokens,
    paths: Option<&ReturnPaths>,
    troubles: &Troubles,
) -> Result<Transport, Error> {
    Transport::new(settings, tokens.clone(), paths.cloned(), troubles.clone()).or_internal()
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

/// The master key with the root that the database keeps.
async fn rooted(db: &Db, master: MasterKey, clock: &Clock, random: &Random) -> Result<Arc<MasterKey>, Error> {
    let (now, random) = (clock.now(), random.clone());
    db.write(move |conn| key_ring::settle(conn, master, &random, now)).await.map(Arc::new)
}

/// The signing keys; creates the first ones if there are none.
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
