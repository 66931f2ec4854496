//! Files that are answers.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::Id;
use crate::db::schema::response_file;
use crate::nominations::LetterType;
use crate::time::Timestamp;

/// Which question a file answers.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// The code of the question.
    pub question: String,
    /// The code of the row, of a matrix.
    #[serde(default)]
    pub row: Option<String>,
    /// The name of the file; what no file should be called is taken out of it.
    #[serde(default)]
    pub name: Option<String>,
    /// The revision of the answer that the client knew; 0 where there was none.
    #[serde(default)]
    pub revision: i32,
}

/// A file that somebody is about to send.
pub struct FileUpload {
    /// The response.
    pub response: Id,
    /// Which question it answers.
    pub place: FileQuery,
    /// The media type, as the client says it.
    pub media_type: String,
    /// How many bytes to reckon with.
    pub expected: usize,
}

/// A file that was handed in, without its content.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponseFile {
    /// Its id, to download it.
    #[schema(value_type = String)]
    pub id: Id,
    /// The question.
    pub question: String,
    /// The row, of a matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is, by its content.
    #[serde(rename = "type")]
    pub kind: LetterType,
    /// Its bytes.
    pub size: i32,
    /// The SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
    /// When it was handed in.
    #[schema(value_type = String, format = DateTime)]
    pub uploaded_at: Timestamp,
}

/// The files of a response.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponseFileList {
    /// The oldest first: 200 at most.
    pub data: Vec<ResponseFile>,
}

/// A file as it is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = response_file)]
pub(in crate::responses) struct FileRow {
    pub(in crate::responses) id: Id,
    pub(in crate::responses) response_id: Id,
    pub(in crate::responses) question: String,
    pub(in crate::responses) row: String,
    pub(in crate::responses) object_id: Id,
    pub(in crate::responses) name: String,
    pub(in crate::responses) kind: LetterType,
    pub(in crate::responses) size: i32,
    pub(in crate::responses) sha256: String,
    pub(in crate::responses) uploaded_by: Id,
    pub(in crate::responses) uploaded_at: Timestamp,
}
