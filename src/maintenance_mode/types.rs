//! Types of the maintenance mode.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::schema::maintenance_mode;
use crate::time::Timestamp;

/// The row of the mode that is on.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = maintenance_mode)]
pub(super) struct Notice {
    /// When it began.
    pub(super) since: Timestamp,
    /// When it will end, as people are told.
    pub(super) until: Timestamp,
    /// What people are told.
    pub(super) text: String,
}

/// Whether the portal is under maintenance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct MaintenanceState {
    /// Whether it is: nothing is changed then, and no mail leaves.
    pub on: bool,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Until about when. The mode stays until it is switched off.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// What people are told.
    pub text: Option<String>,
}

impl From<Option<Notice>> for MaintenanceState {
    fn from(notice: Option<Notice>) -> Self {
        notice.map_or_else(Self::default, |notice| Self {
            on: true,
            since: Some(notice.since),
            until: Some(notice.until),
            text: Some(notice.text),
        })
    }
}

/// What people are told of a maintenance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginMaintenance {
    /// Until about when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// What happens, for people to read.
    #[schema(example = "The portal moves to a larger machine.")]
    pub text: String,
}
