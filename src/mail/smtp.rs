//! One conversation with the relay: connect, greet, encrypt, log in, then mail after mail.
//!
//! lettre speaks the protocol, over a socket of ours: lettre's own leaves Nagle's algorithm on and writes a message in two
//! parts, which costs 40 ms a mail. Its pool is not used either (it asks NOOP before each mail, opens connections past its
//! bound, and drops one for every refused recipient). Each step has a time limit. A refusal is answered by RSET and the
//! connection lives on.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::message::Wire;

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

/// What is needed for any number of conversations with one relay.
pub(super) struct Dialer {
    relay: Relay,
    hello: ClientId,
    start_tls: Option<TlsParameters>,
    implicit_tls: Option<TlsConnector>,
    step: Duration,
}

/// Why a mail did not leave.
#[derive(Debug)]
pub(super) enum Fault {
    /// The relay can't be reached or does not want us; no mail is to blame.
    Relay(String),
    /// This mail was refused, for now.
    Temporary(i32, String),
    /// This mail was refused for good.
    Permanent(i32, String),
    /// The conversation had broken off before this mail began.
    Stale(String),
    /// The conversation broke off in the middle of this mail.
    Broken(String),
}

impl Dialer {
    /// Prepares for a relay; reads the certificate authorities once.
    ///
    /// # Errors
    /// Where a certificate can't be read.
    pub(super) fn new(relay: Relay, hello: &str, ca_pem: Option<&[u8]>, step: Duration) -> Result<Self, String> {
        let start_tls = match relay.encryption {
            Encryption::Opportunistic | Encryption::Required => {
                let mut builder = TlsParameters::builder(relay.host.clone());
                if let Some(pem) = ca_pem {
                    builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(|e| e.to_string())?);
                }
                Some(builder.build().map_err(|e| e.to_string())?)
            }
            _ => None,
        };
        let implicit_tls = match relay.encryption {
            Encryption::Implicit => Some(tls_connector(ca_pem)?),
            _ => None,
        };
        Ok(Self { relay, hello: ClientId::Domain(hello.to_owned()), start_tls, implicit_tls, step })
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
        let socket = self.step("connect", TcpStream::connect(address)).await?;
        socket.set_nodelay(true).map_err(|e| e.to_string())?;
        let transport: Box<dyn AsyncTokioStream> = match &self.implicit_tls {
            Some(connector) => {
                let name = ServerName::try_from(self.relay.host.clone()).map_err(|e| e.to_string())?;
                Box::new(Encrypted(self.step("TLS", connector.connect(name, socket)).await?))
            }
            None => Box::new(socket),
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(transport, &self.hello);
        let mut connection = self.step("greeting", greeting).await?;
        if let Some(parameters) = &self.start_tls {
            if connection.can_starttls() {
                let upgrade = connection.starttls(parameters.clone(), &self.hello);
                self.step("STARTTLS", upgrade).await?;
            } else if self.relay.encryption == Encryption::Required {
                return Err("the relay offers no STARTTLS".to_owned());
            }
        }
        if let Some((user, password)) = &self.relay.login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            self.step("login", connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(Conversation { connection, step: self.step, sent: 0 })
    }

    async fn step<T, E: std::fmt::Display>(
        &self,
        name: &str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, String> {
        match tokio::time::timeout(self.step, work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(format!("{name}: {error}")),
            Err(_elapsed) => Err(format!("{name}: no answer within {} s", self.step.as_secs_f32())),
        }
    }
}

fn tls_connector(ca_pem: Option<&[u8]>) -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = ca_pem {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
        }
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// An open conversation.
pub(super) struct Conversation {
    connection: AsyncSmtpConnection,
    step: Duration,
    /// Mails sent over it.
    pub(super) sent: usize,
}

impl Conversation {
    /// Sends one mail: (code, the relay's words). After a refusal the conversation goes on.
    ///
    /// # Errors
    /// Why it did not leave.
    pub(super) async fn send(&mut self, wire: &Wire) -> Result<(i32, String), Fault> {
        let answer = self.transact(wire).await;
        if matches!(answer, Err(Fault::Temporary(..) | Fault::Permanent(..))) {
            // RFC 5321, 4.1.1.5: back to the state after EHLO. A relay that refuses even that is left.
            self.command(Rset).await.map_err(|fault| match fault {
                Fault::Temporary(_, text) | Fault::Permanent(_, text) => Fault::Broken(text),
                other => other,
            })?;
        }
        answer
    }

    async fn transact(&mut self, wire: &Wire) -> Result<(i32, String), Fault> {
        let mut options = Vec::new();
        if ![&wire.from, &wire.to].iter().all(|address| AsRef::<str>::as_ref(*address).is_ascii()) {
            if !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Fault::Permanent(553, "the relay takes no addresses beyond ASCII (RFC 6531)".to_owned()));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        if !wire.bytes.is_ascii() {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        // A sender that the relay does not accept is a fault of the configuration, not of this mail.
        self.command(Mail::new(Some(wire.from.clone()), options)).await.map_err(|fault| match fault {
            Fault::Permanent(code, text) => Fault::Relay(format!("MAIL FROM: {code} {text}")),
            Fault::Broken(text) => Fault::Stale(text),
            other => other,
        })?;
        self.command(Rcpt::new(wire.to.clone(), Vec::new())).await?;
        self.command(Data).await?;
        let result = tokio::time::timeout(self.step, self.connection.message(&wire.bytes)).await;
        let accepted = answer(result)?;
        self.sent += 1;
        Ok(accepted)
    }

    async fn command(&mut self, command: impl std::fmt::Display) -> Result<(i32, String), Fault> {
        answer(tokio::time::timeout(self.step, self.connection.command(command)).await)
    }

    /// Says good-bye, without waiting long for an answer.
    pub(super) async fn quit(mut self) {
        let _ = tokio::time::timeout(Duration::from_secs(1), self.connection.quit()).await;
    }
}

type Reply = Result<lettre::transport::smtp::response::Response, lettre::transport::smtp::Error>;

fn answer(result: Result<Reply, tokio::time::error::Elapsed>) -> Result<(i32, String), Fault> {
    let error = match result {
        Err(_elapsed) => return Err(Fault::Broken("no answer in time".to_owned())),
        Ok(Ok(response)) => {
            let text: Vec<&str> = response.message().collect();
            return Ok((number(response.code()), text.join(" ")));
        }
        Ok(Err(error)) => error,
    };
    let words = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
    match error.status() {
        // 421: the relay is about to hang up on us, whatever the mail (RFC 5321, 3.8).
        Some(code) if number(code) == 421 => Err(Fault::Relay(format!("421 {words}"))),
        Some(code) if error.is_permanent() => Err(Fault::Permanent(number(code), words)),
        Some(code) => Err(Fault::Temporary(number(code), words)),
        None => Err(Fault::Broken(error.to_string())),
    }
}

fn number(code: lettre::transport::smtp::response::Code) -> i32 {
    i32::from(u16::from(code))
}

/// A TLS stream in the form that lettre takes.
#[derive(Debug)]
struct Encrypted(TlsStream<TcpStream>);

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> std::io::Result<std::net::SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_read_from_its_url() {
        let relay = Relay::parse("smtp://robot%40x:p%40ss+word@relay.example:2525?tls=required").unwrap();
        assert_eq!((relay.host.as_str(), relay.port, relay.encryption), ("relay.example", 2525, Encryption::Required));
        let (user, password) = relay.login.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("robot@x", "p@ss+word"));
        assert_eq!(Relay::parse("smtps://relay.example").unwrap().port, 465);
        for bad in ["http://x", "smtp://", "smtp://x?tls=yes", "smtp://user@x", "smtp://u:p@x?tls=opportunistic"] {
            assert!(Relay::parse(bad).is_err(), "{bad}");
        }
    }
}
