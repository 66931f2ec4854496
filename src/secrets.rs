//! Secrets: the master key, the keys derived from it, and hashes of secrets that are given to clients.
//!
//! The master key seals secrets that must be read again (signing keys, TOTP secrets) with AES-256-GCM, so that the
//! database alone does not disclose them. HKDF (RFC 5869) derives the keys of every MAC from it: device cookies,
//! throttle keys, the audit chain. Of secrets that are only compared (refresh and API tokens, links, recovery codes)
//! the database stores the SHA-256: they have at least 75 bits, so no slower hash is needed. `tokens` has sealed tokens
//! that clients send back and cannot read.

mod tokens;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{Context, SHA256, digest};
use aws_lc_rs::{hkdf, hmac};
use secrecy::{ExposeSecret as _, SecretString};

use crate::config;
use crate::error::Error;
use crate::private_files;
use crate::random::Random;
pub use tokens::TokenKey;
#[cfg(test)]
pub(crate) use tokens::tests_tokens;

/// Bytes of a key.
const KEY: usize = 32;

/// The hash that the database stores of a secret given to a client.
#[must_use]
pub fn fingerprint(secret: &str) -> Vec<u8> {
    fingerprint_of(secret.as_bytes())
}

/// The SHA-256 of bytes.
#[must_use]
pub fn fingerprint_of(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// The SHA-256 of bytes that come in pieces.
pub struct Fingerprint(Context);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl Fingerprint {
    /// Adds the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The SHA-256 of all.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

/// Seals secrets for the database, and derives every other key.
pub struct MasterKey {
    seal: SealKey,
    root: hkdf::Prk,
}

impl MasterKey {
    /// The key of the configuration, or that of the key file, which is created if it is missing.
    ///
    /// # Errors
    /// If the file cannot be read or created, or is malformed.
    pub fn load(settings: &config::Identity, random: &Random) -> Result<Self, Error> {
        if Self::is_missing(settings) {
            make(&settings.master_key_file, random)?;
        }
        Self::existing(settings)
    }

    /// Whether there is no key yet: none is configured, and there is no key file.
    #[must_use]
    pub fn is_missing(settings: &config::Identity) -> bool {
        settings.master_key.expose_secret().is_empty() && !settings.master_key_file.exists()
    }

    /// The key of the configuration, or that of the key file.
    ///
    /// # Errors
    /// If the file cannot be read, or is malformed.
    pub fn existing(settings: &config::Identity) -> Result<Self, Error> {
        let configured = settings.master_key.expose_secret();
        let hex = if configured.is_empty() {
            let path = &settings.master_key_file;
            let told = |error| Error::internal(format!("{}: {error}", path.display()));
            SecretString::from(std::fs::read_to_string(path).map_err(told)?.trim().to_owned())
        } else {
            SecretString::from(configured.to_owned())
        };
        let bytes = from_hex(hex.expose_secret()).ok_or_else(|| {
            Error::internal(format!("{} wants 64 hexadecimal digits", settings.master_key_file.display()))
        })?;
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portal master key").extract(&bytes);
        Ok(Self { seal: SealKey::new(&bytes)?, root })
    }

    /// Seals a secret. `label` must be the same when it is opened: it binds the secret to its purpose.
    pub fn seal(&self, secret: &[u8], label: &str, random: &Random) -> Result<Vec<u8>, Error> {
        self.seal.seal(secret, label, random)
    }

    /// Opens what [`MasterKey::seal`] sealed.
    ///
    /// # Errors
    /// If it was sealed with another key or under another label.
    pub fn open(&self, sealed: &[u8], label: &str) -> Result<Vec<u8>, Error> {
        self.seal.open(sealed, label).ok_or_else(|| {
            Error::internal("a sealed key can't be opened: is identity.master_key the one it was sealed with?")
        })
    }

    /// A key for MACs of one purpose.
    pub fn mac(&self, purpose: &str) -> Result<Mac, Error> {
        Ok(Mac(hmac::Key::new(hmac::HMAC_SHA256, &self.derived(purpose)?)))
    }

    /// A key for tokens of one purpose.
    pub fn tokens(&self, purpose: &str) -> Result<TokenKey, Error> {
        TokenKey::new(self.mac(purpose)?, &self.derived(&format!("{purpose}, sealed"))?)
    }

    fn derived(&self, purpose: &str) -> Result<[u8; KEY], Error> {
        let mut bytes = [0; KEY];
        let info = [purpose.as_bytes()];
        let output = self.root.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut bytes));
        output.map_err(|_unspecified| Error::internal("deriving a key failed"))?;
        Ok(bytes)
    }
}

/// Seals and opens with AES-256-GCM.
pub struct SealKey(LessSafeKey);

impl SealKey {
    fn new(bytes: &[u8; KEY]) -> Result<Self, Error> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_unspecified| Error::internal("bad key"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// The key derived from a secret of 256 bits, so that its holder can derive it again.
    pub fn from_secret(secret: &str) -> Result<Self, Error> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portal handed-out secret");
        let mut bytes = [0; KEY];
        let root = salt.extract(secret.as_bytes());
        let output = root.expand(&[b"seal".as_slice()], hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut bytes));
        output.map_err(|_unspecified| Error::internal("deriving a key failed"))?;
        Self::new(&bytes)
    }

    /// Nonce, then ciphertext and tag.
    pub fn seal(&self, secret: &[u8], label: &str, random: &Random) -> Result<Vec<u8>, Error> {
        self.seal_with(random.bytes(), secret, label.as_bytes())
    }

    /// Encrypts with a nonce that no other secret has.
    fn seal_with(&self, nonce: [u8; NONCE_LEN], secret: &[u8], label: &[u8]) -> Result<Vec<u8>, Error> {
        let mut sealed = secret.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(label), &mut sealed)
            .map_err(|_unspecified| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// The plaintext, if key and label match.
    #[must_use]
    pub fn open(&self, sealed: &[u8], label: &str) -> Option<Vec<u8>> {
        self.open_with(sealed, label.as_bytes())
    }

    fn open_with(&self, sealed: &[u8], label: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut body = body.to_vec();
        let plain = self.0.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(label), &mut body);
        plain.map(|plain| plain.to_vec()).ok()
    }
}

/// Computes and verifies MACs (HMAC-SHA256) of one purpose.
#[derive(Clone)]
pub struct Mac(hmac::Key);

impl Mac {
    /// The MAC over parts. It includes the length of each part, so that different lists of parts differ.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; KEY] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        let mut mac = [0; KEY];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }

    /// Whether this is the MAC over these parts, in constant time.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.sign(parts), mac).is_ok()
    }
}

fn make(path: &Path, random: &Random) -> Result<(), Error> {
    let told = |error: std::io::Error| Error::internal(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    let hex = hex(&random.bytes::<KEY>());
    let mut file = private_files::create_new(path).map_err(told)?;
    file.write_all(format!("{hex}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(told)?;
    tracing::info!(path = %path.display(), "made a new master key; keep a copy of it with your backups");
    Ok(())
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(text: &str) -> Option<[u8; KEY]> {
    if text.len() != 2 * KEY {
        return None;
    }
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let bytes: Vec<u8> =
        digits?.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    bytes.try_into().ok()
}

/// A MAC key for unit tests of other modules.
#[cfg(test)]
pub(crate) fn tests_mac() -> Mac {
    Mac(hmac::Key::new(hmac::HMAC_SHA256, &[7; KEY]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_with_its_key_and_label_alone() {
        let random = Random::seeded(1);
        let key = SealKey::from_secret("one").unwrap();
        let sealed = key.seal(b"secret", "here", &random).unwrap();
        assert_eq!(key.open(&sealed, "here").unwrap(), b"secret");
        assert_eq!(key.open(&sealed, "there"), None);
        assert_eq!(SealKey::from_secret("two").unwrap().open(&sealed, "here"), None);
        assert_eq!(key.open(b"short", "here"), None);
    }

    #[test]
    fn a_mac_tells_parts_apart() {
        let mac = tests_mac();
        let signed = mac.sign(&[b"ab", b"c"]);
        assert!(mac.verify(&[b"ab", b"c"], &signed));
        assert!(!mac.verify(&[b"a", b"bc"], &signed));
    }
}
