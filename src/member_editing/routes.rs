//! `/members/{code}`, its history, `/regions`, and `/partners`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{
    ChangeMember, GivenPartner, HistoryEntry, HistoryQuery, MemberView, Partner, PartnerList, Regions, RegionsQuery,
};
use super::{Membership, rules};
use crate::audit::Trace;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::problem::Problem;
use crate::http::{Cursor, IdempotencyKey, IfMatch, Json, List, Operations, PageRequest, Query, RequestContext, etag};
use crate::identity::guards::{ActiveContact, CanEditMembers};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![one, change, history, regions, partners, add_partner]
}

/// One member.
#[utoipa::path(get, path = "/api/v1/members/{code}", tag = "members",
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2")),
    responses((status = 200, body = MemberView), (status = 304, description = "As the client has it already")))]
pub async fn one(
    viewer: ActiveContact,
    membership: web::Data<Membership>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &membership.get(viewer.0, code.into_inner()).await?)
}

/// Changes a member. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(patch, path = "/api/v1/members/{code}", tag = "members", request_body = ChangeMember,
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2"), ("If-Match" = String, Header)),
    responses((status = 200, body = MemberView), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub async fn change(
    officer: CanEditMembers,
    membership: web::Data<Membership>,
    request: HttpRequest,
    caller: RequestContext,
    code: web::Path<String>,
    seen: IfMatch,
    body: Json<ChangeMember>,
) -> Result<HttpResponse, Error> {
    let trace = Trace::from(&caller);
    let changed = membership.change(officer.user_id, trace, code.into_inner(), body.0, seen).await?;
    etag::respond(&request, &changed)
}

/// What a member was before each change, the newest first.
#[utoipa::path(get, path = "/api/v1/members/{code}/history", tag = "members",
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2"), HistoryQuery),
    responses((status = 200, body = List<HistoryEntry>)))]
pub async fn history(
    _: CanEditMembers,
    membership: web::Data<Membership>,
    request: HttpRequest,
    code: web::Path<String>,
    query: Query<HistoryQuery>,
) -> Result<HttpResponse, Error> {
    let page = PageRequest::of(&request, query.0.limit, query.0.cursor.as_deref())?;
    let rows = membership.history(code.into_inner(), page.after_id()?, page.rows()).await?;
    Ok(page.into_page(rows, |entry| Cursor::after(&[&entry.id.to_string()]))?.respond(&request))
}

/// How many members each region has, today or on another day.
#[utoipa::path(get, path = "/api/v1/regions", tag = "members", params(RegionsQuery),
    responses((status = 200, body = Regions)))]
pub async fn regions(
    _: ActiveContact,
    membership: web::Data<Membership>,
    query: Query<RegionsQuery>,
) -> Result<web::Json<Regions>, Error> {
    let day = query.0.on.as_deref().map(rules::day).transpose()?;
    membership.regions(day).await.map(web::Json)
}

/// The partner agencies, each with the member that it belongs to.
#[utoipa::path(get, path = "/api/v1/partners", tag = "members",
    responses((status = 200, body = PartnerList), (status = 304, description = "As the client has it already")))]
pub async fn partners(
    viewer: ActiveContact,
    membership: web::Data<Membership>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    etag::respond(&request, &PartnerList { data: membership.partners(viewer.is_secretariat()).await? })
}

/// Adds a partner agency. It is changed as members are, and its people are invited with the role `partner`.
#[utoipa::path(post, path = "/api/v1/partners", tag = "members", request_body = GivenPartner,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Partner), (status = 409, body = Problem, description = "There are 500 agencies")))]
pub async fn add_partner(
    officer: CanEditMembers,
    membership: web::Data<Membership>,
    caller: RequestContext,
    key: IdempotencyKey,
    body: Json<GivenPartner>,
) -> Result<HttpResponse, Error> {
    let ticket = key.ticket(officer.user_id);
    let added = membership.add_partner(officer.user_id, Trace::from(&caller), ticket, body.0);
    added.await.map(HttpResponse::from)
}
