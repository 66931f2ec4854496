//! `/carddav/` and `/.well-known/carddav`.

use actix_web::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, VARY};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, guard};
use futures_util::TryStreamExt as _;

use super::answer::{self, Failure, Refusal};
use super::filter::{MAX_CONDITIONS, MAX_TEXT};
use super::multistatus::Transmission;
use super::resource::Resource;
use super::{CardDav, request};
use crate::directory::formats::{Card, Format, Version, vcard};
use crate::error::Error;
use crate::http::negotiate::{Offer, choose};
use crate::http::xml::Xml;
use crate::http::{BodyLimit, RequestContext, etag, language};
use crate::identity::guards::BasicAuthClient;

/// Most bytes of a REPORT: room for [`super::MOST`] addresses of cards, since some programs ask for all in one.
const REPORT: BodyLimit = BodyLimit(1_048_576);
/// Most bytes of another request: room for the names of properties.
const BODY: BodyLimit = BodyLimit(16_384);
/// The methods that are served.
const METHODS: &str = "OPTIONS, GET, HEAD, PROPFIND, REPORT";
/// The methods that write.
const WRITES: [&str; 11] =
    ["PUT", "POST", "PATCH", "DELETE", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "ACL"];
/// The media type of multistatus answers and refusals.
const XML: &str = "application/xml; charset=utf-8";

/// The representations of a card.
const CARD: &[Offer<Version>] = &[
    Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: Version::V3 },
    Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: Version::V4 },
];

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    let method = |name: &[u8]| Method::from_bytes(name).unwrap_or(Method::OPTIONS);
    config
        .service(web::resource("/.well-known/carddav").route(web::to(home)))
        .service(web::resource("/carddav").route(web::to(home)))
        .service(
            web::resource("/carddav/{place:.*}")
                .guard(guard::Method(method(b"REPORT")))
                .app_data(REPORT)
                .route(web::to(report)),
        )
        .service(
            web::resource("/carddav/{place:.*}")
                .app_data(BODY)
                .route(web::method(Method::OPTIONS).to(options))
                .route(web::get().to(get))
                .route(web::head().to(get))
                .route(web::method(method(b"PROPFIND")).to(propfind))
                .default_service(web::to(refuse)),
        );
}

/// Where the address book is (RFC 6764, 5).
async fn home() -> HttpResponse {
    HttpResponse::MovedPermanently().insert_header((LOCATION, Resource::Home.href())).finish()
}

/// The methods, which are public.
async fn options() -> HttpResponse {
    described(&mut HttpResponse::Ok()).finish()
}

/// A card: as 3.0 unless `?version=` or `Accept` asks for 4.0.
async fn get(
    reader: BasicAuthClient,
    carddav: web::Data<CardDav>,
    request: HttpRequest,
    caller: RequestContext,
) -> Result<HttpResponse, Error> {
    let resource = Resource::of(request.path()).ok_or_else(Error::not_found)?;
    let Resource::Card(id) = resource else { return Ok(described(&mut HttpResponse::MethodNotAllowed()).finish()) };
    let book = carddav.book(&reader.0).await?;
    let contact = book.contact(id).await?;
    let card = Card::new(&contact, &book.words)?;
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let accepted = || choose(accept, CARD).copied().unwrap_or(Version::V3);
    let version = Version::in_query(request.query_string())?.unwrap_or_else(accepted);
    let body = vcard(&card, version).into_bytes();
    let tag = etag::of_bytes(vcard(&card, Version::V4).as_bytes());
    let mut answer = etag::respond_tagged(&request, tag, Format::VCard(version).media_type(), body);
    answer.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    if answer.status() == StatusCode::OK {
        carddav.record_cards(&reader.0, &caller, 1).await?;
    }
    Ok(answer)
}

/// Properties of a resource, and of those in it.
async fn propfind(
    reader: BasicAuthClient,
    carddav: web::Data<CardDav>,
    request: HttpRequest,
    body: Xml,
) -> Result<HttpResponse, Error> {
    let resource = Resource::of(request.path()).ok_or_else(Error::not_found)?;
    let depth = request.headers().get("depth").and_then(|value| value.to_str().ok());
    let outcome = match request::propfind_of(resource, depth, body.0.as_ref()) {
        Ok((below, props)) => carddav.propfind(&reader.0, resource, below, props).await,
        Err(refusal) => Err(refusal.into()),
    };
    respond(&carddav, &request, outcome)
}

/// Cards by name, by a search, or those that changed.
async fn report(
    reader: BasicAuthClient,
    carddav: web::Data<CardDav>,
    request: HttpRequest,
    caller: RequestContext,
    body: Xml,
) -> Result<HttpResponse, Error> {
    let resource = Resource::of(request.path()).ok_or_else(Error::not_found)?;
    let outcome = match request::report_of(resource, body.0.as_ref()) {
        Ok(report) => carddav.report(&reader.0, &caller, report).await,
        Err(refusal) => Err(refusal.into()),
    };
    respond(&carddav, &request, outcome)
}

/// Any other method.
async fn refuse(_: BasicAuthClient, carddav: web::Data<CardDav>, request: HttpRequest) -> HttpResponse {
    if WRITES.contains(&request.method().as_str()) {
        return refusal(&carddav, &request, &Refusal::ReadOnly);
    }
    described(&mut HttpResponse::MethodNotAllowed()).finish()
}

fn respond(
    carddav: &CardDav,
    request: &HttpRequest,
    outcome: Result<Transmission, Failure>,
) -> Result<HttpResponse, Error> {
    match outcome {
        Ok(answer) => Ok(HttpResponse::MultiStatus()
            .insert_header((CONTENT_TYPE, XML))
            .streaming(answer.into_body().map_ok(Bytes::from))),
        Err(Failure::Refused(reason)) => Ok(refusal(carddav, request, &reason)),
        Err(Failure::Error(error)) => Err(error),
    }
}

/// Adds the methods and the `DAV` classes to an answer.
fn described(answer: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    answer.insert_header((ALLOW, METHODS)).insert_header((HeaderName::from_static("dav"), "1, 3, addressbook"))
}

/// A refusal, as XML with the precondition that failed.
fn refusal(carddav: &CardDav, request: &HttpRequest, reason: &Refusal) -> HttpResponse {
    let (status, key) = match reason {
        Refusal::Malformed => (StatusCode::BAD_REQUEST, "carddav-malformed"),
        Refusal::TooMany => (StatusCode::INSUFFICIENT_STORAGE, "carddav-too-many"),
        Refusal::Properties => (StatusCode::FORBIDDEN, "carddav-properties"),
        Refusal::SyncToken => (StatusCode::FORBIDDEN, "carddav-sync-token"),
        Refusal::FiniteDepth => (StatusCode::FORBIDDEN, "carddav-depth"),
        Refusal::ReadOnly => (StatusCode::FORBIDDEN, "carddav-read-only"),
        Refusal::Filter { .. } => (StatusCode::FORBIDDEN, "carddav-filter"),
        Refusal::Conditions => (StatusCode::FORBIDDEN, "carddav-conditions"),
        Refusal::Collation(_) => (StatusCode::FORBIDDEN, "carddav-collation"),
        Refusal::Report | Refusal::AddressData => (StatusCode::FORBIDDEN, "carddav-unsupported"),
    };
    let args = match reason {
        Refusal::Filter { what, .. } | Refusal::Collation(what) => vec![("what", what.clone())],
        Refusal::Conditions => vec![("max", MAX_CONDITIONS.to_string()), ("length", MAX_TEXT.to_string())],
        _ => Vec::new(),
    };
    let sentence = carddav.catalogue.text(language(request), key, &args);
    described(&mut HttpResponse::build(status))
        .insert_header((CONTENT_TYPE, XML))
        .body(answer::error(reason, &sentence))
}
