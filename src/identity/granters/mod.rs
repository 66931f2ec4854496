//! Granters: the present state of people who granted something earlier, and whether the credential they used is still
//! trusted.
//!
//! A feature that carries out a grant loads the granter here, in its own unit of work, and then asks the policy
//! (`policy::grants`). A person whose account is closed, by suspension or pending erasure, has no appointments here.
//!
//! A grant also names the session or API token that it was made with ([`Principal::credential_id`]). A person who ends
//! a session from another one, chooses a new password or revokes a token may do so because of a thief; so grants made
//! with that credential are held until an officer decides again. How a session ended says whether it is trusted
//! (`sessions`); a token is trusted unless it was revoked. Their rows are kept as long as the grant is open
//! ([`remember_credential`]). A credential whose row is gone is not trusted.

mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::store as people;
use crate::appointments;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::policy::{Credential, Level, Principal};
use crate::time::{Timestamp, Zone};

/// How much longer a credential is kept than the grant is open, so that a portal that was down can catch up.
const CATCHING_UP: Duration = Duration::from_hours(24 * 30);

/// The person who granted something.
///
/// # Errors
/// 404 if the person does not exist.
pub fn granter(conn: &mut Conn, id: Id) -> Result<Principal, Error> {
    granters(conn, &[id])?.remove(&id).ok_or_else(Error::not_found)
}

/// Several people who granted something, by a constant number of queries.
pub fn granters(conn: &mut Conn, ids: &[Id]) -> Result<BTreeMap<Id, Principal>, Error> {
    let mut held: BTreeMap<Id, Vec<appointments::HeldAppointment>> = BTreeMap::new();
    for (person, one) in appointments::of_users(conn, ids)? {
        held.entry(person).or_default().push(one);
    }
    let people = people::users(conn, ids)?;
    let principal = |person: super::Credentials| {
        let appointments = held.remove(&person.id).filter(|_| !person.is_closed()).unwrap_or_default();
        let principal = Principal {
            credential: Credential::Session(Id::nil()),
            // Only the appointments matter here: the session that made the grant had the factors it needed.
            level: Level::TwoFactor,
            authenticated_at: Timestamp::from_micros(0),
            user_id: person.id,
            email: person.email,
            name: person.name,
            language: person.preferred_language,
            zone: Zone::default(),
            appointments,
        };
        (principal.user_id, principal)
    };
    Ok(people.into_iter().map(principal).collect())
}

/// The sessions and API tokens among these ids that are no longer trusted.
pub fn revoked(conn: &mut Conn, credentials: &[Id]) -> Result<BTreeSet<Id>, Error> {
    if credentials.is_empty() {
        return Ok(BTreeSet::new());
    }
    let good = store::good(conn, credentials)?;
    Ok(credentials.iter().copied().filter(|id| !good.contains(id)).collect())
}

/// Whether the credential of a grant is no longer trusted. A grant from before credentials were recorded counts as
/// trusted.
pub fn is_revoked(conn: &mut Conn, credential: Option<Id>) -> Result<bool, Error> {
    credential.map_or(Ok(false), |id| Ok(!revoked(conn, &[id])?.is_empty()))
}

/// Keeps the row of a credential while a grant made with it is open, until `until`.
pub fn remember_credential(conn: &mut Conn, credential: Id, until: Timestamp) -> Result<(), Error> {
    store::keep(conn, credential, until.plus(CATCHING_UP))
}
