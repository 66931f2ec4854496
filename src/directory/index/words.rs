//! Typing errors in words, and how terms of a search are compared with the fields of a contact.
//!
//! A word of n letters has n + 1 spellings of about n letters each, so long words have many long spellings. A word of
//! more than [`LONGEST`] letters has none, neither in the index nor in a search: it is found as written or by a prefix.
//! Indexes of earlier versions may hold spellings of longer words. Nothing looks them up, and nothing removes them.

use crate::directory::telephone;
use crate::members::NameMatch;

/// Fewest letters of a word with spellings: a shorter one is one error apart from too many others.
const SHORTEST: usize = 4;
/// Most letters of a word with spellings.
const LONGEST: usize = 40;

/// Whether a word has spellings. A word in another script than the Latin one has none; its transliteration has.
pub(super) fn may_be_mistyped(word: &str) -> bool {
    word.is_ascii() && (SHORTEST..=LONGEST).contains(&word.len()) && !word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The spellings of a word: the word itself, and the word without each one of its letters. Words that are one error
/// apart (a letter wrong, missing, added, or two swapped) share one of them.
pub(super) fn spellings(word: &str) -> Vec<String> {
    let mut spellings = vec![word.to_owned()];
    for (at, _) in word.char_indices() {
        let mut shorter = word.to_owned();
        shorter.remove(at);
        spellings.push(shorter);
    }
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

/// Whether two words are one error apart.
pub(super) fn is_near(typed: &str, known: &str) -> bool {
    strsim::osa_distance(typed, known) <= 1
}

/// How a term of a search was interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    words: Words,
    /// The organisations with that name: code, and the name by which it was found.
    members: Vec<(String, String)>,
}

/// The words that a term is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Words {
    /// Words with one of these prefixes.
    Prefixes(Vec<String>),
    /// These words, which are one error apart from the term.
    Near(Vec<String>),
    /// This address.
    Address(String),
    /// This telephone number, given by its key, or words with one of these prefixes.
    Number(String, Vec<String>),
}

impl Meaning {
    pub(super) fn as_typed(prefixes: Vec<String>, members: &[NameMatch]) -> Self {
        Self { words: Words::Prefixes(prefixes), members: named(members) }
    }

    pub(super) fn corrected(near: Vec<String>, members: &[NameMatch]) -> Self {
        Self { words: Words::Near(near), members: named(members) }
    }

    pub(super) fn address(address: &str) -> Self {
        Self { words: Words::Address(address.to_owned()), members: Vec::new() }
    }

    pub(super) fn number(key: &str, prefixes: &[String]) -> Self {
        Self { words: Words::Number(key.to_owned(), prefixes.to_vec()), members: Vec::new() }
    }

    /// Whether a word of a contact, or a variant of it, matches.
    pub(crate) fn fits(&self, word: &str) -> bool {
        match &self.words {
            Words::Prefixes(typed) | Words::Number(_, typed) => typed.iter().any(|typed| word.starts_with(typed)),
            Words::Near(near) => near.iter().any(|known| known == word),
            Words::Address(_) => false,
        }
    }

    /// Whether this address matches.
    pub(crate) fn is_address(&self, value: &str) -> bool {
        matches!(&self.words, Words::Address(address) if *address == value.to_lowercase())
    }

    /// Whether this telephone number matches.
    pub(crate) fn is_number(&self, value: &str) -> bool {
        let Words::Number(typed, _) = &self.words else { return false };
        telephone::key(value).is_some_and(|known| telephone::is_same(typed, &known))
    }

    /// The name by which this organisation was found.
    pub(crate) fn member(&self, code: &str) -> Option<&str> {
        self.members.iter().find(|(known, _)| known == code).map(|(_, matched)| matched.as_str())
    }
}

fn named(members: &[NameMatch]) -> Vec<(String, String)> {
    members.iter().map(|found| (found.code.clone(), found.matched.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_of_a_usual_length_may_be_mistyped() {
        for (length, may_be) in [(3, false), (4, true), (40, true), (41, false), (2_000, false)] {
            assert_eq!(may_be_mistyped(&"a".repeat(length)), may_be, "{length}");
        }
        assert!(!may_be_mistyped("2027"));
    }

    proptest! {
        #[test]
        fn words_one_error_apart_share_a_spelling(word in "[a-z]{4,12}", at in 0_usize..12, letter in "[a-z]", kind in 0_u8..4) {
            let letters: Vec<char> = word.chars().collect();
            let at = at % letters.len();
            let new = letter.chars().next().unwrap();
            let mut typed = letters.clone();
            match kind {
                0 => typed[at] = new,
                1 => typed.insert(at, new),
                2 => drop(typed.remove(at)),
                _ if at + 1 < typed.len() => typed.swap(at, at + 1),
                _ => {}
            }
            let typed: String = typed.into_iter().collect();
            prop_assert!(is_near(&typed, &word));
            let known = spellings(&word);
            prop_assert!(spellings(&typed).iter().any(|spelling| known.contains(spelling)), "{} {}", typed, word);
        }
    }
}
