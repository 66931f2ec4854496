//! A notice: one sentence about what was done, shown on the next page.
//!
//! It travels in a cookie (`__Host-notice`), sealed, as the key of a text and its arguments, so that it is shown in the language of the
//! page that shows it, and needs no row of the database. It is shown once, within a minute, and to its reader alone: the person who was
//! logged in when it was made, or a visitor. Who logs in after that in the same browser sees nothing of it.

use std::fmt::Display;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use serde::{Deserialize, Serialize};

use super::Site;
use crate::db::Id;
use crate::error::Error;
use crate::http::cookies;
use crate::time::Timestamp;

const COOKIE: &str = "__Host-notice";
/// How long a notice may wait for its page.
const LIFE: Duration = Duration::from_mins(1);
/// What the seal is bound to.
const PURPOSE: &str = "notice";

/// A sentence about what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The text is `notice-<key>`.
    pub(super) key: String,
    pub(super) args: Vec<(String, String)>,
}

/// What the cookie holds.
#[derive(Serialize, Deserialize)]
struct Sealed {
    until: Timestamp,
    /// The person who may read it; none for a visitor.
    reader: Option<Id>,
    notice: Notice,
}

impl Notice {
    /// The notice `notice-<key>`.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), args: Vec::new() }
    }

    /// A value for its text.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// The cookie that carries it to this reader.
    pub(super) fn cookie(self, site: &Site, reader: Option<Id>) -> Result<Cookie<'static>, Error> {
        let until = site.clock.now().plus(LIFE);
        let payload = serde_json::to_vec(&Sealed { until, reader, notice: self }).unwrap_or_default();
        let life = i64::try_from(LIFE.as_secs()).unwrap_or_default();
        Ok(cookie(site.seal(PURPOSE, &payload)?, CookieDuration::seconds(life)))
    }

    /// The cookie that ends it.
    #[must_use]
    pub fn shown() -> Cookie<'static> {
        cookie(String::new(), CookieDuration::ZERO)
    }

    /// The notice that came with a request of this reader, unless its time is over.
    pub(super) fn of(request: &HttpRequest, site: &Site, reader: Option<Id>) -> Option<Self> {
        let sealed = cookies::value(request.headers(), COOKIE)?;
        let payload = site.open(PURPOSE, sealed)?;
        let sealed: Sealed = serde_json::from_slice(&payload).ok()?;
        (site.clock.now() <= sealed.until && sealed.reader == reader).then_some(sealed.notice)
    }
}

/// Whether a request brings a notice, of whoever it is.
pub(super) fn is_brought(request: &HttpRequest) -> bool {
    cookies::is_sent(request.headers(), COOKIE)
}

fn cookie(value: String, life: CookieDuration) -> Cookie<'static> {
    Cookie::build(COOKIE, value).path("/").secure(true).http_only(true).same_site(SameSite::Lax).max_age(life).finish()
}
