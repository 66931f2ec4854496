//! Codebooks: what is asked for.

use std::borrow::Cow;

use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::http::csv::Separator;

/// How a codebook is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
