//! The middleware around every request.
//!
//! On the way in it gives the request an id and a time limit, and refuses requests from pages of other sites. On the
//! way out it writes the body of every error, the portal's and the framework's, adds missing security headers, counts
//! the answer, and logs one line (`access_log`). A panic in a handler fails only its own request, with 500.
//!
//! The `tracing` span around the request (level `debug`) has the pattern of the route as well, and contains the spans
//! of its units of work (`db`).

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, ResponseError};
use futures_util::FutureExt as _;
use tracing::Instrument as _;
use tracing::field::Empty;

use super::access_log::{AccessLine, REQUEST_ID};
use super::connections::{Connections, Refused};
use super::deferred_body::Held;
use super::metrics::known_method;
use super::middleware_settings::{MiddlewareSettings, RequestId, Standby};
use super::served_path::vary_by_accept;
use super::{Limits, ROBOTS, ServedPath, csrf, declared_length, language, own_write, problem::Problem};
use crate::db::{Id, with_account, with_write_check};
use crate::error::{Error, ProblemCode, Rejection};
use crate::i18n::Language;

/// Longest path and query, in bytes.
const MAX_TARGET: usize = 8_192;
/// Most bytes of all header lines: they are parsed before authentication.
const MAX_HEADERS: usize = 16_384;

/// The content security policy of answers that are not pages: nothing may be loaded.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/// Swagger UI: its own files, its inline styles, nothing from elsewhere.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           frame-ancestors 'none'; base-uri 'none'";

/// The middleware, as a function for actix.
pub async fn wrap<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let started = Instant::now();
    let (Some(context), Some(limits)) = (
        request.app_data::<Data<MiddlewareSettings>>().cloned(),
        request.app_data::<Data<Limits>>().map(|l| *l.get_ref()),
    ) else {
        return Err(Error::internal("the middleware is not configured").into());
    };
    let id = Id::new(context.clock.now(), &context.random).to_string();
    let (in_flight, held) = (context.metrics.begun(), Held::of(&mut request));
    let line = AccessLine::of(&request, &context.proxies.get(), id.clone(), started);
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, language) = (request.method().clone(), language(request.request()));
    if let Err(error) = admit(&request, &context) {
        let answer = answer_to(request.request(), &error, &context, language, &id);
        let mut response = request.into_response(answer).map_into_right_body();
        complete(&mut response, &context, &id);
        log(&response, &method, line, &context);
        return Ok(match held {
            Some(held) => held.until(response),
            None => response,
        });
    }

    let standby = (context.standby)(request.request());
    let body_time = limits.longest_body_time(declared_length(request.headers()));
    let span = tracing::debug_span!("request", method = known_method(method.as_str()), route = Empty, request_id = id);
    let call = with_account(Arc::clone(&line.account), with_write_check(next.call(request)));
    let call = AssertUnwindSafe(call).catch_unwind().instrument(span.clone());
    let outcome = tokio::time::timeout(body_time + limits.request_time, call).await;
    if let (false, Ok(Ok(Ok(response)))) = (span.is_disabled(), &outcome) {
        span.record("route", &*ServedPath::pattern_of(response.request()));
    }
    drop(span);
    let unrouted = |error: &Error| Unrouted::new(error, &context, (language, standby.as_ref()), &line);
    let mut response = match outcome {
        Ok(Ok(Ok(response))) => finish(response, &context, language, &id),
        Ok(Ok(Err(error))) => return Err(unrouted(&own_error(&error)).into()),
        Ok(Err(_panic)) => return Err(unrouted(&Error::internal("a handler panicked")).into()),
        Err(_elapsed) => return Err(unrouted(&Error::busy()).into()),
    };

    if context.is_shared {
        own_write::carry(&mut response);
    }
    complete(&mut response, &context, &id);
    log(&response, &method, line, &context);
    drop(in_flight);
    Ok(match held {
        Some(held) => held.until(response),
        None => response,
    })
}

/// Refuses requests that no route should see: those on a connection beyond the limit, with a path longer than any
/// route's, or unsafe ones from another site.
fn admit(request: &ServiceRequest, context: &MiddlewareSettings) -> Result<(), Error> {
    if request.conn_data::<Refused>().is_some() {
        return Err(Error::refused(StatusCode::TOO_MANY_REQUESTS, ProblemCode::TooManyConnections).again_in(15));
    }
    if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > MAX_TARGET) {
        return Err(Error::refused(StatusCode::URI_TOO_LONG, ProblemCode::UriTooLong));
    }
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    if headers.sum::<usize>() > MAX_HEADERS {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Err(Error::refused(status, ProblemCode::HeadersTooLarge).with("max", MAX_HEADERS));
    }
    csrf::check(request, &context.own_origin, &context.allowed_origins)
}

/// Completes every answer.
fn complete<B>(response: &mut ServiceResponse<B>, context: &MiddlewareSettings, id: &str) {
    let is_docs = response.request().path().starts_with("/docs/");
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    secure(response.headers_mut(), is_docs);
    if ServedPath::is_chosen_by_accept(response.request()) {
        vary_by_accept(response.headers_mut());
    }
    let connections = response.request().app_data::<Data<Connections>>();
    let is_crowded = connections.is_some_and(|connections| connections.are_crowded());
    if is_crowded || context.draining.has_begun() {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
}

/// Passes an answer of the portal on; turns an error, the portal's or the framework's, into a problem.
fn finish<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    context: &MiddlewareSettings,
    language: Language,
    id: &str,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_written = response.headers().contains_key(header::CONTENT_TYPE)
        && response.response().error().is_none()
        && !matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0));
    if !is_error || is_written {
        return response.map_into_left_body();
    }
    let (request, response) = response.into_parts();
    let (mut head, _) = response.into_parts();
    let mut answer = match head.error().and_then(|error| error.as_error::<Error>()) {
        Some(error) => answer_to(&request, error, context, language, id),
        None => answer_to(&request, &framework_error(status), context, language, id),
    };
    // Headers of the framework about the status are kept: Allow, Connection. Those about its body are not: length,
    // type, encoding.
    let kept: Vec<_> = head.headers_mut().drain().collect();
    let mut last = None;
    for (name, value) in kept {
        last = name.or(last);
        if let Some(name) = &last
            && name != header::CONTENT_TYPE
            && name != header::CONTENT_LENGTH
            && name != header::CONTENT_ENCODING
        {
            answer.headers_mut().append(name.clone(), value);
        }
    }
    ServiceResponse::new(request, answer).map_into_right_body()
}

/// The problem for a status of the framework.
fn own_error(error: &actix_web::Error) -> Error {
    framework_error(error.as_response_error().status_code())
}

/// An error whose request is gone, because it timed out or its handler panicked. It has all that its answer needs.
#[derive(Debug)]
struct Unrouted {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    id: String,
    /// Whether the connection ends with the answer, since the portal is about to.
    closes: bool,
}

impl Unrouted {
    fn new(
        error: &Error,
        context: &MiddlewareSettings,
        (language, standby): (Language, Option<&Standby>),
        line: &AccessLine,
    ) -> Self {
        let id = line.id.as_str();
        let answer = match standby.and_then(|page| page(error)) {
            Some(page) => {
                log_error(error, id);
                page
            }
            None => problem_body(error, context, language, id),
        };
        let status = answer.status();
        let route = Arc::from("-");
        context.metrics.answered("_OTHER", &route, status.as_u16(), line.took());
        context.access_log.note(line.clone().answered(None, route, status.as_u16()));
        let (head, body) = answer.into_parts();
        let body = body.try_into_bytes().unwrap_or_default();
        Self { status, headers: head.headers().clone(), body, id: id.to_owned(), closes: context.draining.has_begun() }
    }
}

impl std::fmt::Display for Unrouted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} for request {}", self.status, self.id)
    }
}

impl ResponseError for Unrouted {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((REQUEST_ID, self.id.as_str()));
        for (name, value) in &self.headers {
            answer.append_header((name.clone(), value.clone()));
        }
        let mut answer = answer.body(self.body.clone());
        secure(answer.headers_mut(), false);
        if self.closes {
            answer.head_mut().set_connection_type(ConnectionType::Close);
        }
        answer
    }
}

fn framework_error(status: StatusCode) -> Error {
    let code = match status {
        StatusCode::NOT_FOUND => ProblemCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemCode::MediaType,
        StatusCode::REQUEST_TIMEOUT => ProblemCode::TooSlow,
        status if status.is_client_error() => ProblemCode::BadRequest,
        status => return Error::internal(format!("the framework answered {status}")),
    };
    let error = Error::refused(status, code);
    if status == StatusCode::PAYLOAD_TOO_LARGE { error.with("limit", "unknown") } else { error }
}

fn log_error(error: &Error, id: &str) {
    match error {
        Error::Internal(_) => tracing::error!(request_id = id, %error, "internal error"),
        Error::Refused(refusal) if refusal.status.is_server_error() => {
            tracing::warn!(request_id = id, %error, "refused");
        }
        Error::Refused(_) => tracing::debug!(request_id = id, %error, "refused"),
    }
}

/// A page for a browser, a problem for other clients.
fn answer_to(
    request: &HttpRequest,
    error: &Error,
    context: &MiddlewareSettings,
    language: Language,
    id: &str,
) -> HttpResponse {
    match (context.page)(request, error) {
        Some(page) => {
            log_error(error, id);
            page
        }
        None => problem_body(error, context, language, id),
    }
}

fn problem_body(error: &Error, context: &MiddlewareSettings, language: Language, id: &str) -> HttpResponse {
    log_error(error, id);
    let problem = Problem::new(error, &context.catalogue, language, id);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    answer.insert_header((header::CONTENT_LANGUAGE, language.catalogue().as_str()));
    if let Error::Refused(refusal) = error {
        if let Some(seconds) = refusal.retry_after {
            // A random delay, so that refused clients do not all come back at once.
            let later = if refusal.status == StatusCode::SERVICE_UNAVAILABLE { context.random.below(3) } else { 0 };
            let later = u32::try_from(later).unwrap_or_default();
            answer.insert_header((header::RETRY_AFTER, seconds.saturating_add(later).to_string()));
        }
        if refusal.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, challenge(refusal)));
        }
    }
    answer.body(serde_json::to_vec(&problem).unwrap_or_default())
}

/// The challenge of a 401: what the client should do.
fn challenge(refusal: &Rejection) -> String {
    // RFC 6750, 3.1: an error code only if a token was sent.
    const SENT_NONE: [ProblemCode; 7] = [
        ProblemCode::LoginRequired,
        ProblemCode::WrongCredentials,
        ProblemCode::WrongCode,
        ProblemCode::ChallengeInvalid,
        ProblemCode::PasskeyRefused,
        ProblemCode::PasskeyCounterWentBack,
        ProblemCode::PasskeyBackupImpossible,
    ];
    let seconds = refusal.args.iter().find(|(name, _)| *name == "seconds").map(|(_, value)| value);
    match (refusal.code, seconds) {
        // RFC 7617: programs without support for more send an address and an API token.
        (ProblemCode::ProgramLoginRequired | ProblemCode::ProgramRefused, _) => {
            "Basic realm=\"directory\", charset=\"UTF-8\"".to_owned()
        }
        // RFC 9470, 3: how fresh the login must be.
        (ProblemCode::ReauthRequired, Some(seconds)) => {
            format!("Bearer error=\"insufficient_user_authentication\", max_age=\"{seconds}\"")
        }
        (code, _) if SENT_NONE.contains(&code) => "Bearer".to_owned(),
        _ => "Bearer error=\"invalid_token\"".to_owned(),
    }
}

/// The security headers that an answer lacks (OWASP Secure Headers Project; ASVS 5.0, 3.4).
fn secure(headers: &mut HeaderMap, is_docs: bool) {
    let policy = if is_docs { DOCS_POLICY } else { POLICY };
    for (name, value) in [
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
        // What search engines may list says so itself.
        (ROBOTS, "noindex"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// Counts the answer, and notes its line.
fn log<B>(response: &ServiceResponse<B>, method: &Method, line: AccessLine, context: &MiddlewareSettings) {
    let (route, status) = (ServedPath::pattern_of(response.request()), response.status().as_u16());
    let method = known_method(method.as_str());
    context.metrics.answered(method, &route, status, line.took());
    context.access_log.note(line.answered(Some(method), route, status));
}
