//! Splits the text of a search into terms: e-mail addresses, telephone numbers and words.
//!
//! A telephone number may have several pieces (`+221 33 800 05 05`), and may be meant as words (`2026-2027`). A word is
//! folded for the names of people, and kept as typed for the names of members: the transliteration of «肯尼亚» (ken, ni,
//! ya) is no name of Kenya, and its parts are prefixes of other people's names. Its variants are added
//! (`text::variants`). An apostrophe or hyphen splits a word into several, of which each later one also matches the
//! whole up to it: `o` and `brien`, or `obrien`. The same applies to neighbours in scripts that are written with or
//! without spaces. The earlier part is a prefix of the whole, so no match is lost.

use unicode_normalization::UnicodeNormalization as _;

use super::telephone;
use crate::mail::EmailAddress;
use crate::text;
use crate::text::variants::{self, Keys};

/// Most terms of a search; further ones are ignored. Also most folded words and most variants of one term.
const MOST: usize = 12;

/// A part of a search; a contact must match all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word.
    Word(Word),
    /// An e-mail address, in lower case.
    Address(String),
    /// A telephone number.
    Number {
        /// The key of the number ([`telephone::key`]).
        key: String,
        /// The words that it may be instead, folded; a contact must have all of them.
        words: Vec<String>,
    },
}

/// A word of a search, in the forms in which it is compared with the words of contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as typed, in lower case.
    pub typed: String,
    /// Its folded words: several in scripts that are written without spaces, none where it has no letter.
    pub folded: Vec<String>,
    /// The word in its own script, unless that is Latin.
    pub own: Option<String>,
    /// Its variants.
    pub variants: Vec<String>,
}

impl Word {
    fn of(typed: &str) -> Self {
        let keys = Keys::of(typed);
        let (mut folded, mut variants) = (text::unique(keys.written), keys.others);
        folded.truncate(MOST);
        variants.truncate(MOST);
        Self { typed: typed.to_lowercase(), folded, own: keys.own, variants }
    }

    /// Adds a whole word, of which this one is the end, to the variants.
    fn add_whole(&mut self, whole: &str) {
        let is_new = |key: &String| self.own.as_ref() != Some(key) && self.folded != [key.as_str()];
        let whole: Vec<String> = Keys::of(whole).all().into_iter().filter(is_new).collect();
        self.variants = text::unique(std::mem::take(&mut self.variants).into_iter().chain(whole));
        self.variants.truncate(MOST);
    }

    /// The prefixes of words of contacts that match.
    pub fn prefixes(&self) -> Vec<String> {
        self.folded.iter().chain(&self.own).chain(&self.variants).cloned().collect()
    }
}

/// The terms of a search; none for an empty one.
#[must_use]
pub fn parse(search: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let composed: String = search.nfc().collect();
    let pieces: Vec<&str> = composed.split_whitespace().collect();
    // Consecutive pieces of digits are one number, up to a `+`, which begins the next one.
    let runs = pieces.chunk_by(|a, b| telephone::is_part(a) && telephone::is_part(b) && !b.starts_with('+'));
    let found = runs.flat_map(|run| match number(run) {
        Some(number) => vec![number],
        None => run.iter().flat_map(|piece| plain(piece)).collect(),
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
        // Punctuation alone: a term that no contact matches.
        terms.push(Term::Word(Word::of(composed.trim())));
    }
    join_neighbours(&mut terms);
    terms
}

/// Adds the joined word to the later of two neighbours, in scripts that are written with or without spaces.
fn join_neighbours(terms: &mut [Term]) {
    let mut before: Option<String> = None;
    for term in terms {
        let here = match term {
            Term::Word(word) if variants::may_be_joined(&word.typed) => word,
            _ => {
                before = None;
                continue;
            }
        };
        let typed = here.typed.clone();
        if let Some(before) = &before {
            here.add_whole(&format!("{before}{typed}"));
        }
        before = Some(typed);
    }
}

/// The telephone number that these pieces form.
fn number(pieces: &[&str]) -> Option<Term> {
    let whole = pieces.join(" ");
    let key = pieces.iter().all(|piece| telephone::is_part(piece)).then(|| telephone::key(&whole)).flatten()?;
    let mut words = text::unique(text::words(&whole));
    words.truncate(MOST);
    Some(Term::Number { key, words })
}

/// The terms of a piece that is no telephone number.
fn plain(piece: &str) -> Vec<Term> {
    if let Ok(address) = EmailAddress::parse(piece.trim_matches(|c| "<>(),;".contains(c))) {
        return vec![Term::Address(address.key())];
    }
    variants::pieces(piece).iter().flat_map(|parts| split_words(parts)).collect()
}

/// The words of a piece that was split at apostrophes and hyphens.
fn split_words(parts: &[String]) -> Vec<Term> {
    let mut whole = String::new();
    let word = |part: &String| {
        let mut word = Word::of(part);
        whole.push_str(part);
        if whole.len() > part.len() {
            word.add_whole(&whole);
        }
        Term::Word(word)
    };
    parts.iter().take(MOST).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The terms of a search without the variants of its words.
    fn terms(search: &str) -> Vec<Term> {
        let plain = |term| match term {
            Term::Word(found) => Term::Word(Word { own: None, variants: Vec::new(), ..found }),
            other => other,
        };
        parse(search).into_iter().map(plain).collect()
    }

    fn word(typed: &str, folded: &[&str]) -> Term {
        let folded = folded.iter().map(|&word| word.to_owned()).collect();
        Term::Word(Word { typed: typed.to_owned(), folded, own: None, variants: Vec::new() })
    }

    /// The variants of the last word of a search.
    fn variants_of(search: &str) -> Vec<String> {
        match parse(search).pop() {
            Some(Term::Word(found)) => found.variants,
            other => panic!("{search}: {other:?}"),
        }
    }

    #[test]
    fn a_word_has_its_variants() {
        assert_eq!(variants_of("Müller"), ["mueller"]);
        assert_eq!(variants_of("Mueller"), Vec::<String>::new());
        assert_eq!(variants_of("Фёдор"), ["федор", "fedor"]);
        assert_eq!(variants_of("O'Brien"), ["obrien"]);
        assert_eq!(variants_of("Дем’ян"), ["демян", "demian"]);
        assert_eq!(variants_of("김 철수"), ["김철수", "gimceolsu"]);
        assert_eq!(variants_of("awa 철수"), Vec::<String>::new());
        for one in ["ä", "ö", "ü", "å"] {
            assert!(variants_of(&one.repeat(40)).len() <= MOST);
        }
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
    fn a_telephone_number_is_one_term_however_it_is_written() {
        let number = |typed: &str| match terms(typed).as_slice() {
            [Term::Number { key, .. }] => key.clone(),
            other => panic!("{typed}: {other:?}"),
        };
        for typed in [" 221338000505", "00221 33 800 05 05", "+221 (33) 800-05-05", "tel:+221 33 800 05 05"] {
            assert_eq!(number(typed), "505000833122", "{typed}");
        }
        assert_eq!(number("338000505"), "505000833");
        let both = terms("Awa +221 33 800 05 05 +221 33 800 05 06 Diop");
        assert!(matches!(both.as_slice(), [Term::Word(_), Term::Number { .. }, Term::Number { .. }, Term::Word(_)]));
        let Some(Term::Number { words, .. }) = terms("2026-2027").pop() else { panic!("a number, or two years") };
        assert_eq!(words, ["2026", "2027"]);
        assert_eq!(terms("2027"), [word("2027", &["2027"])]);
        assert_eq!(terms("a1 800"), [word("a1", &["a1"]), word("800", &["800"])]);
    }

    #[test]
    fn signs_are_no_empty_search() {
        assert_eq!(terms("%"), [word("%", &[])]);
        assert_eq!(terms("  "), []);
        assert_eq!(terms(&"a b c d e f g h i j k l m n o p".repeat(3)).len(), MOST);
    }
}
