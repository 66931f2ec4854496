//! The words of nominations.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::appointments::AppointmentStatus;
use crate::db::Id;
use crate::db::schema::nomination;
use crate::http::IfMatch;
use crate::secrets::hex;
use crate::time::Timestamp;

crate::text_enum! {
    /// What a letter may be.
    pub enum LetterType {
        /// A PDF document.
        Pdf = "application/pdf",
        /// A PNG image.
        Png = "image/png",
        /// A JPEG image.
        Jpeg = "image/jpeg",
    }
}

impl LetterType {
    /// The ending of a file name, with its dot.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => ".pdf",
            Self::Png => ".png",
            Self::Jpeg => ".jpg",
        }
    }
}

/// The evidence of an appointment. All of it is null where nothing is known yet.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Nomination {
    /// Who nominated the person, by name or office.
    pub official: Option<String>,
    /// The reference of the letter.
    pub reference: Option<String>,
    /// The day that the letter bears.
    #[schema(format = Date)]
    pub dated: Option<String>,
    /// The letter, where it was handed in.
    pub letter: Option<LetterEntry>,
    /// When any of this was last written.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
}

/// What is known of a letter beside its content.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterEntry {
    /// The name of the file.
    pub name: String,
    /// What it is, by its content.
    #[serde(rename = "type")]
    pub kind: LetterType,
    /// Its bytes.
    pub size: i32,
    /// The SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
    /// Who handed it in.
    #[schema(value_type = Option<String>)]
    pub uploaded_by: Option<Id>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub uploaded_at: Option<Timestamp>,
}

/// What somebody writes down of a nomination. What is left out is not known.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Who nominated the person, by name or office; at most 200 characters.
    pub official: String,
    /// The reference of the letter; at most 100 characters.
    #[serde(default)]
    pub reference: Option<String>,
    /// The day that the letter bears, as 2026-11-24. Not in the future.
    #[serde(default)]
    #[schema(format = Date)]
    pub dated: Option<String>,
}

/// What a letter is to be called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LetterQuery {
    /// The name of the file; what no file should be called is taken out of it.
    #[serde(default)]
    pub name: Option<String>,
}

/// A letter that somebody is about to send.
pub struct LetterUpload {
    /// Whose evidence it is.
    pub appointment: Id,
    /// The version of the nomination that the client has seen.
    pub wanted: IfMatch,
    /// The media type, as the client says it.
    pub media_type: String,
    /// The name of the file, as the client says it.
    pub name: Option<String>,
    /// How many bytes to reckon with.
    pub expected: usize,
}

/// A letter and where it is stored.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Whose evidence it is.
    pub appointment: Id,
    /// The object, for [`crate::storage::Storage::get`].
    pub object: Id,
    /// The name of the file.
    pub name: String,
    /// What it is.
    pub kind: LetterType,
    /// The SHA-256 of its content.
    pub sha256: Vec<u8>,
}

/// A letter that was just stored.
#[derive(Debug)]
pub(super) struct NewLetter {
    pub(super) object: Id,
    pub(super) name: String,
    pub(super) kind: LetterType,
    pub(super) size: i32,
    pub(super) sha256: Vec<u8>,
}

/// The appointment that a nomination is of, as far as it decides who may do what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    /// Who is nominated, where that person has an account.
    pub(super) subject: Option<Id>,
    pub(super) organisation: Id,
    pub(super) status: AppointmentStatus,
}

/// A row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = nomination)]
pub(super) struct Row {
    pub(super) official: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) dated: Option<String>,
    pub(super) letter_id: Option<Id>,
    pub(super) letter_type: Option<LetterType>,
    pub(super) letter_size: Option<i32>,
    pub(super) letter_sha256: Option<Vec<u8>>,
    pub(super) letter_name: Option<String>,
    pub(super) uploaded_by: Option<Id>,
    pub(super) uploaded_at: Option<Timestamp>,
    pub(super) updated_at: Timestamp,
}

impl Row {
    /// The letter, where there is one.
    pub(super) fn letter(self, appointment: Id) -> Option<Letter> {
        Some(Letter {
            appointment,
            object: self.letter_id?,
            name: self.letter_name?,
            kind: self.letter_type?,
            sha256: self.letter_sha256?,
        })
    }
}

impl From<Row> for Nomination {
    fn from(row: Row) -> Self {
        let entry = |(name, kind)| LetterEntry {
            name,
            kind,
            size: row.letter_size.unwrap_or_default(),
            sha256: hex(row.letter_sha256.as_deref().unwrap_or_default()),
            uploaded_by: row.uploaded_by,
            uploaded_at: row.uploaded_at,
        };
        Self {
            letter: row.letter_name.zip(row.letter_type).map(entry),
            official: row.official,
            reference: row.reference,
            dated: row.dated,
            updated_at: Some(row.updated_at),
        }
    }
}
