//! The return path of a mail: the address to which reports about it are sent (VERP).
//!
//! `b+<token>@<domain>` identifies the mail, so that a report is about this mail whatever its text says, and only the
//! portal and the recipient of the mail know it. Mail systems change the case of local parts; the token is independent
//! of case.

use super::MailTokens;
use crate::config;
use crate::db::Id;
use crate::error::Error;
use crate::secrets::MasterKey;

/// The prefix of the token.
const PREFIX: &str = "b+";

/// Makes and parses return paths.
#[derive(Clone)]
pub struct ReturnPaths {
    tokens: MailTokens,
    domain: String,
}

impl ReturnPaths {
    /// Return paths at this domain, whose tokens have no other purpose.
    #[must_use]
    pub fn new(tokens: MailTokens, domain: &str) -> Self {
        Self { tokens, domain: domain.to_ascii_lowercase() }
    }

    /// The configured return paths; none if mails carry the sender's own address.
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

    /// The mail of a return path; none if the portal did not make it.
    #[must_use]
    pub fn mail(&self, address: &str) -> Option<Id> {
        let (local, domain) = address.rsplit_once('@')?;
        let (prefix, token) = local.split_at_checked(PREFIX.len())?;
        let ours = domain.eq_ignore_ascii_case(&self.domain) && prefix.eq_ignore_ascii_case(PREFIX);
        ours.then(|| self.tokens.mail(token)).flatten()
    }

    /// The mail of the first valid return path in a text.
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
