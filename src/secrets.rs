//! Secrets: the master key, the keys derived from it, and hashes of secrets that are given to clients.
//!
//! The master key seals secrets that must be read again (signing keys, TOTP secrets) with AES-256-GCM, so that the
//! database alone does not disclose them. HKDF (RFC 5869) derives the keys of every MAC from it: device cookies,
//! throttle keys, the audit chain. Of secrets that are only compared (refresh and API tokens, links, recovery codes)
//! the database stores the SHA-256: they have at least 75 bits, so no slower hash is needed. `master` has the master key,
//! `tokens` sealed tokens that clients send back and cannot read.

mod master;
mod tokens;

use std::fmt::Write as _;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{Context, SHA256, digest};
use aws_lc_rs::{hkdf, hmac};

use crate::error::Error;
use crate::random::Random;
pub use master::{KeyId, MasterKey, another_key};
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
