//! Requests and answers of API tokens.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::policy::ApiScope;
use crate::time::Timestamp;

/// To make a token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeToken {
    /// A name to know it by.
    pub name: String,
    /// What it may be used for; nothing that its maker has no right to now.
    pub scopes: Vec<ApiScope>,
    /// Its life in days.
    pub expires_in_days: u32,
}

/// A token without its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiToken {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The name its owner gave it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<ApiScope>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// When it was used last, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

/// A token with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeToken {
    /// For the `Authorization: Bearer` header.
    pub token: String,
    /// The rest.
    #[serde(flatten)]
    pub details: ApiToken,
}

/// One's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiTokenList {
    /// The newest first.
    pub data: Vec<ApiToken>,
}
