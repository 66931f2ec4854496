//! Management of one's own factors: add, confirm, remove, and make new recovery codes.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::super::mails::{FactorAdded, FactorRemoved, RecoveryCodesMade};
use super::super::sessions::{self, NewLogin, Opened, WrittenSession};
use super::super::store as people_store;
use super::super::{Identity, password, security_notifications, tokens};
use super::types::{Confirm, FactorStanding, PasskeyList, RecoveryCodes, TotpEnrolment};
use super::{standing, store};
use crate::appointments;
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::http::RequestContext;
use crate::policy::{self, Level, Principal};
use crate::throttle::Bucket;
use crate::time::Timestamp;

impl Identity {
    /// One's factors.
    pub async fn factor_standing(&self, principal: &Principal) -> Result<FactorStanding, Error> {
        let (user, required) = (principal.user_id, policy::requires_second_factor(&principal.appointments));
        self.db.read(move |conn| Ok(FactorStanding { required, ..standing(conn, user)? })).await
    }

    /// Admits a sensitive call. Refuses a session that was opened without the second factor its owner has, and too many
    /// calls in an hour.
    ///
    /// # Errors
    /// 403, 429.
    pub async fn admit_sensitive(&self, principal: &Principal) -> Result<(), Error> {
        let (user, level, throttle) = (principal.user_id, principal.level, Arc::clone(&self.throttle));
        // Checked before the request waits for its turn.
        throttle.check(Bucket::Sensitive, &user.to_string())?;
        self.db
            .write(move |conn| {
                throttle.charge(conn, Bucket::Sensitive, &user.to_string())?;
                if level == Level::TwoFactor || super::methods(conn, user)?.is_empty() {
                    Ok(())
                } else {
                    Err(Error::forbidden(ProblemCode::MfaRequired))
                }
            })
            .await
    }

    /// Refuses a session that was opened without the second factor its owner has.
    ///
    /// # Errors
    /// 403.
    pub async fn check_factors(&self, principal: &Principal) -> Result<(), Error> {
        let user = principal.user_id;
        if principal.level == Level::TwoFactor {
            return Ok(());
        }
        let has_none = self.db.read(move |conn| Ok(super::methods(conn, user)?.is_empty())).await?;
        if has_none { Ok(()) } else { Err(Error::forbidden(ProblemCode::MfaRequired)) }
    }

    /// A new secret for an authenticator app.
    ///
    /// # Errors
    /// 409 if there is one already.
    pub async fn enrol_totp(&self, principal: &Principal) -> Result<TotpEnrolment, Error> {
        let (factors, user, now) = (self.factors.clone(), principal.user_id, self.clock.now());
        let email = principal.email.clone();
        self.db.write(move |conn| factors.enrol_totp(conn, user, &email, now)).await
    }

    /// Confirms an authenticator app by its first code: it becomes a factor, and one's other sessions end. Opens a
    /// session with two factors, in a browser in the place of this one.
    ///
    /// # Errors
    /// 422 if the code is wrong; 429 after too many wrong codes; 409 if there is nothing to confirm.
    pub async fn confirm_totp(
        &self,
        principal: &Principal,
        form: Confirm,
        caller: &RequestContext,
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
                    desk.audit.record(conn, &trace, &entry)?;
                    return Ok(None);
                }
                throttle.forgive(conn, Bucket::Code, &user.to_string())?;
                sessions::end_all(conn, user, keep, now)?;
                security_notifications::post(conn, &desk.outbox, user, &FactorAdded { time: now })?;
                let codes = factors.make_recovery_codes(conn, user, now)?;
                let written = open_raised(conn, &desk, (user, keep), &caller)?;
                desk.audit.record(conn, &trace, &written.entry(Event::TotpAdded, Level::TwoFactor, None))?;
                Ok(Some((codes, written)))
            })
            .await?;
        let (codes, written) =
            confirmed.ok_or_else(|| Error::invalid(vec![FieldError::new("/code", FieldCode::WrongCode)]))?;
        Ok((codes, self.desk().hand_out(self.sessions.keys(), written, None)?))
    }

    /// New recovery codes; the old ones no longer work.
    ///
    /// # Errors
    /// 409 if the person has no other factor.
    pub async fn make_recovery_codes(
        &self,
        principal: &Principal,
        caller: &RequestContext,
    ) -> Result<RecoveryCodes, Error> {
        let (factors, user, now) = (self.factors.clone(), principal.user_id, self.clock.now());
        let (audit, outbox, trace) = (self.audit.clone(), self.outbox.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                let standing = standing(conn, user)?;
                if !standing.has_any() {
                    return Err(Error::conflict(ProblemCode::NoFactor));
                }
                audit.record(conn, &trace, &Entry::own(Event::RecoveryCodesMade, user))?;
                security_notifications::post(conn, &outbox, user, &RecoveryCodesMade { time: now })?;
                factors.make_recovery_codes(conn, user, now)
            })
            .await
    }

    /// Removes the authenticator app.
    ///
    /// # Errors
    /// 404 if there is none; 409 if it is the last factor and the person's role requires one, or the password follows
    /// the shorter rule for people with a second factor.
    pub async fn remove_totp(&self, principal: &Principal, caller: &RequestContext) -> Result<(), Error> {
        self.remove_factor(principal, Event::TotpRemoved, caller, store::delete_totp).await
    }

    /// One's passkeys.
    pub async fn list_passkeys(&self, principal: &Principal) -> Result<PasskeyList, Error> {
        let user = principal.user_id;
        self.db.read(move |conn| store::list_passkeys(conn, user)).await.map(|data| PasskeyList { data })
    }

    /// Removes a passkey.
    ///
    /// # Errors
    /// As [`Identity::remove_totp`].
    pub async fn remove_passkey(&self, principal: &Principal, id: Id, caller: &RequestContext) -> Result<(), Error> {
        let remove = move |conn: &mut Conn, user| store::delete_passkey(conn, user, id);
        self.remove_factor(principal, Event::PasskeyRemoved, caller, remove).await
    }

    async fn remove_factor(
        &self,
        principal: &Principal,
        event: Event,
        caller: &RequestContext,
        remove: impl FnOnce(&mut Conn, Id) -> Result<bool, Error> + Send + 'static,
    ) -> Result<(), Error> {
        let (user, now, keep) = (principal.user_id, self.clock.now(), principal.session());
        let (audit, outbox, trace) = (self.audit.clone(), self.outbox.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                // The lock orders two removals at the same time, so that one of them sees that it removes the last
                // factor.
                people_store::lock_for_update(conn, user)?;
                let before = standing(conn, user)?;
                if !remove(conn, user)? {
                    return Err(Error::not_found());
                }
                let left = standing(conn, user)?;
                if before.has_usable() && left.has_any() && !left.has_usable() {
                    // A login would ask for a factor, and none that is left can be used.
                    return Err(Error::conflict(ProblemCode::SuspendedFactorLeft));
                }
                // A thief may have opened one of the other sessions.
                sessions::void_proofs(conn, user, keep)?;
                let tokens = if left.has_any() { 0 } else { end_second_factor(conn, user, now)? };
                audit.record(conn, &trace, &Entry::own(event, user).with(json!({"api_tokens": tokens})))?;
                security_notifications::post(conn, &outbox, user, &FactorRemoved { time: now, tokens })
            })
            .await?;
        Ok(())
    }
}

/// Ends what depended on two factors, after the last one was removed. Sessions go on at the lower level; API tokens
/// made at the upper level end, and so does what was begun there. Returns the number of tokens.
fn end_second_factor(conn: &mut Conn, user: Id, now: Timestamp) -> Result<usize, Error> {
    // Appointments are read in this unit of work: the request's principal may be older than the newest one.
    if policy::must_keep_a_factor(&appointments::of_user(conn, user)?) {
        return Err(Error::conflict(ProblemCode::FactorRequired));
    }
    if password::store::is_short(conn, user)? {
        return Err(Error::conflict(ProblemCode::PasswordTooShortAlone));
    }
    store::delete_recovery_codes(conn, user)?;
    people_store::spend_pending(conn, user)?;
    sessions::lower_all(conn, user)?;
    tokens::revoke_proven(conn, user, now)
}

/// Opens a session with two factors. In a browser it takes the place of the one in which the second factor was just
/// proven: whoever has a copy of that cookie has nothing. A program keeps both, and ends the one that it needs no more.
pub(super) fn open_raised(
    conn: &mut Conn,
    desk: &sessions::Desk,
    (user, session): (Id, Option<Id>),
    caller: &RequestContext,
) -> Result<WrittenSession, Error> {
    let cookie = caller.session_cookie.is_some();
    let login = match session.filter(|_| cookie) {
        Some(session) => sessions::leave(conn, user, session, desk.clock.now())?,
        None => None,
    };
    desk.open(conn, &NewLogin { user, level: Level::TwoFactor, caller, cookie, login })
}
