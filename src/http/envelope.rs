//! The one middleware, around every request.
//!
//! On the way in it gives the request an id (a trusted proxy's `X-Request-Id` where that is plain, else a new one) and a time
//! limit, and turns away what comes from another site's page. On the way out it writes the body of every error, our own and the framework's, sets the security headers that
//! an answer lacks, and logs one line. A panic in a handler is that request's 500 and nobody else's.
//!
//! The log line has the route's pattern, never the path or the query: those may hold secrets and names.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpResponse, ResponseError};
use futures_util::FutureExt as _;

use super::caller::Networks;
use super::connections::{Connections, Refused};
use super::unread::Held;
use super::{Limits, Metrics, cross_site, declared_length, language, problem::Problem};
use crate::db::{Id, with_write_check};
use crate::error::{Error, Refusal};
use crate::i18n::{Catalogue, Language};
use crate::random::Random;
use crate::time::Clock;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest path and query, in bytes.
const MAX_TARGET: usize = 8_192;
/// Most bytes of all header lines: what is in them is taken apart before anybody is known.
const MAX_HEADERS: usize = 16_384;

/// What answers that are no page of their own may load: nothing.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/// Swagger UI: its own files, its inline styles, nothing from elsewhere.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           frame-ancestors 'none'; base-uri 'none'";

/// The id of the request, for whoever needs to quote it.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// What the middleware needs.
pub struct Context {
    /// Texts of the problems.
    pub catalogue: std::sync::Arc<Catalogue>,
    /// For new request ids.
    pub clock: Clock,
    /// For new request ids, and so that not all come back at once.
    pub random: Random,
    /// Proxies whose word on the client's address is taken.
    pub proxies: Networks,
    /// Our own origin.
    pub own_origin: String,
    /// Origins whose pages may call with a token.
    pub allowed_origins: Vec<String>,
    /// What is counted.
    pub metrics: Metrics,
}

/// The middleware; see the module.
///
/// # Errors
/// None: every error becomes an answer.
pub async fn wrap<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let started = Instant::now();
    let (Some(context), Some(limits)) =
        (request.app_data::<Data<Context>>().cloned(), request.app_data::<Data<Limits>>().map(|l| *l.get_ref()))
    else {
        return Err(Error::internal("the middleware is not configured").into());
    };
    let (id, held) = (request_id(&request, &context), Held::of(&mut request));
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, language) = (request.method().clone(), language(request.request()));
    if let Err(error) = admit(&request, &context) {
        let answer = problem_body(&error, &context, language, &id);
        let mut response = request.into_response(answer).map_into_right_body();
        complete(&mut response, &context, &id);
        log(&response, &method, &id, started);
        return Ok(match held {
            Some(held) => held.until(response),
            None => response,
        });
    }

    let body_time = limits.body_time_for(declared_length(request.headers()));
    let call = AssertUnwindSafe(with_write_check(next.call(request))).catch_unwind();
    let outcome = tokio::time::timeout(body_time + limits.request_time, call).await;
    let mut response = match outcome {
        Ok(Ok(Ok(response))) => finish(response, &context, language, &id),
        Ok(Ok(Err(error))) => return Err(Unrouted::new(&own_error(&error), &context, language, id, started).into()),
        Ok(Err(_panic)) => {
            let error = Error::internal("a handler panicked");
            return Err(Unrouted::new(&error, &context, language, id, started).into());
        }
        Err(_elapsed) => return Err(Unrouted::new(&Error::busy(), &context, language, id, started).into()),
    };

    complete(&mut response, &context, &id);
    log(&response, &method, &id, started);
    Ok(match held {
        Some(held) => held.until(response),
        None => response,
    })
}

/// Refuses what no route should see: what comes over a connection that was one too many, an address longer than any of
/// ours, an unsafe request from another site.
fn admit(request: &ServiceRequest, context: &Context) -> Result<(), Error> {
    if request.conn_data::<Refused>().is_some() {
        return Err(Error::refused(StatusCode::TOO_MANY_REQUESTS, "too_many_connections").again_in(15));
    }
    if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > MAX_TARGET) {
        return Err(Error::refused(StatusCode::URI_TOO_LONG, "uri_too_long"));
    }
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    if headers.sum::<usize>() > MAX_HEADERS {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Err(Error::refused(status, "headers_too_large").with("max", MAX_HEADERS));
    }
    cross_site::check(request, &context.own_origin, &context.allowed_origins)
}

/// What every answer has.
fn complete<B>(response: &mut ServiceResponse<B>, context: &Context, id: &str) {
    let is_docs = response.request().path().starts_with("/docs/");
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    secure(response.headers_mut(), is_docs);
    let connections = response.request().app_data::<Data<Connections>>();
    if connections.is_some_and(|connections| connections.are_crowded()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    context.metrics.answered(response.status().as_u16());
}

/// Our own answer as it is; an error, ours or the framework's, as a problem.
fn finish<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    context: &Context,
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
        Some(error) => problem_body(error, context, language, id),
        None => problem_body(&framework_error(status), context, language, id),
    };
    // What the framework said beside the status stays: Allow, Connection.
    let kept: Vec<_> = head.headers_mut().drain().collect();
    let mut last = None;
    for (name, value) in kept {
        last = name.or(last);
        if let Some(name) = &last
            && name != header::CONTENT_TYPE
            && name != header::CONTENT_LENGTH
        {
            answer.headers_mut().append(name.clone(), value);
        }
    }
    ServiceResponse::new(request, answer).map_into_right_body()
}

/// What the framework means by its status.
fn own_error(error: &actix_web::Error) -> Error {
    framework_error(error.as_response_error().status_code())
}

/// A problem whose request is gone: it ran out of time, or its handler panicked. Brings its whole answer.
#[derive(Debug)]
struct Unrouted {
    status: StatusCode,
    body: Vec<u8>,
    id: String,
}

impl Unrouted {
    fn new(error: &Error, context: &Context, language: Language, id: String, started: Instant) -> Self {
        log_error(error, &id);
        let problem = Problem::new(error, &context.catalogue, language, &id);
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        context.metrics.answered(status.as_u16());
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(target: "portal::access", route = "-", status = status.as_u16(), micros, request_id = id, "request");
        Self { status, body: serde_json::to_vec(&problem).unwrap_or_default(), id }
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
        answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        answer.insert_header((REQUEST_ID, self.id.as_str()));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            answer.insert_header((header::RETRY_AFTER, "2"));
        }
        let mut answer = answer.body(self.body.clone());
        secure(answer.headers_mut(), false);
        answer
    }
}

fn framework_error(status: StatusCode) -> Error {
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "media_type",
        StatusCode::REQUEST_TIMEOUT => "too_slow",
        status if status.is_client_error() => "bad_request",
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

fn problem_body(error: &Error, context: &Context, language: Language, id: &str) -> HttpResponse {
    log_error(error, id);
    let problem = Problem::new(error, &context.catalogue, language, id);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    answer.insert_header((header::CONTENT_LANGUAGE, language.catalogue().as_str()));
    if let Error::Refused(refusal) = error {
        if let Some(seconds) = refusal.retry_after {
            // Of those who found us busy, not all come back at once.
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

/// What a client is to do about a 401.
fn challenge(refusal: &Refusal) -> String {
    // RFC 6750, 3.1: an error code only where a token was sent.
    const SENT_NONE: [&str; 5] =
        ["login_required", "wrong_credentials", "wrong_code", "challenge_invalid", "passkey_refused"];
    let seconds = refusal.args.iter().find(|(name, _)| *name == "seconds").map(|(_, value)| value);
    match (refusal.code, seconds) {
        // RFC 7617: programs that know nothing else send an address and an API token.
        ("program_login_required" | "program_refused", _) => "Basic realm=\"directory\", charset=\"UTF-8\"".to_owned(),
        // RFC 9470, 3: how fresh the login must be.
        ("reauth_required", Some(seconds)) => {
            format!("Bearer error=\"insufficient_user_authentication\", max_age=\"{seconds}\"")
        }
        (code, _) if SENT_NONE.contains(&code) => "Bearer".to_owned(),
        _ => "Bearer error=\"invalid_token\"".to_owned(),
    }
}

/// The proxy's id where one of ours sent it, else a new one: what stands in the audit log is nobody's to choose.
fn request_id(request: &ServiceRequest, context: &Context) -> String {
    let is_plain = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let ours = request.peer_addr().is_some_and(|peer| context.proxies.contain(peer.ip().to_canonical()));
    request
        .headers()
        .get(&REQUEST_ID)
        .filter(|_| ours)
        .and_then(|value| value.to_str().ok())
        .filter(is_plain)
        .map_or_else(|| Id::new(context.clock.now(), &context.random).to_string(), str::to_owned)
}

/// The security headers that the answer does not set itself (OWASP Secure Headers Project; ASVS 5.0, 3.4).
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
        (header::CACHE_CONTROL, "no-store"),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

fn log<B>(response: &ServiceResponse<B>, method: &Method, id: &str, started: Instant) {
    let request = response.request();
    let route = request.match_pattern();
    tracing::info!(
        target: "portal::access",
        method = method.as_str(),
        route = route.as_deref().unwrap_or("-"),
        status = response.status().as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        request_id = id,
        "request",
    );
}
