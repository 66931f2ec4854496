//! How the responses of a round stand: answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::members::Region;
use crate::rounds::types::ResponseState;
use crate::time::Timestamp;

/// How the response of an organisation stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgressRow {
    /// The code of the organisation.
    #[schema(example = "SN")]
    pub organisation: String,
    /// Its region on the day of the opening.
    pub region: Option<Region>,
    /// How its response stands; null for readers who see only who has submitted.
    pub state: Option<ResponseState>,
    /// Its effective deadline.
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Timestamp,
    /// Whether it has more time than the others of its region.
    pub is_extended: bool,
}

/// How many responses are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StateCount {
    /// The state.
    pub state: ResponseState,
    /// How many.
    pub count: usize,
}

/// How many of a region have submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RegionProgress {
    /// The region; none for organisations without.
    pub region: Option<Region>,
    /// How many are asked.
    pub frame: usize,
    /// How many have submitted.
    pub submitted: usize,
}

/// How the responses of a round stand. States only: no answer is in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Progress {
    /// How many organisations are asked.
    pub frame: usize,
    /// How many have submitted.
    pub submitted: usize,
    /// Each state; for the Secretariat.
    pub states: Vec<StateCount>,
    /// Each region of the frame. Empty for people of partner agencies: agencies are few.
    pub regions: Vec<RegionProgress>,
    /// Each organisation, in the order of the codes, without members that are hidden from the reader.
    pub data: Vec<ProgressRow>,
}
