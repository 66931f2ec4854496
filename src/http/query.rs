//! Query strings and HTML forms. The same key twice is a list; an unknown key is a 400 (a 422 in a form).

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::Gate;
use super::json::{read_body, shape_fault};
use crate::error::{Error, Fault};

/// The query string of a request as a `T`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = parse(request.query_string().as_bytes()).map(Self).map_err(|fault| Error::bad_query(vec![fault]));
        Box::pin(Gate::pass(Gate::of(request), parsed))
    }
}

/// The body of an HTML form as a `T`.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read_body(request, payload, &["application/x-www-form-urlencoded"]);
        Box::pin(async move { parse(&body.await?).map(Self).map_err(|fault| Error::invalid(vec![fault])) })
    }
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Fault> {
    let reader = serde_html_form::Deserializer::from_bytes(text);
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let place = error.path().iter().next().map(ToString::to_string).unwrap_or_default();
        let mut fault = shape_fault(&place, &error.into_inner().to_string());
        // A parameter has a name, not a pointer.
        fault.pointer = fault.pointer.rsplit('/').next().unwrap_or_default().to_owned();
        fault
    })
}
