//! The words of the outbox.

use std::sync::Arc;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::suspect::SuspectPermit;
use crate::db::document::SqlDocument;
use crate::db::id::SqlId;
use crate::db::schema::mail;
use crate::db::timestamp::SqlTimestamp;
use crate::db::{Document, Id};
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
        /// Its reader is not to be written to.
        Skipped = "skipped",
        /// Its batch was cancelled, or a newer mail took its place.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// Why a mail of a batch is not sent.
    pub enum SkipReason {
        /// The reader has left the topic.
        OptedOut = "opted_out",
        /// Mail to this address came back, or its owner complained.
        Suppressed = "suppressed",
        /// The reader is no contact any more.
        Left = "left",
        /// The reader gets it in the next digest.
        Digest = "digest",
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
        /// Not to be sent: `last_reply` says why.
        Skipped = "skipped",
        /// Cancelled before it left.
        Cancelled = "cancelled",
        /// Of those that were sent: came back.
        Bounced = "bounced",
        /// Of those that were sent: whose readers complained.
        Complaints = "complaints",
    }
}

crate::text_enum! {
    /// What was reported of a mail after the relay took it.
    pub enum BounceKind {
        /// It came back, and another may arrive: the mailbox is full, the text was not wanted.
        Soft = "soft",
        /// It came back, and so would any other: there is no such address.
        Hard = "hard",
        /// Its reader called it spam.
        Complaint = "complaint",
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
    /// The reader, where that is known.
    pub user_id: Option<Id>,
    /// The reader's address.
    pub to_address: String,
    /// The reader's name.
    pub to_name: String,
    /// The language it is written in.
    pub language: Language,
    /// The language that the reader prefers, where that is another.
    pub preferred: Option<Language>,
    /// What it says.
    pub content_id: Id,
    /// What its text says of this reader alone.
    pub merge: Option<Merge>,
    /// Why it is not to be sent, where it is not.
    pub skip: Option<SkipReason>,
    /// What it is about: a newer mail about the same takes the place of one that waits still.
    pub about: Option<String>,
    /// When to give up.
    pub expires_at: Timestamp,
}

/// What a text says of one reader alone, by the names that authors use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Merge {
    /// `{{ name }}`, where that is not whom the mail goes to: a test shows what somebody else would read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `{{ administration }}`: the name of the reader's organisation, in the language of the mail.
    pub administration: String,
}

/// A mail of a batch.
#[derive(Clone, Debug)]
pub struct BatchMail {
    /// The reader.
    pub user_id: Id,
    /// Where to, and in which language.
    pub to: super::Recipient,
    /// The language that the reader prefers.
    pub preferred: Language,
    /// What it says.
    pub content_id: Id,
    /// What it says of this reader alone.
    pub merge: Merge,
    /// Why it is not to be sent, where it is not.
    pub skip: Option<SkipReason>,
}

/// A mail of a batch that says something to its reader alone.
#[derive(Clone, Debug)]
pub struct OwnMail {
    /// The mail.
    pub id: Id,
    /// The reader.
    pub user_id: Id,
    /// Where to, and in which language.
    pub to: super::Recipient,
    /// What it says.
    pub content: super::Content,
}

/// A leased mail.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = mail)]
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
    /// The reader, where that is known.
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlId>)]
    pub user_id: Option<Id>,
    /// The reader's address.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub to_address: String,
    /// The reader's name.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub to_name: String,
    /// The language it is written in.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub language: Language,
    /// The domain of the address.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub domain: String,
    /// What it says.
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlId>)]
    pub content_id: Option<Id>,
    /// What its text says of this reader alone.
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlDocument>)]
    pub vars: Option<Document<Merge>>,
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
    /// Its reader is not to be written to.
    Skipped,
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
    /// Its batch.
    pub batch: Option<Id>,
    /// The announcement that it carries, where it carries one.
    pub announcement: Option<Id>,
    /// Whether it was tried before.
    pub tried: bool,
    /// Its content, where that is to be forgotten after the last try.
    pub secret_content: Option<Id>,
    /// What became of it.
    pub outcome: Outcome,
    /// The relay's code, where it said one.
    pub code: Option<i32>,
    /// The enhanced status of the relay's reply (RFC 3463), where it said one: `5.1.1`.
    pub status: Option<String>,
    /// The relay's words, or what went wrong on the way.
    pub reply: Option<String>,
    /// Where it was a suspect: held until this is written down.
    pub permit: Option<Arc<SuspectPermit>>,
}

impl SendResult {
    /// What is said outside of a mail that failed: ids and codes, not to whom it went.
    #[must_use]
    pub fn told(&self) -> Value {
        json!({"mail": self.mail, "announcement": self.announcement, "code": self.code, "status": self.status})
    }
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
    /// The language that the reader prefers, where it is written in another.
    pub preferred: Option<Language>,
    /// Where it stands.
    pub state: MailState,
    /// Tries so far.
    pub attempts: i32,
    /// The relay's last code.
    pub last_code: Option<i32>,
    /// The enhanced status of its last reply (RFC 3463).
    pub last_status: Option<String>,
    /// The relay's last words, what went wrong on the way, or why it was skipped: `opted_out`, `suppressed`,
    /// `left`, `digest`.
    pub last_reply: Option<String>,
    /// When it is tried next, while it waits.
    #[schema(value_type = String, format = DateTime)]
    pub next_at: Timestamp,
    /// When the relay took it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// When it was reported that it came back, or that its reader complained.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub bounced_at: Option<Timestamp>,
    /// Which of them.
    pub bounce_kind: Option<BounceKind>,
    /// The enhanced status of the report (RFC 3463).
    pub bounce_status: Option<String>,
    /// The words of whoever refused it.
    pub bounce_diagnostic: Option<String>,
}

/// How many mails of a batch stand where. They always add up: `total` = `pending` + `deferred` + `sent` + `failed` + `skipped` +
/// `cancelled`.
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
    /// Not to be sent: the reader left the topic or gets it in a digest, or the address is suppressed.
    pub skipped: i64,
    /// Cancelled before they left.
    pub cancelled: i64,
    /// Of those that were sent: came back, for now or for good.
    pub bounced: i64,
    /// Of those that were sent: whose readers complained.
    pub complaints: i64,
}
