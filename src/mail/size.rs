//! The size of a mail, and the limits from which its readers are affected.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Octets of HTML above which an author is warned.
const LARGE: usize = 100_000;

crate::text_enum! {
    /// A problem with the size of a mail.
    pub enum SizeWarning {
        /// Its HTML has more than 100,000 octets: Gmail cuts one at 102,400, and with its end the link by which it is left.
        Clipped = "clipped",
    }
}

/// How large a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailSize {
    /// Octets of both bodies as they are sent; headers and a signature come to two or three thousand more.
    pub octets: usize,
    /// Octets of its HTML before that is encoded, which is what mail programs count.
    pub html_octets: usize,
    /// What its readers would notice of that.
    pub warning: Option<SizeWarning>,
}

impl MailSize {
    pub(super) fn of(octets: usize, html_octets: usize) -> Self {
        let warning = (html_octets > LARGE).then_some(SizeWarning::Clipped);
        Self { octets, html_octets, warning }
    }
}
