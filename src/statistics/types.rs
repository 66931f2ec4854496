//! Figures as shown, and the counts that they are made of.

use serde::Serialize;
use utoipa::ToSchema;

use crate::appointments::Role;
use crate::db::Id;
use crate::directory::Confirmation;
use crate::members::Region;
use crate::time::Timestamp;

/// How the directory stands.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryFigures {
    /// Member administrations; the economic union is listed beside them, and not counted.
    pub members: usize,
    /// Codes of members without a coordinator who is listed.
    pub without_coordinator: Vec<String>,
    /// Codes of members without any contact who is listed.
    pub without_contact: Vec<String>,
    /// Codes of members with one single contact.
    pub with_single_contact: Vec<String>,
    /// Contacts that were confirmed within a year.
    pub confirmed: i64,
    /// Contacts whose confirmation is due.
    pub due: i64,
    /// Contacts that nobody confirmed in time.
    pub unconfirmed: i64,
    /// Of these, contacts that are so for more than 90 days.
    pub unconfirmed_90_days: i64,
    /// Contacts to whose address no announcement goes, since mail came back.
    pub bounced: i64,
    /// Applications that wait for a decision.
    pub pending: i64,
    /// Since when the oldest of them waits.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub pending_since: Option<Timestamp>,
    /// Days since then, whole ones.
    pub pending_days: Option<u64>,
    /// Invitations that nobody answered yet.
    pub invited: i64,
    /// Applications approved or rejected within the last 365 days.
    pub decided: usize,
    /// Hours from application to decision, of the median one.
    pub median_hours: Option<u64>,
    /// The same of which nine in ten took no longer.
    pub p90_hours: Option<u64>,
    /// The same by region.
    pub regions: Vec<RegionFigures>,
}

/// How a region stands.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RegionFigures {
    /// The region; none of members that belong to no region.
    pub region: Option<Region>,
    /// Members.
    pub members: usize,
    /// Members without a coordinator.
    pub without_coordinator: usize,
    /// Members without any contact.
    pub without_contact: usize,
    /// Members with one single contact.
    pub with_single_contact: usize,
    /// Contacts.
    pub contacts: i64,
    /// Contacts that were not confirmed in time.
    pub unconfirmed: i64,
}

/// A member that is counted.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) id: Id,
    pub(super) code: String,
    pub(super) region: Option<Region>,
}

/// The number of listed contacts of one organisation, role and confirmation.
#[derive(Clone, Copy, Debug)]
pub(super) struct ContactCount {
    pub(super) organisation: Id,
    pub(super) role: Role,
    pub(super) confirmation: Confirmation,
    pub(super) count: i64,
}

/// Counts of cases that await something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PendingCounts {
    pub(super) pending: i64,
    pub(super) pending_since: Option<Timestamp>,
    pub(super) invited: i64,
    pub(super) unconfirmed_long: i64,
    pub(super) bounced: i64,
}
