//! Valid but unsafe settings: refused with a sentence that says what to set instead.
//!
//! Passwords that would travel in clear text to another machine are always refused. The other checks apply to a portal
//! that serves the world ([`Settings::serves_the_world`]), not to one on a laptop or in containers under
//! `http://localhost`.
//!
//! A host name without a dot is a machine of the own network (`database`, in the same set of containers). A domain that
//! cannot be registered (RFC 2606) is a placeholder of an example.

use std::net::IpAddr;

use secrecy::ExposeSecret as _;
use url::{Host, Url};

use super::addresses::is_certain;
use super::guesses::is_guessable;
use super::reach::{is_far, is_inside, is_metadata, is_too_wide, networks};
use super::{Bind, Settings, StorageKind, Transport};

/// Domains of examples.
const RESERVED: [&str; 8] =
    ["example", "test", "invalid", "localhost", "localdomain", "example.com", "example.net", "example.org"];
/// Fewest characters of a bearer token.
const SHORTEST_TOKEN: usize = 16;
/// Most wrong six-digit codes in a row: with more, they can be guessed.
const MOST_CODES: u32 = 20;

impl Settings {
    /// Whether the portal is for others. It is not if its address is this machine, or is a placeholder while the portal
    /// listens on this machine only.
    #[must_use]
    pub fn serves_the_world(&self) -> bool {
        let listens = Bind::parse(&self.server.bind).is_ok_and(|bind| bind.is_open());
        let Ok(url) = Url::parse(&self.server.public_url) else { return listens };
        !is_this_machine(&url) && (listens || !is_placeholder(host(&url)))
    }

    /// Adds unsafe settings to `faults`.
    pub(super) fn check_safety(&self, faults: &mut Vec<String>) {
        self.check_clear_text(faults);
        if self.serves_the_world() {
            self.check_address(faults);
            self.check_networks(faults);
            self.check_inside(faults);
            self.check_secrets(faults);
            self.check_database(faults);
            if self.throttle.code_failures > MOST_CODES {
                faults.push(format!(
                    "throttle.code_failures lets codes of six digits be guessed; set it to {MOST_CODES} at most"
                ));
            }
            if self.webhooks.allow_http {
                faults.push("webhooks.allow_http sends events in clear text; set it to false".to_owned());
            }
        }
    }

    /// Passwords that travel in clear text.
    fn check_clear_text(&self, faults: &mut Vec<String>) {
        let remote = |text: &str, scheme: &str| {
            let url = Some(text).filter(|text| is_certain(text)).and_then(|text| Url::parse(text).ok());
            let url = url.filter(|url| url.scheme() == scheme && !is_this_machine(url))?;
            Some((host(&url).to_owned(), url))
        };
        if let Some((host, _)) = remote(self.bounces.imap_url.expose_secret(), "imap") {
            faults.push(format!("bounces.imap_url sends its password to {host} in clear text; begin it with imaps://"));
        }
        if let Some((host, url)) = remote(self.mail.smtp_url.expose_secret(), "smtp") {
            let encrypts = all_values(&url, "tls", |how| how != "none");
            if url.password().is_some() && !encrypts {
                faults.push(format!(
                    "mail.smtp_url sends its password to {host} in clear text; add ?tls=required, or begin it with smtps://"
                ));
            }
        }
        if self.storage.kind == StorageKind::S3
            && let Some((host, _)) = remote(&self.storage.s3_url, "http")
        {
            faults.push(format!("storage.s3_url speaks to {host} in clear text; begin it with https://"));
        }
    }

    fn check_address(&self, faults: &mut Vec<String>) {
        let server = &self.server;
        if let Ok(url) = Url::parse(&server.public_url) {
            if is_placeholder(host(&url)) {
                let host = host(&url);
                faults.push(format!(
                    "server.public_url: {host} is a placeholder; set the address by which people reach the portal"
                ));
            } else if url.scheme() != "https" {
                faults.push(
                    "server.public_url must begin with https://: put a proxy that speaks TLS in front of the portal"
                        .to_owned(),
                );
            }
        }
        // One with a user is refused already, and not quoted.
        for origin in self.origins().iter().filter(|origin| !origin.starts_with("https://") && !origin.contains('@')) {
            faults.push(format!(
                "server.allowed_origins: pages of {origin} can be changed on their way; begin it with https://"
            ));
        }
        if server.docs {
            faults.push("server.docs makes Swagger UI public; set it to false".to_owned());
        }
        if self.mail.transport == Transport::File {
            faults.push("mail.transport writes mails into files and sends none; set it to smtp".to_owned());
        }
        for (key, from) in [("mail.from", &self.mail.from), ("mail.announcements_from", &self.mail.announcements_from)]
        {
            let domain = super::parsed::mailbox(from).ok().map(|mailbox| mailbox.email.domain().to_owned());
            if domain.as_deref().is_some_and(is_placeholder) {
                faults.push(format!("{key}: {} is a placeholder; set your own domain", domain.unwrap_or_default()));
            }
        }
    }

    /// Proxies that are trusted, and networks that may be called.
    fn check_networks(&self, faults: &mut Vec<String>) {
        let server = &self.server;
        let key = "server.trusted_proxies";
        let proxies = networks(&server.trusted_proxies);
        let bind = Bind::parse(&server.bind);
        let listens_elsewhere = bind.as_ref().is_ok_and(Bind::is_open);
        if matches!(bind, Ok(Bind::Socket(_))) {
            // Whoever may open the socket is the proxy.
        } else if proxies.is_empty() {
            faults.push(format!(
                "{key} is empty, so all clients share the address of the proxy and throttle each other; name the address of \
                 the proxy"
            ));
        } else if listens_elsewhere && proxies.iter().all(|network| network.addr().is_loopback()) {
            faults.push(format!(
                "{key} names only this machine, but the portal listens to others: a proxy of a container has the address of the \
                 container's gateway, see compose.yaml; for a proxy on this machine set server.bind to 127.0.0.1:8080"
            ));
        }
        let exempt = networks(&self.throttle.exempt_networks);
        for network in proxies {
            if is_too_wide(network) {
                faults.push(format!(
                    "{key}: every client within {network} can claim any address; name the proxy's own address"
                ));
            }
            if let Some(exempt) = exempt.iter().find(|exempt| exempt.contains(&network) || network.contains(*exempt)) {
                faults.push(format!(
                    "throttle.exempt_networks: {exempt} contains the proxy {network} of {key}, which cannot be exempt; name the \
                     networks of clients"
                ));
            }
        }
        for (key, list) in [
            ("throttle.exempt_networks", &self.throttle.exempt_networks),
            ("webhooks.allow_networks", &self.webhooks.allow_networks),
        ] {
            for network in networks(list).into_iter().filter(|network| network.prefix_len() < 8) {
                faults.push(format!("{key}: {network} is too wide; name smaller networks"));
            }
        }
    }

    /// Networks that a webhook must not reach: local services, and metadata services of clouds.
    fn check_inside(&self, faults: &mut Vec<String>) {
        for network in networks(&self.webhooks.allow_networks) {
            let is_host = network.prefix_len() == network.max_prefix_len();
            if network.prefix_len() >= 8 && is_inside(network) {
                faults.push(format!(
                    "webhooks.allow_networks: {network} has local services of this machine; name other networks"
                ));
            } else if is_host && is_metadata(network.addr()) {
                faults.push(format!(
                    "webhooks.allow_networks: {network} is a metadata service with credentials of this machine; name other \
                     networks"
                ));
            }
        }
    }

    fn check_secrets(&self, faults: &mut Vec<String>) {
        let token = self.server.metrics_token.expose_secret();
        if !token.is_empty() && token.len() < SHORTEST_TOKEN && !is_guessable(token) {
            faults.push(format!(
                "server.metrics_token must have at least {SHORTEST_TOKEN} characters; create one with: openssl rand -hex 32"
            ));
        }
        // Not `identity.other_master_key`: a key that can be guessed is replaced by way of it.
        for (key, secret) in [
            ("server.metrics_token", token),
            ("bounces.token", self.bounces.token.expose_secret()),
            ("storage.s3_secret_key", self.storage.s3_secret_key.expose_secret()),
            ("bounces.imap_oauth_client_secret", self.bounces.imap_oauth_client_secret.expose_secret()),
            ("identity.master_key", self.identity.master_key.expose_secret()),
        ] {
            if is_guessable(secret) {
                faults.push(format!("{key} is an example or repeats itself; create one with: openssl rand -hex 32"));
            }
        }
        for (key, url) in [
            ("mail.smtp_url", self.mail.smtp_url.expose_secret()),
            ("bounces.imap_url", self.bounces.imap_url.expose_secret()),
        ] {
            let url = Url::parse(url).ok();
            if url.as_ref().and_then(Url::password).is_some_and(is_guessable) {
                faults.push(format!("{key}: its password is from an example or repeats itself; set another"));
            }
        }
    }

    fn check_database(&self, faults: &mut Vec<String>) {
        for (key, url) in [("database.url", &self.database.url), ("database.migrate_url", &self.database.migrate_url)] {
            check_database_url(key, url.expose_secret(), faults);
        }
    }
}

/// What is unsafe about the URL of a database.
fn check_database_url(key: &str, text: &str, faults: &mut Vec<String>) {
    if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return;
    }
    let Ok(url) = Url::parse(text) else {
        faults.push(format!("{key} must be written as postgres://user:password@host:5432/name"));
        return;
    };
    let password = url.password().map_or_else(|| values(&url, "password").concat(), str::to_owned);
    if is_guessable(&password) {
        faults.push(format!("{key}: its password is from an example or repeats itself; set another"));
    }
    // A host in the query overrides that of the authority.
    let mut hosts = vec![host(&url).to_owned()];
    hosts.extend(["host", "hostaddr"].iter().flat_map(|key| values(&url, key)));
    let far = hosts.iter().flat_map(|hosts| hosts.split(',')).find(|host| is_far(host));
    let encrypts = all_values(&url, "sslmode", |how| ["require", "verify-ca", "verify-full"].contains(&how));
    if let Some(far) = far.filter(|_| !encrypts) {
        faults.push(format!("{key}: data travels to {far} in clear text; add ?sslmode=verify-full&sslrootcert=FILE"));
    }
}

/// The values of a key in the query.
fn values(url: &Url, key: &str) -> Vec<String> {
    url.query_pairs().filter(|(name, _)| name == key).map(|(_, value)| value.into_owned()).collect()
}

/// Whether a key is present and all its values are good: of two, some programs use the first and some the last.
fn all_values(url: &Url, key: &str, is_good: impl Fn(&str) -> bool) -> bool {
    let values = values(url, key);
    !values.is_empty() && values.iter().all(|value| is_good(value))
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_matches(['[', ']'])
}

fn address(url: &Url) -> Option<IpAddr> {
    host(url).parse().ok()
}

pub(super) fn is_this_machine(url: &Url) -> bool {
    host(url).eq_ignore_ascii_case("localhost")
        || host(url).is_empty()
        || address(url).is_some_and(|address| address.is_loopback())
}

/// Whether a domain, or a parent of it, is reserved for examples.
fn is_placeholder(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    let within =
        |reserved: &&str| domain.strip_suffix(*reserved).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    matches!(Host::parse(&domain), Ok(Host::Domain(_))) && RESERVED.iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Invalid, Sources, load};

    fn faults(settings: &[&str]) -> Vec<String> {
        let overrides = settings.iter().map(|&setting| setting.to_owned()).collect();
        let loaded = load(&Sources { overrides, ..Sources::default() });
        loaded.err().map(|Invalid(faults)| faults).unwrap_or_default()
    }

    #[test]
    fn a23_a_laptop_and_a_trial_in_containers_need_nothing_of_it() {
        for settings in [
            &["server.docs=true"][..],
            &["server.bind=0.0.0.0:8080", "server.public_url=http://localhost:8080"],
            &["server.public_url=https://portal.example"],
            &["mail.smtp_url=smtp://robot:tiger@127.0.0.1", "bounces.imap_url=imap://robot:tiger@[::1]/INBOX"],
            &["mail.smtp_url=smtp://mail:1025", "database.url=postgres://portal:portal@database/portal"],
        ] {
            assert_eq!(faults(settings), Vec::<String>::new());
        }
    }

    #[test]
    fn a23_no_password_travels_in_clear_text_wherever_the_portal_runs() {
        for setting in [
            "bounces.imap_url=imap://robot:tiger@mail.customs.int/INBOX",
            "bounces.imap_url=imap://robot:tiger@192.0.2.7",
            "mail.smtp_url=smtp://robot:tiger@relay.customs.int:25",
            "mail.smtp_url=smtp://robot:tiger@relay.customs.int?tls=none",
        ] {
            let found = faults(&[setting]);
            assert!(found.len() == 1 && found[0].contains("clear text") && !found[0].contains("tiger"), "{found:?}");
        }
        let bucket =
            ["storage.kind=s3", "storage.s3_bucket=letters", "storage.s3_access_key=a", "storage.s3_secret_key=b"];
        for (url, told) in [("http://s3.customs.int", 1), ("https://s3.customs.int", 0), ("http://127.0.0.1:9000", 0)] {
            let url = format!("storage.s3_url={url}");
            let settings: Vec<&str> = bucket.iter().copied().chain([url.as_str()]).collect();
            assert_eq!(faults(&settings).len(), told, "{url}");
        }
    }

    #[test]
    fn a23_what_is_said_twice_is_refused() {
        let twice = faults(&["mail.smtp_url=smtp://robot:tiger@relay.customs.int:587?tls=none&tls=required"]);
        assert!(!twice.is_empty() && twice.iter().all(|fault| fault.starts_with("mail.smtp_url")), "{twice:?}");
    }

    #[test]
    fn a23_a_portal_for_the_world_takes_no_weak_setting() {
        let world = ["server.bind=0.0.0.0:8080", "server.public_url=https://portal.customs.int"];
        let repeated = "9f3a456789abcdef0123456789abcde0".repeat(2);
        let key = format!("identity.master_key={repeated}");
        for (setting, named) in [
            ("database.url=postgres://robot:tiger@localhost/db?host=db.customs.int", "database.url"),
            ("database.url=postgres://robot:tiger@localhost/db?hostaddr=192.0.2.7", "database.url"),
            ("database.url=postgres://robot@db.customs.int/db", "database.url"),
            ("database.url=postgres://robot@db.customs.int/db?sslmode=require&sslmode=disable", "database.url"),
            ("server.metrics_token=fifteen letters", "server.metrics_token"),
            ("server.allowed_origins=http://app.customs.int", "server.allowed_origins"),
            ("throttle.code_failures=21", "throttle.code_failures"),
            ("webhooks.allow_networks=127.0.0.0/8", "webhooks.allow_networks"),
            ("webhooks.allow_networks=169.254.0.0/16", "webhooks.allow_networks"),
            ("webhooks.allow_networks=168.63.129.16", "webhooks.allow_networks"),
            ("webhooks.allow_networks=100.100.100.200/32", "webhooks.allow_networks"),
            ("webhooks.allow_networks=fd00:ec2::254", "webhooks.allow_networks"),
            ("bounces.token=aaaaaaaaaaaaaaaa", "bounces.token"),
            ("bounces.token=change-me-change-me", "bounces.token"),
            ("server.metrics_token=change-me-change-me", "server.metrics_token"),
            (key.as_str(), "identity.master_key"),
        ] {
            let found = faults(&[world[0], world[1], setting]);
            assert!(found.iter().any(|fault| fault.starts_with(named)), "{setting}: {found:?}");
            assert!(!found.iter().any(|fault| fault.contains("tiger")), "{found:?}");
        }
        let found =
            faults(&[world[0], world[1], "database.url=postgres://robot@db.customs.int/db?sslmode=verify-full"]);
        assert!(!found.iter().any(|fault| fault.starts_with("database.url")), "{found:?}");
        let found = faults(&[world[0], world[1], &format!("identity.other_master_key={repeated}")]);
        assert!(!found.iter().any(|fault| fault.starts_with("identity")), "it may be the key that goes: {found:?}");
    }

    #[test]
    fn a23_placeholders_are_known() {
        for domain in ["portal.example", "EXAMPLE.org", "www.example.com", "localhost.localdomain", "portal.test."] {
            assert!(is_placeholder(domain), "{domain}");
        }
        for domain in ["customs.int", "myexample.org", "example.sn", "192.0.2.1", ""] {
            assert!(!is_placeholder(domain), "{domain}");
        }
    }
}
