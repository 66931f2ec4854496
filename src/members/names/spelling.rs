//! How close what somebody typed comes to a name.
//!
//! Both are compared twice: transliterated to plain letters, and in their own script, so that «Кения» and «كينيا» are found as
//! they are written and `Kot d'Ivuar` by ear. By ear goes what is spelled letter by letter, vowels too: what transliteration makes
//! of Arabic or Chinese nobody types, and two letters of it would be another member's code. Spaces and marks do not
//! count: `cote divoire` is the whole name.
//!
//! A typing error is a letter too many, too few, wrong, or swapped with the next: one is overlooked from four letters on, two from
//! eight on.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::text;

/// A text in the forms in which it is compared.
#[derive(Clone, Debug)]
pub struct Spelling {
    plain: Form,
    /// In its own script, where that is not the Latin one.
    own: Option<Form>,
}

/// One form of a text.
#[derive(Clone, Debug)]
struct Form {
    words: Vec<String>,
    /// The words without spaces.
    whole: String,
    /// Where words begin in `whole`.
    starts: Vec<usize>,
    letters: usize,
}

/// How close: the less the closer. Equal ones are told apart by who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    tier: Tier,
    /// Letters by which the name is longer or shorter.
    rest: usize,
}

/// What fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// The whole name.
    Exact,
    /// The code.
    Code,
    /// The name begins with it.
    Beginning,
    /// It begins at a later word of the name.
    LaterWord,
    /// Each of its words begins some word of the name.
    Words,
    /// The whole name, but for one typing error.
    OneOff,
    /// Each word, but for one typing error in all.
    WordsOneOff,
    /// The whole name, but for two.
    TwoOff,
    /// Each word, but for more.
    WordsOff,
}

impl Rank {
    /// Of a code that was typed.
    pub const CODE: Self = Self { tier: Tier::Code, rest: 0 };

    /// Of a word that is `off` letters from the known one.
    #[must_use]
    pub const fn word(off: usize) -> Self {
        Self { tier: Tier::Words, rest: off }
    }

    /// Whether it fits without an error.
    #[cfg(test)]
    pub fn as_typed(self) -> bool {
        self.tier <= Tier::Words
    }

    /// A text that sorts as the rank does.
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
    /// The forms of this text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let own = Form::of(own_script(text));
        let by_ear = text.chars().filter(|c| c.is_alphabetic()).all(is_spelled_out);
        let plain = if by_ear { text::words(text) } else { Vec::new() };
        Self { plain: Form::of(plain), own: (!own.whole.is_ascii()).then_some(own) }
    }

    /// How many letters the text has, in the form that has fewer.
    #[cfg(test)]
    pub fn letters(&self) -> usize {
        self.own.as_ref().map_or(self.plain.letters, |own| own.letters)
    }

    /// Whether at most two errors lie between this and another, in either form.
    #[cfg(test)]
    pub fn is_near(&self, other: &Self) -> bool {
        let near = |a: &Form, b: &Form| strsim::osa_distance(&a.whole, &b.whole) <= 2;
        let own = self.own.as_ref().zip(other.own.as_ref()).is_some_and(|(a, b)| near(a, b));
        own || (!self.plain.whole.is_empty() && near(&self.plain, &other.plain))
    }

    /// How far the nearest word of a name is from this, which is one word: what `off` says of the two, in either form.
    pub fn nearest(&self, name: &Self, off: impl Fn(&str, &str) -> Option<usize>) -> Option<usize> {
        let forms = [Some((&self.plain, &name.plain)), self.own.as_ref().zip(name.own.as_ref())];
        let forms = forms.into_iter().flatten().filter(|(typed, _)| !typed.whole.is_empty());
        forms.flat_map(|(typed, name)| name.words.iter().filter_map(|known| off(&typed.whole, known))).min()
    }

    /// Whether this and a name are the same letters, in either form.
    #[must_use]
    pub fn is_same(&self, name: &Self) -> bool {
        let same = |a: &Form, b: &Form| !a.whole.is_empty() && a.whole == b.whole;
        same(&self.plain, &name.plain) || self.own.as_ref().zip(name.own.as_ref()).is_some_and(|(a, b)| same(a, b))
    }

    /// How close this, typed by somebody, comes to a name; none where it does not.
    #[must_use]
    pub fn rank(&self, name: &Self) -> Option<Rank> {
        let plain = self.plain.rank(&name.plain);
        let own = self.own.as_ref().zip(name.own.as_ref()).and_then(|(typed, name)| typed.rank(name));
        [plain, own].into_iter().flatten().min()
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

/// The typing errors between a word and a known one; none where there are more than are overlooked.
#[must_use]
pub fn typos(typed: &str, known: &str) -> Option<usize> {
    let letters = typed.chars().count();
    let overlooked = match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    if letters.abs_diff(known.chars().count()) > overlooked {
        return None;
    }
    Some(strsim::osa_distance(typed, known)).filter(|&typos| typos <= overlooked)
}

/// Whether a letter is of a script that writes every sound: Latin, Greek, Cyrillic, Armenian, Georgian.
fn is_spelled_out(c: char) -> bool {
    matches!(c, '\0'..='\u{58f}' | '\u{10a0}'..='\u{10ff}' | '\u{1e00}'..='\u{1fff}')
}

/// The words in their own script: lower case, without accents and vowel signs.
fn own_script(text: &str) -> Vec<String> {
    let bare: String = text.nfkd().filter(|&c| !is_combining_mark(c)).nfc().collect();
    bare.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}
