//! The HTTP server: all routes of all features behind the middleware.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header;
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};

use super::docs::{self, Docs};
use super::listeners::{Listener, copies, listeners};
use super::management::{self, Management};
use super::prepare::{Schema, make_folder_of, prepare_configured};
use super::stopping::stop;
use super::{Portal, descriptors, health, waiting};
use crate::bounces::BounceSources;
use crate::config::{self, Networks, Settings};
use crate::db::Target;
use crate::error::{Error, OrInternal as _};
use crate::http::connections::Connections;
use crate::http::middleware;
use crate::http::middleware_settings::MiddlewareSettings;
use crate::http::pagination::CursorKey;
use crate::http::{AccessLog, Draining, Limits, Metrics};
use crate::i18n::Catalogue;
use crate::mail::Sender;
use crate::maintenance_mode::routes::refuse_writes;
use crate::random::Random;
use crate::reloadable::Reloadable;
use crate::time::Clock;
use crate::webhooks::Dispatcher;
use crate::{carddav, identity, web as layer};

/// Routes, and data of the application, that a command adds to its own server.
pub type Additions = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

/// How a portal starts.
#[derive(Default)]
pub struct Start {
    /// Routes of a command.
    pub additions: Option<Additions>,
    /// What happens to the schema.
    pub schema: Schema,
}

/// A running portal.
pub struct Running {
    /// The address that it listens on; of no meaning if that is a Unix socket.
    pub address: SocketAddr,
    /// The address of `server.management_bind`, if it is set.
    pub management_address: Option<SocketAddr>,
    /// What it listens on, for the log.
    pub listens_on: String,
    /// The services.
    pub portal: Data<Portal>,
    /// The sender of mail, not started yet.
    pub sender: Sender,
    /// The dispatcher of webhooks, not started yet.
    pub dispatcher: Dispatcher,
    /// The sources of reports about mails, not started yet.
    pub intakes: Option<BounceSources>,
    handle: ServerHandle,
    management: Option<Management>,
    access_log: AccessLog,
    _lock: Option<std::fs::File>,
}

/// Locks a SQLite file against a second portal: sender and sessions rely on being its only process.
///
/// # Errors
/// If another process holds the lock.
pub fn lock(target: &Target) -> Result<Option<std::fs::File>, Error> {
    let Target::Sqlite(path) = target else { return Ok(None) };
    let path = PathBuf::from(format!("{path}.lock"));
    let file = std::fs::File::create(&path).map_err(|e| Error::internal(format!("{}: {e}", path.display())))?;
    file.try_lock().map_err(|_held| {
        Error::internal(format!(
            "another portal serves this database already ({} is locked). Stop it; several processes need PostgreSQL.",
            path.display()
        ))
    })?;
    Ok(Some(file))
}

/// Prepares the database and starts as [`start_prepared`] does.
///
/// # Errors
/// If the database cannot be prepared, a part cannot be built or the address is in use.
pub async fn start(settings: &Settings, clock: Clock, random: Random) -> Result<Running, Error> {
    start_with(settings, clock, random, None).await
}

/// The same with routes of a command.
///
/// # Errors
/// As [`start`].
pub async fn start_with(
    settings: &Settings,
    clock: Clock,
    random: Random,
    additions: Option<Additions>,
) -> Result<Running, Error> {
    start_as(settings, clock, random, Start { additions, schema: Schema::Migrate }).await
}

/// The same as this start says. While it takes long, the listener answers that the portal starts.
///
/// # Errors
/// As [`start`].
pub async fn start_as(settings: &Settings, clock: Clock, random: Random, start: Start) -> Result<Running, Error> {
    let (target, Start { additions, schema }) = (settings.database_target().or_internal()?, start);
    if let Target::Sqlite(path) = &target {
        make_folder_of(Path::new(path))?;
    }
    let (lock, open) = (lock(&target)?, listeners(&settings.server.bind)?);
    let access_log = AccessLog::start(settings.log.access_every)?;
    let mut assembling = Box::pin(async {
        prepare_configured(settings, (clock.clone(), random.clone()), schema).await?;
        assemble(settings, (clock.clone(), random.clone())).await
    });
    let assembled = tokio::select! {
        assembled = &mut assembling => assembled?,
        () = tokio::time::sleep(waiting::QUICK) => {
            let context = waiting_settings(settings, &clock, &random, &access_log)?;
            let waiting = waiting::answer(copies(&open)?, context)?;
            let assembled = assembling.await;
            stop(&waiting).await;
            assembled?
        }
    };
    serve(settings, assembled, (lock, open, access_log), additions)
}

/// Puts the parts together, binds, and begins to serve, on a database that has been prepared.
///
/// # Errors
/// Where a part can't be made or the address is taken.
pub async fn start_prepared(settings: &Settings, clock: Clock, random: Random) -> Result<Running, Error> {
    let (lock, open) = (lock(&settings.database_target().or_internal()?)?, listeners(&settings.server.bind)?);
    let access_log = AccessLog::start(settings.log.access_every)?;
    serve(settings, assemble(settings, (clock, random)).await?, (lock, open, access_log), None)
}

/// What serves, put together.
struct Assembled {
    portal: Data<Portal>,
    sender: Sender,
    dispatcher: Dispatcher,
    intakes: BounceSources,
}

async fn assemble(settings: &Settings, (clock, random): (Clock, Random)) -> Result<Assembled, Error> {
    let (portal, sender, dispatcher) = Portal::assemble(settings, clock, random).await?;
    let portal = Data::new(portal);
    portal.look_around().await?;
    let intakes = BounceSources::open(&settings.bounces, portal.bounces.clone(), portal.troubles.clone()).await?;
    Ok(Assembled { portal, sender, dispatcher, intakes })
}

fn serve(
    settings: &Settings,
    Assembled { portal, sender, dispatcher, intakes }: Assembled,
    (lock, open, access_log): (Option<std::fs::File>, Vec<Listener>, AccessLog),
    additions: Option<Additions>,
) -> Result<Running, Error> {
    let intakes = Some(intakes);
    portal.metrics.add(&access_log);
    let names: Vec<String> = open.iter().filter_map(Listener::name).collect();
    let Bound { server, address, management } = bind(open, settings, (&portal, &access_log), additions)?;
    let listens_on = if names.is_empty() { address.to_string() } else { names.join(", ") };
    let handle = server.handle();
    let management_address = management.as_ref().map(|management| management.address);
    // The server's own task, which ends when the handle stops it.
    actix_web::rt::spawn(server);
    Ok(Running {
        address,
        management_address,
        listens_on,
        portal,
        sender,
        dispatcher,
        intakes,
        handle,
        management,
        access_log,
        _lock: lock,
    })
}

impl Running {
    /// Stops accepting requests, and waits for those in progress.
    pub async fn stop(self) {
        stop(&self.handle).await;
        // Last, so that the stop is seen.
        if let Some(management) = self.management {
            management.stop().await;
        }
        self.access_log.close();
    }
}

/// The settings of the middleware while the portal starts.
fn waiting_settings(
    settings: &Settings,
    clock: &Clock,
    random: &Random,
    access_log: &AccessLog,
) -> Result<Data<MiddlewareSettings>, Error> {
    let server = &settings.server;
    Ok(Data::new(MiddlewareSettings {
        catalogue: Arc::new(Catalogue::load()?),
        clock: clock.clone(),
        random: random.clone(),
        proxies: Reloadable::new(Networks::parse(&server.trusted_proxies).map_err(Error::internal)?),
        own_origin: server.public_url.clone(),
        allowed_origins: settings.origins(),
        draining: Draining::default(),
        access_log: access_log.clone(),
        metrics: Metrics::default(),
        is_shared: false,
        page: |_request, _error| None,
        standby: |_request| None,
    }))
}

/// What listens.
struct Bound {
    server: Server,
    address: SocketAddr,
    management: Option<Management>,
}

fn bind(
    open: Vec<Listener>,
    settings: &Settings,
    (portal, access_log): (&Data<Portal>, &AccessLog),
    additions: Option<Additions>,
) -> Result<Bound, Error> {
    let server = &settings.server;
    let [exempt, proxies] = portal.throttle.networks();
    let free = [proxies.clone(), exempt];
    let context = Data::new(middleware_settings(settings, portal, proxies, access_log));
    let origins = settings.origins();
    let limits = Data::new(Limits {
        body: server.body_limit,
        upload: settings.storage.file_limit,
        body_time: Duration::from_secs(server.client_timeout_seconds),
        request_time: Duration::from_secs(server.request_timeout_seconds),
    });
    let cursors = Data::new(CursorKey(portal.cursors.clone()));
    let (shared, has_docs) = (portal.clone(), server.docs);
    let described = Data::new(Docs::default());
    let management = match server.management_bind.as_str() {
        "" => None,
        bind => Some(Management::start(bind, portal, &context, &limits)?),
    };
    let is_elsewhere = management.is_some();
    let workers = if server.workers == 0 { config::processors() } else { server.workers };
    let connections = connections(settings, workers, free)?;
    let (most, counted) = (connections.most(), Data::new(connections.clone()));
    portal.metrics.add(&connections);
    let app = move || {
        App::new()
            .app_data(shared.clone())
            .app_data(counted.clone())
            .app_data(context.clone())
            .app_data(limits.clone())
            .app_data(cursors.clone())
            .app_data(described.clone())
            .wrap(Condition::new(!origins.is_empty(), cors(&origins)))
            .wrap(from_fn(identity::pages::keep))
            .wrap(Compress::default())
            .wrap(from_fn(refuse_writes))
            .wrap(from_fn(middleware::wrap))
            .configure(|config| shared.provide(config))
            .configure(|config| additions.iter().for_each(|add| add(config)))
            .configure(|config| routes(config, has_docs, is_elsewhere))
    };
    let mut bound = HttpServer::new(app)
        .workers(workers)
        .max_connections(most.div_ceil(workers))
        .on_connect(move |io, data| {
            if let Some(stream) = io.downcast_ref::<TcpStream>() {
                connections.receive(stream, data);
            }
        })
        // A client that has disconnected needs no answer, so its request is dropped.
        .h1_allow_half_closed(false)
        .keep_alive(Duration::from_secs(server.keep_alive_seconds))
        .client_request_timeout(Duration::from_secs(server.client_timeout_seconds))
        .shutdown_timeout(server.shutdown_seconds)
        .disable_signals();
    for listener in open {
        bound = match listener {
            Listener::Tcp(listener) => bound.listen(listener),
            Listener::Unix(listener) => bound.listen_uds(listener),
        }
        .map_err(|error| Error::internal(format!("can't listen on {} (server.bind): {error}", server.bind)))?;
    }
    let address = bound.addrs().first().copied().ok_or_else(|| Error::internal("bound to nothing"))?;
    Ok(Bound { server: bound.run(), address, management })
}

/// The settings of the middleware, which both listeners share.
fn middleware_settings(
    settings: &Settings,
    portal: &Data<Portal>,
    proxies: Reloadable<Networks>,
    access_log: &AccessLog,
) -> MiddlewareSettings {
    MiddlewareSettings {
        catalogue: Arc::clone(&portal.catalogue),
        clock: portal.clock.clone(),
        random: portal.random.clone(),
        proxies,
        own_origin: settings.server.public_url.clone(),
        allowed_origins: settings.origins(),
        draining: portal.draining.clone(),
        access_log: access_log.clone(),
        metrics: portal.metrics.clone(),
        is_shared: matches!(portal.db.target(), Target::Postgres(_)),
        page: layer::of_error,
        standby: layer::standby,
    }
}

/// The limits on connections, in all and by address.
fn connections(settings: &Settings, workers: usize, free: [Reloadable<Networks>; 2]) -> Result<Connections, Error> {
    let (server, target) = (&settings.server, settings.database_target().or_internal()?);
    let files = descriptors::raise();
    let reserved = descriptors::reserved(settings, settings.database_size(&target).connections, workers);
    let most = descriptors::room(files, reserved, server.max_connections);
    if most < server.max_connections {
        let wanted = server.max_connections;
        tracing::warn!(files, connections = most, wanted, "fewer connections: too few files may be open (ulimit -Hn)");
    }
    Ok(Connections::sharing(most, server.connections_per_address, free))
}

/// Allows pages of these origins, and of no other, to read answers to requests with a bearer token.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PATCH", "PUT", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT_LANGUAGE, header::IF_MATCH])
        // Whoever has written through another process asks for what is stored now.
        .allowed_header(header::CACHE_CONTROL)
        .allowed_header("idempotency-key")
        .expose_headers([header::LINK, header::ETAG, header::RETRY_AFTER, header::CONTENT_DISPOSITION])
        .expose_headers(["idempotency-replayed"])
        .max_age(600)
        // Unsubscribing with one click needs no right but the link (RFC 8058).
        .allowed_origin_fn(|_origin, head| head.uri.path().starts_with("/unsubscribe/"))
        .block_on_origin_mismatch(false);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// The routes of the server.
fn routes(config: &mut web::ServiceConfig, has_docs: bool, is_elsewhere: bool) {
    if is_elsewhere {
        management::hidden(config);
    }
    super::operations().configure(config);
    config.configure(carddav::routes::routes);
    super::pages().configure(config);
    if has_docs {
        config.configure(docs::routes);
    }
    config.default_service(web::to(health::nothing_here));
}
