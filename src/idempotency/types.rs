//! A request with a key, and its stored answer.

use diesel::prelude::*;
use serde::Serialize;

use crate::db::Id;
use crate::db::schema::idempotency;
use crate::error::{Error, OrInternal as _};
use crate::secrets::fingerprint_of;
use crate::time::Timestamp;

/// A request to be carried out once.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub(super) actor: Id,
    pub(super) key: String,
    pub(super) request_hash: Vec<u8>,
}

impl Ticket {
    /// The request of `actor` with the key `key`. `request` is everything that distinguishes requests: method, path,
    /// body, API token.
    #[must_use]
    pub fn new(actor: Id, key: &str, request: &[&[u8]]) -> Self {
        Self { actor, key: key.to_owned(), request_hash: digest(request) }
    }

    /// The number of the lock that is held while the request is carried out.
    pub(super) fn lock(&self) -> i64 {
        let digest = digest(&[b"idempotency", self.actor.as_bytes(), self.key.as_bytes()]);
        i64::from_be_bytes(digest.first_chunk().copied().unwrap_or_default())
    }
}

/// The SHA-256 of parts, made of the digest of each part, so that no two lists of parts share one.
fn digest(parts: &[&[u8]]) -> Vec<u8> {
    let each: Vec<u8> = parts.iter().flat_map(|part| fingerprint_of(part)).collect();
    fingerprint_of(&each)
}

/// An answer as it is searched for a person.
#[derive(Debug)]
pub struct SearchedAnswer {
    pub(super) created_at: Timestamp,
    pub(super) body: String,
}

/// The answer to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status, a success.
    pub status: u16,
    /// The location of a created resource.
    pub location: Option<String>,
    /// JSON.
    pub body: String,
    /// Whether it is the stored answer of an earlier request.
    pub replayed: bool,
}

impl Answer {
    /// This value with this status.
    pub fn json(status: u16, value: &impl Serialize) -> Result<Self, Error> {
        Ok(Self { status, location: None, body: serde_json::to_string(value).or_internal()?, replayed: false })
    }

    /// Adds the location of a created resource.
    #[must_use]
    pub fn at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency)]
pub(super) struct StoredAnswer {
    request_hash: Vec<u8>,
    status: i32,
    location: Option<String>,
    body: String,
    pub(super) created_at: Timestamp,
}

impl StoredAnswer {
    /// The stored answer, if the request is the same.
    pub(super) fn again(self, ticket: &Ticket) -> Result<Answer, Error> {
        if self.request_hash != ticket.request_hash {
            return Err(Error::key_reused());
        }
        let status = u16::try_from(self.status).or_internal()?;
        Ok(Answer { status, location: self.location, body: self.body, replayed: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_request_or_person_is_another_ticket() {
        let ticket = |key: &str, body: &[u8]| Ticket::new(Id::nil(), key, &[b"POST", b"/a", body]);
        assert_eq!(ticket("k", b"{}").request_hash, ticket("other", b"{}").request_hash);
        assert_ne!(ticket("k", b"{}").request_hash, ticket("k", b"{ }").request_hash);
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
        assert_ne!(ticket("k", b"").lock(), ticket("l", b"").lock());
        let another = Ticket::new(Id::from_bytes([1; 16]), "k", &[b"POST", b"/a", b""]);
        assert_ne!(ticket("k", b"").lock(), another.lock());
    }

    #[test]
    fn a_key_is_good_for_one_request() {
        let first = Ticket::new(Id::nil(), "k", &[b"POST", b"/a", b"1"]);
        let stored = || StoredAnswer {
            request_hash: first.request_hash.clone(),
            status: 201,
            location: Some("/a/1".to_owned()),
            body: "{}".to_owned(),
            created_at: Timestamp::from_micros(0),
        };
        let again = stored().again(&first).unwrap();
        assert!(again.replayed && again.status == 201 && again.location.as_deref() == Some("/a/1"));
        let other = Ticket::new(Id::nil(), "k", &[b"POST", b"/a", b"2"]);
        assert!(stored().again(&other).is_err());
    }
}
