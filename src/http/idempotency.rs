//! The header `Idempotency-Key`, and answers that are given again. What becomes of a key stands in `crate::idempotency`.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};

use super::Gate;
use crate::db::Id;
use crate::error::Error;
use crate::idempotency::{Answer, Ticket};
use crate::secrets::fingerprint_of;

/// The header that names a key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that is given again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key, in bytes.
const MAX_KEY: usize = 255;

/// What the body of a request that names a key was: the SHA-256 of its bytes, left behind by whoever read it.
struct Body(Vec<u8>);

/// Remembers the body of a request that names a key.
pub(super) fn remember_body(request: &HttpRequest, body: &[u8]) {
    if request.headers().contains_key(KEY) {
        request.extensions_mut().insert(Body(fingerprint_of(body)));
    }
}

/// The API token that a request came with, left behind by its guard.
struct Token(Id);

/// Remembers by which API token a request was let in: what another credential was answered is not given to it, since it may
/// not be for that.
pub fn remember_token(request: &HttpRequest, token: Id) {
    request.extensions_mut().insert(Token(token));
}

/// The key that a request may name. A handler takes it after its guard, and makes a ticket of it once the body is read.
pub struct IdempotencyKey {
    request: HttpRequest,
    key: Option<String>,
}

impl IdempotencyKey {
    /// The ticket of this request of `actor`; none where no key is named.
    #[must_use]
    pub fn ticket(&self, actor: Id) -> Option<Ticket> {
        let key = self.key.as_deref()?;
        let body = self.request.extensions().get::<Body>().map(|body| body.0.clone()).unwrap_or_default();
        let (method, path) = (self.request.method().as_str(), self.request.path());
        let token = self.request.extensions().get::<Token>().map(|token| token.0);
        let mut parts = vec![method.as_bytes(), path.as_bytes(), body.as_slice()];
        // The sessions of a person may all do the same.
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
            Gate::wait(&request).await;
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
    let malformed = || Error::refused(StatusCode::BAD_REQUEST, "idempotency_key_malformed").with("max", MAX_KEY);
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
