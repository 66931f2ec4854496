//! Where the server listens: an address, the addresses of a host name, a Unix socket, or sockets that systemd opened.
//!
//! Sockets of systemd (`LISTEN_FDS`) are used in place of `server.bind`: they stay open while the portal restarts, so no
//! connection is refused. A Unix socket of the portal's own is for its user and its group (0660): the proxy belongs to that
//! group. A socket that a stopped portal left is removed; one that answers is not.

use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use listenfd::ListenFd;

use crate::config::Bind;
use crate::error::Error;

/// The mode of a socket.
const MODE: u32 = 0o660;

/// Something to listen on.
pub(super) enum Listener {
    /// Addresses that are not bound yet.
    Address(String),
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
    match Bind::parse(bind).map_err(|fault| Error::internal(format!("server.bind {fault}")))? {
        Bind::Address(_) | Bind::Host(..) => Ok(vec![Listener::Address(bind.to_owned())]),
        Bind::Socket(path) => match open(&path) {
            Ok(listener) => Ok(vec![Listener::Unix(listener)]),
            Err(error) => Err(Error::internal(format!("can't listen on unix:{}: {error}", path.display()))),
        },
    }
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

    #[test]
    fn a_socket_is_for_its_user_and_group_and_taken_from_nobody() {
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
        assert!(matches!(&listeners("localhost:0").unwrap()[..], [Listener::Address(_)]));
    }
}
