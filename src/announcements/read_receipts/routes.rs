//! Routes of read marks and acknowledgements.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{AcknowledgementQuery, Acknowledgements, Acknowledger, Reading, Unread};
use super::{AcknowledgementPage, export_page};
use crate::announcements::Announcements;
use crate::announcements::export::Export;
use crate::audit::Trace;
use crate::db::Id;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Cursor, Download, Operations, PageRequest, Query, RequestContext, csv, language_for, pagination};
use crate::identity::guards::{ActiveContact, CanAnswerAnnouncements, CanManageAnnouncements};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![unread, mark_read, mark_unread, acknowledge, acknowledgements, acknowledgements_csv]
}

/// How much of what was addressed to oneself is unread.
#[utoipa::path(get, path = "/api/v1/me/unread", tag = "announcements", responses((status = 200, body = Unread)))]
pub async fn unread(reader: ActiveContact, service: web::Data<Announcements>) -> Result<web::Json<Unread>, Error> {
    service.unread(reader.user_id).await.map(web::Json)
}

/// Marks an announcement as read. Nothing else does: to fetch one changes nothing.
#[utoipa::path(put, path = "/api/v1/announcements/{id}/read", tag = "announcements", params(("id" = String, Path)),
    responses((status = 200, body = Reading)))]
pub async fn mark_read(
    reader: CanAnswerAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<web::Json<Reading>, Error> {
    service.set_read(reader.user_id, Trace::from(&caller), *id, true).await.map(web::Json)
}

/// Marks it as unread again. What was acknowledged stays so.
#[utoipa::path(delete, path = "/api/v1/announcements/{id}/read", tag = "announcements", params(("id" = String, Path)),
    responses((status = 200, body = Reading)))]
pub async fn mark_unread(
    reader: CanAnswerAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<web::Json<Reading>, Error> {
    service.set_read(reader.user_id, Trace::from(&caller), *id, false).await.map(web::Json)
}

/// Says for good that one has read an announcement that asks for it. To say it again changes nothing.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/acknowledge", tag = "announcements",
    params(("id" = String, Path)), responses((status = 200, body = Reading)))]
pub async fn acknowledge(
    reader: CanAnswerAnnouncements,
    service: web::Data<Announcements>,
    caller: RequestContext,
    id: web::Path<Id>,
) -> Result<web::Json<Reading>, Error> {
    service.acknowledge(reader.user_id, Trace::from(&caller), *id).await.map(web::Json)
}

/// Who has acknowledged an announcement that asks for it, and who has not.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/acknowledgements", tag = "announcements",
    params(("id" = String, Path), AcknowledgementQuery), responses((status = 200, body = Acknowledgements)))]
pub async fn acknowledgements(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    request: HttpRequest,
    id: web::Path<Id>,
    query: Query<AcknowledgementQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let asked = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let (after, limit, language) = (asked.after_id()?, asked.rows(), officer.language);
    let wanted = AcknowledgementPage { id: *id, state: query.state, after, limit, language };
    let (rows, counts) = service.acknowledgements(wanted).await?;
    let list = asked.into_page(rows, |row| Cursor::after(&[&row.user_id.to_string()]))?;
    let body = Acknowledgements { data: list.data, page: list.page, counts };
    Ok(pagination::respond(&request, &body.page, &body))
}

/// The same as comma-separated values, all of them. Written down in the audit log.
#[utoipa::path(get, path = "/api/v1/announcements/{id}/acknowledgements.csv", tag = "announcements",
    params(("id" = String, Path), AcknowledgementQuery),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn acknowledgements_csv(
    officer: CanManageAnnouncements,
    service: web::Data<Announcements>,
    request: HttpRequest,
    caller: RequestContext,
    id: web::Path<Id>,
    query: Query<AcknowledgementQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    csv::refuse_pages(query.limit, query.cursor.as_deref())?;
    let language = language_for(&request, officer.language);
    let id = id.into_inner();
    let Export { under_way, download } =
        service.export_acknowledgements(officer.user_id, Trace::from(&caller), id).await?;
    let heads = service.heads(language, ["name", "member", "member_name", "acknowledged_at", "id"]);
    let first = AcknowledgementPage { id, state: query.state, after: None, limit: csv::PAGE, language };
    let next = move |download: Download, after: Option<Id>| async move {
        let people = export_page(&download, AcknowledgementPage { after, ..first }).await?;
        let Some(last) = people.last().map(|person| person.user_id) else { return Ok(None) };
        Ok(Some((people.into_iter().map(cells).collect(), Some(last))))
    };
    let separator = csv::Separator::chosen(query.separator, language);
    csv::respond(&format!("acknowledgements-{id}.csv"), (heads.as_slice(), separator), under_way, download, None, next)
}

fn cells(person: Acknowledger) -> Vec<String> {
    let at = person.acknowledged_at.map(|at| at.to_string());
    let id = person.user_id.to_string();
    vec![
        person.name,
        person.organisation.unwrap_or_default(),
        person.organisation_name.unwrap_or_default(),
        at.unwrap_or_default(),
        id,
    ]
}
