//! What somebody typed into the search, taken apart.
//!
//! A whole address is looked up as it is. Anything else is words: folded for the names of people, as they are written for the
//! names of members, for what transliteration makes of «肯尼亚» (ken, ni, ya) is no name of Kenya, and its beginnings are
//! other people's.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::mail::EmailAddress;
use crate::text;

/// Most terms of a search that are looked at, and most folded words of one term.
const MOST: usize = 12;

/// A part of what was typed; a contact must have all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word.
    Word {
        /// As it was typed, in lower case.
        typed: String,
        /// What is compared with the words of contacts: more than one where a script writes without spaces, none where
        /// there is no letter.
        folded: Vec<String>,
    },
    /// An e-mail address, in lower case.
    Address(String),
}

/// The terms of a search; none where nothing was typed.
#[must_use]
pub fn terms(search: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let composed: String = search.nfc().collect();
    let found = composed.split_whitespace().flat_map(|piece| {
        let address = EmailAddress::parse(piece.trim_matches(|c| "<>(),;".contains(c)));
        let words =
            piece.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter(|word| !word.is_empty());
        // What is an address is no words.
        let words = words.take(if address.is_ok() { 0 } else { usize::MAX }).map(word);
        address.ok().map(|address| Term::Address(address.key())).into_iter().chain(words)
    });
    for term in found {
        if terms.len() == MOST {
            break;
        }
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    if terms.is_empty() && !composed.trim().is_empty() {
        // Signs alone: nobody is called so.
        terms.push(word(composed.trim()));
    }
    terms
}

fn word(typed: &str) -> Term {
    let mut folded = text::unique(text::words(typed));
    folded.truncate(MOST);
    Term::Word { typed: typed.to_lowercase(), folded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(typed: &str, folded: &[&str]) -> Term {
        Term::Word { typed: typed.to_owned(), folded: folded.iter().map(|&word| word.to_owned()).collect() }
    }

    #[test]
    fn words_are_folded_and_kept_as_they_were_typed() {
        assert_eq!(terms("Côte d’Ivoire"), [word("côte", &["cote"]), word("d", &["d"]), word("ivoire", &["ivoire"])]);
        assert_eq!(terms("肯尼亚"), [word("肯尼亚", &["ken", "ni", "ya"])]);
        assert_eq!(terms("awa AWA  Awa"), [word("awa", &["awa"])]);
        assert_eq!(terms("e\u{301}lan"), [word("élan", &["elan"])]);
    }

    #[test]
    fn an_address_is_one_term() {
        assert_eq!(
            terms("Awa <Awa.Diop@douanes.example>"),
            [word("awa", &["awa"]), Term::Address("awa.diop@douanes.example".to_owned()),]
        );
        assert_eq!(terms("awa@"), [word("awa", &["awa"])]);
    }

    #[test]
    fn signs_are_no_empty_search() {
        assert_eq!(terms("%"), [word("%", &[])]);
        assert_eq!(terms("  "), []);
        assert_eq!(terms(&"a b c d e f g h i j k l m n o p".repeat(3)).len(), MOST);
    }
}
