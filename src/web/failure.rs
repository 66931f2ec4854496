//! Errors as pages, where a browser shows the answer to a person. Programs get a problem (RFC 9457).
//!
//! A login that is missing leads to the login page, which leads back; so does a proof of identity. A role without its
//! second factor is shown where to add one. Where a page of another site led to a page that does more than show, its
//! address is a link of ours, by which the reader may go on. What was typed into a form is kept before that
//! (`identity::pages`).

use actix_web::http::header::ACCEPT;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::Page;
use crate::error::{Error, ProblemCode};
use crate::http::middleware_settings::Standby;
use crate::http::own_path;

/// Paths below which answers are for programs, whatever they accept.
const FOR_PROGRAMS: [&str; 3] = ["/api/", "/carddav", "/.well-known/"];

/// The page that leads to all of the administration. It asks for the right to read the audit log, which all who
/// administer anything have; its refusal speaks of the page.
const ADMINISTRATION: &str = "/administration";

#[derive(Template)]
#[template(path = "failure.html")]
struct Failure<'a> {
    page: &'a Page,
    title: String,
    details: Vec<String>,
    /// The way to what is missing.
    way: Option<Way>,
}

/// A link to what is missing.
struct Way {
    href: String,
    text: &'static str,
}

impl Way {
    /// The way to what this error says is missing, and back to an address of ours.
    fn of(error: &Error, back: &str) -> Option<Self> {
        match error.refusal()? {
            ProblemCode::LoginRequired | ProblemCode::SessionEnded => {
                Some(Self { href: leading_back("/login", back), text: "layout-log-in" })
            }
            ProblemCode::ReauthRequired => Some(Self { href: leading_back("/prove", back), text: "page-prove" }),
            ProblemCode::MfaRequired => {
                Some(Self { href: "/account/security".to_owned(), text: "failure-second-factor" })
            }
            // The path of a list shows all of it.
            ProblemCode::BadQuery => Some(Self { href: own_path(back)?.to_owned(), text: "failure-without-query" }),
            ProblemCode::CrossSite => Some(Self { href: own_path(back)?.to_owned(), text: "failure-open-here" }),
            _ => None,
        }
    }
}

/// The page of an error; none where the answer is for a program.
pub fn of_error(request: &HttpRequest, error: &Error) -> Option<HttpResponse> {
    if !is_for_browser(request) {
        return None;
    }
    let page = Page::of(request).ok()?;
    if *request.method() == Method::GET
        && error.is_unauthenticated()
        && let Some(way) = Way::of(error, page.address())
    {
        return Some(page.lead_to(&way.href).finish());
    }
    let way = match error.refusal() {
        Some(ProblemCode::CrossSite) if *request.method() == Method::GET => Way::of(error, page.address()),
        // The address of a form leads nowhere.
        Some(ProblemCode::CrossSite) => None,
        _ => Way::of(error, page.path()),
    };
    let is_lost = *request.method() == Method::POST && error.is_unauthenticated();
    show(&page, error, way, is_lost)
}

/// What makes the page of an error when the request is gone; none where the answer is for a program. Nobody has been
/// asked who the reader is by then, so the page is that of a visitor.
pub fn standby(request: &HttpRequest) -> Option<Standby> {
    if !is_for_browser(request) {
        return None;
    }
    let page = Page::of(request).ok()?;
    Some(Box::new(move |error: &Error| show(&page, error, Way::of(error, page.path()), false)))
}

/// The page of an error. Whatever was sent to a form is lost where the login is missing: had it been kept, another page
/// would say so.
fn show(page: &Page, error: &Error, way: Option<Way>, is_lost: bool) -> Option<HttpResponse> {
    let mut problem = page.problem(error);
    if page.path() == ADMINISTRATION && error.refusal() == Some(ProblemCode::AuditorsOnly) {
        problem.title = page.text("failure-administration");
        problem.detail = page.text("failure-administration.body");
    }
    let mut details = if problem.errors.is_empty() {
        vec![problem.detail]
    } else {
        problem.errors.into_iter().map(|fault| fault.detail).collect()
    };
    details.extend(is_lost.then(|| page.text("failure-not-kept")));
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content = Failure { page, title: problem.title, details, way };
    page.answer(status, error.retry_after(), &content).ok()
}

/// A page that leads back to an address of ours.
fn leading_back(path: &str, address: &str) -> String {
    let next: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    format!("{path}?next={next}")
}

/// Whether the answer to a request is shown to a person by a browser.
pub fn is_for_browser(request: &HttpRequest) -> bool {
    let accepts = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    let is_browser = accepts.flat_map(|value| value.split(',')).any(|kind| kind.trim().starts_with("text/html"));
    is_browser && !FOR_PROGRAMS.iter().any(|path| request.path().starts_with(path))
}
