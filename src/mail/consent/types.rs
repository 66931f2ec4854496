//! Suppressed addresses, as stored and as shown.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SuppressionReason;
use crate::db::schema::mail_suppression;
use crate::time::Timestamp;

/// An address that no announcement goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, ToSchema)]
#[diesel(table_name = mail_suppression, treat_none_as_default_value = false)]
pub struct Suppression {
    /// The address, in lower case; `#`, a hash, and the domain, where its owner was erased.
    #[diesel(column_name = address_key)]
    pub address: String,
    /// Why.
    pub reason: SuppressionReason,
    /// What it came from: `report`, `secretariat`, `import`.
    pub source: String,
    /// Until when, where it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Since when.
    #[diesel(column_name = created_at)]
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// The filter of the list. Omitted values do not restrict.
#[derive(Clone, Debug, Default)]
pub struct SuppressionFilter {
    /// For one of these reasons.
    pub reasons: Vec<SuppressionReason>,
    /// The beginning of the address, in lower case.
    pub prefix: Option<String>,
    /// Or the masked address; used only together with `prefix`.
    pub mask: Option<String>,
}
