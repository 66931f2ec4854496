//! A request that follows a write of its sender: it is answered from the database, not from what a process keeps.
//!
//! Where several processes share a database, the next request of somebody who has just changed something may reach
//! another process, which learns of the change within two seconds. So the answer to a write of a browser's session
//! carries a cookie that lives for some seconds: as long as the browser sends it, its requests are read anew, whichever
//! process they reach. It grants no right: a request with a forged cookie is answered from the database, within the same
//! limits. A program says the same by `Cache-Control: no-cache` (RFC 9111, 5.2.1.4),
//! or by the tag of the version that it has (`If-None-Match`).
//!
//! With one process nothing of that is needed: it knows its own commits.

use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, SET_COOKIE};
use actix_web::{HttpMessage as _, HttpRequest};

use super::cookies;
use super::request_context::SESSION_COOKIE;

/// The cookie.
const COOKIE: &str = "__Host-wrote";
/// How long it lives: longer than any process uses what it keeps. A browser may round it down to whole seconds.
const LIFE: Duration = Duration::from_secs(5);

/// Whether a request follows a write of its sender, or asks for what is stored now for another reason.
#[must_use]
pub fn follows_own_write(request: &HttpRequest) -> bool {
    let headers = request.headers();
    cookies::is_sent(headers, COOKIE) || wants_no_cache(headers)
}

fn wants_no_cache(headers: &HeaderMap) -> bool {
    let words = headers.get_all(CACHE_CONTROL).filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(','));
    words.map(str::trim).any(|word| word.eq_ignore_ascii_case("no-cache") || word.eq_ignore_ascii_case("max-age=0"))
}

/// What a guard leaves with a request whose sender it has found.
struct Known;

/// Notes that the sender of a request is known.
pub fn note_known_sender(request: &HttpRequest) {
    request.extensions_mut().insert(Known);
}

/// Adds the cookie to the answer to a write of a browser's session. A failed write changed nothing, and a login or a
/// logout nothing that is kept.
pub(super) fn carry<B>(response: &mut ServiceResponse<B>) {
    let (request, status) = (response.request(), response.status());
    let is_of_session = request.extensions().contains::<Known>() && cookies::is_sent(request.headers(), SESSION_COOKIE);
    let of_session = |set: &HeaderValue| set.as_bytes().starts_with(SESSION_COOKIE.as_bytes());
    let is_new_session = response.headers().get_all(SET_COOKIE).any(of_session);
    let is_success = status.is_success() || status.is_redirection();
    if request.method().is_safe() || !is_of_session || is_new_session || !is_success {
        return;
    }
    let cookie = format!("{COOKIE}=1; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Lax", LIFE.as_secs());
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::HttpResponse;
    use actix_web::http::Method;
    use actix_web::http::header::COOKIE as SENT;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cookie_or_a_directive_asks_for_what_is_stored_now() {
        let asked = |name, value: &str| {
            follows_own_write(&TestRequest::default().insert_header((name, value)).to_http_request())
        };
        assert!(asked(SENT, "__Host-session=a; __Host-wrote=1"));
        assert!(asked(CACHE_CONTROL, "no-transform, No-Cache") && asked(CACHE_CONTROL, "max-age=0"));
        assert!(!asked(SENT, "__Host-session=a") && !asked(CACHE_CONTROL, "max-age=60"));
    }

    #[test]
    fn only_a_write_of_a_session_that_succeeded_is_carried_on() {
        let carried = |method: Method, cookie: &str, is_known: bool, answer: HttpResponse| {
            let request = TestRequest::default().method(method).insert_header((SENT, cookie)).to_srv_request();
            if is_known {
                note_known_sender(request.request());
            }
            let mut response = request.into_response(answer);
            carry(&mut response);
            let set: Vec<_> = response.headers().get_all(SET_COOKIE).cloned().collect();
            set.iter().any(|set| set.to_str().unwrap().starts_with("__Host-wrote=1; Path=/;"))
        };
        let (session, ok) = ("__Host-session=a", || HttpResponse::Ok().finish());
        let login = || HttpResponse::Ok().insert_header((SET_COOKIE, "__Host-session=b")).finish();
        assert!(carried(Method::POST, session, true, ok()) && carried(Method::PATCH, session, true, ok()));
        assert!(carried(Method::POST, session, true, HttpResponse::SeeOther().finish()));
        assert!(!carried(Method::GET, session, true, ok()) && !carried(Method::POST, "a=b", true, ok()));
        assert!(!carried(Method::POST, session, false, ok()), "whoever it is, no guard has found the session");
        assert!(!carried(Method::POST, session, true, HttpResponse::Conflict().finish()));
        assert!(!carried(Method::POST, session, true, login()));
    }
}
