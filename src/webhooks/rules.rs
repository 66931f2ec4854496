//! Validation of endpoints, and the form of their secrets.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::{Host, Url};

use super::dispatch::{EgressPolicy, is_public};
use super::mails::WebhookDeed;
use super::types::{AddWebhook, Endpoint, WebhookView};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::events::Kind;
use crate::text;

/// Longest URL, in bytes.
pub const MAX_URL: usize = 2_000;
/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 200;
/// Maximum events that one endpoint names; there are fewer, with their patterns.
pub const MAX_EVENTS: usize = 100;
/// The prefix of every secret (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";
/// Names that are never public (RFC 6761, RFC 6762, and the one that clouds use internally).
const INSIDE: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// Validates an endpoint.
///
/// # Errors
/// 422 with every faulty field.
pub(super) fn endpoint(asked: &AddWebhook, guard: &EgressPolicy) -> Result<Endpoint, Error> {
    let mut faults = FieldErrors::new();
    let url = faults.take("/url", url(&asked.url, guard));
    let description = faults.take("/description", text::name::thing(&asked.description, MAX_DESCRIPTION));
    if asked.events.is_empty() {
        faults.add(FieldError::new("/events", FieldCode::Empty));
    }
    // No more are checked than there are to choose from.
    let few = faults.take("/events", text::few(&asked.events, MAX_EVENTS)).is_some();
    for (index, pattern) in asked.events.iter().enumerate().filter(|_| few) {
        if !Kind::is_pattern(pattern) {
            let fault = text::unknown_value(pattern, Kind::ALL.iter().map(|kind| kind.as_str()));
            faults.add(FieldError { pointer: format!("/events/{index}"), ..fault });
        }
    }
    let events = if few { text::unique(asked.events.iter().cloned()) } else { Vec::new() };
    let parsed = url.zip(description).map(|(url, description)| Endpoint { url, description, events });
    faults.finish_with(parsed)
}

/// The change of which the Secretariat is told: of several, the one by which most is revealed. None for other words, or
/// where nothing is sent afterwards.
pub(super) fn notable_change(before: &WebhookView, after: &WebhookView) -> Option<WebhookDeed> {
    let is_new = |event: &String| !before.events.contains(event);
    if !after.enabled {
        None
    } else if before.url != after.url {
        Some(WebhookDeed::Moved)
    } else if !before.enabled {
        Some(WebhookDeed::Enabled)
    } else {
        after.events.iter().any(is_new).then_some(WebhookDeed::Resubscribed)
    }
}

/// The normalised URL. Each attempt checks the addresses of its name.
fn url(given: &str, guard: &EgressPolicy) -> Result<String, FieldError> {
    if given.len() > MAX_URL {
        return Err(FieldError::new("", FieldCode::TooLong).with("max", MAX_URL));
    }
    let bad = || FieldError::new("", FieldCode::BadUrl);
    let url = Url::parse(given).map_err(|_not_one| bad())?;
    if url.scheme() != "https" && !(guard.allow_http && url.scheme() == "http") {
        return Err(FieldError::new("", FieldCode::NotHttps));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(bad());
    }
    let port = url.port_or_known_default().ok_or_else(bad)?;
    let address = match url.host().ok_or_else(bad)? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(name) if is_inside(name) && guard.networks.is_empty() => {
            return Err(FieldError::new("", FieldCode::AddressNotAllowed));
        }
        Host::Domain(_) => None,
    };
    let opened = address.is_some_and(|address| guard.opens(address));
    if !opened && address.is_some_and(|address| !is_public(address)) {
        return Err(FieldError::new("", FieldCode::AddressNotAllowed));
    }
    // A name may have an address in one of the operator's own networks, where every port is permitted.
    if !opened && !guard.admits_port(port) && (address.is_some() || guard.networks.is_empty()) {
        return Err(FieldError::new("", FieldCode::PortNotAllowed).with("port", port));
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

/// The host of a stored URL, the only part that may be in a mail: the path may be a secret of the receiver.
#[must_use]
pub fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Networks;

    fn guard(networks: &str) -> EgressPolicy {
        EgressPolicy { allow_http: false, networks: Networks::parse(networks).unwrap() }
    }

    fn fault(given: &str) -> Option<FieldCode> {
        url(given, &guard("")).err().map(|fault| fault.code)
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
            assert_eq!(fault(good), None, "{good}");
        }
        for (bad, code) in [
            ("http://receiver.example/", FieldCode::NotHttps),
            ("ftp://receiver.example/", FieldCode::NotHttps),
            ("file:///etc/passwd", FieldCode::NotHttps),
            ("receiver.example", FieldCode::BadUrl),
            ("https://", FieldCode::BadUrl),
            ("https://user@receiver.example/", FieldCode::BadUrl),
            ("https://user:password@receiver.example/", FieldCode::BadUrl),
            ("https://receiver.example/#part", FieldCode::BadUrl),
            ("https://receiver.example:22/", FieldCode::PortNotAllowed),
            ("https://127.0.0.1/", FieldCode::AddressNotAllowed),
            ("https://2130706433/", FieldCode::AddressNotAllowed),
            ("https://0x7f.1/", FieldCode::AddressNotAllowed),
            ("https://017700000001/", FieldCode::AddressNotAllowed),
            ("https://[::1]/", FieldCode::AddressNotAllowed),
            ("https://[::ffff:10.0.0.1]/", FieldCode::AddressNotAllowed),
            ("https://169.254.169.254/latest/meta-data/", FieldCode::AddressNotAllowed),
            ("https://localhost/", FieldCode::AddressNotAllowed),
            ("https://LOCALHOST./", FieldCode::AddressNotAllowed),
            ("https://metadata.google.internal/", FieldCode::AddressNotAllowed),
            ("https://printer.local/", FieldCode::AddressNotAllowed),
        ] {
            assert_eq!(fault(bad), Some(code), "{bad}");
        }
        assert_eq!(fault(&format!("https://receiver.example/{}", "x".repeat(MAX_URL))), Some(FieldCode::TooLong));
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
