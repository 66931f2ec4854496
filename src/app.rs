//! The portal as a whole: its parts, its routes, its life from start to stop.
//!
//! [`Portal`] is what every handler can reach. [`start`] makes one from settings and begins to serve; [`Running::stop`]
//! lets requests under way finish. The command `serve` adds the sender of mail and the housekeeper; a test runs
//! the sender by hand.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use utoipa_swagger_ui::SwaggerUi;

use crate::config::{self, Settings};
use crate::db::{self, Db, Target};
use crate::error::{Error, OrInternal as _};
use crate::http::envelope::{self, Context};
use crate::http::{Limits, problem::Problem};
use crate::i18n::Catalogue;
use crate::identity::{self, HashOptions, Hasher, Identity, Keys, MasterKey};
use crate::mail::{self, Bell, Letters, Outbox, Sender, Transport};
use crate::random::Random;
use crate::time::Clock;
use crate::{announcements, directory, members, openapi, pages, profile, registrations};

/// How often the housekeeper cleans up.
const HOUSEKEEPING: Duration = Duration::from_hours(1);
/// How long ended sessions and secrets are kept.
const KEEP_ENDED: Duration = Duration::from_hours(24);

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
    /// Who runs the portal.
    pub community: config::Community,
    /// How long a link to verify an address is good.
    pub verify_link: Duration,
    unverified: Duration,
}

/// A portal that serves.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// Its parts.
    pub portal: Data<Portal>,
    /// Its sender of mail, which has not begun.
    pub sender: Sender,
    handle: ServerHandle,
    _lock: Option<std::fs::File>,
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
    Ok(applied)
}

/// Makes the folder of a SQLite file and waits until no other process prepares it. SQLite's own patience
/// (`busy_timeout`) does not cover the switch of a new file to WAL; on PostgreSQL advisory locks do the same.
fn prepare_alone(target: &Target) -> Result<Option<std::fs::File>, Error> {
    let Target::Sqlite(path) = target else { return Ok(None) };
    make_folder_of(Path::new(path))?;
    let file = std::fs::File::create(format!("{path}.preparing")).or_internal()?;
    file.lock().or_internal()?;
    Ok(Some(file))
}

fn make_folder_of(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).map_err(|error| Error::internal(format!("{}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}

/// Keeps a second portal away from a SQLite file: the sender and the sessions trust to be alone there.
fn lock(target: &Target) -> Result<Option<std::fs::File>, Error> {
    let Target::Sqlite(path) = target else { return Ok(None) };
    let path = PathBuf::from(format!("{path}.lock"));
    let file = std::fs::File::create(&path).map_err(|e| Error::internal(format!("{}: {e}", path.display())))?;
    file.try_lock().map_err(|_held| {
        Error::internal(format!(
            "another portal serves this database already ({} is locked). Stop it, or use PostgreSQL for several.",
            path.display()
        ))
    })?;
    Ok(Some(file))
}

impl Portal {
    /// Puts the parts together. The database must be prepared.
    ///
    /// # Errors
    /// Where a part can't be made.
    pub async fn assemble(settings: &Settings, clock: Clock, random: Random) -> Result<(Self, Sender), Error> {
        let target = settings.database_target().or_internal()?;
        let db = Db::start(&target, settings.database_size(&target))?;
        let catalogue = Arc::new(Catalogue::load()?);
        let letters =
            Letters::new(Arc::clone(&catalogue), settings.community.clone(), settings.server.public_url.clone());
        let bell = Bell::default();
        let give_up = Duration::from_secs(settings.mail.give_up_hours * 3_600);
        let outbox = Outbox::new(letters, clock.clone(), random.clone(), bell.clone(), give_up);
        let transport = Transport::new(settings).or_internal()?;
        let options = mail::Options {
            connections: settings.mail.connections,
            mails_per_connection: settings.mail.mails_per_connection,
            poll: Duration::from_secs(settings.mail.poll_seconds),
            lease: Duration::from_secs(settings.mail.lease_seconds),
        };
        let sender = Sender::new(db.clone(), transport, clock.clone(), random.clone(), bell, options);
        let hasher = Hasher::start(hash_options(&settings.identity), &random)?;
        let master = MasterKey::load(&settings.identity, &random)?;
        let (now, source) = (clock.now(), random.clone());
        let keys = db.write(move |conn| Keys::load(conn, &master, now, &source)).await?;
        let identity =
            Identity::new(&settings.identity, db.clone(), hasher, keys, outbox.clone(), clock.clone(), random.clone());
        let portal = Self {
            db,
            clock,
            random,
            catalogue,
            outbox,
            identity,
            community: settings.community.clone(),
            verify_link: Duration::from_secs(settings.identity.verify_link_hours * 3_600),
            unverified: Duration::from_hours(24 * settings.identity.unverified_days),
        };
        Ok((portal, sender))
    }

    /// Cleans up every hour until told to stop.
    pub async fn keep_house(&self, stop: &CancellationToken) {
        loop {
            let now = self.clock.now();
            let (ended, unverified) = (now.minus(KEEP_ENDED), now.minus(self.unverified));
            let swept = self
                .db
                .write(move |conn| Ok(identity::sweep(conn, ended)? + registrations::sweep(conn, unverified)?))
                .await;
            match swept {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "deleted what had ended"),
                Err(error) => tracing::warn!(%error, "could not clean up"),
            }
            tokio::select! {
                () = tokio::time::sleep(HOUSEKEEPING) => {}
                () = stop.cancelled() => return,
            }
        }
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

/// Prepares the database, puts the parts together, binds, and begins to serve.
///
/// # Errors
/// Where a part can't be made or the address is taken.
pub async fn start(settings: &Settings, clock: Clock, random: Random) -> Result<Running, Error> {
    let target = settings.database_target().or_internal()?;
    if let Target::Sqlite(path) = &target {
        make_folder_of(Path::new(path))?;
    }
    let lock = lock(&target)?;
    for name in prepare(&target, &clock, &random)? {
        tracing::info!(name, "applied a migration");
    }
    let (portal, sender) = Portal::assemble(settings, clock, random).await?;
    let portal = Data::new(portal);
    let (server, address) = bind(settings, &portal)?;
    let handle = server.handle();
    // The server's own task; it ends when the handle stops it.
    actix_web::rt::spawn(server);
    Ok(Running { address, portal, sender, handle, _lock: lock })
}

impl Running {
    /// Lets requests under way finish and takes no more.
    pub async fn stop(self) {
        self.handle.stop(true).await;
    }
}

fn bind(settings: &Settings, portal: &Data<Portal>) -> Result<(Server, SocketAddr), Error> {
    let server = &settings.server;
    let context = Data::new(Context {
        catalogue: Arc::clone(&portal.catalogue),
        clock: portal.clock.clone(),
        random: portal.random.clone(),
    });
    let limits = Data::new(Limits {
        body: server.body_limit,
        body_time: Duration::from_secs(server.client_timeout_seconds),
        request_time: Duration::from_secs(server.request_timeout_seconds),
    });
    let (shared, docs) = (portal.clone(), server.docs);
    let app = move || {
        App::new()
            .app_data(shared.clone())
            .app_data(context.clone())
            .app_data(limits.clone())
            .wrap(from_fn(envelope::wrap))
            .wrap(Compress::default())
            .configure(|config| routes(config, docs))
    };
    let workers = if server.workers == 0 { config::processors() } else { server.workers };
    let bound = HttpServer::new(app)
        .workers(workers)
        .max_connections(server.max_connections.div_ceil(workers))
        .keep_alive(Duration::from_secs(server.keep_alive_seconds))
        .client_request_timeout(Duration::from_secs(server.client_timeout_seconds))
        .shutdown_timeout(server.shutdown_seconds)
        .disable_signals()
        .bind(&server.bind)
        .map_err(|error| Error::internal(format!("can't listen on {}: {error}", server.bind)))?;
    let address = bound.addrs().first().copied().ok_or_else(|| Error::internal("bound to nothing"))?;
    Ok((bound.run(), address))
}

/// Every route of every feature.
fn routes(config: &mut web::ServiceConfig, docs: bool) {
    config
        .service(
            web::scope("/api/v1")
                .configure(identity::routes::routes)
                .configure(registrations::routes::routes)
                .configure(profile::routes::routes)
                .configure(members::routes::routes)
                .configure(directory::routes::routes)
                .configure(announcements::routes::routes),
        )
        .service(web::resource("/.well-known/jwks.json").route(web::get().to(identity::routes::jwks)))
        .service(web::resource("/health/live").route(web::get().to(live)).route(web::head().to(live)))
        .service(web::resource("/health/ready").route(web::get().to(ready)).route(web::head().to(ready)))
        .configure(pages::routes::routes);
    if docs {
        config.service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", openapi::document()));
    }
    config.default_service(web::to(nothing_here));
}

async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Error::not_found())
}

/// How the portal is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `live` or `ready`.
    pub status: &'static str,
}

/// Whether the process answers.
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200, body = Health)))]
pub async fn live() -> web::Json<Health> {
    web::Json(Health { status: "live" })
}

/// Whether the process can serve: the database answers.
#[utoipa::path(get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub async fn ready(portal: Data<Portal>) -> Result<web::Json<Health>, Error> {
    portal.identity.has_administrator().await?;
    Ok(web::Json(Health { status: "ready" }))
}
