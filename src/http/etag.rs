//! Entity tags (RFC 9110, 8.8.3): a 304 in place of a body that the client has, and no lost updates.
//!
//! A tag is a hash of the representation for this reader, so it discloses no more than the body, and changes whenever
//! the body would. A 304 saves bandwidth, not work; it saves both where the tag is known before the body is made
//! (`fixed`). A write names the tag of the version that it changes (`If-Match`):
//! without one it is refused (428, RFC 6585), with an old one too (412), so no other change is overwritten.
//!
//! A proxy that compresses weakens tags (`W/`); the mark is ignored, since the hash identifies one body.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, CONTENT_TYPE, ETAG, EntityTag, Header as _};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;

use super::AdmissionGate;
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::secrets::{fingerprint_of, hex};

/// Bytes of the hash in a tag: enough that no two bodies share one by chance.
const SHOWN: usize = 16;

/// The tag of these bytes.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> EntityTag {
    EntityTag::new_strong(hex(fingerprint_of(bytes).get(..SHOWN).unwrap_or_default()))
}

/// The tag of a value's JSON.
pub fn of<T: Serialize>(value: &T) -> Result<EntityTag, Error> {
    Ok(of_bytes(&serde_json::to_vec(value).or_internal()?))
}

/// The version of a value, as the hidden field of a form carries it.
pub fn version_of<T: Serialize>(value: &T) -> Result<String, Error> {
    Ok(of(value)?.tag().to_owned())
}

/// Answers with JSON and its tag, or with 304 if the client has it.
pub fn respond<T: Serialize>(request: &HttpRequest, value: &T) -> Result<HttpResponse, Error> {
    let body = serde_json::to_vec(value).or_internal()?;
    Ok(respond_bytes(request, "application/json", body))
}

/// The same for bytes of any media type.
#[must_use]
pub fn respond_bytes(request: &HttpRequest, media_type: &str, body: Vec<u8>) -> HttpResponse {
    respond_tagged(request, of_bytes(&body), media_type, body)
}

/// Answers with JSON and the tag that a change or a decision names, where there is one: it is of what these are about, and
/// not of the body, which may tell more.
#[must_use]
pub fn respond_about<T: Serialize>(tag: Option<&str>, value: &T) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if let Some(tag) = tag {
        answer.insert_header((ETAG, EntityTag::new_strong(tag.to_owned())));
    }
    answer.json(value)
}

/// Answers with a body and the tag of a resource of which the body is one representation.
#[must_use]
pub fn respond_tagged(request: &HttpRequest, tag: EntityTag, media_type: &str, body: Vec<u8>) -> HttpResponse {
    if is_known(request, &tag) {
        return not_modified(&tag);
    }
    HttpResponse::Ok().insert_header((ETAG, tag)).insert_header((CONTENT_TYPE, media_type)).body(body)
}

/// Whether the client has the representation with this tag.
#[must_use]
pub fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match named(request) {
        Some(header::IfNoneMatch::Any) => true,
        Some(header::IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        None => false,
    }
}

/// Whether the client names this tag: `*` names none, and asks whether there is a representation at all.
#[must_use]
pub fn is_named(request: &HttpRequest, tag: &EntityTag) -> bool {
    match named(request) {
        Some(header::IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Some(header::IfNoneMatch::Any) | None => false,
    }
}

/// Whether the client names tags, and not this one.
#[must_use]
pub fn names_another(request: &HttpRequest, tag: &EntityTag) -> bool {
    match named(request) {
        Some(header::IfNoneMatch::Items(tags)) => !tags.is_empty() && !tags.iter().any(|known| known.weak_eq(tag)),
        Some(header::IfNoneMatch::Any) | None => false,
    }
}

/// The tags that a request names, if it names any that can be read.
fn named(request: &HttpRequest) -> Option<header::IfNoneMatch> {
    // Most requests name none, and then nothing is to be parsed.
    request.headers().contains_key(header::IF_NONE_MATCH).then(|| header::IfNoneMatch::parse(request).ok())?
}

/// The 304 for a client that has the representation with this tag.
#[must_use]
pub fn not_modified(tag: &EntityTag) -> HttpResponse {
    HttpResponse::NotModified().insert_header((ETAG, tag.clone())).finish()
}

/// The tag that a write names.
#[derive(Clone)]
pub struct IfMatch(header::IfMatch);

impl IfMatch {
    /// The version that a form of a page carries ([`version_of`]). What is no version matches none.
    #[must_use]
    pub fn of_version(version: &str) -> Self {
        let version = version.trim_matches('"');
        let is_tag = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit());
        let tags = is_tag.then(|| EntityTag::new_strong(version.to_owned()));
        Self(header::IfMatch::Items(tags.into_iter().collect()))
    }

    /// Refuses a write to another version than `current`, which is the one that the writer sees.
    ///
    /// # Errors
    /// 412.
    pub fn check<T: Serialize>(&self, current: &T) -> Result<(), Error> {
        let tag = of(current)?;
        let same = match &self.0 {
            header::IfMatch::Any => true,
            header::IfMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(&tag)),
        };
        if same { Ok(()) } else { Err(Error::changed_meanwhile()) }
    }
}

fn malformed() -> Error {
    Error::refused(StatusCode::BAD_REQUEST, ProblemCode::IfMatchMalformed)
}

fn parse(request: &HttpRequest) -> Result<IfMatch, Error> {
    if !request.headers().contains_key(header::IF_MATCH) {
        return Err(Error::refused(StatusCode::PRECONDITION_REQUIRED, ProblemCode::IfMatchRequired));
    }
    match header::IfMatch::parse(request) {
        // The parser skips what it does not understand.
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
            AdmissionGate::wait(&request).await;
            parse(&request)
        })
    }
}

/// The same where the tag is optional, because the change cannot lose another one.
pub struct MaybeIfMatch(pub Option<IfMatch>);

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
    fn a_form_carries_the_version_that_it_shows() {
        let shown = version_of(&"a").unwrap();
        assert!(IfMatch::of_version(&shown).check(&"a").is_ok());
        assert!(IfMatch::of_version(&shown).check(&"b").is_err());
        for wrong in ["", "*", "\"", "é"] {
            assert!(IfMatch::of_version(wrong).check(&"a").is_err(), "{wrong}");
        }
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
