//! Sessions of made-up people, for the demonstration alone: no password is asked for, and no second factor.
//!
//! Only the pages of `portal demo` call this, which no other command serves. Even so it opens nobody's account who could
//! exist: the address must be below `.example`, where no mail arrives (RFC 2606).

use super::Identity;
use super::sessions::{NewLogin, Opened};
use super::store;
use crate::audit::{Event, Trace};
use crate::db::Id;
use crate::error::Error;
use crate::http::RequestContext;
use crate::policy::Level;

/// The end of addresses of made-up people.
const MADE_UP: &str = ".example";

impl Identity {
    /// Opens a session of a made-up person, as after a login with two factors.
    ///
    /// # Errors
    /// 404 if there is no such person, or if the person could exist.
    pub async fn open_made_up(&self, person: Id, caller: &RequestContext) -> Result<Opened, Error> {
        let (desk, trace, caller) = (self.desk(), Trace::from(caller), caller.clone());
        let written = self
            .db
            .write(move |conn| {
                let owner = store::lock_for_update(conn, person)?;
                if !owner.email.ends_with(MADE_UP) || owner.is_closed() {
                    return Err(Error::not_found());
                }
                let level = Level::TwoFactor;
                let opening = NewLogin { user: person, level, caller: &caller, cookie: true, login: None };
                let written = desk.open(conn, &opening)?;
                desk.audit.record(conn, &trace, &written.entry(Event::Login, level, Some("demonstration")))?;
                Ok(written)
            })
            .await?;
        self.desk().hand_out(self.sessions.keys(), written, None)
    }
}
