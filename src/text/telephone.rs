//! Telephone numbers as people write them: one parser for forms, sheets and address books.
//!
//! A number is dialled by people and by programs. So it is stored as it was written, but in plain ASCII
//! ([`super::plain()`]), without a label (`tel:`, *Tél.*, the apostrophe of a spreadsheet), and with one word for an
//! extension: `poste 12`, `x12` and `;ext=12` (RFC 3966) all become `ext 12`.
//!
//! A number that a spreadsheet has converted is refused, since its last digits may be lost: `2.21338E+11`,
//! `221338000000.0`.

use super::{line, plain};
use crate::error::{FieldCode, FieldError};

/// Longest number, in characters.
const MAX: usize = 40;
/// Minimum digits.
const FEWEST: usize = 5;
/// Maximum digits: the fifteen of E.164, and an international prefix.
const MOST: usize = 20;
/// Longest extension, in digits.
const LONGEST_EXTENSION: usize = 8;

/// Labels before a number, folded; followed by a colon, a full stop or nothing.
const LABELS: [&str; 8] = ["telephone", "téléphone", "phone", "mobile", "gsm", "tel", "tél", "mob"];
/// Words before an extension, the longer first.
const EXTENSIONS: [&str; 8] = [";ext=", "extension", "poste", "ext.", "ext", "pst", "x", "#"];

/// A telephone number: digits, spaces and the usual marks between them, a plus before them, an extension after them; 5
/// to 40 characters.
///
/// # Errors
/// A field error if it has anything else, or was converted by a spreadsheet.
pub fn phone(text: &str) -> Result<String, FieldError> {
    let typed = line(&plain(text), 2 * MAX)?;
    let (main, extension) = parted(without_label(&typed));
    if is_spoilt(main) {
        return Err(FieldError::new("", FieldCode::SpoiltNumber));
    }
    let number = match extension {
        Some(extension) => format!("{main} ext {extension}"),
        None => main.to_owned(),
    };
    let digits = main.chars().filter(char::is_ascii_digit).count();
    let is_number = main.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c))
        && main.chars().filter(|&c| c == '+').count() <= 1
        && main.find('+').is_none_or(|place| main.get(..place).is_some_and(|before| before.chars().all(|c| c == '(')));
    if !is_number || !(FEWEST..=MOST).contains(&digits) {
        Err(FieldError::new("", FieldCode::BadPhone))
    } else if number.chars().count() > MAX {
        Err(FieldError::new("", FieldCode::TooLong).with("max", MAX))
    } else {
        Ok(number)
    }
}

/// The text after a label, if there is one.
fn without_label(typed: &str) -> &str {
    let typed = typed.trim_start_matches('\'');
    for label in LABELS {
        let length = typed.char_indices().nth(label.chars().count()).map_or(typed.len(), |(place, _)| place);
        let Some((word, rest)) = typed.split_at_checked(length) else { continue };
        let is_label = word.to_lowercase() == label && !rest.starts_with(char::is_alphabetic);
        if is_label {
            return rest.trim_start_matches(['.', ':', ' ']);
        }
    }
    typed
}

/// The number, and its extension.
fn parted(typed: &str) -> (&str, Option<&str>) {
    // Other parameters of a link of RFC 3966 are not dialled.
    let typed = typed.split_once(";phone-context=").map_or(typed, |(number, _)| number);
    let lower = typed.to_ascii_lowercase();
    for word in EXTENSIONS {
        let Some(place) = lower.find(word) else { continue };
        let (Some(main), Some(rest)) = (typed.get(..place), typed.get(place + word.len()..)) else { continue };
        let extension = rest.trim_matches(|c: char| c == ' ' || c == '.' || c == ':' || c == ')');
        let is_extension =
            (1..=LONGEST_EXTENSION).contains(&extension.len()) && extension.chars().all(|c| c.is_ascii_digit());
        if is_extension {
            return (main.trim_end_matches([' ', ',', ';', '(', '-']), Some(extension));
        }
    }
    (typed.trim_end_matches([' ', ';', ',']), None)
}

/// Whether a spreadsheet has converted the number to an amount.
fn is_spoilt(main: &str) -> bool {
    let lower = main.to_ascii_lowercase();
    let is_digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let is_amount = |text: &str| {
        let text = text.strip_prefix(['+', '-']).unwrap_or(text);
        text.split_once(['.', ',']).map_or_else(|| is_digits(text), |(whole, part)| is_digits(whole) && is_digits(part))
    };
    if let Some((amount, power)) = lower.split_once('e') {
        return is_amount(amount) && is_digits(power.trim_start_matches(['+', '-']));
    }
    // Zeros after the point of a whole number, which are no group of digits.
    lower.rsplit_once('.').is_some_and(|(whole, part)| {
        let whole = whole.strip_prefix('+').unwrap_or(whole);
        part.chars().all(|c| c == '0') && part.len() == 1 && is_digits(whole) && whole.len() >= FEWEST
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for (typed, number) in [
            ("+221 33 800 00 00", "+221 33 800 00 00"),
            ("\u{202a}+221 33 800 00 00\u{202c}", "+221 33 800 00 00"),
            ("\u{200e}+221\u{a0}33\u{202f}800\u{2009}00 00", "+221 33 800 00 00"),
            ("٠٠٢٢١ ٣٣ ٨٠٠ ٠٠ ٠٠", "00221 33 800 00 00"),
            ("＋２２１－３３－８００", "+221-33-800"),
            ("+1 (202) 555\u{2013}0100", "+1 (202) 555-0100"),
            ("(+221) 33.800.00.00", "(+221) 33.800.00.00"),
            ("tel:+221-33-800-0000", "+221-33-800-0000"),
            ("TEL:+221338000000;ext=12", "+221338000000 ext 12"),
            ("tel:338000505;phone-context=+221", "338000505"),
            ("Tél. : 33 800 00 00", "33 800 00 00"),
            ("Téléphone 33 800 00 00", "33 800 00 00"),
            ("33 800 00 00 poste 12", "33 800 00 00 ext 12"),
            ("33 800 00 00, ext. 12", "33 800 00 00 ext 12"),
            ("33 800 00 00 (poste 12)", "33 800 00 00 ext 12"),
            ("338000000x12", "338000000 ext 12"),
            ("33 800 00 00 ext 12", "33 800 00 00 ext 12"),
            ("'+221 33 800 00 00", "+221 33 800 00 00"),
            ("+221 33 800 00 00;", "+221 33 800 00 00"),
            ("33/800.00.00", "33/800.00.00"),
        ] {
            assert_eq!(phone(typed).as_deref(), Ok(number), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_word() {
        for (typed, code) in [
            ("2.21338e+11", FieldCode::SpoiltNumber),
            ("2,21338E+11", FieldCode::SpoiltNumber),
            ("221338000000.0", FieldCode::SpoiltNumber),
            ("call me", FieldCode::BadPhone),
            ("javascript:alert(1)", FieldCode::BadPhone),
            ("1", FieldCode::BadPhone),
            ("1234 ext 5", FieldCode::BadPhone),
            ("33 800 00 00 poste douze", FieldCode::BadPhone),
            ("+221 33 800 00 00 / +221 77 000 00 01", FieldCode::BadPhone),
            ("123456789012345678901", FieldCode::BadPhone),
            ("a\nb", FieldCode::ControlCharacters),
            ("", FieldCode::Empty),
        ] {
            assert_eq!(phone(typed).map_err(|fault| fault.code), Err(code), "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_the_same_again(typed in "[+0-9０-９٠-٩ ().x-]{0,30}(ext|poste)?[0-9 ]{0,4}", other in ".{0,60}") {
            for typed in [typed, other] {
                if let Ok(number) = phone(&typed) {
                    prop_assert!(number.is_ascii() && number.len() <= MAX);
                    prop_assert_eq!(phone(&number), Ok(number));
                }
            }
        }
    }
}
