//! Settings of the pace.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How fast announcements leave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaceSettings {
    /// Mails a minute in all; null for as many as the relay takes.
    #[schema(example = 6000)]
    pub per_minute: Option<u32>,
    /// Domains that want less.
    #[serde(default)]
    pub domains: Vec<DomainPace>,
}

/// How fast announcements leave for one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainPace {
    /// The part of addresses after the @.
    #[schema(example = "douanes.example")]
    pub domain: String,
    /// Mails a minute; null for any number.
    pub per_minute: Option<u32>,
    /// Mails under way at once; null for any number.
    pub connections: Option<u32>,
}
