//! What a person does with one's own factors: add, confirm, remove, make new codes.

use secrecy::ExposeSecret as _;

use super::super::sessions::{self, Opened, Opening};
use super::super::{Identity, notices};
use super::types::{Confirm, FactorStanding, PasskeyList, RecoveryCodes, TotpEnrolment};
use super::{standing, store};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault};
use crate::http::Caller;
use crate::policy::{self, Level, Principal};
use crate::throttle::Bucket;

impl Identity {
    /// Which factors one has.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn factor_standing(&self, principal: &Principal) -> Result<FactorStanding, Error> {
        let (user, required) = (principal.user_id, policy::requires_second_factor(&principal.appointments));
        self.db.read(move |conn| Ok(FactorStanding { required, ..standing(conn, user)? })).await
    }

    /// Refuses a sensitive call of a session that was opened without the second factor its owner has.
    ///
    /// # Errors
    /// 403.
    pub async fn check_level(&self, principal: &Principal) -> Result<(), Error> {
        let user = principal.user_id;
        if principal.level == Level::TwoFactor {
            return Ok(());
        }
        let methods = self.db.read(move |conn| super::methods(conn, user)).await?;
        if methods.is_empty() { Ok(()) } else { Err(Error::forbidden("mfa_required")) }
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
        let (factors, throttle) = (self.factors.clone(), std::sync::Arc::clone(&self.throttle));
        let (user, now, keep) = (principal.user_id, self.clock.now(), principal.session());
        let (audit, outbox, trace) = (self.audit.clone(), self.outbox.clone(), Trace::from(caller));
        let codes = self
            .db
            .write(move |conn| {
                throttle.charge(conn, Bucket::Code, &user.to_string())?;
                if !factors.confirm_totp(conn, user, form.code.expose_secret(), now)? {
                    return Ok(None);
                }
                throttle.forgive(conn, Bucket::Code, &user.to_string())?;
                sessions::end_all(conn, user, keep, now)?;
                audit.note(conn, &trace, &Entry::own(Event::TotpAdded, user))?;
                notices::post(conn, &outbox, user, "factor_added", vec![("time", now.to_string())])?;
                factors.make_recovery_codes(conn, user, now).map(Some)
            })
            .await?;
        self.outbox.ring();
        self.sessions.forget();
        let codes = codes.ok_or_else(|| Error::invalid(vec![Fault::new("/code", "wrong_code")]))?;
        let opened = self.open_beside(user, caller).await?;
        Ok((codes, opened))
    }

    /// A session with two factors beside the one that just proved the second.
    pub(super) async fn open_beside(&self, user: Id, caller: &Caller) -> Result<Opened, Error> {
        let (desk, caller) = (self.desk(), caller.clone());
        let written = self
            .db
            .write(move |conn| {
                let cookie = caller.has_session_cookie;
                desk.open(conn, &Opening { user, level: Level::TwoFactor, caller: &caller, cookie })
            })
            .await?;
        self.desk().hand_out(self.sessions.keys(), written, None)
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
    /// 404 where there is none, 409 where it is the last factor of somebody who must have one.
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
        let required = policy::requires_second_factor(&principal.appointments);
        let (user, now) = (principal.user_id, self.clock.now());
        let (audit, outbox, trace) = (self.audit.clone(), self.outbox.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                if !remove(conn, user)? {
                    return Err(Error::not_found());
                }
                let left = standing(conn, user)?;
                if !left.totp && left.passkeys == 0 {
                    if required {
                        return Err(Error::conflict("factor_required"));
                    }
                    store::delete_recovery_codes(conn, user)?;
                }
                audit.note(conn, &trace, &Entry::own(event, user))?;
                notices::post(conn, &outbox, user, "factor_removed", vec![("time", now.to_string())])
            })
            .await?;
        self.outbox.ring();
        Ok(())
    }
}
