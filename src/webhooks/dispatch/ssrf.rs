//! Protection against server-side request forgery: endpoints must have addresses of the public internet.
//!
//! An officer chooses the URL of an endpoint, and the portal calls it from inside the operator's network, to which the
//! officer has no access. So addresses that are not public are refused: this machine, private networks, link-local
//! neighbours, the metadata addresses of clouds. A name is resolved at each attempt and the connection goes to exactly
//! the addresses that were checked (`client`), so a name that changes in between has no effect.
//!
//! IPv4 addresses are refused if they are special (IANA's registries of special-purpose addresses); of IPv6 only global
//! unicast is accepted (`2000::/3`), except what is special in it. Forms that contain an IPv4 address (mapped, NAT64,
//! 6to4, Teredo) are refused whatever they contain. An operator whose receivers are internal lists their networks
//! (`webhooks.allow_networks`); the addresses from which cloud machines get their credentials are refused even then.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::config::{Networks, is_metadata};

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

/// IPv4 addresses that are not of the public internet.
const SPECIAL_V4: [Ipv4Net; 18] = [
    v4(0, 0, 0, 0, 8),        // this network
    v4(10, 0, 0, 0, 8),       // private
    v4(100, 64, 0, 0, 10),    // shared by the customers of a provider
    v4(127, 0, 0, 0, 8),      // this machine
    v4(168, 63, 129, 16, 32), // what machines of Azure ask about themselves
    v4(169, 254, 0, 0, 16),   // the link, and what most cloud machines ask about themselves
    v4(172, 16, 0, 0, 12),    // private
    v4(192, 0, 0, 0, 24),     // assignments of the IETF
    v4(192, 0, 2, 0, 24),     // documentation
    v4(192, 31, 196, 0, 24),  // AS112
    v4(192, 52, 193, 0, 24),  // automatic multicast tunnelling
    v4(192, 88, 99, 0, 24),   // relays of 6to4
    v4(192, 168, 0, 0, 16),   // private
    v4(192, 175, 48, 0, 24),  // AS112
    v4(198, 18, 0, 0, 15),    // benchmarks
    v4(198, 51, 100, 0, 24),  // documentation
    v4(203, 0, 113, 0, 24),   // documentation
    v4(224, 0, 0, 0, 3),      // multicast, reserved, broadcast
];

/// Global unicast of IPv6.
const UNICAST_V6: Ipv6Net = v6(0x2000, 0, 3);

/// Special addresses within it.
const SPECIAL_V6: [Ipv6Net; 5] = [
    v6(0x2001, 0, 23),     // assignments of the IETF: Teredo, benchmarks, ORCHID and others
    v6(0x2001, 0xdb8, 32), // documentation
    v6(0x2002, 0, 16),     // 6to4
    v6(0x2620, 0x4f, 32),  // AS112 (2620:4f:8000::/48)
    v6(0x3fff, 0, 20),     // documentation
];

/// Whether this is an address of the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            UNICAST_V6.contains(&address) && !SPECIAL_V6.iter().any(|network| network.contains(&address))
        }
    }
}

/// The operator's settings.
#[derive(Clone, Debug)]
pub struct EgressPolicy {
    /// Whether HTTP without TLS is permitted.
    pub allow_http: bool,
    /// Networks whose hosts may be called although they are not public.
    pub networks: Networks,
}

impl EgressPolicy {
    /// Whether this address and port may be called: a public one at a permitted port, or any of the operator's
    /// networks.
    #[must_use]
    pub fn admits(&self, place: SocketAddr) -> bool {
        self.opens(place.ip()) || (is_public(place.ip()) && self.admits_port(place.port()))
    }

    /// Whether an address is in a network of the operator, and may be called at any port.
    #[must_use]
    pub fn opens(&self, address: IpAddr) -> bool {
        self.networks.contain(address) && !is_metadata(address)
    }

    /// Whether a public host may be called at this port: 443, or one outside of the system ports.
    #[must_use]
    pub fn admits_port(&self, port: u16) -> bool {
        port == 443 || port >= 1_024 || (self.allow_http && port == 80)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn hosts_of_the_internet_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "168.63.129.15",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "191.255.255.255",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2400::1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "2003::1",
            "3ffe::1",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        for address in [
            // This machine, private, link-local, metadata.
            "0.0.0.0",
            "0.1.2.3",
            "127.0.0.1",
            "127.255.255.255",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "169.254.170.2",
            "100.64.0.1",
            "100.100.100.200",
            "168.63.129.16",
            // Documentation, benchmarks, assignments, multicast, broadcast.
            "192.0.0.192",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "100::1",
            "5f00::1",
            "4000::1",
            "2001::1",
            "2001:2::1",
            "2001:20::1",
            "2001:db8::1",
            "2002::1",
            "3fff::1",
            "2620:4f:8000::1",
            // With an IPv4 address, public or not.
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2001:0:808:808::1",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn the_operator_opens_networks_and_http() {
        let guard = EgressPolicy { allow_http: false, networks: Networks::parse("10.1.0.0/16, ::1").unwrap() };
        let admits = |guard: &EgressPolicy, place: &str| guard.admits(place.parse().unwrap());
        for good in ["1.1.1.1:443", "1.1.1.1:8443", "1.1.1.1:1024", "10.1.2.3:80", "[::1]:22", "[2400::1]:443"] {
            assert!(admits(&guard, good), "{good}");
        }
        for bad in ["1.1.1.1:80", "1.1.1.1:25", "1.1.1.1:22", "1.1.1.1:0", "10.2.0.1:443", "127.0.0.1:443"] {
            assert!(!admits(&guard, bad), "{bad}");
        }
        assert!(admits(&EgressPolicy { allow_http: true, ..guard }, "1.1.1.1:80"));
    }

    #[test]
    fn a23_no_network_opens_what_a_cloud_tells_its_machines() {
        let networks =
            "168.63.0.0/16, 100.64.0.0/10, fd00::/8, 169.254.0.0/16, ::ffff:0:0/96, 64:ff9b::/96, 192.0.0.192";
        let guard = EgressPolicy { allow_http: true, networks: Networks::parse(networks).unwrap() };
        for bad in [
            "168.63.129.16:80",
            "100.100.100.200:80",
            "[fd00:ec2::254]:80",
            "169.254.169.254:80",
            "[::ffff:169.254.169.254]:80",
            "[64:ff9b::169.254.169.254]:80",
            "192.0.0.192:80",
        ] {
            assert!(!guard.admits(bad.parse().unwrap()), "{bad}");
        }
        for good in ["168.63.129.17:80", "100.100.100.201:80", "[fd00:ec2::255]:80", "169.254.1.1:80"] {
            assert!(guard.admits(good.parse().unwrap()), "{good}");
        }
    }

    proptest! {
        #[test]
        fn no_form_smuggles_an_ipv4_address(bits in any::<u32>(), rest in any::<u64>()) {
            let [a, b, c, d] = bits.to_be_bytes().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            let [.., w, x, y, z] = rest.to_be_bytes().map(u16::from);
            for form in [
                Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, w, x, y, high, low),
                Ipv6Addr::new(0x2002, high, low, w, x, y, z, w),
                Ipv6Addr::new(0x2001, 0, w, x, y, z, !high, !low),
            ] {
                prop_assert!(!is_public(IpAddr::V6(form)), "{form}");
            }
        }

        #[test]
        fn what_the_standard_library_calls_special_is_not_public(bits in any::<u32>()) {
            let address = Ipv4Addr::from(bits);
            let special = address.is_private() || address.is_loopback() || address.is_link_local()
                || address.is_multicast() || address.is_broadcast() || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!special || !is_public(IpAddr::V4(address)));
        }

        #[test]
        fn outside_of_global_unicast_nothing_is_public(bits in any::<u128>()) {
            let address = Ipv6Addr::from(bits);
            prop_assert!(bits >> 125 == 1 || !is_public(IpAddr::V6(address)));
        }
    }
}
