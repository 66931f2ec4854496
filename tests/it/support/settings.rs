//! How the portal of a story is configured.

use std::sync::Arc;

use portal::app::Portal;
use portal::config::{self, Networks, Settings, Sources};
use portal::http::middleware_settings::MiddlewareSettings;
use portal::http::{AccessLog, Draining, Metrics};
use portal::reloadable::Reloadable;

use super::EXEMPT_NETWORKS;

/// The settings of all stories, and those of one.
pub fn settings(database_url: &str, configured: &[&str]) -> Settings {
    let overrides = [
        "server.bind=127.0.0.1:0",
        "server.public_url=https://portal.example",
        "server.workers=1",
        "database.connections=2",
        "mail.transport=smtp",
        "mail.from=Customs Community <portal@portal.example>",
        "mail.connections=3",
        // One administrator writes to everybody; stories about approval have two.
        "announcements.approval_above=1000",
        "mail.step_timeout_seconds=1",
        "identity.hash_threads=1",
        // Programs of others are on this machine; stories about who may lead the portal where say otherwise.
        "webhooks.allow_http=true",
        "webhooks.allow_networks=127.0.0.1",
        // All people of a story have one address behind a proxy; stories about throttling set other ones.
        "server.trusted_proxies=127.0.0.1",
        EXEMPT_NETWORKS,
        // Stories about backups set a rest.
        "storage.rest_hours=0",
    ];
    let overrides = overrides
        .into_iter()
        .chain(configured.iter().copied())
        .map(str::to_owned)
        .chain([format!("database.url={database_url}"), format!("identity.master_key={}", "5a".repeat(32))]);
    let mut settings = config::load(&Sources { overrides: overrides.collect(), ..Sources::default() }).unwrap();
    // Below the floor that check() guards: a hundred stories hash hundreds of passwords.
    settings.identity.argon2_memory_kib = 64;
    settings.identity.argon2_passes = 1;
    settings.server.shutdown_seconds = 1;
    settings
}

/// How identity is configured, for stories that forge what only the portal can make.
pub fn identity_settings() -> config::Identity {
    settings("sqlite:unused", &[]).identity
}

/// The settings of the middleware for a server of a story's own routes beside this portal; its errors have no pages.
pub fn middleware_settings(portal: &Portal) -> MiddlewareSettings {
    MiddlewareSettings {
        catalogue: Arc::clone(&portal.catalogue),
        clock: portal.clock.clone(),
        random: portal.random.clone(),
        proxies: Reloadable::new(Networks::default()),
        own_origin: "https://portal.example".to_owned(),
        allowed_origins: Vec::new(),
        draining: Draining::default(),
        access_log: AccessLog::start(1).unwrap(),
        metrics: Metrics::default(),
        is_shared: false,
        page: |_, _| None,
        standby: |_| None,
    }
}
