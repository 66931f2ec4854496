//! Converts what people type or copy instead of plain ASCII: digits of other scripts, full-width forms, dashes of all
//! lengths, and invisible characters. A number or a date has the same meaning in ASCII, and other programs understand
//! only that.

use super::is_unprintable;

/// The zero of each script with decimal digits; its other digits follow it (Unicode, `Nd`).
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// The text without invisible characters other than line ends: direction marks, zero-width blanks, the byte order mark.
/// Address books and web pages add them to numbers and addresses.
#[must_use]
pub fn visible(text: &str) -> String {
    let is_hidden = |c: char| (is_unprintable(c) && !c.is_control()) || matches!(c, '\u{200c}' | '\u{200d}');
    text.chars().filter(|&c| !is_hidden(c)).collect()
}

/// The text in plain ASCII as far as the meaning is the same: without invisible characters, with the digits, dashes,
/// signs and blanks of ASCII. Letters are unchanged, except full-width forms of Latin ones.
#[must_use]
pub fn plain(text: &str) -> String {
    visible(text).chars().map(plain_char).collect()
}

fn plain_char(c: char) -> char {
    match c {
        _ if c.is_ascii() => c,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe58}' | '\u{fe63}' | '\u{30fc}' | '\u{2d7}' => '-',
        '\u{fe62}' | '\u{207a}' => '+',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{b7}' | '\u{2024}' => '.',
        // The full-width forms have the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ if c.is_whitespace() => ' ',
        _ => digit(c).unwrap_or(c),
    }
}

/// The ASCII digit of a digit of another script.
fn digit(c: char) -> Option<char> {
    let value = ZEROS.iter().find_map(|&zero| u32::from(c).checked_sub(zero).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_signs_of_any_script_are_those_of_ascii() {
        for (typed, meant) in [
            ("٢٢١ ٣٣", "221 33"),
            ("۲۲۱", "221"),
            ("२२१", "221"),
            ("＋２２１（３３）", "+221(33)"),
            ("1\u{2011}2\u{2013}3\u{2212}4", "1-2-3-4"),
            ("\u{202a}+221\u{a0}33\u{202c}", "+221 33"),
            ("\u{feff}\u{200e}a\u{200b}b", "ab"),
            ("Été 2027", "Été 2027"),
        ] {
            assert_eq!(plain(typed), meant, "{typed:?}");
        }
        assert_eq!(visible("a\nb\u{200f}"), "a\nb", "a line end is none of them");
    }
}
