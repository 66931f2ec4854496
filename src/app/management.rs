//! The second listener: `/metrics` and `/health` on an address of their own (`server.management_bind`), for a network
//! that only operators reach.
//!
//! It has a thread of its own, so a flood of requests to the portal delays no probe. No token is needed there, since
//! nobody else reaches it; the public listener then answers 404 for both.

use std::net::SocketAddr;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};

use super::stopping::stop;
use super::{Portal, health};
use crate::error::Error;
use crate::http::Limits;
use crate::http::middleware;
use crate::http::middleware_settings::MiddlewareSettings;

/// Connections of probes and scrapers.
const CONNECTIONS: usize = 64;
/// Seconds that an answer gets at the stop.
const STOP: u64 = 2;

/// A listener that runs.
pub(super) struct Management {
    pub(super) address: SocketAddr,
    handle: ServerHandle,
}

impl Management {
    /// Begins to listen.
    ///
    /// # Errors
    /// If the address is taken.
    pub(super) fn start(
        bind: &str,
        portal: &Data<Portal>,
        context: &Data<MiddlewareSettings>,
        limits: &Data<Limits>,
    ) -> Result<Self, Error> {
        let (portal, context, limits) = (portal.clone(), context.clone(), limits.clone());
        let app = move || {
            App::new()
                .app_data(portal.clone())
                .app_data(context.clone())
                .app_data(limits.clone())
                .wrap(from_fn(middleware::wrap))
                .configure(routes)
        };
        let bound = HttpServer::new(app)
            .workers(1)
            .max_connections(CONNECTIONS)
            .shutdown_timeout(STOP)
            .disable_signals()
            .bind(bind)
            .map_err(|error| Error::internal(format!("can't listen on {bind} (server.management_bind): {error}")))?;
        let address = bound.addrs().first().copied().ok_or_else(|| Error::internal("bound to nothing"))?;
        let server: Server = bound.run();
        let handle = server.handle();
        // The server's own task, which ends when the handle stops it.
        actix_web::rt::spawn(server);
        tracing::info!(%address, "metrics and health have a listener of their own");
        Ok(Self { address, handle })
    }

    /// Stops, after the public listener.
    pub(super) async fn stop(self) {
        stop(&self.handle).await;
    }
}

fn routes(config: &mut web::ServiceConfig) {
    let live = || web::resource("/health/live").route(web::get().to(health::live)).route(web::head().to(health::live));
    let ready =
        || web::resource("/health/ready").route(web::get().to(health::ready)).route(web::head().to(health::ready));
    config
        .service(live())
        .service(ready())
        .service(web::resource("/metrics").route(web::get().to(health::open_figures)))
        .default_service(web::to(health::nothing_here));
}

/// What the public listener answers where there is this one: nothing of it. To be configured before the operations.
pub(super) fn hidden(config: &mut web::ServiceConfig) {
    for path in ["/health/live", "/health/ready", "/metrics"] {
        config.service(web::resource(path).to(health::nothing_here));
    }
}
