//! JSON bodies, read whole within a bound of bytes and time, and refused with a pointer to what is wrong.
//!
//! 415 for another media type, 413 past the bound, 400 for what is not JSON at all, 422 for JSON of another shape: a
//! missing or unknown field, a wrong type. Nesting and the number of values are counted before anything is allocated
//! for them, since `{}` may become a hundred times its two bytes.

use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::{AdmissionGate, BodyLimit, Limits, declared_length, idempotency};
use crate::error::{Error, FieldCode, FieldError, ProblemCode};
use crate::text;
use crate::time::NO_INSTANT;

/// Deepest nesting of arrays and objects.
const MAX_DEPTH: usize = 32;
/// Most values: an audience of fifty parts with two hundred members each has ten thousand.
const MAX_VALUES: usize = 20_000;
/// Most bytes of a body on a public route, unless the route has its own limit.
const ANYBODYS: usize = 16_384;

/// The body of a request as a `T`.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { read(&request, payload).await.map(Self) })
    }
}

/// Reads a body after admission.
async fn read<T: DeserializeOwned>(request: &HttpRequest, payload: Payload) -> Result<T, Error> {
    let body = read_body(request, payload, &["application/json"]).await?;
    idempotency::remember_body(request, &body);
    parse(&body)
}

/// The body of a request as a `T`, or the default without a body.
pub struct MaybeJson<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for MaybeJson<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let unread = Unread { request: request.clone(), payload: payload.take(), of: PhantomData };
        Box::pin(async move { unread.read_or_default().await.map(Self) })
    }
}

/// The unread body of a request that is to be a `T`: for a handler whose guard cannot decide alone, since the right
/// depends on the addressed object. The handler checks that first, and then reads the body; so a refused client learns
/// nothing about it, and it is not received.
pub struct Unread<T> {
    request: HttpRequest,
    payload: Payload,
    of: PhantomData<T>,
}

impl<T: DeserializeOwned> Unread<T> {
    /// Reads it.
    ///
    /// # Errors
    /// As [`Json`].
    pub async fn read(self) -> Result<T, Error> {
        read(&self.request, self.payload).await
    }
}

impl<T: DeserializeOwned> Unread<Vec<T>> {
    /// Reads a list; all other bodies of the API are objects.
    ///
    /// # Errors
    /// As [`Json`].
    pub async fn read_list(self) -> Result<Vec<T>, Error> {
        let body = read_body(&self.request, self.payload, &["application/json"]).await?;
        idempotency::remember_body(&self.request, &body);
        parse_as(&body, b'[')
    }
}

impl<T: DeserializeOwned + Default> Unread<T> {
    /// Reads it; the default without a body.
    ///
    /// # Errors
    /// As [`Json`].
    pub async fn read_or_default(self) -> Result<T, Error> {
        let body = read_body(&self.request, self.payload, &["application/json", ""]).await?;
        // Some clients name a media type in every request, also where they send nothing.
        if body.is_empty() {
            return Ok(T::default());
        }
        if !self.request.headers().contains_key(CONTENT_TYPE) {
            return Err(media_type("application/json"));
        }
        idempotency::remember_body(&self.request, &body);
        parse(&body)
    }
}

impl<T: 'static> FromRequest for Unread<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take(), of: PhantomData }))
    }
}

/// Distinguishes null from absent, for a field of `#[serde(default, deserialize_with = "…")]`: absent keeps, null
/// removes.
///
/// # Errors
/// If the value has another shape.
pub fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    <Option<T> as serde::Deserialize>::deserialize(deserializer).map(Some)
}

/// Reads a body of one of these media types after admission; an empty name among them accepts a body without a media
/// type.
pub(super) async fn read_body(
    request: &HttpRequest,
    payload: Payload,
    media_types: &'static [&'static str],
) -> Result<Bytes, Error> {
    AdmissionGate::wait(request).await;
    let named = request.headers().get(CONTENT_TYPE).map_or(Some(""), |value| value.to_str().ok());
    let named = named.and_then(|value| value.split(';').next());
    if !named.is_some_and(|named| media_types.iter().any(|known| named.trim().eq_ignore_ascii_case(known))) {
        return Err(media_type(media_types.first().copied().unwrap_or_default()));
    }
    let limits = request.app_data::<Data<Limits>>().map(|limits| *limits.get_ref());
    let limits = limits.ok_or_else(|| Error::internal("no limits configured"))?;
    let usual = if AdmissionGate::is_there(request) { limits.body } else { limits.body.min(ANYBODYS) };
    let limit = request.app_data::<BodyLimit>().map_or(usual, |own| own.0);
    if declared_length(request.headers()).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    collect(payload, limit, |received| limits.form_time_at(received)).await
}

/// 415.
fn media_type(wanted: &str) -> Error {
    Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::MediaType).with("wanted", wanted)
}

/// 413.
pub(super) fn too_large(limit: usize) -> Error {
    Error::refused(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge).with("limit", limit)
}

/// Reads a whole body, up to `limit` bytes. `time` gives, for the bytes received, the time within which more must
/// arrive.
pub(super) async fn collect(
    mut payload: Payload,
    limit: usize,
    time: impl Fn(usize) -> Duration,
) -> Result<Bytes, Error> {
    let (started, mut body) = (Instant::now(), BytesMut::new());
    loop {
        let left = time(body.len()).saturating_sub(started.elapsed());
        let next = tokio::time::timeout(left, payload.next()).await;
        let next = next.map_err(|_elapsed| Error::refused(StatusCode::REQUEST_TIMEOUT, ProblemCode::TooSlow))?;
        let Some(chunk) = next else { return Ok(body.freeze()) };
        let chunk = chunk.map_err(|_broken| Error::refused(StatusCode::BAD_REQUEST, ProblemCode::BrokenBody))?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
}

/// Parses the bytes of a body, or of a file with JSON.
///
/// # Errors
/// 400 for what is not JSON, or nested too deep, or has too many values; 422 with a pointer for JSON of another shape.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    parse_as(body, b'{')
}

/// Parses a body that begins with this bracket: serde accepts an array for a struct.
fn parse_as<T: DeserializeOwned>(body: &[u8], bracket: u8) -> Result<T, Error> {
    let is_meant = body.iter().find(|byte| !byte.is_ascii_whitespace()).is_none_or(|&byte| byte == bracket);
    if !is_meant && is_json(body) {
        return Err(Error::invalid(vec![FieldError::new("", FieldCode::WrongType)]));
    }
    let Shape { depth, values } = shape(body);
    if depth > MAX_DEPTH {
        return Err(Error::refused(StatusCode::BAD_REQUEST, ProblemCode::TooDeep).with("max", MAX_DEPTH));
    }
    if values > MAX_VALUES {
        return Err(Error::refused(StatusCode::BAD_REQUEST, ProblemCode::TooManyValues).with("max", MAX_VALUES));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = pointer(error.path());
        let inner = error.into_inner();
        // serde_json calls it bad syntax if it finds another value than the expected one.
        if inner.is_data() || is_json(body) {
            Error::invalid(vec![shape_fault(&place, &inner.to_string())])
        } else {
            malformed(&inner)
        }
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// Whether it is JSON, of any shape. `serde_json` skips strings that it does not need, even if they are not UTF-8.
fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

/// A lower bound of the nesting depth of a body, and an upper bound of the number of its values.
struct Shape {
    depth: usize,
    values: usize,
}

fn shape(body: &[u8]) -> Shape {
    let (mut depth, mut deepest, mut values, mut in_string, mut escaped) = (0_usize, 0, 1, false, false);
    for &byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                values += 1;
                deepest = deepest.max(depth);
            }
            b',' if !in_string => values += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Shape { depth: deepest, values }
}

fn malformed(error: &serde_json::Error) -> Error {
    Error::refused(StatusCode::BAD_REQUEST, ProblemCode::MalformedJson)
        .with("line", error.line())
        .with("column", error.column())
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } | Segment::Enum { variant: key } => {
            format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
        }
        Segment::Unknown => pointer,
    })
}

/// Turns serde's message about a shape into a code. Only this message names a missing field.
pub(super) fn shape_fault(place: &str, sentence: &str) -> FieldError {
    let named = sentence.split('`').nth(1).unwrap_or_default();
    if sentence.starts_with("missing field") {
        FieldError::new(format!("{place}/{named}"), FieldCode::Missing)
    } else if sentence.starts_with("unknown field") {
        let place = if place.ends_with(&format!("/{named}")) { place.to_owned() } else { format!("{place}/{named}") };
        FieldError::new(place, FieldCode::UnknownField)
    } else if sentence.starts_with("duplicate field") {
        let place = if place.ends_with(&format!("/{named}")) { place.to_owned() } else { format!("{place}/{named}") };
        FieldError::new(place, FieldCode::Duplicate)
    } else if sentence.starts_with("unknown variant") {
        // serde writes the value and the expected ones into one sentence, each in grave accents.
        let known = sentence.split('`').skip(3).step_by(2);
        FieldError { pointer: place.to_owned(), ..text::unknown_value(named, known) }
    } else if sentence.starts_with(NO_INSTANT) {
        FieldError::new(place, FieldCode::BadInstant)
    } else {
        FieldError::new(place, FieldCode::WrongType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use serde::Deserialize;

    #[derive(Deserialize, Debug)]
    enum Word {
        Known,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[serde(default)]
        #[expect(dead_code, reason = "only its type matters")]
        word: Option<Word>,
        #[expect(dead_code, reason = "only its presence matters")]
        name: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only its type matters")]
        list: Vec<u8>,
        #[serde(default)]
        #[expect(dead_code, reason = "only its type matters")]
        at: Option<Timestamp>,
    }

    fn fault(body: &str) -> (String, &'static str) {
        match parse::<Sample>(body.as_bytes()).unwrap_err() {
            Error::Refused(refusal) => refusal
                .errors
                .first()
                .map_or((String::new(), refusal.code.as_str()), |fault| (fault.pointer.clone(), fault.code.as_str())),
            Error::Internal(_) => panic!("internal"),
        }
    }

    #[test]
    fn brackets_in_texts_do_not_nest() {
        let Shape { depth, values } = shape(br#"{"a": "[[,[[\"[[", "b": [[]]}"#);
        assert_eq!((depth, values), (3, 5));
        let many = format!("{{\"name\":\"a\",\"list\":[{}0]}}", "0,".repeat(MAX_VALUES));
        assert_eq!(fault(&many), (String::new(), "too_many_values"));
        assert_eq!(fault(&"[".repeat(40)), (String::new(), "too_deep"));
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        assert_eq!(fault("{"), (String::new(), "malformed_json"));
        assert_eq!(fault("{\"name\":\"a\"} x"), (String::new(), "malformed_json"));
        assert_eq!(fault("{}"), ("/name".to_owned(), "missing"));
        assert_eq!(fault("{\"name\":1}"), ("/name".to_owned(), "wrong_type"));
        assert_eq!(fault("{\"name\":\"a\",\"list\":[1,\"x\"]}"), ("/list/1".to_owned(), "wrong_type"));
        assert_eq!(fault("{\"name\":\"a\",\"more\":1}"), ("/more".to_owned(), "unknown_field"));
        assert_eq!(fault("{\"name\":\"a\",\"name\":\"b\"}"), ("/name".to_owned(), "duplicate"));
        assert_eq!(fault("{\"name\":\"a\",\"word\":1}"), ("/word".to_owned(), "wrong_type"));
        assert_eq!(fault("{\"name\":\"a\",\"word\":\"x\"}"), ("/word".to_owned(), "unknown_value"));
        assert_eq!(fault("{\"name\":\"a\",\"word\":\"Known\",\"more\":1}"), ("/more".to_owned(), "unknown_field"));
        assert_eq!(fault("[\"a\"]"), (String::new(), "wrong_type"));
        assert_eq!(fault("{\"name\":\"a\",\"at\":\"2027-01-11T09:00:00\"}"), ("/at".to_owned(), "bad_instant"));
    }

    #[test]
    fn a_word_that_is_the_key_of_a_map_has_its_place_in_the_pointer() {
        use crate::i18n::Language;
        type Samples = std::collections::BTreeMap<Language, Sample>;
        for (body, place) in [
            (r#"{"en":{"name":"a","more":1}}"#, "/en/more"),
            (r#"{"fr":{"name":1}}"#, "/fr/name"),
            (r#"{"fr":{}}"#, "/fr/name"),
        ] {
            let Error::Refused(refusal) = parse::<Samples>(body.as_bytes()).unwrap_err() else { panic!("internal") };
            assert_eq!(refusal.errors[0].pointer, place, "{body}");
        }
    }

    #[test]
    fn a_word_that_is_none_is_told_which_there_are() {
        let fault =
            shape_fault("/sort", "unknown variant `x`, expected one of `name`, `-updated_at`, `member` at line 1");
        assert_eq!(fault.args[1], ("allowed", "name, -updated_at, member".to_owned()));
        let fault = shape_fault("/format", "unknown variant `x`, expected `text` or `json`");
        assert_eq!(fault.args, [("value", "x".to_owned()), ("allowed", "text, json".to_owned())]);
    }
}
