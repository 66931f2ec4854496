//! The reach of hosts and networks in settings: this machine, the own network, or beyond.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Shortest prefixes of a trusted network, private and public; IPv4 and IPv6.
const OWN: (u8, u8) = (24, 64);
const PUBLIC: (u8, u8) = (8, 16);

/// Metadata services, where clouds hand out a machine's data and credentials: most clouds; containers and pods of
/// Amazon, also by IPv6; Google by IPv6; Alibaba; Azure; Oracle.
const METADATA: [IpAddr; 9] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
];

/// The prefix of IPv6 addresses that a translator maps to IPv4 (NAT64, RFC 6052).
const NAT64: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

/// Whether an address, or the IPv4 address that NAT64 maps it to, is a metadata service. Requests of the portal never
/// go there, whatever networks are allowed.
#[must_use]
pub fn is_metadata(address: IpAddr) -> bool {
    let reached = match address.to_canonical() {
        IpAddr::V6(address) if address.segments().starts_with(&NAT64) => {
            let [.., a, b, c, d] = address.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        address => address,
    };
    METADATA.contains(&reached)
}

/// Whether the host of a database is beyond the own network. A path is a socket of this machine.
pub(super) fn is_far(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(address) => !is_own(address),
        Err(_) => host.contains('.') && !host.starts_with(['/', '@']),
    }
}

/// The networks of a list; another check reports invalid entries.
pub(super) fn networks(list: &str) -> Vec<IpNet> {
    let entries = list.split(',').map(str::trim);
    entries.filter_map(|entry| entry.parse().ok().or_else(|| entry.parse::<IpAddr>().ok().map(IpNet::from))).collect()
}

/// Whether an address is of a network that the internet does not route.
const fn is_own(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local() || address.is_loopback(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local() || address.is_loopback(),
    }
}

/// Whether a network contains loopback or link-local addresses.
pub(super) fn is_inside(network: IpNet) -> bool {
    let first = match network.network().to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unicast_link_local(),
    };
    let (here, wire) = (Ipv4Addr::LOCALHOST, Ipv4Addr::new(169, 254, 169, 254));
    let within = [
        IpAddr::V4(here),
        IpAddr::V4(wire),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
        IpAddr::V6(here.to_ipv6_mapped()),
        IpAddr::V6(wire.to_ipv6_mapped()),
    ];
    first || within.iter().any(|address| network.contains(address))
}

/// Whether a network is wider than the proxies of one portal need.
pub(super) fn is_too_wide(network: IpNet) -> bool {
    if network.addr().is_loopback() {
        return false;
    }
    let (v4, v6) = if is_own(network.network()) { OWN } else { PUBLIC };
    network.prefix_len() < if network.addr().is_ipv4() { v4 } else { v6 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a23_what_lies_far_or_inside_is_known() {
        for (host, far) in [
            ("localhost", false),
            ("database", false),
            ("/var/run/postgresql.d", false),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("", false),
            ("192.0.2.1", true),
            ("[2001:db8::1]", true),
            ("db.customs.int", true),
        ] {
            assert_eq!(is_far(host), far, "{host}");
        }
        for (network, inside) in [
            ("127.0.0.0/8", true),
            ("127.0.0.1/32", true),
            ("169.254.0.0/16", true),
            ("169.0.0.0/8", true),
            ("::1/128", true),
            ("fe80::/64", true),
            ("10.0.0.0/8", false),
            ("fd00::/64", false),
        ] {
            assert_eq!(is_inside(network.parse().unwrap()), inside, "{network}");
        }
        for (address, is) in [
            ("168.63.129.16", true),
            ("::ffff:168.63.129.16", true),
            ("100.100.100.200", true),
            ("fd00:ec2::254", true),
            ("169.254.169.254", true),
            ("64:ff9b::a9fe:a9fe", true),
            ("64:ff9b::1", false),
            ("100.100.100.201", false),
            ("fd00:ec2::255", false),
        ] {
            assert_eq!(is_metadata(address.parse().unwrap()), is, "{address}");
        }
    }

    #[test]
    fn a23_what_is_too_wide_is_known() {
        for (network, wide) in [
            ("0.0.0.0/0", true),
            ("::/0", true),
            ("10.0.0.0/8", true),
            ("172.17.0.0/16", true),
            ("fd00::/8", true),
            ("172.30.71.1/32", false),
            ("192.168.7.0/24", false),
            ("104.16.0.0/13", false),
            ("127.0.0.0/8", false),
        ] {
            assert_eq!(is_too_wide(network.parse().unwrap()), wide, "{network}");
        }
    }
}
