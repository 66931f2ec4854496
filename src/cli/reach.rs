//! Requests of commands to the portal that runs with the same configuration, on this machine.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use ureq::Agent;

use crate::config::{Bind, Settings};
use crate::error::Error;

/// Most bytes of an answer.
const LARGEST: u64 = 16_000_000;

/// The status and the body of the answer to a request for a path of monitoring: on the listener of operators, if
/// there is one.
pub(super) fn get(
    settings: &Settings,
    path: &str,
    token: Option<&str>,
    patience: Duration,
) -> Result<(u16, String), Error> {
    let server = &settings.server;
    let bind = if server.management_bind.is_empty() { &server.bind } else { &server.management_bind };
    match Bind::parse(bind) {
        Ok(Bind::Socket(socket)) => get_over(&socket, path, token, patience),
        _ => get_from(&format!("http://{}{path}", reachable(bind)), token, patience),
    }
}

/// The address on this machine of a portal that listens on the given one.
fn reachable(bind: &str) -> String {
    match bind.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_unspecified() => {
            let is_v4 = address.is_ipv4();
            let ip = if is_v4 { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { IpAddr::V6(Ipv6Addr::LOCALHOST) };
            SocketAddr::new(ip, address.port()).to_string()
        }
        _ => bind.to_owned(),
    }
}

fn get_from(url: &str, token: Option<&str>, patience: Duration) -> Result<(u16, String), Error> {
    // No proxy: the token is for the portal only.
    let config = Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(patience));
    let agent: Agent = config.max_redirects(0).build().into();
    let failed = |error: ureq::Error| Error::internal(format!("no answer from {url}: {error}"));
    let mut request = agent.get(url);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut answer = request.call().map_err(failed)?;
    let status = answer.status().as_u16();
    Ok((status, answer.body_mut().read_to_string().map_err(failed)?))
}

/// The same over a Unix socket.
fn get_over(socket: &Path, path: &str, token: Option<&str>, patience: Duration) -> Result<(u16, String), Error> {
    let place = socket.display();
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    // HTTP/1.0: the answer comes in one piece and ends with the connection.
    let head = format!("GET {path} HTTP/1.0\r\nhost: localhost\r\n{token}\r\n");
    let (answers, answer) = mpsc::channel();
    let to = socket.to_owned();
    // On a thread, which ends with the command: connecting waits without end while the queue of the socket is full.
    let asking = std::thread::Builder::new().name("ask".to_owned()).spawn(move || {
        let _ = answers.send(exchange(&to, &head));
    });
    asking.map_err(|error| Error::internal(format!("no thread to ask unix:{place}: {error}")))?;
    let answer = match answer.recv_timeout(patience) {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Err(Error::internal(format!("no answer from unix:{place}: {error}"))),
        Err(_late) => return Err(Error::internal(format!("no whole answer from unix:{place} within {patience:?}"))),
    };
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.split_ascii_whitespace().nth(1).and_then(|status| status.parse().ok()) {
        Some(status) => Ok((status, body.to_owned())),
        None => Err(Error::internal(format!("unix:{place} answered no HTTP"))),
    }
}

/// Everything that is answered until the connection ends.
fn exchange(socket: &Path, head: &str) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    stream.write_all(head.as_bytes())?;
    let mut answer = String::new();
    stream.take(LARGEST).read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_portal_that_answers_without_end_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portal.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let (over, goes_on) = mpsc::channel::<()>();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // A byte now and then, until the test is over.
            while goes_on.recv_timeout(Duration::from_millis(5)) == Err(mpsc::RecvTimeoutError::Timeout) {
                stream.write_all(b"H").unwrap();
            }
        });
        let told = get_over(&path, "/health/live", None, Duration::from_millis(200)).unwrap_err();
        assert!(told.operator_message().contains("within"), "{}", told.operator_message());
        drop(over);
        server.join().unwrap();
    }

    #[test]
    fn a_portal_that_listens_everywhere_is_asked_here() {
        assert_eq!(reachable("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(reachable("[::]:8080"), "[::1]:8080");
        assert_eq!(reachable("10.0.0.7:8080"), "10.0.0.7:8080");
        assert_eq!(reachable("localhost:8080"), "localhost:8080");
    }
}
