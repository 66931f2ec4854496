//! Normalises telephone numbers for comparison.
//!
//! One number is written in many ways: `+221 33 800 05 05`, `00221338000505`, `+221 (0)33 800-05-05`, `33 800 05 05`.
//! They share their last digits. Numbers are therefore compared by keys: the digits in reverse order, without prefixes
//! (`+`, `00`, a trunk prefix `0`) and without an extension. A number with its country code ends with the national
//! number, so the key of the one is a prefix of the key of the other.
//!
//! The database stores the key beside the number and finds all keys with a prefix by an index. A number that is stored
//! without its country code may be shorter than the typed one: it is looked up by the prefixes of the typed key, and
//! only where the typed number itself is not found.
//!
//! Left out: numbering plans. Two numbers of two countries with the same end are not told apart where one of them is
//! written without its country code.

use crate::text::plain;

/// Fewest digits of a number.
const SHORTEST: usize = 5;
/// Most digits of a number: fifteen (ITU-T E.164), and prefixes.
const LONGEST: usize = 20;
/// Fewest digits of a number that may match the end of a longer one.
const LOCAL: usize = 7;
/// Characters between digits.
const MARKS: &str = "+-()./";
/// The scheme of a link to a number (RFC 3966).
const SCHEME: &str = "tel:";

/// The text without the scheme of a link.
fn bare(text: &str) -> &str {
    match text.get(..SCHEME.len()) {
        Some(scheme) if scheme.eq_ignore_ascii_case(SCHEME) => text.get(SCHEME.len()..).unwrap_or_default(),
        _ => text,
    }
}

/// Whether a piece of a search, without spaces, can be part of a telephone number: it consists of digits and the marks
/// between them.
#[must_use]
pub fn is_part(piece: &str) -> bool {
    let piece = plain(bare(piece));
    !piece.is_empty() && piece.chars().all(|c| c.is_ascii_digit() || MARKS.contains(c))
}

/// The key of a number: its digits in reverse order. None where the text is no number.
#[must_use]
pub fn key(text: &str) -> Option<String> {
    let number = plain(bare(text.trim())).replace("(0)", "");
    // An extension begins with letters.
    let number = number.split(char::is_alphabetic).next().unwrap_or_default();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let dialled = digits.trim_start_matches('0');
    (SHORTEST..=LONGEST).contains(&dialled.len()).then(|| dialled.chars().rev().collect())
}

/// The stored key of a number; empty if there is no number.
#[must_use]
pub fn stored(number: Option<&str>) -> String {
    number.and_then(key).unwrap_or_default()
}

/// The keys of the shorter numbers as which a number may be stored: the prefixes of its key.
#[must_use]
pub fn shorter(typed: &str) -> Vec<String> {
    (LOCAL..typed.len()).filter_map(|length| typed.get(..length)).map(str::to_owned).collect()
}

/// Whether a typed number and a stored one, given by their keys, match: one is the end of the other.
#[must_use]
pub fn is_same(typed: &str, known: &str) -> bool {
    known.starts_with(typed) || (known.len() >= LOCAL && typed.starts_with(known))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_the_same_in_any_spelling() {
        let known = key("+221 33 800 05 05").unwrap();
        for typed in [
            "+221338000505",
            "338000505",
            "00221 33 800 05 05",
            "+221 (33) 800-05-05",
            "+221 (0)33 800.05.05",
            "033/800/05/05",
            "tel:+221338000505",
            "TEL:+221-33-800-0505",
            "\u{202a}+221 33 800 05 05\u{202c}",
            "+٢٢١ ٣٣ ٨٠٠ ٠٥ ٠٥",
            "＋２２１　３３　８００　０５　０５",
            "+221 33 800 05 05 poste 12",
            "8000505",
        ] {
            assert!(is_same(&key(typed).unwrap(), &known), "{typed}");
        }
        for other in ["+221 33 800 05 06", "+224 33 800 05 05", "+221 33 800 05 055", "33 800"] {
            assert!(!is_same(&key(other).unwrap(), &known), "{other}");
        }
        // One that is stored without its country.
        let local = key("033 800 05 05").unwrap();
        assert!(shorter(&known).contains(&local) && is_same(&known, &local));
        let known = key("+221 33 801 23 45").unwrap();
        assert!(!is_same(&known, &key("12345").unwrap()), "too short to be the end of a longer one");
    }

    #[test]
    fn what_is_no_number_has_no_key() {
        for text in ["", "2027", "0000000", "abc", "ext 12345", "123456789012345678901", "-", "½"] {
            assert_eq!(key(text), None, "{text}");
        }
        assert_eq!(stored(None), "");
    }

    #[test]
    fn parts_of_numbers_are_digits_and_marks() {
        for part in ["+221", "(33)", "800-05-05", "tel:+221", "٣٣", "–"] {
            assert!(is_part(part), "{part}");
        }
        for other in ["", "awa", "a1", "tel:", "%", "5,5"] {
            assert!(!is_part(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*") {
            let _ = (is_part(&text), key(&text).map(|key| shorter(&key)));
        }
    }
}
