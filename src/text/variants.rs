//! Equivalent spellings of a word: the keys by which the word is found, and which of them are as it is written.
//!
//! A word has up to three kinds of keys ([`Keys`]). `written` are its plain letters, as [`super::words`] makes them.
//! `own` is the word in its own script, if that is not the Latin one. `others` are the variants:
//!
//! - letters that one script writes in two ways become one ([`folded`]): `ё` and `е`, `ґ` and `г`, the forms of alef
//!   and of hamza, Persian and Arabic `ک`/`ك`, `ی`/`ي`, `ة`/`ه`; final letters of Hebrew and Greek; kana, large and
//!   small;
//! - letters that are written with one sign or with two have a key for each ([`latin`]): `ü` is `u` and `ue`, `ø` is
//!   `o` and `oe`, `å` is `a` and `aa`. The `ue` of a name may or may not be an `ü`;
//! - the parts around an apostrophe or a hyphen are also one word (`O'Brien`, `Дем’ян`, `Jean-Pierre`);
//! - in scripts that are written with and without spaces (Hangul, kana, Han; `عبد الله`), neighbours are also one word.
//!
//! Decoration of any script is removed from all three: vowel points, the stroke that makes an Arabic word longer, half
//! and full width, composed and decomposed letters (NFKC, Unicode Standard Annex 15). Digits are those of ASCII.
//!
//! The table is the portal's own. Its sources: letters that the default collation (Unicode Technical Standard 10,
//! DUCET) treats as equal on the first level (points, final forms, kana, width); the transliterations of CLDR for
//! German and Scandinavian digraphs; and letters that official documents of a language write both ways (Russian `ё`;
//! Ukrainian `ґ`; Kazakh letters that a Russian keyboard lacks; hamza and `ى`).
//!
//! Left out, since readers distinguish them: `й` and `и`, Ukrainian `і` and `и` (equal in `written`, which goes by
//! sound); voiced kana; transliterations into another script (`Mohammed`, `Muhammad`); plene spelling of Hebrew. A word
//! of more than three letters with two spellings each does not have every combination of them, only those that spell
//! all its letters the same way.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript as _};

/// Maximum combinations of letters with two spellings.
const MOST: usize = 8;
/// Maximum letters of a key: a longer word is found by its beginning.
const LONGEST: usize = 64;
/// Maximum syllables of a name in Hangul whose parts are searched as well.
const SYLLABLES: usize = 5;
/// Characters within words that people may omit: apostrophes and their substitutes, hyphens, the zero-width non-joiner
/// of Persian.
const JOINTS: &str = "'’‘ʼʻʹʾʿ`´＇׳״-‐‑־·\u{200c}\u{200d}";

/// The keys by which a word is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Its plain letters; several words if transliteration makes several.
    pub written: Vec<String>,
    /// The word in its own script, if that is not the Latin one.
    pub own: Option<String>,
    /// Its variants, the likeliest first; none of those above.
    pub others: Vec<String>,
}

impl Keys {
    /// The keys of a word without spaces or joints.
    #[must_use]
    pub fn of(word: &str) -> Self {
        let written = super::words(word);
        if word.is_ascii() {
            return Self { written, ..Self::default() };
        }
        let letters = letters(word);
        let own = Some(cut(&letters)).filter(|own| own.chars().any(is_of_another_script));
        let folded: String = letters.chars().filter_map(folded).collect();
        let mut others = Vec::new();
        if own.is_some() {
            others.push(cut(&folded));
        }
        if folded.chars().all(is_spelled_out) {
            others.extend(spelled(&cut(&folded)).iter().map(|spelling| cut(spelling)));
        }
        let is_new = |key: &String| !key.is_empty() && own.as_ref() != Some(key) && written != [key.as_str()];
        let others = super::unique(others.into_iter().filter(is_new));
        Self { written, own, others }
    }

    /// All keys, except those of parts.
    #[must_use]
    pub fn all(self) -> Vec<String> {
        let written = Some(self.written).filter(|words| words.len() == 1).unwrap_or_default();
        super::unique(self.own.into_iter().chain(written).chain(self.others))
    }
}

/// The words of a text, each split at apostrophes and hyphens.
#[must_use]
pub fn pieces(text: &str) -> Vec<Vec<String>> {
    let (mut pieces, mut parts, mut part) = (Vec::new(), Vec::new(), String::new());
    for c in text.nfc() {
        let is_joint = JOINTS.contains(c);
        if !is_joint && (c.is_alphanumeric() || is_combining_mark(c)) {
            part.push(c);
            continue;
        }
        if !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        if !is_joint && !parts.is_empty() {
            pieces.push(std::mem::take(&mut parts));
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    if !parts.is_empty() {
        pieces.push(parts);
    }
    pieces
}

/// The keys of the words of a text: as they are written, and their variants.
#[must_use]
pub fn indexed(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut written: BTreeSet<String> = super::words(text).into_iter().collect();
    let (mut others, pieces) = (BTreeSet::new(), pieces(text));
    for parts in &pieces {
        for part in parts {
            let keys = Keys::of(part);
            written.extend(keys.own);
            others.extend(keys.others);
            others.extend(endings(part));
        }
        if parts.len() > 1 {
            others.extend(Keys::of(&parts.concat()).all());
        }
    }
    let whole: Vec<String> = pieces.iter().map(|parts| parts.concat()).collect();
    for neighbours in whole.windows(2).chain(whole.windows(3)) {
        if neighbours.iter().all(|word| may_be_joined(word)) {
            others.extend(Keys::of(&neighbours.concat()).all());
        }
    }
    let others = others.into_iter().filter(|key| !written.contains(key)).collect();
    (written, others)
}

/// Whether a word is in a script in which words are written with and without spaces.
#[must_use]
pub fn may_be_joined(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some()
        && letters.all(|c| {
            let joined = [Script::Arabic, Script::Hangul, Script::Han, Script::Hiragana, Script::Katakana];
            // The mark of long vowels belongs to both kana.
            joined.contains(&c.script()) || matches!(c, '\u{30fc}' | '\u{ff70}' | '\u{3005}' | '\u{640}')
        })
}

/// The spellings of a text in plain letters that [`super::words`] does not have: word by word, none for a word without
/// a letter of two spellings.
#[must_use]
pub fn respelled(text: &str) -> Vec<Vec<String>> {
    let words: Vec<Keys> = pieces(text).iter().flatten().map(|part| Keys::of(part)).collect();
    let most = words.iter().map(|word| word.others.len()).max().unwrap_or_default();
    let of = |at: usize| {
        let word = move |keys: &Keys| match keys.others.get(at).or_else(|| keys.others.first()) {
            Some(other) if other.is_ascii() => vec![other.clone()],
            _ => keys.written.clone(),
        };
        words.iter().flat_map(word).collect::<Vec<String>>()
    };
    let plain = super::words(text);
    let mut all: Vec<Vec<String>> = Vec::new();
    for words in (0..most).map(of) {
        if words != plain && !all.contains(&words) {
            all.push(words);
        }
    }
    all
}

/// A text in its own script, in the form of [`Keys::own`]; words stay separate.
#[must_use]
pub fn folded_words(text: &str) -> Vec<String> {
    let text: String = text.nfc().collect();
    let words = text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    let folded = words.map(|word| letters(word).chars().filter_map(folded).collect::<String>());
    folded.filter(|word| !word.is_empty()).collect()
}

/// The endings of a name in Hangul that is written without spaces: the given name is one of them.
fn endings(part: &str) -> Vec<String> {
    let letters: Vec<char> = letters(part).chars().collect();
    if letters.len() > SYLLABLES || !letters.iter().all(|c| c.script() == Script::Hangul) {
        return Vec::new();
    }
    (1..letters.len().saturating_sub(1)).map(|at| letters.iter().skip(at).collect()).collect()
}

/// The letters of a word in lower case, without decoration.
fn letters(word: &str) -> String {
    let usual = word.nfkc().collect::<String>().to_lowercase();
    let kept = usual.chars().filter(|&c| (c.is_alphanumeric() || is_combining_mark(c)) && !is_decoration(c));
    kept.filter(|&c| !JOINTS.contains(c)).map(digit).nfc().collect()
}

/// A digit of any script as that of ASCII; anything else as it is.
fn digit(c: char) -> char {
    if c.is_ascii() || !c.is_numeric() {
        return c;
    }
    let mut plain = deunicode::deunicode_char(c).unwrap_or_default().chars();
    match (plain.next(), plain.next()) {
        (Some(digit), None) if digit.is_ascii_digit() => digit,
        _ => c,
    }
}

/// Decoration: vowel points, stress marks and lengthening strokes, of scripts that are read without them.
const fn is_decoration(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}'..='\u{5c7}')
        || matches!(c, '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}')
        || matches!(c, '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8ff}')
}

/// The equivalent letter; none if the letter is omitted.
fn folded(c: char) -> Option<char> {
    let same = match c {
        // Cyrillic: Russian, Macedonian, Ukrainian; Kazakh and related languages.
        'ё' | 'ѐ' => 'е',
        'ѝ' => 'и',
        'ґ' | 'ғ' => 'г',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'ә' => 'а',
        'һ' => 'х',
        // Arabic, and the equivalents in Persian, Urdu, Kurdish and Uyghur.
        'آ' | 'أ' | 'إ' | 'ٱ' | 'ٲ' | 'ٳ' => 'ا',
        'ؤ' => 'و',
        'ئ' | 'ى' | 'ی' | 'ے' | 'ۓ' | 'ۍ' | 'ې' => 'ي',
        'ة' | 'ۃ' | 'ہ' | 'ۂ' | 'ھ' | 'ە' | 'ۀ' => 'ه',
        'ک' | 'ڪ' => 'ك',
        'ء' => return None,
        // Hebrew and Greek at the end of a word.
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        'ς' => 'σ',
        _ if c.script() == Script::Greek => c.nfd().next().unwrap_or(c),
        // Each of the hiragana is 0x60 code points before its katakana.
        '\u{3041}'..='\u{3096}' => large(char::from_u32(u32::from(c) + 0x60).unwrap_or(c)),
        '\u{30a1}'..='\u{30f6}' => large(c),
        _ => c,
    };
    Some(same)
}

/// A small katakana as the large one.
const fn large(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        other => other,
    }
}

/// The spellings of a Latin letter that has two, the plain one first.
const fn latin(c: char) -> &'static [&'static str] {
    match c {
        'ä' | 'æ' | 'ǽ' | 'ǣ' => &["a", "ae"],
        'ö' | 'ø' | 'ǿ' | 'œ' => &["o", "oe"],
        'ü' => &["u", "ue"],
        'å' | 'ǻ' => &["a", "aa"],
        'đ' => &["d", "dj"],
        'ə' => &["a", "e"],
        _ => &[],
    }
}

/// The spellings of a folded word in plain letters: uniform ones first, then mixed ones.
fn spelled(word: &str) -> Vec<String> {
    let ways = |c: char| match latin(c) {
        [] => vec![deunicode::deunicode_char(c).unwrap_or_default()],
        several => several.to_vec(),
    };
    let letters: Vec<Vec<&str>> = word.chars().map(ways).collect();
    let short: String = letters.iter().filter_map(|ways| ways.first().copied()).collect();
    let long: String = letters.iter().filter_map(|ways| ways.last().copied()).collect();
    let mut mixed = vec![String::new()];
    for ways in &letters {
        let longer = mixed.iter().flat_map(|start| ways.iter().map(move |way| format!("{start}{way}")));
        mixed = longer.take(MOST).collect();
    }
    let all = [short, long].into_iter().chain(mixed);
    let plain =
        |text: String| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    super::unique(all.map(plain))
}

fn cut(key: &str) -> String {
    key.chars().take(LONGEST).collect()
}

fn is_of_another_script(c: char) -> bool {
    c.is_alphabetic() && ![Script::Latin, Script::Common, Script::Inherited].contains(&c.script())
}

/// Whether a letter is of a script that writes all vowels, so that people type it in Latin letters.
fn is_spelled_out(c: char) -> bool {
    let spelled = [Script::Latin, Script::Greek, Script::Cyrillic, Script::Armenian, Script::Georgian];
    !c.is_alphabetic() || spelled.contains(&c.script())
}

#[cfg(test)]
mod tests;
