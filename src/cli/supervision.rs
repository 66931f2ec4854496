//! Reports to systemd that the portal is ready, lives and stops (`Type=notify`, `WatchdogSec=`).
//!
//! Signs of life come from the runtime that serves: if it hangs, they stop, and systemd restarts the portal. Without systemd
//! nothing is reported.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::config::Supervisor;

/// Tells the supervisor the state; if nobody hears it, the portal goes on.
pub(super) fn tell(supervisor: &Supervisor, state: &str) {
    if let Some(socket) = &supervisor.socket
        && let Err(error) = send(socket, state)
    {
        tracing::warn!(%error, state, "could not report to systemd");
    }
}

fn send(socket: &str, state: &str) -> std::io::Result<()> {
    let address = match socket.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address).map(drop)
}

/// Gives signs of life until the portal stops, twice as often as they are wanted.
pub(super) async fn live(supervisor: Supervisor, stop: CancellationToken) {
    let Some(every) = supervisor.watchdog.map(|within| (within / 2).max(Duration::from_millis(100))) else { return };
    while tokio::time::timeout(every, stop.cancelled()).await.is_err() {
        tell(&supervisor, "WATCHDOG=1");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn readiness_and_signs_of_life_arrive() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let heard = UnixDatagram::bind(&path).unwrap();
        let socket = Some(path.display().to_string());
        let supervisor = Supervisor { socket, watchdog: Some(Duration::from_millis(200)) };
        let mut buffer = [0; 64];
        tell(&supervisor, "READY=1");
        let length = heard.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..length], b"READY=1");
        let stop = CancellationToken::new();
        let living = live(supervisor, stop.clone());
        let stopping = async {
            let sign = tokio::task::spawn_blocking(move || {
                let mut buffer = [0; 64];
                heard.recv(&mut buffer).map(|length| buffer[..length].to_vec()).unwrap()
            });
            assert_eq!(sign.await.unwrap(), b"WATCHDOG=1");
            stop.cancel();
        };
        tokio::join!(living, stopping);
    }
}
