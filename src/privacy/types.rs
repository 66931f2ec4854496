//! Requests and answers of personal data.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::time::Timestamp;

/// The format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// The data alone.
    Json,
    /// An archive with the letters of nomination.
    Zip,
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `json` or `zip`, over what `Accept` says.
    #[serde(default)]
    pub format: Option<String>,
}

/// An account that is about to be erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct Leaving {
    /// `leaving`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// When it is erased. Until then the mailed link keeps it.
    #[schema(value_type = String, format = DateTime)]
    pub erase_at: Timestamp,
}

/// The link that keeps an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepLink {
    /// What the link holds.
    #[schema(value_type = String)]
    pub token: SecretString,
}
