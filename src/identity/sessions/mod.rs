//! Sessions: opened by a login, kept alive by refreshing or by a browser's cookie, ended from anywhere at once.
//!
//! An API client gets a pair of tokens: a JWT that lives for minutes, and an opaque refresh token for one use. A
//! browser gets a cookie instead, which its scripts cannot read. Both stand for a row of the table `session`, which
//! decides: requests check it again within two seconds (`principal_cache`), so ending a session is effective
//! everywhere, for access tokens too.
//!
//! A refresh token is used once (`refresh`); one that comes again is judged by `rules`.
//!
//! A session ends when it was idle for too long, or at an absolute time that no refresh moves. Both are shorter for the
//! Secretariat. If a person has too many sessions, the one longest unused ends.
//!
//! Some requests of a session take effect later: a change of address, a plan, an invitation. They take effect as long
//! as the session is trusted (`granters`). A session stays trusted if it expired, was logged out, was replaced by a
//! fresh proof of identity, or was one too many. It loses trust, with the sessions that it replaced, if it was ended
//! from elsewhere, or if it may be a thief's, even if that shows after its end. Ending all other sessions removes trust
//! from all, also from those ended before. `endings` has the ways in which people end their own sessions.

mod endings;
mod principal_cache;
mod refresh;
pub mod routes;
mod rules;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::keys::Keys;
use crate::appointments;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::config;
use crate::db::{Conn, Db, Id};
use crate::error::{Error, FieldErrors, OrInternal as _, ProblemCode};
use crate::http::RequestContext;
use crate::mail::Outbox;
use crate::policy::{self, Level};
use crate::random::Random;
use crate::secrets::fingerprint;
use crate::text;
use crate::throttle::Throttle;
use crate::time::{Clock, Timestamp};
pub(super) use principal_cache::Sessions;
use types::NewSession;
pub use types::{NameSession, Opened, Session, SessionList, Tokens};

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionLifetimes {
    access: Duration,
    idle: Duration,
    session: Duration,
    admin_idle: Duration,
    admin_session: Duration,
    grace: Duration,
    most: u32,
}

impl SessionLifetimes {
    pub(super) fn new(settings: &config::Identity) -> Self {
        Self {
            access: Duration::from_secs(settings.access_token_seconds),
            idle: Duration::from_secs(60 * settings.session_idle_minutes),
            session: Duration::from_secs(3_600 * settings.session_hours),
            admin_idle: Duration::from_secs(60 * settings.admin_session_idle_minutes),
            admin_session: Duration::from_secs(3_600 * settings.admin_session_hours),
            grace: Duration::from_secs(settings.refresh_grace_seconds),
            most: settings.sessions_per_person,
        }
    }
}

/// The session to open.
pub(super) struct NewLogin<'a> {
    pub(super) user: Id,
    pub(super) level: Level,
    pub(super) caller: &'a RequestContext,
    /// A browser, which gets a cookie.
    pub(super) cookie: bool,
    /// The login that it continues, if it replaces another session.
    pub(super) login: Option<Id>,
}

/// A session that was written, before its tokens are signed.
pub(super) struct WrittenSession {
    user: Id,
    session: Id,
    refresh: Option<String>,
    cookie: Option<String>,
}

impl WrittenSession {
    /// Its id.
    pub(super) const fn session(&self) -> Id {
        self.session
    }

    /// The entry of the audit log about what opened it. It names the session, as the entries of what is done in it do.
    pub(super) fn entry(&self, event: Event, level: Level, method: Option<&str>) -> Entry {
        let (level, session) = (level.as_str(), self.session);
        Entry::own(event, self.user).with(match method {
            Some(method) => json!({"level": level, "method": method, "session_id": session}),
            None => json!({"level": level, "session_id": session}),
        })
    }
}

/// Opens, refreshes and ends sessions.
pub(super) struct Desk {
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) outbox: Outbox,
    pub(super) throttle: Arc<Throttle>,
    pub(super) lives: SessionLifetimes,
}

impl Desk {
    /// Writes a new session, in the transaction of `conn`.
    pub(super) fn open(&self, conn: &mut Conn, opening: &NewLogin<'_>) -> Result<WrittenSession, Error> {
        let now = self.clock.now();
        let lives = self.lives;
        // The lock makes concurrent logins count each other's sessions.
        super::store::lock_for_update(conn, opening.user)?;
        let admin = policy::is_secretariat(&appointments::of_user(conn, opening.user)?);
        let (idle, life) = if admin { (lives.admin_idle, lives.admin_session) } else { (lives.idle, lives.session) };
        let session = Id::new(now, &self.random);
        let secret = self.random.secret();
        let new = NewSession {
            id: session,
            user_id: opening.user,
            login_id: opening.login,
            level: opening.level,
            expires_at: now.plus(life),
            idle_seconds: i32::try_from(idle.as_secs()).or_internal()?,
            user_agent: opening.caller.user_agent.clone(),
            network: Some(opening.caller.network()),
            cookie_hash: opening.cookie.then(|| fingerprint(&secret)),
        };
        store::insert(conn, &new, now)?;
        store::end_surplus(conn, opening.user, i64::from(lives.most), now)?;
        if opening.cookie {
            return Ok(WrittenSession { user: opening.user, session, refresh: None, cookie: Some(secret) });
        }
        store::insert_refresh(conn, session, &fingerprint(&secret), now.plus(idle.min(life)), now)?;
        Ok(WrittenSession { user: opening.user, session, refresh: Some(secret), cookie: None })
    }

    /// Gives the session of a request another cookie, if a browser has it: a copy of the present one is worth nothing from
    /// then on.
    pub(super) fn renew_cookie(
        &self,
        conn: &mut Conn,
        session: Option<Id>,
        caller: &RequestContext,
    ) -> Result<Option<String>, Error> {
        let Some(session) = session.filter(|_| caller.session_cookie.is_some()) else { return Ok(None) };
        let secret = self.random.secret();
        let is_renewed = store::renew_cookie(conn, session, &fingerprint(&secret))?;
        Ok(is_renewed.then_some(secret))
    }

    /// The tokens or the cookie of a session that was written.
    pub(super) fn hand_out(
        &self,
        keys: &Keys,
        written: WrittenSession,
        device: Option<String>,
    ) -> Result<Opened, Error> {
        let tokens = written.refresh.map(|secret| self.tokens(keys, written.user, written.session, secret));
        Ok(Opened { tokens: tokens.transpose()?, cookie: written.cookie, device })
    }

    fn tokens(&self, keys: &Keys, user: Id, session: Id, refresh_token: String) -> Result<Tokens, Error> {
        let now = self.clock.now();
        let jti = Id::new(now, &self.random);
        let access_token = keys.sign(user, session, jti, self.lives.access, now)?;
        Ok(Tokens { access_token, token_type: "Bearer", expires_in: self.lives.access.as_secs(), refresh_token })
    }
}

impl super::Identity {
    /// One's sessions.
    pub async fn list_sessions(&self, user: Id, current: Option<Id>) -> Result<SessionList, Error> {
        let now = self.clock.now();
        let rows = self.db.read(move |conn| store::list(conn, user, now)).await?;
        let session = |row: types::SessionRow| Session {
            id: row.id,
            name: row.label,
            user_agent: row.user_agent,
            network: row.network,
            level: row.level,
            created_at: row.created_at,
            last_seen_at: row.last_used_at,
            expires_at: row.expires_at,
            current: current == Some(row.id),
        };
        let idle = |row: &types::SessionRow| Duration::from_secs(u64::try_from(row.idle_seconds).unwrap_or_default());
        let rows = rows.into_iter().filter(|row| row.last_used_at.plus(idle(row)) > now);
        Ok(SessionList { data: rows.map(session).collect() })
    }

    /// Names one of one's sessions, or takes its name away.
    ///
    /// # Errors
    /// 422 at `/name` if it is invalid; 404 if it is not one of the person's own.
    pub async fn name_session(&self, user: Id, session: Id, name: Option<&str>) -> Result<(), Error> {
        let mut faults = FieldErrors::new();
        let name = faults.take_optional("/name", name, |name| text::name::thing(name, super::MAX_NAME));
        faults.finish()?;
        let found = self.db.write(move |conn| store::rename(conn, user, session, name.as_deref())).await?;
        if found { Ok(()) } else { Err(Error::not_found()) }
    }
}

/// Ends every session of a person but `except`, removes trust from them, and ends the logins that await the second
/// factor, which would be sessions a moment later; returns how many sessions were alive.
pub(super) fn end_all(conn: &mut Conn, user: Id, except: Option<Id>, now: Timestamp) -> Result<usize, Error> {
    super::store::spend_logins(conn, user)?;
    store::end_all(conn, user, except, now)
}

/// Voids the proof of identity of every session of a person but `except`: none counts as a recent login.
pub(super) fn void_proofs(conn: &mut Conn, user: Id, except: Option<Id>) -> Result<(), Error> {
    store::void_proofs(conn, user, except)
}

/// Lowers every session of a person to the level of a password alone.
pub(super) fn lower_all(conn: &mut Conn, user: Id) -> Result<(), Error> {
    store::lower_all(conn, user)
}

/// Refuses if a session has ended, so that its pending requests have no effect.
pub(super) fn require(conn: &mut Conn, user: Id, session: Option<Id>, now: Timestamp) -> Result<(), Error> {
    super::store::lock_for_update(conn, user)?;
    match session.map(|session| store::living(conn, session, now)).transpose()?.flatten() {
        Some((owner, ..)) if owner == user => Ok(()),
        _ => Err(Error::unauthenticated(ProblemCode::SessionEnded)),
    }
}

/// Ends a session that another one replaces; returns its login, which the other continues, or none without a session.
pub(super) fn leave(conn: &mut Conn, user: Id, session: Id, now: Timestamp) -> Result<Option<Id>, Error> {
    store::leave(conn, user, session, now)
}

/// The first session of the login that a session belongs to.
pub(super) fn login_of(conn: &mut Conn, session: Id) -> Result<Id, Error> {
    store::login_of(conn, session)
}

/// Removes trust from the sessions of a person that were opened by two factors; they stay open.
pub(super) fn distrust_proven(conn: &mut Conn, user: Id) -> Result<(), Error> {
    store::distrust_proven(conn, user)
}

/// Ends all sessions and API tokens of all people, what they have begun, and links to set a password or to set up an
/// administrator, and forgets all devices, for an operator; returns how many sessions.
pub async fn end_everybodys(db: &Db, audit: Audit, now: Timestamp) -> Result<usize, Error> {
    db.write(move |conn| end_everybodys_in(conn, &audit, now)).await
}

/// The same in a unit of work.
pub fn end_everybodys_in(conn: &mut Conn, audit: &Audit, now: Timestamp) -> Result<usize, Error> {
    super::trusted_devices::forget_everybodys(conn)?;
    super::tokens::revoke_everybodys(conn, now)?;
    super::store::spend_everybodys_pending(conn)?;
    let ended = store::end_everybodys(conn, now)?;
    let entry = Entry::anonymous(Event::SessionsEnded, None).with(json!({"sessions": ended, "of": "everybody"}));
    audit.record(conn, &Trace::default(), &entry)?;
    Ok(ended)
}

/// Deletes sealed successors that may no longer be repeated, and sessions that ended before `bound`; returns how many.
pub(super) fn sweep(
    conn: &mut Conn,
    bound: Timestamp,
    lives: SessionLifetimes,
    now: Timestamp,
) -> Result<usize, Error> {
    store::wipe_successors(conn, now.minus(lives.grace))?;
    store::sweep(conn, bound, i64::try_from(super::SWEPT_AT_ONCE).or_internal()?)
}
