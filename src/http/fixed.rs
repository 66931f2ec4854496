//! Fixed bodies: the same for many clients, rendered and compressed once.
//!
//! They need no login, so an answer must cost next to nothing: the bytes are shared, and a client that has them gets
//! 304. The middleware that compresses other answers (`Compress`) skips these. What is made from something that never
//! changes has a mark, which is known before the body is made ([`respond_marked`]): a client that names it costs no
//! work.

use std::io::Write as _;

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, EntityTag, HeaderValue,
    VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::etag;
use crate::error::{Error, OrInternal as _};

/// What a body takes beside its bytes, about.
const BESIDE: usize = 512;

/// A body, with and without compression.
#[derive(Clone)]
pub struct Fixed {
    media_type: HeaderValue,
    disposition: Option<HeaderValue>,
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
        let gzip = Bytes::from(gzipped(&body)?);
        Ok(Self { media_type, disposition: None, tag, plain: Bytes::from(body), gzip })
    }

    /// The same under the mark of its source: hexadecimal digits ([`etag::version_of`]).
    pub fn marked(media_type: &str, mark: &str, body: Vec<u8>) -> Result<Self, Error> {
        Self::tagged(media_type, EntityTag::new_strong(mark.to_owned()), body)
    }

    /// The same as a file that is stored under this name, which is plain ASCII.
    pub fn as_file(self, name: &str) -> Result<Self, Error> {
        let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).or_internal()?;
        Ok(Self { disposition: Some(disposition), ..self })
    }

    /// How many bytes of memory it takes, about.
    #[must_use]
    pub fn size(&self) -> u64 {
        u64::try_from(BESIDE + self.plain.len() + self.gzip.len()).unwrap_or(u64::MAX)
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
        if let Some(disposition) = &self.disposition {
            answer.insert_header((CONTENT_DISPOSITION, disposition.clone()));
        }
        if takes_gzip(request) {
            answer.insert_header((CONTENT_ENCODING, "gzip")).body(self.gzip.clone())
        } else {
            // No other encoding is offered, since this avoids compression for each request.
            answer.insert_header((CONTENT_ENCODING, "identity")).body(self.plain.clone())
        }
    }
}

/// Who may keep an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Everybody on its way, for a day. Not for ever: the next version of the portal may write it in other words.
    Everybody,
    /// The reader's browser, which asks each time whether the reader still sees it.
    Reader,
    /// Nobody; a program may compare tags by itself.
    Nobody,
}

impl Keeping {
    const fn header(self) -> Option<&'static str> {
        match self {
            Self::Everybody => Some("public, max-age=86400"),
            Self::Reader => Some("private, no-cache"),
            Self::Nobody => None,
        }
    }
}

/// The answer with a body that may have a mark: 304 where the client names the mark, and nothing is made for it. The
/// rights of the reader are judged before.
///
/// # Errors
/// Those of `make`.
pub async fn respond_marked(
    request: &HttpRequest,
    (mark, keeping): (Option<&str>, Keeping),
    make: impl Future<Output = Result<Fixed, Error>>,
) -> Result<HttpResponse, Error> {
    let tag = mark.map(|mark| EntityTag::new_strong(mark.to_owned()));
    let mut answer = match tag.filter(|tag| etag::is_named(request, tag)) {
        Some(tag) => etag::not_modified(&tag),
        None => make.await?.respond(request),
    };
    if let Some(kept) = keeping.header() {
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(kept));
        answer.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
    }
    Ok(answer)
}

/// These bytes, compressed.
pub(super) fn gzipped(body: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).or_internal()?;
    encoder.finish().or_internal()
}

/// Whether a client accepts gzip.
pub(super) fn takes_gzip(request: &HttpRequest) -> bool {
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
    use actix_web::http::StatusCode;
    use actix_web::http::header::IF_NONE_MATCH;
    use actix_web::test::TestRequest;

    #[tokio::test]
    async fn whoever_names_the_mark_causes_no_work() {
        let asked = |known: &str| TestRequest::default().insert_header((IF_NONE_MATCH, known)).to_http_request();
        let make = async || Fixed::marked("text/plain", "0a1b", b"made".to_vec())?.as_file("a.txt");
        let never = async || Err(Error::internal("made in vain"));
        let known = respond_marked(&asked("W/\"0a1b\""), (Some("0a1b"), Keeping::Reader), never()).await.unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(known.headers().get(CACHE_CONTROL).unwrap(), "private, no-cache");
        let other = respond_marked(&asked("\"0a1c\""), (Some("0a1b"), Keeping::Nobody), make()).await.unwrap();
        assert_eq!((other.status(), other.headers().get(CACHE_CONTROL)), (StatusCode::OK, None));
        assert_eq!(other.headers().get(CONTENT_DISPOSITION).unwrap(), "attachment; filename=\"a.txt\"");
        assert!(respond_marked(&asked("*"), (Some("0a1b"), Keeping::Nobody), never()).await.is_err(), "is there one?");
        let any = respond_marked(&asked("*"), (Some("0a1b"), Keeping::Nobody), make()).await.unwrap();
        assert_eq!(any.status(), StatusCode::NOT_MODIFIED);
    }

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
