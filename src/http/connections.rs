//! Connections: how many there are, and whose.
//!
//! A connection costs a file and some memory even where nothing is asked over it. So each address has a share, and what is
//! beyond that is answered 429 and closed when it comes in, before a request is read. An address of IPv6 is that of its
//! subscriber (/64), and a /48 has a bound as well. Proxies that are trusted, and the networks that throttling exempts,
//! stand for many people and have no share of their own.
//!
//! When half of all that may be open is open, connections are crowded: shares are smaller, and answers close the connection
//! that they go over, so that none is kept alive for nothing. A connection that says nothing ends with
//! `server.client_timeout_seconds`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use ipnet::IpNet;

use super::caller::Networks;

/// What is said to a connection that is one too many. Nobody has asked anything yet, so it is in no language.
const REFUSAL: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 15\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
/// How long a peer may take nothing of what is sent, in milliseconds.
const UNREAD_MILLISECONDS: u32 = 60_000;
/// How many shares a /48 of IPv6 has, which is a site of many subscribers, or one attacker's.
const SITE_SHARES: usize = 4;
/// What part of a share is left where connections are crowded.
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

/// A connection that is counted until this is dropped, which goes with it.
pub struct Counted {
    connections: Connections,
    of: Vec<IpNet>,
}

/// A connection that was one too many. Whatever is asked over it, its answer was sent.
pub struct Refused;

impl Connections {
    /// So many in all, so many of an address that is in none of the free networks.
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

    /// Counts a connection of this address; nothing where it has its share.
    #[must_use]
    pub fn admit(&self, address: IpAddr) -> Option<Counted> {
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
        Some(Counted { connections: self.clone(), of })
    }

    /// Counts a connection that has just come in, or refuses and closes it.
    pub fn receive(&self, stream: &TcpStream, data: &mut Extensions) {
        let Ok(peer) = stream.peer_addr() else { return };
        // RFC 5482: who takes nothing of an answer for so long is gone, whatever else the connection says.
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

impl Drop for Counted {
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

/// Says no and shuts the connection in both directions; the server finds it at its end and closes it. What is written goes
/// into an empty buffer, so nobody waits for it.
#[cfg(unix)]
fn refuse(stream: &TcpStream) {
    let _ = rustix::net::send(stream, REFUSAL, rustix::net::SendFlags::DONTWAIT | rustix::net::SendFlags::NOSIGNAL);
    let _ = rustix::net::shutdown(stream, rustix::net::Shutdown::Both);
}

#[cfg(not(unix))]
fn refuse(stream: &TcpStream) {
    let _ = stream.try_write(REFUSAL);
}

/// The networks that a connection counts for, and how many shares each has.
fn bounds(address: IpAddr) -> Vec<(IpNet, usize)> {
    let prefixes: &[(u8, usize)] = if address.is_ipv4() { &[(32, 1)] } else { &[(64, 1), (48, SITE_SHARES)] };
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

    fn take(connections: &Connections, address: &str, tries: usize) -> Vec<Counted> {
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
