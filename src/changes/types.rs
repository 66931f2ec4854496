//! Rows of changes, and what readers get of them.

use diesel::prelude::*;

use crate::db::Id;
use crate::db::schema::{change, change_noted};
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

/// A change without a number.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = change_noted)]
pub(super) struct Noted {
    /// The row; the database makes it.
    pub(super) id: Id,
    /// When it was noted, by the database's clock.
    #[diesel(column_name = noted_at)]
    pub(super) written_at: Timestamp,
    /// What kind of subject changed; none for a change that no reader sees.
    pub(super) kind: Option<EntryKind>,
    /// The subject.
    pub(super) subject: Option<Id>,
    /// The level of the changed fields.
    pub(super) level: i16,
    /// Whether the subject is gone.
    pub(super) gone: bool,
    /// When it changed.
    pub(super) at: Timestamp,
}

impl Noted {
    /// A change of a subject.
    pub(super) fn of(kind: EntryKind, subject: Id, (level, gone): (i16, bool), at: Timestamp) -> Self {
        Self { kind: Some(kind), subject: Some(subject), level, gone, ..Self::unseen(at) }
    }

    /// A change that no reader sees.
    pub(super) fn unseen(at: Timestamp) -> Self {
        Self { id: Id::nil(), written_at: at, kind: None, subject: None, level: 0, gone: false, at }
    }
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
