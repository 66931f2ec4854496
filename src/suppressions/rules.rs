//! Validation of addresses, and suppressions as a CSV file (RFC 4180).
//!
//! `http::csv` puts an apostrophe in front of an address that a spreadsheet would take for a formula. The import
//! removes it.

use std::collections::BTreeMap;

use ::csv::ReaderBuilder;

use crate::error::{Error, FieldCode, FieldError};
use crate::http::csv;
use crate::mail::EmailAddress;
use crate::mail::consent::{Suppression, SuppressionReason};
use crate::text;

/// Most bytes of a file.
pub(super) const MOST_BYTES: usize = 2_097_152;
/// Most addresses of a file.
const MOST_LINES: usize = 20_000;
/// Most faults that an answer names.
const MOST_FAULTS: usize = 50;
/// The columns of a file.
pub(super) const COLUMNS: [&str; 5] = ["address", "reason", "source", "since", "until"];

/// A line of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) address: EmailAddress,
    pub(super) reason: SuppressionReason,
}

/// The address of a request body.
///
/// # Errors
/// 422 at `/address`.
pub(super) fn address(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text)
        .map_err(|fault| Error::invalid(vec![FieldError { pointer: "/address".to_owned(), ..fault }]))
}

/// The address of a query.
///
/// # Errors
/// 400.
pub(super) fn address_in_query(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|_fault| Error::bad_query(vec![FieldError::new("address", FieldCode::BadEmail)]))
}

/// The beginning of addresses that a query asks for, in lower case.
///
/// # Errors
/// 400 where it has a NUL, which PostgreSQL refuses.
pub(super) fn prefix(text: Option<&str>) -> Result<Option<String>, Error> {
    let prefix = text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
    if prefix.as_ref().is_some_and(|prefix| prefix.contains('\0')) {
        return Err(Error::bad_query(vec![FieldError::new("q", FieldCode::BadEmail)]));
    }
    Ok(prefix)
}

/// The row of a suppression.
pub(super) fn cells(row: &Suppression) -> Vec<String> {
    let until = row.until.map(|until| until.to_string()).unwrap_or_default();
    vec![row.address.clone(), row.reason.to_string(), row.source.clone(), row.since.to_string(), until]
}

/// Parses a file: a column `address` (or `email`), and an optional column `reason`. Other columns are ignored.
/// `charset` is the encoding that the client declares. Stops once `is_wanted` says no.
///
/// # Errors
/// 422, with the lines at fault.
pub(super) fn read(bytes: &[u8], charset: Option<&str>, is_wanted: &dyn Fn() -> bool) -> Result<Vec<Line>, Error> {
    let opened = csv::Opened::read(bytes, charset).map_err(|fault| Error::invalid(vec![fault]))?;
    let mut reader =
        ReaderBuilder::new().flexible(true).delimiter(opened.separator).from_reader(opened.text.as_bytes());
    let no_sheet = |_not_text| Error::invalid(vec![FieldError::new("", FieldCode::SheetKind)]);
    let heads = reader.headers().map_err(no_sheet)?.clone();
    let column = |names: &[&str]| heads.iter().position(|head| names.contains(&head.trim().to_lowercase().as_str()));
    let address_at = column(&["address", "email"])
        .ok_or_else(|| Error::invalid(vec![FieldError::new("/address", FieldCode::Missing)]))?;
    let reason_at = column(&["reason"]);
    let (mut lines, mut faults) = (BTreeMap::new(), Vec::new());
    for (index, record) in reader.records().enumerate() {
        if !is_wanted() {
            return Err(Error::busy());
        }
        let record = record.map_err(no_sheet)?;
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let written = cell(address_at);
        if written.is_empty() {
            continue;
        }
        let written = csv::restored(written);
        let reason = reason_at.map(cell).filter(|word| !word.is_empty());
        // The header is the first line; a line that names the separator may precede it.
        let line = index + 2 + usize::from(opened.skipped > 0);
        // In the wrong encoding it would be another address.
        if opened.basis == csv::Basis::WeakGuess && !written.is_ascii() {
            let fault =
                FieldError::new(format!("/{line}/address"), FieldCode::CharsetUnsure).with("charset", opened.charset);
            faults.push(fault);
            continue;
        }
        match (EmailAddress::parse(&written), reason.map_or(Some(SuppressionReason::Manual), SuppressionReason::parse))
        {
            (Err(fault), _) => faults.push(FieldError { pointer: format!("/{line}/address"), ..fault }),
            (_, None) => {
                let known = SuppressionReason::ALL.iter().map(|known| known.as_str());
                let fault = text::unknown_value(reason.unwrap_or_default(), known);
                faults.push(FieldError { pointer: format!("/{line}/reason"), ..fault });
            }
            (Ok(address), Some(reason)) => {
                let weightier = lines.get(&address.key()).is_some_and(|known: &Line| known.reason > reason);
                if !weightier {
                    lines.insert(address.key(), Line { address, reason });
                }
            }
        }
        if faults.len() >= MOST_FAULTS || lines.len() > MOST_LINES {
            break;
        }
    }
    if lines.len() > MOST_LINES {
        faults.push(FieldError::new("", FieldCode::TooMany).with("max", MOST_LINES));
    }
    if faults.is_empty() { Ok(lines.into_values().collect()) } else { Err(Error::invalid(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    #[test]
    fn goal_46_a_list_comes_back_as_it_went_and_no_cell_is_a_formula() {
        let row = |address: &str, reason| Suppression {
            address: address.to_owned(),
            reason,
            source: "report".to_owned(),
            until: None,
            since: Timestamp::from_micros(0),
        };
        let rows =
            [row("+awa@x.example", SuppressionReason::Manual), row("kofi@x.example", SuppressionReason::HardBounce)];
        let mut file = csv::begin(COLUMNS, csv::Separator::Semicolon).unwrap();
        file.extend(
            csv::write(
                rows.iter().map(|row| cells(row).into_iter().map(|cell| csv::Cell::text(&cell))),
                csv::Separator::Semicolon,
            )
            .unwrap(),
        );
        assert!(String::from_utf8_lossy(&file).contains("\r\n\"'+awa@x.example\";\"manual\";\"report\";"));
        let read: Vec<(String, SuppressionReason)> =
            read(&file, None, &|| true).unwrap().into_iter().map(|line| (line.address.key(), line.reason)).collect();
        assert_eq!(read, rows.map(|row| (row.address, row.reason)));
    }

    #[test]
    fn faults_name_their_lines_and_of_one_address_twice_the_weightier_reason_counts() {
        let file =
            "\u{feff}Email,Reason\nAwa@x.example,complaint\nawa@x.example,hard_bounce\n,\nnobody,\nx@y.example,bored\n";
        let Err(Error::Refused(refusal)) = read(file.as_bytes(), None, &|| true) else { panic!("faults") };
        let places: Vec<&str> = refusal.errors.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(places, ["/5/address", "/6/reason"]);
        let lines =
            read("address,reason\nAwa@x.example,complaint\nawa@x.example,hard_bounce\n".as_bytes(), None, &|| true)
                .unwrap();
        assert_eq!(lines.iter().map(|line| line.reason).collect::<Vec<_>>(), [SuppressionReason::Complaint]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes, None, &|| true);
            let _ = read(&[b"address\n", bytes.as_slice()].concat(), None, &|| true);
        }
    }
}
