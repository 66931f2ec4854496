//! Rules that types cannot express. Every fault is reported, so that an operator sees all of them at once.

use secrecy::ExposeSecret as _;

use super::parsed::{is_base_url, names_user};
use super::{ImapUrl, Settings, StorageKind};

/// OWASP's floor for argon2id (Password Storage Cheat Sheet).
const ARGON2_FLOOR: (u32, u32, u32) = (19_456, 2, 1);
/// Fewest characters that a configuration may ask of a password (NIST SP 800-63B-4, 3.1.1.2, with a second factor).
pub const FEWEST_CHARACTERS: usize = 8;

impl Settings {
    /// Adds the faults of the settings to `faults`.
    pub(super) fn check(&self, faults: &mut Vec<String>) {
        let mut rule = |holds: bool, fault: &str| {
            if !holds {
                faults.push(fault.to_owned());
            }
        };
        let (server, mail) = (&self.server, &self.mail);
        self.check_community(&mut rule);
        self.check_management(&mut rule);
        rule((1_024..=8_388_608).contains(&server.body_limit), "server.body_limit must lie between 1024 and 8388608");
        rule(server.max_connections > 0, "server.max_connections must be at least 1");
        rule(server.client_timeout_seconds > 0, "server.client_timeout_seconds must be at least 1");
        rule(server.request_timeout_seconds > 0, "server.request_timeout_seconds must be at least 1");
        rule(
            self.database.queue > 0 && self.database.wait_milliseconds > 0,
            "database.queue and database.wait_milliseconds must be at least 1",
        );
        rule(
            (-1..=3_600).contains(&server.drain_seconds) && self.database.start_wait_seconds <= 3_600,
            "server.drain_seconds must lie between -1 and 3600, database.start_wait_seconds between 0 and 3600",
        );
        rule(self.database.connections <= 256, "database.connections must be at most 256");
        rule(server.connections_per_address > 0, "server.connections_per_address must be at least 1");
        rule(
            (1..=16).contains(&self.heavy_work.threads) && self.heavy_work.queue <= 1_000,
            "heavy_work.threads must lie between 1 and 16, heavy_work.queue between 0 and 1000",
        );
        self.check_identity(&mut rule);
        self.check_throttle(&mut rule);
        rule(
            (1..=100_000_000).contains(&self.directory.export_per_day),
            "directory.export_per_day must lie between 1 and 100000000",
        );
        rule(
            (1..=100_000_000).contains(&self.directory.seen_per_day),
            "directory.seen_per_day must lie between 1 and 100000000",
        );
        rule(self.log.access_every > 0, "log.access_every must be at least 1");
        rule(self.directory.kept_mib <= 65_536, "directory.kept_mib must be at most 65536");
        self.check_storage(&mut rule);
        self.check_privacy(&mut rule);
        rule(self.announcements.digest_hour <= 23, "announcements.digest_hour must lie between 0 and 23");
        rule(
            (8..=10_000).contains(&self.announcements.keep_deliveries_days),
            "announcements.keep_deliveries_days must lie between 8 and 10000",
        );
        rule((1..=100).contains(&mail.connections), "mail.connections must lie between 1 and 100");
        rule(
            mail.step_timeout_seconds > 0 && mail.poll_seconds > 0,
            "mail.step_timeout_seconds and mail.poll_seconds must be at least 1",
        );
        rule(mail.lease_seconds >= 30, "mail.lease_seconds must be at least 30");
        rule((1..=1_000).contains(&mail.give_up_hours), "mail.give_up_hours must lie between 1 and 1000");
        rule(
            (1..=256).contains(&self.webhooks.connections) && (1..=60).contains(&self.webhooks.timeout_seconds),
            "webhooks.connections must lie between 1 and 256, webhooks.timeout_seconds between 1 and 60",
        );
        rule(
            is_log_filter(&self.log.filter),
            "log.filter must name a level (error, warn, info, debug, trace or off), as in info or info,portal=debug",
        );
        self.check_bounces(&mut rule);
        self.check_parsed(faults);
        self.check_safety(faults);
    }

    fn check_management(&self, rule: &mut impl FnMut(bool, &str)) {
        let server = &self.server;
        let (bind, is_set) = (&server.management_bind, !server.management_bind.is_empty());
        rule(
            !is_set || bind.parse::<std::net::SocketAddr>().is_ok(),
            "server.management_bind must be empty or ADDRESS:PORT, as in 127.0.0.1:9180",
        );
        rule(
            !is_set || bind.ends_with(":0") || *bind != server.bind,
            "server.management_bind must differ from server.bind",
        );
    }

    fn check_community(&self, rule: &mut impl FnMut(bool, &str)) {
        rule(!self.community.name.trim().is_empty(), "community.name must not be empty");
        rule(
            !self.community.name.chars().any(char::is_control) && self.community.name.len() <= 200,
            "community.name must be one line of at most 200 characters",
        );
        rule(
            !self.community.name_fr.chars().any(char::is_control) && self.community.name_fr.len() <= 200,
            "community.name_fr must be one line of at most 200 characters",
        );
        rule(
            self.community.logo_url.is_empty()
                || (self.community.logo_url.starts_with("https://") && !names_user(&self.community.logo_url)),
            "community.logo_url must begin with https://, and has no user and no password",
        );
        let contact = &self.community.contact_email;
        rule(
            contact.is_empty() || contact.parse::<lettre::Address>().is_ok(),
            "community.contact_email must be an e-mail address, as in portal@customs.example",
        );
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
            rule((1..=10_000).contains(&days), &format!("privacy.{key} must lie between 1 and 10000"));
        }
    }

    fn check_identity(&self, rule: &mut impl FnMut(bool, &str)) {
        let identity = &self.identity;
        let argon2 = (identity.argon2_memory_kib, identity.argon2_passes, identity.argon2_lanes);
        rule(
            argon2.0 >= ARGON2_FLOOR.0 && argon2.1 >= ARGON2_FLOOR.1 && argon2.2 >= ARGON2_FLOOR.2,
            "identity.argon2_* must not be weaker than 19456 KiB, 2 passes, 1 lane",
        );
        rule(
            (60..=600).contains(&identity.access_token_seconds),
            "identity.access_token_seconds must lie between 60 and 600",
        );
        rule(
            identity.hash_queue > 0 && identity.hash_wait_milliseconds > 0,
            "identity.hash_queue and identity.hash_wait_milliseconds must be at least 1",
        );
        rule(
            identity.password_min_length.min(identity.password_min_length_with_factor) >= FEWEST_CHARACTERS,
            "identity.password_min_length and identity.password_min_length_with_factor must be at least 8",
        );
        rule(
            (1..=100).contains(&identity.sessions_per_person),
            "identity.sessions_per_person must lie between 1 and 100",
        );
        rule(
            (1..=300).contains(&identity.refresh_grace_seconds),
            "identity.refresh_grace_seconds must lie between 1 and 300",
        );
        rule(
            (100..=10_000_000).contains(&identity.session_cache),
            "identity.session_cache must lie between 100 and 10000000",
        );
        rule(identity.signing_key_days <= 398, "identity.signing_key_days must be at most 398");
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
            rule((1..=100_000).contains(&life), &format!("identity.{key} must lie between 1 and 100000"));
        }
    }

    fn check_bounces(&self, rule: &mut impl FnMut(bool, &str)) {
        let (mail, bounces) = (&self.mail, &self.bounces);
        rule((1..=100).contains(&mail.bounce_threshold), "mail.bounce_threshold must lie between 1 and 100");
        // A return path is a local part of 54 octets and a domain, together at most 254 (RFC 5321, 4.5.3.1.3).
        let domain = &mail.bounce_domain;
        let is_domain = domain.len() <= 190
            && domain.contains('.')
            && matches!(url::Host::parse(domain), Ok(url::Host::Domain(parsed)) if parsed.eq_ignore_ascii_case(domain));
        rule(domain.is_empty() || is_domain, "mail.bounce_domain must be a domain, as in bounces.customs.example");
        let listens = !bounces.listen.is_empty();
        rule(
            !listens || bounces.listen.parse::<std::net::SocketAddr>().is_ok(),
            "bounces.listen must be ADDRESS:PORT, as in 127.0.0.1:2424",
        );
        rule(!listens || !domain.is_empty(), "bounces.listen requires mail.bounce_domain");
        rule(
            bounces.token.expose_secret().is_empty() || bounces.token.expose_secret().len() >= 16,
            "bounces.token must have at least 16 characters",
        );
        rule((1..=1_440).contains(&bounces.imap_poll_minutes), "bounces.imap_poll_minutes must lie between 1 and 1440");
        self.check_tokens(rule);
    }

    /// The authentication at the mailbox of reports: a password, or a token from one source.
    fn check_tokens(&self, rule: &mut impl FnMut(bool, &str)) {
        let bounces = &self.bounces;
        let provider = [
            bounces.imap_oauth_token_url.as_str(),
            bounces.imap_oauth_client_id.as_str(),
            bounces.imap_oauth_client_secret.expose_secret(),
            bounces.imap_oauth_scope.as_str(),
        ];
        let given = provider.iter().filter(|value| !value.is_empty()).count();
        rule(
            given == 0 || given == provider.len(),
            "bounces.imap_oauth_token_url, _client_id, _client_secret and _scope must all be set, or none of them",
        );
        let url = url::Url::parse(&bounces.imap_oauth_token_url).ok();
        let is_safe = url.is_some_and(|url| {
            url.scheme() == "https" || (url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]")))
        });
        rule(
            bounces.imap_oauth_token_url.is_empty() || (is_safe && !names_user(&bounces.imap_oauth_token_url)),
            "bounces.imap_oauth_token_url must begin with https://, and has no user and no password",
        );
        let by_command = !bounces.imap_token_command.trim().is_empty();
        rule(
            !(by_command && given > 0),
            "bounces.imap_token_command and bounces.imap_oauth_token_url are two sources of one token: set one",
        );
        if let Ok(place) = ImapUrl::parse(bounces.imap_url.expose_secret()) {
            let by_token = by_command || given > 0;
            rule(
                place.has_password() != by_token,
                "bounces.imap_url must have either a password or a token (bounces.imap_token_command or imap_oauth_token_url)",
            );
        }
    }

    fn check_throttle(&self, rule: &mut impl FnMut(bool, &str)) {
        let throttle = &self.throttle;
        for (key, count) in [
            ("logins_per_hour", throttle.logins_per_hour),
            ("network_failures", throttle.network_failures),
            ("network_failures_per_minute", throttle.network_failures_per_minute),
            ("network_passwords", throttle.network_passwords),
            ("network_passwords_per_minute", throttle.network_passwords_per_minute),
            ("network_applications", throttle.network_applications),
            ("network_forgot", throttle.network_forgot),
            ("network_link_writes", throttle.network_link_writes),
            ("links_per_address", throttle.links_per_address),
            ("mails_per_person", throttle.mails_per_person),
            ("mails_per_officer", throttle.mails_per_officer),
            ("mails_to_one", throttle.mails_to_one),
            ("notices_per_officer", throttle.notices_per_officer),
            ("applications_per_day", throttle.applications_per_day),
            ("open_applications", throttle.open_applications),
            ("open_applications_per_member", throttle.open_applications_per_member),
            ("writes_at_once", throttle.writes_at_once),
            ("writes_per_day", throttle.writes_per_day),
            ("officer_writes_at_once", throttle.officer_writes_at_once),
            ("officer_writes_per_day", throttle.officer_writes_per_day),
            ("answer_writes_at_once", throttle.answer_writes_at_once),
            ("answer_writes_per_day", throttle.answer_writes_per_day),
            ("link_writes_per_day", throttle.link_writes_per_day),
        ] {
            rule((1..=1_000_000).contains(&count), &format!("throttle.{key} must lie between 1 and 1000000"));
        }
        // After 100 wrong passwords in a row an account waits, whatever is set (NIST SP 800-63B-4, 3.2.2).
        for (key, count, most) in [
            ("login_failures", throttle.login_failures, 50),
            ("login_failures_known_device", throttle.login_failures_known_device, 50),
            ("code_failures", throttle.code_failures, 25),
        ] {
            rule((1..=most).contains(&count), &format!("throttle.{key} must lie between 1 and {most}"));
        }
        // Twice as often as access tokens expire, which no correct client reaches.
        let often = u32::try_from(7_200 / self.identity.access_token_seconds.max(1)).unwrap_or(u32::MAX);
        rule(
            (often..=1_000_000).contains(&throttle.refreshes_per_hour),
            "throttle.refreshes_per_hour must lie between 7200 / identity.access_token_seconds and 1000000",
        );
        for (key, times) in [
            ("network_site_times", throttle.network_site_times),
            ("network_provider_times", throttle.network_provider_times),
        ] {
            rule((1..=1_000).contains(&times), &format!("throttle.{key} must lie between 1 and 1000"));
        }
        // A file of the largest size must fit.
        let largest = u32::try_from(self.storage.file_limit.div_ceil(1_024)).unwrap_or(u32::MAX);
        for (key, most) in [
            ("upload_kib_per_hour", throttle.upload_kib_per_hour),
            ("network_upload_kib_per_hour", throttle.network_upload_kib_per_hour),
        ] {
            rule(
                (largest..=100_000_000).contains(&most),
                &format!("throttle.{key} must lie between storage.file_limit (in KiB) and 100000000"),
            );
        }
        for (key, time, least) in [
            ("login_slowest_seconds", throttle.login_slowest_seconds, 1),
            ("login_forget_minutes", throttle.login_forget_minutes, 15),
            ("code_lock_minutes", throttle.code_lock_minutes, 15),
        ] {
            rule((least..=10_000).contains(&time), &format!("throttle.{key} must lie between {least} and 10000"));
        }
    }

    fn check_storage(&self, rule: &mut impl FnMut(bool, &str)) {
        let storage = &self.storage;
        rule(
            (65_536..=33_554_432).contains(&storage.file_limit),
            "storage.file_limit must lie between 65536 and 33554432",
        );
        rule((1..=256).contains(&storage.transfers), "storage.transfers must lie between 1 and 256");
        rule(storage.rest_hours <= 720, "storage.rest_hours must lie between 0 and 720");
        if storage.kind == StorageKind::Local {
            return rule(!storage.folder.as_os_str().is_empty(), "storage.folder must not be empty");
        }
        rule(
            is_base_url(&storage.s3_url),
            "storage.s3_url must be http(s)://host, without a user and without a slash at the end",
        );
        rule(!storage.s3_region.is_empty(), "storage.s3_region must not be empty");
        rule(
            (3..=63).contains(&storage.s3_bucket.len())
                && storage.s3_bucket.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
            "storage.s3_bucket must be 3 to 63 letters, digits, - and _",
        );
        rule(
            !storage.s3_access_key.is_empty() && !storage.s3_secret_key.expose_secret().is_empty(),
            "storage.s3_access_key and storage.s3_secret_key must not be empty",
        );
        rule((1..=60).contains(&storage.s3_timeout_seconds), "storage.s3_timeout_seconds must lie between 1 and 60");
    }
}

/// Whether a filter has a default level. The library takes a word that is no level as the name of a module, and then
/// logs nothing else.
fn is_log_filter(filter: &str) -> bool {
    let is_level = |word: &str| {
        ["off", "error", "warn", "info", "debug", "trace"].iter().any(|level| word.eq_ignore_ascii_case(level))
    };
    tracing_subscriber::EnvFilter::try_new(filter).is_ok() && filter.split(',').any(|word| is_level(word.trim()))
}
