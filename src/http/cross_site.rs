//! Keeps the pages of other sites from acting in the name of somebody whose browser is logged in (CSRF).
//!
//! Browsers say where a request comes from: `Sec-Fetch-Site` (W3C Fetch Metadata), older ones `Origin`. An unsafe method from
//! another site is refused, for every route, with or without a cookie. A request that says neither comes from no
//! browser; it is let through where it carries no session cookie. So no form needs a token of its own (OWASP CSRF
//! Prevention Cheat Sheet, 2026; ASVS 5.0, 3.5.1–3.5.3).

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{HOST, HeaderName, ORIGIN};

use super::caller::SESSION_COOKIE;
use crate::error::Error;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a request says of where it comes from.
#[derive(Clone, Copy, Debug, Default)]
struct Signs<'a> {
    site: Option<&'a str>,
    origin: Option<&'a str>,
    host: Option<&'a str>,
    has_cookie: bool,
}

/// Refuses an unsafe request from another site. `own` is our public URL; `allowed` the origins that may call with a token.
///
/// # Errors
/// 403.
pub fn check(request: &ServiceRequest, own: &str, allowed: &[String]) -> Result<(), Error> {
    if [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(request.method()) {
        return Ok(());
    }
    let header = |name: &HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let signs = Signs {
        site: header(&SEC_FETCH_SITE),
        origin: header(&ORIGIN),
        host: header(&HOST),
        has_cookie: request.request().cookie(SESSION_COOKIE).is_some(),
    };
    if is_welcome(signs, own, allowed) { Ok(()) } else { Err(Error::forbidden("cross_site")) }
}

fn is_welcome(signs: Signs<'_>, own: &str, allowed: &[String]) -> bool {
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
        let base = Signs { host: Some("portal.example"), ..Signs::default() };
        let evil = Some("https://evil.example");
        for (signs, welcome) in [
            (base, true),
            (Signs { has_cookie: true, ..base }, false),
            (Signs { site: Some("same-origin"), has_cookie: true, ..base }, true),
            (Signs { site: Some("none"), ..base }, true),
            (Signs { site: Some("same-site"), ..base }, false),
            (Signs { site: Some("cross-site"), origin: Some(own), ..base }, false),
            (Signs { origin: Some(own), has_cookie: true, ..base }, true),
            (Signs { origin: Some("http://portal.example"), ..base }, true),
            (Signs { origin: evil, ..base }, false),
            (Signs { origin: Some("null"), ..base }, false),
            (Signs { site: Some("cross-site"), origin: Some("https://app.example"), ..base }, true),
            (Signs { origin: Some("https://app.example"), has_cookie: true, ..base }, false),
        ] {
            assert_eq!(is_welcome(signs, own, &allowed), welcome, "{signs:?}");
        }
    }
}
