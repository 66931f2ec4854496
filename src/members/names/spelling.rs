//! Similarity of a typed text and a name.
//!
//! Both are compared in two forms: transliterated to plain letters, so that `Kot d'Ivuar` matches, and in their own
//! script, so that «Кения» and «كينيا» match. Only scripts that write all vowels are transliterated: nobody types
//! transliterated Arabic or Chinese, and two letters of it could be another member's code. Spaces and marks are
//! ignored: `cote divoire` is the whole name. Equivalent spellings (`text::variants`) are equal: `Oesterreich` and
//! «Österreich».
//!
//! A typing error is an additional, missing, wrong or transposed letter (optimal string alignment distance). One is
//! permitted from four letters on, two from eight on.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::text;
use crate::text::variants;

/// The forms of a text that are compared.
#[derive(Clone, Debug)]
pub struct Spelling {
    plain: Form,
    /// Equivalent spellings in plain letters.
    respelled: Vec<Form>,
    /// In its own script, where that is not Latin.
    own: Option<Form>,
}

/// One form of a text.
#[derive(Clone, Debug)]
struct Form {
    words: Vec<String>,
    /// The words without spaces.
    whole: String,
    /// Offsets of the words in `whole`, in bytes.
    starts: Vec<usize>,
    letters: usize,
}

/// The quality of a match; less is better. Callers break ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    tier: Tier,
    /// The difference of the lengths, in letters.
    rest: usize,
}

/// The kind of a match, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// The whole name.
    Exact,
    /// The code.
    Code,
    /// The name begins with it.
    Beginning,
    /// A later word of the name begins with it.
    LaterWord,
    /// Each typed word is the beginning of a word of the name.
    Words,
    /// The whole name, with one typing error.
    OneOff,
    /// Words of the name, with one typing error in all.
    WordsOneOff,
    /// The whole name, with two typing errors.
    TwoOff,
    /// Words of the name, with more typing errors.
    WordsOff,
}

impl Rank {
    /// The rank of an exact code.
    pub const CODE: Self = Self { tier: Tier::Code, rest: 0 };

    /// The rank of a word at this distance from a word of the name.
    #[must_use]
    pub const fn word(distance: usize) -> Self {
        Self { tier: Tier::Words, rest: distance }
    }

    /// Whether it matches without a typing error.
    #[cfg(test)]
    pub fn as_typed(self) -> bool {
        self.tier <= Tier::Words
    }

    /// The rank as a text, for cursors; texts sort as ranks do.
    #[must_use]
    pub fn key(self) -> String {
        let tier = match self.tier {
            Tier::Exact => 0,
            Tier::Code => 1,
            Tier::Beginning => 2,
            Tier::LaterWord => 3,
            Tier::Words => 4,
            Tier::OneOff => 5,
            Tier::WordsOneOff => 6,
            Tier::TwoOff => 7,
            Tier::WordsOff => 8,
        };
        format!("{tier}{:04}", self.rest.min(9_999))
    }
}

impl Spelling {
    /// The spelling of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let own = Form::of(own_script(text));
        let is_transliterated = text.chars().filter(|c| c.is_alphabetic()).all(is_fully_spelled);
        let (plain, respelled) =
            if is_transliterated { (text::words(text), variants::respelled(text)) } else { (Vec::new(), Vec::new()) };
        let respelled = respelled.into_iter().map(Form::of).collect();
        Self { plain: Form::of(plain), respelled, own: (!own.whole.is_ascii()).then_some(own) }
    }

    /// The number of letters, in the own script if there is one.
    #[cfg(test)]
    pub fn letters(&self) -> usize {
        self.own.as_ref().map_or(self.plain.letters, |own| own.letters)
    }

    /// Whether the distance to another spelling is at most two, in either form.
    #[cfg(test)]
    pub fn is_near(&self, other: &Self) -> bool {
        let near = |(a, b): (&Form, &Form)| !a.whole.is_empty() && strsim::osa_distance(&a.whole, &b.whole) <= 2;
        self.form_pairs(other).any(near)
    }

    /// The least `distance` between this, which is one word, and a word of the name, in either form.
    pub fn nearest(&self, name: &Self, distance: impl Fn(&str, &str) -> Option<usize>) -> Option<usize> {
        let forms = self.form_pairs(name).filter(|(typed, _)| !typed.whole.is_empty());
        forms.flat_map(|(typed, name)| name.words.iter().filter_map(|known| distance(&typed.whole, known))).min()
    }

    /// Whether this and a name have the same letters, in either form.
    #[must_use]
    pub fn is_same(&self, name: &Self) -> bool {
        self.form_pairs(name).any(|(typed, known)| !typed.whole.is_empty() && typed.whole == known.whole)
    }

    /// The rank of this typed text as a match of a name; none where it does not match.
    #[must_use]
    pub fn rank(&self, name: &Self) -> Option<Rank> {
        self.form_pairs(name).filter_map(|(typed, known)| typed.rank(known)).min()
    }

    /// The pairs of forms that are compared.
    fn form_pairs<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (&'a Form, &'a Form)> {
        let plain = self.plain_forms().flat_map(move |form| other.plain_forms().map(move |known| (form, known)));
        plain.chain(self.own.as_ref().zip(other.own.as_ref()))
    }

    fn plain_forms(&self) -> impl Iterator<Item = &Form> {
        std::iter::once(&self.plain).chain(&self.respelled)
    }
}

impl Form {
    fn of(words: Vec<String>) -> Self {
        let whole = words.concat();
        let starts = words.iter().scan(0, |end, word| {
            let start = *end;
            *end += word.len();
            Some(start)
        });
        Self { starts: starts.collect(), letters: whole.chars().count(), whole, words }
    }

    fn rank(&self, name: &Self) -> Option<Rank> {
        if self.whole.is_empty() {
            return None;
        }
        let begins = |&start: &usize| name.whole.get(start..).is_some_and(|rest| rest.starts_with(&self.whole));
        let word_begins = |word: &String| name.words.iter().any(|known| known.starts_with(word.as_str()));
        let tier = if self.whole == name.whole {
            Some(Tier::Exact)
        } else if name.whole.starts_with(&self.whole) {
            Some(Tier::Beginning)
        } else if name.starts.iter().any(begins) {
            Some(Tier::LaterWord)
        } else if self.words.iter().all(word_begins) {
            Some(Tier::Words)
        } else {
            self.rank_typos(name)
        };
        tier.map(|tier| Rank { tier, rest: name.letters.abs_diff(self.letters) })
    }

    fn rank_typos(&self, name: &Self) -> Option<Tier> {
        let whole = typos(&self.whole, &name.whole);
        let words = self.words.iter().map(|word| name.words.iter().filter_map(|known| typos(word, known)).min());
        let words = words.sum::<Option<usize>>();
        [
            whole.map(|typos| if typos > 1 { Tier::TwoOff } else { Tier::OneOff }),
            words.map(|typos| if typos > 1 { Tier::WordsOff } else { Tier::WordsOneOff }),
        ]
        .into_iter()
        .flatten()
        .min()
    }
}

/// The number of typing errors between a typed and a known word; none where there are more than its length permits.
#[must_use]
pub fn typos(typed: &str, known: &str) -> Option<usize> {
    let letters = typed.chars().count();
    let permitted = match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    if letters.abs_diff(known.chars().count()) > permitted {
        return None;
    }
    Some(strsim::osa_distance(typed, known)).filter(|&typos| typos <= permitted)
}

/// Whether the script of a letter writes all vowels: Latin, Greek, Cyrillic, Armenian, Georgian.
fn is_fully_spelled(c: char) -> bool {
    matches!(c, '\0'..='\u{58f}' | '\u{10a0}'..='\u{10ff}' | '\u{1e00}'..='\u{1fff}')
}

/// The words in their own script: lower case, without accents and vowel signs, equivalent letters unified.
fn own_script(text: &str) -> Vec<String> {
    let bare: String = text.nfkd().filter(|&c| !is_combining_mark(c)).nfc().collect();
    variants::folded_words(&bare)
}
