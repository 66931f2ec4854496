//! The request context: the client's address, program and cookies.
//!
//! The address is that of the connection. If that is a trusted proxy, or the connection came over a Unix socket,
//! `X-Forwarded-For` is read from its right end, and the first address that is no trusted proxy counts: everything to
//! the left of it may be the client's invention (ASVS 5.0, 4.1.3). The header is read as bytes, hop by hop, so that
//! invalid text from a client does not invalidate what a proxy wrote after it.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use ipnet::IpNet;
use secrecy::SecretString;

use super::middleware_settings::{MiddlewareSettings, RequestId};
use super::{cookies, language};
use crate::config::Networks;
use crate::error::Error;
use crate::i18n::Language;

/// The cookie of a browser session.
pub const SESSION_COOKIE: &str = "__Host-session";
/// The cookie of a known device.
pub const DEVICE_COOKIE: &str = "__Host-device";
/// Longest program name that is stored.
const USER_AGENT_LENGTH: usize = 200;

/// The client of a request.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// The id of the request, to quote in questions.
    pub request_id: String,
    /// The address, as far as it can be trusted.
    pub address: IpAddr,
    /// The program, as it calls itself.
    pub user_agent: Option<String>,
    /// The requested language.
    pub language: Language,
    /// The cookie of a known device.
    pub device: Option<String>,
    /// The session cookie of a browser; none beside a token.
    pub session_cookie: Option<SecretString>,
}

impl RequestContext {
    /// The networks of the client, the narrowest first: for IPv4 the address and its /24; for IPv6 a /64, which a
    /// subscriber has, the /48 of a site, and the /32 of a provider, since a client with a wider network has all
    /// narrower ones in it.
    #[must_use]
    pub fn blocks(&self) -> Vec<String> {
        let lengths: &[(u8, u8)] =
            if self.address.is_ipv4() { &[(32, 64), (24, 48)] } else { &[(32, 64), (24, 48), (16, 32)] };
        lengths.iter().map(|&(v4, v6)| truncated(self.address, v4, v6)).collect()
    }

    /// The network that is stored: /24 of IPv4, /48 of IPv6.
    #[must_use]
    pub fn network(&self) -> String {
        truncated(self.address, 24, 48)
    }
}

fn truncated(address: IpAddr, v4: u8, v6: u8) -> String {
    let length = if address.is_ipv4() { v4 } else { v6 };
    IpNet::new(address, length).map_or_else(|_never| address.to_string(), |network| network.trunc().to_string())
}

impl FromRequest for RequestContext {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(of(request))
    }
}

/// The context of this request.
///
/// # Errors
/// If the middleware is not configured.
pub fn of(request: &HttpRequest) -> Result<RequestContext, Error> {
    let context = request
        .app_data::<Data<MiddlewareSettings>>()
        .ok_or_else(|| Error::internal("the middleware is not configured"))?;
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let forwarded: Vec<&[u8]> = request.headers().get_all("x-forwarded-for").map(HeaderValue::as_bytes).collect();
    let plain = |agent: &str| agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_LENGTH).collect();
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    Ok(RequestContext {
        request_id,
        address: client_address(peer, &forwarded.join(&b','), &context.proxies.get()),
        user_agent: header(USER_AGENT.as_str()).map(plain),
        language: language(request),
        device: cookies::value(request.headers(), DEVICE_COOKIE).map(str::to_owned),
        session_cookie: cookies::value(request.headers(), SESSION_COOKIE)
            .filter(|_| !request.headers().contains_key(AUTHORIZATION))
            .map(SecretString::from),
    })
}

/// The client behind the trusted proxies.
fn client_address(peer: IpAddr, forwarded: &[u8], proxies: &Networks) -> IpAddr {
    let mut address = peer.to_canonical();
    // A peer without an address came over the Unix socket, which only the proxy may open.
    let mut is_trusted = address.is_unspecified() || proxies.contain(address);
    for hop in forwarded.rsplit(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|hop| !hop.is_empty()) {
        if !is_trusted {
            break;
        }
        // A hop without an address was not written by a trusted proxy; the one before it is the last known.
        let Some(next) = std::str::from_utf8(hop).ok().and_then(hop_address) else { break };
        address = next.to_canonical();
        is_trusted = proxies.contain(address);
    }
    address
}

/// The address of a hop; some proxies add a port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rightmost_hop_that_is_no_proxy_of_ours_is_the_client() {
        let proxies = Networks::parse("10.0.0.0/8, ::1, 192.0.2.7").unwrap();
        for (peer, forwarded, client) in [
            ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.9, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
            ("10.0.0.1", "evil, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1, evil", "10.0.0.1"),
            ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
            ("::1", "192.0.2.7", "192.0.2.7"),
            ("::1", "203.0.113.7:4711", "203.0.113.7"),
            ("::1", "[2001:db8::1]:4711", "2001:db8::1"),
            // Over a Unix socket.
            ("0.0.0.0", "198.51.100.9, 203.0.113.7", "203.0.113.7"),
            ("0.0.0.0", "198.51.100.9, 0.0.0.0", "0.0.0.0"),
        ] {
            let found = client_address(peer.parse().unwrap(), forwarded.as_bytes(), &proxies);
            assert_eq!(found.to_string(), client, "{peer} {forwarded}");
        }
    }

    #[test]
    fn a19_what_is_no_text_left_of_a_good_hop_changes_nothing() {
        let proxies = Networks::parse("10.0.0.0/8").unwrap();
        for (forwarded, client) in [
            (&b"\xff, 198.51.100.1"[..], "198.51.100.1"),
            ("é, 198.51.100.1".as_bytes(), "198.51.100.1"),
            (b"\xff,198.51.100.1 , 10.2.3.4", "198.51.100.1"),
            (b"203.0.113.9\xff, 198.51.100.1", "198.51.100.1"),
            // No trusted proxy writes this.
            (b"198.51.100.1, \xff", "10.0.0.1"),
        ] {
            let found = client_address("10.0.0.1".parse().unwrap(), forwarded, &proxies);
            assert_eq!(found.to_string(), client, "{}", String::from_utf8_lossy(forwarded));
        }
    }

    #[test]
    fn one_subscriber_is_one_block() {
        assert_eq!(truncated("2001:db8:1:2:3:4:5:6".parse().unwrap(), 32, 64), "2001:db8:1:2::/64");
        assert_eq!(truncated("198.51.100.77".parse().unwrap(), 24, 48), "198.51.100.0/24");
    }
}
