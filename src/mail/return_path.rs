//! The return path of a mail: to which address a report about it goes (VERP).
//!
//! `b+<token>@<domain>` names the mail, so that a report is about this mail whatever stands in it, and nobody but us
//! and whoever got the mail can make one. Mail systems change the case of local parts; the token does not mind.

use super::MailTokens;
use crate::config;
use crate::db::Id;
use crate::error::Error;
use crate::secrets::MasterKey;

/// What stands before the token.
const PREFIX: &str = "b+";

/// Makes return paths, and reads its own.
#[derive(Clone)]
pub struct ReturnPaths {
    tokens: MailTokens,
    domain: String,
}

impl ReturnPaths {
    /// Return paths at this domain, whose tokens are good for nothing else.
    #[must_use]
    pub fn new(tokens: MailTokens, domain: &str) -> Self {
        Self { tokens, domain: domain.to_ascii_lowercase() }
    }

    /// Those of the configuration; none where mails carry the sender's own address.
    ///
    /// # Errors
    /// None that is expected.
    pub fn configured(settings: &config::Mail, master: &MasterKey) -> Result<Option<Self>, Error> {
        if settings.bounce_domain.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self::new(MailTokens::new(master.mac("return path")?), &settings.bounce_domain)))
    }

    /// The return path of a mail.
    #[must_use]
    pub fn of(&self, mail: Id) -> String {
        format!("{PREFIX}{}@{}", self.tokens.of(mail), self.domain)
    }

    /// The mail that an address is the return path of; none where we did not make it.
    #[must_use]
    pub fn mail(&self, address: &str) -> Option<Id> {
        let (local, domain) = address.rsplit_once('@')?;
        let (prefix, token) = local.split_at_checked(PREFIX.len())?;
        let ours = domain.eq_ignore_ascii_case(&self.domain) && prefix.eq_ignore_ascii_case(PREFIX);
        ours.then(|| self.tokens.mail(token)).flatten()
    }

    /// The first return path of ours that stands somewhere in a text.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Id> {
        let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+@.-".contains(c)));
        parts.filter(|part| part.len() > PREFIX.len() && part.contains('@')).find_map(|part| {
            // A sentence may end after it.
            self.mail(part.trim_end_matches('.'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    fn paths() -> ReturnPaths {
        ReturnPaths::new(MailTokens::new(crate::secrets::tests_mac()), "Bounces.customs.example")
    }

    fn mail() -> Id {
        Id::new(Timestamp::from_micros(1_770_000_000_000_000), &Random::seeded(1))
    }

    #[test]
    fn goal_45_a_return_path_names_its_mail_in_any_case() {
        let path = paths().of(mail());
        let (local, domain) = path.split_once('@').unwrap();
        assert!(local.len() <= 64 && domain == "bounces.customs.example", "{path}");
        for spelling in [path.clone(), path.to_uppercase()] {
            assert_eq!(paths().mail(&spelling), Some(mail()), "{spelling}");
            assert_eq!(paths().find(&format!("To: <{spelling}>\r\n")), Some(mail()));
            assert_eq!(paths().find(&format!("Could not return it to {spelling}.")), Some(mail()));
        }
        assert_eq!(paths().mail(&path.replace("bounces", "other")), None);
        assert_eq!(paths().mail(&path.replace("b+", "c+")), None);
    }

    proptest! {
        #[test]
        fn goal_45_a_forged_return_path_names_nothing(at in 2_usize..54, to in "[a-z2-7]") {
            let path = paths().of(mail());
            let mut forged = path.clone();
            forged.replace_range(at..=at, &to);
            prop_assert_eq!(paths().mail(&forged).is_some(), forged == path);
        }

        #[test]
        fn no_text_has_one_by_chance(text in "\\PC*|b\\+[a-z2-7]{52}@bounces\\.customs\\.example") {
            prop_assert_eq!(paths().mail(&text), None);
            prop_assert_eq!(paths().find(&text), None);
        }
    }
}
