//! Types of announcements: forms, rows and representations.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::audience::Audience;
use super::read_receipts::Reading;
use crate::db::{Document, Id, schema::announcement};
use crate::http::json::present;
use crate::i18n::Language;
use crate::mail::{DeliveryState, MailSize};
use crate::time::Timestamp;

crate::text_enum! {
    /// Where an announcement stands.
    pub enum AnnouncementStatus {
        /// Being written.
        Draft = "draft",
        /// Waits for the approval of somebody else.
        Submitted = "submitted",
        /// May be sent.
        Approved = "approved",
        /// Begins by itself at its time.
        Scheduled = "scheduled",
        /// On its way.
        Sending = "sending",
        /// On its way, and halted.
        Paused = "paused",
        /// Every mail has come to an end.
        Sent = "sent",
        /// What had not left never will.
        Cancelled = "cancelled",
        /// Its time has passed without it, so somebody is to say whether it is still right.
        Held = "held",
    }
}

/// An announcement in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// One line, the same for everybody: without places in braces.
    pub subject: String,
    /// Markdown, with tables and footnotes; bare links work. Scripts, forms, styles and images are taken out. `{{ name }}` and
    /// `{{ administration }}` stand for the reader's; `{{ unsubscribe }}` for the link that leaves the topic, where there is one.
    /// None of them stands in a URL; the last may be the whole of where a link leads. Other pairs of braces are refused; `\{\{` is
    /// two braces. What is `public` has no such places.
    pub body_markdown: String,
}

/// The variants by language.
pub type Variants = BTreeMap<Language, Variant>;

/// To write an announcement.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Compose {
    /// Whom it is for; everybody where it is left out.
    #[serde(default)]
    pub audience: Audience,
    /// The language for readers whose own it is not written in. One of the variants.
    pub default_language: Language,
    /// The announcement in each language.
    #[schema(value_type = std::collections::HashMap<String, Variant>)]
    pub variants: Variants,
    /// What it is about, for people who leave topics. Without one it is an official notice, which everybody gets.
    #[serde(default)]
    #[schema(example = "news")]
    pub topic: Option<String>,
    /// Languages without which it is not sent.
    #[serde(default)]
    pub required_languages: Vec<Language>,
    /// Whether readers are asked to say that they have read it.
    #[serde(default)]
    pub acknowledge: bool,
    /// Whether it may be read by anybody, in the public feed.
    #[serde(default)]
    pub public: bool,
}

/// To change a draft. What is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revise {
    /// Whom it is for.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// The language for readers whose own it is not written in.
    #[serde(default)]
    pub default_language: Option<Language>,
    /// The announcement in each language; replaces all of them.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, Variant>>)]
    pub variants: Option<Variants>,
    /// What it is about; null makes it an official notice.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub topic: Option<Option<String>>,
    /// Languages without which it is not sent.
    #[serde(default)]
    pub required_languages: Option<Vec<Language>>,
    /// Whether readers are asked to say that they have read it.
    #[serde(default)]
    pub acknowledge: Option<bool>,
    /// Whether it may be read by anybody.
    #[serde(default)]
    pub public: Option<bool>,
}

/// Content and audience of an announcement: an approval holds for exactly these.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Draft {
    pub(super) audience: Audience,
    pub(super) default_language: Language,
    pub(super) required_languages: Vec<Language>,
    pub(super) variants: Variants,
    pub(super) topic: Option<String>,
    pub(super) acknowledge: bool,
    pub(super) public: bool,
}

/// When an announcement is to begin.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The instant: RFC 3339, with its offset.
    #[schema(value_type = String, format = DateTime, example = "2027-01-11T09:00:00+01:00")]
    pub send_at: Timestamp,
    /// The time zone in which people speak of it (IANA): answers show the instant in it too.
    #[serde(default)]
    #[schema(example = "Europe/Brussels")]
    pub zone: Option<String>,
}

/// Approval: of exactly what was read.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The `content_hash` of what was read: approval of something else is refused.
    #[serde(default)]
    pub content_hash: Option<String>,
}

/// Why.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Because)]
pub struct GivenReason {
    /// For the author, and for the record.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A test: the mail as somebody of the audience would read it, to people of the Secretariat.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// In these languages; in each where it is empty.
    #[serde(default)]
    pub languages: Vec<Language>,
    /// To these addresses of people of the Secretariat; to oneself where it is empty.
    #[serde(default)]
    pub to: Vec<String>,
}

/// What a test did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tested)]
pub struct TestOutcome {
    /// How many mails are on their way.
    pub mails: usize,
}

/// An announcement as it is stored, without its variants.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = announcement)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) status: AnnouncementStatus,
    pub(super) audience: Document<Audience>,
    pub(super) default_language: Language,
    pub(super) recipients: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) sent_at: Option<Timestamp>,
    pub(super) author_id: Id,
    pub(super) topic: Option<String>,
    pub(super) acknowledge: bool,
    pub(super) public: bool,
    pub(super) required_languages: Document<Vec<Language>>,
    pub(super) content_hash: Option<Vec<u8>>,
    pub(super) submitted_by: Option<Id>,
    pub(super) approved_by: Option<Id>,
    pub(super) approved_at: Option<Timestamp>,
    pub(super) send_at: Option<Timestamp>,
    pub(super) zone: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) finished_at: Option<Timestamp>,
    pub(super) scheduled_by: Option<Id>,
    pub(super) scheduled_with: Option<Id>,
    pub(super) approved_with: Option<Id>,
    pub(super) cause: Option<super::Cause>,
}

/// An announcement.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Announcement {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Where it stands.
    pub status: AnnouncementStatus,
    /// Whom it is for; the Secretariat alone sees that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The language for readers whose own it is not written in.
    pub default_language: Language,
    /// The announcement in each language.
    #[schema(value_type = std::collections::HashMap<String, Variant>)]
    pub variants: Variants,
    /// What it is about; none for an official notice, which can't be left.
    pub topic: Option<String>,
    /// Whether readers are asked to say that they have read it.
    pub acknowledge: bool,
    /// Whether it may be read by anybody.
    pub public: bool,
    /// How many it is for.
    pub recipients: i32,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it began to be sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// What has become of it, where it is addressed to whoever asks.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// What the Secretariat alone sees.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
}

/// How an announcement is brought out, for the Secretariat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Campaign {
    /// Languages without which it is not sent.
    pub required_languages: Vec<Language>,
    /// The hash of what it says and to whom, in hexadecimal digits: approval holds for exactly this.
    pub content_hash: String,
    /// Who wrote or last changed it.
    #[schema(value_type = String)]
    pub author_id: Id,
    /// Everybody who wrote a version of it: none of them approves it.
    #[schema(value_type = Vec<String>)]
    pub writer_ids: Vec<Id>,
    /// How large the mail is in each language; said where it is submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, MailSize>>)]
    pub sizes: Option<BTreeMap<Language, MailSize>>,
    /// Who asked for approval.
    #[schema(value_type = Option<String>)]
    pub submitted_by: Option<Id>,
    /// Who approved it.
    #[schema(value_type = Option<String>)]
    pub approved_by: Option<Id>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approved_at: Option<Timestamp>,
    /// When it is to begin.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub send_at: Option<Timestamp>,
    /// The same in the time zone that was named: `2027-01-11T09:00:00+01:00[Europe/Brussels]`.
    pub send_at_local: Option<String>,
    /// Why it was rejected, paused or cancelled, as a person says it.
    pub reason: Option<String>,
    /// Why the portal held or paused it, or does not pause it again: `overdue`, `many_failures`, `overruled`, …
    #[schema(value_type = Option<String>)]
    pub cause: Option<super::Cause>,
    /// When its last mail came to an end.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// Until when it is kept to whom each mail went and what became of it; the counts stay.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deliveries_kept_until: Option<Timestamp>,
}

/// An announcement in a list: its subjects, not its texts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AnnouncementEntry {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Where it stands.
    pub status: AnnouncementStatus,
    /// The language for readers whose own it is not written in.
    pub default_language: Language,
    /// The subject in each language.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub subjects: BTreeMap<Language, String>,
    /// What it is about; none for an official notice.
    pub topic: Option<String>,
    /// Whether readers are asked to say that they have read it.
    pub acknowledge: bool,
    /// How many it is for.
    pub recipients: i32,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// What has become of it, where it is addressed to whoever asks.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// What sending would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// How many people it is for.
    pub recipients: usize,
    /// How many of them would not get a mail: they left the topic, or their address is suppressed.
    pub skipped: usize,
    /// How many would find it in their next digest.
    pub digest: usize,
    /// Whether it needs the approval of somebody else before oneself may send it now: what sending would answer, with what was sent
    /// on the same day.
    pub needs_approval: bool,
    /// How many would get it in each language.
    #[schema(value_type = std::collections::HashMap<String, usize>)]
    pub by_language: BTreeMap<Language, usize>,
    /// Some of them.
    pub sample: Vec<SampleRecipient>,
    /// The mail in each language.
    #[schema(value_type = std::collections::HashMap<String, Rendered>)]
    pub rendered: BTreeMap<Language, Rendered>,
}

/// One of those whom it would go to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleRecipient {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The language of the mail.
    pub language: Language,
}

/// A mail as it would be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rendered {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// How large the mail is.
    pub size: MailSize,
}

/// What one may ask of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AnnouncementQuery {
    /// Where they stand; members see sent ones alone.
    #[serde(default)]
    pub status: Vec<AnnouncementStatus>,
    /// Those addressed to oneself that are unread, or those that are read.
    pub unread: Option<bool>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// What one may ask of the deliveries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Where they stand, as the summary counts them.
    pub state: Option<DeliveryState>,
    /// Rows of the page, 1 to 100; 25 where it is left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// What stands between the cells of a CSV file, in the place of what is usual in its language.
    pub separator: Option<crate::http::csv::Separator>,
}
