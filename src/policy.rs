//! Everything a person may do, in one place. What is not allowed here is refused.
//!
//! Rights follow from active appointments, which are read anew for each session every two seconds at most (see
//! `identity::sessions`), never from what a token claims.

use crate::appointments::{AppointmentStatus, Held, Role};
use crate::db::Id;
use crate::error::Error;
use crate::i18n::Language;
use crate::members::Region;

crate::text_enum! {
    /// Who may see a field of a contact.
    pub enum FieldAudience {
        /// The Secretariat alone.
        Secretariat = "secretariat",
        /// Those of the same organisation, and the Secretariat.
        Organisation = "organisation",
        /// Those of the same region, and the Secretariat.
        Region = "region",
        /// Everybody with an active appointment.
        Members = "members",
    }
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The session, for logging out.
    pub session_id: Id,
    /// The person.
    pub user_id: Id,
    /// The address the person logs in with.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The language the person reads.
    pub language: Language,
    /// Every appointment the person has had.
    pub appointments: Vec<Held>,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See the members, their contacts, and the announcements addressed to oneself.
    ReadCommunity,
    /// See applications and decide on them.
    DecideRegistrations,
    /// Write, send and follow announcements.
    ManageAnnouncements,
}

impl Principal {
    /// The appointments in force.
    pub fn active(&self) -> impl Iterator<Item = &Held> {
        self.appointments.iter().filter(|held| held.status == AppointmentStatus::Active)
    }

    /// Whether the person holds this role in force, anywhere.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.active().any(|held| held.role == role)
    }

    /// Whether this is the Secretariat.
    #[must_use]
    pub fn is_secretariat(&self) -> bool {
        self.holds(Role::Secretariat)
    }
}

/// Refuses what is not allowed.
///
/// # Errors
/// 403, with the reason the person can act on.
pub fn check(principal: &Principal, action: Action) -> Result<(), Error> {
    let reads = [Role::Secretariat, Role::Coordinator, Role::Ncp, Role::Contributor, Role::Auditor];
    match action {
        Action::ReadCommunity if reads.into_iter().any(|role| principal.holds(role)) => Ok(()),
        Action::ReadCommunity if principal.appointments.iter().any(|a| a.status == AppointmentStatus::Pending) => {
            Err(Error::forbidden("awaiting_approval"))
        }
        Action::ReadCommunity => Err(Error::forbidden("no_active_appointment")),
        Action::DecideRegistrations | Action::ManageAnnouncements if principal.is_secretariat() => Ok(()),
        Action::DecideRegistrations | Action::ManageAnnouncements => Err(Error::forbidden("secretariat_only")),
    }
}

/// Whether a field of a contact that is meant for `audience` may be shown to this person.
#[must_use]
pub fn may_see(
    viewer: &Principal,
    audience: FieldAudience,
    owner: Id,
    organisation: Id,
    region: Option<Region>,
) -> bool {
    if viewer.is_secretariat() || viewer.user_id == owner {
        return true;
    }
    match audience {
        FieldAudience::Secretariat => false,
        FieldAudience::Organisation => viewer.active().any(|held| held.organisation_id == organisation),
        FieldAudience::Region => viewer.active().any(|held| region.is_some() && held.region == region),
        FieldAudience::Members => check(viewer, Action::ReadCommunity).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(roles: &[(Role, AppointmentStatus)]) -> Principal {
        let appointments = roles.iter().map(|&(role, status)| Held {
            id: Id::nil(),
            organisation_id: Id::nil(),
            organisation: "SN".to_owned(),
            region: Some(Region::Wca),
            role,
            status,
        });
        Principal {
            session_id: Id::nil(),
            user_id: Id::nil(),
            email: String::new(),
            name: String::new(),
            language: Language::Fr,
            appointments: appointments.collect(),
        }
    }

    #[test]
    fn rights_come_from_active_appointments_alone() {
        for &role in Role::ALL {
            for &status in AppointmentStatus::ALL {
                let someone = person(&[(role, status)]);
                let active = status == AppointmentStatus::Active;
                let reads = active && role != Role::Partner;
                let runs = active && role == Role::Secretariat;
                assert_eq!(check(&someone, Action::ReadCommunity).is_ok(), reads, "{role} {status}");
                assert_eq!(check(&someone, Action::DecideRegistrations).is_ok(), runs, "{role} {status}");
                assert_eq!(check(&someone, Action::ManageAnnouncements).is_ok(), runs, "{role} {status}");
            }
        }
        assert!(check(&person(&[]), Action::ReadCommunity).is_err());
    }
}
