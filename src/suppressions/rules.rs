//! Suppressions as a CSV file (RFC 4180).
//!
//! An address may begin with a sign that makes a formula of it in a spreadsheet. It gets an apostrophe in front then
//! (`http::csv`), which is taken away again where a file comes back.

use std::collections::BTreeMap;

use ::csv::ReaderBuilder;

use crate::error::{Error, Fault};
use crate::http::csv;
use crate::mail::EmailAddress;
use crate::mail::consent::{Suppression, SuppressionReason};
use crate::text;

/// Most bytes of a file.
pub(super) const MOST_BYTES: usize = 2_097_152;
/// Most addresses of a file.
const MOST_LINES: usize = 20_000;
/// Most faults that are named.
const MOST_FAULTS: usize = 50;
/// The columns of a file.
pub(super) const COLUMNS: [&str; 5] = ["address", "reason", "source", "since", "until"];

/// A line of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) address: EmailAddress,
    pub(super) reason: SuppressionReason,
}

/// The row of a suppression.
pub(super) fn cells(row: &Suppression) -> Vec<String> {
    let until = row.until.map(|until| until.to_string()).unwrap_or_default();
    vec![row.address.clone(), row.reason.to_string(), row.source.clone(), row.since.to_string(), until]
}

/// Reads a file: a column `address` (or `email`), and one `reason` where it has one. Other columns are passed over. Stops
/// where it is not wanted any more.
///
/// # Errors
/// 422, with the lines at fault.
pub(super) fn read(bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<Vec<Line>, Error> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes);
    let no_sheet = |_not_text| Error::invalid(vec![Fault::new("", "sheet_kind")]);
    let heads = reader.headers().map_err(no_sheet)?.clone();
    let column = |names: &[&str]| heads.iter().position(|head| names.contains(&head.trim().to_lowercase().as_str()));
    let address_at =
        column(&["address", "email"]).ok_or_else(|| Error::invalid(vec![Fault::new("/address", "missing")]))?;
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
        // The head is the first line.
        let line = index + 2;
        match (EmailAddress::parse(&written), reason.map_or(Some(SuppressionReason::Manual), SuppressionReason::parse))
        {
            (Err(fault), _) => faults.push(Fault { pointer: format!("/{line}/address"), ..fault }),
            (_, None) => {
                let known = SuppressionReason::ALL.iter().map(|known| known.as_str());
                let fault = text::unknown_value(reason.unwrap_or_default(), known);
                faults.push(Fault { pointer: format!("/{line}/reason"), ..fault });
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
        faults.push(Fault::new("", "too_many").with("max", MOST_LINES));
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
        let mut file = csv::begin(COLUMNS).unwrap();
        file.extend(
            csv::write(rows.iter().map(|row| cells(row).into_iter().map(|cell| csv::Cell::text(&cell)))).unwrap(),
        );
        assert!(String::from_utf8_lossy(&file).contains("\r\n\"'+awa@x.example\",\"manual\",\"report\","));
        let read: Vec<(String, SuppressionReason)> =
            read(&file, &|| true).unwrap().into_iter().map(|line| (line.address.key(), line.reason)).collect();
        assert_eq!(read, rows.map(|row| (row.address, row.reason)));
    }

    #[test]
    fn faults_name_their_lines_and_of_one_address_twice_the_weightier_reason_counts() {
        let file =
            "\u{feff}Email,Reason\nAwa@x.example,complaint\nawa@x.example,hard_bounce\n,\nnobody,\nx@y.example,bored\n";
        let Err(Error::Refused(refusal)) = read(file.as_bytes(), &|| true) else { panic!("faults") };
        let places: Vec<&str> = refusal.errors.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(places, ["/5/address", "/6/reason"]);
        let lines =
            read("address,reason\nAwa@x.example,complaint\nawa@x.example,hard_bounce\n".as_bytes(), &|| true).unwrap();
        assert_eq!(lines.iter().map(|line| line.reason).collect::<Vec<_>>(), [SuppressionReason::Complaint]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes, &|| true);
            let _ = read(&[b"address\n", bytes.as_slice()].concat(), &|| true);
        }
    }
}
