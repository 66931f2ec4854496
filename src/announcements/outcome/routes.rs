//! What came of an announcement: counts, and each delivery.

use actix_web::{HttpRequest, HttpResponse, web};

use super::find;
use super::types::Deliveries;
use crate::announcements::types::DeliveryQuery;
use crate::app::Portal;
use crate::db::Id;
use crate::error::Error;
use crate::http::page::respond;
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, Download, Query, csv};
use crate::identity::guards::Announcer;
use crate::mail::{self, Counts, MailStatus, batches};
use crate::time::Timestamp;

/// The columns of deliveries, by the keys of their heads (`column-…` in `locales/`).
const COLUMNS: [&str; 14] = [
    "name",
    "email",
    "language",
    "preferred",
    "state",
    "attempts",
    "last_code",
    "last_status",
    "last_reply",
    "sent_at",
    "bounced_at",
    "bounce_kind",
    "bounce_status",
    "id",
];

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/announcements/{id}/deliveries").route(web::get().to(deliveries)))
        .service(web::resource("/announcements/{id}/deliveries.csv").route(web::get().to(deliveries_csv)))
        .service(web::resource("/announcements/{id}/summary").route(web::get().to(summary)));
}

/// Who was to get it, and where each mail stands.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/deliveries", tag = "announcements",
    params(("id" = String, Path), DeliveryQuery), security(("bearer" = [])),
    responses((status = 200, body = Deliveries), (status = "default", body = Problem)))]
pub async fn deliveries(
    _: Announcer,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<Id>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = Asked::of(&request, query.limit, query.cursor.as_deref())?;
    let (id, after, fetch, desk) = (id.into_inner(), page.after_id()?, page.rows(), portal.announcements_desk(&caller));
    let kept = desk.settings.keep_deliveries;
    let (rows, finished_at, collapsed) = portal
        .db
        .read(move |conn| {
            let row = find(conn, id)?;
            let collapsed = desk.is_collapsed(conn, &row)?;
            let rows = if collapsed { Vec::new() } else { mail::page(conn, id, query.state, after, fetch)? };
            Ok((rows, row.finished_at, collapsed))
        })
        .await?;
    let list = page.cut(rows, |status| Cursor::after(&[&status.id.to_string()]))?;
    let deliveries_kept_until = finished_at.map(|at| at.plus(kept));
    let body = Deliveries { data: list.data, page: list.page, deliveries_kept_until, collapsed };
    Ok(respond(&request, &body.page, &body))
}

/// The same as comma-separated values, all of them. Written down in the audit log.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/deliveries.csv", tag = "announcements",
    params(("id" = String, Path), DeliveryQuery), security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = "default", body = Problem)))]
pub async fn deliveries_csv(
    officer: Announcer,
    portal: web::Data<Portal>,
    caller: Caller,
    id: web::Path<Id>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    csv::refuse_pages(query.limit, query.cursor.as_deref())?;
    let (id, by, desk) = (id.into_inner(), officer.user_id, portal.announcements_desk(&caller));
    let under_way = portal.heavy_work.stream(by)?;
    portal
        .db
        .write(move |conn| {
            let row = find(conn, id)?;
            desk.check_kept(conn, &row)?;
            desk.note_export(conn, id, by, "deliveries")
        })
        .await?;
    let heads = COLUMNS.map(|column| portal.catalogue.text(officer.language, &format!("column-{column}"), &[]));
    let next = move |download: Download, after: Option<Id>| async move {
        let mails = download.read(move |conn| mail::page(conn, id, query.state, after, csv::PAGE)).await?;
        let Some(last) = mails.last().map(|mail| mail.id) else { return Ok(None) };
        Ok(Some((mails.into_iter().map(|mail| Vec::from(cells(mail))).collect(), Some(last))))
    };
    let download = Download::begin(portal.db.clone())?;
    csv::respond(&format!("deliveries-{id}.csv"), &heads, under_way, download, None, next)
}

/// The row of a mail.
fn cells(mail: MailStatus) -> [String; COLUMNS.len()] {
    let at = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        mail.to_name,
        mail.to_address,
        mail.language.to_string(),
        mail.preferred.map(|language| language.to_string()).unwrap_or_default(),
        mail.state.to_string(),
        mail.attempts.to_string(),
        mail.last_code.map(|code| code.to_string()).unwrap_or_default(),
        mail.last_status.unwrap_or_default(),
        mail.last_reply.unwrap_or_default(),
        at(mail.sent_at),
        at(mail.bounced_at),
        mail.bounce_kind.map(|kind| kind.to_string()).unwrap_or_default(),
        mail.bounce_status.unwrap_or_default(),
        mail.id.to_string(),
    ]
}

/// How many mails stand where. total = sent + failed + deferred + skipped + cancelled + pending, at any moment.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/summary", tag = "announcements",
    params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Counts), (status = "default", body = Problem)))]
pub async fn summary(_: Announcer, portal: web::Data<Portal>, id: web::Path<Id>) -> Result<web::Json<Counts>, Error> {
    let id = id.into_inner();
    portal
        .db
        .read(move |conn| {
            find(conn, id)?;
            batches::counts(conn, id)
        })
        .await
        .map(web::Json)
}
