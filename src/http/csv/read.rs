//! CSV as spreadsheet programs of the world write it: one reader for all CSV uploads, before their columns are
//! interpreted.
//!
//! `decode` finds the encoding. The separator is the one that a first line `sep=;` names, or the most frequent one in
//! the first lines, outside of quotation marks, since a sheet may have a title above its header. Line ends are unified,
//! so that lines are counted as people count them. The caller limits the number of rows and cells.

use super::decode::{self, Basis};
use crate::error::FieldError;
use crate::text;

/// Possible separators; of two that are equally frequent, the first is taken.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// Lines in which the separator is searched.
const LINES_LOOKED_AT: usize = 20;

/// A file, decoded.
#[derive(Debug)]
pub struct Opened {
    /// The text with unified line ends, from the header or the title above it on.
    pub text: String,
    /// The separator of cells.
    pub separator: u8,
    /// Lines before the text.
    pub skipped: u32,
    /// The name of its encoding.
    pub charset: &'static str,
    /// How the encoding was determined.
    pub basis: Basis,
}

impl Opened {
    /// Decodes a file; `declared` is the encoding that the client declares.
    ///
    /// # Errors
    /// `sheet_kind` if it is no text, `charset_unknown` and `charset_wrong` for a declaration.
    pub fn read(bytes: &[u8], declared: Option<&str>) -> Result<Self, FieldError> {
        let decoded = decode::decode(bytes, declared)?;
        let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n");
        let (separator, skipped, text) = match hint(&text) {
            Some((separator, rest)) => (separator, 1, rest.to_owned()),
            None => (guess(&text), 0, text),
        };
        Ok(Self { text, separator, skipped, charset: decoded.charset, basis: decoded.basis })
    }

    /// The first cell that depends on the encoding, so that a person can check it.
    #[must_use]
    pub fn sample(&self) -> Option<String> {
        let line = self.text.lines().find(|line| !line.is_ascii())?;
        let cell = line.split([char::from(self.separator), '"']).find(|cell| !cell.is_ascii())?;
        Some(text::shown(cell.trim()))
    }
}

/// The separator that a first line names, as some spreadsheet programs write it, and the text after that line.
fn hint(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.strip_prefix("sep=").map(str::as_bytes) {
        Some([separator]) if SEPARATORS.contains(separator) => Some((*separator, rest)),
        _ => None,
    }
}

/// The most frequent separator in the first lines that are not empty.
fn guess(text: &str) -> u8 {
    let lines = || text.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT);
    // Text in quotation marks belongs to a cell.
    let frequency = |separator: u8| -> usize {
        let outside = lines().flat_map(|line| line.split('"').step_by(2));
        outside.map(|piece| piece.bytes().filter(|&byte| byte == separator).count()).sum()
    };
    // Of equals, max_by_key returns the last.
    SEPARATORS.into_iter().rev().max_by_key(|&separator| frequency(separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found_below_a_title() {
        for (text, separator) in [
            ("a,b;c\n1,2\n", b','),
            ("Contacts, 2026\n\nnom;pays;rôle\nA;B;C\n", b';'),
            ("\"name, in full\"\t\"e-mail\"\nx\ty\n", b'\t'),
            ("alone\n", b','),
        ] {
            assert_eq!(Opened::read(text.as_bytes(), None).unwrap().separator, separator, "{text}");
        }
        let hinted = Opened::read("sep=;\na,b;c".as_bytes(), None).unwrap();
        assert_eq!((hinted.separator, hinted.skipped, hinted.text.as_str()), (b';', 1, "a,b;c"));
    }

    #[test]
    fn the_sample_is_a_cell_in_which_the_encoding_shows() {
        let opened = Opened::read("nom;poste\nAwa;\"Chef d’équipe\"\n".as_bytes(), None).unwrap();
        assert_eq!(opened.sample().as_deref(), Some("Chef d’équipe"));
        assert_eq!(Opened::read(b"a;b\n", None).unwrap().sample(), None);
    }
}
