//! Replaces what was read again while the portal serves (SIGHUP): keys, certificates, tokens and networks.
//!
//! Everything is read and checked first ([`Reread::of`]), and only then put to use, so that a faulty file replaces
//! nothing. What is not listed in [`RELOADED`] wants a restart.

use crate::config::{Networks, Settings};
use crate::error::{Error, OrInternal as _};
use crate::mail::MailFiles;
use crate::webhooks::ReplacedClient;

use super::Running;

/// The settings that a reload puts to use, with the files that they name.
pub const RELOADED: [&str; 10] = [
    "bounces.token",
    "log.filter",
    "mail.dkim_domain",
    "mail.dkim_keys",
    "mail.tls_ca_file",
    "server.metrics_token",
    "server.trusted_proxies",
    "throttle.exempt_networks",
    "webhooks.ca_file",
    "webhooks.timeout_seconds",
];

/// What was read again, to be put to use with [`Running::put_to_use`].
pub struct Reread {
    mail: MailFiles,
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
            mail: MailFiles::read(settings).or_internal()?,
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
        let Reread { mail, webhooks, exempt, proxies, settings } = reread;
        self.sender.replace(mail);
        self.dispatcher.replace(webhooks);
        let [exempt_now, proxies_now] = self.portal.throttle.networks();
        exempt_now.set(exempt);
        proxies_now.set(proxies);
        self.portal.metrics_token.set(settings.server.metrics_token);
        self.portal.bounces.set_token(settings.bounces.token);
    }
}
