//! From what a request brings to the person behind it, fast and never long out of date.
//!
//! Checking a signature and asking the database cost more than most requests do otherwise. So two things are
//! remembered, in bounded caches: which tokens were signed by us (they can't be unsigned again), and who stood behind a
//! session or an API token, for two seconds. A revocation shows at once in the process that made it and within those two
//! seconds in every other. When the database is away, nobody is let in on memory older than that.
//!
//! What is remembered serves reads alone. A request that writes loads credential and appointments again in its own unit of work
//! ([`Sessions::write_check`]), and is refused where they are no longer what it was let in on. So does a file that is read while
//! it is sent, before each page ([`Sessions::read_check`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use quick_cache::sync::Cache;

use super::super::keys::{Claims, Keys};
use super::super::store::{self as people, Lock};
use super::super::tokens as api_tokens;
use super::store::{self, By};
use crate::appointments;
use crate::db::{Conn, Db, Id, ReadCheck, WriteCheck};
use crate::error::Error;
use crate::policy::{self, Action, Credential, Principal};
use crate::secrets::{MasterKey, fingerprint};
use crate::time::{Clock, Timestamp};

/// Tokens and sessions remembered at most; about 1 KiB each.
const REMEMBERED: usize = 10_000;
/// How long a session is taken for what it was.
const FRESH: Duration = Duration::from_secs(2);
/// How often at most a foreign key id sends us to the database.
const KEY_SEARCH: Duration = Duration::from_secs(10);
/// How often at most the use of a session is written down.
const TOUCH: Duration = Duration::from_mins(1);

#[derive(Clone)]
struct Seen {
    principal: Arc<Principal>,
    at: Timestamp,
}

/// What somebody is known by.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Known {
    Session(Id),
    /// The hash of a cookie or an API token.
    Secret(Vec<u8>),
}

/// Who was found, and whether the use is worth writing down.
pub(in super::super) struct Found {
    pub(in super::super) principal: Principal,
    pub(in super::super) last_used_at: Option<Timestamp>,
}

/// Who is logged in.
pub(in super::super) struct Sessions {
    db: Db,
    keys: Keys,
    master: Arc<MasterKey>,
    clock: Clock,
    tokens: Cache<String, Claims>,
    memory: Arc<Memory>,
    searched_at: AtomicI64,
}

/// Who was seen a moment ago.
struct Memory {
    seen: Cache<Known, Seen>,
    /// How often all was forgotten: what was read before must not be remembered after.
    forgotten: AtomicU64,
}

impl Memory {
    fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.seen.clear();
    }

    /// Remembers what was read while all had been forgotten so often, and not since.
    fn insert(&self, known: &Known, seen: Seen, forgotten: u64) {
        self.seen.insert(known.clone(), seen);
        if self.forgotten.load(Ordering::SeqCst) != forgotten {
            self.seen.remove(known);
        }
    }
}

impl Sessions {
    pub(in super::super) fn new(db: Db, keys: Keys, master: Arc<MasterKey>, clock: Clock) -> Self {
        let memory = Arc::new(Memory { seen: Cache::new(REMEMBERED), forgotten: AtomicU64::new(0) });
        Self { db, keys, master, clock, tokens: Cache::new(REMEMBERED), memory, searched_at: AtomicI64::new(0) }
    }

    pub(in super::super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The person behind a bearer token: an access token, or an API token of one's own program.
    pub(in super::super) async fn bearer(&self, token: &str) -> Result<Arc<Principal>, Error> {
        let now = self.clock.now();
        if token.starts_with(api_tokens::PREFIX) {
            let hash = fingerprint(token);
            let found = self.remembered(Known::Secret(hash.clone()), now, move |conn| {
                api_tokens::find(conn, api_tokens::By::Hash(&hash), now)
            });
            return found.await?.ok_or_else(|| Error::unauthenticated("token_invalid"));
        }
        let session = self.claims(token, now).await?.sid;
        let found = self.remembered(Known::Session(session), now, move |conn| behind(conn, By::Id(session), now));
        found.await?.ok_or_else(|| Error::unauthenticated("session_ended"))
    }

    /// The person behind a browser's cookie.
    pub(in super::super) async fn cookie(&self, secret: &str) -> Result<Arc<Principal>, Error> {
        let (now, hash) = (self.clock.now(), fingerprint(secret));
        let found = self.remembered(Known::Secret(hash.clone()), now, move |conn| behind(conn, By::Cookie(&hash), now));
        found.await?.ok_or_else(|| Error::unauthenticated("session_ended"))
    }

    async fn remembered<F>(&self, known: Known, now: Timestamp, load: F) -> Result<Option<Arc<Principal>>, Error>
    where
        F: FnOnce(&mut Conn) -> Result<Option<Found>, Error> + Send + 'static,
    {
        if let Some(seen) = self.memory.seen.get(&known)
            && now < seen.at.plus(FRESH)
        {
            return Ok(Some(seen.principal));
        }
        let forgotten = self.memory.forgotten.load(Ordering::SeqCst);
        let Some(found) = self.db.read(load).await? else {
            self.memory.seen.remove(&known);
            return Ok(None);
        };
        if found.last_used_at.is_none_or(|at| at.plus(TOUCH) <= now) {
            let credential = found.principal.credential.clone();
            self.db.write_behind(move |conn| match credential {
                Credential::Session(id) => store::touch(conn, id, now),
                Credential::Token(id, _) => api_tokens::touch(conn, id, now),
            });
        }
        let principal = Arc::new(found.principal);
        self.memory.insert(&known, Seen { principal: Arc::clone(&principal), at: now }, forgotten);
        Ok(Some(principal))
    }

    async fn claims(&self, token: &str, now: Timestamp) -> Result<Claims, Error> {
        if let Some(claims) = self.tokens.get(token)
            && now.as_seconds() < claims.exp
        {
            return Ok(claims);
        }
        if self.keys.is_foreign(token) && self.may_search(now) {
            // Another process may have made it a moment ago.
            self.reload_keys().await?;
        }
        let claims = self.keys.verify(token, now)?;
        self.tokens.insert(token.to_owned(), claims.clone());
        Ok(claims)
    }

    /// Whether it is time to look for a key again, and notes that it is being done.
    fn may_search(&self, now: Timestamp) -> bool {
        let last = self.searched_at.load(Ordering::Relaxed);
        let swapped =
            || self.searched_at.compare_exchange(last, now.as_micros(), Ordering::Relaxed, Ordering::Relaxed).is_ok();
        Timestamp::from_micros(last).plus(KEY_SEARCH) <= now && swapped()
    }

    /// Reads the signing keys anew.
    pub(in super::super) async fn reload_keys(&self) -> Result<(), Error> {
        let stored = self.db.read(super::super::store::keys).await?;
        self.keys.set(&stored, &self.master)
    }

    /// Forgets what this process remembers of sessions, after some of them were changed.
    pub(in super::super) fn forget(&self) {
        self.memory.forget();
    }

    /// What must still hold when a request writes that was let in as `principal` for `action`.
    pub(in super::super) fn write_check(&self, principal: &Arc<Principal>, action: Option<Action>) -> WriteCheck {
        let (memory, clock, principal) = (Arc::clone(&self.memory), self.clock.clone(), Arc::clone(principal));
        Arc::new(move |conn: &mut Conn| {
            // The person is held until the unit of work ends, so that a revocation comes before it or after it. A request
            // about one's own account may change the person's row.
            let own = matches!(action, None | Some(Action::ManageOwnAccount));
            people::lock(conn, principal.user_id, if own { Lock::Change } else { Lock::Rely })?;
            let unchanged = require_unchanged(conn, &principal, action, clock.now());
            // Another process changed it: the next request is judged by what is true now.
            unchanged.inspect_err(|_| memory.forget())
        })
    }

    /// What must still hold when a request goes on reading that was let in as `principal` for `action`. Locks nothing.
    pub(in super::super) fn read_check(&self, principal: &Arc<Principal>, action: Option<Action>) -> ReadCheck {
        let (memory, clock, principal) = (Arc::clone(&self.memory), self.clock.clone(), Arc::clone(principal));
        Arc::new(move |conn: &mut Conn| {
            let unchanged = require_unchanged(conn, &principal, action, clock.now());
            unchanged.inspect_err(|_| memory.forget())
        })
    }
}

/// Refuses where a credential has ended, or where its owner's rights are no longer those that a request was let in on.
fn require_unchanged(
    conn: &mut Conn,
    principal: &Principal,
    action: Option<Action>,
    now: Timestamp,
) -> Result<(), Error> {
    let (found, ended) = match &principal.credential {
        Credential::Session(id) => (behind(conn, By::Id(*id), now)?, "session_ended"),
        Credential::Token(id, _) => (api_tokens::find(conn, api_tokens::By::Id(*id), now)?, "token_invalid"),
    };
    let current = found.map(|found| found.principal).filter(|current| current.user_id == principal.user_id);
    let current = current.ok_or_else(|| Error::unauthenticated(ended))?;
    if let Some(action) = action {
        policy::check(&current, action)?;
    }
    if policy::keeps_rights(&current, principal) { Ok(()) } else { Err(Error::conflict("rights_changed")) }
}

/// The person behind a living session that was not idle for too long.
fn behind(conn: &mut Conn, by: By<'_>, now: Timestamp) -> Result<Option<Found>, Error> {
    let Some(behind) = store::behind(conn, by, now)? else { return Ok(None) };
    let idle = Duration::from_secs(u64::try_from(behind.idle_seconds).unwrap_or_default());
    // A session with refresh tokens is kept alive by them; their own end says when it was idle for too long.
    if matches!(by, By::Cookie(_)) && behind.last_used_at.plus(idle) <= now {
        return Ok(None);
    }
    let appointments = appointments::of_user(conn, behind.user)?;
    let principal = Principal {
        credential: Credential::Session(behind.session),
        level: behind.level,
        authenticated_at: behind.authenticated_at,
        user_id: behind.user,
        email: behind.email,
        name: behind.name,
        language: behind.language,
        appointments,
    };
    Ok(Some(Found { principal, last_used_at: Some(behind.last_used_at) }))
}
