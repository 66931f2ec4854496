//! Passwords: which are accepted (`rules`), the threads that hash (`hasher`), the order in which they do (`queue`), and
//! what comparisons cost (`costs`).

mod costs;
mod hasher;
mod queue;
mod rules;
pub(super) mod store;

use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;

use crate::db::Conn;
use crate::error::{Error, FieldCode, FieldError};
pub use hasher::{HashOptions, Hasher, Verified};

/// Longest password: 128 characters, and never more than 1 KiB (NIST SP 800-63B-4, 3.1.1.2 asks for 64 at least).
pub const MAX_CHARACTERS: usize = 128;
const MAX_BYTES: usize = 1_024;

/// Makes the costs of all stored hashes known to the hasher.
pub(super) fn learn_costs(conn: &mut Conn, hasher: &Hasher) -> Result<(), Error> {
    let mut known = hasher.costs(None)?;
    while let Some(stored) = store::hash_of_other_cost(conn, &known)? {
        let costs = hasher.costs(Some(&stored))?;
        if costs.len() == known.len() {
            // It is written in another way, and its cost was known.
            break;
        }
        known = costs;
    }
    Ok(())
}

/// A password as it is hashed: NFC, so that different keyboards give the same text; not truncated, case kept.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Checks a new password. `context` are words that an attacker would try first: address, name, organisation.
    ///
    /// # Errors
    /// A field error if it is shorter than `min` characters, too long, common, or made of the context.
    pub fn choose(text: &SecretString, min: usize, context: &[String]) -> Result<Self, FieldError> {
        let password = Self::given(text)?;
        let plain = password.0.expose_secret();
        if plain.chars().count() < min {
            Err(FieldError::new("", FieldCode::PasswordTooShort).with("min", min))
        } else if rules::is_made_of(plain, context) {
            Err(FieldError::new("", FieldCode::PasswordContext))
        } else if rules::is_common(plain) {
            Err(FieldError::new("", FieldCode::PasswordCommon))
        } else {
            Ok(password)
        }
    }

    /// Checks the form of a password at a login.
    ///
    /// # Errors
    /// A field error if it is longer than any that could have been chosen.
    pub fn given(text: &SecretString) -> Result<Self, FieldError> {
        let text = text.expose_secret();
        if text.len() > MAX_BYTES || text.chars().count() > MAX_CHARACTERS {
            return Err(FieldError::new("", FieldCode::PasswordTooLong).with("max", MAX_CHARACTERS));
        }
        Ok(Self(SecretString::from(text.nfc().collect::<String>())))
    }

    /// Whether it has fewer than `min` characters.
    pub(super) fn is_shorter_than(&self, min: usize) -> bool {
        self.0.expose_secret().chars().count() < min
    }

    fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}
