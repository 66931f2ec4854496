//! Dates as people write them in sheets: `2027-06-30`, `30/06/2027`, `30.06.2027`, `30 juin 2027`, `June 30, 2027`.
//!
//! Of two numbers the month is known if the other is more than twelve, if points separate them (`30.06.2027` always has
//! the day first), or if the header of the column is French. Otherwise the date is refused as ambiguous, with both
//! readings. A year has four digits.

use crate::error::{FieldCode, FieldError};
use crate::text;
use crate::time::Day;

/// Names and abbreviations of months in English, French, Spanish and Portuguese, folded.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "janvier", "janv", "enero", "ene", "janeiro"],
    &["february", "feb", "fevrier", "fevr", "fev", "febrero", "fevereiro"],
    &["march", "mar", "mars", "marzo", "marco"],
    &["april", "apr", "avril", "avr", "abril", "abr"],
    &["may", "mai", "mayo", "maio"],
    &["june", "jun", "juin", "junio", "junho"],
    &["july", "jul", "juillet", "juil", "julio", "julho"],
    &["august", "aug", "aout", "agosto", "ago"],
    &["september", "sept", "sep", "septembre", "septiembre", "setembro", "set"],
    &["october", "oct", "octobre", "octubre", "outubro", "out"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &["december", "dec", "decembre", "diciembre", "dic", "dezembro", "dez"],
];
/// Words between the parts of a date.
const BETWEEN: [&str; 4] = ["de", "of", "le", "the"];
/// Suffixes of the number of a day.
const ORDINALS: [&str; 5] = ["er", "st", "nd", "rd", "th"];

/// Parses a date; `day_first` says that the day comes before the month in this column.
///
/// # Errors
/// `bad_date`, `ambiguous_date`.
pub(super) fn day(text: &str, day_first: bool) -> Result<Day, FieldError> {
    let typed = text::plain(text).trim().to_lowercase();
    if let Some(day) = in_full(&typed) {
        return Ok(day);
    }
    let bad = || FieldError::new("", FieldCode::BadDate);
    let pieces: Vec<&str> = typed
        .split(|c: char| c.is_whitespace() || "/.-,".contains(c))
        .filter(|piece| !piece.is_empty() && !BETWEEN.contains(piece))
        .collect();
    let &[first, second, third] = pieces.as_slice() else { return Err(bad()) };
    let (one, two) = (number(first), number(second));
    match (month(first), month(second)) {
        (_, Some(month)) => calendar(third, month, one).ok_or_else(bad),
        (Some(month), None) => calendar(third, month, two).ok_or_else(bad),
        (None, None) if first.len() == 4 => calendar(first, two.unwrap_or_default(), number(third)).ok_or_else(bad),
        (None, None) => {
            let (one, two) = (one.ok_or_else(bad)?, two.ok_or_else(bad)?);
            let (day_before, month_before) = (calendar(third, two, Some(one)), calendar(third, one, Some(two)));
            match (day_before, month_before) {
                (Some(day), _) if day_first || typed.contains('.') => Ok(day),
                (Some(one), Some(other)) if one == other => Ok(one),
                (Some(one), Some(other)) => {
                    Err(FieldError::new("", FieldCode::AmbiguousDate).with("one", one).with("other", other))
                }
                (Some(day), None) | (None, Some(day)) => Ok(day),
                (None, None) => Err(bad()),
            }
        }
    }
}

/// A date that begins in the form of ISO 8601; a spreadsheet appends a time.
fn in_full(typed: &str) -> Option<Day> {
    let (day, rest) = typed.split_at_checked(10)?;
    let is_time = |c: char| c.is_ascii_digit() || "t:.z+- ".contains(c);
    let ends = rest.is_empty() || rest.starts_with([' ', 't']);
    Day::parse(day).filter(|_| ends && rest.chars().all(is_time))
}

/// The month of this name.
fn month(piece: &str) -> Option<u32> {
    let folded = text::fold(piece);
    let place = MONTHS.iter().position(|names| names.contains(&folded.as_str()))?;
    u32::try_from(place + 1).ok()
}

/// A number of one or two digits, as in 7, 07 or 1er.
fn number(piece: &str) -> Option<u32> {
    let digits = ORDINALS.iter().find_map(|ordinal| piece.strip_suffix(ordinal)).unwrap_or(piece);
    let is_short = (1..=2).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    digits.parse().ok().filter(|_| is_short)
}

/// The day, if it exists in the calendar.
fn calendar(year: &str, month: u32, day: Option<u32>) -> Option<Day> {
    let is_year = year.len() == 4 && year.chars().all(|c| c.is_ascii_digit());
    Day::parse(&format!("{year}-{month:02}-{:02}", day?)).filter(|_| is_year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_read_however_it_is_written() {
        for typed in [
            "2027-06-30",
            "2027/06/30",
            "2027-06-30 00:00:00",
            "30/06/2027",
            "06/30/2027",
            "30.06.2027",
            "30-6-2027",
            "30 juin 2027",
            "le 30 juin 2027",
            "30 June 2027",
            "June 30, 2027",
            "30th of June 2027",
            "30-jun-2027",
            "30 de junio de 2027",
            "\u{200e}30/06/2027",
            "٣٠/٠٦/٢٠٢٧",
        ] {
            for day_first in [false, true] {
                assert_eq!(day(typed, day_first).map(|day| day.to_string()).as_deref(), Ok("2027-06-30"), "{typed}");
            }
        }
        assert_eq!(day("1er août 2027", true).unwrap().to_string(), "2027-08-01");
        assert_eq!(day("06/07/2027", true).unwrap().to_string(), "2027-07-06");
        assert_eq!(day("06.07.2027", false).unwrap().to_string(), "2027-07-06");
        assert_eq!(day("07/07/2027", false).unwrap().to_string(), "2027-07-07");
    }

    #[test]
    fn only_what_is_ambiguous_or_no_day_is_refused() {
        let fault = day("06/07/2027", false).unwrap_err();
        assert_eq!(fault.code, FieldCode::AmbiguousDate);
        assert!(fault.args.contains(&("one", "2027-07-06".to_owned())), "{fault:?}");
        assert!(fault.args.contains(&("other", "2027-06-07".to_owned())), "{fault:?}");
        for bad in
            ["31/06/2027", "30/06/27", "soon", "2027", "46203", "30 brumaire 2027", "13/13/2027", "1/2/3/2027", ""]
        {
            assert_eq!(day(bad, true).map_err(|fault| fault.code), Err(FieldCode::BadDate), "{bad}");
        }
    }

    #[test]
    fn a_month_has_one_number() {
        let names: Vec<&str> = MONTHS.iter().flat_map(|names| names.iter().copied()).collect();
        for name in &names {
            assert_eq!(text::fold(name), *name);
            assert_eq!(names.iter().filter(|known| known == &name).count(), 1, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(typed in ".{0,30}", number in "[0-9/. -]{0,12}") {
            for typed in [typed, number] {
                let _ = (day(&typed, true), day(&typed, false));
            }
        }
    }
}
