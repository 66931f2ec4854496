//! The words of the outbox.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::db::id::SqlId;
use crate::db::schema::mail;
use crate::db::timestamp::SqlTimestamp;
use crate::i18n::Language;
use crate::time::Timestamp;

crate::text_enum! {
    /// Where a mail stands.
    pub enum MailState {
        /// Waits for its time.
        Pending = "pending",
        /// A sender has it in hand.
        Leased = "leased",
        /// The relay took it.
        Sent = "sent",
        /// Refused for good, or given up.
        Failed = "failed",
    }
}

crate::text_enum! {
    /// Where a delivery stands, in the words of [`Counts`].
    pub enum DeliveryState {
        /// Not tried yet.
        Pending = "pending",
        /// Tried, and to be tried again.
        Deferred = "deferred",
        /// Taken by the relay.
        Sent = "sent",
        /// Refused for good, or given up.
        Failed = "failed",
    }
}

/// The queue a mail stands in. What somebody waits for never stands behind an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A link or a decision that somebody waits for.
    Transactional,
    /// An announcement to many.
    Bulk,
}

impl Lane {
    /// The lanes in the order in which they are served.
    pub const ALL: [Self; 2] = [Self::Transactional, Self::Bulk];

    /// The number in the database.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Transactional => 0,
            Self::Bulk => 1,
        }
    }
}

/// A mail for the outbox.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Becomes the left part of its Message-ID.
    pub id: Id,
    /// What it is, for the log: `verify_address`, `announcement`.
    pub kind: &'static str,
    /// What it belongs to, for counting.
    pub batch: Option<Id>,
    /// Its queue.
    pub lane: Lane,
    /// The reader's address.
    pub to_address: String,
    /// The reader's name.
    pub to_name: String,
    /// The language it is written in.
    pub language: Language,
    /// What it says.
    pub content_id: Id,
    /// When to give up.
    pub expires_at: Timestamp,
}

/// A leased mail.
#[derive(Clone, Debug, QueryableByName)]
pub struct Claim {
    /// The mail.
    #[diesel(sql_type = SqlId)]
    pub id: Id,
    /// What it is.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub kind: String,
    /// What it belongs to.
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlId>)]
    pub batch: Option<Id>,
    /// The reader's address.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub to_address: String,
    /// The reader's name.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub to_name: String,
    /// The language it is written in.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub language: Language,
    /// What it says.
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlId>)]
    pub content_id: Option<Id>,
    /// Tries that were charged so far.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub attempts: i32,
    /// When to give up.
    #[diesel(sql_type = SqlTimestamp)]
    pub expires_at: Timestamp,
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The relay took it.
    Sent,
    /// Refused for good, or out of time.
    Failed,
    /// Refused for now: again at this instant.
    Retry {
        /// When.
        at: Timestamp,
    },
    /// The relay, not the mail, is at fault: again at this instant, and no try is charged.
    PutBack {
        /// When.
        at: Timestamp,
    },
}

/// A try and what became of it.
#[derive(Clone, Debug)]
pub struct SendResult {
    /// The mail.
    pub mail: Id,
    /// Its content, where that is to be forgotten after the last try.
    pub secret_content: Option<Id>,
    /// What became of it.
    pub outcome: Outcome,
    /// The relay's code, where it said one.
    pub code: Option<i32>,
    /// The relay's words, or what went wrong on the way.
    pub reply: Option<String>,
}

/// Where a mail stands, for whoever sent it.
#[derive(Clone, Debug, Serialize, Deserialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = mail)]
pub struct MailStatus {
    /// The mail.
    #[schema(value_type = String)]
    pub id: Id,
    /// The reader's name.
    pub to_name: String,
    /// The reader's address.
    pub to_address: String,
    /// The language it is written in.
    pub language: Language,
    /// Where it stands.
    pub state: MailState,
    /// Tries so far.
    pub attempts: i32,
    /// The relay's last code.
    pub last_code: Option<i32>,
    /// The relay's last words, or what went wrong on the way.
    pub last_reply: Option<String>,
    /// When it is tried next, while it waits.
    #[schema(value_type = String, format = DateTime)]
    pub next_at: Timestamp,
    /// When the relay took it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
}

/// How many mails of a batch stand where. They always add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// All of them.
    pub total: i64,
    /// Not tried yet.
    pub pending: i64,
    /// Tried, and to be tried again.
    pub deferred: i64,
    /// Taken by the relay.
    pub sent: i64,
    /// Refused for good, or given up.
    pub failed: i64,
}
