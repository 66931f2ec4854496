//! Refresh tokens: each is used once and replaced by a successor; one that comes again may have been copied.
//!
//! A refresh stores the hash of the successor with the used token, and the successor itself sealed under the used
//! token. So after a lost answer, or for ten windows that refresh at once, the answer is the same successor. A token
//! that comes after its successor was used, or late, ends the sessions of its login, removes trust from them, and
//! notifies the owner (`rules`). That also holds if the session has ended by itself or from within: a thief who logs
//! out would otherwise keep what was requested in it. A session that has lost trust already is left alone, so the owner
//! is notified once.
//!
//! Each refresh leaves a row until the session is deleted, so refreshes are limited per hour; a repeated answer does
//! not count, and is given by a read. Refreshes that write take the turns of their person (`db::turns`).

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::super::mails::RefreshReuse;
use super::super::{Identity, security_notifications, store as people};
use super::rules::{self, Reuse};
use super::store::{self, UsedRefresh};
use super::{Desk, Tokens};
use crate::audit::{Entry, Event, Trace};
use crate::db::{self, Conn, Id, Line, Writer};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::http::RequestContext;
use crate::secrets::{SealKey, fingerprint};
use crate::throttle::Bucket;

/// The label under which a successor is sealed.
const SUCCESSOR: &str = "successor";

/// The result of a refresh.
enum Refreshed {
    Next { user: Id, session: Id, secret: String },
    Stolen,
    Unknown,
}

/// What a token that was used before gets.
enum Reused {
    /// The answer that was lost.
    Again { user: Id, secret: String },
    /// The end of its login: it was copied.
    Stolen { user: Id },
    /// Nothing.
    Nothing,
}

/// What a token asks for, as a read finds.
enum Asked {
    /// A successor.
    Successor { user: Id, session: Id },
    /// The answer that was lost.
    Again { user: Id, session: Id, secret: String },
    /// The end of its login.
    End { user: Id, session: Id },
    /// Nothing.
    Unknown,
}

impl Desk {
    fn renew(&self, conn: &mut Conn, old: &str, trace: &Trace) -> Result<Refreshed, Error> {
        let now = self.clock.now();
        let (hash, secret) = (fingerprint(old), self.random.secret());
        let key = SealKey::from_secret(old)?;
        let sealed = key.seal(secret.as_bytes(), SUCCESSOR, &self.random)?;
        if let Some(session) = store::use_refresh(conn, &hash, &fingerprint(&secret), &sealed, now)? {
            // If the session has ended in the meantime, the transaction is rolled back: a token that was refused was not
            // used, and does not look stolen when it comes again.
            let (user, ends, idle) = store::living(conn, session, now)?.ok_or_else(invalid)?;
            // The same holds if the charge fails: the token is still unused when the wait is over.
            self.throttle.charge(conn, Bucket::Refresh, &session.to_string())?;
            let idle = Duration::from_secs(u64::try_from(idle).unwrap_or_default());
            store::insert_refresh(conn, session, &fingerprint(&secret), now.plus(idle).min(ends), now)?;
            store::touch(conn, session, now)?;
            return Ok(Refreshed::Next { user, session, secret });
        }
        let Some(found) = store::find_refresh(conn, &hash)? else { return Ok(Refreshed::Unknown) };
        let session = found.session;
        match self.judge(conn, &key, found)? {
            Reused::Nothing => Ok(Refreshed::Unknown),
            Reused::Again { user, secret } => Ok(Refreshed::Next { user, session, secret }),
            Reused::Stolen { user } => self.end_stolen(conn, user, session, trace),
        }
    }

    /// Judges a token that was used before. This only reads.
    fn judge(&self, conn: &mut Conn, key: &SealKey, found: UsedRefresh) -> Result<Reused, Error> {
        let now = self.clock.now();
        // Neither used nor valid: it has expired.
        let Some(used_at) = found.used_at else { return Ok(Reused::Nothing) };
        let Some(user) = store::owner_at_stake(conn, found.session, now)? else { return Ok(Reused::Nothing) };
        let is_open = store::living(conn, found.session, now)?.is_some();
        let unused = found.successor.map(|next| store::is_unused(conn, &next)).transpose()?.unwrap_or(false);
        Ok(match rules::judge(used_at, unused, is_open, self.lives.grace, now) {
            Reuse::Over => Reused::Nothing,
            Reuse::Stolen => Reused::Stolen { user },
            Reuse::Lost => match found.sealed_successor.and_then(|sealed| key.open(&sealed, SUCCESSOR)) {
                Some(secret) => Reused::Again { user, secret: String::from_utf8(secret).or_internal()? },
                None => Reused::Stolen { user },
            },
        })
    }

    /// What a token asks for, by a read: invented tokens, those that no longer matter, and those whose answer is repeated
    /// take no turn to write, however often they come.
    fn look(&self, conn: &mut Conn, old: &str) -> Result<Asked, Error> {
        let Some(found) = store::find_refresh(conn, &fingerprint(old))? else { return Ok(Asked::Unknown) };
        let session = found.session;
        if found.used_at.is_none() {
            let living = store::living(conn, session, self.clock.now())?;
            return Ok(living.map_or(Asked::Unknown, |(user, ..)| Asked::Successor { user, session }));
        }
        Ok(match self.judge(conn, &SealKey::from_secret(old)?, found)? {
            Reused::Nothing => Asked::Unknown,
            Reused::Again { user, secret } => Asked::Again { user, session, secret },
            Reused::Stolen { user } => Asked::End { user, session },
        })
    }

    /// Ends a login whose refresh token was copied, removes trust from its sessions, and notifies the owner.
    fn end_stolen(&self, conn: &mut Conn, user: Id, session: Id, trace: &Trace) -> Result<Refreshed, Error> {
        let now = self.clock.now();
        people::lock_for_update(conn, user)?;
        if !store::end_login(conn, user, session, now)? {
            // Another request has found the same.
            return Ok(Refreshed::Unknown);
        }
        tracing::warn!(%session, "a refresh token came twice; the sessions of its login are ended");
        self.audit.record(conn, trace, &Entry::anonymous(Event::RefreshReuse, Some(user)))?;
        security_notifications::post(conn, &self.outbox, user, &RefreshReuse { time: now })?;
        Ok(Refreshed::Stolen)
    }
}

impl Identity {
    /// The next pair of tokens.
    ///
    /// # Errors
    /// 401 if the token is invalid; 429 for a session that refreshes too often.
    pub async fn refresh(&self, token: SecretString, caller: &RequestContext) -> Result<Tokens, Error> {
        let (desk, sent) = (self.desk(), token.clone());
        let (person, credential, line) = match self.db.read(move |conn| desk.look(conn, sent.expose_secret())).await? {
            Asked::Unknown => return Err(invalid()),
            Asked::Again { user, session, secret } => {
                return self.desk().tokens(self.sessions.keys(), user, session, secret);
            }
            Asked::Successor { user, session } => {
                self.throttle.check(Bucket::Refresh, &session.to_string())?;
                (user, session, Line::Work)
            }
            Asked::End { user, session } => (user, session, Line::Access),
        };
        // There is no guard that names the writer.
        db::name_writer(Writer { person, credential, line });
        let (desk, trace) = (self.desk(), Trace::from(caller));
        let outcome = self.db.write(move |conn| desk.renew(conn, token.expose_secret(), &trace)).await?;
        match outcome {
            Refreshed::Next { user, session, secret } => {
                self.desk().tokens(self.sessions.keys(), user, session, secret)
            }
            Refreshed::Stolen | Refreshed::Unknown => Err(invalid()),
        }
    }
}

fn invalid() -> Error {
    Error::unauthenticated(ProblemCode::RefreshTokenInvalid)
}
