//! Contacts as comma-separated values ([`crate::http::csv`]).
//!
//! A telephone number is the exception among cells that look like formulas: programs dial what stands here, and `'+221 33…` is
//! no number. It can't hold a formula once it is a plus, digits and spaces alone, so the marks people put between (`-`, `.`,
//! `/`, parentheses) are written as spaces. A number that has anything else (an extension) gets its apostrophe as well.

use super::card::{Card, Words};
use super::table::{self, COLUMNS};
use crate::error::Error;
use crate::http::csv::{self, safe};

/// The beginning of a file.
pub(super) fn begin(words: &Words) -> Result<Vec<u8>, Error> {
    csv::begin(table::heads(words))
}

/// The rows of some contacts.
pub(super) fn page(cards: &[Card<'_>]) -> Result<Vec<u8>, Error> {
    let cell = |(column, cell): (&&str, String)| if *column == "phone" { phone(&cell) } else { safe(cell) };
    csv::write(cards.iter().map(|card| COLUMNS.iter().zip(table::cells(card)).map(cell)))
}

/// A telephone number as a cell.
fn phone(number: &str) -> String {
    let spaced = number.replace(['-', '.', '/', '(', ')'], " ");
    let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = spaced.strip_prefix('+').unwrap_or(&spaced).chars().all(|c| c.is_ascii_digit() || c == ' ');
    if is_plain { spaced } else { safe(number.to_owned()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::card::tests::{contact, words};
    use super::*;

    #[test]
    fn a_telephone_number_stays_one() {
        for (typed, cell) in [
            ("+221 33 800 00 00", "+221 33 800 00 00"),
            ("+1-202-555-0100", "+1 202 555 0100"),
            ("(0)33/800.00.00", "0 33 800 00 00"),
            ("-1+1", "'-1+1"),
            ("+1 ext 5", "'+1 ext 5"),
            ("+tex1+ext1", "'+tex1+ext1"),
            ("", ""),
        ] {
            assert_eq!(phone(typed), cell, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_is_typed_comes_back_and_is_no_formula(name in "[=+@\\-\t\r]?\\PC*", title in "\\PC*|[=+@\\-]\\PC*") {
            let (words, contact) = (words(), contact(&name, &title, "+221 33"));
            let mut file = begin(&words).unwrap();
            file.extend(page(&[Card::new(&contact, &words).unwrap()]).unwrap());
            let bare = &file[csv::BYTE_ORDER_MARK.len()..];
            let mut reader = ::csv::Reader::from_reader(bare);
            let row = reader.records().next().unwrap().unwrap();
            for (typed, cell) in [(&name, &row[0]), (&title, &row[1])] {
                prop_assert_eq!(typed, cell.strip_prefix('\'').filter(|_| !typed.starts_with('\'')).unwrap_or(cell));
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            }
        }
    }
}
