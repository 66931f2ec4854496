//! Looks into a mailbox every few minutes, for whoever has no mail server that could hand reports over.
//!
//! What is unread is read, up to so many messages a look. A message that was understood, counted or not, is marked as
//! read and stays: whoever runs the mailbox deletes it. What nobody understands stays unread, for a person to see, and
//! is not looked at again by this process. A message that could not be counted is looked at again after those that came
//! later; where several can't be, or the mailbox does not answer, the rest waits for the next look.
//!
//! The few commands that this takes are spoken in `imap`.

pub mod imap;

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio_util::sync::CancellationToken;

use super::{Bounces, Taken};
use crate::config;
use crate::tls;

/// Messages of one look.
const AT_ONCE: usize = 200;
/// Messages that could not be counted before the database is taken to be away.
const STUCK: usize = 10;
/// How long one look may take.
const LOOK: Duration = Duration::from_mins(5);

/// Where the mailbox is.
#[derive(Clone, Debug)]
pub struct Place {
    host: String,
    port: u16,
    encrypted: bool,
    user: String,
    password: SecretString,
    folder: String,
}

impl Place {
    /// Reads `imaps://user:password@host:port/FOLDER`, or `imap://…` without TLS.
    ///
    /// # Errors
    /// A sentence for the operator, without the password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = url::Url::parse(text).map_err(|e| format!("is no URL ({e})"))?;
        let (port, encrypted) = match url.scheme() {
            "imaps" => (993, true),
            "imap" => (143, false),
            _ => return Err("begins with imaps:// or imap://".to_owned()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("has no host")?;
        let decode = |part: &str| {
            // What is no mark of a query here is a letter like any other.
            let encoded = part.replace('+', "%2B").replace('=', "%3D").replace('&', "%26");
            url::form_urlencoded::parse(encoded.as_bytes()).next().map(|(text, _)| text.into_owned())
        };
        let user = decode(url.username()).ok_or("has no user")?;
        let password = url.password().and_then(decode).ok_or("has no password")?;
        let folder = decode(url.path().trim_matches('/')).unwrap_or_else(|| "INBOX".to_owned());
        let speakable = |text: &str| text.chars().all(|c| c.is_ascii() && !c.is_control());
        if ![&user, &password, &folder].iter().all(|text| speakable(text)) {
            return Err("user, password and folder are ASCII".to_owned());
        }
        let host = host.trim_matches(['[', ']']).to_owned();
        let port = url.port().unwrap_or(port);
        Ok(Self { host, port, encrypted, user, password: password.into(), folder })
    }
}

/// A mailbox, and how far it was looked through.
pub struct Mailbox {
    bounces: Bounces,
    place: Place,
    connector: Option<tokio_rustls::TlsConnector>,
    every: Duration,
    seen: Seen,
    /// Those that could not be counted.
    stuck: Vec<u32>,
}

/// What this process has looked at: every message of the folder below `next`, as long as its numbers are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    validity: u32,
    next: u32,
}

impl Mailbox {
    /// The mailbox of the configuration, where one is named.
    ///
    /// # Errors
    /// Where the configuration is wrong, or the certificate authority can't be read.
    pub fn configured(settings: &config::Bounces, bounces: Bounces) -> Result<Option<Self>, String> {
        let url = settings.imap_url.expose_secret();
        if url.is_empty() {
            return Ok(None);
        }
        let place = Place::parse(url)?;
        let connector = if place.encrypted { Some(tls::connector(&settings.imap_ca_file)?) } else { None };
        let every = Duration::from_secs(60 * settings.imap_poll_minutes);
        Ok(Some(Self { bounces, place, connector, every, seen: Seen::default(), stuck: Vec::new() }))
    }

    /// Looks into it again and again until told to stop.
    pub async fn serve(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = self.look_in_time() => {}
                () = stop.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(self.every) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn look_in_time(&mut self) {
        match tokio::time::timeout(LOOK, self.look()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(messages)) => tracing::info!(messages, "looked into the mailbox of reports"),
            Ok(Err(fault)) => tracing::warn!(fault, host = self.place.host, "could not read the mailbox of reports"),
            Err(_elapsed) => tracing::warn!(host = self.place.host, "the mailbox of reports took too long"),
        }
    }

    /// Looks into it once; returns how many messages it took.
    ///
    /// # Errors
    /// A sentence on what went wrong, without the password.
    pub async fn look(&mut self) -> Result<usize, String> {
        let Place { host, port, user, password, folder, .. } = &self.place;
        let mut client = imap::Client::connect(host, *port, self.connector.as_ref()).await?;
        client.log_in(user, password.expose_secret()).await?;
        let validity = client.select(folder).await?;
        if validity != self.seen.validity {
            (self.seen, self.stuck) = (Seen { validity, next: 1 }, Vec::new());
        }
        let mut unread = client.unread(self.seen.next).await?;
        unread.truncate(AT_ONCE);
        unread.extend_from_slice(&self.stuck);
        let mut taken = 0;
        for uid in unread {
            // Deleted meanwhile by somebody else, where there is nothing.
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
                if outcome != Taken::Unknown {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_read_from_its_url() {
        let place = Place::parse("imaps://bounces%40x.example:p%40ss+word@mail.example/Reports").unwrap();
        assert_eq!((place.host.as_str(), place.port, place.encrypted), ("mail.example", 993, true));
        assert_eq!((place.user.as_str(), place.folder.as_str()), ("bounces@x.example", "Reports"));
        assert_eq!(place.password.expose_secret(), "p@ss+word");
        assert!(!format!("{place:?}").contains("p@ss"));
        assert_eq!(Place::parse("imap://u:p@[::1]:1143").unwrap().folder, "INBOX");
        for bad in ["http://x", "imaps://x", "imaps://u@x", "imaps://u:p%0d@x", "imaps://u:p@x/%C3%A9"] {
            assert!(Place::parse(bad).is_err(), "{bad}");
        }
    }
}
