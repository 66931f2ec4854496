//! Settings that are parsed again where they are used: addresses, networks, senders, keys. Every fault is reported.

use lettre::message::Mailbox;
use secrecy::ExposeSecret as _;

use super::{Bind, ImapUrl, Networks, RelayUrl, Settings};
use crate::db;

/// The fault of two keys that are one.
pub const SAME_KEY: &str = "identity.other_master_key is the same key as identity.master_key: set it to the other one \
                            of the two, or take it away";

impl Settings {
    /// Adds the faults of these settings to `faults`.
    pub(super) fn check_parsed(&self, faults: &mut Vec<String>) {
        if let Err(fault) = Bind::parse(&self.server.bind) {
            faults.push(format!("server.bind {fault}"));
        }
        if let Err(fault) = check_origin(&self.server.public_url) {
            faults.push(format!("server.public_url {fault}"));
        }
        match db::Target::parse(self.database.url.expose_secret()) {
            Err(fault) => faults.push(format!("database.url: {fault}")),
            Ok(target) if !target.names_database() => {
                faults.push("database.url names no database, as in postgres://user:password@host/portal".to_owned());
            }
            Ok(_) => {}
        }
        self.check_migrate_url(faults);
        if let Err(fault) = self.sender() {
            faults.push(format!("mail.from: {fault}"));
        }
        // If it is empty, `mail.from` is used.
        if !self.mail.announcements_from.is_empty()
            && let Err(fault) = self.announcer()
        {
            faults.push(format!("mail.announcements_from: {fault}"));
        }
        if let Err(fault) = RelayUrl::parse(self.mail.smtp_url.expose_secret()) {
            faults.push(format!("mail.smtp_url: {fault}"));
        }
        let mailbox = self.bounces.imap_url.expose_secret();
        if !mailbox.is_empty()
            && let Err(fault) = ImapUrl::parse(mailbox)
        {
            faults.push(format!("bounces.imap_url: {fault}"));
        }
        for (key, list) in [
            ("server.trusted_proxies", &self.server.trusted_proxies),
            ("throttle.exempt_networks", &self.throttle.exempt_networks),
            ("webhooks.allow_networks", &self.webhooks.allow_networks),
        ] {
            if let Err(fault) = Networks::parse(list) {
                faults.push(format!("{key}: {fault}"));
            }
        }
        for origin in self.origins() {
            if origin.contains('@') {
                faults.push("server.allowed_origins: an origin has no user and no password".to_owned());
            } else if !is_base_url(&origin) {
                faults.push(format!("server.allowed_origins: {origin} is no origin such as https://app.example"));
            }
        }
        let key = self.identity.master_key.expose_secret();
        let other = self.identity.other_master_key.expose_secret();
        for (name, key) in [("master_key", key), ("other_master_key", other)] {
            if !key.is_empty() && (key.len() != 64 || !key.bytes().all(|b| b.is_ascii_hexdigit())) {
                faults.push(format!("identity.{name} must have 64 hexadecimal digits"));
            }
        }
        if !key.is_empty() && key.eq_ignore_ascii_case(other) {
            faults.push(SAME_KEY.to_owned());
        }
        if key.is_empty() && self.identity.master_key_file.as_os_str().is_empty() {
            faults.push("identity.master_key or identity.master_key_file must be set".to_owned());
        }
    }
}

/// Parses a sender.
pub(super) fn mailbox(text: &str) -> Result<Mailbox, String> {
    if text.chars().any(char::is_control) {
        return Err("must be one line without control characters".to_owned());
    }
    text.parse().map_err(|_any| "must be Name <address@domain>".to_owned())
}

/// The portal needs a host of its own: session cookies apply to a whole host (`__Host-`), passkeys to its name, address
/// books are discovered at its root, and browsers name the origin of a page without its path. Below a path, these would
/// fail.
fn check_origin(text: &str) -> Result<(), String> {
    let Ok(url) = url::Url::parse(text) else { return Err("must be http(s)://host".to_owned()) };
    if matches!(url.scheme(), "http" | "https") && url.has_host() && !url.path().trim_matches('/').is_empty() {
        let (origin, path) = (url.origin().ascii_serialization(), url.path());
        return Err(format!(
            "has the path {path}: the portal needs a host of its own, since cookies, passkeys and the origin that browsers \
             name are those of a whole host; give it one, as in {origin}, and leave the path away"
        ));
    }
    if is_base_url(text) { Ok(()) } else { Err("must be http(s)://host and nothing after it".to_owned()) }
}

/// Whether it is the beginning of addresses, without a user and without a slash at its end.
pub(super) fn is_base_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none()
    }) && !names_user(text)
        && !text.ends_with('/')
}

/// Whether a URL names a user or has a password: one of a setting that is no secret would show them wherever settings
/// are printed.
pub(super) fn names_user(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| !url.username().is_empty() || url.password().is_some())
}
