//! vCards: version 4.0 (RFC 6350) and 3.0 (RFC 2426).
//!
//! Written by hand, since it is short: the library that writes both versions adds a `CHARSET` to 3.0 that its RFC does
//! not have. Tests read the cards by another library. A card is a list of properties ([`properties`]), in which
//! `carddav` searches, too: what is written can be found.
//!
//! `N`, which 3.0 demands, has separate family and given names. The portal knows one name, and guessing the family name
//! would be wrong in half of the world. The whole name is therefore written as the family name, by which address books
//! sort.

use std::borrow::Cow;

use super::Version;
use super::card::Card;
use crate::time::Timestamp;

/// Longest line in bytes, without its end (RFC 6350, 3.2).
const LINE: usize = 75;

/// A property of a vCard.
pub struct Property<'a> {
    /// Its name, in capitals.
    pub name: &'static str,
    /// Its parameters, each with its values.
    pub parameters: Vec<(&'static str, Vec<Cow<'static, str>>)>,
    /// The components of its value, or the entries of a list.
    parts: Vec<Cow<'a, str>>,
    /// The separator of the parts.
    between: &'static str,
}

impl<'a> Property<'a> {
    fn of(name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        Self { name, parameters: Vec::new(), parts: vec![value.into()], between: "" }
    }

    fn list(name: &'static str, between: &'static str, parts: Vec<Cow<'a, str>>) -> Self {
        Self { name, parameters: Vec::new(), parts, between }
    }

    fn with(mut self, parameter: &'static str, values: Vec<Cow<'static, str>>) -> Self {
        self.parameters.push((parameter, values));
        self
    }

    /// The texts of its value: each part, and the whole where it has several parts.
    pub fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let parts = self.parts.iter().filter(|part| !part.is_empty()).map(|part| Cow::Borrowed(&**part));
        let whole = (self.parts.len() > 1).then(|| Cow::Owned(self.parts.join(self.between)));
        parts.chain(whole)
    }

    /// Its name with its parameters. A list of values is not quoted: in quotation marks it would be one value (RFC 6350,
    /// 5.6).
    fn head(&self) -> String {
        let mut head = self.name.to_owned();
        for (name, values) in &self.parameters {
            for piece in [";", name, "=", &values.join(",")] {
                head.push_str(piece);
            }
        }
        head
    }

    /// Its escaped value.
    fn value(&self) -> String {
        self.parts.iter().map(|part| escaped(part)).collect::<Vec<_>>().join(self.between)
    }
}

/// A property that a program asks for (RFC 6352, 10.4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedProperty {
    /// Its name, in capitals.
    pub name: String,
    /// Whether its value is left out.
    pub bare: bool,
}

/// The properties of the vCard of a contact.
#[must_use]
pub fn properties<'a>(card: &'a Card<'_>, version: Version) -> Vec<Property<'a>> {
    let (contact, v4) = (card.contact, version == Version::V4);
    let list = |values: &[&'static str]| values.iter().map(|value| Cow::Borrowed(*value)).collect::<Vec<_>>();
    let work = || list(if v4 { &["work"] } else { &["WORK"] });
    let mut all = vec![
        Property::of("VERSION", if v4 { "4.0" } else { "3.0" }),
        Property::of("PRODID", "-//Portal//Directory//EN"),
        Property::of("UID", card.uid()),
    ];
    all.extend(v4.then(|| Property::of("KIND", "individual")));
    let name = contact.name.as_str();
    let names = [name, "", "", "", ""].map(Cow::Borrowed);
    all.extend([
        Property::of("FN", name),
        Property::list("N", ";", Vec::from(names)),
        Property::of("ORG", card.member),
    ]);
    all.extend(contact.job_title.as_deref().map(|title| Property::of("TITLE", title)));
    all.push(Property::of("ROLE", card.role));
    let email =
        |email: &'a str| Property::of("EMAIL", email).with("TYPE", if v4 { work() } else { list(&["INTERNET"]) });
    all.extend(contact.email.as_deref().map(email));
    let kinds = || list(if v4 { &["work", "voice"] } else { &["WORK", "VOICE"] });
    all.extend(contact.phone.as_deref().map(|phone| Property::of("TEL", phone).with("TYPE", kinds())));
    if contact.member.region.is_some() {
        let address = ["", "", "", "", "", "", card.member].map(Cow::Borrowed);
        all.push(Property::list("ADR", ";", Vec::from(address)).with("TYPE", work()));
    }
    let spoken = (1..).zip(&card.languages).take(if v4 { usize::MAX } else { 0 });
    let language = |(preference, code): (u32, &'a String)| {
        Property::of("LANG", code.as_str()).with("PREF", vec![preference.to_string().into()])
    };
    all.extend(spoken.map(language));
    if !card.technology_names.is_empty() {
        let names = card.technology_names.iter().map(|name| Cow::Borrowed(name.as_str()));
        all.push(Property::list("CATEGORIES", ",", names.collect()));
    }
    all.push(Property::of("REV", revision(contact.updated_at, version)));
    all
}

/// The vCard of a contact.
#[must_use]
pub fn vcard(card: &Card<'_>, version: Version) -> String {
    written(&properties(card, version), |_| Some(false))
}

/// The vCard of a contact with the requested properties and the mandatory ones alone.
#[must_use]
pub fn partial_vcard(card: &Card<'_>, version: Version, requested: &[RequestedProperty]) -> String {
    let is_mandatory = |name: &str| matches!(name, "VERSION" | "UID" | "FN") || (version == Version::V3 && name == "N");
    let is_bare = |name: &str| {
        let property = requested.iter().find(|property| property.name == name);
        if is_mandatory(name) { Some(false) } else { property.map(|property| property.bare) }
    };
    written(&properties(card, version), is_bare)
}

/// Writes properties as a vCard. `is_bare` returns whether the value of a property is left out; none leaves out the
/// property.
fn written(properties: &[Property<'_>], is_bare: impl Fn(&str) -> Option<bool>) -> String {
    let mut lines = Lines(String::with_capacity(600));
    lines.add("BEGIN", "VCARD");
    for property in properties {
        if let Some(is_bare) = is_bare(property.name) {
            lines.add(&property.head(), &if is_bare { String::new() } else { property.value() });
        }
    }
    lines.add("END", "VCARD");
    lines.0
}

/// A time in whole seconds, in the notation of the version.
fn revision(at: Timestamp, version: Version) -> String {
    let seconds = Timestamp::from_micros(at.as_seconds().saturating_mul(1_000_000)).to_string();
    match version {
        Version::V3 => seconds,
        Version::V4 => seconds.replace(['-', ':'], ""),
    }
}

/// Escapes a text (RFC 6350, 3.4).
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

/// Lines of a vCard: folded, and ended by CR LF.
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
            "N:Aya N’Guessan\\; Koné;;;;\r\n",
            "EMAIL;TYPE=work:aya@douanes.example\r\n",
            "TEL;TYPE=work,voice:+225 27\r\n",
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

    #[test]
    fn a_part_of_a_card_is_a_card() {
        let (words, contact) = (words(), contact("Aya Koné", "Head", "+225 27"));
        let card = Card::new(&contact, &words).unwrap();
        let asked = |name: &str, bare| RequestedProperty { name: name.to_owned(), bare };
        let part = [asked("TEL", false), asked("EMAIL", true), asked("NICKNAME", false), asked("FN", true)];
        assert_eq!(
            partial_vcard(&card, Version::V4, &part),
            "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:00000000-0000-0000-0000-000000000000\r\nFN:Aya Koné\r\n\
             EMAIL;TYPE=work:\r\nTEL;TYPE=work,voice:+225 27\r\nEND:VCARD\r\n"
        );
        assert!(partial_vcard(&card, Version::V3, &part).contains("N:Aya Koné;;;;\r\n"), "which 3.0 demands");
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
