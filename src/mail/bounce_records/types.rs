//! Rows of reports and of points.

use diesel::prelude::*;

use crate::db::Id;
use crate::db::schema::mail_score;
use crate::mail::{BounceCause, BounceKind};
use crate::time::Timestamp;

/// A report about a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Bounce or complaint.
    pub kind: BounceKind,
    /// The cause; none for a complaint.
    pub cause: Option<BounceCause>,
    /// The enhanced status (RFC 3463), if it has one.
    pub status: Option<String>,
    /// The words of the system that refused the mail.
    pub diagnostic: Option<String>,
}

/// A mail with a report.
#[derive(Clone, Debug)]
pub struct Bounced {
    /// The mail.
    pub id: Id,
    /// Its batch, for counting.
    pub(super) batch: Option<Id>,
    /// The announcement that it carries, if it carries one.
    pub announcement: Option<Id>,
    /// The topic of that.
    pub topic: Option<String>,
    /// The address that it was sent to.
    pub to_address: String,
    /// The account that it was written to; none if the address was not verified then, and for mails of earlier
    /// versions.
    pub reader: Option<Id>,
    /// When it was written.
    pub written_at: Timestamp,
    /// When the relay accepted it, if the database knows that already.
    pub sent_at: Option<Timestamp>,
}

impl Reported {
    /// Whether the mail or the route is to blame, and not the address.
    pub(super) fn spares_address(&self) -> bool {
        self.cause.is_some_and(BounceCause::spares_address)
    }
}

impl Bounced {
    /// The address as it is compared.
    #[must_use]
    pub fn address_key(&self) -> String {
        self.to_address.to_lowercase()
    }

    /// A mail without a batch, for tests of the rules.
    #[cfg(test)]
    pub(crate) fn example(to_address: &str, reader: Option<Id>, written_at: Timestamp) -> Self {
        let to_address = to_address.to_owned();
        let (batch, announcement, topic, sent_at) = (None, None, None, None);
        Self { id: Id::nil(), batch, announcement, topic, to_address, reader, written_at, sent_at }
    }
}

/// The points of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mail_score)]
pub(super) struct Score {
    pub(super) points: i32,
    pub(super) counted_at: Timestamp,
}
