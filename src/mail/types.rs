//! The types of the outbox.

use std::sync::Arc;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

pub use super::priority::Priority;
use super::suspect::SuspectPermit;
use crate::db::document::SqlDocument;
use crate::db::id::SqlId;
use crate::db::schema::mail;
use crate::db::timestamp::SqlTimestamp;
use crate::db::{Document, Id};
use crate::i18n::Language;
use crate::text::foreign;
use crate::time::Timestamp;

crate::text_enum! {
    /// The state of a mail.
    pub enum MailState {
        /// Waits for its time.
        Pending = "pending",
        /// A sender has leased it.
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
    /// The state of a delivery, by the names of [`Counts`].
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
    /// A report about a mail after the relay accepted it.
    pub enum BounceKind {
        /// It came back, and another may arrive: the mailbox is full, the text was not wanted, the way is broken.
        Soft = "soft",
        /// A permanent failure: a positive statement that there is no such address.
        Hard = "hard",
        /// Its reader called it spam.
        Complaint = "complaint",
    }
}

crate::text_enum! {
    /// Who is to blame for a mail that came back, the mildest first. The first two say nothing of the address.
    pub enum BounceCause {
        /// The way there is broken: network, DNS, loops, the other system or its protocol, or it took too long.
        Route = "route",
        /// This text or this sender is refused: content, size, policy, reputation, authentication, too many mails.
        Message = "message",
        /// The mailbox takes no mail now: full, disabled, suspended.
        Mailbox = "mailbox",
        /// There is no such address.
        Address = "address",
    }
}

impl BounceCause {
    /// Whether another mail to the address is in vain.
    #[must_use]
    pub const fn kind(self) -> BounceKind {
        match self {
            Self::Address => BounceKind::Hard,
            Self::Route | Self::Message | Self::Mailbox => BounceKind::Soft,
        }
    }

    /// Whether the mail or the route is to blame, and not the address.
    #[must_use]
    pub const fn spares_address(self) -> bool {
        matches!(self, Self::Route | Self::Message)
    }
}

/// A mail for the outbox.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Becomes the left part of its Message-ID.
    pub id: Id,
    /// Its kind, for the log: `verify_address`, `announcement`.
    pub kind: &'static str,
    /// Its batch, for counting.
    pub batch: Option<Id>,
    /// Its queue.
    pub lane: Priority,
    /// The reader, if known.
    pub user_id: Option<Id>,
    /// The reader's address.
    pub to_address: String,
    /// The reader's name.
    pub to_name: String,
    /// The language it is written in.
    pub language: Language,
    /// The language that the reader prefers, if it is another one.
    pub preferred: Option<Language>,
    /// Its content.
    pub content_id: Id,
    /// The values for its placeholders.
    pub merge: Option<Merge>,
    /// Why it is not to be sent, if so.
    pub skip: Option<SkipReason>,
    /// Its subject matter: a newer mail about the same replaces a waiting one.
    pub about: Option<String>,
    /// When it is given up.
    pub expires_at: Timestamp,
}

/// The values of placeholders for one reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Merge {
    /// `{{ name }}`, if it is not the recipient's: a test shows what another reader would see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `{{ administration }}`: the name of the reader's organisation, in the language of the mail.
    pub administration: String,
}

/// A mail of a batch.
#[derive(Clone, Debug)]
pub struct BatchMail {
    /// The recipient and the language.
    pub to: super::Recipient,
    /// The language that the reader prefers.
    pub preferred: Language,
    /// Its content.
    pub content_id: Id,
    /// The values for its placeholders.
    pub merge: Merge,
    /// Why it is not to be sent, if so.
    pub skip: Option<SkipReason>,
}

/// A mail of a batch with a content of its own.
#[derive(Clone, Debug)]
pub struct OwnMail {
    /// The mail.
    pub id: Id,
    /// The recipient and the language.
    pub to: super::Recipient,
    /// Its content.
    pub content: super::content::Content,
}

/// A leased mail.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = mail)]
pub struct Claim {
    /// The mail.
    #[diesel(sql_type = SqlId)]
    pub id: Id,
    /// Its kind.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub kind: String,
    /// Its batch.
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlId>)]
    pub batch: Option<Id>,
    /// The reader, if known.
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
    /// Its content.
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlId>)]
    pub content_id: Option<Id>,
    /// The values for its placeholders.
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlDocument>)]
    pub vars: Option<Document<Merge>>,
    /// Attempts so far.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub attempts: i32,
    /// When it is given up.
    #[diesel(sql_type = SqlTimestamp)]
    pub expires_at: Timestamp,
}

/// The result of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The relay accepted it.
    Sent,
    /// Refused permanently, or expired.
    Failed,
    /// Its reader is not to be written to.
    Skipped,
    /// Refused temporarily: another attempt at this instant.
    Retry {
        /// When.
        at: Timestamp,
    },
    /// The relay, not the mail, is at fault: another attempt at this instant, and this one does not count.
    PutBack {
        /// When.
        at: Timestamp,
    },
}

/// An attempt and its result.
#[derive(Clone, Debug)]
pub struct SendResult {
    /// The mail.
    pub mail: Id,
    /// Its batch.
    pub batch: Option<Id>,
    /// The announcement that it carries, if it carries one.
    pub announcement: Option<Id>,
    /// Whether it was tried before.
    pub tried: bool,
    /// Its content, if that is secret and to be deleted after the last attempt.
    pub secret_content: Option<Id>,
    /// The result.
    pub outcome: Outcome,
    /// The relay's code, if it sent one.
    pub code: Option<i32>,
    /// The enhanced status of the relay's reply (RFC 3463), where it said one: `5.1.1`.
    pub status: Option<String>,
    /// The relay's words, or what went wrong on the way.
    pub reply: Option<String>,
    /// For a suspect: held until the result is written.
    pub permit: Option<Arc<SuspectPermit>>,
}

impl SendResult {
    /// What the audit log and webhooks get about a failed mail: ids and codes, not the recipient.
    #[must_use]
    pub fn audit_value(&self) -> Value {
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
    /// Who is to blame where it came back; null for reports that were read before that was told apart.
    pub bounce_cause: Option<BounceCause>,
    /// The enhanced status of the report (RFC 3463).
    pub bounce_status: Option<String>,
    /// The words of whoever refused it.
    pub bounce_diagnostic: Option<String>,
}

impl MailStatus {
    /// The status as shown: words of relays and reports without secrets, which earlier versions may have stored.
    #[must_use]
    pub(super) fn shown(self) -> Self {
        let shown = |words: Option<String>| words.map(|words| foreign::without_secrets(&words));
        let (last_reply, bounce_diagnostic) = (self.last_reply.clone(), self.bounce_diagnostic.clone());
        Self { last_reply: shown(last_reply), bounce_diagnostic: shown(bounce_diagnostic), ..self }
    }
}

/// The owner of a claim, and its end.
#[derive(Clone, Copy)]
pub(super) struct Lease {
    pub(super) id: Id,
    pub(super) until: Timestamp,
    pub(super) now: Timestamp,
}

/// A claimed mail and the topic of its announcement, if it can be unsubscribed from.
pub(super) struct LeasedMail {
    pub(super) claim: Claim,
    pub(super) topic: Option<Arc<str>>,
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
