//! `/members/{code}`, its history, and `/regions`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::types::{ChangeMember, HistoryEntry, HistoryQuery, MemberView, Regions, RegionsQuery};
use super::{Desk, regions as regions_on, store, view};
use crate::app::Portal;
use crate::audit::Trace;
use crate::error::{Error, Fault};
use crate::http::problem::Problem;
use crate::http::{Asked, Caller, Cursor, IfMatch, Json, List, Query, etag};
use crate::identity::guards::{Member, MemberEditor};
use crate::members;
use crate::policy;
use crate::time::Day;

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/members/{code}").route(web::get().to(one)).route(web::patch().to(change)))
        .service(web::resource("/members/{code}/history").route(web::get().to(history)))
        .service(web::resource("/regions").route(web::get().to(regions)));
}

/// One member.
#[utoipa::path(get, path = "/api/v1/members/{code}", tag = "members", security(("bearer" = [])),
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2")),
    responses((status = 200, body = MemberView), (status = 304, description = "As the client has it already"),
        (status = "default", body = Problem)))]
pub async fn one(
    viewer: Member,
    portal: web::Data<Portal>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Error> {
    let read = move |conn: &mut _| {
        let organisation = members::visible(conn, &code, viewer.is_secretariat())?;
        let with_domains = policy::check_at(&viewer, organisation.id).is_ok();
        view(conn, organisation, with_domains)
    };
    etag::respond(&request, &portal.db.read_snapshot(read).await?)
}

/// Changes a member. Wants the `ETag` of what was read as `If-Match`.
#[utoipa::path(patch, path = "/api/v1/members/{code}", tag = "members", request_body = ChangeMember,
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2"), ("If-Match" = String, Header)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = MemberView), (status = 412, body = Problem), (status = 428, body = Problem),
        (status = "default", body = Problem)))]
pub async fn change(
    officer: MemberEditor,
    portal: web::Data<Portal>,
    request: HttpRequest,
    caller: Caller,
    code: web::Path<String>,
    wanted: IfMatch,
    body: Json<ChangeMember>,
) -> Result<HttpResponse, Error> {
    let desk = Desk {
        audit: portal.audit.clone(),
        random: portal.random.clone(),
        trace: Trace::from(&caller),
        now: portal.clock.now(),
    };
    let officer = officer.user_id;
    let changed = portal.db.write(move |conn| desk.change(conn, officer, &code, &body.0, &wanted)).await?;
    // Everybody's appointments are remembered with their region.
    portal.identity.forget_seen();
    etag::respond(&request, &changed)
}

/// What a member was before each change, the newest first.
#[utoipa::path(get, path = "/api/v1/members/{code}/history", tag = "members",
    params(("code" = String, Path, description = "ISO 3166-1 alpha-2"), HistoryQuery), security(("bearer" = [])),
    responses((status = 200, body = List<HistoryEntry>), (status = "default", body = Problem)))]
pub async fn history(
    _: MemberEditor,
    portal: web::Data<Portal>,
    request: HttpRequest,
    code: web::Path<String>,
    query: Query<HistoryQuery>,
) -> Result<HttpResponse, Error> {
    let page = Asked::of(&request, query.0.limit, query.0.cursor.as_deref())?;
    let (before, fetch) = (page.after_id()?, page.rows());
    let rows = portal
        .db
        .read(move |conn| {
            let organisation = members::visible(conn, &code, true)?;
            store::list(conn, organisation.id, before, fetch)
        })
        .await?;
    Ok(page.cut(rows, |entry| Cursor::after(&[&entry.id.to_string()]))?.respond(&request))
}

/// How many members each region has, today or on another day.
#[utoipa::path(get, path = "/api/v1/regions", tag = "members", params(RegionsQuery), security(("bearer" = [])),
    responses((status = 200, body = Regions), (status = "default", body = Problem)))]
pub async fn regions(
    _: Member,
    portal: web::Data<Portal>,
    query: Query<RegionsQuery>,
) -> Result<web::Json<Regions>, Error> {
    let today = portal.clock.now().day();
    let asked = query
        .0
        .on
        .as_deref()
        .map(|text| Day::parse(text).ok_or_else(|| Error::bad_query(vec![Fault::new("on", "bad_date")])));
    let on = asked.transpose()?.unwrap_or(today);
    portal.db.read_snapshot(move |conn| regions_on(conn, on, today)).await.map(web::Json)
}
