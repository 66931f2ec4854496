//! Cells that no spreadsheet takes for a formula, wherever it lets a cell begin.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, in some languages also with their
//! full-width forms, and a title typed by a stranger could fetch a page or run a program (CWE-1236). The separator of
//! cells is a setting of the reader: Excel in French, German and Spanish splits a file of commas at its semicolons. So
//! a cell may begin at the beginning of a field, and after each `,`, `;`, `|`, tab and line end in it. At all of these
//! places, blanks, invisible characters and quotation marks are skipped, and a sign that follows gets an apostrophe
//! before it (OWASP, CSV Injection): `Chef;=1+1` is written as `Chef;'=1+1`.
//!
//! If there are apostrophes before the sign already, one more is added, so that [`restored`] returns exactly what was
//! typed.

use crate::text;

/// Separators of cells in any program.
const SEPARATORS: [char; 11] = [',', ';', '|', '\t', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
/// First characters of a formula: the four signs, their full-width and small forms, and the mathematical minus.
const SIGNS: [char; 13] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{fe66}', '\u{fe62}', '\u{fe63}', '\u{fe6b}',
    '\u{2212}',
];
/// Characters that some programs strip at the beginning of a field before they look for a formula.
const STRIPPED: [char; 2] = ['\t', '\r'];

/// A cell that is safe to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell(String);

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self(guarded(text))
    }

    /// A telephone number that programs can dial, which `'+221 33…` is not. A plus, digits and spaces cannot be a
    /// formula, so the marks that people use between digits (`-`, `.`, `/`, parentheses) are written as spaces. A
    /// number with anything else (an extension) is written as text.
    ///
    /// A spreadsheet would take a run of digits for an amount, and lose its plus and its zeros; in French also groups
    /// of three digits. Such a number is written in pairs, which no language uses for amounts.
    #[must_use]
    pub fn phone(number: &str) -> Self {
        let spaced = number.replace(['-', '.', '/', '(', ')'], " ");
        let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_plain = spaced.strip_prefix('+').unwrap_or(&spaced).chars().all(|c| c.is_ascii_digit() || c == ' ');
        if !is_plain {
            return Self::text(number);
        }
        Self(if is_amount(&spaced) { in_pairs(&spaced) } else { spaced })
    }

    /// The text to write.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Cell {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Whether a spreadsheet could take a plain number for an amount: digits only, or groups of three after the first.
fn is_amount(number: &str) -> bool {
    let mut groups = number.strip_prefix('+').unwrap_or(number).split(' ');
    let first = groups.next().unwrap_or_default().len();
    let rest: Vec<usize> = groups.map(str::len).collect();
    first > 0 && (rest.is_empty() || first <= 3 && rest.iter().all(|length| *length == 3))
}

/// A plain number in pairs of digits; with an odd count, the first group has three.
fn in_pairs(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let mut text = String::from(if number.starts_with('+') { "+" } else { "" });
    for (at, digit) in digits.iter().enumerate() {
        let left = digits.len() - at;
        if at > 1 && left.is_multiple_of(2) {
            text.push(' ');
        }
        text.push(*digit);
    }
    text
}

/// The text of a cell without the apostrophes that [`Cell::text`] put into it.
#[must_use]
pub fn restored(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut begins = true;
    for (at, c) in cell.char_indices() {
        let rest = cell.get(at..).unwrap_or_default();
        if begins && rest.strip_prefix('\'').is_some_and(|rest| is_formula(rest, at == 0)) {
            begins = false;
            continue;
        }
        text.push(c);
        begins = may_begin_after(c, begins);
    }
    text
}

fn guarded(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for (at, c) in text.char_indices() {
        if begins && is_formula(text.get(at..).unwrap_or_default(), at == 0) {
            cell.push('\'');
            begins = false;
        }
        cell.push(c);
        begins = may_begin_after(c, begins);
    }
    cell
}

/// Whether a cell may begin after this character, given whether one may begin at it.
fn may_begin_after(c: char, begins: bool) -> bool {
    SEPARATORS.contains(&c) || begins && (c == '"' || c.is_whitespace() || text::is_unprintable(c))
}

/// Whether a cell with this beginning needs an apostrophe, or has one to remove.
fn is_formula(rest: &str, is_first: bool) -> bool {
    let bare = rest.trim_start_matches('\'');
    bare.starts_with(SIGNS) || is_first && bare.starts_with(STRIPPED)
}

#[cfg(test)]
mod tests {
    use csv::{QuoteStyle, ReaderBuilder, WriterBuilder};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sign_is_defused_wherever_a_cell_may_begin() {
        for (typed, written) in [
            ("=1+1", "'=1+1"),
            ("Chef;=1+1;=cmd|' /C calc'!A0", "Chef;'=1+1;'=cmd|' /C calc'!A0"),
            ("Chef, \"@SUM(1)", "Chef, \"'@SUM(1)"),
            ("a|\t-2\n+3\r\n=4", "a|\t'-2\n'+3\r\n'=4"),
            ("\u{ff1d}1;\u{200b}\u{ff0b}1", "'\u{ff1d}1;\u{200b}'\u{ff0b}1"),
            (" \u{a0}=1", " \u{a0}'=1"),
            ("\tx", "'\tx"),
            ("'=1", "''=1"),
            ("Jean-Pierre N'Guessan; Koné + fils", "Jean-Pierre N'Guessan; Koné + fils"),
            ("awa+portal@customs.example", "awa+portal@customs.example"),
            ("", ""),
        ] {
            assert_eq!(Cell::text(typed).as_str(), written, "{typed:?}");
            assert_eq!(restored(written), typed);
        }
    }

    #[test]
    fn a_telephone_number_stays_one() {
        for (typed, cell) in [
            ("+221 33 800 00 00", "+221 33 800 00 00"),
            ("+1-202-555-0100", "+1 202 555 0100"),
            ("(0)33/800.00.00", "0 33 800 00 00"),
            ("+221338000505", "+22 13 38 00 05 05"),
            ("0338000505", "03 38 00 05 05"),
            ("33 800 000", "33 80 00 00"),
            ("+22133800050", "+221 33 80 00 50"),
            ("+221 338 000 505", "+22 13 38 00 05 05"),
            ("12345", "123 45"),
            ("-1+1", "'-1+1"),
            ("+1 ext 5", "'+1 ext 5"),
            ("+1;=2", "'+1;'=2"),
            ("+tex1+ext1", "'+tex1+ext1"),
            ("", ""),
        ] {
            assert_eq!(Cell::phone(typed).as_str(), cell, "{typed}");
        }
    }

    /// Texts of the relevant characters.
    const TRICKY: &str = "[ab=+@\u{ff1d}\u{ff0b}\u{2212};,|\t\n\r\"' \u{a0}\u{200b}-]{0,12}";

    /// Whether a spreadsheet would run a cell with this beginning.
    fn runs(cell: &str) -> bool {
        let is_passed_over = |c: char| c == '"' || c.is_whitespace() || text::is_unprintable(c);
        cell.trim_start_matches(is_passed_over).starts_with(SIGNS)
    }

    proptest! {
        #[test]
        fn no_cell_is_a_formula_however_a_line_is_split(typed in prop::collection::vec(TRICKY, 1..4)) {
            let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(Vec::new());
            writer.write_record(typed.iter().map(|text| Cell::text(text))).unwrap();
            let line = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            for separator in [',', ';', '\t', '|', '\n', '\r'] {
                // In a program that ignores quotation marks.
                prop_assert!(!line.split(separator).any(runs), "{:?} at {:?}", line, separator);
                // And in one that does not.
                let delimiter = u8::try_from(separator).unwrap();
                let mut reader =
                    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(line.as_bytes());
                for record in reader.records() {
                    let record = record.unwrap();
                    prop_assert!(!record.iter().any(runs), "{:?} at {:?}", record, separator);
                }
            }
        }

        #[test]
        fn what_was_typed_comes_back(typed in TRICKY, other in "\\PC{0,20}") {
            for text in [typed, other] {
                prop_assert_eq!(restored(Cell::text(&text).as_str()), text);
            }
        }
    }
}
