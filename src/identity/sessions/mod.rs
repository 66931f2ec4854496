//! Sessions: opened by a login, kept alive by refreshing or by a browser's cookie, ended from anywhere at once.
//!
//! A client of its own gets a pair of tokens: a JWT that lives for minutes, and an opaque refresh token that is good once. A
//! browser gets a cookie instead, which its scripts can't read. Both stand for a row of the table `session`, and that row
//! decides: every request looks at it again within two seconds (`seen`), so ending one counts everywhere, for access tokens
//! too.
//!
//! A refresh stores the successor's hash with the used token, and the successor itself sealed under the used token. So an
//! answer that was lost, or ten windows that ask at once, get the same successor; a token that comes after its successor
//! was used, or late, ends the session and tells the owner (`rules`).
//!
//! A session has two ends: when it was idle for too long, and an absolute one that no refresh moves. The Secretariat's
//! are nearer. Of too many sessions of one person, the one longest unused ends.

pub mod routes;
mod rules;
mod seen;
mod store;
mod types;

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::keys::Keys;
use super::people::Ended;
use crate::appointments;
use crate::audit::{Audit, Entry, Event, Trace};
use crate::config;
use crate::db::{Conn, Db, Id};
use crate::error::{Error, OrInternal as _};
use crate::http::Caller;
use crate::mail::Outbox;
use crate::policy::{self, Level};
use crate::random::Random;
use crate::secrets::{SealKey, fingerprint};
use crate::time::{Clock, Timestamp};
use rules::Reuse;
pub(super) use seen::{Found, Sessions};
use types::NewSession;
pub use types::{NameSession, Opened, Session, SessionList, Tokens};

/// The label under which a successor is sealed.
const SUCCESSOR: &str = "successor";

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lives {
    access: Duration,
    idle: Duration,
    session: Duration,
    admin_idle: Duration,
    admin_session: Duration,
    grace: Duration,
    most: u32,
}

impl Lives {
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

/// Whose session to open, and how.
pub(super) struct Opening<'a> {
    pub(super) user: Id,
    pub(super) level: Level,
    pub(super) caller: &'a Caller,
    /// A browser, which gets a cookie.
    pub(super) cookie: bool,
}

/// A session that was written, before its tokens are signed.
pub(super) struct Written {
    user: Id,
    session: Id,
    refresh: Option<String>,
    cookie: Option<String>,
}

/// What came of a refresh.
enum Refreshed {
    Next { user: Id, session: Id, secret: String },
    Stolen,
    Unknown,
}

/// What opens, refreshes and ends sessions.
pub(super) struct Desk {
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) outbox: Outbox,
    pub(super) lives: Lives,
}

impl Desk {
    /// Writes a new session, in the transaction of `conn`.
    pub(super) fn open(&self, conn: &mut Conn, opening: &Opening<'_>) -> Result<Written, Error> {
        let now = self.clock.now();
        let lives = self.lives;
        // Of several that are opened at once, each counts those before.
        super::store::hold(conn, opening.user)?;
        let admin = policy::is_secretariat(&appointments::of_user(conn, opening.user)?);
        let (idle, life) = if admin { (lives.admin_idle, lives.admin_session) } else { (lives.idle, lives.session) };
        let session = Id::new(now, &self.random);
        let secret = self.random.secret();
        let new = NewSession {
            id: session,
            user_id: opening.user,
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
            return Ok(Written { user: opening.user, session, refresh: None, cookie: Some(secret) });
        }
        store::insert_refresh(conn, session, &fingerprint(&secret), now.plus(idle.min(life)), now)?;
        Ok(Written { user: opening.user, session, refresh: Some(secret), cookie: None })
    }

    /// The tokens or the cookie of a session that was written.
    pub(super) fn hand_out(&self, keys: &Keys, written: Written, device: Option<String>) -> Result<Opened, Error> {
        let tokens = written.refresh.map(|secret| self.tokens(keys, written.user, written.session, secret));
        Ok(Opened { tokens: tokens.transpose()?, cookie: written.cookie, device })
    }

    fn tokens(&self, keys: &Keys, user: Id, session: Id, refresh_token: String) -> Result<Tokens, Error> {
        let now = self.clock.now();
        let jti = Id::new(now, &self.random);
        let access_token = keys.sign(user, session, jti, self.lives.access, now)?;
        Ok(Tokens { access_token, token_type: "Bearer", expires_in: self.lives.access.as_secs(), refresh_token })
    }

    fn renew(&self, conn: &mut Conn, old: &str, trace: &Trace) -> Result<Refreshed, Error> {
        let now = self.clock.now();
        let (hash, secret) = (fingerprint(old), self.random.secret());
        let key = SealKey::from_secret(old)?;
        let sealed = key.seal(secret.as_bytes(), SUCCESSOR, &self.random)?;
        if let Some(session) = store::use_refresh(conn, &hash, &fingerprint(&secret), &sealed, now)? {
            let Some((user, ends, idle)) = store::living(conn, session, now)? else { return Ok(Refreshed::Unknown) };
            let idle = Duration::from_secs(u64::try_from(idle).unwrap_or_default());
            store::insert_refresh(conn, session, &fingerprint(&secret), now.plus(idle).min(ends), now)?;
            store::touch(conn, session, now)?;
            return Ok(Refreshed::Next { user, session, secret });
        }
        let Some(found) = store::find_refresh(conn, &hash)? else { return Ok(Refreshed::Unknown) };
        // Not used, and not fresh either: it has run out.
        let Some(used_at) = found.used_at else { return Ok(Refreshed::Unknown) };
        let Some((user, ..)) = store::living(conn, found.session, now)? else { return Ok(Refreshed::Unknown) };
        let unused = found.successor.map(|next| store::is_unused(conn, &next)).transpose()?.unwrap_or(false);
        let again = found.sealed_successor.and_then(|sealed| key.open(&sealed, SUCCESSOR));
        if let (Reuse::Lost, Some(secret)) = (rules::judge(used_at, unused, self.lives.grace, now), again) {
            let secret = String::from_utf8(secret).or_internal()?;
            return Ok(Refreshed::Next { user, session: found.session, secret });
        }
        tracing::warn!(session = %found.session, "a refresh token came twice; its session is ended");
        store::end(conn, user, found.session, now)?;
        self.audit.note(conn, trace, &Entry::anonymous(Event::RefreshReuse, Some(user)))?;
        super::notices::post(conn, &self.outbox, user, "refresh_reuse", vec![("time", now.to_string())])?;
        Ok(Refreshed::Stolen)
    }
}

impl super::Identity {
    /// The next pair of tokens.
    ///
    /// # Errors
    /// 401 where the token is not good.
    pub async fn refresh(&self, token: SecretString, caller: &Caller) -> Result<Tokens, Error> {
        let (hash, now) = (fingerprint(token.expose_secret()), self.clock.now());
        // A read, before keys are derived and a turn to write is taken: what is made up, or of a session that is over, ends here.
        if !self.db.read(move |conn| is_of_living(conn, &hash, now)).await? {
            return Err(Error::unauthenticated("refresh_token_invalid"));
        }
        let (desk, trace) = (self.desk(), Trace::from(caller));
        let outcome = self.db.write(move |conn| desk.renew(conn, token.expose_secret(), &trace)).await?;
        match outcome {
            Refreshed::Next { user, session, secret } => {
                self.desk().tokens(self.sessions.keys(), user, session, secret)
            }
            Refreshed::Stolen => {
                self.outbox.ring();
                self.sessions.forget();
                Err(Error::unauthenticated("refresh_token_invalid"))
            }
            Refreshed::Unknown => Err(Error::unauthenticated("refresh_token_invalid")),
        }
    }

    /// Ends the session.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn logout(&self, user: Id, session: Id, caller: &Caller) -> Result<(), Error> {
        self.end_session(user, session, Event::Logout, caller).await.map(|_| ())
    }

    /// One's sessions.
    ///
    /// # Errors
    /// Where the database says no.
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

    /// Names one of one's sessions.
    ///
    /// # Errors
    /// 404 where it is none of one's.
    pub async fn name_session(&self, user: Id, session: Id, name: Option<String>) -> Result<(), Error> {
        let found = self.db.write(move |conn| store::rename(conn, user, session, name.as_deref())).await?;
        if found { Ok(()) } else { Err(Error::not_found()) }
    }

    /// Ends one of one's sessions.
    ///
    /// # Errors
    /// 404 where it is none of one's.
    pub async fn end_own_session(&self, user: Id, session: Id, caller: &Caller) -> Result<(), Error> {
        let ended = self.end_session(user, session, Event::SessionEnded, caller).await?;
        if ended { Ok(()) } else { Err(Error::not_found()) }
    }

    async fn end_session(&self, user: Id, session: Id, event: Event, caller: &Caller) -> Result<bool, Error> {
        let (now, audit, trace) = (self.clock.now(), self.audit.clone(), Trace::from(caller));
        let ended = self
            .db
            .write(move |conn| {
                super::store::hold(conn, user)?;
                let ended = store::end(conn, user, session, now)?;
                if ended {
                    audit.note(conn, &trace, &Entry::own(event, user).with(json!({"session_id": session})))?;
                }
                Ok(ended)
            })
            .await?;
        self.sessions.forget();
        Ok(ended)
    }

    /// Ends one's other sessions, and one's API tokens unless they are to be kept; the owner is told by mail how many.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn end_other_sessions(
        &self,
        user: Id,
        current: Option<Id>,
        keep_tokens: bool,
        caller: &Caller,
    ) -> Result<(), Error> {
        let (now, audit, trace) = (self.clock.now(), self.audit.clone(), Trace::from(caller));
        let outbox = self.outbox.clone();
        self.db
            .write(move |conn| {
                super::store::hold(conn, user)?;
                let sessions = end_all(conn, user, current, now)?;
                let tokens = if keep_tokens { 0 } else { super::tokens::revoke_all(conn, user, now)? };
                let ended = Ended { sessions, tokens };
                if ended.is_nothing() {
                    return Ok(());
                }
                let detail = json!({"sessions": sessions, "api_tokens": tokens});
                audit.note(conn, &trace, &Entry::own(Event::SessionEnded, user).with(detail))?;
                super::notices::access_ended(conn, &outbox, user, "self", ended)
            })
            .await?;
        self.outbox.ring();
        self.sessions.forget();
        Ok(())
    }
}

/// Whether a refresh token, used or not, is one of a session that is neither ended nor run out.
fn is_of_living(conn: &mut Conn, hash: &[u8], now: Timestamp) -> Result<bool, Error> {
    match store::find_refresh(conn, hash)? {
        Some(found) => Ok(store::living(conn, found.session, now)?.is_some()),
        None => Ok(false),
    }
}

/// Ends every session of a person but `except`; returns how many.
pub(super) fn end_all(conn: &mut Conn, user: Id, except: Option<Id>, now: Timestamp) -> Result<usize, Error> {
    store::end_all(conn, user, except, now)
}

/// Lowers every session of a person to what a password alone proves.
pub(super) fn lower_all(conn: &mut Conn, user: Id) -> Result<(), Error> {
    store::lower_all(conn, user)
}

/// Refuses where a session has ended: nothing more comes of what was asked with it.
pub(super) fn require(conn: &mut Conn, user: Id, session: Option<Id>, now: Timestamp) -> Result<(), Error> {
    super::store::hold(conn, user)?;
    match session.map(|session| store::living(conn, session, now)).transpose()?.flatten() {
        Some((owner, ..)) if owner == user => Ok(()),
        _ => Err(Error::unauthenticated("session_ended")),
    }
}

/// Ends one session of a person.
pub(super) fn end(conn: &mut Conn, user: Id, session: Id, now: Timestamp) -> Result<bool, Error> {
    store::end(conn, user, session, now)
}

/// Ends every session and API token of everybody, for an operator who must; returns how many sessions.
///
/// # Errors
/// Where the database says no.
pub async fn end_everybodys(db: &Db, audit: Audit, now: Timestamp) -> Result<usize, Error> {
    db.write(move |conn| {
        super::tokens::revoke_everybodys(conn, now)?;
        let ended = store::end_everybodys(conn, now)?;
        let entry = Entry::anonymous(Event::SessionsEnded, None).with(json!({"sessions": ended, "of": "everybody"}));
        audit.note(conn, &Trace::default(), &entry)?;
        Ok(ended)
    })
    .await
}

/// Forgets what may no longer be given again, and deletes sessions that ended before `bound`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, lives: Lives, now: Timestamp) -> Result<usize, Error> {
    store::wipe_successors(conn, now.minus(lives.grace))?;
    store::sweep(conn, bound, i64::try_from(super::SWEPT_AT_ONCE).or_internal()?)
}
