//! API tokens: secrets by which a person's own programs reach the API.
//!
//! A token names what it may be used for and when it ends; it can't manage accounts, and so can't make another. The
//! database keeps its hash alone. It begins with a prefix by which a scanner of code repositories finds one that was
//! published, and it can revoke itself, so that whoever finds it can put an end to it. It stands and falls with its owner: a
//! suspension, a new password and the end of all sessions end it too, unless its owner asks to keep it.

pub mod routes;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

pub(super) use store::By;
pub use types::{ApiToken, ApiTokenList, MadeToken, MakeToken};

use serde_json::json;

use super::Identity;
use super::notices;
use super::sessions::Found;
use crate::appointments;
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault, Faults};
use crate::http::Caller;
use crate::mail::EmailAddress;
use crate::policy::{ApiScope, Credential, Principal};
use crate::secrets::fingerprint;
use crate::text;
use crate::throttle::Bucket;
use crate::time::Timestamp;

/// How every API token begins.
pub const PREFIX: &str = "portal_pat_";
/// Longest name of a token.
const MAX_NAME: usize = 60;
/// Most tokens that one person may have at once.
const MOST: i64 = 20;
/// Most scopes that one names, some of them more than once.
const MAX_SCOPES: usize = 20;
const DAY: Duration = Duration::from_hours(24);

/// Who stands behind a token that is good.
pub(super) fn find(conn: &mut Conn, by: By<'_>, now: Timestamp) -> Result<Option<Found>, Error> {
    let Some(row) = store::behind(conn, by, now)? else { return Ok(None) };
    let appointments = appointments::of_user(conn, row.user)?;
    let principal = Principal {
        credential: Credential::Token(row.id, row.scopes.0),
        level: row.level,
        authenticated_at: row.created_at,
        user_id: row.user,
        email: row.email,
        name: row.name,
        language: row.language,
        appointments,
    };
    Ok(Some(Found { principal, last_used_at: row.last_used_at }))
}

/// Notes that a token was used.
pub(super) fn touch(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    store::touch(conn, id, now)
}

/// Revokes every token of a person; returns how many were good.
pub(super) fn revoke_all(conn: &mut Conn, user: Id, now: Timestamp) -> Result<usize, Error> {
    store::revoke_all(conn, user, now)
}

/// Revokes the tokens that a person made with two factors; returns how many were good.
pub(super) fn revoke_proven(conn: &mut Conn, user: Id, now: Timestamp) -> Result<usize, Error> {
    store::revoke_proven(conn, user, now)
}

/// Revokes every token of everybody.
pub(super) fn revoke_everybodys(conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
    store::revoke_everybodys(conn, now)
}

/// Deletes tokens that ended before `bound`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound)
}

impl Identity {
    /// The person behind an address and an API token. A token that is good is let in whatever others do; what fails is
    /// charged to the network's failed logins.
    ///
    /// # Errors
    /// 401 where they do not belong together, 429 where the network has failed too often.
    pub async fn program(&self, email: &str, token: &str, caller: &Caller) -> Result<Arc<Principal>, Error> {
        let found = if token.starts_with(PREFIX) { Some(self.bearer(token).await) } else { None };
        let key = |text: &str| EmailAddress::parse(text).map(|address| address.key()).ok();
        match found {
            Some(Ok(principal)) if key(email).is_some_and(|own| key(&principal.email) == Some(own)) => Ok(principal),
            Some(Err(error)) if !error.is_unauthenticated() => Err(error),
            _ => {
                self.throttle.check_network(Bucket::LoginNetwork, caller)?;
                let (throttle, caller) = (Arc::clone(&self.throttle), caller.clone());
                self.db.write(move |conn| throttle.charge_network(conn, Bucket::LoginNetwork, &caller)).await?;
                Err(Error::unauthenticated("program_refused"))
            }
        }
    }

    /// Makes a token; its secret is in this answer alone.
    ///
    /// # Errors
    /// 422 where a field won't do, 409 where there are too many.
    pub async fn make_token(
        &self,
        principal: &Principal,
        form: MakeToken,
        caller: &Caller,
    ) -> Result<MadeToken, Error> {
        let mut faults = Faults::new();
        let name = faults.take("/name", text::line(&form.name, MAX_NAME));
        if form.scopes.is_empty() {
            faults.add(Fault::new("/scopes", "empty"));
        }
        faults.take("/scopes", text::few(&form.scopes, MAX_SCOPES));
        let most = self.settings.api_token_days;
        if !(1..=most).contains(&u64::from(form.expires_in_days)) {
            faults.add(Fault::new("/expires_in_days", "out_of_range").with("min", 1).with("max", most));
        }
        let name = faults.finish_with(name)?;
        let mut scopes: Vec<ApiScope> = form.scopes;
        scopes.sort_unstable();
        scopes.dedup();
        let (now, user, level) = (self.clock.now(), principal.user_id, principal.level);
        let secret = format!("{PREFIX}{}", self.random.secret());
        let expires_at = now.plus(DAY * form.expires_in_days);
        let token =
            ApiToken { id: Id::new(now, &self.random), name, scopes, created_at: now, expires_at, last_used_at: None };
        let (audit, outbox, trace) = (self.audit.clone(), self.outbox.clone(), Trace::from(caller));
        let hash = fingerprint(&secret);
        let made = self
            .db
            .write(move |conn| {
                // Of two who make the last one at once, the second counts the first.
                super::store::hold(conn, user)?;
                if store::count(conn, user, now)? >= MOST {
                    return Err(Error::conflict("too_many_tokens").with("max", MOST));
                }
                store::insert(conn, &token, user, &hash, level)?;
                let detail = json!({"token_id": token.id, "scopes": token.scopes});
                audit.note(conn, &trace, &Entry::own(Event::TokenMade, user).with(detail))?;
                notices::post(conn, &outbox, user, "token_made", vec![("token", token.name.clone())])?;
                Ok(token)
            })
            .await?;
        self.outbox.ring();
        Ok(MadeToken { token: secret, details: made })
    }

    /// One's tokens.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn list_tokens(&self, principal: &Principal) -> Result<ApiTokenList, Error> {
        let (user, now) = (principal.user_id, self.clock.now());
        self.db.read(move |conn| store::list(conn, user, now)).await.map(|data| ApiTokenList { data })
    }

    /// Revokes one of one's tokens. A token may revoke itself and no other.
    ///
    /// # Errors
    /// 404 where it is none of one's.
    pub async fn revoke_token(&self, principal: &Principal, id: Option<Id>, caller: &Caller) -> Result<(), Error> {
        let id = match (&principal.credential, id) {
            (Credential::Token(own, _), None) => *own,
            (Credential::Token(own, _), Some(id)) if *own == id => id,
            (Credential::Session(_), Some(id)) => id,
            _ => return Err(Error::not_found()),
        };
        let (user, now) = (principal.user_id, self.clock.now());
        let (audit, trace) = (self.audit.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                if !store::revoke(conn, user, id, now)? {
                    return Err(Error::not_found());
                }
                audit.note(conn, &trace, &Entry::own(Event::TokenRevoked, user).with(json!({"token_id": id})))
            })
            .await?;
        self.sessions.forget();
        Ok(())
    }
}
