//! SMTP towards one relay: connect, greet, encrypt, log in, then mail after mail.
//!
//! A client of our own, small because it needs little: one relay, one reader a mail. lettre's own client waits for each reply
//! before it goes on, leaves Nagle's algorithm on and writes a text in two parts, which costs 40 ms a mail; with its pool come a
//! NOOP before each mail, connections past its bound and a new one for every refused reader. `benches/mail.rs` compares.
//!
//! - `reply` what a relay says; `channel` bytes within their time; `conversation` mails over one connection
//!
//! Left out: delivery to mail exchangers, several readers in one envelope (each mail says something of its reader alone),
//! CHUNKING.

mod channel;
mod conversation;
mod reply;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use channel::{Channel, Stream};
pub(super) use conversation::Conversation;
pub(super) use reply::Reply;

/// How the conversation is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    None,
    /// By STARTTLS where the relay offers it.
    Opportunistic,
    /// By STARTTLS, or no mail is sent.
    Required,
    /// From the first byte (RFC 8314).
    Implicit,
}

/// The relay that takes our mail.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Its host, also the name in its certificate.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the conversation is encrypted.
    pub encryption: Encryption,
    /// User and password.
    pub login: Option<(String, SecretString)>,
}

impl Relay {
    /// Reads `smtp://user:password@host:port?tls=…` or `smtps://…`.
    ///
    /// # Errors
    /// A sentence for the operator, without the password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = url::Url::parse(text).map_err(|e| format!("is no URL ({e})"))?;
        if url.query_pairs().filter(|(name, _)| name == "tls").count() > 1 {
            return Err("says tls more than once".to_owned());
        }
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (port, encryption) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None | Some("none")) => (25, Encryption::None),
            ("smtp", Some("opportunistic")) => (25, Encryption::Opportunistic),
            ("smtp", Some("required")) => (587, Encryption::Required),
            ("smtps", None) => (465, Encryption::Implicit),
            ("smtp", Some(_)) => return Err("tls is none, opportunistic or required".to_owned()),
            _ => return Err("begins with smtp:// or smtps://".to_owned()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("has no host")?;
        let decode = |part: &str| {
            url::form_urlencoded::parse(part.replace('+', "%2B").as_bytes()).next().map(|(k, _)| k.into_owned())
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) => {
                Some((decode(user).unwrap_or_default(), SecretString::from(decode(password).unwrap_or_default())))
            }
            (_, None) => return Err("has a user and no password".to_owned()),
        };
        if login.is_some() && encryption == Encryption::Opportunistic {
            return Err("a password wants tls=required, or smtps://".to_owned());
        }
        Ok(Self { host: host.trim_matches(['[', ']']).to_owned(), port: url.port().unwrap_or(port), encryption, login })
    }
}

/// Whom a mail comes from and goes to, as the relay is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    /// Return path.
    pub(super) from: String,
    /// The one reader.
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

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The relay can't be reached or does not want us; no mail is to blame.
    Relay(String),
    /// This mail was refused, for now or for good.
    Refused(Reply),
    /// The conversation had broken off before this mail began.
    Stale(String),
    /// The conversation broke off in the middle of this mail.
    Broken(String),
}

/// What a relay says that it can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that it says or does not")]
struct Extensions {
    pipelining: bool,
    eight_bit: bool,
    utf8: bool,
    start_tls: bool,
    auth_plain: bool,
    auth_login: bool,
    /// Largest text that it takes; 0 where it names none.
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

    /// Why it can't take a mail, as it would say itself.
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

/// What is needed for any number of conversations with one relay.
pub(super) struct Dialer {
    relay: Relay,
    hello: String,
    tls: TlsConnector,
    step: Duration,
}

impl Dialer {
    /// Prepares for a relay to which we are `hello`; each step of a conversation may take `step`.
    pub(super) fn new(relay: Relay, hello: &str, tls: TlsConnector, step: Duration) -> Self {
        Self { relay, hello: hello.to_owned(), tls, step }
    }

    /// Opens a conversation.
    ///
    /// # Errors
    /// [`Fault::Relay`], always.
    pub(super) async fn connect(&self) -> Result<Conversation, Fault> {
        self.open().await.map_err(Fault::Relay)
    }

    async fn open(&self) -> Result<Conversation, String> {
        let address = (self.relay.host.as_str(), self.relay.port);
        let socket = self.within("connect", TcpStream::connect(address)).await?;
        socket.set_nodelay(true).map_err(|error| error.to_string())?;
        let mut stream: Box<dyn Stream> = Box::new(socket);
        if self.relay.encryption == Encryption::Implicit {
            stream = self.encrypt(stream).await?;
        }
        let mut channel = Channel::new(stream, self.step);
        accepted("greeting", channel.reply().await)?;
        let mut can = self.greet(&mut channel).await?;
        if self.relay.encryption == Encryption::Required && !can.start_tls {
            return Err("the relay offers no STARTTLS".to_owned());
        }
        if can.start_tls && matches!(self.relay.encryption, Encryption::Required | Encryption::Opportunistic) {
            accepted("STARTTLS", channel.command("STARTTLS").await)?;
            let stream = channel.into_stream().ok_or("STARTTLS: the relay spoke out of turn")?;
            channel = Channel::new(self.encrypt(stream).await?, self.step);
            // What it said before, anybody may have said (RFC 3207, 4.2).
            can = self.greet(&mut channel).await?;
        }
        if let Some((user, password)) = &self.relay.login {
            log_in(&mut channel, can, user, password).await?;
        }
        Ok(Conversation::new(channel, can))
    }

    async fn encrypt(&self, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, String> {
        let name = ServerName::try_from(self.relay.host.clone()).map_err(|error| error.to_string())?;
        Ok(Box::new(self.within("TLS", self.tls.connect(name, stream)).await?))
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

/// Logs in by PLAIN (RFC 4616), or by LOGIN where the relay knows nothing else. `Relay::parse` has seen to it that the
/// connection is encrypted, or that the operator wants it otherwise.
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
