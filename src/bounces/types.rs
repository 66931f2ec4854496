//! Requests and answers about reports that were not understood.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::pagination::PageInfo;
use crate::mail::bounce_records::unread::UnreadReport;

/// Which of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnreadQuery {
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A page of the reports that nobody understood.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnreadList {
    /// The rows, the newest first.
    pub data: Vec<UnreadReport>,
    /// How to go on.
    pub page: PageInfo,
    /// How many are kept.
    pub total: u64,
    /// How many were left out in the last thirty days because there were too many: beyond three about one mail, beyond two hundred a
    /// day without a return path, beyond a thousand in all.
    pub left_out: u64,
}

/// A page of reports that were not understood, without the secrets that they quote.
#[derive(Debug)]
pub struct UnreadPage {
    /// The rows, the newest first.
    pub rows: Vec<UnreadReport>,
    /// How many are kept.
    pub total: u64,
    /// How many of the last thirty days were not kept.
    pub left_out: u64,
}
