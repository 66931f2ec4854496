//! Login by a passkey, alone or after the password, and the proof of identity by one.
//!
//! The library checks origin, challenge, signature and user verification. It would also refuse most changes of the
//! backup eligibility, and each counter that does not grow. Both happen to people who did nothing wrong: a password
//! manager that starts to report backups, a vault that two programs open, a passkey that was moved. So the library gets
//! the passkey in the state that the signed answer reports, and `rules` decides about the state once the signature is
//! verified.
//!
//! After the password, the page receives the list of passkeys; apart from that, both ceremonies are the same.
//!
//! Each answer that the passkey signed may leave entries and mails, whatever becomes of the login: a changed state, a
//! suspension. So the budget of its logins is charged in the same unit of work, before anything is written, and an
//! answer beyond it only uses up its ceremony. Wrong signatures cost strangers nothing and are sampled (`failures`).

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{Credential, DiscoverableAuthentication, PublicKeyCredential, WebauthnError};

use super::super::mails::{Backup, PasskeyChanged, PasskeySuspended};
use super::super::sessions::{self, Opened};
use super::super::store::{self as secrets, Lock, NewToken, Spent};
use super::super::types::{ProvenBy, Purpose};
use super::super::{Identity, security_notifications};
use super::passkeys::{CEREMONY, credential_of, document_of, own_passkeys, stored};
use super::rules::{self, Judgement, State};
use super::store::{self, PasskeyRow};
use super::types::{PasskeyLoginFinish, PasskeyLoginStart, PasskeyOptions, Suspicion};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::http::RequestContext;
use crate::mail::Outbox;
use crate::policy::{Level, Principal};
use crate::secrets::fingerprint_of;
use crate::throttle::{Bucket, Throttle};
use crate::time::Timestamp;

/// A login that was begun.
#[derive(Serialize, Deserialize)]
enum Ceremony {
    /// Without a password: the passkey says who logs in.
    Discoverable(DiscoverableAuthentication),
    /// After a right password.
    Known(DiscoverableAuthentication),
}

/// The person whose passkey signed, and whether that came after the password.
struct Signer {
    user: Id,
    passkey: Id,
    after_password: bool,
}

/// The outcome of a login.
enum Outcome {
    /// The passkey logs this person in.
    In(Signer),
    /// It is no passkey of the portal.
    Unknown,
    /// It is a passkey of this person, and the signature is not from it.
    Forged { user: Id },
    /// It is one, and is suspended.
    Refused { user: Id, reason: Suspicion },
    /// It has used up this budget of logins.
    Enough { share: String },
}

/// The login was never begun, or has ended.
fn challenge_invalid() -> Error {
    Error::unauthenticated(ProblemCode::ChallengeInvalid)
}

impl Identity {
    /// Begins a login with a passkey, alone or after the password.
    ///
    /// # Errors
    /// 401 if the challenge is invalid; 409 if the public URL allows no passkeys; 429 after too many attempts.
    pub async fn start_passkey_login(
        &self,
        form: PasskeyLoginStart,
        caller: &RequestContext,
    ) -> Result<PasskeyOptions, Error> {
        let library = self.passkeys.library()?;
        self.throttle.check_network(Bucket::PasskeyNetwork, caller)?;
        if let Some(challenge) = &form.challenge {
            // A read, so that an invented challenge takes no turn of those who write.
            let pending = self.admit_link(Purpose::LoginChallenge, challenge).await;
            pending.map_err(|error| if error.refusal().is_some() { challenge_invalid() } else { error })?;
        }
        let (now, secret) = (self.clock.now(), self.random.secret());
        let (throttle, caller, state) = (Arc::clone(&self.throttle), caller.clone(), secret.clone());
        let options = self
            .db
            .write(move |conn| {
                let (options, ceremony, user_id) = match &form.challenge {
                    None => {
                        let (options, state) = library.start_discoverable_authentication().or_internal()?;
                        (options, Ceremony::Discoverable(state), None)
                    }
                    Some(challenge) => {
                        let spent = |_| Error::unauthenticated(ProblemCode::ChallengeInvalid);
                        let challenge = challenge.expose_secret();
                        let found = secrets::look_at_token(conn, Purpose::LoginChallenge, challenge, now);
                        let user = found.map_err(spent)?.user_id.ok_or_else(Error::not_found)?;
                        let own = own_passkeys(store::passkeys(conn, user)?)?;
                        let (named, _) = library.start_passkey_authentication(&own).or_internal()?;
                        let (mut options, state) = library.start_discoverable_authentication().or_internal()?;
                        options.public_key.allow_credentials = named.public_key.allow_credentials;
                        (options, Ceremony::Known(state), Some(user))
                    }
                };
                let payload = Some(serde_json::to_value(ceremony).or_internal()?);
                let begun = NewToken::nobodys(Purpose::PasskeyLogin, now.plus(CEREMONY));
                let token = NewToken { user_id, payload, ..begun };
                secrets::insert_token(conn, &secret, &token, now)?;
                throttle.charge_network(conn, Bucket::PasskeyNetwork, &caller)?;
                serde_json::to_value(options).or_internal()
            })
            .await?;
        Ok(PasskeyOptions { state, options: without_mediation(options) })
    }

    /// Opens a session for a person who signed with a passkey.
    ///
    /// # Errors
    /// 401 if the ceremony is spent, the passkey is invalid, or its state suspends it; 429 if it signed too much.
    pub(in super::super) async fn log_in_by_passkey(
        &self,
        form: PasskeyLoginFinish,
        caller: &RequestContext,
    ) -> Result<Opened, Error> {
        let PasskeyLoginFinish { state, credential, challenge, cookie } = form;
        let Signer { user, passkey, after_password } = self.signer(state, credential, None, caller).await?;
        let proven = ProvenBy::Passkey(passkey);
        match (after_password, challenge) {
            (true, Some(challenge)) => self.open_by_challenge(user, challenge, cookie, proven, caller).await,
            (true, None) => Err(challenge_invalid()),
            (false, _) => self.open_verified(user, cookie, proven, caller, |_, _| Ok(false)).await,
        }
    }

    /// Opens a new session in place of this one for a person who proves the identity again by a passkey: it is two
    /// factors in one, as at the login.
    ///
    /// # Errors
    /// As [`Self::finish_passkey_login`]; 401 also for the passkey of another person.
    pub async fn reauthenticate_by_passkey(
        &self,
        principal: &Principal,
        form: PasskeyLoginFinish,
        caller: &RequestContext,
    ) -> Result<Opened, Error> {
        let (session, owner) = (principal.session().ok_or_else(Error::not_found)?, Some(principal.user_id));
        let Signer { user, passkey, after_password } = self.signer(form.state, form.credential, owner, caller).await?;
        if after_password {
            return Err(Error::unauthenticated(ProblemCode::PasskeyRefused));
        }
        self.replace_session(user, session, Level::TwoFactor, Some(ProvenBy::Passkey(passkey)), caller).await
    }

    /// Verifies what a passkey signed, within its budget of logins; that of anybody, or of its `owner` alone.
    async fn signer(
        &self,
        state: SecretString,
        signed: PublicKeyCredential,
        owner: Option<Id>,
        caller: &RequestContext,
    ) -> Result<Signer, Error> {
        let library = self.passkeys.library()?;
        let begun = self.admit_link(Purpose::PasskeyLogin, &state).await;
        begun.map_err(|error| if error.refusal().is_some() { challenge_invalid() } else { error })?;
        let login = Login {
            library,
            owner,
            audit: self.audit.clone(),
            outbox: self.outbox.clone(),
            throttle: Arc::clone(&self.throttle),
            trace: Trace::from(caller),
            now: self.clock.now(),
        };
        match self.db.write(move |conn| login.finish(conn, &state, &signed)).await? {
            Outcome::In(person) => Ok(person),
            Outcome::Unknown => Err(Error::unauthenticated(ProblemCode::PasskeyRefused)),
            Outcome::Forged { user } => {
                self.note_passkey_failure(user, None, caller).await?;
                Err(Error::unauthenticated(ProblemCode::PasskeyRefused))
            }
            Outcome::Refused { user, reason } => {
                self.note_passkey_failure(user, Some(reason), caller).await?;
                Err(Error::unauthenticated(reason.refusal()))
            }
            Outcome::Enough { share } => {
                Err(self.throttle.check(Bucket::Logins, &share).err().unwrap_or_else(Error::busy))
            }
        }
    }

    /// Records that a passkey failed, or only counts it if other failures of the person or the network were recorded
    /// shortly before.
    async fn note_passkey_failure(
        &self,
        user: Id,
        reason: Option<Suspicion>,
        caller: &RequestContext,
    ) -> Result<(), Error> {
        let counted = self.failures.count_passkey(user, caller.network(), self.clock.now());
        let Some(mut detail) = counted else { return Ok(()) };
        if let Some(fields) = detail.as_object_mut() {
            fields.insert("method".to_owned(), json!("passkey"));
            if let Some(reason) = reason {
                fields.insert("reason".to_owned(), json!(reason.as_str()));
            }
        }
        let (audit, trace) = (self.audit.clone(), Trace::from(caller));
        let entry = Entry::anonymous(Event::FactorFailed, Some(user)).with(detail);
        self.db.write(move |conn| audit.record(conn, &trace, &entry)).await
    }
}

/// An answer that a passkey signed.
struct Genuine {
    found: PasskeyRow,
    credential: Credential,
    /// The state that it reports.
    said: State,
}

/// What the unit of work at the end of a login needs.
struct Login {
    library: Arc<Webauthn>,
    /// Whose passkey it must be. That of another person is unknown, so that only the sender of a proof is locked.
    owner: Option<Id>,
    audit: Audit,
    outbox: Outbox,
    throttle: Arc<Throttle>,
    trace: Trace,
    now: Timestamp,
}

impl Login {
    fn finish(&self, conn: &mut Conn, state: &SecretString, signed: &PublicKeyCredential) -> Result<Outcome, Error> {
        let begun = secrets::look_at_token(conn, Purpose::PasskeyLogin, state.expose_secret(), self.now);
        let begun = begun.map_err(|_spent| challenge_invalid())?;
        let after_password = begun.user_id.is_some();
        let verified = self.verify(conn, begun, signed)?;
        if let Ok(genuine) = &verified {
            // The person before the ceremony and the budget (lock order, `db`). A login at this moment is either
            // complete, or comes later and finds the passkey as this one leaves it.
            secrets::lock(conn, genuine.found.user_id, Lock::Change)?;
        }
        let spent = secrets::spend_token(conn, Purpose::PasskeyLogin, state.expose_secret(), self.now);
        spent.map_err(|_spent| challenge_invalid())?;
        let genuine = match verified {
            Ok(genuine) => genuine,
            Err(outcome) => return Ok(outcome),
        };
        let share = share_of(genuine.found.user_id, genuine.found.id, after_password);
        if !self.throttle.admits(conn, Bucket::Logins, &share)? {
            return Ok(Outcome::Enough { share });
        }
        self.accept(conn, genuine, after_password)
    }

    /// Finds the passkey that signed an answer, and verifies that it did.
    fn verify(
        &self,
        conn: &mut Conn,
        begun: Spent,
        signed: &PublicKeyCredential,
    ) -> Result<Result<Genuine, Outcome>, Error> {
        let named = begun.user_id.or_else(|| self.named(signed));
        let (Ceremony::Discoverable(ceremony) | Ceremony::Known(ceremony)): Ceremony = stored(begun.payload)?;
        let found = store::find_passkey(conn, signed.get_credential_id())?;
        let is_theirs = |found: &PasskeyRow| self.owner.is_none_or(|owner| owner == found.user_id);
        let Some(found) = found.filter(|found| named == Some(found.user_id) && is_theirs(found)) else {
            return Ok(Err(Outcome::Unknown));
        };
        let credential = credential_of(found.credential.0.clone())?;
        let said = State::said(&signed.response.authenticator_data)
            .filter(|_| rules::is_in_no_frame(&signed.response.client_data_json));
        Ok(match said.filter(|said| self.is_genuine(signed, ceremony, &credential, *said)) {
            Some(said) => Ok(Genuine { found, credential, said }),
            None => Err(Outcome::Forged { user: found.user_id }),
        })
    }

    /// Decides about the state that the passkey reports, and stores it.
    fn accept(&self, conn: &mut Conn, genuine: Genuine, after_password: bool) -> Result<Outcome, Error> {
        let Genuine { found, mut credential, said } = genuine;
        let before = State {
            backup_eligible: credential.backup_eligible,
            backed_up: credential.backup_state,
            counter: credential.counter,
        };
        match rules::judge(before, said, found.suspended_reason) {
            Judgement::Accepted { kept, is_told } => {
                credential.backup_eligible = kept.backup_eligible;
                credential.backup_state = kept.backed_up;
                credential.counter = kept.counter;
                if !store::note_passkey(conn, found.id, document_of(credential)?, self.now)? {
                    return self.refuse(conn, &found, before, said, Suspicion::CounterWentBack);
                }
                if is_told {
                    self.tell_change(conn, &found, before, said)?;
                }
                Ok(Outcome::In(Signer { user: found.user_id, passkey: found.id, after_password }))
            }
            Judgement::Refused(reason) => self.refuse(conn, &found, before, said, reason),
        }
    }

    /// The person that a passkey claims to belong to.
    fn named(&self, signed: &PublicKeyCredential) -> Option<Id> {
        self.library.identify_discoverable_authentication(signed).ok().map(|(user, _)| Id::from(user))
    }

    /// Whether this passkey signed the answer, for this ceremony and with user verification, in whatever state.
    fn is_genuine(
        &self,
        signed: &PublicKeyCredential,
        ceremony: DiscoverableAuthentication,
        credential: &Credential,
        said: State,
    ) -> bool {
        let mut expected = credential.clone();
        expected.backup_eligible = said.backup_eligible;
        expected.counter = 0;
        match self.library.finish_discoverable_authentication_v2(signed, ceremony, &expected) {
            Ok(outcome) => outcome.user_verified(),
            // The library reports this for a passkey that is backed up and not eligible for it, after all other checks
            // but the signature.
            Err(WebauthnError::CredentialMayNotBeHardwareBound) => is_signed(&expected, signed),
            Err(error) => {
                tracing::debug!(%error, "a passkey was refused");
                false
            }
        }
    }

    /// Records a changed state in the audit log and notifies the owner.
    fn tell_change(&self, conn: &mut Conn, found: &PasskeyRow, before: State, said: State) -> Result<(), Error> {
        let detail = json!({"passkey_id": found.id, "before": before, "after": said});
        self.audit.record(conn, &self.trace, &Entry::own(Event::PasskeyChanged, found.user_id).with(detail))?;
        let backup = match (said.backup_eligible, said.backed_up) {
            (false, _) => Backup::Never,
            (true, false) => Backup::Possible,
            (true, true) => Backup::Done,
        };
        let mail = PasskeyChanged { time: self.now, passkey: found.name.clone(), backup };
        security_notifications::post(conn, &self.outbox, found.user_id, &mail)
    }

    /// Suspends a passkey and notifies its owner, who is locked, unless that was done before. Earlier sessions no
    /// longer count as a recent login: a copy of the passkey may have opened them.
    fn refuse(
        &self,
        conn: &mut Conn,
        found: &PasskeyRow,
        before: State,
        said: State,
        reason: Suspicion,
    ) -> Result<Outcome, Error> {
        if store::suspend_passkey(conn, found.id, reason, self.now)? {
            // A copy may have opened any of these sessions and requested something that takes effect later.
            sessions::distrust_proven(conn, found.user_id)?;
            sessions::void_proofs(conn, found.user_id, None)?;
            let detail = json!({"passkey_id": found.id, "reason": reason.as_str(), "before": before, "after": said});
            let entry = Entry::anonymous(Event::PasskeySuspended, Some(found.user_id)).with(detail);
            self.audit.record(conn, &self.trace, &entry)?;
            let mail = PasskeySuspended { time: self.now, passkey: found.name.clone(), reason };
            security_notifications::post(conn, &self.outbox, found.user_id, &mail)?;
        }
        Ok(Outcome::Refused { user: found.user_id, reason })
    }
}

/// The budget of logins that an answer is charged to. After the password it is another one, so that a passkey whose own
/// budget is used up is still good as a second factor.
fn share_of(user: Id, passkey: Id, after_password: bool) -> String {
    if after_password { format!("{user} {passkey} after the password") } else { format!("{user} {passkey}") }
}

/// Whether the key signed this answer (WebAuthn Level 3, 7.2).
fn is_signed(credential: &Credential, signed: &PublicKeyCredential) -> bool {
    let mut data = signed.response.authenticator_data.clone();
    data.extend(fingerprint_of(&signed.response.client_data_json));
    credential.cred.verify_signature(&signed.response.signature, &data).unwrap_or(false)
}

/// The page chooses the mediation.
fn without_mediation(mut options: Value) -> Value {
    if let Some(options) = options.as_object_mut() {
        options.remove("mediation");
    }
    options
}
