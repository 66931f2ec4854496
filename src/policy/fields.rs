//! Who may see which field of a contact: one rule for reading, searching, counting, sorting, exporting and every other output.
//!
//! A field has an audience; a reader has a [`Sight`]. Audiences are nested: whoever belongs to a narrower one of a contact
//! belongs to the wider ones too, so an audience is a number ([`FieldAudience::level`]) that indexes can store. Name, role and
//! organisation are for everybody of the community, since without them there is no network; the rest is its owner's to
//! narrow, within what the portal starts with.
//!
//! The contacts of a hidden member are for the Secretariat alone, whatever their fields say.

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

impl FieldAudience {
    /// How narrow it is: 0 for the whole community, 1 the region, 2 the organisation, 3 the Secretariat.
    #[must_use]
    pub const fn level(self) -> i16 {
        match self {
            // Whoever is asked about is of the community: to those the two are the same.
            Self::Public | Self::Members => 0,
            Self::Region => 1,
            Self::Organisation => 2,
            Self::Secretariat => 3,
        }
    }
}

/// How far somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Everything, as the Secretariat does.
    pub everything: bool,
    /// Members that are hidden, and their contacts.
    pub hidden: bool,
    /// What is for the community.
    pub community: bool,
    /// What is for these regions.
    pub regions: Vec<Region>,
    /// What is for these organisations.
    pub organisations: Vec<Id>,
    /// What is one's own.
    pub own: Id,
}

impl Sight {
    /// Everything but hidden members: for what the portal does in the Secretariat's name.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            everything: true,
            hidden: false,
            community: true,
            regions: Vec::new(),
            organisations: Vec::new(),
            own: Id::nil(),
        }
    }

    /// How far this person sees.
    #[must_use]
    pub fn of(viewer: &Principal) -> Self {
        Self {
            everything: viewer.is_secretariat(),
            hidden: viewer.is_secretariat(),
            community: check(viewer, Action::ReadCommunity).is_ok(),
            regions: viewer.active().filter_map(|held| held.region).collect(),
            organisations: viewer.active().map(|held| held.organisation_id).collect(),
            own: viewer.user_id,
        }
    }

    /// The narrowest level of fields ([`FieldAudience::level`]) that this reader sees of a contact.
    #[must_use]
    pub fn depth(&self, owner: Id, organisation: Id, region: Option<Region>) -> i16 {
        let sees = |audience: &&FieldAudience| self.sees(**audience, owner, organisation, region);
        FieldAudience::ALL.iter().filter(sees).map(|audience| audience.level()).max().unwrap_or_default()
    }

    /// Whether a field of a contact that is meant for `audience` may be shown to this reader.
    #[must_use]
    pub fn sees(&self, audience: FieldAudience, owner: Id, organisation: Id, region: Option<Region>) -> bool {
        if self.everything || self.own == owner {
            return true;
        }
        match audience {
            FieldAudience::Secretariat => false,
            FieldAudience::Organisation => self.organisations.contains(&organisation),
            FieldAudience::Region => region.is_some_and(|region| self.regions.contains(&region)),
            FieldAudience::Members => self.community,
            FieldAudience::Public => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::time::Timestamp;

    #[test]
    fn who_belongs_to_a_narrower_audience_belongs_to_the_wider_ones() {
        let random = Random::seeded(1);
        let [home, abroad, owner, reader] = [1, 2, 3, 4].map(|t| Id::new(Timestamp::from_micros(t), &random));
        let sights =
            [(vec![Region::Wca], vec![home]), (vec![Region::Wca], vec![abroad]), (vec![Region::Eur], vec![abroad])];
        for (regions, organisations) in sights {
            for everything in [false, true] {
                let (regions, organisations) = (regions.clone(), organisations.clone());
                let sight =
                    Sight { everything, hidden: everything, community: true, regions, organisations, own: reader };
                let mut audiences = FieldAudience::ALL.to_vec();
                audiences.sort_by_key(|audience| audience.level());
                let seen: Vec<bool> =
                    audiences.iter().map(|&a| sight.sees(a, owner, home, Some(Region::Wca))).collect();
                assert!(seen.is_sorted_by(|wider, narrower| wider >= narrower), "{sight:?}: {seen:?}");
                let depth = sight.depth(owner, home, Some(Region::Wca));
                assert!(audiences.iter().zip(seen).all(|(audience, seen)| seen == (audience.level() <= depth)));
            }
        }
    }
}
