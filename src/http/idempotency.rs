//! The header `Idempotency-Key`, and repeated answers. `crate::idempotency` stores the keys.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};

use super::AdmissionGate;
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::idempotency::{Answer, Ticket};
use crate::secrets::fingerprint_of;

/// The header that names a key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of a repeated answer.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key, in bytes.
pub const MAX_KEY: usize = 255;

/// The SHA-256 of the body of a request with a key, left by its extractor.
struct Body(Vec<u8>);

/// Stores the hash of the body of a request with a key.
pub(super) fn remember_body(request: &HttpRequest, body: &[u8]) {
    if request.headers().contains_key(KEY) {
        request.extensions_mut().insert(Body(fingerprint_of(body)));
    }
}

/// The API token of a request, left by its guard.
struct Token(Id);

/// Stores the API token of a request: the answer to one credential is not repeated to another, which may have other
/// rights.
pub fn remember_token(request: &HttpRequest, token: Id) {
    request.extensions_mut().insert(Token(token));
}

/// The optional key of a request. A handler takes it after its guard, and makes a ticket of it once the body is read.
pub struct IdempotencyKey {
    request: HttpRequest,
    key: Option<String>,
}

impl IdempotencyKey {
    /// The ticket of this request of `actor`; none without a key.
    #[must_use]
    pub fn ticket(&self, actor: Id) -> Option<Ticket> {
        let key = self.key.as_deref()?;
        let body = self.request.extensions().get::<Body>().map(|body| body.0.clone()).unwrap_or_default();
        let (method, path) = (self.request.method().as_str(), self.request.path());
        let token = self.request.extensions().get::<Token>().map(|token| token.0);
        let mut parts = vec![method.as_bytes(), path.as_bytes(), body.as_slice()];
        // The sessions of a person have the same rights.
        parts.extend(token.as_ref().map(|token| token.as_bytes().as_slice()));
        Some(Ticket::new(actor, key, &parts))
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            AdmissionGate::wait(&request).await;
            let key = read(request.headers())?;
            Ok(Self { request, key })
        })
    }
}

/// The key: a string of RFC 9651 (`"…"`), or the same without its quotes, which most clients leave out.
fn read(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let mut named = headers.get_all(KEY);
    let Some(value) = named.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| named.next().is_none()).unwrap_or_default();
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let good =
        (1..=MAX_KEY).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_graphic() && !br#""\"#.contains(&b));
    let malformed =
        || Error::refused(StatusCode::BAD_REQUEST, ProblemCode::IdempotencyKeyMalformed).with("max", MAX_KEY);
    if good { Ok(Some(bare.to_owned())) } else { Err(malformed()) }
}

impl From<Answer> for HttpResponse {
    fn from(answer: Answer) -> Self {
        let mut response = Self::build(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK));
        response.insert_header((CONTENT_TYPE, "application/json"));
        if let Some(location) = answer.location {
            response.insert_header((LOCATION, location));
        }
        if answer.replayed {
            response.insert_header((REPLAYED, "true"));
        }
        response.body(answer.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_key_is_a_plain_word_with_or_without_quotes() {
        let key = |value: &str| {
            let request = TestRequest::default().insert_header((KEY, value)).to_http_request();
            read(request.headers()).ok().flatten()
        };
        assert_eq!(key("8e03978e-40d5").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(key("\"8e03978e-40d5\"").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(key(&"k".repeat(MAX_KEY)).map(|key| key.len()), Some(MAX_KEY));
        for bad in ["", "\"\"", "two words", "\"open", "a\"b", "a\\b", "clé", &"k".repeat(MAX_KEY + 1)] {
            assert_eq!(key(bad), None, "{bad}");
        }
        let twice = TestRequest::default().append_header((KEY, "a")).append_header((KEY, "b")).to_http_request();
        assert!(read(twice.headers()).is_err());
        assert_eq!(read(TestRequest::default().to_http_request().headers()).ok(), Some(None));
    }
}
