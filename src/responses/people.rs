//! People by name, as colleagues see each other.

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Id;
use crate::time::Timestamp;

/// A colleague by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Colleague {
    /// The account.
    #[schema(value_type = String)]
    pub id: Id,
    /// The name.
    pub name: String,
}

/// What somebody did, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DoneBy {
    /// Who.
    pub by: Colleague,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}
