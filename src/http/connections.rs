//! Limits on open connections, in total and by address.
//!
//! An idle connection costs a file descriptor and some memory. So each address has a share, and a connection beyond it
//! is answered 429 and closed when it is accepted, before a request is read. An IPv6 address counts as its subscriber's
//! /64. A client with a wider network has every address in it, so wider networks have limits too, as in the throttle: a
//! site (/24 of IPv4, /48 of IPv6) and a provider (/32 of IPv6). Trusted proxies, and the networks that throttling
//! exempts, serve many people and have no limit of their own.
//!
//! When half of all allowed connections are open, the server is crowded: shares are smaller, and answers close their
//! connections, so that none is kept alive idle. A silent connection ends after `server.client_timeout_seconds`.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use ipnet::IpNet;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::gauge::ConstGauge;

use crate::config::Networks;
use crate::metrics::{Figures, Registry};

/// The answer to a connection beyond the limit. There is no request yet, so it is in no language.
const REFUSAL: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 15\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
/// How long a peer may accept none of the sent bytes, in milliseconds.
const UNREAD_MILLISECONDS: u32 = 60_000;
/// Shares of a site, which has many subscribers or one attacker: a /24 of IPv4, a /48 of IPv6.
const SITE_SHARES: usize = 4;
/// Shares of a provider: a /32 of IPv6, which any applicant gets from a registry.
const PROVIDER_SHARES: usize = 32;
/// The divisor of a share when the server is crowded.
const CROWDED: usize = 4;

/// Counts connections. Cloning shares the counts.
#[derive(Clone)]
pub struct Connections(Arc<Inner>);

struct Inner {
    most: usize,
    share: usize,
    free: [Networks; 2],
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    open: usize,
    of: HashMap<IpNet, usize>,
}

/// A counted connection, until it is dropped.
pub struct CountedConnection {
    connections: Connections,
    of: Vec<IpNet>,
}

/// A connection beyond the limit, which was answered already: its requests are ignored.
pub struct Refused;

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}

impl Collector for Connections {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let open = ConstGauge::new(i64::try_from(self.open()).unwrap_or(i64::MAX));
        open.encode(encoder.encode_descriptor(
            "http_connections",
            "Open connections of clients",
            None,
            open.metric_type(),
        )?)
    }
}

impl Figures for Connections {
    fn register(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(self.clone()));
    }
}

impl Connections {
    /// Limits of `most` connections in all, and `share` for each address outside of the free networks.
    #[must_use]
    pub fn new(most: usize, share: usize, free: [Networks; 2]) -> Self {
        Self(Arc::new(Inner { most, share, free, counts: Mutex::default() }))
    }

    /// Most that may be open.
    #[must_use]
    pub fn most(&self) -> usize {
        self.0.most
    }

    /// Whether answers close their connections.
    #[must_use]
    pub fn are_crowded(&self) -> bool {
        is_crowded(self.lock().open, self.0.most)
    }

    /// Connections that are open and counted.
    #[must_use]
    pub fn open(&self) -> usize {
        self.lock().open
    }

    /// Counts a connection of this address; none if it has used up its share.
    #[must_use]
    pub fn admit(&self, address: IpAddr) -> Option<CountedConnection> {
        let address = address.to_canonical();
        let bounds =
            if self.0.free.iter().any(|networks| networks.contain(address)) { Vec::new() } else { bounds(address) };
        let mut counts = self.lock();
        let share = share(self.0.share, counts.open, self.0.most);
        let is_full =
            |(network, shares): &(IpNet, usize)| counts.of.get(network).is_some_and(|open| *open >= share * shares);
        if bounds.iter().any(is_full) {
            return None;
        }
        counts.open += 1;
        let of: Vec<IpNet> = bounds.into_iter().map(|(network, _)| network).collect();
        for network in &of {
            *counts.of.entry(*network).or_default() += 1;
        }
        drop(counts);
        Some(CountedConnection { connections: self.clone(), of })
    }

    /// Counts an accepted connection, or refuses and closes it.
    pub fn receive(&self, stream: &TcpStream, data: &mut Extensions) {
        let Ok(peer) = stream.peer_addr() else { return };
        // RFC 5482: a peer that accepts no bytes for so long counts as gone, whatever else it sends.
        if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, UNREAD_MILLISECONDS) {
            tracing::debug!(%error, "a connection has no limit of the time for which its peer may read nothing");
        }
        if let Some(counted) = self.admit(peer.ip()) {
            data.insert(counted);
        } else {
            refuse(stream);
            data.insert(Refused);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for CountedConnection {
    fn drop(&mut self) {
        let mut counts = self.connections.lock();
        counts.open = counts.open.saturating_sub(1);
        for network in &self.of {
            match counts.of.get_mut(network) {
                Some(open) if *open > 1 => *open -= 1,
                _ => {
                    counts.of.remove(network);
                }
            }
        }
    }
}

/// Answers and shuts the connection in both directions; the server then reads its end and closes it. The answer fits
/// into the empty send buffer, so the write does not block.
#[cfg(unix)]
fn refuse(stream: &TcpStream) {
    let _ = rustix::net::send(stream, REFUSAL, rustix::net::SendFlags::DONTWAIT | rustix::net::SendFlags::NOSIGNAL);
    let _ = rustix::net::shutdown(stream, rustix::net::Shutdown::Both);
}

#[cfg(not(unix))]
fn refuse(stream: &TcpStream) {
    let _ = stream.try_write(REFUSAL);
}

/// The networks that a connection counts for, and the shares of each.
fn bounds(address: IpAddr) -> Vec<(IpNet, usize)> {
    let prefixes: &[(u8, usize)] = if address.is_ipv4() {
        &[(32, 1), (24, SITE_SHARES)]
    } else {
        &[(64, 1), (48, SITE_SHARES), (32, PROVIDER_SHARES)]
    };
    let network = |(length, shares): &(u8, usize)| Some((IpNet::new(address, *length).ok()?.trunc(), *shares));
    prefixes.iter().filter_map(network).collect()
}

const fn is_crowded(open: usize, most: usize) -> bool {
    open > most / 2
}

fn share(share: usize, open: usize, most: usize) -> usize {
    if is_crowded(open, most) { (share / CROWDED).max(1) } else { share }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(connections: &Connections, address: &str, tries: usize) -> Vec<CountedConnection> {
        (0..tries).filter_map(|_| connections.admit(address.parse().unwrap())).collect()
    }

    #[test]
    fn an_address_has_its_share_and_gives_it_back() {
        let free = [Networks::parse("10.0.0.1").unwrap(), Networks::parse("192.0.2.0/24").unwrap()];
        let connections = Connections::new(1_000, 8, free);
        let taken = take(&connections, "203.0.113.7", 20);
        assert_eq!(taken.len(), 8);
        assert_eq!(take(&connections, "::ffff:203.0.113.7", 1).len(), 0, "the same address");
        assert_eq!(take(&connections, "203.0.113.8", 20).len(), 8, "of another nothing is taken away");
        drop(taken);
        assert_eq!(take(&connections, "203.0.113.7", 20).len(), 8);
        assert_eq!(connections.open(), 0);
        for proxy in ["10.0.0.1", "192.0.2.9"] {
            assert_eq!(take(&connections, proxy, 100).len(), 100, "{proxy}");
        }
        let subscriber = take(&connections, "2001:db8:0:1::1", 20);
        assert_eq!((subscriber.len(), take(&connections, "2001:db8:0:1::2", 1).len()), (8, 0));
        let site: Vec<_> = (2..90).flat_map(|net| take(&connections, &format!("2001:db8:0:{net}::1"), 1)).collect();
        assert_eq!(site.len(), 24, "four shares, of which one is taken");
        assert_eq!(take(&connections, "2001:db8:1::1", 1).len(), 1, "the neighbours");
    }

    #[test]
    fn the_networks_around_an_address_have_bounds() {
        let connections = Connections::new(10_000, 8, [Networks::default(), Networks::default()]);
        let hosts: Vec<_> = (0..256).flat_map(|host| take(&connections, &format!("203.0.113.{host}"), 1)).collect();
        assert_eq!(hosts.len(), 4 * 8, "an IPv4 /24");
        assert_eq!(take(&connections, "203.0.114.1", 1).len(), 1, "another");
        let sites: Vec<_> = (0..400).flat_map(|net| take(&connections, &format!("2001:db8:{net}::1"), 1)).collect();
        assert_eq!(sites.len(), 32 * 8, "an IPv6 /32");
        assert_eq!(take(&connections, "2001:db8:ffff::1", 1).len(), 0, "the next /48 of it");
        assert_eq!(take(&connections, "2001:db9::1", 1).len(), 1, "another");
        drop((hosts, sites));
        assert_eq!(take(&connections, "2001:db8::1", 20).len(), 8);
        assert!(connections.lock().of.is_empty(), "nothing is remembered of whoever has gone");
    }

    #[tokio::test]
    async fn a_connection_that_came_in_has_a_limit_of_the_time_for_which_its_peer_reads_nothing() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        assert_eq!(rustix::net::sockopt::tcp_user_timeout(&stream).unwrap(), 0, "none of the system's own");
        let connections = Connections::new(10, 1, [Networks::default(), Networks::default()]);
        let mut data = Extensions::new();
        connections.receive(&stream, &mut data);
        assert_eq!(rustix::net::sockopt::tcp_user_timeout(&stream).unwrap(), UNREAD_MILLISECONDS);
        assert!(data.contains::<CountedConnection>() && connections.open() == 1);
    }

    #[test]
    fn where_it_is_crowded_shares_are_smaller() {
        let connections = Connections::new(20, 8, [Networks::default(), Networks::parse("10.0.0.1").unwrap()]);
        assert_eq!(take(&connections, "203.0.113.7", 20).len(), 8);
        let proxy = take(&connections, "10.0.0.1", 10);
        assert!(!connections.are_crowded());
        let own = take(&connections, "203.0.113.7", 20);
        assert_eq!(own.len(), 2, "the first was one more than half");
        assert!(connections.are_crowded());
        assert_eq!(take(&connections, "10.0.0.1", 1).len(), 1, "which has no share");
        drop(proxy);
        assert!(!connections.are_crowded());
    }
}
