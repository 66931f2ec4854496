//! The SMTP client for one relay: connect, greet, encrypt, log in, then mail after mail.
//!
//! It is hand-written, and small because it needs little: one relay, one recipient per mail. lettre's client waits for
//! each reply before it continues, leaves Nagle's algorithm on and writes a text in two parts, which costs 40 ms per
//! mail; its pool adds a NOOP before each mail, connections beyond its limit, and a new one for every refused
//! recipient. `benches/mail.rs` compares.
//!
//! - `reply` parses replies, `blame` classifies refusals; `channel` bytes with timeouts; `conversation` mails over one
//!   connection
//!
//! Left out: delivery to mail exchangers, several recipients in one envelope (each mail has placeholders for its
//! reader), CHUNKING.

mod blame;
mod channel;
mod conversation;
mod reply;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::config::{Encryption, RelayUrl};
use crate::reloadable::Reloadable;
use crate::text::foreign;
use channel::{Channel, Stream};
pub(super) use conversation::Conversation;
pub(super) use reply::Reply;

/// Sender and recipient of a mail, as sent to the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    /// Return path.
    pub(super) from: String,
    /// The one recipient.
    pub(super) to: String,
    /// Bytes of the text.
    pub(super) size: usize,
    /// Whether the text has anything beyond ASCII.
    pub(super) is_eight_bit: bool,
}

impl Envelope {
    /// Whether an address in it needs SMTPUTF8 (RFC 6531).
    fn is_international(&self) -> bool {
        !(self.from.is_ascii() && self.to.is_ascii())
    }
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The relay can't be reached, or refuses every client; no mail is to blame.
    Relay(String),
    /// The relay refuses the portal: its number of mails, its sender, its network; no mail is to blame.
    Us(Reply),
    /// The relay ends this connection after a number of mails; another may accept the same mail.
    Connection(Reply),
    /// This mail was refused, temporarily or permanently.
    Refused(Reply),
    /// The conversation had ended before this mail began.
    Stale(String),
    /// The conversation broke off in the middle of this mail.
    Broken(String),
}

/// The extensions that a relay announces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that it says or does not")]
struct Extensions {
    pipelining: bool,
    eight_bit: bool,
    utf8: bool,
    start_tls: bool,
    auth_plain: bool,
    auth_login: bool,
    /// Maximum size of a text; 0 if it names none.
    size: Option<usize>,
}

impl Extensions {
    fn read(reply: &Reply) -> Self {
        let mut can = Self::default();
        for line in reply.lines.iter().skip(1) {
            let mut words = line.split_ascii_whitespace();
            let name = words.next().unwrap_or_default().to_ascii_uppercase();
            match name.as_str() {
                "PIPELINING" => can.pipelining = true,
                "8BITMIME" => can.eight_bit = true,
                "SMTPUTF8" => can.utf8 = true,
                "STARTTLS" => can.start_tls = true,
                "SIZE" => can.size = Some(words.next().and_then(|size| size.parse().ok()).unwrap_or_default()),
                "AUTH" => {
                    for mechanism in words {
                        can.auth_plain |= mechanism.eq_ignore_ascii_case("PLAIN");
                        can.auth_login |= mechanism.eq_ignore_ascii_case("LOGIN");
                    }
                }
                _ => {}
            }
        }
        can
    }

    /// Why the relay can't accept a mail, as it would say itself.
    fn refuse(self, envelope: &Envelope) -> Option<Fault> {
        let refusal = |code, status: &str, words: &str| {
            let (status, words) = (Some(status.to_owned()), words.to_owned());
            Some(Fault::Refused(Reply { code, status, words, lines: Vec::new() }))
        };
        if envelope.is_international() && !self.utf8 {
            return refusal(553, "5.6.7", "the relay takes no addresses beyond ASCII (RFC 6531)");
        }
        match self.size {
            Some(most) if most > 0 && envelope.size > most => {
                refusal(552, "5.3.4", "the relay takes no mail as large as this (RFC 1870)")
            }
            _ => None,
        }
    }

    fn mail_from(self, envelope: &Envelope) -> String {
        let size = self.size.map(|_| format!(" SIZE={}", envelope.size)).unwrap_or_default();
        let body = if self.eight_bit && envelope.is_eight_bit { " BODY=8BITMIME" } else { "" };
        let utf8 = if envelope.is_international() { " SMTPUTF8" } else { "" };
        format!("MAIL FROM:<{}>{size}{body}{utf8}\r\n", envelope.from)
    }

    fn push_envelope(self, group: &mut Vec<u8>, envelope: &Envelope) {
        group.extend_from_slice(self.mail_from(envelope).as_bytes());
        group.extend_from_slice(format!("RCPT TO:<{}>\r\nDATA\r\n", envelope.to).as_bytes());
    }
}

/// Opens conversations with one relay.
pub(super) struct Dialer {
    relay: RelayUrl,
    hello: String,
    tls: Reloadable<TlsConnector>,
    step: Duration,
    /// Whether a failure of the encryption was logged.
    told: AtomicBool,
}

/// Why a conversation was not opened.
enum NotOpened {
    /// The error of STARTTLS. Without encryption a conversation may be possible.
    Encryption(String),
    Other(String),
}

impl From<String> for NotOpened {
    fn from(why: String) -> Self {
        Self::Other(why)
    }
}

impl Dialer {
    /// For a relay, with `hello` as the portal's name; each step of a conversation may take `step`.
    pub(super) fn new(relay: RelayUrl, hello: &str, tls: TlsConnector, step: Duration) -> Self {
        Self { relay, hello: hello.to_owned(), tls: Reloadable::new(tls), step, told: AtomicBool::new(false) }
    }

    /// The relay.
    pub(super) const fn relay(&self) -> &RelayUrl {
        &self.relay
    }

    /// Trusts other certificates from the next conversation on.
    pub(super) fn trust(&self, tls: TlsConnector) {
        self.tls.set(tls);
    }

    /// Opens a conversation; without encryption, if that is opportunistic and fails.
    ///
    /// # Errors
    /// [`Fault::Relay`], always.
    pub(super) async fn connect(&self) -> Result<Conversation, Fault> {
        let opened = match self.open(self.relay.encryption).await {
            Err(NotOpened::Encryption(why)) if self.relay.encryption == Encryption::Opportunistic => {
                if !self.told.swap(true, Ordering::Relaxed) {
                    let why = foreign::loggable(&why);
                    tracing::warn!(
                        why,
                        "the relay offers STARTTLS, which fails: mail is not encrypted (tls=opportunistic)"
                    );
                }
                self.open(Encryption::None).await
            }
            opened => opened,
        };
        opened.map_err(|(NotOpened::Encryption(why) | NotOpened::Other(why))| Fault::Relay(why))
    }

    async fn open(&self, encryption: Encryption) -> Result<Conversation, NotOpened> {
        let address = (self.relay.host.as_str(), self.relay.port);
        let socket = self.within("connect", TcpStream::connect(address)).await?;
        socket.set_nodelay(true).map_err(|error| error.to_string())?;
        let mut stream: Box<dyn Stream> = Box::new(socket);
        if encryption == Encryption::Implicit {
            stream = self.encrypt(stream).await?;
        }
        let mut channel = Channel::new(stream, self.step);
        accepted("greeting", channel.reply().await)?;
        let mut can = self.greet(&mut channel).await?;
        if encryption == Encryption::Required && !can.start_tls {
            return Err(NotOpened::Other("the relay offers no STARTTLS".to_owned()));
        }
        if can.start_tls && matches!(encryption, Encryption::Required | Encryption::Opportunistic) {
            accepted("STARTTLS", channel.command("STARTTLS").await).map_err(NotOpened::Encryption)?;
            let stream = channel.into_stream();
            let stream = stream.ok_or_else(|| "STARTTLS: the relay spoke out of turn".to_owned())?;
            let stream = self.encrypt(stream).await.map_err(NotOpened::Encryption)?;
            channel = Channel::new(stream, self.step);
            // Extensions announced before the encryption may be forged (RFC 3207, 4.2).
            can = self.greet(&mut channel).await?;
        }
        if let Some((user, password)) = &self.relay.login {
            log_in(&mut channel, can, user, password).await?;
        }
        Ok(Conversation::new(channel, can))
    }

    async fn encrypt(&self, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, String> {
        let name = ServerName::try_from(self.relay.host.clone()).map_err(|error| error.to_string())?;
        let encrypted = self.within("TLS", self.tls.get().connect(name, stream)).await.map_err(|why| {
            let hint = "to trust it all the same, put its certificate into mail.tls_ca_file";
            if why.contains("certificate") { format!("{why}; {hint}") } else { why }
        })?;
        Ok(Box::new(encrypted))
    }

    async fn greet(&self, channel: &mut Channel) -> Result<Extensions, String> {
        let reply = channel.command(&format!("EHLO {}", self.hello)).await.map_err(|why| format!("EHLO: {why}"))?;
        if reply.is_positive() {
            return Ok(Extensions::read(&reply));
        }
        accepted("HELO", channel.command(&format!("HELO {}", self.hello)).await)?;
        Ok(Extensions::default())
    }

    async fn within<T>(&self, name: &str, work: impl Future<Output = std::io::Result<T>>) -> Result<T, String> {
        match tokio::time::timeout(self.step, work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(format!("{name}: {error}")),
            Err(_elapsed) => Err(format!("{name}: no answer within {} s", self.step.as_secs_f32())),
        }
    }
}

/// Logs in by PLAIN (RFC 4616), or by LOGIN if the relay supports nothing else. `RelayUrl::parse` has ensured that the
/// connection is encrypted, or that the operator permits otherwise.
async fn log_in(channel: &mut Channel, can: Extensions, user: &str, password: &SecretString) -> Result<(), String> {
    let password = password.expose_secret();
    if can.auth_plain || !can.auth_login {
        let token = STANDARD.encode(format!("\0{user}\0{password}"));
        return accepted("login", channel.command(&format!("AUTH PLAIN {token}")).await);
    }
    accepted("login", channel.command("AUTH LOGIN").await)?;
    accepted("login", channel.command(&STANDARD.encode(user)).await)?;
    accepted("login", channel.command(&STANDARD.encode(password)).await)
}

fn accepted(step: &str, reply: Result<Reply, String>) -> Result<(), String> {
    match reply {
        Ok(reply) if reply.is_positive() => Ok(()),
        Ok(reply) => Err(format!("{step}: {} {}", reply.code, reply.words)),
        Err(why) => Err(format!("{step}: {why}")),
    }
}

#[cfg(test)]
mod tests;
