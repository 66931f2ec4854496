//! The one error of the house, and how it reaches a client: `application/problem+json` (RFC 9457).
//!
//! A [`Refusal`] is something a client can act on: it has a status, a `code` for programs, and a text for people that
//! `locales/` holds in their language under `problem-<code>`. Everything else is [`Error::Internal`]: it remembers where it
//! happened for the log and tells the client nothing but a request id.
//!
//! The body is written by `http::envelope`, which knows the request's language and id. Errors that the framework
//! makes itself (404, 405, a bad path) pass through the same place.

use std::fmt;
use std::panic::Location;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::i18n::Args;

/// What can go wrong.
#[derive(Debug)]
pub enum Error {
    /// The request can't be served, and the client is told why.
    Refused(Box<Refusal>),
    /// Our fault, or the machine's: logged, and answered with an opaque 500.
    Internal(Box<Internal>),
}

/// A refusal that the client can act on.
#[derive(Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable name for programs; also the key of the text.
    pub code: &'static str,
    /// What the text wants to know.
    pub args: Args,
    /// The fields at fault, for 400 and 422.
    pub errors: Vec<Fault>,
    /// Seconds after which a new try makes sense.
    pub retry_after: Option<u32>,
    /// For the log only.
    pub cause: Option<String>,
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: String,
    /// Stable name for programs; the text stands under `fault-<code>`.
    pub code: &'static str,
    /// What the text wants to know.
    pub args: Args,
}

impl Fault {
    /// A fault at `pointer` whose text needs nothing more.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: &'static str) -> Self {
        Self { pointer: pointer.into(), code, args: Vec::new() }
    }

    /// The same with a value for the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// An unexpected failure and where it was noticed.
#[derive(Debug)]
pub struct Internal {
    source: String,
    at: &'static Location<'static>,
}

/// The short form of every fallible function here.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A refusal with this status and code.
    #[must_use]
    pub fn refused(status: StatusCode, code: &'static str) -> Self {
        Self::Refused(Box::new(Refusal {
            status,
            code,
            args: Vec::new(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }))
    }

    /// The code, where this says no to what was asked rather than that something broke.
    #[must_use]
    pub fn refusal(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) if refusal.status.is_client_error() => Some(refusal.code),
            _ => None,
        }
    }

    /// 404. Also for what exists but is not the caller's to see.
    #[must_use]
    pub fn not_found() -> Self {
        Self::refused(StatusCode::NOT_FOUND, "not_found")
    }

    /// 401 with the reason.
    #[must_use]
    pub fn unauthenticated(code: &'static str) -> Self {
        Self::refused(StatusCode::UNAUTHORIZED, code)
    }

    /// 403 with the reason.
    #[must_use]
    pub fn forbidden(code: &'static str) -> Self {
        Self::refused(StatusCode::FORBIDDEN, code)
    }

    /// 409: the thing is not in a state that allows this.
    #[must_use]
    pub fn conflict(code: &'static str) -> Self {
        Self::refused(StatusCode::CONFLICT, code)
    }

    /// 410: what was asked for is not kept any more.
    #[must_use]
    pub fn gone(code: &'static str) -> Self {
        Self::refused(StatusCode::GONE, code)
    }

    /// 410: a one-time secret that is used, expired, replaced or forged; which of them is nobody's business.
    #[must_use]
    pub fn link_spent() -> Self {
        Self::gone("link_spent")
    }

    /// 422 with the fields at fault.
    #[must_use]
    pub fn invalid(errors: Vec<Fault>) -> Self {
        Self::refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid").with_faults(errors)
    }

    /// 400 for a query string.
    #[must_use]
    pub fn bad_query(errors: Vec<Fault>) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, "bad_query").with_faults(errors)
    }

    /// 429: tried too often; again after `wait`.
    #[must_use]
    pub fn too_many(wait: std::time::Duration) -> Self {
        let seconds = u32::try_from(wait.as_micros().div_ceil(1_000_000)).unwrap_or(u32::MAX).max(1);
        Self::refused(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").with("seconds", seconds).again_in(seconds)
    }

    /// 409: the same request is being carried out at this moment; again in a second.
    #[must_use]
    pub fn request_in_progress() -> Self {
        Self::conflict("request_in_progress").again_in(1)
    }

    /// 429: this person has something under way that takes a while; again when it is done.
    #[must_use]
    pub fn work_under_way() -> Self {
        Self::refused(StatusCode::TOO_MANY_REQUESTS, "work_under_way").again_in(2)
    }

    /// 422: the key of a request was used for another.
    #[must_use]
    pub fn key_reused() -> Self {
        Self::refused(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused")
    }

    /// 503: too much to do at this moment.
    #[must_use]
    pub fn busy() -> Self {
        Self::unavailable("busy", None)
    }

    /// 503 because the database can't be reached.
    #[must_use]
    pub fn database_unreachable(cause: impl fmt::Display) -> Self {
        Self::unavailable("database_unreachable", Some(cause.to_string()))
    }

    /// 503 because the place that keeps files can't be reached, or refuses.
    #[must_use]
    pub fn storage_unreachable(cause: impl fmt::Display) -> Self {
        Self::unavailable("storage_unreachable", Some(cause.to_string()))
    }

    fn unavailable(code: &'static str, cause: Option<String>) -> Self {
        let mut error = Self::refused(StatusCode::SERVICE_UNAVAILABLE, code);
        if let Self::Refused(refusal) = &mut error {
            refusal.retry_after = Some(2);
            refusal.cause = cause;
        }
        error
    }

    /// The same with the seconds after which a new try makes sense.
    #[must_use]
    pub fn again_in(mut self, seconds: u32) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.retry_after = Some(seconds);
        }
        self
    }

    /// The same with the fields at fault.
    #[must_use]
    pub fn with_faults(mut self, errors: Vec<Fault>) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.errors = errors;
        }
        self
    }

    /// Adds a value for the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.args.push((name, value.to_string()));
        }
        self
    }

    /// Something that should not happen; remembers the caller.
    #[track_caller]
    #[must_use]
    pub fn internal(source: impl fmt::Display) -> Self {
        Self::Internal(Box::new(Internal { source: source.to_string(), at: Location::caller() }))
    }

    /// The error for whoever sits at a terminal: without the place in the source.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Internal(internal) => internal.source.clone(),
            Self::Refused(_) => self.to_string(),
        }
    }

    /// A failed migration.
    #[track_caller]
    #[must_use]
    pub fn migration(error: &(dyn std::error::Error + Send + Sync)) -> Self {
        Self::internal(format!("a migration failed: {error}"))
    }

    /// Whether this error says that somebody is not who they claim to be.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == StatusCode::UNAUTHORIZED)
    }

    /// Whether this error means that the connection to the database is gone.
    #[must_use]
    pub fn is_connection_loss(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == "database_unreachable")
    }
}

/// What should not fail, failed: remembers where.
pub trait OrInternal<T> {
    /// [`Error::internal`] of the failure, noticed here.
    ///
    /// # Errors
    /// Where `self` is one.
    fn or_internal(self) -> Result<T>;
}

impl<T, E: fmt::Display> OrInternal<T> for std::result::Result<T, E> {
    // A method rather than map_err(Error::internal): a function that is passed on forgets its caller.
    #[track_caller]
    fn or_internal(self) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(Error::internal(error)),
        }
    }
}

impl From<diesel::result::Error> for Error {
    #[track_caller]
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error as Diesel};
        match &error {
            Diesel::NotFound => Self::not_found(),
            Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
            | Diesel::BrokenTransactionManager => Self::database_unreachable(error),
            Diesel::DatabaseError(_, info) if is_loss(info.message()) => Self::database_unreachable(error),
            Diesel::DatabaseError(_, info) if is_crowded(info.message()) => Self::busy(),
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::conflict("already_exists"),
            _ => Self::internal(error),
        }
    }
}

/// Too many want the same at once: the database has undone this unit of work, and it may be tried again.
fn is_crowded(message: &str) -> bool {
    ["database is locked", "deadlock detected", "due to lock timeout", "due to statement timeout"]
        .iter()
        .any(|sign| message.contains(sign))
}

/// libpq names a lost server only in words.
fn is_loss(message: &str) -> bool {
    ["server closed the connection", "terminating connection", "connection not open", "no connection to the server"]
        .iter()
        .any(|sign| message.contains(sign))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => {
                write!(f, "{} {}", refusal.status.as_u16(), refusal.code)?;
                for fault in &refusal.errors {
                    write!(f, " [{} {}]", fault.pointer, fault.code)?;
                }
                refusal.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
            }
            Self::Internal(internal) => write!(f, "{} (at {})", internal.source, internal.at),
        }
    }
}

impl std::error::Error for Error {}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => refusal.status,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The status alone: `http::envelope` writes the body.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Most faults that a client is told of at once.
const MOST_FAULTS: usize = 100;

/// Gathers the faults of a request, so that a client learns of all of them at once, or of the first hundred.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// None so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault.
    pub fn add(&mut self, fault: Fault) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(fault);
        }
    }

    /// The value, or `None` and a fault at `pointer`.
    pub fn take<T>(&mut self, pointer: &str, parsed: std::result::Result<T, Fault>) -> Option<T> {
        parsed.map_err(|fault| self.add(Fault { pointer: pointer.to_owned(), ..fault })).ok()
    }

    /// The same for a field that may be absent.
    pub fn take_optional<T, F>(&mut self, pointer: &str, value: Option<&str>, parse: F) -> Option<T>
    where
        F: FnOnce(&str) -> std::result::Result<T, Fault>,
    {
        value.and_then(|text| self.take(pointer, parse(text)))
    }

    /// 422 where there was a fault.
    ///
    /// # Errors
    /// [`Error::invalid`] with all that was noted.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }

    /// The parsed request, where every field of it was good.
    ///
    /// # Errors
    /// [`Error::invalid`] with all that was noted.
    pub fn finish_with<T>(self, parsed: Option<T>) -> Result<T> {
        self.finish()?;
        parsed.ok_or_else(|| Error::internal("a field was refused without a fault"))
    }
}
