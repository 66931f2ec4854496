//! Contacts as comma-separated values ([`crate::http::csv`]).

use super::card::{COLUMNS, Card, Words};
use super::table;
use crate::error::Error;
use crate::http::csv::{self, Cell, Separator};

/// The head of a file.
pub(super) fn begin(words: &Words, separator: Separator) -> Result<Vec<u8>, Error> {
    csv::begin(table::heads(words), separator)
}

/// The rows of a page of contacts.
pub(super) fn page(cards: &[Card<'_>], separator: Separator) -> Result<Vec<u8>, Error> {
    let cell =
        |(column, cell): (&&str, String)| if *column == "phone" { Cell::phone(&cell) } else { Cell::text(&cell) };
    csv::write(cards.iter().map(|card| COLUMNS.iter().zip(table::cells(card)).map(cell)), separator)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::card::tests::{contact, words};
    use super::*;

    proptest! {
        #[test]
        fn what_is_typed_comes_back_and_is_no_formula(name in "[=+@\\-\t\r]?\\PC*", title in "\\PC*|[=+@\\-]\\PC*") {
            let (words, contact) = (words(), contact(&name, &title, "+221 33"));
            let mut file = begin(&words, Separator::Comma).unwrap();
            file.extend(page(&[Card::new(&contact, &words).unwrap()], Separator::Comma).unwrap());
            let bare = &file[csv::BYTE_ORDER_MARK.len()..];
            let mut reader = ::csv::Reader::from_reader(bare);
            let row = reader.records().next().unwrap().unwrap();
            for (typed, cell) in [(&name, &row[0]), (&title, &row[1])] {
                prop_assert_eq!(typed, &csv::restored(cell));
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            }
        }
    }
}
