//! Uploads: bodies that are files. A handler checks rights before it reads a byte, and then reads the whole body within
//! a limit of bytes and time.
//!
//! A file may be larger than other bodies, and then has more time ([`Limits::body_time_for`]), as long as bytes keep
//! arriving ([`Limits::body_time_at`]). A declared length beyond the limit is refused at once.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::time::Instant;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::json::{collect, too_large};
use super::{Limits, declared_length};
use crate::error::{Error, ProblemCode};

/// Most bytes beyond the limit of a form that are received and passed over.
const MOST_PASSED_OVER: usize = 33_554_432;

/// A body that is a file, as the description of the API tells of it.
pub enum File {}

// Written by hand: utoipa would describe bytes as a list of numbers.
impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for File {
    fn name() -> Cow<'static, str> {
        "File".into()
    }
}

/// The unread body of a request.
pub struct Upload {
    payload: Payload,
    media_type: String,
    charset: Option<String>,
    declared: Option<usize>,
    limits: Option<Limits>,
    /// Whether others wait for it.
    is_awaited: bool,
}

impl Upload {
    /// The declared media type, in lower case and without parameters.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The declared encoding of a text (`charset=`), as it is written.
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        self.charset.as_deref()
    }

    /// The bytes to charge before it is read ([`crate::throttle`]): the declared length, or the greatest possible.
    /// [`Upload::read`] refuses a longer body.
    #[must_use]
    pub fn expected(&self, limit: usize) -> usize {
        self.declared.map_or(limit, |declared| declared.min(limit))
    }

    /// The same for [`Upload::read_start`], which receives more than it keeps.
    #[must_use]
    pub fn expected_start(&self, limit: usize) -> usize {
        self.expected(self.most_received(limit))
    }

    /// Whether its declared length goes so far beyond the limit that [`Upload::read_start`] does not read it.
    #[must_use]
    pub fn is_far_beyond(&self, limit: usize) -> bool {
        self.declared.is_some_and(|length| length > self.most_received(limit))
    }

    /// How much is received at most: what goes beyond the limit only where its length is declared, and so charged.
    fn most_received(&self, limit: usize) -> usize {
        if self.declared.is_some() { limit.saturating_add(MOST_PASSED_OVER) } else { limit }
    }

    /// The same body with less time for a sender who holds something that others wait for.
    #[must_use]
    pub fn soon(self) -> Self {
        Self { is_awaited: true, ..self }
    }

    /// Reads it, up to `limit` bytes.
    ///
    /// # Errors
    /// 413 beyond the limit, 408 if it takes too long, 400 if it breaks off.
    pub async fn read(self, limit: usize) -> Result<Bytes, Error> {
        if self.declared.is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        let limits = self.limits.ok_or_else(|| Error::internal("no limits configured"))?;
        collect(self.payload, limit, |received| limits.body_time_at(self.declared, received)).await
    }

    /// Reads it to its end, and keeps the first `limit` bytes; returns how many came. So a browser that sends more than
    /// is accepted reads the answer, which it would not before it has sent everything. A declared length far beyond the
    /// limit is not read: none came.
    ///
    /// # Errors
    /// 413 where more and more comes, 408 if it takes too long, 400 if it breaks off.
    pub async fn read_start(self, limit: usize) -> Result<(Bytes, usize), Error> {
        let mut body = BytesMut::new();
        let received = self.each(limit, |piece| {
            let room = limit.saturating_sub(body.len());
            body.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
        });
        let received = received.await?;
        Ok((body.freeze(), received))
    }

    /// The same piece by piece: what is kept of it is the caller's.
    ///
    /// # Errors
    /// As [`Upload::read_start`].
    pub async fn each(self, limit: usize, mut take: impl FnMut(&[u8])) -> Result<usize, Error> {
        let most = self.most_received(limit);
        let limits = self.limits.ok_or_else(|| Error::internal("no limits configured"))?;
        if self.is_far_beyond(limit) {
            return Ok(0);
        }
        let (mut payload, mut received, started) = (self.payload, 0_usize, Instant::now());
        loop {
            let until = limits.body_time_at(self.declared, received);
            let until = if self.is_awaited { until.min(limits.awaited_time_at(received)) } else { until };
            let left = until.saturating_sub(started.elapsed());
            let next = tokio::time::timeout(left, payload.next()).await;
            let next = next.map_err(|_elapsed| Error::refused(StatusCode::REQUEST_TIMEOUT, ProblemCode::TooSlow))?;
            let Some(chunk) = next else { return Ok(received) };
            let chunk = chunk.map_err(|_broken| Error::refused(StatusCode::BAD_REQUEST, ProblemCode::BrokenBody))?;
            received = received.saturating_add(chunk.len());
            if received > most {
                return Err(too_large(limit));
            }
            take(&chunk);
        }
    }
}

/// The parameter `charset` of a media type (RFC 9110, 8.3.1).
pub(super) fn charset_of(named: &str) -> Option<String> {
    named.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let named = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        ready(Ok(Self {
            payload: payload.take(),
            media_type: named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
            charset: charset_of(named),
            declared: declared_length(request.headers()),
            limits: request.app_data::<Data<Limits>>().map(|limits| *limits.get_ref()),
            is_awaited: false,
        }))
    }
}
