//! Types of deliveries.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::pagination::PageInfo;
use crate::mail::MailStatus;
use crate::time::Timestamp;

/// Who was to get it, and where each mail stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deliveries {
    /// The mails; none where they are deleted.
    pub data: Vec<MailStatus>,
    /// How to go on.
    pub page: PageInfo,
    /// Until when they are kept, once the last of them has come to its end.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deliveries_kept_until: Option<Timestamp>,
    /// Whether they are deleted, and the summary alone says what they came to.
    pub collapsed: bool,
}
