//! Query strings and HTML forms. The same key twice is a list; an unknown key is a 400 (a 422 in a form), and so are more
//! keys than any question of ours has.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::Gate;
use super::json::{read_body, shape_fault};
use crate::error::{Error, Fault};

/// Most keys, however often each: all members of the list of members, and some more.
const MAX_KEYS: usize = 250;

/// The query string of a request as a `T`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            Gate::wait(&request).await;
            parse(request.query_string().as_bytes()).map(Self).map_err(|fault| Error::bad_query(vec![fault]))
        })
    }
}

/// The body of an HTML form as a `T`.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = read_body(&request, payload, &["application/x-www-form-urlencoded"]).await?;
            parse(&body).map(Self).map_err(|fault| Error::invalid(vec![fault]))
        })
    }
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Fault> {
    if text.iter().filter(|&&byte| byte == b'&').count() >= MAX_KEYS {
        return Err(Fault::new("", "too_many").with("max", MAX_KEYS));
    }
    let reader = serde_html_form::Deserializer::from_bytes(text);
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let place = error.path().iter().next().map(ToString::to_string).unwrap_or_default();
        let mut fault = shape_fault(&place, &error.into_inner().to_string());
        // A parameter has a name, not a pointer.
        fault.pointer = fault.pointer.rsplit('/').next().unwrap_or_default().to_owned();
        fault
    })
}
