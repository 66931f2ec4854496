//! DKIM signatures (RFC 6376; Ed25519 by RFC 8463): they prove that a mail comes from this portal and was not changed.
//!
//! Off until the operator configures keys, since many relays sign themselves. With an RSA and an Ed25519 key a mail
//! carries both signatures, since many receivers verify only RSA. Canonicalisation is relaxed/relaxed (`canonical`),
//! because a relay may fold headers. [`SIGNED`] lists the signed headers; From is signed once more than it occurs, so
//! that nobody can add another. The texts that `message` builds are 7-bit throughout, so no relay has a reason to
//! re-encode them.
//!
//! Cryptography is aws-lc's, as everywhere in the portal: lettre's own signer uses the `rsa` crate, which signs at a
//! quarter of the speed and leaks its key by timing (RUSTSEC-2023-0071).

mod canonical;

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use crate::config::Settings;
use crate::time::Timestamp;

/// Headers that are signed if a mail has them (RFC 6376, 5.4.1; RFC 8058, 4 for the last two).
const SIGNED: [&str; 15] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-language",
    "reply-to",
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

/// Smallest RSA key that receivers accept (RFC 8301, 3.2).
const RSA_BYTES: usize = 256;
/// Columns of a folded signature.
const WIDTH: usize = 72;

/// Signs mails for one domain.
pub(super) struct Signer {
    domain: String,
    keys: Vec<Key>,
}

struct Key {
    selector: String,
    secret: Secret,
}

enum Secret {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// The TXT records that receivers need to verify signatures: name and value for each key.
///
/// # Errors
/// A message for the operator if a key can't be read.
pub fn records(settings: &Settings) -> Result<Vec<(String, String)>, String> {
    Ok(Signer::from_settings(settings)?.map(|signer| signer.records()).unwrap_or_default())
}

impl Signer {
    /// A signer with the operator's keys; none without keys.
    ///
    /// # Errors
    /// A message for the operator.
    pub(super) fn from_settings(settings: &Settings) -> Result<Option<Self>, String> {
        let sender = settings.sender()?;
        let domain = match settings.mail.dkim_domain.as_str() {
            "" => sender.email.domain(),
            other => other,
        };
        Self::read(domain, &settings.mail.dkim_keys)
    }

    /// Parses `selector=file, selector=file`; none without keys.
    ///
    /// # Errors
    /// A message for the operator.
    fn read(domain: &str, keys: &str) -> Result<Option<Self>, String> {
        let mut read = Vec::new();
        for entry in keys.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (selector, file) = entry.split_once('=').ok_or("mail.dkim_keys: each is selector=file")?;
            let selector = selector.trim().to_ascii_lowercase();
            let is_label =
                |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if !selector.split('.').all(is_label) {
                return Err(format!("mail.dkim_keys: {selector:?} is no selector"));
            }
            let secret = Secret::read(Path::new(file.trim()))
                .map_err(|why| format!("mail.dkim_keys: {}: {why}", file.trim()))?;
            read.push(Key { selector, secret });
        }
        Ok((!read.is_empty()).then(|| Self { domain: domain.to_owned(), keys: read }))
    }

    /// The signatures of a mail, whole headers with their line ends, to be put before it.
    pub(super) fn sign(&self, mail: &[u8], now: Timestamp) -> Result<String, String> {
        let (headers, body) = canonical::split(mail);
        let body_hash = STANDARD.encode(digest(&SHA256, &canonical::body(body)));
        let mut names = vec!["from"];
        let mut signed = Vec::new();
        for name in SIGNED {
            if let Some(header) = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)) {
                names.push(name);
                signed.extend_from_slice(&header.relaxed());
                signed.extend_from_slice(b"\r\n");
            }
        }
        let mut signatures = String::new();
        for key in &self.keys {
            let unsigned = self.tags(key, &names.join(":"), &body_hash, now);
            let mut input = signed.clone();
            input.extend_from_slice(&canonical::Header::read(unsigned.as_bytes()).relaxed());
            let signature = key.secret.sign(&input)?;
            signatures.push_str(&unsigned);
            fold_into(&mut signatures, &STANDARD.encode(signature));
            signatures.push_str("\r\n");
        }
        Ok(signatures)
    }

    /// The header up to the signature itself.
    fn tags(&self, key: &Key, names: &str, body_hash: &str, now: Timestamp) -> String {
        format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={body_hash};\r\n b=",
            key.secret.algorithm(),
            self.domain,
            key.selector,
            now.as_seconds(),
            names.replace(":content-type", ":\r\n content-type").replace(":list-id", ":\r\n list-id"),
        )
    }

    fn records(&self) -> Vec<(String, String)> {
        let record = |key: &Key| {
            let name = format!("{}._domainkey.{}", key.selector, self.domain);
            (name, format!("v=DKIM1; k={}; p={}", key.secret.kind(), STANDARD.encode(key.secret.public())))
        };
        self.keys.iter().map(record).collect()
    }
}

impl Secret {
    fn read(file: &Path) -> Result<Self, String> {
        let key = PrivateKeyDer::from_pem_file(file).map_err(|error| error.to_string())?;
        let rsa = match &key {
            PrivateKeyDer::Pkcs8(der) => {
                if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der()) {
                    return Ok(Self::Ed25519(pair));
                }
                RsaKeyPair::from_pkcs8(der.secret_pkcs8_der())
            }
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err("is neither an RSA nor an Ed25519 key".to_owned()),
        };
        let rsa = rsa.map_err(|error| format!("is neither an RSA nor an Ed25519 key ({error})"))?;
        if rsa.public_modulus_len() < RSA_BYTES {
            return Err("an RSA key has 2048 bits at least (RFC 8301)".to_owned());
        }
        Ok(Self::Rsa(Box::new(rsa)))
    }

    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input, &mut signature)
                    .map_err(|_unspecified| "the mail can't be signed".to_owned())?;
                Ok(signature)
            }
            // RFC 8463, 3: the hash is signed.
            Self::Ed25519(pair) => Ok(pair.sign(digest(&SHA256, input).as_ref()).as_ref().to_vec()),
        }
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa",
            Self::Ed25519(_) => "ed25519",
        }
    }

    fn public(&self) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => pair.public_key().as_der().map(|der| der.as_ref().to_vec()).unwrap_or_default(),
            Self::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
        }
    }
}

/// Base64 over as many lines as necessary; blanks in it are ignored (RFC 6376, 3.5).
fn fold_into(header: &mut String, base64: &str) {
    for (index, character) in base64.chars().enumerate() {
        if index > 0 && index % WIDTH == 0 {
            header.push_str("\r\n ");
        }
        header.push(character);
    }
}

#[cfg(test)]
mod tests;
