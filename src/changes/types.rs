//! Rows of changes, and what readers get of them.

use diesel::prelude::*;

use crate::db::Id;
use crate::db::schema::change;
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

/// The latest change of a subject.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = change)]
pub struct Change {
    /// What kind of subject changed.
    pub kind: EntryKind,
    /// The subject.
    pub id: Id,
    /// Its number.
    pub seq: i64,
    /// When it changed.
    pub at: Timestamp,
    /// Whether the subject is gone.
    pub gone: bool,
    /// The level of the changed fields (`policy::fields`): readers who see that level see the change.
    pub level: i16,
}

/// The changes that a reader may see.
#[derive(Debug)]
pub struct Heard {
    /// The changes, in their order.
    pub changes: Vec<Change>,
    /// The place after them.
    pub next: super::FeedPosition,
    /// Whether they are as many as the limit; then more may follow.
    pub is_full: bool,
}

/// The counter of change numbers.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = crate::db::schema::change_counter)]
pub(super) struct Counter {
    /// The number of the newest change.
    pub(super) seq: i64,
    /// The newest number among deleted rows of subjects that are gone.
    pub(super) horizon: i64,
}
