//! `/suppressions`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{AddSuppression, Imported, RemoveSuppression, SuppressionQuery};
use super::{Desk, rules};
use crate::app::Portal;
use crate::audit::Trace;
use crate::db::Conn;
use crate::error::{Error, Fault};
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, Download, File, Json, List, Query, Upload, csv};
use crate::identity::guards::SuppressionOfficer;
use crate::mail::EmailAddress;
use crate::mail::consent::{self, Suppression, SuppressionFilter};
use crate::policy::Principal;
use crate::throttle::Load;

/// What a file may be sent as.
const MEDIA_TYPES: [&str; 2] = ["text/csv", "application/octet-stream"];

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/suppressions")
                .route(web::get().to(list))
                .route(web::post().to(add))
                .route(web::delete().to(remove)),
        )
        .service(web::resource("/suppressions.csv").route(web::get().to(export)))
        .service(web::resource("/suppressions/import").route(web::post().to(import)));
}

fn desk(portal: &Portal, caller: &Caller, officer: &Principal) -> Desk {
    let (audit, outbox, now) = (portal.audit.clone(), portal.outbox.clone(), portal.clock.now());
    Desk { audit, outbox, trace: Trace::from(caller), officer: officer.user_id, now }
}

/// Addresses that no announcement goes to, and why.
#[utoipa::path(get, path = "/api/v1/suppressions", tag = "bounces", params(SuppressionQuery),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = List<Suppression>), (status = "default", body = Problem)))]
pub async fn list(
    _: SuppressionOfficer,
    portal: web::Data<Portal>,
    request: HttpRequest,
    query: Query<SuppressionQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (after, fetch, now) = (page.after::<1>()?, page.rows(), portal.clock.now());
    let prefix = query.q.as_deref().map(|q| q.trim().to_lowercase()).filter(|q| !q.is_empty());
    if prefix.as_ref().is_some_and(|prefix| prefix.contains('\0')) {
        return Err(Error::bad_query(vec![Fault::new("q", "bad_email")]));
    }
    let whole = prefix.as_deref().and_then(|prefix| EmailAddress::parse(prefix).ok());
    let mask = whole.map(|address| portal.outbox.masked(&address.key()));
    let filter = SuppressionFilter { reasons: query.reason, prefix, mask };
    let after = after.map(|[address]| address);
    let rows = portal.db.read(move |conn| consent::suppressions(conn, &filter, after.as_deref(), fetch, now)).await?;
    Ok(page.cut(rows, |row| Cursor::after(&[&row.address]))?.respond(&request))
}

/// Suppresses an address: no announcement goes to it any more. What somebody asks for there is sent all the same.
#[utoipa::path(post, path = "/api/v1/suppressions", tag = "bounces", request_body = AddSuppression,
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 201, body = Suppression), (status = "default", body = Problem)))]
pub async fn add(
    officer: SuppressionOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Json<AddSuppression>,
) -> Result<HttpResponse, Error> {
    let fault = |fault: Fault| Error::invalid(vec![Fault { pointer: "/address".to_owned(), ..fault }]);
    let address = EmailAddress::parse(&body.0.address).map_err(fault)?;
    let desk = desk(&portal, &caller, &officer);
    let made = portal.db.write(move |conn| desk.add(conn, &address)).await?;
    Ok(HttpResponse::Created().json(made))
}

/// Lets announcements go to an address again, whatever the reason was that they did not. Somebody's complaint is
/// somebody's wish: ask first.
#[utoipa::path(delete, path = "/api/v1/suppressions", tag = "bounces", params(RemoveSuppression),
    security(("bearer" = []), ("cookie" = [])), responses((status = 204), (status = "default", body = Problem)))]
pub async fn remove(
    officer: SuppressionOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    query: Query<RemoveSuppression>,
) -> Result<HttpResponse, Error> {
    let Ok(address) = EmailAddress::parse(&query.0.address) else {
        return Err(Error::bad_query(vec![Fault::new("address", "bad_email")]));
    };
    let desk = desk(&portal, &caller, &officer);
    portal.db.write(move |conn| desk.remove(conn, &address)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The whole list as CSV, in the form in which it can be brought back.
#[utoipa::path(get, path = "/api/v1/suppressions.csv", tag = "bounces", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = "default", body = Problem)))]
pub async fn export(officer: SuppressionOfficer, portal: web::Data<Portal>) -> Result<HttpResponse, Error> {
    let under_way = portal.heavy_work.stream(officer.user_id)?;
    let now = portal.clock.now();
    let next = move |download: Download, after: Option<String>| async move {
        let filter = SuppressionFilter::default();
        let read = move |conn: &mut Conn| consent::suppressions(conn, &filter, after.as_deref(), csv::PAGE, now);
        let rows = download.read(read).await?;
        let Some(last) = rows.last().map(|row| row.address.clone()) else { return Ok(None) };
        Ok(Some((rows.iter().map(rules::cells).collect(), Some(last))))
    };
    let download = Download::begin(portal.db.clone())?;
    csv::respond("suppressions.csv", &rules::COLUMNS, under_way, download, None, next)
}

/// Suppresses the addresses of a CSV file, all or none: a column `address`, and a column `reason` where they are not
/// of the Secretariat's own (`hard_bounce`, `soft_bounces`, `complaint`, `manual`).
#[utoipa::path(post, path = "/api/v1/suppressions/import", tag = "bounces",
    request_body(content = File, content_type = "text/csv"), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = Imported), (status = "default", body = Problem)))]
pub async fn import(
    officer: SuppressionOfficer,
    portal: web::Data<Portal>,
    caller: Caller,
    body: Upload,
) -> Result<web::Json<Imported>, Error> {
    if !MEDIA_TYPES.contains(&body.media_type()) {
        let refusal = Error::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type");
        return Err(refusal.with("wanted", MEDIA_TYPES.join(", ")));
    }
    let place = portal.heavy_work.place(officer.user_id)?;
    let load = Load { person: officer.user_id, caller: caller.clone(), charged: body.expected(rules::MOST_BYTES) };
    portal.throttle.admit_upload(&portal.db, &load).await?;
    let file = body.read(rules::MOST_BYTES).await?;
    portal.throttle.settle_upload(&portal.db, load, file.len()).await?;
    let lines = place.run(move |wanted| rules::read(&file, &|| wanted.is())).await?;
    let desk = desk(&portal, &caller, &officer);
    portal.db.write(move |conn| desk.import(conn, lines)).await.map(web::Json)
}
