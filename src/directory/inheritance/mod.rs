//! What a new contact takes over from those that its person has already: who may see what, and what may be said of the person again.
//!
//! Every contact is made by one function (`directory::add`), which asks here for the audiences. So nobody chooses them for
//! the person, whichever way the contact comes about: what was hidden stays hidden.
//!
//! - Audiences are the strictest of the contacts whose appointments are not over; where there is none of these, those of the one
//!   that was made last. Somebody without any contact begins with what the portal starts with.
//! - A value is copied to another organisation only where the same people may see it there. An audience of one's own
//!   organisation means other people at the next one.
//! - The address is copied always, since the person logs in with it. Where its audience would mean people who did not see it
//!   so far, the Secretariat alone sees it at the next organisation, until the person says otherwise.

mod store;

use std::collections::BTreeMap;

use super::types::Details;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::Region;
use crate::policy::FieldAudience;

/// The contacts that each of these people has, shown or not.
///
/// # Errors
/// Where the database says no.
pub fn kept(conn: &mut Conn, people: &[Id]) -> Result<BTreeMap<Id, Vec<Kept>>, Error> {
    store::kept(conn, people)
}

/// The audiences of the next contact of each of these people; of whoever has none yet there are none.
///
/// # Errors
/// Where the database says no.
fn audiences(conn: &mut Conn, people: &[Id]) -> Result<BTreeMap<Id, Audiences>, Error> {
    let kept = store::kept(conn, people)?;
    Ok(kept.into_iter().map(|(person, kept)| (person, inherited(&kept))).collect())
}

/// What the next contact of a person says, at this organisation: what the newest one says, without what would be shown to people who
/// did not see it so far. The title belongs to a post and is left out.
///
/// # Errors
/// Where the database says no.
pub fn details(conn: &mut Conn, person: Id, organisation: Id) -> Result<Details, Error> {
    let Some(said) = store::said(conn, person)? else { return Ok(Details::default()) };
    let audiences = audiences(conn, &[person])?.remove(&person).unwrap_or_default();
    let to = Place { organisation, region: store::region(conn, organisation)? };
    let goes = |audience| may_be_copied(audience, said.place, to);
    Ok(Details {
        job_title: None,
        phone: said.phone.filter(|_| goes(audiences.phone)),
        languages: if goes(audiences.languages) { said.languages } else { Vec::new() },
        technologies: if goes(audiences.technologies) { said.technologies } else { Vec::new() },
    })
}

/// Who may see each field of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audiences {
    /// Title of the post.
    pub job_title: FieldAudience,
    /// Work telephone.
    pub phone: FieldAudience,
    /// Work address.
    pub email: FieldAudience,
    /// Languages spoken.
    pub languages: FieldAudience,
    /// Technologies.
    pub technologies: FieldAudience,
}

impl Default for Audiences {
    fn default() -> Self {
        Self {
            job_title: FieldAudience::Members,
            phone: FieldAudience::Organisation,
            email: FieldAudience::Members,
            languages: FieldAudience::Members,
            technologies: FieldAudience::Members,
        }
    }
}

impl Audiences {
    /// Field by field the narrower of two, which comes first in the order of declaration.
    #[must_use]
    pub fn strictest(self, other: Self) -> Self {
        Self {
            job_title: self.job_title.min(other.job_title),
            phone: self.phone.min(other.phone),
            email: self.email.min(other.email),
            languages: self.languages.min(other.languages),
            technologies: self.technologies.min(other.technologies),
        }
    }
}

/// A contact that a person has already.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Its id: of two contacts the greater one was made later.
    pub id: Id,
    /// Where it is.
    pub place: Place,
    /// Whether its appointment is over.
    pub is_over: bool,
    /// Who may see its fields.
    pub audiences: Audiences,
}

/// The audiences of the next contact of a person who has these.
#[must_use]
pub fn inherited(kept: &[Kept]) -> Audiences {
    let open = kept.iter().filter(|contact| !contact.is_over).map(|contact| contact.audiences);
    let last = || kept.iter().max_by_key(|contact| contact.id).map(|contact| contact.audiences);
    open.reduce(Audiences::strictest).or_else(last).unwrap_or_default()
}

/// The same for a contact at this place: an audience of the address that would mean people who did not see it becomes the
/// Secretariat.
#[must_use]
pub fn inherited_at(kept: &[Kept], to: Place) -> Audiences {
    let audiences = inherited(kept);
    let email = audiences.email;
    // Every contact shows the address to as many as the strictest does, so one from which it may be copied is enough.
    let open = || kept.iter().filter(|contact| !contact.is_over);
    let last = || kept.iter().max_by_key(|contact| contact.id);
    let copied = |contact: &Kept| may_be_copied(email, contact.place, to);
    let goes = if open().next().is_some() { open().any(copied) } else { last().is_none_or(copied) };
    if goes { audiences } else { Audiences { email: FieldAudience::Secretariat, ..audiences } }
}

/// Where a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The organisation.
    pub organisation: Id,
    /// Its region.
    pub region: Option<Region>,
}

/// Whether an audience means the same people at both places, or fewer at the second.
#[must_use]
pub fn may_be_copied(audience: FieldAudience, from: Place, to: Place) -> bool {
    match audience {
        FieldAudience::Secretariat | FieldAudience::Members | FieldAudience::Public => true,
        FieldAudience::Organisation => from.organisation == to.organisation,
        FieldAudience::Region => from.region == to.region,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Sight;
    use crate::random::Random;
    use crate::time::Timestamp;

    fn audience() -> impl Strategy<Value = FieldAudience> {
        prop::sample::select(FieldAudience::ALL)
    }

    fn audiences() -> impl Strategy<Value = Audiences> {
        (audience(), audience(), audience(), audience(), audience()).prop_map(
            |(job_title, phone, email, languages, technologies)| Audiences {
                job_title,
                phone,
                email,
                languages,
                technologies,
            },
        )
    }

    fn ids(count: usize) -> Vec<Id> {
        let random = Random::seeded(1);
        (1..).take(count).map(|t| Id::new(Timestamp::from_micros(t * 1_000), &random)).collect()
    }

    fn fields(of: Audiences) -> [FieldAudience; 5] {
        [of.job_title, of.phone, of.email, of.languages, of.technologies]
    }

    proptest! {
        #[test]
        fn the_strictest_is_one_of_them_and_no_wider_than_any(all in prop::collection::vec(audiences(), 1..6)) {
            let strictest = all.iter().copied().reduce(Audiences::strictest).unwrap();
            for field in 0..5 {
                let given: Vec<_> = all.iter().map(|one| fields(*one)[field]).collect();
                prop_assert!(given.contains(&fields(strictest)[field]));
                prop_assert!(given.iter().all(|one| one.level() <= fields(strictest)[field].level()));
            }
        }

        #[test]
        fn what_is_inherited_is_no_wider_than_any_open_contact(all in prop::collection::vec((any::<bool>(), audiences()), 0..6)) {
            let place = Place { organisation: ids(1)[0], region: None };
            let kept: Vec<Kept> = ids(all.len()).into_iter().zip(&all)
                .map(|(id, &(is_over, audiences))| Kept { id, place, is_over, audiences }).collect();
            let next = inherited(&kept);
            let open: Vec<_> = kept.iter().filter(|one| !one.is_over).collect();
            if open.is_empty() {
                prop_assert_eq!(next, kept.last().map_or_else(Audiences::default, |last| last.audiences));
            }
            for one in open {
                prop_assert!(fields(next).iter().zip(fields(one.audiences)).all(|(next, known)| *next <= known));
            }
            let mut turned = kept.clone();
            turned.reverse();
            prop_assert_eq!(inherited(&turned), next, "in whatever order they are read");
        }

        #[test]
        fn nobody_sees_a_copy_who_did_not_see_the_value(
            audience in audience(),
            (from, to, reads) in (0_usize..3, 0_usize..3, 0_usize..3),
            community in any::<bool>(),
        ) {
            let ids = ids(5);
            // Two organisations of one region, and a third elsewhere.
            let regions = [Some(Region::Wca), Some(Region::Wca), Some(Region::Eur)];
            let place = |at: usize| Place { organisation: ids[at], region: regions[at] };
            let (from, to, home) = (place(from), place(to), place(reads));
            let reader = Sight {
                everything: false,
                hidden: false,
                community,
                regions: home.region.into_iter().collect(),
                organisations: vec![home.organisation],
                own: ids[4],
            };
            let sees = |at: Place| reader.sees(audience, ids[3], at.organisation, at.region);
            prop_assert!(!may_be_copied(audience, from, to) || sees(from) || !sees(to));
        }

        #[test]
        fn nobody_sees_an_address_at_the_next_place_who_did_not_see_it(
            all in prop::collection::vec((any::<bool>(), audiences(), 0_usize..3), 1..5),
            (to, reads) in (0_usize..3, 0_usize..3),
        ) {
            let ids = ids(5);
            let regions = [Some(Region::Wca), Some(Region::Wca), Some(Region::Eur)];
            let place = |at: usize| Place { organisation: ids[at], region: regions[at] };
            let kept: Vec<Kept> = ids.iter().zip(&all)
                .map(|(&id, &(is_over, audiences, at))| Kept { id, place: place(at), is_over, audiences }).collect();
            let home = place(reads);
            let reader = Sight {
                everything: false,
                hidden: false,
                community: true,
                regions: home.region.into_iter().collect(),
                organisations: vec![home.organisation],
                own: ids[4],
            };
            let sees = |audience, at: Place| reader.sees(audience, ids[3], at.organisation, at.region);
            let seen_before = kept.iter().any(|one| sees(one.audiences.email, one.place));
            prop_assert!(seen_before || !sees(inherited_at(&kept, place(to)).email, place(to)));
        }
    }
}
