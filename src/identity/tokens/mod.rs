//! API tokens: secrets with which a person's own programs call the API.
//!
//! A token has scopes and an expiry. It cannot manage accounts, so it cannot make another token. It never has a right
//! that its owner lacks, and an appointment with more rights ends it, so it never exceeds what it was made for. The
//! database stores only its hash. Its prefix lets scanners of code repositories find published tokens, and it can
//! revoke itself, so that a finder can disable it. A suspension, a new password and the end of all sessions end it too,
//! unless its owner asks to keep it.

pub mod routes;
mod store;
mod types;

use std::sync::Arc;
use std::time::Duration;

pub(super) use store::By;
pub use types::{ApiToken, ApiTokenList, MadeToken, MakeToken};

use serde_json::json;

use super::Identity;
use super::mails::TokenMade;
use super::security_notifications;
use super::types::LocatedSession;
use crate::appointments;
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::http::RequestContext;
use crate::mail::EmailAddress;
use crate::policy::{self, ApiScope, Credential, Principal};
use crate::secrets::fingerprint;
use crate::text;
use crate::throttle::Bucket;
use crate::time::{Timestamp, Zone};

/// The prefix of every API token.
pub const PREFIX: &str = "portal_pat_";
/// Most characters of the name of a token.
pub const MAX_NAME: usize = 60;
/// Most valid tokens of a person.
const MOST: i64 = 20;
/// Most scopes in a request, repeated ones included.
pub const MAX_SCOPES: usize = 20;
const DAY: Duration = Duration::from_hours(24);

/// A valid token and its owner.
pub(super) fn find(conn: &mut Conn, by: By<'_>, now: Timestamp) -> Result<Option<LocatedSession>, Error> {
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
        zone: Zone::stored(row.time_zone.as_deref()),
        appointments,
    };
    Ok(Some(LocatedSession { principal, last_used_at: row.last_used_at }))
}

/// Records a use of a token.
pub(super) fn touch(conn: &mut Conn, id: Id, now: Timestamp) -> Result<(), Error> {
    store::touch(conn, id, now)
}

/// Revokes every token of a person; returns how many were valid.
pub(super) fn revoke_all(conn: &mut Conn, user: Id, now: Timestamp) -> Result<usize, Error> {
    store::revoke_all(conn, user, now)
}

/// Revokes the tokens that a person made with two factors; returns how many were valid.
pub(super) fn revoke_proven(conn: &mut Conn, user: Id, now: Timestamp) -> Result<usize, Error> {
    store::revoke_proven(conn, user, now)
}

/// Revokes every token of all people.
pub(super) fn revoke_everybodys(conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
    store::revoke_everybodys(conn, now)
}

/// Deletes tokens that ended before `bound`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound)
}

/// 401 for an API token that is unknown, revoked or expired. A login does not renew it.
pub(super) fn refused() -> Error {
    Error::unauthenticated(ProblemCode::TokenInvalid).with("token", "api")
}

/// Refuses an empty list of scopes, too many of them, and scopes that the owner lacks.
fn check_scopes(maker: &Principal, scopes: &[ApiScope], faults: &mut FieldErrors) {
    if scopes.is_empty() {
        faults.add(FieldError::new("/scopes", FieldCode::Empty));
    }
    if faults.take("/scopes", text::few(scopes, MAX_SCOPES)).is_some() {
        for (at, &scope) in scopes.iter().enumerate().filter(|(_, scope)| !policy::may_lend(maker, **scope)) {
            faults.add(FieldError::new(format!("/scopes/{at}"), FieldCode::ScopeNotHeld).with("scope", scope));
        }
    }
}

impl Identity {
    /// The person of an address and an API token (HTTP Basic). A valid token is admitted however often others failed; a
    /// failure is charged to the network, in a count apart from its failed logins.
    ///
    /// # Errors
    /// 401 if they do not belong together, 429 if the network has failed too often.
    pub async fn program(&self, email: &str, token: &str, caller: &RequestContext) -> Result<Arc<Principal>, Error> {
        let found = if token.starts_with(PREFIX) { Some(self.bearer(token).await) } else { None };
        let key = |text: &str| EmailAddress::parse(text).map(|address| address.key()).ok();
        match found {
            Some(Ok(principal)) if key(email).is_some_and(|own| key(&principal.email) == Some(own)) => Ok(principal),
            Some(Err(error)) if !error.is_unauthenticated() => Err(error),
            _ => {
                self.throttle.check_network(Bucket::ProgramNetwork, caller)?;
                let (throttle, caller) = (Arc::clone(&self.throttle), caller.clone());
                self.db.write(move |conn| throttle.charge_network(conn, Bucket::ProgramNetwork, &caller)).await?;
                Err(Error::unauthenticated(ProblemCode::ProgramRefused))
            }
        }
    }

    /// Makes a token; only this answer contains its secret.
    ///
    /// # Errors
    /// 422 if a field is invalid, 409 if there are too many.
    pub async fn make_token(
        &self,
        principal: &Principal,
        form: MakeToken,
        caller: &RequestContext,
    ) -> Result<MadeToken, Error> {
        let mut faults = FieldErrors::new();
        let name = faults.take("/name", text::name::thing(&form.name, MAX_NAME));
        check_scopes(principal, &form.scopes, &mut faults);
        let most = self.settings.api_token_days;
        if !(1..=most).contains(&u64::from(form.expires_in_days)) {
            faults.add(FieldError::new("/expires_in_days", FieldCode::OutOfRange).with("min", 1).with("max", most));
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
                // The lock makes concurrent requests count each other's tokens.
                super::store::lock_for_update(conn, user)?;
                if store::count(conn, user, now)? >= MOST {
                    return Err(Error::conflict(ProblemCode::TooManyTokens).with("max", MOST));
                }
                store::insert(conn, &token, user, &hash, level)?;
                let detail = json!({"token_id": token.id, "scopes": token.scopes});
                audit.record(conn, &trace, &Entry::own(Event::TokenMade, user).with(detail))?;
                security_notifications::post(conn, &outbox, user, &TokenMade { token: token.name.clone() })?;
                Ok(token)
            })
            .await?;
        Ok(MadeToken { token: secret, details: made })
    }

    /// One's tokens.
    pub async fn list_tokens(&self, principal: &Principal) -> Result<ApiTokenList, Error> {
        let (user, now) = (principal.user_id, self.clock.now());
        self.db.read(move |conn| store::list(conn, user, now)).await.map(|data| ApiTokenList { data })
    }

    /// Revokes one of one's tokens. A token may revoke itself and no other.
    ///
    /// # Errors
    /// 404 if it is not one of the person's own.
    pub async fn revoke_token(
        &self,
        principal: &Principal,
        id: Option<Id>,
        caller: &RequestContext,
    ) -> Result<(), Error> {
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
                audit.record(conn, &trace, &Entry::own(Event::TokenRevoked, user).with(json!({"token_id": id})))
            })
            .await?;
        Ok(())
    }
}
