//! How people end their own sessions: one by one, by a logout, or all others at once.
//!
//! All of it is free of any budget and needs no fresh proof of identity, so that a thief cannot prevent the owner from
//! it. Known devices are another matter: an owner whose device is forgotten shares the counts of strangers at the next
//! login. So ending all other sessions forgets them only if the session has proven the identity a short time ago, and
//! within the budget of sensitive calls. A session that is stolen later ends sessions and leaves the devices.
//!
//! Whatever changes is recorded, and the owner is notified of what ended and of devices that were forgotten, even if no
//! session was open.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::super::mails::EndedBy;
use super::super::types::Ended;
use super::super::{Identity, security_notifications, store as people_store, tokens};
use super::store;
use super::types::Opened;
use crate::audit::{Entry, Event, Trace};
use crate::db::Id;
use crate::error::Error;
use crate::http::RequestContext;
use crate::policy::{self, Principal};
use crate::throttle::Bucket;

/// How a session ends.
#[derive(Clone, Copy)]
enum Ending {
    /// By its person, from within.
    Left,
    /// From another session.
    Revoked,
}

impl Identity {
    /// Ends the session.
    pub async fn logout(&self, user: Id, session: Id, caller: &RequestContext) -> Result<(), Error> {
        self.end_session(user, session, Ending::Left, Event::Logout, caller).await.map(|_| ())
    }

    /// Ends one of one's sessions: `current`, as a logout does, or another.
    pub async fn end_own_session(
        &self,
        user: Id,
        session: Id,
        current: Option<Id>,
        caller: &RequestContext,
    ) -> Result<(), Error> {
        let ending = if current == Some(session) { Ending::Left } else { Ending::Revoked };
        let ended = self.end_session(user, session, ending, Event::SessionEnded, caller).await?;
        if ended { Ok(()) } else { Err(Error::not_found()) }
    }

    async fn end_session(
        &self,
        user: Id,
        session: Id,
        ending: Ending,
        event: Event,
        caller: &RequestContext,
    ) -> Result<bool, Error> {
        let (now, audit, trace) = (self.clock.now(), self.audit.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                people_store::lock_for_update(conn, user)?;
                let ended = match ending {
                    Ending::Left => store::leave(conn, user, session, now)?.is_some(),
                    Ending::Revoked => store::revoke(conn, user, session, now)?,
                };
                if ended {
                    audit.record(conn, &trace, &Entry::own(event, user).with(json!({"session_id": session})))?;
                }
                Ok(ended)
            })
            .await
    }

    /// Ends one's other sessions, and one's API tokens unless they are kept. After a recent proof of identity, other
    /// devices are forgotten. Returns the new cookies of this session and of this device, if it was known. The owner is
    /// notified by mail.
    pub async fn end_other_sessions(
        &self,
        principal: &Principal,
        keep_tokens: bool,
        caller: &RequestContext,
    ) -> Result<Opened, Error> {
        let (user, current) = (principal.user_id, principal.session());
        let (desk, now, trace) = (self.desk(), self.clock.now(), Trace::from(caller));
        let (devices, from) = (Arc::clone(&self.devices), caller.clone());
        let is_fresh = policy::check_fresh(principal, now, self.step_up()).is_ok();
        self.db
            .write(move |conn| {
                let owner = people_store::lock_for_update(conn, user)?;
                let distrusted = store::distrust_others(conn, user, current)?;
                let sessions = super::end_all(conn, user, current, now)?;
                let tokens = if keep_tokens { 0 } else { tokens::revoke_all(conn, user, now)? };
                let forgets = is_fresh && desk.throttle.admits(conn, Bucket::Sensitive, &user.to_string())?;
                let device = if forgets { devices.forget_others(conn, &owner, &from, now)? } else { None };
                let ended = Ended { sessions, tokens, devices: forgets };
                if distrusted > 0 || !ended.is_nothing() {
                    let detail = json!({
                        "sessions": sessions, "api_tokens": tokens, "distrusted": distrusted, "devices": forgets,
                    });
                    desk.audit.record(conn, &trace, &Entry::own(Event::SessionEnded, user).with(detail))?;
                }
                if !ended.is_nothing() {
                    let (outbox, throttle) = (&desk.outbox, &desk.throttle);
                    security_notifications::access_ended(conn, outbox, throttle, user, EndedBy::Owner, ended)?;
                }
                Ok(Opened { tokens: None, cookie: desk.renew_cookie(conn, current, &from)?, device })
            })
            .await
    }

    /// After a login that gives a cookie: ends the session of the browser whose cookie it replaces, since a copy of that
    /// would stay good.
    pub(in super::super) async fn leave_replaced(&self, cookie: bool, caller: &RequestContext) -> Result<(), Error> {
        let Some(secret) = caller.session_cookie.as_ref().filter(|_| cookie) else { return Ok(()) };
        let before = match self.cookie(secret.expose_secret(), false).await {
            Ok(principal) => principal,
            Err(error) if error.is_unauthenticated() => return Ok(()),
            Err(error) => return Err(error),
        };
        match before.session() {
            Some(session) => self.logout(before.user_id, session, caller).await,
            None => Ok(()),
        }
    }
}
