//! The one error type, and how it reaches a client: `application/problem+json` (RFC 9457).
//!
//! A [`Rejection`] is something a client can act on: it has a status, a [`ProblemCode`] for programs, and a text for
//! people that `locales/` holds in their language under `problem-<code>`. Each field at fault has a [`FieldCode`] and a
//! text of its own. Everything else is [`Error::Internal`]: it remembers where it happened for the log and tells the
//! client nothing but a request id.
//!
//! The body is written by `http::middleware`, which knows the request's language and id. Errors that the framework
//! makes itself (404, 405, a bad path) pass through the same place.

mod advice;
mod code_enum;
mod database;
mod field_code;
mod fields;
mod problem_code;

use std::fmt;
use std::panic::Location;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use advice::one_line;
pub use database::speaks;
pub use field_code::FieldCode;
pub use fields::{FieldError, FieldErrors};
pub use problem_code::ProblemCode;

/// Values for the placeholders of a text.
pub type Args = Vec<(&'static str, String)>;

/// What can go wrong.
#[derive(Debug)]
pub enum Error {
    /// The request can't be served, and the client learns why.
    Refused(Box<Rejection>),
    /// A fault of the portal or the machine: logged, and answered with an opaque 500.
    Internal(Box<Internal>),
}

/// A refusal that the client can act on.
#[derive(Debug)]
pub struct Rejection {
    /// HTTP status.
    pub status: StatusCode,
    /// What went wrong, for programs; also the key of the text.
    pub code: ProblemCode,
    /// What the text wants to know.
    pub args: Args,
    /// The fields at fault, for 400 and 422.
    pub errors: Vec<FieldError>,
    /// Seconds after which a new try makes sense.
    pub retry_after: Option<u32>,
    /// For the log only.
    pub cause: Option<String>,
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
    pub fn refused(status: StatusCode, code: ProblemCode) -> Self {
        Self::Refused(Box::new(Rejection {
            status,
            code,
            args: Vec::new(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }))
    }

    /// The code that a client reads.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Internal(_) => ProblemCode::Internal,
        }
    }

    /// The code, where this says no to what was asked rather than that something broke.
    #[must_use]
    pub fn refusal(&self) -> Option<ProblemCode> {
        match self {
            Self::Refused(refusal) if refusal.status.is_client_error() => Some(refusal.code),
            _ => None,
        }
    }

    /// Whether this is a refusal with one of these codes.
    #[must_use]
    pub fn is_any_of(&self, codes: &[ProblemCode]) -> bool {
        matches!(self, Self::Refused(refusal) if codes.contains(&refusal.code))
    }

    /// Seconds after which a new try makes sense.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::Internal(_) => None,
        }
    }

    /// 404. Also for what exists but is not the caller's to see.
    #[must_use]
    pub fn not_found() -> Self {
        Self::refused(StatusCode::NOT_FOUND, ProblemCode::NotFound)
    }

    /// 401 with the reason.
    #[must_use]
    pub fn unauthenticated(code: ProblemCode) -> Self {
        Self::refused(StatusCode::UNAUTHORIZED, code)
    }

    /// 403 with the reason.
    #[must_use]
    pub fn forbidden(code: ProblemCode) -> Self {
        Self::refused(StatusCode::FORBIDDEN, code)
    }

    /// 409: the thing is not in a state that allows this.
    #[must_use]
    pub fn conflict(code: ProblemCode) -> Self {
        Self::refused(StatusCode::CONFLICT, code)
    }

    /// 412: what was read is another version than the present one.
    #[must_use]
    pub fn changed_meanwhile() -> Self {
        Self::refused(StatusCode::PRECONDITION_FAILED, ProblemCode::ChangedMeanwhile)
    }

    /// 410: the requested thing is not kept any more.
    #[must_use]
    pub fn gone(code: ProblemCode) -> Self {
        Self::refused(StatusCode::GONE, code)
    }

    /// 410: a one-time secret that is used, expired, replaced or forged; the answer does not say which.
    #[must_use]
    pub fn link_spent() -> Self {
        Self::gone(ProblemCode::LinkSpent)
    }

    /// 422 with the fields at fault.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self::refused(StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::Invalid).with_faults(errors)
    }

    /// 400 with the reason.
    #[must_use]
    pub fn bad_request(code: ProblemCode) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, code)
    }

    /// 400 for a query string.
    #[must_use]
    pub fn bad_query(errors: Vec<FieldError>) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, ProblemCode::BadQuery).with_faults(errors)
    }

    /// 429: tried too often; again after `wait`.
    #[must_use]
    pub fn too_many(wait: std::time::Duration) -> Self {
        let seconds = u32::try_from(wait.as_micros().div_ceil(1_000_000)).unwrap_or(u32::MAX).max(1);
        Self::refused(StatusCode::TOO_MANY_REQUESTS, ProblemCode::TooManyAttempts)
            .with("seconds", seconds)
            .again_in(seconds)
    }

    /// 409: the same request is being carried out at this moment; again in a second.
    #[must_use]
    pub fn request_in_progress() -> Self {
        Self::conflict(ProblemCode::RequestInProgress).again_in(1)
    }

    /// 429: this person has something under way that takes a while; again when it is done.
    #[must_use]
    pub fn work_under_way() -> Self {
        Self::refused(StatusCode::TOO_MANY_REQUESTS, ProblemCode::WorkUnderWay).again_in(2)
    }

    /// 422: the key of a request was used for another.
    #[must_use]
    pub fn key_reused() -> Self {
        Self::refused(StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::IdempotencyKeyReused)
    }

    /// 503: too much to do at this moment.
    #[must_use]
    pub fn busy() -> Self {
        Self::unavailable(ProblemCode::Busy, None)
    }

    /// 503 because the database can't be reached.
    #[must_use]
    pub fn database_unreachable(cause: impl fmt::Display) -> Self {
        Self::unavailable(ProblemCode::DatabaseUnreachable, Some(cause.to_string()))
    }

    /// 503 because the portal has not finished its start.
    #[must_use]
    pub fn starting() -> Self {
        Self::unavailable(ProblemCode::Starting, None)
    }

    /// 503 because the portal is about to end.
    #[must_use]
    pub fn draining() -> Self {
        Self::unavailable(ProblemCode::Draining, None)
    }

    /// 503 because the place that keeps files can't be reached, or refuses.
    #[must_use]
    pub fn storage_unreachable(cause: impl fmt::Display) -> Self {
        Self::unavailable(ProblemCode::StorageUnreachable, Some(cause.to_string()))
    }

    /// 503 while the portal is under maintenance; `wait` seconds are worth waiting.
    #[must_use]
    pub fn under_maintenance(wait: u32) -> Self {
        Self::unavailable(ProblemCode::Maintenance, None).again_in(wait)
    }

    /// 503 because a disk has less room than is kept in reserve.
    #[must_use]
    pub fn space_low(cause: impl fmt::Display) -> Self {
        Self::unavailable(ProblemCode::SpaceLow, Some(cause.to_string())).again_in(60)
    }

    /// 503 because the machine's clock differs too much from the database's.
    #[must_use]
    pub fn clock_wrong(cause: impl fmt::Display) -> Self {
        Self::unavailable(ProblemCode::ClockWrong, Some(cause.to_string()))
    }

    /// 503 because no connection to the database was made, with the reason where its words tell one.
    #[must_use]
    pub fn no_connection(cause: impl fmt::Display) -> Self {
        let cause = cause.to_string();
        let code = database::of_words(&cause).unwrap_or(ProblemCode::DatabaseUnreachable);
        Self::of_database(code, cause)
    }

    /// 503 because of a condition of the database that somebody has to end.
    #[must_use]
    pub fn of_database(code: ProblemCode, cause: impl fmt::Display) -> Self {
        Self::unavailable(code, Some(cause.to_string()))
    }

    fn unavailable(code: ProblemCode, cause: Option<String>) -> Self {
        let mut error = Self::refused(StatusCode::SERVICE_UNAVAILABLE, code);
        if let Self::Refused(refusal) = &mut error {
            refusal.retry_after = Some(database::retry_after(code));
            refusal.cause = cause;
        }
        error
    }

    /// Adds the seconds after which a new attempt makes sense.
    #[must_use]
    pub fn again_in(mut self, seconds: u32) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.retry_after = Some(seconds);
        }
        self
    }

    /// Adds the fields at fault.
    #[must_use]
    pub fn with_faults(mut self, errors: Vec<FieldError>) -> Self {
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

    /// The error for a person at a terminal: without status or place in the source, and with what to do where that is known.
    #[must_use]
    pub fn operator_message(&self) -> String {
        match self {
            Self::Internal(internal) => internal.source.clone(),
            Self::Refused(refusal) => {
                let next = self.way_in().map(|next| format!("; {next}")).unwrap_or_default();
                format!("{refusal}{next}")
            }
        }
    }

    /// Whether this error says that the caller's identity is not proven.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == StatusCode::UNAUTHORIZED)
    }

    /// Whether this error means that the connection to the database is gone.
    #[must_use]
    pub fn is_connection_loss(&self) -> bool {
        self.code() == ProblemCode::DatabaseUnreachable
    }

    /// The reason why the database keeps nothing that is written, if this error has one.
    #[must_use]
    pub fn keeps_nothing(&self) -> Option<ProblemCode> {
        use ProblemCode::{DatabaseFailing, DatabaseFull, DatabaseReadOnly};
        self.is_any_of(&[DatabaseFailing, DatabaseFull, DatabaseReadOnly]).then(|| self.code())
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => {
                write!(f, "{} {refusal}", refusal.status.as_u16())
            }
            Self::Internal(internal) => write!(f, "{} (at {})", one_line(&internal.source), internal.at),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for fault in &self.errors {
            write!(f, " [{} {}]", fault.pointer, fault.code)?;
        }
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {}", one_line(cause)))
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

    /// The status alone: `http::middleware` writes the body.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
