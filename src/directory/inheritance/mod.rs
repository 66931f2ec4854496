//! What a new contact takes over from the existing contacts of its person: audiences of fields, and values.
//!
//! All contacts are made by `directory::add`, which takes the audiences from here. No caller chooses them, however the
//! contact is made: a hidden field stays hidden.
//!
//! - Audiences are the strictest of the contacts whose appointments are not over, or else those of the newest contact.
//!   Without any contact they are the defaults ([`Audiences::default`]).
//! - A value is copied to another organisation only if the same people may see it there. The audience `organisation`
//!   means other people at another organisation.
//! - The address is always copied, since the person logs in with it. If its audience would include people who did not
//!   see it so far, only the Secretariat sees it at the new organisation until the person changes that.

mod store;

use std::collections::BTreeMap;

use super::types::Details;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::Region;
use crate::policy::FieldAudience;

/// The existing contacts of each of these people, listed or not.
pub fn existing(conn: &mut Conn, people: &[Id]) -> Result<BTreeMap<Id, Vec<ExistingContact>>, Error> {
    store::existing(conn, people)
}

/// The audiences of the next contact of each of these people who has a contact.
fn audiences(conn: &mut Conn, people: &[Id]) -> Result<BTreeMap<Id, Audiences>, Error> {
    let existing = store::existing(conn, people)?;
    Ok(existing.into_iter().map(|(person, contacts)| (person, inherited(&contacts))).collect())
}

/// The details of the next contact of a person at this organisation: those of the newest contact, without values that
/// would be shown to people who did not see them so far. The title belongs to a post and is left out.
pub fn details(conn: &mut Conn, person: Id, organisation: Id) -> Result<Details, Error> {
    let Some(newest) = store::newest(conn, person)? else { return Ok(Details::default()) };
    let audiences = audiences(conn, &[person])?.remove(&person).unwrap_or_default();
    let to = Affiliation { organisation, region: store::region(conn, organisation)? };
    let is_copied = |audience| may_be_copied(audience, newest.affiliation, to);
    Ok(Details {
        job_title: None,
        phone: newest.phone.filter(|_| is_copied(audiences.phone)),
        languages: if is_copied(audiences.languages) { newest.languages } else { Vec::new() },
        technologies: if is_copied(audiences.technologies) { newest.technologies } else { Vec::new() },
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
    /// The narrower of two audiences for each field: the one that is declared first.
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

/// An existing contact of a person.
#[derive(Clone, Copy, Debug)]
pub struct ExistingContact {
    /// Its id: a newer contact has a greater one.
    pub id: Id,
    /// Its organisation and region.
    pub affiliation: Affiliation,
    /// Whether its appointment is over.
    pub is_over: bool,
    /// Who may see its fields.
    pub audiences: Audiences,
}

/// The audiences of the next contact of a person with these contacts.
#[must_use]
pub fn inherited(existing: &[ExistingContact]) -> Audiences {
    let open = existing.iter().filter(|contact| !contact.is_over).map(|contact| contact.audiences);
    let last = || existing.iter().max_by_key(|contact| contact.id).map(|contact| contact.audiences);
    open.reduce(Audiences::strictest).or_else(last).unwrap_or_default()
}

/// The same for a contact at this organisation: the audience of the address becomes the Secretariat if it would include
/// people who did not see the address so far.
#[must_use]
pub fn inherited_at(existing: &[ExistingContact], to: Affiliation) -> Audiences {
    let audiences = inherited(existing);
    let email = audiences.email;
    // Every contact shows the address to at least the strictest audience, so one contact from which it may be copied is
    // enough.
    let open = || existing.iter().filter(|contact| !contact.is_over);
    let last = || existing.iter().max_by_key(|contact| contact.id);
    let copied = |contact: &ExistingContact| may_be_copied(email, contact.affiliation, to);
    let is_copied = if open().next().is_some() { open().any(copied) } else { last().is_none_or(copied) };
    if is_copied { audiences } else { Audiences { email: FieldAudience::Secretariat, ..audiences } }
}

/// The organisation of a contact, with its region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Affiliation {
    /// The organisation.
    pub organisation: Id,
    /// Its region.
    pub region: Option<Region>,
}

/// Whether an audience has the same people at both organisations, or fewer at the second.
#[must_use]
pub fn may_be_copied(audience: FieldAudience, from: Affiliation, to: Affiliation) -> bool {
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
    use crate::policy::Visibility;
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
            let affiliation = Affiliation { organisation: ids(1)[0], region: None };
            let existing: Vec<ExistingContact> = ids(all.len()).into_iter().zip(&all)
                .map(|(id, &(is_over, audiences))| ExistingContact { id, affiliation, is_over, audiences }).collect();
            let next = inherited(&existing);
            let open: Vec<_> = existing.iter().filter(|one| !one.is_over).collect();
            if open.is_empty() {
                prop_assert_eq!(next, existing.last().map_or_else(Audiences::default, |last| last.audiences));
            }
            for one in open {
                prop_assert!(fields(next).iter().zip(fields(one.audiences)).all(|(next, known)| *next <= known));
            }
            let mut turned = existing.clone();
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
            let at = |at: usize| Affiliation { organisation: ids[at], region: regions[at] };
            let (from, to, home) = (at(from), at(to), at(reads));
            let reader = Visibility {
                everything: false,
                hidden: false,
                community,
                regions: home.region.into_iter().collect(),
                organisations: vec![home.organisation],
                own: ids[4],
            };
            let sees = |at: Affiliation| reader.sees(audience, ids[3], at.organisation, at.region);
            prop_assert!(!may_be_copied(audience, from, to) || sees(from) || !sees(to));
        }

        #[test]
        fn nobody_sees_an_address_at_the_next_place_who_did_not_see_it(
            all in prop::collection::vec((any::<bool>(), audiences(), 0_usize..3), 1..5),
            (to, reads) in (0_usize..3, 0_usize..3),
        ) {
            let ids = ids(5);
            let regions = [Some(Region::Wca), Some(Region::Wca), Some(Region::Eur)];
            let at = |at: usize| Affiliation { organisation: ids[at], region: regions[at] };
            let existing: Vec<ExistingContact> = ids.iter().zip(&all).map(|(&id, &(is_over, audiences, place))| {
                ExistingContact { id, affiliation: at(place), is_over, audiences }
            }).collect();
            let home = at(reads);
            let reader = Visibility {
                everything: false,
                hidden: false,
                community: true,
                regions: home.region.into_iter().collect(),
                organisations: vec![home.organisation],
                own: ids[4],
            };
            let sees = |audience, at: Affiliation| reader.sees(audience, ids[3], at.organisation, at.region);
            let seen_before = existing.iter().any(|one| sees(one.audiences.email, one.affiliation));
            prop_assert!(seen_before || !sees(inherited_at(&existing, at(to)).email, at(to)));
        }
    }
}
