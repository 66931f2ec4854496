//! Words as a search compares them, and words that were mistyped.
//!
//! A word of n letters has n + 1 spellings of about n letters each, so those of a long one are many and long. A word of more
//! than [`LONGEST`] letters has none, in the index as in a search: it is found as it is written or by its beginning. An index
//! of earlier may hold spellings of longer words. Nothing looks them up, and nothing removes them.

use crate::members::Found;

/// A word of fewer letters is taken as it is typed: with one letter wrong it could be too many others.
const SHORTEST: usize = 4;
/// A word of more letters is no name that anybody types.
const LONGEST: usize = 40;

/// Whether a word has spellings: in the index, and in a search for which nobody has it.
pub(super) fn may_be_mistyped(word: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&word.len()) && !word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The spellings under which a word is known: itself, and what is left of it without each of its letters. Words that are one
/// error apart (a letter wrong, missing, too many, or two swapped) share one of them.
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

/// What a term of a search was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    words: Words,
    /// The organisations that it names, each with the name by which it was found.
    members: Vec<(String, String)>,
}

/// What words of contacts it was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Words {
    /// Those that begin so.
    Beginnings(Vec<String>),
    /// Those that are nearly what was typed.
    Near(Vec<String>),
    /// This address.
    Address(String),
}

impl Meaning {
    pub(super) fn as_typed(beginnings: &[String], members: &[Found]) -> Self {
        Self { words: Words::Beginnings(beginnings.to_vec()), members: named(members) }
    }

    pub(super) fn corrected(near: Vec<String>, members: &[Found]) -> Self {
        Self { words: Words::Near(near), members: named(members) }
    }

    pub(super) fn address(address: &str) -> Self {
        Self { words: Words::Address(address.to_owned()), members: Vec::new() }
    }

    /// Whether a word of a contact is what was meant.
    pub(crate) fn fits(&self, word: &str) -> bool {
        match &self.words {
            Words::Beginnings(typed) => typed.iter().any(|typed| word.starts_with(typed)),
            Words::Near(near) => near.iter().any(|known| known == word),
            Words::Address(_) => false,
        }
    }

    /// Whether this address is what was meant.
    pub(crate) fn is_address(&self, value: &str) -> bool {
        matches!(&self.words, Words::Address(address) if *address == value.to_lowercase())
    }

    /// The name by which this organisation was found.
    pub(crate) fn member(&self, code: &str) -> Option<&str> {
        self.members.iter().find(|(known, _)| known == code).map(|(_, matched)| matched.as_str())
    }
}

fn named(members: &[Found]) -> Vec<(String, String)> {
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
