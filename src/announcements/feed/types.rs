//! The query of the feed.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::i18n::Language;

/// In which language.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// The language to read in; that of `Accept-Language` where it is left out. What is not written in it comes in its own.
    pub language: Option<Language>,
}
