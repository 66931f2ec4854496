//! `/contacts.csv`, `/contacts.xlsx`, `/contacts.vcf`, `/contacts/{id}.vcf`, and the same by `Accept`.

use std::sync::Arc;

use actix_web::guard::GuardContext;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_TYPE, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt as _;

use super::bulk::Handed;
use super::source::{Source, shown};
use super::stream::{self, Streamed};
use super::{Card, Format, Version, Words, jscontact, vcard, xlsx};
use crate::app::Portal;
use crate::audit::Trace;
use crate::db::Id;
use crate::directory::routes::{check_seen, note_seen};
use crate::directory::{Contact, ContactQuery};
use crate::error::{Error, OrInternal as _};
use crate::heavy_work::{Turn, UnderWay};
use crate::http::negotiate::{Offer, choose};
use crate::http::problem::Problem;
use crate::http::{Caller, Download, File, Query, etag, language};
use crate::identity::guards::Member;
use crate::members;
use crate::policy::Principal;

/// What `/contacts` can be: JSON, which is not written here, or a file.
const LIST: &[Offer<Option<Format>>] = &[
    Offer { media_type: "application/json", parameters: &[], value: None },
    Offer { media_type: "text/csv", parameters: &[("header", "present")], value: Some(Format::Csv) },
    Offer {
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        parameters: &[],
        value: Some(Format::Xlsx),
    },
    Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: Some(Format::VCard(Version::V4)) },
    Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: Some(Format::VCard(Version::V3)) },
    Offer { media_type: "application/jscontact+json", parameters: &[], value: Some(Format::JsContact) },
];

/// What `/contacts/{id}` can be.
const ONE: &[Offer<Option<Format>>] = &[
    Offer { media_type: "application/json", parameters: &[], value: None },
    Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: Some(Format::VCard(Version::V4)) },
    Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: Some(Format::VCard(Version::V3)) },
    Offer { media_type: "application/jscontact+json", parameters: &[("type", "card")], value: Some(Format::JsContact) },
];

/// What a file of vCards can be.
const VCARDS: &[Offer<Version>] = &[
    Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: Version::V4 },
    Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: Version::V3 },
];

/// The routes of this feature. They come before `/contacts/{id}`, which would take `{id}.vcf` for an id.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/contacts.csv").route(web::get().to(csv)))
        .service(web::resource("/contacts.xlsx").route(web::get().to(xlsx)))
        .service(web::resource("/contacts.vcf").route(web::get().to(vcf)))
        .service(web::resource("/contacts/{id}.vcf").route(web::get().to(one_vcf)));
}

/// Whether a request for `/contacts` wants something else than JSON, or nothing that there is.
#[must_use]
pub fn wants_another_list(request: &GuardContext<'_>) -> bool {
    wants_another(request, LIST)
}

/// The same for `/contacts/{id}`.
#[must_use]
pub fn wants_another_one(request: &GuardContext<'_>) -> bool {
    wants_another(request, ONE)
}

fn wants_another(request: &GuardContext<'_>, offers: &[Offer<Option<Format>>]) -> bool {
    let accept = request.head().headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    choose(accept, offers) != Some(&None)
}

/// The contacts of the query as comma-separated values, all of them. Counted against the day's quota.
#[utoipa::path(get, path = "/api/v1/contacts.csv", tag = "directory", params(ContactQuery), security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = "default", body = Problem)))]
pub async fn csv(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    export(&portal, &request, &caller, viewer.0, query.0, Format::Csv).await
}

/// The contacts of the query as a spreadsheet, 50,000 at most. Counted against the day's quota.
#[utoipa::path(get, path = "/api/v1/contacts.xlsx", tag = "directory", params(ContactQuery), security(("bearer" = [])),
    responses((status = 200, body = File,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = "default", body = Problem)))]
pub async fn xlsx(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    export(&portal, &request, &caller, viewer.0, query.0, Format::Xlsx).await
}

/// The contacts of the query as vCards, all of them: 4.0, or 3.0 where `Accept` asks for it. Counted against the day's
/// quota.
#[utoipa::path(get, path = "/api/v1/contacts.vcf", tag = "directory", params(ContactQuery), security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/vcard"), (status = "default", body = Problem)))]
pub async fn vcf(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    let format = Format::VCard(vcard_version(&request));
    export(&portal, &request, &caller, viewer.0, query.0, format).await
}

/// One contact as a vCard: 4.0, or 3.0 where `Accept` asks for it.
#[utoipa::path(get, path = "/api/v1/contacts/{id}.vcf", tag = "directory", security(("bearer" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/vcard"), (status = "default", body = Problem)))]
pub async fn one_vcf(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    single(&portal, &request, viewer.0, id.into_inner(), Format::VCard(vcard_version(&request))).await
}

/// `/contacts` in the format of `Accept`.
pub async fn list_as(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    let format = wanted(&request, LIST)?;
    export(&portal, &request, &caller, viewer.0, query.0, format).await
}

/// `/contacts/{id}` in the format of `Accept`.
pub async fn one_as(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let format = wanted(&request, ONE)?;
    single(&portal, &request, viewer.0, id.into_inner(), format).await
}

fn accept(request: &HttpRequest) -> Option<&str> {
    request.headers().get(ACCEPT).and_then(|value| value.to_str().ok())
}

fn wanted(request: &HttpRequest, offers: &'static [Offer<Option<Format>>]) -> Result<Format, Error> {
    let chosen = choose(accept(request), offers).copied().flatten();
    chosen.ok_or_else(|| Error::refused(StatusCode::NOT_ACCEPTABLE, "not_acceptable"))
}

/// The version of a file whose name says vCard: whatever else a browser accepts, it gets one.
fn vcard_version(request: &HttpRequest) -> Version {
    choose(accept(request), VCARDS).copied().unwrap_or(Version::V4)
}

/// How a file is made.
enum Way {
    /// While it is sent.
    Stream(Streamed, UnderWay),
    /// Before it is sent, which is heavy work.
    Sheet(Turn),
}

/// Every contact of the query, counted and written down.
async fn export(
    portal: &Portal,
    request: &HttpRequest,
    caller: &Caller,
    viewer: Arc<Principal>,
    query: ContactQuery,
    format: Format,
) -> Result<HttpResponse, Error> {
    crate::http::csv::refuse_pages(query.limit, query.cursor.as_deref())?;
    let parameters = url::form_urlencoded::parse(request.query_string().as_bytes()).map(|(name, _)| name.into_owned());
    let parameters = crate::text::unique(parameters);
    let search = portal.db.read(crate::directory::routes::prepare(portal, &viewer, query)?).await?;
    let source = Source::new(Download::begin(portal.db.clone())?, search);
    let rows = source.count().await?;
    if format == Format::Xlsx && rows > xlsx::MAX_ROWS {
        return Err(Error::refused(StatusCode::BAD_REQUEST, "too_many_rows").with("max", xlsx::MAX_ROWS));
    }
    let words = words(portal, request, &viewer).await?;
    // Before anything is counted: what is refused was not taken.
    let way = match Streamed::of(format) {
        Some(streamed) => Way::Stream(streamed, portal.heavy_work.stream(viewer.user_id)?),
        None => Way::Sheet(portal.heavy_work.place(viewer.user_id)?.turn().await?),
    };
    let handed = Handed { format: format.suffix(), rows, parameters, is_file: true };
    hand_out(portal, viewer, caller, handed).await?;
    let mut answer = match way {
        Way::Stream(streamed, under_way) => {
            let body = stream::body(source, words, streamed).map_ok(move |piece| {
                let _ = &under_way;
                Bytes::from(piece)
            });
            HttpResponse::Ok().insert_header((CONTENT_TYPE, format.media_type())).streaming(body)
        }
        Way::Sheet(turn) => etag::respond_bytes(request, format.media_type(), xlsx::write(source, words, turn).await?),
    };
    describe(&mut answer, &format!("contacts.{}", format.suffix()));
    Ok(answer)
}

/// Counts and writes down what is handed out.
///
/// # Errors
/// 429 where not so much is left today.
pub async fn hand_out(portal: &Portal, viewer: Arc<Principal>, caller: &Caller, handed: Handed) -> Result<(), Error> {
    if handed.rows == 0 && !handed.is_file {
        return Ok(());
    }
    let (bulk, trace) = (portal.bulk.clone(), Trace::from(caller));
    portal.db.write(move |conn| bulk.hand_out(conn, &viewer, &trace, &handed)).await
}

/// One contact, with its tag.
async fn single(
    portal: &Portal,
    request: &HttpRequest,
    viewer: Arc<Principal>,
    id: Id,
    format: Format,
) -> Result<HttpResponse, Error> {
    check_seen(portal, &viewer)?;
    let (words, reader) = (words(portal, request, &viewer).await?, Arc::clone(&viewer));
    let contacts = portal.db.read(move |conn| shown(conn, &reader, &[id])).await?;
    let contact: &Contact = contacts.first().ok_or_else(Error::not_found)?;
    note_seen(portal, &viewer, 1);
    let card = Card::new(contact, &words)?;
    let body = match format {
        Format::VCard(version) => vcard(&card, version),
        _ => serde_json::to_string(&jscontact::jscontact(&card)).or_internal()?,
    };
    let mut answer = etag::respond_bytes(request, format.media_type(), body.into_bytes());
    describe(&mut answer, &format!("{id}.{}", format.suffix()));
    Ok(answer)
}

/// A file, and what its bytes depend on beside its address.
fn describe(answer: &mut HttpResponse, name: &str) {
    let headers = answer.headers_mut();
    for (header, value) in [
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (VARY, "accept, accept-language".to_owned()),
    ] {
        if let Ok(value) = value.parse() {
            headers.insert(header, value);
        }
    }
}

/// The words in the language that the request asks for, else in the reader's own.
async fn words(portal: &Portal, request: &HttpRequest, viewer: &Principal) -> Result<Words, Error> {
    let asked = request.headers().contains_key(ACCEPT_LANGUAGE);
    let language = if asked { language(request) } else { viewer.language };
    words_in(portal, language).await
}

/// The words in a language.
///
/// # Errors
/// Where the database says no.
pub async fn words_in(portal: &Portal, language: crate::i18n::Language) -> Result<Words, Error> {
    let technologies = portal.db.read(members::technologies).await?;
    Ok(Words::new(&portal.catalogue, language, &technologies))
}
