//! The daily limit of contacts that a reader looks at (`directory.seen_per_day`), page by page or one by one.
//!
//! Room for all contacts that an answer may show is reserved before they are read, and what is not shown is given back:
//! many requests at once show no more than one after the other. The Secretariat has no limit.

use super::Directory;
use crate::error::Error;
use crate::policy::Principal;
use crate::throttle::Room;

impl Directory {
    /// Reserves room for `most` contacts that may be shown to a reader; the Secretariat needs none.
    ///
    /// # Errors
    /// 429 where the limit of the day is used up, or may be by requests under way.
    pub fn reserve_views(&self, viewer: &Principal, most: usize) -> Result<Option<Room>, Error> {
        if viewer.is_secretariat() { Ok(None) } else { self.seen.hold(viewer.user_id, most).map(Some) }
    }
}

/// Counts the contacts that a reader was shown, and gives back the rest of the reserved room.
pub fn count_views(room: Option<Room>, contacts: usize) {
    if let Some(room) = room {
        room.shown(contacts);
    }
}
