//! `/invitations/import` and `/imports`.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{Commit, Committed, PlanView};
use super::{MAX_BYTES, sheet};
use crate::app::Portal;
use crate::db::Id;
use crate::error::{Error, Fault};
use crate::heavy_work::Wanted;
use crate::http::problem::Problem;
use crate::http::{Caller, File, Unread, Upload, language};
use crate::identity::guards::AppointmentOfficer;
use crate::life_cycle::routes::{changed, desk};
use crate::throttle::Load;

/// What a workbook is sent as.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// What a sheet may be sent as. Which it is shows in its content.
const MEDIA_TYPES: [&str; 4] = [
    "text/csv",
    XLSX,
    // What browsers call a CSV file where a spreadsheet program is installed.
    "application/vnd.ms-excel",
    "application/octet-stream",
];

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/invitations/import").route(web::post().to(import)))
        .service(web::resource("/imports/{id}/commit").route(web::post().to(commit)));
}

/// Reads a sheet of people to be invited, CSV or XLSX as the body itself: a header in English or French, then at most 500
/// rows. A dry run: the answer says what becomes of every row, and nobody is invited before the plan is committed,
/// which can be done within an hour.
///
/// The header names the columns, in any order; case, accents and marks do not count. Needed are `email` (*Courriel*),
/// `name` (*Nom*), `organisation` (*Administration*, *Pays*: a code, or any usual name) and `role` (*Rôle*: ncp, coordinator,
/// contributor or partner, or the words for them). There may be `given_name` (*Prénom*), `job_title` (*Fonction*), `phone`
/// (*Téléphone*), `language` (*Langue*: the one to write in, en, fr, es, ar, ru or pt), `languages` (*Langues*: those
/// spoken, as codes of ISO 639-1 with commas or spaces between them), `official` (*Autorité*) and `reference`
/// (*Référence*) of the nomination, and `valid_to` (*Fin de mandat*: the last day, as 2027-06-30). What other columns are
/// called stands in `ignored`.
#[utoipa::path(post, path = "/api/v1/invitations/import", tag = "appointments",
    request_body(content((File = "text/csv"),
        (File = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 201, body = PlanView), (status = "default", body = Problem)))]
pub async fn import(
    officer: AppointmentOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    request: HttpRequest,
    body: Upload,
) -> Result<HttpResponse, Error> {
    if !MEDIA_TYPES.contains(&body.media_type()) {
        let refusal = Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
        return Err(refusal.with("wanted", MEDIA_TYPES.join(", ")));
    }
    let said = body.media_type() == XLSX;
    let place = portal.heavy_work.place(officer.user_id)?;
    let load = Load { person: officer.user_id, caller: caller.clone(), charged: body.expected(MAX_BYTES) };
    portal.throttle.admit_upload(&portal.db, &load).await?;
    let content = body.read(MAX_BYTES).await?;
    portal.throttle.settle_upload(&portal.db, load, content.len()).await?;
    if said && !sheet::is_workbook(&content) {
        return Err(Error::invalid(vec![Fault::new("", "sheet_kind")]));
    }
    let read = move |wanted: &Wanted| sheet::read_while(&content, &|| wanted.is()).map_err(Error::invalid);
    let sheet = place.run(read).await?;
    let (desk, known, officer) = (desk(&portal, &caller), portal.known.names.clone(), officer.0);
    let ignored = sheet.ignored.clone();
    let names = portal.db.read(move |conn| known.current(conn)).await?;
    let made = portal.db.write(move |conn| super::plan(conn, &desk, &names, &officer, &sheet)).await?;
    Ok(HttpResponse::Created().json(made.view(ignored, &portal.catalogue, language(&request))))
}

/// Invites everybody whom the plan invites, all at once or nobody. Whoever made it can do that, once: 409 where a row would
/// be judged otherwise by now, 422 where rows are in error and are not to be skipped.
#[utoipa::path(post, path = "/api/v1/imports/{id}/commit", tag = "appointments", params(("id" = String, Path)),
    request_body = Commit, security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Committed), (status = "default", body = Problem)))]
pub async fn commit(
    officer: AppointmentOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
    body: Unread<Commit>,
) -> Result<web::Json<Committed>, Error> {
    let (desk, officer, id) = (desk(&portal, &caller), officer.0, id.into_inner());
    let asked = Arc::clone(&officer);
    portal.db.read(move |conn| super::check_maker(conn, &asked, id)).await?;
    let wish = body.read_or_default().await?;
    let done = portal.db.write(move |conn| super::commit(conn, &desk, &officer, id, wish)).await?;
    changed(&portal);
    Ok(web::Json(done))
}
