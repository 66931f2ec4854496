//! Sealed tokens that clients send back: positions in lists and feeds.
//!
//! A client can neither change nor read a token. The position in a feed would disclose the number of changes hidden
//! from the client, and the sort keys of a list are internal. The same content gives the same token, since clients
//! compare tokens to detect changes. So the nonce is not random but a MAC over everything that is sealed (a synthetic
//! nonce, as in RFC 5297); different contents share one only by chance. Two tokens disclose whether they are equal, and
//! nothing else.
//!
//! Left out: hiding the length of the content. Callers write numbers with a fixed width.

use std::sync::Arc;

use aws_lc_rs::aead::NONCE_LEN;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{KEY, Mac, SealKey};
use crate::error::Error;

/// Bytes of the MAC in a tag.
const SHOWN: usize = 16;

/// Seals and opens tokens. Cloning is cheap.
#[derive(Clone)]
pub struct TokenKey(Arc<Keys>);

struct Keys {
    mac: Mac,
    seal: SealKey,
}

impl TokenKey {
    /// One of two keys: one makes nonces, the other seals.
    pub(super) fn new(mac: Mac, seal: &[u8; KEY]) -> Result<Self, Error> {
        Ok(Self(Arc::new(Keys { mac, seal: SealKey::new(seal)? })))
    }

    /// A token that is valid only for what it is `bound` to.
    pub fn token(&self, bound: &[&[u8]], payload: &[u8]) -> Result<String, Error> {
        let label = self.0.mac.sign(bound);
        let mac = self.0.mac.sign(&[label.as_slice(), payload]);
        let nonce: [u8; NONCE_LEN] = mac.first_chunk().copied().unwrap_or_default();
        Ok(URL_SAFE_NO_PAD.encode(self.0.seal.seal_with(nonce, payload, &label)?))
    }

    /// The content of a token, if it was issued here and is bound to the same.
    #[must_use]
    pub fn open(&self, bound: &[&[u8]], token: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        self.0.seal.open_with(&sealed, &self.0.mac.sign(bound))
    }

    /// A tag of 32 hexadecimal digits: the same for the same content, which it does not disclose.
    #[must_use]
    pub fn tag(&self, bound: &[&[u8]], content: &[u8]) -> String {
        let mac = self.0.mac.sign(&[b"tag".as_slice(), &self.0.mac.sign(bound), content]);
        super::hex(mac.get(..SHOWN).unwrap_or_default())
    }
}

/// A key for unit tests of other modules.
#[cfg(test)]
pub(crate) fn tests_tokens() -> TokenKey {
    TokenKey(Arc::new(Keys { mac: super::tests_mac(), seal: SealKey::new(&[9; KEY]).unwrap() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_what_it_was_made_for_alone() {
        let key = tests_tokens();
        let token = key.token(&[b"list"], b"place").unwrap();
        assert_eq!(key.open(&[b"list"], &token).unwrap(), b"place");
        assert_eq!(key.open(&[b"other"], &token), None);
        assert_eq!(key.open(&[], &token), None);
        for place in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            // The last digit of base64 may have unused bits; the decoder refuses those.
            assert_eq!(key.open(&[b"list"], &forged), None, "{forged}");
        }
    }

    #[test]
    fn a_token_shows_whether_it_is_the_same_and_nothing_else() {
        let key = tests_tokens();
        let token = |number: u64| key.token(&[b"feed"], &number.to_be_bytes()).unwrap();
        assert_eq!(token(7), token(7));
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let (one, next) = (bytes(&token(7)), bytes(&token(8)));
        assert_eq!(one.len(), next.len());
        assert!(!one.windows(8).any(|window| window == 7_u64.to_be_bytes()));
        // With a shared nonce, the two would differ in the last bit of the number only.
        assert_ne!(one[..NONCE_LEN], next[..NONCE_LEN]);
        assert_ne!(one[NONCE_LEN..NONCE_LEN + 7], next[NONCE_LEN..NONCE_LEN + 7]);
    }

    #[test]
    fn a_tag_is_the_same_for_the_same_content_alone() {
        let key = tests_tokens();
        let tag = |bound: &[u8], content: &[u8]| key.tag(&[bound], content);
        assert_eq!(tag(b"a", b"1"), tag(b"a", b"1"));
        assert!(tag(b"a", b"1") != tag(b"a", b"2") && tag(b"a", b"1") != tag(b"b", b"1"));
        assert_eq!(tag(b"a", b"1").len(), 32);
    }
}
