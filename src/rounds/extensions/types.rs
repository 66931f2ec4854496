//! Requests for more time: requests, answers and rows.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::db::schema::extension_request;
use crate::rounds::types::ShownDeadline;
use crate::time::Timestamp;

crate::text_enum! {
    /// What became of a request for more time.
    pub enum RequestState {
        /// It waits for a decision.
        Open = "open",
        /// More time was granted.
        Granted = "granted",
        /// It was declined.
        Declined = "declined",
    }
}

/// A request for more time.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenExtension {
    /// Until when: the first instant at which nothing is accepted.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// For which organisation, by its code; where the sender could ask for several.
    #[serde(default)]
    pub organisation: Option<String>,
}

/// A decision on a request for more time.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GivenDecision {
    /// Until when it is granted; as requested where it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// A word for those who asked; needed to decline.
    pub reason: Option<String>,
}

/// A request for more time, as it is shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExtensionRequest {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The round.
    #[schema(value_type = String)]
    pub round: Id,
    /// The code of the organisation.
    #[schema(example = "SN")]
    pub organisation: String,
    /// Until when.
    pub until: ShownDeadline,
    /// Why.
    pub reason: String,
    /// Who asked.
    #[schema(value_type = String)]
    pub asked_by: Id,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// What became of it.
    pub state: RequestState,
    /// When it was decided.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// What the Secretariat said.
    pub answer: Option<String>,
    /// The deadline that was granted.
    pub granted_until: Option<ShownDeadline>,
}

/// Requests for more time.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionRequestList {
    /// The newest first: 1,000 at most.
    pub data: Vec<ExtensionRequest>,
}

/// A request for more time as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = extension_request)]
pub(in crate::rounds) struct RequestRow {
    pub(in crate::rounds) id: Id,
    pub(in crate::rounds) round_id: Id,
    pub(in crate::rounds) organisation_id: Id,
    pub(in crate::rounds) until: Timestamp,
    pub(in crate::rounds) reason: String,
    pub(in crate::rounds) asked_by: Id,
    pub(in crate::rounds) asked_at: Timestamp,
    pub(in crate::rounds) state: RequestState,
    pub(in crate::rounds) decided_at: Option<Timestamp>,
    pub(in crate::rounds) answer: Option<String>,
    pub(in crate::rounds) granted_until: Option<Timestamp>,
}

/// A request to be stored.
#[derive(Clone, Debug)]
pub(in crate::rounds) struct NewRequest {
    pub(in crate::rounds) round: Id,
    pub(in crate::rounds) organisation: Id,
    pub(in crate::rounds) until: Timestamp,
    pub(in crate::rounds) reason: String,
    pub(in crate::rounds) by: Id,
}
