//! `/invitations/import` and `/imports`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::Imports;
use super::sheet::ReadOptions;
use super::types::{Commit, Committed, ImportQuery, PlanView};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, ProblemCode};
use crate::http::middleware_settings::MiddlewareSettings;
use crate::http::operations::operations;
use crate::http::{File, Operations, Query, RequestContext, Unread, Upload, file_limits, language, xlsx};
use crate::identity::guards::CanManageAppointments;

/// Media types of a sheet. The content decides which kind it is.
const MEDIA_TYPES: [&str; 4] = [
    "text/csv",
    xlsx::MEDIA_TYPE,
    // What browsers call a CSV file where a spreadsheet program is installed.
    "application/vnd.ms-excel",
    "application/octet-stream",
];

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![import, commit]
}

/// Reads a sheet of people to be invited, CSV or XLSX as the body itself: a header in English or French, then at most 500
/// rows. A dry run: the answer says what becomes of every row and what would be written, and nobody is invited before the plan is
/// committed, which can be done within an hour.
///
/// A CSV file is UTF-8, or says its encoding by a byte order mark or by `charset=` of the media type. Otherwise the encoding is guessed:
/// `reading` of the answer says which it seems to be, with a sample, and rows with letters beyond ASCII are held back
/// (`charset_unsure`) until the file is sent with `charset=`. Of a workbook the first sheet is read that can be seen and has a header, or the one of `sheet`; hidden rows
/// invite nobody (`row_hidden`; the first hundred are shown), hidden columns and cells that nobody sees are passed over. Titles may stand above the header. What the portal exports as CSV or XLSX is
/// read, too: where a column has codes and another the names of the same, the codes count.
///
/// The header names the columns, in any order; case, accents and marks do not count. Needed are `email` (*Courriel*),
/// `name` (*Nom*), `organisation` (*Administration*, *Pays*: a code, or any usual name) and `role` (*Rôle*: ncp, coordinator,
/// contributor or partner, or the words for them). There may be `given_name` (*Prénom*), `job_title` (*Fonction*), `phone`
/// (*Téléphone*), `language` (*Langue*: the one to write in, en, fr, es, ar, ru or pt), `languages` (*Langues*: those
/// spoken, as codes of ISO 639-1 with commas or spaces between them), `official` (*Autorité*) and `reference`
/// (*Référence*) of the nomination, and `valid_to` (*Fin de mandat*: the last day, as 2027-06-30, 30.06.2027, 30/06/2027 or 30 juin
/// 2027; where day and month could be the other way round, the day comes first below a French header, and below an English one
/// the row is in error, `ambiguous_date`). What other columns are called stands in `ignored`.
#[utoipa::path(post, path = "/api/v1/invitations/import", tag = "appointments", params(ImportQuery),
    request_body(content((File = "text/csv"), (File = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses((status = 201, body = PlanView)))]
pub async fn import(
    officer: CanManageAppointments,
    imports: web::Data<Imports>,
    context: web::Data<MiddlewareSettings>,
    caller: RequestContext,
    request: HttpRequest,
    query: Query<ImportQuery>,
    body: Upload,
) -> Result<HttpResponse, Error> {
    if !MEDIA_TYPES.contains(&body.media_type()) {
        let refusal = Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::MediaType);
        return Err(refusal.with("wanted", MEDIA_TYPES.join(", ")));
    }
    let is_workbook = body.media_type() == xlsx::MEDIA_TYPE;
    let options = ReadOptions { charset: body.charset().map(str::to_owned), sheet: query.0.sheet };
    let admission = imports.admit_file(officer.user_id, &caller, body.expected(file_limits::PEOPLE)).await?;
    let file = body.read(file_limits::PEOPLE).await?;
    let plan = imports.plan(officer.0, admission, file, is_workbook, options).await?;
    Ok(HttpResponse::Created().json(plan.view(&context.catalogue, language(&request))))
}

/// Invites everybody whom the plan invites. Whoever made it can do that, once: 409 where a row would be judged otherwise by now, 422
/// where rows are in error and are not to be skipped; nobody is invited then. The invitations are made in pieces, so that
/// nobody else waits; where the portal ends between two of them, the rest is invited by committing the plan again two
/// minutes later.
#[utoipa::path(post, path = "/api/v1/imports/{id}/commit", tag = "appointments", params(("id" = String, Path)),
    request_body = Commit, responses((status = 200, body = Committed)))]
pub async fn commit(
    officer: CanManageAppointments,
    imports: web::Data<Imports>,
    caller: RequestContext,
    id: web::Path<Id>,
    body: Unread<Commit>,
) -> Result<web::Json<Committed>, Error> {
    imports.check_maker(officer.user_id, *id).await?;
    let options = body.read_or_default().await?;
    imports.commit(officer.0, Trace::from(&caller), *id, options).await.map(web::Json)
}
