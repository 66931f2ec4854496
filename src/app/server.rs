//! Serving HTTP: every route of every feature behind the one middleware.

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
use super::{Portal, descriptors, health, make_folder_of, prepare};
use crate::bounces::Intakes;
use crate::config::{self, Settings};
use crate::db::Target;
use crate::error::{Error, OrInternal as _};
use crate::http::Limits;
use crate::http::caller::Networks;
use crate::http::connections::Connections;
use crate::http::envelope::{self, Context};
use crate::http::page::CursorKey;
use crate::mail::Sender;
use crate::random::Random;
use crate::time::Clock;
use crate::webhooks::Dispatcher;
use crate::{
    accounts, adoption, announcements, audit, bounces, carddav, changes, directory, identity, imports, life_cycle,
    mail, members, membership, nominations, pages, privacy, profile, registrations, statistics, subscriptions,
    suppressions, webhooks,
};

/// A portal that serves.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// Its parts.
    pub portal: Data<Portal>,
    /// Its sender of mail, which has not begun.
    pub sender: Sender,
    /// Its sender of events, which has not begun.
    pub dispatcher: Dispatcher,
    /// Its ways by which reports about mails come in, which have not begun.
    pub intakes: Option<Intakes>,
    handle: ServerHandle,
    _lock: Option<std::fs::File>,
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
    let (portal, sender, dispatcher) = Portal::assemble(settings, clock, random).await?;
    let portal = Data::new(portal);
    let intakes = Some(Intakes::open(&settings.bounces, portal.bounces.clone()).await?);
    let (server, address) = bind(settings, &portal)?;
    let handle = server.handle();
    // The server's own task; it ends when the handle stops it.
    actix_web::rt::spawn(server);
    Ok(Running { address, portal, sender, dispatcher, intakes, handle, _lock: lock })
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
        proxies: Networks::parse(&server.trusted_proxies).map_err(Error::internal)?,
        own_origin: server.public_url.clone(),
        allowed_origins: settings.origins(),
        metrics: portal.metrics.clone(),
    });
    let origins = settings.origins();
    let limits = Data::new(Limits {
        body: server.body_limit,
        upload: settings.storage.letter_limit,
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
            .wrap(Compress::default())
            .wrap(from_fn(envelope::wrap))
            .configure(|config| routes(config, has_docs))
    };
    let bound = HttpServer::new(app)
        .workers(workers)
        .max_connections(most.div_ceil(workers))
        .on_connect(move |io, data| {
            if let Some(stream) = io.downcast_ref::<TcpStream>() {
                connections.receive(stream, data);
            }
        })
        // Who has closed the connection waits for no answer, and what is done for it is given up.
        .h1_allow_half_closed(false)
        .keep_alive(Duration::from_secs(server.keep_alive_seconds))
        .client_request_timeout(Duration::from_secs(server.client_timeout_seconds))
        .shutdown_timeout(server.shutdown_seconds)
        .disable_signals()
        .bind(&server.bind)
        .map_err(|error| Error::internal(format!("can't listen on {}: {error}", server.bind)))?;
    let address = bound.addrs().first().copied().ok_or_else(|| Error::internal("bound to nothing"))?;
    Ok((bound.run(), address))
}

/// How many connections there may be, and who has what share of them.
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

/// Lets the pages of these origins, and of no other, read answers to requests with a bearer token.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PATCH", "PUT", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT_LANGUAGE, header::IF_MATCH])
        .allowed_header("idempotency-key")
        .expose_headers([header::LINK, header::ETAG, header::RETRY_AFTER, header::CONTENT_DISPOSITION])
        .expose_headers(["idempotency-replayed"])
        .max_age(600)
        .block_on_origin_mismatch(false);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// Every route of every feature.
fn routes(config: &mut web::ServiceConfig, has_docs: bool) {
    config
        .service(
            web::scope("/api/v1")
                .configure(identity::routes::routes)
                .configure(accounts::routes::routes)
                .configure(audit::routes::routes)
                .configure(registrations::routes::routes)
                .configure(life_cycle::routes::routes)
                .configure(imports::routes::routes)
                // Before the deeds, whose last part of the path may be any word.
                .configure(nominations::routes::routes)
                .configure(life_cycle::routes::deeds)
                .configure(profile::routes::routes)
                .configure(privacy::routes::routes)
                .configure(statistics::routes::routes)
                .configure(members::routes::routes)
                .configure(directory::formats::routes::routes)
                .configure(membership::routes::routes)
                .configure(adoption::routes::routes)
                .configure(directory::routes::routes)
                .configure(changes::routes::routes)
                .configure(announcements::routes::routes)
                .configure(mail::pace::routes::routes)
                .configure(subscriptions::routes::routes)
                .configure(bounces::routes::routes)
                .configure(suppressions::routes::routes)
                .configure(webhooks::routes::routes),
        )
        .service(web::resource("/.well-known/jwks.json").route(web::get().to(identity::routes::jwks)))
        .service(web::resource("/health/live").route(web::get().to(health::live)).route(web::head().to(health::live)))
        .service(
            web::resource("/health/ready").route(web::get().to(health::ready)).route(web::head().to(health::ready)),
        )
        .service(web::resource("/metrics").route(web::get().to(health::figures)))
        .configure(carddav::routes::routes)
        .configure(pages::routes::routes);
    if has_docs {
        config.configure(docs::routes);
    }
    config.default_service(web::to(health::nothing_here));
}
