//! Fixed bodies: the same for many clients, rendered and compressed once.
//!
//! They need no login, so an answer must cost next to nothing: the bytes are shared, and a client that has them gets
//! 304. The middleware that compresses other answers (`Compress`) skips these.

use std::io::Write as _;

use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, EntityTag, HeaderValue, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::etag;
use crate::error::{Error, OrInternal as _};

/// A body, with and without compression.
#[derive(Clone)]
pub struct Fixed {
    media_type: HeaderValue,
    tag: EntityTag,
    plain: Bytes,
    gzip: Bytes,
}

impl Fixed {
    /// A body under the tag of its bytes. Compression takes a while, so not on a thread that serves requests.
    pub fn new(media_type: &str, body: Vec<u8>) -> Result<Self, Error> {
        let tag = etag::of_bytes(&body);
        Self::tagged(media_type, tag, body)
    }

    /// The same under the tag of its source.
    pub fn tagged(media_type: &str, tag: EntityTag, body: Vec<u8>) -> Result<Self, Error> {
        let media_type = HeaderValue::from_str(media_type).or_internal()?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&body).or_internal()?;
        let gzip = Bytes::from(encoder.finish().or_internal()?);
        Ok(Self { media_type, tag, plain: Bytes::from(body), gzip })
    }

    /// The answer to a request.
    #[must_use]
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        if etag::is_known(request, &self.tag) {
            return etag::not_modified(&self.tag);
        }
        let mut answer = HttpResponse::Ok();
        answer
            .insert_header((ETAG, self.tag.clone()))
            .insert_header((VARY, "accept-encoding"))
            .insert_header((CONTENT_TYPE, self.media_type.clone()));
        if takes_gzip(request) {
            answer.insert_header((CONTENT_ENCODING, "gzip")).body(self.gzip.clone())
        } else {
            // No other encoding is offered, since this avoids compression for each request.
            answer.insert_header((CONTENT_ENCODING, "identity")).body(self.plain.clone())
        }
    }
}

/// Whether a client accepts gzip.
fn takes_gzip(request: &HttpRequest) -> bool {
    let named = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    named.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        ["gzip", "x-gzip", "*"].iter().any(|known| name.trim().eq_ignore_ascii_case(known)) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn it_is_compressed_for_whoever_reads_that() {
        let fixed = Fixed::new("text/plain", vec![b'a'; 10_000]).unwrap();
        for (accepted, zipped) in [
            ("", false),
            ("gzip, br", true),
            ("br;q=1, gzip;q=0.5", true),
            ("GZIP", true),
            ("deflate", false),
            ("gzip;q=0.0", false),
            ("*", true),
            ("br", false),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT_ENCODING, accepted)).to_http_request();
            let answer = fixed.respond(&request);
            let coding = answer.headers().get(CONTENT_ENCODING).expect("one, so that nobody compresses it again");
            assert_eq!(coding == "gzip", zipped, "{accepted}");
        }
        assert!(fixed.gzip.len() < 200 && fixed.plain.len() == 10_000);
    }
}
