//! Texts of people: validation of fields, and comparison; [`name`] names of people, `telephone` numbers, `plain` digits
//! and signs of any script as those of ASCII, [`variants`] equivalent spellings of a word; [`foreign`] what is stored,
//! shown and used of texts of third parties; [`xml`] texts in XML documents; [`names_address`] whether a text names an
//! address; [`set_in`] where a line does not break in French.
//!
//! [`line()`] refuses control characters, so that no name or subject can add a header to a mail or a colour to a
//! terminal.

mod canonical;
pub mod foreign;
mod french;
mod mention;
pub mod name;
mod plain;
mod telephone;
pub mod variants;
pub mod xml;

use std::collections::HashSet;
use std::fmt::Display;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorPreferences};
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{FieldCode, FieldError};
pub use canonical::canonical_json;
pub use french::set_in;
pub use mention::names_address;
pub use plain::{plain, visible};
pub use telephone::phone;

/// Maximum permitted values that a field error lists.
const MOST_NAMED: usize = 16;

/// One line of at most `max` characters: NFC, trimmed, runs of spaces folded into one.
///
/// # Errors
/// A field error if it is empty, too long, or has control or direction-changing characters (CR, LF, NUL, U+202E …).
pub fn line(text: &str, max: usize) -> Result<String, FieldError> {
    // The blank of Braille is a pattern without dots: in a line it only serves to be invisible.
    if text.chars().any(|c| is_unprintable(c) || c == '\u{2800}') {
        return Err(FieldError::new("", FieldCode::ControlCharacters));
    }
    let clean: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    bounded(clean, max)
}

/// A text of several lines of at most `max` characters: NFC, line ends as LF, trimmed.
///
/// # Errors
/// As [`line()`], except that line ends and tabs are permitted.
pub fn block(text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|c| is_unprintable(c) && c != '\n' && c != '\t') {
        return Err(FieldError::new("", FieldCode::ControlCharacters));
    }
    bounded(text.trim().nfc().collect(), max)
}

fn bounded(text: String, max: usize) -> Result<String, FieldError> {
    if !text.chars().any(char::is_alphanumeric) {
        Err(FieldError::new("", FieldCode::Empty))
    } else if text.chars().count() > max {
        Err(FieldError::new("", FieldCode::TooLong).with("max", max))
    } else {
        Ok(text)
    }
}

/// Whether a character is a control character, a line separator, a direction mark, has no width, or is none at all: a
/// noncharacter of Unicode (3.4, D14), of which some would make an XML document unreadable.
///
/// The two joiners (U+200C, U+200D) and variation selectors are permitted: Persian, the scripts of India, Mongolian and
/// Japanese are written with them. All other characters that Unicode declares as ignorable
/// (`Default_Ignorable_Code_Point`) are not: fillers of Hangul, tags, and reserved ones.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff0}'..='\u{fffb}')
        || matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}')
        || matches!(c, '\u{180e}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// The text as it is compared and sorted: transliterated to ASCII, lower case, words separated by one space.
///
/// `Côte d’Ivoire` and `COTE D'IVOIRE` fold to `cote d ivoire`. Binary order of folded texts is the same on both
/// databases.
#[must_use]
pub fn fold(text: &str) -> String {
    words(text).join(" ")
}

/// The sort key of a text: the key of the Unicode collation in hexadecimal digits, whose binary order is that of a
/// dictionary on both databases. The root collation is that of English and French (accents and case decide among
/// equals). What the collator is made of is compiled in and only borrowed, so one for each text costs next to nothing.
#[must_use]
pub fn sort_key(text: &str) -> String {
    let mut key = Vec::new();
    match Collator::try_new(CollatorPreferences::default(), CollatorOptions::default()) {
        Ok(collator) => {
            let Ok(()) = collator.write_sort_key_to(text, &mut key);
        }
        // Its data is compiled in. Without it, folded letters would be the next best.
        Err(_) => key.extend_from_slice(fold(text).as_bytes()),
    }
    crate::secrets::hex(&key)
}

/// By what a name is sorted and found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameKeys {
    /// Its sort key, which is never empty.
    pub sort: String,
    /// Its words, folded, each after a space: a search looks for a space and the beginning of a word.
    pub words: String,
}

impl NameKeys {
    /// Those of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let sort = Some(sort_key(name)).filter(|key| !key.is_empty());
        Self { sort: sort.unwrap_or_else(|| "00".to_owned()), words: format!(" {}", fold(name)) }
    }
}

/// The words of a text, folded.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let composed: String = text.nfc().collect();
    deunicode::deunicode(&composed)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Longest code.
pub const MAX_CODE: usize = 32;

/// Whether the text can be a code: letters, digits, `_` and `-` of ASCII, [`MAX_CODE`] at most.
#[must_use]
pub fn is_code(text: &str) -> bool {
    (1..=MAX_CODE).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A value as a message may quote it: without control characters, and shortened.
#[must_use]
pub fn shown(value: &str) -> String {
    value.chars().take(40).map(|c| if is_unprintable(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A number with its noun, for operators, whose texts are English: `1 file`, `2 files`.
#[must_use]
pub fn amount(number: impl Display, noun: &str) -> String {
    let number = number.to_string();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The field error of an unknown value, which lists the known ones if they are few.
#[must_use]
pub fn unknown_value<'a>(value: &str, known: impl IntoIterator<Item = &'a str>) -> FieldError {
    let known: Vec<&str> = known.into_iter().collect();
    let allowed = if (1..=MOST_NAMED).contains(&known.len()) { known.join(", ") } else { "many".to_owned() };
    FieldError::new("", FieldCode::UnknownValue).with("value", shown(value)).with("allowed", allowed)
}

/// The codes without duplicates, in the order of their first occurrence.
#[must_use]
pub fn unique(codes: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut met = HashSet::new();
    codes.into_iter().filter(|code| met.insert(code.clone())).collect()
}

/// Refuses a list of more than `max` entries, duplicates included: checked before the list is processed.
///
/// # Errors
/// A field error if there are more.
pub fn few<T>(list: &[T], max: usize) -> Result<(), FieldError> {
    if list.len() > max { Err(FieldError::new("", FieldCode::TooMany).with("max", max)) } else { Ok(()) }
}

/// The two-letter language codes of ISO 639-1.
const ISO_639_1: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de \
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it \
iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd \
ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su \
sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether `code` is a language of ISO 639-1.
#[must_use]
pub fn is_language_code(code: &str) -> bool {
    code.len() == 2 && ISO_639_1.split(' ').any(|known| known == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_fold_alike_in_any_spelling() {
        for spelling in ["Côte d’Ivoire", "COTE D'IVOIRE", "co\u{302}te   d'ivoire"] {
            assert_eq!(fold(spelling), "cote d ivoire", "{spelling}");
        }
        assert_eq!(fold("Đặng Østergård-Müller"), "dang ostergard muller");
    }

    #[test]
    fn names_sort_as_in_a_dictionary() {
        let mut names = ["Zoë", "Étienne", "etienne", "Ákos", "Zoe", "Étiennette", "Łukasz", "Ling", "Awa"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["Ákos", "Awa", "etienne", "Étienne", "Étiennette", "Ling", "Łukasz", "Zoe", "Zoë"]);
    }

    #[test]
    fn a_name_is_found_by_the_beginnings_of_its_words() {
        let keys = NameKeys::of("Łukasz d’Áwa");
        assert_eq!((keys.words.as_str(), keys.sort), (" lukasz d awa", sort_key("Łukasz d’Áwa")));
        assert!(!NameKeys::of("").sort.is_empty(), "an empty key is one that is missing");
    }

    #[test]
    fn a_line_takes_no_line_ends_and_no_tricks() {
        for bad in [
            "E\r\nBcc: x@y.example",
            "a\nb",
            "nul\0",
            "\u{202e}gpj.exe",
            "",
            "   ",
            "\u{200d}",
            "a\u{200b}b",
            "a\u{ffff}b",
            "a\u{fdd0}b",
            "a\u{1fffe}b",
        ] {
            assert!(line(bad, 100).is_err(), "{bad:?}");
        }
        assert_eq!(line("  Awa   Diop ", 100).unwrap(), "Awa Diop");
    }

    #[test]
    fn of_a_hundred_thousand_codes_each_is_kept_once() {
        let codes = |count: usize| (0..count).map(|n| n.to_string());
        assert_eq!(unique(codes(100_000).chain(codes(50_000))), codes(100_000).collect::<Vec<_>>());
        assert_eq!(unique(["b", "a", "b"].map(str::to_owned)), ["b", "a"]);
        assert!(few(&["a"; 3], 3).is_ok() && few(&["a"; 4], 3).is_err());
    }

    proptest! {
        #[test]
        fn no_line_has_a_control_character(text in "\\PC*|.*") {
            if let Ok(clean) = line(&text, 200) {
                prop_assert!(!clean.chars().any(char::is_control));
                prop_assert_eq!(line(&clean, 400).unwrap(), clean);
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in ".*") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
