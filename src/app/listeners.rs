//! Where the server listens: an address, the addresses of a host name, a Unix socket, or sockets that systemd opened.
//!
//! They are open before the portal is ready: connections wait until somebody accepts them, and `waiting` answers
//! some. Sockets of systemd (`LISTEN_FDS`) are used in place of `server.bind`: they stay open while the portal
//! restarts, so no connection is refused. A Unix socket of the portal's own is for its user and its group (0660): the
//! proxy belongs to that group. A socket that a stopped portal left is removed; one that answers is not.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use listenfd::ListenFd;
use tokio::net::TcpSocket;

use crate::config::Bind;
use crate::error::{Error, OrInternal as _};

/// Connections that may wait until they are accepted.
const BACKLOG: u32 = 2_048;
/// The mode of a socket.
const MODE: u32 = 0o660;

/// Something to listen on.
pub(super) enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    /// Its name in the log, if it is a socket without an address.
    pub(super) fn name(&self) -> Option<String> {
        let Self::Unix(listener) = self else { return None };
        let address = listener.local_addr().ok()?;
        Some(address.as_pathname().map_or_else(|| "a socket".to_owned(), |path| format!("unix:{}", path.display())))
    }
}

/// The sockets of systemd, or what `server.bind` names.
///
/// # Errors
/// If a socket is of another kind, or is in use.
pub(super) fn listeners(bind: &str) -> Result<Vec<Listener>, Error> {
    let given = from_systemd(&mut ListenFd::from_env())?;
    if !given.is_empty() {
        return Ok(given);
    }
    let opened = match Bind::parse(bind).map_err(|fault| Error::internal(format!("server.bind {fault}")))? {
        Bind::Address(address) => open_address(address).map(|listener| vec![listener]),
        Bind::Host(host, port) => open_host(&host, port),
        Bind::Socket(path) => open(&path).map(|listener| vec![Listener::Unix(listener)]),
    };
    opened.map_err(|error| Error::internal(format!("can't listen on {bind} (server.bind): {error}")))
}

/// The same sockets once more, for another server of this process.
///
/// # Errors
/// If the process may open no more files.
pub(super) fn copies(listeners: &[Listener]) -> Result<Vec<Listener>, Error> {
    let copy = |listener: &Listener| match listener {
        Listener::Tcp(listener) => listener.try_clone().map(Listener::Tcp),
        Listener::Unix(listener) => listener.try_clone().map(Listener::Unix),
    };
    listeners.iter().map(copy).collect::<std::io::Result<_>>().or_internal()
}

fn open_address(address: SocketAddr) -> std::io::Result<Listener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(Listener::Tcp(socket.listen(BACKLOG)?.into_std()?))
}

/// Listens on the addresses of a host name; one of them is enough.
fn open_host(host: &str, port: u16) -> std::io::Result<Vec<Listener>> {
    let (mut opened, mut last) = (Vec::new(), std::io::Error::other("the name has no address"));
    for address in (host, port).to_socket_addrs()? {
        match open_address(address) {
            Ok(listener) => opened.push(listener),
            Err(error) => last = error,
        }
    }
    if opened.is_empty() { Err(last) } else { Ok(opened) }
}

fn from_systemd(given: &mut ListenFd) -> Result<Vec<Listener>, Error> {
    let mut listeners = Vec::new();
    for index in 0..given.len() {
        if let Ok(Some(listener)) = given.take_tcp_listener(index) {
            listeners.push(Listener::Tcp(listener));
        } else if let Ok(Some(listener)) = given.take_unix_listener(index) {
            listeners.push(Listener::Unix(listener));
        } else {
            return Err(Error::internal(
                "systemd handed over a socket on which nobody can connect (ListenStream= is wanted)",
            ));
        }
    }
    Ok(listeners)
}

/// Opens a Unix socket, and removes one that nobody listens on.
fn open(path: &Path) -> std::io::Result<UnixListener> {
    if let Ok(found) = path.symlink_metadata() {
        if !found.file_type().is_socket() {
            return Err(std::io::Error::other("there is a file which is no socket"));
        }
        if UnixStream::connect(path).is_ok() {
            return Err(std::io::Error::other("another process listens there"));
        }
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(MODE))?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_is_for_its_user_and_group_and_taken_from_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portal.sock");
        let bind = format!("unix:{}", path.display());
        let first = listeners(&bind).unwrap();
        assert_eq!(first[0].name(), Some(bind.clone()));
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, MODE);
        assert!(listeners(&bind).is_err(), "it answers");
        drop(first);
        assert!(path.exists() && listeners(&bind).is_ok(), "it was left");
        let file = folder.path().join("file");
        std::fs::write(&file, "precious").unwrap();
        assert!(listeners(&format!("unix:{}", file.display())).is_err() && file.exists());
        assert!(matches!(&listeners("localhost:0").unwrap()[..], [Listener::Tcp(_), ..]));
    }
}
