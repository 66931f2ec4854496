//! A prepared answer: bytes that were rendered before, for several readers who may see the same.
//!
//! Unlike what is fixed for everybody (`fixed`) it is valid for a moment only; whoever keeps it says for how long, and
//! judges the rights of each reader before. The bytes are shared, not copied. They are compressed once, for the first
//! client that accepts it; the middleware that compresses other answers skips them then.

use std::sync::OnceLock;

use actix_web::http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, ETAG, EntityTag, HeaderValue, LINK, TryIntoHeaderValue as _, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::pagination::{List, next_link};
use super::{etag, fixed};
use crate::error::{Error, OrInternal as _};

/// Bodies of these sizes are compressed once. Smaller ones would not get much smaller; to compress a larger one takes
/// longer than a thread that serves requests has.
const COMPRESSED: std::ops::RangeInclusive<usize> = 1_024..=131_072;
/// What an answer takes beside its bytes, about.
const BESIDE: usize = 256;

/// A prepared answer.
#[derive(Debug)]
pub struct Prepared {
    body: Bytes,
    gzip: OnceLock<Option<Bytes>>,
    tag: Option<(EntityTag, HeaderValue)>,
    link: Option<HeaderValue>,
}

impl Prepared {
    fn of(body: Vec<u8>) -> Self {
        // Without the room that the serialiser left.
        let body = Bytes::from(body.into_boxed_slice());
        Self { body, gzip: OnceLock::new(), tag: None, link: None }
    }

    /// JSON with the tag of its bytes.
    ///
    /// # Errors
    /// Where the value has no JSON.
    pub fn tagged<T: Serialize>(value: &T) -> Result<Self, Error> {
        let answer = Self::of(serde_json::to_vec(value).or_internal()?);
        let tag = etag::of_bytes(&answer.body);
        let written = tag.clone().try_into_value().or_internal()?;
        Ok(Self { tag: Some((tag, written)), ..answer })
    }

    /// The page of a list, with the `Link` to the next one.
    ///
    /// # Errors
    /// Where a row has no JSON.
    pub fn list<T: Serialize>(request: &HttpRequest, list: &List<T>) -> Result<Self, Error> {
        let link = next_link(request, &list.page).and_then(|link| link.try_into_value().ok());
        Ok(Self { link, ..Self::of(serde_json::to_vec(list).or_internal()?) })
    }

    /// The content of a page, which stands in a frame.
    #[must_use]
    pub fn content(html: String) -> Self {
        Self::of(html.into_bytes())
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// How many bytes of memory it takes, about, compressed copy included.
    #[must_use]
    pub fn size(&self) -> usize {
        BESIDE + self.body.len() + self.body.len() / 3
    }

    /// Whether a request names the tag of another version: the client may have seen a newer one than this.
    #[must_use]
    pub fn is_doubted_by(&self, request: &HttpRequest) -> bool {
        self.tag.as_ref().is_some_and(|(tag, _)| etag::names_another(request, tag))
    }

    /// The answer with JSON; 304 where the client has it.
    #[must_use]
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        if let Some((tag, _)) = self.tag.as_ref().filter(|(tag, _)| etag::is_known(request, tag)) {
            return etag::not_modified(tag);
        }
        let mut answer = HttpResponse::Ok();
        answer.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")));
        if let Some((_, written)) = &self.tag {
            answer.insert_header((ETAG, written.clone()));
        }
        if let Some(link) = &self.link {
            answer.insert_header((LINK, link.clone()));
        }
        let gzip = if fixed::takes_gzip(request) { self.compressed() } else { None };
        if self.body.len() < *COMPRESSED.start() {
            // So that no layer compresses it for each client anew.
            answer.insert_header((CONTENT_ENCODING, HeaderValue::from_static("identity")));
        }
        match gzip {
            Some(gzip) => answer
                .insert_header((CONTENT_ENCODING, HeaderValue::from_static("gzip")))
                .insert_header((VARY, HeaderValue::from_static("accept-encoding")))
                .body(gzip),
            None => answer.body(self.body.clone()),
        }
    }

    fn compressed(&self) -> Option<Bytes> {
        if !COMPRESSED.contains(&self.body.len()) {
            return None;
        }
        self.gzip.get_or_init(|| fixed::gzipped(&self.body).ok().map(Bytes::from)).clone()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_client_that_has_it_gets_nothing_again_and_one_with_another_version_doubts_it() {
        let answer = Prepared::tagged(&"a").unwrap();
        let tag = answer.respond(&TestRequest::default().to_http_request()).headers().get(ETAG).unwrap().clone();
        let named = |tag: &str| TestRequest::default().insert_header((IF_NONE_MATCH, tag)).to_http_request();
        let known = named(tag.to_str().unwrap());
        assert_eq!(answer.respond(&known).status(), StatusCode::NOT_MODIFIED);
        assert!(!answer.is_doubted_by(&known) && answer.is_doubted_by(&named("\"00\"")));
        assert!(!answer.is_doubted_by(&TestRequest::default().to_http_request()));
        assert!(!answer.is_doubted_by(&named("*")));
    }

    #[test]
    fn a_long_body_is_compressed_for_whoever_accepts_that() {
        let (short, long) = (Prepared::tagged(&"a").unwrap(), Prepared::tagged(&"a".repeat(5_000)).unwrap());
        let zipped = TestRequest::default().insert_header((ACCEPT_ENCODING, "gzip")).to_http_request();
        let plain = TestRequest::default().to_http_request();
        let coding = |answer: &Prepared, request| answer.respond(request).headers().get(CONTENT_ENCODING).cloned();
        assert_eq!(coding(&long, &zipped).unwrap(), "gzip");
        assert_eq!(coding(&long, &plain), None);
        assert_eq!(coding(&short, &zipped).unwrap(), "identity", "no layer compresses it");
    }
}
