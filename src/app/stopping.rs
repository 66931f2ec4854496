//! The end of a server.

use std::time::Duration;

use actix_web::dev::ServerHandle;

/// The time for an acceptor to pause: it only has to be woken, on a machine that may be busy.
const ACCEPTOR_PAUSES: Duration = Duration::from_millis(100);

/// Stops a server: it accepts nothing new, and then its workers finish what they have.
///
/// actix tells its acceptor and its workers at the same time. A connection that the acceptor takes while the workers are
/// ending is lost, and logged as a fault, so the acceptor gets time to pause first.
pub(super) async fn stop(handle: &ServerHandle) {
    handle.pause().await;
    // `pause` returns when the order is given; nothing says when the acceptor has followed it.
    tokio::time::sleep(ACCEPTOR_PAUSES).await;
    handle.stop(true).await;
}
