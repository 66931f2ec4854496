//! Answers while the portal starts: `/health/live` says that the process is there, everything else that it starts.
//!
//! A start may wait for a database that is away, or for migrations. An orchestrator that hears nothing meanwhile takes
//! the process for dead and begins anew, so that a long migration never ends. The listener is the portal's own, and
//! connections that nobody has accepted yet wait in it for the portal.

use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::KeepAlive;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};

use super::health;
use super::listeners::Listener;
use crate::error::{Error, OrInternal as _};
use crate::http::Limits;
use crate::http::middleware;
use crate::http::middleware_settings::MiddlewareSettings;

/// How long a start may take before somebody answers for it: most are over by then.
pub(super) const QUICK: Duration = Duration::from_millis(300);

/// The time for a request, and for its end.
const MOMENT: Duration = Duration::from_secs(2);
/// Largest body, of which nobody reads anything.
const BODY: usize = 1_024;

/// Begins to answer on these listeners.
///
/// # Errors
/// If one of them can't be used.
pub(super) fn answer(listeners: Vec<Listener>, settings: Data<MiddlewareSettings>) -> Result<ServerHandle, Error> {
    let limits = Data::new(Limits { body: BODY, upload: BODY, body_time: MOMENT, request_time: MOMENT });
    let app = move || {
        App::new()
            .app_data(settings.clone())
            .app_data(limits.clone())
            .wrap(from_fn(middleware::wrap))
            .service(
                web::resource("/health/live").route(web::get().to(health::live)).route(web::head().to(health::live)),
            )
            .default_service(web::to(not_yet))
    };
    let mut server = HttpServer::new(app)
        .workers(1)
        // Each connection is to find the portal the next time.
        .keep_alive(KeepAlive::Disabled)
        .client_request_timeout(MOMENT)
        .shutdown_timeout(MOMENT.as_secs())
        .disable_signals();
    for listener in listeners {
        server = match listener {
            Listener::Tcp(listener) => server.listen(listener),
            Listener::Unix(listener) => server.listen_uds(listener),
        }
        .or_internal()?;
    }
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(handle)
}

async fn not_yet() -> Result<HttpResponse, Error> {
    Err(Error::starting())
}
