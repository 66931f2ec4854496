//! People as they stand now, for what they granted earlier.
//!
//! Whoever uses a grant asks here for the granter, in its own unit of work, and the policy for the rest (`policy::grants`). A
//! person whose account is closed, by suspension or by the wish to be erased, holds nothing.

use std::collections::BTreeMap;

use super::store;
use crate::appointments;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::policy::{Credential, Level, Principal};
use crate::time::Timestamp;

/// One person who granted something.
///
/// # Errors
/// 404 where there is none.
pub fn granter(conn: &mut Conn, id: Id) -> Result<Principal, Error> {
    granters(conn, &[id])?.remove(&id).ok_or_else(Error::not_found)
}

/// Several people who granted something, by few questions for however many.
///
/// # Errors
/// Where the database says no.
pub fn granters(conn: &mut Conn, ids: &[Id]) -> Result<BTreeMap<Id, Principal>, Error> {
    let mut held: BTreeMap<Id, Vec<appointments::Held>> = BTreeMap::new();
    for (person, one) in appointments::of_users(conn, ids)? {
        held.entry(person).or_default().push(one);
    }
    let people = store::users(conn, ids)?;
    let principal = |person: super::Credentials| {
        let appointments = held.remove(&person.id).filter(|_| !person.is_closed()).unwrap_or_default();
        let principal = Principal {
            credential: Credential::Session(Id::nil()),
            // What they granted they granted in a session that had the factors it needs.
            level: Level::TwoFactor,
            authenticated_at: Timestamp::from_micros(0),
            user_id: person.id,
            email: person.email,
            name: person.name,
            language: person.preferred_language,
            appointments,
        };
        (principal.user_id, principal)
    };
    Ok(people.into_iter().map(principal).collect())
}
