//! Who may see which field of a contact: one rule for reading, searching, counting, exporting and every other output.

use super::{Action, Principal, check};
use crate::db::Id;
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
        /// Everybody in the world.
        Public = "public",
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
        FieldAudience::Public => true,
    }
}
