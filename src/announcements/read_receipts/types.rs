//! Reading, as it is stored and shown.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::Id;
use crate::http::pagination::PageInfo;
use crate::time::Timestamp;

/// What has become of an announcement that is addressed to whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reading {
    /// Whether it is unread.
    pub unread: bool,
    /// When it was acknowledged.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledged_at: Option<Timestamp>,
}

/// What somebody has not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unread {
    /// How many announcements, counted up to a hundred.
    pub announcements: usize,
    /// Whether there are more.
    pub more: bool,
}

crate::text_enum! {
    /// Whether somebody has acknowledged.
    pub enum AcknowledgementState {
        /// Has.
        Acknowledged = "acknowledged",
        /// Has not.
        Missing = "missing",
    }
}

/// What one may ask of the acknowledgements.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AcknowledgementQuery {
    /// Those who have, or those who have not.
    pub state: Option<AcknowledgementState>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// What stands between the cells of a CSV file, in the place of what is usual in its language.
    pub separator: Option<crate::http::csv::Separator>,
}

/// Somebody who is asked to acknowledge.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Acknowledger {
    /// The person.
    #[schema(value_type = String)]
    pub user_id: Id,
    /// The name.
    pub name: String,
    /// The code of the organisation; none where the person is of none any more.
    pub organisation: Option<String>,
    /// What that is called, in the language of whoever asks.
    pub organisation_name: Option<String>,
    /// When the person acknowledged.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledged_at: Option<Timestamp>,
}

/// How many have acknowledged. They add up: asked = acknowledged + missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AcknowledgementCounts {
    /// Who may read it.
    pub asked: i64,
    /// Who has acknowledged.
    pub acknowledged: i64,
    /// Who has not.
    pub missing: i64,
}

/// Who has acknowledged and who has not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Acknowledgements {
    /// The people, in no particular order.
    pub data: Vec<Acknowledger>,
    /// How to go on.
    pub page: PageInfo,
    /// How many they are in all, whatever was asked for.
    pub counts: AcknowledgementCounts,
}
