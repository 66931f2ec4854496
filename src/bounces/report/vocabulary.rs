//! The meaning of the words of a refusal: one table of phrases (`data/bounce-words.txt`). The mildest phrase in a text
//! counts.
//!
//! Servers say why they refuse in words of their own, in one language or several. A phrase of the table stands for one
//! of the four causes, or only states that the mail was given up, delayed or refused. Phrases within an address or a
//! URL are ignored. Only the first sixteen kilobytes are searched.

use crate::mail::BounceCause;
use crate::text::foreign;

/// The table; its head describes the format.
const PHRASES: &str = include_str!("../../../data/bounce-words.txt");
/// Maximum bytes of a text that are searched.
const MOST: usize = 16_384;

/// The meaning of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    /// One of the causes.
    Cause(BounceCause),
    /// The mail was given up after a while, or is delayed.
    ForNow,
    /// The mailbox did not accept it, for any reason.
    Unavailable,
    /// It was refused, for any reason.
    Vague,
    /// Nothing.
    Nothing,
}

impl Sense {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "for-now" => Some(Self::ForNow),
            "unavailable" => Some(Self::Unavailable),
            "vague" => Some(Self::Vague),
            "nothing" => Some(Self::Nothing),
            cause => BounceCause::parse(cause).map(Self::Cause),
        }
    }
}

/// The phrases with their meanings, in the order of the search.
fn table() -> impl Iterator<Item = (&'static str, Sense)> {
    PHRASES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (meaning, phrase) = line.split_once(": ")?;
        Some((phrase, Sense::parse(meaning)?))
    })
}

/// The part of a text that is searched.
pub(super) fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MOST)).unwrap_or(text)
}

/// A text in the form of the table: in lower case, with single spaces, without addresses and URLs.
pub(super) fn plain(text: &str) -> String {
    foreign::words_alone(beginning(text)).to_lowercase().replace('\u{2019}', "'")
}

/// The meaning of a text, each with the phrase that decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The mildest cause.
    pub(super) cause: Option<(BounceCause, &'static str)>,
    /// A possible meaning, if neither words nor numbers say more.
    pub(super) hint: Option<(BounceCause, &'static str)>,
    /// The mailbox accepts no mail now, whatever else the text says.
    pub(super) mailbox: Option<&'static str>,
}

impl Said {
    /// Searches the phrases of the table in a [`plain`] text.
    pub(super) fn of(mut plain: String) -> Self {
        let (mut said, mut for_now) = (Self::default(), None);
        for (phrase, sense) in table() {
            if !plain.contains(phrase) {
                continue;
            }
            // A phrase that is a part of this one is then not found in it.
            plain = plain.replace(phrase, " ");
            match sense {
                Sense::Cause(cause) => said.add(cause, phrase),
                Sense::ForNow => for_now = for_now.or(Some(phrase)),
                Sense::Unavailable => said.hint = said.hint.or(Some((BounceCause::Mailbox, phrase))),
                Sense::Vague => said.hint = said.hint.or(Some((BounceCause::Message, phrase))),
                Sense::Nothing => {}
            }
        }
        if let Some(phrase) = for_now {
            said.hint = Some((BounceCause::Route, phrase));
            // A mail that was given up after a while proves no dead address.
            said.cause = said.cause.map(|(cause, phrase)| (cause.min(BounceCause::Mailbox), phrase));
        }
        said
    }

    fn add(&mut self, cause: BounceCause, phrase: &'static str) {
        if cause == BounceCause::Mailbox {
            self.mailbox = self.mailbox.or(Some(phrase));
        }
        if self.cause.is_none_or(|(known, _)| cause < known) {
            self.cause = Some((cause, phrase));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_no_phrase_stands_there_twice() {
        let written = PHRASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        let phrases: Vec<&str> = table().map(|(phrase, _)| phrase).collect();
        assert_eq!(phrases.len(), written, "a line that is not read");
        assert_eq!(phrases.iter().collect::<BTreeSet<_>>().len(), written, "a phrase twice");
        for phrase in phrases {
            assert_eq!(plain(phrase), phrase, "as texts are compared");
        }
    }

    #[test]
    fn a_phrase_is_found_whatever_stands_below_it() {
        for (phrase, sense) in table() {
            let said = Said::of(phrase.to_owned());
            match sense {
                Sense::Cause(cause) => assert_eq!(said.cause, Some((cause, phrase)), "{phrase}"),
                Sense::Nothing => assert_eq!(said, Said::default(), "{phrase}"),
                _ => assert_eq!(said.hint.map(|(_, by)| by), Some(phrase), "{phrase}"),
            }
        }
    }

    #[test]
    fn addresses_and_urls_say_nothing_and_the_mildest_counts() {
        let said = |text: &str| Said::of(plain(text)).cause.map(|(cause, _)| cause);
        assert_eq!(said("<spam@x.example> see https://x.example/blocked#dmarc"), None);
        assert_eq!(said("User  Unknown;\r\n blocked by policy"), Some(BounceCause::Message));
        assert_eq!(said("No such user, mailbox full"), Some(BounceCause::Mailbox));
        assert_eq!(said("No such user, giving up after repeated attempts"), Some(BounceCause::Mailbox));
        assert_eq!(said("the address wasn\u{2019}t found"), Some(BounceCause::Address));
        assert_eq!(
            said(&format!("{} no such user", "x ".repeat(MOST))),
            None,
            "what stands far behind is not looked at"
        );
    }
}
