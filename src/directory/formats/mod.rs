//! Exports of contacts: CSV and XLSX for spreadsheets, vCard and `JSContact` for address books.
//!
//! - `export` the use cases: the contacts of a query as a file, one contact as a card
//! - `export_quota` the daily quota of exported contacts, and the audit log
//! - `source` where the contacts come from: filter, order and withheld fields are those of the list
//! - `card` a contact with the names of its codes in the reader's language: what all formats write
//! - `table` the columns of a spreadsheet; `csv` and `xlsx` write them
//! - `vcard` RFC 6350 and RFC 2426, whole or in part, and the properties that `carddav` searches; `jscontact` RFC 9553
//! - `stream` files that are written page by page while they are sent
//! - `routes` by suffix (`contacts.csv`) or by `Accept`
//!
//! A format writes the fields of [`super::Contact`], which are those that the reader may see. It decides nothing.
//!
//! CSV, vCard and `JSContact` are streams: a page is read from the database once the client has taken the one before,
//! so a million contacts need the memory of one page. A row that changes meanwhile is written as it is when its page is
//! read. If the database fails, the connection is closed, so that half a file never looks complete. XLSX is a ZIP
//! archive, which must be complete before it is sent; its size is bounded ([`xlsx::MAX_ROWS`]).

mod card;
mod csv;
mod export;
mod export_quota;
mod jscontact;
pub mod routes;
mod source;
mod stream;
mod table;
mod vcard;
mod xlsx;

#[cfg(test)]
pub(crate) use card::tests as test_card;
pub use card::{Card, Words};
pub use export::{ExportFile, ExportRequest};
pub use export_quota::Export;
pub use source::{visibility_key, visible_changes, visible_contacts};
pub use vcard::{Property, RequestedProperty, partial_vcard, properties, vcard};

use super::types::ContactQuery;
use crate::error::{Error, FieldCode, FieldError};
use crate::text;

/// The query parameter for the version of vCards, since a link has no `Accept` header.
const VERSION_PARAMETER: &str = "version";

/// Version of a vCard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// RFC 2426, which older programs read.
    V3,
    /// RFC 6350.
    V4,
}

impl Version {
    /// The version that a query string asks for (`version=3.0`); none where it does not say.
    ///
    /// # Errors
    /// 400 for an unknown version.
    pub fn in_query(query: &str) -> Result<Option<Self>, Error> {
        let mut parameters = url::form_urlencoded::parse(query.as_bytes());
        let Some((_, asked)) = parameters.find(|(name, _)| name == VERSION_PARAMETER) else { return Ok(None) };
        match &*asked {
            "3.0" => Ok(Some(Self::V3)),
            "4.0" => Ok(Some(Self::V4)),
            other => {
                let pointer = VERSION_PARAMETER.to_owned();
                Err(Error::bad_query(vec![FieldError { pointer, ..text::unknown_value(other, ["3.0", "4.0"]) }]))
            }
        }
    }
}

/// Refuses `version` where no vCards are asked for, as any unknown parameter.
///
/// # Errors
/// 400 where the query has it.
pub(super) fn refuse_version(query: &ContactQuery) -> Result<(), Error> {
    match query.version {
        Some(_) => Err(Error::bad_query(vec![FieldError::new(VERSION_PARAMETER, FieldCode::UnknownField)])),
        None => Ok(()),
    }
}

/// A format of contacts.
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
            Self::Xlsx => crate::http::xlsx::MEDIA_TYPE,
            Self::VCard(Version::V3) => "text/vcard; charset=utf-8; version=3.0",
            Self::VCard(Version::V4) => "text/vcard; charset=utf-8; version=4.0",
            Self::JsContact => "application/jscontact+json",
        }
    }

    /// The suffix of its files, and its name in the audit log.
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
