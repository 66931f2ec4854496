//! What a person does with one's own factors: add, confirm, remove, make new codes.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::super::sessions::{self, Opened, Opening, Written};
use super::super::store as people_store;
use super::super::types::Purpose;
use super::super::{Identity, notices, password, tokens};
use super::types::{Confirm, FactorStanding, PasskeyList, RecoveryCodes, TotpEnrolment};
use super::{standing, store};
use crate::appointments;
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::http::Caller;
use crate::policy::{self, Level, Principal};
use crate::throttle::Bucket;
use crate::time::Timestamp;

impl Identity {
    /// Which factors one has.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn factor_standing(&self, principal: &Principal) -> Result<FactorStanding, Error> {
        let (user, required) = (principal.user_id, policy::requires_second_factor(&principal.appointments));
        self.db.read(move |conn| Ok(FactorStanding { required, ..standing(conn, user)? })).await
    }

    /// Lets a sensitive call in, or not: of a session that was opened without the second factor its owner has, and of so
    /// many in an hour.
    ///
    /// # Errors
    /// 403, 429.
    pub async fn admit_sensitive(&self, principal: &Principal) -> Result<(), Error> {
        let (user, level, throttle) = (principal.user_id, principal.level, Arc::clone(&self.throttle));
        self.db
            .write(move |conn| {
                throttle.charge(conn, Bucket::Sensitive, &user.to_string())?;
                if level == Level::TwoFactor || super::methods(conn, user)?.is_empty() {
                    Ok(())
                } else {
                    Err(Error::forbidden("mfa_required"))
                }
            })
            .await
    }

    /// A new secret for an authenticator app.
    ///
    /// # Errors
    /// 409 where there is one already.
    pub async fn enrol_totp(&self, principal: &Principal) -> Result<TotpEnrolment, Error> {
        let (factors, user, now) = (self.factors.clone(), principal.user_id, self.clock.now());
        let email = principal.email.clone();
        self.db.write(move |conn| factors.enrol_totp(conn, user, &email, now)).await
    }

    /// Confirms an authenticator app by its first code: it is a factor from now on, and one's other sessions end. Opens a
    /// session with two factors.
    ///
    /// # Errors
    /// 422 where the code is wrong, 429 after too many wrong ones, 409 where there is nothing to confirm.
    pub async fn confirm_totp(
        &self,
        principal: &Principal,
        form: Confirm,
        caller: &Caller,
    ) -> Result<(RecoveryCodes, Opened), Error> {
        let (factors, throttle, desk) = (self.factors.clone(), Arc::clone(&self.throttle), self.desk());
        let (user, now, keep) = (principal.user_id, self.clock.now(), principal.session());
        let (trace, caller) = (Trace::from(caller), caller.clone());
        let confirmed = self
            .db
            .write(move |conn| {
                sessions::require(conn, user, keep, now)?;
                throttle.charge(conn, Bucket::Code, &user.to_string())?;
                if !factors.confirm_totp(conn, user, form.code.expose_secret(), now)? {
                    let entry = Entry::own(Event::FactorFailed, user).with(json!({"method": "totp"}));
                    desk.audit.note(conn, &trace, &entry)?;
                    return Ok(None);
                }
                throttle.forgive(conn, Bucket::Code, &user.to_string())?;
                sessions::end_all(conn, user, keep, now)?;
                desk.audit.note(conn, &trace, &Entry::own(Event::TotpAdded, user))?;
                notices::post(conn, &desk.outbox, user, "factor_added", vec![("time", now.to_string())])?;
                let codes = factors.make_recovery_codes(conn, user, now)?;
                Ok(Some((codes, open_beside(conn, &desk, user, &caller)?)))
            })
            .await?;
        self.outbox.ring();
        self.sessions.forget();
        let (codes, written) = confirmed.ok_or_else(|| Error::invalid(vec![Fault::new("/code", "wrong_code")]))?;
        Ok((codes, self.desk().hand_out(self.sessions.keys(), written, None)?))
    }

    /// New recovery codes; the old ones are worthless.
    ///
    /// # Errors
    /// 409 where there is no factor that they could replace.
    pub async fn make_recovery_codes(&self, principal: &Principal, caller: &Caller) -> Result<RecoveryCodes, Error> {
        let (factors, user, now) = (self.factors.clone(), principal.user_id, self.clock.now());
        let (audit, outbox, trace) = (self.audit.clone(), self.outbox.clone(), Trace::from(caller));
        let codes = self
            .db
            .write(move |conn| {
                let standing = standing(conn, user)?;
                if !standing.totp && standing.passkeys == 0 {
                    return Err(Error::conflict("no_factor"));
                }
                audit.note(conn, &trace, &Entry::own(Event::RecoveryCodesMade, user))?;
                notices::post(conn, &outbox, user, "recovery_codes_made", vec![("time", now.to_string())])?;
                factors.make_recovery_codes(conn, user, now)
            })
            .await?;
        self.outbox.ring();
        Ok(codes)
    }

    /// Removes the authenticator app.
    ///
    /// # Errors
    /// 404 where there is none, 409 where it is the last factor of somebody who must have one, or whose password was chosen
    /// with one beside it.
    pub async fn remove_totp(&self, principal: &Principal, caller: &Caller) -> Result<(), Error> {
        self.remove_factor(principal, Event::TotpRemoved, caller, store::delete_totp).await
    }

    /// One's passkeys.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn list_passkeys(&self, principal: &Principal) -> Result<PasskeyList, Error> {
        let user = principal.user_id;
        self.db.read(move |conn| store::list_passkeys(conn, user)).await.map(|data| PasskeyList { data })
    }

    /// Removes a passkey.
    ///
    /// # Errors
    /// As [`Identity::remove_totp`].
    pub async fn remove_passkey(&self, principal: &Principal, id: Id, caller: &Caller) -> Result<(), Error> {
        let remove = move |conn: &mut Conn, user| store::delete_passkey(conn, user, id);
        self.remove_factor(principal, Event::PasskeyRemoved, caller, remove).await
    }

    async fn remove_factor(
        &self,
        principal: &Principal,
        event: Event,
        caller: &Caller,
        remove: impl FnOnce(&mut Conn, Id) -> Result<bool, Error> + Send + 'static,
    ) -> Result<(), Error> {
        let (user, now) = (principal.user_id, self.clock.now());
        let (audit, outbox, trace) = (self.audit.clone(), self.outbox.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                // Of two that are removed at once, one is seen to be the last.
                people_store::hold(conn, user)?;
                if !remove(conn, user)? {
                    return Err(Error::not_found());
                }
                let left = standing(conn, user)?;
                let tokens = if left.totp || left.passkeys > 0 { 0 } else { end_second_factor(conn, user, now)? };
                audit.note(conn, &trace, &Entry::own(event, user).with(json!({"api_tokens": tokens})))?;
                let args = vec![("time", now.to_string()), ("tokens", tokens.to_string())];
                notices::post(conn, &outbox, user, "factor_removed", args)
            })
            .await?;
        self.outbox.ring();
        self.sessions.forget();
        Ok(())
    }
}

/// The last factor is gone: nothing counts as proven by two factors from now on. Sessions go on at the lower level; API tokens that
/// were made at the upper one end. Returns how many.
fn end_second_factor(conn: &mut Conn, user: Id, now: Timestamp) -> Result<usize, Error> {
    // Read here: an appointment of a moment ago is not in what the request was let in on.
    if policy::requires_second_factor(&appointments::of_user(conn, user)?) {
        return Err(Error::conflict("factor_required"));
    }
    if password::store::is_short(conn, user)? {
        return Err(Error::conflict("password_too_short_alone"));
    }
    store::delete_recovery_codes(conn, user)?;
    people_store::spend_tokens_of(conn, Purpose::LoginChallenge, Some(user), now)?;
    sessions::lower_all(conn, user)?;
    tokens::revoke_proven(conn, user, now)
}

/// A session with two factors beside the one that just proved the second.
pub(super) fn open_beside(conn: &mut Conn, desk: &sessions::Desk, user: Id, caller: &Caller) -> Result<Written, Error> {
    let cookie = caller.has_session_cookie;
    desk.open(conn, &Opening { user, level: Level::TwoFactor, caller, cookie })
}
