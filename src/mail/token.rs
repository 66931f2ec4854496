//! What stands for a mail in links and return paths, so that nobody but us can name one.
//!
//! A token is the mail's id and half of a MAC over it, in lower-case base32 without padding: 52 characters of which a mail
//! system may change the case, which fit into the local part of an address (RFC 5321, 4.5.3.1.1: 64 octets) with room to spare.
//! Two mails to one person share nothing that a stranger could see.

use data_encoding::BASE32_NOPAD;

use crate::db::Id;
use crate::error::Error;
use crate::secrets::Mac;

/// Bytes of an id.
const ID: usize = 16;
/// Bytes of the MAC (RFC 2104, 5: half of it is enough).
const TAG: usize = 16;

/// Makes tokens, and reads its own.
#[derive(Clone)]
pub struct MailTokens(Mac);

impl MailTokens {
    /// Tokens under this key.
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

    /// The mail that a token stands for; none where we did not make it.
    #[must_use]
    pub fn mail(&self, token: &str) -> Option<Id> {
        let bytes = BASE32_NOPAD.decode(token.to_ascii_uppercase().as_bytes()).ok()?;
        let (id, tag) = bytes.split_first_chunk::<ID>()?;
        let mac = self.0.sign(&[id]);
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(mac.get(..TAG)?, tag).is_ok();
        same.then(|| Id::from_bytes(*id))
    }

    /// Refuses a token that we did not make, which its MAC says without the database.
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
