//! Addresses that a setting has as one text, parsed: where the server listens, the relay, the mailbox of reports, networks.
//!
//! The configuration is refused if one of them cannot be parsed. The modules that connect parse the same text again, by
//! the same function.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use secrecy::SecretString;
use url::Host;

/// Where the server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bind {
    /// An address of this machine.
    Address(SocketAddr),
    /// The addresses of a host name, and a port.
    Host(String, u16),
    /// A Unix socket.
    Socket(PathBuf),
}

impl Bind {
    /// Reads `127.0.0.1:8080`, `localhost:8080` or `unix:/run/portal/portal.sock`.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            return match path {
                path if path.starts_with('/') => Ok(Self::Socket(path.into())),
                _ => Err("unix: wants the whole path of a socket, as in unix:/run/portal/portal.sock".to_owned()),
            };
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let named = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
        match named {
            Some((host, port)) if matches!(Host::parse(host), Ok(Host::Domain(_))) => {
                Ok(Self::Host(host.to_owned(), port))
            }
            _ => Err("must be ADDRESS:PORT, HOST:PORT or unix:PATH, as in 127.0.0.1:8080".to_owned()),
        }
    }

    /// Whether other machines may reach it. A host name other than `localhost` may be that of any address.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Address(address) => !address.ip().is_loopback(),
            Self::Host(host, _) => !host.eq_ignore_ascii_case("localhost"),
            Self::Socket(_) => false,
        }
    }

    /// Its port; a socket has none.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Address(address) => Some(address.port()),
            Self::Host(_, port) => Some(*port),
            Self::Socket(_) => None,
        }
    }
}

/// A list of networks.
#[derive(Clone, Debug, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads `10.0.0.0/8, 2001:db8::/32, 192.0.2.7`.
    ///
    /// # Errors
    /// A sentence that names the invalid entry.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let networks = entries.map(|entry| {
            let network = entry.parse::<IpNet>().ok();
            let single = || entry.parse::<IpAddr>().ok().map(IpNet::from);
            network.or_else(single).ok_or_else(|| no_network(entry))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them contains this address.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// What is said of a URL whose password has a sign that ends it for some programs.
const UNCERTAIN: &str =
    "has a second @, or a #: in user and password @ is written as %40, # as %23, / as %2F, ? as %3F";

/// Whether all programs agree where the password of a URL ends: none of the signs that end it stands raw in it. Where
/// they do not, a part of the password would be taken for the host, or for a part that is shown.
pub(super) fn is_certain(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_scheme, rest)| rest);
    let mut parts = rest.splitn(2, ['/', '?', '#']);
    let (authority, behind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    authority.matches('@').count() <= 1 && !behind.contains('@') && !rest.contains('#')
}

/// Why an entry is no network.
fn no_network(entry: &str) -> String {
    let address = entry.split_once('/').and_then(|(address, _length)| address.parse::<IpAddr>().ok());
    match address {
        Some(IpAddr::V4(_)) => format!("{entry} is no network: the number after / lies between 0 and 32"),
        Some(IpAddr::V6(_)) => format!("{entry} is no network: the number after / lies between 0 and 128"),
        None => format!("{entry} is no network such as 10.0.0.0/8"),
    }
}

/// The encryption of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// None.
    None,
    /// STARTTLS if the relay offers it and it works, with any certificate.
    Opportunistic,
    /// STARTTLS; without it no mail is sent.
    Required,
    /// TLS from the first byte (RFC 8314).
    Implicit,
}

/// The relay that accepts the portal's mail.
#[derive(Clone, Debug)]
pub struct RelayUrl {
    /// Its host, also the name in its certificate.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the conversation is encrypted.
    pub encryption: Encryption,
    /// User and password.
    pub login: Option<(String, SecretString)>,
}

impl RelayUrl {
    /// Reads `smtp://user:password@host:port?tls=…` or `smtps://…`.
    ///
    /// # Errors
    /// A sentence for the operator, without the password.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !is_certain(text) {
            return Err(UNCERTAIN.to_owned());
        }
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

/// The mailbox of reports and its user.
#[derive(Clone, Debug)]
pub struct ImapUrl {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) encrypted: bool,
    pub(crate) user: String,
    /// None if an access token is used.
    pub(crate) password: Option<SecretString>,
    pub(crate) folder: String,
}

impl ImapUrl {
    /// Parses `imaps://user:password@host:port/FOLDER`, or `imap://…` without TLS. The URL has no password if an access
    /// token is used.
    ///
    /// # Errors
    /// A sentence for the operator, without the password.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !is_certain(text) {
            return Err(UNCERTAIN.to_owned());
        }
        let url = url::Url::parse(text).map_err(|e| format!("is no URL ({e})"))?;
        let (port, encrypted) = match url.scheme() {
            "imaps" => (993, true),
            "imap" => (143, false),
            _ => return Err("begins with imaps:// or imap://".to_owned()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("has no host")?;
        let decode = |part: &str| {
            // In this part of a URL, `+`, `=` and `&` are ordinary characters.
            let encoded = part.replace('+', "%2B").replace('=', "%3D").replace('&', "%26");
            url::form_urlencoded::parse(encoded.as_bytes()).next().map(|(text, _)| text.into_owned())
        };
        let user = decode(url.username()).ok_or("has no user")?;
        let password = url.password().and_then(decode);
        let folder = decode(url.path().trim_matches('/')).unwrap_or_else(|| "INBOX".to_owned());
        let speakable = |text: &str| text.chars().all(|c| c.is_ascii() && !c.is_control());
        let texts = [Some(&user), password.as_ref(), Some(&folder)];
        if !texts.into_iter().flatten().all(|text| speakable(text)) {
            return Err("user, password and folder are ASCII".to_owned());
        }
        let host = host.trim_matches(['[', ']']).to_owned();
        let port = url.port().unwrap_or(port);
        Ok(Self { host, port, encrypted, user, password: password.map(SecretString::from), folder })
    }

    /// Whether it has a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_mailbox_is_read_from_its_url() {
        let place = ImapUrl::parse("imaps://bounces%40x.example:p%40ss+word@mail.example/Reports").unwrap();
        assert_eq!((place.host.as_str(), place.port, place.encrypted), ("mail.example", 993, true));
        assert_eq!((place.user.as_str(), place.folder.as_str()), ("bounces@x.example", "Reports"));
        assert_eq!(place.password.as_ref().unwrap().expose_secret(), "p@ss+word");
        assert!(!format!("{place:?}").contains("p@ss"));
        assert_eq!(ImapUrl::parse("imap://u:p@[::1]:1143").unwrap().folder, "INBOX");
        assert!(!ImapUrl::parse("imaps://bounces%40x.example@outlook.example/INBOX").unwrap().has_password());
        for bad in ["http://x", "imaps://x", "imaps://u:p%0d@x", "imaps://u:p@x/%C3%A9"] {
            assert!(ImapUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_url_whose_password_ends_at_no_certain_sign_is_refused_without_it() {
        for bad in ["smtp://u:sEcr@et#mail@relay:587?tls=required", "smtp://u:sEcr@et@relay:587?tls=required"] {
            let fault = RelayUrl::parse(bad).unwrap_err();
            assert!(fault.contains("%40") && !fault.contains("et#mail"), "{fault}");
        }
        assert!(ImapUrl::parse("imaps://u:12/sEcret@mail.example/INBOX").is_err_and(|fault| fault.contains("%2F")));
        assert!(RelayUrl::parse("smtp://u%40x.example:p%23@relay:587?tls=required").is_ok());
    }

    #[test]
    fn a_server_listens_on_an_address_a_name_or_a_socket() {
        let parsed = |text| Bind::parse(text).unwrap();
        for (text, is_open, port) in [
            ("127.0.0.1:8080", false, Some(8080)),
            ("[::1]:8080", false, Some(8080)),
            ("[::]:8080", true, Some(8080)),
            ("localhost:9000", false, Some(9000)),
            ("portal.internal:9000", true, Some(9000)),
            ("unix:/run/portal/portal.sock", false, None),
        ] {
            assert_eq!((parsed(text).is_open(), parsed(text).port()), (is_open, port), "{text}");
        }
        assert_eq!(parsed("unix:/run/a b"), Bind::Socket("/run/a b".into()));
        for bad in ["", "nowhere", "8080", "127.0.0.1", "1.2.3.4.5:80", "host:99999", "unix:", "unix:here", "a b:80"] {
            assert!(Bind::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn networks_are_read_from_a_list() {
        let networks = Networks::parse("10.0.0.0/8, ::1, 192.0.2.7").unwrap();
        for (address, within) in [("10.2.3.4", true), ("::1", true), ("192.0.2.7", true), ("192.0.2.8", false)] {
            assert_eq!(networks.contain(address.parse().unwrap()), within, "{address}");
        }
        assert!(Networks::parse(" , ").unwrap().is_empty());
        for (text, why) in
            [("10.0.0.0/33", "between 0 and 32"), ("::/129", "0 and 128"), ("here", "such as 10.0.0.0/8")]
        {
            assert!(Networks::parse(text).is_err_and(|fault| fault.contains(why)), "{text}");
        }
    }
}
