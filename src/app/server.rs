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
use super::listeners::{Listener, listeners};
use super::prepare::{make_folder_of, prepare};
use super::{Portal, descriptors, health};
use crate::bounces::BounceSources;
use crate::config::{self, Networks, Settings};
use crate::db::Target;
use crate::error::{Error, OrInternal as _};
use crate::http::Limits;
use crate::http::connections::Connections;
use crate::http::middleware;
use crate::http::middleware_settings::MiddlewareSettings;
use crate::http::pagination::CursorKey;
use crate::mail::Sender;
use crate::random::Random;
use crate::time::Clock;
use crate::webhooks::Dispatcher;
use crate::{carddav, identity, web as layer};

/// Routes, and data of the application, that a command adds to its own server.
pub type Additions = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

/// A running portal.
pub struct Running {
    /// The address that it listens on; of no meaning if that is a Unix socket.
    pub address: SocketAddr,
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
    _lock: Option<std::fs::File>,
}

/// Locks a SQLite file against a second portal: sender and sessions rely on being its only process.
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
    let target = settings.database_target().or_internal()?;
    if let Target::Sqlite(path) = &target {
        make_folder_of(Path::new(path))?;
    }
    let lock = lock(&target)?;
    prepare(&target, &clock, &random)?;
    serve(settings, (clock, random), lock, additions).await
}

/// Puts the parts together, binds, and begins to serve, on a database that [`prepare`] has been through.
///
/// # Errors
/// Where a part can't be made or the address is taken.
pub async fn start_prepared(settings: &Settings, clock: Clock, random: Random) -> Result<Running, Error> {
    let lock = lock(&settings.database_target().or_internal()?)?;
    serve(settings, (clock, random), lock, None).await
}

async fn serve(
    settings: &Settings,
    (clock, random): (Clock, Random),
    lock: Option<std::fs::File>,
    additions: Option<Additions>,
) -> Result<Running, Error> {
    let (portal, sender, dispatcher) = Portal::assemble(settings, clock, random).await?;
    let portal = Data::new(portal);
    let intakes = BounceSources::open(&settings.bounces, portal.bounces.clone(), portal.troubles.clone()).await?;
    let intakes = Some(intakes);
    let (server, address, listens_on) = bind(settings, &portal, additions)?;
    let handle = server.handle();
    // The server's own task, which ends when the handle stops it.
    actix_web::rt::spawn(server);
    Ok(Running { address, listens_on, portal, sender, dispatcher, intakes, handle, _lock: lock })
}

impl Running {
    /// Stops accepting requests, and waits for those in progress.
    pub async fn stop(self) {
        self.handle.stop(true).await;
    }
}

fn bind(
    settings: &Settings,
    portal: &Data<Portal>,
    additions: Option<Additions>,
) -> Result<(Server, SocketAddr, String), Error> {
    let (server, context) = (&settings.server, Data::new(middleware_settings(settings, portal)?));
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
    let workers = if server.workers == 0 { config::processors() } else { server.workers };
    let connections = connections(settings, workers)?;
    let (most, counted) = (connections.most(), Data::new(connections.clone()));
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
            .wrap(from_fn(middleware::wrap))
            .configure(|config| shared.provide(config))
            .configure(|config| additions.iter().for_each(|add| add(config)))
            .configure(|config| routes(config, has_docs))
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
    let mut names = Vec::new();
    for listener in listeners(&server.bind)? {
        names.extend(listener.name());
        bound = match listener {
            Listener::Address(address) => bound.bind(address),
            Listener::Tcp(listener) => bound.listen(listener),
            Listener::Unix(listener) => bound.listen_uds(listener),
        }
        .map_err(|error| Error::internal(format!("can't listen on {}: {error}", server.bind)))?;
    }
    let address = bound.addrs().first().copied().ok_or_else(|| Error::internal("bound to nothing"))?;
    let listens_on = if names.is_empty() { address.to_string() } else { names.join(", ") };
    Ok((bound.run(), address, listens_on))
}

fn middleware_settings(settings: &Settings, portal: &Portal) -> Result<MiddlewareSettings, Error> {
    Ok(MiddlewareSettings {
        catalogue: Arc::clone(&portal.catalogue),
        clock: portal.clock.clone(),
        random: portal.random.clone(),
        proxies: Networks::parse(&settings.server.trusted_proxies).map_err(Error::internal)?,
        own_origin: settings.server.public_url.clone(),
        allowed_origins: settings.origins(),
        metrics: portal.metrics.clone(),
        page: layer::of_error,
        standby: layer::standby,
    })
}

/// The limits on connections, in all and by address.
fn connections(settings: &Settings, workers: usize) -> Result<Connections, Error> {
    let (server, target) = (&settings.server, settings.database_target().or_internal()?);
    let networks = |list: &str| Networks::parse(list).map_err(Error::internal);
    let free = [networks(&server.trusted_proxies)?, networks(&settings.throttle.exempt_networks)?];
    let files = descriptors::raise();
    let reserved = descriptors::reserved(settings, settings.database_size(&target).connections, workers);
    let most = descriptors::room(files, reserved, server.max_connections);
    if most < server.max_connections {
        let wanted = server.max_connections;
        tracing::warn!(files, connections = most, wanted, "fewer connections: too few files may be open (ulimit -Hn)");
    }
    Ok(Connections::new(most, server.connections_per_address, free))
}

/// Allows pages of these origins, and of no other, to read answers to requests with a bearer token.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PATCH", "PUT", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT_LANGUAGE, header::IF_MATCH])
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
fn routes(config: &mut web::ServiceConfig, has_docs: bool) {
    super::operations().configure(config);
    config.configure(carddav::routes::routes);
    super::pages().configure(config);
    if has_docs {
        config.configure(docs::routes);
    }
    config.default_service(web::to(health::nothing_here));
}
