//! The priority of a mail: one of two queues (lanes) of the outbox.

use crate::db::Wakeup;

/// The queue of a mail. Transactional mail never waits behind an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// A link or a decision that a person waits for.
    Transactional,
    /// An announcement to many.
    Bulk,
}

impl Priority {
    /// The lanes, in the order in which they are served.
    pub const ALL: [Self; 2] = [Self::Transactional, Self::Bulk];

    /// The number in the database.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Transactional => 0,
            Self::Bulk => 1,
        }
    }

    /// The wake-up for new mail of this lane.
    #[must_use]
    pub const fn wakeup(self) -> Wakeup {
        match self {
            Self::Transactional => Wakeup::TransactionalMail,
            Self::Bulk => Wakeup::BulkMail,
        }
    }
}
