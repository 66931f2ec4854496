//! Reports that were not understood, as stored and as shown.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Id;
use crate::db::schema::unread_report;
use crate::text::foreign;
use crate::time::Timestamp;

/// A report to store.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = unread_report, treat_none_as_default_value = false)]
pub struct NewUnread {
    /// Begins with the time of reception, so that ids sort by it.
    pub id: Id,
    /// The SHA-256 of the message.
    pub fingerprint: Vec<u8>,
    /// When it came.
    pub received_at: Timestamp,
    /// The mail that its return path names.
    pub mail_id: Option<Id>,
    /// Whom it says it is from.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// The beginning of its text.
    pub body: String,
}

/// A report as it is searched for a person.
#[derive(Debug)]
pub struct SearchedReport {
    pub(super) received_at: Timestamp,
    /// The address of the mail that it is about.
    pub(super) mailed_to: Option<String>,
    pub(super) sender: String,
    pub(super) subject: String,
    pub(super) body: String,
}

/// A message that came as a report about a mail, and that nobody here understood.
#[derive(Clone, Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = unread_report)]
pub struct UnreadReport {
    /// By which its text is asked for.
    #[schema(value_type = String)]
    pub id: Id,
    /// When it came. It is deleted thirty days later.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// The mail that its return path names; null where it came without one.
    #[schema(value_type = Option<String>)]
    pub mail_id: Option<Id>,
    /// Whom it says it is from.
    pub sender: String,
    /// Its subject.
    pub subject: String,
}

/// What such a message says.
#[derive(Clone, Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = unread_report)]
pub struct UnreadText {
    /// Which it is.
    #[schema(value_type = String)]
    pub id: Id,
    /// The first sixteen kilobytes of its text.
    #[diesel(column_name = body)]
    pub text: String,
}

impl UnreadReport {
    /// The report as shown: without secrets. Those of earlier versions may contain some.
    #[must_use]
    pub fn shown(self) -> Self {
        let [sender, subject] = [&self.sender, &self.subject].map(|text| foreign::without_secrets(text));
        Self { sender, subject, ..self }
    }
}

impl UnreadText {
    /// The text as shown: without secrets.
    #[must_use]
    pub fn shown(self) -> Self {
        Self { text: foreign::without_secrets(&self.text), ..self }
    }
}
