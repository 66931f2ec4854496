//! From an access token to the person behind it, fast and never long out of date.
//!
//! Checking a signature and asking the database cost more than most requests do otherwise. So two things are
//! remembered, in bounded caches: which tokens were signed by us (they can't be unsigned again), and who stood behind a
//! session, for two seconds. A revocation shows at once in the process that made it and within those two seconds in every
//! other. When the database is away, nobody is let in on memory older than that.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;

use super::keys::{Claims, Keys};
use super::store;
use crate::appointments;
use crate::db::{Conn, Db, Id};
use crate::error::Error;
use crate::policy::Principal;
use crate::time::{Clock, Timestamp};

/// Tokens and sessions remembered at most; about 1 KiB each.
const REMEMBERED: usize = 10_000;
/// How long a session is taken for what it was.
const FRESH: Duration = Duration::from_secs(2);

#[derive(Clone)]
struct Seen {
    principal: Arc<Principal>,
    at: Timestamp,
}

/// Who is logged in.
pub(super) struct Sessions {
    db: Db,
    keys: Keys,
    clock: Clock,
    tokens: Cache<String, Claims>,
    seen: Cache<Id, Seen>,
}

impl Sessions {
    pub(super) fn new(db: Db, keys: Keys, clock: Clock) -> Self {
        Self { db, keys, clock, tokens: Cache::new(REMEMBERED), seen: Cache::new(REMEMBERED) }
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The person behind an access token.
    pub(super) async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, Error> {
        let now = self.clock.now();
        let claims = self.claims(token, now)?;
        if let Some(seen) = self.seen.get(&claims.sid)
            && now < seen.at.plus(FRESH)
        {
            return Ok(seen.principal);
        }
        let session = claims.sid;
        let principal = self.db.read(move |conn| load(conn, session, now)).await?;
        let Some(principal) = principal else {
            self.seen.remove(&session);
            return Err(Error::unauthenticated("session_ended"));
        };
        let principal = Arc::new(principal);
        self.seen.insert(session, Seen { principal: Arc::clone(&principal), at: now });
        Ok(principal)
    }

    fn claims(&self, token: &str, now: Timestamp) -> Result<Claims, Error> {
        match self.tokens.get(token) {
            Some(claims) if now.as_seconds() < claims.exp => Ok(claims),
            _ => {
                let claims = self.keys.verify(token, now)?;
                self.tokens.insert(token.to_owned(), claims.clone());
                Ok(claims)
            }
        }
    }

    /// Forgets what this process remembers of sessions, after some of them were changed.
    pub(super) fn forget(&self) {
        self.seen.clear();
    }
}

fn load(conn: &mut Conn, session: Id, now: Timestamp) -> Result<Option<Principal>, Error> {
    let Some((user_id, email, name, language)) = store::session_user(conn, session, now)? else {
        return Ok(None);
    };
    let appointments = appointments::of_user(conn, user_id)?;
    Ok(Some(Principal { session_id: session, user_id, email, name, language, appointments }))
}
