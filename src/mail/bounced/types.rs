//! Reports about mails, and how often mail came back.

use diesel::prelude::*;

use crate::db::Id;
use crate::db::schema::mail_score;
use crate::mail::BounceKind;
use crate::time::Timestamp;

/// What is reported of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// What happened to it.
    pub kind: BounceKind,
    /// The enhanced status (RFC 3463), where it says one.
    pub status: Option<String>,
    /// The words of whoever refused it.
    pub diagnostic: Option<String>,
}

/// A mail that something is reported of.
#[derive(Clone, Debug)]
pub struct Bounced {
    /// The mail.
    pub id: Id,
    /// What it belongs to, for counting.
    pub(super) batch: Option<Id>,
    /// The announcement that it carries, where it carries one.
    pub announcement: Option<Id>,
    /// What topic that has.
    pub topic: Option<String>,
    /// The address that it went to.
    pub to_address: String,
}

impl Bounced {
    /// The address as it is compared.
    #[must_use]
    pub fn address_key(&self) -> String {
        self.to_address.to_lowercase()
    }
}

/// How often mail to an address came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mail_score)]
pub(super) struct Score {
    pub(super) points: i32,
    pub(super) counted_at: Timestamp,
}
