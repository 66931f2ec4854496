//! The rules that types can't express. Every fault is named, so that an operator mends all of them at once.

use lettre::message::Mailbox;
use secrecy::ExposeSecret as _;

use super::{Settings, StorageKind};
use crate::bounces::mailbox::Place;
use crate::db;
use crate::http::caller::Networks;
use crate::mail::Relay;

/// OWASP's floor for argon2id (Password Storage Cheat Sheet).
const ARGON2_FLOOR: (u32, u32, u32) = (19_456, 2, 1);

impl Settings {
    /// Adds what is wrong to `faults`.
    pub(super) fn check(&self, faults: &mut Vec<String>) {
        let mut rule = |holds: bool, fault: &str| {
            if !holds {
                faults.push(fault.to_owned());
            }
        };
        let (server, mail) = (&self.server, &self.mail);
        rule(!self.community.name.trim().is_empty(), "community.name is empty");
        rule(
            !self.community.name.chars().any(char::is_control) && self.community.name.len() <= 200,
            "community.name is one line of at most 200 characters",
        );
        rule(
            self.community.logo_url.is_empty() || self.community.logo_url.starts_with("https://"),
            "community.logo_url begins with https://",
        );
        rule(
            server.bind.parse::<std::net::SocketAddr>().is_ok(),
            "server.bind wants ADDRESS:PORT, as in 127.0.0.1:8080",
        );
        rule(is_base_url(&server.public_url), "server.public_url wants http(s)://host, without a slash at the end");
        rule((1_024..=8_388_608).contains(&server.body_limit), "server.body_limit lies between 1024 and 8388608");
        rule(server.max_connections > 0, "server.max_connections is at least 1");
        rule(server.client_timeout_seconds > 0, "server.client_timeout_seconds is at least 1");
        rule(server.request_timeout_seconds > 0, "server.request_timeout_seconds is at least 1");
        rule(
            self.database.queue > 0 && self.database.wait_milliseconds > 0,
            "database.queue and database.wait_milliseconds are at least 1",
        );
        rule(self.database.connections <= 256, "database.connections is at most 256");
        rule(server.connections_per_address > 0, "server.connections_per_address is at least 1");
        rule(
            (1..=16).contains(&self.heavy_work.threads) && self.heavy_work.queue <= 1_000,
            "heavy_work.threads lies between 1 and 16, heavy_work.queue between 0 and 1000",
        );
        self.check_identity(&mut rule);
        self.check_throttle(&mut rule);
        rule(
            (1..=100_000_000).contains(&self.directory.export_per_day),
            "directory.export_per_day lies between 1 and 100000000",
        );
        rule(
            (1..=100_000_000).contains(&self.directory.seen_per_day),
            "directory.seen_per_day lies between 1 and 100000000",
        );
        self.check_storage(&mut rule);
        self.check_privacy(&mut rule);
        rule(self.announcements.digest_hour <= 23, "announcements.digest_hour lies between 0 and 23");
        rule(
            (8..=10_000).contains(&self.announcements.keep_deliveries_days),
            "announcements.keep_deliveries_days lies between 8 and 10000",
        );
        rule((1..=100).contains(&mail.connections), "mail.connections lies between 1 and 100");
        rule(
            mail.step_timeout_seconds > 0 && mail.poll_seconds > 0,
            "mail.step_timeout_seconds and mail.poll_seconds are at least 1",
        );
        rule(mail.lease_seconds >= 30, "mail.lease_seconds is at least 30");
        rule((1..=1_000).contains(&mail.give_up_hours), "mail.give_up_hours lies between 1 and 1000");
        rule(
            (1..=256).contains(&self.webhooks.connections) && (1..=60).contains(&self.webhooks.timeout_seconds),
            "webhooks.connections lies between 1 and 256, webhooks.timeout_seconds between 1 and 60",
        );
        rule(
            tracing_subscriber::EnvFilter::try_new(&self.log.filter).is_ok(),
            "log.filter is not understood; try info, or info,portal=debug",
        );
        self.check_bounces(&mut rule);
        self.check_parsed(faults);
        self.check_safety(faults);
    }

    fn check_privacy(&self, rule: &mut impl FnMut(bool, &str)) {
        let privacy = &self.privacy;
        for (key, days) in [
            ("erasure_days", privacy.erasure_days),
            ("invitation_days", privacy.invitation_days),
            ("application_days", privacy.application_days),
            ("contact_days", privacy.contact_days),
            ("letter_days", privacy.letter_days),
            ("network_days", privacy.network_days),
            ("mail_days", privacy.mail_days),
        ] {
            rule((1..=10_000).contains(&days), &format!("privacy.{key} lies between 1 and 10000"));
        }
    }

    fn check_identity(&self, rule: &mut impl FnMut(bool, &str)) {
        let identity = &self.identity;
        let argon2 = (identity.argon2_memory_kib, identity.argon2_passes, identity.argon2_lanes);
        rule(
            argon2.0 >= ARGON2_FLOOR.0 && argon2.1 >= ARGON2_FLOOR.1 && argon2.2 >= ARGON2_FLOOR.2,
            "identity.argon2_* is weaker than 19456 KiB, 2 passes, 1 lane",
        );
        rule(
            (60..=600).contains(&identity.access_token_seconds),
            "identity.access_token_seconds lies between 60 and 600",
        );
        rule(
            identity.hash_queue > 0 && identity.hash_wait_milliseconds > 0,
            "identity.hash_queue and identity.hash_wait_milliseconds are at least 1",
        );
        rule(
            identity.password_min_length >= 8 && identity.password_min_length_with_factor >= 8,
            "identity.password_min_length and identity.password_min_length_with_factor are at least 8",
        );
        rule((1..=100).contains(&identity.sessions_per_person), "identity.sessions_per_person lies between 1 and 100");
        rule(
            (1..=300).contains(&identity.refresh_grace_seconds),
            "identity.refresh_grace_seconds lies between 1 and 300",
        );
        rule(identity.signing_key_days <= 398, "identity.signing_key_days is at most 398");
        for (key, life) in [
            ("session_idle_minutes", identity.session_idle_minutes),
            ("session_hours", identity.session_hours),
            ("admin_session_idle_minutes", identity.admin_session_idle_minutes),
            ("admin_session_hours", identity.admin_session_hours),
            ("step_up_minutes", identity.step_up_minutes),
            ("challenge_minutes", identity.challenge_minutes),
            ("signing_key_days", identity.signing_key_days),
            ("verify_link_hours", identity.verify_link_hours),
            ("reset_link_minutes", identity.reset_link_minutes),
            ("set_up_link_hours", identity.set_up_link_hours),
            ("undo_link_hours", identity.undo_link_hours),
            ("api_token_days", identity.api_token_days),
            ("unverified_days", identity.unverified_days),
        ] {
            rule((1..=100_000).contains(&life), &format!("identity.{key} lies between 1 and 100000"));
        }
    }

    fn check_bounces(&self, rule: &mut impl FnMut(bool, &str)) {
        let (mail, bounces) = (&self.mail, &self.bounces);
        rule((1..=100).contains(&mail.bounce_threshold), "mail.bounce_threshold lies between 1 and 100");
        // A return path is a local part of 54 octets and a domain, together at most 254 (RFC 5321, 4.5.3.1.3).
        let domain = &mail.bounce_domain;
        let is_domain = domain.len() <= 190
            && domain.contains('.')
            && matches!(url::Host::parse(domain), Ok(url::Host::Domain(parsed)) if parsed.eq_ignore_ascii_case(domain));
        rule(domain.is_empty() || is_domain, "mail.bounce_domain wants a domain, as in bounces.customs.example");
        let listens = !bounces.listen.is_empty();
        rule(
            !listens || bounces.listen.parse::<std::net::SocketAddr>().is_ok(),
            "bounces.listen wants ADDRESS:PORT, as in 127.0.0.1:2424",
        );
        rule(!listens || !domain.is_empty(), "bounces.listen wants mail.bounce_domain");
        rule(
            bounces.token.expose_secret().is_empty() || bounces.token.expose_secret().len() >= 16,
            "bounces.token has at least 16 characters",
        );
        rule((1..=1_440).contains(&bounces.imap_poll_minutes), "bounces.imap_poll_minutes lies between 1 and 1440");
    }

    fn check_throttle(&self, rule: &mut impl FnMut(bool, &str)) {
        let throttle = &self.throttle;
        for (key, count) in [
            ("login_failures", throttle.login_failures),
            ("login_failures_known_device", throttle.login_failures_known_device),
            ("network_failures", throttle.network_failures),
            ("network_failures_per_minute", throttle.network_failures_per_minute),
            ("network_passwords", throttle.network_passwords),
            ("network_passwords_per_minute", throttle.network_passwords_per_minute),
            ("network_applications", throttle.network_applications),
            ("network_forgot", throttle.network_forgot),
            ("links_per_address", throttle.links_per_address),
            ("mails_per_person", throttle.mails_per_person),
            ("mails_per_officer", throttle.mails_per_officer),
            ("mails_to_one", throttle.mails_to_one),
            ("notices_per_officer", throttle.notices_per_officer),
            ("applications_per_day", throttle.applications_per_day),
            ("open_applications", throttle.open_applications),
            ("open_applications_per_member", throttle.open_applications_per_member),
            ("code_failures", throttle.code_failures),
        ] {
            rule((1..=1_000_000).contains(&count), &format!("throttle.{key} lies between 1 and 1000000"));
        }
        for (key, times) in [
            ("network_site_times", throttle.network_site_times),
            ("network_provider_times", throttle.network_provider_times),
        ] {
            rule((1..=1_000).contains(&times), &format!("throttle.{key} lies between 1 and 1000"));
        }
        // A letter of the largest size fits in.
        let letter = u32::try_from(self.storage.letter_limit.div_ceil(1_024)).unwrap_or(u32::MAX);
        for (key, most) in [
            ("upload_kib_per_hour", throttle.upload_kib_per_hour),
            ("network_upload_kib_per_hour", throttle.network_upload_kib_per_hour),
        ] {
            rule(
                (letter..=100_000_000).contains(&most),
                &format!("throttle.{key} lies between storage.letter_limit (in KiB) and 100000000"),
            );
        }
        for (key, time) in [
            ("login_slowest_seconds", throttle.login_slowest_seconds),
            ("login_forget_minutes", throttle.login_forget_minutes),
            ("code_lock_minutes", throttle.code_lock_minutes),
        ] {
            rule((1..=10_000).contains(&time), &format!("throttle.{key} lies between 1 and 10000"));
        }
    }

    fn check_storage(&self, rule: &mut impl FnMut(bool, &str)) {
        let storage = &self.storage;
        rule(
            (65_536..=33_554_432).contains(&storage.letter_limit),
            "storage.letter_limit lies between 65536 and 33554432",
        );
        rule((1..=256).contains(&storage.transfers), "storage.transfers lies between 1 and 256");
        if storage.kind == StorageKind::Local {
            return rule(!storage.folder.as_os_str().is_empty(), "storage.folder is empty");
        }
        rule(is_base_url(&storage.s3_url), "storage.s3_url wants http(s)://host, without a slash at the end");
        rule(!storage.s3_region.is_empty(), "storage.s3_region is empty");
        rule(
            (3..=63).contains(&storage.s3_bucket.len())
                && storage.s3_bucket.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
            "storage.s3_bucket is 3 to 63 letters, digits, - and _",
        );
        rule(
            !storage.s3_access_key.is_empty() && !storage.s3_secret_key.expose_secret().is_empty(),
            "storage.s3_access_key or storage.s3_secret_key is empty",
        );
        rule((1..=60).contains(&storage.s3_timeout_seconds), "storage.s3_timeout_seconds lies between 1 and 60");
    }

    /// What is parsed again where it is used.
    fn check_parsed(&self, faults: &mut Vec<String>) {
        if let Err(fault) = db::Target::parse(self.database.url.expose_secret()) {
            faults.push(format!("database.url: {fault}"));
        }
        if let Err(fault) = self.sender() {
            faults.push(format!("mail.from: {fault}"));
        }
        // Where it is empty, it is the one above.
        if !self.mail.announcements_from.is_empty()
            && let Err(fault) = self.announcer()
        {
            faults.push(format!("mail.announcements_from: {fault}"));
        }
        if let Err(fault) = Relay::parse(self.mail.smtp_url.expose_secret()) {
            faults.push(format!("mail.smtp_url: {fault}"));
        }
        let mailbox = self.bounces.imap_url.expose_secret();
        if !mailbox.is_empty()
            && let Err(fault) = Place::parse(mailbox)
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
            if !is_base_url(&origin) {
                faults.push(format!("server.allowed_origins: {origin} is no origin such as https://app.example"));
            }
        }
        let key = self.identity.master_key.expose_secret();
        if !key.is_empty() && (key.len() != 64 || !key.bytes().all(|b| b.is_ascii_hexdigit())) {
            faults.push("identity.master_key wants 64 hexadecimal digits".to_owned());
        }
        if key.is_empty() && self.identity.master_key_file.as_os_str().is_empty() {
            faults.push("identity.master_key and identity.master_key_file are both empty".to_owned());
        }
    }
}

/// Reads a sender.
pub(super) fn mailbox(text: &str) -> Result<Mailbox, String> {
    if text.chars().any(char::is_control) {
        return Err("is one line without control characters".to_owned());
    }
    text.parse().map_err(|error| format!("wants Name <address@domain> ({error})"))
}

fn is_base_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none()
    }) && !text.ends_with('/')
}
