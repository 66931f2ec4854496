//! E-mail addresses: what we take as one, and how two are compared.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::error::Fault;

/// Longest address (RFC 5321, 4.5.3.1.3, less the angle brackets).
const MAX_LENGTH: usize = 254;
/// Most bytes of what may be one, as it is typed: letters of an internationalised domain take up to four.
const MAX_TYPED: usize = 4 * MAX_LENGTH;

/// An address that mail can be sent to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address as people type it.
    ///
    /// # Errors
    /// A fault where it is none, or its domain has no dot.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = || Fault::new("", "bad_email");
        let text = text.trim();
        if text.len() > MAX_TYPED {
            return Err(fault());
        }
        let text: String = text.nfc().collect();
        let address: lettre::Address = text.parse().map_err(|_grammar| fault())?;
        // Quoted local parts and address literals are legal, and no mailbox that people have.
        let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace() || "\"(),:;<>[\\]".contains(c));
        // An internationalised domain is kept as it travels: in A-labels (RFC 5891).
        let domain = match url::Host::parse(address.domain()) {
            Ok(url::Host::Domain(domain)) if domain.contains('.') => domain,
            _ => return Err(fault()),
        };
        let text = format!("{}@{domain}", address.user());
        if plain && text.len() <= MAX_LENGTH { Ok(Self(text)) } else { Err(fault()) }
    }

    /// As mail is sent to it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is compared: in lower case throughout. RFC 5321 lets a host tell local parts apart by case; no host that
    /// people use does, and two accounts for one mailbox would be worse.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Reads a domain: what an address may have behind its sign, as it is compared.
///
/// # Errors
/// A fault where it is none.
pub fn domain(text: &str) -> Result<String, Fault> {
    let address = EmailAddress::parse(&format!("x@{}", text.trim())).map_err(|_none| Fault::new("", "bad_domain"))?;
    Ok(address.key().split_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default())
}

impl fmt::Debug for EmailAddress {
    /// Addresses stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in ["awa.diop@douanes.example", "A+b@X.example", " padded@x.example "] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "awa", "awa@", "@x.example", "a b@x.example", "a@localhost", "a@x.example\r\nBcc: b@x.example"]
            .into_iter()
            .chain(["\"a,b\"@x.example", "\"a@b\"@x.example", "a@[127.0.0.1]", "a@127.0.0.1", "two@at@x.example"])
        {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(EmailAddress::parse("A.B@X.Example").unwrap().key(), "a.b@x.example");
        assert_eq!(EmailAddress::parse("a@douane.côte.example").unwrap().as_str(), "a@douane.xn--cte-kna.example");
    }

    proptest! {
        #[test]
        fn no_address_has_a_line_end(text in ".*@.*") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(!address.as_str().contains(['\r', '\n', '\0']));
            }
        }
    }
}
