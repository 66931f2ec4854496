//! The sources of reports other than requests: opened at the start, so that an error of the configuration shows then.

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use super::mailbox::{self, Mailbox};
use super::{Bounces, listener};
use crate::config;
use crate::error::Error;
use crate::incidents::Troubles;

/// The listener and the mailbox, as far as they are configured.
pub struct BounceSources {
    bounces: Bounces,
    listener: Option<TcpListener>,
    mailbox: Option<Mailbox>,
    troubles: Troubles,
}

impl BounceSources {
    /// Opens them; failures are reported to `troubles`.
    ///
    /// # Errors
    /// If the address is in use, or the mailbox's certificate authority can't be read.
    pub async fn open(settings: &config::Bounces, bounces: Bounces, troubles: Troubles) -> Result<Self, Error> {
        let address = &settings.listen;
        let listener = if address.is_empty() {
            None
        } else {
            let bound = TcpListener::bind(address).await;
            Some(
                bound
                    .map_err(|error| Error::internal(format!("can't listen on {address} (bounces.listen): {error}")))?,
            )
        };
        let mailbox = Mailbox::configured(settings, bounces.clone(), troubles.clone());
        let mailbox = mailbox.map_err(|fault| Error::internal(format!("bounces.imap_url: {fault}")))?;
        Ok(Self { bounces, listener, mailbox, troubles })
    }

    /// Receives reports until `stop`.
    pub async fn serve(self, stop: CancellationToken) {
        let Self { bounces, listener, mailbox, troubles } = self;
        let listening = async {
            if let Some(listener) = listener {
                listener::serve(bounces, listener, &troubles, stop.clone()).await;
            }
        };
        let looking = async {
            if let Some(mailbox) = mailbox {
                mailbox.serve(stop.clone()).await;
            }
        };
        tokio::join!(listening, looking);
    }
}

/// What was read again, to be put to use with [`Bounces::replace`].
pub struct ReplacedSources {
    token: SecretString,
    mailbox_tls: Option<TlsConnector>,
}

impl ReplacedSources {
    /// Reads the token of the mail service that sends reports by HTTP, and the certificates that the mailbox's server may
    /// have.
    ///
    /// # Errors
    /// A message for the operator.
    pub fn read(settings: &config::Bounces) -> Result<Self, String> {
        Ok(Self { token: settings.token.clone(), mailbox_tls: mailbox::trust(settings)? })
    }
}

impl Bounces {
    /// Goes by what was read again, from the next request and the next poll on.
    pub fn replace(&self, ReplacedSources { token, mailbox_tls }: ReplacedSources) {
        self.0.token.set(token);
        // The mailbox stays the same until a restart: it never loses its TLS, whatever the settings say now.
        if mailbox_tls.is_some() && self.0.mailbox_tls.get().is_some() {
            self.0.mailbox_tls.set(mailbox_tls);
        }
    }
}
