//! Step-up: a fresh proof of identity by password and second factor, before something sensitive. That by a passkey is in
//! `mfa::passkey_login`.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::mails::{RecoveryCodeUsed, WrongCodes};
use super::password::Password;
use super::sessions::{NewLogin, Opened};
use super::store::Lock;
use super::types::{Credentials, Method, ProvenBy, Reauthenticate};
use super::{Identity, mfa, security_notifications, sessions, store};
use crate::audit::{Entry, Event, Trace};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::RequestContext;
use crate::mail::EmailAddress;
use crate::policy::{Level, Principal};
use crate::throttle::{Attempt, Bucket};

impl Identity {
    /// Checks a code of a person's second factor; each can be used once. Wrong codes are counted over all logins of a
    /// person.
    pub(super) async fn verify_second_factor(
        &self,
        user: Id,
        method: Method,
        code: SecretString,
        caller: &RequestContext,
    ) -> Result<bool, Error> {
        if method == Method::Passkey {
            return Err(Error::invalid(vec![FieldError::new("/method", FieldCode::PasskeyHasNoCode)]));
        }
        let (throttle, factors, audit) = (Arc::clone(&self.throttle), self.factors.clone(), self.audit.clone());
        let (trace, now, outbox) = (Trace::from(caller), self.clock.now(), self.outbox.clone());
        let most = i32::try_from(self.limits.code_failures).unwrap_or(i32::MAX);
        self.db
            .write(move |conn| {
                // The person before the count, as when an app is confirmed (lock order, `db`).
                store::lock(conn, user, Lock::Change)?;
                let before = throttle.charge(conn, Bucket::Code, &user.to_string())?;
                let right = factors.spend(conn, user, method, code.expose_secret(), now)?;
                if right {
                    throttle.forgive(conn, Bucket::Code, &user.to_string())?;
                } else {
                    let entry = Entry::anonymous(Event::FactorFailed, Some(user));
                    audit.record(conn, &trace, &entry.with(json!({"method": method.as_str()})))?;
                    if before.failures + 1 == most {
                        // A person who got here knows the password.
                        security_notifications::post(conn, &outbox, user, &WrongCodes { time: now })?;
                    }
                }
                if right && method == Method::RecoveryCode {
                    audit.record(conn, &trace, &Entry::own(Event::RecoveryCodeUsed, user))?;
                    let left = mfa::standing(conn, user)?.recovery_codes_left;
                    security_notifications::post(conn, &outbox, user, &RecoveryCodeUsed { left })?;
                }
                Ok(right)
            })
            .await
    }

    /// The second factors that a fresh proof needs one of; empty if the password suffices.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn factors_to_prove(&self, principal: &Principal) -> Result<Vec<Method>, Error> {
        let user = principal.user_id;
        self.db.read(move |conn| mfa::methods(conn, user)).await
    }

    /// Opens a new session in place of this one for a person who proves the identity again.
    ///
    /// # Errors
    /// 422 if the password is wrong or a code is missing, 401 if the code is wrong, 429 after too many attempts.
    pub async fn reauthenticate(
        &self,
        principal: &Principal,
        form: Reauthenticate,
        caller: &RequestContext,
    ) -> Result<Opened, Error> {
        let (user, session) = (principal.user_id, principal.session().ok_or_else(Error::not_found)?);
        self.check_password(principal, "/password", &form.password, caller).await?;
        let methods = self.factors_to_prove(principal).await?;
        if !methods.is_empty() {
            let missing = |field: &str| Error::invalid(vec![FieldError::new(field, FieldCode::Missing)]);
            let method = form.method.ok_or_else(|| missing("/method"))?;
            let code = form.code.ok_or_else(|| missing("/code"))?;
            if !self.verify_second_factor(user, method, code, caller).await? {
                return Err(Error::unauthenticated(ProblemCode::WrongCode).with("method", method.as_str()));
            }
        }
        let level = if methods.is_empty() { Level::Password } else { Level::TwoFactor };
        self.replace_session(user, session, level, None, caller).await
    }

    /// Ends a session and opens another in its place, so that the level of a session id never rises. Pending requests
    /// of the first session take effect as long as the second is trusted. A passkey that signed must still be in use.
    pub(super) async fn replace_session(
        &self,
        user: Id,
        session: Id,
        level: Level,
        proven: Option<ProvenBy>,
        caller: &RequestContext,
    ) -> Result<Opened, Error> {
        let (desk, trace, caller) = (self.desk(), Trace::from(caller), caller.clone());
        let cookie = caller.session_cookie.is_some();
        let written = self
            .db
            .write(move |conn| {
                store::lock_for_update(conn, user)?;
                let Some(login) = sessions::leave(conn, user, session, desk.clock.now())? else {
                    // The session was ended in the meantime.
                    return Err(Error::unauthenticated(ProblemCode::SessionEnded));
                };
                if let Some(proven) = proven
                    && !mfa::is_in_use(conn, user, proven)?
                {
                    return Err(Error::unauthenticated(ProblemCode::PasskeyRefused));
                }
                // A factor that was removed since it was proven proves nothing.
                let level = if mfa::methods(conn, user)?.is_empty() { Level::Password } else { level };
                let opening = NewLogin { user, level, caller: &caller, cookie, login: Some(login) };
                let written = desk.open(conn, &opening)?;
                desk.audit.record(conn, &trace, &written.entry(Event::Reauthenticated, level, None))?;
                Ok(written)
            })
            .await?;
        self.desk().hand_out(self.sessions.keys(), written, None)
    }

    /// Checks the password of a person who is logged in. Wrong ones count like failed logins, for their session alone;
    /// right ones have a budget, since each is recorded.
    pub(super) async fn check_password(
        &self,
        principal: &Principal,
        pointer: &str,
        password: &SecretString,
        caller: &RequestContext,
    ) -> Result<Credentials, Error> {
        if password.expose_secret().is_empty() {
            return Err(Error::invalid(vec![FieldError::new(pointer, FieldCode::Missing)]));
        }
        let wrong = || Error::invalid(vec![FieldError::new(pointer, FieldCode::WrongPassword)]);
        let share = self.proof_share(principal).await?;
        self.throttle.check(Bucket::Proven, &share)?;
        let current = Password::given(password).map_err(|_too_long| wrong())?;
        let address = EmailAddress::parse(&principal.email).map(|a| a.key()).unwrap_or_default();
        // Neither failed logins of strangers nor a thief with another session keep a person from this.
        let counted = Attempt { bucket: Bucket::StepUp, key: principal.credential_id().to_string() };
        let (known, counted, _) = self.charge(address, counted, caller).await?;
        let owner = known.ok_or_else(Error::not_found)?;
        let verified = self.verify(current, Some(owner.password_hash.clone()), &counted, caller).await?;
        if !verified.right {
            self.note_failure(&format!("step-up {}", owner.id), Some(owner.id), caller).await?;
            return Err(wrong());
        }
        let (throttle, charged, caller) = (Arc::clone(&self.throttle), share.clone(), caller.clone());
        let is_admitted = self
            .db
            .write(move |conn| {
                let is_admitted = throttle.admits(conn, Bucket::Proven, &charged)?;
                throttle.forgive_attempt(conn, &counted, &caller)?;
                Ok(is_admitted)
            })
            .await?;
        if !is_admitted {
            // The wait is remembered from here.
            return Err(self.throttle.check(Bucket::Proven, &share).err().unwrap_or_else(Error::busy));
        }
        Ok(owner)
    }

    /// The budget of right passwords: that of the login to which the session belongs. Each proof puts another session
    /// in its place, and a thief who logged in separately uses up nothing of the owner's.
    async fn proof_share(&self, principal: &Principal) -> Result<String, Error> {
        let (user, session) = (principal.user_id, principal.session().ok_or_else(Error::not_found)?);
        let login = self.db.read(move |conn| sessions::login_of(conn, session)).await?;
        Ok(format!("{user} {login}"))
    }
}
