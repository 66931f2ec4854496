//! The ways by which reports come in without a request: opened at the start, so that a fault of the configuration
//! shows then.

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::mailbox::Mailbox;
use super::{Bounces, listener};
use crate::config;
use crate::error::Error;

/// What the operator wants of them.
pub struct Intakes {
    bounces: Bounces,
    listener: Option<TcpListener>,
    mailbox: Option<Mailbox>,
}

impl Intakes {
    /// Opens them.
    ///
    /// # Errors
    /// Where the address is taken, or the mailbox's certificate authority can't be read.
    pub async fn open(settings: &config::Bounces, bounces: Bounces) -> Result<Self, Error> {
        let address = &settings.listen;
        let listener = if address.is_empty() {
            None
        } else {
            let bound = TcpListener::bind(address).await;
            Some(bound.map_err(|error| Error::internal(format!("can't listen on {address}: {error}")))?)
        };
        let mailbox = Mailbox::configured(settings, bounces.clone());
        let mailbox = mailbox.map_err(|fault| Error::internal(format!("bounces.imap_url: {fault}")))?;
        Ok(Self { bounces, listener, mailbox })
    }

    /// Takes reports until told to stop.
    pub async fn serve(self, stop: CancellationToken) {
        let Self { bounces, listener, mailbox } = self;
        let listening = async {
            if let Some(listener) = listener {
                listener::serve(bounces, listener, stop.clone()).await;
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
