//! `/audit` and `/me/audit`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::AuditLog;
use super::types::{AuditQuery, StoredEntry};
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Cursor, List, Operations, PageRequest, Query};
use crate::identity::guards::{CanReadAudit, CurrentUser};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![list, own]
}

/// What happened: all of it for the Secretariat and auditors; what concerns the own organisation for a coordinator, without the
/// networks of others.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = List<StoredEntry>)))]
pub async fn list(
    reader: CanReadAudit,
    log: web::Data<AuditLog>,
    request: HttpRequest,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let rows = log.list(&reader, query.into(), page.after_id()?, page.rows()).await?;
    respond(&request, &page, rows)
}

/// What concerns oneself, without the networks of others.
#[utoipa::path(get, path = "/api/v1/me/audit", tag = "me", params(AuditQuery),
    responses((status = 200, body = List<StoredEntry>)))]
pub async fn own(
    user: CurrentUser,
    log: web::Data<AuditLog>,
    request: HttpRequest,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Error> {
    let Query(query) = query;
    let page = PageRequest::of(&request, query.limit, query.cursor.as_deref())?;
    let rows = log.list_own(user.user_id, query.into(), page.after_id()?, page.rows()).await?;
    respond(&request, &page, rows)
}

fn respond(request: &HttpRequest, page: &PageRequest, rows: Vec<StoredEntry>) -> Result<HttpResponse, Error> {
    Ok(page.into_page(rows, |row| Cursor::after(&[&row.id.to_string()]))?.respond(request))
}
