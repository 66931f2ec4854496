//! Roles and the standing of an appointment.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::members::Region;

crate::text_enum! {
    /// What somebody is at an organisation.
    pub enum Role {
        /// Runs the portal.
        Secretariat = "secretariat",
        /// Runs one administration's contacts.
        Coordinator = "coordinator",
        /// National contact point.
        Ncp = "ncp",
        /// Knows a topic.
        Contributor = "contributor",
        /// Answers for a partner agency.
        Partner = "partner",
        /// Reads the logs.
        Auditor = "auditor",
    }
}

crate::text_enum! {
    /// Where an appointment stands.
    pub enum AppointmentStatus {
        /// Waits for the Secretariat.
        Pending = "pending",
        /// In force.
        Active = "active",
        /// Refused.
        Rejected = "rejected",
        /// Not in force for now.
        Suspended = "suspended",
        /// Over.
        Ended = "ended",
    }
}

/// An appointment to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewAppointment {
    /// Whose.
    pub user_id: Id,
    /// Where.
    pub organisation_id: Id,
    /// As what.
    pub role: Role,
    /// From the start: pending, or active for those whom a command sets up.
    pub status: AppointmentStatus,
    /// The application it came from.
    pub registration_id: Option<Id>,
}

/// An appointment as its holder and the policy see it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Held {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// The organisation.
    #[serde(skip, default = "Id::nil")]
    pub organisation_id: Id,
    /// The organisation's code.
    pub organisation: String,
    /// The organisation's region.
    pub region: Option<Region>,
    /// As what.
    pub role: Role,
    /// Where it stands.
    pub status: AppointmentStatus,
}
