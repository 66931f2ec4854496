//! The feed of changes: requests, entries and pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::changes::EntryKind;
use crate::db::Id;
use crate::directory::Contact;
use crate::http::List;
use crate::members::Organisation;
use crate::time::Timestamp;

/// A change as its reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// What changed.
    pub kind: EntryKind,
    /// Which one.
    #[schema(value_type = String)]
    pub id: Id,
    /// Whether it is not there, or no longer, or not for this reader.
    pub gone: bool,
    /// When it changed.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The contact as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The member as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<Organisation>,
}

/// A page of the feed.
#[derive(Debug)]
pub struct FeedPage {
    /// The changes, the oldest first.
    pub entries: Vec<Entry>,
    /// The token of the position after them.
    pub since: String,
    /// Whether the page is full; then more changes may follow.
    pub is_full: bool,
}

/// The token of a position as a request sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedToken {
    /// The parameter of the query.
    pub parameter: &'static str,
    /// Its value.
    pub value: String,
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
