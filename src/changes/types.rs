//! Changes: as they are stored, as they are asked for, as they are shown.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::Id;
use crate::db::schema::change;
use crate::http::List;
use crate::time::Timestamp;

crate::text_enum! {
    /// What can change.
    pub enum EntryKind {
        /// A contact of the directory.
        Contact = "contact",
        /// A member of the community.
        Member = "member",
    }
}

/// That something changed.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = change)]
pub struct Change {
    /// What it is.
    pub kind: EntryKind,
    /// Which one.
    pub id: Id,
    /// Its number.
    pub seq: i64,
    /// When it changed.
    pub at: Timestamp,
    /// Whether it is there no longer.
    pub gone: bool,
    /// For whom it changed: those who see fields of this level.
    pub level: i16,
}

/// The numbers that were given, and those that were forgotten.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = crate::db::schema::change_counter)]
pub(super) struct Counter {
    /// The number of the newest change.
    pub(super) seq: i64,
    /// The newest number of what was gone and is forgotten.
    pub(super) horizon: i64,
}

/// From where to read.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// `since` of the last answer. Without it everything there is comes, as if it had just changed.
    pub since: Option<String>,
    /// `next_cursor` of the page before; in the place of `since`.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// A page of changes, and where to go on another day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangeList<T> {
    /// The page.
    #[serde(flatten)]
    pub list: List<T>,
    /// To be sent as `since` the next time; good as long as what one may see stays the same.
    pub since: String,
}
