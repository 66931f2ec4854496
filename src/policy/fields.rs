//! Visibility of contact fields: one rule for reading, searching, counting, sorting, exporting and every other output.
//!
//! A field has an audience; a reader has a [`Visibility`]. Audiences are nested: every reader in a narrower audience of
//! a contact is in the wider ones too, so an audience is a number ([`FieldAudience::level`]) that indexes can store.
//! Name, role and organisation are visible to the whole community, which is the purpose of the directory. The owner may
//! narrow the audience of the other fields, which starts with a default.
//!
//! Officers may correct the fields of others that they can see themselves: [`may_change_field`].
//!
//! Only the Secretariat sees the contacts of a hidden member, whatever the audiences of their fields.

use super::{Action, Principal, check};
use crate::db::Id;
use crate::error::{Error, ProblemCode};
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
    /// The level of the audience: 0 for the whole community, 1 the region, 2 the organisation, 3 the Secretariat.
    #[must_use]
    pub const fn level(self) -> i16 {
        match self {
            // Readers of levels are in the community, for whom the two are the same.
            Self::Public | Self::Members => 0,
            Self::Region => 1,
            Self::Organisation => 2,
            Self::Secretariat => 3,
        }
    }

    /// Whether somebody who belongs to the audience `reader`, and to no narrower one, sees a field of this audience.
    #[must_use]
    pub const fn is_seen_by(self, reader: Self) -> bool {
        self.level() <= reader.level()
    }
}

/// What a reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visibility {
    /// Everything, as for the Secretariat.
    pub everything: bool,
    /// Hidden members, and their contacts.
    pub hidden: bool,
    /// Fields for the community.
    pub community: bool,
    /// Fields for these regions.
    pub regions: Vec<Region>,
    /// Fields for these organisations.
    pub organisations: Vec<Id>,
    /// All fields of this person.
    pub own: Id,
}

impl Visibility {
    /// Everything except hidden members: for jobs in the Secretariat's name.
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

    /// The visibility of this person.
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

    /// The same for a field with this owner.
    #[must_use]
    pub fn sees_of(&self, audience: FieldAudience, Owned { owner, organisation, region }: Owned) -> bool {
        self.sees(audience, owner, organisation, region)
    }

    /// The greatest level ([`FieldAudience::level`]) of fields that this reader sees of a contact.
    #[must_use]
    pub fn depth(&self, owner: Id, organisation: Id, region: Option<Region>) -> i16 {
        let sees = |audience: &&FieldAudience| self.sees(**audience, owner, organisation, region);
        FieldAudience::ALL.iter().filter(sees).map(|audience| audience.level()).max().unwrap_or_default()
    }

    /// Whether this reader may see a field of a contact with this audience.
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

/// Whether a person may know that a hidden organisation exists: the Secretariat, and those who have or had an
/// appointment there.
#[must_use]
pub fn knows_hidden(reader: &Principal, organisation: Id) -> bool {
    reader.is_secretariat() || reader.appointments.iter().any(|held| held.organisation_id == organisation)
}

/// Owner, organisation and region of a field, which audiences refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The person.
    pub owner: Id,
    /// The organisation of the contact.
    pub organisation: Id,
    /// Its region.
    pub region: Option<Region>,
}

/// A requested change of a field.
#[derive(Clone, Copy, Debug)]
pub struct FieldChange {
    /// Its name in requests.
    pub name: &'static str,
    /// Its present audience.
    pub audience: FieldAudience,
    /// Whether its value is changed or removed.
    pub rewritten: bool,
    /// Its new audience, if the change sets one.
    pub audience_to: Option<FieldAudience>,
}

/// Refuses a change of a field. The owner may change everything. Officers may correct fields that they can see, and may
/// only narrow the audience: they neither read nor replace what the owner hid from them, and cannot show it to more
/// people.
///
/// # Errors
/// 403 with the name of the field.
pub fn may_change_field(editor: &Visibility, owned: Owned, change: &FieldChange) -> Result<(), Error> {
    if editor.own == owned.owner || (!change.rewritten && change.audience_to.is_none()) {
        return Ok(());
    }
    if !editor.sees_of(change.audience, owned) {
        return Err(Error::forbidden(ProblemCode::FieldHidden).with("field", change.name));
    }
    // Variants are declared from the narrowest to the widest audience.
    match change.audience_to {
        Some(to) if to > change.audience => {
            Err(Error::forbidden(ProblemCode::AudienceWidened).with("field", change.name))
        }
        _ => Ok(()),
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
                    Visibility { everything, hidden: everything, community: true, regions, organisations, own: reader };
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

    #[test]
    fn the_narrower_audience_comes_first() {
        assert!(FieldAudience::ALL.is_sorted());
        assert!(FieldAudience::ALL.is_sorted_by(|a, b| a.level() >= b.level()));
    }

    #[test]
    fn officers_narrow_what_they_see_and_touch_nothing_else() {
        let random = Random::seeded(1);
        let [home, owner, officer] = [1, 2, 3].map(|t| Id::new(Timestamp::from_micros(t), &random));
        let whose = Owned { owner, organisation: home, region: Some(Region::Wca) };
        let coordinator = Visibility {
            everything: false,
            hidden: false,
            community: true,
            regions: vec![Region::Wca],
            organisations: vec![home],
            own: officer,
        };
        let secretariat = Visibility { own: officer, ..Visibility::everything() };
        let oneself = Visibility { own: owner, ..coordinator.clone() };
        for editor in [coordinator, secretariat, oneself] {
            for &audience in FieldAudience::ALL {
                let sees = editor.sees_of(audience, whose);
                for rewritten in [false, true] {
                    for audience_to in FieldAudience::ALL.iter().copied().map(Some).chain([None]) {
                        let change = FieldChange { name: "phone", audience, rewritten, audience_to };
                        let allowed = may_change_field(&editor, whose, &change).is_ok();
                        let touched = rewritten || audience_to.is_some();
                        let widened = audience_to.is_some_and(|to| to > audience);
                        let expected = editor.own == owner || !touched || (sees && !widened);
                        assert_eq!(allowed, expected, "{editor:?} {change:?}");
                    }
                }
            }
        }
    }
}
