//! Proving oneself: a code of a second factor, and password and factor again before something sensitive.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::login::Counted;
use super::password::Password;
use super::sessions::{Opened, Opening};
use super::types::{Credentials, Method, Reauthenticate};
use super::{Identity, factors, notices, sessions, store};
use crate::audit::{Entry, Event, Trace};
use crate::db::Id;
use crate::error::{Error, Fault};
use crate::http::Caller;
use crate::mail::EmailAddress;
use crate::policy::{Level, Principal};
use crate::throttle::Bucket;

impl Identity {
    /// Checks a code of a person's second factor; each is good once. Wrong ones are counted over all of a person's logins.
    pub(super) async fn prove(
        &self,
        user: Id,
        method: Method,
        code: SecretString,
        caller: &Caller,
    ) -> Result<bool, Error> {
        if method == Method::Passkey {
            return Err(Error::invalid(vec![Fault::new("/method", "passkey_has_no_code")]));
        }
        let (throttle, factors, audit) = (Arc::clone(&self.throttle), self.factors.clone(), self.audit.clone());
        let (trace, now, outbox) = (Trace::from(caller), self.clock.now(), self.outbox.clone());
        let most = i32::try_from(self.limits.code_failures).unwrap_or(i32::MAX);
        let right = self
            .db
            .write(move |conn| {
                let before = throttle.charge(conn, Bucket::Code, &user.to_string())?;
                let right = factors.spend(conn, user, method, code.expose_secret(), now)?;
                if right {
                    throttle.forgive(conn, Bucket::Code, &user.to_string())?;
                } else {
                    let entry = Entry::anonymous(Event::FactorFailed, Some(user));
                    audit.note(conn, &trace, &entry.with(json!({"method": method.as_str()})))?;
                    if before.failures + 1 == most {
                        // Whoever got this far knows the password.
                        notices::post(conn, &outbox, user, "wrong_codes", vec![("time", now.to_string())])?;
                    }
                }
                if right && method == Method::RecoveryCode {
                    audit.note(conn, &trace, &Entry::own(Event::RecoveryCodeUsed, user))?;
                    let left = factors::standing(conn, user)?.recovery_codes_left;
                    notices::post(conn, &outbox, user, "recovery_code_used", vec![("left", left.to_string())])?;
                }
                Ok(right)
            })
            .await?;
        self.outbox.ring();
        Ok(right)
    }

    /// Opens a new session in the place of this one for whoever proves again who it is.
    ///
    /// # Errors
    /// 422 where the password is wrong or a code is missing, 401 where the code is, 429 after too many tries.
    pub async fn reauthenticate(
        &self,
        principal: &Principal,
        form: Reauthenticate,
        caller: &Caller,
    ) -> Result<Opened, Error> {
        let (user, session) = (principal.user_id, principal.session().ok_or_else(Error::not_found)?);
        self.check_password(principal, "/password", &form.password, caller).await?;
        let methods = self.db.read(move |conn| factors::methods(conn, user)).await?;
        if !methods.is_empty() {
            let missing = |field: &str| Error::invalid(vec![Fault::new(field, "missing")]);
            let method = form.method.ok_or_else(|| missing("/method"))?;
            let code = form.code.ok_or_else(|| missing("/code"))?;
            if !self.prove(user, method, code, caller).await? {
                return Err(Error::unauthenticated("wrong_code"));
            }
        }
        let level = if methods.is_empty() { Level::Password } else { Level::TwoFactor };
        self.replace_session(user, session, level, caller).await
    }

    /// Ends a session and opens another in its place, so that no id is ever raised to another level.
    pub(super) async fn replace_session(
        &self,
        user: Id,
        session: Id,
        level: Level,
        caller: &Caller,
    ) -> Result<Opened, Error> {
        let (desk, trace, caller) = (self.desk(), Trace::from(caller), caller.clone());
        let cookie = caller.has_session_cookie;
        let written = self
            .db
            .write(move |conn| {
                store::hold(conn, user)?;
                if !sessions::end(conn, user, session, desk.clock.now())? {
                    // It was ended meanwhile; nothing comes of it.
                    return Err(Error::unauthenticated("session_ended"));
                }
                // A factor that was removed since it was proven proves nothing.
                let level = if factors::methods(conn, user)?.is_empty() { Level::Password } else { level };
                let entry = Entry::own(Event::Reauthenticated, user).with(json!({"level": level.as_str()}));
                desk.audit.note(conn, &trace, &entry)?;
                desk.open(conn, &Opening { user, level, caller: &caller, cookie })
            })
            .await?;
        self.sessions.forget();
        self.desk().hand_out(self.sessions.keys(), written, None)
    }

    /// Checks the password of somebody who is logged in; wrong ones count like failed logins.
    pub(super) async fn check_password(
        &self,
        principal: &Principal,
        pointer: &str,
        password: &SecretString,
        caller: &Caller,
    ) -> Result<Credentials, Error> {
        let wrong = || Error::invalid(vec![Fault::new(pointer, "wrong_password")]);
        let current = Password::given(password).map_err(|_too_long| wrong())?;
        let address = EmailAddress::parse(&principal.email).map(|a| a.key()).unwrap_or_default();
        // Whoever is logged in is no stranger, whatever a stranger does to the address.
        let counted = Counted { bucket: Bucket::LoginAccount, key: principal.user_id.to_string() };
        let (known, _) = self.charge(address.clone(), &counted, caller).await?;
        let owner = known.ok_or_else(Error::not_found)?;
        let verified = self.verify(current, Some(owner.password_hash.clone()), &counted, caller).await?;
        if !verified.right {
            self.note_failure(&address, Some(owner.id), caller).await?;
            return Err(wrong());
        }
        let (throttle, caller) = (Arc::clone(&self.throttle), caller.clone());
        self.db
            .write(move |conn| {
                throttle.forgive_network(conn, Bucket::LoginNetwork, &caller)?;
                throttle.forgive(conn, counted.bucket, &counted.key)
            })
            .await?;
        Ok(owner)
    }
}
