//! Bodies that are files: a handler decides who may send one before it reads a byte, and then reads it whole within a
//! bound of bytes and time.
//!
//! A file may be larger than other bodies, and has more time then ([`Limits::body_time_for`]), as long as it goes on arriving
//! ([`Limits::body_time_at`]). One whose declared length is past the bound is refused at once.

use std::borrow::Cow;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::json::{collect, too_large};
use super::{Limits, declared_length};
use crate::error::Error;

/// A body that is a file, as the description of the API tells of it.
pub enum File {}

// Written out: of bytes, utoipa would say that they are a list of numbers.
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

/// The body of a request, which nobody has read yet.
pub struct Upload {
    payload: Payload,
    media_type: String,
    declared: Option<usize>,
    limits: Option<Limits>,
}

impl Upload {
    /// The media type that the client says it is, in lower case and without parameters.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// How many bytes of it to reckon with before it is read: those that the client declares, or the most that it may be. So
    /// many are charged ([`crate::throttle`]); a longer one is refused by [`Upload::read`] anyway.
    #[must_use]
    pub fn expected(&self, limit: usize) -> usize {
        self.declared.map_or(limit, |declared| declared.min(limit))
    }

    /// Reads it, up to `limit` bytes.
    ///
    /// # Errors
    /// 413 past the bound, 408 where it takes too long, 400 where it breaks off.
    pub async fn read(self, limit: usize) -> Result<Bytes, Error> {
        if self.declared.is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        let limits = self.limits.ok_or_else(|| Error::internal("no limits configured"))?;
        collect(self.payload, limit, |received| limits.body_time_at(self.declared, received)).await
    }
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let named = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        ready(Ok(Self {
            payload: payload.take(),
            media_type: named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
            declared: declared_length(request.headers()),
            limits: request.app_data::<Data<Limits>>().map(|limits| *limits.get_ref()),
        }))
    }
}
