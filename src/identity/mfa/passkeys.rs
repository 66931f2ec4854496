//! Passkeys (WebAuthn Level 3) with the library `webauthn-rs`: binding to the origin, adding, listing and accepting.
//! `passkey_login` has the login, and `rules` the decisions about the state that a passkey reports.
//!
//! The state of a ceremony is stored in the database under a one-time secret, for five minutes, and never reaches the
//! client. A new passkey should be discoverable, so that its owner need not type an address; another one still works as
//! a second factor.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::Webauthn;
use webauthn_rs::WebauthnBuilder;
use webauthn_rs::prelude::{Credential, CredentialID, Passkey, PasskeyRegistration, WebauthnError};

use super::super::mails::{FactorAdded, PasskeyAccepted};
use super::super::sessions::{self, Opened};
use super::super::store::{self as secrets, NewToken};
use super::super::types::Purpose;
use super::super::{Identity, security_notifications};
use super::enrolment::open_raised;
use super::types::{PasskeyFinish, PasskeyOptions, PasskeyView};
use super::{rules, store};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Document, Id};
use crate::error::{Error, FieldCode, FieldError, OrInternal as _, ProblemCode};
use crate::http::RequestContext;
use crate::policy::{Level, Principal};
use crate::text;
use crate::time::Timestamp;

/// Life of a ceremony.
pub(super) const CEREMONY: Duration = Duration::from_mins(5);
/// Longest name of a passkey.
pub const MAX_NAME: usize = 60;
/// Most passkeys of a person.
const MOST: i64 = 20;

/// The library, bound to the portal's origin; none if the public URL has no host name that passkeys can be bound to.
pub(in super::super) struct Passkeys(Option<Arc<Webauthn>>);

impl Passkeys {
    pub(in super::super) fn new(public_url: &str, name: &str) -> Self {
        let webauthn = Url::parse(public_url).ok().and_then(|url| {
            let host = url.domain()?.to_owned();
            WebauthnBuilder::new(&host, &url).ok()?.rp_name(name).build().ok()
        });
        Self(webauthn.map(Arc::new))
    }

    pub(super) fn library(&self) -> Result<Arc<Webauthn>, Error> {
        self.0.clone().ok_or_else(|| Error::conflict(ProblemCode::PasskeysUnavailable))
    }
}

pub(super) fn stored<T: for<'de> Deserialize<'de>>(value: Option<Document<Value>>) -> Result<T, Error> {
    serde_json::from_value(value.map(|document| document.0).unwrap_or_default()).or_internal()
}

impl Identity {
    /// Begins to add a passkey.
    ///
    /// # Errors
    /// 409 if the public URL allows none.
    pub async fn start_passkey(&self, principal: &Principal) -> Result<PasskeyOptions, Error> {
        let library = self.passkeys.library()?;
        let (user, now, secret) = (principal.user_id, self.clock.now(), self.random.secret());
        let (email, name, state) = (principal.email.clone(), principal.name.clone(), secret.clone());
        let options = self
            .db
            .write(move |conn| {
                let known: Vec<Passkey> = own_passkeys(store::passkeys(conn, user)?)?;
                let known: Vec<CredentialID> = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
                let begun = library.start_passkey_registration(user.as_uuid(), &email, &name, Some(known));
                let (options, ceremony) = begun.or_internal()?;
                let payload = Some(serde_json::to_value(ceremony).or_internal()?);
                let token = NewToken { payload, ..NewToken::of(Purpose::AddPasskey, user, now.plus(CEREMONY)) };
                secrets::insert_token(conn, &secret, &token, now)?;
                serde_json::to_value(options).or_internal()
            })
            .await?;
        Ok(PasskeyOptions { state, options: discoverable(options) })
    }

    /// Adds the passkey that the browser made. The first factor ends one's other sessions and opens a session with two
    /// factors.
    ///
    /// # Errors
    /// 410 if the ceremony is spent; 422 if the passkey or its name is invalid.
    pub async fn finish_passkey(
        &self,
        principal: &Principal,
        form: PasskeyFinish,
        caller: &RequestContext,
    ) -> Result<(PasskeyView, Option<Opened>), Error> {
        let fault = |pointer: &str, fault: FieldError| {
            Error::invalid(vec![FieldError { pointer: pointer.to_owned(), ..fault }])
        };
        let name = text::name::thing(&form.name, MAX_NAME).map_err(|found| fault("/name", found))?;
        let library = self.passkeys.library()?;
        let (user, now, id) = (principal.user_id, self.clock.now(), Id::new(self.clock.now(), &self.random));
        let (desk, trace, caller) = (self.desk(), Trace::from(caller), caller.clone());
        let (keep, level) = (principal.session(), principal.level);
        let added = self
            .db
            .write(move |conn| {
                sessions::require(conn, user, keep, now)?;
                let spent = secrets::spend_token(conn, Purpose::AddPasskey, form.state.expose_secret(), now)?;
                if spent.user_id != Some(user) {
                    return Err(Error::link_spent());
                }
                let ceremony: PasskeyRegistration = stored(spent.payload)?;
                let passkey = match library.finish_passkey_registration(&form.credential, &ceremony) {
                    Ok(passkey) if rules::is_in_no_frame(&form.credential.response.client_data_json) => passkey,
                    Ok(_) => return Ok(Err(FieldCode::PasskeyRefused)),
                    // The ceremony is spent in either case.
                    Err(error) => return Ok(Err(unfit(&error))),
                };
                let credential_id = passkey.cred_id().clone();
                let credential = Credential::from(passkey);
                let view = new_view(id, name, now, &credential);
                if store::count_passkeys(conn, user)? >= MOST {
                    return Err(Error::conflict(ProblemCode::TooManyPasskeys).with("max", MOST));
                }
                if super::methods(conn, user)?.is_empty() {
                    sessions::end_all(conn, user, keep, now)?;
                }
                store::insert_passkey(conn, &view, user, &credential_id, document_of(credential)?)?;
                security_notifications::post(conn, &desk.outbox, user, &FactorAdded { time: now })?;
                // The passkey has just verified its user, so a session of a password alone is raised to two factors.
                let written = match level {
                    Level::Password => Some(open_raised(conn, &desk, (user, keep), &caller)?),
                    Level::TwoFactor => None,
                };
                let detail = match &written {
                    Some(raised) => json!({"passkey_id": view.id, "session_id": raised.session()}),
                    None => json!({"passkey_id": view.id}),
                };
                desk.audit.record(conn, &trace, &Entry::own(Event::PasskeyAdded, user).with(detail))?;
                Ok(Ok((view, written)))
            })
            .await?;
        let (view, written) = added.map_err(|code| fault("/credential", FieldError::new("", code)))?;
        let opened = written.map(|written| self.desk().hand_out(self.sessions.keys(), written, None));
        Ok((view, opened.transpose()?))
    }

    /// Accepts a suspended passkey again; its counter restarts at the next login. A passkey that is not suspended is
    /// left as it is.
    ///
    /// # Errors
    /// 404 if it is not one of the person's own.
    pub async fn accept_passkey(&self, principal: &Principal, id: Id, caller: &RequestContext) -> Result<(), Error> {
        let (user, now) = (principal.user_id, self.clock.now());
        let (audit, outbox, trace) = (self.audit.clone(), self.outbox.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                let found = store::own_passkey(conn, user, id)?.ok_or_else(Error::not_found)?;
                let Some(reason) = found.suspended_reason else { return Ok(()) };
                let mut credential = credential_of(found.credential.0)?;
                credential.counter = 0;
                store::accept_passkey(conn, id, document_of(credential)?)?;
                let detail = json!({"passkey_id": id, "reason": reason.as_str()});
                audit.record(conn, &trace, &Entry::own(Event::PasskeyAccepted, user).with(detail))?;
                let mail = PasskeyAccepted { time: now, passkey: found.name };
                security_notifications::post(conn, &outbox, user, &mail)
            })
            .await?;
        Ok(())
    }
}

/// Why a new passkey is rejected, as a code.
fn unfit(error: &WebauthnError) -> FieldCode {
    tracing::debug!(%error, "a new passkey was refused");
    match error {
        // Of the conditions the portal sets, the library reports this only for a passkey that is backed up without
        // being eligible.
        WebauthnError::CredentialMayNotBeHardwareBound => FieldCode::PasskeyBackupImpossible,
        _ => FieldCode::PasskeyRefused,
    }
}

/// The view of a passkey that was just added.
fn new_view(id: Id, name: String, now: Timestamp, credential: &Credential) -> PasskeyView {
    PasskeyView {
        id,
        name,
        created_at: now,
        last_used_at: None,
        backup_eligible: credential.backup_eligible,
        backed_up: credential.backup_state,
        suspended_at: None,
        suspended_reason: None,
        suspended_detail: None,
    }
}

/// The library's data of a passkey, as JSON.
pub(super) fn credential_of(stored: Value) -> Result<Credential, Error> {
    serde_json::from_value::<Passkey>(stored).map(Credential::from).or_internal()
}

/// The same as stored.
pub(super) fn document_of(credential: Credential) -> Result<Value, Error> {
    serde_json::to_value(Passkey::from(credential)).or_internal()
}

pub(super) fn own_passkeys(rows: Vec<Value>) -> Result<Vec<Passkey>, Error> {
    rows.into_iter().map(serde_json::from_value).collect::<Result<_, _>>().or_internal()
}

/// Asks for a discoverable passkey, if the authenticator has room for it.
fn discoverable(mut options: Value) -> Value {
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), json!("preferred"));
    }
    options
}
