//! `/carddav/` and `/.well-known/carddav`.

use std::sync::Arc;

use actix_web::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderName, LOCATION, VARY};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, guard};
use futures_util::TryStreamExt as _;

use super::cards::{self, Answers, Book, Missing};
use super::request::{self, Props, Refusal, Report};
use super::resource::{self, Place, State};
use super::{MOST, SYNC_PAGE, answer, resource::property};
use crate::app::Portal;
use crate::changes::{self, Token};
use crate::directory::formats::routes::{hand_out, words_in};
use crate::directory::formats::{Card, Handed, Version, sight, vcard};
use crate::error::Error;
use crate::http::negotiate::{Offer, choose};
use crate::http::xml::Xml;
use crate::http::{BodyLimit, Caller, Download, etag, language};
use crate::identity::guards::DirectoryProgram;

/// Most bytes of a REPORT: room for [`MOST`] addresses of cards, since some programs ask for all in one.
const REPORT: BodyLimit = BodyLimit(1_048_576);
/// Most bytes of another request: room for the names of properties.
const BODY: BodyLimit = BodyLimit(16_384);
/// What can be done here.
const METHODS: &str = "OPTIONS, GET, HEAD, PROPFIND, REPORT";
/// What would change something.
const WRITES: [&str; 11] =
    ["PUT", "POST", "PATCH", "DELETE", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "ACL"];
/// What a sync token begins with: it has to be a URI (RFC 6578, 3.2).
const TOKEN: &str = "urn:portal:sync:";

/// What a card can be.
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
    HttpResponse::MovedPermanently().insert_header((LOCATION, Place::Home.href())).finish()
}

/// What can be done here, which is no secret.
async fn options() -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    described(&mut answer).finish()
}

/// A card; 3.0 where `Accept` asks for no other.
async fn get(
    reader: DirectoryProgram,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Error> {
    let place = Place::of(request.path()).ok_or_else(Error::not_found)?;
    let Place::Card(id) = place else {
        let mut answer = HttpResponse::MethodNotAllowed();
        return Ok(described(&mut answer).finish());
    };
    let book = book(&portal, &reader).await?;
    let contacts = book.contacts(vec![id]).await?;
    let card = Card::new(contacts.get(&id).ok_or_else(Error::not_found)?, &book.words)?;
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let version = choose(accept, CARD).copied().unwrap_or(Version::V3);
    let body = vcard(&card, version).into_bytes();
    let tag = etag::of_bytes(vcard(&card, Version::V4).as_bytes());
    let mut answer =
        etag::respond_tagged(&request, tag, crate::directory::formats::Format::VCard(version).media_type(), body);
    answer.headers_mut().insert(VARY, actix_web::http::header::HeaderValue::from_static("accept"));
    if answer.status() == StatusCode::OK {
        count(&portal, &reader, &caller, 1).await?;
    }
    Ok(answer)
}

/// Properties of a place, and of what lies in it.
async fn propfind(
    reader: DirectoryProgram,
    portal: web::Data<Portal>,
    request: HttpRequest,
    body: Xml,
) -> Result<HttpResponse, Error> {
    let place = Place::of(request.path()).ok_or_else(Error::not_found)?;
    let depth = request.headers().get("depth").and_then(|value| value.to_str().ok());
    let below = match (depth, place) {
        (Some("0"), _) | (_, Place::Principal | Place::Card(_)) => false,
        (Some("1"), _) => true,
        _ => return Ok(refusal(&portal, &request, Refusal::FiniteDepth)),
    };
    let is_of_cards = matches!((place, below), (Place::Card(_), _) | (Place::Book, true));
    let props = request::propfind(body.0.as_ref());
    let props = match props.and_then(|props| if is_of_cards { props.of_cards() } else { Ok(props) }) {
        Ok(props) => props,
        Err(reason) => return Ok(refusal(&portal, &request, reason)),
    };
    let book = book(&portal, &reader).await?;
    let state = state(&portal, &reader, &book).await?;
    let (first, ids, missing) = match (place, below) {
        (Place::Home, true) => {
            let places = [Place::Home, Place::Principal, Place::Book];
            (places.iter().map(|&place| described_place(place, &state, &props)).collect(), Vec::new(), Missing::Told)
        }
        (Place::Book, true) => match book.all().await? {
            Some(ids) => (described_place(place, &state, &props), ids, Missing::PassedOver),
            None => return Ok(refusal(&portal, &request, Refusal::TooMany)),
        },
        (Place::Card(id), _) => {
            if book.contacts(vec![id]).await?.is_empty() {
                return Err(Error::not_found());
            }
            (String::new(), vec![id], Missing::PassedOver)
        }
        _ => (described_place(place, &state, &props), Vec::new(), Missing::Told),
    };
    // A card itself is no property that PROPFIND gives (RFC 6352, 10.4).
    let props = props.without_data();
    answered(&portal, book, Answers { first, ids, props, missing, last: String::new() })
}

/// Cards by name, by a search, or those that changed.
async fn report(
    reader: DirectoryProgram,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    body: Xml,
) -> Result<HttpResponse, Error> {
    if Place::of(request.path()).ok_or_else(Error::not_found)? != Place::Book {
        return Ok(refusal(&portal, &request, Refusal::Report));
    }
    let report = match request::report(body.0.as_ref()) {
        Ok(report) => report,
        Err(reason) => return Ok(refusal(&portal, &request, reason)),
    };
    let book = book(&portal, &reader).await?;
    let answers = match report {
        Report::Multiget { props, hrefs } => Ok(named(props, &hrefs)),
        Report::Query { props, filter, limit } => found(&book, props, &filter, limit).await?,
        Report::Sync { props, token, limit } => {
            changed(&portal, &reader, &book, props, token.as_deref(), limit).await?
        }
    };
    let answers = match answers {
        Ok(answers) => answers,
        Err(reason) => return Ok(refusal(&portal, &request, reason)),
    };
    if answers.props.data().is_some() {
        count(&portal, &reader, &caller, answers.ids.len()).await?;
    }
    answered(&portal, book, answers)
}

/// Whatever would change something, or is unknown here.
async fn refuse(_: DirectoryProgram, portal: web::Data<Portal>, request: HttpRequest) -> HttpResponse {
    if WRITES.contains(&request.method().as_str()) {
        return refusal(&portal, &request, Refusal::ReadOnly);
    }
    let mut answer = HttpResponse::MethodNotAllowed();
    described(&mut answer).finish()
}

/// The cards of these addresses; what is no card of ours is not found.
fn named(props: Props, hrefs: &[String]) -> Answers {
    let mut answers = Answers::of(props, Missing::Told);
    for href in hrefs {
        match Place::of(href) {
            Some(Place::Card(id)) => answers.ids.push(id),
            _ => answers.first += &answer::not_found(href),
        }
    }
    answers
}

/// The cards that a search means.
async fn found(
    book: &Book,
    props: Props,
    filter: &super::filter::Filter,
    limit: Option<usize>,
) -> Result<Result<Answers, Refusal>, Error> {
    let Some(all) = book.all().await? else { return Ok(Err(Refusal::TooMany)) };
    let (ids, more) = book.matching(&all, filter, limit.unwrap_or(MOST)).await?;
    let mut answers = Answers { ids, ..Answers::of(props, Missing::PassedOver) };
    if more {
        answers.last = answer::truncated(&Place::Book.href());
    }
    Ok(Ok(answers))
}

/// The cards that changed since the token; all of them without one.
async fn changed(
    portal: &Portal,
    reader: &DirectoryProgram,
    book: &Book,
    props: Props,
    token: Option<&str>,
    limit: Option<u32>,
) -> Result<Result<Answers, Refusal>, Error> {
    let sight = sight(reader);
    let place = match token.map(|token| token.strip_prefix(TOKEN).unwrap_or_default()) {
        None => portal.db.read(changes::beginning).await?,
        Some(token) => match changes::Place::open(&portal.cursors, &sight, token) {
            Token::Good(place) => place,
            Token::Stale | Token::Foreign => return Ok(Err(Refusal::SyncToken)),
        },
    };
    let limit = i64::from(limit.unwrap_or(SYNC_PAGE).min(SYNC_PAGE));
    let (changes, next) = match portal.db.read(move |conn| changes::since(conn, place, limit)).await {
        Err(Error::Refused(refusal)) if refusal.status == StatusCode::GONE => return Ok(Err(Refusal::SyncToken)),
        read => read?,
    };
    let is_full = i64::try_from(changes.len()).unwrap_or(limit) >= limit;
    // At the first reading nobody has what is not there.
    let missing = if place.is_first_reading() { Missing::PassedOver } else { Missing::Told };
    let (ids, newest) = book.changed(changes).await?;
    let next = if is_full { next } else { place.at_end(newest) };
    let mut answers = Answers { ids, ..Answers::of(props, missing) };
    if is_full {
        answers.last = answer::truncated(&Place::Book.href());
    }
    answers.last += &answer::sync_token(&format!("{TOKEN}{}", next.seal(&portal.cursors, &sight)));
    Ok(Ok(answers))
}

async fn book(portal: &Portal, reader: &DirectoryProgram) -> Result<Book, Error> {
    let words = words_in(portal, reader.language).await?;
    Ok(Book { db: portal.db.clone(), viewer: Arc::clone(&reader.0), words })
}

async fn state(portal: &Portal, reader: &DirectoryProgram, book: &Book) -> Result<State, Error> {
    let (sight, place) = (sight(reader), book.present().await?);
    Ok(State {
        name: portal.community.name.clone(),
        reader: reader.name.clone(),
        tag: place.tag(&sight),
        token: format!("{TOKEN}{}", place.seal(&portal.cursors, &sight)),
    })
}

/// Counts cards against the day's quota of their reader.
async fn count(portal: &Portal, reader: &DirectoryProgram, caller: &Caller, cards: usize) -> Result<(), Error> {
    let rows = u32::try_from(cards).unwrap_or(u32::MAX);
    let handed = Handed { format: "carddav", rows, parameters: Vec::new(), is_file: false };
    hand_out(portal, Arc::clone(&reader.0), caller, handed).await
}

/// What a place that is no card answers.
fn described_place(place: Place, state: &State, props: &Props) -> String {
    let known = || resource::known(place, state);
    let (found, missing) = match props {
        Props::All => cards::split(&known(), |name| property(place, state, name)),
        Props::Names => (known().into_iter().map(|name| (name, String::new())).collect(), Vec::new()),
        Props::These { names, .. } => cards::split(names, |name| property(place, state, name)),
    };
    answer::response(&place.href(), &found, &missing)
}

fn answered(portal: &Portal, book: Book, answers: Answers) -> Result<HttpResponse, Error> {
    let download = Download::begin(portal.db.clone())?;
    Ok(HttpResponse::MultiStatus()
        .insert_header((CONTENT_TYPE, "application/xml; charset=utf-8"))
        .streaming(book.stream(answers, download).map_ok(Bytes::from)))
}

/// An answer that says what this is and what can be done here.
fn described(answer: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    answer.insert_header((ALLOW, METHODS)).insert_header((HeaderName::from_static("dav"), "1, 3, addressbook"))
}

/// A refusal with the condition that was not met.
fn refusal(portal: &Portal, request: &HttpRequest, reason: Refusal) -> HttpResponse {
    let (status, key) = match reason {
        Refusal::Malformed => (StatusCode::BAD_REQUEST, "carddav-malformed"),
        Refusal::TooMany => (StatusCode::INSUFFICIENT_STORAGE, "carddav-too-many"),
        Refusal::Properties => (StatusCode::FORBIDDEN, "carddav-properties"),
        Refusal::SyncToken => (StatusCode::FORBIDDEN, "carddav-sync-token"),
        Refusal::FiniteDepth => (StatusCode::FORBIDDEN, "carddav-depth"),
        Refusal::ReadOnly => (StatusCode::FORBIDDEN, "carddav-read-only"),
        Refusal::Report | Refusal::AddressData | Refusal::Filter | Refusal::Collation => {
            (StatusCode::FORBIDDEN, "carddav-unsupported")
        }
    };
    let sentence = portal.catalogue.text(language(request), key, &[]);
    let mut answer = HttpResponse::build(status);
    described(&mut answer)
        .insert_header((CONTENT_TYPE, "application/xml; charset=utf-8"))
        .body(answer::error(reason, &sentence))
}
