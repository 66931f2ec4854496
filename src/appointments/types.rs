//! Roles and the standing of an appointment.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Id;
use crate::db::schema::appointment;
use crate::error::{Error, FieldCode, FieldError};
use crate::members::{self, Organisation, OrganisationKind, Region};
use crate::time::Timestamp;

crate::text_enum! {
    /// What happens to an appointment.
    pub enum Event {
        /// Somebody applies and the address is verified.
        Apply = "apply",
        /// An officer invites somebody.
        Invite = "invite",
        /// An officer appoints somebody who has an account.
        Appoint = "appoint",
        /// The invited person accepts, and the invitation was approval enough.
        Accept = "accept",
        /// The invited person accepts, and the Secretariat is to approve: a coordinator invited a coordinator.
        AcceptForApproval = "accept_for_approval",
        /// An invitation or an application is taken back.
        Withdraw = "withdraw",
        /// The applicant has completed what was asked for.
        Submit = "submit",
        /// The nomination is in order.
        Approve = "approve",
        /// It is not.
        Reject = "reject",
        /// Something is missing from it.
        RequestInfo = "request_info",
        /// The contact is still right.
        Confirm = "confirm",
        /// Nobody confirmed the contact for a quarter of a year after it was due.
        MissConfirmation = "miss_confirmation",
        /// Mail comes back.
        Bounce = "bounce",
        /// Put out of force for now.
        Suspend = "suspend",
        /// Put in force again.
        Reinstate = "reinstate",
        /// A successor takes over.
        Replace = "replace",
        /// The holder leaves, or an officer says so.
        Resign = "resign",
        /// The mandate had an end.
        MandateEnds = "mandate_ends",
        /// Nobody decided, answered or accepted in time.
        Lapse = "lapse",
        /// Nobody confirmed for long.
        Expire = "expire",
    }
}

/// In which capacity somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Whom the appointment is for.
    Holder,
    /// A coordinator of the same organisation.
    Coordinator,
    /// The Secretariat.
    Secretariat,
    /// The portal itself, by the clock.
    System,
}

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

impl Role {
    /// Those that one can apply for.
    pub const APPLIED_FOR: &'static [Self] = &[Self::Ncp, Self::Coordinator];
    /// Those that one can be invited to.
    pub const INVITED_TO: &'static [Self] = &[Self::Ncp, Self::Coordinator, Self::Contributor, Self::Partner];

    /// Whether it is one of the portal as a whole, which one may have at the Secretariat.
    #[must_use]
    pub const fn is_central(self) -> bool {
        matches!(self, Self::Secretariat | Self::Auditor)
    }

    /// Refuses a role that is none of those that are open.
    ///
    /// # Errors
    /// A fault that names those.
    pub fn check_open(self, open: &[Self]) -> Result<(), FieldError> {
        if open.contains(&self) {
            return Ok(());
        }
        let allowed: Vec<&str> = open.iter().map(|role| role.as_str()).collect();
        Err(FieldError::new("/role", FieldCode::RoleNotOpen).with("allowed", allowed.join(", ")))
    }

    /// Whether organisations of this kind have it. The community is closed to partner agencies: their people have one
    /// role, which nobody has elsewhere, and no role that reads the community is given at an agency.
    #[must_use]
    pub const fn fits(self, kind: OrganisationKind) -> bool {
        match kind {
            OrganisationKind::Partner => matches!(self, Self::Partner),
            OrganisationKind::Secretariat => self.is_central(),
            OrganisationKind::Member | OrganisationKind::EconomicUnion => !matches!(self, Self::Partner),
        }
    }

    /// Refuses a role that the organisation does not have; `open` are the roles that can be asked for here.
    ///
    /// # Errors
    /// 422 at `/role`, with those of them that the organisation has; at `/organisation` where it has none of them, as if
    /// there were no such organisation.
    pub fn check_fits(self, place: &Organisation, open: &[Self]) -> Result<(), Error> {
        if self.fits(place.kind) {
            return Ok(());
        }
        let fitting: Vec<Self> = open.iter().copied().filter(|role| role.fits(place.kind)).collect();
        if fitting.is_empty() {
            return Err(members::unknown_organisation(&place.code, "/organisation"));
        }
        self.check_open(&fitting).map_err(|fault| Error::invalid(vec![fault]))
    }
}

crate::text_enum! {
    /// Where an appointment stands. What leads from one to the other is the table in `state_machine`.
    pub enum AppointmentStatus {
        /// Somebody was invited and has not answered.
        Invited = "invited",
        /// The nomination lacks something that the applicant is to bring.
        Incomplete = "incomplete",
        /// Waits for a decision.
        Pending = "pending",
        /// In force.
        Active = "active",
        /// In force, but nobody confirmed the contact for too long.
        Unconfirmed = "unconfirmed",
        /// Not in force for now.
        Suspended = "suspended",
        /// Refused.
        Rejected = "rejected",
        /// Nobody decided or answered in time.
        Lapsed = "lapsed",
        /// Ended because nobody confirmed it.
        Expired = "expired",
        /// A successor took over.
        Replaced = "replaced",
        /// Over.
        Ended = "ended",
        /// Taken back before it began.
        Withdrawn = "withdrawn",
    }
}

/// An appointment.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = appointment)]
#[expect(missing_docs, reason = "the columns are explained in the migration")]
pub struct Appointment {
    pub id: Id,
    pub user_id: Option<Id>,
    pub organisation_id: Id,
    pub role: Role,
    pub status: AppointmentStatus,
    pub status_since: Timestamp,
    pub valid_from: Option<Timestamp>,
    pub valid_to: Option<Timestamp>,
    pub confirmed_at: Option<Timestamp>,
    pub confirm_by: Option<Timestamp>,
    pub decided_by: Option<Id>,
    pub decided_at: Option<Timestamp>,
    pub reason: Option<String>,
    pub replaced_by: Option<Id>,
    pub end_set_by: Option<Id>,
    pub checked_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An appointment to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewAppointment {
    /// Whose; nobody's yet where it is an invitation.
    pub user_id: Option<Id>,
    /// Where.
    pub organisation_id: Id,
    /// As what.
    pub role: Role,
    /// Where it begins.
    pub status: AppointmentStatus,
    /// Until when, where the mandate has an end.
    pub valid_to: Option<Timestamp>,
    /// Who of the Secretariat set that end.
    pub end_set_by: Option<Id>,
    /// The application it came from.
    pub registration_id: Option<Id>,
    /// The officer who invites or appoints.
    pub decided_by: Option<Id>,
}

impl NewAppointment {
    /// An appointment in force, without an application, an invitation or an end.
    #[must_use]
    pub const fn in_force(organisation_id: Id, user_id: Id, role: Role) -> Self {
        Self {
            user_id: Some(user_id),
            organisation_id,
            role,
            status: AppointmentStatus::Active,
            valid_to: None,
            end_set_by: None,
            registration_id: None,
            decided_by: None,
        }
    }
}

/// Which appointments are meant. What is left out does not restrict.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Only at these organisations …
    pub organisations: Option<Vec<Id>>,
    /// … or this person's own.
    pub holder: Option<Id>,
    /// And at one of these organisations.
    pub within: Option<Vec<Id>>,
    /// In one of these states.
    pub statuses: Vec<AppointmentStatus>,
    /// As one of these.
    pub roles: Vec<Role>,
}

/// Which people are looked for; everybody where it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameSearch {
    /// Beginnings of words of the name, folded.
    pub words: Vec<String>,
    /// A part of the address, in lower case: it is enough without the words.
    pub address: Option<String>,
}

impl NameSearch {
    /// Whether everybody is meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.address.is_none()
    }
}

/// An appointment as its holder and the policy see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Held)]
pub struct HeldAppointment {
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
