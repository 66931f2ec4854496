//! The signed id of a mail, used in links and return paths: only the portal can make one.
//!
//! A token is the mail's id and half of a MAC over it, in lower-case base32 without padding: 52 characters, whose case
//! a mail system may change, and which fit into the local part of an address (RFC 5321, 4.5.3.1.1: 64 octets). The
//! tokens of two mails to one person have nothing in common that a stranger could recognise.

use data_encoding::BASE32_NOPAD;

use crate::db::Id;
use crate::error::Error;
use crate::secrets::Mac;

/// Bytes of an id.
const ID: usize = 16;
/// Bytes of the MAC (RFC 2104, 5: half of it is enough).
const TAG: usize = 16;

/// Makes and verifies tokens.
#[derive(Clone)]
pub struct MailTokens(Mac);

impl MailTokens {
    /// Tokens with this key.
    #[must_use]
    pub fn new(mac: Mac) -> Self {
        Self(mac)
    }

    /// The token of a mail.
    #[must_use]
    pub fn of(&self, mail: Id) -> String {
        let mac = self.0.sign(&[mail.as_bytes()]);
        let bytes: Vec<u8> = mail.as_bytes().iter().chain(mac.iter().take(TAG)).copied().collect();
        BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
    }

    /// The mail of a token; none if the portal did not make it.
    #[must_use]
    pub fn mail(&self, token: &str) -> Option<Id> {
        let bytes = BASE32_NOPAD.decode(token.to_ascii_uppercase().as_bytes()).ok()?;
        let (id, tag) = bytes.split_first_chunk::<ID>()?;
        let mac = self.0.sign(&[id]);
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(mac.get(..TAG)?, tag).is_ok();
        same.then(|| Id::from_bytes(*id))
    }

    /// Refuses a token that the portal did not make, by its MAC, without the database.
    ///
    /// # Errors
    /// 404.
    pub fn check(&self, token: &str) -> Result<(), Error> {
        self.mail(token).map(|_| ()).ok_or_else(Error::not_found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    fn tokens() -> MailTokens {
        MailTokens::new(crate::secrets::tests_mac())
    }

    #[test]
    fn a_token_stands_for_its_mail_in_any_case_and_fits_into_an_address() {
        let id = Id::new(Timestamp::from_micros(1_770_000_000_000_000), &Random::seeded(1));
        let token = tokens().of(id);
        assert_eq!(token.len(), 52);
        assert_eq!(tokens().mail(&token), Some(id));
        assert_eq!(tokens().mail(&token.to_uppercase()), Some(id));
    }

    proptest! {
        #[test]
        fn goal_31_one_changed_character_is_refused(at in 0_usize..52, to in "[a-z2-7]") {
            let token = tokens().of(Id::new(Timestamp::from_micros(0), &Random::seeded(2)));
            let mut changed = token.clone();
            changed.replace_range(at..=at, &to);
            prop_assert_eq!(tokens().mail(&changed).is_some(), changed == token);
        }

        #[test]
        fn nothing_else_is_a_token(text in "\\PC{0,80}") {
            prop_assert_eq!(tokens().mail(&text), None);
        }
    }
}
