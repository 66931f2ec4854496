//! The mark of a demonstration, in which nothing is real.
//!
//! Pages say so, and can be mirrored as they are for languages that are written from right to left, of which no
//! catalogue exists yet. The mark is with the routes that the command `portal demo` adds to its own server; no setting
//! and no request sets it.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};

use crate::http::cookies;

/// The cookie of a browser that shows pages mirrored.
const MIRROR: &str = "__Host-mirror";

/// The mark, as data of the application.
#[derive(Clone, Copy, Debug)]
pub struct Demonstration;

impl Demonstration {
    /// Whether a request is to a demonstration.
    pub(super) fn has(request: &HttpRequest) -> bool {
        request.app_data::<Self>().is_some()
    }

    /// Whether its answer is mirrored, which happens in a demonstration alone.
    pub(super) fn is_mirrored(request: &HttpRequest) -> bool {
        Self::has(request) && cookies::value(request.headers(), MIRROR) == Some("rtl")
    }

    /// The cookie that mirrors pages, or ends that.
    #[must_use]
    pub fn mirror(is_on: bool) -> Cookie<'static> {
        let cookie = Cookie::build(MIRROR, if is_on { "rtl" } else { "" });
        let cookie = cookie.path("/").secure(true).http_only(true).same_site(SameSite::Lax).finish();
        if is_on { cookie } else { ended(cookie) }
    }
}

fn ended(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_max_age(actix_web::cookie::time::Duration::ZERO);
    cookie
}
