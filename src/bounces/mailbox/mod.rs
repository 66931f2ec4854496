//! Polls a mailbox every few minutes, for operators without a mail server that could hand reports over.
//!
//! Unread messages are fetched, up to two hundred a poll. A message that was understood, counted or not, is marked as
//! read and stays: the operator of the mailbox deletes it. A message that was not understood stays unread, for a person
//! to see, and is not fetched again by this process. One that could not be counted is fetched again after the later
//! ones; where several can't be counted, or the mailbox does not answer, the rest waits for the next poll.
//!
//! While a restored portal is held ([`restore_hold`]) nothing is read: the mailbox may be that of the original.
//!
//! A mailbox that can't be read is an incident (`incidents`): health, metrics and the log show since when no report
//! could be read, and the server's message.
//!
//! - `imap` the few commands that are needed; `token` OAuth tokens, which replace a password

pub mod imap;
mod token;

use std::time::Duration;

use secrecy::ExposeSecret as _;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use super::{Bounces, ReportOutcome};
use crate::background::{Done, Job, Schedule};
use crate::config::{self, ImapUrl};
use crate::error::Error;
use crate::incidents::{Part, Troubles};
use crate::restore_hold;
use crate::text::foreign;
use crate::time::Timestamp;
use crate::tls;
use imap::Login;
use token::{Tokens, words_of};

/// Messages of one poll.
const AT_ONCE: usize = 200;
/// Messages that could not be counted, after which the database is considered unreachable.
const STUCK: usize = 10;
/// Time limit of a poll.
const LOOK: Duration = Duration::from_mins(5);

/// A mailbox, and the position of the last poll.
pub struct Mailbox {
    bounces: Bounces,
    place: ImapUrl,
    tokens: Option<Tokens>,
    every: Duration,
    troubles: Troubles,
    /// When it was last read; at first, the start of the process.
    read_at: Timestamp,
    seen: Seen,
    /// Those that could not be counted.
    stuck: Vec<u32>,
}

/// The position of the last poll: messages with numbers below `next` were fetched, as long as `validity` is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    validity: u32,
    next: u32,
}

/// The certificates that the mailbox's server may have; none without a mailbox, or without TLS.
///
/// # Errors
/// A message for the operator.
pub(super) fn trust(settings: &config::Bounces) -> Result<Option<TlsConnector>, String> {
    let url = settings.imap_url.expose_secret();
    let is_encrypted = !url.is_empty() && ImapUrl::parse(url)?.encrypted;
    is_encrypted.then(|| tls::connector(&settings.imap_ca_file)).transpose()
}

impl Mailbox {
    /// The configured mailbox, if there is one; failures are reported to `troubles`.
    ///
    /// # Errors
    /// If the configuration is wrong, or the certificate authority can't be read.
    pub fn configured(
        settings: &config::Bounces,
        bounces: Bounces,
        troubles: Troubles,
    ) -> Result<Option<Self>, String> {
        let url = settings.imap_url.expose_secret();
        if url.is_empty() {
            return Ok(None);
        }
        let place = ImapUrl::parse(url)?;
        bounces.0.mailbox_tls.set(trust(settings)?);
        let every = Duration::from_secs(60 * settings.imap_poll_minutes);
        let (tokens, read_at) = (Tokens::configured(settings)?, bounces.0.foundation.clock.now());
        let (seen, stuck) = (Seen::default(), Vec::new());
        Ok(Some(Self { bounces, place, tokens, every, troubles, read_at, seen, stuck }))
    }

    /// Polls until `stop`.
    pub async fn serve(mut self, stop: CancellationToken) {
        let (runner, schedule) = (self.bounces.0.runner.clone(), Schedule::every(self.every).given_up_at_stop());
        runner.serve(std::slice::from_mut(&mut self), &schedule, &stop).await;
    }

    /// Polls once; returns how many messages were understood. A failure becomes an incident.
    ///
    /// # Errors
    /// The server's message, without the password and without addresses.
    pub async fn look(&mut self) -> Result<usize, String> {
        let looked = match tokio::time::timeout(LOOK, self.read()).await {
            Ok(looked) => looked.map_err(|fault| foreign::loggable(&words_of(&fault))),
            Err(_elapsed) => Err(format!("it took longer than {} s", LOOK.as_secs())),
        };
        let host = &self.place.host;
        if let Err(fault) = &looked {
            self.troubles.begin(Part::Mailbox, self.read_at, fault);
        } else {
            self.read_at = self.bounces.0.foundation.clock.now();
            self.bounces.0.figures.read_mailbox(self.read_at);
            if let Some(trouble) = self.troubles.end(Part::Mailbox) {
                tracing::info!(host, since = %trouble.since, "the mailbox of reports can be read again");
            }
        }
        looked
    }

    /// Polls as a job, whose error is logged.
    async fn poll_as_job(&mut self) -> Result<Done, Error> {
        // The mailbox may be that of the original, whose reports are no longer unread after a poll.
        if self.bounces.0.foundation.db.read(restore_hold::is_held).await? {
            return Ok(Done::Things(0));
        }
        let looked = self.look().await;
        let (host, since) = (&self.place.host, self.read_at);
        let messages = looked
            .map_err(|fault| Error::internal(format!("no report could be read from {host} since {since}: {fault}")))?;
        if messages > 0 {
            tracing::info!(messages, "looked into the mailbox of reports");
        }
        Ok(Done::Things(messages))
    }

    /// Connects and logs in.
    async fn open(&mut self) -> Result<imap::Client, String> {
        let Self { bounces, place: ImapUrl { host, port, user, password, .. }, tokens, .. } = self;
        let connector = bounces.0.mailbox_tls.get();
        let token = match tokens.as_mut() {
            Some(tokens) => Some(tokens.token().await?),
            None => None,
        };
        let mut client = imap::Client::connect(host, *port, (*connector).as_ref()).await?;
        let login = match (&token, password.as_ref()) {
            (Some(token), _) => Login::Token(token.expose_secret()),
            (None, Some(password)) => Login::Password(password.expose_secret()),
            (None, None) => return Err("there is neither a password nor a source of tokens".to_owned()),
        };
        let logged_in = client.log_in(user, &login).await;
        if let (Err(_), Some(tokens)) = (&logged_in, tokens) {
            tokens.forget();
        }
        logged_in.map(|()| client)
    }

    async fn read(&mut self) -> Result<usize, String> {
        let mut client = self.open().await?;
        let folder = &self.place.folder;
        let validity = client.select(folder).await?;
        if validity != self.seen.validity {
            (self.seen, self.stuck) = (Seen { validity, next: 1 }, Vec::new());
        }
        let mut unread = client.unread(self.seen.next).await?;
        unread.truncate(AT_ONCE);
        unread.extend_from_slice(&self.stuck);
        let mut taken = 0;
        for uid in unread {
            // None if it was deleted meanwhile.
            if let Some(message) = client.fetch(uid, super::report::MOST_BYTES).await? {
                let outcome = self.bounces.take(message, self.bounces.via_elsewhere()).await;
                let outcome = match outcome {
                    Ok(outcome) => outcome,
                    Err(error) if self.stuck.len() >= STUCK => return Err(format!("counting: {error}")),
                    Err(error) => {
                        tracing::warn!(uid, %error, "could not count a message of the mailbox of reports");
                        if !self.stuck.contains(&uid) {
                            self.stuck.push(uid);
                        }
                        self.seen.next = self.seen.next.max(uid.saturating_add(1));
                        continue;
                    }
                };
                if outcome != ReportOutcome::Unknown {
                    client.mark_read(uid).await?;
                    taken += 1;
                }
                tracing::debug!(uid, outcome = outcome.as_str(), "a message of the mailbox of reports");
            }
            self.stuck.retain(|stuck| *stuck != uid);
            self.seen.next = self.seen.next.max(uid.saturating_add(1));
        }
        client.log_out().await;
        Ok(taken)
    }
}

impl Job for Mailbox {
    fn name(&self) -> &'static str {
        "reports_mailbox"
    }

    async fn step(&mut self) -> Result<Done, Error> {
        self.poll_as_job().await
    }
}
