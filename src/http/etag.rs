//! Entity tags (RFC 9110, 8.8.3): what a client has need not be sent again, and nobody overwrites what another changed.
//!
//! A tag is a hash of the representation as this reader may see it, so it tells nobody more than the body does, and it
//! changes whenever the body would. Reading costs the same; the line is spared. A write names the tag that it was made
//! from (`If-Match`): without one it is refused (428, RFC 6585), with an old one too (412), and nothing is lost.
//!
//! A proxy that compresses weakens tags (`W/`); that mark is overlooked, since a hash of content can't mean two bodies.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, CONTENT_TYPE, ETAG, EntityTag, Header as _};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;

use super::Gate;
use crate::error::{Error, OrInternal as _};
use crate::secrets::{fingerprint_of, hex};

/// Bytes of a hash that a tag shows: enough that no two bodies share one by chance.
const SHOWN: usize = 16;

/// The tag of these bytes.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> EntityTag {
    EntityTag::new_strong(hex(fingerprint_of(bytes).get(..SHOWN).unwrap_or_default()))
}

/// The tag of what is sent as JSON.
///
/// # Errors
/// None that is expected.
pub fn of<T: Serialize>(value: &T) -> Result<EntityTag, Error> {
    Ok(of_bytes(&serde_json::to_vec(value).or_internal()?))
}

/// Answers with JSON and its tag, or with 304 where the client has it already.
///
/// # Errors
/// None that is expected.
pub fn respond<T: Serialize>(request: &HttpRequest, value: &T) -> Result<HttpResponse, Error> {
    let body = serde_json::to_vec(value).or_internal()?;
    Ok(respond_bytes(request, "application/json", body))
}

/// The same with bytes of any media type.
#[must_use]
pub fn respond_bytes(request: &HttpRequest, media_type: &str, body: Vec<u8>) -> HttpResponse {
    respond_tagged(request, of_bytes(&body), media_type, body)
}

/// The same with a tag that is not the body's: that of a thing which the body is one notation of.
#[must_use]
pub fn respond_tagged(request: &HttpRequest, tag: EntityTag, media_type: &str, body: Vec<u8>) -> HttpResponse {
    if is_known(request, &tag) {
        return not_modified(&tag);
    }
    HttpResponse::Ok().insert_header((ETAG, tag)).insert_header((CONTENT_TYPE, media_type)).body(body)
}

/// Whether the client has what is under this tag.
#[must_use]
pub fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match header::IfNoneMatch::parse(request) {
        Ok(header::IfNoneMatch::Any) => true,
        Ok(header::IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// The answer to whoever has what is under this tag.
#[must_use]
pub fn not_modified(tag: &EntityTag) -> HttpResponse {
    HttpResponse::NotModified().insert_header((ETAG, tag.clone())).finish()
}

/// What a write was made from.
#[derive(Clone)]
pub struct IfMatch(header::IfMatch);

impl IfMatch {
    /// Refuses a write that was made from something else than `current`, which is as the writer may see it.
    ///
    /// # Errors
    /// 412.
    pub fn check<T: Serialize>(&self, current: &T) -> Result<(), Error> {
        let tag = of(current)?;
        let same = match &self.0 {
            header::IfMatch::Any => true,
            header::IfMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(&tag)),
        };
        if same { Ok(()) } else { Err(Error::refused(StatusCode::PRECONDITION_FAILED, "changed_meanwhile")) }
    }
}

fn malformed() -> Error {
    Error::refused(StatusCode::BAD_REQUEST, "if_match_malformed")
}

fn parse(request: &HttpRequest) -> Result<IfMatch, Error> {
    if !request.headers().contains_key(header::IF_MATCH) {
        return Err(Error::refused(StatusCode::PRECONDITION_REQUIRED, "if_match_required"));
    }
    match header::IfMatch::parse(request) {
        // The parser passes over what it does not understand.
        Ok(header::IfMatch::Items(tags)) if tags.is_empty() => Err(malformed()),
        parsed => parsed.map(IfMatch).map_err(|_malformed| malformed()),
    }
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            Gate::wait(&request).await;
            parse(&request)
        })
    }
}

/// The same where a write may do without it: what it changes can't lose what another wrote.
pub struct MaybeIfMatch(Option<IfMatch>);

impl MaybeIfMatch {
    /// As [`IfMatch::check`], where the client named a tag.
    ///
    /// # Errors
    /// 412.
    pub fn check<T: Serialize>(&self, current: &T) -> Result<(), Error> {
        self.0.as_ref().map_or(Ok(()), |wanted| wanted.check(current))
    }
}

impl FromRequest for MaybeIfMatch {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(header::IF_MATCH) {
            return Box::pin(async { Ok(Self(None)) });
        }
        let named = IfMatch::from_request(request, payload);
        Box::pin(async move { named.await.map(|wanted| Self(Some(wanted))) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let first = respond(&TestRequest::default().to_http_request(), &"a").unwrap();
        let tag = first.headers().get(ETAG).unwrap().clone();
        let again = TestRequest::default().insert_header((header::IF_NONE_MATCH, tag)).to_http_request();
        assert_eq!(respond(&again, &"a").unwrap().status(), StatusCode::NOT_MODIFIED);
        assert_eq!(respond(&again, &"b").unwrap().status(), StatusCode::OK);
    }

    #[test]
    fn a_write_names_what_it_was_made_from() {
        let tag = of(&"a").unwrap();
        let status = |request: TestRequest, current: &str| {
            let outcome = parse(&request.to_http_request()).and_then(|wanted| wanted.check(&current));
            outcome.map_err(|error| actix_web::ResponseError::status_code(&error).as_u16())
        };
        assert_eq!(status(TestRequest::default(), "a"), Err(428));
        assert_eq!(status(TestRequest::default().insert_header((header::IF_MATCH, "rubbish")), "a"), Err(400));
        let named = || TestRequest::default().insert_header((header::IF_MATCH, tag.to_string()));
        assert_eq!(status(named(), "a"), Ok(()));
        assert_eq!(status(named(), "b"), Err(412));
        assert_eq!(status(TestRequest::default().insert_header((header::IF_MATCH, format!("W/{tag}"))), "a"), Ok(()));
        assert_eq!(status(TestRequest::default().insert_header((header::IF_MATCH, "*")), "b"), Ok(()));
    }
}
