//! Query strings and HTML forms. A repeated key is a list; an unknown key is a 400 (a 422 in a form), and so are more
//! keys than any query needs.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::AdmissionGate;
use super::json::{read_body, shape_fault};
use crate::error::{Error, FieldCode, FieldError};

/// Most keys, repeated ones included: a filter by all members, and some more.
pub const MAX_KEYS: usize = 250;

/// Most fields of a form as it was sent: those of a section of a questionnaire, and some more.
const MAX_FIELDS: usize = 10_000;

/// The query string of a request as a `T`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            AdmissionGate::wait(&request).await;
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
            let body = form_body(&request, payload).await?;
            form_input(&body).map(Self)
        })
    }
}

/// The body of an HTML form, once every guard has let its sender in.
///
/// # Errors
/// 413 or 415.
pub async fn form_body(request: &HttpRequest, payload: Payload) -> Result<Bytes, Error> {
    read_body(request, payload, &["application/x-www-form-urlencoded"]).await
}

/// The fields of a form as a `T`.
///
/// # Errors
/// 422 with the field at fault.
pub fn form_input<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    parse(body).map_err(|fault| Error::invalid(vec![fault]))
}

/// The fields of a form, as they were sent.
#[must_use]
pub fn form_pairs(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body)
        .take(MAX_FIELDS)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, FieldError> {
    if text.split(|&byte| byte == b'&').nth(MAX_KEYS).is_some() {
        return Err(FieldError::new("", FieldCode::TooMany).with("max", MAX_KEYS));
    }
    let reader = serde_html_form::Deserializer::from_bytes(text);
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let place = error.path().iter().next().map(ToString::to_string).unwrap_or_default();
        let mut fault = shape_fault(&place, &error.into_inner().to_string());
        // Errors name a parameter, not a pointer.
        fault.pointer = fault.pointer.rsplit('/').next().unwrap_or_default().to_owned();
        fault
    })
}
