//! The directory in the formats of others: CSV and XLSX for spreadsheets, vCard and `JSContact` for address books.
//!
//! - `source` where the contacts come from: the filter, the order and the withholding are those of the list
//! - `card` a contact with its words: what every format writes, in one place
//! - `table` the columns of a spreadsheet; `csv` and `xlsx` write them
//! - `vcard` RFC 6350 and RFC 2426; `jscontact` RFC 9553
//! - `stream` a body that is made page by page while it is sent
//! - `bulk` what is handed out in bulk is counted and written down
//! - `routes` by suffix (`contacts.csv`) or by `Accept`
//!
//! A format writes what [`super::Contact`] has, which is what its viewer may see; it decides nothing itself.
//!
//! CSV, vCard and `JSContact` are streams: a page is read from the database when the client has taken the one before, so
//! a million contacts need the memory of one page. Rows that change meanwhile are as they are when their page is read. Where
//! the database fails midway the connection is broken off, so that half a file never looks like a whole one. XLSX is a
//! ZIP archive and has to be whole before it is sent; it is bounded ([`xlsx::MAX_ROWS`]).

pub mod bulk;
mod card;
mod csv;
mod jscontact;
pub mod routes;
mod source;
mod stream;
mod table;
mod vcard;
mod xlsx;

pub use bulk::{Bulk, Handed};
pub use card::{Card, Words};
pub use source::{shown, shown_with_depth, sight};
pub use vcard::vcard;

/// Version of a vCard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// RFC 2426, which older programs read.
    V3,
    /// RFC 6350.
    V4,
}

/// What contacts can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// A spreadsheet (ISO/IEC 29500).
    Xlsx,
    /// vCards one after the other.
    VCard(Version),
    /// Cards in JSON (RFC 9553).
    JsContact,
}

impl Format {
    /// Its media type, as answers name it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => crate::http::csv::MEDIA_TYPE,
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::VCard(Version::V3) => "text/vcard; charset=utf-8; version=3.0",
            Self::VCard(Version::V4) => "text/vcard; charset=utf-8; version=4.0",
            Self::JsContact => "application/jscontact+json",
        }
    }

    /// The end of its files' names, and its name in the audit log.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::VCard(_) => "vcf",
            Self::JsContact => "json",
        }
    }
}
