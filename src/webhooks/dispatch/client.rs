//! One request to an endpoint: its addresses are checked, time and answer are bounded, redirects are not followed.

use std::fmt;
use std::io::Read as _;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::ssrf::EgressPolicy;
use crate::error::Error;
use crate::text::{self, foreign};
use crate::tls;
use crate::webhooks::types::{Attempt, Fault};

/// Bytes of an answer that are kept.
const KEPT: u64 = 1_024;

/// A request to an endpoint.
pub(super) struct Request {
    pub(super) url: String,
    pub(super) id: String,
    pub(super) seconds: i64,
    pub(super) signatures: String,
    pub(super) body: String,
}

/// Calls endpoints. Cloning is cheap.
#[derive(Clone)]
pub(super) struct Client(Agent);

impl Client {
    /// With a time limit for answers; trusts the authorities of `ca_file` in addition to those of the system.
    pub(super) fn new(guard: &EgressPolicy, timeout: Duration, ca_file: &str) -> Result<Self, Error> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!guard.allow_http)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            // Each attempt has a connection of its own, whose address was checked for it.
            .max_idle_connections(0)
            .timeout_global(Some(timeout))
            .user_agent("portal-webhooks/1")
            .tls_config(tls::config(ca_file)?)
            .build();
        let resolver = Judging { names: DefaultResolver::default(), guard: guard.clone() };
        Ok(Self(Agent::with_parts(config, DefaultConnector::default(), resolver)))
    }

    /// Sends a request and returns the result. Blocks.
    pub(super) fn post(&self, request: &Request) -> Attempt {
        let started = Instant::now();
        let sent = self
            .0
            .post(&request.url)
            .content_type("application/json")
            .header("webhook-id", &request.id)
            .header("webhook-timestamp", request.seconds.to_string())
            .header("webhook-signature", &request.signatures)
            .send(&request.body);
        let (status, fault, answer) = match sent {
            Ok(answer) => {
                let status = answer.status();
                let fault = (!status.is_success()).then_some(Fault::Refused);
                (Some(status.as_u16()), fault, beginning(answer.into_body().into_reader()))
            }
            Err(error) => {
                let fault = fault_of(&error);
                if fault == Fault::TlsFailed {
                    // The log names the certificate or protocol; the error of TLS has no secret of the URL.
                    tracing::info!(target: "portal::webhooks", webhook_id = %request.id, %error, "a receiver failed at TLS");
                }
                (None, Some(fault), None)
            }
        };
        let millis = i32::try_from(started.elapsed().as_millis()).unwrap_or(i32::MAX);
        Attempt { status, fault, millis, answer }
    }
}

/// The beginning of an answer, as a text that a database accepts, without secrets, since readers of deliveries see it.
/// An incomplete answer counts as well.
fn beginning(answer: impl std::io::Read) -> Option<String> {
    let mut bytes = Vec::new();
    let _ = answer.take(KEPT).read_to_end(&mut bytes);
    let shown = |c: char| if text::is_unprintable(c) && c != '\n' { ' ' } else { c };
    let text: String = String::from_utf8_lossy(&bytes).chars().map(shown).collect();
    let text = foreign::without_secrets(text.trim());
    (!text.is_empty()).then_some(text)
}

fn fault_of(error: &ureq::Error) -> Fault {
    match error {
        ureq::Error::Other(other) if other.is::<NotAllowed>() => Fault::AddressNotAllowed,
        ureq::Error::RequireHttpsOnly(_) => Fault::AddressNotAllowed,
        ureq::Error::HostNotFound => Fault::NameNotFound,
        ureq::Error::Timeout(_) => Fault::TimedOut,
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => Fault::TlsFailed,
        // Handshake errors of rustls come through the stream.
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => Fault::TlsFailed,
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed => Fault::NoConnection,
        _ => Fault::BadAnswer,
    }
}

/// The name of an endpoint has a forbidden address.
#[derive(Debug)]
struct NotAllowed;

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is not one of the public internet")
    }
}

impl std::error::Error for NotAllowed {}

/// Resolves names and checks their addresses. The connection uses the result, so no name is resolved twice.
#[derive(Debug)]
struct Judging {
    names: DefaultResolver,
    guard: EgressPolicy,
}

impl Resolver for Judging {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout).map_err(|error| match error {
            ureq::Error::Io(_) => ureq::Error::HostNotFound,
            other => other,
        })?;
        // A DNS answer that mixes public and private addresses is treated as an attack.
        if found.iter().all(|place| self.guard.admits(*place)) {
            Ok(found)
        } else {
            Err(ureq::Error::Other(Box::new(NotAllowed)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Networks;

    fn attempt(url: &str, networks: &str, allow_http: bool) -> Attempt {
        let guard = EgressPolicy { allow_http, networks: Networks::parse(networks).unwrap() };
        let client = Client::new(&guard, Duration::from_secs(5), "").unwrap();
        client.post(&Request {
            url: url.to_owned(),
            id: "id".to_owned(),
            seconds: 1,
            signatures: "v1,x".to_owned(),
            body: "{}".to_owned(),
        })
    }

    #[test]
    fn a_name_that_leads_inside_is_not_called() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        for url in [format!("http://localhost:{port}/"), format!("http://127.0.0.1:{port}/")] {
            assert_eq!(attempt(&url, "", true).fault, Some(Fault::AddressNotAllowed), "{url}");
        }
        assert!(listener.accept().is_err(), "nobody has called");
        assert_eq!(attempt("http://127.0.0.1:1/", "127.0.0.0/8", false).fault, Some(Fault::AddressNotAllowed));
        assert_eq!(attempt("http://127.0.0.1:1/", "127.0.0.0/8", true).fault, Some(Fault::NoConnection));
        assert_eq!(attempt("http://name.invalid/", "", true).fault, Some(Fault::NameNotFound));
    }

    #[test]
    fn of_an_answer_the_beginning_is_kept() {
        assert_eq!(beginning("a\0b\n\u{202e}c".as_bytes()).as_deref(), Some("a b\n c"));
        assert_eq!(beginning(&b"\n "[..]), None);
        assert_eq!(beginning(&b"x ".repeat(2_500)[..]).map(|text| text.len()), Some(1_023));
        assert_eq!(beginning(&b"token=abc sent"[..]).as_deref(), Some("token=*** sent"));
    }
}
