//! Requests and answers of suppressions.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::csv::Separator;
use crate::mail::consent::SuppressionReason;

/// The query of a list of suppressions, in the order of addresses.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuppressionQuery {
    /// For one of these reasons.
    #[serde(default)]
    pub reason: Vec<SuppressionReason>,
    /// How the address begins, in any case.
    #[serde(default)]
    pub q: Option<String>,
    /// Rows of the page, 1 to 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Where the last page ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// How the list is written as a file.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuppressionFileQuery {
    /// What stands between the cells, in the place of what is usual in the reader's language.
    #[serde(default)]
    pub separator: Option<Separator>,
}

/// To suppress an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddSuppression {
    /// The address.
    #[schema(example = "awa.diop@douanes.example")]
    pub address: String,
}

/// To let announcements go to an address again.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RemoveSuppression {
    /// The address.
    pub address: String,
}

/// What came of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    /// Addresses in it, each counted once.
    pub read: usize,
    /// Of these, those that are suppressed for the reason in it now: another that weighs more stays.
    pub suppressed: usize,
}
