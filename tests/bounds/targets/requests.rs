//! Parts of requests: bodies in JSON, forms, cursors, headers.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{HeaderValue, IF_NONE_MATCH};
use actix_web::test::TestRequest;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::{StreamExt as _, stream};
use portal::announcements::Audience;
use portal::config::{self, Sources};
use portal::http::negotiate::{Offer, choose};
use portal::http::pagination::CursorKey;
use portal::http::{BodyLimit, Form, Json, KeptBody, LARGEST_FORM, Limits, PageRequest, etag};
use portal::i18n::Language;
use portal::registrations::Register;
use portal::secrets::{Mac, MasterKey, TokenKey};
use serde::Deserialize;

use super::{Shape, Target, between, nested, numbered, run_of, text};

/// Largest body of JSON, that of an announcement; of a form; of a header.
const JSON: usize = 524_288;
const FORM: usize = 65_536;
const HEADER: usize = 65_536;

static MASTER: LazyLock<MasterKey> = LazyLock::new(|| {
    let key = format!("identity.master_key={}", "07".repeat(32));
    let settings = config::load(&Sources { overrides: vec![key], ..Sources::default() }).unwrap();
    MasterKey::existing(&settings.identity).unwrap()
});
static MAC: LazyLock<Mac> = LazyLock::new(|| MASTER.mac("bounds").unwrap());
static TOKENS: LazyLock<TokenKey> = LazyLock::new(|| MASTER.tokens("bounds").unwrap());

/// A key like those that sign tokens.
pub(super) fn mac() -> Mac {
    MAC.clone()
}

/// A key like the one that seals the places of lists.
pub(super) fn tokens() -> TokenKey {
    TOKENS.clone()
}

/// A form with a list in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape matters")]
struct Choice {
    token: String,
    #[serde(default)]
    topic: Vec<String>,
}

pub fn targets() -> Vec<Target> {
    let json = |name, run, shapes| Target { name, most: JSON, run, shapes, pieces: JSON_PIECES };
    let other = |name, most, run, shapes, pieces| Target { name, most, run, shapes, pieces };
    vec![
        json("json_audience", |bytes| parsed::<Json<Audience>>("application/json", bytes), trees()),
        json("json_application", |bytes| parsed::<Json<Register>>("application/json", bytes), trees()),
        other(
            "forms",
            FORM,
            |bytes| parsed::<Form<Choice>>("application/x-www-form-urlencoded", bytes),
            forms(),
            FORM_PIECES,
        ),
        other("kept_forms", LARGEST_FORM, keep_form, forms(), FORM_PIECES),
        other("cursors", HEADER, open_cursor, cursors(), &["A", "=", "-", "_", ".", "%", "\u{e9}", "WyJ", "XQ"]),
        other(
            "headers",
            HEADER,
            negotiate,
            headers(),
            &[",", ";", "q=", "0.5", "en", "-", "*", "/", "text/csv", "a=b", "\"", "W/", " "],
        ),
    ]
}

fn request() -> TestRequest {
    let limits =
        Limits { body: JSON, upload: JSON, body_time: Duration::from_mins(1), request_time: Duration::from_mins(1) };
    TestRequest::default()
        .app_data(Data::new(limits))
        .app_data(BodyLimit(JSON))
        .app_data(Data::new(CursorKey(tokens())))
}

fn parsed<T: FromRequest>(media_type: &'static str, bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let request = request().insert_header(("content-type", media_type)).set_payload(bytes.to_vec());
    let (request, mut payload): (HttpRequest, Payload) = request.to_http_parts();
    drop(black_box(runtime.block_on(T::from_request(&request, &mut payload))));
}

/// Keeps a form of a known sender that comes in pieces of one byte.
fn keep_form(bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let whole = Bytes::copy_from_slice(bytes);
    let pieces = (0..whole.len()).map(move |at| Ok::<_, PayloadError>(whole.slice(at..=at)));
    let mut request = request().to_srv_request();
    request.set_payload(Payload::Stream { payload: Box::pin(stream::iter(pieces)) });
    let kept = KeptBody::of(&mut request);
    KeptBody::keep(request.request());
    let (request, mut payload) = request.into_parts();
    runtime.block_on(async {
        while let Some(piece) = payload.next().await {
            drop(black_box(piece));
        }
        drop(black_box(kept.whole(&request, LARGEST_FORM).await));
    });
}

fn open_cursor(bytes: &[u8]) {
    drop(black_box(PageRequest::of(&request().to_http_request(), None, Some(&text(bytes)))));
}

fn negotiate(bytes: &[u8]) {
    const OFFERS: &[Offer<u8>] = &[
        Offer { media_type: "application/json", parameters: &[], value: 1 },
        Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: 2 },
        Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: 3 },
    ];
    let text = &text(bytes);
    black_box((Language::negotiate(text), choose(Some(text), OFFERS)));
    if let Ok(value) = HeaderValue::from_bytes(bytes) {
        let request = TestRequest::default().insert_header((IF_NONE_MATCH, value)).to_http_request();
        drop(black_box(etag::respond_bytes(&request, "text/plain", Vec::new())));
    }
}

const JSON_PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\\",
    "\\u0041",
    "\"a\":",
    "\"all\":[",
    "\"languages\":[",
    "\"en\",",
    "1",
    "e9",
    "-",
    "null",
    " ",
    "\u{e9}",
];
const FORM_PIECES: &[&str] = &["a", "=", "&", "%", "%41", "+", "topic=x&", "token=y&", "\u{e9}", "[", "]"];

fn trees() -> Vec<Shape> {
    vec![
        nested("arrays", "[", "]"),
        run_of("arrays_open", "["),
        run_of("objects_open", "{\"a\":"),
        between("arrays_in_object", "{\"a\":", "[", ""),
        between("arrays_in_arrays", "{\"languages\":[", "[],", "[]]}"),
        between("texts", "{\"languages\":[", "\"\",", "\"\"]}"),
        between("codes", "{\"languages\":[", "\"en\",", "\"en\"]}"),
        between("members", "{\"members\":[", "\"SN\",", "\"SN\"]}"),
        between("numbers", "{\"languages\":[", "0,", "0]}"),
        between("digits", "{\"languages\":", "9", "}"),
        between("text_long", "{\"name\":\"", "a", "\"}"),
        between("text_escaped", "{\"name\":\"", "\\u0041", "\"}"),
        between("text_open", "{\"name\":\"", "\\\\", ""),
        between("unknown_long", "{\"", "a", "\":1}"),
        between("unknown_list", "{\"x\":[", "0,", "0]}"),
        between("unknown_backticks", "{\"", "`", "\":1}"),
        between("value_backticks", "{\"role\":\"", "`", "\"}"),
        numbered("fields", "{", |number| format!("\"a{number}\":1,"), "\"b\":1}"),
        between("fields_same", "{", "\"name\":1,", "\"name\":1}"),
        between("slashes", "{\"", "~/", "\":1}"),
        run_of("spaces", " "),
        between("spaces_in", "{", " ", "}"),
        run_of("quotation_marks", "\""),
    ]
}

fn forms() -> Vec<Shape> {
    vec![
        run_of("ampersands", "&"),
        run_of("equals", "="),
        between("values", "token=a", "&topic=b", ""),
        numbered("fields", "token=a", |number| format!("&a{number}=b"), ""),
        between("escaped", "token=", "%41", ""),
        between("escaped_wrong", "token=", "%", ""),
        between("not_text", "token=", "%ff", ""),
        between("name_long", "", "a", "=b"),
        between("plus", "token=", "+", ""),
        run_of("tokens", "token=a&"),
    ]
}

fn cursors() -> Vec<Shape> {
    vec![run_of("letters", "A"), run_of("signs", "="), run_of("words", "WyJhIl0"), run_of("beyond_ascii", "\u{e9}")]
}

fn headers() -> Vec<Shape> {
    vec![
        run_of("commas", ","),
        run_of("semicolons", ";"),
        run_of("languages", "fr,"),
        run_of("weights", "fr;q=0.1,"),
        between("weights_of_one", "fr", ";q=x", ""),
        between("digits", "fr;q=0.", "9", ""),
        run_of("ranges", "*/*,"),
        between("parameters", "text/vcard", ";version=4.0", ""),
        run_of("parameters_of_ranges", "text/vcard;a=b,"),
        run_of("tags", "\"a\","),
        run_of("tags_weak", "W/\"\","),
        run_of("quotation_marks", "\""),
    ]
}
