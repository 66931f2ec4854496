//! Passkeys (WebAuthn Level 3), by the library `webauthn-rs`, which checks origin, challenge, signature, counter, and that the
//! user was verified.
//!
//! What the library must remember between the two steps of a ceremony lies in the database behind a one-time secret: good
//! for five minutes, once, and never in the client's hands. A passkey is asked to be discoverable, so that its owner need
//! not type an address, but one that is not will do as a second factor.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::Webauthn;
use webauthn_rs::WebauthnBuilder;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication, PasskeyRegistration,
    WebauthnError,
};

use super::super::sessions::{self, Opened};
use super::super::store::{self as secrets, NewToken};
use super::super::types::{Method, Purpose};
use super::super::{Identity, notices};
use super::own::open_beside;
use super::store;
use super::types::{PasskeyFinish, PasskeyLoginFinish, PasskeyLoginStart, PasskeyOptions, PasskeyView};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Document, Id};
use crate::error::{Error, Fault, OrInternal as _};
use crate::http::Caller;
use crate::policy::{Level, Principal};
use crate::text;
use crate::throttle::Bucket;

/// Life of a ceremony.
const CEREMONY: Duration = Duration::from_mins(5);
/// Longest name of a passkey.
const MAX_NAME: usize = 60;
/// Most passkeys of one person.
const MOST: i64 = 20;

/// The library, bound to our origin; none where the public URL has no host name that passkeys could be bound to.
pub(in super::super) struct Passkeys(Option<Arc<Webauthn>>);

/// A login that was begun.
#[derive(Serialize, Deserialize)]
enum Ceremony {
    /// By whoever the passkey says.
    Discoverable(DiscoverableAuthentication),
    /// By somebody whose password was right.
    Known(PasskeyAuthentication),
}

impl Passkeys {
    pub(in super::super) fn new(public_url: &str, name: &str) -> Self {
        let webauthn = Url::parse(public_url).ok().and_then(|url| {
            let host = url.domain()?.to_owned();
            WebauthnBuilder::new(&host, &url).ok()?.rp_name(name).build().ok()
        });
        Self(webauthn.map(Arc::new))
    }

    fn library(&self) -> Result<Arc<Webauthn>, Error> {
        self.0.clone().ok_or_else(|| Error::conflict("passkeys_unavailable"))
    }
}

/// A login that was never begun, or is over.
fn challenge_invalid() -> Error {
    Error::unauthenticated("challenge_invalid")
}

fn refused(error: &WebauthnError) -> Error {
    tracing::debug!(%error, "a passkey was refused");
    Error::unauthenticated("passkey_refused")
}

fn stored<T: for<'de> Deserialize<'de>>(value: Option<Document<Value>>) -> Result<T, Error> {
    serde_json::from_value(value.map(|document| document.0).unwrap_or_default()).or_internal()
}

impl Identity {
    /// Begins to add a passkey.
    ///
    /// # Errors
    /// 409 where the public URL allows none.
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

    /// Adds the passkey that the browser made. The first factor ends one's other sessions, and opens one with two factors.
    ///
    /// # Errors
    /// 410 where the ceremony is spent, 422 where the passkey or its name is not good.
    pub async fn finish_passkey(
        &self,
        principal: &Principal,
        form: PasskeyFinish,
        caller: &Caller,
    ) -> Result<(PasskeyView, Option<Opened>), Error> {
        let fault = |pointer: &str, fault: Fault| Error::invalid(vec![Fault { pointer: pointer.to_owned(), ..fault }]);
        let name = text::line(&form.name, MAX_NAME).map_err(|found| fault("/name", found))?;
        let library = self.passkeys.library()?;
        let (user, now, id) = (principal.user_id, self.clock.now(), Id::new(self.clock.now(), &self.random));
        let (desk, trace, caller) = (self.desk(), Trace::from(caller), caller.clone());
        let (keep, level) = (principal.session(), principal.level);
        let view = PasskeyView { id, name, created_at: now, last_used_at: None };
        let added = self
            .db
            .write(move |conn| {
                sessions::require(conn, user, keep, now)?;
                let spent = secrets::spend_token(conn, Purpose::AddPasskey, form.state.expose_secret(), now)?;
                if spent.user_id != Some(user) {
                    return Err(Error::link_spent());
                }
                let ceremony: PasskeyRegistration = stored(spent.payload)?;
                let Ok(passkey) = library.finish_passkey_registration(&form.credential, &ceremony) else {
                    // The ceremony is spent, whether or not it went well.
                    return Ok(None);
                };
                let credential = serde_json::to_value(&passkey).or_internal()?;
                if store::count_passkeys(conn, user)? >= MOST {
                    return Err(Error::conflict("too_many_passkeys").with("max", MOST));
                }
                if super::methods(conn, user)?.is_empty() {
                    sessions::end_all(conn, user, keep, now)?;
                }
                store::insert_passkey(conn, &view, user, passkey.cred_id().as_ref(), credential)?;
                let entry = Entry::own(Event::PasskeyAdded, user).with(json!({"passkey_id": view.id}));
                desk.audit.note(conn, &trace, &entry)?;
                notices::post(conn, &desk.outbox, user, "factor_added", vec![("time", now.to_string())])?;
                // The passkey has just verified its user: whoever came with the password alone goes on with two factors.
                let written = match level {
                    Level::Password => Some(open_beside(conn, &desk, user, &caller)?),
                    Level::TwoFactor => None,
                };
                Ok(Some((view, written)))
            })
            .await?;
        self.outbox.ring();
        self.sessions.forget();
        let (view, written) = added.ok_or_else(|| fault("/credential", Fault::new("", "passkey_refused")))?;
        let opened = written.map(|written| self.desk().hand_out(self.sessions.keys(), written, None));
        Ok((view, opened.transpose()?))
    }

    /// Begins a login with a passkey, alone or after the password.
    ///
    /// # Errors
    /// 401 where the challenge is not good, 409 where the public URL allows no passkeys, 429 for too many tries.
    pub async fn start_passkey_login(&self, form: PasskeyLoginStart, caller: &Caller) -> Result<PasskeyOptions, Error> {
        let library = self.passkeys.library()?;
        self.throttle.check_network(Bucket::PasskeyNetwork, caller)?;
        let (now, secret) = (self.clock.now(), self.random.secret());
        let (throttle, caller, state) = (Arc::clone(&self.throttle), caller.clone(), secret.clone());
        let options = self
            .db
            .write(move |conn| {
                throttle.charge_network(conn, Bucket::PasskeyNetwork, &caller)?;
                let (options, ceremony, user_id) = match &form.challenge {
                    None => {
                        let (options, state) = library.start_discoverable_authentication().or_internal()?;
                        (options, Ceremony::Discoverable(state), None)
                    }
                    Some(challenge) => {
                        let spent = |_| Error::unauthenticated("challenge_invalid");
                        let challenge = challenge.expose_secret();
                        let found = secrets::look_at_token(conn, Purpose::LoginChallenge, challenge, now);
                        let user = found.map_err(spent)?.user_id.ok_or_else(Error::not_found)?;
                        let own = own_passkeys(store::passkeys(conn, user)?)?;
                        let begun = library.start_passkey_authentication(&own);
                        let (options, state) = begun.map_err(|error| refused(&error))?;
                        (options, Ceremony::Known(state), Some(user))
                    }
                };
                let payload = Some(serde_json::to_value(ceremony).or_internal()?);
                let token = NewToken {
                    purpose: Purpose::PasskeyLogin,
                    user_id,
                    registration_id: None,
                    email: None,
                    name: None,
                    payload,
                    expires_at: now.plus(CEREMONY),
                };
                secrets::insert_token(conn, &secret, &token, now)?;
                serde_json::to_value(options).or_internal()
            })
            .await?;
        Ok(PasskeyOptions { state, options: without_mediation(options) })
    }

    /// Opens a session for whoever signed with a passkey.
    ///
    /// # Errors
    /// 401 where the ceremony is spent or the passkey is not good.
    pub async fn finish_passkey_login(&self, form: PasskeyLoginFinish, caller: &Caller) -> Result<Opened, Error> {
        let library = self.passkeys.library()?;
        let now = self.clock.now();
        let begun = self.admit_link(Purpose::PasskeyLogin, &form.state).await;
        begun.map_err(|error| if error.refusal().is_some() { challenge_invalid() } else { error })?;
        let (state, credential) = (form.state, form.credential);
        let (audit, trace) = (self.audit.clone(), Trace::from(caller));
        let verified = self
            .db
            .write(move |conn| {
                let spent = secrets::spend_token(conn, Purpose::PasskeyLogin, state.expose_secret(), now);
                let spent = spent.map_err(|_spent| challenge_invalid())?;
                let ceremony: Ceremony = stored(spent.payload)?;
                let id = credential.get_credential_id().to_vec();
                let Some((row, user, found)) = store::find_passkey(conn, &id)? else { return Ok(None) };
                if spent.user_id.is_some_and(|known| known != user) {
                    return Ok(None);
                }
                let mut passkey: Passkey = serde_json::from_value(found).or_internal()?;
                let outcome = match ceremony {
                    Ceremony::Known(state) => library.finish_passkey_authentication(&credential, &state),
                    Ceremony::Discoverable(state) => {
                        let said = library.identify_discoverable_authentication(&credential);
                        if said.map(|(uuid, _)| Id::from(uuid)) != Ok(user) {
                            return Ok(None);
                        }
                        let key = DiscoverableKey::from(&passkey);
                        library.finish_discoverable_authentication_v2(&credential, state, &key)
                    }
                };
                let Some(outcome) = outcome.ok().filter(webauthn_rs::prelude::AuthenticationResult::user_verified)
                else {
                    let entry = Entry::anonymous(Event::FactorFailed, Some(user)).with(json!({"method": "passkey"}));
                    audit.note(conn, &trace, &entry)?;
                    return Ok(None);
                };
                passkey.update_credential(&outcome);
                store::note_passkey(conn, row, serde_json::to_value(&passkey).or_internal()?, now)?;
                Ok(Some((user, spent.user_id.is_some())))
            })
            .await?;
        let Some((user, after_password)) = verified else {
            return Err(Error::unauthenticated("passkey_refused"));
        };
        match (after_password, form.challenge) {
            (true, Some(challenge)) => {
                self.open_by_challenge(user, challenge, form.cookie, Method::Passkey, caller).await
            }
            (true, None) => Err(challenge_invalid()),
            (false, _) => self.open_verified(user, form.cookie, Method::Passkey, caller, |_, _| Ok(false)).await,
        }
    }
}

fn own_passkeys(rows: Vec<Value>) -> Result<Vec<Passkey>, Error> {
    rows.into_iter().map(serde_json::from_value).collect::<Result<_, _>>().or_internal()
}

/// Asks for a passkey that can be found without an address, where the authenticator has room for it.
fn discoverable(mut options: Value) -> Value {
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), json!("preferred"));
    }
    options
}

/// The page decides how it asks.
fn without_mediation(mut options: Value) -> Value {
    if let Some(options) = options.as_object_mut() {
        options.remove("mediation");
    }
    options
}
