//! Codebooks: what is asked for.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::http::csv::{self, Separator};
use crate::http::xlsx;

/// The media type of DDI-Codebook.
const DDI: &str = "application/xml";

/// How a codebook is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CodebookFormat {
    /// JSON.
    Json,
    /// CSV with this separator.
    Csv(Separator),
    /// A workbook.
    Xlsx,
    /// DDI-Codebook 2.5.
    Ddi,
}

impl CodebookFormat {
    /// The extension of a file.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv(_) => "csv",
            Self::Xlsx => "xlsx",
            Self::Ddi => "xml",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv(_) => csv::MEDIA_TYPE,
            Self::Xlsx => xlsx::MEDIA_TYPE,
            Self::Ddi => DDI,
        }
    }
}

/// How a codebook is written as CSV.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CodebookFileQuery {
    /// What stands between the cells, in the place of what is usual in the reader's language.
    #[serde(default)]
    pub separator: Option<Separator>,
}

/// A codebook in JSON, as the description of the API tells of it.
pub enum CodebookDocument {}

// Written by hand: its types borrow from the questionnaire. `docs/surveys.md` has their fields.
impl PartialSchema for CodebookDocument {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("A codebook: languages, title, sections, sets, variables (docs/surveys.md)."))
            .into()
    }
}

impl ToSchema for CodebookDocument {
    fn name() -> Cow<'static, str> {
        "CodebookDocument".into()
    }
}
