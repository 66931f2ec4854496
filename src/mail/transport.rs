//! The transport: where mails are sent (a relay or a folder) and who sends them, from the configuration.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tokio_rustls::TlsConnector;

use super::dkim::Signer;
use super::message::MessageBuilder;
use super::return_path::ReturnPaths;
use super::signed_mail_id::MailTokens;
use super::smtp::{Dialer, Fault};
use crate::config::{Encryption, RelayUrl};
use crate::db::Id;
use crate::incidents::Troubles;
use crate::private_files;
use crate::reloadable::Reloadable;
use crate::tls;

/// Where mails are sent, and in whose name.
pub struct Transport {
    pub(super) stationery: MessageBuilder,
    pub(super) way: Security,
    /// The incidents of the relay.
    pub(super) troubles: Troubles,
}

/// Relay or folder.
pub(super) enum Security {
    /// To a relay.
    Smtp(Box<Dialer>),
    /// Into a folder, an .eml file each.
    Folder(PathBuf),
}

/// Writes a mail into a folder, which is created if necessary: readable by the portal's own user only, since its links
/// are valid.
pub(super) fn file(folder: &Path, mail: Id, bytes: &[u8]) -> std::io::Result<()> {
    private_files::make_folder(folder)?;
    private_files::create(&folder.join(format!("{mail}.eml")))?.write_all(bytes)
}

/// Opens conversations with the configured relay; and how they are encrypted.
fn dialer(mail: &crate::config::Mail, hello: &str) -> Result<(Dialer, Encryption), String> {
    let relay = RelayUrl::parse(mail.smtp_url.expose_secret())?;
    let (encryption, tls) = (relay.encryption, trust(&relay, &mail.tls_ca_file)?);
    Ok((Dialer::new(relay, hello, tls, Duration::from_secs(mail.step_timeout_seconds)), encryption))
}

/// Opens a conversation with the configured relay, as for a mail, and ends it; returns how it is encrypted.
///
/// # Errors
/// The step that failed, and why.
pub async fn try_relay(settings: &crate::config::Settings) -> Result<&'static str, String> {
    let hello = settings.sender()?.email.domain().to_owned();
    let (dialer, encryption) = dialer(&settings.mail, &hello)?;
    match dialer.connect().await {
        Ok(conversation) => conversation.quit().await,
        Err(Fault::Relay(why) | Fault::Stale(why) | Fault::Broken(why)) => return Err(why),
        Err(Fault::Us(reply) | Fault::Connection(reply) | Fault::Refused(reply)) => {
            return Err(format!("{} {}", reply.code, reply.words));
        }
    }
    Ok(match encryption {
        Encryption::None => "no encryption",
        Encryption::Opportunistic => "encryption if it is offered",
        Encryption::Required => "STARTTLS",
        Encryption::Implicit => "TLS",
    })
}

impl Transport {
    /// Sends mails in the configured names to a relay, or writes them into a folder; failures of the relay are reported
    /// to `troubles`.
    ///
    /// # Errors
    /// A message for the operator.
    pub fn new(
        settings: &crate::config::Settings,
        tokens: MailTokens,
        return_paths: Option<ReturnPaths>,
        troubles: Troubles,
    ) -> Result<Self, String> {
        use crate::config::Transport as Kind;
        let mail = &settings.mail;
        let (sender, announcer) = (settings.sender()?, settings.announcer()?);
        let signer = Reloadable::new(Signer::from_settings(settings)?);
        let hello = sender.email.domain().to_owned();
        let public_url = settings.server.public_url.clone();
        let stationery = MessageBuilder { sender, announcer, public_url, tokens, return_paths, signer };
        let way = match mail.transport {
            Kind::File => Security::Folder(mail.folder.clone()),
            Kind::Smtp => Security::Smtp(Box::new(dialer(mail, &hello)?.0)),
        };
        Ok(Self { stationery, way, troubles })
    }
}

/// The certificates to trust in a conversation with this relay.
fn trust(relay: &RelayUrl, ca_file: &str) -> Result<TlsConnector, String> {
    let is_lenient = relay.encryption == Encryption::Opportunistic;
    let connector = if is_lenient { tls::lenient_connector } else { tls::connector };
    connector(ca_file).map_err(|why| format!("mail.tls_ca_file: {why}"))
}

/// Keys and certificates that were read again, to be put to use with [`super::Sender::replace`].
pub struct MailFiles {
    signer: Option<Signer>,
    tls: Option<TlsConnector>,
}

impl Transport {
    /// Reads the keys that sign mails, and the certificates that are trusted. How strictly a certificate is judged is a
    /// matter of the relay, which stays the same.
    ///
    /// # Errors
    /// A message for the operator.
    pub(super) fn read_again(&self, settings: &crate::config::Settings) -> Result<MailFiles, String> {
        let tls = match &self.way {
            Security::Smtp(dialer) => Some(trust(dialer.relay(), &settings.mail.tls_ca_file)?),
            Security::Folder(_) => None,
        };
        Ok(MailFiles { signer: Signer::from_settings(settings)?, tls })
    }

    /// Signs mails by these keys and trusts these certificates, from the next mail and the next conversation on.
    pub(super) fn replace(&self, MailFiles { signer, tls }: MailFiles) {
        self.stationery.signer.set(signer);
        if let (Security::Smtp(dialer), Some(tls)) = (&self.way, tls) {
            dialer.trust(tls);
        }
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.way {
            Security::Smtp(_) => "smtp",
            Security::Folder(_) => "file",
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a20_a_mail_in_a_folder_is_for_its_owner_alone() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("mail");
        for text in [&b"first, and longer"[..], b"again"] {
            file(&folder, Id::nil(), text).unwrap();
            let path = folder.join(format!("{}.eml", Id::nil()));
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
            assert_eq!(std::fs::read(&path).unwrap(), text);
        }
    }
}
