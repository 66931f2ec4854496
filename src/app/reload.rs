//! Replaces what was read again while the portal serves (SIGHUP): keys, certificates, tokens and networks.
//!
//! Everything is read and checked first ([`Reread::of`]), and only then put to use, so that a faulty file replaces
//! nothing. What is not listed in [`RELOADED`] wants a restart.

use crate::bounces::ReplacedSources;
use crate::config::{Networks, Settings};
use crate::error::{Error, OrInternal as _};
use crate::mail::MailFiles;
use crate::storage::ReplacedStore;
use crate::webhooks::ReplacedClient;

use super::Running;

/// The settings that a reload puts to use, with the files that they name.
pub const RELOADED: [&str; 13] = [
    "bounces.imap_ca_file",
    "bounces.token",
    "log.filter",
    "mail.dkim_domain",
    "mail.dkim_keys",
    "mail.tls_ca_file",
    "server.metrics_token",
    "server.trusted_proxies",
    "storage.s3_ca_file",
    "storage.s3_timeout_seconds",
    "throttle.exempt_networks",
    "webhooks.ca_file",
    "webhooks.timeout_seconds",
];

/// What was read again, to be put to use with [`Running::put_to_use`].
pub struct Reread {
    bounces: ReplacedSources,
    mail: MailFiles,
    storage: ReplacedStore,
    webhooks: ReplacedClient,
    exempt: Networks,
    proxies: Networks,
    settings: Settings,
}

impl Reread {
    /// Reads everything that these settings name.
    ///
    /// # Errors
    /// A message for the operator about the first fault.
    pub fn of(running: &Running, settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            bounces: ReplacedSources::read(&settings.bounces).or_internal()?,
            mail: running.sender.read_again(settings).or_internal()?,
            storage: running.portal.storage.read_again(&settings.storage)?,
            webhooks: running.dispatcher.read_again(&settings.webhooks)?,
            exempt: Networks::parse(&settings.throttle.exempt_networks).or_internal()?,
            proxies: Networks::parse(&settings.server.trusted_proxies).or_internal()?,
            settings: settings.clone(),
        })
    }
}

impl Running {
    /// Goes by what was read again from now on. What is under way ends with what it began with.
    pub fn put_to_use(&self, reread: Reread) {
        let Reread { bounces, mail, storage, webhooks, exempt, proxies, settings } = reread;
        self.portal.bounces.replace(bounces);
        self.sender.replace(mail);
        storage.put_to_use();
        self.dispatcher.replace(webhooks);
        let [exempt_now, proxies_now] = self.portal.throttle.networks();
        exempt_now.set(exempt);
        proxies_now.set(proxies);
        self.portal.metrics_token.set(settings.server.metrics_token);
    }
}
