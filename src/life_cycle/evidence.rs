//! What an officer reads of a person before a decision: title, telephone and the nomination, beside name and address.
//!
//! The applicant may change all of it until the decision. An appointment that waits for one therefore names the version
//! of what its reader sees of it, so that the tag of the appointment covers it as well, and a decision on something that
//! was not read is refused.

use super::types::{PersonDetails, StoredDetails};
use crate::appointments::{Appointment, AppointmentStatus};
use crate::error::Error;
use crate::http::etag;
use crate::nominations::Nomination;
use crate::policy::{self, FieldAudience, Principal, Visibility};

/// What a reader of an appointment sees of its person. Title and telephone are needed to decide on an application, and
/// are shown to those in their audiences, as in the directory; those of an invitation to the administration that typed
/// them, and to the Secretariat. Afterwards the directory alone shows what the person permits.
#[must_use]
pub fn shown_details(reader: &Principal, status: AppointmentStatus, stored: StoredDetails) -> PersonDetails {
    let is_open =
        matches!(status, AppointmentStatus::Invited | AppointmentStatus::Incomplete | AppointmentStatus::Pending);
    match stored {
        StoredDetails::Entry { listed, owned, job_title, phone } => {
            let sight = Visibility::of(reader);
            let shown = |(value, audience): (Option<String>, FieldAudience)| {
                value.filter(|_| is_open && sight.sees_of(audience, owned))
            };
            PersonDetails { contact: listed, job_title: shown(job_title), phone: shown(phone) }
        }
        StoredDetails::Invitation { is_own, job_title, phone } => {
            let is_shown = is_open && (is_own || reader.is_secretariat());
            let shown = |value: Option<String>| value.filter(|_| is_shown);
            PersonDetails { contact: None, job_title: shown(job_title), phone: shown(phone) }
        }
    }
}

/// Whether a reader of an appointment is told the version of its evidence: while a decision is due, those who may read
/// the nomination, and the person who can change it.
#[must_use]
pub fn is_versioned(reader: &Principal, row: &Appointment) -> bool {
    let waits = matches!(row.status, AppointmentStatus::Pending | AppointmentStatus::Incomplete);
    let may_read = || policy::may_read_nomination(reader, row.organisation_id).is_ok();
    waits && (row.user_id == Some(reader.user_id) || may_read())
}

/// The version of the evidence, as its reader sees it.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn version(nomination: &Nomination, details: &PersonDetails) -> Result<String, Error> {
    etag::version_of(&(nomination, &details.job_title, &details.phone))
}
