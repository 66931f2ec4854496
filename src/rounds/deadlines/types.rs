//! Deadlines: requests, answers and rows.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::Id;
use crate::db::schema::round_deadline;
use crate::members::Region;
use crate::rounds::types::ShownDeadline;
use crate::time::Timestamp;

crate::text_enum! {
    /// Whom a deadline is for.
    pub enum DeadlineScope {
        /// All organisations of the frame.
        All = "all",
        /// Those of a region.
        Region = "region",
        /// One.
        Organisation = "organisation",
    }
}

/// Whom a deadline is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GivenScope {
    /// All.
    All,
    /// A region.
    Region(Region),
    /// An organisation, by its code.
    Organisation(String),
}

/// A new deadline.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenDeadline {
    /// Whom it is for: `"all"`, `{"region": "ESA"}`, `{"organisation": "SN"}`.
    pub scope: GivenScope,
    /// The first instant at which nothing is accepted.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// Why. Those whom it is for read it.
    pub reason: String,
}

/// An entry of the ledger of deadlines.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeadlineEntry {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its place in the ledger, the first being 1; for others than the Secretariat, among the entries that they see.
    pub number: i32,
    /// Whom it is for.
    pub scope: GivenScope,
    /// The deadline.
    pub deadline: ShownDeadline,
    /// Why; none at the opening.
    pub reason: Option<String>,
    /// Who made it; for the Secretariat. None for the portal itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub made_by: Option<Id>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// The request that it grants.
    #[schema(value_type = Option<String>)]
    pub request: Option<Id>,
}

/// The ledger of deadlines, as far as it concerns the reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineList {
    /// In the order in which they were made: 2,000 at most.
    pub data: Vec<DeadlineEntry>,
}

/// Whose deadline is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeadlineFileQuery {
    /// The code of the organisation; where the reader has several in the round.
    pub organisation: Option<String>,
}

/// The deadline of an organisation as a calendar file.
#[derive(Debug)]
pub struct DeadlineFile {
    /// The name of the file, without its extension.
    pub name: String,
    /// iCalendar (RFC 5545).
    pub content: String,
}

/// An entry of the ledger as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = round_deadline)]
pub(in crate::rounds) struct DeadlineRow {
    pub(in crate::rounds) id: Id,
    pub(in crate::rounds) round_id: Id,
    pub(in crate::rounds) number: i32,
    pub(in crate::rounds) scope: DeadlineScope,
    pub(in crate::rounds) region: Option<Region>,
    pub(in crate::rounds) organisation_id: Option<Id>,
    pub(in crate::rounds) closes_at: Timestamp,
    pub(in crate::rounds) reason: Option<String>,
    pub(in crate::rounds) made_by: Option<Id>,
    pub(in crate::rounds) made_at: Timestamp,
    pub(in crate::rounds) request_id: Option<Id>,
}

/// An entry to be added to a ledger.
#[derive(Clone, Debug)]
pub(in crate::rounds) struct NewDeadline {
    pub(in crate::rounds) id: Id,
    pub(in crate::rounds) round: Id,
    pub(in crate::rounds) number: i32,
    pub(in crate::rounds) scope: DeadlineScope,
    pub(in crate::rounds) region: Option<Region>,
    pub(in crate::rounds) organisation: Option<Id>,
    pub(in crate::rounds) closes_at: Timestamp,
    pub(in crate::rounds) reason: Option<String>,
    pub(in crate::rounds) by: Option<Id>,
    pub(in crate::rounds) request: Option<Id>,
}

impl GivenScope {
    /// The word for it in the ledger.
    pub(in crate::rounds) fn kind(&self) -> DeadlineScope {
        match self {
            Self::All => DeadlineScope::All,
            Self::Region(_) => DeadlineScope::Region,
            Self::Organisation(_) => DeadlineScope::Organisation,
        }
    }
}

impl From<(&NewDeadline, Timestamp)> for DeadlineRow {
    /// The entry as it is stored at this instant.
    fn from((new, made_at): (&NewDeadline, Timestamp)) -> Self {
        Self {
            id: new.id,
            round_id: new.round,
            number: new.number,
            scope: new.scope,
            region: new.region,
            organisation_id: new.organisation,
            closes_at: new.closes_at,
            reason: new.reason.clone(),
            made_by: new.by,
            made_at,
            request_id: new.request,
        }
    }
}
