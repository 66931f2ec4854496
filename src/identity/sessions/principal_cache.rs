//! Authentication of requests, with caches.
//!
//! Verifying a signature and querying the database cost more than the rest of most requests. So two things are cached,
//! in bounded caches: which tokens the portal signed (that cannot change), and for two seconds, the person of a session
//! or API token. A revocation is effective at once in the process that made it (every store that changes sessions,
//! tokens, people or appointments fires [`Wakeup::Principals`]), and within those two seconds in the others. While the
//! database is unavailable, older entries admit no request.
//!
//! The cache suffices for reads only. A request that writes loads credential and appointments again in its own unit of
//! work ([`Sessions::write_check`]), and is refused if they changed for the worse. So does a file that is read while it
//! is sent, before each page ([`Sessions::read_check`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use quick_cache::sync::Cache;

use super::super::keys::{self, Claims, Keys};
use super::super::store::{self as people, Lock};
use super::super::tokens as api_tokens;
use super::super::types::LocatedSession;
use super::store::{self, SessionKey};
use crate::appointments;
use crate::db::{Conn, Db, Id, ReadCheck, Wakeup, WriteCheck, people_of_unit};
use crate::error::{Error, ProblemCode};
use crate::metrics::Registry;
use crate::policy::{self, Action, Credential, Principal};
use crate::secrets::{MasterKey, fingerprint};
use crate::time::{Clock, Timestamp, Zone};

/// How long a cached session is used.
const FRESH: Duration = Duration::from_secs(2);
/// Shortest time between two reloads of the keys because of an unknown key id.
const KEY_SEARCH: Duration = Duration::from_secs(10);
/// Shortest time between two records of a session's use.
const TOUCH: Duration = Duration::from_mins(1);

#[derive(Clone)]
struct Seen {
    principal: Arc<Principal>,
    at: Timestamp,
    /// The number of invalidations before this was read.
    forgotten: u64,
}

/// A key of the cache.
#[derive(Clone, PartialEq, Eq, Hash)]
enum CachedPrincipal {
    Session(Id),
    /// The hash of a cookie or an API token.
    Secret(Vec<u8>),
}

/// Authenticates requests.
pub(in super::super) struct Sessions {
    db: Db,
    keys: Keys,
    master: Arc<MasterKey>,
    clock: Clock,
    tokens: Cache<String, Claims>,
    memory: Arc<Memory>,
    searched_at: AtomicI64,
}

/// The cache of principals.
struct Memory {
    seen: Cache<CachedPrincipal, Seen>,
    /// The number of invalidations: an entry read before the last one is not used. An atomic counter, so that
    /// invalidating costs the database thread nothing.
    forgotten: AtomicU64,
    asked: Family<Asked, Counter>,
}

/// Whether a principal was found in the cache.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    outcome: &'static str,
}

impl Memory {
    fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
    }

    fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    /// The cached principal, unless the cache was invalidated since.
    fn get(&self, known: &CachedPrincipal, now: Timestamp) -> Option<Arc<Principal>> {
        let seen = self.seen.get(known);
        // If the clock was set back, the entry is not used: an ended session would stay valid.
        let is_young = |seen: &Seen| seen.at <= now && now < seen.at.plus(FRESH);
        let fresh = seen.filter(|seen| is_young(seen) && seen.forgotten == self.forgotten());
        let outcome = if fresh.is_some() { "hit" } else { "miss" };
        self.asked.get_or_create(&Asked { outcome }).inc();
        fresh.map(|seen| seen.principal)
    }
}

impl Sessions {
    /// `most` tokens and sessions are cached; about 1 KiB each.
    pub(in super::super) fn new(db: Db, keys: Keys, master: Arc<MasterKey>, clock: Clock, most: usize) -> Self {
        let memory = Memory { seen: Cache::new(most), forgotten: AtomicU64::new(0), asked: Family::default() };
        let memory = Arc::new(memory);
        let changed = Arc::clone(&memory);
        db.listen(Wakeup::Principals, move || changed.forget());
        Self { db, keys, master, clock, tokens: Cache::new(most), memory, searched_at: AtomicI64::new(0) }
    }

    pub(in super::super) fn register(&self, registry: &mut Registry) {
        let help = "Requests whose principal was in the cache (hit) or was read from the database (miss)";
        registry.register("session_cache", help, self.memory.asked.clone());
    }

    pub(in super::super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The person of a bearer token: an access token, or an API token.
    pub(in super::super) async fn bearer(&self, token: &str) -> Result<Arc<Principal>, Error> {
        let now = self.clock.now();
        if token.starts_with(api_tokens::PREFIX) {
            let hash = fingerprint(token);
            let found = self.remembered(CachedPrincipal::Secret(hash.clone()), now, move |conn| {
                api_tokens::find(conn, api_tokens::By::Hash(&hash), now)
            });
            return found.await?.ok_or_else(api_tokens::refused);
        }
        let session = self.claims(token, now).await?.sid;
        let found = self
            .remembered(CachedPrincipal::Session(session), now, move |conn| behind(conn, SessionKey::Id(session), now));
        found.await?.ok_or_else(|| Error::unauthenticated(ProblemCode::SessionEnded))
    }

    /// The person of a browser's cookie; not from the cache if `anew`.
    pub(in super::super) async fn cookie(&self, secret: &str, anew: bool) -> Result<Arc<Principal>, Error> {
        let (now, hash) = (self.clock.now(), fingerprint(secret));
        let known = CachedPrincipal::Secret(hash.clone());
        let load = move |conn: &mut Conn| behind(conn, SessionKey::Cookie(&hash), now);
        let found =
            if anew { self.read_principal(known, now, load).await } else { self.remembered(known, now, load).await };
        found?.ok_or_else(|| Error::unauthenticated(ProblemCode::SessionEnded))
    }

    /// The person whose session a cookie is or was, also if it has ended: such a person may log in again, and is trusted
    /// with nothing before.
    pub(in super::super) async fn owner_of_cookie(&self, secret: &str) -> Result<Option<Id>, Error> {
        let hash = fingerprint(secret);
        self.db.read(move |conn| store::owner_of_cookie(conn, &hash)).await
    }

    async fn remembered<F>(
        &self,
        known: CachedPrincipal,
        now: Timestamp,
        load: F,
    ) -> Result<Option<Arc<Principal>>, Error>
    where
        F: FnOnce(&mut Conn) -> Result<Option<LocatedSession>, Error> + Send + 'static,
    {
        match self.memory.get(&known, now) {
            Some(principal) => Ok(Some(principal)),
            None => self.read_principal(known, now, load).await,
        }
    }

    /// Reads a principal from the database into the cache.
    async fn read_principal<F>(
        &self,
        known: CachedPrincipal,
        now: Timestamp,
        load: F,
    ) -> Result<Option<Arc<Principal>>, Error>
    where
        F: FnOnce(&mut Conn) -> Result<Option<LocatedSession>, Error> + Send + 'static,
    {
        let forgotten = self.memory.forgotten();
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
        self.memory.seen.insert(known, Seen { principal: Arc::clone(&principal), at: now, forgotten });
        Ok(Some(principal))
    }

    async fn claims(&self, token: &str, now: Timestamp) -> Result<Claims, Error> {
        if let Some(claims) = self.tokens.get(token)
            && now.as_seconds() < claims.exp
        {
            return Ok(claims);
        }
        if self.keys.is_foreign(token) && self.may_search(now) {
            // Another process may have made the key a moment ago.
            self.reload_keys().await?;
        }
        let claims = self.keys.verify(token, now)?;
        self.tokens.insert(token.to_owned(), claims.clone());
        Ok(claims)
    }

    /// Whether the keys may be reloaded now; notes that they are.
    fn may_search(&self, now: Timestamp) -> bool {
        let last = self.searched_at.load(Ordering::Relaxed);
        let swapped =
            || self.searched_at.compare_exchange(last, now.as_micros(), Ordering::Relaxed, Ordering::Relaxed).is_ok();
        Timestamp::from_micros(last).plus(KEY_SEARCH) <= now && swapped()
    }

    /// Reloads the signing keys.
    pub(in super::super) async fn reload_keys(&self) -> Result<(), Error> {
        let stored = self.db.read(keys::stored).await?;
        self.keys.set(&stored, &self.master)
    }

    /// The check in each unit of work of a request by `principal` for `action`.
    pub(in super::super) fn write_check(&self, principal: &Arc<Principal>, action: Option<Action>) -> WriteCheck {
        let (memory, clock, principal) = (Arc::clone(&self.memory), self.clock.clone(), Arc::clone(principal));
        Arc::new(move |conn: &mut Conn| {
            // The person's row is locked until the unit of work ends, so that a revocation comes before or after it. A
            // request about the own account may change the row.
            let own = matches!(action, None | Some(Action::ManageOwnAccount));
            let own = if own { Lock::Change } else { Lock::Rely };
            people::lock_with(conn, principal.user_id, own, &people_of_unit())?;
            let unchanged = require_unchanged(conn, &principal, action, clock.now());
            // Another process changed it: the next request must not use the cache.
            unchanged.inspect_err(|_| memory.forget())
        })
    }

    /// The check before a request by `principal` for `action` reads on. It takes no locks.
    pub(in super::super) fn read_check(&self, principal: &Arc<Principal>, action: Option<Action>) -> ReadCheck {
        let (memory, clock, principal) = (Arc::clone(&self.memory), self.clock.clone(), Arc::clone(principal));
        Arc::new(move |conn: &mut Conn| {
            let unchanged = require_unchanged(conn, &principal, action, clock.now());
            unchanged.inspect_err(|_| memory.forget())
        })
    }
}

/// Refuses if a credential has ended, or if its owner lost rights that the request was admitted with.
fn require_unchanged(
    conn: &mut Conn,
    principal: &Principal,
    action: Option<Action>,
    now: Timestamp,
) -> Result<(), Error> {
    let (found, ended) = match &principal.credential {
        Credential::Session(id) => {
            (behind(conn, SessionKey::Id(*id), now)?, Error::unauthenticated(ProblemCode::SessionEnded))
        }
        Credential::Token(id, _) => (api_tokens::find(conn, api_tokens::By::Id(*id), now)?, api_tokens::refused()),
    };
    let current = found.map(|found| found.principal).filter(|current| current.user_id == principal.user_id);
    let current = current.ok_or(ended)?;
    if let Some(action) = action {
        policy::check(&current, action)?;
    }
    // A proof that was voided since is no longer fresh.
    let is_proven = principal.authenticated_at <= current.authenticated_at;
    if is_proven && policy::keeps_rights(&current, principal) {
        Ok(())
    } else {
        Err(Error::conflict(ProblemCode::RightsChanged))
    }
}

/// The person of a living session that was not idle for too long.
fn behind(conn: &mut Conn, by: SessionKey<'_>, now: Timestamp) -> Result<Option<LocatedSession>, Error> {
    let Some(behind) = store::behind(conn, by, now)? else { return Ok(None) };
    let idle = Duration::from_secs(u64::try_from(behind.idle_seconds).unwrap_or_default());
    // Refresh tokens keep a session alive, and their own expiry limits its idle time.
    if matches!(by, SessionKey::Cookie(_)) && behind.last_used_at.plus(idle) <= now {
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
        zone: Zone::stored(behind.time_zone.as_deref()),
        appointments,
    };
    Ok(Some(LocatedSession { principal, last_used_at: Some(behind.last_used_at) }))
}
