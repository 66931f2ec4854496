//! The names of kept answers: everything that the bytes of an answer depend on.
//!
//! An answer depends on the edition of the directory, on what was asked, and on what its reader may see. Readers with
//! the same regions and organisations see the same of everything but their own entries: an owner sees all fields of the
//! own contact. So the name has the rights ([`Sight`]) and not the reader, and a reader whose own contact is on an
//! answer has a copy under a name of its own ([`Name::reader`]).

use super::edition::Edition;
use crate::db::Id;
use crate::i18n::Language;
use crate::members::Region;
use crate::policy::{Principal, Visibility};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// JSON of a list, by its address; labels and an order are in a language.
    List(String, Language),
    /// JSON of a contact.
    One(Id),
    /// The content of the page of a list, by its address.
    ListPage(String, Language),
    /// The content of the page of a contact, with instants in a time zone, with or without the way to change it.
    OnePage(Id, Language, String, bool),
}

impl Asked {
    /// The bytes of its texts.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::List(text, _) | Self::ListPage(text, _) | Self::OnePage(_, _, text, _) => text.len(),
            Self::One(_) => 0,
        }
    }
}

/// What a reader sees of contacts other than the own ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sight {
    pub(super) everything: bool,
    hidden: bool,
    community: bool,
    regions: Vec<Region>,
    organisations: Vec<Id>,
}

impl Sight {
    pub(super) fn of(viewer: &Principal) -> Self {
        Self::from(Visibility::of(viewer))
    }
}

impl From<Visibility> for Sight {
    /// Every part of the visibility but `own`: a part that is added later has to be named here.
    fn from(visibility: Visibility) -> Self {
        let Visibility { everything, hidden, community, mut regions, mut organisations, own: _ } = visibility;
        regions.sort_unstable();
        regions.dedup();
        organisations.sort_unstable();
        organisations.dedup();
        if everything {
            // Whoever sees everything sees no more by an appointment.
            (regions, organisations) = (Vec::new(), Vec::new());
        }
        Self { everything, hidden, community, regions, organisations }
    }
}

/// The name of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) edition: Edition,
    pub(super) asked: Asked,
    pub(super) sight: Sight,
    /// The reader of a copy that shows all fields of an own contact; none for a copy that is shared.
    pub(super) reader: Option<Id>,
}

impl Name {
    /// The bytes of memory of its parts, about.
    pub(super) fn size(&self) -> usize {
        let lists = self.sight.organisations.len() * size_of::<Id>() + self.sight.regions.len();
        size_of::<Self>() + self.asked.size() + lists
    }
}

/// Whether a reader with this sight sees more on an answer than others with the same: it shows the own contact.
pub(super) fn is_own(sight: &Sight, reader: Id, owners: &[Id]) -> bool {
    !sight.everything && owners.contains(&reader)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::FieldAudience;
    use crate::random::Random;
    use crate::time::Timestamp;

    fn ids(count: i64) -> Vec<Id> {
        let random = Random::seeded(5);
        (0..count).map(|at| Id::new(Timestamp::from_micros(at), &random)).collect()
    }

    /// Every visibility over a few regions and organisations, for one reader.
    fn visibilities(organisations: &[Id], own: Id) -> Vec<Visibility> {
        let mut all = Vec::new();
        for bits in 0_u32..64 {
            let has = |bit: u32| bits & (1 << bit) != 0;
            let chosen = organisations.iter().zip([3, 4]).filter(|(_, bit)| has(*bit)).map(|(id, _)| *id);
            all.push(Visibility {
                everything: has(0),
                hidden: has(0),
                community: has(1),
                regions: if has(2) { vec![Region::Wca, Region::Eur, Region::Wca] } else { vec![Region::Eur] },
                organisations: chosen.collect(),
                own: if has(5) { own } else { Id::nil() },
            });
        }
        all
    }

    #[test]
    fn whoever_shares_a_copy_sees_the_same_fields() {
        let all = ids(4);
        let (organisations, [owner, reader]) = (&all[..2], [all[2], all[3]]);
        let seen = visibilities(organisations, reader);
        for (first, second) in seen.iter().flat_map(|first| seen.iter().map(move |second| (first, second))) {
            if Sight::from(first.clone()) != Sight::from(second.clone()) {
                continue;
            }
            for &audience in FieldAudience::ALL {
                for organisation in organisations {
                    for region in [None, Some(Region::Wca), Some(Region::Eur), Some(Region::Ap)] {
                        let is_shown = |who: &Visibility| who.sees(audience, owner, *organisation, region);
                        assert_eq!(is_shown(first), is_shown(second), "{audience:?} {first:?} {second:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_own_contact_has_a_copy_of_its_own_unless_everything_is_seen() {
        let all = ids(2);
        let sight = |everything| Sight::from(Visibility { everything, own: all[0], ..Visibility::everything() });
        assert!(is_own(&sight(false), all[0], &all));
        assert!(!is_own(&sight(true), all[0], &all) && !is_own(&sight(false), all[0], &all[1..]));
    }

    #[test]
    fn the_order_of_appointments_makes_no_other_name() {
        let all = ids(2);
        let sight = |organisations: Vec<Id>, regions: Vec<Region>| {
            Sight::from(Visibility { everything: false, organisations, regions, ..Visibility::everything() })
        };
        let one = sight(vec![all[0], all[1]], vec![Region::Eur, Region::Wca]);
        assert_eq!(one, sight(vec![all[1], all[0], all[1]], vec![Region::Wca, Region::Eur]));
        assert_ne!(one, sight(vec![all[0]], vec![Region::Eur, Region::Wca]));
    }
}
