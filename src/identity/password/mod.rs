//! Passwords: what is taken as one (`rules`), the threads that hash them (`hasher`), and who comes next (`queue`).

mod hasher;
mod queue;
mod rules;
pub(super) mod store;

use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::Fault;
pub use hasher::{HashOptions, Hasher, Verified};

/// Longest password: 128 characters, and never more than 1 KiB (NIST SP 800-63B-4, 3.1.1.2 asks for 64 at least).
const MAX_CHARACTERS: usize = 128;
const MAX_BYTES: usize = 1_024;

/// A password as it is hashed: NFC, so that one typed on another keyboard is the same; nothing cut off, no case changed.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Takes a password somebody chose. `context` are words that an attacker would try first: address, name, organisation.
    ///
    /// # Errors
    /// A fault where it is shorter than `min` characters, too long, common, or made of the context.
    pub fn choose(text: &SecretString, min: usize, context: &[String]) -> Result<Self, Fault> {
        let password = Self::given(text)?;
        let plain = password.0.expose_secret();
        if plain.chars().count() < min {
            Err(Fault::new("", "password_too_short").with("min", min))
        } else if rules::is_made_of(plain, context) {
            Err(Fault::new("", "password_context"))
        } else if rules::is_common(plain) {
            Err(Fault::new("", "password_common"))
        } else {
            Ok(password)
        }
    }

    /// Takes a password somebody logs in with.
    ///
    /// # Errors
    /// A fault where it is longer than any that could have been chosen.
    pub fn given(text: &SecretString) -> Result<Self, Fault> {
        let text = text.expose_secret();
        if text.len() > MAX_BYTES || text.chars().count() > MAX_CHARACTERS {
            return Err(Fault::new("", "password_too_long").with("max", MAX_CHARACTERS));
        }
        Ok(Self(SecretString::from(text.nfc().collect::<String>())))
    }

    /// Whether it has fewer characters than that.
    pub(super) fn is_shorter_than(&self, min: usize) -> bool {
        self.0.expose_secret().chars().count() < min
    }

    fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}
