//! E-mail addresses: what the portal accepts as one, and how two are compared.
//!
//! Pasted addresses from mail programs, web pages and sheets have additions: a name before the address (`Awa Diop
//! <awa@x.example>`), the scheme of a link (`mailto:`), the semicolon before the next address, invisible characters.
//! [`EmailAddress::parse`] removes them, and refuses a text that could be two addresses.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::error::{FieldCode, FieldError};

/// Longest address (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const MAX_LENGTH: usize = 254;
/// Most bytes of a typed address: letters of an internationalised domain take up to four.
const MAX_TYPED: usize = 4 * MAX_LENGTH;

/// An address that mail can be sent to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Parses an address as people type it.
    ///
    /// # Errors
    /// A field error if it is no address, or its domain has no dot.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let fault = || FieldError::new("", FieldCode::BadEmail);
        let typed = trimmed(text);
        if typed.len() > MAX_TYPED {
            return Err(fault());
        }
        let typed = typed.replace('\u{ff20}', "@");
        let text: String = trimmed(bare(&typed).ok_or_else(fault)?).nfc().collect();
        let address: lettre::Address = text.parse().map_err(|_grammar| fault())?;
        // Quoted local parts and address literals are legal, but no real mailbox has them. An invisible character could
        // hide in a domain, which is parsed without it; joiners have a meaning there (RFC 5892, A.1 and A.2).
        let hidden = |c: char| is_unseen(c) && !matches!(c, '\u{200C}' | '\u{200D}');
        let plain = !text.chars().any(|c| c.is_control() || hidden(c) || "\"(),:;<>[\\]".contains(c));
        // An internationalised domain is stored as it is sent: in A-labels (RFC 5891).
        let domain = match url::Host::parse(address.domain()) {
            Ok(url::Host::Domain(domain)) if domain.contains('.') => domain,
            _ => return Err(fault()),
        };
        let text = format!("{}@{domain}", address.user());
        if plain && text.len() <= MAX_LENGTH { Ok(Self(text)) } else { Err(fault()) }
    }

    /// The address as mail is sent to it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key for comparison: lower case throughout. RFC 5321 lets a host distinguish local parts by case; no host
    /// that people use does, and two accounts for one mailbox would be worse.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The key of the mailbox that budgets of mails count: without the sub-address after the first `+` (RFC 5233), since
    /// many hosts deliver all of these to one mailbox. Never for who somebody is: elsewhere they are several mailboxes.
    #[must_use]
    pub fn mailbox_key(&self) -> String {
        mailbox_of(&self.key())
    }
}

/// The key of the mailbox of an address with this key ([`EmailAddress::mailbox_key`]).
#[must_use]
pub fn mailbox_of(key: &str) -> String {
    let Some((local, domain)) = key.rsplit_once('@') else { return key.to_owned() };
    match local.split_once('+') {
        // Nothing before the sign: no sub-address.
        Some((mailbox, _)) if !mailbox.is_empty() => format!("{mailbox}@{domain}"),
        _ => key.to_owned(),
    }
}

/// A text without invisible characters at its ends: spaces of any script, and the marks that are copied along with an
/// address from a page, a mail or a sheet, such as U+FEFF, U+200E or U+202A. In the middle they are an error.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_unseen)
}

/// Whether a character is a space of any script, or an invisible mark.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// The address in a typed or copied text; none if there could be two.
fn bare(text: &str) -> Option<&str> {
    const SCHEME: &str = "mailto:";
    let text = text.trim().trim_end_matches([';', ',', '.', ' ']);
    let (before, text) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((before, inside)) => (before.trim_matches(['"', '\'', ' ']), inside.trim()),
        None => ("", text),
    };
    let text = match text.get(..SCHEME.len()).filter(|scheme| scheme.eq_ignore_ascii_case(SCHEME)) {
        Some(_) => text.get(SCHEME.len()..)?.split('?').next()?,
        None => text,
    };
    // Some programs write the address as the name if they do not know one.
    let is_one = !before.contains(['@', '<', '>']) || before.eq_ignore_ascii_case(text);
    (is_one && !before.contains(char::is_control)).then_some(text)
}

/// Parses a domain: the part of an address after its sign, as it is compared.
///
/// # Errors
/// A field error if it is no domain.
pub fn domain(text: &str) -> Result<String, FieldError> {
    let address = EmailAddress::parse(&format!("x@{}", trimmed(text)))
        .map_err(|_none| FieldError::new("", FieldCode::BadDomain))?;
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
        for copied in [
            "mailto:awa@x.example",
            "MAILTO:awa@x.example?subject=Hello",
            "Awa <awa@x.example>",
            "\"Diop, Awa\" <awa@x.example>;",
            "awa@x.example <awa@x.example>",
            "<mailto:awa@x.example>",
            "awa@x.example;",
            "awa@x.example, ",
            "awa@x.example.",
            "\u{feff}awa@x.example\u{200e}",
            "\u{202a}awa@x.example\u{202c}",
            "awa\u{ff20}x.example",
        ] {
            assert_eq!(
                EmailAddress::parse(copied).map(|address| address.key()).as_deref(),
                Ok("awa@x.example"),
                "{copied}"
            );
        }
        for two in [
            "a@x.example; b@x.example",
            "b@x.example <a@x.example>",
            "<a@x.example> <b@x.example>",
            "a <b> c@x.example",
        ] {
            assert!(EmailAddress::parse(two).is_err(), "{two}");
        }
        assert_eq!(EmailAddress::parse("a@douane.côte.example").unwrap().as_str(), "a@douane.xn--cte-kna.example");
    }

    #[test]
    fn b08_what_is_not_seen_around_an_address_is_no_part_of_it() {
        for typed in [
            "\u{FEFF}awa@x.example",
            "awa@x.example\u{200E}",
            "\u{202A}awa@x.example\u{202C}",
            "\u{2067} awa@x.example \u{2069}",
            "\u{200B}\u{A0}awa@x.example\u{AD}\r\n",
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().as_str(), "awa@x.example", "{typed:?}");
        }
        for bad in ["awa\u{202E}@x.example", "a\u{200B}wa@x.example", "awa@x\u{FEFF}.example", "\u{FEFF}"] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(domain("\u{202A}x.example\u{202C}").unwrap(), "x.example");
    }

    #[test]
    fn sub_addresses_are_of_one_mailbox() {
        for (typed, mailbox) in [
            ("Awa.Diop@X.example", "awa.diop@x.example"),
            ("awa.diop+1@x.example", "awa.diop@x.example"),
            ("Awa.Diop+a+b@x.example", "awa.diop@x.example"),
            ("awa.diop+@x.example", "awa.diop@x.example"),
            ("+awa@x.example", "+awa@x.example"),
            ("awa-1@x.example", "awa-1@x.example"),
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().mailbox_key(), mailbox, "{typed}");
        }
        assert_ne!(EmailAddress::parse("a+1@x.example").unwrap().key(), "a@x.example", "and people are told apart");
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
