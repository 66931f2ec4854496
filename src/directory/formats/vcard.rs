//! vCards: version 4.0 (RFC 6350) and 3.0 (RFC 2426).
//!
//! A writer of our own, since it is short: a library that writes both puts a `CHARSET` into 3.0 that its RFC does not know.
//! Another library reads them in the tests.
//!
//! `N`, which 3.0 demands, wants family and given names apart. The portal knows one name, and guessing which part is
//! the family's is wrong in half of the world. So the whole name stands first, where address books sort by it.

use super::Version;
use super::card::Card;
use crate::time::Timestamp;

/// Longest line in bytes, without its end (RFC 6350, 3.2).
const LINE: usize = 75;

/// The vCard of a contact.
#[must_use]
pub fn vcard(card: &Card<'_>, version: Version) -> String {
    let contact = card.contact;
    let v4 = version == Version::V4;
    let mut lines = Lines(String::with_capacity(600));
    lines.add("BEGIN", "VCARD");
    lines.add("VERSION", if v4 { "4.0" } else { "3.0" });
    lines.add("PRODID", "-//Portal//Directory//EN");
    lines.add("UID", &card.uid());
    if v4 {
        lines.add("KIND", "individual");
    }
    let name = escaped(&contact.name);
    lines.add("FN", &name);
    lines.add("N", &format!("{name};;;;"));
    lines.add("ORG", &escaped(card.member));
    if let Some(title) = &contact.job_title {
        lines.add("TITLE", &escaped(title));
    }
    lines.add("ROLE", &escaped(card.role));
    if let Some(email) = &contact.email {
        lines.add(if v4 { "EMAIL;TYPE=work" } else { "EMAIL;TYPE=INTERNET" }, &escaped(email));
    }
    if let Some(phone) = &contact.phone {
        lines.add(if v4 { "TEL;TYPE=\"work,voice\"" } else { "TEL;TYPE=WORK,VOICE" }, &escaped(phone));
    }
    if contact.member.region.is_some() {
        lines.add(if v4 { "ADR;TYPE=work" } else { "ADR;TYPE=WORK" }, &format!(";;;;;;{}", escaped(card.member)));
    }
    if v4 {
        for (preference, language) in (1..).zip(&card.languages) {
            lines.add(&format!("LANG;PREF={preference}"), &escaped(language));
        }
    }
    if !card.technology_names.is_empty() {
        let names: Vec<String> = card.technology_names.iter().map(|name| escaped(name)).collect();
        lines.add("CATEGORIES", &names.join(","));
    }
    lines.add("REV", &revision(contact.updated_at, version));
    lines.add("END", "VCARD");
    lines.0
}

/// An instant in whole seconds, in the notation of the version.
fn revision(at: Timestamp, version: Version) -> String {
    let seconds = Timestamp::from_micros(at.as_seconds().saturating_mul(1_000_000)).to_string();
    match version {
        Version::V3 => seconds,
        Version::V4 => seconds.replace(['-', ':'], ""),
    }
}

/// A text as a value (RFC 6350, 3.4).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Lines as they are written: folded, and ended by CR LF.
struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if c.len_utf8() > room {
                // The space at the beginning counts.
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use calcard::vcard::{VCard, VCardProperty, VCardValue};
    use proptest::prelude::*;

    use super::super::card::tests::{contact, words};
    use super::*;

    fn texts(vcard: &VCard, property: &VCardProperty) -> Vec<String> {
        let entry = vcard.entries.iter().find(|entry| entry.name == *property).unwrap();
        entry
            .values
            .iter()
            .flat_map(|value| match value {
                VCardValue::Text(text) => vec![text.clone()],
                VCardValue::Component(parts) => parts.clone(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_card_has_what_the_directory_shows() {
        let (words, contact) = (words(), contact("Aya N’Guessan; Koné", "Head, Innovation", "+225 27"));
        let card = Card::new(&contact, &words).unwrap();
        let text = vcard(&card, Version::V4);
        for line in [
            "UID:urn:uuid:00000000-0000-0000-0000-000000000000\r\n",
            "FN:Aya N’Guessan\\; Koné\r\n",
            "TITLE:Head\\, Innovation\r\n",
            "TEL;TYPE=\"work,voice\":+225 27\r\n",
            "LANG;PREF=2:en\r\n",
            "ADR;TYPE=work:;;;;;;Côte d’Ivoire\r\n",
            "CATEGORIES:AI\\, and machine learning,old\r\n",
            "REV:20260202T024000Z\r\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        let text = vcard(&card, Version::V3);
        assert!(text.contains("REV:2026-02-02T02:40:00Z\r\n") && text.contains("N:Aya N’Guessan\\; Koné;;;;\r\n"));
        assert!(!text.contains("KIND") && !text.contains("LANG"), "which 3.0 does not know");
    }

    proptest! {
        #[test]
        fn another_library_reads_what_was_written(name in "\\PC{1,200}", title in "[\\PC]{1,200}") {
            let (words, contact) = (words(), contact(&name, &title, "+225 27"));
            let card = Card::new(&contact, &words).unwrap();
            for version in [Version::V3, Version::V4] {
                let text = vcard(&card, version);
                prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE && !line.contains(['\r', '\n'])), "{}", text);
                let read = VCard::parse(&text).unwrap();
                prop_assert_eq!(texts(&read, &VCardProperty::Fn), vec![name.clone()]);
                prop_assert_eq!(texts(&read, &VCardProperty::Title), vec![title.clone()]);
                prop_assert_eq!(texts(&read, &VCardProperty::Categories), card.technology_names.clone());
            }
        }
    }
}
