//! Who is at the other end: address, program, cookies.
//!
//! The address is that of the connection. Where that is one of the trusted proxies, `X-Forwarded-For` is read from its
//! right end, and the first address that is no proxy of ours counts: everything to the left of it is the client's own
//! invention (ASVS 5.0, 4.1.3).

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use ipnet::IpNet;

use super::envelope::{Context, RequestId};
use super::language;
use crate::error::Error;
use crate::i18n::Language;

/// The cookie of a browser's session.
pub const SESSION_COOKIE: &str = "__Host-session";
/// The cookie of a device that somebody has logged in from.
pub const DEVICE_COOKIE: &str = "__Host-device";
/// Longest program name that is kept.
const USER_AGENT_LENGTH: usize = 200;

/// Networks of a list.
#[derive(Clone, Debug, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads `10.0.0.0/8, 2001:db8::/32, 192.0.2.7`.
    ///
    /// # Errors
    /// A sentence that names what is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let networks = entries.map(|entry| {
            let network = entry.parse::<IpNet>().ok();
            let single = || entry.parse::<IpAddr>().ok().map(IpNet::from);
            network.or_else(single).ok_or_else(|| format!("{entry} is no network such as 10.0.0.0/8"))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them has this address.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The other end of a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What to quote when asking for help.
    pub request_id: String,
    /// The address, as far as it can be trusted.
    pub address: IpAddr,
    /// The program, as it calls itself.
    pub user_agent: Option<String>,
    /// The language asked for.
    pub language: Language,
    /// The cookie of a known device.
    pub device: Option<String>,
    /// Whether it is a browser that keeps its session in a cookie, and came with that.
    pub has_session_cookie: bool,
}

impl Caller {
    /// What counts as one client in a throttle: an IPv4 address, a /64 of IPv6, which is what one subscriber has.
    #[must_use]
    pub fn block(&self) -> String {
        truncated(self.address, 32, 64)
    }

    /// What counts as one client, and the networks around it, the narrowest first: of IPv4 an address and its /24; of IPv6 a
    /// /64, the /48 of a site, and the /32 of a provider, since whoever has the wider has all of the narrower.
    #[must_use]
    pub fn blocks(&self) -> Vec<String> {
        let lengths: &[(u8, u8)] =
            if self.address.is_ipv4() { &[(32, 64), (24, 48)] } else { &[(32, 64), (24, 48), (16, 32)] };
        lengths.iter().map(|&(v4, v6)| truncated(self.address, v4, v6)).collect()
    }

    /// What is written down of the address: /24 of IPv4, /48 of IPv6.
    #[must_use]
    pub fn network(&self) -> String {
        truncated(self.address, 24, 48)
    }
}

fn truncated(address: IpAddr, v4: u8, v6: u8) -> String {
    let length = if address.is_ipv4() { v4 } else { v6 };
    IpNet::new(address, length).map_or_else(|_never| address.to_string(), |network| network.trunc().to_string())
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(of(request))
    }
}

/// The other end of this request.
///
/// # Errors
/// Where the middleware is not configured.
pub fn of(request: &HttpRequest) -> Result<Caller, Error> {
    let context =
        request.app_data::<Data<Context>>().ok_or_else(|| Error::internal("the middleware is not configured"))?;
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let forwarded: Vec<&str> = forwarded.collect();
    let plain = |agent: &str| agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_LENGTH).collect();
    // In a statement of its own: reading a cookie borrows the extensions too.
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    Ok(Caller {
        request_id,
        address: client_address(peer, &forwarded.join(","), &context.proxies),
        user_agent: header(USER_AGENT.as_str()).map(plain),
        language: language(request),
        device: request.cookie(DEVICE_COOKIE).map(|cookie| cookie.value().to_owned()),
        has_session_cookie: header(AUTHORIZATION.as_str()).is_none() && request.cookie(SESSION_COOKIE).is_some(),
    })
}

/// The client behind the trusted proxies.
fn client_address(peer: IpAddr, forwarded: &str, proxies: &Networks) -> IpAddr {
    let mut address = peer.to_canonical();
    for hop in forwarded.rsplit(',').map(str::trim).filter(|hop| !hop.is_empty()) {
        if !proxies.contain(address) {
            break;
        }
        // What is no address was not written by a proxy of ours; the one before it is the last we know.
        let Some(next) = hop_address(hop) else { break };
        address = next.to_canonical();
    }
    address
}

/// The address of a hop; some proxies write its port too.
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
        ] {
            let found = client_address(peer.parse().unwrap(), forwarded, &proxies);
            assert_eq!(found.to_string(), client, "{peer} {forwarded}");
        }
        assert!(Networks::parse("10.0.0.0/33").is_err() && Networks::parse("here").is_err());
    }

    #[test]
    fn one_subscriber_is_one_block() {
        assert_eq!(truncated("2001:db8:1:2:3:4:5:6".parse().unwrap(), 32, 64), "2001:db8:1:2::/64");
        assert_eq!(truncated("198.51.100.77".parse().unwrap(), 24, 48), "198.51.100.0/24");
    }
}
