//! Nothing of a request is read for a stranger: no body is received, and nothing is taken apart, before the guard has let
//! somebody in.
//!
//! The framework takes a request apart all at once. So a guard shuts a gate, and every parameter type that costs something, or
//! that finds a fault, waits at it; the guard opens it once it knows its answer. Where that is a refusal, it is the answer
//! to the request, and what waits is not asked again; where a handler can do without somebody (`Option`), it goes on. The
//! order of a handler's parameters is of no importance: what waits looks for the gate when it is first polled, and all
//! guards have shut theirs by then. A handler that has no guard is public, and nothing waits.

use actix_web::{HttpMessage as _, HttpRequest};
use tokio_util::sync::CancellationToken;

/// The gate of one guard.
#[derive(Clone)]
pub struct Gate(CancellationToken);

/// The gates of one request.
#[derive(Default)]
struct Gates(Vec<Gate>);

impl Gate {
    /// Shuts a gate of this request.
    #[must_use]
    pub fn shut(request: &HttpRequest) -> Self {
        let gate = Self(CancellationToken::new());
        let mut extensions = request.extensions_mut();
        let mut gates: Gates = extensions.remove().unwrap_or_default();
        gates.0.push(gate.clone());
        extensions.insert(gates);
        gate
    }

    /// Lets through what waits.
    pub fn open(&self) {
        self.0.cancel();
    }

    /// Whether this request has a guard.
    pub(super) fn is_there(request: &HttpRequest) -> bool {
        request.extensions().contains::<Gates>()
    }

    /// Waits until every guard of this request has opened its gate.
    pub(super) async fn wait(request: &HttpRequest) {
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
    use crate::http::xml::Xml;
    use crate::http::{Form, IdempotencyKey, IfMatch, Json, Limits, MaybeIfMatch, MaybeJson, Query};

    /// A guard that thinks it over, and says yes where the path does.
    struct Guard;

    impl FromRequest for Guard {
        type Error = Error;
        type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

        fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
            let (gate, yes) = (Gate::shut(request), request.path() == "/yes");
            Box::pin(async move {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                gate.open();
                if yes { Ok(Self) } else { Err(Error::unauthenticated("login_required")) }
            })
        }
    }

    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    /// The status that taking `T` out of a faulty request gives, and whether anybody read of its body.
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

    /// What this parameter type answers to a faulty request of somebody who may not make it, and of somebody who may.
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
