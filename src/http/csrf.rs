//! CSRF protection: pages of other sites cannot act with the session of a browser.
//!
//! Browsers say where a request comes from: `Sec-Fetch-Site` (W3C Fetch Metadata), older ones `Origin`. An unsafe
//! method from another site is refused, on every route, with or without a cookie. A request with neither header does
//! not come from a browser; it is admitted if it has no session cookie. So forms need no CSRF token (OWASP CSRF
//! Prevention Cheat Sheet, 2026; ASVS 5.0, 3.5.1–3.5.3).
//!
//! A safe method is admitted: a link of another site or of a mail in a browser leads to a page. But a session, or a
//! password that the browser remembers, comes with it, so the guards note where it comes from
//! ([`is_led_from_elsewhere`]), and whatever would be written, charged or counted is refused in one place
//! (`db::check_not_led_here`): a page of another site uses up no budget, and leaves nothing in the audit log in the
//! name of its reader.
//!
//! Routes whose token, from a mail, is the only credential (`BY_TOKEN`) read no cookie, so another site could not abuse
//! one: they are open to every origin. Mail programs in browsers unsubscribe from their own page (RFC 8058).

use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{HOST, HeaderName, ORIGIN};

use super::cookies;
use super::request_context::SESSION_COOKIE;
use crate::error::{Error, ProblemCode};

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Paths, without the final slash, of routes that require the token of a mail and no login: none of their handlers
/// reads a cookie. After a path that ends with a slash here, the token follows.
const BY_TOKEN: [&str; 19] = [
    "/unsubscribe/",
    "/subscriptions/",
    "/verify",
    "/reset",
    "/confirm-address",
    "/undo-address",
    "/keep-account",
    "/invitation",
    "/confirm-contact",
    "/setup",
    "/api/v1/registrations/verify",
    "/api/v1/appointments/confirm",
    "/api/v1/invitations/look",
    "/api/v1/invitations/accept",
    "/api/v1/auth/email/confirm",
    "/api/v1/auth/email/undo",
    "/api/v1/auth/keep-account",
    "/api/v1/auth/password/reset",
    "/api/v1/setup",
];

/// The origin of a request as its headers say.
#[derive(Clone, Copy, Debug, Default)]
struct RequestOrigin<'a> {
    site: Option<&'a str>,
    origin: Option<&'a str>,
    host: Option<&'a str>,
    has_cookie: bool,
}

/// Refuses an unsafe request from another site. `own` is the public URL; `allowed` are the origins that may call with a
/// token.
///
/// # Errors
/// 403.
pub fn check(request: &ServiceRequest, own: &str, allowed: &[String]) -> Result<(), Error> {
    if [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(request.method()) {
        return Ok(());
    }
    if is_by_token(request.path()) {
        return Ok(());
    }
    let header = |name: &HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let signs = RequestOrigin {
        site: header(&SEC_FETCH_SITE),
        origin: header(&ORIGIN),
        host: header(&HOST),
        has_cookie: cookies::is_sent(request.headers(), SESSION_COOKIE),
    };
    if is_welcome(signs, own, allowed) { Ok(()) } else { Err(Error::forbidden(ProblemCode::CrossSite)) }
}

/// Whether a page of another site made the browser send this safe request. Older browsers and programs do not say.
#[must_use]
pub fn is_led_from_elsewhere(request: &HttpRequest) -> bool {
    let site = request.headers().get(&SEC_FETCH_SITE).and_then(|value| value.to_str().ok());
    request.method().is_safe() && site.is_some_and(is_elsewhere)
}

/// Whether a page of another site embeds this request, as a picture or a frame, rather than leading to it.
#[must_use]
pub fn is_embedded_elsewhere(request: &HttpRequest) -> bool {
    let header = |name: &HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    header(&SEC_FETCH_SITE).is_some_and(is_elsewhere)
        && header(&SEC_FETCH_DEST).is_some_and(|destination| destination != "document")
}

/// Whether what a browser says of the site of a request names another one.
fn is_elsewhere(site: &str) -> bool {
    ["cross-site", "same-site"].contains(&site)
}

/// Whether a path belongs to a route whose credential is the token.
#[must_use]
pub fn is_by_token(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    BY_TOKEN.iter().any(|known| match known.strip_suffix('/') {
        // One more segment, the token.
        Some(_) => path.strip_prefix(known).is_some_and(|token| !token.is_empty() && !token.contains('/')),
        None => path == *known,
    })
}

fn is_welcome(signs: RequestOrigin<'_>, own: &str, allowed: &[String]) -> bool {
    if let Some(origin) = signs.origin
        && allowed.iter().any(|known| known == origin)
    {
        return !signs.has_cookie;
    }
    match (signs.site, signs.origin) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            origin == own || (host.is_some() && host == signs.host)
        }
        (None, None) => !signs.has_cookie,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_site_is_refused_and_no_browser_is_not() {
        let own = "https://portal.example";
        let allowed = ["https://app.example".to_owned()];
        let base = RequestOrigin { host: Some("portal.example"), ..RequestOrigin::default() };
        let evil = Some("https://evil.example");
        for (signs, welcome) in [
            (base, true),
            (RequestOrigin { has_cookie: true, ..base }, false),
            (RequestOrigin { site: Some("same-origin"), has_cookie: true, ..base }, true),
            (RequestOrigin { site: Some("none"), ..base }, true),
            (RequestOrigin { site: Some("same-site"), ..base }, false),
            (RequestOrigin { site: Some("cross-site"), origin: Some(own), ..base }, false),
            (RequestOrigin { origin: Some(own), has_cookie: true, ..base }, true),
            (RequestOrigin { origin: Some("http://portal.example"), ..base }, true),
            (RequestOrigin { origin: evil, ..base }, false),
            (RequestOrigin { origin: Some("null"), ..base }, false),
            (RequestOrigin { site: Some("cross-site"), origin: Some("https://app.example"), ..base }, true),
            (RequestOrigin { origin: Some("https://app.example"), has_cookie: true, ..base }, false),
        ] {
            assert_eq!(is_welcome(signs, own, &allowed), welcome, "{signs:?}");
        }
    }

    #[test]
    fn what_a_token_opens_alone_is_open_to_every_site_and_nothing_beside_it() {
        for path in
            ["/unsubscribe/abc", "/unsubscribe/abc/", "/subscriptions/abc", "/verify", "/verify/", "/invitation"]
        {
            assert!(is_by_token(path), "{path}");
        }
        for path in [
            "/",
            "/unsubscribe",
            "/unsubscribe/",
            "/unsubscribe/abc/def",
            "/verify/abc",
            "/verify//",
            "/forgot",
            "/announcements/abc",
            "/api/v1/me",
            "/api/v1/auth/login",
            "/api/v1/invitations",
        ] {
            assert!(!is_by_token(path), "{path}");
        }
    }
}
