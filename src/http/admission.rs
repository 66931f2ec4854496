//! Admission: no body is received and no parameter is parsed before the guard has admitted the request.
//!
//! The framework extracts all parameters of a handler at once. So a guard closes a gate, and every parameter type that
//! costs something, or that may answer with an error, waits at it; the guard opens it once it has decided. If it
//! refuses, its refusal is the answer, and the waiting parameters are not polled again; if the handler accepts a
//! missing guard (`Option`), they go on. The order of a handler's parameters does not matter: the waiting ones look for
//! the gate when they are first polled, and all guards have closed theirs by then. A handler without a guard is public,
//! and nothing waits.

use actix_web::{HttpMessage as _, HttpRequest};
use tokio_util::sync::CancellationToken;

/// The gate of one guard.
#[derive(Clone)]
pub struct AdmissionGate(CancellationToken);

/// The gates of one request.
#[derive(Default)]
struct Gates(Vec<AdmissionGate>);

impl AdmissionGate {
    /// Closes a gate of this request.
    #[must_use]
    pub fn shut(request: &HttpRequest) -> Self {
        let gate = Self(CancellationToken::new());
        let mut extensions = request.extensions_mut();
        let mut gates: Gates = extensions.remove().unwrap_or_default();
        gates.0.push(gate.clone());
        extensions.insert(gates);
        gate
    }

    /// Opens the gate.
    pub fn open(&self) {
        self.0.cancel();
    }

    /// Whether this request has a guard.
    pub(super) fn is_there(request: &HttpRequest) -> bool {
        request.extensions().contains::<Gates>()
    }

    /// Waits until every guard of this request has opened its gate.
    pub(crate) async fn wait(request: &HttpRequest) {
        let gates = request.extensions().get::<Gates>().map(|gates| gates.0.clone()).unwrap_or_default();
        for gate in gates {
            gate.0.cancelled().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::pin::Pin;
    use std::rc::Rc;
    use std::time::Duration;

    use actix_web::FromRequest;
    use actix_web::dev::Payload;
    use actix_web::http::header::CONTENT_TYPE;
    use actix_web::test::TestRequest;
    use actix_web::web::{Bytes, Data};
    use serde::Deserialize;

    use super::*;
    use crate::error::Error;
    use crate::error::ProblemCode;
    use crate::http::xml::Xml;
    use crate::http::{Form, IdempotencyKey, IfMatch, Json, Limits, MaybeIfMatch, MaybeJson, Query};

    /// A guard that decides after a while, and admits if the path says so.
    struct Guard;

    impl FromRequest for Guard {
        type Error = Error;
        type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

        fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
            let (gate, yes) = (AdmissionGate::shut(request), request.path() == "/yes");
            Box::pin(async move {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                gate.open();
                if yes {
                    Ok(Self)
                } else {
                    Err(Error::unauthenticated(ProblemCode::LoginRequired).with("token", "access"))
                }
            })
        }
    }

    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    /// The status of extracting `T` from a faulty request, and whether any of the body was read.
    async fn take<T: FromRequest + 'static>(path: &str, media_type: &str) -> (u16, bool) {
        let limits = Limits { body: 9, upload: 9, body_time: Duration::MAX, request_time: Duration::MAX };
        let request = TestRequest::with_uri(path)
            .insert_header((CONTENT_TYPE, media_type))
            .insert_header(("idempotency-key", "two words"))
            .insert_header(("if-match", "rubbish"))
            .app_data(Data::new(limits))
            .to_http_request();
        let read = Rc::new(Cell::new(false));
        let told = Rc::clone(&read);
        let body = futures_util::stream::poll_fn(move |_| {
            told.set(true);
            std::task::Poll::Ready(Some(Ok(Bytes::from_static(b"not at all what is wanted"))))
        });
        let mut payload: Payload = Payload::Stream { payload: Box::pin(body) };
        let status = match T::from_request(&request, &mut payload).await {
            Ok(_) => 200,
            Err(error) => {
                let error: actix_web::Error = error.into();
                error.as_response_error().status_code().as_u16()
            }
        };
        (status, read.get())
    }

    /// The answers of this parameter type to a faulty request that is refused, and to one that is admitted.
    async fn assert_waits<T: FromRequest + 'static>(media_type: &str, fault: u16, reads: bool) {
        let kind = std::any::type_name::<T>();
        for path in ["/no", "/no?unknown=1"] {
            assert_eq!(take::<(Guard, T)>(path, media_type).await, (401, false), "{kind} after its guard");
            assert_eq!(take::<(T, Guard)>(path, media_type).await, (401, false), "{kind} before its guard");
            assert_eq!(take::<(T, Guard, Guard)>(path, media_type).await, (401, false), "{kind} before two");
        }
        assert_eq!(take::<(T, Guard)>("/yes?unknown=1", media_type).await, (fault, reads), "{kind} of somebody let in");
        assert_eq!(take::<(Option<Guard>, T)>("/no?unknown=1", media_type).await, (fault, reads), "{kind} of anybody");
    }

    #[tokio::test]
    async fn whatever_costs_something_waits_for_the_guard() {
        assert_waits::<Json<Nothing>>("application/json", 413, true).await;
        assert_waits::<Json<Nothing>>("text/plain", 415, false).await;
        assert_waits::<MaybeJson<Nothing>>("application/json", 413, true).await;
        assert_waits::<Form<Nothing>>("application/x-www-form-urlencoded", 413, true).await;
        assert_waits::<Xml>("application/xml", 413, true).await;
        assert_waits::<Query<Nothing>>("text/plain", 400, false).await;
        assert_waits::<IdempotencyKey>("text/plain", 400, false).await;
        assert_waits::<IfMatch>("text/plain", 400, false).await;
        assert_waits::<MaybeIfMatch>("text/plain", 400, false).await;
    }
}
