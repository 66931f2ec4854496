//! Routes of deliveries: list, CSV, counts.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::Deliveries;
use super::{DeliveryPage, export_page};
use crate::announcements::Announcements;
use crate::announcements::export::Export;
use crate::announcements::types::DeliveryQuery;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::pagination::respond;
use crate::http::{Cursor, Download, Operations, PageRequest, Query, RequestContext, csv, language_for};
use crate::identity::guards::CanManageAnnouncements;
use crate::mail::{Counts, MailStatus};
use crate::time::Timestamp;

/// The columns of deliveries, by the keys of their heads (`column-…` in `locales/`).
const COLUMNS: [&str; 15] = [
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
    "bounce_cause",
];

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![deliveries, deliveries_csv, summary]
}

/// Who was to get it, and where each mail stands.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/deliveries", tag = "announcements",
    params(("id" = String, Path), DeliveryQuery), responses((status = 200, body = Deliveries)))]
pub async fn deliveries(
    _: CanManageAnnouncements,
    service: web::Data<Announcements>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let found = service.deliveries(*id, query.state, page.after_id()?, page.rows()).await?;
    let DeliveryPage { mails, kept_until, collapsed } = found;
    let list = page.into_page(mails, |status| Cursor::after(&[&status.id.to_string()]))?;
    let body = Deliveries { data: list.data, page: list.page, deliveries_kept_until: kept_until, collapsed };
    Ok(respond(&request, &body.page, &body))
}

/// The same as comma-separated values, all of them. Written down in the audit log.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/deliveries.csv", tag = "announcements",
    params(("id" = String, Path), DeliveryQuery),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn deliveries_csv(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    request: HttpRequest,
    caller: RequestContext,
    id: web::Path<Id>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let language = language_for(&request, officer.language);
    csv::refuse_pages(query.limit, query.cursor.as_deref())?;
    let id = id.into_inner();
    let Export { under_way, download } = service.export_deliveries(officer.user_id, Trace::from(&caller), id).await?;
    let heads = service.heads(language, COLUMNS);
    let next = move |download: Download, after: Option<Id>| async move {
        let mails = export_page(&download, id, query.state, after).await?;
        let Some(last) = mails.last().map(|mail| mail.id) else { return Ok(None) };
        Ok(Some((mails.into_iter().map(|mail| Vec::from(cells(mail))).collect(), Some(last))))
    };
    let separator = csv::Separator::chosen(query.separator, language);
    csv::respond(&format!("deliveries-{id}.csv"), (heads.as_slice(), separator), under_way, download, None, next)
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
        mail.bounce_cause.map(|cause| cause.to_string()).unwrap_or_default(),
    ]
}

/// How many mails stand where. total = sent + failed + deferred + skipped + cancelled + pending, at any moment.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/summary", tag = "announcements", params(("id" = String, Path)),
    responses((status = 200, body = Counts)))]
pub async fn summary(
    _: CanManageAnnouncements,
    service: web::Data<Announcements>,
    id: web::Path<Id>,
) -> Result<web::Json<Counts>, Error> {
    service.summary(*id).await.map(web::Json)
}
