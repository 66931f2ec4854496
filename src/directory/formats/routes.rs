//! `/contacts.csv`, `/contacts.xlsx`, `/contacts.vcf`, `/contacts/{id}.vcf`, and the same by `Accept`.
//!
//! A link cannot say what it accepts: `version` in the query takes precedence over `Accept`.

use actix_web::guard::GuardContext;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt as _;

use super::{ExportFile, ExportRequest, Format, VERSION_PARAMETER, Version, refuse_version};
use crate::audit::Trace;
use crate::db::Id;
use crate::directory::{ContactQuery, Directory};
use crate::error::{Error, ProblemCode};
use crate::http::negotiate::{Offer, choose};
use crate::http::operations::operations;
use crate::http::{File, Operations, Query, RequestContext, etag, language_for, xlsx};
use crate::identity::guards::ActiveContact;
use crate::text;

/// The representations of `/contacts`: JSON, which is not written here, or a file.
const LIST: &[Offer<Option<Format>>] = &[
    Offer { media_type: "application/json", parameters: &[], value: None },
    Offer { media_type: "text/csv", parameters: &[("header", "present")], value: Some(Format::Csv) },
    Offer { media_type: xlsx::MEDIA_TYPE, parameters: &[], value: Some(Format::Xlsx) },
    Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: Some(Format::VCard(Version::V4)) },
    Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: Some(Format::VCard(Version::V3)) },
    Offer { media_type: "application/jscontact+json", parameters: &[], value: Some(Format::JsContact) },
];

/// The representations of `/contacts/{id}`.
const ONE: &[Offer<Option<Format>>] = &[
    Offer { media_type: "application/json", parameters: &[], value: None },
    Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: Some(Format::VCard(Version::V4)) },
    Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: Some(Format::VCard(Version::V3)) },
    Offer { media_type: "application/jscontact+json", parameters: &[("type", "card")], value: Some(Format::JsContact) },
];

/// The representations of a file of vCards.
const VCARDS: &[Offer<Version>] = &[
    Offer { media_type: "text/vcard", parameters: &[("version", "4.0")], value: Version::V4 },
    Offer { media_type: "text/vcard", parameters: &[("version", "3.0")], value: Version::V3 },
];

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![csv, xlsx, vcf, one_vcf]
}

/// Whether a request for `/contacts` wants another representation than JSON, or none that exists.
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

/// The contacts of the query as comma-separated values, all of them. Counted against the day's quota. Heads are in the language of
/// `Accept-Language`, or the reader's own; between the cells stands what spreadsheet programs in that language split at (a
/// semicolon in French, Spanish, Russian and Portuguese, a comma otherwise), or what `separator` asks for.
#[utoipa::path(get, path = "/api/v1/contacts.csv", tag = "directory", params(ContactQuery),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn csv(
    viewer: ActiveContact,
    directory: web::Data<Directory>,
    request: HttpRequest,
    caller: RequestContext,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    export(&directory, &request, &caller, viewer, query.0, Format::Csv).await
}

/// The contacts of the query as a spreadsheet, 50,000 at most. Counted against the day's quota.
#[utoipa::path(get, path = "/api/v1/contacts.xlsx", tag = "directory", params(ContactQuery),
    responses((status = 200, body = File, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn xlsx(
    viewer: ActiveContact,
    directory: web::Data<Directory>,
    request: HttpRequest,
    caller: RequestContext,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    export(&directory, &request, &caller, viewer, query.0, Format::Xlsx).await
}

/// The contacts of the query as vCards, all of them: 4.0, or 3.0 where `version` or `Accept` asks for it. Counted against
/// the day's quota.
#[utoipa::path(get, path = "/api/v1/contacts.vcf", tag = "directory",
    params(ContactQuery, ("version" = Option<String>, Query, description = "Version of the vCards: `4.0` or `3.0`.")),
    responses((status = 200, body = String, content_type = "text/vcard")))]
pub async fn vcf(
    viewer: ActiveContact,
    directory: web::Data<Directory>,
    request: HttpRequest,
    caller: RequestContext,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    let format = Format::VCard(vcard_version(&request)?);
    export(&directory, &request, &caller, viewer, query.0, format).await
}

/// One contact as a vCard: 4.0, or 3.0 where `version` or `Accept` asks for it.
#[utoipa::path(get, path = "/api/v1/contacts/{id}.vcf", tag = "directory",
    params(("id" = String, Path), ("version" = Option<String>, Query, description = "Version of the vCard: `4.0` or `3.0`.")),
    responses((status = 200, body = String, content_type = "text/vcard")))]
pub async fn one_vcf(
    viewer: ActiveContact,
    directory: web::Data<Directory>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let format = Format::VCard(vcard_version(&request)?);
    single(&directory, &request, viewer, *id, format).await
}

/// `/contacts` in the format of `Accept`.
pub async fn list_as(
    viewer: ActiveContact,
    directory: web::Data<Directory>,
    request: HttpRequest,
    caller: RequestContext,
    query: Query<ContactQuery>,
) -> Result<HttpResponse, Error> {
    let format = wanted(&request, LIST)?;
    export(&directory, &request, &caller, viewer, query.0, format).await
}

/// `/contacts/{id}` in the format of `Accept`.
pub async fn one_as(
    viewer: ActiveContact,
    directory: web::Data<Directory>,
    request: HttpRequest,
    id: web::Path<Id>,
) -> Result<HttpResponse, Error> {
    let format = wanted(&request, ONE)?;
    single(&directory, &request, viewer, *id, format).await
}

fn accept(request: &HttpRequest) -> Option<&str> {
    request.headers().get(ACCEPT).and_then(|value| value.to_str().ok())
}

fn wanted(request: &HttpRequest, offers: &'static [Offer<Option<Format>>]) -> Result<Format, Error> {
    let chosen = choose(accept(request), offers).copied().flatten();
    let format = chosen.ok_or_else(|| Error::refused(StatusCode::NOT_ACCEPTABLE, ProblemCode::NotAcceptable))?;
    match format {
        Format::VCard(version) => Ok(Format::VCard(Version::in_query(request.query_string())?.unwrap_or(version))),
        other => Ok(other),
    }
}

/// The version of a file of vCards. Its name asks for vCards, whatever else a browser accepts.
fn vcard_version(request: &HttpRequest) -> Result<Version, Error> {
    let accepted = || choose(accept(request), VCARDS).copied().unwrap_or(Version::V4);
    Ok(Version::in_query(request.query_string())?.unwrap_or_else(accepted))
}

/// All contacts of a query as a file.
async fn export(
    directory: &Directory,
    request: &HttpRequest,
    caller: &RequestContext,
    viewer: ActiveContact,
    query: ContactQuery,
    format: Format,
) -> Result<HttpResponse, Error> {
    crate::http::csv::refuse_pages(query.limit, query.cursor.as_deref())?;
    if !matches!(format, Format::VCard(_)) {
        refuse_version(&query)?;
    }
    let (parameters, language) = (parameters(request), language_for(request, viewer.language));
    let export = ExportRequest { query, parameters, format, language };
    let mut answer = match Box::pin(directory.export(viewer.0, Trace::from(caller), export)).await? {
        ExportFile::Stream(file) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, format.media_type()))
            .streaming(file.into_body().map_ok(Bytes::from)),
        ExportFile::Workbook(bytes) => etag::respond_bytes(request, format.media_type(), bytes),
    };
    describe(&mut answer, &format!("contacts.{}", format.suffix()));
    Ok(answer)
}

/// The names of the parameters of a query, each once, without the version of vCards, which chooses no contacts.
fn parameters(request: &HttpRequest) -> Vec<String> {
    let parameters = url::form_urlencoded::parse(request.query_string().as_bytes()).map(|(name, _)| name.into_owned());
    text::unique(parameters.filter(|name| name != VERSION_PARAMETER))
}

/// One contact as a card.
async fn single(
    directory: &Directory,
    request: &HttpRequest,
    viewer: ActiveContact,
    id: Id,
    format: Format,
) -> Result<HttpResponse, Error> {
    let language = language_for(request, viewer.language);
    let body = directory.card(viewer.0, id, format, language).await?;
    let mut answer = etag::respond_bytes(request, format.media_type(), body);
    describe(&mut answer, &format!("{id}.{}", format.suffix()));
    Ok(answer)
}

/// Adds the name of the file, and the headers of the request on which it depends.
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
