//! What an endpoint may be, and how its secret is written.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::{Host, Url};

use super::dispatch::{Guard, is_public};
use super::types::{AddWebhook, Endpoint};
use crate::error::{Error, Fault, Faults};
use crate::events::Kind;
use crate::text;

/// Longest URL, in bytes.
const MAX_URL: usize = 2_000;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 200;
/// Most events that one endpoint names; there are fewer, with their patterns.
const MAX_EVENTS: usize = 100;
/// What every secret begins with (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";
/// Names that never lead to the public internet (RFC 6761, RFC 6762, and the one that clouds use inside).
const INSIDE: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// Checks what somebody says an endpoint is.
///
/// # Errors
/// 422, each field that is at fault.
pub(super) fn endpoint(asked: &AddWebhook, guard: &Guard) -> Result<Endpoint, Error> {
    let mut faults = Faults::new();
    let url = faults.take("/url", url(&asked.url, guard));
    let description = faults.take("/description", text::line(&asked.description, MAX_DESCRIPTION));
    if asked.events.is_empty() {
        faults.add(Fault::new("/events", "empty"));
    }
    // No more are looked at than there are to choose from.
    let few = faults.take("/events", text::few(&asked.events, MAX_EVENTS)).is_some();
    for (index, pattern) in asked.events.iter().enumerate().filter(|_| few) {
        if !Kind::is_pattern(pattern) {
            let fault = text::unknown_value(pattern, Kind::ALL.iter().map(|kind| kind.as_str()));
            faults.add(Fault { pointer: format!("/events/{index}"), ..fault });
        }
    }
    let events = if few { text::unique(asked.events.iter().cloned()) } else { Vec::new() };
    let parsed = url.zip(description).map(|(url, description)| Endpoint { url, description, events });
    faults.finish_with(parsed)
}

/// The URL in its one spelling. To which addresses its name leads is looked at by each try.
fn url(given: &str, guard: &Guard) -> Result<String, Fault> {
    if given.len() > MAX_URL {
        return Err(Fault::new("", "too_long").with("max", MAX_URL));
    }
    let bad = || Fault::new("", "bad_url");
    let url = Url::parse(given).map_err(|_not_one| bad())?;
    if url.scheme() != "https" && !(guard.allow_http && url.scheme() == "http") {
        return Err(Fault::new("", "not_https"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(bad());
    }
    let port = url.port_or_known_default().ok_or_else(bad)?;
    let address = match url.host().ok_or_else(bad)? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(name) if is_inside(name) && guard.networks.is_empty() => {
            return Err(Fault::new("", "address_not_allowed"));
        }
        Host::Domain(_) => None,
    };
    let opened = address.is_some_and(|address| guard.networks.contain(address));
    if !opened && address.is_some_and(|address| !is_public(address)) {
        return Err(Fault::new("", "address_not_allowed"));
    }
    // A name may lead to one of the operator's own networks, where every port is fine.
    if !opened && !guard.admits_port(port) && (address.is_some() || guard.networks.is_empty()) {
        return Err(Fault::new("", "port_not_allowed").with("port", port));
    }
    Ok(url.into())
}

fn is_inside(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    INSIDE.iter().any(|&inside| name == inside || name.ends_with(&format!(".{inside}")))
}

/// The secret as the receiver gets it.
#[must_use]
pub fn shown_secret(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// The host of a stored URL: what of it may stand in a mail. Its path may be a secret of the receiver's.
#[must_use]
pub fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::caller::Networks;

    fn guard(networks: &str) -> Guard {
        Guard { allow_http: false, networks: Networks::parse(networks).unwrap() }
    }

    fn fault(given: &str) -> &'static str {
        url(given, &guard("")).map_or_else(|fault| fault.code, |_| "none")
    }

    #[test]
    fn an_endpoint_is_at_a_public_https_address() {
        for good in [
            "https://receiver.example/hooks?x=1",
            "https://receiver.example:8443/",
            "https://1.1.1.1/",
            "https://[2606:4700:4700::1111]/",
            "https://bücher.example/",
        ] {
            assert_eq!(fault(good), "none", "{good}");
        }
        for (bad, code) in [
            ("http://receiver.example/", "not_https"),
            ("ftp://receiver.example/", "not_https"),
            ("file:///etc/passwd", "not_https"),
            ("receiver.example", "bad_url"),
            ("https://", "bad_url"),
            ("https://user@receiver.example/", "bad_url"),
            ("https://user:password@receiver.example/", "bad_url"),
            ("https://receiver.example/#part", "bad_url"),
            ("https://receiver.example:22/", "port_not_allowed"),
            ("https://127.0.0.1/", "address_not_allowed"),
            ("https://2130706433/", "address_not_allowed"),
            ("https://0x7f.1/", "address_not_allowed"),
            ("https://017700000001/", "address_not_allowed"),
            ("https://[::1]/", "address_not_allowed"),
            ("https://[::ffff:10.0.0.1]/", "address_not_allowed"),
            ("https://169.254.169.254/latest/meta-data/", "address_not_allowed"),
            ("https://localhost/", "address_not_allowed"),
            ("https://LOCALHOST./", "address_not_allowed"),
            ("https://metadata.google.internal/", "address_not_allowed"),
            ("https://printer.local/", "address_not_allowed"),
        ] {
            assert_eq!(fault(bad), code, "{bad}");
        }
        assert_eq!(
            url(&format!("https://receiver.example/{}", "x".repeat(MAX_URL)), &guard("")).unwrap_err().code,
            "too_long"
        );
    }

    #[test]
    fn the_operators_own_networks_are_open() {
        let guard = guard("10.1.0.0/16");
        assert!(url("https://10.1.2.3:22/", &guard).is_ok());
        assert!(url("https://receiver.example:22/", &guard).is_ok(), "it may lead there: each try looks");
        assert!(url("https://10.2.0.1/", &guard).is_err());
        assert!(url("https://1.1.1.1:22/", &guard).is_err());
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let asked = AddWebhook {
            url: "http://receiver.example".to_owned(),
            description: String::new(),
            events: vec!["mail.*".to_owned(), "mail.lost".to_owned()],
        };
        let Err(Error::Refused(refusal)) = endpoint(&asked, &guard("")) else { panic!("accepted") };
        let places: Vec<&str> = refusal.errors.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(places, ["/url", "/description", "/events/1"]);
    }

    #[test]
    fn a_secret_says_what_it_is() {
        assert_eq!(shown_secret(&[0; 24]), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    }
}
